"""Meetings whose agenda comes from what is overdue and whose decisions become actions."""
