"""Pages of meetings, actions, letters, reports and evidence: whom they open for, and what can be done on them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from sertakan.core.clock import WIB
from sertakan.core.scope import SYSTEM, acting
from sertakan.evidence import services as evidence
from sertakan.letters.models import Letter, Template
from sertakan.meetings import queries, services
from sertakan.meetings.models import Action, Attendance, Meeting

SignIn = Callable[[str], Client]


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def do(client: Client, meeting: Meeting, act: str, **given: Any) -> Any:
    return client.post(reverse("meeting_act", args=[meeting.pk, act]), given, follow=True)


@pytest.fixture
def meeting(world: Any) -> Meeting:
    """A meeting to which only the world's own agency is invited."""
    with acting(SYSTEM, reason="uji"):
        made = services.plan(title="Rapat Rekaan", starts_at=datetime(2026, 11, 23, 9, tzinfo=WIB), place="Aula Rekaan")
        services.add_topic(made.pk, title="Pokok rekaan")
        services.invite(made.pk, agency_ids=[world.agency.pk])
    return made


@pytest.fixture
def kept(world: Any) -> Any:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "PNG")
    with acting(SYSTEM, reason="uji"):
        return evidence.keep(out.getvalue(), name="foto.png", agency_id=world.agency.pk, about=("uji", 1))


def addresses(meeting: Meeting, kept: Any) -> dict[str, str]:
    letter = meeting.invitations.first()
    assert letter is not None
    number = letter.letter_id
    return {
        "meetings": reverse("meetings"), "meeting": reverse("meeting", args=[meeting.pk]),
        "meeting_live": reverse("meeting_live", args=[meeting.pk]),
        "actions": reverse("actions"), "letters": reverse("letters"), "letter": reverse("letter", args=[number]),
        "letter_file": reverse("letter_file", args=[number, "pdf"]), "evidence": reverse("evidence", args=[kept.pk]),
        "evidence_page": reverse("evidence_page", args=[kept.pk, 1]), "evidence_file": reverse("evidence_file", args=[kept.pk]),
    }  # fmt: skip


@pytest.mark.parametrize("role", ["pic", "coordinator", "leader", "auditor", "operator"])
def test_pages_open_for_readers(world: Any, sign_in: SignIn, meeting: Meeting, kept: Any, role: str) -> None:
    client = sign_in(role)
    for name, where in addresses(meeting, kept).items():
        assert client.get(where).status_code == 200, name
    assert client.get(reverse("reports")).status_code == (403 if role == "pic" else 200)


@pytest.mark.parametrize("role", ["donor", "bpjs"])
def test_pages_say_who_can_to_others(world: Any, sign_in: SignIn, meeting: Meeting, kept: Any, role: str) -> None:
    client = sign_in(role)
    for name, where in addresses(meeting, kept).items():
        assert client.get(where).status_code == 403, name
    assert Client().get(reverse("meetings")).status_code == 302


def test_another_agency_finds_nothing(world: Any, sign_in: SignIn, meeting: Meeting, kept: Any) -> None:
    client = sign_in("other_pic")
    for name, where in addresses(meeting, kept).items():
        status = client.get(where).status_code
        assert status == (200 if name in ("meetings", "actions", "letters") else 404), name
    assert "Rapat Rekaan" not in text_of(client.get(reverse("meetings")))


@pytest.mark.parametrize("role", ["pic", "leader", "auditor"])
def test_who_reads_may_not_write(world: Any, sign_in: SignIn, meeting: Meeting, role: str) -> None:
    client = sign_in(role)
    with acting(SYSTEM, reason="uji"):
        services.open_meeting(meeting.pk)
        decision = services.add_decision(
            meeting.pk, text="Mencetak", agency_ids=[world.agency.pk], due_on=date(2027, 1, 1), measure="lembar"
        )
    action = decision.actions.get()
    for where in (
        reverse("meeting_new"), reverse("meeting_act", args=[meeting.pk, "susun"]), reverse("action_act", args=[action.pk]),
        reverse("report_make"), reverse("letter_office"), reverse("letter_template", args=["recap"]),
    ):  # fmt: skip
        assert client.post(where, {"apa": "selesai", "catatan": "x"}).status_code == 403, where
    assert Action.objects.get(pk=action.pk).state == "open"
    assert client.get(reverse("meeting_paper", args=[meeting.pk])).status_code == 403
    assert "Susun" not in text_of(client.get(reverse("meeting", args=[meeting.pk])))


def test_acts_are_not_done_by_opening_their_address(world: Any, sign_in: SignIn, meeting: Meeting) -> None:
    client = sign_in("coordinator")
    for where in (
        reverse("meeting_new"),
        reverse("meeting_act", args=[meeting.pk, "tutup"]),
        reverse("action_act", args=[1]),
        reverse("report_make"),
    ):
        assert client.get(where).status_code == 405
    assert client.post(reverse("meeting_act", args=[meeting.pk, "apa"])).status_code == 404


