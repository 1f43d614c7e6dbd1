"""Who reads, opens and repairs notices. Each rule as a function that refuses and one that answers."""

from __future__ import annotations

from sertakan.core import clock, scope
from sertakan.notices.errors import CannotOpenNotice, CannotSeeMail, NoticeUnknown, QuietNow
from sertakan.notices.models import Notice
from sertakan.notices.quiet import is_quiet, next_open
from sertakan.notices.settings import quiet_hours


def can_read(notice: Notice) -> bool:
    """Only the recipient reads what lies in Sertakan for them."""
    actor = scope.current()
    return (
        notice.channel == Notice.Channel.INAPP
        and notice.recipient_kind == Notice.Recipient.USER
        and actor.user_id is not None
        and notice.recipient_id == actor.user_id
    )


def check_can_read(notice: Notice) -> None:
    """Raises NoticeUnknown: whether there is such a notice is nobody else's business."""
    if not can_read(notice):
        raise NoticeUnknown()


def may_open(notice: Notice) -> bool:
    """Coordinator and operator any WhatsApp message, a PIC those of the own agency; whatever the hour."""
    actor = scope.current()
    if notice.channel != Notice.Channel.WHATSAPP:
        return False
    return actor.has("coordinator", "operator", "system") or (actor.has("pic") and notice.agency_id in actor.agency_ids)


def can_open(notice: Notice) -> bool:
    """As `may_open`, outside of quiet hours."""
    return may_open(notice) and not is_quiet(clock.now(), quiet_hours())


def check_can_open(notice: Notice) -> None:
    """Raises CannotOpenNotice, QuietNow."""
    if not may_open(notice):
        raise CannotOpenNotice()
    now, hours = clock.now(), quiet_hours()
    if is_quiet(now, hours):
        raise QuietNow(opens=f"{next_open(now, hours):%d-%m-%Y %H.%M} WIB")


def can_see_mail() -> bool:
    """The queue of e-mails with its errors is the operator's."""
    return scope.current().has("operator", "system")


def check_can_see_mail() -> None:
    """Raises CannotSeeMail."""
    if not can_see_mail():
        raise CannotSeeMail()
