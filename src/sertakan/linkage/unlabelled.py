"""Lists for which no trained model exists: weights are learned from the list itself, without labels.

All pairs that share a key are compared; what levels they reach is explained by two kinds of pairs, one person's and strangers', whose
shares of every level are found by expectation and maximisation (a mixture of two classes). The threshold is the one that promises the
best F1 by these probabilities alone. The truth is never known here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING, Final

import polars as pl

from sertakan.linkage import blocking, frequencies
from sertakan.linkage.model import Comparison, Level, Settings, render

if TYPE_CHECKING:
    import duckdb

STEPS: Final = 200
DECIMALS: Final = 10
"""Weights and probabilities are rounded to this, so that the order in which threads add up leaves no trace."""

DRAWN: Final = 100_000
"""About how many pairs without a key are looked at, to know how often strangers agree."""

STILL: Final = 1e-5
"""The steps end when the share of matches moves less than this."""

GUESSED: Final = 3.0
"""How many pairs the first guesses of m count for, so that what never came up is not impossible."""

CLOSED: Final = 0.9
"""What is one thing is so for all: partners of one record are partners of each other this often at least."""

MOST_WEDGES, FEWEST_WEDGES = 2_000_000, 20

MOST_APART: Final = 0.35
"""Two records of one thing differ in at most this part of what makes it one; pairs that differ more are something else."""

SHARED_AT_HOME: Final = ("mother", "area", "phone", "email", "address", "postcode")
"""Comparisons in which persons of one household agree as often as one person with himself."""

LEAST: Final = 0.01
LARGEST_CLUSTER: Final = 50
LARGEST_BLOCK: Final = 60
BINS: Final = (1 / 3, 2 / 3)
_KNOWN_AS: Final = {"birth_date": "birth"}
CLASSES: Final = ("rare", "usual", "frequent")
"""Where an agreement counts by frequency, it is looked at in three classes of frequency."""


@dataclass(frozen=True)
class Linked:
    """Pairs [left_id, right_id, probability, same] and how they came about."""

    pairs: pl.DataFrame
    threshold: float
    compared: int
    expected: float
    """How many matches the probabilities add up to."""


def link_unlabelled(
    prepared: pl.DataFrame, settings: Settings, sources: pl.Series | None = None, threads: int = 2
) -> Linked:
    """Link `prepared` (as `normalise` and `generic` leave it) with itself, or between its two `sources`."""
    fitting = settings.fitting(set(prepared.columns))
    frame = frequencies.add(prepared, frequencies.count(prepared))
    fitting = replace(fitting, comparisons=tuple(_by_frequency(one, frame) for one in fitting.comparisons))
    reached, others = compare(frame, fitting, sources, threads)
    possible = _possible(prepared.height, sources)
    judged, expected = mixture(
        reached,
        others,
        possible,
        fitting,
        prior=_prior(prepared.height, possible, sources),
        one_each=sources is not None,
    )
    threshold = best_threshold(judged["probability"])
    ids = prepared["record_id"]
    found = judged.filter(pl.col("probability") >= min(LEAST, threshold)).sort("l", "r")
    taken = found.filter(pl.col("probability") >= threshold)
    same = one_to_one(taken) if sources is not None else together(taken)
    pairs = found.join(same.select("l", "r", same=pl.lit(value=True)), on=["l", "r"], how="full", coalesce=True).sort(
        "l", "r"
    )
    return Linked(
        pairs.select(
            left_id=ids.gather(pairs["l"]),
            right_id=ids.gather(pairs["r"]),
            probability=pl.col("probability").fill_null(threshold),
            same=pl.col("same").fill_null(value=False),
        ),
        threshold,
        reached.height,
        expected,
    )


def _possible(rows: int, sources: pl.Series | None) -> int:
    """How many pairs there are at all."""
    if sources is None:
        return rows * (rows - 1) // 2
    sizes = sources.value_counts()["count"].to_list()
    return (sum(sizes) ** 2 - sum(size * size for size in sizes)) // 2


def _prior(rows: int, possible: int, sources: pl.Series | None) -> float:
    """The share of matches among all pairs before anything is known."""
    expected = rows / 4 if sources is None else min(sources.value_counts()["count"].to_list()) / 2
    return min(0.5, max(expected / max(possible, 1), 1e-12))


# --- comparing -------------------------------------------------------------------------------------------------------------------------


def _by_frequency(comparison: Comparison, frame: pl.DataFrame) -> Comparison:
    """The comparison with levels of their own for rare, usual and frequent values, where a level counts by frequency."""
    levels: list[Level] = []
    for level in comparison.levels:
        column = f"tf_{level.tf}"
        known = frame[column].drop_nulls() if level.tf and column in frame.columns else None
        if known is None or known.is_empty():
            levels.append(level)
            continue
        bounds = sorted({float(known.quantile(share) or 0) for share in BINS})
        typical = [float(known.filter(known <= bounds[0]).mean() or bounds[0]), *bounds]  # type: ignore[arg-type]
        for at, bound in enumerate([*bounds, 1.0]):
            sql = f"({level.sql}) and greatest({column}_l, {column}_r) <= {bound!r}"
            m = level.m / (len(bounds) + 1)
            levels.append(
                replace(level, label=f"{level.label}, {CLASSES[at]}", sql=sql, m=m, u=min(typical[at] * m, 0.5), tf="")
            )
    used = tuple(
        dict.fromkeys(f"tf_{one.tf}" for one in comparison.levels if one.tf and f"tf_{one.tf}" in frame.columns)
    )
    return replace(comparison, columns=(*comparison.columns, *used), levels=tuple(levels))


def compare(
    frame: pl.DataFrame, fitting: Settings, sources: pl.Series | None, threads: int = 2
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(all pairs with a key, some of all other pairs), both [l, r, one column per comparison].

    The columns hold the number of the level that is reached, -1 where a value is missing.
    """
    from sertakan.linkage.engine import connected

    needed = {column for one in fitting.comparisons for column in one.columns}
    needed |= {column for block in fitting.blocks for column in (*block.columns, block.member) if column}
    table = frame.select(sorted(needed)).with_row_index("row")
    if sources is not None:
        table = table.with_columns(sources.rank("dense").alias("source"))
    blocks = blocking.chosen_blocks(fitting, frame.height)
    if not blocks or not fitting.comparisons:
        columns = {"l": pl.UInt32, "r": pl.UInt32, **{one.name: pl.Int16 for one in fitting.comparisons}}
        return pl.DataFrame(schema=columns), pl.DataFrame(schema=columns)
    between = "where a.source <> b.source" if sources is not None else ""
    with connected(threads) as connection:
        connection.register("given", table.to_arrow())
        connection.execute("create table records as select * from given")
        connection.execute(f"create table keys as {blocking.keys_sql(blocks, 'records', 'duckdb')}")
        connection.execute(f"create table all_pairs as {blocking.within_sql(LARGEST_BLOCK)}")
        connection.execute(
            "create table pairs as select l, r from all_pairs join records a on a.row = l join records b on b.row = r"
            f" {between}"
        )
        blocked = _reached(connection, fitting, "pairs")
        connection.register("given_drawn", drawn_pairs(frame.height).to_arrow())
        connection.execute(
            "create table drawn as select l, r from given_drawn d anti join pairs p using (l, r)"
            f" join records a on a.row = l join records b on b.row = r {between}"
        )
        drawn = _reached(connection, fitting, "drawn")
    return blocked, drawn


