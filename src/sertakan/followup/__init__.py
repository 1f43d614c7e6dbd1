"""A circular becomes duties, duties are answered by data or by a declaration that somebody verifies; reminders and escalation."""
