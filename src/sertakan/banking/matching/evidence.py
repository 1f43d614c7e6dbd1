"""What stands on a line that points to somebody: NIPs, bill numbers, payment codes, names, months. Whole columns at a time."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import polars as pl

from sertakan.banking.matching.model import Book
from sertakan.banking.reading.days import MONTHS
from sertakan.linkage.normalise import PARTICLES, prepare, sound, standard

SHORTEST_CODE = 6
SHORTEST_BROKEN_CODE = 10
SURE_WORDS = 3
"""So many whole words of a longer name are believed when the text ends behind them."""
_LOOSE_NIP = r"[0-9]{8}[ .-]{0,2}[0-9]{6}[ .-]{0,2}[0-9][ .-]{0,2}[0-9]{3}"
_MONTH_NAMES = "|".join(sorted(MONTHS, key=len, reverse=True))
_NAMED_MONTH = re.compile(rf"\b({_MONTH_NAMES})\W{{0,2}}((?:20)?\d{{2}})\b", re.IGNORECASE)
_NUMBERED_MONTH = re.compile(
    r"(?:BULAN|BLN|PERIODE|IURAN)\W{0,2}(0?[1-9]|1[0-2])[-/ ]?(20\d{2})\b|\b(20\d{2})-(0[1-9]|1[0-2])\b(?!-)",
    re.IGNORECASE,
)


class Heard(NamedTuple):
    """A donor's whole name on a line: from which word on, how many words; `exact`: as it is spelled, not only as it sounds."""

    donor: int
    start: int
    size: int
    exact: bool = True

    def within(self, other: Heard) -> bool:
        """Whether these words are a part of the other's."""
        return (
            other.start <= self.start and self.start + self.size <= other.start + other.size and self.size < other.size
        )


