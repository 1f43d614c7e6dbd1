"""Pages and commands about money: whom they open for, what they say, and that a refusal leaves everything untouched."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

import factories

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


@pytest.fixture
def paid_world(world: Any) -> Any:
    """The bill of the world is out, and one code is known."""
    from sertakan.contributions import services
    from sertakan.core.month import Month

    services.confirm_month(Month(2027, 1))
    services.issue_bill(world.bill)
    code = services.add_code(
        agency_id=world.agency.pk, code="IUR-7", amount=50_400, months=1, start=Month(2027, 1), expires_on=date(2027, 1, 31),
        sponsorship_ids=[worker.sponsorship.pk for worker in world.workers[:3]],
    )  # fmt: skip
    return world, code


def said(response: Any) -> str:
    return response.content.decode()


@pytest.mark.parametrize("role", ["pic", "coordinator", "bpjs", "auditor", "operator"])
def test_the_four_legs_open_for_who_has_to_do_with_money(paid_world, sign_in, role):
    response = sign_in(role).get(reverse("money"), {"bulan": "2027-01"})
    assert response.status_code == 200
    assert "Rp100.800" in said(response)
    assert "Dikonfirmasi BPJS" in said(response)


@pytest.mark.parametrize(("name", "role"), [
    ("money", "donor"), ("money", "leader"), ("payment_codes", "leader"), ("slips", "bpjs"), ("slips", "leader"),
])  # fmt: skip
def test_others_are_told_who_can(paid_world, sign_in, name, role):
    assert sign_in(role).get(reverse(name)).status_code == 403


def test_who_has_not_signed_in_is_asked_to(world, sign_in):
    for name in ("money", "payment_codes", "slips"):
        assert sign_in("").get(reverse(name)).status_code == 302


def test_an_agency_sees_who_owes_and_takes_back_what_was_wrong(paid_world, sign_in):
    from sertakan.contributions import services
    from sertakan.contributions.evidence import Evidence

    world, _code = paid_world
    made = services.collect(
        agency_id=world.agency.pk, donor_id=world.donor.pk, funding="private", amount=16_800, booked_on=date(2026, 11, 20),
        evidence=Evidence("bank_line", 1), reference="TRF-1",
    )  # fmt: skip
    client = sign_in("pic")
    page = said(client.get(reverse("money"), {"bulan": "2027-01"}))
    assert "Ratna Rekaan" in page
    assert "TRF-1" in page
    client.post(
        reverse("transfer_reverse", args=[made.id]),
        {"month": "2026-11", "agency": world.agency.pk, "reason": "salah orang"},
    )
    assert "TRF-1" not in said(client.get(reverse("money"), {"bulan": "2027-01"}))


def test_a_code_is_entered_explained_and_seen_by_its_agency_only(paid_world, sign_in):
    world, code = paid_world
    client = sign_in("pic")
    response = client.post(
        reverse("payment_code_add"),
        {"code": "IUR-8", "amount": "20.000", "group": f"d:{world.donor.pk}", "start": "2027-01", "months": "1"},
    )
    fresh = reverse("payment_code", args=[code.pk + 1])
    assert response.url == fresh
    assert "Belum ada yang boleh dibayar" in said(client.get(fresh))
    client.post(
        reverse("payment_code_change", args=[code.pk + 1]),
        {"apa": "jelaskan", "explanation": "BPJS hanya menagih satu pekerja"},
    )
    assert "BPJS hanya menagih satu pekerja" in said(client.get(fresh))
    assert sign_in("other_pic").get(reverse("payment_code", args=[code.pk])).status_code == 404


def test_bpjs_confirms_a_code_on_its_page(paid_world, sign_in):
    from django.db import connection

    _world, code = paid_world
    client = sign_in("bpjs")
    assert "Konfirmasi pembayaran" in said(client.get(reverse("payment_code", args=[code.pk])))
    client.post(
        reverse("payment_code_change", args=[code.pk]),
        {"apa": "konfirmasi", "amount": "50400", "paid_on": "2026-11-23"},
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM contributions_paid WHERE source_kind = 'code'")
        assert cursor.fetchone() == (1,)  # one of the three has a number


def test_a_pic_confirms_nothing(paid_world, sign_in):
    _world, code = paid_world
    client = sign_in("pic")
    assert "Konfirmasi pembayaran" not in said(client.get(reverse("payment_code", args=[code.pk])))
    change = {"apa": "konfirmasi", "amount": "50400", "paid_on": "2026-11-23"}
    assert client.post(reverse("payment_code_change", args=[code.pk]), change).status_code == 403


def test_a_proof_of_payment_is_entered_with_its_photo(paid_world, sign_in):
    from sertakan.contributions.models import Slip

    _world, code = paid_world
    client = sign_in("pic")
    form = {"amount": "50.400", "paid_on": "2026-11-23", "reference": "INDO-1", "channel": "shop", "kode": str(code.pk)}
    response = client.post(reverse("slips"), form | {"photo": SimpleUploadedFile("struk.png", PNG)})
    assert response.status_code == 302
    assert "Menunggu konfirmasi BPJS" in said(client.get(reverse("slips")))
    slip = Slip.objects.get()
    photo = client.get(reverse("slip_photo", args=[slip.pk]))
    assert photo.content == PNG
    assert photo["Content-Disposition"].startswith("attachment")
    assert sign_in("other_pic").get(reverse("slip_photo", args=[slip.pk])).status_code == 404
    again = client.post(reverse("slips"), form)
    assert (again.status_code, Slip.objects.count()) == (400, 1)
    assert "INDO-1" in said(again)


def test_a_file_that_is_no_picture_is_refused_and_the_form_keeps_what_was_written(paid_world, sign_in):
    from sertakan.contributions.models import Slip

    form = {"amount": "16800", "paid_on": "2026-11-23", "reference": "X-9", "channel": "qris", "month": "2027-01"}
    response = sign_in("pic").post(reverse("slips"), form | {"photo": SimpleUploadedFile("struk.png", b"MZ...")})
    assert response.status_code == 400
    assert "X-9" in said(response)
    assert not Slip.objects.exists()


@pytest.fixture
def command(world, monkeypatch, capsys):
    """Runs a command line in the test's own transaction and database."""
    from sertakan.cli import bill_money, main, session
    from sertakan.core.scope import acting

    @contextmanager
    def scope(reason=""):
        with acting(session.operator(), reason=reason) as actor:
            yield actor

    monkeypatch.setattr(bill_money, "set_up", lambda: None)
    monkeypatch.setattr(bill_money, "command_scope", scope)

    def run(*words):
        code = main.run(["bill", *words, "--json"])
        return code, json.loads(capsys.readouterr().out)

    return run


