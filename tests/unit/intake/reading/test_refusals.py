"""What cannot or must not be read is refused quickly, with place, cause and remedy; whatever a file does, only its reader dies."""

from __future__ import annotations

import contextlib
import random
import struct
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import makers
import pytest

from sertakan.intake.errors import (
    EmptyFile,
    EntityBomb,
    PasswordProtected,
    ReaderCrashed,
    ReaderOutOfMemory,
    ReaderTimedOut,
    ReadingError,
    TooLarge,
    TooSpread,
    UnknownFormat,
    UnreadableFile,
)
from sertakan.intake.reading import Limits, parent, read_workbook


def refused(path: Path, kind: type[ReadingError], *, within: float = 8.0, limits: Limits | None = None) -> str:
    started = time.monotonic()
    with pytest.raises(kind) as caught:
        read_workbook(path, limits=limits or Limits())
    assert time.monotonic() - started < within
    sentence = str(caught.value)
    assert "%(" not in sentence
    assert sentence.endswith(("lagi.", "satu per satu."))
    return sentence


def repacked(path: Path, source: Path, changes: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename not in changes:
                new.writestr(info.filename, old.read(info))
        for name, content in changes.items():
            new.writestr(name, content)
    return path


@pytest.fixture
def simple(tmp_path: Path) -> Path:
    return makers.xlsx(tmp_path / "biasa.xlsx", makers.SIMPLE)


def test_empty(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"")
    refused(path, EmptyFile)
    path.write_bytes(b"\xef\xbb\xbf \r\n\r\n")
    refused(path, EmptyFile)
    path.write_bytes(b";;;\r\n;;;\r\n")
    refused(path, EmptyFile)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7 abc", "PDF"),
        (b"\x89PNG\r\n\x1a\n1234", "PNG"),
        (b'{"a": 1}', "JSON"),
        (b"\x01\x02\x03\x04" * 100, "biner"),
        (b"<?xml version='1.0'?><a/>", "XML"),
        (b"\x09\x02\x06\x00\x00\x00\x10\x00", "sangat lama"),
    ],
)
def test_unknown_formats(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "berkas.xlsx"
    path.write_bytes(content)
    assert said in refused(path, UnknownFormat)


def test_other_archives(tmp_path: Path) -> None:
    path = tmp_path / "berkas.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
    assert "Word" in refused(path, UnknownFormat)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("data.xlsx", b"PK")
    assert "ZIP" in refused(path, UnknownFormat)


def test_password_of_xlsx(tmp_path: Path) -> None:
    path = makers.xls(tmp_path / "a.xls", makers.SIMPLE)
    data = bytearray(path.read_bytes())
    at = data.index("Workbook".encode("utf-16-le") + b"\x00" * 16)
    name = "EncryptedPackage".encode("utf-16-le") + b"\x00\x00"
    data[at : at + len(name)] = name
    data[at + 64 : at + 66] = struct.pack("<H", len(name))
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    refused(path, PasswordProtected)


def test_password_of_xls(tmp_path: Path) -> None:
    path = makers.xls(tmp_path / "a.xls", makers.SIMPLE)
    data = path.read_bytes()
    write_access = b"\x5c\x00\x70\x00"
    assert data.count(write_access) == 1
    path.write_bytes(data.replace(write_access, b"\x2f\x00\x70\x00"))
    refused(path, PasswordProtected)


def test_password_of_ods(tmp_path: Path) -> None:
    source = makers.ods(tmp_path / "a.ods", makers.SIMPLE)
    manifest = b'<manifest:manifest xmlns:manifest="m"><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>'  # noqa: E501
    refused(repacked(tmp_path / "b.ods", source, {"META-INF/manifest.xml": manifest}), PasswordProtected)


def test_password_of_the_archive(tmp_path: Path, simple: Path) -> None:
    data = bytearray(simple.read_bytes())
    at = -1
    while (at := data.find(b"PK\x01\x02", at + 1)) >= 0:
        data[at + 8] |= 1
    path = tmp_path / "terkunci.xlsx"
    path.write_bytes(data)
    refused(path, PasswordProtected)


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><x>&c;</x>'
)


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml"]
)
def test_entity_bombs_in_xlsx(tmp_path: Path, simple: Path, part: str) -> None:
    assert part in refused(repacked(tmp_path / "b.xlsx", simple, {part: BOMB}), EntityBomb)


def test_entity_bomb_behind_padding_and_in_utf16(tmp_path: Path, simple: Path) -> None:
    padded = BOMB.replace(b"<!DOCTYPE", b"<!--" + b"x" * 200_000 + b"--><!DOCTYPE")
    refused(repacked(tmp_path / "b.xlsx", simple, {"xl/workbook.xml": padded}), EntityBomb)
    wide = BOMB.decode().replace('"1.0"', '"1.0" encoding="utf-16"').encode("utf-16")
    refused(repacked(tmp_path / "c.xlsx", simple, {"xl/workbook.xml": wide}), EntityBomb)


