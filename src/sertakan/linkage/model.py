"""What is compared, how near two values can be, and which pairs are looked at: plain data, the same for every engine.

A comparison is a list of levels, the first that holds counts. Conditions are SQL over `<column>_l` and `<column>_r` of the columns
of `normalise`; NEAR, ANY, ALL and BITS are written out for each engine by `render`. Every level carries m (how often two records of one
person reach it) and u (how often two strangers do) as first guesses that training replaces, unless `fixed`.

Two kinds of dependence are part of the model:
- A number holds the date: where two numbers agree and two dates agree too, the date says nothing more (it is `counted`).
- Families share telephone, village, mother and, as twins, the day of birth. `FAMILY` says how often relatives reach each level;
  the engine subtracts what a pair has in common with relatives from its weight (`w_family`).
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass, field
from typing import Final, Literal

Dialect = Literal["duckdb", "spark"]
VERSION: Final = "2"
NULL: Final = "missing"
"""The label of the level that says nothing: a value is missing, or another comparison has counted it."""


@dataclass(frozen=True)
class Level:
    """One degree of nearness. `tf` names the column whose frequency replaces u: rare values weigh more."""

    label: str
    sql: str
    m: float
    u: float
    fixed: bool = False
    tf: str = ""
    tf_weight: float = 1.0
    tf_own: bool = False
    """The frequency stands for u of this level itself, not for that of the level of equality."""
    counted: bool = False
    """Another comparison has counted what agrees here: no weight, and no part in the shares of the other levels."""


@dataclass(frozen=True)
class Comparison:
    """Levels in order of strength over columns that must all be there."""

    name: str
    columns: tuple[str, ...]
    null: str
    levels: tuple[Level, ...]


@dataclass(frozen=True)
class Block:
    """Two records are looked at when they agree in all `columns`; of a list column, in one of its members.

    `loose` blocks are used on small sets only; `without` names a column in whose absence the block is used.
    """

    columns: tuple[str, ...]
    member: str = ""
    loose: bool = False
    without: str = ""

    def fits(self, columns: set[str]) -> bool:
        """Whether records with these columns have such keys."""
        needed = {*self.columns, self.member} - {""}
        return needed <= columns and self.without not in columns


@dataclass(frozen=True)
class Kin:
    """One kind of relative: how many a person has, and how often such a pair reaches the levels of each comparison."""

    name: str
    count: float
    reach: dict[str, dict[str, float]] = field(hash=False)


@dataclass(frozen=True)
class Settings:
    """A model before training."""

    version: str
    comparisons: tuple[Comparison, ...]
    blocks: tuple[Block, ...]
    family: tuple[Kin, ...]
    largest_block: int = 40
    """Keys shared by more records of one side say too little and are left out: work stays in step with the number of rows."""
    loose_up_to: int = 40_000

    @property
    def hash(self) -> str:
        """Names this model: changes with every comparison, level, block or number in it."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:16]

    def fitting(self, columns: set[str]) -> Settings:
        """The part of the model that records with these columns allow.

        What is known of families is known of lists that hold village or mother; of others nothing is assumed.
        """
        kept = tuple(one for one in self.comparisons if set(one.columns) <= columns)
        blocks = tuple(one for one in self.blocks if one.fits(columns))
        adapted = tuple(_without_absent(one, columns) for one in kept)
        ours = {"c_village", "c_mother_set"} & columns
        family = self.family if ours else ()
        return Settings(self.version, adapted, blocks, family, self.largest_block, self.loose_up_to)


def _without_absent(comparison: Comparison, columns: set[str]) -> Comparison:
    """Drop conditions on columns that are not there: the number, where dates are compared in a list without numbers."""
    if comparison.name == "birth" and "c_nik" not in columns:
        levels = tuple(level for level in comparison.levels if not level.counted)
        return Comparison(comparison.name, comparison.columns, comparison.null, levels)
    return comparison


