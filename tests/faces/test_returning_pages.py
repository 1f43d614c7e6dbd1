"""Pages about money that pays no month yet, and about what BPJS says of payments, as their users meet them."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse


def said(response: Any) -> str:
    return response.content.decode()


@pytest.fixture
def number(world: Any) -> str:
    """The membership number of the first worker."""
    from sertakan.core import encryption
    from sertakan.people.models import Identifier

    found = Identifier.objects.get(person_id=world.workers[0].person.pk, kind="kpj")
    return encryption.decrypt(bytes(found.sealed)).decode()


def confirm(client: Any, *rows: str, name: str = "konfirmasi.csv") -> Any:
    text = "\n".join(["KPJ,Bulan,Jumlah Bayar,Tanggal Bayar", *rows])
    return client.post(reverse("confirmations"), {"file": SimpleUploadedFile(name, text.encode())})


def paid(world: Any) -> set[str]:
    from sertakan.contributions.models import PaidMonth, WithdrawnMonth

    gone = set(WithdrawnMonth.objects.values_list("membership_id", "month", "version"))
    rows = PaidMonth.objects.filter(person_id=world.workers[0].person.pk).values_list(
        "membership_id", "month", "version"
    )
    return {str(month)[:7] for membership, month, version in rows if (membership, month, version) not in gone}


def surplus_of(world: Any) -> int:
    from sertakan.contributions.queries import surplus_of

    person = world.workers[0].person.pk
    return surplus_of([person]).get(person, 0)


@pytest.mark.parametrize("role", ["pic", "coordinator", "bpjs", "auditor", "operator"])
def test_who_has_to_do_with_money_sees_what_lies_at_bpjs(world, sign_in, role):
    response = sign_in(role).get(reverse("surplus"))
    assert response.status_code == 200
    assert "bukan saldo donatur" in said(response)


@pytest.mark.parametrize(("name", "role"), [
    ("surplus", "donor"), ("surplus", "leader"), ("confirmations", "pic"), ("confirmations", "coordinator"), ("confirmations", "auditor"),
])  # fmt: skip
def test_others_are_told_who_can(world, sign_in, name, role):
    assert sign_in(role).get(reverse(name)).status_code == 403


def test_a_file_of_bpjs_makes_paid_months_and_lists_what_it_held(world, sign_in, number):
    client = sign_in("bpjs")
    response = confirm(client, f"{number},2026-12,16800,20-11-2026", "99999999999,2026-12,16800,20-11-2026")
    assert response.status_code == 200
    assert "1 bulan pekerja kini terbayar" in said(response)
    assert "nomor peserta ini tidak ada dalam daftar" in said(response)
    assert number not in said(response) and "99999999999" not in said(response)
    before = paid(world)
    assert "2026-12" in before
    assert "0 bulan pekerja kini terbayar" in said(confirm(client, f"{number},2026-12,16800,20-11-2026"))
    assert paid(world) == before


@pytest.mark.parametrize("name", ["gambar.png", "konfirmasi"])
def test_another_kind_of_file_changes_nothing_and_says_which_kinds_are_read(world, sign_in, number, name):
    before = paid(world)
    response = confirm(sign_in("bpjs"), f"{number},2026-12,16800,20-11-2026", name=name)
    assert response.status_code == 400
    assert "xlsx, xls, ods, xlsb, atau csv" in said(response)
    assert paid(world) == before


def test_a_month_that_was_not_paid_after_all_is_withdrawn_with_a_reason(world, sign_in, number):
    client = sign_in("bpjs")
    confirm(client, f"{number},2026-12,16800,20-11-2026")
    refused = client.post(reverse("month_withdraw"), {"kpj": number, "month": "2026-12", "reason": ""}, follow=True)
    assert "tulis alasannya" in said(refused) and "2026-12" in paid(world)
    unknown = client.post(reverse("month_withdraw"), {"kpj": "123", "month": "2026-12", "reason": "uji"}, follow=True)
    assert "tidak ada dalam daftar" in said(unknown) and "2026-12" in paid(world)
    done = client.post(
        reverse("month_withdraw"), {"kpj": number, "month": "2026-12", "reason": "salah catat"}, follow=True
    )
    assert "ditarik" in said(done) and "2026-12" not in paid(world)


def test_a_refund_is_asked_for_and_only_bpjss_answer_decides_it(world, sign_in, number):
    from sertakan.contributions.models import RefundRequest

    confirm(sign_in("bpjs"), f"{number},2026-12,20000,20-11-2026")
    there = surplus_of(world)
    assert there > 0
    client = sign_in("pic")
    form = {
        "agency": world.agency.pk, "person": world.workers[0].person.pk, "donor": world.donor.pk, "funding": "private",
        "amount": str(there), "reason": "tarif penuh pada masa setengah iuran",
    }  # fmt: skip
    too_much = client.post(reverse("refund_ask"), {**form, "amount": str(there + 1)}, follow=True)
    assert "hanya" in said(too_much) and not RefundRequest.objects.exists()
    assert "Permintaan dicatat" in said(client.post(reverse("refund_ask"), form, follow=True))
    asked = RefundRequest.objects.get()
    assert (asked.state, surplus_of(world)) == ("asked", 0)
    unreadable = client.post(reverse("refund_decide", args=[asked.pk]), {"returned": "tidak tahu"}, follow=True)
    asked.refresh_from_db()
    assert "Jumlah tidak terbaca" in said(unreadable) and asked.state == "asked"
    no_day = client.post(
        reverse("refund_decide", args=[asked.pk]), {"returned": "0", "decided_on": "kemarin"}, follow=True
    )
    asked.refresh_from_db()
    assert "tidak terbaca" in said(no_day) and asked.state == "asked"
    client.post(reverse("refund_decide", args=[asked.pk]), {"returned": "0", "answer": "ditolak"}, follow=True)
    asked.refresh_from_db()
    assert (asked.state, surplus_of(world)) == ("refused", there)


def test_a_clerk_of_another_agency_can_neither_ask_nor_see(world, sign_in, number):
    from sertakan.contributions.models import RefundRequest

    confirm(sign_in("bpjs"), f"{number},2026-12,20000,20-11-2026")
    client = sign_in("other_pic")
    assert "Pekerja Dinsos A" not in said(client.get(reverse("surplus")))
    form = {"agency": world.agency.pk, "person": world.workers[0].person.pk, "amount": "100", "reason": "uji"}
    assert client.post(reverse("refund_ask"), form).status_code == 403
    assert not RefundRequest.objects.exists()


def test_surplus_that_does_not_pay_a_whole_month_pays_none(world, sign_in, number):
    client = sign_in("bpjs")
    confirm(client, f"{number},2026-12,20000,20-11-2026")
    before, there = paid(world), surplus_of(world)
    form = {"person": world.workers[0].person.pk, "agency": world.agency.pk, "month": "2027-02"}
    assert "tidak berubah" in said(client.post(reverse("surplus_use"), form, follow=True))
    assert (paid(world), surplus_of(world)) == (before, there)


def test_unused_money_of_a_donor_is_paid_back_only_as_far_as_it_is_there(world, sign_in):
    from datetime import date

    from sertakan.contributions import services
    from sertakan.contributions.evidence import Evidence
    from sertakan.contributions.queries.returning import credits_of

    services.collect(
        agency_id=world.agency.pk, donor_id=world.donor.pk, funding="private", amount=50_000, booked_on=date(2026, 11, 20),
        evidence=Evidence("bank_line", 77),
    )  # fmt: skip
    there = credits_of(world.agency.pk)[0].amount
    client = sign_in("pic")
    assert "Uang donatur yang belum terpakai" in said(client.get(reverse("surplus")))
    form = {"agency": world.agency.pk, "donor": world.donor.pk, "funding": "private", "reason": "salah transfer"}
    client.post(reverse("credit_pay_back"), {**form, "amount": str(there + 1)}, follow=True)
    assert credits_of(world.agency.pk)[0].amount == there
    client.post(reverse("credit_pay_back"), {**form, "amount": str(there)}, follow=True)
    assert credits_of(world.agency.pk) == []
