"""The workbook to hand out: columns the intake knows, numbers as text, lists to choose from, and a sheet that explains."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from sertakan.classification import queries as classification
from sertakan.core import clock
from sertakan.core.month import Month

ROWS = 2_000
DATA, GUIDE, LISTS = "Data", "Petunjuk", "Daftar"
MONTH_NAMES = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
MONTHS_OFFERED = 14


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the template: its canonical name, heading, width, how to fill it in, two invented examples, and why it is asked."""

    name: str
    heading: str
    width: int
    how: str
    examples: tuple[str, str]
    why: str
    required: bool = False
    text: bool = True


COLUMNS = (
    Column("nik", "NIK", 20, "16 angka dari KTP, tanpa spasi. Sel sudah bertipe Teks; jangan diubah menjadi angka.",
           ("1701045208859999", "1771021503909999"), "Menandai satu orang; tanpa NIK pekerja tidak dapat didaftarkan.", required=True),
    Column("name", "Nama Lengkap", 28, "Seperti di KTP, tanpa gelar. Nama satu kata boleh.",
           ("Contoh Aminah", "Contoh Budiman"), "Dicocokkan dengan data kependudukan.", required=True),
    Column("sex", "Jenis Kelamin", 9, "Pilih L atau P.", ("P", "L"), "Dicocokkan dengan NIK."),
    Column("birth_place", "Tempat Lahir", 18, "Seperti di KTP.", ("Manna", "Bengkulu"), "Diminta pada formulir pendaftaran."),
    Column("birth_date", "Tanggal Lahir", 14, "Hari-bulan-tahun, misalnya 12-08-1985.",
           ("12-08-1985", "15-03-1990"), "Menentukan batas usia; dicocokkan dengan NIK.", required=True),
    Column("phone", "No. HP", 16, "Mulai dengan 0. Boleh nomor keluarga; kosongkan bila tidak ada.",
           ("084400000001", ""), "Untuk kabar tentang perlindungan."),
    Column("area_village", "Desa/Kelurahan", 20, "Nama desa atau kelurahan tempat tinggal.",
           ("Gunung Ayu", "Lempuing"), "Nama desa saja tidak cukup, karena banyak desa bernama sama."),
    Column("area_district", "Kecamatan", 18, "Nama kecamatan tempat tinggal.", ("Kota Manna", "Ratu Agung"), "Menentukan desa yang mana."),
    Column("address", "Alamat", 26, "Jalan atau RT/RW.", ("RT 003 RW 001", "Jl. Contoh No. 5"), "Diminta pada formulir pendaftaran."),
    Column("occupation", "Pekerjaan", 26, "Pilih dari daftar, atau tulis seperti disebut sehari-hari.",
           ("asisten rumah tangga", "sopir angkot"), "Menentukan sektor dan besar iuran.", required=True),
    Column("income", "Penghasilan per Bulan", 16, "Rupiah penuh, misalnya 1500000.", ("900000", "2500000"),
           "Untuk melihat apakah dasar upah masih sesuai; tidak mengubah iuran.", text=False),
    Column("dasar", "Dasar Upah", 14, "Pilih dari daftar. Kosong berarti yang terendah.", ("1000000", "1000000"),
           "Iuran dan santunan dihitung dari sini.", text=False),
    Column("programmes", "Program", 16, "Pilih dari daftar. Kosong berarti JKK dan JKM.", ("JKK, JKM", "JKK, JKM"),
           "JKK dan JKM harus bersama; JHT pilihan."),
    Column("funding", "Sumber Dana", 16, "Pilih dari daftar. Kosong berarti dana pribadi.", ("Dana pribadi", "CSR"),
           "Besar iuran berbeda menurut sumber dananya."),
    Column("start_month", "Bulan Mulai", 18, "Pilih dari daftar. Kosong berarti bulan berikut yang masih mungkin.", ("", ""),
           "Perlindungan tidak berlaku surut."),
    Column("months", "Jumlah Bulan", 10, "Berapa bulan dibayar di muka. Kosong berarti 1.", ("3", "12"),
           "Menentukan sampai kapan pekerja terlindungi.", text=False),
    Column("donor_name", "Nama ASN Penanggung", 28, "Nama ASN atau donatur yang membayar.",
           ("Contoh Ratna, S.Sos.", "Contoh Hidayat"), "Tagihan disusun per donatur.", required=True),
    Column("donor_nip", "NIP ASN Penanggung", 22, "18 angka. Kosongkan bila donatur bukan ASN.",
           ("198003152005042901", ""), "Membedakan donatur yang senama."),
    Column("consent_date", "Tanggal Persetujuan", 14, "Hari pekerja menyatakan setuju, misalnya 01-11-2026.",
           ("01-11-2026", "05-11-2026"), "Tanpa persetujuan, data tidak dikirim ke BPJS Ketenagakerjaan.", required=True),
    Column("mother_name", "Nama Ibu Kandung", 24, "Seperti di Kartu Keluarga.", ("Contoh Saodah", ""),
           "Diminta pada formulir pendaftaran."),
    Column("kpj", "No. KPJ", 15, "11 angka, hanya bila pekerja sudah pernah menjadi peserta.", ("", ""),
           "Supaya nomor lama dipakai lagi."),
)  # fmt: skip

FUNDING_WORDS = ("Dana pribadi", "CSR", "Zakat", "APBD", "APBN", "APBDes")
PROGRAMME_WORDS = ("JKK, JKM", "JKK, JKM, JHT")