def _reached(connection: duckdb.DuckDBPyConnection, fitting: Settings, pairs: str) -> pl.DataFrame:
    fetched = pl.from_arrow(connection.sql(_levels_sql(fitting, pairs)).to_arrow_table())
    if not isinstance(fetched, pl.DataFrame):
        raise TypeError("a query gives a table")
    return fetched.sort("l", "r")


def drawn_pairs(rows: int, seed: int = 1) -> pl.DataFrame:
    """[l, r] of about `DRAWN` pairs out of all, each as likely as any other: all records with those at some distances after them."""
    distances = range(1, rows)
    wanted = max(1, round(2 * DRAWN / max(rows, 1)))
    if wanted < len(distances):
        distances = Random(seed).sample(distances, wanted)  # type: ignore[assignment]  # noqa: S311
    pieces = [
        pl.DataFrame({"l": pl.int_range(0, rows - apart, eager=True)}).with_columns(r=pl.col("l") + apart)
        for apart in distances
    ]
    empty = pl.DataFrame(schema={"l": pl.Int64, "r": pl.Int64})
    return pl.concat([empty, *pieces]).cast(pl.UInt32)


def _levels_sql(fitting: Settings, pairs: str) -> str:
    """One CASE per comparison over both sides of every pair."""
    columns = sorted({column for one in fitting.comparisons for column in one.columns})
    sides = ", ".join(f"a.{name} as {name}_l, b.{name} as {name}_r" for name in columns)
    cases = []
    for one in fitting.comparisons:
        whens = " ".join(
            f"else {at}"
            if level.sql == "ELSE"
            else f"when {render(level.sql, 'duckdb')} then {-1 if level.counted else at}"
            for at, level in enumerate(one.levels)
        )
        cases.append(f"(case when {render(one.null, 'duckdb')} then -1 {whens} end)::smallint as {one.name}")
    return (
        f"with sides as (select p.l, p.r, {sides} from {pairs} p join records a on a.row = p.l join records b on b.row = p.r)"
        f" select l, r, {', '.join(cases)} from sides"
    )


