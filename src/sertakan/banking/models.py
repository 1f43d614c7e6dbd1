"""Accounts, what a bank wrote about them line by line, and what each line was matched with.

What a line says (text, counterparty, reference, amount as written) is sealed: names and numbers of civil servants stand in it.
"""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sertakan.agencies.models import Agency
from sertakan.core.history import track
from sertakan.people.models import Person


@track()
class Layout(models.Model):
    """A table of a bank that a person taught from one sample. Headings and rules only, nothing of what stood below them."""

    bank = models.CharField(max_length=80)
    name = models.CharField(max_length=120, unique=True)
    signature = models.JSONField()
    rules = models.JSONField()
    taught_by = models.BigIntegerField(null=True, blank=True)
    taught_label = models.CharField(max_length=200)
    taught_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


@track()
class BankAccount(models.Model):
    """An account of an agency: where donors pay in, or from which BPJS is paid. The number is sealed and found by its index."""

    class Purpose(models.TextChoices):
        COLLECTION = "collection", _("Penampungan iuran donatur")
        REMITTANCE = "remittance", _("Penyetoran ke BPJS")

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    bank = models.CharField(max_length=80)
    name = models.CharField(max_length=120)
    purpose = models.CharField(max_length=10, choices=Purpose)
    sealed = models.BinaryField()
    key_version = models.PositiveSmallIntegerField()
    index = models.BinaryField(max_length=32, unique=True)
    last_four = models.CharField(max_length=4)
    layout = models.CharField(max_length=60, blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.BigIntegerField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.bank} ····{self.last_four}"


class StatementFile(models.Model):
    """One file of a bank as it came (kept sealed), for one account. Only added to; the same content twice is one row."""

    account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="files")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=250)
    content = models.CharField(max_length=64)
    format = models.CharField(max_length=12)
    layout = models.CharField(max_length=60, blank=True)
    lines = models.PositiveIntegerField()
    fresh = models.PositiveIntegerField()
    first_on = models.DateField(null=True, blank=True)
    last_on = models.DateField(null=True, blank=True)
    opening = models.BigIntegerField(null=True, blank=True)
    closing = models.BigIntegerField(null=True, blank=True)
    findings = models.JSONField(default=list)
    taken_by = models.BigIntegerField(null=True, blank=True)
    taken_label = models.CharField(max_length=200)
    taken_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "content"], name="statement_once_per_account")]
        indexes = [models.Index(fields=["account", "-taken_at"], name="statement_by_account")]

    def __str__(self) -> str:
        return self.name


