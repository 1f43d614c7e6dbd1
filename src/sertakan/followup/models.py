"""Circulars and their clauses, whom they address, duties with dated deadlines, what is known of each, declarations, and reminders.

What is known of a cell (agency, duty, period) is only ever added to, so that every past day can be asked about. No name of a civil
servant stands here: shares only.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sertakan.agencies.models import Agency
from sertakan.core.history import track


class Source(models.TextChoices):
    """Whose word it is."""

    CIRCULAR = "edaran", _("tertulis dalam edaran")
    COORDINATOR = "koordinator", _("ditetapkan koordinator")


@track()
class Circular(models.Model):
    """One version of a circular. `predecessor`: the version or the circular of the year before that this one replaces from `valid_from`."""

    number = models.CharField(max_length=120)
    version = models.PositiveSmallIntegerField(default=1)
    predecessor = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="successor"
    )
    dated_on = models.DateField(null=True, blank=True)
    subject = models.CharField(max_length=300)
    signer = models.CharField(max_length=200)
    appeal = models.BooleanField(default=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number", "version"], name="circular_once_per_version"),
            models.CheckConstraint(
                name="circular_ends_after_it_starts",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=models.F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return self.number


@track()
class Clause(models.Model):
    """One passage of a circular, in the words in which it is known; `examples`: who is meant, for instance."""

    circular = models.ForeignKey(Circular, on_delete=models.PROTECT, related_name="clauses")
    position = models.PositiveSmallIntegerField()
    text = models.TextField()
    examples = models.TextField(blank=True)
    source = models.CharField(max_length=11, choices=Source)
    known_by = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["circular", "position"], name="clause_once_per_place")]

    def __str__(self) -> str:
        return f"{self.circular_id}.{self.position}"


@track()
class Addressee(models.Model):
    """An agency that a circular addresses, from `valid_from` up to but not including `valid_to`."""

    circular = models.ForeignKey(Circular, on_delete=models.PROTECT, related_name="addressees")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["circular", "agency", "valid_from"], name="addressee_once_per_day"),
            models.UniqueConstraint(
                fields=["circular", "agency"], condition=Q(valid_to__isnull=True), name="addressee_once_in_force"
            ),
            models.CheckConstraint(
                name="addressee_ends_after_it_starts",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.circular_id}: {self.agency_id}"


@track()
class Duty(models.Model):
    """What agencies are asked to do, once or per period; answered by a measure, or by a declaration. Deadlines stand in `Deadline`."""

    class Period(models.TextChoices):
        ONCE = "once", _("sekali")
        MONTH = "month", _("tiap bulan")
        QUARTER = "quarter", _("tiap triwulan")
        YEAR = "year", _("tiap tahun")

    circular = models.ForeignKey(Circular, on_delete=models.PROTECT, related_name="duties")
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, null=True, blank=True, related_name="duties")
    code = models.SlugField(max_length=40)
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    period_kind = models.CharField(max_length=7, choices=Period)
    period_source = models.CharField(max_length=11, choices=Source, default=Source.COORDINATOR)
    measure = models.CharField(max_length=30)
    target_percent = models.PositiveSmallIntegerField(null=True, blank=True)
    target_source = models.CharField(max_length=11, choices=Source, default=Source.COORDINATOR)
    source = models.CharField(max_length=11, choices=Source)
    doer = models.CharField(max_length=200, blank=True)
    helper = models.CharField(max_length=200, blank=True)
    page = models.CharField(max_length=40, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "duties"
        constraints = [
            models.UniqueConstraint(fields=["circular", "code"], name="duty_once_per_circular"),
            models.CheckConstraint(
                name="duty_target_is_a_share",
                condition=Q(target_percent__isnull=True) | Q(target_percent__gte=1, target_percent__lte=100),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Deadline(models.Model):
    """The deadline of a duty as set on a day; the latest one set by then counts. An empty rule takes it away."""

    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="deadlines")
    rule = models.CharField(max_length=12, blank=True)
    source = models.CharField(max_length=11, choices=Source)
    set_on = models.DateField()
    set_label = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["duty", "set_on", "id"], name="deadline_latest")]

    def __str__(self) -> str:
        return f"{self.duty_id}: {self.rule}"


class Standing(models.Model):
    """What became known of a cell on a day: a computed value, or the state of a declaration. The latest one counts.

    `met` None: there is nothing to measure.
    """

    class Declared(models.TextChoices):
        NONE = "", ""
        DECLARED = "declared", _("dinyatakan")
        VERIFIED = "verified", _("diperiksa")

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="+", db_index=False)
    period = models.DateField(null=True, blank=True)
    on = models.DateField()
    value = models.BigIntegerField(null=True, blank=True)
    of = models.BigIntegerField(null=True, blank=True)
    met = models.BooleanField(null=True, blank=True)
    declared = models.CharField(max_length=8, choices=Declared, blank=True, default="")
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                "agency", "duty", "period", models.F("on").desc(), models.F("id").desc(),
                include=["value", "of", "met", "declared"], name="standing_latest",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.agency_id}/{self.duty_id}/{self.period}: {self.on}"


@track()
class Declaration(models.Model):
    """An agency's word that it did something that no data shows; somebody else looks at the evidence and verifies or refuses it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Menunggu diperiksa")
        VERIFIED = "verified", _("Diperiksa")
        REFUSED = "refused", _("Belum diterima")
        WITHDRAWN = "withdrawn", _("Ditarik")

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="declarations")
    period = models.DateField(null=True, blank=True)
    words = models.TextField()
    files = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    declared_by = models.BigIntegerField(null=True, blank=True)
    declared_label = models.CharField(max_length=200)
    declared_at = models.DateTimeField()
    decided_by = models.BigIntegerField(null=True, blank=True)
    decided_label = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "duty", "period"],
                condition=Q(state__in=["waiting", "verified"]),
                nulls_distinct=False,
                name="declaration_one_stands",
            ),
            models.CheckConstraint(
                name="declaration_not_decided_by_its_author",
                condition=Q(decided_by__isnull=True) | Q(state="withdrawn") | ~Q(decided_by=models.F("declared_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency_id}/{self.duty_id}/{self.period}: {self.state}"


@track()
class Plan(models.Model):
    """When reminders of a circular go out, in working days around the deadline. Off until a coordinator turns it on."""

    circular = models.OneToOneField(Circular, on_delete=models.PROTECT, related_name="plan")
    active = models.BooleanField(default=False)
    escalation = models.BooleanField(default=False)
    before = models.CharField(max_length=20, default="5,1", blank=True)
    overdue = models.CharField(max_length=20, default="1,6", blank=True)
    head_after = models.PositiveSmallIntegerField(default=11)
    secretary_after = models.PositiveSmallIntegerField(default=21)
    started_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="plan_active_has_its_day", condition=Q(active=False) | Q(started_on__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.circular_id}: {self.active}"


@track()
class Pause(models.Model):
    """No reminders from `first` to `last`, both included: of everybody, of one agency, of one duty, or of both."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    first = models.DateField()
    last = models.DateField()
    reason = models.CharField(max_length=300)
    made_label = models.CharField(max_length=200)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="pause_ends_after_it_begins", condition=Q(last__gte=models.F("first"))),
            models.CheckConstraint(name="pause_has_a_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.first}–{self.last}"


class Reminder(models.Model):
    """One step of the plan for one cell, and what became of it. The log; each step of a cell at most once."""

    class Kind(models.TextChoices):
        BEFORE = "before", _("Sebelum jatuh tempo")
        DUE = "due", _("Jatuh tempo")
        OVERDUE = "overdue", _("Lewat jatuh tempo")
        HEAD = "head", _("Kepada kepala OPD")
        SECRETARY = "secretary", _("Kepada Sekretaris Daerah")

    class State(models.TextChoices):
        PLANNED = "planned", _("Menunggu dikirim")
        SENT = "sent", _("Terkirim")
        SKIPPED = "skipped", _("Dilewati")
        CANCELLED = "cancelled", _("Tidak perlu lagi")

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="+")
    period = models.DateField(null=True, blank=True)
    kind = models.CharField(max_length=9, choices=Kind)
    days = models.PositiveSmallIntegerField()
    due = models.DateField()
    planned_for = models.DateField()
    state = models.CharField(max_length=9, choices=State, default=State.PLANNED)
    why = models.CharField(max_length=100, blank=True)
    told = models.PositiveSmallIntegerField(default=0)
    letter_id = models.BigIntegerField(null=True, blank=True)
    planned_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "duty", "period", "due", "kind", "days"],
                nulls_distinct=False,
                name="reminder_step_once",
            ),
            models.CheckConstraint(
                name="reminder_sent_has_its_moment", condition=~Q(state="sent") | Q(sent_at__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(state="planned"), name="reminder_waiting"),
            models.Index(fields=["-planned_for", "-id"], name="reminder_log"),
        ]

    def __str__(self) -> str:
        return f"{self.agency_id}/{self.duty_id}/{self.period}: {self.kind}"
