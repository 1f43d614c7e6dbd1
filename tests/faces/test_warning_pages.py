"""The pages of warnings and notices: what they say, whom they open for, and what a click does."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from members import Office
from sertakan.core.scope import SYSTEM
from sertakan.notices.models import Notice
from sertakan.programme import guard

SignIn = Callable[[str], Client]
EVENING, MORNING = "2026-11-23T13:30:00+00:00", "2026-11-23T02:00:00+00:00"  # 20.30 and 09.00 WIB


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture(autouse=True)
def morning() -> Any:
    """It is nine o'clock on a Monday: no quiet hours."""
    import time_machine

    with time_machine.travel(MORNING, tick=True) as now:
        yield now


@pytest.fixture
def told(world: Any) -> Any:
    """A worker of the agency who lapses next week, one with a month in arrears, one of another agency; and the guard has run."""
    office = Office(world.agency)
    office.member(paid="2026-01..2026-08", name="Sulastri Rekaan", donor=world.donor, state="member")
    office.member(paid="2026-01..2026-10", name="=Budi Rekaan", donor=world.donor, state="member")
    Office(world.other).member(paid="2026-01..2026-10", name="Orang Lain Rekaan", state="member")
    user = world.user("pic")
    type(user).objects.filter(pk=user.pk).update(email="pic@contoh.id")
    return guard.run(SYSTEM)


def test_nothing_to_warn_of_is_said_calmly(world: Any, sign_in: SignIn) -> None:
    shown = text_of(sign_in("pic").get(reverse("warnings")))
    assert "Tidak ada perlindungan yang terancam" in shown
    assert "Tidak ada pesan yang menunggu" in text_of(sign_in("pic").get(reverse("warning_messages")))
    assert "Belum ada peringatan" in text_of(sign_in("pic").get(reverse("warnings_afterwards")))
    assert "Belum ada pemberitahuan" in text_of(sign_in("pic").get(reverse("notices")))


def test_the_most_pressing_comes_first_and_says_what_is_lost(told: Any, sign_in: SignIn) -> None:
    shown = text_of(sign_in("pic").get(reverse("warnings")))
    assert "1 pekerja kehilangan perlindungan bila tidak dibayar paling lambat Senin, 30 November 2026" in shown
    assert "Sulastri Rekaan" in shown
    assert "Rp0, bukan Rp42.000.000" in shown
    assert "Menunggak 1 bulan 1" in shown
    assert "Orang Lain" not in shown


def test_another_kind_is_a_tab_away_and_keeps_the_danger_in_sight(told: Any, sign_in: SignIn) -> None:
    shown = text_of(sign_in("pic").get(reverse("warnings"), {"jenis": "arrears_1"}))
    assert "=Budi Rekaan" in shown
    assert "Rp10.000.000, bukan Rp42.000.000" in shown
    assert "Lihat siapa" in shown


def test_the_coordinator_sees_all_agencies_and_one_by_choice(told: Any, world: Any, sign_in: SignIn) -> None:
    client = sign_in("coordinator")
    shown = text_of(client.get(reverse("warnings"), {"jenis": "arrears_1"}))
    assert "=Budi Rekaan" in shown
    assert "Orang Lain Rekaan" in shown
    one = text_of(client.get(reverse("warnings"), {"jenis": "arrears_1", "opd": world.other.pk}))
    assert "=Budi" not in one


def test_an_unknown_kind_shows_the_most_pressing(told: Any, sign_in: SignIn) -> None:
    assert "Sulastri" in text_of(sign_in("pic").get(reverse("warnings"), {"jenis": "' OR 1=1", "opd": "x"}))


def test_no_page_shows_a_personal_number(told: Any, world: Any, sign_in: SignIn) -> None:
    for name in ("warnings", "warning_messages", "warnings_afterwards", "notices"):
        assert not re.search(r"\d{16}", sign_in("pic").get(reverse(name)).content.decode())


def test_the_workbook_and_the_lines_hold_the_rows_and_no_formula(told: Any, sign_in: SignIn) -> None:
    client = sign_in("pic")
    answer = client.get(reverse("warnings_file"), {"jenis": "arrears_1"})
    assert "attachment" in answer["Content-Disposition"]
    sheet = openpyxl.load_workbook(BytesIO(answer.content)).active
    row = next(iter(sheet.iter_rows(min_row=4, max_row=4)))
    assert (row[1].value, row[1].data_type, row[8].value) == ("=Budi Rekaan", "s", 42_000_000)
    assert sheet.max_row == 4
    lines = client.get(reverse("warnings_file"), {"bentuk": "csv"}).content.decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert any(";'=Budi Rekaan;" in line for line in lines)


