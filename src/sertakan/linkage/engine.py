"""The engine: Splink's statistics and SQL, run on DuckDB here and on Spark for a nation. The only module that imports Splink.

Splink estimates m and u and writes the SQL that gives every pair its weight. Which pairs are looked at, frequencies and the part
that relatives have in common are ours, because Splink's own preparation takes longer than all the rest
(``docs/decisions/0010-splinks-sql-in-our-own-connection.md``).
"""

from __future__ import annotations

import json
import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import polars as pl
import polars.selectors as cs

from sertakan.linkage import blocking, frequencies
from sertakan.linkage import prepared as ready
from sertakan.linkage.correction import Correction, rivals_sum
from sertakan.linkage.model import MODEL, NULL, Comparison, Dialect, Settings, render
from sertakan.linkage.prepared import Prepared, connected, fetched, table

if TYPE_CHECKING:
    import duckdb

LEAST_WEIGHT: Final = -7.0
"""Pairs of a total weight below this (odds of 1 to 128, before the prior is settled) never leave the engine."""

LIFTED: Final = 16.0
"""Bits by which corrections may lift a pair: what stays so far below before them is not looked at again."""

SHARE_FOUND: Final = 0.5
"""How many of the left records are expected in the right set before anything is known."""


@dataclass(frozen=True)
class TrainedModel:
    """A model with its weights: (m, u) by comparison and level, and where they come from."""

    settings: Settings
    weights: dict[str, dict[str, tuple[float, float]]]
    seed: int
    splink: str
    threshold: float = 0.99
    review: float = 0.05
    measured: dict[str, Any] = field(default_factory=dict)
    correction: Correction = field(default_factory=Correction)
    unnumbered: Correction = field(default_factory=Correction)
    """The correction for records that have no identity number at all."""

    @property
    def hash(self) -> str:
        """Names model and weights together: what is stored with a run."""
        import hashlib

        corrected = [self.correction.as_dict(), self.unnumbered.as_dict()]
        known = json.dumps([self.settings.hash, self.weights, corrected, self.threshold, self.review], sort_keys=True)
        return hashlib.sha256(known.encode()).hexdigest()[:16]

    def corrected(self, fitting: Settings) -> Correction:
        """The correction for records of which these comparisons can be made."""
        return self.correction if any(one.name == "nik" for one in fitting.comparisons) else self.unnumbered

    def to_json(self) -> str:
        """Everything but the settings, which are code; their hash says which."""
        known = {
            "model": self.settings.version, "settings": self.settings.hash, "splink": self.splink, "seed": self.seed,
            "threshold": self.threshold, "review": self.review, "measured": self.measured, "weights": self.weights,
            "correction": self.correction.as_dict(), "unnumbered": self.unnumbered.as_dict(),
        }  # fmt: skip
        return json.dumps(known, indent=1, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str, settings: Settings = MODEL) -> TrainedModel:
        """Read what `to_json` wrote. Levels that the file does not know keep the first guesses of the model."""
        raw = json.loads(text)
        weights = {name: {label: (m, u) for label, (m, u) in levels.items()} for name, levels in raw["weights"].items()}
        corrections = [Correction.from_dict(raw[name]) for name in ("correction", "unnumbered") if name in raw]
        return cls(
            settings, weights, raw["seed"], raw["splink"], raw["threshold"], raw["review"], raw.get("measured", {}), *corrections
        )  # fmt: skip


@cache
def shipped_model() -> TrainedModel:
    """The trained model that comes with the product (``data/model.json``)."""
    return TrainedModel.from_json(files("sertakan.linkage").joinpath("data/model.json").read_text("utf-8"))


def untrained(settings: Settings = MODEL, seed: int = 1) -> TrainedModel:
    """The first guesses of the model as weights."""
    weights = {one.name: {level.label: (level.m, level.u) for level in one.levels} for one in settings.comparisons}
    return TrainedModel(settings, weights, seed, version("splink"))


# --- what Splink is told --------------------------------------------------------------------------------------------------------------


def _levels(comparison: Comparison, model: TrainedModel, dialect: Dialect) -> list[dict[str, Any]]:
    known = model.weights.get(comparison.name, {})
    out: list[dict[str, Any]] = [
        {"sql_condition": render(comparison.null, dialect), "label_for_charts": NULL, "is_null_level": True}
    ]
    for level in comparison.levels:
        m, u = known.get(level.label, (level.m, level.u))
        said: dict[str, Any] = {
            "sql_condition": render(level.sql, dialect), "label_for_charts": level.label, "m_probability": m, "u_probability": u,
            "fix_u_probability": level.fixed,
        }  # fmt: skip
        if level.tf:
            said |= {"tf_adjustment_column": level.tf, "tf_adjustment_weight": level.tf_weight}
            said["disable_tf_exact_match_detection"] = level.tf_own
        out.append(said)
    return out


