"""Sample lists of agencies, one for each kind of mess. All people are invented: their identity numbers carry serials from 9100 on.

Each function makes the bytes of one file; `SAMPLES` names them. What the intake has to find in each stands, written by hand, in
``expected/<name>.yaml``. ``python tests/data/workbooks/make.py FOLDER`` writes all files to look at.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

Row = list[Any]

HEADINGS = [
    "No", "NIK", "Nama Lengkap", "L/P", "Tempat Lahir", "Tanggal Lahir", "No. HP", "Desa/Kelurahan", "Kecamatan", "Pekerjaan",
    "Penghasilan", "Dasar Upah", "Program", "Sumber Dana", "Bulan Mulai", "Jumlah Bulan", "Nama ASN", "NIP ASN", "Tgl Persetujuan",
]  # fmt: skip
AT = {heading: position for position, heading in enumerate(HEADINGS)}
_TERMS = [1000000, 1000000, "JKK, JKM", "Pribadi", "Desember 2026", 3]
RATNA, HENDRI = ["Ratna Dewi", "198207142008012901"], ["Hendri Gunawan", "197003211995031902"]

_ROSTER = [
    # Name, sex, birthplace, day of birth, identity number, village, district, work
    ("Aminah Sari", "P", "Manna", "12-03-1985", "1701045203859101", "Manggul", "Manna", "asisten rumah tangga"),
    ("Budi Hartono", "L", "Manna", "25-11-1978", "1701042511789102", "Manggul", "Manna", "penjaga kebun"),
    ("Citra Lestari", "P", "Curup", "17-08-1990", "1702105708909103", "Terulung", "Manna", "pengasuh anak"),
    ("Dasman", "L", "Bengkulu", "30-01-1983", "1771063001839104", "Lempuing", "Ratu Agung", "tukang kebun rumah"),
    ("Elvina Putri", "P", "Bengkulu", "22-06-1992", "1771066206929105", "Lempuing", "Ratu Agung", "tukang cuci"),
    (
        "Firman Saputra",
        "L",
        "Bengkulu",
        "19-10-1986",
        "1771061910869106",
        "Nusa Indah",
        "Ratu Agung",
        "petugas keamanan rumah",
    ),
    ("Gusnawati", "P", "Tais", "28-02-1979", "1705016802799107", "Babatan", "Sukaraja", "asisten rumah tangga"),
    ("Hamdani", "L", "Tais", "14-07-1975", "1705011407759108", "Babatan", "Sukaraja", "tukang ojek"),
    ("Indah Permata", "P", "Tais", "31-05-1988", "1705017105889109", "Niur", "Sukaraja", "pengasuh anak"),
    ("Jauhari", "L", "Tais", "16-09-1981", "1705011609819110", "Niur", "Sukaraja", "nelayan"),
    (
        "Kartini Marlina",
        "P",
        "Bengkulu",
        "21-04-1984",
        "1771026104849111",
        "Jalan Gedang",
        "Gading Cempaka",
        "tukang cuci",
    ),
    (
        "Lukman Hakim",
        "L",
        "Bengkulu",
        "26-12-1977",
        "1771022612779112",
        "Jalan Gedang",
        "Gading Cempaka",
        "sopir angkot",
    ),
    ("Mardiana", "P", "Bengkulu", "18-01-1991", "1771025801919113", "Sidomulyo", "Gading Cempaka", "pedagang pasar"),
]


def person(position: int, **changes: Any) -> Row:
    """A row without a fault, but for `changes` (NIK, Nama_Lengkap ...: headings with other signs as underscores)."""
    name, sex, place, born, nik, village, district, work = _ROSTER[position]
    donor = RATNA if position % 2 == 0 else HENDRI
    row = [
        position + 1,
        nik,
        name,
        sex,
        place,
        born,
        f"0844000010{position:02d}",
        village,
        district,
        work,
        *_TERMS,
        *donor,
        "01-11-2026",
    ]
    keys = {"".join(c if c.isalnum() else "_" for c in heading): at for heading, at in AT.items()}
    for key, value in changes.items():
        row[keys[key]] = value
    return row


def people(count: int, first: int = 0) -> list[Row]:
    """`count` rows without a fault."""
    return [person(position) for position in range(first, first + count)]


def texts(rows: Iterable[Sequence[Any]]) -> list[list[str]]:
    """The rows as they would stand in a text file."""
    return [["" if value is None else str(value) for value in row] for row in rows]


def workbook(rows: list[Row], *, name: str = "Data", start: int = 0) -> bytes:
    """One sheet with `rows`, as XLSX; numbers stay number cells."""
    return sheets({name: rows}, start=start)


def sheets(content: dict[str, list[Row]], *, start: int = 0, hidden: Sequence[str] = ()) -> bytes:
    """Several sheets as XLSX."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in content.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows, start=start):
                for column, value in enumerate(row):
                    _write(sheet, at, column, value, day)
            if name in hidden:
                sheet.hide()
    return out.getvalue()