# --- the mixture -----------------------------------------------------------------------------------------------------------------------


def mixture(
    reached: pl.DataFrame,
    others: pl.DataFrame,
    possible: int,
    fitting: Settings,
    *,
    prior: float,
    one_each: bool = False,
) -> tuple[pl.DataFrame, float]:
    """(`reached` with `probability`, expected number of matches).

    `others` stand for all of the `possible` pairs that share no key: they are strangers, and only say how often strangers agree.
    one_each: a record has one partner at most, so that the pairs of one record compete for it.
    """
    names = [one.name for one in fitting.comparisons]
    if reached.is_empty():
        return reached.with_columns(probability=pl.lit(None, dtype=pl.Float64)), 0.0
    patterns = reached.group_by(names).agg(n=pl.len().cast(pl.Float64)).sort(names).with_row_index("pattern")
    pairs = reached.join(patterns, on=names, how="left", maintain_order="left").select("l", "r", "pattern")
    times = max(possible - reached.height, 0) / max(others.height, 1)
    strangers = {one.name: _tally(others, one, times) for one in fitting.comparisons}
    given = _Given(fitting, patterns, pairs, strangers, possible, prior, one_each)
    relatives = _relatives(fitting)
    found = _fitted(given, relatives)
    if not found.plausible and closure(found.pairs) < CLOSED:
        # What was found agrees in a street or a title, not in what makes one thing: it becomes a kind of relatives of its own.
        again = _fitted(given, [*relatives, _Others(found.ours, frozenset(names), found.share)])
        found = again if again.share * possible >= 1 else found
    judged = found.pairs.select("l", "r", pl.col("probability").round(DECIMALS)).sort("l", "r")
    return judged, float(judged["probability"].sum())


@dataclass(frozen=True)
class _Given:
    """What the steps start from."""

    fitting: Settings
    patterns: pl.DataFrame
    pairs: pl.DataFrame
    strangers: dict[str, list[float]]
    possible: int
    prior: float
    one_each: bool


@dataclass(frozen=True)
class _Others:
    """Pairs that are neither one nor strangers: first ratios, the comparisons whose ratios are learned, first share (0: as matches)."""

    ratios: dict[str, list[float]]
    learned: frozenset[str]
    share: float


@dataclass(frozen=True)
class _Found:
    """Pairs with `probability`, the ratios and the share of matches; whether they look like one thing at all."""

    pairs: pl.DataFrame
    ours: dict[str, list[float]]
    share: float
    plausible: bool


