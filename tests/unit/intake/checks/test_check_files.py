"""Duplicates, several sheets, rows checked again, sentences of findings."""

from __future__ import annotations

import json

import polars as pl
import pytest
from intake_sheets import GOOD, checked, codes, context, finding, table

from sertakan.intake.checks import FINDING_SCHEMA, RAW_SCHEMA, RECORD_SCHEMA, check_canonical, check_workbook
from sertakan.intake.columns import map_columns
from sertakan.intake.findings import FINDINGS, LABELS, findings_reference, render, title_of
from sertakan.intake.reading.model import Workbook

NIK = "1701041208850003"


def book(*sheets):
    """A workbook of (name, row, row, ...)."""
    tables = [
        table(list(GOOD), [[{**GOOD, **row}[name] for name in GOOD] for row in rows], sheet=name)
        for name, *rows in sheets
    ]
    workbook = Workbook("xlsx", tuple(tables))
    return check_workbook(workbook, [map_columns(one) for one in tables], context())


def test_the_same_nik_later_in_the_file_is_a_duplicate():
    result = checked({}, {"NIK": NIK})
    assert result.records["state"].to_list() == ["accepted", "duplicate"]
    assert finding(result, "duplicate_in_file")["facts"] == {"first_row": 4, "first_sheet": "Data"}


def test_duplicates_are_found_over_all_sheets():
    result = book(("Satu", {}), ("Dua", {"NIK": "1701041208850007"}, {}))
    assert result.records["state"].to_list() == ["accepted", "accepted", "duplicate"]
    assert finding(result, "duplicate_in_file")["facts"]["first_sheet"] == "Satu"


def test_two_donors_for_one_worker_are_told_on_both_rows():
    result = checked({}, {"NIK": NIK, "Nama ASN": "Another Donor", "NIP": None})
    found = result.findings.filter(pl.col("code") == "two_donors").select("row", "severity").rows()
    assert sorted(found) == [(4, "warning"), (5, "hold")]


def test_one_nik_for_two_very_different_names_is_told_on_the_first_row():
    result = checked({}, {"NIK": NIK, "Nama": "Dewi Kartika"})
    assert finding(result, "nik_two_names")["row"] == 4


def test_rows_without_a_usable_nik_are_no_duplicates_of_each_other():
    result = checked({"NIK": None}, {"NIK": None})
    assert result.records["state"].to_list() == ["held", "held"]


def test_sheets_keep_their_order_and_their_own_columns():
    first = table(["NIK", "Nama", "Pekerjaan"], [[NIK, "Suparman", "nelayan"]], sheet="Z")
    second = table(["Nama", "NIK", "Kerja", "Pekerjaan"], [["Dewi", "1701045208850007", "x", "nelayan"]], sheet="A")
    third = table(["NIK", "Nama", "Pekerjaan"], [["1701041208850009", "Rudi", "nelayan"]], sheet="M")
    workbook = Workbook("csv", (first, second, third))
    result = check_workbook(workbook, [map_columns(one) for one in workbook.sheets], context())
    assert result.records["sheet"].to_list() == ["Z", "A", "M"]
    assert result.records["name"].to_list() == ["Suparman", "Dewi", "Rudi"]
    assert result.findings["sheet"].unique(maintain_order=True).to_list() == ["Z", "A", "M"]


def test_a_workbook_without_tables_is_an_empty_result():
    result = check_workbook(Workbook("csv", ()), [], context())
    assert (result.records.height, result.findings.height) == (0, 0)


def test_a_table_without_rows_is_fine():
    empty = table(list(GOOD), [])
    assert check_workbook(Workbook("csv", (empty,)), [map_columns(empty)], context()).records.height == 0


def test_the_frames_have_the_promised_columns():
    result = checked({})
    assert dict(result.records.schema) == RECORD_SCHEMA
    assert dict(result.raw.schema) == RAW_SCHEMA
    assert dict(result.findings.schema) == FINDING_SCHEMA


