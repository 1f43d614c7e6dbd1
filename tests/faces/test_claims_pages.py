"""Pages of claims, of receipts, and the public check of a slip: whom they open for, what they say, what they never say."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "claims"))
from claim_facts import paid

SignIn = Callable[[str], Client]
GIVEN = {
    "kind": "accident", "event_on": "2026-11-20", "event_time": "08:30", "work_end": "", "name": "Yanti Rekaan",
    "relation": "istri", "phone": "081200000099", "agency": "",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _unlimited() -> None:
    cache.clear()


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def worker(world: Any) -> Any:
    """The worker of the world who has a number, with this month confirmed."""
    from sertakan.sponsorship.models import Membership

    one = world.workers[0]
    paid(Membership.objects.get(person=one.person), one, "2026-11", "2026-12", donor=world.donor)
    return one


@pytest.fixture
def case(world: Any, worker: Any) -> Any:
    from sertakan.claims import services

    return services.open_case(
        person_id=worker.person.pk, kind="accident", event_on=date(2026, 11, 20),
        reporter=services.Reporter("Yanti Rekaan", "istri", "081200000099"),
    )  # fmt: skip


@pytest.mark.parametrize("name", ["claims", "claim_new", "receipts"])
@pytest.mark.parametrize("role", ["donor", "leader", "auditor"])
def test_these_pages_are_closed_to_others(world: Any, sign_in: SignIn, name: str, role: str) -> None:
    assert sign_in(role).get(reverse(name)).status_code == 403
    assert sign_in("").get(reverse(name)).status_code == 302


@pytest.mark.parametrize("role", ["pic", "coordinator", "bpjs"])
def test_a_case_is_open_to_who_helps(case: Any, sign_in: SignIn, role: str) -> None:
    shown = text_of(sign_in(role).get(reverse("claim", args=[case.pk])))
    assert "Pekerja Dinsos A" in shown and "Lewat batas waktu" in shown and "Yanti Rekaan" in shown
    assert "PP 44/2015 Pasal 44" in shown


@pytest.mark.parametrize("role", ["donor", "leader", "auditor", "operator"])
def test_a_case_is_closed_to_others(case: Any, sign_in: SignIn, role: str) -> None:
    for name in ("claim", "claim_leaflet"):
        assert sign_in(role).get(reverse(name, args=[case.pk])).status_code == 403


def test_the_pic_of_another_agency_finds_no_case(case: Any, sign_in: SignIn) -> None:
    client = sign_in("other_pic")
    assert client.get(reverse("claim", args=[case.pk])).status_code == 404
    assert "Pekerja Dinsos A" not in text_of(client.get(reverse("claims")))
    for name, given in (
        ("claim_step", {"code": "papers", "done_on": "2026-11-21"}),
        ("claim_papers", {"ready": "card"}),
        ("claim_outcome", {"what": "decided", "on": "2026-11-22", "amount": "1000"}),
        ("claim_state", {"what": "close"}),
    ):
        assert client.post(reverse(name, args=[case.pk]), given).status_code == 404


def test_a_case_is_opened_from_the_phone_in_one_form(world: Any, worker: Any, sign_in: SignIn) -> None:
    client = sign_in("pic")
    found = client.get(reverse("claim_new"), {"cari": "Pekerja Dinsos A"})
    assert f"?pekerja={worker.person.pk}" in found.content.decode()
    page = client.post(reverse("claim_new"), {**GIVEN, "pekerja": worker.person.pk}, follow=True)
    shown = text_of(page)
    assert "Kasus dibuka" in shown and "22 November 2026, 08.30 WIB" in shown
    again = client.post(reverse("claim_new"), {**GIVEN, "pekerja": worker.person.pk})
    assert "sudah dibuka sebagai kasus nomor" in text_of(again)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"event_on": "besok"}, "Tanggal atau jam tidak terbaca"),
        ({"event_on": "2027-01-01"}, "Kejadian tidak mungkin sesudah hari ini"),
        ({"kind": ""}, "Pilih apa yang terjadi"),
        ({"name": ""}, "Tulis nama yang melapor"),
    ],
)
def test_a_form_that_is_not_right_keeps_what_was_written(
    world: Any, worker: Any, sign_in: SignIn, given: dict[str, str], said: str
) -> None:
    page = sign_in("pic").post(reverse("claim_new"), {**GIVEN, "pekerja": worker.person.pk, **given})
    assert said in text_of(page)
    assert 'value="istri"' in page.content.decode()


def test_a_nik_is_searched_without_going_into_an_address(world: Any, worker: Any, sign_in: SignIn) -> None:
    client = sign_in("pic")
    page = client.post(reverse("claim_new"), {"cari": worker.nik})
    assert page.status_code == 200
    assert worker.nik not in page.content.decode()
    assert "Pekerja Dinsos A" in text_of(page)
    assert client.post(reverse("claim_new"), {"cari": "Pekerja"})["Location"].endswith("?cari=Pekerja")


def test_steps_papers_decision_and_payment_are_noted_on_the_page(case: Any, sign_in: SignIn) -> None:
    client, where = sign_in("pic"), {
        name: reverse(name, args=[case.pk]) for name in ("claim_step", "claim_papers", "claim_outcome", "claim_state")
    }  # fmt: skip
    done = client.post(where["claim_step"], {"code": "report_one", "done_on": "2026-11-21"}, follow=True)
    assert "Langkah dicatat" in text_of(done) and "Sudah dilaporkan" in text_of(done)
    wrong = client.post(where["claim_step"], {"code": "papers", "done_on": "2026-12-24"}, follow=True)
    assert "Tanggal langkah harus antara" in text_of(wrong)
    undone = client.post(where["claim_step"], {"code": "report_one", "undo": "1"}, follow=True)
    assert "Catatan langkah dihapus" in text_of(undone)
    ticked = client.post(where["claim_papers"], {"ready": ["card", "account"]}, follow=True)
    assert "Berkas: 2 dari" in text_of(ticked)
    given = {"what": "decided", "on": "2026-11-22", "amount": "Rp5.000.000"}
    decided = client.post(where["claim_outcome"], given, follow=True)
    assert "Rp5.000.000" in text_of(decided)
    settled = client.post(where["claim_outcome"], {"what": "paid", "on": "2026-11-23"}, follow=True)
    assert "Sudah dibayar" in text_of(settled)
    closed = client.post(where["claim_state"], {"what": "close"}, follow=True)
    assert "Kasus ditutup" in text_of(closed)
    assert "Buka kembali" in text_of(closed)


@pytest.mark.parametrize(
    ("typed", "kept"), [("42.000.000,00", "Rp42.000.000"), ("42.5", ""), ("Rp 42.000.000,-", "Rp42.000.000")]
)
def test_the_amount_of_a_decision_is_never_guessed(case: Any, sign_in: SignIn, typed: str, kept: str) -> None:
    given = {"what": "decided", "on": "2026-11-22", "amount": typed}
    shown = text_of(sign_in("pic").post(reverse("claim_outcome", args=[case.pk]), given, follow=True))
    assert kept in shown if kept else "rupiah bulat di atas nol" in shown
    assert "Disetujui BPJS" in shown or not kept


def test_a_step_that_waits_for_another_offers_no_form(case: Any, sign_in: SignIn) -> None:
    client = sign_in("pic")
    page = client.get(reverse("claim", args=[case.pk])).content.decode()
    assert 'id="hari-report_one"' in page and 'id="hari-certified"' not in page
    client.post(reverse("claim_step", args=[case.pk]), {"code": "report_one", "done_on": "2026-11-21"})
    assert 'id="hari-certified"' in client.get(reverse("claim", args=[case.pk])).content.decode()


@pytest.mark.parametrize("name", ["claim_step", "claim_papers", "claim_outcome", "claim_state"])
def test_an_act_is_not_done_by_opening_its_address(case: Any, sign_in: SignIn, name: str) -> None:
    assert sign_in("pic").get(reverse(name, args=[case.pk])).status_code == 405
    assert sign_in("auditor").post(reverse(name, args=[case.pk]), {}).status_code == 403


def test_overdue_cases_are_counted_on_the_first_page(case: Any, sign_in: SignIn) -> None:
    assert "Kasus dengan langkah lewat batas waktu: 1" in text_of(sign_in("pic").get(reverse("home")))
    assert "lewat batas waktu" not in text_of(sign_in("other_pic").get(reverse("home")))


def test_the_list_needs_few_statements(case: Any, sign_in: SignIn, django_assert_max_num_queries: Any) -> None:
    client = sign_in("coordinator")
    with django_assert_max_num_queries(16):
        assert client.get(reverse("claims")).status_code == 200


def test_the_leaflet_of_a_case_is_a_file(case: Any, sign_in: SignIn) -> None:
    response = sign_in("pic").get(reverse("claim_leaflet", args=[case.pk]))
    assert response.content.startswith(b"%PDF")
    assert "no-store" in response["Cache-Control"]


def test_families_read_what_to_do_without_an_account(world: Any, sign_in: SignIn) -> None:
    client = sign_in("")
    shown = text_of(client.get(reverse("family")))
    assert "Tolong dahulu orangnya" in shown and "gratis" in shown
    assert client.get(reverse("family_leaflet", args=["death"])).content.startswith(b"%PDF")
    assert client.get(reverse("family_leaflet", args=["flu"])).status_code == 404


# Receipts


def test_slips_are_downloaded_by_the_own_agency(world: Any, worker: Any, sign_in: SignIn) -> None:
    address = reverse("slips_issue", args=[world.agency.pk])
    assert sign_in("pic").post(address).content.startswith(b"%PDF")
    assert sign_in("other_pic").post(address).status_code in (403, 404)
    assert sign_in("bpjs").post(address).status_code == 403
    assert sign_in("pic").get(address).status_code == 405


def test_the_slip_of_one_worker_waits_for_the_number(world: Any, worker: Any, sign_in: SignIn) -> None:
    client = sign_in("pic")
    assert client.post(reverse("slip_issue", args=[worker.person.pk])).content.startswith(b"%PDF")
    refused = client.post(reverse("slip_issue", args=[world.workers[1].person.pk]), follow=True)
    assert "nomor peserta dari BPJS Ketenagakerjaan belum ada" in text_of(refused)
    assert sign_in("other_pic").post(reverse("slip_issue", args=[worker.person.pk])).status_code == 404


@pytest.mark.parametrize("kind", ["pdf", "xlsx"])
def test_recap_and_year_are_files_for_the_own_agency(world: Any, worker: Any, sign_in: SignIn, kind: str) -> None:
    addresses = [
        reverse("recap_file", args=[world.agency.pk, kind]) + "?bulan=2026-11",
        reverse("donor_year", args=[world.donor.pk, 2026, kind]),
    ]
    for address in addresses:
        assert "attachment" in sign_in("pic").get(address)["Content-Disposition"]
        assert sign_in("other_pic").get(address).status_code == 404
        assert sign_in("auditor").get(address).status_code == 403
    assert sign_in("pic").get(reverse("donor_payment", args=[world.donor.pk, 1])).status_code == 404


def test_a_file_of_no_kind_or_year_is_not_there(world: Any, worker: Any, sign_in: SignIn) -> None:
    client = sign_in("pic")
    for year, kind in ((0, "pdf"), (99999, "pdf"), (9999, "xlsx"), (2026, "docx")):
        assert client.get(reverse("donor_year", args=[world.donor.pk, year, kind])).status_code == 404
    assert client.get(reverse("recap_file", args=[world.agency.pk, "docx"])).status_code == 404


def test_the_page_of_receipts_lists_the_donors(world: Any, worker: Any, sign_in: SignIn) -> None:
    assert "Ratna Rekaan" in text_of(sign_in("pic").get(reverse("receipts")))
    assert "Pilih perangkat daerah" in text_of(sign_in("coordinator").get(reverse("receipts")))


# The public check


@pytest.fixture
def slip(world: Any, worker: Any) -> Any:
    from sertakan.contributions.receipts import slips

    return slips.issue_slips(agency_id=world.agency.pk, person_ids=[worker.person.pk])[0]


def test_anybody_checks_a_slip_and_nobody_is_named(world: Any, worker: Any, slip: Any, sign_in: SignIn) -> None:
    response = sign_in("").get(reverse("check_slip", args=[slip.token]))
    shown = text_of(response)
    assert response.status_code == 200
    assert "Terlindungi hari ini" in shown and "PDA" in shown
    assert "Pekerja Dinsos" not in shown and world.agency.name not in shown and worker.nik[-4:] not in shown
    assert "noindex" in response["X-Robots-Tag"]
    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "no-referrer"


def test_what_a_camera_reads_leads_to_the_same_page(slip: Any, sign_in: SignIn) -> None:
    assert sign_in("").get(f"/CEK/{slip.token}/").status_code == 200


def test_a_typed_code_finds_its_slip_however_it_is_written(slip: Any, sign_in: SignIn) -> None:
    typed = f" {slip.reference[:4].lower()}-{slip.reference[4:8]} {slip.reference[8:]} "
    page = sign_in("").post(reverse("check"), {"kode": typed}, follow=True)
    assert "Terlindungi hari ini" in text_of(page)
    assert "Ketik kodenya dahulu" in text_of(sign_in("").post(reverse("check"), {"kode": " "}))


@pytest.mark.parametrize("typed", ["1771 0145 0790 9012", "081200000099", "Pekerja Dinsos A"])
def test_what_is_no_code_of_a_slip_never_gets_into_an_address(world: Any, sign_in: SignIn, typed: str) -> None:
    page = sign_in("").post(reverse("check"), {"kode": typed})
    assert page.status_code == 200
    assert "tidak terbaca sebagai kode slip" in text_of(page)
    assert typed not in page.content.decode()


def test_a_changed_code_is_not_believed(slip: Any, sign_in: SignIn) -> None:
    changed = slip.token[:50] + ("A" if slip.token[50] != "A" else "B") + slip.token[51:]
    page = sign_in("").get(reverse("check_slip", args=[changed]))
    assert page.status_code == 400
    assert "Jangan dipercaya" in text_of(page)
    assert sign_in("").get(reverse("check_slip", args=["ABC"])).status_code == 400
    assert sign_in("").get(reverse("check_slip", args=["0" * 13])).status_code == 404


def test_one_address_may_not_try_all_codes(world: Any, sign_in: SignIn) -> None:
    client = sign_in("")
    codes = [client.get(reverse("check_slip", args=[f"{number:013d}"])).status_code for number in range(35)]
    assert set(codes[:30]) <= {400, 404}
    assert codes[30:] == [429] * 5


def test_the_public_key_is_published_for_people_and_programs(slip: Any, sign_in: SignIn) -> None:
    from sertakan.core import signing

    (key,) = signing.public_keys()[:1]
    assert key.hex in text_of(sign_in("").get(reverse("check_keys")))
    told = sign_in("").get(reverse("check_keys"), {"format": "json"}).json()
    assert told["purpose"] == "sertakan.slip"
    assert told["keys"][0]["public_key"] == key.hex
    assert "private" not in str(told)