def _write(sheet: Any, row: int, column: int, value: Any, day: Any) -> None:
    from datetime import date

    if isinstance(value, date):
        sheet.write_datetime(row, column, value, day)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)
    elif value not in (None, ""):
        sheet.write_string(row, column, value)


def bersih() -> bytes:
    """Nothing wrong at all."""
    return workbook([HEADINGS, *people(8)])


def nik_rusak() -> bytes:
    """Every way in which an identity number breaks."""
    return workbook(
        [
            HEADINGS,
            person(0),
            person(1, NIK=1701042511789102),
            person(2, NIK="1702 1057 0890 9103"),
            person(3, NIK="1771.0630.0183.9104"),
            person(4, NIK="'1771066206929105"),
            person(5, NIK="177106191O869106"),
            person(6, NIK="170501680279910"),
            person(7, NIK="17050114077591089"),
            person(8, NIK="1,70501710588911E+15"),
            person(9, NIK="1705011609810000"),
            person(10, NIK="1771026113849111"),
            person(11, NIK="1799012612779112"),
            person(12, NIK=""),
        ]
    )


def tanggal() -> bytes:
    """Days of birth in every spelling; the identity number decides where it can."""
    from datetime import date

    return workbook(
        [
            HEADINGS,
            person(0, Tanggal_Lahir="12 Maret 1985"),
            person(1, Tanggal_Lahir="25 Nopember 1978"),
            person(2, Tanggal_Lahir="17-Agt-90"),
            person(3, Tanggal_Lahir=date(1983, 1, 30)),
            person(4, Tanggal_Lahir=33777),
            person(5, Tanggal_Lahir="19/10/86"),
            person(6, Tanggal_Lahir="1979"),
            person(7, Tanggal_Lahir=""),
            person(8, Tanggal_Lahir="05/31/1988"),
            person(9, Tanggal_Lahir="16-09-1982"),
            person(10, Tanggal_Lahir="1985"),
            person(11, Tanggal_Lahir="tidak ingat"),
            person(12, Tanggal_Lahir="05/01/1959", NIK="1771024501599113"),
            person(0, NIK="1771020304889120", Nama_Lengkap="Nasrul", L_P="L", Tanggal_Lahir="04/03/1988"),
        ]
    )


