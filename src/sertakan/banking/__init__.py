"""Bank accounts of agencies, their statements in any layout, and what each line was for."""
