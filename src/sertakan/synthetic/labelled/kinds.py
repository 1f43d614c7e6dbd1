"""Kinds of errors: what goes wrong when people are written down. Each is one function of a record and of chance.

A function gets the record as a mapping of texts and a generator, and returns the field's new value; the old value means that this kind
cannot happen to this record. `rate` is the share of this kind among the spoilt values of its field, `source` says where that comes from:
a measured rate of `galat_lembar.csv` (BPK and KPK on about 97 million entries of the social registry), "galat_lembar" for faults that are
named there without a measured rate, "assumed" for everything else.

Held-out kinds stand in `labelled.unseen`: they occur in the test half only, and no rule of the linkage model was written for them.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from random import Random

Record = Mapping[str, str | None]
Spoil = Callable[[Record, Random], str | None]

MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
_MONTHS_AS_TYPED = {"Februari": "Pebruari", "Agustus": "Agt", "November": "Nopember", "Desember": "Des"}
_EXCEL_DAY_ZERO = 693_594  # date.toordinal() of 1899-12-30


@dataclass(frozen=True)
class Kind:
    """One way to spoil one field. `unusable`: afterwards the value is missing, malformed or another person's."""

    name: str
    field: str
    rate: float
    source: str
    spoil: Spoil
    unusable: bool = False
    held_out: bool = False


KINDS: dict[str, Kind] = {}


def kind(
    field: str, rate: float, source: str, *, unusable: bool = False, held_out: bool = False
) -> Callable[[Spoil], Spoil]:
    """Register a function as a kind of error under its own name."""

    def register(function: Spoil) -> Spoil:
        name = function.__name__
        KINDS[name] = Kind(name, field, rate, source, function, unusable, held_out)
        return function

    return register


FIELD_RATES: dict[str, float] = {
    "nik": 0.45,
    "name": 0.50,
    "birth_date": 0.28,
    "mother_name": 0.20,
    "phone": 0.15,
    "area_code": 0.10,
    "address": 0.10,
    "sex": 0.03,
    "birth_place": 0.08,
}
"""How often a field is spoilt in a record that has errors. NIK: so that one record in ten has an unusable number (BPK: 11.2 %)."""

SECOND_NAME_ERROR = 0.15
"""How often a name that is spoilt is spoilt a second time (assumed)."""


def value_of(record: Record, field: str) -> str:
    """The field's text, empty when it is missing."""
    return record.get(field) or ""


def replaced(text: str, at: int, new: str, width: int = 1) -> str:
    """`text` with `width` characters from `at` replaced."""
    return text[:at] + new + text[at + width :]


def other_digit(digit: str, dice: Random) -> str:
    """A digit that is not this one."""
    return dice.choice([one for one in "0123456789" if one != digit])


def swapped_neighbours(text: str, at: int) -> str:
    """`text` with the characters at `at` and after it exchanged."""
    return text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :]


# --- identity number ---------------------------------------------------------------------------------------------------------------


@kind("nik", 0.22, "BPK 2020: part of 11.2 % invalid; share assumed", unusable=True)
def nik_missing(record: Record, dice: Random) -> None:
    return None


@kind("nik", 0.17, "BPK 2020: part of 11.2 % invalid; share assumed", unusable=True)
def nik_digit_lost(record: Record, dice: Random) -> str:
    nik = value_of(record, "nik")
    return replaced(nik, dice.randrange(16), "")


@kind("nik", 0.16, "KPK 2021: part of 17.3 % not matching; share assumed", unusable=True)
def nik_one_digit(record: Record, dice: Random) -> str:
    nik, at = value_of(record, "nik"), dice.randrange(16)
    return replaced(nik, at, other_digit(nik[at], dice))


@kind("nik", 0.12, "galat_lembar: two digits transposed", unusable=True)
def nik_transposed(record: Record, dice: Random) -> str:
    return swapped_neighbours(value_of(record, "nik"), dice.randrange(15))


@kind("nik", 0.10, "galat_lembar: numeric cell, last digit becomes 0", unusable=True)
def nik_last_digit_zero(record: Record, dice: Random) -> str:
    return value_of(record, "nik")[:15] + "0"


@kind("nik", 0.04, "galat_lembar: scientific notation", unusable=True)
def nik_scientific(record: Record, dice: Random) -> str:
    nik = value_of(record, "nik")
    return f"{nik[0]},{nik[1:6]}E+15"


@kind(
    "nik", 0.04, "galat_lembar: number of another member of the family; KPK 2021: 1.1 % of numbers twice", unusable=True
)
def nik_of_relative(record: Record, dice: Random) -> str | None:
    return record.get("relative_nik") or record.get("nik")


