"""Plan a meeting, build its agenda from what is open, overdue and changed, and invite to it by letter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, time

from django.db import transaction

from sertakan.agencies import queries as agencies
from sertakan.agencies.models import Agency
from sertakan.core import audit, clock, scope
from sertakan.core.clock import WIB
from sertakan.core.month import Month
from sertakan.followup import queries as followup
from sertakan.followup.figures import DutyCell
from sertakan.letters import services as letters
from sertakan.letters.models import Letter
from sertakan.letters.services import Recipient
from sertakan.meetings import errors, policies, queries
from sertakan.meetings.models import Action, AgendaItem, Invitation, Meeting, Series
from sertakan.meetings.services.acting import close_reached
from sertakan.meetings.services.holding import planned, unfinished
from sertakan.meetings.words import day_and_weekday, hour
from sertakan.rules.calendar import next_working_day
from sertakan.rules.reasons import day_in_words

_MOST_NAMES = 12
_BETTER, _WORSE = frozenset({"fulfilled", "verified"}), frozenset({"overdue"})


@transaction.atomic
def add_series(*, title: str, place: str, day: int, at: time, months: int = 1) -> Series:
    """Meetings every `months` months on `day` of the month. Raises MeetingIncomplete, CannotRunMeetings."""
    actor = scope.current()
    policies.check_can_run(actor)
    _need(("Nama rangkaian", title), ("Tempat", place))
    if not (1 <= day <= 28 and 1 <= months <= 12):
        raise errors.MeetingIncomplete(what="Tanggal (1 sampai 28) dan jarak bulan (1 sampai 12)")
    made = Series.objects.create(
        title=title.strip()[:160], place=place.strip()[:160], day=day, months=months, time=at, made_at=clock.now(),
        made_label=actor.label[:200],
    )  # fmt: skip
    audit.record("meetings.series_added", target=made, facts={"title": made.title})
    return made


@transaction.atomic
def plan(*, title: str, starts_at: datetime, place: str, chair: str = "", series: Series | None = None) -> Meeting:
    """Plan one meeting. Raises MeetingIncomplete, CannotRunMeetings."""
    policies.check_can_run(scope.current())
    _need(("Nama rapat", title), ("Tempat", place))
    made = Meeting.objects.create(
        series=series,
        title=title.strip()[:160],
        starts_at=starts_at,
        place=place.strip()[:160],
        chair=chair.strip()[:120],
    )
    audit.record("meetings.planned", target=made, facts={"title": made.title, "on": made.starts_at.isoformat()})
    return made


@transaction.atomic
def plan_next(series: Series) -> Meeting:
    """Plan the next meeting of a series, after its last one and after today, on a working day. Of two clicks none makes the same day twice.

    Raises CannotRunMeetings.
    """
    policies.check_can_run(scope.current())
    Series.objects.select_for_update().get(pk=series.pk)
    last = Meeting.objects.filter(series=series).order_by("-starts_at").first()
    today = clock.today()
    month = _month_of(series, last.starts_at.astimezone(WIB).date()).next(series.months) if last else Month.of(today)
    while (day := _falls_on(series, month)) < today:
        month = month.next(series.months)
    starts = datetime.combine(day, series.time, tzinfo=WIB)
    return plan(
        title=series.title, starts_at=starts, place=series.place, chair=last.chair if last else "", series=series
    )


def _falls_on(series: Series, month: Month) -> date:
    return next_working_day(date(month.year, month.month, series.day))


def _month_of(series: Series, held: date) -> Month:
    """For which month a meeting was: one moved over the end of a month is still that month's."""
    before = Month.of(held).previous()
    return before if _falls_on(series, before) == held else Month.of(held)


