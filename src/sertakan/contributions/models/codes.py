"""Payment codes of BPJS: what is to be paid in one go, for whom and for which months."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sertakan.agencies.models import Agency
from sertakan.core.history import track
from sertakan.people.models import Person
from sertakan.sponsorship.models import Batch, Sponsorship


@track()
class PaymentCode(models.Model):
    """A code that BPJS gave for one batch or one worker. `amount` is what BPJS asks for; the lines say what we expect."""

    class Kind(models.TextChoices):
        BATCH = "batch", _("Satu kiriman")
        WORKER = "worker", _("Satu pekerja")

    class State(models.TextChoices):
        OPEN = "open", _("Belum dibayar")
        REMITTED = "remitted", _("Menunggu konfirmasi BPJS")
        CONFIRMED = "confirmed", _("Dikonfirmasi BPJS")
        EXPIRED = "expired", _("Kedaluwarsa")
        CANCELLED = "cancelled", _("Tidak jadi dipakai")

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=40)
    kind = models.CharField(max_length=6, choices=Kind)
    amount = models.BigIntegerField()
    months = models.PositiveSmallIntegerField()
    issued_on = models.DateField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, blank=True, related_name="payment_codes")
    split_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="splits")
    explanation = models.CharField(max_length=300, blank=True)
    explained_by = models.BigIntegerField(null=True, blank=True)
    explained_label = models.CharField(max_length=200, blank=True)
    explained_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code"], condition=~Q(state="cancelled"), name="payment_code_once"),
            models.CheckConstraint(name="payment_code_amount_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="payment_code_months_from_1_to_12", condition=Q(months__gte=1, months__lte=12)),
            models.CheckConstraint(
                name="payment_code_explained_at",
                condition=Q(explanation="", explained_at__isnull=True)
                | (~Q(explanation="") & Q(explained_at__isnull=False)),
            ),
        ]
        indexes = [models.Index(fields=["agency", "state", "expires_on"], name="payment_code_by_agency")]
        triggers = [pgtrigger.Protect(name="code_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.code


@track()
class PaymentCodeLine(models.Model):
    """One worker and one month in a code, with the amounts that the law asks for. A split moves lines to another code."""

    code = models.ForeignKey(PaymentCode, on_delete=models.PROTECT, related_name="lines")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    sponsorship = models.ForeignKey(Sponsorship, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    month = models.DateField()
    jkk = models.BigIntegerField()
    jkm = models.BigIntegerField()
    jht = models.BigIntegerField()
    total = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "sponsorship", "month"], name="code_line_once"),
            models.CheckConstraint(name="code_line_month_is_a_first_day", condition=Q(month__day=1)),
            models.CheckConstraint(
                name="code_line_total_is_the_sum", condition=Q(total=F("jkk") + F("jkm") + F("jht"))
            ),
            models.CheckConstraint(name="code_line_not_negative", condition=Q(jkk__gte=0, jkm__gte=0, jht__gte=0)),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="code_line_frozen", exclude=["code"]),
            pgtrigger.Protect(name="code_line_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.code_id}/{self.sponsorship_id}/{self.month}"
