"""Reads of notices; always within the scope of who asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, IntegerField, Max, Min, Q, QuerySet, Value, When

from sertakan.core import encryption, scope
from sertakan.notices.errors import NoticeUnknown
from sertakan.notices.models import Notice
from sertakan.notices.settings import address_of
from sertakan.notices.whatsapp import click_to_chat


@dataclass(frozen=True, slots=True)
class MailQueue:
    """How e-mails stand: how many wait, were sent, failed; since when the oldest waits, and the last trouble."""

    waiting: int
    sent: int
    failed: int
    oldest: datetime | None
    last_sent: datetime | None
    last_error: str


def get_notice(notice_id: int) -> Notice:
    """One notice in scope. Raises NoticeUnknown."""
    found = Notice.objects.select_related("agency").filter(pk=notice_id).first()
    if found is None:
        raise NoticeUnknown()
    return found


def inbox(*, unread: bool = False, prefix: str = "") -> QuerySet[Notice]:
    """What lies in Sertakan for who asks, newest first; nothing for nobody."""
    user = scope.current().user_id
    if user is None:
        return Notice.objects.none()
    found = Notice.objects.filter(
        recipient_kind=Notice.Recipient.USER, recipient_id=user, channel=Notice.Channel.INAPP
    ).select_related("agency")
    if unread:
        found = found.filter(state=Notice.State.SENT)
    if prefix:
        found = found.filter(matter__startswith=prefix)
    return found.order_by("-created_at", "-pk")


def unread_count() -> int:
    """How many unread notices lie in Sertakan for who asks."""
    return inbox(unread=True).count()


def to_send(*, agency_id: int | None = None, prefix: str = "") -> QuerySet[Notice]:
    """WhatsApp messages in scope that wait for a clerk, the earliest day first."""
    found = Notice.objects.filter(channel=Notice.Channel.WHATSAPP, state=Notice.State.WAITING).select_related("agency")
    if agency_id is not None:
        found = found.filter(agency=agency_id)
    if prefix:
        found = found.filter(matter__startswith=prefix)
    return found.order_by("due_on", "recipient_kind", "recipient_name", "pk")


def whatsapp_text(notice: Notice) -> str:
    """What the message says, with its link."""
    link = address_of(notice.link)
    return f"{notice.body}\n{link}" if link else notice.body


def whatsapp_link(notice: Notice) -> str:
    """The click-to-chat link of a notice; without a known number WhatsApp asks for the chat."""
    phone = encryption.decrypt(bytes(notice.address_sealed)).decode() if notice.address_sealed else ""
    return click_to_chat(whatsapp_text(notice), phone)


def mail() -> QuerySet[Notice]:
    """E-mails in scope: failed ones first, then those that wait, then the sent ones, newest first."""
    order = {"failed": 0, "waiting": 1}
    found = Notice.objects.filter(channel=Notice.Channel.EMAIL).select_related("agency")
    rank = Case(
        *(When(state=state, then=Value(place)) for state, place in order.items()),
        default=Value(2),
        output_field=IntegerField(),
    )
    return found.annotate(rank=rank).order_by("rank", "-created_at", "-pk")


def mail_queue() -> MailQueue:
    """How e-mails in scope stand, in one statement (two where there was trouble)."""
    mails = Notice.objects.filter(channel=Notice.Channel.EMAIL)
    counted = mails.aggregate(
        waiting=Count("pk", filter=Q(state="waiting")),
        sent=Count("pk", filter=Q(state="sent")),
        failed=Count("pk", filter=Q(state="failed")),
        oldest=Min("created_at", filter=Q(state="waiting")),
        last_sent=Max("sent_at"),
    )
    trouble = mails.exclude(last_error="").order_by("-pk").values_list("last_error", flat=True).first()
    return MailQueue(**counted, last_error=trouble or "")


def told(*, prefix: str, agency_id: int | None = None) -> QuerySet[Notice]:
    """Notices under matters with `prefix` that reached somebody, newest first."""
    found = Notice.objects.filter(matter__startswith=prefix, sent_at__isnull=False).select_related("agency")
    if agency_id is not None:
        found = found.filter(agency=agency_id)
    return found.order_by("-sent_at", "-pk")
