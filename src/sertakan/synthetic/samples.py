"""One list of an agency as it really comes: lovable, hand-made, and full of small faults. Every person in it is invented.

The same bytes every time. Identity numbers end in 9999, which no invented province uses.
"""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any

SAMPLE_NAME = "Usulan Pekerja Rentan Dinsos 2026.xlsx"
_MADE = datetime(2026, 11, 20, 8, 0)  # noqa: DTZ001  a fixed date in the file's properties, so that the bytes stay the same

_RATNA = ("Yuliana Sari, S.Sos.", "198207142008012901")
_HENDRI = ("Drs. Hendri Gunawan, M.Si.", "197003211995031902")
_MARLINA = ("Marlina Fitri, S.E.", "198511022010012903")
_ARIF = ("Arif Rahmadi", "199001152015031904")
_SUSILA = ("Susilawati, S.K.M.", "197808092003122905")
_BAMBANG = ("Bambang Sutrisno, S.H.", "197512302000031906")
_NURUL = ("Nurul Hidayah, A.Md.", "199208172019032907")
_EDI = ("Edi Junaidi, S.IP.", "198010052006041908")

_SAME = "sda"

# Each row: NIK, name, sex, place and date of birth, phone, village, work, income, donor (or sda), funding, first month, months,
# consent, remark. A number is written as a number cell, everything else as text.
_Row = tuple[Any, ...]

_RATU_AGUNG: tuple[_Row, ...] = (
    ("1771065203859999", "Siti Aminah", "P", "Bengkulu, 12-03-1985", "084411110001", "Lempuing", "asisten rumah tangga", 1000000, _RATNA, "pribadi", "Desember 2026", 3, "01-11-2026", ""),
    ("1771064507909999", "Rohani", "P", "Bengkulu, 05-07-1990", "084411110002", "Lempuing", "ART", "900.000", _SAME, _SAME, _SAME, 3, "01-11-2026", ""),
    ("1771061808799999", "BUDI SANTOSO", "L", "Curup, 18 Agustus 1979", "0844 1111 0003", "Kebun Beler", "tukang kebun", "1,2 jt", _SAME, _SAME, _SAME, 3, "01-11-2026", ""),
    ("1771 0625 1188 9999", "Hasanudin", "L", "Manna, 25-11-1988", "+62 844-1111-0004", "Kebun Beler", "petugas keamanan rumah", "Rp 1.500.000,-", _HENDRI, "pribadi", "Desember 2026", 6, "02-11-2026", ""),
    ("1771066304929999", "Hj. Yusnidar, S.Pd.", "P", "Bengkulu, 23-04-1992", "84411110005", "Kebun Kenanga", "pengasuh anak", 1200000, _SAME, _SAME, _SAME, 6, "02-11-2026", ""),
    (1771060907839999, "Suparman", "L", "Bengkulu, 09-07-1983", "084411110006", "Kebun Kenanga", "jaga kebun", 800000, _SAME, _SAME, _SAME, 6, "02-11-2026", "NIK dari fotokopi KTP"),
    ("1771061201759999", "Zainal Abidin", "L", "Bengkulu, 12-01-1975", "084411110007", "Sawah Lebar", "sopir", 2000000, _SAME, _SAME, _SAME, 6, "02-11-2026", ""),
    ("1771065910819999", "Sri Rahayu II", "P", "Kepahiang, 19-10-1981", "084411110008", "Sawah Lebar", "tukang cuci", 700000, _MARLINA, "Pribadi", "Des 2026", 1, "03-11-2026", ""),
    ("177106140278999", "Iskandar", "L", "Bengkulu, 14-02-1978", "084411110009", "Sawah Lebar Baru", "sopir angkot", 1800000, _SAME, _SAME, _SAME, 1, "03-11-2026", ""),
    ("1771062206709999", "Mahyudin", "L", "Bengkulu, 22-06-1970", "", "Nusa Indah", "nelayan", "tidak tentu", _SAME, _SAME, _SAME, 1, "03-11-2026", ""),
    ("1771067112879999", "Wati", "P", "Bengkulu, 31-12-1987", "084411110011", "Nusa Indah", "baby sitter", 1000000, _SAME, _SAME, _SAME, 1, "", "belum tanda tangan"),
    ("1771060408939999", "Rizki Pratama", "L", "Bengkulu, 08/04/1993", "084411110012", "Tanah Patah", "ojek online", 2500000, _SAME, _SAME, _SAME, 1, "04-11-2026", ""),
    ("1771065006689999", "Asnawati", "P", "Bengkulu, 10-06-1968", "084411110013", "Tanah Patah", "pembantu", 850000, _ARIF, "pribadi", "Desember 2026", 1, "04-11-2026", ""),
    ("1771061505589999", "Abdul Manan", "L", "Bengkulu, 15-05-1958", "084411110014", "Tanah Patah", "penjaga malam", 900000, _SAME, _SAME, _SAME, 1, "04-11-2026", ""),
    ("1771064111959999", "Dewi Lestari", "P", "Bengkulu, 01-11-1995", "084411110015", "Kebun Tebeng", "pengasuh anak", 1000000, _SAME, _SAME, _SAME, 1, "04-11-2026", ""),
)

