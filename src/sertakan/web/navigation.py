"""What each role finds in the navigation: at most seven entries, and only pages that exist."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sertakan.web.sections import COVERAGE, FOLLOWUP, LISTS, MONEY, PROTECTION, WORKERS, Section, addresses, first_page

LIMIT = 7


@dataclass(frozen=True, slots=True)
class Entry:
    """A page in the navigation; `name` is its url name. With a `section` it leads to the first page of it that is open."""

    name: str
    label: str | Promise
    icon: str
    section: Section | None = None


HOME = Entry("home", _("Beranda"), "home")
LIST = Entry("upload", _("Unggah"), "arrow-up-tray", LISTS)
FILES = Entry("files", _("Berkas"), "folder", LISTS)
PEOPLE = Entry("people", _("Pekerja"), "users")
ALL_WORKERS = Entry("people", _("Pekerja"), "users", WORKERS)
BATCHES = Entry("batches", _("Kiriman"), "paper-airplane")
BILLS = Entry("bills", _("Iuran"), "banknotes", MONEY)
COVER = Entry("protection", _("Perlindungan"), "heart", PROTECTION)
REACH = Entry("coverage", _("Cakupan"), "chart-bar", COVERAGE)
FOLLOW = Entry("duties", _("Tindak lanjut"), "clipboard-document-check", FOLLOWUP)
AGENCIES = Entry("agencies", _("OPD"), "building-office-2")
RULES = Entry("rules", _("Aturan"), "scale")
AUDIT = Entry("audit", _("Jejak"), "shield-check")

BY_ROLE: dict[str, tuple[Entry, ...]] = {
    "pic": (HOME, LIST, ALL_WORKERS, BILLS, COVER, FOLLOW, RULES),
    "donor": (HOME, PEOPLE, BILLS, COVER, RULES),
    "coordinator": (HOME, ALL_WORKERS, BILLS, COVER, REACH, FOLLOW, AGENCIES),
    "bpjs": (HOME, BATCHES, PEOPLE, BILLS, COVER, AGENCIES, RULES),
    "leader": (HOME, REACH, COVER, FOLLOW, AGENCIES, RULES),
    "auditor": (HOME, AUDIT, FILES, ALL_WORKERS, BILLS, COVER, FOLLOW),
    "operator": (HOME, ALL_WORKERS, BILLS, COVER, REACH, FOLLOW, AUDIT),
}
ANY_SIGNED_IN = (HOME, RULES)


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Entries for the roles of who asks; none for somebody who has not signed in."""
    actor = getattr(request, "actor", None)
    if actor is None or actor.user_id is None:
        return []
    entries = dict.fromkeys(entry for role in BY_ROLE if actor.has(role) for entry in BY_ROLE[role])
    shown = [_resolved(entry, request.path, actor) for entry in (entries or dict.fromkeys(ANY_SIGNED_IN))]
    return [entry for entry in shown if entry is not None][:LIMIT]


def _resolved(entry: Entry, path: str, actor: Any) -> dict[str, Any] | None:
    if entry.section is not None:
        url = first_page(entry.section, actor)
        current = any(path.startswith(beginning) for beginning in addresses(entry.section))
    else:
        try:
            url = reverse(entry.name)
        except NoReverseMatch:
            return None
        current = path == url or (url != reverse_root() and path.startswith(url))
    return {"label": entry.label, "url": url, "icon": entry.icon, "current": current, "badge": ""} if url else None


def reverse_root() -> str:
    """The address every other one starts with, so it is current only when it is exactly the one asked for."""
    from django.urls import get_script_prefix

    return get_script_prefix()