def _settings(model: TrainedModel, fitting: Settings, dialect: Dialect) -> Any:
    from splink import SettingsCreator

    comparisons: list[Any] = [
        {"output_column_name": one.name, "comparison_levels": _levels(one, model, dialect)}
        for one in fitting.comparisons
    ]
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="row",
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=[],
        probability_two_random_records_match=0.5,
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=True,
    )


def score_sql(
    model: TrainedModel, fitting: Settings, left: str, right: str, kin_ratio: float, least: float, dialect: Dialect
) -> str:
    """SQL over ``pairs`` [l, r] and two tables of records: l, r, gamma_*, w_*, w_family, weight (all but the prior), corrected."""
    from splink.internals.comparison_vector_values import compute_comparison_vector_values_from_id_pairs_sqls
    from splink.internals.dialects import SplinkDialect
    from splink.internals.predict import predict_from_comparison_vectors_sqls

    known = _settings(model, fitting, dialect).get_settings(dialect)
    info = known.column_info_settings
    steps = [
        {
            "sql": "select '0' as match_key, l as join_key_l, r as join_key_r from pairs",
            "output_table_name": "__splink__blocked_id_pairs",
        },
        *compute_comparison_vector_values_from_id_pairs_sqls(
            known._columns_to_select_for_blocking, known._columns_to_select_for_comparison_vector_values,
            input_tablename_l=left, input_tablename_r=right, source_dataset_input_column=None,
            unique_id_input_column=info.unique_id_input_column, link_type="dedupe_only", sql_dialect_str=dialect,
        ),
        *predict_from_comparison_vectors_sqls(
            unique_id_input_columns=info.unique_id_input_columns, core_model_settings=known.core_model_settings,
            sql_dialect=SplinkDialect.from_string(dialect), threshold_match_weight=least - LIFTED,
            retain_intermediate_calculation_columns=True, training_mode=True,
        ),
    ]  # fmt: skip
    ctes = ",\n".join(f"{step['output_table_name']} as ({step['sql']})" for step in steps)
    adjusted = {one.name for one in fitting.comparisons if any(level.tf for level in one.levels)}
    correction = model.corrected(fitting)
    weights = ", ".join(
        f"{_corrected_sql(one, correction, frequent=one.name in adjusted)} as w_{one.name}"
        for one in fitting.comparisons
    )
    gammas = ", ".join(f"gamma_{one.name}" for one in fitting.comparisons)
    family = f"{correction.family!r} * {_family_sql(model, fitting, kin_ratio)}"
    total = " + ".join([*(f"w_{one.name}" for one in fitting.comparisons), "w_family"])
    sql = f"""
    with {ctes},
    scored as (select row_l as l, row_r as r, {weights}, {gammas}, {family} as w_family from __splink__df_predict),
    added as (select *, {total} as weight from scored)
    select * from added where weight >= {least}
    """
    if dialect == "spark":
        import sqlglot

        return sqlglot.transpile(sql, read="spark", write="spark")[0]
    return sql


def _corrected_sql(comparison: Comparison, correction: Correction, *, frequent: bool) -> str:
    """The weight of a comparison, with the correction that was learned for it."""
    name = comparison.name
    weight = f"mw_{name} + mw_tf_adj_{name}" if frequent else f"mw_{name}"
    bits = correction.levels.get(name, {})
    last = len(comparison.levels) - 1
    whens = " ".join(
        f"when {last - at} then {bits[level.label]!r}"
        for at, level in enumerate(comparison.levels)
        if level.label in bits
    )
    added = f" + (case gamma_{name} {whens} else 0.0 end)" if whens else ""
    return f"{correction.factors.get(name, 1.0)!r} * ({weight}){added}"


def similarity_jar() -> str:
    """The Java functions for distances that come with Splink."""
    from splink.backends.spark import similarity_jar_location

    return str(similarity_jar_location())


def teach_distances(spark: Any) -> None:
    """Register Splink's Java functions in a session that was started with `similarity_jar`."""
    from splink.internals.spark.jar_location import get_scala_udfs

    for function in get_scala_udfs():
        if function[0] == "damerau_levenshtein":
            spark.udf.registerJavaFunction(*function)


