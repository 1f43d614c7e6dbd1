"""What the checks need to know besides the file: the day, areas, occupations, law, the agency's answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import polars as pl

from sertakan.core.money import Rupiah
from sertakan.core.month import Month
from sertakan.intake.checks.area_index import AreaIndex
from sertakan.intake.checks.occupation_index import OccupationIndex
from sertakan.rules.ruleset import RuleSet, Tier


@dataclass(frozen=True, slots=True)
class CheckSettings:
    """Open questions that decide what a check takes when a cell says nothing. None: as the rules have it."""

    private_driver_is_transport: bool | None = None
    default_funding: str = "private"
    default_months: int = 1
    default_day: int = 15
    """Up to this day of the month a blank start month means this month, after it the next."""


@dataclass(frozen=True)
class CheckContext:
    """Everything a check looks up. Frames as in the intake contract; nothing in here is personal.

    areas [code, name, ...]; aliases [code, alias, kind]; nik_prefixes six digits each; occupations [code, term, synonyms,
    transport, ...]. `value_answers` maps (canonical column, raw text in lower case) to a canonical value; `defaults`
    canonical column to the value for blank cells of the whole file.
    """

    today: date
    areas: pl.DataFrame
    aliases: pl.DataFrame
    nik_prefixes: frozenset[str] | pl.Series
    province_code: str
    occupations: pl.DataFrame
    rules: RuleSet
    settings: CheckSettings = CheckSettings()
    value_answers: Mapping[tuple[str, str], str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def area_index(self) -> AreaIndex:
        return AreaIndex.build(self.areas, self.aliases, self.province_code)

    @cached_property
    def occupation_index(self) -> OccupationIndex:
        return OccupationIndex.build(self.occupations, private_driver_is_transport=self.private_driver_is_transport)

    @property
    def private_driver_is_transport(self) -> bool:
        chosen = self.settings.private_driver_is_transport
        return self.rules.settings.private_driver_is_transport if chosen is None else chosen

    @cached_property
    def prefixes(self) -> pl.Series:
        """Known first six digits, sorted and unique."""
        return pl.Series("prefix", list(self.nik_prefixes), dtype=pl.String).unique().sort()

    @cached_property
    def covered_regencies(self) -> pl.Series:
        """First four digits of regencies of which districts are known: only there an unknown district means anything."""
        return self.prefixes.str.slice(0, 4).unique()

    @cached_property
    def regencies(self) -> pl.Series:
        """First four digits of all regencies known as areas."""
        codes = self.areas["code"].str.replace_all(".", "", literal=True)
        return codes.filter(codes.str.len_chars() == 4).unique()

    @cached_property
    def tiers(self) -> tuple[Tier, ...]:
        """The rows of the income table in force today (before the law: the first known)."""
        regime = self.rules.regime(Month.of(self.today))
        return (regime.table if regime else self.rules.tiers[0]).rows

    @property
    def lowest_dasar(self) -> Rupiah:
        return min(row.dasar for row in self.tiers)

    @cached_property
    def age_limit(self) -> int:
        """The first age at which nobody can be registered."""
        return self.rules.whole("age_must_be_below_at_registration", self.today) or 65

    @property
    def default_month(self) -> Month:
        """The month a blank start month stands for."""
        month = Month.of(self.today)
        return month if self.today.day <= self.settings.default_day else month.next()

    @cached_property
    def prepay_choices(self) -> tuple[int, ...]:
        return tuple(self.rules.settings.prepay_months_allowed)
