"""Reads of circulars, duties and where agencies stand, as of a day; always within the scope of who asks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from django.db import connection
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Least

from sertakan.agencies.models import Agency
from sertakan.core import clock, scope
from sertakan.core.clock import WIB
from sertakan.core.month import Month
from sertakan.followup import dues, fresh, shares
from sertakan.followup.errors import CircularUnknown, DayTooFar, DeclarationUnknown, DutyUnknown
from sertakan.followup.figures import AgencyShare, Changed, DutyCell, DutyRow, MonthShare
from sertakan.followup.measures import DECLARATION
from sertakan.followup.models import Addressee, Circular, Deadline, Declaration, Duty, Pause, Plan, Reminder
from sertakan.rules.reasons import day_in_words

__all__ = ["AgencyShare", "Changed", "DutyCell", "DutyRow", "MonthShare"]

# Every cell asked for on a day, with the latest that was known of it then. A period that is over belongs to who was addressed on its last
# day, a running one (and what is done once) to who is addressed on the day asked for: so a merger moves what runs, and leaves the past.
_GRID = """
WITH asked AS (
    SELECT * FROM unnest(%(duty)s::bigint[], %(period)s::date[], %(at)s::date[], %(due)s::date[], %(soon)s::date[], %(declared)s::bool[],
                         %(always)s::bool[]) AS t(duty_id, period, at, due, soon, by_word, always)
), grid AS (
    SELECT a.agency_id, q.* FROM asked q JOIN followup_duty d ON d.id = q.duty_id
    JOIN followup_addressee a ON a.circular_id = d.circular_id AND a.valid_from <= q.at AND (a.valid_to IS NULL OR a.valid_to > q.at)
    WHERE %(agencies)s::bigint[] IS NULL OR a.agency_id = ANY (%(agencies)s::bigint[])
), latest AS (
    SELECT DISTINCT ON (agency_id, duty_id, period) agency_id, duty_id, period, "on" AS since, value, "of", met, declared
    FROM followup_standing
    WHERE "on" <= %(on)s AND duty_id = ANY (%(duties)s::bigint[])
      AND (%(agencies)s::bigint[] IS NULL OR agency_id = ANY (%(agencies)s::bigint[]))
    ORDER BY agency_id, duty_id, period, "on" DESC, id DESC
), cell AS (
    SELECT g.agency_id, g.duty_id, g.period, g.due, g.by_word, l.since, l.value, l."of",
        CASE WHEN l.declared = 'verified' THEN 'verified'
             WHEN l.declared = 'declared' THEN 'declared'
             WHEN NOT g.by_word AND l.met THEN 'fulfilled'
             WHEN NOT g.by_word AND l.met IS NULL AND l.value IS NOT NULL THEN 'not_asked'
             WHEN g.due < %(on)s THEN 'overdue'
             WHEN g.soon <= %(on)s THEN 'due'
             ELSE 'open' END AS status,
        coalesce(g.due < %(on)s, g.always) AS late
    FROM grid g LEFT JOIN latest l ON l.agency_id = g.agency_id AND l.duty_id = g.duty_id AND l.period IS NOT DISTINCT FROM g.period
)
"""
_CELLS = (
    _GRID
    + """SELECT agency_id, duty_id, period, status, value, "of", due, by_word, since,
    status <> 'not_asked' AND (late OR status IN ('fulfilled', 'verified')) FROM cell ORDER BY agency_id, duty_id, period"""
)
_COUNTS = (
    _GRID
    + """SELECT agency_id, period, count(*) FILTER (WHERE status IN ('fulfilled', 'verified')),
    count(*) FILTER (WHERE status <> 'not_asked' AND (late OR status IN ('fulfilled', 'verified'))),
    count(*) FILTER (WHERE status = 'overdue') FROM cell GROUP BY agency_id, period"""
)


def check_not_too_far(on: date) -> None:
    """Raises DayTooFar."""
    last = date(clock.today().year + YEARS_AHEAD, 12, 31)
    if on > last:
        raise DayTooFar(last=day_in_words(last))


def circulars() -> QuerySet[Circular]:
    """All circulars, the newest first."""
    return Circular.objects.select_related("predecessor").order_by("-valid_from", "-pk")


def get_circular(circular_id: int) -> Circular:
    """One circular. Raises CircularUnknown."""
    found = Circular.objects.select_related("predecessor").filter(pk=circular_id).first()
    if found is None:
        raise CircularUnknown()
    return found


def is_replaced(circular_id: int) -> bool:
    """Whether another circular has taken the place of this one."""
    return Circular.objects.filter(predecessor=circular_id).exists()


def get_duty(duty_id: int) -> Duty:
    """One duty. Raises DutyUnknown."""
    found = Duty.objects.select_related("circular", "clause").filter(pk=duty_id).first()
    if found is None:
        raise DutyUnknown()
    return found


def get_declaration(declaration_id: int) -> Declaration:
    """One declaration in scope. Raises DeclarationUnknown."""
    found = Declaration.objects.select_related("agency", "duty").filter(pk=declaration_id).first()
    if found is None:
        raise DeclarationUnknown()
    return found


def declarations(
    *, agency_id: int | None = None, duty_id: int | None = None, waiting: bool = False
) -> QuerySet[Declaration]:
    """Declarations in scope, the newest first."""
    found = Declaration.objects.select_related("agency", "duty").order_by("-declared_at", "-pk")
    if agency_id is not None:
        found = found.filter(agency=agency_id)
    if duty_id is not None:
        found = found.filter(duty=duty_id)
    return found.filter(state=Declaration.State.WAITING) if waiting else found


def declarations_on(on: date, *, agency_id: int | None = None, duty_id: int | None = None) -> list[Declaration]:
    """Declarations in scope as they stood on a day, the newest first: later ones are not there, later decisions not taken."""
    end = _end_of(on)
    found = list(declarations(agency_id=agency_id, duty_id=duty_id).filter(declared_at__lt=end)[:MOST_DECLARATIONS])
    for one in found:
        if one.decided_at is not None and one.decided_at >= end:
            one.state, one.decided_label, one.decided_at, one.reason = Declaration.State.WAITING, "", None, ""
    return found


def addressees(circular_id: int, on: date) -> list[Agency]:
    """The agencies that a circular addresses on a day, by name."""
    found = Addressee.objects.filter(_in_force(on), circular=circular_id).values("agency")
    return list(Agency.objects.filter(pk__in=found).order_by("sort_key"))


def plan_of(circular_id: int) -> Plan | None:
    """The reminder plan of a circular."""
    return Plan.objects.filter(circular=circular_id).first()


def pauses(on: date | None = None) -> QuerySet[Pause]:
    """Pauses in scope, the newest first; with `on`: those in force then."""
    found = Pause.objects.select_related("agency", "duty").order_by("-first", "-pk")
    return found if on is None else found.filter(first__lte=on, last__gte=on)


def pauses_known(on: date) -> QuerySet[Pause]:
    """Pauses in scope that had been set by a day, the newest first."""
    return pauses().filter(made_at__lt=_end_of(on))


def _end_of(on: date) -> datetime:
    return datetime.combine(on + timedelta(days=1), time.min, WIB)


def reminders(*, agency_id: int | None = None, until: date | None = None) -> QuerySet[Reminder]:
    """The log of reminders in scope, the newest first."""
    found = Reminder.objects.select_related("agency", "duty").order_by("-planned_for", "-pk")
    if agency_id is not None:
        found = found.filter(agency=agency_id)
    return found if until is None else found.filter(planned_for__lte=until)


def duties(on: date, *, circular_id: int | None = None) -> list[DutyRow]:
    """Duties in force on a day, in the order of their circular."""
    found = _duties(on).filter(_asked_on(on))
    if circular_id is not None:
        found = found.filter(circular=circular_id)
    return [_row(duty) for duty in found]


def states(
    on: date, *, agency_ids: Collection[int] | None = None, duty_ids: Collection[int] | None = None,
    since: date | None = None,
) -> list[DutyCell]:  # fmt: skip
    """Where every cell of periods begun by `on` stood on that day; None: of all agencies, all duties.

    `since`: only periods that were still running on that day or began later, and what is done once.
    """
    rows = _asked(_CELLS, on, agency_ids=agency_ids, duty_ids=duty_ids, since=since)
    months: dict[date, Month] = {}
    return [
        DutyCell(
            agency, duty, None if period is None else months.setdefault(period, Month.of(period)), status, value, of, due,
            "declared" if by_word else "computed", known, counts,
        )
        for agency, duty, period, status, value, of, due, by_word, known, counts in rows
    ]  # fmt: skip


def overdue(on: date, *, agency_ids: Collection[int] | None = None) -> list[DutyCell]:
    """The cells whose deadline has passed without being done, the oldest deadline first."""
    late = [cell for cell in states(on, agency_ids=agency_ids) if cell.status == "overdue"]
    return sorted(late, key=lambda cell: (cell.due or on, cell.agency_id, cell.duty_id))


def changes_since(day: date, until: date) -> list[Changed]:
    """Cells that stand otherwise on `until` than they did on `day`, by the day of the change."""
    before = {(cell.agency_id, cell.duty_id, cell.period): cell.status for cell in states(day)}
    found = []
    for cell in states(until):
        was = before.get((cell.agency_id, cell.duty_id, cell.period), "not_asked")
        if was != cell.status and not (was == "not_asked" and cell.status == "open"):
            found.append(
                Changed(cell.agency_id, cell.duty_id, cell.period, was, cell.status, _turned(cell, day, until))
            )
    return sorted(found, key=lambda one: (one.on, one.agency_id, one.duty_id))


def _turned(cell: DutyCell, day: date, until: date) -> date:
    if cell.status == "overdue" and cell.due is not None:
        return cell.due + timedelta(days=1)
    if cell.status == "due" and cell.due is not None:
        return dues.before(cell.due, dues.SOON)
    return cell.since if cell.since is not None and cell.since > day else until


def ranking(on: date) -> list[AgencyShare]:
    """Agencies by the share of their counted duties that is done, the highest first; those without any come last."""
    return overview(on)[0]


def overview(on: date) -> tuple[list[AgencyShare], list[MonthShare]]:
    """The ranking, and what every agency has done month by month; one statement for both."""
    sums: dict[int, list[int]] = {}
    monthly = []
    for agency, period, done, asked, late in _counts(on):
        total = sums.setdefault(agency, [0, 0])
        total[0] += done
        total[1] += asked
        if period is not None:
            monthly.append(MonthShare(agency, Month.of(period), done, asked, late))
    return _ranked({key: (done, asked) for key, (done, asked) in sums.items()}, on), monthly


def ranked(cells: Iterable[DutyCell], on: date) -> list[AgencyShare]:
    """The ranking of a day from cells that are known already."""
    return _ranked(fresh.sums(cells), on)


def _ranked(sums: Mapping[int, tuple[int, int]], on: date) -> list[AgencyShare]:
    names = dict(Agency.objects.filter(pk__in=sums).values_list("pk", "short_name"))
    now = set(Addressee.objects.filter(_in_force(on)).values_list("agency", flat=True))
    return shares.ranked((key, names[key], done, asked) for key, (done, asked) in sums.items() if key in now)


def participation(on: date) -> list[AgencyShare]:
    """Agencies by the share of staff who take part (measure ``staff_taking_part``), the highest first."""
    measured = [duty.pk for duty in _duties(on).filter(_asked_on(on), measure="staff_taking_part")]
    newest: dict[int, DutyCell] = {}
    for cell in states(on, duty_ids=measured) if measured else []:
        known = newest.get(cell.agency_id)
        if known is None or (cell.since or date.min) >= (known.since or date.min):
            newest[cell.agency_id] = cell
    names = dict(Agency.objects.filter(pk__in=newest).values_list("pk", "short_name"))
    return shares.ranked(
        (key, names[key], min(cell.value or 0, cell.of or 0), cell.of or 0) for key, cell in newest.items()
    )


def by_month(on: date, *, agency_ids: Collection[int] | None = None, since: date | None = None) -> list[MonthShare]:
    """How many duties each agency has done of those that count, by the first month of their period; what is done once is left out."""
    return [
        MonthShare(agency, Month.of(period), done, asked, late)
        for agency, period, done, asked, late in _asked(_COUNTS, on, agency_ids=agency_ids, since=since)
        if period is not None
    ]


def _in_force(on: date) -> Q:
    return Q(valid_from__lte=on) & (Q(valid_to__isnull=True) | Q(valid_to__gt=on))


def _asked_on(on: date) -> Q:
    """Duties in force on a day; `ends` is the first day on which they, or their circular, no longer are."""
    return Q(valid_from__lte=on) & (Q(ends__isnull=True) | Q(ends__gt=on))


def _duties(on: date) -> QuerySet[Duty]:
    """Duties begun by a day, each with the deadline that held then, and the day on which it ends with its circular."""
    latest = Deadline.objects.filter(duty=OuterRef("pk"), set_on__lte=on).order_by("-set_on", "-pk")
    return (
        Duty.objects.filter(valid_from__lte=on)
        .annotate(ends=Least("valid_to", "circular__valid_to"))
        .annotate(due_rule=Subquery(latest.values("rule")[:1]), due_source=Subquery(latest.values("source")[:1]))
        .order_by("circular__valid_from", "circular_id", "position", "pk")
    )


def _row(duty: Any) -> DutyRow:
    return DutyRow(
        id=duty.pk, circular_id=duty.circular_id, code=duty.code, title=duty.title, period_kind=duty.period_kind,
        measure=duty.measure, due_rule=duty.due_rule or "", source=duty.source, due_source=duty.due_source or "",
        target_percent=duty.target_percent, page=duty.page, helper=duty.helper, clause_id=duty.clause_id,
        doer=duty.doer, period_source=duty.period_source,
    )  # fmt: skip


MOST_DECLARATIONS = 20
YEARS_AHEAD = 3
"""So many years ahead deadlines can be looked at: nobody plans further, and every month more is work for the machine."""
_kept: dict[tuple[Any, ...], list[tuple[Any, ...]]] = {}
_KEPT_MOST = 16
_MARK = """
SELECT (SELECT (count(*), max(id))::text FROM followup_standing), (SELECT (count(*), max(id))::text FROM followup_deadline),
       (SELECT (count(*), max(pgh_id))::text FROM followup_dutyevent), (SELECT (count(*), max(pgh_id))::text FROM followup_addresseeevent),
       (SELECT (count(*), max(pgh_id))::text FROM followup_circularevent)