def _family_sql(model: TrainedModel, fitting: Settings, kin_ratio: float) -> str:
    """-log2(1 + sum over kinds of relatives of (relatives per stranger x how much more often relatives reach these levels))."""
    terms = []
    for kin in fitting.family:
        cases = []
        for one in fitting.comparisons:
            if one.name not in kin.reach:
                continue
            known = model.weights.get(one.name, {})
            count = len(one.levels)
            strangers = {
                level.label: 1.0 if level.counted else known.get(level.label, (level.m, level.u))[1]
                for level in one.levels
            }
            whens = " ".join(
                f"when {count - 1 - at} then {math.log2(kin.reach[one.name][level.label] / strangers[level.label])!r}"
                for at, level in enumerate(one.levels)
            )
            frequent = f" + mw_tf_adj_{one.name}" if any(level.tf for level in one.levels) else ""
            cases.append(f"(case gamma_{one.name} {whens} else 0.0 end{frequent})")
        shared = " + ".join(cases) or "0.0"
        terms.append(f"power(cast(2 as double), {math.log2(max(kin.count * kin_ratio, 1e-300))!r} + {shared})")
    return f"-log2(1.0 + {' + '.join(terms)})" if terms else "0.0"


# --- training -------------------------------------------------------------------------------------------------------------------------

SAMPLED: Final = 500_000
"""Random pairs from which u is estimated."""

UNFORESEEN: Final = 0.5
"""How much the first guesses weigh beside what was learned: errors of a kind that no training set held will come."""

_EM_RULES: Final = (
    ("c_nik",), ("c_birth_sort", "c_name_given"), ("c_name_sounds", "c_birth_year"), ("c_mother_sounds", "c_birth_year"),
    ("c_birth_sort", "c_district"), ("c_birth_sort", "c_postcode"), ("c_name_sounds", "c_postcode"),
)  # fmt: skip
"""Agreements among which the steps of expectation and maximisation find the matches; each trains the other comparisons."""


def train(
    prepared: pl.DataFrame,
    *,
    seed: int = 1,
    settings: Settings = MODEL,
    truth: pl.Series | None = None,
    sampled: int = SAMPLED,
    threads: int = 2,
) -> TrainedModel:
    """Learn u from random pairs and m without labels (EM), or, where the `truth` is known, from the true pairs."""
    from splink import DuckDBAPI, Linker, block_on

    fitting = settings.fitting(set(prepared.columns))
    first = untrained(settings, seed)
    rows = table(prepared, fitting, frequencies.count(prepared))
    with connected(threads) as connection:
        connection.register("given", rows.to_arrow())
        connection.execute("create table records as select * from given")
        told = _settings(first, fitting, "duckdb")
        linker = Linker(DuckDBAPI(connection=connection).register("records"), told, log_level="ERROR")
        pairs_there = prepared.height * (prepared.height - 1) / 2
        linker.training.estimate_u_using_random_sampling(max_pairs=min(sampled, pairs_there), seed=seed)
        if truth is None:
            for rule in _EM_RULES:
                if set(rule) <= set(rows.columns):
                    _expect_and_maximise(linker, block_on(*rule))
        weights = _learned(linker, fitting, first)
        if truth is not None:
            weights = _with_true_m(connection, truth, fitting, first, weights)
    return TrainedModel(settings, _written({**first.weights, **weights}), seed, version("splink"))


def _written(weights: dict[str, dict[str, tuple[float, float]]]) -> dict[str, dict[str, tuple[float, float]]]:
    """Ten digits of each: sums that threads add up in another order differ in the sixteenth."""
    return {
        name: {label: (float(f"{m:.10g}"), float(f"{u:.10g}")) for label, (m, u) in levels.items()}
        for name, levels in weights.items()
    }


def _expect_and_maximise(linker: Any, rule: Any) -> None:
    """One session; a rule that finds no pair, or no other comparison to train, teaches nothing."""
    from splink.internals.exceptions import EMTrainingException

    try:
        linker.training.estimate_parameters_using_expectation_maximisation(
            rule, fix_u_probabilities=True, estimate_without_term_frequencies=True
        )
    except (EMTrainingException, ValueError, ZeroDivisionError):
        return


def _learned(linker: Any, fitting: Settings, first: TrainedModel) -> dict[str, dict[str, tuple[float, float]]]:
    """(m, u) as Splink estimated them; what was never seen keeps the first guess."""
    out: dict[str, dict[str, tuple[float, float]]] = {}
    for one, found in zip(fitting.comparisons, linker._settings_obj.comparisons, strict=True):
        guesses = first.weights[one.name]
        levels = [level for level in found.comparison_levels if not level.is_null_level]
        learned = {}
        for level, splinks in zip(one.levels, levels, strict=True):
            m, u = guesses[level.label]
            if not level.counted:
                m = splinks._trained_m_median or m
                u = u if level.fixed else splinks._trained_u_median or u
            learned[level.label] = (m, u)
        out[one.name] = _shared_out(one, learned)
    return out


