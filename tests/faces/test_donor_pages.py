"""Pages about those who pay: their mandates, when they go, who pays next; and what changes when a rate does."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

import factories
from sertakan.core.month import Month
from sertakan.sponsorship import services
from sertakan.sponsorship.leaving import departure_of, mandate_of
from sertakan.sponsorship.models import Succession

SignIn = Callable[[str], Client]
JANUARY = "2027-01"


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def going(world: Any) -> Any:
    """A donor whose last deduction is December 2026, with one worker."""
    donor = factories.make_donor(world.agency, "Suparman Rekaan", nip="196812101994031005")
    worker = factories.make_worker(
        world.agency, "Pekerja Suparman", donor=donor, start_month=date(2026, 10, 1), months=12
    )
    return worker.sponsorship


def test_the_list_says_who_has_signed_and_who_goes(world: Any, sign_in: SignIn, going: Any) -> None:
    services.record_mandate(donor=world.donor, kind="salary", signed_on=date(2026, 9, 1))
    shown = text_of(sign_in("pic").get(reverse("donors")))

    assert "1 donatur segera pergi" in shown
    assert re.search(r"Ratna Rekaan .*? ada", shown)
    only = text_of(sign_in("pic").get(reverse("donors"), {"kuasa": "belum"}))
    assert "Suparman Rekaan" in only
    assert "Ratna Rekaan" not in only


def test_a_name_is_found_and_an_empty_answer_says_what_to_do(world: Any, sign_in: SignIn) -> None:
    client = sign_in("pic")
    assert "Ratna Rekaan" in text_of(client.get(reverse("donors"), {"cari": "ratna"}))
    assert "Tidak ada donatur yang cocok" in text_of(client.get(reverse("donors"), {"cari": "zzz"}))


def test_who_goes_is_listed_with_the_workers_nobody_has_decided_about(world: Any, sign_in: SignIn, going: Any) -> None:
    shown = text_of(sign_in("coordinator").get(reverse("donors_leaving")))
    assert "Suparman Rekaan" in shown
    assert "Desember 2026" in shown
    assert "dihitung dari NIP dan jabatan" in shown


def test_a_pic_decides_who_pays_next_and_takes_it_back(world: Any, sign_in: SignIn, going: Any) -> None:
    client, url = sign_in("pic"), reverse("donor_change", args=[going.donor_id])
    answer = {"apa": "putuskan", f"keputusan-{going.pk}": str(world.donor.pk)}

    shown = text_of(client.post(url, answer, follow=True))
    assert "Keputusan untuk 1 pekerja disimpan" in shown
    assert "Ratna Rekaan, mulai Januari 2027" in shown

    shown = text_of(client.post(url, {"apa": "batal", "sponsorship": str(going.pk)}, follow=True))
    assert "Keputusan dibatalkan." in shown
    assert not Succession.objects.exists()


def test_one_wrong_choice_leaves_all_others_undone(world: Any, sign_in: SignIn, going: Any) -> None:
    url = reverse("donor_change", args=[going.donor_id])
    second = factories.make_worker(
        world.agency, donor=going.donor, start_month=date(2026, 10, 1), months=12
    ).sponsorship
    answer = {"apa": "putuskan", f"keputusan-{going.pk}": "stop", f"keputusan-{second.pk}": str(going.donor_id)}

    assert "Pilih siapa yang membayar berikutnya" in text_of(sign_in("pic").post(url, answer, follow=True))
    assert not Succession.objects.exists()
    going.refresh_from_db()
    assert going.last_payable_month is None


def test_mandate_post_and_departure_are_written_on_the_page(world: Any, sign_in: SignIn) -> None:
    client, url = sign_in("pic"), reverse("donor_change", args=[world.donor.pk])
    client.post(url, {"apa": "kuasa", "kind": "allowance", "signed_on": "2026-09-01", "limit": "50.000"})
    assert mandate_of(world.donor).limit == 50_000
    client.post(url, {"apa": "jabatan", "employment": "pppk", "post": "general", "contract_ends_on": "2027-02-28"})
    assert "Februari 2027" in text_of(client.get(reverse("donor", args=[world.donor.pk])))
    client.post(url, {"apa": "pergi", "reason": "transfers", "last_month": "2026-12", "note": "ke Dinas Kesehatan"})
    assert departure_of(world.donor).last_month == Month(2026, 12).first_day
    client.post(url, {"apa": "tetap"})
    assert departure_of(world.donor) is None
    client.post(url, {"apa": "akhiri-kuasa", "reason": "dicabut"})
    assert mandate_of(world.donor) is None


@pytest.mark.parametrize(
    "answer",
    [
        {"apa": "kuasa", "kind": "allowance", "signed_on": "kemarin"},
        {"apa": "kuasa", "kind": "emas", "signed_on": "2026-09-01"},
        {"apa": "kuasa", "kind": "allowance", "signed_on": "2026-09-01", "limit": "16.8"},
        {"apa": "kuasa", "kind": "allowance", "signed_on": "2026-09-01", "limit": "0"},
        {"apa": "pergi", "reason": "stops", "last_month": "2026-13"},
        {"apa": "pergi", "reason": "stops", "last_month": "9999-12"},
        {"apa": "jabatan"},
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_is_kept(world: Any, sign_in: SignIn, answer: dict[str, str]) -> None:
    url = reverse("donor_change", args=[world.donor.pk])
    shown = text_of(sign_in("pic").post(url, answer, follow=True))
    assert "Belum ada yang disimpan" in shown
    assert mandate_of(world.donor) is None
    assert departure_of(world.donor) is None


def test_a_donor_of_another_agency_is_not_there(world: Any, sign_in: SignIn) -> None:
    assert sign_in("other_pic").get(reverse("donor", args=[world.donor.pk])).status_code == 404
    url = reverse("donor_change", args=[world.donor.pk])
    assert sign_in("other_pic").post(url, {"apa": "tetap"}).status_code == 404
    assert sign_in("auditor").post(url, {"apa": "tetap"}).status_code == 403


def test_the_january_page_says_who_must_change_and_by_when(world: Any, sign_in: SignIn, going: Any) -> None:
    response = sign_in("pic").get(reverse("rate_changes"), follow=True)
    shown = text_of(response)
    assert response.redirect_chain[-1][0] == reverse("rate_change", args=[JANUARY])
    assert "Ubah potongan paling lambat Kamis, 10 Desember 2026" in shown
    assert "Suparman Rekaan" in shown
    assert re.search(r"Rp8\.400 Rp16\.800", shown)
    assert "belum ada" in shown


def test_the_coordinator_sees_agencies_and_opens_one(world: Any, sign_in: SignIn, going: Any) -> None:
    client, url = sign_in("coordinator"), reverse("rate_change", args=[JANUARY])
    assert "Dinas Sosial" in text_of(client.get(url))
    assert "Suparman Rekaan" in text_of(client.get(url, {"opd": world.agency.pk}))


def test_the_letter_and_the_workbook_are_handed_out_for_the_own_agency_only(
    world: Any, sign_in: SignIn, going: Any
) -> None:
    for name, start in (("rate_change_pdf", b"%PDF"), ("rate_change_xlsx", b"PK")):
        url = reverse(name, args=[JANUARY, world.agency.pk])
        assert sign_in("pic").get(url).content.startswith(start)
        assert sign_in("other_pic").get(url).status_code == 404


def test_a_month_without_a_change_is_not_there(world: Any, sign_in: SignIn) -> None:
    for month in ("2027-02", "abc", "9999-12"):
        assert sign_in("pic").get(reverse("rate_change", args=[month])).status_code == 404


def test_a_sponsorship_is_stopped_on_its_page_with_a_day_and_a_reason(world: Any, sign_in: SignIn, going: Any) -> None:
    client, url = sign_in("pic"), reverse("sponsorship_end", args=[going.pk])
    assert "Alasan, tanggal, atau bulan tidak terbaca" in text_of(
        client.post(url, {"reason": "taken_back"}, follow=True)
    )
    for given, said in (
        ({"on": "2026-11-24", "last_month": "2026-11"}, "Tanggal itu belum tiba"),
        ({"on": "9999-12-31", "last_month": "2026-11"}, "Tanggal itu belum tiba"),
        ({"on": "2026-11-20", "last_month": "9999-12"}, "tidak terbaca"),
        ({"on": "2026-11-20", "last_month": "0001-01"}, "tidak terbaca"),
    ):
        assert said in text_of(client.post(url, {"reason": "died", **given}, follow=True))
    shown = text_of(client.post(url, {"reason": "died", "on": "2026-11-20", "last_month": "2026-11"}, follow=True))
    assert "Dihentikan." in shown
    assert "tidak ada yang dapat diubah lagi" in shown
    going.refresh_from_db()
    assert (going.state, going.end_reason, going.ended_on) == ("ended", "died", date(2026, 11, 20))


def test_a_donor_is_changed_on_the_page_of_the_sponsorship(world: Any, sign_in: SignIn, going: Any) -> None:
    client, url = sign_in("pic"), reverse("sponsorship_donor", args=[going.pk])
    assert "Pilih donatur" in text_of(client.post(url, {"donor": "", "first_month": "2027-02"}, follow=True))
    far = {"donor": str(world.donor.pk), "first_month": "9999-12"}
    assert "Pilih donatur dan bulannya" in text_of(client.post(url, far, follow=True))
    shown = text_of(client.post(url, {"donor": str(world.donor.pk), "first_month": "2027-02"}, follow=True))
    assert "Ratna Rekaan membayar mulai Februari 2027" in shown
    assert "Sudah dilanjutkan mulai Februari 2027" in shown


def test_the_end_of_a_contract_is_not_said_to_come_from_the_number(world: Any, sign_in: SignIn) -> None:
    client, url = sign_in("pic"), reverse("donor_change", args=[world.donor.pk])
    given = {"apa": "jabatan", "employment": "pppk", "post": "general", "contract_ends_on": "2027-03-31"}
    shown = text_of(client.post(url, given, follow=True))
    assert "Maret 2027 · akhir kontrak yang dicatat" in shown
    assert "dihitung dari NIP dan jabatan" not in shown


@pytest.fixture
def handed_over(world: Any, going: Any) -> Any:
    """The coordinator has named a donor of the other agency as the next payer."""
    elsewhere = factories.make_donor(world.other, "Fatma Rekaan")
    services.decide_succession(sponsorship=going, next_donor=elsewhere)
    return going


def test_who_hands_a_worker_over_to_another_agency_is_not_told_that_cover_stops(
    world: Any, sign_in: SignIn, handed_over: Any
) -> None:
    client, where = sign_in("pic"), reverse("donor", args=[handed_over.donor_id])
    shown = text_of(client.get(where))
    assert "donatur di perangkat daerah lain, mulai Januari 2027" in shown
    assert "Fatma" not in shown and world.other.name not in shown
    back = {"apa": "batal", "sponsorship": str(handed_over.pk)}
    refused = text_of(client.post(reverse("donor_change", args=[handed_over.donor_id]), back, follow=True))
    assert "mintalah koordinator" in refused
    assert Succession.objects.filter(sponsorship=handed_over).exists()


def test_a_worker_whom_another_agency_goes_on_paying_for_is_not_handed_over_twice(
    world: Any, sign_in: SignIn, going: Any
) -> None:
    elsewhere = factories.make_donor(world.other, "Fatma Rekaan")
    services.change_donor(sponsorship=going, donor=elsewhere, first_month=Month(2027, 1))
    client = sign_in("pic")
    assert "Sudah dilanjutkan oleh perangkat daerah lain." in text_of(
        client.get(reverse("sponsorship", args=[going.pk]))
    )
    again = {"donor": str(world.donor.pk), "first_month": "2027-01"}
    assert "sudah dilanjutkan" in text_of(
        client.post(reverse("sponsorship_donor", args=[going.pk]), again, follow=True)
    )
    assert "Suparman" not in text_of(client.get(reverse("donors_leaving")))