@transaction.atomic
def prepare(meeting_id: int) -> list[AgendaItem]:
    """Build the agenda: open actions first, then what is overdue, then what changed since the last meeting; topics added by hand stay.

    Actions that the data show as reached are closed on the way. Safe to repeat. Raises MeetingStarted, CannotRunMeetings.
    """
    meeting = planned(meeting_id)
    today = clock.today()
    close_reached()
    topics = list(meeting.agenda.filter(kind=AgendaItem.Kind.TOPIC))
    meeting.agenda.exclude(kind=AgendaItem.Kind.TOPIC).delete()
    made = [*_of_actions(today), *_of_overdue(today), *_of_changes(meeting, today)]
    for position, item in enumerate([*made, *topics], start=1):
        item.meeting, item.position = meeting, position
    AgendaItem.objects.bulk_create(made)
    AgendaItem.objects.bulk_update(topics, ["position"])
    meeting.prepared_on = today
    meeting.save(update_fields=["prepared_on"])
    audit.record("meetings.agenda_prepared", target=meeting, facts={"items": len(made) + len(topics)})
    return [*made, *topics]


def _of_actions(on: date) -> list[AgendaItem]:
    rows = queries.standing(queries.actions(open_only=True).select_related("decision__meeting"), on)
    return [
        AgendaItem(
            kind=AgendaItem.Kind.ACTION,
            title=f"{row.action.agency.short_name}: {row.action.title}"[:300],
            note=_action_note(row, on),
            duty_id=row.action.duty_id,
            action=row.action,
            agencies=[row.action.agency_id],
        )
        for row in sorted(rows, key=lambda row: (row.action.due_on, row.action.pk))
    ]


def _action_note(row: queries.ActionRow, on: date) -> str:
    due = f"Tenggat {day_in_words(row.action.due_on)}"
    late = (on - row.action.due_on).days
    parts = [f"{due}, lewat {late} hari" if late > 0 else due]
    if row.value is not None:
        parts.append(f"ukuran kini {row.value}" + (f" dari {row.of}" if row.of is not None else ""))
    return "; ".join(parts) + f". Diputuskan dalam {row.action.decision.meeting.title}."


def _of_overdue(on: date) -> list[AgendaItem]:
    by_duty: dict[int, list[DutyCell]] = defaultdict(list)
    for cell in followup.overdue(on):
        by_duty[cell.duty_id].append(cell)
    names = dict(Agency.objects.values_list("pk", "short_name"))
    made = []
    for duty in followup.duties(on):
        cells = by_duty.get(duty.id)
        if not cells:
            continue
        agency_ids = list(dict.fromkeys(cell.agency_id for cell in cells))
        oldest = min(cell.due or on for cell in cells)
        made.append(
            AgendaItem(
                kind=AgendaItem.Kind.OVERDUE,
                title=f"{duty.title}: {len(agency_ids)} OPD lewat jatuh tempo"[:300],
                note=f"{_listed([names[key] for key in agency_ids])}. Yang terlama jatuh tempo {day_in_words(oldest)}.",
                duty_id=duty.id,
                agencies=agency_ids,
            )
        )
    return sorted(made, key=lambda item: -len(item.agencies))


def _of_changes(meeting: Meeting, on: date) -> list[AgendaItem]:
    last = queries.last_closed_before(meeting)
    if last is None:
        return []
    since = last.starts_at.astimezone(WIB).date()
    titles = {duty.id: duty.title for duty in followup.duties(on)}
    names = dict(Agency.objects.values_list("pk", "short_name"))
    groups: dict[tuple[int, str], list[int]] = defaultdict(list)
    for change in followup.changes_since(since, on):
        if change.duty_id not in titles:
            continue
        if change.now in _BETTER and change.was not in _BETTER:
            groups[change.duty_id, "better"].append(change.agency_id)
        elif change.now in _WORSE:
            groups[change.duty_id, "worse"].append(change.agency_id)
    made = _of_closed(since)
    for (duty_id, kind), found in groups.items():
        agency_ids = list(dict.fromkeys(found))
        what = "OPD memenuhi" if kind == "better" else "OPD baru lewat jatuh tempo"
        made.append(
            AgendaItem(
                kind=AgendaItem.Kind.CHANGE,
                title=f"{titles[duty_id]}: {len(agency_ids)} {what} sejak {day_in_words(since)}"[:300],
                note=f"{_listed([names[key] for key in agency_ids])}.",
                duty_id=duty_id,
                agencies=agency_ids,
            )
        )
    return made


