"""The catalogue of findings: what each code means, what to do about it, in Indonesian and English.

Only codes and facts are stored; sentences are made when they are shown. No fact is an identity number or a name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from sertakan.core.money import format_rupiah
from sertakan.intake.vocabulary import read_data

Severity = Literal["hold", "warning", "repaired"]
Language = Literal["id", "en"]

WHOLE_SHEET = "sheet"
"""The fact that says that a finding concerns a whole column or sheet."""

LABELS: dict[str, dict[str, str]] = {
    "id": {
        "nik": "NIK", "name": "Nama", "sex": "Jenis kelamin", "birth_place": "Tempat lahir", "birth_date": "Tanggal lahir",
        "phone": "No. HP", "area_code": "Desa dan kecamatan", "address": "Alamat", "occupation": "Pekerjaan",
        "sector": "Sektor", "dasar": "Dasar upah", "income": "Penghasilan", "programmes": "Program",
        "funding": "Sumber dana", "start_month": "Bulan mulai", "months": "Jumlah bulan", "donor_name": "Nama donatur",
        "donor_nip": "NIP donatur", "mother_name": "Nama ibu kandung", "email": "Surel", "work_place": "Tempat kerja",
        "work_area_code": "Wilayah kerja", "work_hours": "Jam kerja", "occupation_2": "Pekerjaan kedua",
        "kpj": "No. peserta (KPJ)", "consent_date": "Persetujuan", "remark": "Keterangan",
    },
    "en": {
        "nik": "identity number", "name": "name", "sex": "sex", "birth_place": "birth place", "birth_date": "birth date",
        "phone": "phone", "area_code": "village and district", "address": "address", "occupation": "occupation",
        "sector": "sector", "dasar": "contribution base", "income": "income", "programmes": "programmes",
        "funding": "source of funds", "start_month": "first month", "months": "months", "donor_name": "donor",
        "donor_nip": "donor's NIP", "mother_name": "mother's name", "email": "e-mail", "work_place": "place of work",
        "work_area_code": "area of work", "work_hours": "hours", "occupation_2": "second occupation",
        "kpj": "membership number", "consent_date": "consent", "remark": "remark",
    },
}  # fmt: skip

_FATE = {
    "id": "Baris ini ditahan; baris lain tetap diperiksa.",
    "en": "This row was held back; the other rows were read.",
}
_PLACES = {
    ("id", "row"): "Baris %(row)s, kolom %(label)s: ",
    ("id", "sheet"): "Kolom %(label)s: ",
    ("en", "row"): "Row %(row)s, column “%(label)s”: ",
    ("en", "sheet"): "Column “%(label)s”: ",
}
_WORDS = {
    "id": {
        "private": "dana pribadi",
        "csr": "CSR",
        "zakat": "zakat",
        "apbd": "APBD",
        "apbn": "APBN",
        "apbdes": "APBDes",
    },
    "en": {
        "private": "private money",
        "csr": "CSR",
        "zakat": "zakat",
        "apbd": "APBD",
        "apbn": "APBN",
        "apbdes": "APBDes",
    },
}
_NOTHING = {"id": "tidak ada", "en": "none"}
_AMOUNTS = frozenset({"dasar", "tier_dasar", "amount"})


@dataclass(frozen=True, slots=True)
class FindingKind:
    """One kind of finding. Templates take facts by name, as in ``%(digits)s``."""

    code: str
    severity: Severity
    column: str
    sentences: Mapping[str, tuple[str, str]]
    sheet_sentences: Mapping[str, tuple[str, str]]

    @property
    def sentence(self) -> str:
        return self.sentences["id"][0]

    @property
    def remedy(self) -> str:
        return self.sentences["id"][1]

    def templates(self, lang: str, *, whole_sheet: bool) -> tuple[str, str]:
        """Sentence and remedy in a language; Indonesian where a language is not known."""
        chosen = self.sheet_sentences if whole_sheet and self.sheet_sentences else self.sentences
        return chosen.get(lang) or chosen["id"]


@cache
def catalogue() -> dict[str, FindingKind]:
    """Every kind of finding by its code, in the order of the catalogue file."""
    return {code: _kind(code, entry) for code, entry in read_data("findings").items()}


def _kind(code: str, entry: Mapping[str, Any]) -> FindingKind:
    def pairs(source: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
        return {lang: (source[lang][0], source[lang][1]) for lang in ("id", "en")}

    sheet = entry.get("sheet")
    return FindingKind(code, entry["severity"], entry["column"], pairs(entry), pairs(sheet) if sheet else {})


FINDINGS = catalogue()


def title_of(code: str, lang: str = "id") -> str:
    """A finding in a few words, without the facts of one row: the first clause of its sentence."""
    sentence, _ = catalogue()[code].templates(lang, whole_sheet=False)
    clause = re.split(r"[;:(]|\. ", sentence % _Facts({}, "…"))[0].strip(" .,")
    return clause[:1].upper() + clause[1:]


def render(code: str, facts: Mapping[str, Any] | None = None, lang: str = "id", *, column: str = "") -> dict[str, str]:
    """The sentence and the remedy of a finding: ``{"message": ..., "remedy": ...}``.

    With a fact `row` the message names the place, with a fact `column` that column; `severity` in the facts (else that of
    the catalogue) decides whether the remedy ends with what happened to the row. KeyError for an unknown code.
    """
    kind = catalogue()[code]
    given = dict(facts or {})
    whole = given.get("scope") == WHOLE_SHEET
    sentence, remedy = kind.templates(lang, whole_sheet=whole)
    shown = _Facts({name: _shown(name, value, lang) for name, value in given.items()}, _NOTHING.get(lang, ""))
    language = lang if lang in LABELS else "id"
    named = column or str(given.get("column", "")) or kind.column
    shown["label"] = LABELS[language].get(named, named)
    body = sentence % shown
    message = body[:1].upper() + body[1:]
    if whole or "row" in given:
        message = (_PLACES[language, "sheet" if whole else "row"] % shown) + body
    parts = [remedy % shown]
    if given.get("severity", kind.severity) == "hold" and not whole:
        parts.append(_FATE[language])
    return {"message": message, "remedy": " ".join(parts)}


class _Facts(dict[str, str]):
    """Facts that never fail to fill a sentence: one that is not there is shown as “none”."""

    def __init__(self, known: Mapping[str, str], missing: str) -> None:
        super().__init__(known)
        self._missing = missing

    def __missing__(self, key: str) -> str:
        return self._missing


def _shown(name: str, value: Any, lang: str) -> str:
    if isinstance(value, list | tuple):
        return "; ".join(_candidate(part, lang) for part in value) or _NOTHING.get(lang, "")
    if isinstance(value, int) and name in _AMOUNTS:
        return format_rupiah(value, lang)
    if name == "default":
        return _WORDS.get(lang, {}).get(str(value), str(value))
    return str(value)


def _candidate(value: Any, lang: str) -> str:
    """A proposal as a person reads it: an area with its parents, an occupation by its term, an amount in rupiah."""
    if isinstance(value, Mapping):
        if "amount" in value:
            return format_rupiah(int(value["amount"]), lang)
        name = str(value.get("name") or value.get("term") or value.get("code") or "")
        parents = value.get("parents")
        return f"{name} ({parents})" if parents else name
    return str(value)


def findings_reference() -> str:
    """The reference page of all findings as Markdown, generated from the catalogue."""
    lines = [
        "# Findings of the intake",
        "",
        "Generated from `src/sertakan/intake/data/findings.yaml`; do not edit by hand.",
        "",
        "`hold`: the row waits until it is corrected. `warning`: the row goes on. `repaired`: a certain repair, shown.",
        "",
        "| Code | Severity | Column | Indonesian | English |",
        "| --- | --- | --- | --- | --- |",
    ]
    for kind in catalogue().values():
        cells = [" ".join(kind.sentences[lang]).replace("%(", "{").replace(")s", "}") for lang in ("id", "en")]
        lines.append(f"| `{kind.code}` | {kind.severity} | {kind.column} | {cells[0]} | {cells[1]} |")
    return "\n".join(lines) + "\n"
