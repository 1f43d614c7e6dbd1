"""What the people do with notices: read them, open them in WhatsApp, have them tried again."""

from __future__ import annotations

from django.db import transaction

from sertakan.core import audit, clock, scope
from sertakan.notices import policies
from sertakan.notices.errors import NoticeClosed
from sertakan.notices.models import Notice


@transaction.atomic
def mark_read(notice: Notice) -> Notice:
    """The recipient has read it; a second time changes nothing."""
    policies.check_can_read(notice)
    now = clock.now()
    Notice.objects.filter(pk=notice.pk, state=Notice.State.SENT).update(state=Notice.State.READ, read_at=now)
    Notice.objects.filter(pk=notice.pk, state=Notice.State.CANCELLED, read_at__isnull=True).update(read_at=now)
    notice.refresh_from_db()
    return notice


@transaction.atomic
def mark_all_read() -> int:
    """Who acts has seen all that lies in Sertakan for them; returns how many were new."""
    own = Notice.objects.filter(
        recipient_kind=Notice.Recipient.USER, recipient_id=scope.current().user_id or 0, channel=Notice.Channel.INAPP
    )
    return own.filter(state=Notice.State.SENT).update(state=Notice.State.READ, read_at=clock.now())


@transaction.atomic
def mark_opened(notice: Notice) -> Notice:
    """A clerk opened the message in WhatsApp: that is as much as can be known of its sending. Opening it again is allowed.

    Refuses who may not (CannotOpenNotice), quiet hours (QuietNow), and what need not be sent any more (NoticeClosed).
    """
    policies.check_can_open(notice)
    locked = Notice.objects.select_for_update().get(pk=notice.pk)
    if locked.state not in (Notice.State.WAITING, Notice.State.SENT):
        raise NoticeClosed(state=locked.get_state_display())
    if locked.state == Notice.State.WAITING:
        actor = scope.current()
        locked.state, locked.sent_at, locked.attempts = Notice.State.SENT, clock.now(), 1
        locked.sent_by, locked.sent_label = actor.user_id, actor.label
        locked.save(update_fields=["state", "sent_at", "attempts", "sent_by", "sent_label"])
        audit.record("notices.opened", target=locked, agency_id=locked.agency_id, facts={"matter": locked.matter})
    return locked


@transaction.atomic
def try_again(notice: Notice) -> Notice:
    """The operator repaired what was wrong; a failed e-mail waits again from the first attempt. Refuses CannotSeeMail."""
    policies.check_can_see_mail()
    again = {"state": Notice.State.WAITING, "attempts": 0, "last_error": "", "send_after": clock.now()}
    if Notice.objects.filter(pk=notice.pk, state=Notice.State.FAILED).update(**again):
        audit.record("notices.tried_again", target=notice, agency_id=notice.agency_id)
    notice.refresh_from_db()
    return notice
