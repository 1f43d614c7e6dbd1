"""Cover of one membership on one day, with the steps that lead to it. `cover_frame.py` does the same for a whole register.

A membership lives in stretches: the first begins with the number, it ends when the limit of arrears is passed, and the next begins
with a payment for the month in which it is made. Both clocks belong to the stretch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from sertakan.core.month import Month, months
from sertakan.protection.clock import Clock, check_not_too_far, years_later
from sertakan.protection.errors import CoverBeforeLaw
from sertakan.protection.facts import PaidHistory, State, arrears_state
from sertakan.protection.reasons import Reason, cover_reasons
from sertakan.rules import RuleSet, Settings, load_rules
from sertakan.rules.reasons import day_in_words

Paid = Mapping[Month, date | None]


@dataclass(frozen=True, slots=True)
class NextMonth:
    """The next month that is not paid yet, and what follows when it stays so and nothing else is paid."""

    month: Month
    due_on: date
    pay_by: date
    state: State
    state_from: date


@dataclass(frozen=True, slots=True)
class Cover:
    """The state on a day and the clocks that run.

    `full_death_benefit_from` and `scholarship_from` lie after `on` where they are still to be reached; then they suppose that everything
    outstanding is paid today and each coming month in time. Both are None without cover. `arrears` are the unpaid months in a row up to
    now, `gaps` unpaid months before a paid one in the same stretch.
    """

    on: date
    state: State
    number_issued_on: date | None
    protected_since: date | None
    lapsed_on: date | None
    first_lapsed_on: date | None
    reactivated_on: date | None
    paid_consecutive: int
    arrears: tuple[Month, ...]
    gaps: tuple[Month, ...]
    full_death_benefit_from: date | None
    full_death_benefit_reached: bool
    scholarship_from: date | None
    scholarship_reached: bool
    next_unpaid: NextMonth | None
    settled_later: bool
    reasons: tuple[Reason, ...]
    rules_version: str
    as_of: date

    @property
    def covered(self) -> bool:
        """Active, or in arrears within the limit."""
        return self.protected_since is not None

    @property
    def to_settle(self) -> tuple[Month, ...]:
        """All months that stand open in this stretch, earliest first."""
        return tuple(sorted((*self.gaps, *self.arrears)))


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time of membership: from `begin` until the day before `lapsed_on`. `owed_from` is the first month that can be arrears."""

    begin: date
    owed_from: Month
    lapsed_on: date | None

    @property
    def month(self) -> Month:
        return Month.of(self.begin)


@dataclass(slots=True)
class Walk:
    """What going through the months of a stretch found: the row of counted months, and those that count for the scholarship."""

    row: list[date] = field(default_factory=list)
    reached: date | None = None
    scholarship: list[date] = field(default_factory=list)
    late: list[Month] = field(default_factory=list)


def state_of(
    history: PaidHistory, month: Month, *, rules: RuleSet | None = None, settings: Settings | None = None
) -> State:
    """The state of a membership in a month: the one on its last day."""
    return cover(history, month.last_day, rules=rules, settings=settings).state