_GADING_CEMPAKA: tuple[_Row, ...] = (
    ("1771025509849999", "Yetti Marlena", "P", "Bengkulu, 15-09-1984", "084422220001", "Padang Harapan", "asisten rumah tangga", 1000000, _SUSILA, "pribadi", "Desember 2026", 3, "05-11-2026", ""),
    ("1771021703819999", "Junaidi", "L", "Argamakmur, 17-03-1981", "084422220002", "Padang Harapan", "sopir pribadi", 2000000, _SAME, _SAME, _SAME, 3, "05-11-2026", ""),
    ("1771022808909999", "Andika Saputra", "L", "Bengkulu, 28-08-1990", "084422220003", "Lingkar Barat", "tukang kebun", 900000, _SAME, _SAME, _SAME, 3, "05-11-2026", ""),
    ("17710264O5869999", "Fatimah", "P", "Bengkulu, 24-05-1986", "084422220004", "Lingkar Barat", "buruh cuci", 750000, _SAME, _SAME, _SAME, 3, "05-11-2026", ""),
    ("1771023011779999", "Samsul Bahri (ketua RT)", "L", "Bengkulu, 30-11-1977", "084422220005", "Jalan Gedang", "petugas keamanan rumah", 1200000, _SAME, _SAME, _SAME, 3, "05-11-2026", ""),
    ("1771020102799999", "Herman", "L", "Bengkulu, 1979", "084422220006", "Jalan Gedang", "tukang ojek", 1500000, _BAMBANG, "pribadi", "Desember 2026", 12, "06-11-2026", ""),
    ("1771026702919999", "Novita Sari", "P", "Bengkulu, 27 Pebruari 1991", "084422220007", "Sidomulyo", "pengasuh anak", 1100000, _SAME, _SAME, _SAME, 12, "06-11-2026", ""),
    ("1771020910869999", "Suprianto", "L", "Bengkulu, 09-10-86", "084422220008", "Sidomulyo", "penjaga kebun", 800000, _SAME, _SAME, _SAME, 12, "06-11-2026", ""),
    ("1771021812739999", "Mustafa Kamal", "L", "Bengkulu, 18-12-1973", "084422220009", "Cempaka Permai", "driver", 2200000, _SAME, _SAME, _SAME, 12, "06-11-2026", ""),
    ("1771026208889999", "Lilis Suryani", "P", "Garut, 22-08-1988", "084422220010", "Cempaka Permai", "asisten rumah tangga", 950000, _SAME, _SAME, _SAME, 12, "06-11-2026", ""),
    ("1771065203859999", "Siti Aminah", "P", "Bengkulu, 12-03-1985", "084411110001", "Lempuing", "ART", 1000000, _BAMBANG, "pribadi", "Desember 2026", 12, "06-11-2026", "ikut dua ASN?"),
    ("1771021406769999", "Rusdi", "P", "Bengkulu, 14-06-1976", "084422220012", "Padang Harapan", "tukang parkir", 1300000, _NURUL, "pribadi", "Desember 2026", 1, "07-11-2026", ""),
    ("1771025107929999", "Mega Oktaviani", "P", "Bengkulu, 11-07-1992", "0844-2222-0013", "Lingkar Barat", "tukang jahit", 1400000, _SAME, "CSR", _SAME, 1, "07-11-2026", ""),
    ("1771022905829999", "Ujang", "L", "Bengkulu, 29-05-1982", "084422220014", "Jalan Gedang", "tukang pasang wifi", 1600000, _SAME, _SAME, _SAME, 1, "07-11-2026", ""),
    ("", "Mak Ijah", "P", "", "", "Sidomulyo", "tukang urut", 500000, _SAME, "pribadi", _SAME, 1, "", "KTP belum ada"),
)