def test_the_command_line_tells_the_legs_and_the_codes(paid_world, command):
    world, _code = paid_world
    status, found = command("legs", "--month", "2027-01", "--agency", "Dinsos")
    assert (status, found["total"]["promised"]) == (0, 100_800)
    status, found = command("code", "list", "--agency", "Dinsos")
    assert [(one["code"], one["difference"]) for one in found["codes"]] == [("IUR-7", 0)]
    first = world.workers[0].sponsorship.pk
    status, found = command("code", "split", "IUR-7", "--into", "IUR-9", "--sponsorship", str(first))
    assert [(one["code"], one["amount"]) for one in found["codes"]] == [("IUR-9", 16_800), ("IUR-7", 33_600)]
    status, found = command(
        "code", "add", "IUR-10", "--agency", "Dinsos", "--amount", "16800", "--sponsorship", str(first), "--month", "2027-02",
        "--months", "1",
    )  # fmt: skip
    assert (status, found["workers"], found["expected"]) == (0, 1, 16_800)
    status, found = command("code", "add", "IUR-10", "--agency", "Dinsos", "--amount", "1", "--sponsorship", str(first))
    assert status != 0


def test_the_command_line_confirms_a_file(paid_world, command, tmp_path):
    path = tmp_path / "konfirmasi.csv"
    path.write_text(
        "Kode iuran,KPJ,Bulan,Jumlah,Tanggal bayar\nIUR-7,,,50.400,20-11-2026\nTIDAK-ADA,,,1.000,20-11-2026\n"
    )
    status, found = command("confirm", str(path))
    assert (status, found["confirmations"], found["months"]) == (0, 3, 1)
    assert [(row["row"], row["cause"]) for row in found["held"]] == [(3, "code_unknown")]
    assert date(2026, 11, 23) == factories.TODAY
