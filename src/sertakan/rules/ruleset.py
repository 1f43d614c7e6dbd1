"""The law as typed, frozen objects: what the parameter files become after they were checked."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, StrictBool, StrictInt, StrictStr

from sertakan.core.money import Rupiah
from sertakan.core.month import Month

PROGRAMMES: Final = ("jkk", "jkm", "jht")
SECTORS: Final = ("transport", "other")
FUNDINGS: Final = ("private", "csr", "zakat", "apbd", "apbn", "apbdes")

Programme = Literal["jkk", "jkm", "jht"]
Sector = Literal["transport", "other"]
Funding = Literal["private", "csr", "zakat", "apbd", "apbn", "apbdes"]
Confidence = Literal["confirmed", "law_text", "one_source", "derived", "memory", "open"]
GapRule = Literal["last_lower_bound_reached", "next_row", "refuse"]
InactiveFrom = Literal["first_day_after_limit", "next_due_day"]
LateAfter = Literal["due_day", "month_end"]
Unit = Literal[
    "rupiah", "share", "boolean", "count", "years", "months", "days", "working_days", "hours", "multiple", "due_day"
]


def _month(value: object) -> Month:
    if isinstance(value, Month):
        return value
    if not isinstance(value, str):
        raise ValueError("a month is written as text, YYYY-MM")
    return Month.parse(value)


def _fraction(value: object) -> Fraction:
    """A share is written as text, so that no float stands between the file and the amount."""
    if isinstance(value, Fraction):
        return value
    if not isinstance(value, str):
        raise ValueError('a share is written as text, for example "0.5"')
    return Fraction(value)


MonthField = Annotated[Month, BeforeValidator(_month), PlainSerializer(str)]
Share = Annotated[Fraction, BeforeValidator(_fraction), PlainSerializer(str)]
SourceIds = Annotated[tuple[StrictStr, ...], Field(min_length=1)]


class Frozen(BaseModel):
    """Base of all parameters: cannot be changed, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Source(Frozen):
    title: StrictStr
    url: StrictStr


class DueDay(Frozen):
    """`day` of the month that lies `month_offset` months after the contribution month."""

    day: Annotated[StrictInt, Field(ge=1, le=28)]
    month_offset: Annotated[StrictInt, Field(ge=0, le=12)]


class Provenance(Frozen):
    """Where a value stands, how sure it is, when it holds and since when it could be known."""

    known_from: date
    legal_ref: Annotated[StrictStr, Field(min_length=1)]
    sources: SourceIds
    confidence: Confidence
    notes: StrictStr | None = None


class DatedValue(Provenance):
    """One value of a parameter from `holds_from` to `holds_to`, both included (None: no end known)."""

    value: StrictInt | StrictBool | Share | DueDay
    holds_from: date
    holds_to: date | None

    def holds_on(self, day: date) -> bool:
        return self.holds_from <= day and (self.holds_to is None or day <= self.holds_to)


class Parameter(Frozen):
    """A named quantity with its values over time, earliest first, never overlapping."""

    description: StrictStr
    unit: Unit
    values: Annotated[tuple[DatedValue, ...], Field(min_length=1)]

    def on(self, day: date) -> DatedValue | None:
        """The value in force on `day`, or None where no law is known."""
        return next((value for value in self.values if value.holds_on(day)), None)


class Tier(Frozen):
    """One row of the printed table, amounts in whole rupiah a month."""

    tier: StrictInt
    income_from: Annotated[StrictInt, Field(ge=0)]
    income_to: StrictInt | None
    dasar: Annotated[StrictInt, Field(gt=0)]
    jkk: Annotated[StrictInt, Field(gt=0)]
    jht: Annotated[StrictInt, Field(gt=0)]


class TierTable(Frozen):
    """The table of income rows from `holds_from` to `holds_to`."""

    holds_from: date
    holds_to: date | None
    known_from: date
    legal_ref_jkk: Annotated[StrictStr, Field(min_length=1)]
    legal_ref_jht: Annotated[StrictStr, Field(min_length=1)]
    sources: SourceIds
    confidence: Confidence
    notes: StrictStr | None = None
    rows: Annotated[tuple[Tier, ...], Field(min_length=1)]

    def holds_on(self, day: date) -> bool:
        return self.holds_from <= day and (self.holds_to is None or day <= self.holds_to)

    @cached_property
    def by_dasar(self) -> dict[Rupiah, Tier]:
        return {row.dasar: row for row in self.rows}


