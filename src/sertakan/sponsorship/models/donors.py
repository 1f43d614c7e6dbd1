"""What is known of those who pay: their post, the mandate to deduct, when they go, and who pays next for each of their workers."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sertakan.access.models import User
from sertakan.agencies.models import Agency
from sertakan.core.history import track
from sertakan.sponsorship.models.sponsorships import Donor, Sponsorship


@track()
class DonorPost(models.Model):
    """The post of a donor, as far as it decides when the pay ends. Without one the earliest retirement age holds."""

    class Employment(models.TextChoices):
        PNS = "pns", _("PNS")
        PPPK = "pppk", _("PPPK")
        OTHER = "other", _("Pegawai lain")

    class Post(models.TextChoices):
        GENERAL = "general", _("Administrasi, pelaksana, fungsional sampai ahli muda")
        SENIOR = "senior", _("Pimpinan tinggi, fungsional ahli madya")
        EXPERT = "expert", _("Fungsional ahli utama")

    donor = models.OneToOneField(Donor, on_delete=models.PROTECT, primary_key=True, related_name="post")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    employment = models.CharField(max_length=5, choices=Employment, default=Employment.PNS)
    post = models.CharField(max_length=7, choices=Post, default=Post.GENERAL)
    contract_ends_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.donor}: {self.get_post_display()}"


@track()
class Mandate(models.Model):
    """A donor's written word that the treasurer may deduct. It belongs to this donor at this agency and to nobody else."""

    class Kind(models.TextChoices):
        SALARY = "salary", _("Potong gaji")
        ALLOWANCE = "allowance", _("Potong TPP")
        DEBIT = "debit", _("Autodebet bank")

    donor = models.ForeignKey(Donor, on_delete=models.PROTECT, related_name="mandates")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=9, choices=Kind)
    signed_on = models.DateField()
    limit = models.BigIntegerField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=200, blank=True)
    recorded_by = models.BigIntegerField(null=True, blank=True)
    recorded_label = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["donor"], condition=Q(ended_on__isnull=True), name="mandate_one_in_force"),
            models.CheckConstraint(name="mandate_limit_is_positive", condition=Q(limit__isnull=True) | Q(limit__gt=0)),
            models.CheckConstraint(
                name="mandate_end_has_reason",
                condition=Q(ended_on__isnull=True, end_reason="") | (Q(ended_on__isnull=False) & ~Q(end_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.donor}: {self.get_kind_display()}"


@track()
class Departure(models.Model):
    """A donor goes: for which reason, and in which month the last deduction is made. One at a time."""

    class Reason(models.TextChoices):
        RETIRES = "retires", _("Pensiun")
        TRANSFERS = "transfers", _("Pindah instansi")
        CONTRACT_ENDS = "contract_ends", _("Kontrak berakhir")
        DIED = "died", _("Meninggal")
        STOPS = "stops", _("Berhenti menyertakan")

    donor = models.ForeignKey(Donor, on_delete=models.PROTECT, related_name="departures")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=13, choices=Reason)
    last_month = models.DateField()
    note = models.CharField(max_length=300, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.BigIntegerField(null=True, blank=True)
    recorded_label = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["donor"], condition=Q(cancelled_at__isnull=True), name="departure_one_in_force"
            ),
            models.CheckConstraint(name="departure_month_is_a_first_day", condition=Q(last_month__day=1)),
        ]

    def __str__(self) -> str:
        return f"{self.donor}: {self.get_reason_display()}"


@track()
class Succession(models.Model):
    """What happens to one worker when the donor goes: somebody pays next, or the cover is ended knowingly."""

    class Decision(models.TextChoices):
        NEXT_PAYER = "next_payer", _("Pembayar berikutnya")
        STOP = "stop", _("Berhenti")

    sponsorship = models.ForeignKey(Sponsorship, on_delete=models.PROTECT, related_name="successions")
    departure = models.ForeignKey(Departure, on_delete=models.PROTECT, related_name="successions")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    decision = models.CharField(max_length=10, choices=Decision)
    next_donor = models.ForeignKey(Donor, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    next_sponsorship = models.ForeignKey(Sponsorship, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    first_month = models.DateField()
    decided_by = models.BigIntegerField(null=True, blank=True)
    decided_label = models.CharField(max_length=200)
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sponsorship", "departure"], name="succession_once_per_departure"),
            models.CheckConstraint(
                name="succession_says_who_pays",
                condition=Q(decision="stop", next_donor__isnull=True)
                | Q(decision="next_payer", next_donor__isnull=False),
            ),
            models.CheckConstraint(name="succession_month_is_a_first_day", condition=Q(first_month__day=1)),
        ]

    def __str__(self) -> str:
        return f"{self.sponsorship}: {self.get_decision_display()}"


@track()
class DonorAccount(models.Model):
    """The sign-in of a donor: whoever signs in with it sees what this donor pays for, and nothing else."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, primary_key=True, related_name="+")
    donor = models.OneToOneField(Donor, on_delete=models.PROTECT, related_name="account")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    linked_by = models.BigIntegerField(null=True, blank=True)
    linked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user_id} = {self.donor}"
