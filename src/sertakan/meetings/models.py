"""Meetings and what follows from them: agenda, attendance, minutes, decisions, actions. Meetings are seen by the agencies invited."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sertakan.agencies.models import Agency
from sertakan.core.history import track
from sertakan.followup.models import Duty
from sertakan.letters.models import Letter


class Series(models.Model):
    """Meetings that come back: every `months` months on `day` (moved to a working day) at `time`."""

    title = models.CharField(max_length=160)
    place = models.CharField(max_length=160)
    day = models.PositiveSmallIntegerField()
    months = models.PositiveSmallIntegerField(default=1)
    time = models.TimeField()
    made_at = models.DateTimeField()
    made_label = models.CharField(max_length=200)

    class Meta:
        verbose_name_plural = "series"
        constraints = [
            models.CheckConstraint(name="meeting_series_day", condition=Q(day__gte=1, day__lte=28)),
            models.CheckConstraint(name="meeting_series_rhythm", condition=Q(months__gte=1, months__lte=12)),
        ]

    def __str__(self) -> str:
        return self.title


@track()
class Meeting(models.Model):
    """One meeting. `key`: what the address of its attendance list is signed over; a new one each time it is opened."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Direncanakan")
        OPEN = "open", _("Berlangsung")
        CLOSED = "closed", _("Selesai")
        DROPPED = "dropped", pgettext_lazy("rapat", "Dibatalkan")

    series = models.ForeignKey(Series, on_delete=models.PROTECT, null=True, blank=True, related_name="meetings")
    title = models.CharField(max_length=160)
    starts_at = models.DateTimeField()
    place = models.CharField(max_length=160)
    chair = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=7, choices=State, default=State.PLANNED)
    dropped_reason = models.CharField(max_length=300, blank=True)
    prepared_on = models.DateField(null=True, blank=True)
    key = models.CharField(max_length=32, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    minutes = models.TextField(blank=True)
    minutes_version = models.PositiveIntegerField(default=0)
    minutes_at = models.DateTimeField(null=True, blank=True)
    minutes_label = models.CharField(max_length=200, blank=True)
    minutes_letter = models.ForeignKey(Letter, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="meeting_closed_has_its_moment",
                condition=Q(state="closed", closed_at__isnull=False) | (~Q(state="closed") & Q(closed_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="meeting_dropped_has_its_reason",
                condition=Q(state="dropped") & ~Q(dropped_reason="") | ~Q(state="dropped") & Q(dropped_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.starts_at:%Y-%m-%d}"


class Invitation(models.Model):
    """An agency that was invited, and by which letter."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="invitations")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "agency"], name="meeting_invites_once")]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.agency_id}"


class MinutesVersion(models.Model):
    """The minutes as somebody saved them; none is ever lost."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="minutes_versions")
    version = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    saved_at = models.DateTimeField()
    saved_label = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "version"], name="minutes_version_once")]

    def __str__(self) -> str:
        return f"{self.meeting_id} v{self.version}"


class Attendance(models.Model):
    """Somebody who was there. `key`: name and agency, so that scanning twice counts once."""

    class Via(models.TextChoices):
        QR = "qr", _("Pindai QR")
        PAPER = "paper", _("Dicatat petugas")

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendances")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=120)
    position = models.CharField(max_length=120, blank=True)
    via = models.CharField(max_length=5, choices=Via)
    key = models.CharField(max_length=160)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "key"], name="attendance_once")]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.name}"


class Decision(models.Model):
    """What was decided; each becomes one action for every agency that has to act."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="decisions")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    decided_at = models.DateTimeField()
    decided_label = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "number"], name="decision_number_once")]

    def __str__(self) -> str:
        return f"{self.meeting_id}.{self.number}"


@track()
class Action(models.Model):
    """Who does what by when. With a `duty` the data say whether it is reached; otherwise `measure` says what counts, and a person does."""

    class State(models.TextChoices):
        OPEN = "open", _("Berjalan")
        DONE = "done", _("Selesai")
        DROPPED = "dropped", _("Dibatalkan")

    class How(models.TextChoices):
        COMPUTED = "computed", _("dihitung dari data")
        SAID = "said", _("dinyatakan")

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="actions")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=300)
    due_on = models.DateField()
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    measure = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=7, choices=State, default=State.OPEN)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    closed_how = models.CharField(max_length=8, choices=How, blank=True)
    closed_note = models.CharField(max_length=300, blank=True)
    closed_label = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "agency"], condition=Q(state="open"), name="action_open_once_per_agency"
            ),
            models.CheckConstraint(
                name="action_closed_has_its_day",
                condition=Q(state="open", closed_on__isnull=True) | (~Q(state="open") & Q(closed_on__isnull=False)),
            ),
            models.CheckConstraint(name="action_has_a_measure", condition=Q(duty__isnull=False) | ~Q(measure="")),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="action_by_due")]

    def __str__(self) -> str:
        return self.title


@track()
class AgendaItem(models.Model):
    """One point of an agenda. `agencies`: whom it is about, as they stood when it was prepared."""

    class Kind(models.TextChoices):
        ACTION = "action", _("Tindakan yang berjalan")
        OVERDUE = "overdue", _("Lewat jatuh tempo")
        CHANGE = "change", _("Perubahan sejak rapat terakhir")
        TOPIC = "topic", _("Pokok bahasan")

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="agenda")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=7, choices=Kind)
    title = models.CharField(max_length=300)
    note = models.TextField(blank=True)
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    action = models.ForeignKey(Action, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    agencies = models.JSONField(default=list)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return f"{self.meeting_id}.{self.position} {self.title}"
