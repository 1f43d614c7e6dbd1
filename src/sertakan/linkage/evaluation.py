"""How good a linkage was, where the truth is known: precision, recall and F1 with intervals, by kind of error and by group, and the curve.

Pairs and threshold come in as they are; nothing here changes them, and nothing that makes them sees the truth. Intervals are 95 %:
Wilson's for precision and recall; for F1 Wilson's too, with the number of independent pairs that the spread between true clusters
says (the linearised variance of a ratio over clusters), because pairs of one cluster are right or wrong together.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import polars as pl

_Z: Final = 1.959964
CURVE_POINTS: Final = 120
MOST_PAIRS_BY_KIND: Final = 5_000_000
"""Above this many true pairs they are only counted, not looked at one by one."""

AGE_BANDS: Final = ((0, 1966, "sampai 1965"), (1966, 1976, "1966-1975"), (1976, 1986, "1976-1985"), (1986, 1996, "1986-1995"),
                    (1996, 9999, "1996 ke atas"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rate:
    """A share and its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of error or one group: how many true pairs touch it, how many of them were found, how many found pairs are wrong."""

    name: str
    true_pairs: int
    found: int
    wrong: int
    recall: Rate
    precision: Rate | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """Precision and recall if every pair from this probability on were taken."""

    threshold: float
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class Evaluation:
    """What command, page and benchmark show. `pairs` are those linked automatically."""

    records: int
    pairs: int
    true_pairs: int
    right: int
    precision: Rate
    recall: Rate
    f1: Rate
    threshold: float
    by_kind: tuple[Part, ...] = ()
    by_group: dict[str, tuple[Part, ...]] = field(default_factory=dict)
    curve: tuple[Point, ...] = ()
    seconds: float = 0.0
    peak_mb: int = 0

    def as_dict(self) -> dict[str, Any]:
        """The JSON of ``sertakan link evaluate``."""
        return {
            "pairs": self.pairs,
            "precision": _rounded(self.precision.value),
            "recall": _rounded(self.recall.value),
            "f1": _rounded(self.f1.value),
            "threshold": _rounded(self.threshold),
            "seconds": round(self.seconds, 3),
            "peak_mb": self.peak_mb,
            "records": self.records,
            "true_pairs": self.true_pairs,
            "right": self.right,
            "intervals": {name: _interval(getattr(self, name)) for name in ("precision", "recall", "f1")},
            "by_kind": [_part(one) for one in self.by_kind],
            "by_group": {name: [_part(one) for one in parts] for name, parts in self.by_group.items()},
            "curve": [{name: _rounded(value) for name, value in asdict(one).items()} for one in self.curve],
        }


def _rounded(value: float) -> float:
    return round(value, 6)


def _interval(rate: Rate) -> list[float]:
    return [_rounded(rate.low), _rounded(rate.high)]


def _part(one: Part) -> dict[str, Any]:
    said: dict[str, Any] = {
        "name": one.name,
        "true_pairs": one.true_pairs,
        "found": one.found,
        "wrong": one.wrong,
        "recall": _rounded(one.recall.value),
        "recall_interval": _interval(one.recall),
    }
    if one.precision is not None:
        said |= {"precision": _rounded(one.precision.value), "precision_interval": _interval(one.precision)}
    return said


# --- intervals -------------------------------------------------------------------------------------------------------------------------


def wilson(right: float, all_: float) -> Rate:
    """A share with Wilson's interval; nothing out of nothing is 0 with an interval of everything."""
    if all_ <= 0:
        return Rate(0.0, 0.0, 1.0)
    share, square = right / all_, _Z * _Z
    middle = (share + square / (2 * all_)) / (1 + square / all_)
    half = _Z * math.sqrt(share * (1 - share) / all_ + square / (4 * all_ * all_)) / (1 + square / all_)
    return Rate(share, max(0.0, min(middle - half, share)), min(1.0, max(middle + half, share)))


