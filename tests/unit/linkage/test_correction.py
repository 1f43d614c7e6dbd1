"""What adding up weights gets wrong: learned from labelled pairs, and applied by the engine."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from invented import crowd, labelled

from sertakan.linkage import decide, engine
from sertakan.linkage.correction import Correction, Rivals, fit, fit_rivals, rivalry, rivals_sum
from sertakan.synthetic.labelled.damage import damaged

SHIPPED = engine.shipped_model()
PLAIN = replace(SHIPPED, correction=Correction())


def labelled_pairs(model: engine.TrainedModel = PLAIN) -> pl.DataFrame:
    found = engine.dedupe(crowd(), model, least=1e-4)
    return decide.with_truth(found, dict(labelled().select("record_id", "cluster").iter_rows()))


def sides(*rows: tuple[str, str, float]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["left", "right", "weight"], orient="row")


def test_a_model_without_correction_adds_up_its_weights():
    pairs = labelled_pairs()
    parts = pairs.select(pl.sum_horizontal(name for name in pairs.columns if name.startswith("w_"))).to_series()
    assert (parts - pairs["weight"]).abs().max() < 1e-6
    assert pairs["w_rivals"].abs().max() == 0


def test_corrected_weights_are_factors_and_numbers_of_levels():
    known = Correction(base=1.5, family=0.5, factors={"name": 0.5}, levels={"name": {"same": 2.0}})
    columns = ["left_id", "right_id", "w_name", "w_nik", "w_family", "level_name"]
    before = labelled_pairs().select(columns)
    after = labelled_pairs(replace(PLAIN, correction=known)).select(columns)
    both = before.join(after, on=["left_id", "right_id"], suffix="_now").filter(pl.col("level_name") == "same")
    assert both.height
    assert (both["w_name"] * 0.5 + 2 - both["w_name_now"]).abs().max() < 1e-6
    assert (both["w_family"] * 0.5 - both["w_family_now"]).abs().max() < 1e-6
    assert (both["w_nik"] - both["w_nik_now"]).abs().max() < 1e-6


def test_a_correction_is_learned_and_makes_probabilities_truer():
    pairs = labelled_pairs()
    known = fit(pairs)
    assert fit(pairs) == known
    corrected = labelled_pairs(replace(PLAIN, correction=known))

    def surprise(frame: pl.DataFrame) -> float:
        right = pl.when("right").then("probability").otherwise(1 - pl.col("probability"))
        return -float(frame.select(right.clip(1e-12, 1).log().sum()).item())

    shared = pairs.join(corrected.select("left_id", "right_id"), on=["left_id", "right_id"], how="semi")
    assert surprise(corrected) < surprise(shared)


def test_a_rival_is_likely_and_has_nothing_in_common_with_the_other():
    frame = sides(("a", "b", 30.0), ("a", "c", 26.0), ("d", "e", 30.0), ("d", "f", 28.0), ("e", "f", 27.0))
    assert rivalry(frame, 20.0, within=True).to_list() == [6.0, 10.0, None, None, None]
    listed = sides(("a", "x", 30.0), ("a", "y", 26.0), ("b", "z", 30.0), ("b", "y", 10.0))
    assert rivalry(listed, 20.0, within=False).to_list() == [6.0, 10.0, None, 10.0]
    known = Rivals(free=1.0, contested=-2.0, by_bit=-0.5)
    assert rivals_sum(listed, known, 20.0, within=False).to_list() == [-5.0, -7.0, 1.0, -7.0]


def test_rivals_speak_against_a_pair():
    found = fit_rivals(labelled_pairs(), within=True)
    assert found.contested + 10 * found.by_bit < found.free


def test_the_shipped_model_has_learned_corrections():
    known = SHIPPED.correction
    assert 0.3 < known.family < 1.5
    assert all(0.3 < factor < 1.7 for factor in known.factors.values())
    assert known.listed.contested < 0 < known.listed.free
    assert known.within.contested < 0 < known.within.free
    assert engine.TrainedModel.from_json(SHIPPED.to_json()).correction == known


def test_damage_follows_no_rule_and_repeats_to_the_letter():
    frame = labelled().head(1_500)
    once = damaged(frame, seed=5)
    assert once.equals(damaged(frame, seed=5))
    assert not once.equals(damaged(frame, seed=6))
    assert once["cluster"].equals(frame["cluster"])
    clean = (frame["kinds"] == "").fill_null(value=True)
    assert once.filter(clean).equals(frame.filter(clean))
    changed = sum((once[name].ne_missing(frame[name])).sum() for name in ("nik", "name", "birth_date", "mother_name"))
    assert changed == pytest.approx(0.3 * (~clean).sum(), rel=0.5)