def test_entity_bombs_elsewhere(tmp_path: Path) -> None:
    source = makers.ods(tmp_path / "a.ods", makers.SIMPLE)
    refused(repacked(tmp_path / "b.ods", source, {"content.xml": BOMB}), EntityBomb)
    path = makers.xml2003(tmp_path / "c.xls", makers.SIMPLE)
    path.write_text(path.read_text().replace("<Workbook", '<!DOCTYPE Workbook [<!ENTITY a "a">]><Workbook'))
    refused(path, EntityBomb)


def test_zip_bombs(tmp_path: Path, simple: Path) -> None:
    with zipfile.ZipFile(simple) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    padded = sheet.replace(b"</sheetData>", b"</sheetData>" + b" " * (80 * 1024 * 1024))
    assert "kompresi" in refused(repacked(tmp_path / "b.xlsx", simple, {"xl/worksheets/sheet1.xml": padded}), TooLarge)
    assert "kompresi" in refused(simple, TooLarge, limits=Limits(inflated_bytes=2000))


def test_a_directory_that_lies_about_sizes(tmp_path: Path, simple: Path) -> None:
    path = repacked(tmp_path / "b.xlsx", simple, {"xl/media/a.xml": b"<a>" + b" " * 1_000_000 + b"</a>"})
    data = bytearray(path.read_bytes())
    at = data.rindex(b"xl/media/a.xml") - 46
    assert data[at : at + 4] == b"PK\x01\x02"
    data[at + 24 : at + 28] = struct.pack("<I", 100)
    path.write_bytes(data)
    with contextlib.suppress(UnreadableFile):
        assert read_workbook(path).sheets[0].height == 3


def test_overlapping_parts(tmp_path: Path) -> None:
    path = tmp_path / "b.xlsx"
    content = b"<a/>"
    packed = zlib.compress(content)[2:-4]
    local = (
        struct.pack(
            "<4sHHHHHIIIHH", b"PK\x03\x04", 20, 0, 8, 0, 0, zlib.crc32(content), len(packed), len(content), 15, 0
        )
        + b"xl/workbook.xml"
        + packed
    )
    directory = b"".join(
        struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, zlib.crc32(content), len(packed), len(content), len(name), 0, 0, 0, 0, 0, 0)  # noqa: E501
        + name
        for name in (b"xl/workbook.xml", b"xl/workbooks.xml")
    )  # fmt: skip
    path.write_bytes(
        local + directory + struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 2, 2, len(directory), len(local), 0)
    )
    refused(path, UnreadableFile)


def test_over_the_limits(tmp_path: Path, simple: Path) -> None:
    assert "MB" in refused(simple, TooLarge, limits=Limits(file_bytes=1000))
    rows = [["NIK", "Nama"], *[[f"17710145088{n:05}", "Ani"] for n in range(600)]]
    for file_format in ("xlsx", "xls", "ods", "xlsb", "csv-comma", "html-named-xls", "xml-named-xls"):
        ending, make = makers.FORMATS[file_format]
        assert "sel" in refused(make(tmp_path / f"banyak{ending}", rows), TooLarge, limits=Limits(cells=1000))


def test_cells_far_apart_in_ods_and_xlsb(tmp_path: Path) -> None:
    source = makers.ods(tmp_path / "a.ods", makers.SIMPLE)
    with zipfile.ZipFile(source) as archive:
        content = archive.read("content.xml")
    far = content.replace(
        b"</table:table>",
        b'<table:table-row><table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row></table:table>',  # noqa: E501
    ).replace(b'office:value-type="string"', b'office:value-type="string" table:number-columns-repeated="16000"', 1)
    assert '"Data"' in refused(repacked(tmp_path / "b.ods", source, {"content.xml": far}), TooSpread)
    path = makers.xlsb(tmp_path / "c.xlsb", makers.SIMPLE)
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.bin")
    row, cell = b"\x00" + b"\x11" + struct.pack("<I", 1), b"\x06"
    assert row in sheet and cell in sheet
    changed = sheet.replace(b"\x00\x11" + struct.pack("<I", 3), b"\x00\x11" + struct.pack("<I", 1_048_575)).replace(
        struct.pack("<II", 5, 0), struct.pack("<II", 16_383, 0)
    )
    refused(repacked(tmp_path / "d.xlsb", path, {"xl/worksheets/sheet1.bin": changed}), TooSpread)