def _of_closed(since: date) -> list[AgendaItem]:
    """What was done since the last meeting is told too; nobody has to ask where it went."""
    done = list(queries.actions().filter(state=Action.State.DONE, closed_on__gte=since))
    if not done:
        return []
    return [
        AgendaItem(
            kind=AgendaItem.Kind.CHANGE,
            title=f"{len(done)} tindakan selesai sejak {day_in_words(since)}",
            note=f"{_listed([f'{one.agency.short_name}: {one.title}' for one in done])}."[:2000],
            agencies=list(dict.fromkeys(one.agency_id for one in done)),
        )
    ]


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:_MOST_NAMES])
    return shown if len(names) <= _MOST_NAMES else f"{shown}, dan {len(names) - _MOST_NAMES} lainnya"


@transaction.atomic
def add_topic(meeting_id: int, *, title: str, note: str = "") -> AgendaItem:
    """Add a topic of one's own at the end. Raises MeetingIncomplete, MeetingClosed, CannotRunMeetings."""
    meeting = unfinished(meeting_id)
    _need(("Pokok bahasan", title))
    last = meeting.agenda.order_by("-position").values_list("position", flat=True).first() or 0
    made = AgendaItem.objects.create(
        meeting=meeting,
        position=last + 1,
        kind=AgendaItem.Kind.TOPIC,
        title=title.strip()[:300],
        note=note.strip()[:2000],
    )
    audit.record("meetings.agenda_changed", target=meeting, facts={"added": made.title})
    return made


@transaction.atomic
def drop_item(meeting_id: int, item_id: int) -> None:
    """Take a point from the agenda of a meeting that has not begun. Raises MeetingStarted, CannotRunMeetings."""
    meeting = planned(meeting_id)
    for item in meeting.agenda.filter(pk=item_id):
        audit.record("meetings.agenda_changed", target=meeting, facts={"dropped": item.title})
        item.delete()


@transaction.atomic
def invite(meeting_id: int, *, agency_ids: Collection[int] | None = None) -> Letter:
    """Invite agencies (all in force when left out) by one numbered letter with the agenda. Who was invited before is left out.

    Raises NobodyInvited, MeetingClosed, CannotRunMeetings.
    """
    meeting = unfinished(meeting_id)
    known = set(meeting.invitations.values_list("agency_id", flat=True))
    wanted = [
        agency for agency in agencies.in_force()
        if agency.pk not in known and (agency_ids is None or agency.pk in agency_ids)
    ]  # fmt: skip
    if not wanted:
        raise errors.NobodyInvited()
    letter = write_invitation(meeting, wanted)
    Invitation.objects.bulk_create([Invitation(meeting=meeting, agency=agency, letter=letter) for agency in wanted])
    audit.record("meetings.invited", target=meeting, facts={"agencies": len(wanted), "letter": letter.number})
    return letter


def write_invitation(meeting: Meeting, wanted: Collection[Agency], *, instead_of: str = "") -> Letter:
    """A numbered letter with hour, place and agenda; `instead_of`: the number of the letter whose place it takes."""
    agenda = [item.title for item in meeting.agenda.all()]
    blocks: list[dict[str, object]] = []
    if instead_of:
        blocks.append(
            {
                "kind": "paragraph",
                "text": f"Surat ini menggantikan undangan nomor {instead_of}: waktu atau tempatnya berubah.",
            }
        )
    if agenda:
        blocks += [{"kind": "heading", "text": "Acara"}, {"kind": "list", "items": agenda}]
    local = meeting.starts_at.astimezone(WIB)
    return letters.write(
        "invitation",
        to=[Recipient(f"Kepala {agency.name}", agency_id=agency.pk) for agency in wanted],
        facts={
            "rapat": meeting.title, "hari": day_and_weekday(local.date()), "waktu": hour(local), "tempat": meeting.place, "blocks": blocks,
        },
        about=("meetings.meeting", meeting.pk),
    )  # fmt: skip


def _need(*given: tuple[str, str]) -> None:
    for what, text in given:
        if not text.strip():
            raise errors.MeetingIncomplete(what=what)
