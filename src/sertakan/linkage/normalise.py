"""Records made comparable: the canonical columns of any list become the comparison columns `c_*` of the model.

Everything is done to whole columns; words are looked at once per distinct word. Nothing is guessed: what cannot be read is null,
and a null says nothing for or against a pair. Pure: no database, no clock.
"""

from __future__ import annotations

import csv
import re
import zlib
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Final

import polars as pl

from sertakan.intake.checks.dates import build_date, date_parts, full_year
from sertakan.intake.checks.names import split_names
from sertakan.intake.checks.phones import phone_number
from sertakan.people.naming import sort_key_expression
from sertakan.rules.identity_frame import nik_expressions

LATEST: Final = date(2040, 1, 1)
"""Two-digit years are read as the latest year before this day that makes nobody unborn by much; NIKs say the rest."""

HEAPS: Final = ("0101", "0701", "1231")
"""Days on which births without a certificate are written down."""

_ANNOUNCING: Final = ("RT", "RW", "JL", "JALAN", "DS", "DESA", "KEL", "KEC", "NO", "DUSUN", "GG", "GANG")
PARTICLES: Final = frozenset(
    {"BIN", "BINTI", "BINTE", "BTE", "BT", "BN", "AL", "EL", "ALM", "ALMH", "DR", "HJ", "HAJI"}
)
LONGEST_NAME: Final = 6
"""Words of a name that are looked at; what stands behind them is a note more often than a name."""

_TEXT = pl.String
_SPELLING: Final = (
    ("OE", "U"), ("DJ", "J"), ("TJ", "C"), ("NJ", "NY"), ("SJ", "SY"), ("KH", "H"), ("CH", "H"), ("Q", "K"), ("DH", "D"),
    ("TH", "T"), ("TS", "S"), ("SY", "S"), ("Z", "J"), ("V", "P"), ("F", "P"), ("PH", "P"), ("X", "KS"), ("IY", "I"),
    ("IE", "I"), ("AE", "E"), ("AI", "E"), ("AU", "O"), ("OO", "U"), ("Y", "I"),
)  # fmt: skip
"""Old spelling, transcription of Arabic and local sounds, applied in this order; two spellings of one name end alike."""

_DOUBLED = re.compile(r"(.)\1+")
_SILENT_H = re.compile(r"(?<=[AEIOU])H(?=[AEIOU]|$)")
_VOWELS = re.compile(r"(?<!^)[AEIOU]")


@cache
def variants() -> dict[str, str]:
    """Spelling (capitals, letters only, words joined) to the usual form of a name, from ``data/variants.csv``."""
    text = files("sertakan.linkage").joinpath("data/variants.csv").read_text("utf-8")
    known: dict[str, str] = {}
    for row in csv.DictReader(text.splitlines()):
        standard, variant = _letters(row["standard"]), _letters(row["variant"])
        # A form that is a name of its own, such as Saputra beside Syahputra, stays what it is.
        known.setdefault(variant, standard)
    for row in csv.DictReader(text.splitlines()):
        known.pop(_letters(row["standard"]), None)
    return {variant: standard for variant, standard in known.items() if len(variant) > 1}


@cache
def honorifics() -> frozenset[str]:
    """Parts before the given name that tell siblings not apart (``data/honorifics.csv``)."""
    text = files("sertakan.linkage").joinpath("data/honorifics.csv").read_text("utf-8")
    return frozenset(row["part"] for row in csv.DictReader(text.splitlines()))


def _letters(text: str) -> str:
    return re.sub(r"[^A-Z]", "", text.upper())


def standard(word: str) -> str:
    """The usual form of one word of a name: ``MOCHAMAD`` becomes ``MUHAMMAD``. Capitals expected."""
    return variants().get(word, word)


def sound(word: str) -> str:
    """How a word sounds, coarsely: ``DJOEMADIE`` and ``JUMADI``, ``FITRY`` and ``PITRI`` give the same key."""
    key = standard(word)
    for written, spoken in _SPELLING:
        key = key.replace(written, spoken)
    key = _DOUBLED.sub(r"\1", key)
    key = _SILENT_H.sub("", key)
    if len(key) > 2 and key[-1] == "D":
        key = key[:-1] + "T"
    return _DOUBLED.sub(r"\1", key) or word