_MANNA: tuple[_Row, ...] = (
    ("1701045604839999", "Elvi Sukaesih", "P", "Manna, 16-04-1983", "084433330001", "Tanjung Raman", "petani kopi", 1000000, _EDI, "Baznas", "Januari 2027", 12, "10-11-2026", ""),
    ("1701041011789999", "Sahrul", "L", "Manna, 10-11-1978", "084433330002", "Tanjung Raman", "buruh tani", 800000, _SAME, _SAME, _SAME, 12, "10-11-2026", ""),
    ("1701042303859999", "Dasman", "L", "Manna, 23-03-1985", "084433330003", "Tanjung Besar", "nelayan", "1 juta 200 ribu", _SAME, _SAME, _SAME, 12, "10-11-2026", ""),
    ("1701046112809999", "Yusmanila", "P", "Manna, 21-12-1980", "084433330004", "Tanjung Besar", "pedagang pasar", 1500000, _SAME, _SAME, _SAME, 12, "10-11-2026", ""),
    ("1701040708759999", "Ibnu Hajar", "L", "Manna, 07-08-1975", "084433330005", "Manggul", "marbot masjid", 600000, _SAME, _SAME, _SAME, 12, "10-11-2026", ""),
    ("1701041909899999", "Redi Hartono", "L", "Manna, 19-09-1989", "084433330006", "Manggul", "tukang dodos", 1800000, _SAME, _SAME, _SAME, 12, "10-11-2026", ""),
    ("1701044404909999", "Susi Susanti", "P", "Manna, 04-04-1990", "084433330007", "Terulung", "guru ngaji", 500000, _SAME, _SAME, _SAME, 12, "10-11-2026", ""),
    ("1701042512719999", "Alm. Basri", "L", "Manna, 25-12-1971", "", "Terulung", "petani karet", 900000, _SAME, _SAME, _SAME, 12, "10-11-2026", ""),
    ("1701040503879999", "Toni", "L", "Manna, 05-03-1987", "084433330009", "Ketaping", "sopir truk", 2500000, _SAME, _SAME, _SAME, 12, "10-11-2026", ""),
    ("1701041304779999", "Kadirun", "L", "Manna, 14-04-1977", "084433330010", "Ketaping", "penjaga kebun", 700000, _SAME, _SAME, _SAME, 12, "10-11-2026", ""),
    ("1701045808949999", "Neti Herawati", "P", "Manna, 18-08-1994", "084433330011", "Kota Padang", "ART", 800000, _SAME, _SAME, _SAME, 12, "10-11-2026", ""),
    ("1701043006840000", "Amrul", "L", "Manna, 30-06-1984", "084433330012", "Kota Padang", "buruh panen sawit", 1500000, _SAME, _SAME, _SAME, 12, "10-11-2026", ""),
    ("1701041706819999", "Gusti Randa", "L", "Manna, 17-06-1981", "084433330013", "Lubuk Sirih Ulu", "tukang bangunan", 2000000, _SAME, _SAME, _SAME, 18, "10-11-2026", ""),
    ("1701046901869999", "Erna Juita", "P", "Manna, 29-01-1986", "084433330014", "Lubuk Sirih Ulu", "warung kelontong", "16.8", _SAME, _SAME, _SAME, 12, "10-11-2026", ""),
    ("1701042002929999", "Fikri", "L", "Manna, 20-02-1992", "084433330015", "Lubuk Sirih Ilir", "kurir paket", 1800000, _SAME, "pribadi atau kantor", _SAME, 12, "10-11-2026", ""),
)

