"""Accounts and transfers: every rupiah leaves one account and reaches another. Only added to; corrections are reversals."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sertakan.agencies.models import Agency
from sertakan.people.models import Person
from sertakan.sponsorship.models import Donor


class Account(models.Model):
    """Where money or a promise lies: per agency, and as far as the kind asks for it per donor, source of money and programme."""

    class Kind(models.TextChoices):
        PLEDGE = "pledge", _("Komitmen donatur")
        PLEDGE_CONTROL = "pledge_control", _("Lawan komitmen")
        DONOR_FUNDS = "donor_funds", _("Uang donatur pada bendahara")
        UNIDENTIFIED = "unidentified", _("Uang yang belum dikenali")
        TREASURY = "treasury", _("Rekening penampung")
        IN_TRANSIT = "in_transit", _("Disetor, menunggu konfirmasi BPJS")
        CONTRIBUTION = "contribution", _("Iuran yang dikonfirmasi")
        SURPLUS = "surplus", _("Kelebihan untuk bulan berikutnya")
        REFUND = "refund", _("Pengembalian yang diminta")
        SETTLED = "settled", _("Uang donatur yang sudah ditempatkan")

    kind = models.CharField(max_length=14, choices=Kind)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    donor = models.ForeignKey(Donor, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    funding = models.CharField(max_length=8, blank=True)
    programme = models.CharField(max_length=3, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "kind", "donor", "funding", "programme"], nulls_distinct=False, name="account_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.agency_id}/{self.kind}"


class Transfer(models.Model):
    """`amount` rupiah from the account `credit` to the account `debit`. Partitioned by `month`, the month of `booked_on`.

    `entry_id` is the number of the first transfer of those that were posted together. `contribution_month` is the month that the money is
    for, where that is known. A reversal names the transfer it takes back, and in `reversed_leg` what that one was.
    """

    class Leg(models.TextChoices):
        PROMISED = "promised", _("Dijanjikan")
        RELEASED = "released", _("Komitmen dilepas")
        FULFILLED = "fulfilled", _("Komitmen dipenuhi")
        COLLECTED = "collected", _("Terkumpul")
        IDENTIFIED = "identified", _("Dikenali")
        REMITTED = "remitted", _("Disetor")
        CONFIRMED = "confirmed", _("Dikonfirmasi")
        SURPLUS = "surplus", _("Kelebihan")
        SURPLUS_USED = "surplus_used", _("Kelebihan dipakai")
        SETTLED = "settled", _("Ditempatkan")
        WITHDRAWN = "withdrawn", _("Konfirmasi ditarik")
        REFUND = "refund", _("Pengembalian")
        RETURNED = "returned", _("Dikembalikan BPJS")
        PAID_BACK = "paid_back", _("Dibayar kembali kepada donatur")
        REVERSAL = "reversal", _("Pembatalan")

    pk = models.CompositePrimaryKey("id", "month")
    id = models.BigIntegerField()
    month = models.DateField()
    entry_id = models.BigIntegerField()
    booked_on = models.DateField()
    leg = models.CharField(max_length=12, choices=Leg)
    debit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    credit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    amount = models.BigIntegerField()
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    donor = models.ForeignKey(
        Donor, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    funding = models.CharField(max_length=8, blank=True)
    programme = models.CharField(max_length=3, blank=True)
    contribution_month = models.DateField(null=True)
    bill = models.ForeignKey(
        "contributions.Bill", on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    code = models.ForeignKey(
        "contributions.PaymentCode",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    evidence_kind = models.CharField(max_length=12)
    evidence_id = models.BigIntegerField()
    reference = models.CharField(max_length=80, blank=True)
    reverses_id = models.BigIntegerField(null=True)
    reverses_month = models.DateField(null=True)
    reversed_leg = models.CharField(max_length=12, blank=True)
    note = models.CharField(max_length=300, blank=True)
    posted_at = models.DateTimeField()
    posted_by = models.BigIntegerField(null=True)
    posted_label = models.CharField(max_length=200)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.id} {self.leg} {self.amount}"


class Reversal(models.Model):
    """Which transfer was taken back by which; the database writes it, and refuses a second one."""

    transfer_id = models.BigIntegerField(primary_key=True)
    transfer_month = models.DateField()
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    reversal_id = models.BigIntegerField()
    reversal_month = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="reversal_of_another", condition=~Q(transfer_id=models.F("reversal_id")))
        ]

    def __str__(self) -> str:
        return f"{self.transfer_id} ← {self.reversal_id}"
