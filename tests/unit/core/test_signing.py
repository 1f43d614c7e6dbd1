"""Keys that sign: made once, kept closed, changed without losing what was signed before."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from sertakan.core import signing


@pytest.fixture
def data(tmp_path, settings):
    settings.SERTAKAN_DATA = str(tmp_path)
    return Path(tmp_path)


def test_what_is_signed_is_verified_and_anything_else_is_not(data):
    key, signature = signing.sign("uji", b"isi")
    assert len(signature) == signing.SIGNATURE_LENGTH
    assert signing.verify("uji", key, b"isi", signature)
    assert not signing.verify("uji", key, b"isi.", signature)
    assert not signing.verify("lain", key, b"isi", signature)
    assert not signing.verify("uji", key + 1, b"isi", signature)
    assert not signing.verify("uji", key, b"isi", b"pendek")


def test_the_private_key_is_readable_by_its_owner_only(data):
    signing.sign("uji", b"isi")
    path = data / "secrets" / "signing.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not any(name in str(signing.public_keys()) for name in (json.loads(path.read_text())["private"],))


def test_after_a_rotation_old_paper_is_still_good_and_the_old_private_key_is_gone(data):
    old, signature = signing.sign("uji", b"isi")
    private = json.loads((data / "secrets" / "signing.json").read_text())["private"]
    fresh = signing.rotate()
    assert fresh.id == signing.current_key_id() == old + 1
    assert signing.verify("uji", old, b"isi", signature)
    assert private not in (data / "secrets" / "signing.json").read_text()
    assert [key.id for key in signing.public_keys()] == [fresh.id, old]
    assert signing.public_keys()[1].retired_on is not None


def test_what_a_leaked_key_signed_is_not_believed_any_more(data):
    old, signature = signing.sign("uji", b"isi")
    signing.rotate(withdraw=True)
    assert not signing.verify("uji", old, b"isi", signature)
    key, again = signing.sign("uji", b"isi")
    assert signing.verify("uji", key, b"isi", again)
