"""Evidence: photos and papers that show that something was done. What is kept was drawn anew by us; of the original only its digest."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from sertakan.agencies.models import Agency


class Evidence(models.Model):
    """One file. Its content lies encrypted outside the web root (`core.files`), named by `kept`; `shown` is the picture of its first page.

    `original`: SHA-256 of what was uploaded; `kept`: of what is kept. `everybody`: open to all agencies, such as the text of a circular.
    Added, never changed.
    """

    class Kind(models.TextChoices):
        PHOTO = "photo", _("Foto")
        PDF = "pdf", _("PDF")

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    everybody = models.BooleanField(default=False)
    about_kind = models.CharField(max_length=60)
    about_id = models.BigIntegerField()
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=5, choices=Kind)
    media_type = models.CharField(max_length=40)
    original = models.CharField(max_length=64)
    kept = models.CharField(max_length=64)
    shown = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    pages = models.PositiveSmallIntegerField(default=1)
    scanned = models.BooleanField(default=False)
    kept_at = models.DateTimeField()
    kept_by = models.BigIntegerField(null=True, blank=True)
    kept_label = models.CharField(max_length=200)

    class Meta:
        verbose_name_plural = "evidence"
        indexes = [models.Index(fields=["about_kind", "about_id"], name="evidence_about")]

    def __str__(self) -> str:
        return self.name
