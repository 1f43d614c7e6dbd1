"""The result of the mapping, and the names it may use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

CANONICAL: Final = (
    "nik", "name", "sex", "birth_place", "birth_date", "phone", "area_code", "address", "occupation", "sector", "dasar",
    "income", "programmes", "funding", "start_month", "months", "donor_name", "donor_nip", "mother_name", "email",
    "work_place", "work_area_code", "work_hours", "occupation_2", "kpj", "consent_date", "remark",
)  # fmt: skip

PARTS: Final = (
    "area_village", "area_district", "area_regency", "area_province", "rt_rw", "rt", "rw", "hamlet", "programme_jkk",
    "programme_jkm", "programme_jht", "family_card", "front_title", "back_title",
)  # fmt: skip
"""Columns that are no canonical column but from which one is put together or checked."""

COMBINED: Final = "birth_place_date"
IGNORE: Final = "ignore"
TARGETS: Final = frozenset((*CANONICAL, *PARTS, COMBINED, IGNORE))
"""What a heading may be said to mean in an answer."""

Reason = Literal["synonym", "content", "remembered", "answer", "parent", "spelling", "none"]


@dataclass(frozen=True, slots=True)
class MappedColumn:
    """One column of the sheet (`index` from 0) and how it was recognised."""

    index: int
    heading: str
    by: Reason
    confidence: float

    @property
    def column(self) -> str:
        """The name of the column in `SheetTable.cells`."""
        return f"c{self.index}"


@dataclass(frozen=True, slots=True)
class Question:
    """Something a person must say. With `canonical`: which of `candidates` (heading keys) holds it.

    Without: which of `candidates` (canonical names) the column `column` holds. An answer is given as
    ``{heading key: canonical name or "ignore"}``.
    """

    canonical: str | None
    column: str
    heading: str
    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """What was recognised in one sheet. `parts` are pieces such as the village or the neighbourhood number."""

    columns: Mapping[str, MappedColumn]
    combined: MappedColumn | None = None
    parts: Mapping[str, MappedColumn] = field(default_factory=dict)
    unmapped: tuple[MappedColumn, ...] = ()
    questions: tuple[Question, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain lists and dicts for storing and showing."""

        def plain(found: MappedColumn) -> dict[str, Any]:
            return {"column": found.column, "heading": found.heading, "by": found.by, "confidence": found.confidence}

        return {
            "columns": {name: plain(found) for name, found in self.columns.items()},
            "combined": plain(self.combined) if self.combined else None,
            "parts": {name: plain(found) for name, found in self.parts.items()},
            "unmapped": [plain(found) for found in self.unmapped],
            "questions": [
                {"canonical": q.canonical, "column": q.column, "heading": q.heading, "candidates": list(q.candidates)}
                for q in self.questions
            ],
        }