def again(result, **changes):
    """Check the raw rows of a result again, with other texts in the first row."""
    numbers = {"sheet_no": pl.lit(0, dtype=pl.Int16), "number": pl.col("row")}
    texts = result.raw.with_columns(**numbers).select(
        "sheet_no", "number", pl.exclude("sheet_no", "number", "row", "sheet", r"^kind_.*$")
    )
    kinds = result.raw.select(pl.col(r"^kind_.*$").name.replace("^kind_", ""))
    for column, text in changes.items():
        first = pl.int_range(pl.len()) == 0
        texts = texts.with_columns(pl.when(first).then(pl.lit(text)).otherwise(pl.col(column)).alias(column))
        kinds = kinds.with_columns(pl.when(first).then(pl.lit("s")).otherwise(pl.col(column)).alias(column))
    return check_canonical(texts, kinds, context())


def test_rows_checked_again_from_their_raw_text_say_the_same():
    rows = [
        {"NIK": ("1701041208850000", "n"), "Desa/Kelurahan": "Sukarami", "Kecamatan": None, "Kabupaten": None},
        {"Tanggal Lahir": "31271"},
    ]
    first = checked(*rows)
    second = again(first)
    assert second.records["state"].to_list() == first.records["state"].to_list()
    assert sorted(second.findings["code"]) == sorted(first.findings["code"])


def test_a_number_cell_stays_one_until_somebody_types_the_number():
    first = checked({"NIK": (NIK, "n")})
    assert again(first).records["state"].to_list() == ["held"]
    assert again(first, nik=NIK).records["state"].to_list() == ["accepted"]


def test_the_section_row_still_counts_when_rows_are_checked_again():
    first = checked({"Desa/Kelurahan": "Sukarami"}, drop=["Kecamatan", "Kabupaten"], sections=["Kecamatan Selebar"])
    assert again(first).records["area_code"].to_list() == ["17.71.01.1001"]


def test_every_state_is_one_of_three_and_every_row_is_kept():
    result = checked({}, {"NIK": None}, {"NIK": NIK})
    assert result.records["state"].to_list() == ["accepted", "held", "duplicate"]
    assert result.raw.height == result.records.height == 3


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("code", FINDINGS)
def test_every_finding_has_a_whole_sentence_and_a_remedy(code, lang):
    for facts in ({"row": 12}, {"scope": "sheet"}, {}):
        said = render(code, facts, lang)
        assert said["message"].endswith((".", "”).", ")."))
        assert said["remedy"].endswith(".")
        assert "%(" not in said["message"] + said["remedy"]
    assert title_of(code, lang)
    assert FINDINGS[code].column in LABELS[lang]


def test_a_message_names_place_cause_remedy_and_what_happened():
    said = render("nik_numeric_cell", {"row": 12})
    assert said["message"].startswith("Baris 12, kolom NIK: angka terakhir NIK")
    assert said["remedy"].endswith("Baris ini ditahan; baris lain tetap diperiksa.")


def test_the_column_of_a_finding_names_the_place():
    assert render("amount_ambiguous", {"row": 3, "column": "dasar", "candidates": [{"amount": 16800}]})["message"] == (
        "Baris 3, kolom Dasar upah: jumlah uang ini dapat dibaca dengan lebih dari satu cara (mungkin Rp16.800)."
    )


def test_the_reference_page_is_the_catalogue():
    from pathlib import Path

    page = Path(__file__).parents[4] / "docs" / "reference" / "findings.md"
    assert page.read_text(encoding="utf-8") == findings_reference()


def test_facts_are_json():
    result = checked({"Desa/Kelurahan": "Sukarami", "Kecamatan": None, "Kabupaten": None, "Pekerjaan": "sopir"})
    for facts in result.findings["facts"]:
        assert isinstance(json.loads(facts), dict)


def test_names_of_donors_chosen_for_the_whole_file_are_no_facts():
    result = checked({"Nama ASN": None}, world=context(defaults={"donor_name": "Invented Donor"}))
    assert "Invented" not in finding(result, "default_applied")["facts"]["default"]


def test_codes_are_those_of_the_catalogue():
    assert set(codes(checked({"NIK": None, "Nama": None, "Pekerjaan": "x"}))) <= set(FINDINGS)
