"""Which column of a sheet holds what: by heading, by content, by what the agency said before."""

from sertakan.intake.columns.mapping import heading_keys, map_columns
from sertakan.intake.columns.model import CANONICAL, PARTS, TARGETS, ColumnMap, MappedColumn, Question

__all__ = ["CANONICAL", "PARTS", "TARGETS", "ColumnMap", "MappedColumn", "Question", "heading_keys", "map_columns"]
