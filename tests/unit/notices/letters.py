"""What tests of notices post, and how they wait."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from sertakan.notices.services import Draft


def draft(**facts: Any) -> Draft:
    """An e-mail to a user."""
    usual: dict[str, Any] = {
        "recipient_kind": "user", "recipient_id": 7, "recipient_name": "Rina Rekaan", "channel": "email",
        "matter": "guard:due_soon:2026-11",
        "subject": "Iuran November untuk 14 pekerja", "body": "Iuran November untuk 14 pekerja jatuh tempo Senin, 16 November 2026.",
        "link": "/peringatan/", "address": "rina@contoh.id",
    }  # fmt: skip
    return Draft(**{**usual, **facts})


def wait_for(condition: Callable[[], bool], seconds: float = 5) -> None:
    """Until `condition` holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.01)