def skeleton(word: str) -> str:
    """The sound without its vowels, at most five signs: what survives most slips of the pen."""
    return _DOUBLED.sub(r"\1", _VOWELS.sub("", sound(word)))[:5]


def word_bit(word: str) -> int:
    """One of 62 bits for a word: two lists of words without a bit in common have no word in common."""
    return 1 << (zlib.crc32(word.encode()) % 62)


def letter_bits(text: str) -> int:
    """The letters and figures of a text as bits: one slip changes two of them at most."""
    bits = 0
    for sign in text:
        at = ord(sign)
        if 65 <= at <= 90:
            bits |= 1 << (at - 65)
        elif 48 <= at <= 57:
            bits |= 1 << (at - 22)
    return bits


def prepare(records: pl.DataFrame) -> pl.DataFrame:
    """`records` with the comparison columns that its columns allow; the rows keep their order and number."""
    frame = records.with_columns(pl.col(name).cast(_TEXT) for name in records.columns if name != "record_id")
    added: list[pl.DataFrame] = []
    for name, make in _PARTS.items():
        if name in frame.columns:
            added.append(make(frame[name].replace("", None)))
    out = pl.concat([frame, *added], how="horizontal") if added else frame
    return _sexes_from_numbers(out)


def _nik(niks: pl.Series) -> pl.DataFrame:
    """[c_nik, c_nik_good, c_nik_head, c_nik_tail, c_nik_serial, c_nik_mid, c_nik_sex]: digits, and parts that survive a slip.

    head: district and date (12 digits); tail: date and serial (10); mid: district, year and serial (12).
    """
    clean = (
        pl.col("nik")
        .str.replace_all(r"[Oo]", "0")
        .str.replace_all(r"[lI|]", "1")
        .str.replace(r"[.,]0{1,2}$", "")
        .str.replace_all(r"[^0-9]", "")
    )
    scientific = pl.col("nik").str.contains(r"(?i)\d[.,]\d+e\+?\d+")
    frame = pl.DataFrame({"nik": niks}).with_columns(nik=pl.when(~scientific).then(clean))
    usable = pl.col("nik").str.len_chars().is_between(12, 19) & ~pl.col("nik").str.contains(r"^(.)0*$")
    usable = usable & (pl.col("nik").str.slice(0, 6) != "000000") & (pl.col("nik").str.slice(0, 6) != "999999")
    frame = frame.with_columns(nik=pl.when(usable).then("nik")).with_columns(*nik_expressions(pl.col("nik")))
    nik = pl.col("nik")
    sixteen = nik.str.len_chars() == 16
    return frame.select(
        c_nik=nik,
        c_nik_good=pl.when(nik.is_not_null()).then(pl.col("nik_refusal").is_null()),
        c_nik_head=nik.str.slice(0, 12),
        c_nik_tail=pl.when(sixteen).then(nik.str.slice(6, 10)),
        c_nik_serial=pl.when(sixteen).then(nik.str.slice(12, 4).cast(pl.Int32)),
        c_nik_mid=pl.when(sixteen).then(nik.str.slice(0, 6) + nik.str.slice(10, 6)),
        c_nik_sex=pl.when(pl.col("nik_refusal").is_null()).then("nik_sex"),
    )


def _words_of(names: pl.Series) -> pl.DataFrame:
    """[row, at, word] of the words of names: titles and notes away, capitals, particles and figures away."""
    frame = (
        split_names(names)
        .select("name")
        .with_columns(key=sort_key_expression(pl.col("name").str.replace_all(r"['’‘`´.]", " ")))
    )
    key = pl.col("key").str.replace_all(r"\b(?:II|III|IV|V|VI|VII)$", "").str.replace_all(r"\b(BIN|BINTI) ", " ")
    words = frame.select(row=pl.int_range(pl.len(), dtype=pl.UInt32), word=key.str.extract_all(r"[A-Z]+"))
    words = words.explode("word").filter(pl.col("word").is_not_null() & ~pl.col("word").is_in(list(PARTICLES)))
    words = words.with_columns(at=pl.int_range(pl.len()).over("row"), size=pl.len().over("row"))
    return words.filter(pl.col("at") < LONGEST_NAME)


