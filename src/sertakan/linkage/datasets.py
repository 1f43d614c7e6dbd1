"""Any labelled list: mapped, linked without a look at the truth, then measured with it.

Lists of our people (with an identity or member number, an area code or a mother's name, or with our names) go the way of the
product: the trained model, its vetoes and its threshold. All others learn their weights from themselves (`unlabelled`).
"""

from __future__ import annotations

import resource
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import polars as pl

from sertakan.core.errors import DomainError
from sertakan.linkage import mapping
from sertakan.linkage.evaluation import Evaluation, age_band, evaluate
from sertakan.linkage.mapping import GROUP_PREFIX, SOURCE, ListMapping

Way = Literal["trained", "unlabelled"]
LEAST: Final = 0.01
SHARE_OF_OUR_NAMES: Final = 0.05
"""Where this many names hold one of the frequent names of our people, the list is taken for one of theirs."""

_OF_OUR_PEOPLE: Final = frozenset({"nik", "kpj", "area_code", "mother_name"})


class TruthColumnAbsent(DomainError):
    code = "truth_column_absent"
    message = "Kolom kebenaran %(column)s tidak ada di berkas ini. Sebutkan kolom nomor orang dengan --truth. Yang ada: %(known)s."


class NoTruth(DomainError):
    code = "truth_empty"
    message = "Kolom kebenaran %(column)s kosong, jadi tidak ada yang dapat diukur."


@dataclass(frozen=True)
class LinkedList:
    """What was linked: pairs [left_id, right_id, probability, same]; `threshold` was set without the truth."""

    pairs: pl.DataFrame
    threshold: float
    way: Way
    between_sources: bool
    unused: tuple[str, ...] = ()


@dataclass(frozen=True)
class Measured:
    """One labelled list, linked and measured."""

    evaluation: Evaluation
    linked: LinkedList
    mapping: ListMapping

    def as_dict(self) -> dict[str, Any]:
        """The JSON of ``sertakan link evaluate``."""
        return {
            **self.evaluation.as_dict(),
            "way": self.linked.way,
            "between_sources": self.linked.between_sources,
            "unused": list(self.linked.unused),
            "mapping": self.mapping.as_dict(),
        }


def measure_file(
    path: Path,
    *,
    truth: str,
    id_column: str | None = None,
    source_column: str | None = None,
    given: Mapping[str, tuple[str, ...]] | None = None,
    one_set: bool = False,
    way: Way | None = None,
) -> Measured:
    """Link the list in `path` and compare with its column `truth`, which is read only when pairs and threshold stand.

    one_set: look for pairs everywhere, also where a column says that the records come from two lists.
    """
    begun = time.perf_counter()
    shown = mapping.read_list(path)
    if truth not in shown.columns:
        raise TruthColumnAbsent(column=truth, known=", ".join(shown.columns))
    frame = shown.drop(truth)
    del shown
    columns = mapping.map_list(frame, given=given, id_column=id_column, source_column=source_column)
    linked = link_list(columns.apply(frame), columns, one_set=one_set, way=way)
    seconds, peak = time.perf_counter() - begun, peak_megabytes()
    known = mapping.read_list(path).get_column(truth)
    if known.null_count() == known.len():
        raise NoTruth(column=truth)
    return Measured(_measured(linked, columns, frame, known, seconds, peak), linked, columns)


def link_list(
    records: pl.DataFrame, columns: ListMapping, *, one_set: bool = False, way: Way | None = None
) -> LinkedList:
    """Link mapped records (of `ListMapping.apply`) with each other, or between their two sources."""
    between = columns.source is not None and not one_set
    chosen = way or ("trained" if columns.people and _ours(records) else "unlabelled")
    return (
        _trained(records, columns, between=between)
        if chosen == "trained"
        else _unlabelled(records, columns, between=between)
    )


def _ours(records: pl.DataFrame) -> bool:
    """Whether these are people as the model knows them: by the columns that only our lists have, or by their names."""
    if _OF_OUR_PEOPLE & set(records.columns) or "name" not in records.columns:
        return bool(_OF_OUR_PEOPLE & set(records.columns))
    from sertakan.linkage.normalise import variants

    known = {*variants(), *variants().values()}
    words = records["name"].drop_nulls().head(5_000).str.to_uppercase().str.extract_all(r"[A-Z]{3,}")
    ours = words.list.eval(pl.element().is_in(list(known))).list.any()
    return bool(ours.len() and ours.mean() >= SHARE_OF_OUR_NAMES)  # type: ignore[operator]


