"""What a picture says and the rows behind it; no geometry, no library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["bars", "map", "tiles", "lorenz", "series", "funnel", "multiples", "fall"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the table behind a picture: `key` names it in files, `label` on pages."""

    key: str
    label: str
    number: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A finding (`title`), what is shown (`about`), from where and with what doubt (`source`), and its rows.

    Each row holds a value under every column's key, as plain numbers and ISO dates; under ``<key>_shown`` the words that a
    page shows instead of the value. `drawn` is the geometry for pages, `extra` what a drawing needs beside the rows.
    """

    name: str
    kind: Kind
    title: str
    about: str
    source: str
    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, Any], ...]
    drawn: Mapping[str, Any] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    query: str = ""

    @property
    def table(self) -> list[list[dict[str, Any]]]:
        """The rows as cells of words, for the table behind the picture."""
        return [
            [
                {"text": row.get(f"{column.key}_shown", row.get(column.key)), "number": column.number, "head": at == 0}
                for at, column in enumerate(self.columns)
            ]
            for row in self.rows
        ]

    @property
    def endings(self) -> tuple[str, ...]:
        """The files it can be taken as."""
        return ("svg", "png", "pdf", "csv")

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not self.rows