def _fitted(given: _Given, others: list[_Others]) -> _Found:
    """Steps of expectation and maximisation until the share of matches stands still."""
    comparisons, patterns = given.fitting.comparisons, given.patterns
    ours = {one.name: _ratios([level.m for level in one.levels], _us(one)) for one in comparisons}
    theirs = [dict(one.ratios) for one in others]
    share, related = given.prior, [one.share or given.prior for one in others]
    disagree: dict[str, tuple[float, float]] = {}
    for _ in range(STEPS):
        patterns = _expected(patterns, ours, theirs, share, related)
        if given.one_each:
            shares = (
                _competing(given.pairs, patterns)
                .group_by("pattern", maintain_order=True)
                .agg(p0=pl.col("probability").mean())
            )
            patterns = patterns.drop("p0").join(shares, on="pattern", how="left", maintain_order="left")
        fresh = [float((patterns["n"] * patterns[f"p{at}"]).sum()) / given.possible for at in range(len(others) + 1)]
        for one in comparisons:
            match, *relatives, stranger = _counts(one, patterns, given.strangers[one.name], len(others))
            ours[one.name] = _falling(match, stranger)
            disagree[one.name] = (match[-1] / sum(match), sum(stranger[:-1]) / sum(stranger))
            for known, kind, counts in zip(theirs, others, relatives, strict=True):
                if one.name in kind.learned:
                    known[one.name] = _ratios(counts, stranger)
        still = abs(fresh[0] - share) < STILL * share
        share, *related = (float(f"{min(max(one, 1e-15), 0.3):.{DECIMALS}e}") for one in fresh)
        if still:
            break
    patterns = _expected(patterns, ours, theirs, share, related)
    judged = (
        _competing(given.pairs, patterns)
        if given.one_each
        else given.pairs.join(
            patterns.select("pattern", probability="p0"), on="pattern", how="left", maintain_order="left"
        )
    )
    return _Found(judged, ours, share, _plausible(disagree))


def closure(pairs: pl.DataFrame) -> float:
    """How often two partners of one record are partners themselves, among the pairs more probable than not: 1 for clusters, 0 for stars.

    Looked at around some records only where there are many pairs; 1 where hardly any record has two partners.
    """
    likely = pairs.filter(pl.col("probability") >= 0.5).select("l", "r")
    ends = pl.concat([likely.select(a="l", b="r"), likely.select(a="r", b="l")])
    degrees = ends.group_by("a").len()["len"].cast(pl.Int64)
    every = 1 + int((degrees * degrees).sum() or 0) // MOST_WEDGES
    around = ends.filter(pl.col("a") % every == 0)
    wedges = around.join(around.rename({"b": "c"}), on="a").filter(pl.col("b") < pl.col("c"))
    if wedges.height < FEWEST_WEDGES:
        return 1.0
    return wedges.join(likely, left_on=["b", "c"], right_on=["l", "r"], how="semi").height / wedges.height


def _plausible(disagree: dict[str, tuple[float, float]]) -> bool:
    """Whether matches mostly agree where strangers seldom do; by comparison: shares of matches that differ, of strangers that do not."""
    bits = {name: -math.log2(max(alike, 1e-9)) for name, (_, alike) in disagree.items()}
    total = sum(bits.values())
    return total <= 0 or sum(bits[name] * apart for name, (apart, _) in disagree.items()) / total <= MOST_APART


def _competing(pairs: pl.DataFrame, patterns: pl.DataFrame) -> pl.DataFrame:
    """`pairs` with `probability`: the odds of a pair against having no partner, or one of the others either record could have."""
    weighed = pairs.join(patterns.select("pattern", "odds", "p1_odds"), on="pattern", how="left", maintain_order="left")
    rivals = pl.col("odds").sum().over("l") + pl.col("odds").sum().over("r") - pl.col("odds")
    return weighed.with_columns(probability=pl.col("odds") / (1 + rivals + pl.col("p1_odds")))


