"""On the pages of a meeting and of an action: what shows them, what is refused at its form, what is opened again, what is called off."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from sertakan.core.clock import WIB
from sertakan.core.scope import SYSTEM, acting
from sertakan.evidence.models import Evidence
from sertakan.letters.models import Letter
from sertakan.meetings import services
from sertakan.meetings.models import Action, Meeting, Series

SignIn = Callable[[str], Client]
TODAY = datetime(2026, 11, 23, 9, tzinfo=WIB)


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def photo(name: str = "foto.png") -> SimpleUploadedFile:
    """A picture of its own for each name."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (sum(map(ord, name)) % 256, 90, 120)).save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/png")


def script() -> SimpleUploadedFile:
    return SimpleUploadedFile(
        "foto.png", b"<svg xmlns='http://www.w3.org/2000/svg'><script>x</script></svg>", "image/png"
    )


def do(client: Client, meeting: Meeting, act: str, **given: Any) -> Any:
    return client.post(reverse("meeting_act", args=[meeting.pk, act]), given, follow=True)


@pytest.fixture
def meeting(world: Any) -> Meeting:
    """A meeting under way; both agencies act on its decision, the world's own one was invited."""
    with acting(SYSTEM, reason="uji"):
        made = services.plan(title="Rapat Rekaan", starts_at=TODAY, place="Aula Rekaan")
        services.invite(made.pk, agency_ids=[world.agency.pk])
        services.open_meeting(made.pk)
        services.add_decision(
            made.pk,
            text="Mencetak brosur",
            agency_ids=[world.agency.pk, world.other.pk],
            due_on=date(2027, 1, 5),
            measure="lembar",
        )
    return made


@pytest.fixture
def action(world: Any, meeting: Meeting) -> Action:
    return Action.objects.get(agency=world.agency)


# What shows a meeting


def test_photos_of_a_meeting_are_kept_and_seen_by_who_may(world: Any, sign_in: SignIn, meeting: Meeting) -> None:
    client = sign_in("coordinator")
    assert "Foto dan surat rapat disimpan" in text_of(
        do(client, meeting, "bukti", bukti=[photo("ruang.png"), photo("hadir.png")])
    )
    assert "Foto dan surat rapat disimpan" in text_of(
        do(client, meeting, "bukti", bukti=photo("bersama.png"), semua_opd="1")
    )
    inner, _second, shared = Evidence.objects.filter(about_kind="meeting", about_id=meeting.pk).order_by("id")
    page = client.get(reverse("meeting", args=[meeting.pk])).content.decode()
    assert reverse("evidence_page", args=[inner.pk, 1]) in page
    officer = sign_in("pic")
    shown = text_of(officer.get(reverse("meeting", args=[meeting.pk])))
    assert "bersama.png" in shown
    assert "ruang.png" not in shown
    assert officer.get(reverse("evidence", args=[inner.pk])).status_code == 404
    assert officer.get(reverse("evidence", args=[shared.pk])).status_code == 200
    do(client, meeting, "tutup")
    assert "disimpan" in text_of(do(client, meeting, "bukti", bukti=photo()))
    assert officer.post(reverse("meeting_act", args=[meeting.pk, "bukti"]), {"bukti": photo()}).status_code == 403


def test_a_refused_photo_is_said_at_the_form_and_none_is_kept(world: Any, sign_in: SignIn, meeting: Meeting) -> None:
    client = sign_in("coordinator")
    for files, status in (([script()], 415), ([photo(), script()], 415), ([], 400), ([photo() for _ in range(6)], 400)):
        page = do(client, meeting, "bukti", bukti=files, semua_opd="1")
        assert page.status_code == status
        assert 'role="alert"' in page.content.decode()
        assert re.search(r'name="semua_opd" value="1" checked', page.content.decode())
    assert not Evidence.objects.filter(about_kind="meeting").exists()


# An action and what shows it


