"""Letters as PDF: the bill of an agency and the slip of one donor.

The template gets its facts as JSON and shows them as they are, so that no name is ever read as markup. PDF/UA-1: tagged, with title and
alternative text.
"""

from __future__ import annotations

import json
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any

from sertakan.contributions.documents import facts
from sertakan.contributions.errors import DonorNotInBill
from sertakan.contributions.models import Bill
from sertakan.contributions.queries import RateChange, bill_lines, differences, donor_sums, programme_totals
from sertakan.core.money import Rupiah, format_number, format_rupiah, terbilang
from sertakan.rules.reasons import funding_in_words, sector_in_words
from sertakan.sponsorship.models import Donor

_TEMPLATES = Path(__file__).resolve().parent.parent / "templates_typst"
_MOST_DIFFERENCES = 200
_MOST_SENTENCES = 4
_BANNERS = {
    Bill.State.DRAFT: "KONSEP: belum diterbitkan, jangan dibayar berdasarkan lembar ini",
    Bill.State.ISSUED: "",
    Bill.State.SUPERSEDED: "SUDAH DIGANTI: lihat tagihan terbaru untuk bulan ini",
}
_KINDS = {"added": "ditambahkan", "removed": "dihapus", "changed": "diubah"}
_compiling = Lock()


@facts.in_indonesian
def bill_pdf(bill: Bill) -> bytes:
    """The letter to the agency's treasurer: total, due days, change of rate, one row per donor."""
    header = facts.header(bill)
    data = {
        **header,
        "title": f"Tagihan iuran {header['month']} · {header['agency']}",
        "banner": _BANNERS[Bill.State(bill.state)],
        "total_label": f"Jumlah tagihan {header['month']}",
        "total_full": format_rupiah(bill.total_full),
        "programmes": [
            {
                "name": facts.PROGRAMME_NAMES[total.programme],
                "workers": format_number(total.workers),
                "full": format_rupiah(total.full),
                "amount": format_rupiah(total.amount),
            }
            for total in programme_totals(bill)
        ],
        "donors": [
            {
                "no": format_number(place),
                "name": donor.name,
                "nip": donor.nip,
                "workers": format_number(donor.workers),
                "months": str(donor.months),
                "amount": format_rupiah(donor.amount),
                "mandate": facts.MANDATE[donor.mandate],
            }
            for place, donor in enumerate(donor_sums(bill), start=1)
        ],
        **_changes(facts.changes(bill)),
        **_differences(bill),
        **square_code(check_text(bill)),
    }
    return compile_letter("bill.typ", data)


@facts.in_indonesian
def donor_slip_pdf(bill: Bill, donor: Donor) -> bytes:
    """The slip for one donor of a bill: own workers only. Raises DonorNotInBill."""
    lines = list(bill_lines(bill).filter(donor=donor))
    if not lines:
        raise DonorNotInBill(number=bill.number)
    header = facts.header(bill)
    total = sum(line.total for line in lines)
    groups = {(line.sector, line.funding, line.programmes, line.dasar) for line in lines}
    mine = [one for one in facts.changes(bill) if (one.sector, one.funding, one.programmes, one.dasar) in groups]
    data = {
        **header,
        "title": f"Slip donatur: iuran {header['month']}",
        "banner": _BANNERS[Bill.State(bill.state)],
        "donor": donor.name,
        "nip": donor.nip or "-",
        "total_label": f"Iuran {header['month']} untuk {format_number(len(lines))} pekerja",
        "total": format_rupiah(total),
        "words": terbilang(total),
        "lines": [
            {
                "no": str(place),
                "name": line.person.name,
                "programmes": facts.programmes_in_words(line.programmes),
                "jkk": format_rupiah(line.jkk),
                "jkm": format_rupiah(line.jkm),
                "jht": format_rupiah(line.jht) if "jht" in line.programmes else "-",
                "total": format_rupiah(line.total),
            }
            for place, line in enumerate(lines, start=1)
        ],
        **_changes(mine, with_workers=False),
        **square_code(check_text(bill, total=total, workers=len(lines))),
    }
    if not any("jht" in line.programmes for line in lines):
        data["due"] = [due for due in header["due"] if due["what"] != "JHT"]
    return compile_letter("slip.typ", data)


@facts.in_indonesian
def check_text(bill: Bill, *, total: Rupiah | None = None, workers: int | None = None) -> str:
    """What the square code says: number, month, total and count of lines; nothing about a person."""
    amount = bill.total if total is None else total
    count = bill.line_count if workers is None else workers
    return f"SERTAKAN {bill.number} | {bill.billed_month} | {format_rupiah(amount)} | {count} pekerja | {bill.rules_version}"


def _changes(found: list[RateChange], *, with_workers: bool = True) -> dict[str, list[dict[str, str]]]:
    """Sentences with their reasons, what changes first; many groups become one sentence per payer and a table."""
    ranked = sorted(found, key=lambda change: (change.unchanged, -change.workers))
    many = len(ranked) > _MOST_SENTENCES
    told: dict[tuple[str, str], RateChange] = {}
    for change in ranked:
        told.setdefault((change.sector, change.funding), change)
    sentences = [
        {
            "text": change.text,
            "reason": change.reason,
            "source": change.source,
            "workers": format_number(change.workers) if with_workers else "",
        }
        for change in (told.values() if many else ranked)
    ]
    rows = [
        {
            "group": f"{funding_in_words(change.funding)}, {sector_in_words(change.sector)}",
            "programmes": facts.programmes_in_words(change.programmes),
            "dasar": format_rupiah(change.dasar),
            "workers": format_number(change.workers),
            "before": format_rupiah(change.before),
            "after": format_rupiah(change.after),
        }
        for change in ranked
    ]
    return {"changes": sentences, "change_rows": rows if many else []}


def _differences(bill: Bill) -> dict[str, Any]:
    found = differences(bill)
    rest = len(found) - _MOST_DIFFERENCES
    more = f"Dan {format_number(rest)} baris lain; semuanya tercantum dalam lembar XLSX." if rest > 0 else ""
    return {
        "differences": [
            {
                "name": one.person_name,
                "kind": _KINDS[one.kind],
                "before": format_rupiah(one.before),
                "after": format_rupiah(one.after),
                "difference": format_rupiah(one.after - one.before),
            }
            for one in found[:_MOST_DIFFERENCES]
        ],
        "more_differences": more,
    }


def square_code(text: str) -> dict[str, str]:
    """A square code as SVG text, with what it says as its alternative text."""
    import segno

    drawn = BytesIO()
    segno.make(text, error="m", micro=False).save(drawn, kind="svg", border=1, xmldecl=False, scale=4)
    return {"qr": drawn.getvalue().decode(), "qr_alt": f"Kode QR dengan isi: {text}"}


@lru_cache(maxsize=4)
def _compiler(template: str) -> Any:
    """One compiler per template: fonts that come with it, nothing from the machine."""
    import typst

    return typst.Compiler(_TEMPLATES / template, root=_TEMPLATES, ignore_system_fonts=True)


def compile_letter(template: str, data: dict[str, Any]) -> bytes:
    """A letter from its template and its facts: PDF/UA-1."""
    with _compiling:
        made = _compiler(template).compile(
            format="pdf", sys_inputs={"data": json.dumps(data, ensure_ascii=False)}, pdf_standards="ua-1"
        )
    if not isinstance(made, bytes):
        raise TypeError("a letter is one document")
    return made