class Discount(Provenance):
    """A reduction for one sector in a window of contribution months, both ends included."""

    id: Annotated[StrictStr, Field(min_length=1)]
    description: StrictStr
    programmes: Annotated[tuple[Programme, ...], Field(min_length=1)]
    factor: Share
    sector: Sector
    month_from: MonthField
    month_to: MonthField
    excluded_funding: tuple[Funding, ...]
    in_force: date

    def covers(self, month: Month) -> bool:
        return self.month_from <= month <= self.month_to

    def reduced(self, amount: Rupiah) -> Rupiah:
        """What remains to be paid. Whole by the check made when the file was loaded."""
        return amount * self.factor.numerator // self.factor.denominator


Span = tuple[StrictInt, StrictInt]


class NikStructure(Provenance):
    length: StrictInt
    area_digits: Span
    birth_digits: Span
    birth_format: Literal["DDMMYY"]
    female_day_offset: StrictInt
    serial_digits: Span
    area_is_current_domicile: StrictBool
    check_digit: StrictBool


class NipStructure(Provenance):
    length: StrictInt
    birth_digits: Span
    birth_format: Literal["YYYYMMDD"]
    appointed_digits: Span
    sex_digit: StrictInt
    serial_digits: Span
    contract_first_digit: StrictInt


class PlainNumber(Provenance):
    length: StrictInt


class Identity(Frozen):
    nik: NikStructure
    nip: NipStructure
    kpj: PlainNumber
    kk_number: PlainNumber


class SettingNote(Frozen):
    """Why an open question has the default it has, and who can answer it."""

    default: Any
    note: Annotated[StrictStr, Field(min_length=1)]
    why: Annotated[StrictStr, Field(min_length=1)]
    ask: Annotated[StrictStr, Field(min_length=1)]
    choices: tuple[StrictStr, ...] | None = None


class Regime(Frozen):
    """A span of contribution months in which nothing but reductions changes."""

    month_from: Month
    month_to: Month | None
    table: TierTable
    jkm: StrictInt
    jkm_ref: StrictStr
    due_jkk_jkm: DueDay
    due_jkk_jkm_ref: StrictStr
    due_jht: DueDay
    due_jht_ref: StrictStr

    def covers(self, month: Month) -> bool:
        return self.month_from <= month and (self.month_to is None or month <= self.month_to)


class Settings(Frozen):
    """The open questions, answered for now. Defaults stand in parameters/settings.yaml with their reasons."""

    private_driver_is_transport: StrictBool
    apbdes_counts_as_apbd: StrictBool
    income_gap_rule: GapRule
    joint_leave_is_holiday: StrictBool
    arrears_limit_months: Annotated[StrictInt, Field(ge=1)]
    minimum_age: StrictInt | None
    prepay_months_allowed: tuple[StrictInt, ...]
    jkk_jkm_compulsory: StrictBool
    inactive_from: InactiveFrom
    prepaid_months_count_at_once: StrictBool
    late_months_count_as_consecutive: StrictBool
    payment_is_late_after: LateAfter
    months_before_number_count: StrictBool
    lapse_restarts_scholarship: StrictBool
    gap_must_be_settled_first: StrictBool
    payroll_closes_on_day: Annotated[StrictInt, Field(ge=1, le=28)]
    donor_leaving_notice_months: Annotated[StrictInt, Field(ge=1)]

    def changed(self, **answers: object) -> Settings:
        """A copy with some questions answered otherwise. Raises ValidationError for an answer of the wrong kind."""
        return Settings.model_validate({**self.model_dump(), **answers})


