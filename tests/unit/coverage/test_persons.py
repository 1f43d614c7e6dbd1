"""Ages in whole years on a day, and area codes of full width."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from sertakan.coverage.persons import _age, full_width


@pytest.mark.parametrize(
    ("born", "band"),
    [
        (date(2001, 11, 23), "25-34"), (date(2001, 11, 24), "15-24"), (date(1961, 11, 23), "65-"), (date(1961, 11, 24), "55-64"),
        (date(2020, 1, 1), "-14"), (date(2000, 2, 29), "25-34"), (None, ""),
    ],
)  # fmt: skip
def test_an_age_changes_on_the_birthday(born, band):
    days = None if born is None else (born - date(1970, 1, 1)).days
    frame = pl.DataFrame({"born": pl.Series([days], dtype=pl.Int32)})
    assert frame.select(_age(date(2026, 11, 23))).item() == band


@pytest.mark.parametrize(
    ("code", "full"),
    [("17.71.01.1004", "17.71.01.1004"), ("17.71.01", "17.71.01.????"), ("17", "17.??.??.????"), ("", "??.??.??.????")],
)
def test_what_is_not_known_of_an_area_is_marked(code, full):
    assert pl.DataFrame({"area": [code]}).select(full_width("area")).item() == full
