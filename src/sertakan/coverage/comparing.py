"""Why one count differs from the one before: who came, who went, and for which reason. Reads both counts' persons and the kept states."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from django.db import connection

from sertakan.core.month import Month
from sertakan.coverage.figures import CHANGES, ChangeKind

if TYPE_CHECKING:
    import polars as pl

BUDGETS: Final = ("apbd", "apbn", "apbdes")

# What is known now about the month before, about this month, and about whose money paid until when.
_CAME = """
SELECT m.id, b.state, n.first_lapsed_on IS NOT NULL
FROM sponsorship_membership m
LEFT JOIN protection_monthstate b ON b.membership_id = m.id AND b.month = %(before)s
LEFT JOIN protection_monthstate n ON n.membership_id = m.id AND n.month = %(month)s
WHERE m.id = ANY (%(ids)s)
"""
_WENT = """
SELECT m.id, b.state, n.state, p.merged_into_id IS NOT NULL OR n.person_id IS DISTINCT FROM m.person_id AND n.person_id IS NOT NULL,
       b.funding,
       coalesce(w.ended_on < (%(month)s::date + interval '1 month')::date, false)
       OR coalesce((w.start_month + w.months * interval '1 month')::date <= %(month)s, false)
FROM sponsorship_membership m
JOIN people_person p ON p.id = m.person_id
LEFT JOIN protection_monthstate b ON b.membership_id = m.id AND b.month = %(before)s
LEFT JOIN protection_monthstate n ON n.membership_id = m.id AND n.month = %(month)s
LEFT JOIN sponsorship_sponsorship w ON w.id = b.sponsorship_id
WHERE m.id = ANY (%(ids)s)
"""


def compare(now: pl.DataFrame, before: pl.DataFrame, month: Month, earlier: Month) -> dict[ChangeKind, int]:
    """Numbers by kind from the persons of two counts; they add up to the difference.

    Came: `corrected` when the register now says that the person was active then too, `returned` when covered or lapsed before, else `new`.
    Went: `corrected` when the register now says that the person was not active then either or stands with another record,
    `budget_ended` when public money paid and its period is over, else `lapsed` (in arrears, lapsed, or left for good).
    `moved` is about who counts in another place: it never changes the number of all, and is 0 here.
    """
    came = now.join(before, on="membership", how="anti").get_column("membership").to_list()
    went = before.join(now, on="membership", how="anti").get_column("membership").to_list()
    found: Counter[ChangeKind] = Counter(dict.fromkeys(CHANGES, 0))
    months = {"month": month.first_day, "before": earlier.first_day}
    with connection.cursor() as cursor:
        if came:
            cursor.execute(_CAME, {**months, "ids": came})
            found.update(_kind_of_coming(state, lapsed=lapsed) for _id, state, lapsed in cursor.fetchall())
        if went:
            cursor.execute(_WENT, {**months, "ids": went})
            for _id, then, _state, other_record, funding, over in cursor.fetchall():
                kind = _kind_of_going(then, other_record=other_record, funding=funding or "", over=over)
                found[kind] -= 1
    return {kind: found[kind] for kind in CHANGES}


def _kind_of_coming(then: str | None, *, lapsed: bool) -> ChangeKind:
    if then == "active":
        return "corrected"
    if then in (None, "not_yet"):
        return "returned" if lapsed else "new"
    return "returned"


def _kind_of_going(then: str | None, *, other_record: bool, funding: str, over: bool) -> ChangeKind:
    if then != "active" or other_record:
        return "corrected"
    return "budget_ended" if funding in BUDGETS and over else "lapsed"
