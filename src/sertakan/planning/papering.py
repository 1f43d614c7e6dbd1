"""A plan on paper, from the same result as its page: figures, reasons, tables; in the language of who asks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from sertakan.core import language, typeset
from sertakan.core.money import format_number, format_rupiah
from sertakan.core.month import Month
from sertakan.planning.models import Plan
from sertakan.planning.words import percent, sentence
from sertakan.rules.reasons import day_in_words, funding_in_words, month_in_words, sector_in_words

TEMPLATE = Path(__file__).resolve().parent / "templates_typst" / "plan.typ"


def document(plan: Plan, asked: list[tuple[str, str]]) -> bytes:
    """PDF/UA of a finished plan. `asked`: what was asked for, as label and words."""
    result = plan.result or {}
    totals, last = result["totals"], _month(result["last"])
    name = plan.name or _("Rencana %(number)s") % {"number": plan.pk}
    code = f"SERTAKAN rencana {plan.pk} | {result['last']} | {totals['protected']} | {totals['cost']}"
    saved = {"when": day_in_words(timezone.localtime(plan.saved_at).date()), "who": plan.saved_label}
    left = (
        _("yang paling kecil untuk target ini")
        if totals["left"] is None
        else _("sisa %(left)s") % {"left": format_rupiah(totals["left"])}
    )
    figures = [
        (_("Terlindungi dari rencana ini"), format_number(totals["protected"]), _("pada %(month)s") % {"month": last}),
        (
            _("Bulan perlindungan"),
            format_number(totals["worker_months"]),
            _("seorang terlindungi sebulan dihitung satu"),
        ),
        (_("Iuran seluruhnya"), format_rupiah(totals["cost"]), left),
    ]
    lists = [
        (_("Mengapa begini"), result["explained"]),
        (_("Yang perlu diketahui sebelum memutuskan"), result["warnings"]),
    ]
    data = {
        "lang": language.reader(),
        "title": name,
        "lead": _("Disimpan %(when)s oleh %(who)s") % saved,
        "figures": [{"label": label, "value": value, "note": note} for label, value, note in figures],
        "lists": [{"title": title, "items": [sentence(one) for one in said]} for title, said in lists if said],
        "tables": [_asked(asked), *_tables(result)],
        "foot": _("Dihitung Sertakan menurut aturan versi %(version)s, yang diketahui pada %(on)s")
        % {"version": result["rules_version"], "on": _day(result["rules_as_of"])},
        "page": _("halaman {n} dari {of}"),
        "qr": typeset.square_code(code),
        "qr_alt": _("Kode QR dengan isi: %(code)s") % {"code": code},
    }
    return typeset.pdf(TEMPLATE, data)


def _asked(asked: list[tuple[str, str]]) -> dict[str, Any]:
    return _table(_("Yang diminta"), 2, [_("Hal"), _("Isi")], [list(one) for one in asked])


def _tables(result: dict[str, Any]) -> list[dict[str, Any]]:
    areas = [
        [
            one["name"], format_number(one["eligible"]), format_number(one["own"]), format_number(one["protected"]),
            "–" if one["share_end"] is None else percent(one["share_end"]), format_rupiah(one["cost"]),
        ]
        for one in result["areas"]
    ]  # fmt: skip
    fundings = [
        [
            funding_in_words(one["funding"]), format_number(one["protected"]), format_number(one["worker_months"]),
            format_rupiah(one["cost"]),
        ]
        for one in result["fundings"]
    ]  # fmt: skip
    rates = [
        [
            funding_in_words(one["funding"]), sector_in_words(one["sector"]), _month(one["from"]), _month(one["until"]),
            format_rupiah(one["amount"]),
        ]
        for one in result["rates"]
    ]  # fmt: skip
    months = [
        [
            _month(one["month"]), format_number(one["protected"]), format_number(one["beginning"]), format_number(one["lapsing"]),
            format_rupiah(one["cost"]),
        ]
        for one in result["months"]
    ]  # fmt: skip
    cost = _("Iuran")
    return [
        _table(
            _("Menurut kabupaten dan kota"), 1,
            [_("Wilayah"), _("Pekerja"), _("Terlindungi sekarang"), _("Dari rencana"), _("Bagian pada akhirnya"), cost], areas,
        ),
        _table(_("Menurut sumber dana"), 1, [_("Sumber dana"), _("Pekerja pada akhirnya"), _("Bulan perlindungan"), cost], fundings),
        _table(_("Menurut bulan"), 1, [_("Bulan"), _("Terlindungi"), _("Mulai"), _("Gugur"), cost], months),
        _table(
            _("Tarif per pekerja"), 4, [_("Sumber dana"), _("Sektor"), _("Dari"), _("Sampai"), _("Iuran sebulan")], rates
        ),
    ]  # fmt: skip


def _table(title: str, numbers: int, heading: list[str], rows: list[list[str]]) -> dict[str, Any]:
    """`numbers`: the first column of figures."""
    return {"title": title, "numbers": numbers, "heading": heading, "rows": rows}


def _month(text: str) -> str:
    return month_in_words(Month.parse(text))


def _day(text: str) -> str:
    from datetime import date

    return day_in_words(date.fromisoformat(text))
