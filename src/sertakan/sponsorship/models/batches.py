"""What goes to an office of BPJS Ketenagakerjaan: a batch of one kind, its lines frozen when it is sent."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sertakan.agencies.models import Agency
from sertakan.core.history import track
from sertakan.people.models import Person
from sertakan.sponsorship.models.memberships import Membership
from sertakan.sponsorship.models.sponsorships import Donor, Sponsorship


class BpjsOffice(models.Model):
    """A branch (KC) or sub-branch (KCP) that takes batches."""

    class Kind(models.TextChoices):
        KC = "kc", _("Kantor Cabang")
        KCP = "kcp", _("Kantor Cabang Perintis")

    code = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=3, choices=Kind)
    name = models.CharField(max_length=120)
    area_code = models.CharField(max_length=13, blank=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="branches")

    def __str__(self) -> str:
        return self.name


@track()
class Batch(models.Model):
    """One agency's lines of one kind to one office. Changes until it is sent; afterwards only answers come to it."""

    class Kind(models.TextChoices):
        NEW = "new", _("Pendaftaran baru")
        CONTINUE = "continue", _("Lanjutan")
        CHANGE = "change", _("Perubahan data")
        STOP = "stop", _("Berhenti")
        REACTIVATE = "reactivate", _("Pengaktifan kembali")

    class State(models.TextChoices):
        DRAFT = "draft", _("Disusun")
        SENT = "sent", _("Dikirim")
        ANSWERED = "answered", _("Dijawab")
        CLOSED = "closed", _("Selesai")

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey(BpjsOffice, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="follow_ups")
    layout = models.CharField(max_length=60, blank=True)
    content = models.CharField(max_length=64, blank=True)
    prepared_by = models.BigIntegerField(null=True, blank=True)
    prepared_at = models.DateTimeField()
    sent_by = models.BigIntegerField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "batches"
        constraints = [
            models.CheckConstraint(
                name="batch_sent_has_moment_and_content",
                condition=Q(state="draft", sent_at__isnull=True, content="")
                | (~Q(state="draft") & Q(sent_at__isnull=False) & ~Q(content="")),
            )
        ]
        indexes = [models.Index(fields=["office", "state", "sent_at"], name="batch_by_office")]

    def __str__(self) -> str:
        return f"{self.pk} {self.get_kind_display()} {self.agency}"


@track()
class BatchLine(models.Model):
    """One worker in one batch: the facts as they went out, and what BPJS has said since.

    `answer` and `open` follow from the facts of the answer (`sponsorship.answers.applying`); they are kept for finding and constraints.
    """

    class Purpose(models.TextChoices):
        ENROL = "enrol", _("Kepesertaan")
        CHANGE = "change", _("Perubahan")
        STOP = "stop", _("Penghentian")

    class Answer(models.TextChoices):
        WAITING = "waiting", _("Menunggu jawaban")
        ACCEPTED = "accepted", _("Diterima")
        REFUSED = "refused", _("Ditolak")
        PAID = "paid", _("Dibayar")
        NUMBERED = "numbered", _("Bernomor")

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="lines")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    sponsorship = models.ForeignKey(Sponsorship, on_delete=models.PROTECT, related_name="batch_lines")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="batch_lines")
    donor = models.ForeignKey(Donor, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    purpose = models.CharField(max_length=6, choices=Purpose)
    effective_on = models.DateField()
    last_payable_month = models.DateField()
    programmes = ArrayField(models.CharField(max_length=3))
    dasar = models.BigIntegerField()
    funding = models.CharField(max_length=8)
    sector = models.CharField(max_length=10)
    start_month = models.DateField()
    months = models.PositiveSmallIntegerField()
    end_reason = models.CharField(max_length=20, blank=True, db_default="")

    answer = models.CharField(max_length=8, choices=Answer, default=Answer.WAITING, db_default="waiting")
    open = models.BooleanField(default=True, db_default=True)
    accepted_on = models.DateField(null=True, blank=True)
    payment_code = models.CharField(max_length=40, blank=True, db_default="")
    payment_amount = models.BigIntegerField(null=True, blank=True)
    payment_expires_on = models.DateField(null=True, blank=True)
    refused_on = models.DateField(null=True, blank=True)
    reason_code = models.CharField(max_length=30, blank=True, db_default="")
    first_paid_on = models.DateField(null=True, blank=True)
    membership = models.ForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="batch_lines"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="line_number_once_per_batch"),
            models.UniqueConstraint(fields=["batch", "person"], name="line_person_once_per_batch"),
            models.UniqueConstraint(
                fields=["sponsorship", "purpose"], condition=Q(open=True), name="line_open_once_per_sponsorship"
            ),
            models.CheckConstraint(
                name="line_months_are_first_days", condition=Q(start_month__day=1, last_payable_month__day=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}/{self.number}"
