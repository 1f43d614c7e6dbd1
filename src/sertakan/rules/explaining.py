"""The explanation of one month as plain data, in the shape that the command line and the API hand out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sertakan.core.money import Rupiah
from sertakan.core.month import Month
from sertakan.rules.contribution import Contribution, contribution, read_programmes
from sertakan.rules.errors import MonthUnreadable
from sertakan.rules.ruleset import RuleSet, Settings


def read_month(text: str) -> Month:
    """Read ``2026-12``. Refuses MonthUnreadable."""
    try:
        return Month.parse(text)
    except ValueError:
        raise MonthUnreadable() from None


def explain_json(
    *,
    month: Month | str,
    income: Rupiah | None = None,
    dasar: Rupiah | None = None,
    sector: str,
    funding: str,
    programmes: str | Iterable[str],
    rules: RuleSet | None = None,
    settings: Settings | None = None,
    language: str = "",
) -> dict[str, Any]:
    """Compute one month and explain it, in `language` or the reader's.

    Case and outer spaces of the words do not matter. Refuses as `contribution`.
    """
    names = read_programmes(programmes.casefold()) if isinstance(programmes, str) else programmes
    found = contribution(
        read_month(month) if isinstance(month, str) else month,
        dasar=dasar,
        income=income,
        sector=sector.strip().casefold(),
        funding=funding.strip().casefold(),
        programmes=names,
        rules=rules,
        settings=settings,
    )
    return as_json(found, language=language)


def as_json(found: Contribution, *, language: str = "") -> dict[str, Any]:
    """A contribution as plain data: months and dates as ISO text, amounts as integers."""
    return {
        "month": str(found.month),
        "tier": found.tier,
        "dasar": found.dasar,
        "amounts": dict(found.amounts),
        "full_amounts": dict(found.full_amounts),
        "total": found.total,
        "discount": found.discount,
        "due_on": {name: day.isoformat() for name, day in found.due_on.items()},
        "reasons": [
            {"text": reason.render(language=language), "source": reason.rests_on(language=language)}
            for reason in found.reasons
        ],
        "rules_version": found.rules_version,
        "confirmed": found.confirmed,
        "as_of": found.as_of.isoformat(),
    }
