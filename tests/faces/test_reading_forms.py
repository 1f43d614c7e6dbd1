"""Numbers that come from a form or an address: what is none is nothing, whatever somebody sends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sertakan.web.reading import whole, wholes


@pytest.mark.parametrize(("text", "number"), [
    ("17", 17), ("0", 0), ("007", 7), ("9" * 18, 10**18 - 1), ("9" * 19, None), ("", None), (None, None), ("²", None), ("१७", None),
    ("-1", None), ("1.0", None), (" 1", None), ("1\n", None),
])  # fmt: skip
def test_only_the_digits_0_to_9_make_a_number(text, number):
    assert whole(text) == number


@given(st.lists(st.text()))
def test_whatever_is_sent_is_a_key_or_left_out(texts):
    assert all(0 <= number < 10**18 for number in wholes(texts))
