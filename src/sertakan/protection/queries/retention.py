"""How long cover lasts in groups: by agency, source of money, or sector.

Small groups are not shown, nor the ends of curves on which few stand.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Final, Literal

from sertakan.agencies.models import Agency
from sertakan.protection.models import Duration
from sertakan.protection.survival import Curve, kaplan_meier

SMALLEST_GROUP: Final = 20
"""Fewer persons than this make no curve: it would say something about persons, and nothing about the group."""
FEWEST_WATCHED: Final = 10
"""A curve ends where fewer persons than this are still watched."""

By = Literal["all", "agency", "funding", "sector"]


@dataclass(frozen=True, slots=True)
class RetentionGroup:
    """One group: its key and name (of agencies; else empty), and its curve, None when it is too small to be shown."""

    key: str
    name: str
    people: int
    curve: Curve | None


def retention(by: By = "all") -> list[RetentionGroup]:
    """The groups in scope, the one that keeps the fewest first, those too small last."""
    counts: dict[str, list[tuple[int, bool, int]]] = defaultdict(list)
    for agency, funding, sector, months, lapsed, people in Duration.objects.values_list(
        "agency_id", "funding", "sector", "months", "lapsed", "people"
    ):
        key = {"all": "", "agency": str(agency or ""), "funding": funding, "sector": sector}[by]
        counts[key].append((months, lapsed, people))
    names = _names(counts) if by == "agency" else {}
    groups = [_group(key, names.get(key, ""), rows) for key, rows in counts.items()]
    return sorted(groups, key=lambda one: (one.curve is None, _last_share(one), one.name, one.key))


def _group(key: str, name: str, rows: list[tuple[int, bool, int]]) -> RetentionGroup:
    people = sum(row[2] for row in rows)
    curve = kaplan_meier(rows) if people >= SMALLEST_GROUP else None
    return RetentionGroup(key, name, people, _where_enough(curve) if curve else None)


def _where_enough(curve: Curve) -> Curve:
    return replace(curve, steps=tuple(step for step in curve.steps if step.watched >= FEWEST_WATCHED))


def _last_share(group: RetentionGroup) -> float:
    return group.curve.steps[-1].share if group.curve else 1.0


def _names(counts: dict[str, list[tuple[int, bool, int]]]) -> dict[str, str]:
    ids = [int(key) for key in counts if key]
    return {str(agency.pk): agency.short_name for agency in Agency.objects.filter(pk__in=ids)}
