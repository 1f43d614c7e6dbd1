"""Administrative areas with dated codes (Kemendagri), their other names, and the prefixes that identity numbers carry."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Area(models.Model):
    """One area under one code, from `valid_from` up to but not including `valid_to`."""

    class Level(models.TextChoices):
        PROVINCE = "province", _("Provinsi")
        REGENCY = "regency", _("Kabupaten/kota")
        DISTRICT = "district", _("Kecamatan")
        VILLAGE = "village", _("Desa/kelurahan")

    code = models.CharField(max_length=13)
    level = models.CharField(max_length=10, choices=Level)
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    edition = models.CharField(max_length=60)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    sort_key = models.CharField(max_length=140)
    tile_column = models.PositiveSmallIntegerField(null=True, blank=True)
    tile_row = models.PositiveSmallIntegerField(null=True, blank=True)
    tile_label = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="area_code_once_per_date"),
            models.CheckConstraint(
                name="area_ends_after_it_starts",
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=models.F("valid_from")),
            ),
        ]
        indexes = [models.Index(fields=["parent", "sort_key"], name="area_by_parent")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class AreaAlias(models.Model):
    """Another name for an area: an older official spelling or a common short name."""

    code = models.CharField(max_length=13)
    alias = models.CharField(max_length=120)
    kind = models.CharField(max_length=40)
    needs_column = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "alias"], name="area_alias_once")]

    def __str__(self) -> str:
        return f"{self.alias} = {self.code}"


class IdentityPrefix(models.Model):
    """The first six digits of identity numbers: a district code of any edition known here."""

    prefix = models.CharField(max_length=6, primary_key=True)
    name = models.CharField(max_length=120)
    first_edition = models.CharField(max_length=30)
    last_edition = models.CharField(max_length=30)
    active = models.BooleanField()

    def __str__(self) -> str:
        return f"{self.prefix} {self.name}"


class Boundary(models.Model):
    """The drawn outline of one area, loaded by an operator: for maps, not for settling where a border runs."""

    level = models.CharField(max_length=10, choices=Area.Level)
    code = models.CharField(max_length=13)
    name = models.CharField(max_length=120, blank=True)
    geometry = models.JSONField()
    source = models.CharField(max_length=250)
    loaded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "code"], name="boundary_once_per_area")]

    def __str__(self) -> str:
        return f"{self.level} {self.code}"