def _standard_words(words: pl.DataFrame) -> pl.DataFrame:
    """The same with `word` in its usual form, and `sound` and `bones`."""
    first = (pl.col("at") == 0) & (pl.col("size") > 1)
    opened = (
        pl.when(first & pl.col("word").is_in(["M", "MD", "MHD"]))
        .then(pl.lit("MUHAMMAD"))
        .when(first & (pl.col("word") == "ST"))
        .then(pl.lit("SITI"))
        .when(first & (pl.col("word") == "ABD"))
        .then(pl.lit("ABDUL"))
        .otherwise(pl.col("word"))
    )
    words = words.with_columns(word=opened)
    distinct = words["word"].unique().to_list()
    table = pl.DataFrame(
        {
            "word": distinct,
            "usual": [standard(word) for word in distinct],
            "sound": [sound(word) for word in distinct],
            "bones": [skeleton(word) for word in distinct],
            "bit": [word_bit(sound(word)) for word in distinct],
            "letters": [letter_bits(sound(word)) for word in distinct],
            "signs": [letter_bits(standard(word)) for word in distinct],
        },
        schema=dict.fromkeys(("word", "usual", "sound", "bones"), _TEXT)
        | dict.fromkeys(("bit", "letters", "signs"), pl.Int64),
    )
    return words.join(table, on="word", how="left", maintain_order="left").drop("word").rename({"usual": "word"})


def _names(names: pl.Series, prefix: str) -> pl.DataFrame:
    """[text, set, sounds, flat, short, tail, stem, stub, stump, parts, bones, given, bits, letters, signs, count], each with `prefix`.

    text: words in their usual form; set: the same in order of the alphabet; sounds: that by sound; flat: the sounds in their own
    order, joined; short, tail, stem: all but the first, all but the last, only the last word as initial; stub, stump: sounds,
    and words, without the last sign of each; given: the first word that is no honorific; bits: of `word_bit`; letters, signs: of
    `letter_bits` by sound and as written.
    """
    distinct = names.unique().drop_nulls()
    words = _standard_words(_words_of(distinct))
    real = pl.col("word").str.len_chars() > 1
    initial = pl.col("word").str.slice(0, 1)
    last = pl.col("at") == pl.col("at").max()
    ahead = pl.col("word").is_in(list(honorifics())) & (pl.col("size") > 1)
    grouped = words.group_by("row", maintain_order=True).agg(
        set=pl.col("word").sort().str.join(" "),
        sounds=pl.col("sound").sort().str.join(" "),
        flat=pl.col("sound").str.join(""),
        short=pl.when(pl.col("at") == 0).then("word").otherwise(initial).str.join(" "),
        tail=pl.when(last).then("word").otherwise(initial).str.join(" "),
        stem=pl.when(last).then(initial).otherwise("word").str.join(" "),
        text=pl.col("word").str.join(" "),
        stub=pl.when(pl.col("sound").str.len_chars() > 3)
        .then(pl.col("sound").str.head(-1))
        .otherwise("sound")
        .sort()
        .str.join(" "),
        stump=pl.when(pl.col("word").str.len_chars() > 2)
        .then(pl.col("word").str.head(-1))
        .otherwise("word")
        .sort()
        .str.join(" "),
        parts=pl.col("sound").unique(maintain_order=True),
        bones=pl.col("bones").filter(real).unique(maintain_order=True),
        given=pl.coalesce(pl.col("sound").filter(~ahead).first(), pl.col("sound").first()),
        bits=pl.col("bit").bitwise_or(),
        letters=pl.col("letters").bitwise_or(),
        signs=pl.col("signs").bitwise_or(),
        count=pl.len().cast(pl.Int32),
    )
    several = pl.col("count") > 1
    found = (
        pl.DataFrame({"name": distinct})
        .with_row_index("row")
        .join(grouped, on="row", how="left")
        .drop("row")
        .with_columns(pl.when(several).then(name).alias(name) for name in ("short", "tail", "stem"))
    )
    out = pl.DataFrame({"name": names}).join(found, on="name", how="left", maintain_order="left").drop("name")
    return out.rename(lambda name: f"{prefix}_{name}")