def _trained(records: pl.DataFrame, columns: ListMapping, *, between: bool) -> LinkedList:
    from sertakan.linkage import decide, engine, normalise

    model = engine.shipped_model()
    prepared = normalise.prepare(records)
    if between:
        first, *rest = sorted(prepared[SOURCE].unique().to_list())
        one, other = prepared.filter(pl.col(SOURCE) == first), prepared.filter(pl.col(SOURCE).is_in(rest))
        left, right = (one, other) if one.height <= other.height else (other, one)
        pairs = engine.link(left, right, model, least=LEAST)
    else:
        pairs = engine.dedupe(prepared, model, least=LEAST)
    threshold = decide.automatic_threshold(pairs).automatic
    # Somebody may stand on a list twice, so that nobody is held to one partner; vetoes and contradictions keep others apart.
    decided = decide.decide(pairs, model, kind="lists" if between else "dedupe", threshold=threshold)
    found = decided.select("left_id", "right_id", "probability", same=pl.col("answer") == decide.SAME)
    if not between:
        found = _with_implied(found, decide.groups(decided), threshold)
    return LinkedList(found, threshold, "trained", between, columns.generic)


def _with_implied(found: pl.DataFrame, groups: pl.DataFrame, threshold: float) -> pl.DataFrame:
    """Records that were linked with a third one are linked with each other."""
    members = groups.join(groups, on="group", suffix="_2").filter(pl.col("record_id") < pl.col("record_id_2"))
    implied = members.select(
        left_id="record_id", right_id="record_id_2", probability=pl.lit(threshold), same=pl.lit(value=True)
    )
    known = found.with_columns(
        left_id=pl.min_horizontal("left_id", "right_id"), right_id=pl.max_horizontal("left_id", "right_id")
    )
    together = pl.concat([known, implied]).group_by("left_id", "right_id")
    return together.agg(pl.col("probability").first(), pl.col("same").any()).sort("left_id", "right_id")


def _unlabelled(records: pl.DataFrame, columns: ListMapping, *, between: bool) -> LinkedList:
    from sertakan.linkage import generic, normalise, unlabelled

    others = generic.generic_columns(records)
    prepared = generic.prepare(normalise.prepare(records), others)
    settings = generic.settings(others, people=columns.people)
    linked = unlabelled.link_unlabelled(prepared, settings, prepared[SOURCE] if between else None)
    return LinkedList(linked.pairs, linked.threshold, "unlabelled", between)


def peak_megabytes() -> int:
    """The most memory this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


# --- measuring -------------------------------------------------------------------------------------------------------------------------


def _measured(
    linked: LinkedList, columns: ListMapping, frame: pl.DataFrame, truth: pl.Series, seconds: float, peak: int
) -> Evaluation:
    known = columns.apply(frame).select("record_id", *([SOURCE] if columns.source else [])).with_columns(cluster=truth)
    groups = _groups(columns, frame)
    extra = [groups, *([frame.select("kinds")] if "kinds" in frame.columns else [])]
    return evaluate(
        linked.pairs,
        pl.concat([known, *extra], how="horizontal"),
        threshold=linked.threshold,
        between_sources=linked.between_sources,
        groups=groups.columns,
        seconds=seconds,
        peak_mb=peak,
    )


def _groups(columns: ListMapping, frame: pl.DataFrame) -> pl.DataFrame:
    """What to count by: the list's own columns ``group_*``; in a list of persons else sex, single names and age, as they stand there."""
    own = [name for name in frame.columns if name.startswith(GROUP_PREFIX)]
    if own:
        named = frame.select(pl.col(name).alias(name.removeprefix(GROUP_PREFIX)) for name in own)
    elif columns.people:
        named = _seen_groups(columns.apply(frame))
    else:
        return pl.DataFrame()
    if "birth_year" in named.columns:
        year = age_band(pl.col("birth_year").cast(pl.Int64, strict=False))
        named = named.with_columns(age=year).drop("birth_year")
    return named


def _seen_groups(records: pl.DataFrame) -> pl.DataFrame:
    said: Iterable[pl.Expr] = []
    if "sex" in records.columns:
        said = [*said, pl.col("sex")]
    if "name" in records.columns:
        single = ~pl.col("name").str.strip_chars().str.contains(r"\s")
        said = [*said, pl.when(single).then(pl.lit("yes")).otherwise(pl.lit("no")).alias("single_named")]
    if "birth_date" in records.columns:
        said = [*said, pl.col("birth_date").str.extract(r"((?:18|19|20)\d\d)").alias("birth_year")]
    return records.select(said)
