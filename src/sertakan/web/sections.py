"""Pages that belong together stand behind one entry of the navigation and are reached by tabs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sertakan.web.guards import may_open


@dataclass(frozen=True, slots=True)
class Tab:
    """A page of a section, by its url name."""

    name: str
    label: str | Promise


@dataclass(frozen=True, slots=True)
class Section:
    """Tabs in their order; the first one that is open to somebody is where the navigation leads."""

    label: str | Promise
    tabs: tuple[Tab, ...]


LISTS = Section(_("Daftar pekerja"), (Tab("upload", _("Unggah")), Tab("files", _("Berkas"))))
MONEY = Section(
    _("Iuran"),
    (
        Tab("bills", _("Tagihan")),
        Tab("money", _("Uang")),
        Tab("payment_codes", _("Kode iuran")),
        Tab("slips", _("Bukti bayar")),
        Tab("confirmations", _("Konfirmasi")),
        Tab("surplus", _("Kelebihan")),
        Tab("accounts", _("Rekening")),
        Tab("three_way", _("Tiga arah")),
        Tab("donors", _("Donatur")),
        Tab("receipts", _("Bukti dan slip")),
        Tab("rate_changes", _("Perubahan tarif")),
    ),
)
PROTECTION = Section(
    _("Perlindungan"),
    (
        Tab("protection", _("Keadaan")),
        Tab("warnings", _("Peringatan")),
        Tab("retention", _("Bertahan")),
        Tab("claims", _("Klaim")),
    ),
)
COVERAGE = Section(
    _("Cakupan"),
    (
        Tab("leader", _("Ringkasan")),
        Tab("coverage", _("Tingkat")),
        Tab("coverage_map", _("Peta")),
        Tab("coverage_evenness", _("Pemerataan")),
        Tab("coverage_series", _("Deret")),
        Tab("plans", _("Rencana")),
        Tab("targets", _("Target")),
    ),
)
FOLLOWUP = Section(
    _("Tindak lanjut"),
    (
        Tab("duties", _("Kewajiban")),
        Tab("circulars", _("Surat edaran")),
        Tab("reminders", _("Pengingat")),
        Tab("meetings", _("Rapat")),
        Tab("actions", _("Tindakan")),
        Tab("letters", _("Surat")),
        Tab("reports", _("Laporan")),
    ),
)
WORKERS = Section(
    _("Pekerja"), (Tab("people", _("Pekerja")), Tab("batches", _("Kiriman")), Tab("pairs", _("Kesamaan")))
)
SECTIONS = (LISTS, WORKERS, MONEY, PROTECTION, COVERAGE, FOLLOWUP)


def section_of(request: HttpRequest) -> dict[str, Any] | None:
    """The tabs of the section in which the page asked for stands, as far as they are open to who asks; None outside of any."""
    actor = getattr(request, "actor", None)
    if actor is None or actor.user_id is None:
        return None
    for section in SECTIONS:
        shown = [(tab, address) for tab in section.tabs if (address := _open_to(actor, tab.name))]
        within = [address for _tab, address in shown if request.path.startswith(address)]
        if within and len(shown) > 1:
            current = max(within, key=len)
            return {
                "label": section.label,
                "tabs": [
                    {"url": address, "label": tab.label, "current": address == current, "count": None}
                    for tab, address in shown
                ],
            }
    return None


def first_page(section: Section, actor: Any) -> str:
    """The address of the first tab that is open to somebody; empty when none is."""
    return next((address for tab in section.tabs if (address := _open_to(actor, tab.name))), "")


def addresses(section: Section) -> list[str]:
    """Where the pages of a section begin."""
    return [address for tab in section.tabs if (address := _address(tab.name))]


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _open_to(actor: Any, name: str) -> str:
    address = _address(name)
    if not address:
        return ""
    try:
        return address if may_open(actor, resolve(address).func) else ""
    except Resolver404:
        return ""
