"""Targets, saved plans and forecasts. Totals only: no person stands in them, and only who sees the whole province reads them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sertakan.core.history import track


class Target(models.Model):
    """What a document wants for an area ("" is Indonesia) in a year: a share of workers, or a number of them. Added to, never changed.

    Of several rows for one area, year and document the newest holds; `withdrawn` ends it.
    """

    area = models.CharField(max_length=13, blank=True)
    year = models.IntegerField()
    document = models.CharField(max_length=120)
    share = models.DecimalField(max_digits=6, decimal_places=5, null=True, blank=True)
    persons = models.BigIntegerField(null=True, blank=True)
    source = models.CharField(max_length=300)
    confidence = models.CharField(max_length=20)
    note = models.CharField(max_length=300, blank=True)
    withdrawn = models.BooleanField(default=False)
    entered_at = models.DateTimeField()
    entered_by = models.BigIntegerField(null=True, blank=True)
    entered_label = models.CharField(max_length=200)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="target_is_a_share_or_a_number",
                condition=Q(share__gt=0, share__lte=1, persons__isnull=True) | Q(share__isnull=True, persons__gt=0),
            )
        ]
        indexes = [models.Index(fields=["area", "year", "document", "-id"], name="target_newest_first")]

    def __str__(self) -> str:
        return f"{self.area or 'Indonesia'} {self.year}: {self.share or self.persons}"


@track(exclude=["result"])
class Plan(models.Model):
    """A plan as it was asked for (`inputs`), and what came of it (`result`), with the version of the rules and whose work it is."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Menunggu giliran")
        WORKING = "working", _("Sedang dihitung")
        DONE = "done", _("Selesai")
        REFUSED = "refused", _("Tidak dapat dipenuhi")

    name = models.CharField(max_length=120)
    inputs = models.JSONField()
    result = models.JSONField(null=True, blank=True)
    refusal = models.CharField(max_length=600, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    rules_version = models.CharField(max_length=16, blank=True)
    seconds = models.FloatField(null=True, blank=True)
    saved_at = models.DateTimeField()
    saved_by = models.BigIntegerField(null=True, blank=True)
    saved_label = models.CharField(max_length=200)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="plan_done_has_its_result", condition=~Q(state="done") | Q(result__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.name}"


class Forecast(models.Model):
    """Expected protected workers after a month, with interval and back-test (`result`). The newest holds. Added to, never changed."""

    month = models.DateField()
    made_at = models.DateTimeField()
    result = models.JSONField()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["-month", "-id"], name="forecast_newest_first")]

    def __str__(self) -> str:
        return f"{self.month} {self.made_at}"
