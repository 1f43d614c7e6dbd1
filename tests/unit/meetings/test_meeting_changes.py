"""What may go wrong around a meeting: moved, called off, left open, opened too early, two hands at once, agencies that merged."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection

import factories
from sertakan.agencies import services as agency_services
from sertakan.core import clock
from sertakan.core.clock import WIB
from sertakan.core.models import AuditEvent
from sertakan.followup import queries as followup
from sertakan.letters.models import Letter
from sertakan.meetings import errors, queries, services
from sertakan.meetings.models import Action, Attendance, Meeting


def planned(on: str = "", **more: Any) -> Meeting:
    """A meeting on a day; today when left out."""
    starts = datetime.combine(date.fromisoformat(on) if on else clock.today(), time(9), tzinfo=WIB)
    return services.plan(**{"title": "Rapat monitoring", "starts_at": starts, "place": "Aula Rekaan", **more})


def opened(**more: Any) -> Meeting:
    return services.open_meeting(planned(**more).pk)


def decided(
    meeting: Meeting, *owners: Any, text: str = "Mencetak", due: str = "2026-12-01", **more: Any
) -> list[Action]:
    given = {"measure": "lembar", **more}
    made = services.add_decision(
        meeting.pk, text=text, agency_ids=[one.pk for one in owners], due_on=date.fromisoformat(due), **given
    )
    return list(made.actions.order_by("agency__sort_key"))


# Before its day, on it, after it


def test_a_meeting_is_not_opened_before_its_day(desk: Any) -> None:
    meeting = planned("2026-09-02")
    with pytest.raises(errors.MeetingTooEarly, match="Rabu, 2 September 2026"):
        services.open_meeting(meeting.pk)
    assert queries.get_meeting(meeting.pk).state == "planned"
    desk.move("2026-09-02")
    assert services.open_meeting(meeting.pk).state == "open"


def test_minutes_are_not_written_before_the_meeting(desk: Any) -> None:
    meeting = planned()
    with pytest.raises(errors.MeetingNotOpen):
        services.save_minutes(meeting.pk, text="Sudah jadi", seen=0)
    assert queries.get_meeting(meeting.pk).minutes == ""


def test_the_code_of_a_meeting_that_nobody_closed_ends_with_its_day(desk: Any) -> None:
    meeting = opened()
    token = queries.attendance_token(meeting)
    services.attend(token, name="Peserta Rekaan")
    desk.move("2026-09-02")
    with pytest.raises(errors.AttendanceClosed):
        services.attend(token, name="Terlambat Rekaan")
    assert services.note_attendance(meeting.pk, name="Dari Kertas Rekaan")
    assert [one.name for one in queries.attendances(meeting)] == ["Dari Kertas Rekaan", "Peserta Rekaan"]


def test_dots_and_capitals_make_no_other_person(desk: Any) -> None:
    token = queries.attendance_token(opened())
    assert services.attend(token, name="Drs. Budi Rekaan, M.Si.")[1]
    assert not services.attend(token, name="DRS BUDI REKAAN  M SI")[1]
    assert services.attend(token, name="Drs. Budi Rekaan, M.Si.", agency_id=desk.agencies[0].pk)[1]
    assert Attendance.objects.count() == 2


# Moved and called off


def test_who_was_invited_to_another_hour_gets_a_letter_that_takes_the_place_of_the_old_one(desk: Any) -> None:
    meeting = planned("2026-09-10")
    first = services.invite(meeting.pk)
    changed, letter = services.change(
        meeting.pk, starts_at=meeting.starts_at + timedelta(days=1), place="Aula Rekaan", chair="Pemimpin"
    )
    assert letter is not None
    assert (changed.chair, letter.recipients.count()) == ("Pemimpin", first.recipients.count())
    assert first.number in letter.content["blocks"][0]["text"]
    assert services.change(meeting.pk, starts_at=changed.starts_at, place=changed.place, chair="Lain")[1] is None
    assert Letter.objects.count() == 2
    with pytest.raises(errors.MeetingIncomplete):
        services.change(meeting.pk, starts_at=changed.starts_at, place=" ")
    assert services.change(planned("2026-09-11").pk, starts_at=changed.starts_at, place="Lain")[1] is None


def test_a_meeting_that_was_called_off_does_nothing_any_more(desk: Any, acting_as: Any) -> None:
    meeting = planned()
    services.invite(meeting.pk, agency_ids=[desk.agencies[0].pk])
    with pytest.raises(errors.MeetingReasonMissing):
        services.drop(meeting.pk, reason=" ")
    assert services.drop(meeting.pk, reason="Aula dipakai").state == "dropped"
    for act in (
        lambda: services.prepare(meeting.pk), lambda: services.invite(meeting.pk), lambda: services.open_meeting(meeting.pk),
        lambda: services.add_topic(meeting.pk, title="x"), lambda: services.close(meeting.pk),
        lambda: services.drop(meeting.pk, reason="x"),
        lambda: services.change(meeting.pk, starts_at=meeting.starts_at, place="x"), lambda: services.drop_item(meeting.pk, 1),
    ):  # fmt: skip
        with pytest.raises(errors.MeetingDropped):
            act()
    assert AuditEvent.objects.get(action="meetings.dropped").reason == "Aula dipakai"
    running = opened()
    with pytest.raises(errors.MeetingStarted):
        services.drop(running.pk, reason="x")
    acting_as("pic", desk.agencies[0])
    assert queries.get_meeting(meeting.pk).dropped_reason == "Aula dipakai"
    for refused in (
        lambda: services.drop(running.pk, reason="x"),
        lambda: services.change(running.pk, starts_at=meeting.starts_at, place="x"),
    ):
        with pytest.raises(errors.CannotRunMeetings):
            refused()


def test_a_month_whose_meeting_moved_over_its_end_is_not_skipped(desk: Any) -> None:
    desk.move("2027-01-05")
    series = services.add_series(title="Rapat bulanan", place="Aula", day=28, at=time(9))
    days = [services.plan_next(series).starts_at.astimezone(WIB).date().isoformat() for _ in range(4)]
    # 28 February 2027 is a Sunday: the meeting falls on 1 March, and March has its own.
    assert days == ["2027-01-28", "2027-03-01", "2027-03-29", "2027-04-28"]


# Actions


def test_an_action_is_opened_again_with_a_reason_and_how_it_was_closed_stays_known(desk: Any) -> None:
    [action] = decided(opened(), desk.agencies[0])
    with pytest.raises(errors.ActionOpen):
        services.reopen_action(action.pk, due_on=date(2027, 1, 1), reason="x")
    services.close_action(action.pk, note="100 lembar")
    for wrong, refusal in (
        ({"reason": " "}, errors.ReasonForAction), ({"due_on": date(2026, 1, 1)}, errors.DecisionIncomplete),
    ):  # fmt: skip
        with pytest.raises(refusal):
            services.reopen_action(action.pk, **{"due_on": date(2027, 1, 5), "reason": "x", **wrong})
    action.refresh_from_db()
    assert (action.state, action.due_on) == ("done", date(2026, 12, 1))
    again = services.reopen_action(action.pk, due_on=date(2027, 1, 5), reason="Lembarnya keliru")
    assert (again.state, again.due_on, again.closed_note, again.closed_on) == ("open", date(2027, 1, 5), "", None)
    event = AuditEvent.objects.get(action="meetings.action_reopened")
    assert event.reason == "Lembarnya keliru"
    assert (event.facts["was"], event.facts["note"]) == ("done", "100 lembar")


def test_an_action_is_reached_by_what_was_asked_for_its_day_not_by_an_earlier_month(desk: Any) -> None:
    from sertakan.followup.services.values import record_values

    a = desk.agencies[0]
    desk.move("2026-10-05")
    with_september = {"report_sent": {a.pk: (1, None)}}
    record_values(with_september, on=date(2026, 9, 20))
    [action] = decided(opened(), a, due="2026-11-10", duty_id=desk.report.pk, measure="")
    desk.move("2026-10-12")
    found = followup.states(date(2026, 10, 12), duty_ids=[desk.report.pk], agency_ids=[a.pk])
    cells = {str(cell.period): cell.done for cell in found}
    assert cells == {"2026-09": True, "2026-10": False}
    assert [row.standing for row in queries.standing([action], clock.today())] == ["open"]
    assert services.close_reached() == 0


def test_who_has_to_act_sees_its_action_though_it_was_not_invited(desk: Any, acting_as: Any) -> None:
    a, b, _c = desk.agencies
    meeting = planned()
    services.invite(meeting.pk, agency_ids=[a.pk])
    services.open_meeting(meeting.pk)
    decided(meeting, a, b)
    letter = services.close(meeting.pk)
    assert {one["agency_id"] for one in letter.to} == {a.pk, b.pk}
    acting_as("pic", b)
    assert [one.title for one in queries.actions()] == ["Mencetak"]
    [action] = queries.actions()
    assert action.decision.text == "Mencetak"
    assert not queries.meetings().exists()


# Agencies that merged


@pytest.fixture
def merged(desk: Any) -> tuple[Any, list[Action]]:
    """Dinas A and B act on two decisions, C on the first; then A and B become C."""
    a, b, c = desk.agencies
    meeting = planned()
    services.invite(meeting.pk, agency_ids=[a.pk, b.pk])
    services.open_meeting(meeting.pk)
    both = decided(meeting, a, b, c)
    own = decided(meeting, a, text="Menyurat")
    done = decided(meeting, b, text="Melapor")
    services.close_action(done[0].pk, note="sudah")
    services.note_attendance(meeting.pk, name="Peserta Rekaan", agency_id=a.pk)
    on = clock.today()
    agency_services.merge(predecessors=[a, b], successor=c, on=on)
    services.follow_merger(predecessor_ids=[a.pk, b.pk], successor_id=c.pk, on=on)
    return meeting, [*both, *own, *done]


def test_open_actions_pass_to_the_successor_one_for_each_decision(desk: Any, merged: Any) -> None:
    a, b, c = desk.agencies
    states = {(one.title, one.agency.short_name): one.state for one in Action.objects.select_related("agency")}
    assert states == {
        ("Mencetak", a.short_name): "dropped", ("Mencetak", b.short_name): "dropped", ("Mencetak", c.short_name): "open",
        ("Menyurat", c.short_name): "open", ("Melapor", b.short_name): "done",
    }  # fmt: skip
    _meeting, actions = merged
    assert queries.origins(Action.objects.all()) == {actions[3].pk: a.short_name}
    event = AuditEvent.objects.get(action="meetings.merger_followed")
    assert (event.facts["actions"], event.facts["joined"]) == (1, 2)
    dropped = next(one for one in actions if one.agency_id == a.pk and one.title == "Mencetak")
    assert services.reopen_action(dropped.pk, due_on=date(2026, 12, 1), reason="x").agency_id == a.pk


def test_who_was_there_stays_with_the_agency_of_the_day(desk: Any, merged: Any) -> None:
    meeting, _actions = merged
    assert [one.agency for one in queries.attendances(meeting)] == [desk.agencies[0]]
    assert queries.expected(meeting) == [desk.agencies[2]]


def test_the_successor_reads_the_meetings_of_those_before_it_and_changes_nothing(
    desk: Any, merged: Any, acting_as: Any
) -> None:
    meeting, _actions = merged
    _a, _b, c = desk.agencies
    acting_as("pic", c)
    assert [one.pk for one in queries.meetings()] == [meeting.pk]
    assert {one.title for one in queries.actions()} == {"Mencetak", "Menyurat", "Melapor"}
    with connection.cursor() as cursor:
        cursor.execute("UPDATE meetings_action SET title = 'x' WHERE agency_id <> %s", [c.pk])
        assert cursor.rowcount == 0
        cursor.execute("DELETE FROM meetings_action WHERE agency_id <> %s", [c.pk])
        assert cursor.rowcount == 0
    acting_as("pic", factories.make_agency("Dinas Lain"))
    assert not queries.meetings().exists()
    assert not queries.actions().exists()
