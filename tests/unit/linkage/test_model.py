"""The model is data that must hold together: shares that add up, labels that exist, conditions that mean the same everywhere."""

from __future__ import annotations

import duckdb
import pytest

from sertakan.linkage import normalise
from sertakan.linkage.model import MODEL, Settings, render

ALL = set(
    normalise.prepare(
        __import__("polars").DataFrame(schema=dict.fromkeys(normalise.CANONICAL, __import__("polars").String))
    ).columns
)


def test_first_guesses_add_up():
    for one in MODEL.comparisons:
        for share in ("m", "u"):
            total = sum(getattr(level, share) for level in one.levels if not level.counted)
            assert total == pytest.approx(1, abs=0.35 if share == "u" else 0.06), (one.name, share, total)


def test_every_comparison_ends_with_everything_else():
    assert all(one.levels[-1].sql == "ELSE" for one in MODEL.comparisons)


def test_relatives_reach_every_level_of_what_they_are_said_to_reach():
    labels = {one.name: [level.label for level in one.levels] for one in MODEL.comparisons}
    for kin in MODEL.family:
        for name, reach in kin.reach.items():
            assert sorted(reach) == sorted(labels[name]), (kin.name, name)
            counted = {
                level.label for one in MODEL.comparisons if one.name == name for level in one.levels if level.counted
            }
            assert sum(share for label, share in reach.items() if label not in counted) == pytest.approx(1, abs=0.01), (
                kin.name,
                name,
            )


def test_all_columns_of_the_model_are_made_by_normalisation():
    for one in MODEL.comparisons:
        assert set(one.columns) <= ALL
    for block in MODEL.blocks:
        assert {*block.columns, block.member} - {""} <= ALL


def test_without_numbers_the_model_drops_what_needs_them():
    fitting = MODEL.fitting(ALL - {name for name in ALL if name.startswith("c_nik")})
    assert "nik" not in [one.name for one in fitting.comparisons]
    birth = next(one for one in fitting.comparisons if one.name == "birth")
    assert not [level for level in birth.levels if "c_nik" in level.sql]
    assert not [block for block in fitting.blocks if "c_nik" in str(block.columns)]


def test_without_villages_wider_keys_are_used():
    fitting = MODEL.fitting(ALL - {"c_village", "c_district", "c_regency"})
    assert any(block.without == "c_regency" for block in fitting.blocks)
    assert not any(block.without == "c_regency" for block in MODEL.fitting(ALL).blocks)


def test_the_hash_changes_with_every_number():
    other = Settings(MODEL.version, MODEL.comparisons, MODEL.blocks, MODEL.family, largest_block=41)
    assert other.hash != MODEL.hash
    assert Settings(MODEL.version, MODEL.comparisons, MODEL.blocks, MODEL.family).hash == MODEL.hash


@pytest.mark.parametrize(
    ("left", "right", "slips", "near"),
    [
        ("SUPARMAN", "SUPARMAN", 1, True), ("SUPARMAN", "SUPARNAM", 1, False), ("SUPARMAN", "SUPARAMN", 1, True),
        ("SUPARMAN", "SUPRMAN", 1, True), ("SUPARMAN", "SUPPARMAN", 1, True), ("SUPARMAN", "SUPIRMIN", 1, False),
        ("SUPARMAN", "SUPIRMIN", 2, True), ("SUPARMAN", "USPARAMN", 2, True), ("SUPARMAN", "BUDIONO", 2, False), ("ANI", "ANO", 1, True),
    ],
)  # fmt: skip
def test_the_quick_questions_lose_no_near_pair(left, right, slips, near):
    quick = render(f"NEAR(x, {slips})", "duckdb")
    plain = f"damerau_levenshtein(x_l, x_r) <= {slips}"
    with duckdb.connect() as connection:
        row = connection.execute(f"select {quick}, {plain} from (select ? as x_l, ? as x_r)", [left, right]).fetchone()
    assert row == (near, near)


def test_spark_is_told_the_same_in_its_words():
    assert "arrays_overlap" in render("ANY(c_name)", "spark")
    assert "hamming" not in render("NEAR(c_nik, 1)", "spark")
