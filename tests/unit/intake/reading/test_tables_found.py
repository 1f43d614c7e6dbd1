"""The table in a sheet is found by itself, and every row is either taken or noted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import makers
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from sertakan.intake.errors import EmptyFile, NoRows, NoTable
from sertakan.intake.reading import SheetTable, Workbook, read_workbook
from sertakan.intake.reading.rawsheet import SheetHead, raw_sheet
from sertakan.intake.reading.tables import tables_in, workbook_of

NIK = "17710145088590{:02}"


def person(number: int, **other: str) -> list[Any]:
    return [str(number), NIK.format(number), f"Siti Aminah {number}", "Petani"]


def saved(tmp_path: Path, book: openpyxl.Workbook) -> Path:
    path = tmp_path / "berkas.xlsx"
    book.save(path)
    return path


def sheet(rows: list[list[Any]], areas: list[tuple[int, int, int, int]] | None = None) -> SheetTable:
    tables = sheets(rows, areas)
    assert len(tables) == 1
    return tables[0]


def sheets(rows: list[list[Any]], areas: list[tuple[int, int, int, int]] | None = None) -> list[SheetTable]:
    tables = tables_in(raw_sheet(SheetHead("Data", 0, areas=areas or []), rows))
    filled = {number for number, row in enumerate(rows, 1) if any(cell and cell.strip() for cell in row)}
    assert filled <= makers.accounted(tables)
    return tables


HEAD = ["No", "NIK", "Nama", "Pekerjaan"]


def test_title_rows_above() -> None:
    table = sheet([["DAFTAR PEKERJA RENTAN"], ["Dinas Sosial Tahun 2026"], [], HEAD, person(1), person(2)])
    assert table.header_row == 4
    assert table.rows.to_list() == [5, 6]
    assert makers.codes(table)["title_rows"] == (1, 2)


def test_heading_down_to_row_60() -> None:
    table = sheet([["Surat keterangan"], *[[] for _ in range(57)], HEAD, person(1)])
    assert table.header_row == 59
    assert table.rows.to_list() == [60]


def test_two_row_merged_heading(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page: Worksheet = book.active
    page.append(["DATA CALON PESERTA"])
    page.merge_cells("A1:G1")
    page.append(["No", "NIK", "Nama", "Tempat dan Tanggal Lahir", None, "Alamat", None])
    page.append([None, None, None, "Tempat", "Tanggal", "Desa", "Kecamatan"])
    for area in ("A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:G2"):
        page.merge_cells(area)
    page.append(["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"])
    page.append(["1", NIK.format(1), "Ani", "Manna", "12-08-1985", "Gunung Ayu", "Kota Manna"])
    (table,) = read_workbook(saved(tmp_path, book)).sheets
    assert table.headings == (
        "No", "NIK", "Nama", "Tempat dan Tanggal Lahir / Tempat", "Tempat dan Tanggal Lahir / Tanggal", "Alamat / Desa", "Alamat / Kecamatan",  # noqa: E501
    )  # fmt: skip
    assert table.header_row == 3
    assert table.header_rows == (2, 3)
    assert table.rows.to_list() == [5]
    assert makers.codes(table)["column_numbers"] == (4,)


def test_two_row_heading_without_merges() -> None:
    rows = [
        ["No", "NIK", "Nama", "Tempat dan Tanggal Lahir", "", "Alamat", ""],
        ["", "", "", "Tempat", "Tanggal", "Desa", "Kecamatan"],
        ["1", NIK.format(1), "Ani", "Manna", "12-08-1985", "Gunung Ayu", "Kota Manna"],
    ]
    table = sheet(rows)
    assert table.headings[3:] == (
        "Tempat dan Tanggal Lahir / Tempat", "Tempat dan Tanggal Lahir / Tanggal", "Alamat / Desa", "Alamat / Kecamatan",
    )  # fmt: skip
    assert table.rows.to_list() == [3]


def test_three_row_merged_heading(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page: Worksheet = book.active
    page.append(["No", "Identitas", None, None, None])
    page.append([None, "NIK", "Nama", "Lahir", None])
    page.append([None, None, None, "Tempat", "Tanggal"])
    for area in ("A1:A3", "B1:E1", "B2:B3", "C2:C3", "D2:E2"):
        page.merge_cells(area)
    page.append(["1", NIK.format(1), "Ani", "Manna", "12-08-1985"])
    (table,) = read_workbook(saved(tmp_path, book)).sheets
    assert table.headings == (
        "No",
        "Identitas / NIK",
        "Identitas / Nama",
        "Identitas / Lahir / Tempat",
        "Identitas / Lahir / Tanggal",
    )
    assert table.header_row == 3


def test_totals_signatures_and_blank_rows_are_left_out_with_a_note() -> None:
    rows = [
        HEAD, person(1), [], person(2), ["Jumlah", "", "2 orang", ""], person(3), ["", "Sub Total", "1"], ["TOTAL", "3"], [],
        ["", "", "", "Manna, 12 Agustus 2026"], ["", "Mengetahui", "", "Kepala Dinas"], [], ["", "", "", "H. Ahmad Yani, S.Sos"],
        ["", "", "", "NIP. 197001012000031001"],
    ]  # fmt: skip
    table = sheet(rows)
    assert table.rows.to_list() == [2, 4, 6]
    found = makers.codes(table)
    assert found["total_rows"] == (5, 7, 8)
    assert found["signature_rows"] == (10, 11, 13, 14)
    assert found["blank_rows"] == (3, 9, 12)


def test_sections_and_restarting_numbers() -> None:
    rows = [
        HEAD, ["Kecamatan Manna"], person(1), person(2), ["Kecamatan Pino Raya"], ["", "Desa Tanjung Aur"], ["1", *person(3)[1:]],
        ["B. Kecamatan Kedurang"], person(4),
    ]  # fmt: skip
    table = sheet(rows)
    assert table.sections.to_list() == ["Kecamatan Manna"] * 2 + [
        "Kecamatan Pino Raya / Desa Tanjung Aur",
        "B. Kecamatan Kedurang",
    ]
    assert makers.codes(table)["section_rows"] == (2, 5, 6, 8)
    assert makers.codes(table)["numbering_restarts"] == (7,)


def test_repeated_heading_and_numbered_blank_rows() -> None:
    table = sheet([HEAD, person(1), HEAD, person(2), ["3"], ["4"]])
    assert table.rows.to_list() == [2, 4]
    assert makers.codes(table)["repeated_heading"] == (3,)
    assert makers.codes(table)["numbered_blank"] == (5, 6)


def test_a_person_with_only_a_name_or_only_a_nik_is_kept() -> None:
    table = sheet(
        [
            HEAD,
            person(1),
            ["2", "", "Budi", ""],
            ["", "", "Joko", ""],
            ["", NIK.format(7), "", ""],
            ["", "", "", "Petani"],
        ]
    )
    assert table.rows.to_list() == [2, 3, 4, 5]
    assert makers.codes(table)["text_rows"] == (6,)


def test_no_heading_at_all() -> None:
    table = sheet([["Daftar bantuan"], person(1), person(2)])
    assert table.header_row == 0
    assert table.headings == ("", "", "", "")
    assert table.rows.to_list() == [2, 3]
    assert "no_heading" in makers.codes(table)


def test_heading_in_unknown_words() -> None:
    table = sheet([["Urutan", "Identitet", "Persona", "Werk"], person(1), person(2)])
    assert table.headings == ("Urutan", "Identitet", "Persona", "Werk")
    assert table.header_row == 1


def test_a_row_of_persons_is_never_the_heading() -> None:
    rows = [["1", NIK.format(1), "Desa Nama", "Alamat"], ["2", NIK.format(2), "No Kartu", "Kecamatan"]]
    table = sheet(rows)
    assert table.header_row == 0
    assert table.rows.to_list() == [1, 2]


def test_two_tables_side_by_side() -> None:
    rows = [
        ["No", "NIK", "Nama", "", "No", "NIK", "Nama"],
        ["1", NIK.format(1), "Ani", "", "1", NIK.format(11), "Budi"],
        ["2", NIK.format(2), "Ina", "", "", "", ""],
    ]
    table = sheet(rows)
    assert table.headings == ("No", "NIK", "Nama")
    (note,) = [note for note in table.notes if note.code == "other_table"]
    assert note.facts == {"columns": "E-G", "count": 1}
    assert "E-G" in note.render()


def test_two_tables_one_below_the_other() -> None:
    other = ["Nama", "No KTP", "Alamat", "No HP"]
    tables = sheets(
        [HEAD, person(1), person(2), [], ["Kelompok nelayan"], other, ["Budi", NIK.format(9), "Pasar Bawah", "0812"]]
    )
    assert [table.headings for table in tables] == [tuple(HEAD), tuple(other)]
    assert [table.rows.to_list() for table in tables] == [[2, 3], [7]]
    assert tables[1].header_row == 6


def test_merged_cells_are_carried_down_into_rows_with_content(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page: Worksheet = book.active
    page.append(["No", "NIK", "Nama", "Kecamatan"])
    for number in range(1, 6):
        page.append([number, NIK.format(number), "Ani", "Manna" if number == 1 else None])
    page.merge_cells("D2:D5")
    (table,) = read_workbook(saved(tmp_path, book)).sheets
    assert makers.column(table, "Kecamatan") == ["Manna"] * 4 + [None]
    assert table.carried is not None
    assert table.carried.rows() == [(3, "c3"), (4, "c3"), (5, "c3")]
    assert makers.codes(table)["merged_carried"] == (3, 4, 5)


@pytest.mark.parametrize("file_format", ["xls", "ods", "xlsb", "html"])
def test_merged_cells_in_other_formats(tmp_path: Path, file_format: str) -> None:
    rows = [
        ["NIK", "Nama", "Desa"],
        [NIK.format(1), "Ani", "Gunung Ayu"],
        [NIK.format(2), "Budi", None],
        [NIK.format(3), "Ina", None],
    ]
    path = tmp_path / f"berkas.{file_format}"
    if file_format == "xls":
        import xlwt

        book = xlwt.Workbook()
        page = book.add_sheet("Data")
        for number, row in enumerate(rows):
            for column, value in enumerate(row[:2]):
                page.write(number, column, value)
        page.write(0, 2, "Desa")
        page.write_merge(1, 2, 2, 2, "Gunung Ayu")
        book.save(str(path))
    elif file_format == "ods":
        from odf import opendocument, table

        document = opendocument.load(str(makers.ods(path, rows)))
        cell = document.spreadsheet.getElementsByType(table.TableRow)[1].getElementsByType(table.TableCell)[2]
        cell.setAttribute("numberrowsspanned", 2)
        cell.setAttribute("numbercolumnsspanned", 1)
        document.save(str(path))
    elif file_format == "xlsb":
        makers.xlsb(path, rows, merges=[(1, 2, 2, 2)])
    else:
        cells = "".join(f"<td>{value}" for value in rows[0])
        path.write_text(
            f"<table><tr>{cells}</tr><tr><td>{rows[1][0]}<td>Ani<td rowspan=2>Gunung Ayu</tr>"
            f"<tr><td>{rows[2][0]}</td><td>Budi</td></tr><tr><td>{rows[3][0]}</td><td>Ina</td><td></td></tr></table>"
        )
    (found,) = read_workbook(path).sheets
    assert makers.column(found, "Desa") == ["Gunung Ayu", "Gunung Ayu", None]


def test_sheets_hidden_empty_and_of_other_kinds(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page: Worksheet = book.active
    page.title = "Manna"
    for row in [HEAD, person(1), person(2)]:
        page.append(row)
    page.row_dimensions[3].hidden = True
    page.column_dimensions["D"].hidden = True
    hidden = book.create_sheet("Lama")
    hidden.sheet_state = "hidden"
    for row in [HEAD, person(3)]:
        hidden.append(row)
    book.create_sheet("Kosong")
    recap = book.create_sheet("Rekap")
    for row in [["No", "Kecamatan", "Jumlah Orang"], [1, "Manna", 2], [2, "Kedurang", 1]]:
        recap.append(row)
    book.create_chartsheet("Bagan")
    form = book.create_sheet("Formulir")
    form.append(HEAD)
    found = read_workbook(saved(tmp_path, book))
    assert [(table.sheet, table.hidden, table.height) for table in found.sheets] == [
        ("Manna", False, 2),
        ("Lama", True, 1),
    ]
    assert makers.codes(found.sheets[0])["hidden_rows"] == (3,)
    assert "hidden_columns" in makers.codes(found.sheets[0])
    assert "hidden_sheet" in makers.codes(found.sheets[1])
    assert [(s.sheet, s.code) for s in found.skipped] == [
        ("Kosong", "empty"), ("Rekap", "not_people"), ("Bagan", "not_a_worksheet"), ("Formulir", "no_rows"),
    ]  # fmt: skip
    assert all(s.sheet in s.render() for s in found.skipped)


def test_types_of_cells(tmp_path: Path) -> None:
    import datetime as dt

    book = openpyxl.Workbook()
    page: Worksheet = book.active
    page.append(["NIK", "Nama", "Tgl Lahir"])
    values: list[tuple[Any, str | None, str, str]] = [
        (dt.date(1985, 8, 12), None, "1985-08-12", "d"),
        (dt.datetime(1985, 8, 12, 10, 5), None, "1985-08-12 10:05:00", "d"),
        (dt.time(7, 30), None, "07:30:00", "s"),
        (dt.timedelta(hours=30), None, "30:00:00", "s"),
        (31145, None, "31145", "n"),
        (31145, "[$-421]dd mmmm yyyy;@", "1985-04-08", "d"),
        (1.5, None, "1.5", "n"),
        (1000000, '_-"Rp"* #,##0_-', "1000000", "n"),
        (1e-7, None, "0.0000001", "n"),
        (1.701994107850003e15, None, "1701994107850003", "n"),
        (123456789012345678901, None, "123456789012345700000", "n"),
        (True, None, "TRUE", "b"),
        ("#N/A", None, "#N/A", "e"),
        ("=1/0", None, "=1/0", "e"),
        (" '0812 ", None, " '0812 ", "s"),
        ("17O1O34107850003", None, "17O1O34107850003", "s"),
        ("Jl. Melati\nRT 3", None, "Jl. Melati\nRT 3", "s"),
    ]
    for number, (value, style, _, _) in enumerate(values):
        page.append([NIK.format(number), "Ani", value])
        if style:
            page.cell(page.max_row, 3).number_format = style
    (table,) = read_workbook(saved(tmp_path, book)).sheets
    assert list(zip(makers.column(table, "Tgl Lahir"), makers.kinds(table, "Tgl Lahir"), strict=True)) == [
        v[2:] for v in values
    ]
    assert makers.codes(table)["formula_without_value"] == (15,)


@pytest.mark.parametrize("file_format", ["xls", "ods", "xlsb"])
def test_error_cells(tmp_path: Path, file_format: str) -> None:
    path = tmp_path / f"berkas.{file_format}"
    rows = [["NIK", "Nama", "Penghasilan"], [NIK.format(1), "Ani", "#DIV/0!"], [NIK.format(2), "Budi", "5"]]
    if file_format == "xls":
        import xlwt

        book = xlwt.Workbook()
        page = book.add_sheet("Data")
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if value == "#DIV/0!":
                    page.row(number).set_cell_error(column, 0x07)
                else:
                    page.write(number, column, value)
        book.save(str(path))
    else:
        getattr(makers, file_format)(path, rows)
    (table,) = read_workbook(path).sheets
    assert makers.column(table, "Penghasilan") == ["#DIV/0!", "5"]
    assert makers.kinds(table, "Penghasilan") == ["e", "s"]


def test_a_cell_far_away_is_left_out_with_a_note(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page: Worksheet = book.active
    for row in [HEAD, person(1), person(2)]:
        page.append(row)
    page["XFD1048576"] = "x"
    (table,) = read_workbook(saved(tmp_path, book)).sheets
    assert table.rows.to_list() == [2, 3]
    (note,) = [note for note in table.notes if note.code == "far_cells"]
    assert note.facts == {"cells": 1, "cell": "XFD1048576"}


def test_a_declared_size_costs_nothing(tmp_path: Path) -> None:
    import zipfile

    source = makers.xlsx(tmp_path / "biasa.xlsx", makers.SIMPLE)
    path = tmp_path / "besar.xlsx"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w") as new:
        for info in old.infolist():
            content = old.read(info)
            if info.filename.endswith("sheet1.xml"):
                import re

                content = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', content)
                assert b"XFD1048576" in content
            new.writestr(info.filename, content)
    (table,) = read_workbook(path).sheets
    assert table.height == 3


def test_files_without_a_table(tmp_path: Path) -> None:
    with pytest.raises(NoTable):
        read_workbook(makers.xlsx(tmp_path / "a.xlsx", [["Surat undangan"], ["Dengan hormat"]]))
    with pytest.raises(EmptyFile):
        read_workbook(makers.xlsx(tmp_path / "b.xlsx", []))


def test_offset_table(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page: Worksheet = book.active
    for number, row in enumerate([HEAD, person(1)]):
        for column, value in enumerate(row):
            page.cell(10 + number, 4 + column, value)
    (table,) = read_workbook(saved(tmp_path, book)).sheets
    assert (table.header_row, table.first_column, table.rows.to_list()) == (10, 3, [11])
    assert table.cells.columns == ["c0", "c1", "c2", "c3"]


CELLS = st.one_of(
    st.none(), st.sampled_from(HEAD), st.sampled_from(["Jumlah", "1", "2", "(1)", "(2)", "(3)", "Kecamatan Manna", "Mengetahui", "NIP. 1970"]),  # noqa: E501
    st.sampled_from([NIK.format(1), "08120000001", "Ani", "Budi Hartono", "12-08-1985", "Desa", "Alamat", "x"]), st.text(max_size=6),
)  # fmt: skip
AREAS = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 5), st.integers(0, 3), st.integers(0, 3)), max_size=4)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(CELLS, max_size=7), max_size=14), AREAS)
def test_every_row_is_accounted_for(rows: list[list[str | None]], areas: list[tuple[int, int, int, int]]) -> None:
    merged = [(top, left, top + down, left + across) for top, left, down, across in areas if down or across]
    tables = tables_in(raw_sheet(SheetHead("Data", 0, areas=merged), rows))
    filled = {number for number, row in enumerate(rows, 1) if any(cell and not cell.isspace() for cell in row)}
    seen = makers.accounted(tables)
    if tables:
        assert filled <= seen
    for table in tables:
        assert table.cells.shape == table.kinds.shape == (table.rows.len(), len(table.headings))
        assert table.sections.len() == table.rows.len()
        for note in table.notes:
            assert note.render()


def test_workbook_keeps_tables_nobody_recognises_when_there_are_no_others() -> None:
    rows = [["Urutan", "Rincian", "Nilai"], ["a", "0812345678", "b"], ["c", "0812345679", "d"]]
    with pytest.raises(NoTable):
        workbook_of("csv", [raw_sheet(SheetHead("Data", 0), rows)])
    found: Workbook = workbook_of(
        "csv",
        [
            raw_sheet(
                SheetHead("Data", 0), [["No", "Kecamatan", "Jumlah Orang"], ["1", "Manna", "2"], ["2", "Pino", "5"]]
            )
        ],
    )
    assert found.sheets[0].headings == ("No", "Kecamatan", "Jumlah Orang")


def test_a_form_that_nobody_filled_in_says_so_and_is_no_table_of_something_else() -> None:
    form = raw_sheet(SheetHead("Isian", 0), [HEAD])
    lists = raw_sheet(
        SheetHead("Daftar", 1), [["No", "Pekerjaan", "Sektor"], ["1", "Petani", "lain"], ["2", "Sopir", "transport"]]
    )
    with pytest.raises(NoRows):
        workbook_of("xlsx", [form, lists])