def kepala_dua() -> bytes:
    """Titles above, a heading of two merged rows, numbers of columns, a total, a signature."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Usulan")
        bold = book.add_format({"bold": True, "align": "center"})
        for at, text in enumerate(("REKAPITULASI PEKERJA RENTAN", "DINAS KESEHATAN PROVINSI BENGKULU", "TAHUN 2026")):
            sheet.merge_range(at, 0, at, 10, text, bold)
        groups = [("No", 1), ("NIK", 1), ("Pekerja", 3), ("Desa", 1), ("Kecamatan", 1), ("Pekerjaan", 1)]
        groups += [("ASN Penanggung", 2), ("Persetujuan", 1)]
        leaves = {2: "Nama", 3: "Tempat/Tgl Lahir", 4: "L/P", 8: "Nama", 9: "NIP"}
        column = 0
        for text, width in groups:
            if width > 1:
                sheet.merge_range(4, column, 4, column + width - 1, text, bold)
            else:
                sheet.merge_range(4, column, 5, column, text, bold)
            column += width
        for at, text in leaves.items():
            sheet.write_string(5, at, text, bold)
        for at in range(column):
            sheet.write_string(6, at, f"({at + 1})", bold)
        for line, position in enumerate(range(6), start=7):
            name, sex, place, born, nik, village, district, work = _ROSTER[position]
            row = [position + 1, nik, name, f"{place}, {born}", sex, village, district, work, *RATNA, "02-11-2026"]
            for at, value in enumerate(row):
                sheet.write(line, at, value) if isinstance(value, int) else sheet.write_string(line, at, value)
        sheet.write_string(13, 0, "Jumlah")
        sheet.write_number(13, 2, 6)
        signature = ["Bengkulu, 20 November 2026", "Mengetahui,", "Kepala Dinas Kesehatan", "", "Contoh Pejabat"]
        for line, text in enumerate([*signature, "NIP. 196905171994031999"], start=15):
            if text:
                sheet.write_string(line, 8, text)
    return out.getvalue()


def gabung_turun() -> bytes:
    """One donor's cells merged over several workers; “sda” and “idem” further down."""
    import xlsxwriter

    rows = people(6)
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Data")
        plain = book.add_format()
        for at, row in enumerate([HEADINGS, *rows]):
            for column, value in enumerate(row):
                if at in (2, 3) and column in (16, 17):
                    continue
                sheet.write(at, column, value) if isinstance(value, int) else sheet.write_string(at, column, value)
        sheet.merge_range(1, 16, 3, 16, RATNA[0], plain)
        sheet.merge_range(1, 17, 3, 17, RATNA[1], plain)
        sheet.write_string(5, 16, "sda")
        sheet.write_string(5, 17, "sda")
        sheet.write_string(6, 7, "idem")
        sheet.write_string(6, 8, "idem")
    return out.getvalue()


def per_desa() -> bytes:
    """A sheet for each village, one of them hidden, a summary, and somebody who stands in two sheets."""
    without = [heading for heading in HEADINGS if heading not in ("Desa/Kelurahan",)]

    def plain(rows: list[Row]) -> list[Row]:
        return [[value for at, value in enumerate(row) if HEADINGS[at] != "Desa/Kelurahan"] for row in rows]

    content = {
        "Rekap": [["No", "Desa", "Jumlah"], [1, "Manggul", 2], [2, "Niur", 2], [3, "Sidomulyo", 2]],
        "Manggul": [without, *plain([person(0), person(1)])],
        "Niur": [without, *plain([person(8), person(9)])],
        "Sidomulyo": [without, *plain([person(12), person(8)])],
    }
    return sheets(content, hidden=["Sidomulyo"])


def tanpa_kepala() -> bytes:
    """No headings at all: only what the content says."""
    keep = ["NIK", "Nama Lengkap", "Tanggal Lahir", "No. HP", "Pekerjaan"]
    return workbook([[row[AT[name]] for name in keep] for row in people(6)])