_SLIPS = r"(abs(length(\1_l) - length(\1_r)) <= % and damerau_levenshtein(\1_l, \1_r) <= %)"
_ONE_SLIP = (
    r"(case when length(\1_l) = length(\1_r) then hamming(\1_l, \1_r) <= 2 and damerau_levenshtein(\1_l, \1_r) <= 1"
    r" else abs(length(\1_l) - length(\1_r)) = 1 and levenshtein(\1_l, \1_r) <= 1 end)"
)
_TWO_SLIPS = (
    r"(abs(length(\1_l) - length(\1_r)) <= 2 and (length(\1_l) < 8 or jaro_similarity(\1_l, \1_r) >= 0.66)"
    r" and levenshtein(\1_l, \1_r) <= 4 and damerau_levenshtein(\1_l, \1_r) <= 2)"
)
"""The same as _SLIPS, with what costs little asked first: DuckDB takes 3 microseconds for one distance with exchanges."""


def render(sql: str, dialect: Dialect) -> str:
    """The condition in the words of one engine.

    NEAR(column, k): at most k slips (letters replaced, left out, added, or neighbours exchanged). ANY(name), ALL(name): the lists
    ``name_parts`` have a word in common, or all words of the shorter. BITS(column, n): at most n bits differ. The bits of words and
    letters, and equal ends, are asked first because they cost next to nothing.
    """
    duck = dialect == "duckdb"
    differ = r"cast(bit_count(xor(\1_l, \1_r)) as int)" if duck else r"bit_count(\1_l ^ \1_r)"
    some = r"list_has_any(\1_parts_l, \1_parts_r)" if duck else r"arrays_overlap(\1_parts_l, \1_parts_r)"
    every = (
        r"(list_has_all(\1_parts_l, \1_parts_r) or list_has_all(\1_parts_r, \1_parts_l))"
        if duck
        else r"(size(array_except(\1_parts_r, \1_parts_l)) = 0 or size(array_except(\1_parts_l, \1_parts_r)) = 0)"
    )
    shared = r"(\1_bits_l & \1_bits_r)"
    for pattern, written in (
        (r"\bANY\((\w+)\)", rf"({shared} <> 0 and {some})"),
        (r"\bALL\((\w+)\)", rf"(({shared} = \1_bits_l or {shared} = \1_bits_r) and {every})"),
        (r"\bBITS\((\w+), (\d+)\)", rf"{differ} <= \2"),
        (r"\bDIFFER\((\w+)\)", differ),
        (r"\bNEAR\((\w+), 1\)", _ONE_SLIP if duck else _SLIPS.replace("%", "1")),
        (r"\bNEAR\((\w+), 2\)", _TWO_SLIPS if duck else _SLIPS.replace("%", "2")),
    ):
        sql = re.sub(pattern, written, sql)
    return sql


def _ends(column: str, width: int, *, middle: bool = False) -> str:
    """Equal beginnings or equal ends, which a slip or two leave."""
    parts = [f"substr({column}_l, 1, {width}) = substr({column}_r, 1, {width})"]
    parts.append(f"right({column}_l, {width}) = right({column}_r, {width})")
    if middle:
        parts.append(f"substr({column}_l, {width + 1}, {width}) = substr({column}_r, {width + 1}, {width})")
    return "(" + " or ".join(parts) + ")"


def _missing(column: str) -> str:
    return f"{column}_l is null or {column}_r is null"


def _abbreviated(name: str, forms: tuple[str, ...]) -> str:
    """One of the two is written as the other would be with initials."""
    return " or ".join(f"{name}_{form}_l = {name}_text_r or {name}_text_l = {name}_{form}_r" for form in forms)


_SAME_NIK = "c_nik_l = c_nik_r"
_SAME_HEAD = "c_nik_head_l = c_nik_head_r"
_NIK = Comparison(
    "nik",
    ("c_nik", "c_nik_good", "c_nik_head", "c_nik_serial"),
    _missing("c_nik"),
    (
        Level("same", _SAME_NIK, m=0.80, u=2e-9, fixed=True),
        Level("next serial", f"{_SAME_HEAD} and abs(c_nik_serial_l - c_nik_serial_r) = 1", m=0.003, u=2e-7, fixed=True),
        Level(
            "digits lost",
            f"{_SAME_HEAD} and substr(c_nik_l, 1, 14) = substr(c_nik_r, 1, 14) and (length(c_nik_l) <> length(c_nik_r)"
            " or substr(c_nik_l, 16, 1) = '0' or substr(c_nik_r, 16, 1) = '0')",
            m=0.03, u=5e-8, fixed=True,
        ),
        Level("other serial", f"{_SAME_HEAD} and length(c_nik_l) = length(c_nik_r)", m=0.02, u=5e-7, fixed=True),
        Level("one slip", f"{_ends('c_nik', 7)} and NEAR(c_nik, 1)", m=0.06, u=2e-8, fixed=True),
        Level("two slips", f"{_ends('c_nik', 5, middle=True)} and NEAR(c_nik, 2)", m=0.01, u=1e-6, fixed=True),
        Level("other, broken", "not (c_nik_good_l and c_nik_good_r)", m=0.03, u=0.05),
        Level("other", "ELSE", m=0.02, u=0.95),
    ),
)  # fmt: skip


