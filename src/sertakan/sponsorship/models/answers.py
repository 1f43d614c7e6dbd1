"""What came back from BPJS, as it came: files, their rows (sealed), confirmed payments. Only added to."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from sertakan.agencies.models import Agency
from sertakan.sponsorship.models.batches import Batch, BatchLine


class AnswerFile(models.Model):
    """One reading of one file as an answer to a batch; the same content is read again when it may change something."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="answer_files")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=250)
    content = models.CharField(max_length=64)
    account = models.JSONField(default=dict)
    taken_by = models.BigIntegerField(null=True, blank=True)
    taken_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class AnswerLine(models.Model):
    """One row of an answer: what became of it, and its raw text, sealed."""

    class Outcome(models.TextChoices):
        APPLIED = "applied", _("Diterapkan")
        UNCHANGED = "unchanged", _("Tidak mengubah apa-apa")
        HELD = "held", _("Ditahan")

    file = models.ForeignKey(AnswerFile, on_delete=models.PROTECT, related_name="lines")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    line = models.ForeignKey(BatchLine, on_delete=models.PROTECT, null=True, blank=True, related_name="answers")
    sheet = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=9, choices=Outcome)
    findings = models.JSONField(default=list)
    nik_index = models.BinaryField(max_length=32, null=True)
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "sheet", "number"], name="answer_row_once_per_file")]

    def __str__(self) -> str:
        return f"{self.sheet}:{self.number} {self.outcome}"


class ConfirmedPayment(models.Model):
    """BPJS said that it received money for a line: the only leg of money that makes a month paid."""

    line = models.ForeignKey(BatchLine, on_delete=models.PROTECT, related_name="payments")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey(AnswerFile, on_delete=models.PROTECT, related_name="payments")
    paid_on = models.DateField()
    amount = models.BigIntegerField()
    reference = models.CharField(max_length=80, blank=True)
    months = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "paid_on", "amount", "reference"], name="payment_confirmed_once"),
            models.CheckConstraint(name="payment_confirmed_is_positive", condition=models.Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.paid_on}: {self.amount}"