@kind("nik", 0.03, "galat_lembar: woman without 40 added to the day", unusable=True)
def nik_woman_without_40(record: Record, dice: Random) -> str:
    nik = value_of(record, "nik")
    return replaced(nik, 6, str(int(nik[6]) - 4)) if int(nik[6]) >= 4 else nik


@kind("nik", 0.07, "galat_lembar: dots, dashes, spaces")
def nik_separated(record: Record, dice: Random) -> str:
    nik, sign = value_of(record, "nik"), dice.choice([" ", ".", "-"])
    return sign.join(nik[at : at + 4] for at in range(0, 16, 4))


@kind("nik", 0.05, "galat_lembar: letters for digits")
def nik_letters(record: Record, dice: Random) -> str:
    nik = value_of(record, "nik")
    return nik.replace("0", "O", dice.randint(1, 3)) if dice.random() < 0.7 else nik.replace("1", "l", 1)


# --- name --------------------------------------------------------------------------------------------------------------------------

_OLD = (("u", "oe"), ("j", "dj"), ("c", "tj"), ("y", "j"), ("kh", "ch"), ("sy", "sj"), ("ny", "nj"))
_SOUND = (
    ("f", "p"), ("v", "f"), ("p", "f"), ("z", "j"), ("z", "s"), ("sy", "s"), ("kh", "h"), ("kh", "k"), ("q", "k"), ("dh", "d"),
    ("th", "t"), ("ts", "s"), ("rah", "roh"), (r"t\b", "d"), (r"d\b", "t"), (r"h\b", ""), ("au", "o"), ("ai", "ae"), ("ay", "ai"),
    (r"y\b", "i"), (r"i\b", "y"), ("iy", "i"), ("ia", "iya"), ("ks", "x"),
)  # fmt: skip
_TITLES = {
    "L": ("H.", "K.H.", "Ust.", "Drs.", "Ir.", "R.", "Bpk.", "Sdr.", "Tn."),
    "P": ("Hj.", "Ustz.", "Dra.", "Ibu", "Ny.", "Sdri.", "Almh."),
}
_DEGREES = ("S.Pd.", "S.E.", "S.H.", "S.Sos.", "A.Md.", "S.Ag.", "S.Kom.", "S.P.", "M.Si.")
_NOTES = ("(janda)", "(duda)", "/Alm", "(alm)", "(pindah)", "(baru)", "(RT 02)")


@cache
def name_variants() -> dict[str, tuple[str, ...]]:
    """Other forms of frequent name parts, abbreviations among them."""
    text = resources.files("sertakan.linkage").joinpath("data/variants.csv").read_text("utf-8")
    found: dict[str, list[str]] = {}
    for row in csv.DictReader(text.splitlines()):
        found.setdefault(row["standard"].casefold(), []).append(row["variant"])
    return {part: tuple(variants) for part, variants in found.items()}


def rewritten(text: str, rules: tuple[tuple[str, str], ...], dice: Random) -> str:
    """`text` after one of the rules that apply to it, at one place; small letters decide, capitals at word starts are kept."""
    small = text.lower()
    fitting = [rule for rule in rules if re.search(rule[0], small)]
    if not fitting:
        return text
    pattern, new = dice.choice(fitting)
    place = dice.choice(list(re.finditer(pattern, small)))
    return " ".join(
        word[:1].upper() + word[1:] for word in (small[: place.start()] + new + small[place.end() :]).split()
    )


def mistyped(text: str, dice: Random) -> str:
    """One letter dropped, doubled, exchanged with its neighbour, or replaced."""
    if len(text) < 3:
        return text
    at = dice.randrange(1, len(text) - 1)
    way = dice.randrange(4)
    if way == 0:
        return replaced(text, at, "")
    if way == 1:
        return replaced(text, at, text[at] * 2)
    if way == 2:
        return swapped_neighbours(text, at)
    return replaced(text, at, dice.choice("aeiounrstlmk"))


@kind("name", 0.14, "galat_lembar: abbreviated; variants of frequent names")
def name_variant(record: Record, dice: Random) -> str:
    words = value_of(record, "name").split()
    at = [place for place, word in enumerate(words) if word.casefold() in name_variants()]
    if at:
        place = dice.choice(at)
        words[place] = dice.choice(name_variants()[words[place].casefold()])
    return " ".join(words)


@kind("name", 0.14, "galat_lembar: other spelling (rules of sound)")
def name_sound(record: Record, dice: Random) -> str:
    return rewritten(value_of(record, "name"), _SOUND, dice)


