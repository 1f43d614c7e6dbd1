"""From an agenda that the data write, through minutes by two hands, to actions that open the next agenda."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest

from sertakan.core import clock
from sertakan.core.clock import WIB
from sertakan.letters.models import Letter
from sertakan.meetings import errors, queries, services
from sertakan.meetings.models import Action, AgendaItem, Meeting, MinutesVersion


def planned(on: str = "", **more: Any) -> Meeting:
    """A meeting on a day; today when left out."""
    starts = datetime.combine(date.fromisoformat(on) if on else clock.today(), time(9), tzinfo=WIB)
    return services.plan(**{"title": "Rapat monitoring", "starts_at": starts, "place": "Aula Rekaan", **more})


def titles(meeting: Meeting) -> list[str]:
    return [f"{item.kind}: {item.title}" for item in meeting.agenda.all()]


def test_a_first_agenda_names_what_is_overdue_and_keeps_topics(desk: Any) -> None:
    desk.measured("2026-09-20", a=1)
    desk.move("2026-10-19")
    meeting = planned()
    services.add_topic(meeting.pk, title="Sosialisasi")
    services.prepare(meeting.pk)
    assert titles(meeting) == [
        "overdue: Mengirim laporan: 3 OPD lewat jatuh tempo",
        "overdue: Menunjuk petugas: 2 OPD lewat jatuh tempo",
        "topic: Sosialisasi",
    ]
    services.prepare(meeting.pk)
    assert len(titles(meeting)) == 3
    item = meeting.agenda.get(kind="overdue", duty=desk.named)
    assert item.agencies == [desk.agencies[1].pk, desk.agencies[2].pk]


def test_two_meetings_from_agenda_to_actions_and_back(desk: Any) -> None:
    """The whole way: overdue, decided, one action reached by the data, one by word, the rest opens the next agenda."""
    desk.move("2026-10-19")
    first = planned("2026-10-20")
    services.prepare(first.pk)
    invitation = services.invite(first.pk)
    assert invitation.number == "001/SERTAKAN-UND/X/2026"
    assert invitation.recipients.count() >= 3
    desk.move("2026-10-20")
    services.open_meeting(first.pk)
    services.attend(
        queries.attendance_token(queries.get_meeting(first.pk)), name="Peserta Rekaan", agency_id=desk.agencies[0].pk
    )
    services.save_minutes(first.pk, text="Dibahas bersama.\n\nSemua setuju.", seen=0)
    ids = [one.pk for one in desk.agencies]
    services.add_decision(
        first.pk, text="Menunjuk petugas", agency_ids=ids, due_on=date(2026, 11, 2), duty_id=desk.named.pk
    )
    services.add_decision(
        first.pk, text="Mencetak brosur", agency_ids=ids[:1], due_on=date(2026, 11, 5), measure="100 lembar tersebar"
    )
    minutes = services.close(first.pk)
    assert minutes.number == "001/SERTAKAN-NTL/X/2026"
    assert minutes.content["blocks"][-2]["rows"][0][1:3] == ["Menunjuk petugas", "Dinas A"]
    assert Action.objects.count() == 4

    desk.measured("2026-10-25", a=1, b=2)
    desk.move("2026-11-16")
    assert [row.standing for row in queries.standing(queries.actions(), date(2026, 11, 16))] == [
        "reached", "reached", "overdue", "overdue",
    ]  # fmt: skip
    services.close_action(Action.objects.get(title="Mencetak brosur").pk, note="100 lembar dibagikan")
    second = planned("2026-11-17")
    services.prepare(second.pk)
    assert titles(second) == [
        "action: Dinas C: Menunjuk petugas",
        "overdue: Mengirim laporan: 3 OPD lewat jatuh tempo",
        "overdue: Menunjuk petugas: 1 OPD lewat jatuh tempo",
        "change: 3 tindakan selesai sejak 20 Oktober 2026",
        "change: Menunjuk petugas: 2 OPD memenuhi sejak 20 Oktober 2026",
        "change: Mengirim laporan: 3 OPD baru lewat jatuh tempo sejak 20 Oktober 2026",
    ]
    assert "lewat 14 hari" in second.agenda.first().note
    closed = {one.agency_id: (one.state, one.closed_how) for one in Action.objects.filter(duty=desk.named)}
    assert closed == {ids[0]: ("done", "computed"), ids[1]: ("done", "computed"), ids[2]: ("open", "")}


def test_a_meeting_that_began_is_not_prepared_again(desk: Any) -> None:
    meeting = planned()
    services.prepare(meeting.pk)
    item = (
        meeting.agenda.create(position=9, kind="topic", title="x")
        if not meeting.agenda.exists()
        else meeting.agenda.first()
    )
    services.open_meeting(meeting.pk)
    for act in (lambda: services.prepare(meeting.pk), lambda: services.drop_item(meeting.pk, item.pk)):
        with pytest.raises(errors.MeetingStarted):
            act()
    services.add_topic(meeting.pk, title="Susulan")
    services.close(meeting.pk)
    for act in (
        lambda: services.add_topic(meeting.pk, title="x"), lambda: services.save_minutes(meeting.pk, text="x", seen=0),
        lambda: services.open_meeting(meeting.pk), lambda: services.invite(meeting.pk), lambda: services.close(meeting.pk),
    ):  # fmt: skip
        with pytest.raises(errors.MeetingClosed):
            act()


def test_a_series_falls_on_a_working_day_and_goes_on(desk: Any) -> None:
    desk.move("2026-10-02")
    series = services.add_series(title="Rapat bulanan", place="Aula", day=15, at=time(9, 30))
    days = [services.plan_next(series).starts_at.astimezone(WIB).date().isoformat() for _ in range(3)]
    assert days == ["2026-10-15", "2026-11-16", "2026-12-15"]  # 15 November is a Sunday
    for wrong in ({"day": 29}, {"day": 0}, {"title": " "}):
        with pytest.raises(errors.MeetingIncomplete):
            services.add_series(**{"title": "x", "place": "y", "day": 1, "at": time(9), **wrong})


def test_each_agency_is_invited_once(desk: Any) -> None:
    meeting = planned()
    a, b, _c = desk.agencies
    services.invite(meeting.pk, agency_ids=[a.pk, b.pk])
    more = services.invite(meeting.pk, agency_ids=[one.pk for one in desk.agencies])
    assert [one["name"] for one in more.to] == ["Kepala Dinas Dinas C"]
    with pytest.raises(errors.NobodyInvited):
        services.invite(meeting.pk, agency_ids=[a.pk])
    assert Letter.objects.count() == 2


# Attendance


def test_attendance_counts_each_once_and_only_while_the_meeting_is_open(desk: Any) -> None:
    meeting = planned()
    closed = queries.attendance_token(meeting)
    with pytest.raises(errors.AttendanceClosed):
        services.attend(closed, name="Peserta Rekaan")
    token = queries.attendance_token(services.open_meeting(meeting.pk))
    assert services.attend(token, name="  Peserta   Rekaan ", agency_id=desk.agencies[0].pk)[1]
    assert not services.attend(token, name="peserta rekaan", agency_id=desk.agencies[0].pk)[1]
    assert services.note_attendance(meeting.pk, name="Tamu Rekaan", position="Asisten")
    assert [(one.name, one.via) for one in queries.attendances(meeting)] == [
        ("Peserta Rekaan", "qr"),
        ("Tamu Rekaan", "paper"),
    ]
    for name in ("", "x", "12345", "\0\0"):
        with pytest.raises(errors.AttendanceIncomplete):
            services.attend(token, name=name)
    services.close(meeting.pk)
    with pytest.raises(errors.AttendanceClosed):
        services.attend(token, name="Terlambat Rekaan")


def test_an_address_of_attendance_cannot_be_guessed(desk: Any) -> None:
    meeting = services.open_meeting(planned().pk)
    token = queries.attendance_token(meeting)
    for forged in ("", "1-x", token[:-1], token + "x", token.replace(f"{meeting.pk}-", f"{meeting.pk + 1}-", 1)):
        with pytest.raises(errors.AttendanceUnknown):
            services.open_for(forged)


# Minutes by two


def test_nothing_that_two_people_write_is_lost(desk: Any) -> None:
    meeting = services.open_meeting(planned().pk)
    services.save_minutes(meeting.pk, text="Dari yang pertama", seen=0)
    with pytest.raises(errors.MinutesChanged, match="sistem"):
        services.save_minutes(meeting.pk, text="Dari yang kedua", seen=0)
    assert queries.get_meeting(meeting.pk).minutes == "Dari yang pertama"
    services.save_minutes(meeting.pk, text="Dari yang pertama\nDari yang kedua", seen=1)
    services.save_minutes(
        meeting.pk, text="Dari yang pertama\nDari yang kedua", seen=1
    )  # the same again is no conflict
    assert [one.text for one in MinutesVersion.objects.order_by("version")] == [
        "Dari yang pertama",
        "Dari yang pertama\nDari yang kedua",
    ]


# Decisions


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"text": " "}, "isinya"), ({"agency_ids": []}, "OPD"), ({"due_on": date(2026, 1, 1)}, "tenggat"), ({"measure": ""}, "ukuran")],
)  # fmt: skip
def test_a_decision_without_who_when_and_how_is_none(desk: Any, wrong: dict[str, Any], said: str) -> None:
    meeting = services.open_meeting(planned().pk)
    given = {
        "text": "Mencetak",
        "agency_ids": [desk.agencies[0].pk],
        "due_on": date(2026, 12, 1),
        "measure": "lembar",
        **wrong,
    }
    with pytest.raises(errors.DecisionIncomplete, match=said):
        services.add_decision(meeting.pk, **given)
    assert not Action.objects.exists()


def test_an_action_is_closed_with_a_word_and_can_be_opened_again(desk: Any) -> None:
    meeting = services.open_meeting(planned().pk)
    services.add_decision(
        meeting.pk, text="Mencetak", agency_ids=[desk.agencies[0].pk], due_on=date(2026, 12, 1), measure="lembar"
    )
    action = Action.objects.get()
    with pytest.raises(errors.ReasonForAction):
        services.close_action(action.pk, note=" ")
    services.close_action(action.pk, note="batal dicetak", dropped=True)
    with pytest.raises(errors.ActionClosed):
        services.close_action(action.pk, note="lagi")
    assert services.reopen_action(action.pk, due_on=date(2026, 12, 9), reason="Ternyata masih perlu").state == "open"


# Who


def test_a_pic_sees_the_meetings_it_is_invited_to_and_its_own_actions(desk: Any, acting_as: Any) -> None:
    a, b, _c = desk.agencies
    mine, other = planned(), planned("2026-10-21")
    services.prepare(mine.pk)
    services.invite(mine.pk, agency_ids=[a.pk])
    services.open_meeting(mine.pk)
    services.add_decision(mine.pk, text="Mencetak", agency_ids=[a.pk, b.pk], due_on=date(2026, 12, 1), measure="lembar")
    acting_as("pic", a)
    assert [one.pk for one in queries.meetings()] == [mine.pk]
    assert [one.agency_id for one in queries.actions()] == [a.pk]
    with pytest.raises(errors.MeetingUnknown):
        queries.get_meeting(other.pk)
    for act in (
        lambda: services.prepare(mine.pk), lambda: services.invite(mine.pk), lambda: services.close(mine.pk),
        lambda: services.save_minutes(mine.pk, text="x", seen=0), lambda: services.note_attendance(mine.pk, name="Nama"),
        lambda: services.add_decision(mine.pk, text="x", agency_ids=[a.pk], due_on=date(2026, 12, 1), measure="y"),
    ):  # fmt: skip
        with pytest.raises(errors.CannotRunMeetings):
            act()
    acting_as("pic", b)
    assert not queries.meetings().exists()
    assert not AgendaItem.objects.exists()
    acting_as("auditor")
    assert queries.meetings().count() == 2