def _shared_out(comparison: Comparison, weights: dict[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    """m of the levels that count, so that they add up to one, mixed with the first guesses: see UNFORESEEN."""
    counting = {level.label: level.m for level in comparison.levels if not level.counted}
    total, guessed = sum(weights[label][0] for label in counting), sum(counting.values())
    out = dict(weights)
    for label, guess in counting.items():
        m, u = weights[label]
        out[label] = ((1 - UNFORESEEN) * m / total + UNFORESEEN * guess / guessed, u)
    return out


def _with_true_m(
    connection: duckdb.DuckDBPyConnection,
    truth: pl.Series,
    fitting: Settings,
    first: TrainedModel,
    weights: dict[str, Any],
) -> dict[str, dict[str, tuple[float, float]]]:
    """m counted among the pairs that are truly one person; half a pair is added to every level, for what was not seen."""
    same = pl.DataFrame({"truth": truth}).with_row_index("row")
    connection.register("same", same.to_arrow())
    connection.execute(
        "create table pairs as select a.row as l, b.row as r from same a join same b on a.truth = b.truth and a.row < b.row"
    )
    sql = score_sql(first, fitting, "records", "records", 1e-9, -1e9, "duckdb")
    scored = fetched(connection, sql)
    out = {}
    for one in fitting.comparisons:
        seen = dict(scored[f"gamma_{one.name}"].value_counts().iter_rows())
        last = len(one.levels) - 1
        counts = {level.label: (seen.get(last - at, 0) or 0) + 0.5 for at, level in enumerate(one.levels)}
        u = {label: known[1] for label, known in weights[one.name].items()}
        counted = {
            level.label: weights[one.name][level.label] if level.counted else (counts[level.label], u[level.label])
            for level in one.levels
        }
        out[one.name] = _shared_out(one, counted)
    return out


# --- running it -----------------------------------------------------------------------------------------------------------------------


def possible_pairs(left: int, right: int | None = None) -> float:
    """How many pairs there are between two sets, or within one."""
    return max(left * right if right is not None else left * (left - 1) / 2, 1.0)


def prior_of(left: int, right: int | None = None) -> float:
    """log2 of the odds that two records taken at random from two sets, or from one, are one person."""
    found = SHARE_FOUND * max(left if right is None else min(left, right), 1)
    return math.log2(found / possible_pairs(left, right))


def dedupe(
    records: pl.DataFrame | Prepared, model: TrainedModel, *, least: float = 0.05, threads: int = 2
) -> pl.DataFrame:
    """Pairs within one set whose probability is at least `least`."""
    side = records if isinstance(records, Prepared) else ready.build(records, model.settings, threads=threads)
    fitting = model.settings.fitting(side.columns)
    wanted = blocking.chosen_blocks(fitting, side.rows)
    places = ", ".join(str(at) for at, block in enumerate(side.blocks) if block in wanted) or "-1"
    prior = prior_of(side.rows)
    with connected(threads) as connection:
        connection.register("all_keys", side.keys.to_arrow())
        found = []
        portions = max(1, -(-side.keys.height // KEYS_AT_ONCE))
        for portion in range(portions):  # records meet under one key, so keys can be shared out
            share = f"block in ({places}) and key % {portions} = {portion}"
            connection.execute(f"create or replace view keys as select key, row from all_keys where {share}")
            found.append(fetched(connection, blocking.within_sql(fitting.largest_block)))
    pairs = pl.concat(found).unique() if portions > 1 else found[0]
    scored = _scored(pairs, side.records, side.records, model, fitting, side.rows, prior, threads)
    return finished(scored, fitting, model, least, side.ids)


def link(
    left: pl.DataFrame, right: pl.DataFrame | Prepared, model: TrainedModel, *, least: float = 0.05, threads: int = 2
) -> pl.DataFrame:
    """Pairs of a record of `left` and one of `right` whose probability is at least `least`."""
    side = right if isinstance(right, Prepared) else ready.build(right, model.settings, threads=threads)
    fitting = model.settings.fitting(set(left.columns) & side.columns)
    ours = table(left, fitting, side.known)
    wanted = [block for block in blocking.chosen_blocks(fitting, max(left.height, side.rows)) if block in side.blocks]
    prior = prior_of(left.height, side.rows)
    with connected(threads) as connection:
        connection.register("left_records", ours.to_arrow())
        connection.register("right_keys", side.keys.to_arrow())
        connection.execute(f"create table left_keys as {blocking.keys_sql(tuple(wanted), 'left_records', 'duckdb')}")
        pairs = fetched(connection, blocking.between_sql(fitting.largest_block))
    scored = _scored(pairs, ours, side.records, model, fitting, side.rows, prior, threads)
    return finished(scored, fitting, model, least, left["record_id"], side.ids)


AT_ONCE: Final = 80_000
"""Pairs that are scored at once: what bounds the memory."""

KEYS_AT_ONCE: Final = 16_000_000
"""Keys under which records meet at once, for the same reason: 715,000 records have so many."""


def least_weight(model: TrainedModel, fitting: Settings, prior: float) -> float:
    """The weight below which no pair is kept."""
    return LEAST_WEIGHT - prior - model.corrected(fitting).base


def _scored(
    pairs: pl.DataFrame, left: pl.DataFrame, right: pl.DataFrame, model: TrainedModel, fitting: Settings, rows: int,
    prior: float, threads: int,
) -> pl.DataFrame:  # fmt: skip
    """The weights of `pairs`, in portions; only records that are in a pair are looked at."""
    sql = score_sql(
        model, fitting, "left_side", "right_side", 1 / max(rows, 1), least_weight(model, fitting, prior), "duckdb"
    )
    ordered = pairs.sort("l", "r")

    def score(start: int) -> pl.DataFrame:
        some = ordered.slice(start, AT_ONCE)
        with connected(1) as connection:
            connection.register("pairs", some.to_arrow())
            for name, records, at in (("left_side", left, "l"), ("right_side", right, "r")):
                connection.register(name, records[some[at].unique().sort()].to_arrow())
            return fetched(connection, sql)

    # DuckDB shares out a query by 122,880 rows: portions side by side keep all cores busy where one portion does not.
    with ThreadPoolExecutor(max(threads, 1)) as workers:
        return pl.concat(workers.map(score, range(0, max(ordered.height, 1), AT_ONCE)))


def finished(
    scored: pl.DataFrame,
    fitting: Settings,
    model: TrainedModel,
    least: float,
    left: pl.Series,
    right: pl.Series | None = None,
) -> pl.DataFrame:
    """The pairs as the contract has them: ids, probability, weight, weights and labels of levels; in order of ids.

    right: ids of the other set; none where a set is compared with itself.
    """
    # Two engines, or two orders of adding, differ in the sixteenth digit; a pair has one weight.
    scored = scored.with_columns(cs.float().round(9))
    within, correction = right is None, model.corrected(fitting)
    base, known = correction.base, correction.within if within else correction.listed
    sizes = (left.len(), None if right is None else right.len())
    even = -base - settled_prior(scored["weight"] + base, *sizes)
    sides = scored.select(left="l", right="r", weight="weight")
    scored = scored.with_columns(w_rivals=rivals_sum(sides, known, even, within=within).round(9))
    scored = scored.with_columns(weight=(pl.col("weight") + pl.col("w_rivals")).round(9))
    prior = base + settled_prior(scored["weight"] + base, *sizes)
    probability = 1 / (1 + (-(pl.col("weight") + prior) * math.log(2)).exp())
    kept = scored.with_columns(probability=probability).filter(pl.col("probability") >= least).sort("l", "r")
    labels = []
    for one in fitting.comparisons:
        names = {len(one.levels) - 1 - at: level.label for at, level in enumerate(one.levels)} | {-1: NULL}
        labels.append(
            pl.col(f"gamma_{one.name}").replace_strict(names, return_dtype=pl.String).alias(f"level_{one.name}")
        )
    others = left if right is None else right
    return kept.with_columns(
        *labels, left_id=left.gather(kept["l"]), right_id=others.gather(kept["r"])
    ).select(
        "left_id", "right_id", "probability", "weight", *(f"w_{one.name}" for one in fitting.comparisons), "w_family", "w_rivals",
        *(f"level_{one.name}" for one in fitting.comparisons),
    )  # fmt: skip


def settled_prior(weights: pl.Series, left: int, right: int | None = None) -> float:
    """The prior that agrees with what is found: the expected number of matches among all possible pairs, by iteration."""
    possible, prior = possible_pairs(left, right), prior_of(left, right)
    ordered = weights.sort()
    for _ in range(20):
        expected = float((1 / (1 + (-(ordered + prior) * math.log(2)).exp())).sum())
        fresh = math.log2(max(expected, 1.0) / possible)
        if abs(fresh - prior) < 1e-9:
            break
        prior = fresh
    return prior
