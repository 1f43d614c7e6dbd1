"""Held-out kinds of errors: they occur in the test half only.

None of them stands in the tables that the linkage model was built from (name variants, rules of spelling, titles, faults of sheets), and
no rule may be written for one of them: they show how the model does on what nobody foresaw.
"""

from __future__ import annotations

import re
from random import Random

from sertakan.synthetic.labelled.kinds import (
    Record,
    date_parts,
    kind,
    other_digit,
    replaced,
    rewritten,
    swapped_neighbours,
    value_of,
)

_UNSEEN = "held out; share assumed"
_LOOKS_LIKE = (
    ("rn", "m"), ("m", "rn"), ("l", "1"), ("o", "0"), ("cl", "d"), ("d", "cl"), ("h", "b"), ("u", "v"), ("a", "o"), ("s", "5"),
    ("g", "q"), ("n", "ri"),
)  # fmt: skip
_KEYS = {
    "a": "s", "e": "r", "i": "o", "o": "p", "u": "y", "n": "b", "m": "n", "s": "d", "t": "r", "r": "t", "d": "f", "h": "j", "k": "l",
    "l": "k", "y": "t", "f": "g", "j": "h", "w": "e", "p": "o", "b": "v", "g": "h",
}  # fmt: skip
_ENGLISH = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


@kind("nik", 0.25, _UNSEEN, unusable=True, held_out=True)
def nik_digit_repeated(record: Record, dice: Random) -> str:
    """Seventeen digits: one was pressed twice."""
    nik, at = value_of(record, "nik"), dice.randrange(16)
    return replaced(nik, at, nik[at] * 2)


@kind("nik", 0.25, _UNSEEN, unusable=True, held_out=True)
def nik_two_digits(record: Record, dice: Random) -> str:
    """Two digits far from each other are wrong."""
    nik, first, second = value_of(record, "nik"), dice.randrange(8), dice.randrange(8, 16)
    nik = replaced(nik, first, other_digit(nik[first], dice))
    return replaced(nik, second, other_digit(nik[second], dice))


@kind("nik", 0.20, _UNSEEN, unusable=True, held_out=True)
def nik_other_district(record: Record, dice: Random) -> str:
    """The district of residence is written for that of the first registration."""
    nik, home = value_of(record, "nik"), value_of(record, "home_prefix")
    return home + nik[6:] if len(home) == 6 else nik


@kind("nik", 0.15, _UNSEEN, unusable=True, held_out=True)
def nik_blocks_exchanged(record: Record, dice: Random) -> str:
    """Two groups of four change places when read aloud."""
    nik, at = value_of(record, "nik"), dice.choice((0, 4, 8))
    return nik[:at] + nik[at + 4 : at + 8] + nik[at : at + 4] + nik[at + 8 :]


@kind("nik", 0.15, _UNSEEN, held_out=True)
def nik_with_words(record: Record, dice: Random) -> str:
    """Words around the number."""
    return f"{dice.choice(('NIK:', 'KTP', 'No.KTP'))} {value_of(record, 'nik')}"


@kind("name", 0.18, _UNSEEN, held_out=True)
def name_read_by_machine(record: Record, dice: Random) -> str:
    """Letters that look alike to a reader of scanned cards."""
    return rewritten(value_of(record, "name"), _LOOKS_LIKE, dice)


@kind("name", 0.12, _UNSEEN, held_out=True)
def name_without_vowels(record: Record, dice: Random) -> str:
    """As in short messages: vowels inside of the longest word are left out."""
    words = value_of(record, "name").split()
    longest = max(range(len(words)), key=lambda at: len(words[at]))
    word = words[longest]
    words[longest] = word[0] + re.sub(r"[aiueo]", "", word[1:-1], count=2) + word[-1:]
    return " ".join(words)


@kind("name", 0.12, _UNSEEN, held_out=True)
def name_first_word_lost(record: Record, dice: Random) -> str:
    """Only the name by which somebody is called, which is not the first."""
    words = value_of(record, "name").split()
    return " ".join(words[1:]) if len(words) > 1 else words[0]


@kind("name", 0.14, _UNSEEN, held_out=True)
def name_neighbouring_keys(record: Record, dice: Random) -> str:
    """Two letters hit beside their keys."""
    name = value_of(record, "name")
    for _ in range(2):
        at = dice.randrange(1, len(name))
        name = replaced(name, at, _KEYS.get(name[at], name[at]))
    return name


@kind("name", 0.10, _UNSEEN, held_out=True)
def name_of_husband_added(record: Record, dice: Random) -> str:
    """A wife is written with the last word of her husband's name."""
    name, relative = value_of(record, "name"), value_of(record, "relative_name")
    return f"{name} {relative.split()[-1]}" if record.get("sex") == "P" and relative else name


