"""The data files of this package: steps, last days, papers, heirs, and what to do in plain words."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

Kind = Literal["accident", "disease", "disability", "death", "death_by_accident"]
KINDS: Final[tuple[Kind, ...]] = ("accident", "disease", "disability", "death", "death_by_accident")
Duty = Literal["family", "agency", "bpjs", "doctor"]
OURS: Final = frozenset({"family", "agency"})
"""Whose steps can be overdue for us; a step of BPJS that is overdue is asked about, one of the doctor has no deadline."""

AFTER_DECISION: Final = frozenset({"stop", "pay_jkk", "pay_jkm", "pay_jht"})
"""What is still to be done once BPJS has decided; the steps on the way to a decision have lost their meaning by then."""

_HERE = Path(__file__).parent / "data"
T = TypeVar("T", bound="_Frozen")


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class StepKind(_Frozen):
    """A step: who does it, for which cases, from which day its clock runs, by which parameter of the law."""

    code: str
    label: str
    how: str
    duty_of: Duty
    kinds: tuple[Kind, ...]
    begins: str = Field(alias="from")
    parameter: str | None = None
    programme: str | None = None
    source: str = ""


class LimitKind(_Frozen):
    """After which day a right is gone."""

    code: str
    label: str
    how: str
    kinds: tuple[Kind, ...]
    begins: Literal["event", "work_end"] = Field(alias="from")
    parameter: str | None = None


class Paper(_Frozen):
    """A paper that a claim needs; `note` says when, or how to get it."""

    code: str
    label: str
    note: str = ""
    programme: str | None = None
    kinds: tuple[Kind, ...]


class Heir(_Frozen):
    code: str
    label: str


class Advice(_Frozen):
    """One sentence of the leaflet; `lead` stands before the numbered ones."""

    kind: Kind
    label: str
    lead: bool = False


def _read(name: str, kind: type[T]) -> tuple[T, ...]:
    content = yaml.safe_load((_HERE / f"{name}.yaml").read_text(encoding="utf-8"))
    return TypeAdapter(tuple[kind, ...]).validate_python(content)  # type: ignore[valid-type]


@cache
def _steps() -> tuple[StepKind, ...]:
    return _read("steps", StepKind)


@cache
def _limits() -> tuple[LimitKind, ...]:
    return _read("limits", LimitKind)


@cache
def _papers() -> tuple[Paper, ...]:
    return _read("papers", Paper)


@cache
def heirs() -> tuple[Heir, ...]:
    """The heirs in the order of the law."""
    return _read("heirs", Heir)


@cache
def _guide() -> tuple[Advice, ...]:
    return _read("guide", Advice)


def steps(kind: str, *, programmes: frozenset[str] | None = None) -> tuple[StepKind, ...]:
    """The steps of a kind in their order. `programmes` of the worker leave out what is only for another one; None: all."""
    return tuple(one for one in _steps() if kind in one.kinds and _fits(one.programme, programmes))


def step(code: str) -> StepKind | None:
    """One step by its code."""
    return next((one for one in _steps() if one.code == code), None)


def limits(kind: str) -> tuple[LimitKind, ...]:
    """The last days that matter for a kind."""
    return tuple(one for one in _limits() if kind in one.kinds)


def papers(kind: str, *, programmes: frozenset[str] | None = None) -> tuple[Paper, ...]:
    """The papers that a kind needs."""
    return tuple(one for one in _papers() if kind in one.kinds and _fits(one.programme, programmes))


def advice(kind: str) -> tuple[Advice, ...]:
    """What to do, in plain words, in order."""
    return tuple(one for one in _guide() if one.kind == kind)


def _fits(programme: str | None, programmes: frozenset[str] | None) -> bool:
    return programme is None or programmes is None or programme in programmes