def _begins(long: str, short: str) -> str:
    """The one is the beginning of the other, by its letters, or by its sound (a D sounds like T at an end)."""
    sound = f"length(c_name_flat_{short})"
    return (
        f"(length(c_name_text_{short}) >= 4 and substr(c_name_text_{long}, 1, length(c_name_text_{short})) = c_name_text_{short})"
        f" or ({sound} >= 7 and {sound} < length(c_name_flat_{long})"
        f" and substr(c_name_flat_{long}, 1, {sound} - 1) = substr(c_name_flat_{short}, 1, {sound} - 1)"
        f" and (substr(c_name_flat_{long}, {sound}, 1) = right(c_name_flat_{short}, 1)"
        f" or (substr(c_name_flat_{long}, {sound}, 1) = 'D' and right(c_name_flat_{short}, 1) = 'T')))"
    )


_NAME = Comparison(
    "name",
    ("c_name_text", "c_name_set", "c_name_sounds", "c_name_flat", "c_name_short", "c_name_tail", "c_name_stem", "c_name_stub",
     "c_name_stump", "c_name_parts", "c_name_bits", "c_name_letters", "c_name_signs"),
    _missing("c_name_set"),
    (
        Level("same", "c_name_set_l = c_name_set_r", m=0.75, u=1e-4, tf="c_name_set"),
        Level(
            "sounds the same",
            "c_name_sounds_l = c_name_sounds_r or c_name_flat_l = c_name_flat_r",
            m=0.08, u=5e-5, tf="c_name_set", tf_weight=0.8,
        ),
        Level(
            "abbreviated",
            _abbreviated("c_name", ("short", "tail", "stem")),
            m=0.03, u=1e-3, tf="c_name_set", tf_own=True,
        ),
        Level("one within the other", "ALL(c_name)", m=0.05, u=3e-3, tf="c_name_set", tf_own=True),
        Level("cut off", f"{_begins('l', 'r')} or {_begins('r', 'l')}", m=0.02, u=1e-4, tf="c_name_set", tf_own=True),
        Level(
            "other ending",
            "c_name_stub_l = c_name_stub_r or c_name_stump_l = c_name_stump_r",
            m=0.01, u=2e-5, tf="c_name_set", tf_weight=0.5,
        ),
        Level(
            "one slip",
            "(BITS(c_name_letters, 2) and (NEAR(c_name_flat, 1) or NEAR(c_name_sounds, 1)))"
            " or (BITS(c_name_signs, 2) and NEAR(c_name_text, 1))",
            m=0.05, u=2e-4, tf="c_name_set", tf_weight=0.5,
        ),
        Level(
            "two slips",
            "(BITS(c_name_letters, 4) and length(c_name_flat_l) >= 7 and NEAR(c_name_flat, 2))"
            " or (BITS(c_name_signs, 4) and length(c_name_text_l) >= 7 and NEAR(c_name_text, 2))",
            m=0.02, u=5e-4,
        ),
        Level(
            "alike",
            "DIFFER(c_name_letters) * 10 <= 6 * greatest(length(c_name_flat_l), length(c_name_flat_r)) and "
            "(levenshtein(c_name_flat_l, c_name_flat_r) * 10 <= 3 * greatest(length(c_name_flat_l), length(c_name_flat_r))"
            " or levenshtein(c_name_sounds_l, c_name_sounds_r) * 10"
            " <= 3 * greatest(length(c_name_flat_l), length(c_name_flat_r)))",
            m=0.01, u=5e-3,
        ),
        Level("shares a word", "ANY(c_name)", m=0.01, u=0.06),
        Level("other", "ELSE", m=0.005, u=0.93),
    ),
)  # fmt: skip

