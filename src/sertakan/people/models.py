"""Persons: one row per human being, their identifiers (sealed), consents, and which agency knows them.

A person belongs to no agency; scope runs through `PersonAgency`.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from sertakan.agencies.models import Agency
from sertakan.areas.models import Area
from sertakan.core.history import track


@track()
class Person(models.Model):
    """One human being. A merged person is kept and points to the one that stays."""

    class Sex(models.TextChoices):
        MALE = "L", _("Laki-laki")
        FEMALE = "P", _("Perempuan")

    name = models.CharField(max_length=200)
    sort_key = models.CharField(max_length=200)
    titles = models.CharField(max_length=100, blank=True)
    sex = models.CharField(max_length=1, choices=Sex, blank=True)
    birth_place = models.CharField(max_length=120, blank=True)
    birth_date = models.DateField(null=True, blank=True)
    mother_name = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    email = models.CharField(max_length=200, blank=True)
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_constraint=False, db_index=False
    )
    address = models.CharField(max_length=300, blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged", db_index=False
    )
    created_at = models.DateTimeField()
    corrected_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["sort_key", "id"], name="person_by_name"),
            models.Index(fields=["merged_into"], condition=models.Q(merged_into__isnull=False), name="person_by_merge"),
        ]

    def __str__(self) -> str:
        return self.name


class Identifier(models.Model):
    """A number that names a person, sealed; found by its keyed index."""

    class Kind(models.TextChoices):
        NIK = "nik", _("NIK")
        KPJ = "kpj", _("KPJ")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="identifiers", db_constraint=False)
    kind = models.CharField(max_length=5, choices=Kind)
    sealed = models.BinaryField()
    key_version = models.PositiveSmallIntegerField()
    index = models.BinaryField(max_length=32)
    last_four = models.CharField(max_length=4)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "index"], name="identifier_names_one_person")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} …{self.last_four}"


@track()
class Consent(models.Model):
    """A person agreed to the text of `text_version` on `given_on` (UU 27/2022 art. 22, 24)."""

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="consents", db_constraint=False, db_index=False
    )
    given_on = models.DateField()
    text_version = models.CharField(max_length=20)
    recorded_by = models.BigIntegerField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    withdrawn_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(withdrawn_on__isnull=True), name="consent_one_in_force"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.given_on}"


class PersonAgency(models.Model):
    """An agency knows a person, from `valid_from` on: what opens the person's rows to its PIC.

    `by_merge`: the agency knows another person of the same group; such a row goes when the group falls apart.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="agencies", db_constraint=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    by_merge = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "person"], name="person_known_once_per_agency")]

    def __str__(self) -> str:
        return f"{self.person} · {self.agency}"


@track()
class Merge(models.Model):
    """Two persons are one human being: who says so, why, and since when. `Person.merged_into` follows from the merges in force.

    `keep_survivor` and `gone_survivor` are who the two stood for before. `pair` and `run` name what proposed it, by value.
    """

    keep = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    gone = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    keep_survivor = models.BigIntegerField()
    gone_survivor = models.BigIntegerField()
    pair = models.BigIntegerField(null=True, blank=True)
    run = models.BigIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=300)
    made_by = models.BigIntegerField(null=True, blank=True)
    made_label = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    undone_by = models.BigIntegerField(null=True, blank=True)
    undone_label = models.CharField(max_length=200, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undo_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["keep", "gone"], condition=models.Q(undone_at__isnull=True), name="merge_once_in_force"
            ),
            models.CheckConstraint(name="merge_is_of_two", condition=~models.Q(keep=models.F("gone"))),
            models.CheckConstraint(
                name="merge_undone_has_its_actor",
                condition=models.Q(undone_at__isnull=True, undone_label="")
                | (models.Q(undone_at__isnull=False) & ~models.Q(undone_label="")),
            ),
        ]
        indexes = [
            models.Index(fields=["run"], condition=models.Q(run__isnull=False), name="merge_by_run"),
            models.Index(fields=["pair"], condition=models.Q(pair__isnull=False), name="merge_by_pair"),
        ]

    def __str__(self) -> str:
        return f"{self.gone_id} = {self.keep_id}"


class SamePerson(models.Model):
    """A view: every other person of the same group of merged persons; nobody for a person who was never merged."""

    pk = models.CompositePrimaryKey("person_id", "same_id")
    person = models.ForeignKey(Person, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False)
    same = models.ForeignKey(Person, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False)

    class Meta:
        managed = False
        db_table = "people_same"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.person_id} = {self.same_id}"
