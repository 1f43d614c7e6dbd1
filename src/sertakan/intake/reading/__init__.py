"""Reads a workbook or pasted text into tables, without knowing what the columns mean.

Importing this package is light: Polars and the readers are loaded on the first call.
"""

from sertakan.intake.reading.model import Limits, Note, Progress, SheetTable, SkippedSheet, Workbook
from sertakan.intake.reading.workbook import read_pasted, read_workbook

__all__ = ["Limits", "Note", "Progress", "SheetTable", "SkippedSheet", "Workbook", "read_pasted", "read_workbook"]