_MOTHER = Comparison(
    "mother",
    ("c_mother_text", "c_mother_set", "c_mother_sounds", "c_mother_flat", "c_mother_short", "c_mother_stem", "c_mother_parts",
     "c_mother_bits", "c_mother_letters", "c_mother_signs"),
    _missing("c_mother_set"),
    (
        Level("same", "c_mother_set_l = c_mother_set_r", m=0.8, u=5e-4, tf="c_mother_set"),
        Level(
            "sounds the same",
            "c_mother_sounds_l = c_mother_sounds_r or c_mother_flat_l = c_mother_flat_r",
            m=0.06, u=2e-4, tf="c_mother_set", tf_weight=0.8,
        ),
        Level("abbreviated", _abbreviated("c_mother", ("short", "stem")), m=0.02, u=2e-3, tf="c_mother_set", tf_own=True),
        Level("one within the other", "ALL(c_mother)", m=0.04, u=8e-3, tf="c_mother_set", tf_own=True),
        Level(
            "slips",
            "(BITS(c_mother_letters, 4) and length(c_mother_flat_l) >= 5 and NEAR(c_mother_flat, 2))"
            " or (BITS(c_mother_signs, 4) and length(c_mother_text_l) >= 5 and NEAR(c_mother_text, 2))",
            m=0.05, u=3e-3,
        ),
        Level("shares a word", "ANY(c_mother)", m=0.01, u=0.08),
        Level("other", "ELSE", m=0.02, u=0.9),
    ),
)  # fmt: skip

_BIRTH = Comparison(
    "birth",
    ("c_birth", "c_birth_swap", "c_birth_year", "c_birth_day", "c_birth_heaped"),
    _missing("c_birth_year"),
    (
        Level("stands in the number", f"{_SAME_NIK} and c_birth_l = c_birth_r", m=0.5, u=0.5, fixed=True, counted=True),
        Level("same", "c_birth_l = c_birth_r", m=0.88, u=8e-5, tf="c_birth"),
        Level("day and month swapped", "c_birth_l = c_birth_swap_r or c_birth_swap_l = c_birth_r", m=0.02, u=3e-5),
        Level(
            "year only", "c_birth_year_l = c_birth_year_r and (c_birth_heaped_l or c_birth_heaped_r)", m=0.04, u=2e-3
        ),
        Level("one slip", f"{_ends('c_birth', 4)} and NEAR(c_birth, 1)", m=0.03, u=1e-3),
        Level("two parts the same", "c_birth_day_l = c_birth_day_r or substr(c_birth_l, 1, 6) = substr(c_birth_r, 1, 6)"
              " or (c_birth_year_l = c_birth_year_r and substr(c_birth_l, 7, 2) = substr(c_birth_r, 7, 2))", m=0.01, u=5e-3),
        Level("near year", "NEAR(c_birth_year, 1)", m=0.01, u=0.4),
        Level("other", "ELSE", m=0.01, u=0.6),
    ),
)  # fmt: skip

_SEX = Comparison(
    "sex",
    ("c_sex",),
    _missing("c_sex"),
    (Level("same", "c_sex_l = c_sex_r", m=0.99, u=0.5), Level("other", "ELSE", m=0.01, u=0.5)),
)

_AREA = Comparison(
    "area",
    ("c_village", "c_district", "c_regency"),
    _missing("c_regency"),
    (
        Level("same village", "c_village_l = c_village_r", m=0.8, u=1e-3, tf="c_village"),
        Level("same district", "c_district_l = c_district_r", m=0.08, u=8e-3),
        Level("same regency", "c_regency_l = c_regency_r", m=0.06, u=0.1),
        Level("other", "ELSE", m=0.06, u=0.89),
    ),
)

_PHONE = Comparison(
    "phone",
    ("c_phone",),
    _missing("c_phone"),
    (
        Level("same", "c_phone_l = c_phone_r", m=0.65, u=3e-6, fixed=True),
        Level("one slip", f"{_ends('c_phone', 4)} and NEAR(c_phone, 1)", m=0.03, u=2e-6, fixed=True),
        Level("other", "ELSE", m=0.32, u=0.999),
    ),
)

_EMAIL = Comparison(
    "email",
    ("c_email",),
    _missing("c_email"),
    (
        Level("same", "c_email_l = c_email_r", m=0.7, u=2e-6, fixed=True),
        Level("slips", "NEAR(c_email, 2)", m=0.05, u=1e-5, fixed=True),
        Level("other", "ELSE", m=0.25, u=0.999),
    ),
)

