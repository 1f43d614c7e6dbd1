"""Where cells stand by values that were counted just now and are written down by nobody yet: reading a page writes nothing. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date

from sertakan.core.month import Month
from sertakan.followup import dues
from sertakan.followup.figures import DutyCell, DutyRow, MonthShare, Status
from sertakan.followup.measures import met

Values = Mapping[str, Mapping[int, tuple[int | None, int | None]]]


def with_values(
    cells: Iterable[DutyCell], asked: Collection[DutyRow], values: Values, on: date, *, about: date | None = None
) -> list[DutyCell]:
    """The same cells, those of the running period by `values`: measure to agency to value and what it is of.

    `about`: a day of the month that the values are about, when it is an earlier one; then only what is asked for month by month.
    """
    late = about is not None and Month.of(about) < Month.of(on)
    duties = {
        duty.id: (duty, dues.period_of(about or on, duty.period_kind))
        for duty in asked
        if duty.measure in values and (not late or duty.period_kind == "month")
    }
    return [
        _again(cell, duties[cell.duty_id][0], values, on)
        if cell.duty_id in duties and duties[cell.duty_id][1] == cell.period
        else cell
        for cell in cells
    ]


def _again(cell: DutyCell, duty: DutyRow, values: Values, on: date) -> DutyCell:
    if cell.agency_id not in values[duty.measure] or cell.status in ("declared", "verified"):
        return cell
    value, of = values[duty.measure][cell.agency_id]
    if (value, of) == (cell.value, cell.of):
        return cell
    status = _status(met(duty.measure, value, of, duty.target_percent), value, cell.due, on)
    over = cell.period is None or dues.last_month(cell.period, duty.period_kind).last_day < on
    late = cell.due < on if cell.due is not None else over
    counts = status != "not_asked" and (late or status == "fulfilled")
    return replace(cell, value=value, of=of, status=status, counts=counts, since=on)


def _status(reached: bool | None, value: int | None, due: date | None, on: date) -> Status:  # noqa: FBT001
    if reached:
        return "fulfilled"
    if reached is None and value is not None:
        return "not_asked"
    if due is not None and due < on:
        return "overdue"
    return "due" if due is not None and dues.before(due, dues.SOON) <= on else "open"


def sums(cells: Iterable[DutyCell]) -> dict[int, tuple[int, int]]:
    """How many of the counted duties each agency has done, and how many count."""
    found: dict[int, tuple[int, int]] = {}
    for cell in cells:
        done, asked = found.get(cell.agency_id, (0, 0))
        found[cell.agency_id] = (done + cell.done, asked + cell.counts)
    return found


def by_month(cells: Iterable[DutyCell]) -> list[MonthShare]:
    """How many duties each agency has done of those that count, by the first month of their period; what is done once is left out."""
    found: dict[tuple[int, Month], list[int]] = {}
    for cell in cells:
        if cell.period is not None:
            one = found.setdefault((cell.agency_id, cell.period), [0, 0, 0])
            for at, part in enumerate((cell.done, cell.counts, cell.status == "overdue")):
                one[at] += part
    return [MonthShare(agency, month, *counted) for (agency, month), counted in found.items()]
