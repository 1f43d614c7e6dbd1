"""A meeting in a browser: planned, driven by the keyboard at the projector, attended by phone, written by two, closed by a letter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from sertakan.core.clock import today

EVERYWHERE = [(width, scheme) for width in (390, 1280) for scheme in ("light", "dark")]


@pytest.fixture(scope="module")
def held(live_site: str) -> dict[str, str]:
    """Where the meeting of this module stands, once the first test has planned it."""
    return {}


def test_a_meeting_from_plan_to_minutes(page_at: Callable[..., Any], held: dict[str, str]) -> None:
    desk = page_at()
    desk.sign_in("koordinator")
    page = desk.go("/rapat/")
    page.get_by_role("button", name="Rencanakan rapat").first.click()
    form = page.locator("#rapat-baru")
    form.locator("input[type=date]").fill(today().isoformat())
    form.get_by_label("Tempat").fill("Aula Rekaan")
    form.get_by_role("button", name="Rencanakan", exact=True).click()
    expect(page.get_by_text("Rapat direncanakan")).to_be_visible()
    held["meeting"] = page.url.removeprefix(desk.site)
    page.get_by_role("button", name="Susun acara dari data").click()
    for topic in ("Pokok pertama", "Pokok kedua"):
        page.get_by_text("Tambah pokok bahasan").click()
        page.get_by_label("Pokok bahasan").fill(topic)
        page.get_by_role("button", name="Tambah", exact=True).click()
    page.get_by_role("button", name="Undang semua OPD").click()
    expect(page.get_by_text("Undangan ditulis")).to_be_visible()
    desk.check()
    page.get_by_role("button", name="Buka rapat").click()
    desk.check()

    # The projector: keys move, a reload stays
    page.get_by_role("link", name="Layar rapat").click()
    expect(page.get_by_alt_text("Kode QR daftar hadir")).to_be_visible()
    address = page.locator(".live .small").first.inner_text()
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**butir=1")
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**butir=2")
    expect(page.get_by_role("heading", name="Pokok kedua")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Pokok kedua")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("heading", name="Pokok pertama")).to_be_visible()
    desk.check()

    # A phone without an account
    phone = page_at(390, "dark")
    there = phone.go("/hadir/" + address.split("/hadir/")[1])
    phone.check()
    there.get_by_label("Nama lengkap").fill("Peserta Rekaan")
    there.get_by_role("button", name="Saya hadir").click()
    expect(there.get_by_text("Peserta Rekaan tercatat hadir")).to_be_visible()
    phone.check()

    # Two who write
    other = page_at()
    other.sign_in("operator")
    theirs = other.go(held["meeting"])
    mine = desk.go(held["meeting"])
    mine.get_by_label("Catatan jalannya rapat").fill("Tulisan koordinator")
    mine.get_by_role("button", name="Simpan notula").click()
    expect(mine.get_by_text("Notula disimpan")).to_be_visible()
    theirs.get_by_label("Catatan jalannya rapat").fill("Tulisan operator")
    theirs.get_by_role("button", name="Simpan notula").click()
    expect(theirs.get_by_text("Orang lain menyimpan lebih dulu")).to_be_visible()
    expect(theirs.get_by_label("Catatan jalannya rapat")).to_have_value("Tulisan operator")
    expect(theirs.get_by_text("Tulisan koordinator")).to_be_visible()
    other.check(allow=("409",))

    mine.get_by_label("Apa yang diputuskan").fill("Mencetak brosur rekaan")
    mine.get_by_role("checkbox", name="Semua OPD", exact=True).check()
    mine.get_by_label("Tenggat").fill("2099-01-15")
    mine.get_by_label("Ukuran lain, dengan kata-kata").fill("100 lembar")
    mine.get_by_role("button", name="Catat keputusan").click()
    expect(mine.get_by_text("Keputusan dicatat sebagai tindakan")).to_be_visible()
    mine.get_by_role("button", name="Tutup rapat", exact=True).click()
    mine.get_by_role("button", name="Tutup rapat dan tulis notula").click()
    expect(mine.get_by_text("Rapat ditutup")).to_be_visible()
    desk.check()


@pytest.mark.parametrize(("width", "scheme"), EVERYWHERE)
def test_every_page_is_sound(page_at: Callable[..., Any], held: dict[str, str], width: int, scheme: str) -> None:
    visitor = page_at(width, scheme)
    visitor.sign_in("koordinator")
    for path in (
        "/rapat/",
        held["meeting"],
        f"{held['meeting']}layar/",
        "/tindakan/",
        "/surat/",
        "/surat/kepala/",
        "/surat/templat/recap/",
        "/laporan/",
    ):
        visitor.go(path)
        visitor.check()
    page = visitor.go("/surat/")
    page.locator("main tbody a").first.click()
    visitor.check()


def test_words_of_a_template_show_at_once_what_they_become(page_at: Callable[..., Any], held: dict[str, str]) -> None:
    visitor = page_at()
    visitor.sign_in("koordinator")
    page = visitor.go("/surat/templat/reminder_before/")
    before = page.locator("#pratinjau img").get_attribute("src")
    page.get_by_label("Penutup").fill("Terima kasih dari {opd}.")
    page.wait_for_function("(before) => document.querySelector('#pratinjau img')?.src !== before", arg=before)
    page.get_by_label("Penutup").fill("Terima kasih dari {salah}.")
    expect(page.locator("#pratinjau")).to_contain_text("Penutup: isian {salah} tidak dikenal")
    visitor.check()