"""


def _counts(on: date) -> list[tuple[Any, ...]]:
    """The counts of a day, kept in this process until anything they rest on changes, for who sees all.

    All of it is only added to (or has a history that is), so that number and last key of the rows tell whether it changed.
    """
    if not scope.current().sees_all:
        return _asked(_COUNTS, on)
    with connection.cursor() as cursor:
        cursor.execute(_MARK)
        key = (connection.settings_dict["NAME"], on, *cursor.fetchone())
    found = _kept.get(key)
    if found is None:
        found = _asked(_COUNTS, on)
        if len(_kept) >= _KEPT_MOST:
            _kept.clear()
        _kept[key] = found
    return found


def _asked(
    sql: str, on: date, *, agency_ids: Collection[int] | None = None, duty_ids: Collection[int] | None = None,
    since: date | None = None,
) -> list[tuple[Any, ...]]:  # fmt: skip
    """Run one of the statements above over every duty and period begun by a day. Raises DayTooFar."""
    check_not_too_far(on)
    found = _duties(on)
    if duty_ids is not None:
        found = found.filter(pk__in=list(duty_ids))
    columns: dict[str, list[Any]] = {name: [] for name in ("duty", "period", "at", "due", "soon", "declared", "always")}
    set_by: dict[int, list[tuple[str, date]]] = {}
    for key, rule, day in (
        Deadline.objects.filter(set_on__lte=on).order_by("-set_on", "-pk").values_list("duty", "rule", "set_on")
    ):
        set_by.setdefault(key, []).append((rule, day))
    for duty in cast(Sequence[Any], found):
        _periods_of(columns, duty, on, since, set_by.get(duty.pk, []))
    parameters = {
        **columns,
        "on": on,
        "duties": sorted(set(columns["duty"])),
        "agencies": None if agency_ids is None else sorted(agency_ids),
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        found_rows: list[tuple[Any, ...]] = cursor.fetchall()
        return found_rows


def _periods_of(
    columns: dict[str, list[Any]], duty: Any, on: date, since: date | None, deadlines: list[tuple[str, date]]
) -> None:
    last = on if duty.ends is None else min(on, duty.ends - timedelta(days=1))
    for period in dues.periods(duty.valid_from, last, duty.period_kind):
        end = None if period is None else dues.last_month(period, duty.period_kind).last_day
        if since is not None and end is not None and end < since:
            continue
        if period is None and last < on:
            continue
        due = dues.in_force(deadlines, duty.period_kind, period, duty.valid_from)
        columns["duty"].append(duty.pk)
        columns["period"].append(None if period is None else period.first_day)
        columns["at"].append(on if end is None else min(end, on))
        columns["due"].append(due)
        columns["soon"].append(None if due is None else dues.before(due, dues.SOON))
        columns["declared"].append(duty.measure == DECLARATION)
        columns["always"].append(end is None or end < on)
