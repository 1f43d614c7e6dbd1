"""Cases: what happened to a worker, the steps with their deadlines, papers that are ready, what came of it.

No medical file and no diagnosis is kept: there is no place for an upload, and free text is sealed. A case points to the person it was
opened for and never moves; readers go through the group of merged persons.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sertakan.agencies.models import Agency
from sertakan.core.history import track
from sertakan.people.models import Person


@track()
class Case(models.Model):
    """One event of one worker, at most once in an agency. Two agencies that know a worker do not learn of each other's cases.

    `snapshot`: facts and explanation of cover on the day of the event, with the version of the rules.

    `reporter`: who told, sealed (JSON of name, relation, phone).
    """

    class Kind(models.TextChoices):
        ACCIDENT = "accident", _("Kecelakaan kerja")
        DISEASE = "disease", _("Penyakit akibat kerja")
        DISABILITY = "disability", _("Cacat karena kecelakaan atau penyakit kerja")
        DEATH = "death", _("Meninggal, bukan karena kerja")
        DEATH_BY_ACCIDENT = "death_by_accident", _("Meninggal karena kerja")

    class State(models.TextChoices):
        OPEN = "open", _("Dibuka")
        REPORTED = "reported", _("Sudah dilaporkan")
        SUBMITTED = "submitted", _("Berkas diserahkan")
        INCOMPLETE = "incomplete", _("Berkas kurang")
        DECIDED = "decided", _("Disetujui BPJS")
        PAID = "paid", _("Sudah dibayar")
        REFUSED = "refused", _("Ditolak BPJS")
        CLOSED = "closed", _("Ditutup")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=17, choices=Kind)
    event_on = models.DateField()
    event_time = models.TimeField(null=True, blank=True)
    work_end = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    snapshot = models.JSONField(default=dict)
    reporter = models.BinaryField()
    opened_on = models.DateField()
    opened_by = models.BigIntegerField(null=True, blank=True)
    opened_label = models.CharField(max_length=200)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "agency", "kind", "event_on"],
                condition=~Q(state="closed"),
                name="case_once_per_event",
            ),
            models.CheckConstraint(
                name="case_closed_has_its_day",
                condition=Q(state="closed", closed_on__isnull=False) | (~Q(state="closed") & Q(closed_on__isnull=True)),
            ),
            models.CheckConstraint(name="case_event_before_opening", condition=Q(event_on__lte=models.F("opened_on"))),
        ]
        indexes = [models.Index(fields=["agency", "state"], name="case_by_agency")]

    def __str__(self) -> str:
        return f"{self.pk} {self.kind} {self.event_on}"


@track()
class Step(models.Model):
    """One step of a case. `due_at`: the last moment, None while its clock has not begun or where no text names one.

    `exact`: the hour of the deadline matters. `done_exact`: the hour of doing is known. `note`: sealed free text.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="steps")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=20)
    duty_of = models.CharField(max_length=6)
    due_at = models.DateTimeField(null=True, blank=True)
    exact = models.BooleanField(default=False)
    done_at = models.DateTimeField(null=True, blank=True)
    done_exact = models.BooleanField(default=False)
    done_by = models.BigIntegerField(null=True, blank=True)
    done_label = models.CharField(max_length=200, blank=True)
    note = models.BinaryField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "code"], name="case_step_once")]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(done_at__isnull=True, due_at__isnull=False), name="case_step_by_deadline"
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.code}"


@track()
class Tick(models.Model):
    """A paper that the family has ready. The paper itself is not kept here."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="ticks")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=20)
    ticked_at = models.DateTimeField()
    ticked_label = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "code"], name="case_paper_once")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.code}"


@track()
class Outcome(models.Model):
    """What BPJS decided: an amount, or a refusal with its reason (sealed); and when it was paid. The newest counts."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="outcomes")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    amount = models.BigIntegerField(null=True, blank=True)
    decided_on = models.DateField()
    paid_on = models.DateField(null=True, blank=True)
    reason = models.BinaryField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    recorded_label = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="outcome_is_an_amount_or_a_refusal",
                condition=Q(amount__gt=0, reason__isnull=True)
                | Q(amount__isnull=True, reason__isnull=False, paid_on__isnull=True),
            ),
            models.CheckConstraint(
                name="outcome_paid_after_decided",
                condition=Q(paid_on__isnull=True) | Q(paid_on__gte=models.F("decided_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.decided_on}"
