"""What stands in the square: short, signed, without a name or a number, and worthless once a letter is changed."""

from __future__ import annotations

import contextlib
import re
from base64 import b32decode
from datetime import date, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sertakan.contributions.receipts import token
from sertakan.contributions.receipts.errors import SlipForged, SlipUnreadable
from sertakan.contributions.receipts.slips import unbroken
from sertakan.core import signing
from sertakan.core.month import Month

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SLIP = token.Slip("7K3M9QPAX2TRW", "SR", Month(2026, 12), date(2026, 11, 23))


@pytest.fixture(autouse=True)
def _data(tmp_path, settings):
    settings.SERTAKAN_DATA = str(tmp_path)


def slip(**given):
    reference = given.pop("reference", token.new_reference())
    return token.Slip(reference, "SR", Month(2026, 12), date(2026, 11, 23))


def test_a_token_says_again_what_was_put_into_it():
    made = slip()
    assert token.open_token(token.seal(made)) == made


def test_a_token_fits_a_small_square_and_the_alphanumeric_mode():
    import segno

    text = token.seal(slip())
    assert len(text) == 132
    assert set(text) <= set(LETTERS)
    code = segno.make(f"HTTPS://SERTAKAN.BENGKULUPROV.GO.ID/CEK/{text}/", error="m", micro=False, boost_error=False)
    assert code.mode == "alphanumeric"
    assert int(code.version) <= 8


def test_no_letter_can_be_changed():
    text = token.seal(slip())
    for place in range(len(text)):
        other = LETTERS[(LETTERS.index(text[place]) + 1) % 32]
        with pytest.raises((SlipForged, SlipUnreadable)):
            token.open_token(text[:place] + other + text[place + 1 :])


def test_the_month_of_another_slip_cannot_be_put_in():
    one, other = token.seal(slip()), token.seal(slip())
    with pytest.raises((SlipForged, SlipUnreadable)):
        token.open_token(one[:40] + other[40:])


def test_a_signature_for_another_purpose_is_none():
    body = b32decode(token.seal(slip()).translate(token._IN) + "====")[:18]
    _, signature = signing.sign("sertakan.lain", body)
    with pytest.raises(SlipForged):
        token.open_token(token._to_text(body + signature))


def test_a_key_of_another_installation_is_not_ours(tmp_path, settings):
    text = token.seal(slip())
    settings.SERTAKAN_DATA = str(tmp_path / "lain")
    with pytest.raises(SlipForged):
        token.open_token(text)


def test_old_slips_are_good_after_a_rotation_and_not_after_a_leak():
    text = token.seal(slip())
    signing.rotate()
    assert token.open_token(text).initials == "SR"
    newer = token.seal(slip())
    signing.rotate(withdraw=True)
    assert token.open_token(text)
    with pytest.raises(SlipForged):
        token.open_token(newer)


@pytest.mark.parametrize("text", ["", "x", "7K3M", "A" * 131, "A" * 133, "U" * 132, "é" * 132, "0" * 500])
def test_what_is_no_token_is_told_as_unreadable(text):
    with pytest.raises(SlipUnreadable):
        token.open_token(text)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=200))
def test_nothing_that_is_typed_breaks_the_reading(text):
    for read in (token.open_token, token.read_reference):
        with contextlib.suppress(SlipUnreadable, SlipForged):
            read(text)


@pytest.mark.parametrize(
    "typed",
    ["7k3m-9qpa-x2trw", " 7K3M 9QPA X2TRW ", "https://x/cek/7K3M9QPAX2TRW/", "7K3M–9QPA–X2TRW".replace("–", "-")],
)
def test_a_reference_is_read_as_people_type_it(typed):
    assert token.is_reference(typed)
    assert token.read_reference(typed) == SLIP.reference


def test_letters_that_are_mistaken_are_read_as_what_they_look_like():
    reference = token._to_text(bytes(range(8)))
    assert "0" in reference
    assert token.read_reference(reference.replace("0", "O").replace("1", "I")) == reference


def test_a_reference_on_paper_is_in_groups():
    assert token.grouped("7K3M9QPAX2TRW") == "7K3M-9QPA-X2TRW"


@pytest.mark.parametrize(
    ("name", "initials"),
    [("Siti Nur'aini", "SN"), ("Muhammad Abdul Rahman Wahid Hasan", "MARW"), ("Élise", "E"), ("李", "?"), ("Ani-Rina", "AR")],
)  # fmt: skip
def test_initials_are_plain_letters_and_at_most_four(name, initials):
    assert token.initials_of(name) == initials


def test_two_references_are_never_alike():
    assert len({token.new_reference() for _ in range(1000)}) == 1000


def test_a_token_is_verified_offline_as_the_documentation_says():
    """The lines of the documentation, run as they stand there."""
    page = (Path(__file__).parents[3] / "docs/explanation/receipts.md").read_text()
    (block,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    text, keys = token.seal(SLIP), {key.id: key.hex for key in signing.public_keys()}
    said = []
    scope = {"print": lambda *parts: said.append(parts)}
    block = re.sub(r"^KEYS = .*$", f"KEYS = {keys!r}", block, flags=re.MULTILINE)
    block = re.sub(r"^text = .*$", f"text = {text!r}", block, flags=re.MULTILINE)
    exec(compile(block, "receipts.md", "exec"), scope)
    assert said == [("paid until", 2026, 12), ("signed", date(2026, 11, 23)), ("initials", "SR")]


def test_offline_another_key_says_no():
    raw = b32decode(token.seal(SLIP).translate(token._IN) + "====")
    signing.rotate()
    fresh = Ed25519PublicKey.from_public_bytes(signing.public_keys()[0].raw)
    from cryptography.exceptions import InvalidSignature

    with pytest.raises(InvalidSignature):
        fresh.verify(raw[18:], b"sertakan.slip\0" + raw[:18])
    assert date(2000, 1, 1) + timedelta(days=int.from_bytes(raw[12:14], "big")) == SLIP.signed_on


@pytest.mark.parametrize(
    ("paid", "now", "row"),
    [
        ("2026-01 2026-02 2026-03", "2026-02", ("2026-01", "2026-03")),  # prepaid
        ("2026-01 2026-02 2026-03", "2026-11", ("2026-01", "2026-03")),  # lapsed since
        ("2026-01 2026-03 2026-04", "2026-03", ("2026-03", "2026-04")),  # an open month before
        ("2026-12", "2026-11", ("2026-12", "2026-12")),  # begins next month
        ("2026-10 2026-11 2027-02", "2026-11", ("2026-10", "2026-11")),  # an open month ahead
        ("2025-12 2026-01", "2026-01", ("2025-12", "2026-01")),  # over the turn of the year
    ],
)
def test_a_slip_speaks_of_the_unbroken_row_that_reaches_the_present(paid, now, row):
    found = unbroken([Month.parse(text) for text in paid.split()], Month.parse(now))
    assert tuple(str(month) for month in found) == row
