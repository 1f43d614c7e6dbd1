"""Dated counts, made once for all pages to read; nothing here is entered by hand except denominators, which an operator loads.

What may be shown to everybody (`RollupCell`) is kept apart from what only some may see (`HiddenCell`), so that the database itself can
tell them apart.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sertakan.agencies.models import Agency


class Snapshot(models.Model):
    """The protected persons of a month, counted once. A month counted anew with another result is a new row; the old one stays."""

    month = models.DateField()
    on = models.DateField(db_column="on_day")
    built_at = models.DateTimeField()
    persons = models.IntegerField()
    threshold = models.PositiveSmallIntegerField()
    definition = models.CharField(max_length=20)
    rules_version = models.CharField(max_length=16)
    source_made_at = models.DateTimeField()
    content = models.CharField(max_length=64)
    part = models.CharField(max_length=100)
    current = models.BooleanField(default=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["month"], condition=Q(current=True), name="snapshot_one_current_per_month"),
            models.CheckConstraint(name="snapshot_month_is_a_first_day", condition=Q(month__day=1)),
        ]
        indexes = [models.Index(fields=["month", "-id"], name="snapshot_by_month")]

    def __str__(self) -> str:
        return f"{self.month} #{self.pk}: {self.persons}"


class RollupCell(models.Model):
    """One published count: `code` of `by`, inside the area `within` ("" is everywhere). A suppressed one has no number."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="cells")
    by = models.CharField(max_length=10)
    within = models.CharField(max_length=13)
    code = models.CharField(max_length=80)
    name = models.CharField(max_length=250)
    numerator = models.IntegerField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "by", "within", "code"], name="rollup_cell_once"),
            models.CheckConstraint(
                name="rollup_cell_not_negative", condition=Q(numerator__isnull=True) | Q(numerator__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by} {self.within}/{self.code}: {self.numerator}"


class HiddenCell(models.Model):
    """The number of a suppressed cell: for who sees all, and for the agency that it is about."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="hidden")
    by = models.CharField(max_length=10)
    within = models.CharField(max_length=13)
    code = models.CharField(max_length=80)
    numerator = models.IntegerField()
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "by", "within", "code"], name="hidden_cell_once"),
        ]

    def __str__(self) -> str:
        return f"{self.by} {self.within}/{self.code}"


class SnapshotChange(models.Model):
    """How many persons more or fewer than in the snapshot before, and why."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="changes")
    before = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12)
    count = models.IntegerField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "before", "kind"], name="snapshot_change_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.count:+}"


class AreaChange(models.Model):
    """Why the count of one regency or agency (`code` of `by`) differs from the snapshot before; no number where it is suppressed.

    Kinds that are not there are 0. All kinds of one area add up to the difference of its two counts.
    """

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="area_changes")
    by = models.CharField(max_length=10)
    code = models.CharField(max_length=80)
    kind = models.CharField(max_length=12)
    count = models.IntegerField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "by", "code", "kind"], name="area_change_once"),
        ]

    def __str__(self) -> str:
        return f"{self.by} {self.code} {self.kind}: {self.count}"


class HiddenChange(models.Model):
    """The number of a suppressed change: for who sees all, and for the agency that it is about."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="hidden_changes")
    by = models.CharField(max_length=10)
    code = models.CharField(max_length=80)
    kind = models.CharField(max_length=12)
    count = models.IntegerField()
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "by", "code", "kind"], name="hidden_change_once"),
        ]

    def __str__(self) -> str:
        return f"{self.by} {self.code} {self.kind}"


class AgencyStanding(models.Model):
    """Where one agency stands on the day of the snapshot, so that no page counts people for it. Open to who sees all, and to the agency.

    Rows of lists that wait: `held` by a finding, `waiting` for being taken over, `checked` and not sent to BPJS. `lapsing`: workers who
    lose cover next. `billed`: rupiah of `billed_month` for `billed_workers`.
    """

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="standings")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    in_force = models.BooleanField()
    held = models.IntegerField()
    waiting = models.IntegerField()
    checked = models.IntegerField()
    workers = models.IntegerField()
    donors = models.IntegerField()
    lapsing = models.IntegerField()
    billed_month = models.DateField(null=True)
    billed = models.BigIntegerField()
    billed_workers = models.IntegerField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "agency"], name="agency_standing_once"),
        ]

    def __str__(self) -> str:
        return f"{self.agency_id}: {self.workers}"


class FunnelStep(models.Model):
    """How many came so far on the way from promise to cover, of one agency or of all (`agency` None), and who was lost why."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="funnel")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="+")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10)
    count = models.IntegerField()
    lost = models.JSONField(default=dict)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["snapshot", "agency", "kind"], name="funnel_step_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.count}"


class Denominator(models.Model):
    """Of how many: people of an area in one survey round, loaded by an operator or estimated from what was loaded.

    "" in sector, sex or age means all of them together. `status`: what kind of people, a key of DEFINITIONS.
    """

    area = models.CharField(max_length=13)
    sector = models.CharField(max_length=12, blank=True)
    status = models.CharField(max_length=20)
    sex = models.CharField(max_length=1, blank=True)
    age = models.CharField(max_length=8, blank=True)
    value = models.BigIntegerField()
    low = models.BigIntegerField()
    high = models.BigIntegerField()
    estimated = models.BooleanField(default=False)
    source = models.CharField(max_length=300)
    confidence = models.CharField(max_length=8)
    round = models.DateField()
    loaded_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["area", "sector", "status", "sex", "age", "round", "estimated"], name="denominator_once"
            ),
            models.CheckConstraint(
                name="denominator_between_its_bounds",
                condition=Q(low__gte=0, low__lte=models.F("value"), high__gte=models.F("value")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.status} {self.round}: {self.value}"


class NationalSnapshot(models.Model):
    """Extracts of many provinces, counted once: published totals only. A count with another result is a new row; the old one stays.

    `provinces`: how many sent an extract; `invented`: of how many of them the persons are invented.
    """

    month = models.DateField()
    built_at = models.DateTimeField()
    persons = models.IntegerField()
    provinces = models.PositiveSmallIntegerField()
    invented = models.PositiveSmallIntegerField()
    engine = models.CharField(max_length=10)
    source = models.CharField(max_length=300)
    threshold = models.PositiveSmallIntegerField()
    content = models.CharField(max_length=64)
    current = models.BooleanField(default=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["current"], condition=Q(current=True), name="national_one_current"),
            models.CheckConstraint(
                name="national_invented_among_all", condition=Q(invented__lte=models.F("provinces"), month__day=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month}: {self.provinces}, {self.persons}"


class NationalCell(models.Model):
    """One total of the nation. A hidden one has no number, here or anywhere."""

    snapshot = models.ForeignKey(NationalSnapshot, on_delete=models.CASCADE, related_name="cells")
    by = models.CharField(max_length=10)
    code = models.CharField(max_length=80)
    name = models.CharField(max_length=250)
    numerator = models.IntegerField(null=True)
    denominator = models.BigIntegerField(null=True)
    low = models.BigIntegerField(null=True)
    high = models.BigIntegerField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "by", "code"], name="national_cell_once"),
            models.CheckConstraint(
                name="national_cell_not_negative", condition=Q(numerator__isnull=True) | Q(numerator__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by} {self.code}: {self.numerator}"
