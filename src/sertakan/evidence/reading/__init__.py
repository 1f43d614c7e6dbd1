"""Looks at an uploaded file: what it is by its content, and what it looks like, drawn anew in a process of its own."""
