"""Pairs, weights and what they are made of."""

from __future__ import annotations

import math
from functools import cache

import polars as pl
import pytest
from invented import crowd, labelled, records, right_pairs, true_pairs

from sertakan.linkage import decide, engine, normalise, prepared
from sertakan.linkage.model import MODEL

MODEL_TRAINED = engine.shipped_model()


@cache
def others() -> pl.DataFrame:
    return crowd().head(1_500)


def among_others(frame: pl.DataFrame) -> pl.DataFrame:
    """The pairs of records a and b, which stand in a set with 1,500 others."""
    whole = pl.concat([others(), frame.select(others().columns)])
    pairs = engine.dedupe(whole, MODEL_TRAINED, least=0.0)
    return pairs.filter(pl.col("left_id").is_in(["a", "b"]) & pl.col("right_id").is_in(["a", "b"]))


def only(frame: pl.DataFrame) -> dict[str, object]:
    """The one pair of a and b."""
    pairs = among_others(frame)
    assert pairs.height == 1
    return pairs.row(0, named=True)


def test_a_pair_shows_what_its_weight_is_made_of():
    pair = only(records({}, {"name": "Siti Aminah P."}))
    parts = sum(value for name, value in pair.items() if name.startswith("w_"))
    assert parts == pytest.approx(pair["weight"], abs=1e-6)
    assert (pair["level_name"], pair["level_nik"], pair["level_birth"]) == (
        "abbreviated",
        "same",
        "stands in the number",
    )


@pytest.mark.parametrize(
    ("change", "comparison", "level"),
    [
        ({"nik": "1771014107859083"}, "nik", "other serial"), ({"nik": "1771014107859004"}, "nik", "next serial"),
        ({"nik": "177101410785900"}, "nik", "digits lost"), ({"nik": "1771014107589003"}, "nik", "one slip"),
        ({"nik": None}, "nik", "missing"), ({"name": "Putri Siti Aminah"}, "name", "same"), ({"name": "St. Aminah Putri"}, "name", "same"),
        ({"name": "Siti Aminah"}, "name", "one within the other"), ({"name": "Siti Amina Putry"}, "name", "sounds the same"),
        ({"name": "Siti Aminah Put"}, "name", "cut off"), ({"name": "Siti Amkinah Putri"}, "name", "one slip"),
        ({"name": "Siti Aminah Putra"}, "name", "other ending"), ({"birth_date": "1985-01-07", "nik": None}, "birth",
        "day and month swapped"),
        ({"birth_date": "1985", "nik": None}, "birth", "year only"), ({"area_code": "17.71.01"}, "area", "same district"),
        ({"phone": "84412345679"}, "phone", "one slip"), ({"sex": "L"}, "sex", "other"), ({"mother_name": "Nurhayati"}, "mother",
        "one within the other"),
        ({"mother_name": "Noerhayati Zubaedah"}, "mother", "same"),
    ],
)  # fmt: skip
def test_levels_are_reached(change, comparison, level):
    assert only(records({}, change))[f"level_{comparison}"] == level


def test_rare_names_weigh_more_than_frequent_ones():
    pairs = engine.dedupe(crowd(), MODEL_TRAINED).filter(pl.col("level_name") == "same")
    names = dict(crowd().select("record_id", "c_name_set").iter_rows())
    often = crowd()["c_name_set"].value_counts().rename({"count": "often"})
    frame = pairs.with_columns(c_name_set=pl.col("left_id").replace_strict(names)).join(often, on="c_name_set")
    assert frame.sort("often")["w_name"].head(50).mean() > frame.sort("often")["w_name"].tail(50).mean() + 0.5


def test_twins_are_not_taken_for_one():
    twins = among_others(records({}, {"name": "Siti Aminah Putra", "nik": "1771014107859004"}))
    assert decide.SAME not in decide.decide(twins, MODEL_TRAINED)["answer"].to_list()


def test_what_a_pair_shares_with_relatives_is_taken_off():
    pair = only(records({}, {"nik": None, "name": "Siti Aminah P."}))
    assert pair["w_family"] < -20


def test_a_wife_with_her_husbands_number_is_not_her_husband():
    husband = {"name": "Budi Hartono", "sex": "L", "birth_date": "1980-02-03", "mother_name": "Sumiati"}
    couple = among_others(records({}, husband))
    assert decide.SAME not in decide.decide(couple, MODEL_TRAINED)["answer"].to_list()


