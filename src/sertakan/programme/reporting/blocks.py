"""What stands in a report: pictures, tables and next steps, in the words of the office. Documents are Indonesian."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sertakan.core.money import Rupiah, format_number, format_rupiah, terbilang
from sertakan.programme.reporting.figures import MonthFigures, YearFigures, YearMonth
from sertakan.rules.reasons import day_in_words, month_in_words

_METHOD = (
    "Cara menghitung: pekerja aktif adalah peserta bernomor yang iurannya dipastikan BPJS Ketenagakerjaan sampai bulan laporan; gugur "
    "berarti perlindungan berhenti pada bulan laporan. Kewajiban terpenuhi bila data membuktikannya, atau bila pernyataan OPD sudah "
    "diperiksa orang lain; pernyataan yang belum diperiksa tidak dihitung."
)
_MOST_BARS, _MOST_ROWS, _MOST_STEPS = 12, 8, 8


def common(found: MonthFigures, period: str, confirmed: Rupiah) -> dict[str, Any]:
    return {
        "masa": period,
        "per": found.on,
        "aktif": found.active,
        "bernomor": found.numbered,
        "persen_aktif": percent(found.active, found.numbered),
        "iuran": format_rupiah(confirmed, "id"),
        "iuran_terbilang": terbilang(confirmed),
        "opd_terpenuhi": found.clear_agencies,
        "opd_diminta": found.asked_agencies,
    }


def percent(part: int, whole: int) -> str:
    """A share as it is written, with one decimal; a dash of nothing: ``88,1 %``."""
    if not whole:
        return "–"
    tenths = (2000 * part + whole) // (2 * whole)
    return f"{format_number(tenths // 10, 'id')},{tenths % 10} %"


def _number(value: int) -> str:
    return format_number(value, "id")


def _done(done: int, still: int) -> dict[str, str]:
    return {"label": "Tindakan selesai", "value": _number(done), "note": f"{_number(still)} masih berjalan"}


def month_blocks(found: MonthFigures) -> list[dict[str, Any]]:
    per = f"per {day_in_words(found.on)}"
    return [
        {
            "kind": "figures",
            "items": [
                {"label": "Pekerja aktif", "value": _number(found.active), "note": f"dari {_number(found.numbered)} bernomor, {per}"},
                {"label": "Gugur bulan ini", "value": _number(found.lapsed), "note": f"{_number(found.arrears)} lainnya menunggak"},
                {
                    "label": "OPD tanpa yang lewat", "value": _number(found.clear_agencies),
                    "note": f"dari {_number(found.asked_agencies)} OPD yang diminta",
                },
                _done(found.actions_done, found.actions_open),
            ],
        },
        _active_bars(found.trend),
        *_ranking_bars(found),
        {"kind": "break"},
        *_attention(found),
        *_steps(found),
        {
            "kind": "paragraph",
            "text": _METHOD,
        },
    ]  # fmt: skip


def _ranking_bars(found: MonthFigures) -> list[dict[str, Any]]:
    """The agencies that need most help first; a share with its interval, so that small agencies are not blamed for chance."""
    known = [one for one in found.ranking if one.share is not None]
    if not known:
        return []
    lowest = sorted(known, key=lambda one: (one.share or 0, one.high, one.name))[:_MOST_BARS]
    first = lowest[0]
    if first.share == 1:
        title = "Semua OPD memenuhi semua kewajiban yang dihitung"
    else:
        title = f"Paling sedikit terpenuhi: {first.name}, {first.fulfilled} dari {first.asked} kewajiban"
    return [
        {
            "kind": "bars",
            "title": title,
            "about": f"Bagian kewajiban yang terpenuhi, {len(lowest)} OPD terendah dari {len(known)}, per {day_in_words(found.on)}",
            "source": "Sumber: Sertakan, kewajiban surat edaran. Garis kelabu: selang kepercayaan 95 persen (Wilson).",
            "rows": [
                {
                    "label": one.name, "value": one.share, "low": one.low, "high": one.high,
                    "shown": f"{one.fulfilled} dari {one.asked}", "here": one is first and one.share != 1,
                }
                for one in lowest
            ],
        }
    ]  # fmt: skip


def _attention(found: MonthFigures) -> list[dict[str, Any]]:
    late = [line for line in found.lines if line.overdue]
    heading = {"kind": "heading", "text": "Yang memerlukan perhatian"}
    if not late:
        return [heading, {"kind": "paragraph", "text": "Tidak ada kewajiban yang lewat jatuh tempo."}]
    shown = late[:_MOST_ROWS]
    more = len(late) - len(shown)
    return [
        heading,
        {
            "kind": "table",
            "caption": f"{_number(found.overdue_cells)} kewajiban lewat jatuh tempo pada {_number(len(late))} OPD"
            + (f"; {_number(len(shown))} dengan yang terbanyak" if more else ""),
            "heading": ["OPD", "Lewat", "Terpenuhi", "Dari", "Pekerja aktif", "Bernomor"],
            "numbers": [1, 2, 3, 4, 5],
            "rows": [[one.name, one.overdue, one.fulfilled, one.asked, one.active, one.numbered] for one in shown],
        },
    ]


def _steps(found: MonthFigures) -> list[dict[str, Any]]:
    heading = {"kind": "heading", "text": "Langkah berikutnya"}
    if not found.steps:
        return [heading, {"kind": "paragraph", "text": "Tidak ada tindakan yang berjalan."}]
    shown = found.steps[:_MOST_STEPS]
    more = len(found.steps) - len(shown)
    return [
        heading,
        {
            "kind": "table",
            "caption": f"{_number(found.actions_open)} tindakan berjalan, {_number(found.actions_late)} lewat tenggat"
            + (f"; {_number(len(shown))} yang paling dekat" if more else ""),
            "heading": ["Tindakan", "OPD", "Tenggat", "Keadaan"],
            "rows": [
                [_short(row.action.title), row.action.agency.short_name, day_in_words(row.action.due_on), STANDING[row.standing]]
                for row in shown
            ],
        },
    ]  # fmt: skip


STANDING = {"open": "berjalan", "overdue": "lewat tenggat", "reached": "tercapai menurut data"}


def _short(text: str, most: int = 90) -> str:
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0] + "…"


def _active_bars(months: Sequence[YearMonth]) -> dict[str, Any]:
    """Active workers month by month, from zero."""
    first, last = months[0], months[-1]
    top = max(one.active for one in months) or 1
    ends = (last,) if first is last else (first, last)
    title = "Pekerja aktif: " + ", ".join(f"{_number(one.active)} pada {month_in_words(one.month)}" for one in ends)
    return {
        "kind": "bars",
        "title": title,
        "about": "Peserta bernomor yang aktif pada akhir bulan (bulan berjalan: pada hari laporan), orang",
        "source": "Sumber: Sertakan, bulan yang dipastikan BPJS Ketenagakerjaan.",
        "rows": [
            {
                "label": month_in_words(one.month),
                "value": one.active / top,
                "shown": f"{_number(one.active)} dari {_number(one.numbered)}",
            }
            for one in months
        ],
    }


def year_blocks(found: YearFigures) -> list[dict[str, Any]]:
    last = found.months[-1]
    end, lapsed = month_in_words(last.month), sum(one.lapsed for one in found.months)
    return [
        {
            "kind": "figures",
            "items": [
                {"label": "Pekerja aktif", "value": _number(last.active), "note": f"dari {_number(last.numbered)} bernomor, {end}"},
                {"label": "Gugur sepanjang tahun", "value": _number(lapsed), "note": "jumlah dari semua bulan"},
                {"label": "Rapat", "value": _number(found.meetings), "note": f"{_number(found.decisions)} keputusan"},
                _done(found.actions_done, found.actions_open),
            ],
        },
        _active_bars(found.months),
        {
            "kind": "table",
            "caption": "Bulan demi bulan",
            "heading": ["Bulan", "Bernomor", "Aktif", "Gugur", "Iuran dikonfirmasi"],
            "numbers": [1, 2, 3, 4],
            "rows": [
                [month_in_words(one.month), one.numbered, one.active, one.lapsed, format_rupiah(one.confirmed, "id")]
                for one in found.months
            ],
        },
        {"kind": "break"},
        *_attention(found.end),
        *_steps(found.end),
    ]  # fmt: skip
