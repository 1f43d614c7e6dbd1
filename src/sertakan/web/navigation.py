"""What each role finds in the navigation: at most seven entries, and only pages that exist."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LIMIT = 7


@dataclass(frozen=True, slots=True)
class Entry:
    """A page in the navigation; `name` is its url name."""

    name: str
    label: str | Promise
    icon: str


HOME = Entry("home", _("Beranda"), "home")
UPLOAD = Entry("upload", _("Unggah"), "arrow-up-tray")
FILES = Entry("files", _("Berkas"), "folder")
PEOPLE = Entry("people", _("Pekerja"), "users")
BATCHES = Entry("batches", _("Kiriman"), "paper-airplane")
BILLS = Entry("bills", _("Tagihan"), "banknotes")
PAIRS = Entry("pairs", _("Kesamaan"), "user-group")
AGENCIES = Entry("agencies", _("OPD"), "building-office-2")
RULES = Entry("rules", _("Aturan"), "scale")
AUDIT = Entry("audit", _("Jejak"), "shield-check")

BY_ROLE: dict[str, tuple[Entry, ...]] = {
    "pic": (HOME, UPLOAD, FILES, PEOPLE, BILLS, BATCHES, RULES),
    "donor": (HOME, PEOPLE, BILLS, RULES),
    "coordinator": (HOME, PAIRS, PEOPLE, BATCHES, BILLS, AGENCIES, RULES),
    "bpjs": (HOME, BATCHES, PEOPLE, BILLS, AGENCIES, RULES),
    "leader": (HOME, AGENCIES, RULES),
    "auditor": (HOME, AUDIT, FILES, PEOPLE, BATCHES, BILLS, PAIRS),
    "operator": (HOME, PAIRS, FILES, PEOPLE, BATCHES, BILLS, AUDIT),
}
ANY_SIGNED_IN = (HOME, RULES)


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Entries for the roles of who asks; none for somebody who has not signed in."""
    actor = getattr(request, "actor", None)
    if actor is None or actor.user_id is None:
        return []
    entries = dict.fromkeys(entry for role in BY_ROLE if actor.has(role) for entry in BY_ROLE[role])
    shown = [_resolved(entry, request.path) for entry in (entries or dict.fromkeys(ANY_SIGNED_IN))]
    return [entry for entry in shown if entry is not None][:LIMIT]


def _resolved(entry: Entry, path: str) -> dict[str, Any] | None:
    try:
        url = reverse(entry.name)
    except NoReverseMatch:
        return None
    current = path == url or (url != reverse_root() and path.startswith(url))
    return {"label": entry.label, "url": url, "icon": entry.icon, "current": current, "badge": ""}


def reverse_root() -> str:
    """The address every other one starts with, so it is current only when it is exactly the one asked for."""
    from django.urls import get_script_prefix

    return get_script_prefix()
