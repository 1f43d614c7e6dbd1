"""Every form of every bank that is known is read; what is unknown is refused towards the page that teaches it."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest

from sertakan.banking import errors
from sertakan.banking.reading import read_statement
from sertakan.banking.reading.layouts import shipped

TODAY = date(2027, 1, 10)


def read(tmp_path: Path, content: str | bytes, name: str = "koran.csv", **more):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_statement(path, today=TODAY, **more)


def facts(book) -> list[tuple]:
    return list(book.lines.select("booked_on", "direction", "amount", "problem").iter_rows())


BRI = """ID,NOREK,TGL_TRAN,TGL_EFEKTIF,JAM_TRAN,SEQ,DESK_TRAN,SALDO_AWAL_MUTASI,MUTASI_DEBIT,MUTASI_KREDIT,SALDO_AKHIR_MUTASI
1,003401000123304,2026-12-02 00:00:00,2026-12-02 00:00:00,124141,11,IURAN RATNA,1000000.00,0.00,16800.00,1016800.00
2,003401000123304,2026-12-03 00:00:00,2026-12-03 00:00:00,90100,12,BAYAR BPJS,1016800.00,16800.00,0.00,1000000.00"""
MANDIRI = """Bank Mandiri;;;;;;;
Nomor Rekening;1130001234567;;;;;;
Tgl.;Tgl. Val.;Rincian Transaksi;No. Referensi;Debit;Kredit;Saldo;Branch Code
01/12/2026;01/12/2026;Saldo awal;;;;1.000.000,00;
02/12/2026;02/12/2026;Transfer dari RATNA;REF1;0,00;16.800,00;1.016.800,00;0001
;;REKAAN DES 2026;;;;;
03/12/2026;03/12/2026;Biaya;REF2;16.800,00;0,00;1.000.000,00;0001
;;Saldo akhir;;;;1.000.000,00;"""
MANDIRI_EN = """Posting Date,Remark,Reference No,Debit,Credit,Balance
"02/12/26","TRF FROM RATNA",A1,0.00,"16,800.00","1,016,800.00"
,CONTINUED,,,,
"03/12/26",FEE,A2,"16,800.00",0.00,"1,000,000.00\""""
BNI_1 = """No.;Tanggal Kirim;Cabang;Journal No.;Deskripsi;Amount;Db/Cr
1;02/12/2026;0001;900001;TRANSFER DARI RATNA;16.800,00;C
2;03-Des-26;0001;900002;BIAYA;16.800,00;D"""
BNI_2 = """Posting Date,Effective Date,Branch,Journal,Transaction Description,Amount,DB/CR,Balance
02/12/2026 10.11.12,02/12/2026,KC,900001,TRANSFER | RATNA,"16,800.00",C,"1,016,800.00"
03/12/2026 10.11.12,03/12/2026,KC,900002,BIAYA,"16,800.00",D,"1,000,000.00\""""
BCA = """"No. rekening : 1234567890"
"Nama : BENDAHARA CONTOH"
"Kode Mata Uang : IDR"

Tanggal Transaksi,Keterangan,Cabang,Jumlah,,Saldo
'02/12,TRSF E-BANKING CR RATNA REKAAN,'0000,"16,800.00",CR,"1,016,800.00"
'03/12,BIAYA ADM,'0000,"16,800.00",DB,"1,000,000.00"
PEND,SWITCHING CR,'0000,"5,000.00",CR,"1,005,000.00"
"Saldo Awal : 1,000,000.00"
"Mutasi Kredit : 16,800.00"
"Mutasi Debet : 16,800.00"
"Saldo Akhir : 1,000,000.00\""""
JATIM = """Post Date,Effective Date,Account,Name,Description,Currency,Debit,Credit,Balance,Reference No
02/12/2026,02/12/2026,0011234567,BENDAHARA,KREDIT,IDR,0,16800,1016800,A1
03/12/2026,02/12/2026,0011234567,BENDAHARA,DEBIT,IDR,16800,0,1000000,A2"""
FORMS = {
    "bri-cms": BRI, "mandiri": MANDIRI, "mandiri-en": MANDIRI_EN, "bni-1": BNI_1, "bni-2": BNI_2, "bca": BCA, "jatim": JATIM,
}  # fmt: skip
EXPECTED = [(date(2026, 12, 2), "in", 16_800, ""), (date(2026, 12, 3), "out", 16_800, "")]


def test_every_layout_that_is_shipped_has_a_sample_here():
    assert {layout.key for layout in shipped()} == set(FORMS)


@pytest.mark.parametrize("key", FORMS)
def test_a_statement_of_every_bank_is_read(tmp_path, key):
    book = read(tmp_path, FORMS[key])
    assert book.layout == key
    assert facts(book)[:2] == EXPECTED
    assert not {"balance_differs", "balance_breaks"} & {finding.code for finding in book.findings}


