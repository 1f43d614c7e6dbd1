"""What was computed about a month, kept so that pages need not compute it: states, totals, and how long cover lasts.

Everything here follows from paid months and the law and can be made anew at any time; nothing is entered by hand.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from sertakan.agencies.models import Agency
from sertakan.people.models import Person
from sertakan.sponsorship.models import Donor, Membership, Sponsorship


class MonthState(models.Model):
    """The state of one person's membership in a month: on its last day, or on the day of the computation. Partitioned by `month`.

    `person` is who stands for a merged group, `agency` and what follows whose sponsorship covers the month, else the last one. `waiting`:
    an unpaid month up to this one was remitted and BPJS has not confirmed it. Columns as `cover_frame` has them.
    """

    pk = models.CompositePrimaryKey("membership_id", "month")
    membership = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    month = models.DateField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    sponsorship = models.ForeignKey(
        Sponsorship, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    funding = models.CharField(max_length=8)
    sector = models.CharField(max_length=10)
    state = models.CharField(max_length=9)
    waiting = models.BooleanField()
    protected_since = models.DateField(null=True)
    lapsed_on = models.DateField(null=True)
    first_lapsed_on = models.DateField(null=True)
    reactivated_on = models.DateField(null=True)
    paid_consecutive = models.IntegerField()
    arrears = models.IntegerField()
    gaps = models.IntegerField()
    full_death_benefit_from = models.DateField(null=True)
    full_death_benefit_reached = models.BooleanField()
    scholarship_from = models.DateField(null=True)
    next_month = models.DateField(null=True)
    next_pay_by = models.DateField(null=True)
    next_state = models.CharField(max_length=9, null=True)  # noqa: DJ001  no next month is not an empty state
    next_state_from = models.DateField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.membership_id}/{self.month}: {self.state}"


class MonthTotal(models.Model):
    """How many persons of an agency, by funding and sector, are in a state in a month. `lapsed`: who lost cover in that very month."""

    month = models.DateField()
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="+")
    funding = models.CharField(max_length=8)
    sector = models.CharField(max_length=10)
    state = models.CharField(max_length=9)
    people = models.IntegerField()
    waiting = models.IntegerField()
    lapsed = models.IntegerField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["month", "agency", "funding", "sector", "state"], name="month_total_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.agency_id} {self.state}: {self.people}"


class Duration(models.Model):
    """How many persons were protected for so many months before the first lapse, or still are: what retention is read from."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="+")
    funding = models.CharField(max_length=8)
    sector = models.CharField(max_length=10)
    months = models.IntegerField()
    lapsed = models.BooleanField()
    people = models.IntegerField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "funding", "sector", "months", "lapsed"], name="duration_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.months} {'lapsed' if self.lapsed else 'still'}: {self.people}"


class MonthMade(models.Model):
    """When the states of a month were computed, for which day, by which rules, and from which paid months (`seen_before`)."""

    month = models.DateField(primary_key=True)
    on = models.DateField(db_column="on_day")
    people = models.IntegerField()
    rules_version = models.CharField(max_length=16)
    seen_before = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(name="month_made_is_a_first_day", condition=models.Q(month__day=1)),
        ]

    def __str__(self) -> str:
        return f"{self.month} per {self.on}"


class LapseWarning(models.Model):
    """One reason to worry about one person's cover, about one month. Partitioned by `month`; kinds as in `protection.warnings`.

    Follows the facts while it is open; once closed it says what came of it. `told_on`: the day on which the first message about it reached
    somebody. `remitted`: the money is with BPJS, which has not confirmed it; `donor_paid`: the donor has paid, the treasurer not yet.
    """

    class Outcome(models.TextChoices):
        PAID = "paid", _("Dibayar")
        WORSE = "worse", _("Memburuk")
        LAPSED = "lapsed", _("Perlindungan berhenti")
        ARRANGED = "arranged", _("Sudah diatur")
        LEFT = "left", _("Tidak lagi peserta")

    pk = models.CompositePrimaryKey("person_id", "month", "kind")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    month = models.DateField()
    kind = models.CharField(max_length=16)
    membership_id = models.BigIntegerField(null=True)
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    sponsorship = models.ForeignKey(
        Sponsorship, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    donor = models.ForeignKey(
        Donor, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    code_id = models.BigIntegerField(null=True)
    funding = models.CharField(max_length=8)
    state = models.CharField(max_length=9)
    due_on = models.DateField(null=True)
    lapses_on = models.DateField(null=True)
    family_if_paid = models.BigIntegerField(null=True)
    family_if_unpaid = models.BigIntegerField(null=True)
    lost = models.BigIntegerField(null=True)
    remitted = models.BooleanField()
    donor_paid = models.BooleanField()
    raised_on = models.DateField()
    told_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.person_id}/{self.month}: {self.kind}"
