"""All checks of the rows of a file, column by column. Nothing is guessed silently: held, proposed, or repaired and shown."""

from sertakan.intake.checks.context import CheckContext, CheckSettings
from sertakan.intake.checks.duplicates import find_duplicates
from sertakan.intake.checks.run import RAW_SCHEMA, RECORD_SCHEMA, Checked, check, check_canonical, check_workbook
from sertakan.intake.checks.sheet import FINDING_SCHEMA

__all__ = [
    "FINDING_SCHEMA",
    "RAW_SCHEMA",
    "RECORD_SCHEMA",
    "CheckContext",
    "CheckSettings",
    "Checked",
    "check",
    "check_canonical",
    "check_workbook",
    "find_duplicates",
]
