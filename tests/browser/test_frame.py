"""The frame, the sign-in page and the style page in a browser: readable, operable, within the security policy."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

EVERYWHERE = [(width, scheme) for width in (390, 1280) for scheme in ("light", "dark")]


@pytest.mark.parametrize(("width", "scheme"), EVERYWHERE)
def test_sign_in_page_is_sound(page_at: Callable, width: int, scheme: str) -> None:
    visitor = page_at(width, scheme)
    page = visitor.go("/akun/login/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("button", name="Petugas OPD")).to_be_visible()
    visitor.check()


@pytest.mark.parametrize(("width", "scheme"), EVERYWHERE)
def test_style_page_is_sound_in_every_state(page_at: Callable, width: int, scheme: str) -> None:
    visitor = page_at(width, scheme)
    visitor.go("/gaya/")
    visitor.check()


def test_wrong_password_says_what_to_do(page_at: Callable) -> None:
    visitor = page_at(390)
    page = visitor.go("/akun/login/")
    page.get_by_text("Masuk dengan nama pengguna").click()
    page.get_by_label("Nama pengguna atau surel").fill("petugas")
    page.get_by_label("Kata sandi").fill("salah sama sekali")
    page.locator("form.form").get_by_role("button", name="Masuk").click()
    expect(page.get_by_role("alert")).to_contain_text("Belum bisa masuk")
    visitor.check()


@pytest.mark.parametrize("width", [390, 1280])
def test_navigation_fits_the_role(page_at: Callable, width: int) -> None:
    visitor = page_at(width)
    page = visitor.sign_in("koordinator")
    page = visitor.go("/gaya/")
    bar = page.get_by_role("navigation", name="Halaman utama")
    expect(bar.get_by_role("link", name="Beranda")).to_be_visible()
    if width == 390:
        expect(bar.get_by_role("link", name="OPD")).to_be_hidden()
        bar.get_by_text("Lainnya").click()
    expect(bar.locator("a:visible", has_text="OPD")).to_be_visible()
    visitor.check()


def test_skip_link_comes_first(page_at: Callable) -> None:
    page = page_at().go("/gaya/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Langsung ke isi")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#isi")).to_be_focused()


def test_theme_and_language_stay_chosen(page_at: Callable) -> None:
    visitor = page_at(390)
    page = visitor.go("/gaya/")
    page.get_by_label("Akun, bahasa, dan tampilan").click()
    page.get_by_role("button", name="Gelap").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.locator("summary[aria-label]").last.click()
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    visitor.check()


def test_chosen_file_is_named_before_it_is_sent(page_at: Callable) -> None:
    page = page_at().go("/gaya/")
    page.locator("#file-file").set_input_files(
        {"name": "daftar dinsos.xlsx", "mimeType": "x/y", "buffer": b"0" * 2_400_000}
    )
    expect(page.locator("[data-chosen]").first).to_contain_text("daftar dinsos.xlsx")
    expect(page.locator("[data-chosen]").first).to_contain_text("2,3 MB")


@pytest.mark.parametrize("width", [390, 1280])
def test_selection_says_what_it_will_do(page_at: Callable, width: int) -> None:
    visitor = page_at(width)
    page = visitor.go("/gaya/")
    bar = page.locator("[data-selection]")
    expect(bar).to_be_hidden()
    page.locator("[data-pick]").first.check()
    page.locator("[data-pick]").nth(2).check()
    expect(bar).to_contain_text("2 pekerja dipilih. Mereka akan masuk kiriman")
    visitor.check()


def test_danger_waits_for_the_word(page_at: Callable) -> None:
    visitor = page_at(390)
    page = visitor.go("/gaya/")
    page.get_by_role("button", name="Hentikan perlindungan 3 pekerja").click()
    dialog = page.get_by_role("dialog")
    stop = dialog.get_by_role("button", name="Hentikan")
    expect(stop).to_be_disabled()
    dialog.get_by_role("textbox").fill("berhenti")
    expect(stop).to_be_enabled()
    visitor.check()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_long_work_gets_ahead_by_itself(page_at: Callable) -> None:
    visitor = page_at()
    page = visitor.go("/gaya/?jalan=1")
    expect(page.locator("#kerja")).to_contain_text("Selesai: 100.000 baris diperiksa", timeout=20_000)
    visitor.check()


def test_table_becomes_cards_on_a_phone(page_at: Callable) -> None:
    phone, desk = page_at(390).go("/gaya/"), page_at(1280).go("/gaya/")
    assert phone.locator(".table tbody tr").first.evaluate("e => getComputedStyle(e).display") == "block"
    assert desk.locator(".table tbody tr").first.evaluate("e => getComputedStyle(e).display") == "table-row"


def test_missing_page_stays_designed(page_at: Callable) -> None:
    visitor = page_at(390)
    page = visitor.go("/tidak-ada/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Halaman ini tidak ada")
    visitor.check(allow=("404",))
