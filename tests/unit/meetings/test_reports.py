"""Every number of a report is counted a second time here, row by row, without the statements that the report uses."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from members import Office
from sertakan.contributions.models import PaidMonth, WithdrawnMonth
from sertakan.core.clock import WIB
from sertakan.core.month import Month
from sertakan.followup import dues
from sertakan.followup.models import Addressee, Duty, Standing
from sertakan.letters import errors as letter_errors
from sertakan.letters import services as letters
from sertakan.letters.models import Letter
from sertakan.meetings import services as meetings
from sertakan.meetings.models import Action
from sertakan.programme import reporting
from sertakan.protection import cover, queries, services
from sertakan.sponsorship.models import Membership

NOVEMBER, ON = Month(2026, 11), date(2026, 11, 23)


@pytest.fixture
def told(desk: Any) -> Any:
    """Members in several states, duties done and not, a meeting with actions of which one is closed."""
    desk.measured("2026-10-01", a=1)
    desk.move("2026-10-20")
    held = meetings.plan(title="Rapat", starts_at=datetime(2026, 10, 20, 9, tzinfo=WIB), place="Aula")
    meetings.open_meeting(held.pk)
    everybody = [one.pk for one in desk.agencies]
    meetings.add_decision(
        held.pk, text="Menunjuk petugas", agency_ids=everybody, due_on=date(2026, 11, 5), duty_id=desk.named.pk
    )
    meetings.add_decision(
        held.pk, text="Mencetak brosur", agency_ids=everybody[:1], due_on=date(2026, 12, 5), measure="lembar"
    )
    meetings.close(held.pk)
    desk.move(str(ON))
    desk.measured(str(ON), b=2)
    meetings.close_action(Action.objects.get(title="Mencetak brosur").pk, note="dicetak")
    first, second = Office(desk.agencies[0]), Office(desk.agencies[1])
    for office, paid in (
        (first, "2026-01..2026-11"), (first, "2026-01..2026-11"), (first, "2026-01..2026-10"), (first, "2026-01..2026-07"),
        (second, "2026-02..2026-11"), (second, "2026-01..2026-08"),
    ):  # fmt: skip
        office.member(paid=paid)
    wrong = second.member(paid="2026-01..2026-11")
    second.withdraw(wrong, NOVEMBER)
    services.refresh(Month(2026, 10))
    services.refresh(NOVEMBER)
    return desk


def late_by_hand(on: date) -> list[tuple[int, int]]:
    """Agency and duty of every cell whose deadline has passed without being met, from the rows alone."""
    found = []
    for duty in Duty.objects.all():
        rule = duty.deadlines.order_by("id").last()
        periods = [None] if duty.period_kind == "once" else [Month(2026, number) for number in range(9, 12)]
        for addressee in Addressee.objects.filter(circular=duty.circular_id):
            for period in periods:
                due = dues.due_on(rule.rule if rule else "", duty.period_kind, period, duty.valid_from)
                known = Standing.objects.filter(
                    agency=addressee.agency_id, duty=duty, period=period.first_day if period else None, on__lte=on
                ).order_by("on", "id").last()  # fmt: skip
                if due is not None and due < on and not (known and known.met):
                    found.append((addressee.agency_id, duty.pk))
    return found


def test_every_number_of_the_month_equals_a_count_of_rows(told: Any) -> None:
    found = reporting.month_figures(NOVEMBER)
    states = [cover(queries.held_by(one.person_id).history, ON).state for one in Membership.objects.all()]
    withdrawn = {(one.membership_id, one.month) for one in WithdrawnMonth.objects.all()}
    paid = [
        one
        for one in PaidMonth.objects.filter(month=NOVEMBER.first_day)
        if (one.membership_id, one.month) not in withdrawn
    ]
    late = [one for one in late_by_hand(ON) if one[0] in {agency.pk for agency in told.agencies}]
    assert found.numbered == len(states) == 7
    assert found.active == states.count("active") == 3
    assert found.arrears == sum(state.startswith("arrears") for state in states)
    assert found.confirmed == sum(one.total for one in paid) == 3 * 16_800
    assert found.overdue_cells == len(late)
    assert {line.agency_id: line.overdue for line in found.lines if line.overdue} == {
        agency.pk: sum(1 for one in late if one[0] == agency.pk) for agency in told.agencies
    }
    asked = {one.agency_id for one in Addressee.objects.filter(valid_from__lte=ON, valid_to__isnull=True)}
    assert found.asked_agencies == len(asked)
    assert found.clear_agencies == len(asked - {one[0] for one in late_by_hand(ON)})
    opened = [one for one in Action.objects.all() if one.state == "open"]
    assert (found.actions_open, found.actions_done) == (len(opened), 1) == (3, 1)
    assert found.actions_late == 1  # of the other two the data say that they are reached
    assert sum(line.active for line in found.lines) == found.active
    assert sum(line.numbered for line in found.lines) == found.numbered


def test_the_paper_shows_exactly_these_numbers_on_two_pages(told: Any) -> None:
    import pypdfium2

    letter = reporting.write_month(NOVEMBER)
    document = pypdfium2.PdfDocument(letters.pdf(letter))
    assert len(document) == 2
    text = " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in document)
    found = reporting.month_figures(NOVEMBER)
    for said in (
        letter.number, f"dari {found.numbered} bernomor", "42,9 %", "Rp50.400", "lima puluh ribu empat ratus rupiah",
        f"{found.overdue_cells} kewajiban lewat jatuh tempo", f"{found.actions_open} tindakan berjalan, {found.actions_late} lewat tenggat",
        "keadaan data 23 November 2026", "halaman 2 dari 2",
    ):  # fmt: skip
        assert said in text, said
    assert [one["name"] for one in letter.to] == ["Gubernur", "Sekretaris Daerah"]


def test_a_month_that_is_over_counts_as_it_was(told: Any) -> None:
    """On the last of October both actions of the other agencies, and the one closed since, were open."""
    found = reporting.month_figures(Month(2026, 10))
    assert found.on == date(2026, 10, 31)
    assert (found.actions_open, found.actions_done, found.actions_late) == (4, 0, 0)
    assert found.confirmed == sum(one.total for one in PaidMonth.objects.filter(month=date(2026, 10, 1)))


def test_a_year_adds_its_months(told: Any) -> None:
    found = reporting.year_figures(2026)
    assert [str(one.month) for one in found.months] == ["2026-10", "2026-11"]
    withdrawn = WithdrawnMonth.objects.count()
    assert found.confirmed == 16_800 * (PaidMonth.objects.filter(month__year=2026).count() - withdrawn)
    assert (found.meetings, found.decisions, found.actions_done, found.actions_open) == (1, 2, 1, 3)
    assert letters.pdf(reporting.write_year(2026)).startswith(b"%PDF")


def test_a_recap_goes_on_as_a_workbook(told: Any) -> None:
    import io

    from openpyxl import load_workbook

    sheet = load_workbook(io.BytesIO(letters.xlsx(reporting.write_recap(NOVEMBER)))).worksheets[0]
    rows = {row[0].value: [cell.value for cell in row[1:]] for row in sheet.iter_rows(min_row=5)}
    found = {line.name: line for line in reporting.month_figures(NOVEMBER).lines}
    assert rows.keys() == found.keys()
    line = found[told.agencies[0].short_name]
    assert rows[line.name] == [line.fulfilled, line.asked, line.overdue, line.active, line.numbered, line.actions]


def test_what_cannot_be_counted_is_refused_without_a_number(desk: Any, acting_as: Any) -> None:
    desk.move(str(ON))
    with pytest.raises(reporting.ReportNotReady, match="September 2026"):
        reporting.write_month(Month(2026, 9))
    with pytest.raises(reporting.ReportTooEarly):
        reporting.write_month(Month(2027, 1))
    with pytest.raises(reporting.ReportTooEarly):
        reporting.write_year(2027)
    services.refresh(NOVEMBER)
    assert reporting.month_figures(NOVEMBER).numbered == 0
    acting_as("leader")
    with pytest.raises(letter_errors.CannotWriteLetters):
        reporting.write_month(NOVEMBER)
    assert not Letter.objects.exists()


@pytest.mark.parametrize(
    ("part", "whole", "shown"), [(0, 0, "–"), (1, 3, "33,3 %"), (2, 3, "66,7 %"), (3, 3, "100,0 %"), (1, 2000, "0,1 %")]
)
def test_shares_are_rounded_half_up(part: int, whole: int, shown: str) -> None:
    assert reporting.blocks.percent(part, whole) == shown
