"""Three ways on pages and from a terminal: the list comes in, differences are shown, explained, closed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

SignIn = Callable[[str], Client]


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def members(world: Any) -> bytes:
    """BPJS's list: the first worker, who has paid nothing for January, and a stranger."""
    first = world.workers[0]
    rows = ["KPJ;NIK;Nama Peserta;Status;Bulan Iuran", f"90000000001;{first.nik};{first.person.name};Aktif;2027-01"]
    return "\n".join([*rows, "90000000077;1771021503779333;Orang Asing;Aktif;2027-01"]).encode()


def bring(client: Client, data: bytes) -> Any:
    given = {"month": "2027-01", "file": SimpleUploadedFile("peserta.csv", data)}
    return client.post(reverse("three_way_compare"), given, follow=True)


def test_the_list_comes_in_and_differences_are_shown_explained_and_closed(
    world: Any, sign_in: SignIn, members: bytes
) -> None:
    from sertakan.banking.models import Difference

    page = bring(sign_in("bpjs"), members)
    assert "2 perbedaan (2 baru)" in text_of(page)
    assert "1771021503779333" not in page.content.decode()
    assert "tidak ada yang berubah" in text_of(bring(sign_in("bpjs"), members))
    client = sign_in("pic")
    own = client.get(reverse("three_way"), {"bulan": "2027-01"})
    assert "Ada di daftar BPJS, belum dibayar" in text_of(own)
    assert "Orang Asing" not in text_of(own)
    found = Difference.objects.get(kind="listed_not_paid")
    client.post(reverse("difference_explain", args=[found.pk]), {"explanation": "dibayar minggu depan", "task": "pic"})
    assert "dibayar minggu depan" in text_of(client.get(reverse("difference", args=[found.pk])))
    client.post(reverse("difference_explain", args=[found.pk]), {"explanation": "sudah dibayar", "close": "1"})
    assert "sudah selesai" in text_of(
        client.post(reverse("difference_explain", args=[found.pk]), {"explanation": "lagi"}, follow=True)
    )
    client.post(reverse("difference_explain", args=[found.pk]), {"explanation": "ternyata belum", "reopen": "1"})
    found.refresh_from_db()
    assert found.state == "explained"


def test_pages_open_for_their_roles_only(sign_in: SignIn, members: bytes) -> None:
    from sertakan.banking.models import Difference

    bring(sign_in("bpjs"), members)
    found = Difference.objects.get(kind="listed_not_paid")
    assert sign_in("").get(reverse("three_way")).status_code == 302
    assert sign_in("leader").get(reverse("three_way")).status_code == 403
    assert sign_in("auditor").get(reverse("three_way")).status_code == 200
    assert sign_in("auditor").get(reverse("difference", args=[found.pk])).status_code == 200
    assert (
        sign_in("auditor").post(reverse("difference_explain", args=[found.pk]), {"explanation": "x"}).status_code == 403
    )
    assert sign_in("pic").post(reverse("three_way_compare"), {}).status_code == 403
    assert sign_in("other_pic").get(reverse("difference", args=[found.pk])).status_code == 404
    assert sign_in("coordinator").get(reverse("three_way_compare")).status_code == 405


def test_the_command_compares_a_month_and_answers_in_one_document(
    world: Any, members: bytes, tmp_path: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from sertakan.cli import main, reconcile

    monkeypatch.setattr(reconcile, "set_up", lambda: None)
    path = tmp_path / "peserta.csv"
    path.write_bytes(members)

    def run(*words: str) -> tuple[int, Any]:
        code = main.run(["reconcile", *words, "--json"])
        return code, json.loads(capsys.readouterr().out)

    code, told = run("three-way", "--month", "2027-01", str(path))
    assert (code, told["members"], told["kinds"]) == (0, 2, {"listed_not_paid": 1, "unknown_member": 1})
    assert run("three-way", "--month", "2027-01", str(path))[1]["unchanged"] is True
    assert run("three-way", str(path))[1]["code"] == "usage"
    assert run("three-way", "--month", "2027-13", str(path))[0] == 2
