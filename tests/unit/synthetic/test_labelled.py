"""Labelled lists of invented people: repeatable, with the promised share of errors, and with people who are hard to tell apart."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

import polars as pl
import pytest

from sertakan.synthetic.labelled import COLUMNS, FIELD_RATES, KINDS, generate

PAGE = Path(__file__).resolve().parents[3] / "docs" / "explanation" / "labelled-data.md"
RECORD = {
    "nik": "1701994107850003", "name": "Siti Khadijah Ramadhani", "mother_name": "Nur Fatimah", "birth_date": "1985-07-01",
    "birth_place": "Manna", "sex": "P", "area_code": "17.01.09.2004",
    "address": "Jl. Melati No. 3 RT 002 RW 001", "phone": "+6284412345678",
    "relative_nik": "1701990107800001", "relative_name": "Hasan Basri", "village_beside": "17.01.09.2005", "home_prefix": "170109",
}  # fmt: skip


@pytest.fixture(scope="module")
def train() -> pl.DataFrame:
    return generate(8_000, seed=5)


@pytest.fixture(scope="module")
def test_half() -> pl.DataFrame:
    return generate(8_000, seed=5, half="test")


def kinds_in(frame: pl.DataFrame) -> set[str]:
    return {one for text in frame["kinds"].to_list() for one in text.split("|") if one}


def test_the_same_arguments_give_the_same_rows_and_another_seed_others(train):
    assert train.equals(generate(8_000, seed=5))
    assert train["nik"].to_list() != generate(8_000, seed=6)["nik"].to_list()


def test_it_has_the_columns_and_the_size_that_were_asked_for(train):
    assert tuple(train.columns) == COLUMNS
    assert train.height == 8_000
    assert train["record_id"].n_unique() == 8_000


def test_a_quarter_of_the_records_has_errors_and_a_tenth_an_unusable_number(train, test_half):
    spoiling = {name for name, one in KINDS.items() if one.unusable}
    for frame in (train, test_half):
        assert (frame["kinds"] != "").mean() == pytest.approx(0.25, abs=0.02)
        unusable = [bool(spoiling & set(text.split("|"))) for text in frame["kinds"].to_list()]
        assert sum(unusable) / frame.height == pytest.approx(0.10, abs=0.015)


def test_held_out_kinds_are_met_in_the_test_half_only(train, test_half):
    held_out = {name for name, one in KINDS.items() if one.held_out}
    assert kinds_in(train) & held_out == set()
    assert kinds_in(test_half) >= held_out - {"name_word_twice"}
    assert set(KINDS) - held_out - kinds_in(train) == set()


def test_the_halves_have_different_people(train, test_half):
    def numbers(frame: pl.DataFrame) -> set[str]:
        return set(frame.filter((pl.col("kinds") == "") & pl.col("nik").is_not_null())["nik"])

    assert len(numbers(train) & numbers(test_half)) < 0.01 * train.height


def test_records_without_errors_of_one_person_agree_and_of_two_persons_never_share_a_number(train):
    clean = train.filter((pl.col("kinds") == "") & (pl.col("changes") == ""))
    by_person = clean.group_by("cluster").agg(pl.col("nik", "name", "birth_date").n_unique())
    assert by_person.drop("cluster").max().row(0) == (1, 1, 1)
    assert clean.group_by("nik").agg(pl.col("cluster").n_unique())["cluster"].max() == 1


def test_twins_stand_beside_each_other_and_differ_by_name_and_number(train):
    clean = train.filter(pl.col("kinds") == "").unique("cluster")
    homes = clean.filter(pl.col("group_relation").is_in(["twin", "first"]))
    twins = homes.join(homes, on=["area_code", "birth_date", "address"], suffix="_2").filter(
        (pl.col("cluster") < pl.col("cluster_2")) & (pl.col("group_relation") != pl.col("group_relation_2"))
    )
    assert twins.height > 10
    assert (twins["nik"] != twins["nik_2"]).all()
    same_sex = twins.filter(pl.col("sex") == pl.col("sex_2"))
    near = (same_sex["nik"].str.slice(12).cast(pl.Int64) - same_sex["nik_2"].str.slice(12).cast(pl.Int64)).abs() == 1
    assert near.mean() > 0.9


def test_fathers_and_sons_of_one_name_are_different_people(train):
    clean = train.unique("cluster")
    both = clean.join(clean, on=["name", "area_code", "address"], suffix="_2").filter(
        pl.col("cluster") < pl.col("cluster_2")
    )
    assert both.filter(pl.col("group_birth_year") != pl.col("group_birth_year_2")).height > 5


def test_some_have_a_single_name(train):
    assert (train["group_single_named"] == "yes").mean() == pytest.approx(0.10, abs=0.03)


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_kind_of_error_changes_a_value_or_leaves_it(name):
    kind = KINDS[name]
    results = {kind.spoil(RECORD, Random(seed)) for seed in range(40)}
    assert results - {RECORD[kind.field]} or name in {"nik_woman_without_40"}
    assert all(result is None or result.strip() for result in results)


@pytest.mark.parametrize("field", sorted(FIELD_RATES))
def test_the_rates_of_a_field_add_up_to_one(field):
    known = [one.rate for one in KINDS.values() if one.field == field and not one.held_out]
    unseen = [one.rate for one in KINDS.values() if one.field == field and one.held_out]
    assert sum(known) == pytest.approx(1.0)
    assert not unseen or sum(unseen) == pytest.approx(1.0)


def test_the_page_lists_every_kind_with_its_rate():
    rows = re.findall(r"^\| `(\w+)` \| (\d\.\d\d) \| (?:yes)? *\|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert dict(rows) == {name: f"{one.rate:.2f}" for name, one in KINDS.items()}