def _tally(others: pl.DataFrame, comparison: Comparison, times: float) -> list[float]:
    """How many of the pairs without a key reach each level."""
    seen = dict(others[comparison.name].value_counts().iter_rows())
    return [seen.get(at, 0) * times for at in range(len(comparison.levels))]


def _us(comparison: Comparison) -> list[float]:
    return [level.u for level in comparison.levels]


def _relatives(fitting: Settings) -> list[_Others]:
    """Persons of one household, all kinds of relatives taken together: how often their names and birthdays agree is the model's.

    What they share at home is learned. None where the list says nothing of homes, or is not about persons.
    """
    names = {one.name for one in fitting.comparisons}
    if not fitting.family or "name" not in names or not names & set(SHARED_AT_HOME):
        return []
    people = sum(kin.count for kin in fitting.family)
    reach: dict[str, dict[str, float]] = {}
    for kin in fitting.family:
        for comparison, levels in kin.reach.items():
            mixed = reach.setdefault(comparison, {})
            for label, share in levels.items():
                mixed[label] = mixed.get(label, 0.0) + share * kin.count / people
    ratios = {one.name: _of_relatives(one, reach) for one in fitting.comparisons}
    return [_Others(ratios, frozenset(SHARED_AT_HOME), share=0.0)]


def _of_relatives(comparison: Comparison, reach: dict[str, dict[str, float]]) -> list[float]:
    """First ratios of relatives; those of strangers where nothing is known."""
    if comparison.name in SHARED_AT_HOME:
        return _ratios([level.m for level in comparison.levels], _us(comparison))
    known = reach.get(_KNOWN_AS.get(comparison.name, comparison.name))
    if known is None:
        return [0.0] * len(comparison.levels)
    parts: dict[str, float] = {}
    for level in comparison.levels:
        parts[_plain(level)] = parts.get(_plain(level), 0.0) + level.u
    ms = [known.get(_plain(level), level.u) * level.u / parts[_plain(level)] for level in comparison.levels]
    return _ratios(ms, _us(comparison))


def _plain(level: Level) -> str:
    """The label without the class of frequency."""
    label, _, name = level.label.rpartition(", ")
    return label if name in CLASSES else level.label


def _expected(
    patterns: pl.DataFrame,
    ours: dict[str, list[float]],
    theirs: list[dict[str, list[float]]],
    share: float,
    related: list[float],
) -> pl.DataFrame:
    """`patterns` with p0 (one person) and p1, p2 .. (the kinds of relatives): how probable each is; the rest are strangers."""
    strangers = math.log2(1 - share - sum(related))

    def odds(known: dict[str, list[float]], part: float) -> pl.Expr:
        total = pl.lit(math.log2(part) - strangers)
        for name, ratios in known.items():
            total = total + pl.lit(pl.Series([0.0, *ratios])).gather(pl.col(name) + 1)
        return (total.clip(-300, 300) * math.log(2)).exp()

    classes = [(ours, share), *zip(theirs, related, strict=True)]
    names = [f"p{at}" for at in range(len(classes))]
    weighed = patterns.with_columns(
        odds(known, part).alias(name) for name, (known, part) in zip(names, classes, strict=True)
    )
    others = pl.sum_horizontal(pl.lit(0.0), *names[1:])
    return weighed.with_columns(
        *(pl.col(name) / (1 + pl.sum_horizontal(names)) for name in names), odds=pl.col("p0"), p1_odds=others
    )


def _counts(comparison: Comparison, patterns: pl.DataFrame, strangers: list[float], kinds: int) -> list[list[float]]:
    """How many matches, pairs of other kinds (kind by kind) and strangers reach each level, with the first guesses as a few pairs more."""
    classes = [f"p{at}" for at in range(kinds + 1)]
    counted = (
        patterns.filter(pl.col(comparison.name) >= 0)
        .group_by(comparison.name, maintain_order=True)
        .agg(*((pl.col("n") * pl.col(one)).sum().alias(one) for one in classes), pl.col("n").sum())
    )
    seen = {level: counts for level, *counts in counted.iter_rows()}
    guessed = sum(level.m for level in comparison.levels)
    out: list[list[float]] = [[] for _ in range(kinds + 2)]
    for at, level in enumerate(comparison.levels):
        *some, all_ = seen.get(at, [0.0] * (kinds + 2))
        for kind, count in enumerate(some):
            out[kind].append(count + GUESSED * (level.m / guessed if kind == 0 else level.u))
        out[-1].append(max(all_ - sum(some), 0.0) + strangers[at] + GUESSED * level.u)
    return out