def test_a_ready_message_opens_whatsapp_with_its_text_and_is_noted(told: Any, sign_in: SignIn) -> None:
    client = sign_in("pic")
    shown = text_of(client.get(reverse("warning_messages")))
    assert "Ratna Rekaan" in shown
    assert "Orang Lain" not in shown
    worker = Notice.objects.get(recipient_kind="person")
    answer = client.post(reverse("notice_open", args=[worker.pk]))
    assert "https://wa.me/6281200" in answer.content.decode()
    assert 'http-equiv="refresh"' in answer.content.decode()
    worker.refresh_from_db()
    assert (worker.state, worker.sent_label) == ("sent", "Uji pic")
    left = client.get(reverse("warning_messages")).content.decode()
    assert reverse("notice_open", args=[worker.pk]) not in left


def test_in_quiet_hours_the_button_waits(told: Any, sign_in: SignIn, morning: Any) -> None:
    morning.move_to(EVENING)
    client = sign_in("pic")
    page = client.get(reverse("warning_messages"))
    assert "Jam tenang sampai 24 November 2026, 07.00 WIB" in text_of(page)
    assert b'<button class="button" type="submit" aria-label' not in page.content
    notice = Notice.objects.filter(channel="whatsapp", state="waiting").first()
    answer = client.post(reverse("notice_open", args=[notice.pk]), follow=True)
    assert "Sekarang jam tenang" in text_of(answer)


def test_a_message_of_another_agency_is_not_there(told: Any, world: Any, sign_in: SignIn) -> None:
    notice = Notice.objects.filter(channel="whatsapp", agency=world.agency).first()
    assert sign_in("other_pic").post(reverse("notice_open", args=[notice.pk])).status_code == 404
    assert sign_in("auditor").post(reverse("notice_open", args=[notice.pk])).status_code == 403


def test_the_bell_counts_and_the_list_is_read_one_by_one_or_all_at_once(told: Any, world: Any, sign_in: SignIn) -> None:
    client = sign_in("pic")
    assert "Pemberitahuan: 2 baru" in client.get(reverse("home")).content.decode()
    first = Notice.objects.filter(channel="inapp", recipient_id=world.user("pic").pk).first()
    answer = client.post(reverse("notice_read", args=[first.pk]))
    assert answer["Location"] == first.link
    assert "Pemberitahuan: 1 baru" in client.get(reverse("home")).content.decode()
    assert "1 pemberitahuan ditandai dibaca" in text_of(client.post(reverse("notices_read"), follow=True))
    assert "Semua sudah dibaca" in text_of(client.get(reverse("notices"), {"tampil": "baru"}))


def test_somebody_elses_notice_is_not_there(told: Any, world: Any, sign_in: SignIn) -> None:
    notice = Notice.objects.filter(channel="inapp", recipient_id=world.user("pic").pk).first()
    for role in ("coordinator", "other_pic", "operator"):
        assert sign_in(role).post(reverse("notice_read", args=[notice.pk])).status_code == 404


def test_the_operator_sees_that_no_mail_server_is_set_and_what_waits(told: Any, sign_in: SignIn) -> None:
    shown = text_of(sign_in("operator").get(reverse("mail")))
    assert "Server surat belum diatur" in shown
    assert "Uji pic" in shown
    assert "pic@contoh.id" not in shown
    assert sign_in("pic").get(reverse("mail")).status_code == 403


def test_a_failed_letter_is_shown_with_its_reason_and_tried_again(told: Any, sign_in: SignIn) -> None:
    letter = Notice.objects.filter(channel="email").first()
    Notice.objects.filter(pk=letter.pk).update(state="failed", last_error="550 no such user", attempts=1)
    client = sign_in("operator")
    assert "550 no such user" in text_of(client.get(reverse("mail")))
    assert "Surat itu dicoba lagi" in text_of(client.post(reverse("mail_again", args=[letter.pk]), follow=True))
    assert sign_in("pic").post(reverse("mail_again", args=[letter.pk])).status_code == 403


def test_what_came_of_the_warnings_is_told_in_numbers(
    told: Any, world: Any, sign_in: SignIn, monkeypatch: Any, morning: Any
) -> None:
    monkeypatch.setenv("SERTAKAN_TODAY", "2026-12-01")
    guard.run(SYSTEM)
    shown = text_of(sign_in("pic").get(reverse("warnings_afterwards")))
    assert "Segera berhenti November 2026 1 1 0 0 0 1 0" in shown
    assert "Ada yang berhenti" in shown


@pytest.mark.parametrize("name", ["warnings", "warning_messages", "warnings_afterwards", "notices"])
def test_a_list_needs_few_statements(
    told: Any, world: Any, sign_in: SignIn, django_assert_max_num_queries: Any, name: str
) -> None:
    for number in range(12):
        Office(world.agency).member(paid="2026-01..2026-10", name=f"Orang {number}", donor=world.donor, state="member")
    guard.run(SYSTEM)
    client = sign_in("coordinator")
    with django_assert_max_num_queries(24):
        assert client.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", ["notice_read", "notice_open", "mail_again"])
def test_an_act_is_not_done_by_opening_its_address(world: Any, sign_in: SignIn, name: str) -> None:
    assert sign_in("operator").get(reverse(name, args=[1])).status_code == 405
