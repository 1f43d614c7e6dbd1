"""The sign-ins that a demonstration offers on the sign-in page. A real installation has none."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

PASSWORD = "sertakan-demo"  # noqa: S105  public on purpose; such users are made in demonstrations only

USERS: tuple[dict[str, Any], ...] = (
    {
        "username": "petugas",
        "label": _("Petugas OPD"),
        "does": _("mengunggah daftar pekerja instansinya"),
        "icon": "arrow-up-tray",
    },
    {
        "username": "koordinator",
        "label": _("Koordinator provinsi"),
        "does": _("melihat semua OPD dan menindaklanjuti"),
        "icon": "building-office-2",
    },
    {
        "username": "bpjs",
        "label": _("Petugas BPJS"),
        "does": _("menerima kiriman dan memberi nomor"),
        "icon": "inbox-arrow-down",
    },
    {
        "username": "pimpinan",
        "label": _("Pimpinan"),
        "does": _("membuka satu halaman sebelum rapat"),
        "icon": "presentation-chart-line",
    },
    {"username": "donatur", "label": _("Donatur"), "does": _("melihat pekerja yang ditanggungnya"), "icon": "heart"},
    {
        "username": "auditor",
        "label": _("Auditor"),
        "does": _("membaca jejak siapa melihat dan mengubah apa"),
        "icon": "shield-check",
    },
    {
        "username": "operator",
        "label": _("Operator sistem"),
        "does": _("menetapkan tarif dan mengurus akun"),
        "icon": "cog-6-tooth",
    },
)


def demo_users() -> list[dict[str, Any]]:
    """Sign-ins to show, none outside a demonstration. ``SERTAKAN_DEMO_USERS`` in the settings replaces the list."""
    if not settings.SERTAKAN_DEMO:
        return []
    given = getattr(settings, "SERTAKAN_DEMO_USERS", None) or USERS
    return [{"password": PASSWORD, "icon": "user", "does": "", **user} for user in given]