def test_a_whole_meeting_on_its_page(world: Any, sign_in: SignIn) -> None:
    client = sign_in("coordinator")
    given = {
        "nama": "Rapat bulanan",
        "hari": "2026-11-23",
        "jam": "09:00",
        "tempat": "Aula",
        "ulang": "1",
        "pemimpin": "Pemimpin Rekaan",
    }
    page = client.post(reverse("meeting_new"), given, follow=True)
    made: Meeting = page.context["meeting"]
    assert "Rapat direncanakan" in text_of(page)
    assert "Acara disusun" in text_of(do(client, made, "susun"))
    assert "Pokok bahasan ditambahkan" in text_of(do(client, made, "pokok", pokok="Sosialisasi"))
    assert "Undangan ditulis" in text_of(do(client, made, "undang"))
    assert "sudah diundang" in text_of(do(client, made, "undang"))
    assert "Rapat dibuka" in text_of(do(client, made, "buka"))
    assert "Kehadiran dicatat" in text_of(do(client, made, "hadir", nama="Tamu Rekaan", opd=world.agency.pk))
    assert "Notula disimpan" in text_of(do(client, made, "notula", notula="Dibuka pukul 09.00.", versi="0"))
    page = do(
        client,
        made,
        "putus",
        isi="Mencetak brosur",
        opd=[world.agency.pk, world.other.pk],
        tenggat="2027-01-15",
        ukuran="100 lembar",
    )
    assert "Keputusan dicatat" in text_of(page)
    assert "isinya belum ditulis" in text_of(
        do(client, made, "putus", isi="", opd=[world.agency.pk], tenggat="2027-01-15", ukuran="x")
    )
    assert "Rapat ditutup" in text_of(do(client, made, "tutup"))
    assert Action.objects.filter(decision__meeting=made).count() == 2
    shown = text_of(client.get(reverse("actions")))
    assert "Mencetak brosur" in shown
    assert "100 lembar" in shown
    action = Action.objects.filter(decision__meeting=made).first()
    assert action is not None
    page = client.post(
        reverse("action_act", args=[action.pk]), {"apa": "selesai", "catatan": "sudah dicetak"}, follow=True
    )
    assert "Tindakan selesai" in text_of(page)
    again = client.post(reverse("meeting_new"), {"rangkaian": made.series_id}, follow=True)
    assert again.context["meeting"].starts_at.astimezone(WIB).date() == date(2026, 12, 23)
    assert again.context["meeting"].starts_at.astimezone(WIB).timetz().replace(tzinfo=None) == time(9)


def test_what_the_second_writer_wrote_stays_on_the_page(world: Any, sign_in: SignIn, meeting: Meeting) -> None:
    client, other = sign_in("coordinator"), sign_in("operator")
    do(client, meeting, "buka")
    do(other, meeting, "notula", notula="Tulisan operator", versi="0")
    page = do(client, meeting, "notula", notula="Tulisan koordinator", versi="0")
    assert page.status_code == 409
    shown = text_of(page)
    assert "Orang lain menyimpan lebih dulu" in shown
    assert "Tulisan koordinator" in shown
    assert "Tulisan operator" in shown
    assert 'name="versi" value="1"' in page.content.decode()


# The screen and the phones


def test_the_screen_stands_where_its_address_says(world: Any, sign_in: SignIn, meeting: Meeting) -> None:
    client = sign_in("coordinator")
    where = reverse("meeting_live", args=[meeting.pk])
    first = client.get(where).content.decode()
    assert 'data-key="ArrowRight"' in first
    assert "data:image/svg+xml" not in first  # not open yet
    do(client, meeting, "buka")
    assert "data:image/svg+xml" in client.get(where).content.decode()
    assert "1. Pokok rekaan" in text_of(client.get(f"{where}?butir=1"))
    assert "Yang kita kerjakan" in text_of(client.get(f"{where}?butir=999"))
    assert client.get(f"{where}?butir=x").status_code == 200
    assert client.get(f"{where}?hitung=1").content.decode() == "0 orang hadir"
    assert "/hadir/" not in sign_in("pic").get(where).content.decode()


def test_a_phone_says_that_somebody_is_there(world: Any, sign_in: SignIn, meeting: Meeting) -> None:
    do(sign_in("coordinator"), meeting, "buka")
    where = reverse("attend", args=[queries.attendance_token(Meeting.objects.get(pk=meeting.pk))])
    phone = Client()
    page = phone.get(where)
    assert page.status_code == 200
    assert page["X-Robots-Tag"].startswith("noindex")
    assert "tercatat hadir" in text_of(phone.post(where, {"nama": "Peserta Rekaan", "opd": world.agency.pk}))
    assert "sudah tercatat" in text_of(phone.post(where, {"nama": "Peserta Rekaan", "opd": world.agency.pk}))
    assert "Tulis nama Anda" in text_of(phone.post(where, {"nama": ""}))
    assert Attendance.objects.filter(meeting=meeting).count() == 1
    do(sign_in("coordinator"), meeting, "tutup")
    closed = phone.post(where, {"nama": "Terlambat Rekaan"})
    assert closed.status_code == 409
    assert "selama rapat berlangsung" in text_of(closed)
    assert phone.get("/hadir/1-palsu~x/").status_code == 404