def _birth(texts: pl.Series) -> pl.DataFrame:
    """[c_birth, c_birth_swap, c_birth_year, c_birth_day, c_birth_heaped]: eight digits, with day and month swapped, and parts.

    c_birth_sort holds day and month in order of size, so that a swapped date still meets its own.
    """
    distinct = pl.DataFrame({"text": texts.unique().drop_nulls()}).with_columns(kind=pl.lit("s"))
    if distinct.is_empty():
        names = ("c_birth", "c_birth_swap", "c_birth_sort", "c_birth_year", "c_birth_day")
        kinds = dict.fromkeys(names, _TEXT) | {"c_birth_heaped": pl.Boolean}
        return pl.DataFrame({name: pl.repeat(None, len(texts), dtype=kind, eager=True) for name, kind in kinds.items()})
    iso = distinct["text"].str.contains(r"^\d{4}-\d{2}-\d{2}$").all()
    parts = _iso_parts(distinct) if iso else _written_parts(distinct)
    table = pl.concat([distinct.select("text"), parts], how="horizontal").with_columns(
        born=build_date(pl.col("year"), pl.col("month"), pl.col("day")),
        turned=build_date(pl.col("year"), pl.col("day"), pl.col("month")),
    )
    born, turned = pl.col("born").dt.strftime("%Y%m%d"), pl.col("turned").dt.strftime("%Y%m%d")
    # 1985-13-04 is no date but, turned, one: it is read as 4 December.
    whole = pl.coalesce(born, turned)
    year = pl.col("year").cast(_TEXT)
    table = table.select(
        "text",
        c_birth=whole,
        c_birth_swap=pl.when(born.is_not_null() & turned.is_not_null() & (born != turned)).then(turned),
        c_birth_sort=pl.min_horizontal(whole, turned),
        c_birth_year=pl.when(pl.col("year").is_between(1850, 2100)).then(year),
        c_birth_day=whole.str.slice(4, 4),
        c_birth_heaped=pl.when(year.is_not_null()).then(
            whole.is_null() | whole.str.slice(4, 4).is_in(list(HEAPS)).fill_null(value=False)
        ),
    )
    return pl.DataFrame({"text": texts}).join(table, on="text", how="left", maintain_order="left").drop("text")


def _iso_parts(distinct: pl.DataFrame) -> pl.DataFrame:
    """[day, month, year] of dates that all stand as 1985-12-04."""
    cut = pl.col("text").str.slice
    return distinct.select(day=cut(8, 2).cast(pl.Int32), month=cut(5, 2).cast(pl.Int32), year=cut(0, 4).cast(pl.Int32))


def _written_parts(distinct: pl.DataFrame) -> pl.DataFrame:
    """The same of dates as people write them, after a place of birth if there is one."""
    bare = distinct.with_columns(text=pl.col("text").str.replace(r"^[^\d,]{3,},\s*", ""))
    read = date_parts(bare, "text", "kind")
    full = full_year(pl.col("year"), pl.col("year_digits"), pl.col("month"), pl.col("day"), LATEST)
    unborn = (pl.col("year_digits") == 2) & (full > LATEST.year - 25)
    return read.with_columns(year=pl.when(unborn).then(full - 100).otherwise(full)).select("day", "month", "year")


def _sex(texts: pl.Series) -> pl.DataFrame:
    first = pl.col("text").str.strip_chars().str.to_uppercase()
    male = first.str.contains(r"^(L|LK|LAKI.*|PRIA|M|MALE|COWOK|1)$")
    female = first.str.contains(r"^(P|PR|PEREMPUAN|WANITA|F|FEMALE|W|CEWEK|2)$")
    return pl.DataFrame({"text": texts}).select(c_sex=pl.when(male).then(pl.lit("L")).when(female).then(pl.lit("P")))


def _area(codes: pl.Series) -> pl.DataFrame:
    """[c_village, c_district, c_regency] of a Kemendagri code of any level."""
    code = pl.col("code").str.strip_chars()
    good = code.str.contains(r"^\d\d(\.\d\d(\.\d\d(\.\d{4})?)?)?$")
    length = code.str.len_chars()
    return pl.DataFrame({"code": codes}).select(
        c_village=pl.when(good & (length == 13)).then(code),
        c_district=pl.when(good & (length >= 8)).then(code.str.slice(0, 8)),
        c_regency=pl.when(good & (length >= 5)).then(code.str.slice(0, 5)),
    )


