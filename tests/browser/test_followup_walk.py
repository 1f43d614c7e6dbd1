"""The pages of the follow-up in a browser: sound in every width and scheme; a declaration goes from the PIC to the coordinator."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

EVERYWHERE = [(width, scheme) for width in (390, 1280) for scheme in ("light", "dark")]


@pytest.fixture(scope="module")
def asked(live_site: str, django_db_blocker: Any, request: pytest.FixtureRequest) -> str:
    """The shipped circular in the database of the served copy."""
    from sertakan.core.scope import SYSTEM, acting
    from sertakan.followup import seeding

    root = request.config.pluginmanager.get_plugin(str(Path(__file__).parents[1] / "conftest.py"))
    assert root is not None
    name = f"{os.environ['SERTAKAN_TEST_DATABASE']}_site"
    with django_db_blocker.unblock(), root.pointed_at(name), acting(SYSTEM, reason="browser tests"):
        seeding.load_circular()
    return live_site


@pytest.mark.parametrize(("width", "scheme"), EVERYWHERE)
def test_a_coordinator_looks_at_everything(page_at: Callable[..., Any], asked: str, width: int, scheme: str) -> None:
    visitor = page_at(width, scheme)
    visitor.sign_in("koordinator")
    for path in ("/kewajiban/", "/kewajiban/?urut=pegawai", "/edaran/", "/pengingat/", "/edaran/baru/"):
        visitor.go(path)
        visitor.check()
    page = visitor.go("/edaran/")
    page.locator("main tbody a").first.click()
    for summary in page.locator("main details > summary").all():
        summary.click()
    visitor.check()


def test_a_word_of_the_pic_is_verified_by_the_coordinator(page_at: Callable[..., Any], asked: str) -> None:
    pic = page_at(390)
    pic.sign_in("petugas")
    page = pic.go("/kewajiban/")
    expect(page.get_by_role("heading", name="Langkah demi langkah")).to_be_visible()
    pic.check()
    page.locator(".steps a", has_text="Menyerahkan kartu").or_(
        page.locator("main tbody a", has_text="Menyerahkan kartu")
    ).first.click()
    page.get_by_label("Apa yang sudah dilakukan").fill("Kartu diserahkan kepada tiga pekerja rekaan.")
    pic.check()
    page.get_by_role("button", name="Nyatakan").click()
    expect(page.get_by_text("Koordinator akan memeriksanya")).to_be_visible()
    expect(page.get_by_role("button", name="Sudah saya periksa, benar")).to_have_count(0)
    pic.check()

    coordinator = page_at()
    coordinator.sign_in("koordinator")
    page = coordinator.go("/kewajiban/")
    page.get_by_role("link", name="Menyerahkan kartu peserta kepada pekerja").first.click()
    page.get_by_role("button", name="Sudah saya periksa, benar").click()
    expect(page.get_by_text("Pernyataan diperiksa dan diterima")).to_be_visible()
    coordinator.check()


def test_the_picture_of_all_agencies_prints(page_at: Callable[..., Any], asked: str) -> None:
    visitor = page_at()
    visitor.sign_in("pimpinan")
    page = visitor.go("/kewajiban/")
    page.emulate_media(media="print")
    # A4 at 96 dots an inch, less its margins: 1123 - 136
    assert page.locator(".heat table").bounding_box()["height"] < 987