def choices() -> dict[str, list[Any]]:
    """What can be chosen in each column that has a list: from the tables in force today."""
    from sertakan.rules.loading import load_rules

    rules = load_rules()
    this = Month.of(clock.today())
    regime = rules.regime(this)
    table = regime.table if regime else rules.tiers[0]
    return {
        "sex": ["L", "P"],
        "occupation": [work.term for work in classification.occupations()],
        "dasar": sorted(row.dasar for row in table.rows),
        "programmes": list(PROGRAMME_WORDS),
        "funding": list(FUNDING_WORDS),
        "start_month": [month_in_words(this.next(step)) for step in range(MONTHS_OFFERED)],
        "months": sorted(rules.settings.prepay_months_allowed),
    }


def month_in_words(month: Month) -> str:
    """``Desember 2026``."""
    return f"{MONTH_NAMES[month.month - 1]} {month.year}"


def template_workbook() -> bytes:
    """The empty workbook as XLSX. Needs the reference data."""
    import xlsxwriter

    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties(
        {"title": "Format data pekerja Sertakan", "comments": "Isi lembar Data; lembar Petunjuk menjelaskan."}
    )
    book.set_size(1600, 1000)
    data = book.add_worksheet(DATA)
    _write_guide(book, book.add_worksheet(GUIDE))
    ranges = _write_lists(book, book.add_worksheet(LISTS))
    _write_data(book, data, ranges)
    data.activate()
    book.close()
    return out.getvalue()


def _write_lists(book: Any, sheet: Any) -> dict[str, str]:
    """One column for each list; returns the range of each."""
    heading = book.add_format({"bold": True})
    by_name = {column.name: column for column in COLUMNS}
    ranges = {}
    for position, (name, values) in enumerate(choices().items()):
        sheet.write(0, position, f"Pilihan {by_name[name].heading}", heading)
        sheet.write_column(1, position, values)
        letter = chr(ord("A") + position)
        ranges[name] = f"={LISTS}!${letter}$2:${letter}${len(values) + 1}"
    sheet.hide()
    return ranges


def _write_data(book: Any, sheet: Any, ranges: dict[str, str]) -> None:
    base = {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "border_color": "#C8CDD3"}
    required = book.add_format({**base, "bg_color": "#0B5A4A", "font_color": "#FFFFFF"})
    optional = book.add_format({**base, "bg_color": "#E3EFEC", "font_color": "#123B33"})
    text = book.add_format({"num_format": "@"})
    money = book.add_format({"num_format": "#,##0"})
    whole = book.add_format({"num_format": "0"})
    sheet.set_row(0, 34)
    sheet.freeze_panes(1, 2)
    for position, column in enumerate(COLUMNS):
        heading = f"{column.heading} *" if column.required else column.heading
        sheet.write(0, position, heading, required if column.required else optional)
        kind = text if column.text else money if column.name in ("dasar", "income") else whole
        sheet.set_column(position, position, column.width)
        for row in range(1, ROWS + 1):
            sheet.write_blank(row, position, None, kind)
        rule: dict[str, Any] = {"input_title": column.heading[:32], "input_message": column.how[:255]}
        if column.name in ranges:
            rule |= {"validate": "list", "source": ranges[column.name]}
            if column.name == "occupation":
                rule |= {"error_type": "information", "error_title": "Pekerjaan lain",
                         "error_message": "Pekerjaan ini tidak ada di daftar. Boleh dipakai; kami akan menanyakan maksudnya."}  # fmt: skip
            else:
                rule |= {
                    "error_title": "Tidak ada di daftar",
                    "error_message": "Pilih salah satu isi daftar, atau kosongkan.",
                }
        elif column.name in ("nik", "donor_nip", "kpj"):
            length = {"nik": 16, "donor_nip": 18, "kpj": 11}[column.name]
            rule |= {"validate": "length", "criteria": "==", "value": length, "error_type": "warning",
                     "error_title": f"{length} angka", "error_message": f"{column.heading} berisi {length} angka tanpa spasi."}  # fmt: skip
        else:
            rule["validate"] = "any"
        sheet.data_validation(1, position, ROWS, position, rule)


def _write_guide(book: Any, sheet: Any) -> None:
    title = book.add_format({"bold": True, "font_size": 14, "font_color": "#0B5A4A"})
    heading = book.add_format(
        {"bold": True, "bg_color": "#E3EFEC", "border": 1, "border_color": "#C8CDD3", "text_wrap": True}
    )
    cell = book.add_format(
        {"text_wrap": True, "valign": "top", "num_format": "@", "border": 1, "border_color": "#E1E4E8"}
    )
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.write("A1", "Cara mengisi lembar Data", title)
    lines = (
        "Satu baris untuk satu pekerja. Kolom bertanda * perlu diisi; yang lain boleh kosong.",
        "NIK, NIP, No. HP dan No. KPJ sudah bertipe Teks, supaya tidak ada angka yang hilang. "
        "Bila menempel dari berkas lain, pilih Tempel Nilai.",
        "Baris yang belum lengkap tidak hilang: ia ditahan dengan keterangan, dan dapat diperbaiki.",
        "Kedua contoh di bawah ini rekaan; tidak ada orang seperti itu.",
    )
    for row, line in enumerate(lines, start=1):
        sheet.merge_range(row, 0, row, 5, line, wrap)
        sheet.set_row(row, 30)
    for position, (words, width) in enumerate(
        (
            ("Isian", 22),
            ("Perlu?", 9),
            ("Cara menulis", 44),
            ("CONTOH 1 (rekaan)", 24),
            ("CONTOH 2 (rekaan)", 24),
            ("Mengapa", 44),
        )
    ):
        sheet.set_column(position, position, width)
        sheet.write(6, position, words, heading)
    for row, column in enumerate(COLUMNS, start=7):
        values = (column.heading, "ya" if column.required else "boleh kosong", column.how, *column.examples, column.why)
        for position, value in enumerate(values):
            sheet.write_string(row, position, value, cell)
    sheet.freeze_panes(7, 1)