def cover(history: PaidHistory, on: date, *, rules: RuleSet | None = None, settings: Settings | None = None) -> Cover:
    """Cover on a day by what was paid until then, and why. Refuses CoverBeforeLaw, CoverTooFar.

    PP 44/2015 Art 11, 24, 39, 42; PP 82/2019 Art 34; the three-month rule of 2025.
    """
    law = (rules or load_rules()).with_settings(settings)
    clock = Clock(law)
    number = history.number_issued_on
    first = law.first_month.first_day
    if on < first or (number is not None and number < first):
        early = on if number is None else min(on, number)
        raise CoverBeforeLaw(day=day_in_words(early), first=day_in_words(first))
    check_not_too_far(on, law)
    paid = history.known_on(on)
    if number is None or number > on:
        return _without(history, on, "not_yet", [], law)
    stretches = _stretches(number, paid, on, clock)
    current = stretches[-1]
    if current.lapsed_on is not None:
        return _without(history, on, "inactive", stretches, law)

    arrears, gaps = _unpaid(current, paid, on, clock)
    needed, only = clock.waiting_months(on), len(stretches) == 1
    before = [
        day
        for place, past in enumerate(stretches[:-1])
        for day in _walk(paid, past, on, clock, needed, first=place == 0).scholarship
    ]
    walk = _walk(paid, current, on, clock, needed, first=only)
    ahead = _ahead(paid, current, on, clock, needed, first=only)
    full = walk.reached or ahead.reached or current.begin
    counted_from = current.begin
    if not law.settings.lapse_restarts_scholarship:
        counted_from = number
        walk.scholarship, ahead.scholarship = before + walk.scholarship, before + ahead.scholarship
    scholarship = _scholarship(walk, ahead, counted_from, on, clock)
    found = Cover(
        on=on,
        state=arrears_state(len(arrears)),
        number_issued_on=number,
        protected_since=current.begin,
        lapsed_on=stretches[-2].lapsed_on if len(stretches) > 1 else None,
        first_lapsed_on=stretches[0].lapsed_on,
        reactivated_on=current.begin if len(stretches) > 1 else None,
        paid_consecutive=len(walk.row),
        arrears=arrears,
        gaps=gaps,
        full_death_benefit_from=full,
        full_death_benefit_reached=walk.reached is not None,
        scholarship_from=scholarship,
        scholarship_reached=scholarship is not None and scholarship <= on and _complete(walk, on, clock),
        next_unpaid=_next(current, paid, arrears, on, clock),
        settled_later=_settled_later(history, (*gaps, *arrears), on),
        reasons=(),
        rules_version=law.version,
        as_of=law.as_of,
    )
    return _explained(found, history, tuple(walk.late), law)


def _without(history: PaidHistory, on: date, state: State, stretches: list[Stretch], law: RuleSet) -> Cover:
    """No cover: no number yet, or the limit of arrears was passed."""
    found = Cover(
        on=on,
        state=state,
        number_issued_on=history.number_issued_on,
        protected_since=None,
        lapsed_on=stretches[-1].lapsed_on if stretches else None,
        first_lapsed_on=stretches[0].lapsed_on if stretches else None,
        reactivated_on=stretches[-1].begin if len(stretches) > 1 else None,
        paid_consecutive=0,
        arrears=(),
        gaps=(),
        full_death_benefit_from=None,
        full_death_benefit_reached=False,
        scholarship_from=None,
        scholarship_reached=False,
        next_unpaid=None,
        settled_later=False,
        reasons=(),
        rules_version=law.version,
        as_of=law.as_of,
    )
    return _explained(found, history, (), law)


def _explained(found: Cover, history: PaidHistory, late: tuple[Month, ...], law: RuleSet) -> Cover:
    return replace(found, reasons=tuple(cover_reasons(found, history, late, law)))


def _stretches(number: date, paid: Paid, on: date, clock: Clock) -> list[Stretch]:
    """All times of membership up to a day; the last one is still running when its `lapsed_on` is None."""
    found: list[Stretch] = []
    begin: date | None = number
    while begin is not None:
        month = Month.of(begin)
        owed_from = month if begin <= clock.due(month) else month.next()
        lapsed_on = _lapse(owed_from, begin, paid, on, clock)
        found.append(Stretch(begin, owed_from, lapsed_on))
        begin = None if lapsed_on is None else _reactivation(lapsed_on, paid, on)
    return found


def _lapse(owed_from: Month, begin: date, paid: Paid, on: date, clock: Clock) -> date | None:
    """The first day on which the limit is passed: as many months as it allows unpaid in a row, and the month after them unpaid too."""
    for month in months(owed_from.next(clock.limit), Month.of(on)):
        day = clock.lapse(month)
        if day > on:
            return None
        if all(_unpaid_before(paid, asked, day) for asked in months(month.previous(clock.limit), month)):
            return day
    return None


def _unpaid_before(paid: Paid, month: Month, day: date) -> bool:
    if month not in paid:
        return True
    paid_on = paid[month]
    return paid_on is not None and paid_on >= day


def _reactivation(lapsed_on: date, paid: Paid, on: date) -> date | None:
    """The first day on or after a lapse on which a month is paid that is not over yet: old months never revive cover."""
    days = [
        max(day or month.first_day, month.first_day)
        for month, day in paid.items()
        if day is None or day <= month.last_day
    ]
    return min((day for day in days if lapsed_on <= day <= on), default=None)


