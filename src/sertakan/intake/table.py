"""The tables that readers hand on, under the name by which the rest of the intake knows them."""

from sertakan.intake.reading.model import Note, SheetTable, SkippedSheet, Workbook

__all__ = ["Note", "SheetTable", "SkippedSheet", "Workbook"]
