"""Letters as they went out, the templates and the letterhead they were written with, and the registers that number them.

Nothing of a written letter changes: it keeps its own version of the words and of the letterhead. A register has no gap and no double.
"""

from __future__ import annotations

from django.db import models

from sertakan.agencies.models import Agency


class Office(models.Model):
    """One version of the letterhead and of how numbers are written. The newest counts for the next letter."""

    government = models.CharField(max_length=120)
    name = models.CharField(max_length=160)
    address = models.CharField(max_length=240, blank=True)
    contact = models.CharField(max_length=240, blank=True)
    place = models.CharField(max_length=80)
    number_form = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    made_label = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.name


class Template(models.Model):
    """One version of the words of a kind of letter."""

    kind = models.CharField(max_length=24)
    version = models.PositiveIntegerField()
    subject = models.CharField(max_length=200)
    opening = models.TextField()
    body = models.JSONField(default=list)
    closing = models.TextField(blank=True)
    signer_title = models.CharField(max_length=160)
    signer_name = models.CharField(max_length=120, blank=True)
    signer_nip = models.CharField(max_length=24, blank=True)
    copies = models.JSONField(default=list)
    made_at = models.DateTimeField()
    made_label = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "version"], name="letter_template_version_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"


class Register(models.Model):
    """The last number given out in a register of a year. Locked by who takes the next one until that letter is committed."""

    year = models.PositiveSmallIntegerField()
    register = models.CharField(max_length=20)
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["year", "register"], name="letter_register_once")]

    def __str__(self) -> str:
        return f"{self.register} {self.year}: {self.last}"


class Letter(models.Model):
    """One letter as it went out. `content`: all of its words, tables and pictures, so that it can be made again at any time."""

    kind = models.CharField(max_length=24)
    year = models.PositiveSmallIntegerField()
    register = models.CharField(max_length=20)
    serial = models.PositiveIntegerField()
    number = models.CharField(max_length=120, unique=True)
    dated_on = models.DateField()
    subject = models.CharField(max_length=300)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    about_kind = models.CharField(max_length=60, blank=True)
    about_id = models.BigIntegerField(null=True, blank=True)
    template = models.ForeignKey(Template, on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    to = models.JSONField(default=list)
    copies = models.JSONField(default=list)
    content = models.JSONField(default=dict)
    written_at = models.DateTimeField()
    written_by = models.BigIntegerField(null=True, blank=True)
    written_label = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["year", "register", "serial"], name="letter_number_once")]
        indexes = [models.Index(fields=["about_kind", "about_id"], name="letter_about")]

    def __str__(self) -> str:
        return self.number


class LetterRecipient(models.Model):
    """An agency that a letter went to: its PIC may read it."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="recipients")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["letter", "agency"], name="letter_recipient_once")]

    def __str__(self) -> str:
        return f"{self.letter_id} {self.agency_id}"
