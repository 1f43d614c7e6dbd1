"""What pages and the API give away: nothing to caches, to addresses, to logs, or to another agency."""

from __future__ import annotations

import logging
import os
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

import factories

CSV = factories.list_file(
    "1,Saodah Rekaan,1771024507909012,Bengkulu,05-07-1990,P,081200000001,Penjahit,01-11-2026,Ratna Rekaan"
)


def _with_token(world: Any, role: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {world.tokens[role]}"}


def test_pages_and_answers_with_persons_are_kept_by_nobody(world: Any, sign_in: Any) -> None:
    person = world.workers[0].person.pk
    for path in ("/pekerja/", f"/pekerja/{person}/", f"/berkas/{world.file.pk}/", "/api/v1/batches"):
        assert sign_in("pic").get(path).headers["Cache-Control"] == "no-store", path
    token = _with_token(world, "pic")
    assert Client().get(f"/api/v1/people/{person}", headers=token).headers["Cache-Control"] == "no-store"


def test_a_search_by_number_stays_out_of_the_address(world: Any, sign_in: Any) -> None:
    nik = world.workers[0].nik
    client = sign_in("pic")
    found = client.post("/pekerja/", {"cari": nik})
    assert "Pekerja Dinsos A" in found.content.decode()
    assert "Location" not in found.headers
    in_address = client.get("/pekerja/", {"cari": nik})
    assert in_address.headers["Location"] == "/pekerja/"
    assert nik not in client.get("/pekerja/").content.decode()
    by_name = client.post("/pekerja/", {"cari": "Pekerja Dinsos"})
    assert by_name.headers["Location"] == "/pekerja/?cari=Pekerja+Dinsos"
    assert 'method="post"' in client.get("/pekerja/").content.decode()
    assert Client(enforce_csrf_checks=True).post("/pekerja/", {"cari": "x"}).status_code == 403


def test_a_pic_hands_nothing_in_for_another_agency(world: Any, sign_in: Any) -> None:
    from sertakan.intake.models import File

    answer = Client().post(
        "/api/v1/files?agency=Dinkes", {"file": SimpleUploadedFile("a.csv", CSV)}, headers=_with_token(world, "pic")
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "not_your_file")
    for path, body in (
        ("batches", {"agency": "Dinkes", "office": "kc-bengkulu"}),
        ("bills", {"agency": "Dinkes", "month": "2026-12"}),
    ):
        answer = Client().post(
            f"/api/v1/{path}", body, content_type="application/json", headers=_with_token(world, "pic")
        )
        assert answer.status_code == 403, answer.content
    # A page chooses among the own agencies, so another one's number counts for nothing.
    sign_in("pic").post("/unggah/", {"agency": world.other.pk, "file": SimpleUploadedFile("a.csv", CSV)})
    assert not File.objects.filter(agency=world.other, name="a.csv").exists()


@pytest.mark.parametrize("path", ["/unggah/", "/api/v1/files?agency=Dinsos"])
def test_a_request_over_the_limit_is_refused_before_it_is_read(world: Any, path: str) -> None:
    class Unread:
        def read(self, *_: Any) -> bytes:
            raise AssertionError("read")

        readline = read

    size = (settings.SERTAKAN_FILE_LIMIT_MB + 2) * 1024 * 1024
    client = Client()
    client.force_login(world.user("pic"))
    answer = client.generic("POST", path, CONTENT_LENGTH=str(size), CONTENT_TYPE="multipart/form-data; boundary=x",
                            **{"wsgi.input": Unread()})  # fmt: skip
    assert answer.status_code == 413


def test_readable_copies_of_uploads_lie_in_the_closed_part_and_are_cleared(world: Any) -> None:
    from sertakan.core import files, postgres

    data = Path(settings.SERTAKAN_DATA)
    assert Path(settings.FILE_UPLOAD_TEMP_DIR) == data / "secrets" / "uploads"
    assert (data / "secrets").stat().st_mode & 0o077 == 0
    postgres.prepare_data_dir(data)
    old, fresh = data / "secrets" / "reading" / "tmpold", data / "secrets" / "uploads" / "fresh.upload"
    old.mkdir()
    (old / "daftar.csv").write_bytes(CSV)
    fresh.write_bytes(CSV)
    past = time.time() - 2 * files.ABANDONED_AFTER_SECONDS
    os.utime(old, (past, past))
    try:
        assert files.clear_abandoned(data) >= 1
        assert (old.exists(), fresh.exists()) == (False, True)
    finally:
        fresh.unlink()


@pytest.mark.parametrize("number", ["1771024507909012", "1771 0245 0790 9012", "198207142008012901", "26070012345"])
def test_no_number_of_a_person_is_written_into_the_log(number: str) -> None:
    from sertakan.core.logs import MaskingFormatter

    try:
        raise ValueError(f"cannot read '{number}'")
    except ValueError as fault:
        told = logging.LogRecord(
            "x", logging.ERROR, "f", 1, "Fault: %s", (number,), (ValueError, fault, fault.__traceback__)
        )
    written = MaskingFormatter().format(told)
    assert number not in written
    assert number[-4:] in written
    assert settings.LOGGING["handlers"]["console"]["formatter"] == "masked"


@pytest.mark.parametrize("path", ["signup/", "email/", "password/reset/", "password/reset/key/x-y/"])
def test_nobody_makes_or_renews_an_account_by_mail(world: Any, sign_in: Any, path: str) -> None:
    for role in ("", "pic"):
        assert sign_in(role).get(f"/akun/{path}").status_code == 404
        assert sign_in(role).post(f"/akun/{path}", {"email": "a@contoh.id"}).status_code == 404


def test_whoever_guesses_passwords_is_stopped_even_when_right_at_last(world: Any) -> None:
    from django.core.cache import cache

    user = world.user("pic")
    user = type(user).objects.get(pk=user.pk)
    user.set_password("benar sekali 123")
    user.save()
    signed_in = []
    try:
        for guesses in (0, 6):
            client = Client(REMOTE_ADDR="192.0.2.7")
            for number in range(guesses):
                client.post("/akun/login/", {"login": "pic", "password": f"tebakan {number}"})
            client.post("/akun/login/", {"login": "pic", "password": "benar sekali 123"})
            signed_in.append("_auth_user_id" in client.session)
    finally:
        cache.clear()
    assert signed_in == [True, False]
