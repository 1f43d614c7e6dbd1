"""Who pays for whom: donors and sponsorships."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sertakan.agencies.models import Agency
from sertakan.areas.models import Area
from sertakan.classification.models import Occupation
from sertakan.core.history import track
from sertakan.intake.models import Row
from sertakan.people.models import Person


@track()
class Donor(models.Model):
    """A civil servant of an agency who pays for workers."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    sort_key = models.CharField(max_length=200)
    nip = models.CharField(max_length=18, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "nip"], condition=~Q(nip=""), name="donor_nip_once_per_agency"),
            models.UniqueConstraint(
                fields=["agency", "sort_key"], condition=Q(nip=""), name="donor_without_nip_once_by_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name


@track()
class Sponsorship(models.Model):
    """One payer for one worker: which programmes, on which income base, from which money, from which month, for how many."""

    class State(models.TextChoices):
        CHECKED = "checked", _("Diperiksa")
        SENT = "sent", _("Dikirim ke BPJS")
        AWAITING_PAYMENT = "awaiting_payment", _("Menunggu pembayaran")
        AWAITING_NUMBER = "awaiting_number", _("Menunggu nomor")
        MEMBER = "member", _("Peserta")
        REFUSED = "refused", _("Ditolak BPJS")
        ENDED = "ended", _("Berhenti")

    class Funding(models.TextChoices):
        PRIVATE = "private", _("Uang pribadi ASN")
        CSR = "csr", _("CSR/TJSL perusahaan")
        ZAKAT = "zakat", _("Zakat/Baznas")
        APBD = "apbd", _("APBD")
        APBN = "apbn", _("APBN")
        APBDES = "apbdes", _("APBDes")

    class EndReason(models.TextChoices):
        DIED = "died", _("Meninggal")
        MOVED = "moved", _("Pindah")
        WAGE_WORKER = "wage_worker", _("Menjadi penerima upah")
        OWN_WISH = "own_wish", _("Keinginan sendiri")
        AGE = "age", _("Batas usia")
        DONOR_STOPPED = "donor_stopped", _("Donatur berhenti")
        TAKEN_BACK = "taken_back", _("Berkas ditarik kembali")

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="sponsorships", db_constraint=False)
    donor = models.ForeignKey(
        Donor, on_delete=models.PROTECT, null=True, blank=True, related_name="sponsorships", db_constraint=False
    )
    row = models.ForeignKey(
        Row,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sponsorships",
        db_constraint=False,
        db_index=False,
    )
    continues = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="continued_by",
        db_constraint=False,
        db_index=False,
    )
    programmes = ArrayField(models.CharField(max_length=3))
    dasar = models.BigIntegerField()
    income = models.BigIntegerField(null=True, blank=True)
    funding = models.CharField(max_length=8, choices=Funding)
    sector = models.CharField(max_length=10)
    occupation = models.ForeignKey(
        Occupation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    second_occupation = models.ForeignKey(
        Occupation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    work_place = models.CharField(max_length=200, blank=True)
    work_area = models.ForeignKey(
        Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_constraint=False, db_index=False
    )
    work_hours = models.CharField(max_length=60, blank=True)
    start_month = models.DateField()
    months = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=20, choices=State, default=State.CHECKED)
    ended_on = models.DateField(null=True, blank=True)
    last_payable_month = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=20, choices=EndReason, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="sponsorship_months_from_1_to_12", condition=Q(months__gte=1, months__lte=12)),
            models.CheckConstraint(name="sponsorship_starts_on_a_first_day", condition=Q(start_month__day=1)),
            models.CheckConstraint(
                name="sponsorship_end_has_date_and_reason",
                condition=Q(ended_on__isnull=True, end_reason="") | (Q(ended_on__isnull=False) & ~Q(end_reason="")),
            ),
            models.UniqueConstraint(fields=["row"], condition=Q(row__isnull=False), name="sponsorship_once_per_row"),
            models.UniqueConstraint(
                fields=["continues"],
                condition=Q(continues__isnull=False) & ~Q(state__in=["ended", "refused"]),
                name="sponsorship_continued_once",
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "start_month"], name="sponsorship_by_agency"),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.agency}"
