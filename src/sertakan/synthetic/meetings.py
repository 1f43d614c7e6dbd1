"""Two invented meetings: one a month ago with decisions, and the next one, whose agenda opens with what is still to be done."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sertakan.agencies import queries as agencies
from sertakan.core import audit, clock, scope
from sertakan.core.clock import WIB
from sertakan.core.models import AuditEvent
from sertakan.followup import queries as followup
from sertakan.meetings import services
from sertakan.meetings.models import Series
from sertakan.rules.calendar import next_working_day
from sertakan.synthetic import story
from sertakan.synthetic.province import KIND

_TOLD = "synthetic.meetings"
_PLACE, _CHAIR = "Ruang Rapat Rekaan, Kantor Gubernur", "Asisten Rekaan"
_PRESENT = ("Ratna", "Budi", "Sari", "Joko", "Dewi", "Hasan", "Lina", "Tono", "Yuli", "Rahmat", "Wati", "Eko")
_MINUTES = (
    "Pimpinan rapat membuka rapat dan menekankan bahwa keikutsertaan tetap sukarela.\n\n"
    "Acara dibahas satu per satu. Perangkat daerah yang belum menunjuk petugas menyampaikan kendalanya: pergantian pejabat dan "
    "beban akhir tahun.\n\nKantor cabang BPJS Ketenagakerjaan menawarkan pendampingan di tempat."
)


def tell() -> int:
    """Hold the first meeting and prepare the second, once; how many actions came of it. Nothing without duties."""
    with scope.acting(scope.SYSTEM, reason=KIND):
        told = AuditEvent.objects.filter(target_kind=_TOLD).exists()
        today = clock.today()
        duties = followup.duties(today)
    if told or not duties:
        return 0
    held = next_working_day(today - timedelta(days=32))
    with story.on(held):
        series, made = _hold(held, duties[0].id)
    with scope.acting(scope.SYSTEM, reason=KIND):
        coming = services.plan_next(series)
        services.prepare(coming.pk)
        audit.record("synthetic.meetings_told", target=(_TOLD, 1), facts={"actions": made})
    return made


def _hold(day: date, duty_id: int) -> tuple[Series, int]:
    with scope.acting(scope.SYSTEM, reason=KIND):
        bodies = list(agencies.in_force())
        series = services.add_series(title="Rapat monitoring Sertakan", place=_PLACE, day=min(day.day, 28), at=time(9))
        meeting = services.plan(
            title=series.title, starts_at=datetime.combine(day, time(9), tzinfo=WIB), place=_PLACE, chair=_CHAIR, series=series
        )  # fmt: skip
        services.prepare(meeting.pk)
        services.add_topic(meeting.pk, title="Penjelasan BPJS Ketenagakerjaan tentang kartu peserta")
        services.invite(meeting.pk)
        services.open_meeting(meeting.pk)
        for name, body in zip(_PRESENT, bodies, strict=False):
            services.note_attendance(meeting.pk, name=f"{name} Rekaan", position="Petugas OPD", agency_id=body.pk)
        services.save_minutes(meeting.pk, text=_MINUTES, seen=0)
        late = list(dict.fromkeys(cell.agency_id for cell in followup.overdue(day) if cell.duty_id == duty_id))
        open_ = [cell.agency_id for cell in followup.states(day, duty_ids=[duty_id]) if not cell.done]
        owners = (late or list(dict.fromkeys(open_)) or [body.pk for body in bodies])[:4]
        services.add_decision(
            meeting.pk, text="Menunjuk petugas dan wakilnya", agency_ids=owners, due_on=day + timedelta(days=25), duty_id=duty_id
        )  # fmt: skip
        services.add_decision(
            meeting.pk,
            text="Membagikan lembar penjelasan kepada keluarga pekerja",
            agency_ids=[body.pk for body in bodies[:2]],
            due_on=day + timedelta(days=45),
            measure="100 lembar dibagikan",
        )
        services.close(meeting.pk)
    return series, len(owners) + 2