@track(exclude=["sealed", "checksum"])
class StatementLine(models.Model):
    """One movement on an account. What it says never changes; its state does.

    `amount` is whole rupiah above zero, None when it cannot be read for certain (never zero); `checksum` makes a second upload harmless.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Terbuka")
        MATCHED = "matched", _("Dicocokkan")
        IGNORED = "ignored", _("Diabaikan")
        UNREADABLE = "unreadable", _("Tidak terbaca")

    class Direction(models.TextChoices):
        IN = "in", _("Uang masuk")
        OUT = "out", _("Uang keluar")

    file = models.ForeignKey(
        StatementFile, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    account = models.ForeignKey(
        BankAccount, on_delete=models.PROTECT, related_name="lines", db_constraint=False, db_index=False
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    number = models.PositiveIntegerField()
    booked_on = models.DateField(null=True, blank=True)
    value_on = models.DateField(null=True, blank=True)
    direction = models.CharField(max_length=3, choices=Direction, blank=True)
    amount = models.BigIntegerField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State)
    why = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=300, blank=True)
    candidates = models.JSONField(default=dict)
    checksum = models.BinaryField(max_length=32)
    sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "checksum"], name="line_once_per_account"),
            models.CheckConstraint(name="line_amount_is_positive", condition=Q(amount__isnull=True) | Q(amount__gt=0)),
            models.CheckConstraint(
                name="line_to_match_is_readable",
                condition=~Q(state__in=["open", "matched"])
                | (Q(amount__isnull=False, booked_on__isnull=False) & ~Q(direction="")),
            ),
        ]
        indexes = [
            models.Index(fields=["file", "number"], name="line_by_file"),
            models.Index(fields=["account", "state", "booked_on", "id"], name="line_by_account_and_state"),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="line_says_the_same", exclude=["state", "why", "note", "candidates"]),
        ]

    def __str__(self) -> str:
        return f"{self.file_id}:{self.number}"


@track()
class Match(models.Model):
    """What a line was matched with. One in force per line; undone ones stay to be read.

    `parts`: what the amount was placed on, as ``{"bill", "donor", "month", "amount", "transfers": [[id, month], ...]}``, ids only.
    """

    class Kind(models.TextChoices):
        DONOR = "donor", _("Iuran satu donatur")
        AGENCY = "agency", _("Iuran seluruh OPD")
        CODE = "code", _("Kode iuran BPJS")

    line = models.ForeignKey(
        StatementLine, on_delete=models.PROTECT, related_name="matches", db_constraint=False, db_index=False
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    kind = models.CharField(max_length=6, choices=Kind)
    rule = models.CharField(max_length=30)
    amount = models.BigIntegerField()
    donor_id = models.BigIntegerField(null=True, blank=True)
    code_id = models.BigIntegerField(null=True, blank=True)
    parts = models.JSONField(default=list)
    made_by = models.BigIntegerField(null=True, blank=True)
    made_label = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_label = models.CharField(max_length=200, blank=True)
    undone_why = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name_plural = "matches"
        constraints = [
            models.UniqueConstraint(fields=["line"], condition=Q(undone_at__isnull=True), name="line_matched_once"),
            models.CheckConstraint(name="match_amount_is_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="match_undone_has_reason", condition=Q(undone_at__isnull=True) | ~Q(undone_why="")
            ),
            models.CheckConstraint(
                name="match_names_its_target",
                condition=Q(kind="code", code_id__isnull=False)
                | Q(kind="donor", donor_id__isnull=False)
                | Q(kind="agency"),
            ),
        ]
        indexes = [models.Index(fields=["line", "made_at"], name="match_by_line")]

    def __str__(self) -> str:
        return f"{self.line_id}: {self.kind} {self.amount}"


class MemberFile(models.Model):
    """BPJS's list of members for one month, as it came (kept sealed). Only added to; who sees all agencies may read it."""

    month = models.DateField()
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=250)
    content = models.CharField(max_length=64)
    account = models.JSONField(default=dict)
    taken_by = models.BigIntegerField(null=True, blank=True)
    taken_label = models.CharField(max_length=200)
    taken_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="member_file_month_is_a_first_day", condition=Q(month__day=1)),
        ]
        indexes = [models.Index(fields=["month", "-taken_at"], name="member_file_by_month")]

    def __str__(self) -> str:
        return self.name


@track()
class Difference(models.Model):
    """Where the sponsor's list, the money and BPJS's members say different things of one person in one month.

    `subject` names the person (or, unknown to us, the row by its keyed index); `facts` hold no number beyond last figures.
    """

    class Kind(models.TextChoices):
        PAID_NOT_LISTED = "paid_not_listed", _("Dibayar, tidak ada di daftar BPJS")
        LISTED_NOT_PAID = "listed_not_paid", _("Ada di daftar BPJS, belum dibayar")
        OTHER_NUMBER = "other_number", _("Nomor peserta berbeda")
        OTHER_NAME = "other_name", _("Nama berbeda")
        OTHER_MONTH = "other_month", _("Bulan iuran berbeda")
        PAID_INACTIVE = "paid_inactive", _("Dibayar, BPJS mencatat nonaktif")
        UNKNOWN_MEMBER = "unknown_member", _("Ada di daftar BPJS, tidak kami kenal")

    class State(models.TextChoices):
        OPEN = "open", _("Belum dijelaskan")
        EXPLAINED = "explained", _("Dijelaskan")
        CLOSED = "closed", _("Selesai")

    class Task(models.TextChoices):
        PIC = "pic", _("Petugas OPD")
        COORDINATOR = "coordinator", _("Koordinator provinsi")
        BPJS = "bpjs", _("Petugas BPJS")

    month = models.DateField()
    kind = models.CharField(max_length=16, choices=Kind)
    subject = models.CharField(max_length=80)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_constraint=False
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    facts = models.JSONField(default=dict)
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    task = models.CharField(max_length=11, choices=Task, blank=True)
    explanation = models.CharField(max_length=500, blank=True)
    explained_label = models.CharField(max_length=200, blank=True)
    explained_at = models.DateTimeField(null=True, blank=True)
    closed_label = models.CharField(max_length=200, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    gone = models.BooleanField(default=False)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["month", "kind", "subject"], name="difference_once"),
            models.CheckConstraint(name="difference_month_is_a_first_day", condition=Q(month__day=1)),
            models.CheckConstraint(
                name="difference_explained_says_how", condition=~Q(state="explained") | ~Q(explanation="")
            ),
            models.CheckConstraint(
                name="difference_closed_has_time", condition=~Q(state="closed") | Q(closed_at__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["month", "state", "kind"], name="difference_by_month")]

    def __str__(self) -> str:
        return f"{self.month} {self.kind} {self.subject}"
