"""What somebody is told: one message per recipient, matter and channel, when it may go, and what became of it.

A notice knows nothing of what it is about: matter, reason and outcome come as values from whoever posts it.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sertakan.agencies.models import Agency
from sertakan.core.history import track


@track(exclude=["body", "address_sealed", "address_index"])
class Notice(models.Model):
    """One message to one recipient over one channel.

    `recipient_kind` and `recipient_id` name the recipient by value; `address_sealed` is the phone number or e-mail address, null where
    none is known or needed, and `address_index` tells a changed one. `leased_until` is set while a worker hands the message over; a lease
    that ran out means that the worker died, and the message is taken up again. `link` is a path of this installation. Text is
    Indonesian, the language of the letters.
    """

    class Recipient(models.TextChoices):
        USER = "user", _("Pengguna")
        DONOR = "donor", _("Donatur")
        PERSON = "person", _("Pekerja")

    class Channel(models.TextChoices):
        INAPP = "inapp", _("Di Sertakan")
        EMAIL = "email", _("Surat elektronik")
        WHATSAPP = "whatsapp", _("WhatsApp")

    class State(models.TextChoices):
        WAITING = "waiting", _("Menunggu")
        SENT = "sent", _("Tersampaikan")
        FAILED = "failed", _("Gagal")
        READ = "read", _("Dibaca")
        CANCELLED = "cancelled", _("Tidak perlu lagi")

    class Outcome(models.TextChoices):
        PAID = "paid", _("Dibayar")
        PARTLY = "partly", _("Sebagian dibayar")
        UNPAID = "unpaid", _("Belum dibayar")
        LAPSED = "lapsed", _("Perlindungan berhenti")

    recipient_kind = models.CharField(max_length=6, choices=Recipient)
    recipient_id = models.BigIntegerField()
    recipient_name = models.CharField(max_length=200)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    channel = models.CharField(max_length=8, choices=Channel)
    address_sealed = models.BinaryField(null=True)
    address_index = models.BinaryField(max_length=32, null=True)
    matter = models.CharField(max_length=120)
    about_kind = models.CharField(max_length=20, blank=True, db_default="")
    about_id = models.BigIntegerField(null=True, blank=True)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    link = models.CharField(max_length=200, blank=True, db_default="")
    due_on = models.DateField(null=True, blank=True)
    send_after = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State, default=State.WAITING, db_default="waiting")
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True, db_default="")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.BigIntegerField(null=True, blank=True)
    sent_label = models.CharField(max_length=200, blank=True, db_default="")
    read_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=6, choices=Outcome, blank=True, db_default="")
    outcome_facts = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    outcome_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recipient_kind", "recipient_id", "matter", "channel"], name="notice_once_per_person_and_matter"
            ),
            models.CheckConstraint(
                name="notice_sent_has_its_moment",
                condition=~Q(state__in=["sent", "read"]) | Q(sent_at__isnull=False),
            ),
            models.CheckConstraint(
                name="notice_read_has_its_moment", condition=~Q(state="read") | Q(read_at__isnull=False)
            ),
            models.CheckConstraint(
                name="notice_cancelled_has_its_moment", condition=~Q(state="cancelled") | Q(closed_at__isnull=False)
            ),
            models.CheckConstraint(name="notice_failed_says_why", condition=~Q(state="failed") | ~Q(last_error="")),
        ]
        indexes = [
            models.Index(fields=["channel", "send_after", "id"], condition=Q(state="waiting"), name="notice_waiting"),
            models.Index(fields=["agency", "channel", "state"], name="notice_by_agency"),
            models.Index(fields=["matter"], name="notice_by_matter", opclasses=["varchar_pattern_ops"]),
        ]

    def __str__(self) -> str:
        return f"{self.matter} → {self.recipient_name} ({self.channel})"
