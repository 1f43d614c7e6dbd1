"""Who is told at a step, through which channel: notices to users, numbered letters from the second tone on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from sertakan.access.models import RoleAssignment, User
from sertakan.agencies.models import Agency
from sertakan.followup import dues, words
from sertakan.followup.figures import DutyCell, DutyRow
from sertakan.followup.models import Circular, Reminder
from sertakan.notices import services as notices
from sertakan.notices.models import Notice

LETTERS = {"overdue": "reminder_overdue", "head": "escalation_head", "secretary": "escalation_secretary"}
"""The kinds of step that are also a letter; earlier ones are a word between colleagues."""


@dataclass(frozen=True, slots=True)
class Message:
    """One reminder as it would go out. `to`: users (id, name, e-mail); `days`: the step planned, `late`: working days past the deadline."""

    agency: Agency
    duty: DutyRow
    cell: DutyCell
    kind: str
    days: int
    subject: str
    body: str
    to: tuple[tuple[int, str, str], ...]
    letter: str
    number: str
    late: int = 0


def message(
    kind: str, *, days: int, cell: DutyCell, duty: DutyRow, agency: Agency, circular: Circular, on: date
) -> Message:
    """What is said at a step, and to whom: the PIC, or the coordinators where there is none; at an escalation the coordinators too.

    A step that goes out later than planned, such as after a pause, says how things stand on its day.
    """
    due = cell.due or on
    left, late = dues.between(on, due), dues.between(due, on)
    tone = kind if kind in ("head", "secretary") else "before" if on < due else "due" if on == due else "overdue"
    said = words.reminder(
        tone, title=duty.title, period=words.long_period(cell.period, duty.period_kind), due=due, days=late or left,
        agency=agency.name, number=circular.number, appeal=circular.appeal, helper=duty.helper,
    )  # fmt: skip
    pic = _holding(on, Q(role="pic", agency=agency))
    to = pic or _holding(on, Q(role="coordinator"))
    if kind in ("head", "secretary"):
        to = [*pic, *_holding(on, Q(role="coordinator"))]
    if kind == "secretary":
        to += _holding(on, Q(role="leader"))
    people = tuple(dict.fromkeys((user.pk, str(user), user.email) for user in to))
    return Message(
        agency, duty, cell, kind, days, said.subject, said.body, people, LETTERS.get(kind, ""), circular.number, late
    )


def deliver(said: Message, row: Reminder) -> tuple[int, int | None]:
    """Put the notices and the letter in place, inside the caller's transaction; how many persons are told, and the letter's number."""
    drafts = []
    for key, name, email in said.to:
        channels = [(Notice.Channel.INAPP, "")] + ([(Notice.Channel.EMAIL, email)] if email else [])
        drafts += [
            notices.Draft(
                recipient_kind=Notice.Recipient.USER, recipient_id=key, recipient_name=name, channel=channel,
                matter=f"followup:{row.kind}:{row.pk}", subject=said.subject, body=said.body, address=address,
                link=f"/kewajiban/opd/{said.agency.pk}/", agency_id=said.agency.pk, about_kind="followup.duty",
                about_id=said.duty.id, due_on=said.cell.due,
            )
            for channel, address in channels
        ]  # fmt: skip
    notices.post(drafts)
    return len(said.to), _letter(said, row)


def _holding(on: date, which: Q) -> list[User]:
    found = RoleAssignment.objects.in_force(on).filter(which).values("user")
    return list(User.objects.filter(pk__in=found, is_active=True).order_by("pk"))


def _letter(said: Message, row: Reminder) -> int | None:
    if not said.letter:
        return None
    from sertakan.letters import services as letters

    office = "Sekretaris Daerah" if said.kind == "secretary" else f"Kepala {said.agency.name}"
    period = words.long_period(said.cell.period, said.duty.period_kind)
    what = said.duty.title[:1].lower() + said.duty.title[1:] + (f" ({period})" if period else "")
    due = words.long_day(said.cell.due) if said.cell.due else ""
    facts: dict[str, Any] = {
        "opd": said.agency.name, "kewajiban": what, "jatuh_tempo": due, "edaran": said.number,
        "terlambat": f"{said.late} hari kerja",
    }  # fmt: skip
    if said.kind == "secretary":
        facts = {
            "jumlah_opd": "1", "edaran": said.number, "per": words.long_day(row.planned_for),
            "rows": {"heading": ["OPD", "Kewajiban", "Jatuh tempo"], "rows": [[said.agency.name, what, due]]},
        }  # fmt: skip
    own = None if said.kind == "secretary" else said.agency.pk
    to = (letters.Recipient(office, agency_id=own),)
    about = ("followup.reminder", row.pk)
    return int(letters.write(said.letter, to=to, facts=facts, agency_id=said.agency.pk, about=about).pk)
