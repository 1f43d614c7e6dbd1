"""What BPJS confirmed, worker by worker, before it is laid into months; refunds asked of BPJS; billing that stopped."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sertakan.agencies.models import Agency
from sertakan.core.history import track
from sertakan.people.models import Person
from sertakan.sponsorship.models import Donor, Sponsorship


class Confirmation(models.Model):
    """An amount that BPJS confirmed for one worker, from one source. Partitioned by `month`, the month of `paid_on`.

    Waits while the worker has no number; afterwards it is laid into months, once. Nothing else of it changes.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Menunggu nomor")
        PLACED = "placed", _("Sudah menjadi bulan")

    pk = models.CompositePrimaryKey("id", "month")
    id = models.BigIntegerField()
    month = models.DateField()
    source_kind = models.CharField(max_length=12)
    source_id = models.BigIntegerField()
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    sponsorship = models.ForeignKey(
        Sponsorship, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    donor = models.ForeignKey(
        Donor, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    funding = models.CharField(max_length=8)
    sector = models.CharField(max_length=10)
    programmes = models.CharField(max_length=11)
    dasar = models.BigIntegerField()
    start_month = models.DateField()
    months = models.SmallIntegerField()
    paid_on = models.DateField()
    confirmed_on = models.DateField()
    amount = models.BigIntegerField()
    reference = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=7, choices=State)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.source_kind}/{self.source_id}/{self.sponsorship_id}"


@track()
class RefundRequest(models.Model):
    """Money of a worker at BPJS that is asked back. Never assumed: until BPJS answers it only stands aside."""

    class State(models.TextChoices):
        ASKED = "asked", _("Diminta")
        GRANTED = "granted", _("Dikembalikan")
        REFUSED = "refused", _("Ditolak")
        WITHDRAWN = "withdrawn", _("Ditarik")

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    donor = models.ForeignKey(Donor, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    funding = models.CharField(max_length=8, blank=True)
    amount = models.BigIntegerField()
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=9, choices=State, default=State.ASKED)
    asked_on = models.DateField()
    decided_on = models.DateField(null=True, blank=True)
    returned = models.BigIntegerField(default=0)
    reference = models.CharField(max_length=80, blank=True)
    answer = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="refund_amount_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="refund_returns_at_most_what_was_asked",
                condition=Q(returned__gte=0, returned__lte=models.F("amount")),
            ),
            models.CheckConstraint(
                name="refund_decided_has_day",
                condition=Q(state="asked", decided_on__isnull=True) | (~Q(state="asked") & Q(decided_on__isnull=False)),
            ),
        ]
        triggers = [pgtrigger.Protect(name="refund_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.asked_on}: {self.amount}"


class NotCollected(models.Model):
    """A month of a sponsorship whose promise was closed because the membership turned inactive: no debt remains."""

    sponsorship = models.ForeignKey(Sponsorship, on_delete=models.PROTECT, related_name="+")
    month = models.DateField()
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    bill = models.ForeignKey("contributions.Bill", on_delete=models.PROTECT, related_name="+")
    amount = models.BigIntegerField()
    closed_on = models.DateField()
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sponsorship", "month"], name="not_collected_once")]

    def __str__(self) -> str:
        return f"{self.sponsorship_id}/{self.month}"


@track()
class BillingStop(models.Model):
    """Months from `from_month` up to but not including `until_month` are not billed: the membership was inactive."""

    sponsorship = models.ForeignKey(Sponsorship, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    from_month = models.DateField()
    until_month = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sponsorship"], condition=Q(until_month__isnull=True), name="billing_stopped_once"
            ),
            models.CheckConstraint(
                name="billing_stop_is_in_order",
                condition=Q(until_month__isnull=True) | Q(until_month__gte=models.F("from_month")),
            ),
        ]
        triggers = [pgtrigger.Protect(name="billing_stop_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.sponsorship_id}: {self.from_month}"
