"""Names of places looked up inside their parents. A village name alone never identifies a village.

Built once per check from the areas and their other names; answers are about texts, never about persons.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

import polars as pl
from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from sertakan.intake.vocabulary import read_data

NEAR: Final = 92.0
"""Similarity (0-100) from which one spelling inside a known district is taken for another."""

LEVELS: Final = ("province", "regency", "district", "village")
_ROMAN: Final = {
    "i": "1",
    "ii": "2",
    "iii": "3",
    "iv": "4",
    "v": "5",
    "vi": "6",
    "vii": "7",
    "viii": "8",
    "ix": "9",
    "x": "10",
}
_SHORT: Final = "singkatan"

_LABELLED = re.compile(
    r"(?P<label>\b(?:provinsi|propinsi|prov|kabupaten|kab|kotamadya|kodya|kota|kecamatan|kec|kelurahan|kel|desa|ds)\b)[\s.:/]*",
    re.IGNORECASE,
)
_LABEL_LEVEL: Final = {
    "provinsi": 0, "propinsi": 0, "prov": 0, "kabupaten": 1, "kab": 1, "kotamadya": 1, "kodya": 1, "kota": 1,
    "kecamatan": 2, "kec": 2, "kelurahan": 3, "kel": 3, "desa": 3, "ds": 3,
}  # fmt: skip
_RT_RW = re.compile(
    r"\b(?:rt|rw|no|nomor|gang|gg|jl|jln|jalan|blok|lingkungan|km)\b[\s.:]*[\w/.-]*|\b(?:dusun|dsn)[\s.:]*(?:\d+|[ivx]+)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Place:
    """One area: its code, name and parent's code."""

    code: str
    name: str
    parent: str

    @property
    def level(self) -> int:
        return self.code.count(".")


@dataclass(frozen=True, slots=True)
class Found:
    """What a text about a place led to. `code` is the surest level reached; `finding` what has to be said about it."""

    code: str | None = None
    finding: str | None = None
    candidates: tuple[str, ...] = ()
    proposal: str | None = None


@cache
def area_key(name: str) -> str:
    """A place name made comparable: abbreviations written out, numbers as digits, no signs, no spaces."""
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    abbreviations = read_data("words")["area_abbreviations"]
    words = [abbreviations.get(word, word) for word in re.findall(r"[a-z]+|\d+", folded)]
    return "".join(_ROMAN.get(word, word) if position else word for position, word in enumerate(words))


@cache
def _prefixes(level: str) -> tuple[str, ...]:
    return tuple(sorted(read_data("words")["area_prefixes"][level], key=len, reverse=True))


def strip_label(text: str, level: str) -> str:
    """“Kec. Manna” as a district is “Manna”; a name that consists of the label only stays."""
    for prefix in _prefixes(level):
        shorter = re.sub(rf"^{prefix}\b[\s.:/]*", "", text.strip(), flags=re.IGNORECASE)
        if shorter and shorter != text.strip():
            return shorter
    return text.strip()


