"""Amounts as banks write them: what could be read in two ways is not read."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sertakan.banking.reading import mt940
from sertakan.banking.reading.amounts import decimal_mark, read_amounts
from sertakan.banking.reading.days import read_day
from sertakan.banking.reading.decimals import read_balance, read_decimal


def one(text: str, kind: str = "s", mark: str = "") -> tuple:
    return read_amounts(pl.Series([text]), pl.Series([kind]), mark).select("amount", "problem").row(0)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("16800", 16_800), ("16.800", 16_800), ("16,800", 16_800), ("16.800,00", 16_800), ("16,800.00", 16_800), ("Rp 16.800,-", 16_800),
        ("IDR16,800.00", 16_800), ("1.016.800", 1_016_800), ("(16.800,00)", -16_800), ("-16,800.00", -16_800), ("16.800,00-", -16_800),
        ("16 800,00", 16_800), ("16.800,00 CR", 16_800), ("DB 16,800.00", 16_800), ("0,00", 0), ("+16.800", 16_800),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_it_is_meant(text, amount):
    assert one(text) == (amount, "")


@pytest.mark.parametrize(
    "text",
    [
        "16.8x",
        "1.2.3",
        "16.80.0",
        "12,34,567.00",
        "--5",
        "1e5",
        "１６８００",
        "5-5",
        "NaN",
        "16.800.00",
        "10000000000000",
    ],
)
def test_what_is_no_amount_for_certain_is_held(text):
    assert one(text) == (None, "amount_unreadable")


@pytest.mark.parametrize(("text", "kind"), [("16.80", "s"), ("16,5", "s"), ("16.800,01", "s"), ("16800.5", "n")])
def test_a_part_below_one_rupiah_is_held(text, kind):
    assert one(text, kind) == (None, "decimal_part")


def test_a_mark_that_is_known_decides_what_a_group_is():
    assert one("16.800", mark=",") == (16_800, "")
    assert one("16.800", mark=".") == (None, "amount_unreadable")
    assert decimal_mark(pl.Series(["16.800", "1.000,00"]), pl.Series(["s", "s"])) == ","
    assert decimal_mark(pl.Series(["16.800", "17,500"]), pl.Series(["s", "s"])) == ""


@given(st.integers(1, 10**12), st.sampled_from([(".", ","), (",", ".")]), st.booleans())
def test_every_amount_comes_back_from_either_way_of_writing_it(amount, marks, decimals):
    group, mark = marks
    text = f"{amount:,}".replace(",", group) + (f"{mark}00" if decimals else "")
    assert one(text, mark=mark) == (amount, "")
    if decimals or amount < 1_000 or amount >= 1_000_000:
        assert one(text) == (amount, "")


@given(st.text(max_size=30), st.sampled_from(["s", "n", "i", "d", "b", "e"]))
def test_no_text_crashes_the_reader_of_amounts_and_none_that_is_unread_has_a_value(text, kind):
    amount, problem = one(text, kind)
    assert amount is None or not problem


@given(st.text(max_size=30))
def test_no_text_crashes_the_readers_of_messages(text):
    amount, problem = read_decimal(text)
    assert (amount is None) == bool(problem)
    assert amount is None or amount > 0
    read_balance(text)
    read_day(text)


@pytest.mark.parametrize(
    ("text", "amount", "problem"),
    [
        ("16800,", 16_800, ""),
        ("16800.00", 16_800, ""),
        ("16800,5", None, "decimal_part"),
        ("", None, "amount_missing"),
        ("0,00", None, "amount_missing"),
        ("1,2,3", None, "amount_unreadable"),
    ],
)
def test_an_amount_of_a_message_has_one_mark(text, amount, problem):
    assert read_decimal(text) == (amount, problem)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                ":20:X",
                ":25:123",
                ":28C:1/1",
                ":60F:C261201IDR1,",
                ":61:",
                ":61:2612021202C5,NTRF",
                ":61:2612C,",
                ":86:",
                ":86:?20?21",
                ":NS:",
                "-}",
                "{4:",
                ":62F:",
                ":90D:",
                ":34F:IDR",
                "\x00\ufeff:13D:9",
            ]
        )
        | st.text(max_size=40),
        max_size=25,
    )
)
def test_no_mixture_of_fields_crashes_the_reader_of_mt940(parts):
    _, rows = mt940.read("\n".join(parts))
    assert all(row[5] is None or row[5] > 0 for row in rows)
