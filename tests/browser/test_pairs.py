"""The queue of pairs and one pair in a browser: sound in every width and scheme, and worked wholly by keyboard."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

import factories

EVERYWHERE = [(width, scheme) for width in (390, 1280) for scheme in ("light", "dark")]


@pytest.fixture(scope="module")
def waiting(live_site: str, django_db_blocker: Any, request: pytest.FixtureRequest) -> list[int]:
    """Three pairs in the database of the served copy, the most costly first; the last is risky."""
    from sertakan.agencies.models import Agency
    from sertakan.core.scope import SYSTEM, acting

    root = request.config.pluginmanager.get_plugin(str(Path(__file__).parents[1] / "conftest.py"))
    assert root is not None
    name = f"{os.environ['SERTAKAN_TEST_DATABASE']}_site"
    with django_db_blocker.unblock(), root.pointed_at(name), acting(SYSTEM, reason="browser tests"):
        agency, made = Agency.objects.all()[0], []
        for at, cost in enumerate((3_000_000, 2_000_000, 1_000_000)):
            state = "checked" if at == 2 else "ended"
            one, other = (
                factories.make_worker(agency, word, state=state, donor=factories.make_donor(agency))
                for word in (f"Yusuf Rekaan {at}", f"Yoesoef Rekaan {at}")
            )
            made.append(factories.make_pair(one, other, cost=cost, risks=["two_payers"] if at == 2 else []))
        return [pair.pk for pair in made]


@pytest.mark.parametrize(("width", "scheme"), EVERYWHERE)
def test_the_pages_of_pairs_are_sound(page_at: Callable, waiting: list[int], width: int, scheme: str) -> None:
    visitor = page_at(width, scheme)
    visitor.sign_in("operator")
    for path in ("/kesamaan/?bagian=semua", f"/kesamaan/{waiting[-1]}/", "/kesamaan/mutu/"):
        page = visitor.go(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        for details in page.locator("main details").all():
            if details.is_visible():
                details.locator("summary").click()
        visitor.check()


def test_a_pair_is_decided_by_keyboard_and_the_next_one_comes(page_at: Callable, waiting: list[int]) -> None:
    visitor = page_at()
    visitor.sign_in("koordinator")
    page = visitor.go(f"/kesamaan/{waiting[0]}/")
    page.keyboard.press("2")
    expect(page.get_by_role("radio", name="Orang yang berbeda")).to_be_checked()
    expect(page.locator("#alasan-1")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#alasan-2")).to_be_checked()
    page.keyboard.press("1")
    expect(page.get_by_role("radio", name="Orang yang sama")).to_be_checked()
    page.keyboard.press("2")
    page.locator("#alasan-3").press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"/kesamaan/\d+/\?dari={waiting[0]}$"))
    expect(page.get_by_role("status")).to_contain_text("dicatat sebagai dua orang")
    visitor.check()
    page.get_by_role("button", name="Batalkan jawaban ini").press("Enter")
    page.wait_for_url(f"**/kesamaan/{waiting[0]}/")
    expect(page.get_by_role("status")).to_contain_text("menunggu jawaban lagi")


def test_digits_stay_digits_in_a_field_and_keys_can_be_turned_off(page_at: Callable, waiting: list[int]) -> None:
    visitor = page_at()
    visitor.sign_in("koordinator")
    page = visitor.go(f"/kesamaan/{waiting[1]}/")
    page.get_by_label("Alasan lain").fill("KK 1")
    page.get_by_label("Alasan lain").press("2")
    expect(page.get_by_label("Alasan lain")).to_have_value("KK 12")
    expect(page.get_by_role("radio", name="Orang yang berbeda")).not_to_be_checked()
    page.get_by_text("Dengan papan ketik").click()
    page.get_by_label("Pakai tombol angka").uncheck()
    page.reload()
    page.keyboard.press("2")
    expect(page.get_by_role("radio", name="Orang yang berbeda")).not_to_be_checked()
    expect(page.locator("[data-keys]")).not_to_be_checked()


def test_the_focus_follows_the_order_of_the_form(page_at: Callable, waiting: list[int]) -> None:
    visitor = page_at()
    visitor.sign_in("koordinator")
    page = visitor.go(f"/kesamaan/{waiting[1]}/")
    page.get_by_role("radio", name="Orang yang sama").focus()
    page.keyboard.press("Space")
    seen = []
    for _ in range(4):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate("document.activeElement.name || document.activeElement.innerText.trim().split('\\n')[0]")
        )
    assert seen[:3] == ["reason", "other_reason", "Simpan dan lanjut"]
