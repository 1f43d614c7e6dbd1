"""Sectors (KBLI) and occupations (field words, KBJI), with the edition beside every code."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class SectorCategory(models.Model):
    """One lettered category of one KBLI edition."""

    edition = models.CharField(max_length=20)
    code = models.CharField(max_length=2)
    title = models.CharField(max_length=250)
    successor_codes = ArrayField(models.CharField(max_length=2), default=list)
    broad_sector = models.CharField(max_length=40, blank=True)
    sakernas_code = models.CharField(max_length=12, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "code"], name="sector_once_per_edition")]

    def __str__(self) -> str:
        return f"{self.edition} {self.code} {self.title}"


class Occupation(models.Model):
    """A kind of informal work as people in the field call it."""

    code = models.SlugField(max_length=80, primary_key=True)
    term = models.CharField(max_length=120)
    synonyms = ArrayField(models.CharField(max_length=120), default=list)
    ambiguous_words = ArrayField(models.CharField(max_length=120), default=list)
    kbji = models.CharField(max_length=6, blank=True)
    kbji_edition = models.CharField(max_length=20, blank=True)
    kbli2020 = models.CharField(max_length=2, blank=True)
    kbli2025 = models.CharField(max_length=2, blank=True)
    transport = models.BooleanField(null=True)
    household = models.BooleanField(default=False)
    sort_key = models.CharField(max_length=140)

    def __str__(self) -> str:
        return self.term
