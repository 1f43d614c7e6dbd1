"""The scalar functions and their column twins agree, and refuse alike."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.id import nik as oracle

from sertakan.core.errors import DomainError
from sertakan.core.month import Month, months
from sertakan.rules import (
    FUNDINGS,
    PROGRAMMES,
    SECTORS,
    age_on,
    check_kpj,
    contribution,
    likely_birth_date,
    load_rules,
    parse_nik,
    parse_nip,
    read_programmes,
)
from sertakan.rules.frame import age_expression, contributions_frame
from sertakan.rules.identity_frame import kpj_refusal, nik_frame, nip_refusal

KNOWN = list(months(Month(2015, 7), Month(2028, 12)))
BASES = [row.dasar for row in load_rules().regimes[0].table.rows]
EDGES = [
    edge
    for row in load_rules().regimes[0].table.rows
    for bound in (row.income_from, row.income_to)
    if bound is not None
    for edge in (bound - 1, bound, bound + 1)
]
incomes = st.one_of(st.sampled_from(EDGES), st.integers(-(10**6), 10**12))
answers = st.builds(
    dict,
    income_gap_rule=st.sampled_from(["last_lower_bound_reached", "next_row", "refuse"]),
    apbdes_counts_as_apbd=st.booleans(),
    joint_leave_is_holiday=st.booleans(),
)
facts = st.fixed_dictionaries(
    {
        "month": st.one_of(
            st.sampled_from(KNOWN), st.integers(Month(1, 1).ordinal, Month(2090, 1).ordinal).map(Month.from_ordinal)
        ),
        "dasar": st.one_of(st.none(), st.none(), st.sampled_from(BASES), st.integers(-5, 10**8)),
        "income": st.one_of(st.none(), incomes),
        "sector": st.sampled_from([*SECTORS, *SECTORS, *SECTORS, "lain", "Transport", ""]),
        "funding": st.sampled_from([*FUNDINGS, *FUNDINGS, "arisan", "APBD"]),
        "programmes": st.sets(st.sampled_from([*PROGRAMMES, *PROGRAMMES, "jp"])),
    }
)


def scalar(row: dict, **options) -> dict:
    """The columns that the frame must have for this row."""
    empty = dict.fromkeys(
        ("tier", "jkk", "jkm", "jht", "total", "jkk_full", "jkm_full", "jht_full", "discount", "confirmed")
    )
    empty |= dict.fromkeys(("due_on_jkk_jkm", "due_on_jht"))
    try:
        found = contribution(**row, **options)
    except DomainError as refused:
        return {**empty, "dasar": row["dasar"], "refusal": refused.code}
    return {
        "tier": found.tier,
        "dasar": found.dasar,
        **{name: found.amounts.get(name, 0) for name in PROGRAMMES},
        **{f"{name}_full": found.full_amounts.get(name, 0) for name in PROGRAMMES},
        "total": found.total,
        "discount": found.discount,
        "due_on_jkk_jkm": found.due_on.get("jkk", found.due_on.get("jkm")),
        "due_on_jht": found.due_on.get("jht"),
        "confirmed": found.confirmed,
        "refusal": None,
    }


def frame_of(rows: list[dict], *, booleans: bool = False, ordinals: bool = False) -> pl.DataFrame:
    columns = {name: [row[name] for row in rows] for name in ("dasar", "income", "sector", "funding")}
    if ordinals:
        columns["month_ordinal"] = [row["month"].ordinal for row in rows]
    else:
        columns["month"] = [str(row["month"]) for row in rows]
    if booleans:
        columns |= {name: [name in row["programmes"] for row in rows] for name in PROGRAMMES}
    else:
        columns["programmes"] = [",".join(sorted(row["programmes"])) for row in rows]
    return pl.DataFrame(columns, schema_overrides={"dasar": pl.Int64, "income": pl.Int64})


def assert_twins_agree(rows: list[dict], frame: pl.DataFrame, **options) -> None:
    found = contributions_frame(frame, **options)
    expected = [scalar(row, **options) for row in rows]
    assert found.height == len(rows)
    for name in expected[0]:
        assert found[name].to_list() == [row[name] for row in expected], name


@settings(max_examples=300, deadline=None)
@given(st.lists(facts, min_size=1, max_size=40), answers)
def test_one_person_and_a_frame_agree_on_any_facts(rows: list[dict], answer: dict) -> None:
    assert_twins_agree(rows, frame_of(rows), settings=load_rules().settings.changed(**answer))


@settings(max_examples=60, deadline=None)
@given(st.lists(facts, min_size=1, max_size=20))
def test_months_as_numbers_and_programmes_as_booleans_mean_the_same(rows: list[dict]) -> None:
    known = [{**row, "programmes": row["programmes"] - {"jp"}} for row in rows]
    assert_twins_agree(known, frame_of(known, booleans=True, ordinals=True))


@settings(max_examples=25, deadline=None)
@given(incomes, st.sampled_from(BASES), st.booleans())
def test_every_month_from_july_2015_to_2028_agrees(income: int, dasar: int, chosen: bool) -> None:
    rows = [
        {
            "month": month,
            "dasar": dasar if chosen else None,
            "income": income,
            "sector": sector,
            "funding": FUNDINGS[place % len(FUNDINGS)],
            "programmes": {"jkk", "jkm"} if place % 3 else {"jkk", "jkm", "jht"},
        }
        for place, month in enumerate(KNOWN)
        for sector in SECTORS
    ]
    assert_twins_agree(rows, frame_of(rows))


def test_every_sector_funding_and_choice_of_programmes_agrees_in_every_month() -> None:
    choices = [{name for place, name in enumerate(PROGRAMMES) if number >> place & 1} for number in range(1, 8)]
    rows = [
        {"month": month, "dasar": None, "income": 1_000_000, "sector": sector, "funding": funding, "programmes": choice}
        for month in months(Month(2025, 11), Month(2027, 5))
        for sector in SECTORS
        for funding in FUNDINGS
        for choice in choices
    ]
    assert_twins_agree(rows, frame_of(rows))


def test_every_month_before_the_law_is_refused_by_both() -> None:
    rows = [
        {
            "month": month,
            "dasar": 1_000_000,
            "income": None,
            "sector": "other",
            "funding": "private",
            "programmes": {"jkk"},
        }
        for month in months(Month(2010, 1), Month(2015, 6))
    ]
    frame = frame_of(rows)
    assert_twins_agree(rows, frame)
    assert set(contributions_frame(frame)["refusal"]) == {"month_before_law"}


@settings(max_examples=100, deadline=None)
@given(st.dates(date(2010, 1, 1), date(2026, 12, 31)), st.lists(facts, min_size=1, max_size=10))
def test_the_rules_as_known_on_an_earlier_day_agree_too(day: date, rows: list[dict]) -> None:
    assert_twins_agree(rows, frame_of(rows), rules=load_rules().known_on(day))


def test_a_month_a_sector_or_a_programme_that_is_missing_is_refused_in_the_frame() -> None:
    frame = pl.DataFrame(
        {
            "month": ["2026-13", None, "0000-01", "2026-12", "2026-12", "2026-12", " 2026-12 "],
            "dasar": [1_000_000] * 7,
            "sector": ["other", "other", "other", None, "other", "other", "other"],
            "funding": ["private", "private", "private", "private", None, "private", "private"],
            "programmes": ["jkk", "jkk", "jkk", "jkk", "jkk", None, " jkk , jkm ,"],
        }
    )
    found = contributions_frame(frame)
    assert found["refusal"].to_list() == [
        *["month_unreadable"] * 3, "sector_unknown", "funding_unknown", "programme_missing", None,
    ]  # fmt: skip
    assert found["total"].to_list() == [None] * 6 + [8400]


def test_an_empty_frame_gives_an_empty_frame_with_all_columns() -> None:
    columns = ["month", "dasar", "income", "sector", "funding", "programmes"]
    empty = pl.DataFrame(schema={name: pl.Int64 if name in {"dasar", "income"} else pl.String for name in columns})
    found = contributions_frame(empty)
    assert found.height == 0
    assert {"tier", "total", "due_on_jht", "refusal"} <= set(found.columns)


def test_money_that_is_not_whole_is_no_input_of_a_frame() -> None:
    row = {"month": ["2026-12"], "dasar": [1_000_000.0], "sector": ["other"], "funding": ["csr"], "programmes": ["jkk"]}
    with pytest.raises(TypeError, match="dasar"):
        contributions_frame(pl.DataFrame(row))


def test_other_columns_and_the_order_of_rows_stay() -> None:
    frame = pl.DataFrame(
        {"key": [3, 1, 2], "month": "2026-12", "dasar": 1_000_000, "sector": "other", "funding": ["csr", "apbd", "x"]}
    ).with_columns(programmes=pl.lit("jkk,jkm"))
    found = contributions_frame(frame)
    assert found["key"].to_list() == [3, 1, 2]
    assert found["total"].to_list() == [8400, 16800, None]
    assert "income" not in found.columns


@st.composite
def nearly_niks(draw: st.DrawFn) -> str:
    """NIKs whose date and serial lie around the edges, and now and then something else."""
    area = draw(st.integers(0, 999_999))
    day = draw(st.sampled_from([0, 1, 28, 29, 30, 31, 32, 40, 41, 68, 69, 70, 71, 72, 99]))
    month = draw(st.integers(0, 13))
    year = draw(st.integers(0, 99))
    serial = draw(st.sampled_from([0, 1, 9001, 9999]))
    text = f"{area:06d}{day:02d}{month:02d}{year:02d}{serial:04d}"
    return draw(st.sampled_from([text] * 8 + [text[:-1], text + "1", text + "\n", "+" + text[1:], "x" + text[1:]]))


def code_of(parse, text: str) -> str | None:
    try:
        parse(text)
    except DomainError as refused:
        return refused.code
    return None


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(nearly_niks(), st.text(max_size=20)), min_size=1, max_size=40), st.dates(date(2000, 1, 1)))
def test_a_nik_means_the_same_alone_and_in_a_column(niks: list[str], on: date) -> None:
    found = nik_frame(pl.Series(niks, dtype=pl.String), on=on)
    assert found["refusal"].to_list() == [code_of(parse_nik, nik) for nik in niks]
    for nik, row in zip(niks, found.iter_rows(named=True), strict=True):
        if row["refusal"] is None:
            parts = parse_nik(nik)
            for name in ("area6", "day", "month", "two_digit_year", "sex", "serial"):
                assert row[name] == getattr(parts, name)
            assert row["likely_birth_date"] == likely_birth_date(parts, on=on)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10**6 - 1), st.dates(date(1930, 1, 1), date(2009, 12, 31)), st.booleans(), st.integers(1, 9999))
def test_what_the_library_takes_for_a_nik_is_read_the_same_way(
    area: int, born: date, female: bool, serial: int
) -> None:
    text = f"{area:06d}{born.day + 40 * female:02d}{born:%m%y}{serial:04d}"
    parts = parse_nik(text)
    assert parts.sex == ("P" if female else "L")
    theirs = oracle.get_birth_date(text)  # always of the last century where that has the day
    assert (theirs.day, theirs.month, theirs.year % 100) == (parts.day, parts.month, parts.two_digit_year)
    assert (born.day, born.month, born.year % 100) == (parts.day, parts.month, parts.two_digit_year)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(st.from_regex(r"(19|20)[0-9]{2}[0-3][0-9][0-3][0-9]20[0-9]{2}[0-3][0-9][0-3]00[01]"),
                          st.from_regex(r"[0-9]{17,19}"), st.text(max_size=20)), min_size=1))  # fmt: skip
def test_a_nip_means_the_same_alone_and_in_a_column(nips: list[str]) -> None:
    found = pl.DataFrame({"nip": pl.Series(nips, dtype=pl.String)}).select(nip_refusal(pl.col("nip"))).to_series()
    assert found.to_list() == [code_of(parse_nip, nip) for nip in nips]


@given(st.lists(st.one_of(st.from_regex(r"[0-9]{10,12}"), st.text(max_size=12)), min_size=1))
def test_a_membership_number_means_the_same_alone_and_in_a_column(numbers: list[str]) -> None:
    found = pl.DataFrame({"kpj": pl.Series(numbers, dtype=pl.String)}).select(kpj_refusal(pl.col("kpj"))).to_series()
    assert found.to_list() == [code_of(check_kpj, number) for number in numbers]


def test_nobodys_age_differs_between_one_and_many() -> None:
    days = [date(1960, 1, 1) + timedelta(days=step) for step in range(3000)]
    for on in (date(2025, 2, 28), date(2025, 3, 1), date(2024, 2, 29), date(2026, 11, 23), date(1962, 1, 1)):
        ages = pl.DataFrame({"born": days}).select(age_expression(pl.col("born"), on)).to_series()
        assert ages.to_list() == [age_on(day, on) for day in days]


@given(st.text(alphabet="jkmhtp, ", max_size=15))
def test_reading_programmes_never_fails_otherwise_than_by_refusing(text: str) -> None:
    assert code_of(read_programmes, text) in {None, "programme_unknown", "programme_missing"}