@kind("name", 0.06, "galat_lembar: other spelling (before 1972)")
def name_old_spelling(record: Record, dice: Random) -> str:
    return rewritten(value_of(record, "name"), _OLD, dice)


@kind("name", 0.06, "galat_lembar: other spelling (single and double letters)")
def name_doubled_letter(record: Record, dice: Random) -> str:
    name = value_of(record, "name")
    double = re.search(r"([a-z])\1", name)
    if double:
        return replaced(name, double.start(), "")
    single = [found.start() for found in re.finditer(r"(?<=[aiueo])[dmslnr](?=[aiueo])", name)]
    at = dice.choice(single) if single else -1
    return replaced(name, at, name[at] * 2) if single else name


@kind("name", 0.14, "assumed: one letter wrong")
def name_typing(record: Record, dice: Random) -> str:
    return mistyped(value_of(record, "name"), dice)


@kind("name", 0.08, "galat_lembar: titles written along")
def name_title(record: Record, dice: Random) -> str:
    name = value_of(record, "name")
    if dice.random() < 0.4:
        return f"{name}, {dice.choice(_DEGREES)}"
    return f"{dice.choice(_TITLES.get(value_of(record, 'sex'), _TITLES['L']))} {name}"


@kind("name", 0.07, "galat_lembar: words turned round")
def name_word_order(record: Record, dice: Random) -> str:
    words = value_of(record, "name").split()
    return " ".join([words[-1], *words[:-1]])


@kind("name", 0.06, "galat_lembar: cut off")
def name_cut_off(record: Record, dice: Random) -> str:
    words = value_of(record, "name").split()
    if len(words) > 2 and dice.random() < 0.5:
        return " ".join(words[:-1])
    return " ".join([*words[:-1], words[-1][:3]]) if len(words) > 1 else words[0][: max(4, len(words[0]) - 2)]


@kind("name", 0.06, "galat_lembar: initial at the end")
def name_last_initial(record: Record, dice: Random) -> str:
    words = value_of(record, "name").split()
    return " ".join([*words[:-1], f"{words[-1][0]}."]) if len(words) > 1 else words[0]


@kind("name", 0.05, "galat_lembar: joined or split")
def name_spaces(record: Record, dice: Random) -> str:
    name = value_of(record, "name")
    if " " in name:
        return re.sub(r" (\w)", lambda found: found[1].lower(), name, count=1)
    return f"{name[:3]} {name[3:].capitalize()}" if len(name) > 6 else name


@kind("name", 0.06, "galat_lembar: capitals only, or mixed")
def name_capitals(record: Record, dice: Random) -> str:
    name = value_of(record, "name")
    return name.upper() if dice.random() < 0.7 else name.swapcase()


@kind("name", 0.04, "galat_lembar: remark in the column of names")
def name_note(record: Record, dice: Random) -> str:
    return f"{value_of(record, 'name')} {dice.choice(_NOTES)}"


@kind("name", 0.04, "aturan_ejaan: father's name")
def name_with_father(record: Record, dice: Random) -> str:
    word = "binti" if record.get("sex") == "P" else "bin"
    father = dice.choice(("Yusuf", "Hasan", "Suparman", "Rusli", "Marzuki", "Zainal", "Sahrul", "Burhan"))
    return f"{value_of(record, 'name')} {word} {father}"


# --- birth -------------------------------------------------------------------------------------------------------------------------


def date_parts(record: Record) -> tuple[str, str, str]:
    """Year, month and day of an ISO date, as digits."""
    year, month, day = value_of(record, "birth_date").split("-")
    return year, month, day


@kind("birth_date", 0.18, "galat_lembar: day and month exchanged")
def date_day_month(record: Record, dice: Random) -> str:
    year, month, day = date_parts(record)
    return f"{year}-{day}-{month}" if int(day) <= 12 else f"{year}-{month}-{day}"


@kind("birth_date", 0.12, "galat_lembar: year only")
def date_year_only(record: Record, dice: Random) -> str:
    return date_parts(record)[0]


@kind("birth_date", 0.14, "galat_lembar: 31 December, 1 January, 1 July")
def date_heaped(record: Record, dice: Random) -> str:
    return f"{date_parts(record)[0]}-{dice.choice(('12-31', '12-31', '01-01', '07-01'))}"


@kind("birth_date", 0.12, "galat_lembar: Indonesian month in words")
def date_in_words(record: Record, dice: Random) -> str:
    year, month, day = date_parts(record)
    word = MONTHS[int(month) - 1]
    return f"{int(day)} {_MONTHS_AS_TYPED.get(word, word) if dice.random() < 0.5 else word} {year}"


