"""Words for informal work and their codes. Bare “sopir” means several things and is asked."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

import polars as pl
from rapidfuzz import fuzz, process

from sertakan.intake.vocabulary import word_key, word_set

NEAR: Final = 93.0
"""Similarity (0-100) from which one spelling is taken for another."""

SPLIT = re.compile(r"\s*(?:/|;|,|\+|&|\bdan\b|\bserta\b|\bsambil\b)\s*")
PRIVATE_DRIVER: Final = "sopir-pribadi"


@dataclass(frozen=True, slots=True)
class Work:
    """What a cell about work led to: up to two codes, or why not."""

    code: str | None = None
    second: str | None = None
    finding: str | None = None
    proposals: tuple[str, ...] = ()
    too_many: bool = False


@dataclass
class OccupationIndex:
    """Codes by comparable word. `sectors` says "transport" or "other" per code, as the setting decides where it is open."""

    terms: dict[str, str]
    sectors: dict[str, str]
    words: dict[str, set[str]] = field(default_factory=dict)
    ambiguous: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Words that must be asked about, with the codes they may mean (none told: any driver)."""
    drivers: tuple[str, ...] = ()
    private_driver: str | None = None

    @classmethod
    def build(cls, occupations: pl.DataFrame, *, private_driver_is_transport: bool) -> OccupationIndex:
        """occupations [code, term, synonyms, transport (null: the setting decides)], perhaps [ambiguous, ambiguous_words]."""
        open_sector = "transport" if private_driver_is_transport else "other"
        terms: dict[str, str] = {}
        sectors: dict[str, str] = {}
        words: dict[str, set[str]] = {}
        unclear: dict[str, set[str]] = {word: set() for word in word_set("ambiguous_occupations")}
        for row in occupations.iter_rows(named=True):
            code = row["code"]
            terms[code] = row["term"]
            transport = row.get("transport")
            sectors[code] = open_sector if transport is None else "transport" if transport else "other"
            for word in (code, row["term"], *(row.get("synonyms") or ())):
                for key in _forms(word):
                    words.setdefault(key, set()).add(code)
            for word in row.get("ambiguous_words") or ():
                unclear.setdefault(word_key(word), set()).add(code)
        index = cls(terms, sectors, words, {word: tuple(sorted(codes)) for word, codes in unclear.items()})
        index.drivers = tuple(code for code in terms if re.match(r"(sopir|supir|driver|ojek)", code))
        index._place_private_drivers(open_sector)
        return index

    def _place_private_drivers(self, open_sector: str) -> None:
        """“Sopir pribadi” is an occupation of its own where the table has one; its sector is the setting's."""
        names = word_set("private_drivers")
        found = {code for name in names for code in self.words.get(name, ())}
        self.private_driver = next(iter(sorted(found)), PRIVATE_DRIVER if PRIVATE_DRIVER in self.terms else None)
        if self.private_driver is not None:
            self.sectors[self.private_driver] = open_sector
            for name in names:
                self.words.setdefault(name, set()).add(self.private_driver)
            self.drivers = tuple(dict.fromkeys((*self.drivers, self.private_driver)))

    def resolve(self, text: str) -> Work:
        """The code of a text; the first two when it names several kinds of work."""
        whole = self._one(text)
        if whole.code is not None or whole.finding == "occupation_ambiguous":
            return whole
        parts = [part for part in SPLIT.split(text) if word_key(part)]
        if len(parts) < 2:
            return whole
        works = [self._one(part) for part in parts]
        codes = list(dict.fromkeys(work.code for work in works if work.code))
        if any(work.code is None for work in works):
            unclear = next((work for work in works if work.finding == "occupation_ambiguous"), None)
            return unclear or whole
        return Work(codes[0], codes[1] if len(codes) > 1 else None, "occupation_split", too_many=len(codes) > 2)

    def _one(self, text: str) -> Work:
        keys = _forms(text)
        for key in keys:
            if key in self.ambiguous and text not in self.terms:
                return Work(finding="occupation_ambiguous", proposals=self.ambiguous[key] or self.drivers)
        for key in keys:
            if codes := self.words.get(key):
                if len(codes) == 1:
                    return Work(next(iter(codes)))
                return Work(finding="occupation_ambiguous", proposals=tuple(sorted(codes)))
        return self._near(keys[0]) if keys else Work(finding="occupation_unknown")

    def _near(self, key: str) -> Work:
        near = process.extract(key, self.words.keys(), scorer=fuzz.ratio, limit=12, score_cutoff=62)
        taken = {code for word, score, _ in near if score >= NEAR for code in self.words[word]}
        if len(taken) == 1 and len(key) >= 5:
            return Work(taken.pop(), finding="occupation_spelling")
        similar = dict.fromkeys(code for word, _, _ in near for code in sorted(self.words[word]))
        if not similar:
            tokens = process.extract(key, self.words.keys(), scorer=fuzz.token_set_ratio, limit=6, score_cutoff=75)
            similar = dict.fromkeys(code for word, _, _ in tokens for code in sorted(self.words[word]))
        return Work(finding="occupation_unknown", proposals=tuple(similar)[:3])


def _forms(text: str) -> list[str]:
    """A word and its plainer forms: without brackets, without “bekerja sebagai”, together written."""
    plain = re.sub(r"\([^)]*\)", " ", text)
    forms = [word_key(text), word_key(plain)]
    forms.append(re.sub(r"^(?:bekerja|kerja) sebagai |^sebagai ", "", forms[1]))
    forms.append(re.sub(r"\bsupir\b", "sopir", forms[2]))
    forms.append(re.sub(r"\bsopir\b", "supir", forms[2]))
    return [form for form in dict.fromkeys(forms) if form]