def test_phones_are_slowed_down(world: Any, sign_in: SignIn, meeting: Meeting) -> None:
    from django.core.cache import cache

    cache.clear()
    phone = Client(REMOTE_ADDR="203.0.113.77")
    codes = [phone.get("/hadir/1-palsu~x/").status_code for _ in range(32)]
    assert codes[0] == 404
    assert codes[-1] == 429
    cache.clear()


# Letters


def test_words_are_changed_in_a_form_with_a_preview(world: Any, sign_in: SignIn) -> None:
    client = sign_in("coordinator")
    where = reverse("letter_template", args=["reminder_before"])
    page = client.get(where)
    assert "data:image/png;base64," in page.content.decode()
    assert "{opd}" in text_of(page)
    given = {
        "versi": "0",
        "hal": "Hal {opd}",
        "pembuka": "Pembuka",
        "isi": "Satu\n\nDua {salah}",
        "jabatan": "Kepala",
        "tembusan": "Arsip",
    }
    wrong = client.post(where, given)
    assert wrong.status_code == 400
    assert "Isi, alinea 2" in text_of(wrong)
    assert "Dua {salah}" in wrong.content.decode()
    fragment = client.post(where, given | {"isi": "Satu"}, headers={"HX-Request": "true"})
    assert "<h1" not in fragment.content.decode()
    assert "data:image/png" in fragment.content.decode()
    assert not Template.objects.exists()
    assert "versi 1" in text_of(client.post(where, given | {"isi": "Satu"}, follow=True))
    late = client.post(where, given | {"isi": "Lain"})
    assert late.status_code == 409
    assert client.get(reverse("letter_template", args=["apa"])).status_code == 404


def test_the_letterhead_is_changed_for_the_next_letter(world: Any, sign_in: SignIn) -> None:
    client = sign_in("coordinator")
    given = {
        "government": "Pemerintah Provinsi Rekaan",
        "name": "Dinas Rekaan",
        "place": "Kota Rekaan",
        "number_form": "{urut}/{tanda}/{tahun}",
    }
    assert "Kepala surat disimpan" in text_of(client.post(reverse("letter_office"), given, follow=True))
    wrong = client.post(reverse("letter_office"), given | {"number_form": "{x}/{urut}"})
    assert wrong.status_code == 400
    assert "Bentuk nomor" in text_of(wrong)


def test_a_letter_is_shown_as_pictures_and_as_words(world: Any, sign_in: SignIn, meeting: Meeting) -> None:
    letter = Letter.objects.get(about_kind="meetings.meeting", about_id=meeting.pk)
    client = sign_in("leader")
    page = client.get(reverse("letter", args=[letter.pk]))
    assert page.content.decode().count("data:image/png;base64,") == 1
    assert "Pokok rekaan" in text_of(page)
    for ending, beginning in (("pdf", b"%PDF"), ("docx", b"PK")):
        saved = client.get(reverse("letter_file", args=[letter.pk, ending]))
        assert saved.content.startswith(beginning)
        assert "attachment" in saved["Content-Disposition"]
    assert client.get(reverse("letter_file", args=[letter.pk, "xlsx"])).status_code == 404
    assert client.get(reverse("letter_file", args=[letter.pk, "exe"])).status_code == 404


def test_evidence_is_handed_out_as_what_it_is(world: Any, sign_in: SignIn, kept: Any) -> None:
    client = sign_in("pic")
    picture = client.get(reverse("evidence_page", args=[kept.pk, 1]))
    assert picture["Content-Type"] == "image/png"
    assert picture["X-Content-Type-Options"] == "nosniff"
    assert picture.content.startswith(b"\x89PNG")
    saved = client.get(reverse("evidence_file", args=[kept.pk]))
    assert saved["Content-Disposition"] == f'attachment; filename="bukti-{kept.pk}.png"'
    assert client.get(reverse("evidence_page", args=[kept.pk, 2])).status_code == 404


# Reports


def test_a_report_that_cannot_be_made_says_why(world: Any, sign_in: SignIn) -> None:
    client = sign_in("coordinator")
    for given in (
        {"jenis": "monthly_report", "bulan": ""},
        {"jenis": "yearly_report", "tahun": "x"},
        {"jenis": "recap", "bulan": "2010-01"},
    ):
        page = client.post(reverse("report_make"), given, follow=True)
        assert 'role="alert"' in page.content.decode()
    assert not Letter.objects.filter(kind__in=["monthly_report", "yearly_report", "recap"]).exists()
