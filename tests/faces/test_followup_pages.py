"""Pages of the follow-up: whom they open for, what they say, how many statements they need."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sertakan.followup import queries, services
from sertakan.followup.models import Circular, Declaration, Duty, Pause, Plan

SignIn = Callable[[str], Client]
NUMBER = "500.15.14.2/3/DKTTRANS/08/2025"


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def circular(world: Any) -> Circular:
    """The circular that came with the reference data."""
    return Circular.objects.get(number=NUMBER)


@pytest.fixture
def card(circular: Circular) -> Duty:
    return Duty.objects.get(circular=circular, code="kartu")


def pages(world: Any, circular: Circular, card: Duty) -> dict[str, str]:
    return {
        "duties": reverse("duties"),
        "duties_agency": reverse("duties_agency", args=[world.agency.pk]),
        "duty": reverse("duty", args=[card.pk]),
        "circulars": reverse("circulars"),
        "circular": reverse("circular", args=[circular.pk]),
        "reminders": reverse("reminders"),
    }


@pytest.mark.parametrize("role", ["pic", "coordinator", "leader", "auditor", "operator"])
def test_readers_open_every_page(world: Any, sign_in: SignIn, circular: Circular, card: Duty, role: str) -> None:
    client = sign_in(role)
    for name, address in pages(world, circular, card).items():
        for query in ("", "?pada=2026-03-01", "?pada=kemarin"):
            response = client.get(address + query)
            assert response.status_code == 200, (name, query)
            assert "<h1>" in response.content.decode()


@pytest.mark.parametrize("role", ["donor", "bpjs"])
def test_others_are_told_who_can(world: Any, sign_in: SignIn, circular: Circular, card: Duty, role: str) -> None:
    client = sign_in(role)
    for address in pages(world, circular, card).values():
        assert client.get(address).status_code == 403
    assert sign_in("").get(reverse("duties")).status_code == 302


def test_acts_are_closed_to_who_may_not(world: Any, sign_in: SignIn, circular: Circular, card: Duty) -> None:
    acts = [
        ("duties_count", []), ("duty_change", [card.pk]), ("circular_change", [circular.pk]),
        ("reminder_plan", [circular.pk]), ("reminder_pause", []), ("circular_new", []), ("circular_successor", [circular.pk]),
    ]  # fmt: skip
    for role in ("pic", "auditor", "leader"):
        client = sign_in(role)
        for name, arguments in acts:
            assert client.post(reverse(name, args=arguments)).status_code == 403, (role, name)
    coordinator = sign_in("coordinator")
    for name, arguments in acts:
        if name not in ("circular_new", "circular_successor"):
            assert coordinator.get(reverse(name, args=arguments)).status_code == 405


def test_a_pic_sees_the_own_path_and_no_other_agency(world: Any, sign_in: SignIn) -> None:
    client = sign_in("pic")
    said = text_of(client.get(reverse("duties")))
    assert world.agency.name in said
    assert "Langkah demi langkah" in said
    assert "Menunjuk petugas OPD" in said
    assert "ditetapkan koordinator" in said
    assert client.get(reverse("duties_agency", args=[world.other.pk])).status_code == 404
    # the steps ticked themselves from data: there is a PIC, and workers were handed in
    html = client.get(reverse("duties")).content.decode()
    assert re.search(r'<li class="done">.{0,1500}?Menunjuk petugas OPD', html, re.S)
    assert re.search(r'<li class="done">.{0,1500}?Menyampaikan daftar pekerja', html, re.S)


@pytest.mark.parametrize("role", ["pic", "coordinator", "leader"])
def test_opening_a_page_writes_nothing_and_shows_what_is_true_now(
    world: Any, sign_in: SignIn, circular: Circular, card: Duty, role: str
) -> None:
    from sertakan.core.models import AuditEvent
    from sertakan.followup.models import Reminder, Standing

    client, before = sign_in(role), (Standing.objects.count(), AuditEvent.objects.count(), Reminder.objects.count())
    for address in pages(world, circular, card).values():
        client.get(address)
    assert (Standing.objects.count(), AuditEvent.objects.count(), Reminder.objects.count()) == before
    assert not Standing.objects.exists()  # nobody has counted yet, and the path is ticked all the same
    html = client.get(reverse("duties_agency", args=[world.agency.pk])).content.decode()
    assert re.search(r'<li class="done">.{0,1500}?Menyampaikan daftar pekerja', html, re.S)


def test_the_figures_of_a_path_are_counted_in_the_database(world: Any, sign_in: SignIn) -> None:
    from sertakan.programme import following
    from sertakan.sponsorship.models import Sponsorship

    following.follow()
    values = following.measure_values(date(2026, 11, 23))
    persons = set()
    for one in (
        Sponsorship.objects.filter(agency=world.agency).exclude(end_reason="taken_back").select_related("person")
    ):
        persons.add(one.person.merged_into_id or one.person_id)
    assert values["workers_proposed"][world.agency.pk] == (len(persons), None)
    duty = Duty.objects.get(code="daftar")
    cell = queries.states(date(2026, 11, 23), agency_ids=[world.agency.pk], duty_ids=[duty.pk])[0]
    assert (cell.status, cell.value) == ("fulfilled", len(persons))
    assert values["pic_named"][world.agency.pk][0] == 1
    said = text_of(sign_in("pic").get(reverse("duties")))
    assert str(len(persons)) in said


def test_the_picture_of_the_province_has_every_agency_and_every_duty(world: Any, sign_in: SignIn) -> None:
    client = sign_in("coordinator")
    assert client.post(reverse("duties_count")).status_code == 302
    html = client.get(reverse("duties")).content.decode()
    table = html[html.index('class="table-scroll heat"') :]
    table = table[: table.index("</table>")]
    asked = queries.duties(date(2026, 11, 23))
    addressed = queries.addressees(Circular.objects.get().pk, date(2026, 11, 23))
    assert table.count("<tr>") == 1 + len(addressed)
    assert table.count("<td") == len(addressed) * len(asked)
    assert "Terpenuhi, dihitung dari data" in table  # a word in every cell, not colour alone
    assert "selang 95 persen" in text_of(client.get(reverse("duties")))
    assert client.get(reverse("duties") + "?urut=pegawai").status_code == 200


def test_the_picture_needs_few_statements_however_many_agencies(
    world: Any, sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    client = sign_in("leader")
    client.get(reverse("duties"))
    with django_assert_max_num_queries(32):
        client.get(reverse("duties"))


def test_a_declaration_goes_from_the_pic_to_the_coordinator(world: Any, sign_in: SignIn, card: Duty) -> None:
    pic, coordinator = sign_in("pic"), sign_in("coordinator")
    to = reverse("duty_declare", args=[card.pk])
    response = pic.post(to, {"opd": world.agency.pk, "kata": "Kartu diserahkan 3 November 2026."}, follow=True)
    assert "Pernyataan dicatat" in text_of(response)
    made = Declaration.objects.get()
    assert pic.post(to, {"opd": world.other.pk, "kata": "Bukan milik saya"}).status_code == 403
    decide = reverse("declaration_decide", args=[made.pk])
    assert "tidak boleh memeriksa pernyataannya sendiri" in text_of(pic.post(decide, {"jawaban": "ya"}, follow=True))
    assert "menunggu diperiksa" in text_of(coordinator.get(reverse("duties")))
    refused = coordinator.post(decide, {"jawaban": "tidak", "alasan": ""}, follow=True)
    assert "Tulis alasan" in text_of(refused)
    assert "diperiksa dan diterima" in text_of(coordinator.post(decide, {"jawaban": "ya"}, follow=True))
    assert "sudah diputuskan" in text_of(coordinator.post(decide, {"jawaban": "tidak", "alasan": "x"}, follow=True))
    assert Declaration.objects.get().state == "verified"


def test_a_circular_is_entered_extended_and_renewed_through_pages(world: Any, sign_in: SignIn) -> None:
    client = sign_in("coordinator")
    facts = {
        "nomor": "500/UJI/2027", "perihal": "Uji halaman", "penanda_tangan": "Pejabat rekaan", "mulai": "2026-11-01",
        "sifat": "imbauan",
    }  # fmt: skip
    assert client.post(reverse("circular_new"), {**facts, "mulai": "besok"}).status_code == 400
    client.post(reverse("circular_new"), facts)
    made = Circular.objects.get(number="500/UJI/2027")
    assert "sudah dicatat" in text_of(client.post(reverse("circular_new"), facts))
    change = reverse("circular_change", args=[made.pk])
    client.post(
        change, {"apa": "butir", "teks": "Melindungi pekerja di rumah.", "contoh": "Pengasuh", "sumber": "edaran"}
    )
    client.post(
        change,
        {
            "apa": "kewajiban",
            "judul": "Melapor",
            "ukuran": "declaration",
            "masa": "month",
            "batas": "tgl-10+1",
            "butir": "1",
        },
    )
    said = text_of(client.get(reverse("circular", args=[made.pk])))
    assert "Melindungi pekerja di rumah." in said
    assert "tgl-10+1" in said
    assert "batas waktu “lusa” tidak terbaca" in text_of(
        client.post(
            change,
            {"apa": "kewajiban", "judul": "x", "ukuran": "declaration", "masa": "month", "batas": "lusa"},
            follow=True,
        )
    ).replace("Batas", "batas")
    client.post(change, {"apa": "akhiri_alamat", "opd": world.other.pk})
    assert world.other not in queries.addressees(made.pk, date(2026, 11, 23))
    client.post(
        reverse("circular_successor", args=[made.pk]),
        {**facts, "nomor": "501/UJI/2027", "mulai": "2027-01-01"},
    )
    after = Circular.objects.get(number="501/UJI/2027")
    assert after.predecessor == made
    assert [row.title for row in queries.duties(date(2027, 1, 2), circular_id=after.pk)] == ["Melapor"]
    assert "Digantikan oleh 501/UJI/2027" in text_of(client.get(reverse("circular", args=[made.pk])))


def test_reminders_are_turned_on_paused_and_shown(world: Any, sign_in: SignIn, circular: Circular) -> None:
    client = sign_in("coordinator")
    duty = Duty.objects.get(circular=circular, code="iuran")
    client.post(reverse("duty_change", args=[duty.pk]), {"batas": "tgl-15"})
    plan = reverse("reminder_plan", args=[circular.pk])
    wrong = {"aktif": "1", "sebelum": "lima", "sesudah": "1", "kepala": "11", "sekda": "21"}
    assert "tidak terbaca" in text_of(client.post(plan, wrong, follow=True))
    client.post(plan, {**wrong, "sebelum": "5,1"})
    assert Plan.objects.get(circular=circular).active
    client.post(reverse("reminder_pause"), {"dari": "2026-11-24", "sampai": "2026-11-30", "alasan": ""})
    assert Pause.objects.count() == 0
    client.post(reverse("reminder_pause"), {"dari": "2026-11-24", "sampai": "2026-11-30", "alasan": "Rapat kerja"})
    assert "Rapat kerja" in text_of(client.get(reverse("reminders")))
    client.post(reverse("reminder_pause"), {"akhiri": Pause.objects.get().pk})
    assert Pause.objects.count() == 0


def test_an_agency_without_circular_sees_why_it_is_empty(world: Any, sign_in: SignIn, circular: Circular) -> None:
    services.end_address(circular=circular, agency_id=world.agency.pk, on=date(2026, 1, 1))
    assert "Belum ada yang diminta" in text_of(sign_in("pic").get(reverse("duties")))


def test_an_agency_sends_its_recap_and_the_duty_ticks_itself(world: Any, sign_in: SignIn, circular: Circular) -> None:
    from sertakan.letters.models import Letter

    duty = services.add_duty(
        circular=circular,
        new=services.NewDuty(code="", title="Mengirim laporan", period_kind="month", measure="report_sent"),
    )
    pic, page, to = sign_in("pic"), reverse("duty", args=[duty.pk]), reverse("duty_report", args=[duty.pk])
    assert "Kirim rekap" in text_of(pic.get(page))
    for given in ({"opd": world.agency.pk, "bulan": "2026"}, {"opd": "²", "bulan": "2026-11"}):
        assert "Belum ada yang dikirim" in text_of(pic.post(to, given, follow=True))
    late = pic.post(to, {"opd": world.agency.pk, "bulan": "2027-01"}, follow=True)
    assert "belum mulai" in text_of(late)
    assert pic.post(to, {"opd": world.other.pk, "bulan": "2026-10"}).status_code == 403
    assert not Letter.objects.exists()
    given = {"opd": world.agency.pk, "bulan": "2026-11"}
    assert "Rekap dikirim dengan nomor" in text_of(pic.post(to, given, follow=True))
    pic.post(to, given)
    letter = Letter.objects.get()
    assert (letter.kind, letter.agency_id) == ("recap", world.agency.pk)
    assert not any(worker.person.name in str(letter.content) for worker in world.workers)
    html = pic.get(reverse("duties")).content.decode()
    assert re.search(r'<li class="done">.{0,1500}?Mengirim laporan', html, re.S)
    other = sign_in("other_pic").get(reverse("duties")).content.decode()
    assert not re.search(r'<li class="done">(?:(?!</li>).)*Mengirim laporan', other, re.S)


def declared(sign_in: SignIn, world: Any, card: Duty) -> Declaration:
    """A word of the agency that waits for somebody to look."""
    given = {"opd": world.agency.pk, "kata": "Kartu diserahkan kemarin."}
    sign_in("pic").post(reverse("duty_declare", args=[card.pk]), given)
    return Declaration.objects.get()


def test_a_day_shows_declarations_as_they_stood_on_it(
    world: Any, sign_in: SignIn, card: Duty, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = declared(sign_in, world, card)
    monkeypatch.setenv("SERTAKAN_TODAY", "2026-11-25")
    coordinator = sign_in("coordinator")
    coordinator.post(reverse("declaration_decide", args=[made.pk]), {"jawaban": "tidak", "alasan": "Foto kabur"})
    for address in (reverse("duty", args=[card.pk]), reverse("duties_agency", args=[world.agency.pk])):
        said = {day: text_of(coordinator.get(f"{address}?pada=2026-11-{day}")) for day in (22, 24, 25)}
        assert "Uji pic" not in said[22].partition("Keadaan pada")[2]
        assert "Menunggu diperiksa" in said[24]
        assert "Foto kabur" not in said[24]
        assert "Foto kabur" in said[25]


def test_a_day_to_come_says_so_and_one_too_far_is_refused(sign_in: SignIn, circular: Circular) -> None:
    client = sign_in("leader")
    assert "Hari itu belum tiba" in text_of(client.get(reverse("duties") + "?pada=2027-03-01"))
    for name in ("duties", "reminders"):
        response = client.get(reverse(name) + "?pada=9999-12-31")
        assert response.status_code == 400
        assert "hanya dapat dilihat sampai 31 Desember 2029" in text_of(response)


def test_forms_that_nobody_filled_in_by_hand_are_refused_in_words(
    world: Any, sign_in: SignIn, circular: Circular, card: Duty
) -> None:
    client = sign_in("coordinator")
    odd = ("²", "9" * 30, "-1", "satu")
    pause = {"dari": "2026-11-24", "sampai": "2026-11-25", "alasan": "x"}
    for text in odd:
        for name, arguments, given in (
            ("duty_declare", [card.pk], {"opd": text, "kata": "x"}),
            ("duty_declare", [card.pk], {"opd": world.agency.pk, "kata": "x", "masa": text}),
            ("circular_change", [circular.pk], {"apa": "akhiri_alamat", "opd": text}),
            ("circular_change", [circular.pk], {"apa": "alamat", "opd": text}),
            ("circular_change", [circular.pk], {"apa": "kewajiban", "judul": "x", "sasaran": text, "ukuran": "pic_named", "masa": "month"}),
            ("reminder_plan", [circular.pk], {"sebelum": text, "sesudah": "1", "kepala": text, "sekda": "21"}),
            ("reminder_pause", [], {"akhiri": text}),
        ):  # fmt: skip
            assert client.post(reverse(name, args=arguments), given, follow=True).status_code == 200, (name, given)
    for given in ({"opd": "999999"}, {"kewajiban": "999999"}):
        assert "tidak" in text_of(client.post(reverse("reminder_pause"), {**pause, **given}, follow=True))
    assert (Declaration.objects.count(), Pause.objects.count()) == (0, 0)
    assert Duty.objects.filter(title="x").count() == 0


def test_more_files_than_are_kept_are_refused_and_not_left_out_in_silence(
    world: Any, sign_in: SignIn, card: Duty
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    files = [SimpleUploadedFile(f"{at}.pdf", b"%PDF-1.4") for at in range(6)]
    given = {"opd": world.agency.pk, "kata": "x", "bukti": files}
    said = text_of(sign_in("pic").post(reverse("duty_declare", args=[card.pk]), given, follow=True))
    assert "Paling banyak lima berkas" in said
    assert not Declaration.objects.exists()


def test_a_duty_of_a_replaced_circular_offers_no_changes(sign_in: SignIn, circular: Circular, card: Duty) -> None:
    client = sign_in("coordinator")
    page = reverse("duty", args=[card.pk])
    assert "Simpan batas waktu" in text_of(client.get(page))
    new = services.NewCircular(number="", subject="Lanjutan", signer="Pejabat rekaan", valid_from=date(2026, 12, 1))
    services.amend(circular=circular, new=new)
    assert "Simpan batas waktu" not in text_of(client.get(page))
    told = client.post(reverse("duty_change", args=[card.pk]), {"batas": "tgl-1"}, follow=True)
    assert "sudah digantikan" in text_of(told)
    assert not card.deadlines.exists()


def test_civil_servants_who_did_not_join_stand_on_no_page(
    world: Any, sign_in: SignIn, circular: Circular, card: Duty
) -> None:
    import factories

    factories.make_donor(world.agency, "Pegawai Belum Ikut Rekaan")
    addresses = [*pages(world, circular, card).values(), reverse("duties") + "?urut=pegawai"]
    addresses += [reverse("duty", args=[row.id]) for row in queries.duties(date(2026, 11, 23))]
    for role in ("pic", "coordinator", "leader"):
        client = sign_in(role)
        for address in addresses:
            assert "Belum Ikut Rekaan" not in client.get(address).content.decode(), address


def test_a_past_day_offers_no_acts(world: Any, sign_in: SignIn, circular: Circular, card: Duty) -> None:
    declared(sign_in, world, card)
    client = sign_in("coordinator")
    assert "Sudah saya periksa" in text_of(client.get(reverse("duty", args=[card.pk])))
    for address in pages(world, circular, card).values():
        for day in ("2026-03-01", "2026-11-22", "2026-11-24"):
            html = client.get(f"{address}?pada={day}").content.decode()
            main = html[html.index("<main") :]
            assert 'method="post"' not in main, (address, day)
