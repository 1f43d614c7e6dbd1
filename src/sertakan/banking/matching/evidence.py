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
SHORTEST_ALONE = 4
"""A donor of one name is looked for from so many letters on."""
SURE_WORDS = 3
"""So many whole words of a longer name are believed when the text ends behind them."""
_LOOSE_NIP = r"[0-9]{8}[ .-]{0,2}[0-9]{6}[ .-]{0,2}[0-9][ .-]{0,2}[0-9]{3}"
_MONTH_NAMES = "|".join(sorted(MONTHS, key=len, reverse=True))
_NAMED_MONTH = re.compile(rf"\b({_MONTH_NAMES})\W{{0,2}}((?:20)?\d{{2}})\b", re.IGNORECASE)
_NUMBERED_MONTH = re.compile(
    r"(?:BULAN|BLN|PERIODE|IURAN)\W{0,2}(0?[1-9]|1[0-2])[-/ ](20\d{2})\b|\b(20\d{2})-(0[1-9]|1[0-2])\b(?!-)",
    re.IGNORECASE,
)


class Heard(NamedTuple):
    """A donor's whole name on a line: from which word on, how many words; `exact`: as it is spelled, not only as it sounds; `bounded`: the
    words beside it cannot be a part of a longer name."""

    donor: int
    start: int
    size: int
    exact: bool = True
    bounded: bool = True

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
    prepared = prepare(donors.select("name"))
    parts = donors.select("donor").with_columns(parts=prepared["c_name_parts"], usual=prepared["c_name_text"])
    parts = parts.with_columns(size=pl.col("parts").list.len())
    several = parts.filter(pl.col("size") >= 2)
    named = several.select("donor", "size", word="parts").explode("word")
    named = named.with_columns(at=pl.int_range(pl.len()).over("donor"), after=pl.col("word").shift(-1).over("donor"))
    spoken = _spoken(lines)
    heard = spoken.with_columns(after=pl.col("word").shift(-1).over("line", "part")).filter(
        pl.col("after").is_not_null()
    )
    hits = heard.join(named.filter(pl.col("after").is_not_null()), on=["word", "after"], suffix="_name")
    # A whole name is as many pairs, one behind the other, as it has words less one.
    runs = hits.with_columns(start=pl.col("at") - pl.col("at_name"))
    grouped = runs.group_by("line", "part", "donor", "start").agg(
        got=pl.col("at_name").n_unique(),
        first=pl.col("at_name").min(),
        last=pl.col("at").max() + 1,
        size=pl.col("size").first(),
    )
    whole = (
        grouped.filter(pl.col("got") == pl.col("size") - 1)
        .sort("line", "start", "donor")
        .unique(["line", "donor"], keep="first", maintain_order=True)
    )
    for line, donor, start, size in whole.select("line", "donor", "start", "size").iter_rows():
        found.whole[line].append(Heard(donor, start, size))
    spelled = dict(several.select("donor", "usual").iter_rows())
    _look_around(found, spelled, spoken)
    alone = parts.filter((pl.col("size") == 1) & (pl.col("usual").str.len_chars() >= SHORTEST_ALONE)).select(
        "donor", "usual"
    )
    single = (
        spoken.filter(pl.col("line").is_in(list(found.whole))).join(alone, on="usual").select("line", "donor", "at")
    )
    for line, donor, at in single.sort("line", "at", "donor").iter_rows():
        found.single[line].append((donor, at))
    _cut_names(grouped, named, spoken, found)


def _look_around(found: Evidence, spelled: dict[int, str], spoken: pl.DataFrame) -> None:
    """Which names are spelled as on the line, in the usual form of every word, and which may be a part of a longer one."""
    if not found.whole:
        return
    table = words()
    harmless = frozenset(table["beside_names"]) | frozenset(table["about_contributions"])
    said: dict[int, list[tuple[str, str, int]]] = defaultdict(list)
    for line, raw, usual, part in (
        spoken.filter(pl.col("line").is_in(list(found.whole))).select("line", "raw", "usual", "part").iter_rows()
    ):
        said[line].append((raw, usual, part))
    for line, heard in found.whole.items():
        own = said[line]
        found.whole[line] = [
            one._replace(
                exact=" ".join(usual for _, usual, _ in own[one.start : one.start + one.size]) == spelled[one.donor],
                bounded=all(
                    not 0 <= at < len(own) or own[at][2] != own[one.start][2] or own[at][0] in harmless
                    for at in (one.start - 1, one.start + one.size)
                ),
            )
            for one in heard
        ]


def _cut_names(grouped: pl.DataFrame, named: pl.DataFrame, spoken: pl.DataFrame, found: Evidence) -> None:
    """Names that begin whole and that the end of a part of the text cuts off, within a word or between two."""
    ends = spoken.group_by("line", "part").agg(
        end=pl.col("at").max(), final=pl.col("raw").last(), final_sound=pl.col("word").last()
    )
    begun = grouped.filter((pl.col("first") == 0) & (pl.col("got") < pl.col("size") - 1)).join(
        ends, on=["line", "part"]
    )
    begun = begun.with_columns(spoken_words=(pl.col("got") + 1).cast(pl.Int64))
    at_end = begun.filter(pl.col("last") == pl.col("end"))
    within = begun.filter(pl.col("last") + 1 == pl.col("end")).join(
        named.select("donor", "at", next_sound="word"), left_on=["donor", "spoken_words"], right_on=["donor", "at"]
    )
    within = within.filter(
        pl.col("next_sound").str.starts_with(pl.col("final_sound").str.head(3)) & (pl.col("final").str.len_chars() >= 2)
    )
    pair = ("line", "donor")
    for line, donor in pl.concat([at_end.select(pair), within.select(pair)]).unique().sort(pair).iter_rows():
        found.cut[line].append(donor)
    long = at_end.filter(pl.col("spoken_words") >= SURE_WORDS)
    found.surely_cut.update(pl.concat([long.select(pair), within.select(pair)]).iter_rows())


def _spoken(lines: pl.DataFrame) -> pl.DataFrame:
    """[line, part, at, raw, usual, word] of the words of texts: as written, in their usual form, by sound; without particles.

    Figures and strokes cut a text into parts; words of different parts do not stand beside each other. `at` counts through the line.
    """
    split = lines.select(
        "line", raw=pl.col("text").str.replace_all(r"['’‘`´.]", " ").str.extract_all(r"[A-Z]+|[0-9|/:;,]+")
    ).explode("raw")
    split = split.filter(pl.col("raw").is_not_null() & ~pl.col("raw").is_in(list(PARTICLES)))
    cuts = pl.col("raw").str.contains(r"[^A-Z]")
    split = split.with_columns(part=cuts.cast(pl.Int32).cum_sum().over("line")).filter(~cuts)
    distinct = split["raw"].unique().to_list()
    usual = [standard(word) for word in distinct]
    table = pl.DataFrame(
        {"raw": distinct, "usual": usual, "word": [sound(word) for word in usual]},
        schema={"raw": pl.String, "usual": pl.String, "word": pl.String},
    )
    return (
        split.join(table, on="raw", how="left", maintain_order="left")
        .with_columns(at=pl.int_range(pl.len(), dtype=pl.Int64).over("line"))
        .select("line", "part", "at", "raw", "usual", "word")
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
