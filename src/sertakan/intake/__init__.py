"""From an agency's spreadsheet to rows that are accepted or held with a reason."""