_KPJ = Comparison(
    "kpj",
    ("c_kpj",),
    _missing("c_kpj"),
    (
        Level("same", "c_kpj_l = c_kpj_r", m=0.9, u=2e-9, fixed=True),
        Level("one slip", f"{_ends('c_kpj', 4)} and NEAR(c_kpj, 1)", m=0.02, u=1e-6, fixed=True),
        Level("other", "ELSE", m=0.08, u=0.999, fixed=True),
    ),
)

_ADDRESS = Comparison(
    "address",
    ("c_address", "c_address_parts", "c_address_bits", "c_address_letters"),
    _missing("c_address"),
    (
        Level("same", "c_address_l = c_address_r", m=0.5, u=5e-3, tf="c_address"),
        Level("one within the other", "ALL(c_address)", m=0.1, u=1e-2, tf="c_address", tf_own=True),
        Level("slips", "BITS(c_address_letters, 4) and length(c_address_l) >= 8 and NEAR(c_address, 2)", m=0.1, u=2e-3),
        Level(
            "alike",
            "DIFFER(c_address_letters) * 10 <= 8 * greatest(length(c_address_l), length(c_address_r)) and "
            "levenshtein(c_address_l, c_address_r) * 10 <= 4 * greatest(length(c_address_l), length(c_address_r))",
            m=0.1, u=2e-2,
        ),
        Level("shares a word", "ANY(c_address)", m=0.1, u=0.2),
        Level("other", "ELSE", m=0.1, u=0.7),
    ),
)  # fmt: skip

_POSTCODE = Comparison(
    "postcode",
    ("c_postcode",),
    _missing("c_postcode"),
    (
        Level("same", "c_postcode_l = c_postcode_r", m=0.85, u=1e-3, tf="c_postcode"),
        Level("one slip", "NEAR(c_postcode, 1)", m=0.1, u=1e-2),
        Level("other", "ELSE", m=0.05, u=0.98),
    ),
)

BLOCKS: Final = (
    Block(("c_nik",)),
    Block(("c_nik_head",)),
    Block(("c_nik_tail",), "c_name_bones"),
    Block(("c_nik_mid",)),
    Block(("c_kpj",)),
    Block(("c_phone",)),
    Block(("c_email",)),
    Block(("c_birth_sort", "c_regency"), "c_name_bones"),
    Block(("c_birth_sort", "c_village")),
    Block(("c_birth_sort", "c_name_sounds")),
    Block(("c_birth_sort", "c_mother_sounds")),
    Block(("c_name_sounds", "c_birth_year", "c_regency")),
    Block(("c_name_sounds", "c_village")),
    Block(("c_name_sounds", "c_mother_sounds")),
    Block(("c_mother_sounds", "c_birth_year"), "c_name_bones"),
    Block(("c_mother_sounds", "c_district"), "c_name_bones"),
    Block(("c_birth_year", "c_village"), "c_name_bones"),
    Block(("c_birth_sort",), "c_name_bones", without="c_regency"),
    Block(("c_name_sounds", "c_birth_year"), without="c_regency"),
    Block(("c_birth_sort", "c_postcode")),
    Block(("c_name_sounds", "c_postcode")),
    Block(("c_name_sounds",), loose=True),
    Block(("c_birth_sort",), loose=True),
    Block(("c_postcode",), "c_name_bones", loose=True),
    Block(("c_postcode",), "c_address_parts", loose=True),
    Block(("c_birth_year",), "c_name_bones", loose=True),
    Block(("c_name_given",), "c_address_parts", loose=True),
    Block(("c_address",), loose=True),
)