def test_the_officer_of_the_agency_shows_what_was_done_and_closes_nothing(
    world: Any, sign_in: SignIn, meeting: Meeting, action: Action
) -> None:
    where, act = reverse("action", args=[action.pk]), reverse("action_act", args=[action.pk])
    officer, other = sign_in("pic"), sign_in("other_pic")
    assert "Tutup tindakan" not in text_of(officer.get(where))
    assert "Bukti disimpan" in text_of(officer.post(act, {"apa": "bukti", "bukti": photo("cetak.png")}, follow=True))
    assert "cetak.png" in text_of(sign_in("auditor").get(where))
    refused = officer.post(act, {"apa": "bukti", "bukti": script()})
    assert refused.status_code == 415
    assert "Belum disimpan" in text_of(refused)
    for what in ("selesai", "batal", "buka"):
        assert (
            officer.post(act, {"apa": what, "catatan": "x", "alasan": "x", "tenggat": "2027-02-01"}).status_code == 403
        )
    assert other.get(where).status_code == 404
    assert other.post(act, {"apa": "bukti", "bukti": photo()}).status_code == 404
    assert sign_in("leader").post(act, {"apa": "bukti", "bukti": photo()}).status_code == 403
    assert officer.post(act, {"apa": "lain"}).status_code == 404
    assert Evidence.objects.filter(about_kind="action").count() == 1
    assert Action.objects.get(pk=action.pk).state == "open"


def test_who_acts_without_having_been_invited_finds_its_action(world: Any, sign_in: SignIn, meeting: Meeting) -> None:
    own = Action.objects.get(agency=world.other)
    client = sign_in("other_pic")
    assert "Mencetak brosur" in text_of(client.get(reverse("actions")))
    shown = text_of(client.get(reverse("action", args=[own.pk])))
    assert "Diputuskan Mencetak brosur" in shown
    assert "Rapat Rekaan" not in shown


def test_an_action_is_closed_with_what_shows_it_or_stays_open_with_what_was_typed(
    world: Any, sign_in: SignIn, action: Action
) -> None:
    client, act = sign_in("coordinator"), reverse("action_act", args=[action.pk])
    refused = client.post(act, {"apa": "selesai", "catatan": "100 lembar dibagikan", "bukti": script()})
    assert refused.status_code == 415
    assert 'value="100 lembar dibagikan"' in refused.content.decode()
    assert client.post(act, {"apa": "selesai", "catatan": " "}).status_code == 400
    action.refresh_from_db()
    assert (action.state, Evidence.objects.filter(about_kind="action").exists()) == ("open", False)
    done = client.post(
        act, {"apa": "selesai", "catatan": "100 lembar dibagikan", "bukti": photo("serah.png")}, follow=True
    )
    shown = text_of(done)
    assert "Tindakan selesai" in shown
    assert "100 lembar dibagikan" in shown
    assert "serah.png" in shown


def test_a_done_action_is_opened_again_with_a_reason_that_stays_to_be_read(
    world: Any, sign_in: SignIn, action: Action
) -> None:
    client, act = sign_in("coordinator"), reverse("action_act", args=[action.pk])
    client.post(act, {"apa": "selesai", "catatan": "dibagikan"})
    for wrong in ({"alasan": " "}, {"tenggat": "2026-01-01"}, {"tenggat": ""}):
        page = client.post(act, {"apa": "buka", "alasan": "Brosurnya keliru", "tenggat": "2027-02-01", **wrong})
        assert page.status_code == 400
        assert "Belum disimpan" in text_of(page)
    assert Action.objects.get(pk=action.pk).state == "done"
    page = client.post(act, {"apa": "buka", "alasan": "Brosurnya keliru", "tenggat": "2027-02-01"}, follow=True)
    assert "Tindakan dibuka kembali" in text_of(page)
    assert "Membuka kembali tindakan: Brosurnya keliru" in text_of(
        sign_in("pic").get(reverse("action", args=[action.pk]))
    )
    assert client.post(act, {"apa": "buka", "alasan": "x", "tenggat": "2027-02-01"}).status_code == 409


# What was typed is not lost


def test_a_refused_decision_stays_in_its_form(world: Any, sign_in: SignIn, meeting: Meeting) -> None:
    given = {"isi": "Menyurati lurah", "opd": [world.other.pk], "tenggat": "2026-01-01", "ukuran": "10 surat"}
    page = do(sign_in("coordinator"), meeting, "putus", **given)
    body = page.content.decode()
    assert page.status_code == 400
    assert "tenggatnya belum diisi atau sudah lewat" in text_of(page)
    assert "Menyurati lurah</textarea>" in body
    assert f'<option value="{world.other.pk}" selected>' in body
    assert 'value="10 surat"' in body
    assert meeting.decisions.count() == 1


