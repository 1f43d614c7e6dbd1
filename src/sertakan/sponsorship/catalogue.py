"""The data files of this package: refusal reasons, headings and words of answers, offer periods, layouts of the batch workbook."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from sertakan.sponsorship.errors import DataMalformed, LayoutUnknown

_HERE = Path(__file__).parent
_NOT_A_WORD = re.compile(r"[^a-z0-9]+")

Field = Literal[
    "number", "nik", "kpj", "name", "birth_place", "birth_date", "sex", "mother_name", "phone", "email", "address", "area",
    "area_code", "occupation", "occupation_2", "sector", "work_place", "work_area", "work_hours", "income", "dasar", "programmes",
    "funding", "start_month", "months", "effective_on", "last_payable_month", "end_reason", "donor_name", "blank",
]  # fmt: skip


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Reason(_Frozen):
    """Why BPJS refuses, and what to do then."""

    code: str
    label: str
    remedy: str
    again: bool
    phrases: tuple[str, ...]


class LayoutColumn(_Frozen):
    """One column of a workbook: which fact, under which heading, how wide, in which cell format."""

    field: Field
    heading: str
    width: int = 16
    format: Literal["text", "number", "money", "date", "month"] = "text"


class Layout(_Frozen):
    """The columns of a workbook for BPJS, in their order."""

    id: str
    title: str
    sheet: str = "Peserta"
    columns: tuple[LayoutColumn, ...]


class _OfferValue(_Frozen):
    holds_from: date
    value: int
    source: str


class _Offer(_Frozen):
    description: str
    unit: str
    values: tuple[_OfferValue, ...]


T = TypeVar("T", bound=_Frozen)


def plain(text: str) -> str:
    """Lower case, every run of other signs than letters and digits as one space: ``"NIK  (16 digit)" -> "nik 16 digit"``."""
    return _NOT_A_WORD.sub(" ", text.casefold()).strip()


def _read(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as problem:
        raise DataMalformed(file=path.name, reason=type(problem).__name__) from problem


def _checked(kind: type[T], raw: Any, path: Path) -> T:
    try:
        return kind.model_validate(raw)
    except ValidationError as problem:
        first = problem.errors()[0]
        place = ".".join(str(piece) for piece in first["loc"])
        raise DataMalformed(file=path.name, reason=f"{place or 'isi'}: {first['msg']}") from problem


@cache
def reasons() -> dict[str, Reason]:
    """Refusal reasons by code."""
    path = _HERE / "data" / "reasons.yaml"
    return {reason.code: reason for reason in (_checked(Reason, entry, path) for entry in _read(path))}


def reason_for(text: str) -> str | None:
    """The code of a refusal text; None when no phrase fits, or phrases of two reasons do ("NIK salah, usia 67").

    A phrase inside a longer one that fits as well does not count: "sudah terdaftar PU" is not "sudah terdaftar".
    """
    said = plain(text)
    for code in reasons():
        if said == plain(code):
            return code
    fitting = {
        phrase: reason.code
        for reason in reasons().values()
        for phrase in map(plain, reason.phrases)
        if _within(phrase, said)
    }
    codes = {
        code
        for phrase, code in fitting.items()
        if not any(_within(phrase, other) for other in fitting if other != phrase)
    }
    return codes.pop() if len(codes) == 1 else None


def _within(phrase: str, text: str) -> bool:
    return f" {phrase} " in f" {text} "


@cache
def headings() -> dict[str, str]:
    """Heading of an answer (in its plain form) to what it holds."""
    path = _HERE / "data" / "headings.yaml"
    return {plain(heading): column for column, words in _read(path).items() for heading in (column, *words)}


@cache
def decisions() -> dict[str, str]:
    """How an answer says ``accepted`` and ``refused``."""
    words = _read(_HERE / "data" / "words.yaml")
    return {plain(str(word)): answer for answer in ("accepted", "refused") for word in words[answer]}


@cache
def month_names() -> dict[str, int]:
    """Month names and short forms to their number."""
    return dict(_read(_HERE / "data" / "words.yaml")["months"])


def offer_days(on: date) -> int:
    """How many days before a period ends its continuation is offered, by the choice in force on `on`."""
    path = _HERE / "data" / "offers.yaml"
    known = _checked(_Offer, _read(path)["continue_offer_days"], path).values
    held = [value for value in known if value.holds_from <= on] or [min(known, key=lambda value: value.holds_from)]
    return max(held, key=lambda value: value.holds_from).value


def offices_file() -> Path:
    """The shipped list of offices of BPJS Ketenagakerjaan."""
    return _HERE / "data" / "offices.csv"


DEFAULT_LAYOUT = "bpu-kolektif"


def layouts(data: Path | None = None) -> Mapping[str, Layout]:
    """Layouts by id: the shipped ones, and those of the operator (``DATA_DIR/layouts``), which go before."""
    found: dict[str, Layout] = {}
    for folder in (_HERE / "layouts", *([data / "layouts"] if data else [])):
        for path in sorted(folder.glob("*.yaml")) if folder.is_dir() else []:
            layout = _checked(Layout, _read(path), path)
            found[layout.id] = layout
    return found


def layout(layout_id: str = "", *, data: Path | None = None) -> Layout:
    """One layout, the default one for an empty id. Raises LayoutUnknown."""
    known = layouts(data)
    wanted = layout_id or DEFAULT_LAYOUT
    if wanted not in known:
        raise LayoutUnknown(layout=wanted, known=", ".join(sorted(known)))
    return known[wanted]