def lama() -> bytes:
    """The old .xls: telephone numbers and an identity number as number cells."""
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("Lembar1")
    rows = [HEADINGS, person(0, No__HP=84400001000), person(1, NIK=1701042511789102), person(2), person(3, No__HP="")]
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            if value != "":
                sheet.write(at, column, value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def libre() -> bytes:
    """An OpenDocument sheet with blank rows in the middle."""
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    document = OpenDocumentSpreadsheet()
    table = Table(name="Pekerja")
    rows: list[Row] = [
        HEADINGS,
        person(4),
        person(5, NIK=1771061910869106),
        [],
        person(6, Nama_Lengkap="GUSNAWATI"),
        person(7),
    ]
    for row in rows:
        line = TableRow()
        for value in row or [""]:
            if isinstance(value, int):
                cell = TableCell(valuetype="float", value=str(value))
                cell.addElement(P(text=str(value)))
            elif value:
                cell = TableCell(valuetype="string")
                cell.addElement(P(text=value))
            else:
                cell = TableCell()
            line.addElement(cell)
        table.addElement(line)
    document.spreadsheet.addElement(table)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def separated(rows: list[Row], delimiter: str, encoding: str) -> bytes:
    """A text file as spreadsheets export it."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(texts(rows))
    return out.getvalue().encode(encoding)


def koma() -> bytes:
    """Comma, UTF-8."""
    return separated([HEADINGS, *people(5)], ",", "utf-8")


def titik_koma() -> bytes:
    """Semicolon, the old Windows letters, an apostrophe that is none, an amount with a comma."""
    rows = [
        HEADINGS,
        person(0, Nama_Lengkap="Nu’man Syafi’i"),
        person(1, Penghasilan="1.250.000,00"),
        person(2, NIK="1,70211E+15"),
        person(3, No__HP="84400001003"),
    ]
    return separated(rows, ";", "cp1252")


def tab() -> bytes:
    """Tabulators and a byte-order mark."""
    return separated([HEADINGS, *people(4, first=6)], "\t", "utf-8-sig")


def tempelan() -> bytes:
    """What somebody pasted out of a chat."""
    return (
        "Assalamualaikum pak, ini data pekerja dari bidang kami\n"
        "1. Aminah Sari 1701045203859101 ART 084400001000\n"
        "2. Budi Hartono 1701042511789102 penjaga kebun 084400001001\n"
        "3. Citra Lestari 1702105708909103 pengasuh anak\n"
        "4. Dasman 177106300183910 tukang kebun\n"
        "terima kasih 🙏\n"
    ).encode()


def halaman() -> bytes:
    """An .xls that is a web page, as old applications export it."""
    lines = ["<html><head><meta charset='utf-8'></head><body><table border='1'>"]
    for row in texts([HEADINGS, *people(4, first=2)]):
        lines.append("<tr>" + "".join(f"<td>{value.replace('&', '&amp;')}</td>" for value in row) + "</tr>")
    return ("\n".join([*lines, "</table></body></html>"])).encode()


def uang() -> bytes:
    """Amounts, bases, programmes, sources, months."""
    return workbook(
        [
            HEADINGS,
            person(0, Penghasilan="Rp 1.000.000,-"),
            person(1, Penghasilan="1,5 jt"),
            person(2, Penghasilan="16.8"),
            person(3, Penghasilan="lumayan"),
            person(4, Penghasilan="900000.00"),
            person(5, Dasar_Upah=""),
            person(6, Dasar_Upah=1100000),
            person(7, Dasar_Upah=2000000, Penghasilan=1500000),
            person(8, Program="JKK"),
            person(9, Program="BPJS lengkap"),
            person(10, Program="", Sumber_Dana="", Bulan_Mulai="", Jumlah_Bulan=""),
            person(11, Sumber_Dana="tabungan kantor", Jumlah_Bulan=13),
            person(12, Jumlah_Bulan=5, Bulan_Mulai="Oktober 2026", Program="JKK JKM JHT", Sumber_Dana="APBD"),
        ]
    )


def pekerjaan() -> bytes:
    """Words for work, with a column that says the sector."""
    headings = [*HEADINGS, "Sektor"]
    words = [
        ("sopir", ""),
        ("driver", "transportasi"),
        ("sopir pribadi", ""),
        ("Sopir", "lainnya"),
        ("tukang sulap", ""),
        ("", ""),
        ("ART", ""),
        ("nelayan/petani sawah", ""),
        ("tukang ojekk", ""),
        ("ojol", "transportasi"),
        ("penjahit", "transportasi"),
    ]
    return workbook([headings, *([*person(at, Pekerjaan=work), sector] for at, (work, sector) in enumerate(words))])


def ganda() -> bytes:
    """The same worker twice, and twice for two donors; NIPs with faults."""
    return workbook(
        [
            HEADINGS,
            person(0),
            person(1),
            person(0, No=3),
            person(1, No=4, Nama_ASN="Ratna Dewi", NIP_ASN=RATNA[1]),
            person(2, NIP_ASN=198207142008012901),
            person(3, NIP_ASN="19700321199503190"),
            person(4, NIP_ASN="198213142008012901"),
            person(5, NIP_ASN="19700321 199503 1 902"),
            person(6, Nama_ASN="", NIP_ASN=""),
        ]
    )


def nama() -> bytes:
    """Titles, notes, capitals, single names, somebody who has died, and consent in words."""
    return workbook(
        [
            HEADINGS,
            person(0, Nama_Lengkap="Hj. Aminah Sari, S.Pd."),
            person(1, Nama_Lengkap="BUDI HARTONO"),
            person(2, Nama_Lengkap="Citra Lestari (janda)"),
            person(3),
            person(4, Nama_Lengkap=""),
            person(5, Nama_Lengkap="Alm. Firman Saputra"),
            person(6, Nama_Lengkap="Gusnawati 2"),
            person(7, Tgl_Persetujuan=""),
            person(8, Tgl_Persetujuan="setuju"),
            person(9, Tgl_Persetujuan="tidak"),
            person(10, L_P="2"),
            person(11, L_P=""),
            person(12, L_P="L"),
        ]
    )


def wilayah() -> bytes:
    """Places: known, misspelt, in the wrong district, unknown, under a section row."""
    rows = [
        HEADINGS,
        person(0, Desa_Kelurahan="Tj. Raman"),
        person(1, Desa_Kelurahan="Mangul"),
        person(2, Desa_Kelurahan="Kota Padang", Kecamatan="Kec. Manna"),
        person(3, Desa_Kelurahan="Kel. Lempuing", Kecamatan="Ratu Agung"),
        person(4, Desa_Kelurahan="Lempuing", Kecamatan="Gading Cempaka"),
        person(5, Desa_Kelurahan="Negeri Antah", Kecamatan="Ratu Agung"),
        person(6, Desa_Kelurahan="", Kecamatan=""),
        person(7, Desa_Kelurahan="Tanjung Agung", Kecamatan=""),
    ]
    return workbook(rows)


def bagian() -> bytes:
    """Section rows name the district; numbering starts again under each; a total in the middle."""
    keep = ["No", "NIK", "Nama Lengkap", "L/P", "Tanggal Lahir", "Desa/Kelurahan", "Pekerjaan"]

    def short(position: int, number: int) -> Row:
        row = person(position, No=number)
        return [row[AT[name]] for name in keep]

    return workbook(
        [
            keep,
            ["Kecamatan Manna"],
            short(0, 1),
            short(1, 2),
            ["Jumlah", "", 2],
            ["Kecamatan Sukaraja"],
            short(6, 1),
            short(7, 2),
            short(8, 3),
            ["Jumlah", "", 3],
        ],
        start=2,
    )


def format_terisi() -> bytes:
    """The template that is handed out, filled in (needs the database)."""
    import openpyxl

    from sertakan.programme.template import COLUMNS, template_workbook

    book = openpyxl.load_workbook(io.BytesIO(template_workbook()))
    sheet = book["Data"]
    for at, position in enumerate((0, 3), start=2):
        name, sex, place, born, nik, village, district, work = _ROSTER[position]
        values = {
            "nik": nik, "name": name, "sex": sex, "birth_place": place, "birth_date": born, "phone": "084400001000",
            "area_village": village, "area_district": district, "address": "RT 001 RW 002", "occupation": work, "income": 1000000,
            "dasar": 1000000, "programmes": "JKK, JKM", "funding": "Dana pribadi", "start_month": "Desember 2026", "months": 3,
            "donor_name": RATNA[0], "donor_nip": RATNA[1], "consent_date": "01-11-2026", "mother_name": "Siti Contoh",
        }  # fmt: skip
        for column, spec in enumerate(COLUMNS, start=1):
            if spec.name in values:
                sheet.cell(at, column).value = values[spec.name]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


SAMPLES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "bersih": ("bersih.xlsx", bersih),
    "nik_rusak": ("nik_rusak.xlsx", nik_rusak),
    "tanggal": ("tanggal.xlsx", tanggal),
    "kepala_dua": ("kepala_dua.xlsx", kepala_dua),
    "gabung_turun": ("gabung_turun.xlsx", gabung_turun),
    "per_desa": ("per_desa.xlsx", per_desa),
    "tanpa_kepala": ("tanpa_kepala.xlsx", tanpa_kepala),
    "lama": ("lama.xls", lama),
    "libre": ("libre.ods", libre),
    "koma": ("koma.csv", koma),
    "titik_koma": ("titik_koma.csv", titik_koma),
    "tab": ("tab.csv", tab),
    "tempelan": ("tempelan.tempelan", tempelan),
    "halaman": ("halaman.xls", halaman),
    "uang": ("uang.xlsx", uang),
    "pekerjaan": ("pekerjaan.xlsx", pekerjaan),
    "ganda": ("ganda.xlsx", ganda),
    "nama": ("nama.xlsx", nama),
    "wilayah": ("wilayah.xlsx", wilayah),
    "bagian": ("bagian.xlsx", bagian),
    "format_terisi": ("format_terisi.xlsx", format_terisi),
}

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in SAMPLES.values():
        if make is not format_terisi:
            (folder / name).write_bytes(make())
