"""Invented people look real, are the same every time, and can be told from real ones."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from sertakan.rules.identity import parse_nik, parse_nip
from sertakan.synthetic.dice import Dice, world_data
from sertakan.synthetic.names import name_column
from sertakan.synthetic.people import World, build_world, generate_people

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def world() -> World:
    areas = pl.DataFrame(
        {
            "code": [
                "17",
                "17.01",
                "17.71",
                "17.01.04",
                "17.71.06",
                "17.01.04.2001",
                "17.01.04.2002",
                "17.71.06.1001",
                "33.74",
            ],
            "name": [
                "Bengkulu",
                "Kabupaten Bengkulu Selatan",
                "Kota Bengkulu",
                "Manna",
                "Ratu Agung",
                "A",
                "B",
                "C",
                "Kota Semarang",
            ],
        }
    )
    occupations = pl.DataFrame(
        {"code": ["asisten-rumah-tangga", "tukang-ojek", "penjaga-kebun"], "transport": [False, True, False]}
    )
    return build_world("17", areas, ["170104", "177106", "337401"], occupations)


@pytest.fixture(scope="module")
def people(world: World) -> pl.DataFrame:
    return generate_people(4_000, world=world, seed=1, on=TODAY)


def test_the_same_seed_gives_the_same_people_and_another_gives_others(world: World, people: pl.DataFrame) -> None:
    assert generate_people(4_000, world=world, seed=1, on=TODAY).equals(people)
    assert not generate_people(4_000, world=world, seed=2, on=TODAY).equals(people)


def test_identity_numbers_fit_their_bearers_and_end_in_9000_to_9998(people: pl.DataFrame) -> None:
    assert people["nik"].n_unique() == people.height
    for nik, sex, born in people.select("nik", "sex", "birth_date").iter_rows():
        parts = parse_nik(nik)
        assert (parts.sex, parts.day, parts.month, parts.two_digit_year) == (sex, born.day, born.month, born.year % 100)
        assert 9_000 <= parts.serial <= 9_998


def test_donors_have_numbers_as_civil_servants_have_them(people: pl.DataFrame) -> None:
    assert all(900 <= parse_nip(nip).serial <= 999 for nip in people["donor_nip"])
    per_donor = people.group_by("donor_nip").len()["len"]
    assert 1.0 < per_donor.mean() < 2.5  # type: ignore[operator]
    assert people.select("donor_nip", "donor_name").unique().height == people["donor_nip"].n_unique()


def test_everybody_can_be_registered(people: pl.DataFrame) -> None:
    ages = people.select((pl.lit(TODAY) - pl.col("birth_date")).dt.total_days() / 365.25).to_series()
    assert ages.min() >= 17.9  # type: ignore[operator]
    assert ages.max() < 65  # type: ignore[operator]
    assert people["consent_date"].drop_nulls().max() <= TODAY  # type: ignore[operator]


def test_births_pile_up_on_the_last_day_of_the_year(people: pl.DataFrame) -> None:
    last = people.filter((pl.col("birth_date").dt.month() == 12) & (pl.col("birth_date").dt.day() == 31)).height
    assert last > 0.02 * people.height


def test_telephones_have_a_beginning_that_no_operator_has(people: pl.DataFrame) -> None:
    assert people["phone"].drop_nulls().str.contains(r"^\+62844\d{8}$").all()
    assert 0.15 < people["phone"].null_count() / people.height < 0.3


def test_about_one_in_ten_has_a_single_name(people: pl.DataFrame) -> None:
    single = people.filter(~pl.col("name").str.contains(" ")).height
    assert 0.06 < single / people.height < 0.2
    assert not people["name"].is_in(world_data()["avoided_names"]).any()


def test_names_go_with_sex() -> None:
    def drawn(sex: str) -> set[str]:
        frame = pl.DataFrame({"sex": [sex] * 2_000, "birth_date": [date(1980, 1, 1)] * 2_000})
        return {name.split(" ")[0] for name in name_column(frame, Dice(3))}

    assert len(drawn("L") & drawn("P")) < 0.05 * len(drawn("L"))


def test_drivers_for_hire_are_transport(people: pl.DataFrame) -> None:
    transport = people.filter(pl.col("sector") == "transport")["occupation"].unique().to_list()
    assert transport == ["tukang-ojek"]


def test_more_live_where_more_live(people: pl.DataFrame) -> None:
    counts = dict(people.group_by(pl.col("area_code").str.slice(0, 5)).len().iter_rows())
    assert counts["17.71"] > 1.8 * counts["17.01"]
