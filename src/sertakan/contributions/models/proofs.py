"""Slips that were handed to workers: which reference stands for whom. What the slip says is signed; this finds its worker again."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sertakan.agencies.models import Agency
from sertakan.core.history import track
from sertakan.people.models import Person
from sertakan.sponsorship.models import Membership


@track()
class WorkerSlip(models.Model):
    """One slip of one worker: paid from and until these months, signed on that day with that key. `reference` is random."""

    reference = models.CharField(max_length=13, unique=True)
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    initials = models.CharField(max_length=4)
    paid_from = models.DateField()
    paid_until = models.DateField()
    signed_on = models.DateField()
    key_id = models.PositiveSmallIntegerField()
    issued_by = models.BigIntegerField(null=True, blank=True)
    issued_label = models.CharField(max_length=200)
    withdrawn_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "agency", "paid_until", "signed_on", "key_id"],
                condition=Q(withdrawn_on__isnull=True),
                name="slip_once_a_day",
            ),
            models.CheckConstraint(
                name="slip_months_are_first_days", condition=Q(paid_from__day=1, paid_until__day=1)
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.reference
