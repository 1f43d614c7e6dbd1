"""Separated text in its many encodings and separators, and tables of old applications."""

from __future__ import annotations

from pathlib import Path

import makers
import pytest

from sertakan.intake.reading import SheetTable, read_workbook
from sertakan.intake.reading.textfiles import decode, delimiter_of, parse


def read(tmp_path: Path, content: bytes | str, name: str = "berkas.csv") -> SheetTable:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    (table,) = read_workbook(path).sheets
    return table


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_separators_and_encodings(tmp_path: Path, delimiter: str, encoding: str) -> None:
    rows = [["NIK", "Nama", "Alamat"], ["1771014508859001", "Siti “Nur’aini” é", "Jl. Melati"]]
    table = read(tmp_path, makers.text(delimiter, encoding)(tmp_path / "x.csv", rows).read_bytes())
    assert table.headings == ("NIK", "Nama", "Alamat")
    assert table.cells.row(0) == tuple(rows[1])


def test_decimal_commas_do_not_confuse_the_separator() -> None:
    text = "No;NIK;Nama;Penghasilan\n1;1771014508859001;Ani;1.500.000,50\n2;1771014508859002;Budi, S.Pd;18,98\n"
    assert delimiter_of(text) == ";"
    assert delimiter_of("No,NIK,Nama\n1,1771014508859001,Ani\n") == ","


def test_quotes_line_breaks_and_formula_texts(tmp_path: Path) -> None:
    table = read(
        tmp_path, 'NIK;Nama;Alamat\r\n="1771014508859001";"Ani ""Nia""";"Jl. A\nRT 3"\r\n\'1771014508859002;Budi;B\r\n'
    )
    assert makers.column(table, "NIK") == ["1771014508859001", "'1771014508859002"]
    assert makers.column(table, "Nama") == ['Ani "Nia"', "Budi"]
    assert makers.column(table, "Alamat") == ["Jl. A\nRT 3", "B"]
    assert table.rows.to_list() == [2, 3]


def test_a_lost_quote_swallows_no_rows(tmp_path: Path) -> None:
    lines = ["NIK,Nama,Alamat", '1771014508859001,"Ani,Jl. A'] + [
        f"17710145088590{n:02},Budi,Jl. {n}" for n in range(2, 60)
    ]
    table = read(tmp_path, "\n".join(lines))
    assert table.height == 59
    assert "loose_quotes" in makers.codes(table)


def test_sep_line_of_excel(tmp_path: Path) -> None:
    table = read(tmp_path, "sep=;\nNIK;Nama\n1771014508859001;Ani\n")
    assert (table.header_row, table.rows.to_list()) == (2, [3])


def test_rows_of_unequal_length(tmp_path: Path) -> None:
    table = read(tmp_path, "NIK;Nama;HP\n1771014508859001;Ani\n1771014508859002;Budi;0812;lebih\n")
    assert table.headings == ("NIK", "Nama", "HP", "")
    assert table.cells.rows() == [
        ("1771014508859001", "Ani", None, None),
        ("1771014508859002", "Budi", "0812", "lebih"),
    ]


def test_scientific_text_stays_as_written(tmp_path: Path) -> None:
    table = read(tmp_path, "NIK;Nama\n1,77101E+15;Ani\n001771014508859;Budi\n")
    assert makers.column(table, "NIK") == ["1,77101E+15", "001771014508859"]
    assert makers.kinds(table, "NIK") == ["s", "s"]


def test_broken_encodings() -> None:
    assert decode(b"\xef\xbb\xbfNIK\xe9") == ("NIK\ufffd", "utf-8", 1)
    assert decode(b"Ren\xe9\x81")[1] == "cp1252"
    assert parse("a,b\x00c\n") == ([["a", "bc"]], False)


def test_html_named_xls(tmp_path: Path) -> None:
    page = (
        '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><title>Data</title><style>.t{mso-number-file_format:"\\@"}</style></head><body>'  # noqa: E501
        "<table><tr><th colspan=3>DAFTAR PEKERJA</th></tr><tr><th rowspan=2>NIK<th colspan=2>Orang</tr><tr><th>Nama<th>Tgl&nbsp;Lahir</tr>"
        "<tr><td class=t>1771014508859001</td><td>Ani &amp; Ina<br>binti Ali</td><td>05-08-1985</td></tr></table>"
        "<table><tr><td>Dicetak</td></tr></table></body></html>"
    )
    path = tmp_path / "lama.xls"
    path.write_text(page)
    found = read_workbook(path)
    assert found.format == "html"
    (table,) = found.sheets
    assert table.headings == ("NIK", "Orang / Nama", "Orang / Tgl Lahir")
    assert table.cells.rows() == [("1771014508859001", "Ani & Ina binti Ali", "05-08-1985")]


def test_numbers_of_excel_2003_xml_stay_numbers(tmp_path: Path) -> None:
    table = read_workbook(makers.xml2003(tmp_path / "a.xls", [["NIK", "Nama"], [1771014508859001.0, "Ani"]])).sheets[0]
    assert makers.kinds(table, "NIK") == ["n"]


def test_a_saved_chat_is_read_as_pasted_text(tmp_path: Path) -> None:
    table = read(
        tmp_path, "Selamat pagi pak\n1. Ani 1771014508859001 081200000001\n2. Budi 1771014508859002\n", "chat.txt"
    )
    assert table.headings == ("Nama", "NIK", "HP")
    assert table.rows.to_list() == [2, 3]


def test_a_quote_that_never_closes_swallows_no_rows_of_a_narrow_table(tmp_path: Path) -> None:
    table = read(tmp_path, 'Nama,NIK,Pekerjaan\n"Budi,1771014508859001,petani\nSiti,1771014508859002,nelayan\n')
    assert table.cells["c1"].to_list() == ["1771014508859001", "1771014508859002"]
    assert "loose_quotes" in makers.codes(table)
