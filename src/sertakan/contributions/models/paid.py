"""Months that BPJS confirmed as paid. Only added to; a wrong one is withdrawn by a row that says so."""

from __future__ import annotations

from django.db import models

from sertakan.agencies.models import Agency
from sertakan.people.models import Person
from sertakan.sponsorship.models import Donor, Membership, Sponsorship


class PaidMonth(models.Model):
    """One month of one membership, paid by one sponsorship. Partitioned by `month`.

    Written when the money is confirmed and the number exists. Readers use the view ``contributions_paid``: paid and not withdrawn, at most
    one row per membership and month. `version` counts on when a month was withdrawn and confirmed anew.
    """

    pk = models.CompositePrimaryKey("membership_id", "month", "version")
    membership = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    month = models.DateField()
    version = models.SmallIntegerField(default=1)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    sponsorship = models.ForeignKey(
        Sponsorship, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    donor = models.ForeignKey(
        Donor, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    funding = models.CharField(max_length=8)
    sector = models.CharField(max_length=10)
    programmes = models.CharField(max_length=11)
    dasar = models.BigIntegerField()
    tier = models.SmallIntegerField()
    jkk = models.BigIntegerField()
    jkm = models.BigIntegerField()
    jht = models.BigIntegerField()
    total = models.BigIntegerField()
    paid_on = models.DateField()
    confirmed_on = models.DateField()
    source_kind = models.CharField(max_length=12)
    source_id = models.BigIntegerField()
    rules_version = models.CharField(max_length=16)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.membership_id}/{self.month}"


class WithdrawnMonth(models.Model):
    """A paid month that turned out not to be one, and why."""

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    month = models.DateField()
    version = models.SmallIntegerField()
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    withdrawn_by = models.BigIntegerField(null=True, blank=True)
    withdrawn_label = models.CharField(max_length=200)
    withdrawn_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["membership", "month", "version"], name="month_withdrawn_once")]

    def __str__(self) -> str:
        return f"{self.membership_id}/{self.month}"


class PaidTwice(models.Model):
    """A month of a membership that a second payer paid for too: the second amount lies as surplus of the worker."""

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    month = models.DateField()
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    sponsorship = models.ForeignKey(Sponsorship, on_delete=models.PROTECT, related_name="+")
    first_sponsorship = models.ForeignKey(Sponsorship, on_delete=models.PROTECT, related_name="+")
    amount = models.BigIntegerField()
    source_kind = models.CharField(max_length=12)
    source_id = models.BigIntegerField()
    noted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "month", "source_kind", "source_id", "sponsorship"], name="paid_twice_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.membership_id}/{self.month}"
