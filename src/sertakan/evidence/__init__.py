"""Files that prove something: checked by content, stripped of where they were taken, hashed, shown only as pictures."""