@kind("name", 0.10, _UNSEEN, held_out=True)
def name_with_alias(record: Record, dice: Random) -> str:
    """The name by which the neighbours know somebody stands beside the other."""
    name = value_of(record, "name")
    short = name.split()[0][-4:].capitalize()
    return dice.choice((f"{name} alias {short}", f"{name} / {short}", f'{name} "{short}"'))


@kind("name", 0.08, _UNSEEN, held_out=True)
def name_with_line_number(record: Record, dice: Random) -> str:
    """The line's number is copied along."""
    return f"{dice.randint(1, 99)}. {value_of(record, 'name')}"


@kind("name", 0.10, _UNSEEN, held_out=True)
def name_syllable_lost(record: Record, dice: Random) -> str:
    """Consonant and vowel in the middle of a word are skipped."""
    name = value_of(record, "name")
    inside = [found.start() for found in re.finditer(r"(?<=[a-z])[bcdfghjklmnpqrstvwyz][aiueo](?=[a-z])", name)]
    return replaced(name, dice.choice(inside), "", 2) if inside else name


@kind("name", 0.06, _UNSEEN, held_out=True)
def name_word_twice(record: Record, dice: Random) -> str:
    """A word is copied twice."""
    words = value_of(record, "name").split()
    return " ".join([words[0], *words])


@kind("birth_date", 0.25, _UNSEEN, held_out=True)
def date_day_mistyped(record: Record, dice: Random) -> str:
    """One digit of the day is wrong."""
    year, month, day = date_parts(record)
    new = day[0] + other_digit(day[1], dice)
    return f"{year}-{month}-{new if 1 <= int(new) <= 28 else day}"


@kind("birth_date", 0.20, _UNSEEN, held_out=True)
def date_month_beside(record: Record, dice: Random) -> str:
    """The month before or after."""
    year, month, day = date_parts(record)
    new = min(12, max(1, int(month) + dice.choice((-1, 1))))
    return f"{year}-{new:02}-{min(int(day), 28):02}"


@kind("birth_date", 0.20, _UNSEEN, held_out=True)
def date_other_decade(record: Record, dice: Random) -> str:
    """Ten years more or less."""
    year, month, day = date_parts(record)
    return f"{int(year) + dice.choice((-10, 10))}-{month}-{min(int(day), 28):02}"


@kind("birth_date", 0.15, _UNSEEN, held_out=True)
def date_year_digits(record: Record, dice: Random) -> str:
    """The last two digits of the year change places."""
    year, month, day = date_parts(record)
    new = swapped_neighbours(year, 2)
    return f"{new}-{month}-{min(int(day), 28):02}" if 1940 <= int(new) <= 2010 else f"{year}-{month}-{day}"


@kind("birth_date", 0.12, _UNSEEN, held_out=True)
def date_roman_month(record: Record, dice: Random) -> str:
    """The month in Roman figures."""
    year, month, day = date_parts(record)
    return f"{int(day)}-{_ROMAN[int(month) - 1]}-{year}"


@kind("birth_date", 0.08, _UNSEEN, held_out=True)
def date_in_english(record: Record, dice: Random) -> str:
    """An English month, first of all."""
    year, month, day = date_parts(record)
    return f"{_ENGLISH[int(month) - 1]} {int(day)}, {year}"


@kind("mother_name", 0.6, _UNSEEN, held_out=True)
def mother_read_by_machine(record: Record, dice: Random) -> str:
    """Letters that look alike to a reader of scanned cards."""
    return rewritten(value_of(record, "mother_name"), _LOOKS_LIKE, dice)


@kind("mother_name", 0.4, _UNSEEN, held_out=True)
def mother_replaced(record: Record, dice: Random) -> str | None:
    """Somebody else's name: the wife's, or a sister's."""
    return record.get("relative_name") or record.get("mother_name")


@kind("phone", 0.6, _UNSEEN, held_out=True)
def phone_one_digit(record: Record, dice: Random) -> str:
    """One digit is wrong."""
    phone = value_of(record, "phone")
    at = dice.randrange(5, len(phone))
    return replaced(phone, at, other_digit(phone[at], dice))


@kind("phone", 0.4, _UNSEEN, held_out=True)
def phone_of_clerk(record: Record, dice: Random) -> str:
    """The clerk's own number, for everybody who has none."""
    return f"+628440000{dice.randrange(40):04}"


@kind("area_code", 1.0, _UNSEEN, held_out=True)
def area_beside(record: Record, dice: Random) -> str | None:
    """The village beside one's own."""
    return record.get("village_beside") or record.get("area_code")


@kind("address", 1.0, _UNSEEN, held_out=True)
def address_by_landmark(record: Record, dice: Random) -> str:
    """Where everybody knows it: beside the mosque."""
    place = dice.choice(("masjid", "SD", "balai desa", "pasar", "puskesmas"))
    return f"{dice.choice(('Samping', 'Belakang', 'Depan'))} {place}"