def test_a_refused_plan_stays_in_its_form(world: Any, sign_in: SignIn) -> None:
    given = {"nama": "Rapat khusus", "hari": "2026-12-01", "jam": "", "tempat": "Aula", "ulang": "1"}
    page = sign_in("coordinator").post(reverse("meeting_new"), given)
    assert page.status_code == 400
    assert "Hari dan jam rapat belum diisi" in text_of(page)
    assert 'value="Rapat khusus"' in page.content.decode()
    assert not Meeting.objects.filter(title="Rapat khusus").exists()
    assert not Series.objects.exists()


# Moved, called off, left open


def test_a_planned_meeting_is_moved_or_called_off_on_its_page(world: Any, sign_in: SignIn) -> None:
    client = sign_in("coordinator")
    with acting(SYSTEM, reason="uji"):
        made = services.plan(title="Rapat Minggu", starts_at=TODAY + timedelta(days=6), place="Aula")
        services.invite(made.pk, agency_ids=[world.agency.pk])
    shown = text_of(client.get(reverse("meeting", args=[made.pk])))
    assert "Jatuh pada hari libur" in shown
    assert "Buka rapat" not in shown
    assert "baru Minggu, 29 November 2026" in text_of(do(client, made, "buka"))
    moved = do(client, made, "pindah", hari="2026-11-23", jam="13:00", tempat="Ruang Rekaan", pemimpin="")
    assert "Waktu dan tempat rapat disimpan" in text_of(moved)
    assert Letter.objects.filter(kind="invitation", about_id=made.pk).count() == 2
    assert "Buka rapat" in text_of(moved)
    assert do(client, made, "batal", alasan=" ").status_code == 400
    assert "Rapat dibatalkan" in text_of(do(client, made, "batal", alasan="Aula dipakai"))
    officer = text_of(sign_in("pic").get(reverse("meeting", args=[made.pk])))
    assert "Rapat ini dibatalkan Aula dipakai" in officer.replace("Perhatian: ", "")
    assert "Dibatalkan" in text_of(client.get(reverse("meetings")))


def test_an_officer_is_not_told_that_the_own_agency_is_the_whole_room(
    world: Any, sign_in: SignIn, meeting: Meeting
) -> None:
    with acting(SYSTEM, reason="uji"):
        for name, agency in (("Satu Rekaan", world.agency), ("Dua Rekaan", world.other), ("Tiga Rekaan", None)):
            services.note_attendance(meeting.pk, name=name, agency_id=agency.pk if agency else None)
    live = f"{reverse('meeting_live', args=[meeting.pk])}?hitung=1"
    assert sign_in("leader").get(live).content.decode() == "3 orang hadir"
    officer = sign_in("pic")
    assert officer.get(live).content.decode() == "1 orang hadir dari OPD Anda"
    shown = text_of(officer.get(reverse("meeting", args=[meeting.pk])))
    assert "Hadir dari OPD Anda" in shown
    assert "OPD Anda diundang:" in shown
    assert "Dua Rekaan" not in shown


def test_the_paper_list_names_the_successor_of_who_was_invited(world: Any, sign_in: SignIn, meeting: Meeting) -> None:
    from sertakan.programme import merging

    with acting(SYSTEM, reason="uji"):
        merging.merge(predecessor_ids=[world.agency.pk], successor_id=world.other.pk, on=date(2026, 11, 23))
    shown = text_of(sign_in("coordinator").get(reverse("meeting_paper", args=[meeting.pk])))
    assert world.other.name in shown
    assert world.agency.name not in shown
    page = sign_in("coordinator").get(reverse("actions"), {"semua": "1"})
    assert "Digabung: dikerjakan dalam tindakan" in text_of(page)
    heir = sign_in("pic")  # its officer works for the successor now, and reads on what it was invited to
    assert "mintalah koordinator" in text_of(heir.get(reverse("meeting", args=[meeting.pk])))
