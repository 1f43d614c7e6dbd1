"""Letters and reports in the office's form: letterhead, number, templates that the office edits, PDF, DOCX and XLSX."""