def _unpaid(stretch: Stretch, paid: Paid, on: date, clock: Clock) -> tuple[tuple[Month, ...], tuple[Month, ...]]:
    """Months overdue on a day: those in a row up to now, and those before a paid one."""
    overdue = [
        month
        for month in months(stretch.owed_from, Month.of(on))
        if month not in paid and max(clock.due(month), stretch.begin) < on
    ]
    if Month.of(on) in paid:
        return (), tuple(overdue)
    run: list[Month] = []
    for month in reversed(overdue):
        if run and run[0] - month != 1:
            break
        if not run and any(month < later <= Month.of(on) for later in paid):
            break
        run.insert(0, month)
    return tuple(run), tuple(month for month in overdue if month not in run)


def _walk(paid: Paid, stretch: Stretch, on: date, clock: Clock, needed: int, *, first: bool) -> Walk:
    """Go through the months of a stretch, counting those paid in time; `needed` in a row make the full death benefit."""
    settings = clock.law.settings
    walk = Walk()
    start = stretch.month
    if first and settings.months_before_number_count and paid:
        start = max(min(start, *paid), clock.law.first_month)
    end = Month.of(on) if stretch.lapsed_on is None else Month.of(stretch.lapsed_on).previous()
    if settings.prepaid_months_count_at_once and stretch.lapsed_on is None and paid:
        end = max(end, *paid)
    for month in months(start, end):
        day = paid.get(month)
        in_time = max(clock.in_time_until(month), stretch.begin) if month not in paid or day is not None else date.max
        timely = month in paid and (day is None or day <= in_time)
        if timely or (month in paid and settings.late_months_count_as_consecutive):
            counts_on = _counts_on(month, day, stretch, at_once=settings.prepaid_months_count_at_once)
            if counts_on > on:
                break
            walk.row.append(counts_on)
            if walk.reached is None and len(walk.row) == needed:
                walk.reached = max(walk.row)
            if timely and month.first_day <= on:
                walk.scholarship.append(_counts_on(month, day, stretch, at_once=False))
        elif month in paid or month < stretch.owed_from or in_time < on:
            walk.row.clear()
        else:
            break  # not paid yet, and still in time
        if month in paid and not timely:
            walk.late.append(month)
    if not needed:
        walk.reached = stretch.begin
    return walk


def _counts_on(month: Month, day: date | None, stretch: Stretch, *, at_once: bool) -> date:
    """The day from which a paid month counts: its payment, but not before the month and the cover have begun."""
    if at_once and day is not None:
        return max(day, stretch.begin)
    return max(day or month.first_day, month.first_day, stretch.begin)


def _ahead(paid: Paid, stretch: Stretch, on: date, clock: Clock, needed: int, *, first: bool) -> Walk:
    """The same walk, supposing that everything outstanding is paid today and each coming month in time."""
    now = Month.of(on)
    last = now.next(max(needed, clock.scholarship_months(on) or 0) + 1)
    supposed = dict(paid)
    for month in months(stretch.owed_from, last):
        supposed.setdefault(month, on if month <= now else None)
    return _walk(supposed, stretch, last.last_day, clock, needed, first=first)


def _scholarship(walk: Walk, ahead: Walk, begin: date, on: date, clock: Clock) -> date | None:
    needed = clock.scholarship_months(on)
    if needed is None:
        return None
    row = walk.scholarship if _complete(walk, on, clock) else ahead.scholarship
    counted = row[needed - 1] if needed else begin
    return max(counted, years_later(begin, needed))


def _complete(walk: Walk, on: date, clock: Clock) -> bool:
    """Whether enough months are paid for the scholarship."""
    return len(walk.scholarship) >= (clock.scholarship_months(on) or 0)


def _next(stretch: Stretch, paid: Paid, arrears: tuple[Month, ...], on: date, clock: Clock) -> NextMonth:
    """The next month to pay, and the state that follows when it is not paid."""
    now = Month.of(on)
    open_still = now not in paid and now >= stretch.owed_from and max(clock.due(now), stretch.begin) >= on
    start = now if open_still else now.next()
    month = start
    while month in paid:
        month = month.next()
    run = (len(arrears) if month == start else 0) + 1
    due_on = max(clock.due(month), stretch.begin)
    state: State = "inactive" if run > clock.limit else arrears_state(run)
    state_from = clock.lapse(month) if state == "inactive" else due_on + timedelta(days=1)
    return NextMonth(month, due_on, state_from - timedelta(days=1), state, state_from)


def _settled_later(history: PaidHistory, unpaid: tuple[Month, ...], on: date) -> bool:
    """Whether payments after the day settled all that stood open on it."""
    return bool(unpaid) and set(unpaid) <= history.later_than(on)
