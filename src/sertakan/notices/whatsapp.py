"""A click-to-chat link: WhatsApp opens with the text already written, and a person presses send. No paid service, no account of ours.

See https://faq.whatsapp.com/5913398998672934: ``https://wa.me/<number>?text=<text>``; the number international, digits only; without a
number WhatsApp asks whom to send to.
"""

from __future__ import annotations

import re
from urllib.parse import quote

_E164 = re.compile(r"\+?([1-9]\d{6,14})")
_SEPARATORS = re.compile(r"[\s().-]")


def click_to_chat(text: str, phone: str = "") -> str:
    """The link for a text to a phone number in E.164; without a number, or with one that is none, the clerk chooses the chat."""
    found = _E164.fullmatch(_SEPARATORS.sub("", phone))
    return f"https://wa.me/{found.group(1) if found else ''}?text={quote(text, safe='')}"