_SUKARAJA: tuple[_Row, ...] = (
    ("1705014107829999", "Marni", "P", "Tais, 01-07-1982", "084444440001", "Babatan", "asisten rumah tangga", 800000, _NURUL, "pribadi", "Desember 2026", 3, "12-11-2026", ""),
    ("1705010909909999", "Deki Firmansyah", "L", "Tais, 09-09-1990", "084444440002", "Babatan", "satpam rumah", 1200000, _SAME, _SAME, _SAME, 3, "12-11-2026", ""),
    ("1705012611859999", "Sugiono", "L", "Purworejo, 26-11-1985", "084444440003", "Niur", "penjaga kebun", 900000, _SAME, _SAME, _SAME, 3, "12-11-2026", ""),
    ("1705016805799999", "Tuminah", "P", "Tais, 28-05-1979", "084444440004", "Niur", "pembantu rumah tangga", 850000, _SAME, _SAME, _SAME, 3, "12-11-2026", ""),
    ("1705011204949999", "Yoga Pratama", "L", "Tais, 12-04-1994", "084444440005", "Lubuk Sahung", "tukang ojek", 1500000, _SAME, _SAME, _SAME, 3, "12-11-2026", ""),
    ("1705013107769999", "Hamdan", "L", "Tais, 31-07-1976", "084444440006", "Lubuk Sahung", "pekebun sawit", 2000000, _SAME, _SAME, _SAME, 3, "12-11-2026", ""),
    ("1705015303889999", "Wiwin Winarti", "P", "Tais, 13-03-1988", "084444440007", "Kayu Arang", "pengasuh anak", 900000, _ARIF, "pribadi", "Desember 2026", 3, "12-11-2026", ""),
    ("1705012210809999", "Paidi", "L", "Tais, 22-10-1980", "084444440008", "Kayu Arang", "tukang gali sumur", 1400000, _SAME, _SAME, _SAME, 3, "12-11-2026", ""),
    ("1705014911919999", "Rini Anggraini", "P", "Tais, 09-11-1991", "084444440009", "Kayu Arang", "buruh setrika", 700000, _SAME, _SAME, _SAME, 3, "tidak setuju", ""),
    ("1705010606839999", "Slamet Riyadi", "L", "Tais, 06-06-1983", "084444440010", "Jenggalu", "tukang sayur keliling", 1300000, _SAME, _SAME, _SAME, 3, "12-11-2026", ""),
    ("1705011804789999", "Lukman", "L", "Tais, 18-04-1978", "084444440011", "Jenggalu", "petani sawah", 1000000, _SAME, _SAME, _SAME, 3, "12-11-2026", ""),
    ("1705012802869999", "Marni Yati", "P", "Tais, 28-02-1986", "084444440012", "Riak Siabun", "ART", 800000, _SAME, _SAME, _SAME, 3, "12-11-2026", ""),
    ("1705011010749999", "Tarmizi", "L", "Tais, 10-10-1974", "084444440013", "Riak Siabun", "tukang kayu", 1700000, _SAME, _SAME, _SAME, 3, "12-11-2026", ""),
    ("1705010909909999", "Deki Firmansyah", "L", "Tais, 09-09-1990", "084444440002", "Babatan", "satpam rumah", 1200000, _NURUL, "pribadi", "Desember 2026", 3, "12-11-2026", "tertulis dua kali"),
)

_SECTIONS = (
    ("Kecamatan Ratu Agung", _RATU_AGUNG),
    ("Kecamatan Gading Cempaka", _GADING_CEMPAKA),
    ("Kecamatan Manna", _MANNA),
    ("Kecamatan Sukaraja", _SUKARAJA),
)

_HEADINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("No", ()),
    ("NIK", ()),
    ("Data Pekerja", ("Nama Lengkap", "L/P", "Tempat, Tgl Lahir", "No. HP")),
    ("Desa/Kelurahan", ()),
    ("Jenis Pekerjaan", ()),
    ("Penghasilan/bln", ()),
    ("ASN Penanggung", ("Nama", "NIP")),
    ("Sumber Dana", ()),
    ("Mulai Bulan", ()),
    ("Jml Bulan", ()),
    ("Tgl Persetujuan", ()),
    ("Ket.", ()),
)


