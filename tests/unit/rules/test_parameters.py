"""A parameter file that cannot be trusted stops loading, with file, key and reason."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from pydantic import ValidationError

from sertakan.core.month import Month
from sertakan.rules import contribution, load_rules
from sertakan.rules.errors import MonthBeforeLaw, MonthWithoutLaw, RulesMalformed
from sertakan.rules.frame import contributions_frame
from sertakan.rules.loading import PARAMETERS

DOCS = Path(__file__).parents[3] / "docs"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped parameters that a test may spoil."""
    return Path(shutil.copytree(PARAMETERS, tmp_path / "parameters"))


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


SPOILT = [
    (
        "a missing source",
        "contributions",
        "      sources: [pp44_2015, sapa, circular]\n",
        "",
        "jkm_monthly.values.0.sources",
        "wajib",
    ),
    (
        "an empty source list",
        "contributions",
        "[pp44_2015, sapa, circular]",
        "[]",
        "jkm_monthly.values.0.sources",
        "kosong",
    ),
    ("a source nobody registered", "contributions", "[pp44_2015, sapa, circular]", "[koran]", "jkm_monthly", "koran"),
    ("a missing article", "discounts", '  legal_ref: "PP 50/2025 Pasal 4 ayat (1)"\n', "", "0.legal_ref", "wajib"),
    ("money with a fraction", "contributions", "value: 6800", "value: 6800.5", "jkm_monthly.values.0.value", "bulat"),
    ("money as text", "contributions", "value: 6800", 'value: "6800"', "jkm_monthly.values", "satuan"),
    ("negative money", "contributions", "value: 6800", "value: -6800", "jkm_monthly.values", "satuan"),
    ("a float in the table", "contributions", "jkk: 10000,", "jkk: 10000.0,", "tiers.0.rows.0.jkk", "bulat"),
    (
        "an unknown key",
        "contributions",
        "confidence: confirmed",
        "confidence: confirmed\n      colour: red",
        "jkm_monthly.values.0.colour",
        "tidak dikenal",
    ),
    (
        "an unknown confidence",
        "contributions",
        "confidence: confirmed",
        "confidence: certain",
        "jkm_monthly.values.0.confidence",
        "",
    ),
    ("a row out of order", "contributions", "income_from: 1300000", "income_from: 1200000", "tiers.0.rows.2", "menaik"),
    (
        "a base out of order",
        "contributions",
        "dasar: 1400000, jkk: 14000",
        "dasar: 1100000, jkk: 11000",
        "tiers.0.rows.3",
        "menaik",
    ),
    ("a row number left out", "contributions", "tier: 7,", "tier: 8,", "tiers.0.rows", "nomor baris"),
    (
        "no open end",
        "contributions",
        "income_to: null, dasar: 20700000",
        "income_to: 30000000, dasar: 20700000",
        "tiers.0.rows",
        "tanpa batas atas",
    ),
    (
        "an amount that is not its rate",
        "contributions",
        "jkk: 14000",
        "jkk: 14100",
        "tiers.0.rows.3",
        "jkk_rate_of_dasar",
    ),
    ("another lowest base", "contributions", "value: 1000000", "value: 900000", "tiers.0.rows.1", "minimum_dasar"),
    (
        "a rule that starts inside a month",
        "contributions",
        "holds_from: 2015-07-01",
        "holds_from: 2015-07-02",
        "jkm_monthly",
        "tanggal 1",
    ),
    (
        "an end before the start",
        "deadlines",
        "holds_to: 2019-12-01",
        "holds_to: 2010-12-01",
        "jkk_right_lapses_years",
        "mendahului",
    ),
    (
        "overlapping dates",
        "deadlines",
        "holds_to: 2019-12-01",
        "holds_to: 2020-12-01",
        "jkk_right_lapses_years",
        "tumpang tindih",
    ),
    ("overlapping reductions", "discounts", "sector: other", "sector: transport", "pp50_2025_other", "tumpang tindih"),
    (
        "a reduction twice",
        "discounts",
        "id: pp50_2025_other",
        "id: pp50_2025_transport",
        "pp50_2025_transport",
        "dua kali",
    ),
    (
        "a reduction that breaks a rupiah",
        "discounts",
        'factor: "0.5"',
        'factor: "0.333"',
        "pp50_2025_transport",
        "bulat",
    ),
    ("a reduction above one", "discounts", 'factor: "0.5"', 'factor: "1.5"', "pp50_2025_transport", "antara"),
    ("a share as float", "discounts", 'factor: "0.5"', "factor: 0.5", "0.factor", ""),
    ("a month that is none", "discounts", 'month_to: "2027-03"', 'month_to: "2027-13"', "0.month_to", ""),
    (
        "a window the wrong way round",
        "discounts",
        'month_to: "2027-03"',
        'month_to: "2025-03"',
        "pp50_2025_transport",
        "mendahului",
    ),
    ("a funding source that is none", "discounts", "[apbn, apbd]", "[apbn, apbx]", "0.excluded_funding.1", ""),
    (
        "a setting of the wrong kind",
        "settings",
        "default: false",
        'default: "no"',
        "private_driver_is_transport",
        "true atau false",
    ),
    ("a setting nobody knows", "settings", "minimum_age:", "minimal_age:", "minimum_age", "wajib"),
    ("a key twice", "settings", "apbdes_counts_as_apbd:", "private_driver_is_transport:", "-", "YAML"),
    ("broken YAML", "eligibility", "unit: years", "unit: [years", "-", "YAML"),
    (
        "a required parameter gone",
        "eligibility",
        "max_kinds_of_work:",
        "most_kinds_of_work:",
        "max_kinds_of_work",
        "wajib",
    ),
    ("another schema", "manifest", "schema_version: 1", "schema_version: 2", "schema_version", "versi 1"),
]


