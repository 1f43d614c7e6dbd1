"""How fast persons are linked, how that grows with their number, and what plain Splink takes for the same in the same run.

    python benchmarks/linkage.py [--rows 715000] [--list 10000] [--growth 100000 300000 715000 2000000 5000000] [--no-splink]
    python benchmarks/linkage.py --train          trains the model that is shipped, on the training half of the invented lists

Every figure comes from a process of its own: seconds on the clock, seconds of the processors (user + system), peak memory. All people
are invented, the same ones every time; they are made once and kept under ``build/benchmarks``. Prints one JSON document; the growth is
also drawn (``build/benchmarks/linkage-growth.svg``).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from sertakan.linkage.engine import TrainedModel

BUILD = Path(__file__).resolve().parent.parent / "build" / "benchmarks"
COLUMNS = ("record_id", "nik", "name", "mother_name", "birth_date", "sex", "area_code", "phone", "kpj", "address")
TRAINED_ON, SAMPLED, SEED = 200_000, 3_000_000, 1
CORRECTED_ON, JUDGED_ON = (1, 2, 3), 4
"""Seeds of the training half: for weights and corrections, and for the threshold."""

LEAST = 1e-4
PER_VILLAGE = 473
"""715,000 people in the 1,513 villages of one province."""

PROVINCES = ("17", "16", "18", "15", "13", "14", "12", "11", "33", "35")
SPREAD = "SERTAKAN_BENCHMARK_SPREAD"


def people(rows: int, *, half: str = "test") -> pl.DataFrame:
    """Labelled invented records of one province, made once."""
    from sertakan.synthetic.labelled import generate

    path = BUILD / f"linkage-{half}-{rows}.parquet"
    if not path.exists():
        BUILD.mkdir(parents=True, exist_ok=True)
        generate(rows, half=half, seed=SEED).write_parquet(path)  # type: ignore[arg-type]
    return pl.read_parquet(path)


def spread_people(rows: int) -> pl.DataFrame:
    """The same in as many villages as their number needs, province after province, made once: PER_VILLAGE records in each."""
    from dataclasses import replace

    from sertakan.synthetic.labelled import generate
    from sertakan.synthetic.labelled.homes import shipped_world

    path = BUILD / f"linkage-spread-{rows}.parquet"
    if not path.exists():
        BUILD.mkdir(parents=True, exist_ok=True)
        parts: list[pl.DataFrame] = []
        wanted = rows
        for province in PROVINCES:
            world = shipped_world(province)
            villages = world.villages.sort("village").head(-(-wanted // PER_VILLAGE))
            here = min(wanted, villages.height * PER_VILLAGE)
            made = generate(here, half="test", seed=int(province), world=replace(world, villages=villages))
            names = [pl.format("{}-{}", pl.lit(province), name).alias(name) for name in ("record_id", "cluster")]
            parts.append(made.with_columns(names))
            wanted -= here
            if wanted <= 0:
                break
        pl.concat(parts).write_parquet(path)
    return pl.read_parquet(path)


def register_and_list(rows: int, listed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """`rows` records to be searched, and a list of `listed` others from lists; most of the listed are among the rows."""
    frame = spread_people(rows + listed) if os.environ.get(SPREAD) else people(rows + listed)
    chosen = frame.filter(pl.col("source") == "list").head(listed)
    return frame.join(chosen.select("record_id"), on="record_id", how="anti", maintain_order="left"), chosen


# --- measured in processes of their own -----------------------------------------------------------------------------------------------


class Watch:
    """Seconds of named steps."""

    def __init__(self) -> None:
        self.steps: dict[str, float] = {}
        self._last = time.perf_counter()

    def step(self, name: str) -> None:
        now = time.perf_counter()
        self.steps[name] = round(now - self._last, 2)
        self._last = now


def _start() -> Path:
    data = BUILD / "linkage-data"
    os.environ.setdefault("SERTAKAN_DATA", str(data))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sertakan.config.settings")
    import django

    django.setup()
    return data


def run_prepare(rows: int, listed: int, watch: Watch) -> dict[str, Any]:
    """Normalise all records and seal them as a prepared register."""
    data = _start()
    from sertakan.linkage import engine, normalise, prepared, register

    records, _ = register_and_list(rows, listed)
    records = records.select(COLUMNS)
    watch.step("read")
    ready = normalise.prepare(records)
    watch.step("normalise")
    del records
    built = prepared.build(ready, engine.shipped_model().settings)
    watch.step("keys and frequencies")
    path = data / f"{rows}.register"
    register.write(built, path, register.Mark.of("benchmark"))
    watch.step("seal and write")
    return {"rows": rows, "keys": built.keys.height, "file_mb": round(path.stat().st_size / 1e6)}


def run_link(rows: int, listed: int, watch: Watch) -> dict[str, Any]:
    """A list against the prepared register, from opening it to the three answers."""
    data = _start()
    from sertakan.linkage import decide, engine, normalise, register

    _, chosen = register_and_list(rows, listed)
    chosen = chosen.select(COLUMNS)
    watch.step("read the list")
    ready = register.read(data / f"{rows}.register")
    watch.step("open the register")
    left = normalise.prepare(chosen)
    watch.step("normalise the list")
    model = engine.shipped_model()
    pairs = engine.link(left, ready, model)
    watch.step("link")
    decided = decide.decide(pairs, model, kind="link")
    watch.step("decide")
    total = sum(seconds for name, seconds in watch.steps.items() if name != "read the list")
    return {"rows": rows, "listed": listed, "pairs": decided.height, "total": round(total, 2)}


def run_dedupe(rows: int, listed: int, watch: Watch) -> dict[str, Any]:
    """All against all, from opening the register to the three answers."""
    data = _start()
    from sertakan.linkage import decide, engine, register

    ready = register.read(data / f"{rows}.register")
    watch.step("open the register")
    model = engine.shipped_model()
    pairs = engine.dedupe(ready, model)
    watch.step("dedupe")
    decided = decide.decide(pairs, model)
    watch.step("decide")
    return {"rows": rows, "pairs": decided.height, "total": round(sum(watch.steps.values()), 2)}


def run_splink(rows: int, listed: int, watch: Watch) -> dict[str, Any]:
    """Plain Splink as its tutorial has it: library comparisons, trained on the spot, the same cleaned columns."""
    import splink.comparison_library as compare
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    from sertakan.linkage import normalise

    records, chosen = register_and_list(rows, listed)
    columns = {"c_nik": "nik", "c_name_text": "name", "c_mother_text": "mother", "c_birth": "birth", "c_village": "village",
               "c_phone": "phone", "c_sex": "sex"}  # fmt: skip
    frames = [
        normalise.prepare(frame.select(COLUMNS)).select(
            pl.col("record_id").alias("unique_id"), *(pl.col(a).alias(b) for a, b in columns.items())
        )
        for frame in (records, chosen)
    ]
    watch.steps.clear()
    watch.step("prepared")
    rules = [
        ("nik",),
        ("phone",),
        ("name", "birth"),
        ("name", "village"),
        ("name", "mother"),
        ("mother", "birth"),
        ("birth", "village"),
    ]
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[
            compare.LevenshteinAtThresholds("nik", [1, 2]),
            compare.JaroWinklerAtThresholds("name", [0.92, 0.8]).configure(term_frequency_adjustments=True),
            compare.JaroWinklerAtThresholds("mother", [0.92, 0.8]),
            compare.LevenshteinAtThresholds("birth", [1, 2]),
            compare.ExactMatch("village"),
            compare.LevenshteinAtThresholds("phone", [1]),
            compare.ExactMatch("sex"),
        ],
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in rules],
    )
    api = DuckDBAPI()
    linker = Linker(
        [api.register(frame.to_arrow(), dataset_display_name=name) for frame, name in zip(frames, ("register", "list"), strict=True)],
        settings,
        log_level="ERROR",
    )  # fmt: skip
    linker.training.estimate_probability_two_random_records_match([block_on("nik")], recall=0.8)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in (("nik",), ("name", "birth")):
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*rule))
    watch.step("train")
    found = linker.inference.predict(threshold_match_probability=0.05)
    found = pl.DataFrame(found.as_duckdbpyrelation().to_arrow_table())
    watch.step("predict")
    return {
        "rows": rows,
        "listed": listed,
        "pairs": found.height,
        "total": round(watch.steps["train"] + watch.steps["predict"], 2),
    }


RUNS: dict[str, Callable[[int, int, Watch], dict[str, Any]]] = {
    "prepare": run_prepare, "link": run_link, "dedupe": run_dedupe, "splink": run_splink,
}  # fmt: skip


def in_a_process(name: str, rows: int, listed: int, *, spread: bool = False) -> dict[str, Any]:
    """Run one of RUNS by itself; `spread`: with people in as many villages as their number needs."""
    command = [sys.executable, "-W", "ignore", __file__, "--one", name, "--rows", str(rows), "--list", str(listed)]
    surroundings = {**os.environ, **({SPREAD: "1"} if spread else {})}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=surroundings)
    if done.returncode:
        return {"failed": done.stderr.strip().splitlines()[-1:]}
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def one(name: str, rows: int, listed: int) -> None:
    watch = Watch()
    found = RUNS[name](rows, listed, watch)
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = round(used.ru_utime + used.ru_stime, 1)
    print(json.dumps({**found, "steps": watch.steps, "cpu_seconds": cpu, "peak_mb": used.ru_maxrss // 1024}))


# --- the whole ------------------------------------------------------------------------------------------------------------------------


def measure(words: argparse.Namespace) -> dict[str, Any]:
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    load = f"load {os.getloadavg()[0]:.1f} at the start"
    result: dict[str, Any] = {"machine": f"{os.cpu_count()} cores, {platform.machine()}, {load}"}
    if not words.only_growth:
        result |= {step: in_a_process(step, words.rows, words.list) for step in ("prepare", "link", "dedupe")}
    if not (words.no_splink or words.only_growth):
        result["plain Splink, the same list"] = in_a_process("splink", words.rows, words.list)
    growth = []
    for rows in words.growth:
        steps = ("prepare", "link", "dedupe")
        found = {step: in_a_process(step, rows, words.list, spread=not words.one_province) for step in steps}
        growth.append(found | {"rows": rows})
        (BUILD / "linkage-data" / f"{rows}.register").unlink(missing_ok=True)
    result["growth"] = growth
    if growth:
        draw(growth)
    return result


def draw(growth: list[dict[str, Any]]) -> None:
    """Processor seconds per million rows would be level if growth were linear; drawn on two logarithmic scales."""
    import altair as alt

    names = {"prepare": "siapkan", "link": "cocokkan 10.000 baris", "dedupe": "cari ganda"}
    rows = [
        {"rows": entry["rows"], "step": names[step], "seconds": entry[step]["cpu_seconds"]}
        for entry in growth
        for step in names
        if "cpu_seconds" in entry[step]
    ]
    chart = (
        alt.Chart(alt.Data(values=rows))
        .mark_line(point=True)
        .encode(
            x=alt.X("rows:Q", scale=alt.Scale(type="log"), title="orang di register"),
            y=alt.Y("seconds:Q", scale=alt.Scale(type="log"), title="detik prosesor"),
            color=alt.Color("step:N", title=None),
        )
        .properties(width=480, height=300)
    )
    chart.save(BUILD / "linkage-growth.svg")


def damaged_people(seed: int) -> pl.DataFrame:
    """The training half, where some records that have errors got one more that follows no rule."""
    from sertakan.synthetic.labelled import generate
    from sertakan.synthetic.labelled.damage import damaged

    frame = people(TRAINED_ON, half="train") if seed == SEED else generate(TRAINED_ON, half="train", seed=seed)
    return damaged(frame, seed=seed)


def labelled_pairs(frame: pl.DataFrame, model: TrainedModel, *, within: bool, numbered: bool = True) -> pl.DataFrame:
    """All pairs that a model finds, with the truth: of the whole set, or of its lists against its register."""
    from sertakan.linkage import decide, engine, normalise

    ready = normalise.prepare(frame.select(name for name in (*COLUMNS, "source") if numbered or name != "nik"))
    if within:
        pairs = engine.dedupe(ready, model, least=LEAST)
    else:
        lists, register = (ready.filter(pl.col("source") == name) for name in ("list", "register"))
        pairs = engine.link(lists, register, model, least=LEAST)
    return decide.with_truth(pairs, dict(frame.select("record_id", "cluster").iter_rows()))


def train() -> None:
    """Train the shipped model on the training half: weights, then their corrections, then the threshold on people of its own."""
    from dataclasses import replace

    from sertakan.linkage import decide, engine, normalise
    from sertakan.linkage.correction import fit, fit_rivals

    frames = {seed: damaged_people(seed) for seed in CORRECTED_ON}
    first = frames[SEED]
    model = engine.train(normalise.prepare(first.select(COLUMNS)), truth=first["cluster"], sampled=SAMPLED, seed=SEED)

    def found(*, within: bool, numbered: bool) -> pl.DataFrame:
        return pl.concat(
            labelled_pairs(frame, model, within=within, numbered=numbered).with_columns(
                pl.format("{} {}", pl.lit(seed), name).alias(name) for name in ("left_id", "right_id")
            )
            for seed, frame in frames.items()
        )

    for name in ("correction", "unnumbered"):
        numbered = name == "correction"
        both = [found(within=within, numbered=numbered) for within in (False, True)]
        known = fit(pl.concat([both[0], both[1].select(both[0].columns)]))
        model = replace(model, **{name: known})
        listed, inside = (
            fit_rivals(found(within=within, numbered=numbered), within=within) for within in (False, True)
        )
        model = replace(model, **{name: replace(known, listed=listed, within=inside)})
    others = damaged_people(JUDGED_ON)
    judged = pl.concat([labelled_pairs(others, model, within=within) for within in (False, True)])
    model = decide.with_threshold(model, judged)
    path = Path(engine.__file__).parent / "data" / "model.json"
    path.write_text(model.to_json())
    print(json.dumps({"threshold": model.threshold, "measured": model.measured}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=715_000)
    parser.add_argument("--list", type=int, default=10_000)
    parser.add_argument("--growth", type=int, nargs="*", default=[100_000, 300_000, 715_000, 2_000_000, 5_000_000])
    parser.add_argument("--no-splink", action="store_true")
    parser.add_argument("--one-province", action="store_true", help="the growth with everybody in one province")
    parser.add_argument("--only-growth", action="store_true")
    parser.add_argument("--train", action="store_true")
    parser.add_argument("--one", choices=RUNS)
    words = parser.parse_args()
    if words.train:
        train()
    elif words.one:
        one(words.one, words.rows, words.list)
    else:
        print(json.dumps(measure(words), indent=2))


if __name__ == "__main__":
    main()