@kind("birth_date", 0.08, "galat_lembar: two digits for the year")
def date_short_year(record: Record, dice: Random) -> str:
    year, month, day = date_parts(record)
    return f"{day}/{month}/{year[2:]}"


@kind("birth_date", 0.06, "galat_lembar: number of a sheet's cell")
def date_sheet_number(record: Record, dice: Random) -> str:
    from datetime import date

    return str(date.fromisoformat(value_of(record, "birth_date")).toordinal() - _EXCEL_DAY_ZERO)


@kind("birth_date", 0.10, "assumed: another way of writing")
def date_slashes(record: Record, dice: Random) -> str:
    year, month, day = date_parts(record)
    return dice.choice(("/", "-", ".")).join((day, month, year))


@kind("birth_date", 0.05, "galat_lembar: place and date in one cell")
def date_with_place(record: Record, dice: Random) -> str:
    year, month, day = date_parts(record)
    return f"{value_of(record, 'birth_place') or 'Bengkulu'}, {day}-{month}-{year}"


@kind("birth_date", 0.15, "assumed: left out")
def date_missing(record: Record, dice: Random) -> None:
    return None


@kind("birth_place", 0.6, "assumed: left out")
def place_missing(record: Record, dice: Random) -> None:
    return None


@kind("birth_place", 0.4, "assumed: one letter wrong")
def place_typing(record: Record, dice: Random) -> str:
    return mistyped(value_of(record, "birth_place"), dice)


# --- mother, telephone, home, sex --------------------------------------------------------------------------------------------------


@kind("mother_name", 0.30, "assumed: left out")
def mother_missing(record: Record, dice: Random) -> None:
    return None


@kind("mother_name", 0.25, "galat_lembar: other spelling (rules of sound)")
def mother_sound(record: Record, dice: Random) -> str:
    return rewritten(value_of(record, "mother_name"), _SOUND, dice)


@kind("mother_name", 0.20, "assumed: one letter wrong")
def mother_typing(record: Record, dice: Random) -> str:
    return mistyped(value_of(record, "mother_name"), dice)


@kind("mother_name", 0.15, "galat_lembar: cut off")
def mother_first_word(record: Record, dice: Random) -> str:
    return value_of(record, "mother_name").split()[0]


@kind("mother_name", 0.10, "galat_lembar: titles written along")
def mother_title(record: Record, dice: Random) -> str:
    return f"{dice.choice(('Hj.', 'Ibu', 'Almh.', 'Ny.'))} {value_of(record, 'mother_name')}"


@kind("phone", 0.40, "galat_lembar: leading zero lost")
def phone_without_zero(record: Record, dice: Random) -> str:
    return value_of(record, "phone").removeprefix("+62")


@kind("phone", 0.35, "galat_lembar: ways of writing")
def phone_spaced(record: Record, dice: Random) -> str:
    local = value_of(record, "phone").removeprefix("+62")
    return f"0{local[:3]}-{local[3:7]}-{local[7:]}"


@kind("phone", 0.25, "assumed: left out")
def phone_missing(record: Record, dice: Random) -> None:
    return None


@kind("area_code", 0.70, "assumed: only the district or the regency is named")
def area_only_above(record: Record, dice: Random) -> str:
    return value_of(record, "area_code")[: dice.choice((8, 8, 5))]


@kind("area_code", 0.30, "assumed: left out, or a name that several villages bear (391 of 1,513)")
def area_missing(record: Record, dice: Random) -> None:
    return None


@kind("address", 0.50, "galat_lembar: ways of writing RT and RW")
def address_short(record: Record, dice: Random) -> str:
    return re.sub(
        r"RT 0*(\d+) RW 0*(\d+)",
        lambda found: dice.choice((f"RT.{found[1]}/{found[2]}", f"{found[1]}/{found[2]}", f"RT {found[1]}")),
        value_of(record, "address"),
    )


@kind("address", 0.15, "galat_lembar: RT and RW become a date")
def address_date(record: Record, dice: Random) -> str:
    found = re.search(r"RT 0*(\d+) RW 0*(\d+)", value_of(record, "address"))
    return f"{found[1]}-{MONTHS[(int(found[2]) - 1) % 12][:3]}" if found else value_of(record, "address")


@kind("address", 0.35, "assumed: left out")
def address_missing(record: Record, dice: Random) -> None:
    return None


@kind("sex", 0.5, "assumed: left out")
def sex_missing(record: Record, dice: Random) -> None:
    return None


@kind("sex", 0.5, "galat_lembar: mixed codes read wrongly")
def sex_wrong(record: Record, dice: Random) -> str:
    return "P" if record.get("sex") == "L" else "L"