def test_most_persons_are_found_and_hardly_any_wrongly():
    decided = decide.decide(engine.dedupe(crowd(), MODEL_TRAINED), MODEL_TRAINED, threshold=0.9)
    same = decided.filter(pl.col("answer") == decide.SAME)
    right = right_pairs(same)
    assert right.mean() > 0.99
    assert right.sum() / true_pairs() > 0.94


def test_lists_without_numbers_are_linked_by_everything_else():
    frame = labelled().select("record_id", "name", "mother_name", "birth_date", "sex", "area_code", "phone")
    pairs = engine.dedupe(normalise.prepare(frame), MODEL_TRAINED)
    line = decide.automatic_threshold(pairs).automatic
    same = decide.decide(pairs, MODEL_TRAINED, threshold=line).filter(pl.col("answer") == decide.SAME)
    right = right_pairs(same)
    found, wrong = right.sum(), (~right).sum()
    assert 2 * found / (2 * found + wrong + true_pairs() - found) > 0.9


def test_the_same_list_gives_the_same_pairs_whatever_the_threads():
    first = engine.dedupe(crowd(), MODEL_TRAINED, threads=1)
    assert first.equals(engine.dedupe(crowd(), MODEL_TRAINED, threads=2))


def test_keys_shared_out_in_portions_change_no_pair(monkeypatch):
    whole = engine.dedupe(crowd(), MODEL_TRAINED)
    monkeypatch.setattr(engine, "KEYS_AT_ONCE", 5_000)
    assert engine.dedupe(crowd(), MODEL_TRAINED).equals(whole)
    assert whole.height


def test_the_order_of_rows_changes_no_pair():
    turned = engine.dedupe(crowd().reverse(), MODEL_TRAINED)
    plain = engine.dedupe(crowd(), MODEL_TRAINED)

    def pairs(frame: pl.DataFrame) -> set[tuple[frozenset[str], float]]:
        return {
            (frozenset((left, right)), round(p, 9))
            for left, right, p in frame.select("left_id", "right_id", "probability").iter_rows()
        }

    assert pairs(turned) == pairs(plain)


def test_a_list_against_a_register_finds_its_own_people_through_either_door():
    list_, register = crowd().head(500), crowd().tail(3_500)
    plain = engine.link(list_, register, MODEL_TRAINED)
    ready = engine.link(list_, prepared.build(register, MODEL), MODEL_TRAINED)
    assert plain.equals(ready)
    assert set(plain["left_id"]) <= set(list_["record_id"])
    assert right_pairs(plain.filter(pl.col("probability") > 0.9)).mean() > 0.98


def test_an_empty_list_gives_no_pair():
    assert engine.link(crowd().head(0), crowd(), MODEL_TRAINED).is_empty()
    assert engine.dedupe(crowd().head(0), MODEL_TRAINED).is_empty()
    assert engine.dedupe(crowd().head(1), MODEL_TRAINED).is_empty()


def test_training_without_labels_learns_that_equal_names_speak_for_one_person():
    model = engine.train(crowd(), seed=3, sampled=50_000)
    m, u = model.weights["name"]["same"]
    assert math.log2(m / u) > 5
    m, u = model.weights["name"]["other"]
    assert math.log2(m / u) < -2
    assert engine.train(crowd(), seed=3, sampled=50_000).weights == model.weights


def test_a_model_survives_its_json():
    again = engine.TrainedModel.from_json(MODEL_TRAINED.to_json())
    assert again == MODEL_TRAINED
    assert again.hash == MODEL_TRAINED.hash


def test_the_shipped_model_was_trained_for_the_model_in_the_code():
    for one in MODEL.comparisons:
        assert list(MODEL_TRAINED.weights[one.name]) != []
        assert {level.label for level in one.levels} == set(MODEL_TRAINED.weights[one.name])


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_spark_gives_the_same_pairs():
    pytest.importorskip("pyspark")
    from sertakan.linkage import spark

    raw = labelled().head(2_000)
    raw = raw.select("record_id", *(name for name in normalise.CANONICAL if name in raw.columns and name != "email"))
    here = engine.dedupe(normalise.prepare(raw), MODEL_TRAINED)
    session = spark.session(partitions=2)
    try:
        there = spark.dedupe(session, raw, MODEL_TRAINED)
    finally:
        session.stop()
    assert there.equals(here)
