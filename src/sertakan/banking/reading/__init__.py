"""Reads bank statements into one frame of movements, whatever bank and form they come in. Knows no database.

Importing this package is light: Polars and the readers are loaded on the first call.
"""

from sertakan.banking.reading.model import LINE_COLUMNS, Statement, StatementBook
from sertakan.banking.reading.statement import read_grid, read_statement

__all__ = ["LINE_COLUMNS", "Statement", "StatementBook", "read_grid", "read_statement"]