def _phone(texts: pl.Series) -> pl.DataFrame:
    """[c_phone]: the national digits, without zero or country; also of numbers no operator has, if they are long enough."""
    plain = texts.str.contains(r"^\+62[1-9]\d{7,11}$").fill_null(value=False)
    odd = (~plain & texts.is_not_null()).arg_true()
    found = texts.str.slice(3).scatter(odd, _odd_phones(texts.gather(odd))).rename("phone")
    senseless = pl.col("phone").str.contains(r"^\d\d?(?:0{6,}|9{6,})$")
    return pl.DataFrame(found).select(c_phone=pl.when(~senseless).then("phone"))


def _odd_phones(texts: pl.Series) -> pl.Series:
    clean = phone_number(pl.col("text")).str.replace(r"^\+62", "")
    digits = pl.col("text").str.replace_all(r"[^0-9]", "").str.replace(r"^(?:0062|62|0)", "").str.replace(r"^0", "")
    other = pl.when(digits.str.len_chars().is_between(7, 13)).then(digits)
    return pl.DataFrame({"text": texts}).select(pl.coalesce(clean, other)).to_series()


def _email(texts: pl.Series) -> pl.DataFrame:
    mail = pl.col("text").str.to_lowercase().str.strip_chars()
    return pl.DataFrame({"text": texts}).select(c_email=pl.when(mail.str.contains("@", literal=True)).then(mail))


def _kpj(texts: pl.Series) -> pl.DataFrame:
    digits = pl.col("text").str.replace_all(r"[^0-9]", "")
    return pl.DataFrame({"text": texts}).select(c_kpj=pl.when(digits.str.len_chars() == 11).then(digits))


def _address(texts: pl.Series) -> pl.DataFrame:
    """[c_address, c_address_parts, c_address_bits, c_address_letters]: words and figures in order of the alphabet.

    Words that only announce others (RT, RW, Jl.) are left out, and zeros in front of figures.
    """
    distinct = pl.DataFrame({"text": texts.unique().drop_nulls()}).with_row_index("row")
    words = distinct.select("row", word=sort_key_expression(pl.col("text")).str.extract_all(r"[A-Z]+|[0-9]+"))
    words = words.explode("word").with_columns(pl.col("word").str.strip_chars_start("0"))
    words = words.filter(pl.col("word").is_not_null() & ~pl.col("word").is_in(["", *_ANNOUNCING]))
    known = words["word"].unique().to_list()
    table = pl.DataFrame(
        {"word": known, "bit": [word_bit(word) for word in known], "letters": [letter_bits(word) for word in known]},
        schema={"word": _TEXT, "bit": pl.Int64, "letters": pl.Int64},
    )
    grouped = (
        words.join(table, on="word", how="left")
        .group_by("row")
        .agg(
            c_address=pl.col("word").sort().str.join(" "),
            c_address_parts=pl.col("word").unique().sort(),
            c_address_bits=pl.col("bit").bitwise_or(),
            c_address_letters=pl.col("letters").bitwise_or(),
        )
    )
    found = distinct.join(grouped, on="row", how="left").drop("row")
    return pl.DataFrame({"text": texts}).join(found, on="text", how="left", maintain_order="left").drop("text")


def _postcode(texts: pl.Series) -> pl.DataFrame:
    code = pl.col("text").str.to_uppercase().str.replace_all(r"[^0-9A-Z]", "")
    return pl.DataFrame({"text": texts}).select(c_postcode=pl.when(code != "").then(code))


def _sexes_from_numbers(frame: pl.DataFrame) -> pl.DataFrame:
    """Where nobody wrote the sex, a well-formed number says it."""
    if "c_nik_sex" not in frame.columns:
        return frame
    if "c_sex" in frame.columns:
        frame = frame.with_columns(c_sex=pl.coalesce("c_sex", "c_nik_sex"))
    return frame.drop("c_nik_sex")


_PARTS: Final = {
    "nik": _nik,
    "name": lambda names: _names(names, "c_name"),
    "mother_name": lambda names: _names(names, "c_mother").drop(
        "c_mother_tail", "c_mother_stub", "c_mother_stump", "c_mother_given", "c_mother_count"
    ),
    "birth_date": _birth,
    "sex": _sex,
    "area_code": _area,
    "phone": _phone,
    "email": _email,
    "kpj": _kpj,
    "address": _address,
    "postcode": _postcode,
}
CANONICAL: Final = tuple(_PARTS)
"""The columns of a record that are compared."""
