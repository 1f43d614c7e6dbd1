"""What is known of a worker on the day of an event: number, confirmed months, base; and the snapshot that a case keeps of it.

Who knows a worker sees all confirmed months, also those that another agency paid: cover belongs to the worker and not to who paid.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.utils import translation

from sertakan.claims.deadlines import years_after
from sertakan.core import clock
from sertakan.core.errors import DomainError
from sertakan.core.money import Rupiah
from sertakan.core.month import Month
from sertakan.people import queries as people
from sertakan.protection import PaidHistory, read_paid
from sertakan.protection.clock import WAITING
from sertakan.protection.explaining import as_json
from sertakan.protection.queries import held_by
from sertakan.rules import load_rules

_AFTER_WORK = "occupational_disease_years_after_work"

_NUMBERS = "SELECT count(*), count(issued_on) FROM sponsorship_membership WHERE person_id = ANY (%s)"
_BASE = """
(SELECT dasar, programmes, sector, funding FROM contributions_paid WHERE month <= %(on)s
 AND membership_id IN (SELECT id FROM sponsorship_membership WHERE person_id = ANY (%(group)s))
 ORDER BY month DESC, paid_on DESC LIMIT 1)
UNION ALL
(SELECT dasar, array_to_string(programmes, ','), sector, funding FROM sponsorship_sponsorship
 WHERE person_id = ANY (%(group)s) AND state <> 'refused' ORDER BY start_month <= %(on)s DESC, start_month DESC, id DESC LIMIT 1)
"""


@dataclass(frozen=True, slots=True)
class Known:
    """Facts about one worker. `number_day_known`: False for a number that existed before we asked and whose day nobody told.

    `waiting`: months that were remitted and that BPJS has not confirmed. The base is the one reported last before the day.
    """

    history: PaidHistory
    waiting: tuple[Month, ...]
    numbered: bool
    number_day_known: bool
    dasar: Rupiah | None
    programmes: tuple[str, ...]
    sector: str
    funding: str


def known_of(person_id: int, on: date) -> Known:
    """What is known of a person, and of others who are the same, as it concerns a day. The person has to be in scope."""
    held, group = held_by(person_id), people.group_of(person_id)
    ((numbers, dated),) = _rows(_NUMBERS, [group])
    base = next(iter(_rows(_BASE, {"group": group, "on": on})), (None, "", "", ""))
    return Known(
        history=held.history,
        waiting=held.waiting,
        numbered=numbers > 0,
        number_day_known=dated > 0,
        dasar=base[0],
        programmes=tuple(str(base[1]).split(",")) if base[1] else (),
        sector=str(base[2]),
        funding=str(base[3]),
    )


def snapshot(person_id: int, *, kind: str, event_on: date, work_end: date | None = None) -> dict[str, Any]:
    """Facts and explanation of cover on the day of an event, as plain data; ``found`` is None where nothing can be said.

    A disease that shows after work has ended is looked at on the last day of work.
    """
    law = load_rules()
    on = min(event_on, work_end) if kind == "disease" and work_end is not None else event_on
    known = known_of(person_id, on)
    waiting, years = law.parameter(WAITING, on), law.whole(_AFTER_WORK, event_on)
    late = bool(on < event_on and years and event_on > years_after(on, years))
    facts = {
        "on": on.isoformat(),
        "paid": ",".join(f"{month}@{day}" if day else str(month) for month, day in known.history.paid.items()),
        "number_issued_on": _text(known.history.number_issued_on),
        "dasar": known.dasar,
        "programmes": list(known.programmes),
        "sector": known.sector,
        "funding": known.funding,
        "waiting": [str(month) for month in known.waiting if month.first_day <= on],
    }
    found, unknown = _found(known, on, facts)
    return {
        "facts": facts,
        "found": found,
        "unknown": unknown,
        "programmes": list(known.programmes),
        "waiting": {"count": waiting.value if waiting else 0},
        "waiting_source": waiting.legal_ref if waiting else "",
        "work_end": _text(work_end) if on < event_on else None,
        "too_late_years": years if late else None,
        "rules_version": law.version,
        "taken_on": clock.today().isoformat(),
    }


def explained(kept: Mapping[str, Any]) -> Mapping[str, Any]:
    """A kept snapshot with its sentences in the reader's language, as long as the rules are those of its day; else as kept."""
    if kept.get("found") is None or kept["rules_version"] != load_rules().version:
        return kept
    return {**kept, "found": _explain(kept["facts"])}


def differs(kept: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether what is known has changed since a snapshot was taken."""
    return kept.get("facts") != now.get("facts") or kept.get("unknown") != now.get("unknown")


def _found(known: Known, on: date, facts: Mapping[str, Any]) -> tuple[dict[str, Any] | None, str]:
    learned = known.history.number_issued_on
    if known.numbered and not known.number_day_known and learned is not None and on < learned:
        return None, "unknown_number_day"
    if known.dasar is None:
        return None, "unknown_dasar"
    try:
        with translation.override("id"):
            return _explain(facts), ""
    except DomainError:
        return None, "unknown_law"


def _explain(facts: Mapping[str, Any]) -> dict[str, Any]:
    number = facts["number_issued_on"]
    return as_json(
        PaidHistory(date.fromisoformat(number) if number else None, paid=read_paid(facts["paid"])),
        date.fromisoformat(facts["on"]),
        dasar=facts["dasar"],
        programmes=facts["programmes"],
        sector=facts["sector"] or None,
        funding=facts["funding"] or None,
    )


def _rows(query: str, given: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        return list(cursor.fetchall())


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
