"""Who is who: runs of the matching, the pairs that matter, what people decided, and records of lists from outside.

Runs and pairs share one sequence of numbers, so that a number alone says what is meant. Raw text of foreign records is sealed; pairs
carry weights and levels of the comparisons, never what was compared.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sertakan.agencies.models import Agency
from sertakan.core.history import track
from sertakan.people.models import Person

NUMBERS = "linkage_number"


class Run(models.Model):
    """One matching with all that is needed to repeat it to the bit. Written with its effects, in one transaction; never changed."""

    class Kind(models.TextChoices):
        REGISTER = "register", _("Seluruh daftar")
        LIST = "list", _("Daftar dari luar")
        INTAKE = "intake", _("Berkas perangkat daerah")

    id = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=8, choices=Kind)
    against = models.CharField(max_length=8)
    name = models.CharField(max_length=250, blank=True)
    content = models.CharField(max_length=64, blank=True)
    model_hash = models.CharField(max_length=64)
    engine = models.CharField(max_length=40)
    seed = models.BigIntegerField()
    threshold = models.FloatField()
    review_threshold = models.FloatField()
    settings = models.JSONField(default=dict)
    mark = models.CharField(max_length=80)
    rows = models.BigIntegerField()
    linked = models.BigIntegerField()
    fresh = models.BigIntegerField()
    review = models.BigIntegerField()
    counts = models.JSONField(default=dict)
    seconds = models.FloatField()
    started_by = models.BigIntegerField(null=True, blank=True)
    started_label = models.CharField(max_length=200)
    finished_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["kind", "-finished_at"], name="run_by_kind"),
            models.Index(fields=["content"], condition=~Q(content=""), name="run_by_content"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.get_kind_display()}"


class ExternalRecord(models.Model):
    """A record of a list from outside that is, or may be, somebody we know: found again by a keyed hash, its raw text sealed."""

    class List(models.TextChoices):
        MEMBERS = "members", _("Daftar peserta BPJS")
        OTHER = "other", _("Daftar lain")

    list = models.CharField(max_length=7, choices=List)
    key = models.BinaryField(max_length=32)
    sealed = models.BinaryField()
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="records", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["list", "key"], name="external_record_once_per_list")]

    def __str__(self) -> str:
        return f"{self.get_list_display()} {self.pk}"


@track(exclude=["weights", "levels"])
class Pair(models.Model):
    """Two records that are, or may be, one human being: two persons, or a person and a record from outside.

    `weights` and `levels` by comparison are what the review page tells; `cost` in whole rupiah orders the queue (see
    `programme.linking.stakes`); `risks` say why two people must agree.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Menunggu keputusan")
        WAITING = "waiting", _("Menunggu orang kedua")
        SAME = "same", _("Orang yang sama")
        DIFFERENT = "different", _("Orang yang berbeda")

    id = models.BigIntegerField(primary_key=True)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="pairs")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    other = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_constraint=False
    )
    record = models.ForeignKey(ExternalRecord, on_delete=models.PROTECT, null=True, blank=True, related_name="pairs")
    row = models.BigIntegerField(null=True, blank=True)
    probability = models.FloatField()
    weight = models.FloatField()
    weights = models.JSONField(default=dict)
    levels = models.JSONField(default=dict)
    reasons = models.JSONField(default=list)
    risks = models.JSONField(default=list)
    cost = models.BigIntegerField(default=0)
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    by_machine = models.BooleanField(default=False)
    merge_id = models.BigIntegerField(null=True, blank=True)
    identifier_id = models.BigIntegerField(null=True, blank=True)
    made_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "other"], condition=Q(other__isnull=False), name="pair_of_persons_once"
            ),
            models.UniqueConstraint(
                fields=["person", "record"], condition=Q(record__isnull=False), name="pair_with_a_record_once"
            ),
            models.CheckConstraint(
                name="pair_has_one_other_side",
                condition=Q(other__isnull=False, record__isnull=True, person__lt=F("other"))
                | Q(other__isnull=True, record__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["-cost", "id"], condition=Q(state__in=["open", "waiting"]), name="pair_queue_by_cost")
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.person_id} / {self.other_id or self.record_id}"


class Decision(models.Model):
    """What somebody, or the machine, said about a pair, and why. Added to, never changed; the last one of a pair counts."""

    class Answer(models.TextChoices):
        SAME = "same", _("Orang yang sama")
        DIFFERENT = "different", _("Orang yang berbeda")
        OPEN = "open", _("Dibuka lagi")

    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="decisions", db_index=False)
    serial = models.PositiveSmallIntegerField()
    answer = models.CharField(max_length=9, choices=Answer)
    final = models.BooleanField()
    machine = models.BooleanField(default=False)
    reason = models.CharField(max_length=300)
    by = models.BigIntegerField(null=True, blank=True)
    label = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pair", "serial"], name="decision_once_per_step")]

    def __str__(self) -> str:
        return f"{self.pair_id}/{self.serial}: {self.answer}"


class Vouch(models.Model):
    """An agency said that a number in its list is right, and not that of the person whom matching took it for. Never asked again."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    nik_index = models.BinaryField(max_length=32)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    by = models.BigIntegerField(null=True, blank=True)
    label = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "vouches"
        constraints = [
            models.UniqueConstraint(fields=["agency", "nik_index", "person"], name="vouched_once_per_agency")
        ]

    def __str__(self) -> str:
        return f"{self.agency_id}: {self.person_id}"
