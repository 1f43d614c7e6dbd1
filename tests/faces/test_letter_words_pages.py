"""Pages of letters: an office changes its words and its letterhead without a programmer, and cannot break a letter by it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sertakan.letters import services
from sertakan.letters.models import Letter, Office, Template
from sertakan.letters.services import Recipient

SignIn = Callable[[str], Client]
WORDS = {
    "hal": "Undangan {rapat}", "pembuka": "Dengan hormat,", "isi": "Kami mengundang Anda.\n \nMohon hadir.", "penutup": "Terima kasih.",
    "jabatan": "Kepala Dinas", "nama": "Nama Rekaan", "nip": "", "tembusan": "Arsip\n\nSekda", "versi": "0",
}  # fmt: skip
FACTS = {"rapat": "Rapat", "hari": "Senin", "waktu": "09.00 WIB", "tempat": "Aula"}
OFFICE = {
    "government": "Pemerintah Provinsi Rekaan", "name": "Dinas Rekaan", "address": "Jalan Rekaan 1", "contact": "", "place": "Kota Rekaan",
    "number_form": "{urut}/{tanda}/{bulan}/{tahun}",
}  # fmt: skip
INVITATION = "invitation"


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_the_words_of_a_letter_are_changed_in_a_form(world: Any, sign_in: SignIn) -> None:
    coordinator, address = sign_in("coordinator"), reverse("letter_template", args=[INVITATION])
    assert "{rapat}" in text_of(coordinator.get(address))
    response = coordinator.post(address, WORDS, follow=True)
    assert "versi 1" in text_of(response)
    kept = Template.objects.get(kind=INVITATION)
    assert kept.body == ["Kami mengundang Anda.", "Mohon hadir."]
    assert kept.copies == ["Arsip", "Sekda"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"isi": "Kepada {nama_opd}"}, "isian {nama_opd} tidak dikenal"),
        ({"pembuka": "{{ settings.SECRET_KEY }}"}, "kurung kurawal yang tidak berpasangan"),
        ({"penutup": "{% include 'base.html' %}"}, "kurung kurawal yang tidak berpasangan"),
        ({"pembuka": "{rapat.__class__}"}, "kurung kurawal yang tidak berpasangan"),
        ({"hal": ""}, "belum diisi"),
    ],
)  # fmt: skip
def test_words_that_would_break_a_letter_are_said_in_the_preview_and_on_saving(
    world: Any, sign_in: SignIn, changed: dict[str, str], said: str
) -> None:
    coordinator, address = sign_in("coordinator"), reverse("letter_template", args=[INVITATION])
    preview = coordinator.post(address, WORDS | changed, headers={"HX-Request": "true"})
    assert said in text_of(preview)
    saved = coordinator.post(address, WORDS | changed)
    assert saved.status_code == 400
    assert said in text_of(saved)
    assert not Template.objects.filter(kind=INVITATION).exists()


def test_signs_of_a_web_page_or_a_typesetter_stay_words(world: Any, sign_in: SignIn) -> None:
    coordinator, address = sign_in("coordinator"), reverse("letter_template", args=[INVITATION])
    odd = WORDS | {"pembuka": '<script>alert(1)</script> #read("/etc/passwd") 😀'}
    shown = coordinator.post(address, odd, headers={"HX-Request": "true"}).content.decode()
    assert "data:image/png;base64," in shown
    page = coordinator.post(address, odd, follow=True).content.decode()
    assert "<script>alert(1)" not in page
    letter = services.write(INVITATION, to=[Recipient("Kepala Dinas")], facts=FACTS)
    assert b"root:" not in services.pdf(letter)


def test_who_saves_second_sees_what_the_first_one_wrote(world: Any, sign_in: SignIn) -> None:
    first, second = sign_in("coordinator"), sign_in("operator")
    address = reverse("letter_template", args=[INVITATION])
    first.post(address, WORDS | {"penutup": "Penutup yang pertama."})
    refused = second.post(address, WORDS | {"penutup": "Penutup yang kedua."})
    words = text_of(refused)
    assert refused.status_code == 409
    assert "baru saja diubah" in words
    assert "Yang tersimpan sekarang" in words
    assert "Penutup yang pertama." in words
    assert "Penutup yang kedua." in words
    assert Template.objects.filter(kind=INVITATION).count() == 1
    assert second.post(address, WORDS | {"penutup": "Bersama.", "versi": "1"}).status_code == 302


def test_the_letterhead_is_changed_for_the_next_letter_only(world: Any, sign_in: SignIn) -> None:
    before = services.write(INVITATION, to=[Recipient("Kepala Dinas")], facts=FACTS)
    coordinator, address = sign_in("coordinator"), reverse("letter_office")
    assert coordinator.post(address, OFFICE | {"place": "Kota\0 Rekaan"}).status_code == 302
    assert Office.objects.order_by("-pk")[0].place == "Kota Rekaan"
    assert Letter.objects.get(pk=before.pk).office.name != "Dinas Rekaan"
    for changed in ({"number_form": "x" * 200}, {"place": "x" * 100}, {"name": ""}, {"number_form": "{urut}{x}"}):
        refused = coordinator.post(address, OFFICE | changed)
        assert refused.status_code == 400
        assert "Kepala surat belum disimpan" in text_of(refused)
    assert Office.objects.count() == 2


@pytest.mark.parametrize("role", ["leader", "auditor", "pic"])
def test_readers_do_not_change_words(world: Any, sign_in: SignIn, role: str) -> None:
    reader = sign_in(role)
    assert reader.get(reverse("letters")).status_code == 200
    assert reader.post(reverse("letter_template", args=[INVITATION]), WORDS).status_code == 403
    assert reader.post(reverse("letter_office"), OFFICE).status_code == 403
    assert not Template.objects.filter(kind=INVITATION).exists()
    assert not Office.objects.exists()


def test_an_invitation_to_all_agencies_opens_with_its_pages(world: Any, sign_in: SignIn) -> None:
    to = [Recipient(f"Kepala Dinas {one}") for one in range(44)]
    letter = services.write(INVITATION, to=to, facts=FACTS)
    page = sign_in("leader").get(reverse("letter", args=[letter.pk]))
    assert page.content.decode().count("data:image/png;base64,") == 2
    assert "Kepala Dinas 43" in text_of(page)
