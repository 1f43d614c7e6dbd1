"""Rupiah are written the Indonesian way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sertakan.core.money import format_number, format_rupiah, read_rupiah, terbilang


@pytest.mark.parametrize(
    ("amount", "text"),
    [(0, "Rp0"), (999, "Rp999"), (16_800, "Rp16.800"), (42_000_000, "Rp42.000.000"), (-8_400, "-Rp8.400")],
)
def test_amounts_have_dots_between_thousands(amount: int, text: str) -> None:
    assert format_rupiah(amount) == text


@given(st.integers(-(10**15), 10**15))
def test_a_written_amount_can_be_read_back(amount: int) -> None:
    assert int(format_rupiah(amount).replace("Rp", "").replace(".", "")) == amount
    assert int(format_number(amount).replace(".", "")) == amount


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (8_400, "delapan ribu empat ratus rupiah"),
        (16_800, "enam belas ribu delapan ratus rupiah"),
        (126_000, "seratus dua puluh enam ribu rupiah"),
        (1_000, "seribu rupiah"),
    ],
)
def test_amounts_can_be_written_in_words(amount: int, text: str) -> None:
    assert terbilang(amount) == text


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("16800", 16_800), ("Rp16.800", 16_800), (" rp. 1.000.000,- ", 1_000_000), ("42.000.000,00", 42_000_000),
        ("42 000 000", 42_000_000), ("0", 0),
    ],
)  # fmt: skip
def test_an_amount_typed_into_a_form_is_read(text: str, amount: int) -> None:
    assert read_rupiah(text) == amount


@pytest.mark.parametrize(
    "text", ["", "16.8", "16,800", "42.000.000,50", "1.00.000", "-5", "1e6", "²", "1" * 13, "sejuta"]
)
def test_an_amount_that_is_not_certain_is_not_read(text: str) -> None:
    with pytest.raises(ValueError, match="whole rupiah"):
        read_rupiah(text)


@given(st.integers(0, 10**12 - 1))
def test_what_is_shown_can_be_typed_back(amount: int) -> None:
    assert read_rupiah(format_rupiah(amount)) == amount
