"""Three answers, vetoes, one partner each, groups without contradiction, thresholds without the truth."""

from __future__ import annotations

import polars as pl
import pytest
from invented import crowd, labelled

from sertakan.linkage import decide, engine

MODEL = engine.shipped_model()
LEVELS = {
    "nik": "same", "name": "same", "mother": "same", "birth": "stands in the number", "sex": "same", "area": "same village",
    "phone": "same",
    "kpj": "missing", "address": "same",
}  # fmt: skip


def pairs(*rows: tuple[str, str, float, dict[str, str]]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "left_id": left,
                "right_id": right,
                "probability": p,
                "weight": p,
                **{f"level_{k}": v for k, v in {**LEVELS, **levels}.items()},
            }
            for left, right, p, levels in rows
        ]
    )


def answers(frame: pl.DataFrame, threshold: float = 0.95, **options: object) -> list[tuple[str, str]]:
    decided = decide.decide(frame, MODEL, threshold=threshold, **options)  # type: ignore[arg-type]
    return list(decided.select("answer", "reason").iter_rows())


def test_the_probability_gives_one_of_three_answers():
    found = answers(pairs(("a", "b", 0.99, {}), ("c", "d", 0.5, {}), ("e", "f", 0.01, {})))
    assert [answer for answer, _ in found] == ["same", "review", "different"]


@pytest.mark.parametrize(
    ("levels", "probability", "reason"),
    [
        ({"kpj": "other"}, 0.9999, "other_kpj"),
        ({"nik": "next serial", "name": "alike"}, 0.9999, "next_serial"),
        ({"nik": "next serial"}, 0.85, "next_serial"),
        ({"nik": "digits lost", "name": "other", "birth": "other"}, 0.9999, "relatives_number"),
        ({"nik": "other"}, 0.85, "two_numbers"),
        ({"name": "other"}, 0.85, "relatives_number"),
        ({"name": "shares a word", "birth": "other"}, 0.85, "relatives_number"),
        ({"sex": "other", "nik": "missing"}, 0.85, "other_sex"),
        ({"nik": "missing", "name": "other ending", "birth": "same"}, 0.85, "twins"),
        ({"nik": "two slips", "name": "one slip", "birth": "same"}, 0.85, "twins"),
    ],
)
def test_a_veto_sends_the_pair_to_a_person(levels, probability, reason):
    assert answers(pairs(("a", "b", probability, levels)), threshold=0.8) == [("review", reason)]


@pytest.mark.parametrize(
    "levels",
    [
        {"nik": "next serial"}, {"nik": "other"}, {"sex": "other", "nik": "missing"}, {"name": "other"},
        {"nik": "missing", "name": "other ending", "birth": "same"},
    ],
)  # fmt: skip
def test_strong_evidence_outweighs_another_number_sex_or_name(levels):
    assert answers(pairs(("a", "b", 0.995, levels))) == [("same", "")]


def test_a_veto_does_not_bring_an_unlikely_pair_to_a_person():
    assert answers(pairs(("a", "b", 0.001, {"kpj": "other"})))[0][0] == "different"


def test_in_a_list_everybody_gets_one_partner_and_the_rival_is_looked_at():
    found = answers(
        pairs(("a", "x", 0.99, {}), ("a", "y", 0.98, {}), ("b", "x", 0.97, {}), ("b", "z", 0.96, {})), kind="link"
    )
    assert found == [("same", ""), ("review", "rival"), ("review", "rival"), ("same", "")]


def test_two_records_that_contradict_each_other_are_not_chained():
    frame = pairs(("a", "b", 0.999, {}), ("b", "c", 0.99, {}), ("a", "c", 0.9, {"kpj": "other"}))
    assert answers(frame) == [("same", ""), ("review", "chain"), ("review", "other_kpj")]
    decided = decide.decide(frame, MODEL, threshold=0.95)
    assert decide.groups(decided).rows() == [("a", "a"), ("b", "a")]


def test_a_record_joins_a_group_that_it_has_little_in_common_with_only_when_all_but_certain():
    assert answers(pairs(("a", "b", 0.999, {}), ("b", "c", 0.98, {}))) == [("same", ""), ("review", "chain")]
    assert answers(pairs(("a", "b", 0.999, {}), ("b", "c", 0.98, {}), ("a", "c", 0.2, {})))[1] == ("same", "")
    assert answers(pairs(("a", "b", 0.999, {}), ("b", "c", 0.995, {}))) == [("same", ""), ("same", "")]
    assert answers(pairs(("a", "x", 0.999, {}), ("b", "x", 0.98, {})), kind="lists") == [("same", ""), ("same", "")]


def test_two_groups_are_not_joined_by_one_pair_of_many():
    frame = pairs(("a", "b", 0.9999, {}), ("c", "d", 0.9998, {}), ("b", "c", 0.999, {}))
    assert answers(frame)[2] == ("review", "chain")


def test_three_records_of_one_person_are_one_group():
    frame = pairs(("a", "b", 0.999, {}), ("b", "c", 0.99, {}), ("d", "e", 0.98, {}))
    groups = dict(decide.groups(decide.decide(frame, MODEL, threshold=0.95)).iter_rows())
    assert groups == {"a": "a", "b": "a", "c": "a", "d": "d", "e": "d"}


def test_the_answer_does_not_depend_on_the_order_of_pairs():
    frame = pairs(("a", "b", 0.99, {}), ("b", "c", 0.99, {}), ("a", "c", 0.9, {"kpj": "other"}), ("c", "d", 0.97, {}))
    plain = decide.decide(frame, MODEL, threshold=0.95).sort("left_id", "right_id")
    turned = decide.decide(frame.reverse(), MODEL, threshold=0.95).sort("left_id", "right_id")
    assert plain.equals(turned)


def test_lists_without_some_comparisons_are_decided_as_well():
    frame = pairs(("a", "b", 0.99, {})).drop("level_kpj", "level_nik", "level_phone")
    assert decide.decide(frame, MODEL, threshold=0.95)["answer"].to_list() == ["same"]


def test_the_automatic_threshold_promises_its_precision_without_the_truth():
    found = engine.dedupe(crowd(), MODEL)
    lines = decide.automatic_threshold(found)
    above = found.filter((decide.vetoes(found) == "") & (pl.col("probability") >= lines.certain))
    assert above["probability"].mean() >= decide.AIM
    assert lines.balanced <= lines.automatic <= lines.certain


def test_nothing_found_gives_a_strict_threshold():
    empty = pairs(("a", "b", 0.5, {})).head(0)
    assert decide.automatic_threshold(empty).automatic == decide.AIM
    assert decide.decide(empty, MODEL).is_empty()


def test_the_threshold_of_a_shipped_model_is_measured_on_labels():
    found = engine.dedupe(crowd(), MODEL, least=0.01)
    labels = decide.with_truth(found, dict(labelled().select("record_id", "cluster").iter_rows()))
    model = decide.with_threshold(MODEL, labels)
    assert 0 < model.threshold <= 1
    assert model.measured["precision_on_training_half"] >= 0.99
