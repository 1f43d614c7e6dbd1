"""Why one count differs from the one before: who came, who went, and for which reason. Reads both counts' persons and the kept states."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Literal

from django.db import connection

from sertakan.core.month import Month
from sertakan.coverage.figures import CHANGES, WIDTHS, ChangeKind

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
SELECT m.id, b.state, p.merged_into_id IS NOT NULL OR n.person_id IS DISTINCT FROM m.person_id AND n.person_id IS NOT NULL,
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


PLACES: Final = ("regency", "agency")
"""By what changes are told besides for all together."""

Places = dict[tuple[str, str], dict[ChangeKind, int]]
"""By (by, code) the numbers by kind; only areas and agencies in which something changed."""


def compare(
    now: pl.DataFrame, before: pl.DataFrame, month: Month, earlier: Month
) -> tuple[dict[ChangeKind, int], Places]:
    """Numbers by kind from the persons of two counts, for all and by regency and agency; each adds up to its difference.

    Came: `corrected` when the register now says that the person was active then too, `returned` when covered or lapsed before, else `new`.
    Went: `corrected` when the register now says that the person was not active then either or stands with another record,
    `budget_ended` when public money paid and its period is over, else `lapsed` (in arrears, lapsed, or left for good).
    Who is in both counts and in another place has `moved`: one fewer there and one more here, so that it is 0 for all.
    """
    kinds = _kinds(now, before, month, earlier)
    whole: Counter[ChangeKind] = Counter()
    for kind, sign in kinds.values():
        whole[kind] += sign
    return {kind: whole[kind] for kind in CHANGES}, _by_place(now, before, kinds)


def _kinds(
    now: pl.DataFrame, before: pl.DataFrame, month: Month, earlier: Month
) -> dict[int, tuple[ChangeKind, Literal[1, -1]]]:
    """By membership that is in one of the two counts only: why, and whether it came or went."""
    came = now.join(before, on="membership", how="anti").get_column("membership").to_list()
    went = before.join(now, on="membership", how="anti").get_column("membership").to_list()
    # Whoever the register does not know any more stands with another record.
    found: dict[int, tuple[ChangeKind, Literal[1, -1]]] = {
        **dict.fromkeys(came, ("corrected", 1)), **dict.fromkeys(went, ("corrected", -1)),
    }  # fmt: skip
    months = {"month": month.first_day, "before": earlier.first_day}
    with connection.cursor() as cursor:
        if came:
            cursor.execute(_CAME, {**months, "ids": came})
            for key, state, lapsed in cursor.fetchall():
                found[key] = (_kind_of_coming(state, lapsed=lapsed), 1)
        if went:
            cursor.execute(_WENT, {**months, "ids": went})
            for key, then, other_record, funding, over in cursor.fetchall():
                found[key] = (_kind_of_going(then, other_record=other_record, funding=funding or "", over=over), -1)
    return found


def _by_place(
    now: pl.DataFrame, before: pl.DataFrame, kinds: Mapping[int, tuple[ChangeKind, Literal[1, -1]]]
) -> Places:
    import polars as pl

    places: defaultdict[tuple[str, str], dict[ChangeKind, int]] = defaultdict(lambda: dict.fromkeys(CHANGES, 0))
    told = pl.DataFrame(
        [(key, kind) for key, (kind, _sign) in kinds.items()], schema={"membership": pl.Int64, "kind": pl.String}, orient="row"
    )  # fmt: skip
    changed = _placed(now).join(_placed(before), on="membership", how="full", coalesce=True, suffix="_then")
    changed = changed.join(told, on="membership", how="left").with_columns(pl.col("kind").fill_null("moved"))
    for by in PLACES:
        differs = changed.filter(~pl.col(by).eq_missing(pl.col(f"{by}_then")))
        for column, sign in ((by, 1), (f"{by}_then", -1)):
            counted = differs.filter(pl.col(column).is_not_null()).group_by(column, "kind").len()
            for code, kind, number in counted.iter_rows():
                places[by, code][kind] += sign * number
    return dict(places)


def _placed(persons: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    return persons.select("membership", "agency", pl.col("area").str.slice(0, WIDTHS["regency"]).alias("regency"))


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
