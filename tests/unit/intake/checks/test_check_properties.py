"""For any text: no crash, nothing invented, and what is read writes back to the same meaning."""

from __future__ import annotations

from datetime import date

import phonenumbers
import polars as pl
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from intake_sheets import GOOD, TODAY, context, table

from sertakan.core.money import format_rupiah
from sertakan.intake.checks import check
from sertakan.intake.checks.birth import read_sex
from sertakan.intake.checks.dates import build_date, date_parts, month_number
from sertakan.intake.checks.money import LARGEST, SMALLEST, read_amount
from sertakan.intake.checks.names import split_names, tidy_case
from sertakan.intake.checks.phones import phone_number
from sertakan.intake.checks.terms import read_funding, read_month_count, read_programmes, read_start_month
from sertakan.intake.columns import map_columns
from sertakan.rules import FUNDINGS

ANY = st.text(max_size=40)
MONEYISH = st.text(alphabet="0123456789.,- RrPpjJtTbBuUaAiI/k", max_size=18)
DATEISH = st.text(alphabet="0123456789-/. AaGgTtUuSsDdEe,'", max_size=20)
PHONEISH = st.text(alphabet="0123456789+-() ./", max_size=24)
NAMEISH = st.text(alphabet="abcDEF .,'()/-HhjSsPdl", max_size=30)
QUIET = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
AMOUNTS = st.integers(min_value=SMALLEST, max_value=LARGEST)


@given(st.one_of(ANY, MONEYISH))
@settings(max_examples=400, deadline=None)
def test_amounts_never_crash_and_contain_only_digits_that_were_written(text):
    amount = read_amount(text)
    assert amount.value is None or 0 <= amount.value <= LARGEST
    assert amount.value is None or not amount.candidates
    if amount.value and not amount.worded:
        written = "".join(letter for letter in text if letter.isdigit())
        assert str(amount.value) in written or str(amount.value) == written.lstrip("0")[: len(str(amount.value))]


@given(AMOUNTS)
def test_amounts_in_all_common_spellings_read_the_same(value):
    dotted = format_rupiah(value)
    for text in (
        dotted,
        f"{dotted},-",
        f"{dotted},00",
        str(value),
        f"{value}.00",
        f"{value:,}",
        f"{value:,}.00",
        f"Rp {value}",
    ):
        assert read_amount(text).value == value


def days(texts):
    parts = date_parts(
        pl.DataFrame({"t": texts, "k": ["s"] * len(texts)}, schema={"t": pl.String, "k": pl.String}), "t", "k"
    )
    return parts.with_columns(date=build_date(pl.col("year"), pl.col("month"), pl.col("day")))


@given(st.lists(st.one_of(ANY, DATEISH), max_size=12))
@QUIET
def test_dates_never_crash_and_keep_their_rows(texts):
    assert days(texts).height == len(texts)


@given(st.dates(min_value=date(1911, 1, 1), max_value=date(2030, 12, 31)))
@QUIET
def test_dates_in_all_common_spellings_read_the_same(day):
    names = [
        "Januari",
        "Pebruari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "Nopember",
        "Desember",
    ]
    texts = [
        day.isoformat(), f"{day:%d-%m-%Y}", f"{day:%d/%m/%Y}", f"{day.day}.{day.month}.{day.year}", f"{day:%Y%m%d}",
        f"{day.day} {names[day.month - 1]} {day.year}", f"{day:%Y-%m-%d} 00:00:00", f"Senin, {day:%d-%m-%Y}",
    ]  # fmt: skip
    assert days(texts)["date"].to_list() == [day] * len(texts)


@given(st.integers(min_value=3_653, max_value=47_000))
@QUIET
def test_serial_numbers_are_the_days_of_the_spreadsheet(number):
    read = days([str(number)]).row(0, named=True)
    if read["form"] == "serial":
        assert (read["date"] - date(1899, 12, 30)).days == number
    else:
        assert len(str(number)) == 4


@given(ANY)
def test_words_for_months_never_crash(text):
    assert month_number(text.lower()) in {None, *range(1, 13)}


@given(st.lists(st.one_of(ANY, NAMEISH), min_size=1, max_size=8))
@example(["H. ", ", S.Pd", "()", "/Alm", "a.n.", "S.H."])
@QUIET
def test_names_never_crash_and_get_no_new_letters(texts):
    parts = split_names(pl.Series(texts, dtype=pl.String))
    tidy = parts.select(tidy_case(pl.col("name"))).to_series().to_list()
    for text, name, cased in zip(texts, parts["name"].to_list(), tidy, strict=True):
        assert sorted(filter(str.isalpha, name)) == sorted(filter(str.isalpha, name))
        assert all(letter in text or letter.isspace() for letter in name)
        assert cased.lower() == name.lower() or not name.isascii()


@given(st.lists(st.one_of(ANY, PHONEISH), min_size=1, max_size=10))
@QUIET
def test_phones_never_crash_and_are_possible_numbers(texts):
    read = pl.DataFrame({"t": texts}).select(phone_number(pl.col("t"))).to_series().to_list()
    for text, number in zip(texts, read, strict=True):
        if number is not None:
            digits = "".join(letter for letter in text if letter.isascii() and letter.isdigit())
            assert number.removeprefix("+62").lstrip("+") in digits
            assert phonenumbers.is_possible_number(phonenumbers.parse(number)) or not number.startswith("+62")


@given(st.from_regex(r"08[1-9][0-9]{8,9}", fullmatch=True))
@settings(max_examples=200, deadline=None)
def test_mobile_numbers_agree_with_the_library(text):
    oracle = phonenumbers.format_number(phonenumbers.parse(text, "ID"), phonenumbers.PhoneNumberFormat.E164)
    spellings = [text, text[1:], "+62" + text[1:], "62" + text[1:], f"{text[:4]}-{text[4:8]}-{text[8:]}"]
    assert pl.DataFrame({"t": spellings}).select(phone_number(pl.col("t"))).to_series().to_list() == [oracle] * 5


@given(ANY)
def test_other_words_never_crash_and_give_only_known_values(text):
    assert read_sex(text)["value"] in {None, "L", "P"}
    assert read_funding(text)["value"] in {None, *FUNDINGS}
    assert read_programmes(text)["value"] in {
        None, "jkk,jkm", "jkk,jkm,jht", "jkk", "jkm", "jht", "jkk,jht", "jkm,jht"
    }  # fmt: skip
    month = read_start_month(text)
    assert month is None or 2015 <= month.year < 2100
    count = read_month_count(text)
    assert count is None or count >= 0


@given(st.lists(st.fixed_dictionaries({name: st.one_of(st.none(), ANY) for name in GOOD}), min_size=1, max_size=4))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_sheet_is_checked_without_a_crash_and_every_row_is_accounted_for(rows):
    sheet = table(list(GOOD), [[row[name] for name in GOOD] for row in rows])
    result = check(sheet, map_columns(sheet), context())
    assert result.records.height == len(rows)
    assert set(result.records["state"]) <= {"accepted", "held", "duplicate"}
    read = result.records["birth_date"].drop_nulls()
    assert all(day <= TODAY for day in read)
