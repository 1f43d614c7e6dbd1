"""Bills of a month and their lines: frozen facts, changed only by a correction.

Lines are added to and never changed, and live in partitions by month; the database refuses lines whose sums differ from their bill.
"""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sertakan.agencies.models import Agency
from sertakan.core.history import track
from sertakan.core.month import Month
from sertakan.people.models import Person
from sertakan.sponsorship.models import Donor, Sponsorship


class ConfirmedMonth(models.Model):
    """The operator confirmed that bills of `month`, computed by this version of the rules, may go out."""

    month = models.DateField()
    rules_version = models.CharField(max_length=16)
    note = models.CharField(max_length=300, blank=True)
    confirmed_by = models.BigIntegerField(null=True, blank=True)
    confirmed_label = models.CharField(max_length=200)
    confirmed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["month", "rules_version"], name="month_confirmed_once_per_rules"),
            models.CheckConstraint(name="confirmed_month_is_a_first_day", condition=Q(month__day=1)),
        ]

    def __str__(self) -> str:
        return f"{Month.of(self.month)} ({self.rules_version})"


@track()
class Bill(models.Model):
    """What one agency's donors owe for one month, in one version. All but its state is frozen.

    Amounts are whole rupiah: what is owed, and ``*_full`` the same before any reduction.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Konsep")
        ISSUED = "issued", _("Diterbitkan")
        SUPERSEDED = "superseded", _("Diganti")

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    month = models.DateField()
    version = models.PositiveIntegerField()
    number = models.CharField(max_length=60, unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections")
    rules_version = models.CharField(max_length=16)
    law_as_of = models.DateField()
    law_confirmed = models.BooleanField()
    computed_at = models.DateTimeField()
    line_count = models.PositiveIntegerField()
    discounted_count = models.PositiveIntegerField()
    jkk = models.BigIntegerField()
    jkm = models.BigIntegerField()
    jht = models.BigIntegerField()
    total = models.BigIntegerField()
    total_full = models.BigIntegerField()
    due_on_jkk_jkm = models.DateField(null=True, blank=True)
    due_on_jht = models.DateField(null=True, blank=True)
    issued_by = models.BigIntegerField(null=True, blank=True)
    issued_label = models.CharField(max_length=200, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "month", "version"], name="bill_version_once"),
            models.UniqueConstraint(fields=["agency", "month"], condition=Q(state="draft"), name="bill_one_draft"),
            models.UniqueConstraint(fields=["agency", "month"], condition=Q(state="issued"), name="bill_one_issued"),
            models.CheckConstraint(name="bill_month_is_a_first_day", condition=Q(month__day=1)),
            models.CheckConstraint(name="bill_total_is_the_sum", condition=Q(total=F("jkk") + F("jkm") + F("jht"))),
            models.CheckConstraint(name="bill_amounts_not_negative", condition=Q(jkk__gte=0, jkm__gte=0, jht__gte=0)),
            models.CheckConstraint(
                name="bill_issued_has_time", condition=~Q(state="issued") | Q(issued_at__isnull=False)
            ),
            models.CheckConstraint(
                name="bill_superseded_has_time", condition=~Q(state="superseded") | Q(superseded_at__isnull=False)
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="bill_frozen", exclude=["state", "issued_by", "issued_label", "issued_at", "superseded_at"]
            ),
            pgtrigger.Protect(name="bill_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def billed_month(self) -> Month:
        """The contribution month."""
        return Month.of(self.month)


class BillLine(models.Model):
    """One sponsorship in one bill, with every fact its amounts were computed from.

    Partitioned by `month`. Names are not kept here: who a line is about can be erased without touching what was owed. Foreign keys are
    checked for the whole statement by a trigger of the table, not row by row.
    """

    pk = models.CompositePrimaryKey("sponsorship_id", "month", "bill_id")
    sponsorship = models.ForeignKey(
        Sponsorship, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    month = models.DateField()
    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="lines", db_constraint=False, db_index=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    donor = models.ForeignKey(
        Donor, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    programmes = models.CharField(max_length=11)
    dasar = models.BigIntegerField()
    tier = models.SmallIntegerField()
    sector = models.CharField(max_length=10)
    funding = models.CharField(max_length=8)
    jkk = models.BigIntegerField()
    jkm = models.BigIntegerField()
    jht = models.BigIntegerField()
    total = models.BigIntegerField()
    jkk_full = models.BigIntegerField()
    jkm_full = models.BigIntegerField()
    jht_full = models.BigIntegerField()
    discount = models.CharField(max_length=40, blank=True)
    due_on_jkk_jkm = models.DateField(null=True)
    due_on_jht = models.DateField(null=True)
    rules_version = models.CharField(max_length=16)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.bill_id}/{self.sponsorship_id}"