def f1_rate(by_cluster: pl.DataFrame) -> Rate:
    """F1 from [right, wrong, missed] per cluster, its interval from the spread between clusters.

    With F = 2R / (2R + W + M), a cluster moves it by (2r - F(2r + w + m)) / (2R + W + M); the sum of squares of that is F's variance.
    """
    right, wrong, missed = (float(by_cluster[name].sum()) for name in ("right", "wrong", "missed"))
    whole = 2 * right + wrong + missed
    if whole <= 0:
        return Rate(0.0, 0.0, 1.0)
    share = 2 * right / whole
    moved = by_cluster.select(
        ((2 * pl.col("right") - share * (2 * pl.col("right") + pl.col("wrong") + pl.col("missed"))) / whole) ** 2
    )
    variance = float(moved.to_series().sum())
    plain = right + wrong + missed
    size = min(share * (1 - share) / variance, plain) if variance > 0 else plain
    return Rate(share, *_bounds(wilson(share * size, size)))


def _bounds(rate: Rate) -> tuple[float, float]:
    return rate.low, rate.high


# --- measuring -------------------------------------------------------------------------------------------------------------------------


def evaluate(
    pairs: pl.DataFrame,
    truth: pl.DataFrame,
    *,
    threshold: float,
    between_sources: bool = False,
    kinds: str = "kinds",
    groups: Iterable[str] = (),
    seconds: float = 0.0,
    peak_mb: int = 0,
) -> Evaluation:
    """Compare `pairs` with the truth.

    pairs: [left_id, right_id, probability: Float64, same: Boolean]; `same` is the automatic answer. truth: one row per record:
    record_id, cluster, source where `between_sources`, and `kinds` and `groups` as far as they are known. A record without a
    cluster belongs to nobody else. With `between_sources`, pairs within a source neither count as true nor as found.
    """
    known = truth.with_row_index("row").with_columns(
        cluster=pl.coalesce(pl.col("cluster").cast(pl.String), pl.format("?{}", pl.col("row")))
    )
    judged = _judged(pairs, known, between_sources=between_sources)
    same = judged.filter("same")
    total = count_true_pairs(known, between_sources=between_sources)
    right = int(same["true"].sum())
    total_parts = total <= MOST_PAIRS_BY_KIND
    every = _true_pairs(known, same, between_sources=between_sources) if total_parts else None
    wrong = same.filter(~pl.col("true"))
    named = [name for name in groups if name in known.columns]
    return Evaluation(
        records=known.height,
        pairs=same.height,
        true_pairs=total,
        right=right,
        precision=wilson(right, same.height),
        recall=wilson(right, total),
        f1=f1_rate(_by_cluster(same, known, between_sources=between_sources)),
        threshold=threshold,
        by_kind=_by_kind(every, wrong, known, kinds) if every is not None and kinds in known.columns else (),
        by_group={name: _by_group(every, same, known, name) for name in named} if every is not None else {},
        curve=_curve(judged, total),
        seconds=seconds,
        peak_mb=peak_mb,
    )


def _judged(pairs: pl.DataFrame, known: pl.DataFrame, *, between_sources: bool) -> pl.DataFrame:
    """[a, b, probability, same, cluster, true], each pair once, a < b being row numbers."""
    rows = known.select(pl.col("record_id").cast(pl.String), "row", "cluster", *(["source"] if between_sources else []))
    joined = (
        pairs.select(pl.col("left_id", "right_id").cast(pl.String), "probability", "same")
        .join(rows, left_on="left_id", right_on="record_id")
        .join(rows, left_on="right_id", right_on="record_id", suffix="_2")
        .filter(pl.col("row") != pl.col("row_2"))
    )
    if between_sources:
        joined = joined.filter(pl.col("source").ne_missing(pl.col("source_2")))
    return (
        joined.with_columns(
            a=pl.min_horizontal("row", "row_2"),
            b=pl.max_horizontal("row", "row_2"),
            true=pl.col("cluster") == pl.col("cluster_2"),
        )
        .group_by("a", "b")
        .agg(pl.col("probability").max(), pl.col("same").any(), pl.col("true").first())
        .sort("a", "b")
    )