_SHARED_HOME: Final = {
    "phone": {"same": 0.6, "one slip": 0.02, "other": 0.38},
    "area": {"same village": 0.93, "same district": 0.03, "same regency": 0.03, "other": 0.01},
    "address": {"same": 0.7, "one within the other": 0.1, "slips": 0.02, "alike": 0.05, "shares a word": 0.08, "other": 0.05},
    "postcode": {"same": 0.93, "one slip": 0.03, "other": 0.04},
    "email": {"same": 0.1, "slips": 0.01, "other": 0.89},
    "kpj": {"same": 0.001, "one slip": 0.01, "other": 0.989},
}  # fmt: skip
_SAME_MOTHER: Final = {
    "same": 0.85, "sounds the same": 0.06, "abbreviated": 0.01, "one within the other": 0.03, "slips": 0.03,
    "shares a word": 0.01, "other": 0.01,
}  # fmt: skip
_TWIN_NAMES: Final = {
    "same": 0.002, "sounds the same": 0.003, "abbreviated": 0.001, "one within the other": 0.005, "cut off": 0.002,
    "other ending": 0.08, "one slip": 0.015,
    "two slips": 0.03, "alike": 0.15, "shares a word": 0.35, "other": 0.362,
}  # fmt: skip
_SAME_DAY: Final = {
    "stands in the number": 0.95, "same": 0.95, "day and month swapped": 0.01, "year only": 0.015, "one slip": 0.005,
    "two parts the same": 0.01, "near year": 0.005, "other": 0.005,
}  # fmt: skip
_OTHER_NUMBER: Final = {
    "same": 0.008, "next serial": 0.0002, "digits lost": 0.0001, "other serial": 0.0005, "one slip": 0.0005, "two slips": 0.002,
    "other, broken": 0.1, "other": 0.8887,
}  # fmt: skip
FAMILY: Final = (
    Kin("twin of the same sex", 0.03, {
        **_SHARED_HOME,
        "nik": {"same": 0.01, "next serial": 0.85, "digits lost": 0.01, "other serial": 0.05, "one slip": 0.003, "two slips": 0.04,
                "other, broken": 0.01, "other": 0.027},
        "name": _TWIN_NAMES, "mother": _SAME_MOTHER, "birth": _SAME_DAY, "sex": {"same": 0.99, "other": 0.01},
    }),
    Kin("twin of the other sex", 0.015, {
        **_SHARED_HOME,
        "nik": {"same": 0.01, "next serial": 0.002, "digits lost": 0.001, "other serial": 0.002, "one slip": 0.2, "two slips": 0.4,
                "other, broken": 0.05, "other": 0.335},
        "name": _TWIN_NAMES, "mother": _SAME_MOTHER, "birth": _SAME_DAY, "sex": {"same": 0.01, "other": 0.99},
    }),
    Kin("brother or sister", 1.2, {
        **_SHARED_HOME,
        "nik": _OTHER_NUMBER,
        "name": {"same": 0.001, "sounds the same": 0.002, "abbreviated": 0.001, "one within the other": 0.004, "cut off": 0.002,
        "other ending": 0.01,
                 "one slip": 0.004, "two slips": 0.01, "alike": 0.07, "shares a word": 0.3, "other": 0.596},
        "mother": _SAME_MOTHER,
        "birth": {"stands in the number": 0.002, "same": 0.002, "day and month swapped": 0.0005, "year only": 0.02, "one slip": 0.03,
                  "two parts the same": 0.04, "near year": 0.5, "other": 0.4075},
        "sex": {"same": 0.5, "other": 0.5},
    }),
    Kin("other member of the household", 2.0, {
        **_SHARED_HOME,
        "nik": _OTHER_NUMBER,
        "name": {"same": 0.01, "sounds the same": 0.003, "abbreviated": 0.002, "one within the other": 0.01, "cut off": 0.002,
        "other ending": 0.005, "one slip": 0.002,
                 "two slips": 0.003, "alike": 0.03, "shares a word": 0.2, "other": 0.733},
        "mother": {"same": 0.01, "sounds the same": 0.002, "abbreviated": 0.002, "one within the other": 0.01, "slips": 0.006,
                   "shares a word": 0.1, "other": 0.87},
        "birth": {"stands in the number": 0.001, "same": 0.001, "day and month swapped": 0.0001, "year only": 0.003, "one slip": 0.004,
                  "two parts the same": 0.01, "near year": 0.2, "other": 0.7819},
        "sex": {"same": 0.35, "other": 0.65},
    }),
)  # fmt: skip

MODEL: Final = Settings(
    VERSION,
    (_NIK, _NAME, _MOTHER, _BIRTH, _SEX, _AREA, _PHONE, _EMAIL, _KPJ, _ADDRESS, _POSTCODE),
    BLOCKS,
    FAMILY,
)
FREQUENCIES: Final = {"c_name_set": True, "c_mother_set": True, "c_address": True, "c_birth": False, "c_village": False,
                      "c_postcode": False}  # fmt: skip
"""Columns with a frequency; whether it is that of their words multiplied (names) or that of the value as a whole."""