def _ratios(ms: list[float], us: list[float]) -> list[float]:
    """log2 of how much more often the first reach each level than the second."""
    total_m, total_u = sum(ms), sum(us)
    return [
        round(math.log2(max(m / total_m, 1e-12) / max(u / total_u, 1e-12)), DECIMALS)
        for m, u in zip(ms, us, strict=True)
    ]


def _falling(ms: list[float], us: list[float]) -> list[float]:
    """log2 of the ratios, with neighbours pooled until they fall (pool adjacent violators)."""
    total_m, total_u = sum(ms), sum(us)
    pools: list[list[float]] = []
    for m, u in zip(ms, us, strict=True):
        pools.append([m, u, 1])
        while len(pools) > 1 and pools[-2][0] * pools[-1][1] < pools[-1][0] * pools[-2][1]:
            m_last, u_last, size = pools.pop()
            pools[-1] = [pools[-1][0] + m_last, pools[-1][1] + u_last, pools[-1][2] + size]
    return [round(math.log2((m / total_m) / (u / total_u)), DECIMALS) for m, u, size in pools for _ in range(int(size))]


# --- threshold and answer --------------------------------------------------------------------------------------------------------------


def best_threshold(probabilities: pl.Series) -> float:
    """The probability from which on taking all pairs promises the best F1, by the probabilities alone; never below one half.

    With the pairs in order, taking the first k promises 2 * (p1 + .. + pk) / (k + sum of all p).
    """
    ordered = probabilities.drop_nulls().sort(descending=True)
    if ordered.is_empty():
        return 0.5
    whole = float(ordered.sum())
    promised = 2 * ordered.cum_sum() / (pl.int_range(1, ordered.len() + 1, eager=True) + whole)
    return max(0.5, float(ordered[int(promised.arg_max() or 0)]))


def one_to_one(pairs: pl.DataFrame) -> pl.DataFrame:
    """Of the pairs between two lists those in which each is the best of the other; ties are all left."""
    best = pl.col("probability").max()
    return pairs.filter((pl.col("probability") == best.over("l")) & (pl.col("probability") == best.over("r")))


def together(pairs: pl.DataFrame) -> pl.DataFrame:
    """[l, r] of the pairs and of those that follow from them, as long as most of a cluster's pairs were found themselves."""
    if pairs.is_empty():
        return pairs.select("l", "r")
    root: dict[int, int] = {}

    def find(row: int) -> int:
        while root.setdefault(row, row) != row:
            root[row] = root[root[row]]
            row = root[row]
        return row

    for left, right in pairs.select("l", "r").iter_rows():
        a, b = find(left), find(right)
        root[max(a, b)] = min(a, b)
    rows = sorted(root)
    members = pl.DataFrame(
        {"row": rows, "head": [find(row) for row in rows]}, schema={"row": pl.UInt32, "head": pl.UInt32}
    )
    found = pairs.join(members, left_on="l", right_on="row").group_by("head").agg(found=pl.len())
    dense = (
        members.group_by("head")
        .agg(n=pl.len())
        .join(found, on="head")
        .filter((pl.col("n") <= LARGEST_CLUSTER) & (pl.col("found") * 4 >= pl.col("n") * (pl.col("n") - 1)))
    )
    closed = members.join(dense.select("head"), on="head")
    implied = closed.join(closed, on="head", suffix="_2").filter(pl.col("row") < pl.col("row_2"))
    return pl.concat([pairs.select("l", "r"), implied.select(l="row", r="row_2")]).unique().sort("l", "r")
