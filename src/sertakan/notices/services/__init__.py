"""What is done with notices: post, send, open, read, withdraw."""

from sertakan.notices.services.posting import Draft, Posted, cancel, post, record_outcomes, retire
from sertakan.notices.services.reading import mark_all_read, mark_opened, mark_read, try_again
from sertakan.notices.services.sending import Sent, send_test, send_waiting

__all__ = [
    "Draft",
    "Posted",
    "Sent",
    "cancel",
    "mark_all_read",
    "mark_opened",
    "mark_read",
    "post",
    "record_outcomes",
    "retire",
    "send_test",
    "send_waiting",
    "try_again",
]
