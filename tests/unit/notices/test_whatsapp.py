"""The link opens WhatsApp with the text; nothing is sent by the program."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sertakan.notices.whatsapp import click_to_chat


@pytest.mark.parametrize("phone", ["+6281200000001", "6281200000001", "+62 812-0000-0001"])
def test_a_number_is_written_as_digits_with_its_country(phone):
    assert click_to_chat("Halo", phone) == "https://wa.me/6281200000001?text=Halo"


@pytest.mark.parametrize("phone", ["", "08120000", "tidak ada", "+62812<script>"])
def test_without_a_number_the_clerk_chooses_the_chat(phone):
    assert click_to_chat("Halo", phone).startswith("https://wa.me/?text=")


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_the_text_arrives_letter_by_letter(text):
    link = urlsplit(click_to_chat(text, "+6281200000001"))
    assert link.netloc == "wa.me"
    assert link.fragment == ""
    assert parse_qs(link.query, keep_blank_values=True)["text"] == [text]