def count_true_pairs(known: pl.DataFrame, *, between_sources: bool = False) -> int:
    """How many pairs of records belong to one cluster (and, where asked, to two sources)."""
    sizes = known.group_by("cluster").agg(n=pl.len().cast(pl.Int64))
    total = int((sizes["n"] * (sizes["n"] - 1) // 2).sum() or 0)
    if between_sources:
        within = known.group_by("cluster", "source").agg(n=pl.len().cast(pl.Int64))
        total -= int((within["n"] * (within["n"] - 1) // 2).sum() or 0)
    return total


def _true_pairs(known: pl.DataFrame, same: pl.DataFrame, *, between_sources: bool) -> pl.DataFrame:
    """[a, b, found] of all true pairs."""
    columns = ["row", "cluster", *(["source"] if between_sources else [])]
    several = known.select(columns).filter(pl.len().over("cluster") > 1)
    joined = several.join(several, on="cluster", suffix="_2").filter(pl.col("row") < pl.col("row_2"))
    if between_sources:
        joined = joined.filter(pl.col("source").ne_missing(pl.col("source_2")))
    found = same.select(a="a", b="b", found=pl.lit(value=True))
    return (
        joined.select(a="row", b="row_2")
        .join(found, on=["a", "b"], how="left")
        .with_columns(pl.col("found").fill_null(value=False))
    )


def _by_cluster(same: pl.DataFrame, known: pl.DataFrame, *, between_sources: bool) -> pl.DataFrame:
    """[right, wrong, missed] of every cluster; a wrong pair counts half for each of its two clusters."""
    clusters = known.select("row", "cluster")
    ends = same.join(clusters, left_on="a", right_on="row").join(clusters, left_on="b", right_on="row", suffix="_2")
    half = pl.when("true").then(0.0).otherwise(0.5)
    counted = pl.concat(
        [
            ends.select("cluster", right=pl.col("true").cast(pl.Float64), wrong=half),
            ends.filter(~pl.col("true")).select(cluster="cluster_2", right=pl.lit(0.0), wrong=pl.lit(0.5)),
        ]
    )
    done = counted.group_by("cluster").agg(pl.col("right", "wrong").sum())
    pairs_in = (pl.col("n") * (pl.col("n") - 1) / 2).alias("pairs")
    sizes = known.group_by("cluster").agg(n=pl.len().cast(pl.Float64)).with_columns(pairs_in)
    if between_sources:
        within = known.group_by("cluster", "source").agg(n=pl.len().cast(pl.Float64)).with_columns(pairs_in)
        inner = within.group_by("cluster").agg(inner=pl.col("pairs").sum())
        sizes = sizes.join(inner, on="cluster").with_columns(pairs=pl.col("pairs") - pl.col("inner"))
    return (
        sizes.select("cluster", "pairs")
        .join(done, on="cluster", how="left")
        .with_columns(pl.col("right", "wrong").fill_null(0.0))
        .with_columns(missed=pl.col("pairs") - pl.col("right"))
        .sort("cluster")
    )


def _by_kind(every: pl.DataFrame, wrong: pl.DataFrame, known: pl.DataFrame, kinds: str) -> tuple[Part, ...]:
    """True pairs by the kinds of error in either record; a pair with two kinds counts for both."""
    listed = known.select("row", kind=pl.col(kinds).fill_null("").str.split("|"))

    def exploded(frame: pl.DataFrame) -> pl.DataFrame:
        both = frame.join(listed, left_on="a", right_on="row").join(listed, left_on="b", right_on="row", suffix="_2")
        either = pl.concat_list("kind", "kind_2").list.unique().list.filter(pl.element() != "")
        clean = pl.when(either.list.len() == 0).then(pl.concat_list(pl.lit("-"))).otherwise(either)
        return both.with_columns(kind=clean).explode("kind")

    counted = exploded(every).group_by("kind").agg(true_pairs=pl.len(), found=pl.col("found").sum())
    false = exploded(wrong).group_by("kind").agg(wrong=pl.len())
    table = counted.join(false, on="kind", how="left").with_columns(pl.col("wrong").fill_null(0)).sort("kind")
    return tuple(
        Part("tanpa galat" if kind == "-" else kind, pairs, found, bad, wilson(found, pairs))
        for kind, pairs, found, bad in table.select("kind", "true_pairs", "found", "wrong").iter_rows()
    )


def _by_group(every: pl.DataFrame, same: pl.DataFrame, known: pl.DataFrame, name: str) -> tuple[Part, ...]:
    """True and found pairs by the value of a column in either record."""
    values = known.select("row", value=pl.col(name).cast(pl.String))

    def exploded(frame: pl.DataFrame) -> pl.DataFrame:
        both = frame.join(values, left_on="a", right_on="row").join(values, left_on="b", right_on="row", suffix="_2")
        return (
            both.with_columns(value=pl.concat_list("value", "value_2").list.unique().list.drop_nulls())
            .explode("value")
            .filter(pl.col("value").is_not_null())
        )

    counted = exploded(every).group_by("value").agg(true_pairs=pl.len(), found=pl.col("found").sum())
    linked = exploded(same).group_by("value").agg(linked=pl.len(), right=pl.col("true").sum())
    table = counted.join(linked, on="value", how="full", coalesce=True).fill_null(0).sort("value")
    return tuple(
        Part(value, pairs, found, linked - right, wilson(found, pairs), wilson(right, linked))
        for value, pairs, found, linked, right in table.select(
            "value", "true_pairs", "found", "linked", "right"
        ).iter_rows()
    )


def _curve(judged: pl.DataFrame, total: int) -> tuple[Point, ...]:
    """Precision and recall at thresholds spread evenly over the ranks of the pairs."""
    if judged.is_empty() or total == 0:
        return ()
    ranked = (
        judged.group_by("probability")
        .agg(right=pl.col("true").sum(), taken=pl.len())
        .sort("probability", descending=True)
        .with_columns(pl.col("right", "taken").cum_sum())
    )
    step = max(1, -(-ranked.height // CURVE_POINTS))
    kept = ranked.with_row_index("at").filter((pl.col("at") % step == 0) | (pl.col("at") == ranked.height - 1))
    return tuple(
        Point(probability, right / taken, right / total, 2 * right / (taken + total))
        for probability, right, taken in kept.select("probability", "right", "taken").iter_rows()
    )


def age_band(year: pl.Expr) -> pl.Expr:
    """The name of the age band of a year of birth (Int64, nullable)."""
    said: Any = pl
    for first, end, name in AGE_BANDS:
        said = said.when((year >= first) & (year < end)).then(pl.lit(name))
    done: pl.Expr = said.otherwise(pl.lit(None, dtype=pl.String))
    return done


# --- the picture -----------------------------------------------------------------------------------------------------------------------


def chart(evaluation: Evaluation, *, width: int = 480, height: int = 320) -> str:
    """The curve of precision over recall as SVG, with the threshold that was chosen."""
    import altair as alt
    import vl_convert

    points = [asdict(one) for one in evaluation.curve]
    chosen = [
        {
            "recall": evaluation.recall.value,
            "precision": evaluation.precision.value,
            "label": f"ambang {evaluation.threshold:.3f}".replace(".", ","),
        }
    ]
    low = min([one["precision"] for one in points] + [evaluation.precision.value, 0.9])
    left = min(0.5, evaluation.recall.value)
    x = alt.X(
        "recall:Q", title="Ditemukan (recall)", scale=alt.Scale(domain=[left, 1], clamp=True), axis=alt.Axis(format="%")
    )
    y = alt.Y("precision:Q", title="Benar (presisi)", scale=alt.Scale(domain=[low, 1]), axis=alt.Axis(format=".1%"))
    line = (
        alt.Chart(alt.Data(values=points))
        .mark_line(interpolate="step-after", color="#1f5f5b", strokeWidth=2)
        .encode(x=x, y=y)
    )
    dot = alt.Chart(alt.Data(values=chosen)).mark_point(filled=True, size=90, color="#b4451f").encode(x=x, y=y)
    text = (
        alt.Chart(alt.Data(values=chosen))
        .mark_text(align="right", dx=-10, dy=14, color="#b4451f", fontSize=13)
        .encode(x=x, y=y, text="label:N")
    )
    made = (line + dot + text).properties(width=width, height=height).configure_view(stroke=None)
    locale: Any = {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["Rp", ""]}
    return str(vl_convert.vegalite_to_svg(made.to_json(), format_locale=locale))
