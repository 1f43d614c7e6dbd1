"""What the columns of a bank's table mean: layouts as data, those shipped and those taught, recognised by their headings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal

DateOrder = Literal["dmy", "mdy", "ymd"]
Rule = Literal["columns", "word", "suffix", "sign"]
TAUGHT = "taught:"
_PLAIN = re.compile(r"[^a-z0-9/]+")


@dataclass(frozen=True, slots=True)
class Layout:
    """One form of one bank. `headings` and the values of `columns` and `text` are in plain form (see `plain`).

    `columns`: account, booked_on, value_on, reference, debit, credit, amount, direction, balance, balance_before, counterparty, currency.
    """

    key: str
    bank: str
    name: str
    headings: frozenset[str]
    columns: Mapping[str, str]
    text: tuple[str, ...]
    rule: Rule
    incoming: frozenset[str] = frozenset()
    outgoing: frozenset[str] = frozenset()
    positive_is_in: bool = True
    dates: DateOrder = "dmy"
    decimal: Literal[",", ".", ""] = ""
    continued: bool = False
    pending: frozenset[str] = field(default=frozenset())

    @property
    def taught(self) -> bool:
        return self.key.startswith(TAUGHT)


def plain(heading: str | None) -> str:
    """A heading for comparing: ``Tgl. Val.`` becomes ``tglval``; a slash is kept, it tells Db/Cr from a word."""
    text = unicodedata.normalize("NFKC", heading or "").casefold()
    return _PLAIN.sub("", text)


def make_layout(key: str, facts: Mapping[str, Any]) -> Layout:
    """A layout from its facts as they stand in a YAML file or in a taught layout."""
    direction = facts["direction"]
    columns = dict(facts["columns"])
    text = columns.pop("text", [])
    return Layout(
        key=key,
        bank=facts["bank"],
        name=facts["name"],
        headings=frozenset(plain(heading) for heading in facts["headings"]),
        columns={name: plain(heading) for name, heading in columns.items() if heading},
        text=tuple(plain(heading) for heading in ([text] if isinstance(text, str) else text)),
        rule=direction["by"],
        incoming=frozenset(str(word).upper() for word in direction.get("in", ())),
        outgoing=frozenset(str(word).upper() for word in direction.get("out", ())),
        positive_is_in=direction.get("positive", "in") == "in",
        dates=facts.get("dates", "dmy"),
        decimal=facts.get("decimal", ""),
        continued=bool(facts.get("continued", False)),
        pending=frozenset(str(word).upper() for word in facts.get("pending", ())),
    )


@cache
def shipped() -> tuple[Layout, ...]:
    """The layouts in ``banking/layouts``."""
    import yaml

    folder = files("sertakan.banking").joinpath("layouts")
    found = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".yaml")), key=lambda entry: entry.name)
    return tuple(
        make_layout(entry.name.removesuffix(".yaml"), yaml.safe_load(entry.read_text("utf-8"))) for entry in found
    )


def fitting(row: Sequence[str | None], layouts: Iterable[Layout]) -> list[Layout]:
    """The layouts all of whose headings stand in `row`; of those whose headings contain another's, only the larger."""
    present = {plain(cell) for cell in row if cell}
    fit = [layout for layout in layouts if layout.headings and layout.headings <= present]
    return [layout for layout in fit if not any(layout.headings < other.headings for other in fit)]
