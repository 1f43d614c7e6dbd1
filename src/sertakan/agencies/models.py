"""Regional agencies (OPD) as dated rows, with successors and dated staff counts."""

from __future__ import annotations

from django.db import models

from sertakan.areas.models import Area


class Agency(models.Model):
    """One agency of one province, from `valid_from` up to but not including `valid_to`."""

    province = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=60)
    kind = models.CharField(max_length=40)
    evidence = models.CharField(max_length=120, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    sort_key = models.CharField(max_length=220)

    class Meta:
        verbose_name_plural = "agencies"
        constraints = [
            models.CheckConstraint(
                name="agency_ends_after_it_starts",
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=models.F("valid_from")),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Succession(models.Model):
    """On `on`, what `predecessor` did passed to `successor` (one of several, when an agency is split)."""

    predecessor = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="inheritances")
    on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="succession_once"),
            models.CheckConstraint(
                name="succession_to_another", condition=~models.Q(predecessor=models.F("successor"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"


class StaffCount(models.Model):
    """How many civil servants an agency had on a day, by whose word."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="staff_counts")
    on = models.DateField()
    count = models.PositiveIntegerField()
    source = models.CharField(max_length=200)
    confidence = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "on"], name="staff_count_once_per_day")]

    def __str__(self) -> str:
        return f"{self.agency}: {self.count} ({self.on})"


class Transfer(models.Model):
    """A row (its kind and number) passed from one agency to another on a day; added to, never changed."""

    kind = models.CharField(max_length=40)
    row = models.BigIntegerField()
    predecessor = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    successor = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["kind", "row", "on"], name="transfer_by_row")]

    def __str__(self) -> str:
        return f"{self.kind} {self.row}: {self.predecessor_id} → {self.successor_id}"
