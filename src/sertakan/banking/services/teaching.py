"""A layout is taught from one sample: choose what the columns are, see what would be read, keep it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from sertakan.banking import errors, policies
from sertakan.banking.models import Layout
from sertakan.banking.reading.layouts import make_layout, plain
from sertakan.banking.reading.model import StatementBook
from sertakan.core import audit, clock, scope
from sertakan.core.language import translate

if TYPE_CHECKING:
    from sertakan.intake.reading.rawsheet import RawSheet

ROLES = (
    "booked_on",
    "value_on",
    "text",
    "reference",
    "debit",
    "credit",
    "amount",
    "direction",
    "balance",
    "account",
    "counterparty",
)
DATE_ORDERS = ("dmy", "mdy", "ymd")
DECIMALS = ("", ",", ".")
_INCOMING = ("C", "CR", "K", "KREDIT", "CREDIT", "DB/CR", "MASUK", "+")
_OUTGOING = ("D", "DB", "DR", "DEBIT", "DEBET", "KELUAR", "-")
TEACHING_WHYS = {
    "no_date": "pilih kolom tanggal.",
    "no_text": "pilih kolom keterangan.",
    "no_amount": "pilih kolom jumlah, atau kolom debit dan kredit.",
    "no_direction": "pilih bagaimana arah uang dikenali.",
    "twice": "satu kolom dipilih untuk dua hal.",
    "too_few_headings": "baris kepala tabel memerlukan sedikitnya tiga kolom bernama.",
    "no_name": "tulis nama bank dan nama susunan kolom.",
    "name_taken": "nama susunan kolom ini sudah dipakai.",
    "already_known": "susunan kolom ini sudah dikenal sebagai %(name)s.",
    "nothing_read": "tidak ada satu mutasi pun yang terbaca dari contoh dengan pilihan ini.",
    "too_many_held": "%(held)s dari %(lines)s mutasi pada contoh tidak terbaca dengan pilihan ini.",
    "balance": "saldo pada contoh tidak cocok dengan mutasinya; periksa kolom jumlah, arah, dan tanda desimal.",
}


@dataclass(frozen=True, slots=True)
class Preview:
    """What a sample yields with the chosen rules. `refusal`: why it cannot be kept, "" when it can."""

    book: StatementBook | None
    refusal: str


_GUESSES = (
    ("booked_on", ("tgl", "tanggal", "date", "posting", "post")),
    ("value_on", ("efektif", "effective", "valuta", "tglval")),
    ("balance", ("saldo", "balance")),
    ("debit", ("debit", "debet", "keluar", "withdraw")),
    ("credit", ("kredit", "credit", "masuk", "deposit")),
    ("direction", ("d/k", "db/cr", "dk", "d/c", "jenis", "tipe", "arah")),
    ("amount", ("jumlah", "amount", "nominal", "nilai", "mutasi")),
    ("text", ("keterangan", "uraian", "deskripsi", "description", "remark", "rincian", "berita")),
    ("reference", ("referensi", "reference", "ref", "jurnal", "journal", "nobukti")),
    ("account", ("norek", "rekening", "account")),
)


def guess_roles(headings: Sequence[str]) -> dict[str, str]:
    """What columns probably are, by their headings, to begin with; with the rule of direction that follows from it."""
    found: dict[str, str] = {}
    used: set[str] = set()
    for role, words in sorted(_GUESSES, key=lambda entry: entry[0] != "value_on"):
        for heading in headings:
            name = plain(heading)
            if name and heading not in used and any(word == name or (len(word) > 2 and word in name) for word in words):
                found[role] = heading
                used.add(heading)
                break
    if "debit" in found and "credit" in found:
        found["rule"] = "columns"
    elif "direction" in found:
        found["rule"] = "word"
    else:
        found["rule"] = "suffix"
    return found


def rules_from(choice: Mapping[str, Any], headings: Sequence[str]) -> dict[str, Any]:
    """The rules of a layout out of choices: role to heading, ``direction`` (columns, word, suffix, sign), ``dates``, ``decimal``.

    Raises TeachingRefused.
    """
    columns = {role: str(choice.get(role) or "") for role in ROLES}
    rule = str(choice.get("rule") or "")
    chosen = {role: heading for role, heading in columns.items() if heading}
    if "booked_on" not in chosen:
        raise _refused("no_date")
    if "text" not in chosen:
        raise _refused("no_text")
    if rule == "columns":
        chosen.pop("amount", None)
        chosen.pop("direction", None)
        if "debit" not in chosen or "credit" not in chosen:
            raise _refused("no_amount")
    else:
        chosen.pop("debit", None)
        chosen.pop("credit", None)
        if "amount" not in chosen:
            raise _refused("no_amount")
        if rule not in ("word", "suffix", "sign") or (rule == "word" and "direction" not in chosen):
            raise _refused("no_direction")
    used = [plain(heading) for role, heading in chosen.items() if role != "value_on"]
    if len(set(used)) != len(used):
        raise _refused("twice")
    signature = [heading for heading in headings if plain(heading)]
    if len({plain(heading) for heading in signature}) < 3:
        raise _refused("too_few_headings")
    return {
        "columns": {**{role: heading for role, heading in chosen.items() if role != "text"}, "text": [chosen["text"]]},
        "direction": {
            "by": rule,
            "in": list(_INCOMING),
            "out": list(_OUTGOING),
            "positive": str(choice.get("positive") or "in"),
        },
        "dates": str(choice.get("dates")) if choice.get("dates") in DATE_ORDERS else "dmy",
        "decimal": str(choice.get("decimal")) if choice.get("decimal") in DECIMALS else "",
        "continued": True,
    }


def preview_layout(
    sheets: list[RawSheet], *, sheet: int, row: int, bank: str, name: str, choice: Mapping[str, Any]
) -> Preview:
    """What the sample would be read as; `row` is the heading row of `sheet` (both 0-based). Raises TeachingRefused."""
    from sertakan.banking.reading.tables import read_tables

    headings = [cell or "" for cell in sheets[sheet].texts.row(row)]
    rules = rules_from(choice, headings)
    facts = {**rules, "bank": bank, "name": name, "headings": [heading for heading in headings if plain(heading)]}
    layout = make_layout("taught:preview", facts)
    try:
        book = read_tables([sheets[sheet]], "csv", (layout,), today=clock.today())
    except errors.StatementRefused:
        return Preview(None, _say("nothing_read"))
    return Preview(book, _doubt(book))


def _doubt(book: StatementBook) -> str:
    held = book.lines.filter(book.lines["problem"] != "").height
    codes = {finding.code for finding in book.findings}
    if held == book.lines.height:
        return _say("nothing_read")
    if held * 5 > book.lines.height:
        return _say("too_many_held", held=held, lines=book.lines.height)
    if codes & {"balance_breaks", "balance_differs"}:
        return _say("balance")
    return ""


@transaction.atomic
def teach_layout(
    sheets: list[RawSheet], *, sheet: int, row: int, bank: str, name: str, choice: Mapping[str, Any]
) -> Layout:
    """Keep what was taught, if the sample reads well with it. Raises TeachingRefused, NotYourAccount."""
    from sertakan.banking.queries import taught_layouts
    from sertakan.banking.reading.layouts import fitting, shipped

    policies.check_can_bank()
    if not bank.strip() or not name.strip():
        raise _refused("no_name")
    preview = preview_layout(sheets, sheet=sheet, row=row, bank=bank, name=name, choice=choice)
    if preview.refusal:
        raise errors.TeachingRefused(why=preview.refusal)
    headings = [cell for cell in sheets[sheet].texts.row(row) if plain(cell)]
    wanted = {plain(heading) for heading in headings}
    known = [
        one for one in fitting(headings, (*shipped(), *taught_layouts())) if one.headings == wanted or not one.taught
    ]
    if known:
        raise _refused("already_known", name=known[0].name)
    try:
        with transaction.atomic():
            layout = Layout.objects.create(
                bank=bank.strip()[:80],
                name=name.strip()[:120],
                signature=headings,
                rules=rules_from(choice, headings),
                taught_by=scope.current().user_id,
                taught_label=scope.current().label,
                taught_at=clock.now(),
            )
    except IntegrityError:
        raise _refused("name_taken") from None
    actor = scope.current()
    audit.record(
        "banking.layout_taught",
        target=layout,
        agency_id=None if actor.sees_all else next(iter(sorted(actor.agency_ids)), None),
        facts={"bank": layout.bank, "columns": len(headings)},
    )
    return layout


def _refused(code: str, **facts: Any) -> errors.TeachingRefused:
    return errors.TeachingRefused(why=_say(code, **facts))


def _say(code: str, **facts: Any) -> str:
    return translate(TEACHING_WHYS[code]) % facts
