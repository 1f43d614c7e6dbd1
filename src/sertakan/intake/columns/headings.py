"""What a heading means by its words: whole, under its parent heading, without role words, or nearly right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from rapidfuzz import fuzz, process

from sertakan.intake.columns.model import CANONICAL, COMBINED, IGNORE, PARTS, Reason
from sertakan.intake.vocabulary import read_data, word_key

NEAR, PERHAPS = 88.0, 74.0
"""Similarity (0-100) from which a misspelt heading is taken, and from which it is asked about."""

_DONOR = {"name": "donor_name", "donor_nip": "donor_nip", "donor_name": "donor_name"}
_WORK = {
    "address": "work_place", "work_place": "work_place", "area_village": "work_area_code",
    "area_district": "work_area_code", "area_regency": "work_area_code", "area_code": "work_area_code",
    "work_hours": "work_hours",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Meaning:
    """One meaning of a heading and how sure it is (0 to 1)."""

    target: str
    by: Reason
    confidence: float


@cache
def synonyms() -> dict[str, str]:
    """Every known heading in comparable form, with its meaning."""
    source = read_data("headings")
    known = {word_key(heading): IGNORE for heading in source["ignored"]}
    known |= {word_key(heading): COMBINED for heading in source["combined"]}
    for group in (source["parts"], source["canonical"]):
        for target, listed in group.items():
            known |= {word_key(heading): target for heading in listed}
    known |= {word_key(name): name for name in (*CANONICAL, *PARTS, COMBINED)}
    return known


@cache
def _roles() -> tuple[tuple[str, str], ...]:
    roles = read_data("headings")["roles"]
    pairs = [(word_key(word), role) for role, listed in roles.items() for word in listed]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))


@cache
def _filler() -> tuple[str, ...]:
    return tuple(sorted((word_key(word) for word in read_data("headings")["filler"]), key=len, reverse=True))


@cache
def meaning_of(heading: str) -> Meaning | None:
    """The meaning of a heading, or None. Cached: the headings of a file come back in every sheet."""
    whole = word_key(heading)
    if not whole:
        return None
    if found := _exact(whole):
        return Meaning(found, "synonym", 1.0)
    *parents, leaf = heading.split(" / ")
    if parents and (meaning := _under_parent(" ".join(parents), leaf)):
        return meaning
    if meaning := _by_role(whole):
        return meaning
    return _nearly(whole)


def _exact(key: str) -> str | None:
    """By the list, with filler words and bracketed numbers left away when that is needed."""
    for form in _forms(key):
        if form in synonyms():
            return synonyms()[form]
    return None


def _forms(key: str) -> Iterator[str]:
    yield key
    plain = f" {key} "
    for word in _filler():
        plain = plain.replace(f" {word} ", " ")
    plain = " ".join(plain.split())
    yield plain
    yield plain.rstrip(" 0123456789")
    yield plain.removeprefix("nomor ").removeprefix("no ")


def _under_parent(parent: str, leaf: str) -> Meaning | None:
    """A leaf such as “Nama” gets its role from the heading above it."""
    role, key = _role_in(word_key(parent)), word_key(leaf)
    target = _exact(key)
    if target is None and (near := _by_role(key) or _nearly(key)):
        target = near.target
    if target is None:
        whole = _exact(f"{word_key(parent)} {key}")
        return Meaning(whole, "parent", 0.9) if whole else None
    return Meaning(_in_role(target, role), "parent", 0.95)


def _by_role(key: str) -> Meaning | None:
    """“Nama ASN penanggung”: the role words are taken out, the rest is looked up, the role decides."""
    role = _role_in(key)
    if role is None:
        return None
    rest = f" {key} "
    for word, belongs in _roles():
        if belongs == role:
            rest = rest.replace(f" {word} ", " ")
    target = _exact(" ".join(rest.split()))
    return Meaning(_in_role(target, role), "synonym", 0.95) if target else None


def _role_in(key: str) -> str | None:
    padded = f" {key} "
    return next((role for word, role in _roles() if f" {word} " in padded), None)


def _in_role(target: str, role: str | None) -> str:
    """A donor's own identity number, phone or address is no column of ours."""
    if role == "donor":
        return _DONOR.get(target, IGNORE)
    if role == "work":
        return _WORK.get(target, target)
    return target


@cache
def near_meanings(key: str) -> tuple[tuple[str, float], ...]:
    """The most similar meanings of a heading, best first, at most one entry per meaning (similarity 0-100)."""
    found: dict[str, float] = {}
    for form, score, _ in process.extract(key, synonyms().keys(), scorer=fuzz.ratio, limit=8, score_cutoff=PERHAPS):
        found.setdefault(synonyms()[form], score)
    return tuple(found.items())


def _nearly(key: str) -> Meaning | None:
    """A typing slip in a known heading; only when no other meaning is as near."""
    if len(key) < 5:
        return None
    near = near_meanings(key)
    if not near or near[0][1] < NEAR or (len(near) > 1 and near[0][1] - near[1][1] < 5):
        return None
    return Meaning(near[0][0], "spelling", round(near[0][1] / 100, 2))