@dataclass
class AreaIndex:
    """Places by comparable name and by parent."""

    places: dict[str, Place]
    province: str
    children: dict[str, list[str]] = field(default_factory=dict)
    by_key: list[dict[str, list[str]]] = field(default_factory=lambda: [{}, {}, {}, {}])
    short: dict[str, list[str]] = field(default_factory=dict)
    keys: dict[str, list[str]] = field(default_factory=dict)
    """All comparable names of a place, short ones left out."""
    _done: dict[tuple[Any, ...], Found] = field(default_factory=dict)

    @classmethod
    def build(cls, areas: pl.DataFrame, aliases: pl.DataFrame, province: str) -> AreaIndex:
        """areas [code, name], aliases [code, alias, kind, perhaps needs_column]; levels follow from the codes."""
        places = {
            code: Place(code, name, code.rpartition(".")[0])
            for code, name in areas.select("code", "name").unique(maintain_order=True).iter_rows()
        }
        index = cls(places, province)
        for place in places.values():
            index.children.setdefault(place.parent, []).append(place.code)
            index._name(place.code, place.name)
            if place.level == 1:
                index._name(place.code, strip_label(place.name, "regency"), short=place.name.lower().startswith("kota"))
        if not aliases.is_empty():
            for row in aliases.iter_rows(named=True):
                if row["code"] in places:
                    short = row.get("needs_column") or _SHORT in (row["kind"] or "").lower()
                    index._name(row["code"], row["alias"], short=bool(short))
        return index

    def _name(self, code: str, name: str, *, short: bool = False) -> None:
        """File a name. Short ones only count where a regency is expected: plain “X” for “Kota X” mostly means another."""
        key = area_key(name)
        target = self.short if short else self.by_key[code.count(".")]
        if code not in target.setdefault(key, []):
            target[key].append(code)
        if not short:
            self.keys.setdefault(code, []).append(key)

    def parents_of(self, code: str) -> str:
        """The names above a place, nearest first: “Kec. Selebar, Kota Bengkulu”."""
        names = []
        parent = self.places[code].parent
        while parent in self.places and parent.count(".") >= 1:
            name = self.places[parent].name
            names.append(f"Kec. {name}" if parent.count(".") == 2 else name)
            parent = self.places[parent].parent
        return ", ".join(names)

    def describe(self, codes: Iterable[str]) -> list[dict[str, str]]:
        """Candidates as facts: code, name, parents."""
        return [{"code": code, "name": self.places[code].name, "parents": self.parents_of(code)} for code in codes]

    def code_of(self, text: str) -> str | None:
        """A code written with or without points, when it is one of ours."""
        bare = text.strip()
        if bare in self.places:
            return bare
        digits = re.sub(r"\D", "", bare) if re.fullmatch(r"[\d.\s-]+", bare) else ""
        cuts = {2: (2,), 4: (2, 4), 6: (2, 4, 6), 10: (2, 4, 6, 10)}.get(len(digits), ())
        starts = (0, *cuts[:-1])
        code = ".".join(digits[start:end] for start, end in zip(starts, cuts, strict=False))
        return code if code in self.places else None

    def resolve(
        self, *, code: str | None = None, village: str | None = None, district: str | None = None,
        regency: str | None = None, free: str | None = None, section: str | None = None, sheet: str | None = None,
    ) -> Found:  # fmt: skip
        """The place that a row means. `free` is an address or an unlabelled text; `section` and `sheet` only help."""
        key = (code, village, district, regency, free, section, sheet)
        if key not in self._done:
            self._done[key] = self._resolve(*key)
        return self._done[key]

    def _resolve(
        self, code: str | None, village: str | None, district: str | None, regency: str | None, free: str | None,
        section: str | None, sheet: str | None,
    ) -> Found:  # fmt: skip
        if code:
            known = self.code_of(code)
            if known:
                return Found(known)
            if re.search(r"[a-zA-Z]", code):
                return self._resolve(None, code, district, regency, free, section, sheet)
            return Found(None, "area_unknown")
        words: list[str | None] = [None, regency, district, village]
        loose: list[str] = []
        if village and area_key(strip_label(village, "village")) not in self.by_key[3]:
            labelled, rest = self._apart(village, streets=False)
            if labelled or "," in village:
                words[3] = labelled.get(3) or (rest.pop(0) if rest else None)
                words[1:3] = [words[1] or labelled.get(1), words[2] or labelled.get(2)]
                loose = rest
        if free:
            labelled, rest = self._apart(free)
            words = [word or labelled.get(level) for level, word in enumerate(words)]
            loose = [*loose, *rest]
        return self._walk(words, loose, [hint for hint in (section, sheet) if hint])

    def _apart(self, text: str, *, streets: bool = True) -> tuple[dict[int, str], list[str]]:
        """`take_apart`, but “Kota Baru” is a name and no label where no city is called so."""
        labelled, rest = take_apart(text, streets=streets)
        city = labelled.get(1, "")
        if city.startswith("Kota ") and area_key(city) not in self.by_key[1]:
            labelled = {level: name for level, name in labelled.items() if level != 1}
            rest.insert(0 if text.strip().lower().startswith("kota") else 1, city)
        return labelled, rest

    def _walk(self, words: Sequence[str | None], loose: list[str], hints: list[str]) -> Found:
        """From the regency down; hints fill levels that are not written, as far as they fit."""
        scope = self._regencies(words[1], loose)
        districts, said_district = self._districts(words[2], scope, loose, enough=1 if words[3] else 2)
        if words[2] is None and not districts:
            districts = self._hinted(hints, scope)
        village = words[3] or self._loose_village(loose, districts or scope)
        if village is None:
            village = self._sheet_village(hints, districts)
        within = districts or scope or [self.province]
        if village is None:
            return self._without_village(districts, scope, words[2])
        return self._village(village, within, districts, scope, said_district=said_district)

    def _regencies(self, text: str | None, loose: list[str]) -> list[str]:
        """Regencies a text names: in the province first, then anywhere."""
        texts = [text] if text else [part for part in loose if part]
        for part in texts:
            bare = strip_label(part, "regency")
            keys = [area_key(part), area_key(bare)]
            found = [code for key in keys for code in self.by_key[1].get(key, [])]
            if not found and text:
                found = [code for key in keys for code in self.short.get(key, [])]
            found = list(dict.fromkeys(found))
            inside = [code for code in found if code.startswith(f"{self.province}.")]
            if len(inside or found) == 1:
                return inside or found
            if text:
                near = self._near(area_key(bare), self.children.get(self.province, []))
                return near if len(near) == 1 else []
        return []

    def _districts(
        self, text: str | None, scope: list[str], loose: list[str], *, enough: int = 2
    ) -> tuple[list[str], bool]:
        """Districts a text names inside the regencies (or the province); and whether one was written at all."""
        parents = scope or self.children.get(self.province, [])
        inside = [code for parent in parents for code in self.children.get(parent, [])]
        if text:
            key = area_key(strip_label(text, "district"))
            exact = [code for code in self.by_key[2].get(key, []) if code.rpartition(".")[0] in parents]
            return (exact or self._near(key, inside)), True
        for part in loose:
            key = area_key(strip_label(part, "district"))
            exact = [code for code in self.by_key[2].get(key, []) if code.rpartition(".")[0] in parents]
            if exact and len(loose) >= enough:
                return exact, True
        return [], False

    def _hinted(self, hints: list[str], scope: list[str]) -> list[str]:
        """A district that the section row or the name of the sheet names without doubt."""
        for hint in hints:
            labelled, rest = self._apart(hint)
            for text in (labelled.get(2), *rest):
                if text:
                    found, _ = self._districts(text, scope, [])
                    if len(found) == 1:
                        return found
        return []

    def _sheet_village(self, hints: list[str], districts: list[str]) -> str | None:
        for hint in hints:
            labelled, rest = self._apart(hint)
            for text in (labelled.get(3), *rest):
                if text and self._villages(area_key(strip_label(text, "village")), districts or [self.province]):
                    return text
        return None

    def _loose_village(self, loose: list[str], within: list[str]) -> str | None:
        """A part of an address that is the name of a village."""
        for part in loose:
            if self._villages(area_key(strip_label(part, "village")), within or [self.province]):
                return part
        return None

    def _villages(self, key: str, within: list[str]) -> list[str]:
        return [code for code in self.by_key[3].get(key, []) if _inside(code, within)]

    def _without_village(self, districts: list[str], scope: list[str], district: str | None) -> Found:
        """No village is written: the district or regency is the answer, if it is one."""
        if len(districts) == 1:
            return Found(districts[0])
        if len(districts) > 1:
            return Found(scope[0] if scope else None, "area_ambiguous", tuple(districts))
        if scope:
            return Found(scope[0], "area_unknown" if district else None)
        return Found(None, "area_unknown")

    def _village(
        self, text: str, within: list[str], districts: list[str], scope: list[str], *, said_district: bool
    ) -> Found:
        key = area_key(strip_label(text, "village"))
        found = self._villages(key, within) or self._villages(area_key(text), within)
        parent = districts[0] if len(districts) == 1 else scope[0] if len(scope) == 1 else None
        if len(found) == 1:
            return Found(found[0])
        if len(found) > 1:
            return Found(parent, "area_ambiguous", tuple(found))
        if len(districts) == 1:
            near = self._near_village(key, districts[0])
            if near:
                return near
        elsewhere = self._villages(key, scope or [self.province])
        if elsewhere and said_district:
            return Found(parent, "area_parent_differs", tuple(elsewhere[:6]))
        if not districts:
            return self._district_as_village(key, parent, within)
        if len(districts) > 1:
            return Found(scope[0] if scope else None, "area_ambiguous", tuple(districts))
        return Found(parent, "area_unknown")

    def _district_as_village(self, key: str, parent: str | None, within: list[str]) -> Found:
        """A text in the village column that is the name of one district or regency; else unknown, with near villages."""
        for level in (2, 1):
            named = [code for code in self.by_key[level].get(key, []) if _inside(code, within)]
            if len(named) == 1:
                return Found(named[0])
        villages = [code for code in self.places if code.count(".") == 3 and _inside(code, within)]
        near = [code for code in villages if self._slip(key, code)]
        if 0 < len(near) <= 6 and len(key) >= 5:
            return Found(parent, "area_proposed", tuple(near), near[0] if len(near) == 1 else None)
        return Found(parent, "area_unknown")

    def _near_village(self, key: str, district: str) -> Found | None:
        """Nearly the name of one village of the district: taken when very near and alone, else proposed."""
        scored = self._scored(key, self.children.get(district, []))
        taken = [code for score, code in scored if score >= NEAR]
        if len(taken) == 1:
            return Found(taken[0], "area_spelling", (taken[0],), taken[0])
        close = [code for _, code in scored if self._slip(key, code)]
        close = taken or close or [code for score, code in scored if score >= 85.0]
        if close:
            return Found(district, "area_proposed", tuple(close[:3]), close[0])
        return None

    def _near(self, key: str, codes: list[str]) -> list[str]:
        """The one area whose name is very near, if it is alone."""
        scored = [code for score, code in self._scored(key, codes) if score >= NEAR]
        return scored if len(scored) == 1 else []

    def _slip(self, key: str, code: str) -> bool:
        """Whether one slip of the pen lies between a text and a name of the place."""
        return any(OSA.distance(name, key, score_cutoff=1) <= 1 for name in self.keys[code])

    def _scored(self, key: str, codes: list[str]) -> list[tuple[float, str]]:
        """Similarity of each area's name, best first."""
        pairs = [(max(fuzz.ratio(key, name) for name in self.keys[code]), code) for code in codes]
        return sorted(((score, code) for score, code in pairs if score >= 80.0), key=lambda pair: (-pair[0], pair[1]))