@pytest.mark.parametrize(("file", "old", "new", "key", "reason"), [c[1:] for c in SPOILT], ids=[c[0] for c in SPOILT])
def test_a_malformed_file_stops_with_file_key_and_reason(
    folder: Path, file: str, old: str, new: str, key: str, reason: str
) -> None:
    replace(folder / f"{file}.yaml", old, new)
    with pytest.raises(RulesMalformed) as stopped:
        load_rules(folder)
    assert stopped.value.facts["file"] == f"{file}.yaml"
    assert stopped.value.facts["key"] == key
    assert reason in stopped.value.facts["reason"]
    assert f"{file}.yaml" in str(stopped.value)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: (folder / "identity.yaml").unlink(),
        lambda folder: (folder / "eligibility.yaml").write_text("- a list", encoding="utf-8"),
        lambda folder: (folder / "eligibility.yaml").write_text("", encoding="utf-8"),
        lambda folder: (folder / "eligibility.yaml").write_bytes(b"\xff\xfe\x00"),
        lambda folder: (folder / "discounts.yaml").write_text("a: 1", encoding="utf-8"),
        lambda folder: (folder / "extra.yaml").write_text("a: 1", encoding="utf-8"),
    ],
    ids=["missing", "a list", "empty", "not text", "not a list", "one too many"],
)
def test_a_folder_with_a_file_that_is_no_parameter_file_is_refused(
    folder: Path, spoil: Callable[[Path], object]
) -> None:
    spoil(folder)
    with pytest.raises(RulesMalformed):
        load_rules(folder)


def test_the_version_follows_amounts_and_settings_but_not_wording(folder: Path) -> None:
    shipped = load_rules()
    assert load_rules(folder).version == shipped.version

    replace(folder / "contributions.yaml", "Iuran JKM per bulan, sama untuk semua", "Iuran JKM")
    assert load_rules(folder).version == shipped.version
    replace(folder / "discounts.yaml", 'month_to: "2026-12"', 'month_to: "2027-06"')
    extended = load_rules(folder)
    assert extended.version != shipped.version

    other = shipped.with_settings(shipped.settings.changed(apbdes_counts_as_apbd=False))
    assert other.version not in {shipped.version, extended.version}
    assert shipped.with_settings(shipped.settings) is shipped


def test_a_changed_setting_of_the_wrong_kind_is_refused() -> None:
    with pytest.raises(ValidationError):
        load_rules().settings.changed(income_gap_rule="guess")
    with pytest.raises(ValidationError):
        load_rules().settings.changed(no_such_question=True)


def test_a_rule_set_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        load_rules().first_month = Month(2010, 1)  # type: ignore[misc]


def test_an_amount_that_changes_in_time_holds_on_both_sides_of_its_date(folder: Path) -> None:
    replace(
        folder / "contributions.yaml",
        """      holds_to: null
      known_from: 2015-07-01
      legal_ref: "PP 44/2015 Pasal 20 ayat (3)"
""",
        """      holds_to: 2027-06-30
      known_from: 2015-07-01
      legal_ref: "PP 44/2015 Pasal 20 ayat (3)"
""",
    )
    replace(
        folder / "contributions.yaml",
        "jkk_rate_of_dasar:",
        """    - {value: 7000, holds_from: 2027-07-01, holds_to: 2028-06-30, known_from: 2026-11-01, legal_ref: "PP X",
       sources: [sapa], confidence: one_source}
jkk_rate_of_dasar:""",
    )
    rules = load_rules(folder)
    facts = {"dasar": 1_000_000, "sector": "other", "funding": "private", "programmes": {"jkk", "jkm"}}
    assert contribution(Month(2027, 6), rules=rules, **facts).total == 16_800
    assert contribution(Month(2027, 7), rules=rules, **facts).total == 17_000
    assert contribution(Month(2028, 6), rules=rules, **facts).total == 17_000
    with pytest.raises(MonthWithoutLaw):
        contribution(Month(2028, 7), rules=rules, **facts)

    frame = pl.DataFrame({"month": ["2027-06", "2027-07", "2028-06", "2028-07"]}).with_columns(
        dasar=1_000_000, sector=pl.lit("other"), funding=pl.lit("private"), programmes=pl.lit("jkk,jkm")
    )
    twin = contributions_frame(frame, rules=rules)
    assert twin["total"].to_list() == [16_800, 17_000, 17_000, None]
    assert twin["refusal"].to_list() == [None, None, None, "month_without_law"]

    before_it_was_known = rules.known_on(date(2026, 10, 31))
    assert contribution(Month(2027, 7), rules=before_it_was_known, **facts).total == 16_800


