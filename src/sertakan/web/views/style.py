"""The style page: every component in every state, with invented people and figures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from sertakan.core.month import Month
from sertakan.web.differences import pieces
from sertakan.web.states import STATES

PEOPLE = (
    ("Suryani", "1771024507900012", "Asisten rumah tangga", "active", 16_800),
    ("Bambang Hartono", "1704121203820003", "Pengemudi ojek", "arrears_2", 16_800),
    ("Rohaya", "1701056811750001", "Penjaga warung", "registered", 36_800),
    ("Mulyadi bin Hasan", "1708031002680004", "Buruh kebun kopi", "waiting", 16_800),
    ("Yeni Marlina", "1702094409910007", "Penjahit", "inactive", 16_800),
)

AREAS = (
    ("Mukomuko", 0, 0, 31.2), ("Bengkulu Utara", 1, 1, 24.8), ("Lebong", 2, 1, 15.1), ("Rejang Lebong", 3, 1, 22.6),
    ("Kota Bengkulu", 1, 2, 44.0), ("Bengkulu Tengah", 2, 2, 19.9), ("Kepahiang", 3, 2, 18.3), ("Seluma", 2, 3, 12.4),
    ("Bengkulu Selatan", 3, 3, 20.7), ("Kaur", 4, 3, None),
)  # fmt: skip


class ExampleForm(forms.Form):
    """A form as pages have them: bound, with a fault in it."""

    name = forms.CharField(label=_("Nama pekerja"), help_text=_("Seperti tertulis di KTP, tanpa gelar."))
    nik = forms.CharField(label=_("NIK"), help_text=_("16 angka."))
    phone = forms.CharField(label=_("Nomor ponsel"), required=False)

    def clean_nik(self) -> str:
        nik = str(self.cleaned_data["nik"])
        if len(nik) != 16:
            raise forms.ValidationError(_("NIK ini 15 angka; satu angka hilang. Salin lagi dari KTP, lalu simpan."))
        return nik


def open_to_see(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Open to everybody in a demonstration and while developing; elsewhere to who has signed in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if settings.DEBUG or settings.SERTAKAN_DEMO or request.user.is_authenticated:
            return view(request, *args, **kwargs)
        return redirect_to_login(request.get_full_path())

    return guarded


@open_to_see
def show(request: HttpRequest) -> HttpResponse:
    """Everything on one page."""
    return render(request, "style.html", _examples(request))


@open_to_see
def work(request: HttpRequest) -> HttpResponse:
    """A piece of long work that gets a step further every time it is asked."""
    done = min(int(request.GET.get("n", "0") or 0) + 9_500, 100_000)
    return render(request, "style_work.html", {"work_done": done, "work_ready": done >= 100_000})


def _examples(request: HttpRequest) -> dict[str, Any]:
    people = [
        {"number": at, "name": name, "nik": nik, "work": work, "state": state, "amount": amount}
        for at, (name, nik, work, state, amount) in enumerate(PEOPLE, 1)
    ]
    page = Paginator(range(1_234), 50).get_page(request.GET.get("halaman"))
    return {
        "people": people,
        "page": page,
        "states": list(STATES),
        "form": ExampleForm({"name": "Suryani", "nik": "177102450790001"}),
        "unbound": ExampleForm(),
        "account": {"rows": 49, "accepted": 41, "held": 5, "duplicates": 1, "known": 2, "withdrawn": 0},
        "broken_account": {"rows": 49, "accepted": 41, "held": 5, "duplicates": 1, "known": 0, "withdrawn": 0},
        "month": Month(2026, 12),
        "steps": [
            {"label": _("Unggah"), "url": "#langkah", "state": "done", "note": _("49 baris")},
            {"label": _("Periksa kolom"), "url": "#langkah", "state": "done", "note": _("18 kolom dikenali")},
            {"label": _("Perbaiki"), "url": "#langkah", "state": "current", "note": _("5 baris ditahan")},
            {"label": _("Terima"), "url": "", "state": "next", "note": ""},
            {"label": _("Kirim ke BPJS"), "url": "", "state": "blocked", "note": _("menunggu persetujuan pekerja")},
        ],
        "trend": [18.2, 19.0, 20.4, 22.1, 23.9, 25.2, 27.39],
        "tiles": [
            {"label": label, "column": column, "row": row, "value": value, "shown": _shown(value), "href": ""}
            for label, column, row, value in AREAS
        ],
        "bars": [
            {"label": "Dinas Sosial", "value": 412, "shown": "412", "here": True},
            {"label": "Dinas Pendidikan", "value": 388, "shown": "388"},
            {"label": "Dinas Kesehatan", "value": 251, "shown": "251", "low": 230, "high": 280},
            {"label": "Biro Kesra", "value": 96, "shown": "96"},
            {"label": "Inspektorat", "value": 12, "shown": "12"},
        ],
        "comparison": [
            {"label": _("Nama"), "left": "Bambang Hartono", "right": "Bambang Hartanto", "differs": True,
             "left_parts": pieces("Bambang Hartono", "Bambang Hartanto")[0],
             "right_parts": pieces("Bambang Hartono", "Bambang Hartanto")[1]},
            {"label": _("Tanggal lahir"), "left": _day(1982, 3, 12), "right": _day(1982, 12, 3), "differs": True,
             "reason": _("Hari dan bulan mungkin tertukar; NIK menunjuk 12 Maret.")},
            {"label": _("Desa"), "left": "Anggut Atas", "right": "Anggut Bawah", "differs": True},
        ],
        "fall": [
            {"label": _("Dugaan awal"), "value": -12.0, "shown": "−12,0", "sum": True,
             "note": _("dua catatan yang diambil acak hampir selalu dua orang")},
            {"label": "NIK", "note": _("berbeda satu salah ketik"), "value": 22.1, "shown": "+22,1"},
            {"label": _("Tanggal lahir"), "note": _("hari dan bulan tertukar"), "value": -6.0, "shown": "−6,0"},
            {"label": _("Hasil"), "note": "94 %", "value": 4.1, "shown": "+4,1", "sum": True},
        ],
        "curve": [
            {"threshold": line, "precision": precision / 100, "recall": recall / 100, "precision_percent": precision,
             "recall_percent": recall}
            for line, precision, recall in ((0.99, 99.9, 82.0), (0.95, 99.7, 90.0), (0.9, 99.4, 94.0), (0.5, 98.3, 98.0))
        ],
        "chosen": {"precision": 0.994, "recall": 0.94},
        "survival": [
            {"months": months, "watched": watched, "lapsed": lapsed, "share": share, "low": low, "high": high}
            for months, watched, lapsed, share, low, high in (
                (0, 120, 0, 100.0, 100.0, 100.0), (4, 120, 12, 90.0, 83.1, 94.2), (7, 98, 14, 77.1, 68.3, 83.8),
                (12, 61, 6, 69.6, 59.7, 77.5),
            )
        ],
        "survival_beside": [{"months": 0, "share": 100.0}, {"months": 6, "share": 92.0}, {"months": 12, "share": 85.0}],
        "facts": [
            {"label": _("Nama"), "value": "Suryani"},
            {"label": _("Donatur"), "value": "Ir. Hendra Wijaya"},
            {"label": _("Iuran"), "value": "Rp16.800", "note": _("sampai Desember 2026")},
        ],
        "reasons": [
            {"text": _("Penghasilan Rp1.000.000 masuk kelompok 1, dasar Rp1.000.000."), "amount": "",
             "source": "PP 44/2015, Lampiran II"},
            {"text": _("JKK: Rp10.000 sebulan."), "amount": "Rp10.000", "source": "PP 44/2015, Pasal 17"},
            {"text": _("JKM: Rp6.800 sebulan."), "amount": "Rp6.800", "source": "PP 44/2015, Pasal 36"},
        ],
        "tabs": [
            {"label": _("Ditahan"), "url": "?tab=ditahan", "current": True, "count": 5},
            {"label": _("Diterima"), "url": "?tab=diterima", "current": False, "count": 41},
            {"label": _("Semua"), "url": "?tab=semua", "current": False, "count": 49},
        ],
        "funding": [
            {"value": "private", "label": _("Uang pribadi pegawai"), "note": _("dapat potongan iuran bila ada")},
            {"value": "apbd", "label": "APBD", "note": _("tanpa potongan iuran")},
            {"value": "zakat", "label": _("Zakat"), "disabled": True, "note": _("belum dibuka untuk instansi Anda")},
        ],
        "kinds": [("", _("Semua keadaan")), ("active", _("Aktif")), ("arrears", _("Menunggak"))],
        "trail": [{"label": _("Beranda"), "url": "/"}, {"label": _("Berkas"), "url": "#"}],
        "as_of": date(2026, 11, 23),
    }  # fmt: skip


def _day(*parts: int) -> str:
    from sertakan.web.templatetags.sertakan_format import day

    return day(date(*parts))


def _shown(value: float | None) -> str:
    from sertakan.web.templatetags.sertakan_format import percent

    return percent(value, 1)