class RuleSet(Frozen):
    """All of the law that is known, and the settings under which it is applied."""

    as_of: date
    last_confirmed_month: MonthField
    first_month: MonthField
    sources: dict[str, Source]
    parameters: dict[str, Parameter]
    tiers: tuple[TierTable, ...]
    discounts: tuple[Discount, ...]
    identity: Identity
    settings: Settings
    setting_notes: dict[str, SettingNote]

    @cached_property
    def version(self) -> str:
        """Sixteen hex digits over everything that can change an amount or a date; wording does not count."""
        facts = self.model_dump(
            mode="json", include={"first_month", "parameters", "tiers", "discounts", "identity", "settings"}
        )
        text = json.dumps(_without_words(facts), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def parameter(self, name: str, on: date) -> DatedValue | None:
        """The value of a named parameter in force on a day; None where no law is known. KeyError: no such name."""
        return self.parameters[name].on(on)

    def whole(self, name: str, on: date) -> int | None:
        """A parameter that is a whole number (rupiah, months, years ...) on a day."""
        found = self.parameter(name, on)
        if found is None:
            return None
        if isinstance(found.value, bool) or not isinstance(found.value, int):
            raise TypeError(f"{name} is not a whole number")
        return found.value

    @cached_property
    def regimes(self) -> tuple[Regime, ...]:
        """The time line of the contribution law, earliest first. Months in no regime have no known law."""
        names = ("jkm_monthly", "due_jkk_jkm", "due_jht")
        dated = [value for name in names if name in self.parameters for value in self.parameters[name].values]
        spans_known = [(item.holds_from, item.holds_to) for item in dated]
        spans_known += [(table.holds_from, table.holds_to) for table in self.tiers]
        starts = {Month.of(first) for first, _ in spans_known} | {self.first_month}
        starts |= {Month.of(last).next() for _, last in spans_known if last is not None}
        cuts = sorted(month for month in starts if month >= self.first_month)
        spans = zip(cuts, [*(cut.previous() for cut in cuts[1:]), None], strict=True)
        found = (self._regime(first, last) for first, last in spans)
        return tuple(regime for regime in found if regime is not None)

    def _regime(self, first: Month, last: Month | None) -> Regime | None:
        day = first.first_day
        table = next((table for table in self.tiers if table.holds_on(day)), None)
        jkm = self.parameters["jkm_monthly"].on(day) if "jkm_monthly" in self.parameters else None
        due = self.parameters["due_jkk_jkm"].on(day) if "due_jkk_jkm" in self.parameters else None
        due_jht = self.parameters["due_jht"].on(day) if "due_jht" in self.parameters else None
        if table is None or jkm is None or due is None or due_jht is None:
            return None
        return Regime.model_validate(
            {
                "month_from": first,
                "month_to": last,
                "table": table,
                "jkm": jkm.value,
                "jkm_ref": jkm.legal_ref,
                "due_jkk_jkm": due.value,
                "due_jkk_jkm_ref": due.legal_ref,
                "due_jht": due_jht.value,
                "due_jht_ref": due_jht.legal_ref,
            }
        )

    def regime(self, month: Month) -> Regime | None:
        """The contribution law of one month; None where none is known."""
        return next((regime for regime in self.regimes if regime.covers(month)), None)

    def discount(self, month: Month, sector: str) -> Discount | None:
        """The reduction open for a sector in a month, whoever pays."""
        return next((found for found in self.discounts if found.sector == sector and found.covers(month)), None)

    def excludes(self, discount: Discount, funding: str) -> bool:
        """Whether money of this kind never gets the reduction."""
        if funding == "apbdes" and self.settings.apbdes_counts_as_apbd:
            return "apbd" in discount.excluded_funding or "apbdes" in discount.excluded_funding
        return funding in discount.excluded_funding

    def confirmed(self, month: Month) -> bool:
        """Whether the law of this month is confirmed, not merely expected to go on."""
        return month <= self.last_confirmed_month

    def known_on(self, day: date) -> RuleSet:
        """The rules as they were known on an earlier day: what a bill frozen then was computed from."""
        if day >= self.as_of:
            return self
        parameters = {}
        for name, parameter in self.parameters.items():
            kept = tuple(value for value in parameter.values if value.known_from <= day)
            if kept:
                # A successor that was not known yet cannot have ended its predecessor.
                if len(kept) < len(parameter.values) and kept[-1].holds_to is not None:
                    kept = (*kept[:-1], kept[-1].model_copy(update={"holds_to": None}))
                parameters[name] = parameter.model_copy(update={"values": kept})
        tables = tuple(table for table in self.tiers if table.known_from <= day)
        if tables and len(tables) < len(self.tiers):
            tables = (*tables[:-1], tables[-1].model_copy(update={"holds_to": None}))
        return RuleSet.model_construct(
            as_of=day,
            last_confirmed_month=min(self.last_confirmed_month, Month.of(day)),
            first_month=self.first_month,
            sources=self.sources,
            parameters=parameters,
            tiers=tables,
            discounts=tuple(found for found in self.discounts if found.known_from <= day),
            identity=self.identity,
            settings=self.settings,
            setting_notes=self.setting_notes,
        )

    def with_settings(self, settings: Settings | None) -> RuleSet:
        """The same law under other answers to the open questions; another version when an answer differs."""
        if settings is None or settings == self.settings:
            return self
        # Built from its fields, not copied: a copy would carry the cached version along.
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return RuleSet.model_construct(**{**fields, "settings": settings})


def _without_words(value: Any) -> Any:
    """Drop what only explains, so that a corrected spelling does not make another rule set."""
    if isinstance(value, dict):
        return {key: _without_words(part) for key, part in value.items() if key not in {"notes", "description"}}
    if isinstance(value, list):
        return [_without_words(part) for part in value]
    return value