def test_the_reduction_was_not_known_before_it_was_made_law() -> None:
    facts = {"dasar": 1_000_000, "sector": "transport", "funding": "private", "programmes": {"jkk", "jkm"}}
    rules = load_rules()
    day_before = contribution(Month(2026, 1), rules=rules.known_on(date(2025, 12, 21)), **facts)
    day_itself = contribution(Month(2026, 1), rules=rules.known_on(date(2025, 12, 22)), **facts)
    assert (day_before.total, day_itself.total) == (16_800, 8_400)
    assert day_before.rules_version != day_itself.rules_version
    assert day_before.as_of == date(2025, 12, 21)
    assert not day_before.confirmed


def test_a_value_that_was_not_known_yet_has_not_ended_the_one_before() -> None:
    day = date(2026, 1, 1)
    assert load_rules().known_on(date(2019, 12, 1)).whole("jkk_right_lapses_years", day) == 2
    assert load_rules().known_on(date(2019, 12, 2)).whole("jkk_right_lapses_years", day) == 5


def test_on_a_day_before_all_law_nothing_can_be_computed() -> None:
    nothing = load_rules().known_on(date(2014, 1, 1))
    with pytest.raises((MonthBeforeLaw, MonthWithoutLaw)):
        contribution(
            Month(2015, 7), dasar=1_000_000, sector="other", funding="private", programmes={"jkk"}, rules=nothing
        )


def test_every_value_names_sources_that_are_registered_and_an_article() -> None:
    rules = load_rules()
    values = [value for parameter in rules.parameters.values() for value in parameter.values]
    for item in (*values, *rules.discounts, rules.identity.nik, rules.identity.nip, rules.identity.kpj):
        assert item.legal_ref
        assert set(item.sources) <= set(rules.sources)
    assert len(values) > 60


def test_dated_parameters_answer_for_both_sides_of_a_change() -> None:
    rules = load_rules()
    assert rules.whole("jkk_right_lapses_years", date(2019, 12, 1)) == 2
    assert rules.whole("jkk_right_lapses_years", date(2019, 12, 2)) == 5
    assert rules.whole("jkk_right_lapses_years", date(2015, 6, 30)) is None
    assert rules.whole("jkm_total", date(2026, 11, 23)) == 42_000_000
    with pytest.raises(KeyError):
        rules.whole("no_such_parameter", date(2026, 1, 1))
    with pytest.raises(TypeError):
        rules.whole("jht_discounted", date(2026, 1, 1))


def test_the_parts_of_the_death_benefit_and_the_scholarship_add_up() -> None:
    rules, day = load_rules(), date(2026, 11, 23)
    parts = [rules.whole(f"jkm_{name}", day) or 0 for name in ("death_sum", "periodic_lump_sum", "funeral")]
    assert sum(parts) == rules.whole("jkm_total", day)
    child = sum(
        (rules.whole(f"scholarship_{level}_per_year", day) or 0)
        * (rules.whole(f"scholarship_{level}_max_years", day) or 0)
        for level in ("tk", "sd", "smp", "sma", "higher")
    )
    assert child == rules.whole("scholarship_per_child_max", day)
    assert 2 * child == rules.whole("scholarship_total_max", day)


YEARS = [
    (2026, "other", "private", 126_000),
    (2026, "transport", "private", 100_800),
    (2026, "other", "apbd", 201_600),
    (2026, "transport", "apbd", 201_600),
    (2027, "other", "private", 201_600),
    (2027, "transport", "private", 176_400),
    (2027, "other", "apbd", 201_600),
]


@pytest.mark.parametrize(("year", "sector", "funding", "total"), YEARS)
def test_whole_years_are_what_the_page_on_contribution_rules_works_out_by_hand(
    year: int, sector: str, funding: str, total: int
) -> None:
    months_of_year = [Month(year, number) for number in range(1, 13)]
    amounts = [
        contribution(month, dasar=1_000_000, sector=sector, funding=funding, programmes={"jkk", "jkm"}).total
        for month in months_of_year
    ]
    assert sum(amounts) == total
    assert f"{total:,}" in (DOCS / "explanation" / "contribution-rules.md").read_text(encoding="utf-8")


def test_the_page_on_open_settings_names_every_setting() -> None:
    page = (DOCS / "reference" / "open-settings.md").read_text(encoding="utf-8")
    for name in load_rules().setting_notes:
        assert f"`{name}`" in page