def _inside(code: str, parents: list[str]) -> bool:
    return any(code == parent or code.startswith(f"{parent}.") for parent in parents)


def take_apart(text: str, *, streets: bool = True) -> tuple[dict[int, str], list[str]]:
    """Labelled names by level (“Kec. Manna” is level 2), and the other parts between commas.

    With `streets` the names of streets and neighbourhood numbers are left out first, as an address has them.
    """
    plain = _RT_RW.sub(" ", text) if streets else text
    marks: list[re.Match[str]] = []
    for mark in _LABELLED.finditer(plain):
        # “Kec. Kota Manna”: directly after another label, “Kota” belongs to the name.
        if mark["label"].lower() != "kota" or not marks or plain[marks[-1].end() : mark.start()].strip(" .,:"):
            marks.append(mark)
    labelled: dict[int, str] = {}
    pieces = [plain[: marks[0].start()]] if marks else [plain]
    for mark, following in zip(marks, [*marks[1:], None], strict=False):
        name = plain[mark.end() : following.start() if following else None]
        first, *others = re.split(r"[,;/]|\s-\s", name)
        if first.strip(" .,-"):
            label = mark["label"].lower()
            kept = first.strip(" .,-")
            level = _LABEL_LEVEL[label]
            if level == 1 and label != "kota" and labelled.get(1, "").startswith("Kota "):
                pieces.insert(1, labelled.pop(1))
            labelled.setdefault(level, f"Kota {kept}" if label == "kota" else kept)
        pieces.extend(others)
    rest = [part.strip(" .,-") for piece in pieces for part in re.split(r"[,;/]|\s-\s", piece)]
    return labelled, [part for part in rest if re.search(r"[A-Za-z]{3}", part)]
