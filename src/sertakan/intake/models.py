"""Files as they came, their rows as they were read, and what was found in them.

A row is never lost and never changed: a correction adds a version, and the highest version counts. What a row said is kept in sealed
blocks of columns, so that a hundred thousand rows are fifty sealed pieces and not a hundred thousand.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sertakan.agencies.models import Agency
from sertakan.core.history import track


@track()
class File(models.Model):
    """One uploaded or pasted list of one agency."""

    class State(models.TextChoices):
        RECEIVED = "received", pgettext_lazy("berkas", "Diterima")
        STAGED = "staged", _("Diperiksa")
        ACCEPTED = "accepted", _("Diterima ke daftar")
        TAKEN_BACK = "taken_back", _("Ditarik kembali")
        REFUSED = "refused", _("Ditolak")

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=250)
    content = models.CharField(max_length=64)
    size = models.BigIntegerField()
    kind = models.CharField(max_length=10, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.RECEIVED)
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections")
    sheets = models.JSONField(default=list)
    columns = models.JSONField(default=dict)
    questions = models.JSONField(default=list)
    answers = models.JSONField(default=dict)
    account = models.JSONField(default=dict)
    matched_up_to = models.BigIntegerField(default=0)
    problem = models.JSONField(default=dict)
    uploaded_by = models.BigIntegerField(null=True, blank=True)
    uploaded_at = models.DateTimeField()
    staged_at = models.DateTimeField(null=True, blank=True)
    readings = models.PositiveSmallIntegerField(default=0)
    accepted_at = models.DateTimeField(null=True, blank=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "content"],
                condition=~models.Q(state="taken_back"),
                name="file_once_per_agency",
            )
        ]
        indexes = [models.Index(fields=["agency", "-uploaded_at"], name="file_by_agency")]

    def __str__(self) -> str:
        return self.name


class Block(models.Model):
    """Up to some thousand rows as they were read, sealed: an Arrow file with raw text (``raw_*``) and read values by column."""

    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="blocks")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    rows = models.PositiveIntegerField()
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.file_id}: {self.rows}"


class Row(models.Model):
    """One row of a sheet in one version: what became of it. Its content stands in `block` under (sheet, number)."""

    class State(models.TextChoices):
        ACCEPTED = "accepted", _("Diterima")
        HELD = "held", _("Ditahan")
        DUPLICATE = "duplicate", _("Ganda")
        KNOWN = "known", _("Sudah ada")
        WITHDRAWN = "withdrawn", _("Ditarik")

    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="rows", db_constraint=False, db_index=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    block = models.ForeignKey(Block, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    sheet = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    version = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State)
    nik_index = models.BinaryField(max_length=32, null=True)
    known_person_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "sheet", "number", "version"], name="row_version_once")]

    def __str__(self) -> str:
        return f"{self.sheet}:{self.number}"


class Finding(models.Model):
    """What was found in a row (or, without a row, in a sheet). The raw text stands in the sealed row, not here.

    `version` is that of the row; of a finding about a sheet, the reading of the file (`File.readings`) that made it.
    """

    class Severity(models.TextChoices):
        HOLD = "hold", _("Ditahan")
        WARNING = "warning", _("Perhatian")
        REPAIRED = "repaired", _("Diperbaiki")

    file = models.ForeignKey(
        File, on_delete=models.PROTECT, related_name="findings", db_constraint=False, db_index=False
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    row = models.ForeignKey(
        Row,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="findings",
        db_index=False,
        db_constraint=False,
    )
    sheet = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    version = models.PositiveSmallIntegerField(default=1)
    column = models.CharField(max_length=20)
    code = models.CharField(max_length=60)
    severity = models.CharField(max_length=8, choices=Severity)
    facts = models.JSONField(null=True)

    class Meta:
        indexes = [models.Index(fields=["file", "code"], name="finding_by_file")]

    def __str__(self) -> str:
        return f"{self.number} {self.column} {self.code}"


class RememberedColumn(models.Model):
    """What an agency once said a heading means."""

    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="+")
    heading = models.CharField(max_length=200)
    column = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "heading"], name="heading_remembered_once")]

    def __str__(self) -> str:
        return f"{self.heading} = {self.column}"


class RememberedValue(models.Model):
    """What an agency once said a word in a column means (an occupation, a place). Never an identifier."""

    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="+")
    column = models.CharField(max_length=20)
    word = models.CharField(max_length=200)
    value = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "column", "word"], name="word_remembered_once")]

    def __str__(self) -> str:
        return f"{self.word} = {self.value}"


class Progress(models.Model):
    """How far the work on a file has come; written outside of the work's own transaction, so that others can watch it."""

    file = models.OneToOneField(File, on_delete=models.CASCADE, primary_key=True, related_name="progress")
    step = models.CharField(max_length=30)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True, blank=True)
    started_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    cancel_asked = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.step} {self.done}/{self.total}"