def odd_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    (tmp_path / "odd_reader.py").write_text(
        "import json, os, resource, sys, time\nlimits = json.loads(sys.argv[2])\n" + body
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(parent, "MODULE", "odd_reader")


def test_a_reader_that_dies(simple: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    odd_reader(tmp_path, monkeypatch, 'sys.stderr.write(\'@sertakan ["format", "xlsx"]\\n\'); os.abort()')
    assert "XLSX" in refused(simple, ReaderCrashed)


def test_a_reader_that_says_nothing(simple: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    odd_reader(tmp_path, monkeypatch, "pass")
    refused(simple, ReaderCrashed)


def test_a_reader_that_hangs(simple: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    odd_reader(tmp_path, monkeypatch, "time.sleep(60)")
    assert "0.5 detik" in refused(simple, ReaderTimedOut, within=5, limits=Limits(seconds=0.5))


def test_a_reader_without_enough_memory(tmp_path: Path) -> None:
    rows = [["NIK", "Nama"], *[[f"17710145088{n:05}", "Siti Aminah binti Abdullah " * 40] for n in range(40_000)]]
    path = makers.text(",", "utf-8")(tmp_path / "a.csv", rows)
    sentence = refused(path, ReaderOutOfMemory, within=20, limits=Limits(memory_mb=180))
    assert "180 MB" in sentence and "CSV" in sentence


def test_a_panic_of_the_cell_reader_is_a_refusal(simple: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A far cell that the scan does not see: the reader then asks for terabytes and is ended by the system."""
    monkeypatch.setattr(parent, "MODULE", "sertakan.intake.reading.child")
    with zipfile.ZipFile(simple) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").replace(b'<c r="A4"', b'<c r="XFD1048576"')
    path = repacked(simple.with_name("jauh.xlsx"), simple, {"xl/worksheets/sheet1.xml": sheet})
    with contextlib.suppress(ReadingError):
        read_workbook(path)


@pytest.mark.parametrize("file_format", ["xlsx", "xls", "ods", "xlsb"])
def test_broken_files_never_end_in_anything_but_a_refusal(tmp_path: Path, file_format: str) -> None:
    ending, make = makers.FORMATS[file_format]
    whole = make(tmp_path / f"a{ending}", makers.SIMPLE).read_bytes()
    chance = random.Random(file_format)
    path = tmp_path / f"rusak{ending}"
    refusals = 0
    for attempt in range(12):
        data = bytearray(whole)
        if attempt < 4:
            del data[chance.randrange(len(data)) :]
        else:
            for _ in range(1 + 4 * attempt):
                data[chance.randrange(len(data))] = chance.randrange(256)
        path.write_bytes(data)
        try:
            read_workbook(path, limits=Limits(seconds=20))
        except ReadingError as error:
            refusals += 1
            assert "%(" not in str(error)
    assert refusals


def test_names_do_not_matter(tmp_path: Path) -> None:
    for file_format, (_, make) in makers.FORMATS.items():
        path = (
            make(tmp_path / "tanpa_akhiran", makers.SIMPLE)
            if file_format != "xlsm"
            else make(tmp_path / "b.xlsm", makers.SIMPLE)
        )
        assert read_workbook(path).sheets[0].height == 3, file_format


def test_progress_and_format_are_told(simple: Path) -> None:
    told: list[tuple[str, int, int | None]] = []
    assert read_workbook(simple, progress=lambda *news: told.append(news)).format == "xlsx"
    assert told == [("Sheet", 4, 4)]


def test_a_macro_workbook_is_read_without_its_macros(tmp_path: Path) -> None:
    found = read_workbook(makers.xlsm(tmp_path / "a.xlsm", makers.SIMPLE))
    assert found.format == "xlsm"
    assert found.sheets[0].height == 3


def test_nothing_stays_behind(simple: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "sementara"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    read_workbook(simple)
    assert list(folder.iterdir()) == []


def test_starting_to_read_loads_no_data_frames() -> None:
    import subprocess
    import sys

    code = (
        "import sys; import sertakan.intake.reading, sertakan.intake.reading.child, sertakan.intake.reading.spreadsheets;"
        "print([m for m in ('polars', 'django', 'pandas', 'numpy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("rename", [lambda name: name.replace("/", "\\"), lambda name: name.removeprefix("xl/")])
def test_workbooks_of_other_programs(simple: Path, tmp_path: Path, rename: Callable[[str], str]) -> None:
    """Parts named with backslashes, and parts that are not kept in a folder of their own."""
    path = tmp_path / "lain.xlsx"
    with zipfile.ZipFile(simple) as old, zipfile.ZipFile(path, "w") as new:
        for info in old.infolist():
            content = old.read(info)
            if rename("xl/a") == "a":
                content = content.replace(b"/xl/", b"/").replace(b'"xl/', b'"')
            new.writestr(rename(info.filename), content)
    assert read_workbook(path).sheets[0].height == 3
