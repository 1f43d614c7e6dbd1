"""Rupiah are written the Indonesian way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sertakan.core.money import format_number, format_rupiah, terbilang


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