def sample_workbook() -> bytes:
    """The sample list of Dinas Sosial as XLSX, always the same bytes."""
    import xlsxwriter

    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"title": "Usulan pekerja rentan", "comments": "Semua orang di dalamnya rekaan.", "created": _MADE})
    sheet = book.add_worksheet("Usulan")
    centre = {"align": "center", "valign": "vcenter", "text_wrap": True}
    title = book.add_format({**centre, "bold": True, "font_size": 13})
    heading = book.add_format({**centre, "bold": True, "border": 1, "bg_color": "#D9E2EF"})
    section = book.add_format({"bold": True, "border": 1, "bg_color": "#F3F3F3"})
    cell, long_number = book.add_format({"border": 1}), book.add_format({"border": 1, "num_format": "0"})
    width = sum(max(1, len(leaves)) for _, leaves in _HEADINGS)
    for row, text in enumerate(
        ("DAFTAR USULAN PEKERJA RENTAN DI SEKITAR ASN", "DINAS SOSIAL PROVINSI BENGKULU", "Keadaan November 2026")
    ):
        sheet.merge_range(row, 0, row, width - 1, text, title)
    _write_headings(sheet, 4, heading)
    row = 7
    number = 0
    for name, people in _SECTIONS:
        sheet.merge_range(row, 0, row, width - 1, name, section)
        row += 1
        for person in people:
            number += 1
            for column, value in enumerate([number, *_cells(person)]):
                if isinstance(value, int):
                    sheet.write_number(row, column, value, long_number)
                elif value:
                    sheet.write_string(row, column, value, cell)
                else:
                    sheet.write_blank(row, column, None, cell)
            row += 1
    sheet.merge_range(row, 0, row, 7, "Jumlah", section)
    sheet.write_formula(row, 8, f"=COUNTA(C9:C{row})", section, number)
    for offset, text in enumerate(("Bengkulu, 20 November 2026", "Kepala Dinas Sosial", "", "Contoh Kepala Dinas, S.H.", "NIP. 196905171994031999"), start=2):
        if text:
            sheet.write_string(row + offset, 9, text)
    for column, size in enumerate((5, 19, 26, 5, 26, 18, 20, 24, 17, 28, 21, 14, 16, 9, 16, 24)):
        sheet.set_column(column, column, size)
    sheet.freeze_panes(7, 3)
    _write_summary(book.add_worksheet("Rekap"), heading, cell)
    book.close()
    return out.getvalue()


def _cells(person: _Row) -> list[Any]:
    """A row as it stands in the sheet: donor as two cells, “sda” where the clerk wrote so."""
    *before, donor, funding, month, months, consent, remark = person
    name, nip = (donor, donor) if donor == _SAME else donor
    return [*before, name, nip, funding, month, months, consent, remark]


def _write_headings(sheet: Any, row: int, style: Any) -> None:
    """Two heading rows with merged cells, and the row (1) (2) (3) below them."""
    column = 0
    for text, leaves in _HEADINGS:
        if leaves:
            sheet.merge_range(row, column, row, column + len(leaves) - 1, text, style)
            for offset, leaf in enumerate(leaves):
                sheet.write_string(row + 1, column + offset, leaf, style)
        else:
            sheet.merge_range(row, column, row + 1, column, text, style)
        column += max(1, len(leaves))
    for position in range(column):
        sheet.write_string(row + 2, position, f"({position + 1})", style)


def _write_summary(sheet: Any, heading: Any, cell: Any) -> None:
    """A second sheet that holds no people."""
    for column, text in enumerate(("No", "Kecamatan", "Jumlah Pekerja")):
        sheet.write_string(0, column, text, heading)
    for row, (name, people) in enumerate(_SECTIONS, start=1):
        sheet.write_number(row, 0, row, cell)
        sheet.write_string(row, 1, name, cell)
        sheet.write_number(row, 2, len(people), cell)
