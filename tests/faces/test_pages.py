"""Every page: whom it opens for, whom it does not, what it says, and how many statements it needs."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

import factories
from sertakan.web import urls

SignIn = Callable[[str], Client]

# url name -> (the key of the world it takes, who may, who may not)
READ: dict[str, tuple[str, str, str]] = {
    "home": ("", "pic", ""),
    "upload": ("", "pic", "bpjs"),
    "template": ("", "pic", ""),
    "files": ("", "auditor", "donor"),
    "file": ("file", "pic", "donor"),
    "file_progress": ("file", "pic", "donor"),
    "held_workbook": ("file", "pic", "bpjs"),
    "people": ("", "auditor", "leader"),
    "person": ("person", "pic", "leader"),
    "person_correct": ("person", "pic", "bpjs"),
    "agencies": ("", "leader", "donor"),
    "agency": ("agency", "pic", "donor"),
    "batches": ("", "bpjs", "leader"),
    "continue": ("", "pic", "bpjs"),
    "left_out": ("", "pic", "bpjs"),
    "batch": ("sent", "bpjs", "leader"),
    "batch_workbook": ("sent", "bpjs", "auditor"),
    "bills": ("", "auditor", "leader"),
    "bill": ("bill", "pic", "leader"),
    "bill_xlsx": ("bill", "pic", "leader"),
    "bill_pdf": ("bill", "pic", "leader"),
    "rate_change_pdf": ("change", "pic", "bpjs"),
    "rate_change_xlsx": ("change", "pic", "bpjs"),
    "rate_change": ("january", "coordinator", "bpjs"),
    "sponsorship": ("sponsorship", "pic", "auditor"),
    "donors": ("", "pic", "bpjs"),
    "donors_leaving": ("", "coordinator", "bpjs"),
    "donor": ("donor", "auditor", "leader"),
    "protection": ("", "leader", ""),
    "protection_rows": ("", "pic", "leader"),
    "retention": ("", "leader", ""),
    "cover": ("person", "pic", "leader"),
    "warnings": ("", "pic", "leader"),
    "warnings_file": ("", "auditor", "bpjs"),
    "warning_messages": ("", "pic", "auditor"),
    "warnings_afterwards": ("", "coordinator", "donor"),
    "notices": ("", "donor", ""),
    "mail": ("", "operator", "pic"),
    "pairs": ("", "coordinator", "pic"),
    "pair": ("pair", "operator", "bpjs"),
    "matching_quality": ("", "auditor", "leader"),
    "audit": ("", "auditor", "pic"),
}
WRITE: dict[str, tuple[str, str, dict[str, Any]]] = {
    "file_accept": ("file", "bpjs", {}),
    "file_take_back": ("file", "bpjs", {"reason": "uji"}),
    "file_again": ("file", "bpjs", {}),
    "file_answer": ("file", "bpjs", {}),
    "person_number": ("person", "bpjs", {"reason": "memeriksa KTP"}),
    "batch_prepare": ("", "bpjs", {}),
    "consents_record": ("", "bpjs", {}),
    "batch_send": ("draft", "bpjs", {}),
    "batch_discard": ("draft", "auditor", {}),
    "batch_answer": ("sent", "auditor", {}),
    "batch_follow_up": ("sent", "bpjs", {}),
    "bill_make": ("", "bpjs", {}),
    "bill_confirm": ("", "coordinator", {}),
    "bill_issue": ("bill", "bpjs", {}),
    "sponsorship_end": ("sponsorship", "auditor", {}),
    "sponsorship_resume": ("sponsorship", "auditor", {}),
    "sponsorship_donor": ("sponsorship", "auditor", {}),
    "donor_change": ("donor", "auditor", {"apa": "tetap"}),
    "pair_decide": ("pair", "auditor", {"answer": "same", "reason": "sama"}),
    "pair_undo": ("pair", "pic", {"reason": "keliru"}),
    "person_split": ("merge", "auditor", {"reason": "keliru"}),
}
ELSEWHERE = {
    "own_year",
    "matching_run",
    "matching_progress",
    "notices_read",
    "notice_read",
    "notice_open",
    "mail_again",
    "rate_changes",
    "row",
    "donor_slip",
    "rules",
    "style",
    "style_work",
}  # each with a test of its own below
CLAIMS_AND_RECEIPTS = {  # in test_claims_pages.py
    "claims", "claim_new", "claim", "claim_step", "claim_papers", "claim_outcome", "claim_state", "claim_leaflet", "family",
    "family_leaflet", "receipts", "slips_issue", "slip_issue", "recap_file", "donor_year", "donor_payment", "check", "check_keys",
    "check_slip", "check_slip_scanned",
}  # fmt: skip
BANKING = {  # in test_banking_pages.py
    "accounts", "account_open", "account", "account_match", "statement_upload", "statement", "line", "line_match", "line_ignore",
    "line_reopen", "line_unmatch", "layout_teach", "layout_forget", "three_way", "three_way_compare", "difference",
    "difference_explain",
}  # fmt: skip
MONEY = {  # in test_money_pages.py and test_returning_pages.py
    "surplus", "refund_ask", "surplus_use", "credit_pay_back", "refund_decide", "confirmations", "month_withdraw",
    "money", "transfer_reverse", "payment_codes", "payment_code_add", "payment_code", "payment_code_change", "slips", "slip_photo",
}  # fmt: skip
COVERAGE = {  # in test_coverage_pages.py
    "leader", "leader_slide", "coverage", "coverage_map", "coverage_evenness", "coverage_series", "coverage_rows",
    "coverage_picture", "national", "open_data", "open_data_file", "open_embed",
}  # fmt: skip
PLANNING = {  # in test_planning_pages.py
    "plans", "plan_new", "plan", "plan_progress", "plan_file", "plan_compare", "targets", "target_withdraw", "forecast",
    "forecast_run",
}  # fmt: skip
FOLLOWUP = {  # in test_followup_pages.py
    "duties", "duties_count", "duties_agency", "duty", "duty_declare", "duty_report", "duty_change", "declaration_decide",
    "circulars", "circular_new",
    "circular", "circular_successor", "circular_change", "reminders", "reminder_plan", "reminder_pause",
}  # fmt: skip
MEETINGS = {  # in test_meetings_pages.py
    "meetings", "meeting_new", "meeting", "meeting_live", "meeting_paper", "meeting_act", "attend", "actions", "action",
    "action_act", "letters",
    "letter_office", "letter_template", "letter", "letter_file", "reports", "report_make", "evidence", "evidence_file", "evidence_page",
}  # fmt: skip
AGENCIES = {"agency_mergers", "agency_merge", "agency_new"}  # in test_merging_pages.py
DOWNLOADS = {
    "warnings_file",
    "template",
    "held_workbook",
    "batch_workbook",
    "bill_xlsx",
    "bill_pdf",
    "donor_slip",
    "rate_change_pdf",
    "rate_change_xlsx",
}


def address(world: Any, name: str, key: str) -> str:
    if not key:
        return reverse(name)
    if key in ("change", "january"):
        return reverse(name, args=["2027-01", *([world.agency.pk] if key == "change" else [])])
    first = world.workers[0]
    target = getattr(first, key) if key in ("person", "sponsorship") else getattr(world, key)
    return reverse(name, args=[target.pk])


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_every_page_is_tested_here() -> None:
    assert {pattern.name for pattern in urls.urlpatterns} == set().union(
        READ, WRITE, ELSEWHERE, CLAIMS_AND_RECEIPTS, BANKING, MONEY, COVERAGE, PLANNING, FOLLOWUP, MEETINGS, AGENCIES
    )


@pytest.mark.parametrize("name", READ)
def test_a_page_opens_for_its_role(world: Any, sign_in: SignIn, name: str) -> None:
    key, role, _ = READ[name]
    response = sign_in(role).get(address(world, name, key))
    assert response.status_code == 200
    if name in DOWNLOADS:
        assert "attachment" in response["Content-Disposition"]
        assert "no-store" in response["Cache-Control"]
    elif name != "file_progress":
        assert "<h1" in response.content.decode()


@pytest.mark.parametrize("name", READ)
def test_a_page_asks_a_visitor_to_sign_in(world: Any, sign_in: SignIn, name: str) -> None:
    response = sign_in("").get(address(world, name, READ[name][0]))
    assert response.status_code == 302
    assert response["Location"].startswith("/akun/")


@pytest.mark.parametrize("name", [name for name, entry in READ.items() if entry[2]])
def test_a_page_says_who_can_when_somebody_else_comes(world: Any, sign_in: SignIn, name: str) -> None:
    key, _, role = READ[name]
    response = sign_in(role).get(address(world, name, key))
    assert response.status_code == 403
    assert "Halaman ini bukan untuk peran Anda" in text_of(response)


@pytest.mark.parametrize("name", WRITE)
def test_an_act_is_refused_to_who_may_not(world: Any, sign_in: SignIn, name: str) -> None:
    key, role, given = WRITE[name]
    assert sign_in(role).post(address(world, name, key), given).status_code == 403


@pytest.mark.parametrize("name", WRITE)
def test_an_act_is_not_done_by_opening_its_address(world: Any, sign_in: SignIn, name: str) -> None:
    assert sign_in("operator").get(address(world, name, WRITE[name][0])).status_code == 405


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("file", "file"),
        ("person", "person"),
        ("batch", "sent"),
        ("batch_workbook", "sent"),
        ("bill", "bill"),
        ("bill_pdf", "bill"),
    ],
)
def test_the_other_agency_finds_nothing(world: Any, sign_in: SignIn, name: str, key: str) -> None:
    assert sign_in("other_pic").get(address(world, name, key)).status_code == 404


@pytest.mark.parametrize("name", ["batch_send", "batch_discard", "bill_issue", "file_accept", "person_number"])
def test_the_other_agency_changes_nothing(world: Any, sign_in: SignIn, name: str) -> None:
    key, _, given = WRITE[name]
    assert sign_in("other_pic").post(address(world, name, key), given).status_code == 404


@pytest.mark.parametrize(
    ("name", "own", "foreign"),
    [
        ("people", "Pekerja Dinkes A", "Pekerja Dinsos A"),
        ("batches", "Susun kiriman", "susulan"),
        ("files", "Belum ada berkas", "daftar.csv"),
    ],
)
def test_a_list_shows_the_own_agency_only(world: Any, sign_in: SignIn, name: str, own: str, foreign: str) -> None:
    shown = text_of(sign_in("other_pic").get(reverse(name)))
    assert own in shown
    assert foreign not in shown


@pytest.mark.parametrize(
    ("name", "role", "most"),
    [("people", "coordinator", 20), ("batches", "coordinator", 20), ("bills", "coordinator", 25), ("audit", "auditor", 16),
     ("files", "coordinator", 16), ("agencies", "coordinator", 16), ("home", "coordinator", 20), ("pairs", "coordinator", 16)],
)  # fmt: skip
def test_a_list_needs_few_statements_however_long(
    world: Any, sign_in: SignIn, django_assert_max_num_queries: Any, name: str, role: str, most: int
) -> None:
    for _ in range(12):
        factories.make_worker(world.agency)
    client = sign_in(role)
    with django_assert_max_num_queries(most):
        assert client.get(reverse(name)).status_code == 200


def test_a_batch_needs_few_statements_however_long(
    world: Any, sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    batch = factories.make_batch(world.agency, [factories.make_worker(world.agency) for _ in range(20)])
    client = sign_in("pic")
    with django_assert_max_num_queries(40):
        assert client.get(reverse("batch", args=[batch.pk])).status_code == 200


# Batches


def test_a_batch_is_prepared_from_what_is_ready_and_says_what_is_not(world: Any, sign_in: SignIn) -> None:
    from sertakan.sponsorship import queries

    client = sign_in("pic")
    given = {"kind": "new", "office": queries.offices()[0].pk}
    page = client.post(reverse("batch_prepare"), given, follow=True)
    shown = text_of(page)
    assert "2 pekerja masuk kiriman ini" in shown  # one of the world, one of the accepted file
    assert "Belum dapat ikut kiriman ini" in shown
    assert "1 pekerja : Persetujuan pekerja belum tercatat" in shown
    assert world.workers[5].nik not in page.content.decode()


def test_nothing_ready_leads_to_the_reasons(world: Any, sign_in: SignIn) -> None:
    from sertakan.sponsorship import queries

    agency = factories.make_agency("Sepi")
    factories.make_worker(agency, "Orang Menunggu", consent=False)
    given = {"kind": "new", "office": queries.offices()[0].pk, "agency": agency.pk}
    shown = text_of(sign_in("coordinator").post(reverse("batch_prepare"), given, follow=True))
    assert "Belum ada pekerja yang siap dikirim" in shown
    assert "Orang Menunggu" in shown


def test_a_consent_is_recorded_for_the_ticked(world: Any, sign_in: SignIn) -> None:
    client = sign_in("pic")
    given = {
        "kind": "new",
        "agency": world.agency.pk,
        "pilih": [world.without_consent.person.pk],
        "given_on": "2026-11-20",
    }
    shown = text_of(client.post(reverse("consents_record"), given, follow=True))
    assert "Persetujuan 1 pekerja dicatat" in shown
    assert "Tidak ada yang tertinggal" in shown


def test_a_consent_of_tomorrow_is_refused(world: Any, sign_in: SignIn) -> None:
    given = {
        "kind": "new",
        "agency": world.agency.pk,
        "pilih": [world.without_consent.person.pk],
        "given_on": "2027-01-01",
    }
    shown = text_of(sign_in("pic").post(reverse("consents_record"), given, follow=True))
    assert "Belum ada yang dicatat" in shown
    assert "Pekerja Tanpa Persetujuan" in shown


def test_a_batch_without_a_choice_is_not_prepared(world: Any, sign_in: SignIn) -> None:
    shown = text_of(sign_in("pic").post(reverse("batch_prepare"), {"kind": "x"}, follow=True))
    assert "Belum ada yang disusun" in shown


def test_the_steps_of_a_batch_tick_from_its_lines(world: Any, sign_in: SignIn) -> None:
    shown = text_of(sign_in("bpjs").get(reverse("batch", args=[world.sent.pk])))
    assert "3 dari 3" in shown  # answered
    assert shown.count("1 dari 2") == 2  # paid and numbered, of the two that were not refused
    assert "NIK tidak sah atau tidak cocok dengan Dukcapil" in shown
    assert "Cocokkan NIK, nama, dan tanggal lahir dengan KTP-el" in shown


def test_a_draft_is_sent_and_then_locked(world: Any, sign_in: SignIn) -> None:
    client = sign_in("pic")
    assert "Kiriman dikunci" in text_of(client.post(reverse("batch_send", args=[world.draft.pk]), follow=True))
    again = text_of(client.post(reverse("batch_send", args=[world.draft.pk]), follow=True))
    assert "sudah dikirim" in again
    assert "sudah dikirim" in text_of(client.post(reverse("batch_discard", args=[world.draft.pk]), follow=True))


def test_a_draft_is_thrown_away(world: Any, sign_in: SignIn) -> None:
    client = sign_in("pic")
    assert "Draf kiriman dibuang" in text_of(client.post(reverse("batch_discard", args=[world.draft.pk]), follow=True))
    assert client.get(reverse("batch", args=[world.draft.pk])).status_code == 404


def test_an_operator_gives_a_reason_for_whole_numbers(world: Any, sign_in: SignIn) -> None:
    where = reverse("batch_workbook", args=[world.sent.pk])
    client = sign_in("operator")
    assert client.get(where).status_code == 403
    assert client.post(where, {"reason": "permintaan KC Bengkulu"}).status_code == 200
    trail = text_of(client.get(reverse("audit") + "?tindakan=opening"))
    assert "permintaan KC Bengkulu" in trail


def test_an_answer_adds_up(world: Any, sign_in: SignIn) -> None:
    client = sign_in("bpjs")
    stranger = factories.Worker(world.workers[0].person, "9901010101019999", None)
    data = factories.paid_answer(world.workers[1], stranger)
    given = {"file": SimpleUploadedFile("bayar.xlsx", data)}
    shown = text_of(client.post(reverse("batch_answer", args=[world.sent.pk]), given))
    assert "2 baris = 1 diterapkan + 0 tetap + 1 ditahan" in shown
    assert "1 baris jawaban ditahan" in shown
    assert stranger.nik not in shown


def test_an_unreadable_answer_changes_nothing(world: Any, sign_in: SignIn) -> None:
    client = sign_in("bpjs")
    where = reverse("batch_answer", args=[world.sent.pk])
    shown = text_of(client.post(where, {"file": SimpleUploadedFile("x.csv", b"Nama,Umur\nA,3\n")}, follow=True))
    assert "NIK" in shown
    assert "Belum ada berkas jawaban" in text_of(client.post(where, {}, follow=True))


def test_refused_rows_go_again(world: Any, sign_in: SignIn) -> None:
    client = sign_in("pic")
    where = reverse("batch_follow_up", args=[world.sent.pk])
    assert "Kiriman susulan disusun: 1 pekerja" in text_of(client.post(where, follow=True))
    assert "tidak berisi baris ditolak" in text_of(client.post(where, follow=True))


def test_batches_of_nobody_say_what_to_do_first(world: Any, sign_in: SignIn) -> None:
    agency = factories.make_agency("Kosong")
    client = Client()
    client.force_login(factories.make_user("pic", agency))
    assert "Susun kiriman pertama" in text_of(client.get(reverse("batches")))
    assert "Tidak ada yang tertinggal" in text_of(client.get(reverse("left_out")))
    assert "Belum ada yang perlu dilanjutkan" in text_of(client.get(reverse("continue")))
    assert "Belum ada tagihan" in text_of(client.get(reverse("bills")))
    assert "Belum ada pekerja" in text_of(client.get(reverse("people")))


@pytest.mark.parametrize("role", ["pic", "coordinator", "leader", "auditor", "bpjs", "donor", "operator"])
def test_every_way_on_from_the_first_page_is_open(world: Any, sign_in: SignIn, role: str) -> None:
    client = sign_in(role)
    ways = set(re.findall(r'<a [^>]*href="(/[^"]*)"', client.get(reverse("home")).content.decode()))
    assert len(ways) > 2
    assert {path: client.get(path.replace("&amp;", "&")).status_code for path in ways} == dict.fromkeys(ways, 200)


@pytest.mark.parametrize(("standing", "figure"), [("running", "workers"), ("member", "members")])
def test_a_figure_of_the_first_page_opens_as_many_people_as_it_counts(
    world: Any, sign_in: SignIn, standing: str, figure: str
) -> None:
    client = sign_in("pic")
    counted = client.get(reverse("home")).context["totals"][figure]
    assert client.get(reverse("people"), {"keadaan": standing}).context["count"] == counted


def test_a_search_keeps_the_standing_that_was_chosen(world: Any, sign_in: SignIn) -> None:
    answer = sign_in("pic").post(reverse("people"), {"cari": "pekerja", "keadaan": "member"})
    assert answer.headers["Location"] == f"{reverse('people')}?cari=pekerja&keadaan=member"


# Continuing


@pytest.fixture
def expiring(world: Any) -> list[Any]:
    return [
        factories.make_worker(
            world.agency, f"Pekerja Lanjut {letter}", state="member", start_month="2026-10-01", months=3, donor=world.donor
        )
        for letter in "ABCD"
    ]  # fmt: skip


def test_continuing_takes_one_word_per_worker(world: Any, sign_in: SignIn, expiring: list[Any]) -> None:
    from sertakan.sponsorship.models import Sponsorship

    other = factories.make_donor(world.agency, "Budi Rekaan", nip="198503152010011001")
    keys = [worker.sponsorship.pk for worker in expiring]
    client = sign_in("pic")
    page = client.get(reverse("continue"))
    assert "Pekerja Lanjut A" in text_of(page)
    assert "Budi Rekaan (NIP …1001)" in page.content.decode()
    given = {
        "months": "6", "agency": world.agency.pk,
        f"keadaan-{keys[0]}": "working",
        f"keadaan-{keys[1]}": "stopped", f"tanggal-{keys[1]}": "2026-11-20",
        f"keadaan-{keys[2]}": "died",
        f"keadaan-{keys[3]}": "new_donor", f"donatur-{keys[3]}": "Budi Rekaan (NIP …1001)",
    }  # fmt: skip
    shown = text_of(client.post(reverse("continue"), given, follow=True))
    assert "2 pekerja dilanjutkan dan 2 dihentikan" in shown
    fresh = {one.continues_id: one for one in Sponsorship.objects.filter(continues__in=keys)}
    assert fresh[keys[0]].months == 6
    assert str(fresh[keys[0]].start_month) == "2027-01-01"
    assert fresh[keys[3]].donor_id == other.pk
    assert Sponsorship.objects.get(pk=keys[1]).ended_on.isoformat() == "2026-11-20"
    assert Sponsorship.objects.get(pk=keys[2]).end_reason == "died"


@pytest.mark.parametrize(
    ("answer", "more", "said"),
    [("new_donor", {"donatur": "Siapa"}, "Pilih seorang donatur"), ("died", {"tanggal": "kemarin"}, "Tulis seperti 2026-11-23"),
     ("hilang", {}, "tidak dikenal")],
)  # fmt: skip
def test_a_word_that_cannot_be_read_saves_nothing(
    world: Any, sign_in: SignIn, expiring: list[Any], answer: str, more: dict[str, str], said: str
) -> None:
    from sertakan.sponsorship.models import Sponsorship

    first, second = (worker.sponsorship.pk for worker in expiring[:2])
    given = {"months": "3", f"keadaan-{first}": "working", f"keadaan-{second}": answer}
    given |= {f"{name}-{second}": value for name, value in more.items()}
    response = sign_in("pic").post(reverse("continue"), given)
    assert response.status_code == 422
    assert said in text_of(response)
    assert not Sponsorship.objects.filter(continues__in=[first, second]).exists()


# Bills


def test_a_bill_shows_the_change_of_rate_with_its_reason(world: Any, sign_in: SignIn) -> None:
    shown = text_of(sign_in("pic").get(reverse("bill", args=[world.bill.pk])))
    assert "Perubahan tarif mulai Januari 2027" in shown
    assert "Rp8.400" in shown
    assert "Rp16.800" in shown
    assert "+8.400" in shown
    assert "PP 50/2025" in shown
    assert "Jumat, 15 Januari 2027" in shown
    assert "Ratna Rekaan" in shown


def test_bills_are_made_once_and_the_same_again_changes_nothing(world: Any, sign_in: SignIn) -> None:
    client = sign_in("coordinator")
    first = text_of(client.post(reverse("bill_make"), {"month": "2026-12"}, follow=True))
    assert "tagihan Desember 2026 siap" in first
    again = text_of(client.post(reverse("bill_make"), {"month": "2026-12"}, follow=True))
    assert "tidak ada yang berubah" in again


@pytest.mark.parametrize("month", ["", "2026-13", "kapan"])
def test_bills_need_a_month(world: Any, sign_in: SignIn, month: str) -> None:
    shown = text_of(sign_in("coordinator").post(reverse("bill_make"), {"month": month}, follow=True))
    assert "Belum ada tagihan yang dibuat" in shown


def test_bills_of_a_month_before_the_law_are_refused(world: Any, sign_in: SignIn) -> None:
    page = sign_in("coordinator").post(reverse("bill_make"), {"month": "2010-01"}, follow=True)
    assert page.status_code == 200
    assert 'role="alert"' in page.content.decode()


def test_a_pic_makes_bills_of_the_own_agency_only(world: Any, sign_in: SignIn) -> None:
    given = {"month": "2026-12", "agency": world.other.pk}
    page = sign_in("pic").post(reverse("bill_make"), given, follow=True)
    assert page.context["bill"].agency_id == world.agency.pk


def test_a_bill_goes_out_only_for_a_confirmed_month(world: Any, sign_in: SignIn) -> None:
    where = reverse("bill_issue", args=[world.bill.pk])
    refused = text_of(sign_in("pic").post(where, follow=True))
    assert "belum mengonfirmasi" in refused
    confirmed = sign_in("operator").post(
        reverse("bill_confirm"), {"month": "2027-01", "note": "surat BPJS"}, follow=True
    )
    assert "dikonfirmasi" in text_of(confirmed)
    assert "surat BPJS" in text_of(confirmed)
    issued = text_of(sign_in("pic").post(where, follow=True))
    assert "Tagihan diterbitkan" in issued
    assert "sudah diterbitkan" in text_of(sign_in("pic").post(where, follow=True))


def test_a_donor_gets_a_slip_and_nobody_elses(world: Any, sign_in: SignIn) -> None:
    client = sign_in("pic")
    slip = client.get(reverse("donor_slip", args=[world.bill.pk, world.donor.pk]))
    assert slip.content.startswith(b"%PDF")
    assert client.get(reverse("donor_slip", args=[world.bill.pk, 10**9])).status_code == 404


def test_the_auditor_makes_no_bill(world: Any, sign_in: SignIn) -> None:
    page = sign_in("auditor").get(reverse("bills")).content.decode()
    assert reverse("bill_make") not in page


# Trail


def test_the_trail_is_told_in_words_and_filtered_by_the_address(world: Any, sign_in: SignIn) -> None:
    client = sign_in("auditor")
    where = reverse("audit")
    assert "Mengunci dan mengirim kiriman" in text_of(client.get(f"{where}?tindakan=sponsorship.batch_sent"))
    page = client.get(f"{where}?tindakan=sponsorship.batch_sent&opd={world.other.pk}")
    assert "Tidak ada yang cocok" in text_of(page)
    assert "Tidak ada yang cocok" in text_of(client.get(f"{where}?sampai=2020-01-01"))
    assert client.get(f"{where}?dari=x&opd=y&tindakan=z&halaman=999").status_code == 200


def test_every_action_in_the_trail_has_its_words(world: Any) -> None:
    from sertakan.core.models import AuditEvent
    from sertakan.programme.trail import ACTIONS

    assert set(AuditEvent.objects.values_list("action", flat=True)) - ACTIONS.keys() == set()


def test_every_action_written_has_its_words() -> None:
    from pathlib import Path

    import sertakan
    from sertakan.programme.trail import ACTIONS

    written: set[str] = set()
    for path in Path(sertakan.__file__).parent.rglob("*.py"):
        written |= set(re.findall(r"audit\.record\(\s*\"([a-z_.]+)\"", path.read_text()))
    assert written - ACTIONS.keys() == set()


# Pages of others that take part in every list above


def test_the_row_editor_opens_for_a_held_row(world: Any, sign_in: SignIn) -> None:
    where = reverse("row", args=[world.file.pk, 0, 3])
    assert sign_in("pic").get(where).status_code == 200
    assert sign_in("bpjs").get(where).status_code == 403
    assert sign_in("other_pic").get(where).status_code == 404


def test_the_number_of_a_person_is_shown_for_a_reason(world: Any, sign_in: SignIn) -> None:
    where = reverse("person_number", args=[world.workers[0].person.pk])
    client = sign_in("pic")
    shown = client.post(where, {"reason": "mencocokkan dengan KTP"})
    assert world.workers[0].nik in shown.content.decode()
    assert world.workers[0].nik not in client.post(where, {"reason": ""}, follow=True).content.decode()


def test_the_rules_are_open_to_everybody(world: Any, sign_in: SignIn) -> None:
    assert sign_in("").get(reverse("rules")).status_code == 200
    assert sign_in("").get(reverse("rules") + "?month=2010-01&income=x").status_code == 200


def test_the_style_page_wants_a_sign_in_outside_a_demonstration(world: Any, sign_in: SignIn, settings: Any) -> None:
    settings.SERTAKAN_DEMO = settings.DEBUG = False
    for name in ("style", "style_work"):
        assert sign_in("").get(reverse(name)).status_code == 302
        assert sign_in("pic").get(reverse(name)).status_code == 200


def test_a_user_without_a_role_sees_nobody(world: Any) -> None:
    client = Client()
    client.force_login(factories.make_user())
    assert client.get(reverse("home")).status_code == 200
    assert client.get(reverse("people")).status_code == 403


@pytest.mark.parametrize("role", ["pic", "donor", "coordinator", "bpjs", "leader", "auditor", "operator"])
def test_every_door_of_the_navigation_opens(world: Any, sign_in: SignIn, role: str) -> None:
    client = sign_in(role)
    entries = client.get(reverse("home")).context["navigation"]
    assert 0 < len(entries) <= 7
    for entry in entries:
        assert client.get(entry["url"]).status_code == 200, entry["url"]
