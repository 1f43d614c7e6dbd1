"""Proof of payment by hand: what a counter, QRIS or a shop gave. Remitted, not confirmed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sertakan.agencies.models import Agency
from sertakan.sponsorship.models import Donor


class Slip(models.Model):
    """One proof of payment to BPJS. Only added to; a wrong one is reversed in the ledger and entered anew, as the next `entry` of it."""

    class Channel(models.TextChoices):
        COUNTER = "counter", _("Loket bank atau pos")
        QRIS = "qris", _("QRIS")
        SHOP = "shop", _("Minimarket atau agen")
        TRANSFER = "transfer", _("Transfer")

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    donor = models.ForeignKey(Donor, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    code = models.ForeignKey(
        "contributions.PaymentCode", on_delete=models.PROTECT, null=True, blank=True, related_name="slips"
    )
    amount = models.BigIntegerField()
    paid_on = models.DateField()
    month = models.DateField(null=True, blank=True)
    reference = models.CharField(max_length=80)
    entry = models.PositiveSmallIntegerField(default=1)
    channel = models.CharField(max_length=8, choices=Channel)
    from_treasury = models.BooleanField(default=False)
    photo = models.CharField(max_length=64, blank=True)
    photo_type = models.CharField(max_length=20, blank=True)
    note = models.CharField(max_length=300, blank=True)
    entered_by = models.BigIntegerField(null=True, blank=True)
    entered_label = models.CharField(max_length=200)
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "reference", "paid_on", "amount", "entry"], name="slip_once"),
            models.CheckConstraint(name="slip_amount_positive", condition=Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.paid_on} {self.reference}"