@dataclass
class Evidence:
    """By line: donors by NIP; donors whose whole name stands there; those whose name the end of the text cuts off (surely: within a
    word, or behind three); donors of one name only, with its place; bills by number; codes; months named; words of interest."""

    nip: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    whole: dict[int, list[Heard]] = field(default_factory=lambda: defaultdict(list))
    cut: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    surely_cut: set[tuple[int, int]] = field(default_factory=set)
    single: dict[int, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    bills: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    codes: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    months: dict[int, frozenset[int]] = field(default_factory=dict)
    words: dict[int, frozenset[str]] = field(default_factory=dict)


@cache
def words() -> dict[str, Any]:
    """``data/words.yaml``."""
    import yaml

    found: dict[str, Any] = yaml.safe_load(files("sertakan.banking").joinpath("data/words.yaml").read_text("utf-8"))
    return found


def gather(lines: pl.DataFrame, book: Book) -> Evidence:
    """The evidence on `lines` [line, direction, text] for what stands in `book`."""
    found = Evidence()
    texts = lines.select("line", "direction", text=pl.col("text").str.to_uppercase())
    incoming, outgoing = texts.filter(pl.col("direction") == "in"), texts.filter(pl.col("direction") == "out")
    _nips(incoming, book.donors, found)
    _bills(incoming, book.bills, found)
    _codes(outgoing, book, found)
    _names(incoming.filter(~pl.col("line").is_in(list(found.nip))), book.donors, found)
    _months(incoming, found)
    _interesting(texts, found)
    return found


def _nips(lines: pl.DataFrame, donors: pl.DataFrame, found: Evidence) -> None:
    """NIPs of our donors: eighteen figures together, with blanks or points between them, or as the end of a virtual account."""
    known = donors.filter(pl.col("nip").str.len_chars() == 18).select("donor", "nip")
    if known.is_empty() or lines.is_empty():
        return
    close = lines.select("line", nip=pl.col("text").str.extract_all(r"[0-9]{18,}")).explode("nip")
    close = close.with_columns(nip=pl.col("nip").str.tail(18))
    loose = lines.select("line", nip=pl.col("text").str.extract_all(_LOOSE_NIP)).explode("nip")
    loose = loose.with_columns(nip=pl.col("nip").str.replace_all(r"[^0-9]", ""))
    hits = (
        pl.concat([close, loose]).drop_nulls().join(known, on="nip").select("line", "donor").unique(maintain_order=True)
    )
    for line, donor in hits.iter_rows():
        found.nip[line].append(donor)


def _bills(lines: pl.DataFrame, bills: dict[int, str], found: Evidence) -> None:
    """Numbers of bills, whatever signs the bank has put between their parts; of two the longer, where one begins like the other."""
    plain = {re.sub(r"[^A-Z0-9]", "", number.upper()): bill for bill, number in bills.items()}
    if not plain or lines.is_empty():
        return
    prefix = re.compile(r"^[A-Z]+")
    starts = sorted({match[0] for key in plain if (match := prefix.match(key))})
    likely = lines.filter(pl.col("text").str.contains("|".join(starts))) if starts else lines
    bare = likely.with_columns(pl.col("text").str.replace_all(r"[^A-Z0-9]", ""))
    hits = (
        bare.select("line", key=pl.col("text").str.extract_many(list(plain), overlapping=True))
        .explode("key")
        .drop_nulls()
    )
    by_line: dict[int, set[str]] = defaultdict(set)
    for line, key in hits.iter_rows():
        by_line[line].add(key)
    for line, keys in by_line.items():
        longest = [key for key in keys if not any(key != other and other.startswith(key) for other in keys)]
        found.bills[line].extend(plain[key] for key in longest)


def _codes(lines: pl.DataFrame, book: Book, found: Evidence) -> None:
    """Payment codes as whole words; longer ones also when the bank broke them into two or three words."""
    codes = {
        key: code.code
        for code in book.codes
        if len(key := re.sub(r"[^A-Z0-9]", "", code.text.upper())) >= SHORTEST_CODE
    }
    if not codes or lines.is_empty():
        return
    tokens = (
        lines.select("line", word=pl.col("text").str.extract_all(r"[A-Z0-9]+"))
        .explode("word")
        .drop_nulls()
        .with_columns(
            two=pl.col("word") + pl.col("word").shift(-1).over("line"),
            three=pl.col("word") + pl.col("word").shift(-1).over("line") + pl.col("word").shift(-2).over("line"),
        )
    )
    table = pl.DataFrame(
        {"key": list(codes), "code": list(codes.values())}, schema={"key": pl.String, "code": pl.Int64}
    )
    broken = table.filter(pl.col("key").str.len_chars() >= SHORTEST_BROKEN_CODE)
    hits = pl.concat(
        [
            tokens.select("line", key="word").join(table, on="key"),
            tokens.select("line", key="two").join(broken, on="key"),
            tokens.select("line", key="three").join(broken, on="key"),
        ]
    )
    for line, code in hits.select("line", "code").unique(maintain_order=True).iter_rows():
        found.codes[line].append(code)


def _names(lines: pl.DataFrame, donors: pl.DataFrame, found: Evidence) -> None:
    """Names by the sound of their words in their order, so that old spelling and slips that sound alike still meet."""
    if donors.is_empty() or lines.is_empty():
        return
    parts = donors.select("donor").with_columns(
        parts=prepare(donors.select("name"))["c_name_parts"],
    )
    parts = parts.with_columns(size=pl.col("parts").list.len())
    alone = parts.filter(pl.col("size") == 1).select("donor", word=pl.col("parts").list.first())
    parts = parts.filter(pl.col("size") >= 2)
    named = parts.explode("parts").with_columns(at=pl.int_range(pl.len()).over("donor"))
    pairs = named.with_columns(after=pl.col("parts").shift(-1).over("donor")).filter(pl.col("after").is_not_null())
    spoken = _spoken(lines)
    heard = spoken.with_columns(after=pl.col("word").shift(-1).over("line")).filter(pl.col("after").is_not_null())
    hits = heard.join(pairs.rename({"parts": "word"}), on=["word", "after"], suffix="_name")
    # A whole name is as many pairs, one behind the other, as it has words less one.
    runs = hits.with_columns(start=pl.col("at").cast(pl.Int64) - pl.col("at_name").cast(pl.Int64))
    grouped = runs.group_by("line", "donor", "start", maintain_order=True).agg(
        got=pl.col("at_name").n_unique(),
        first=pl.col("at_name").min(),
        last=pl.col("at").max() + 1,
        size=pl.col("size").first(),
    )
    whole = grouped.filter(pl.col("got") == pl.col("size") - 1).unique(["line", "donor"], maintain_order=True)
    for line, donor, start, size in whole.select("line", "donor", "start", "size").iter_rows():
        found.whole[line].append(Heard(donor, start, size))
    _exactly(found, donors, spoken)
    named_lines = spoken.filter(pl.col("line").is_in(list(found.whole)))
    for line, donor, at in (
        named_lines.join(alone, on="word")
        .select("line", "donor", "at")
        .unique()
        .sort("line", "at", "donor")
        .iter_rows()
    ):
        found.single[line].append((donor, at))
    _cut_names(grouped, named, spoken, found)


def _exactly(found: Evidence, donors: pl.DataFrame, spoken: pl.DataFrame) -> None:
    """Which of the names are spelled as on the line, in the usual form of every word; the others only sound so."""
    several = list(found.whole)
    if not several:
        return
    usual = dict(zip(donors["donor"], prepare(donors.select("name"))["c_name_text"], strict=True))
    said: dict[int, list[str]] = defaultdict(list)
    for line, raw in spoken.filter(pl.col("line").is_in(several)).select("line", "raw").iter_rows():
        said[line].append(standard(raw))
    for line in several:
        found.whole[line] = [
            one._replace(exact=" ".join(said[line][one.start : one.start + one.size]) == usual[one.donor])
            for one in found.whole[line]
        ]


def _cut_names(grouped: pl.DataFrame, named: pl.DataFrame, spoken: pl.DataFrame, found: Evidence) -> None:
    """Names that begin whole and that the end of the text cuts off, within a word or between two."""
    ends = spoken.group_by("line").agg(
        end=pl.col("at").max(), final=pl.col("raw").last(), final_sound=pl.col("word").last()
    )
    begun = grouped.filter((pl.col("first") == 0) & (pl.col("got") < pl.col("size") - 1)).join(ends, on="line")
    begun = begun.with_columns(spoken_words=pl.col("got") + 1)
    at_end = begun.filter(pl.col("last") == pl.col("end"))
    within = begun.filter(pl.col("last") + 1 == pl.col("end")).join(
        named.select("donor", "at", next_sound="parts"), left_on=["donor", "spoken_words"], right_on=["donor", "at"]
    )
    within = within.filter(
        pl.col("next_sound").str.starts_with(pl.col("final_sound").str.head(3)) & (pl.col("final").str.len_chars() >= 2)
    )
    long = at_end.filter(pl.col("spoken_words") >= SURE_WORDS)
    for line, donor in (
        pl.concat([at_end.select("line", "donor"), within.select("line", "donor")])
        .unique()
        .sort("line", "donor")
        .iter_rows()
    ):
        found.cut[line].append(donor)
    found.surely_cut.update(pl.concat([long.select("line", "donor"), within.select("line", "donor")]).iter_rows())


def _spoken(lines: pl.DataFrame) -> pl.DataFrame:
    """[line, at, word (by sound), raw] of the words of texts, without particles and figures."""
    split = (
        lines.select("line", raw=pl.col("text").str.replace_all(r"['’‘`´.]", " ").str.extract_all(r"[A-Z]+"))
        .explode("raw")
        .filter(pl.col("raw").is_not_null() & ~pl.col("raw").is_in(list(PARTICLES)))
    )
    distinct = split["raw"].unique().to_list()
    table = pl.DataFrame(
        {"raw": distinct, "word": [sound(standard(word)) for word in distinct]},
        schema={"raw": pl.String, "word": pl.String},
    )
    return (
        split.join(table, on="raw", how="left", maintain_order="left")
        .with_columns(at=pl.int_range(pl.len()).over("line"))
        .select("line", "at", "word", "raw")
    )


def _months(lines: pl.DataFrame, found: Evidence) -> None:
    likely = lines.filter(
        pl.col("text").str.contains(
            rf"(?i)(?:{_MONTH_NAMES})\W{{0,2}}\d\d|\b20\d\d-\d\d|(?:BULAN|BLN|PERIODE|IURAN)\W{{0,2}}\d"
        )
    )
    for line, text in likely.select("line", "text").iter_rows():
        named = {
            (2000 + int(year) if len(year) == 2 else int(year)) * 12 + MONTHS[name.casefold()] - 1
            for name, year in _NAMED_MONTH.findall(text)
            if 2015 <= (2000 + int(year) if len(year) == 2 else int(year)) <= 2060
        }
        for month, year, other_year, other_month in _NUMBERED_MONTH.findall(text):
            named.add(int(year or other_year) * 12 + int(month or other_month) - 1)
        if named:
            found.months[line] = frozenset(named)


def _interesting(lines: pl.DataFrame, found: Evidence) -> None:
    """Which words of ``words.yaml`` stand on a line."""
    table = words()
    wanted = sorted(
        {*table["about_contributions"], *(word for entry in table["of_the_bank"] for word in entry["words"])}
    )
    spoken = lines.select("line", word=pl.col("text").str.extract_all(r"[A-Z]+")).explode("word")
    hits = spoken.filter(pl.col("word").is_in(wanted)).group_by("line").agg(pl.col("word").unique())
    for line, said in hits.iter_rows():
        found.words[line] = frozenset(said)