@pytest.mark.parametrize("key", FORMS)
def test_the_same_statement_is_read_from_a_workbook(tmp_path, key):
    import csv

    import xlsxwriter

    delimiter = ";" if ";" in FORMS[key].splitlines()[-1] else ","
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Mutasi")
        for at, row in enumerate(csv.reader(FORMS[key].splitlines(), delimiter=delimiter)):
            for column, cell in enumerate(row):
                sheet.write_string(at, column, cell)
    assert facts(read(tmp_path, out.getvalue(), "koran.xlsx"))[:2] == EXPECTED


def test_numbers_and_dates_of_a_workbook_are_read_as_what_they_are(tmp_path):
    import xlsxwriter

    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for column, heading in enumerate(JATIM.split("\n")[0].split(",")):
            sheet.write_string(0, column, heading)
        for at, amount in enumerate((16_800, 16_800.5), start=1):
            sheet.write_datetime(at, 0, date(2026, 12, 2), day)
            sheet.write_string(at, 2, "0011234567")
            sheet.write_number(at, 6, 0)
            sheet.write_number(at, 7, amount)
    assert [row[2:] for row in facts(read(tmp_path, out.getvalue(), "koran.xlsx"))] == [
        (16_800, ""),
        (None, "decimal_part"),
    ]


def test_what_the_bank_has_not_booked_waits_without_a_day(tmp_path):
    assert facts(read(tmp_path, BCA))[2] == (None, "in", 5_000, "not_booked")


def test_a_day_without_year_lies_in_the_period_or_in_the_last_twelve_months(tmp_path):
    assert [finding.code for finding in read(tmp_path, BCA).findings if finding.code == "year_assumed"] == [
        "year_assumed"
    ]
    period = BCA.replace('"Kode Mata Uang : IDR"', '"Periode : 01/12/2024 - 31/12/2024"')
    assert facts(read(tmp_path, period))[0][0] == date(2024, 12, 2)


def test_rows_that_go_on_with_a_movement_bring_their_text_to_it(tmp_path):
    assert read(tmp_path, MANDIRI).lines["text"][0] == "Transfer dari RATNA REKAAN DES 2026"


def test_the_account_is_found_above_the_table_or_in_a_column(tmp_path):
    assert [read(tmp_path, FORMS[key]).statements[0].account for key in ("bca", "mandiri", "bri-cms", "jatim")] == [
        "1234567890", "1130001234567", "003401000123304", "0011234567",
    ]  # fmt: skip


def test_a_changed_amount_shows_in_the_balances(tmp_path):
    for key, was, now in (
        ("mandiri", "0,00;16.800,00;1.016", "0,00;16.900,00;1.016"), ("bca", '"16,800.00",CR', '"16,900.00",CR'),
        ("bni-2", '"16,800.00",D', '"16,900.00",D'), ("jatim", "16800,0,1000000", "16900,0,1000000"),
    ):  # fmt: skip
        changed = FORMS[key].replace(was, now)
        assert changed != FORMS[key]
        assert {"balance_differs", "balance_breaks"} & {finding.code for finding in read(tmp_path, changed).findings}


@pytest.mark.parametrize(
    ("amount", "problem"),
    [
        ("16.8x", "amount_unreadable"),
        ("", "amount_missing"),
        ("16.800,50", "decimal_part"),
        ("0,00", "amount_missing"),
        ("-16.800,00", "direction_unreadable"),
    ],
)
def test_an_amount_with_a_doubt_is_held_and_never_zero(tmp_path, amount, problem):
    book = read(tmp_path, BNI_1 + f"\n3;04/12/2026;0001;900003;ANEH;{amount};C")
    assert facts(book)[2][2:] == (None, problem)


def test_a_direction_with_a_doubt_is_held(tmp_path):
    assert facts(read(tmp_path, BNI_1 + "\n3;04/12/2026;0001;900003;ANEH;16.800,00;X"))[2][1:] == (
        "",
        None,
        "direction_unreadable",
    )
    assert facts(read(tmp_path, JATIM + "\n04/12/2026,,0011234567,B,X,IDR,5,5,1,A"))[2][3] == "two_amounts"


def test_another_currency_is_held(tmp_path):
    assert facts(read(tmp_path, JATIM.replace("KREDIT,IDR", "KREDIT,USD")))[0][2:] == (None, "other_currency")


def test_an_unknown_table_is_refused_by_its_headings_and_without_its_content(tmp_path):
    with pytest.raises(errors.LayoutUnknown) as refusal:
        read(tmp_path, "TANGGAL;URAIAN;MUTASI;D/K;SALDO\n02-12-2026;RATNA REKAAN;16.800,00;K;1.016.800,00")
    assert "URAIAN" in str(refusal.value)
    assert "RATNA" not in str(refusal.value)


def test_headings_without_movements_are_refused(tmp_path):
    with pytest.raises(errors.NoStatementLines):
        read(tmp_path, BNI_1.split("\n")[0] + "\n")
