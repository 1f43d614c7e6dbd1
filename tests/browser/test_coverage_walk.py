"""The pages of coverage in a browser: sound in every width and scheme, tables reached by keyboard, the open picture framed elsewhere."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

EVERYWHERE = [(width, scheme) for width in (390, 1280) for scheme in ("light", "dark")]
PATHS = (
    "/ringkasan/", "/cakupan/", "/cakupan/?menurut=sektor", "/cakupan/peta/", "/cakupan/pemerataan/", "/cakupan/deret/", "/data/",
    "/ringkasan/salindia/", "/cakupan/nasional/",
)  # fmt: skip


@pytest.fixture(scope="module")
def counted(
    live_site: str, django_db_blocker: Any, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """Two kept counts in the database of the served copy, one cell of them hidden; and an invented nation."""
    from sertakan.core.month import Month
    from sertakan.core.scope import SYSTEM, acting
    from sertakan.coverage.services.national import count_nation
    from sertakan.synthetic.nation import invent

    root = request.config.pluginmanager.get_plugin(str(Path(__file__).parents[1] / "conftest.py"))
    assert root is not None
    name = f"{os.environ['SERTAKAN_TEST_DATABASE']}_site"
    with django_db_blocker.unblock(), root.pointed_at(name), acting(SYSTEM, reason="browser tests"):
        before = _count(date(2026, 10, 1), date(2026, 10, 31), 0)
        _explain(_count(date(2026, 11, 1), date(2026, 11, 16), 7), before)
        made = invent(tmp_path_factory.mktemp("nation"), month=Month(2026, 11), persons=2000)
        count_nation([made.folder], denominators=made.denominators)
    return live_site


def _count(month: date, day: date, grown: int) -> Any:
    from sertakan.coverage.models import FunnelStep, RollupCell, Snapshot

    made = datetime(2026, 11, 20, 3, tzinfo=UTC)
    found = Snapshot.objects.create(
        month=month, on=day, built_at=made, persons=404 + grown, threshold=10, definition="own_active", rules_version="1",
        source_made_at=made, content=f"uji-{month}", part="uji", current=True,
    )  # fmt: skip
    cells = [
        ("regency", "17.01", "Kabupaten Bengkulu Selatan", 140),
        ("regency", "17.04", "Kabupaten Kaur", None),
        ("regency", "17.71", "Kota Bengkulu", 250 + grown),
        ("sector", "A", "Pertanian, Kehutanan dan Perikanan", 300),
        ("sector", "H", "Pengangkutan dan Pergudangan", 104 + grown),
    ]
    cells += [("district", f"17.01.{n:02d}", f"Kecamatan {n}", 10 + n) for n in range(60)]
    for by, code, name, count in cells:
        RollupCell.objects.create(snapshot=found, by=by, within="", code=code, name=name, numerator=count)
    for place, (kind, count) in enumerate((("promised", 600), ("proposed", 520), ("protected", 404))):
        FunnelStep.objects.create(
            snapshot=found, agency=None, position=place, kind=kind, count=count, lost={"waiting": 80}
        )
    return found


def _explain(now: Any, before: Any) -> None:
    from sertakan.coverage.models import SnapshotChange

    for kind, count in (("new", 12), ("lapsed", -5)):
        SnapshotChange.objects.create(snapshot=now, before=before, kind=kind, count=count)


@pytest.mark.parametrize(("width", "scheme"), EVERYWHERE)
def test_the_pages_of_coverage_are_sound(page_at: Callable, counted: str, width: int, scheme: str) -> None:
    visitor = page_at(width, scheme)
    visitor.sign_in("pimpinan")
    for path in PATHS:
        page = visitor.go(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        for details in page.locator("main details").all():
            if details.is_visible():
                details.locator("summary").click()
        visitor.check()


def test_the_table_behind_a_picture_is_opened_by_keyboard(page_at: Callable, counted: str) -> None:
    visitor = page_at()
    visitor.sign_in("pimpinan")
    page = visitor.go("/cakupan/")
    picture = page.locator("#tingkat")
    expect(picture.get_by_role("img")).to_have_accessible_name(
        re.compile("^Di antara yang terbuka, paling banyak: Kota Bengkulu, 257 pekerja")
    )
    summary = picture.locator("summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(picture.get_by_role("rowheader", name="Kota Bengkulu")).to_be_visible()
    expect(page.get_by_role("cell", name="disembunyikan").first).to_be_visible()


@pytest.mark.parametrize("width", [390, 1280])
def test_a_page_with_a_long_table_ends_at_its_foot(page_at: Callable, counted: str, width: int) -> None:
    visitor = page_at(width)
    visitor.sign_in("koordinator")
    page = visitor.go("/cakupan/?menurut=kecamatan")
    expect(page.get_by_role("link", name="Lihat Kecamatan 40")).to_be_attached()
    foot = "document.querySelector('.foot').getBoundingClientRect().bottom + scrollY"
    assert page.evaluate(f"Math.abs(document.documentElement.scrollHeight - ({foot})) < 2")


def test_the_briefing_fits_one_sheet(page_at: Callable, counted: str) -> None:
    import pypdfium2

    visitor = page_at()
    visitor.sign_in("pimpinan")
    page = visitor.go("/ringkasan/")
    assert len(pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))) == 1


def test_the_slide_fits_the_projector(page_at: Callable, counted: str) -> None:
    visitor = page_at()
    visitor.sign_in("pimpinan")
    page = visitor.page
    page.set_viewport_size({"width": 1920, "height": 1080})
    visitor.go("/ringkasan/salindia/")
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight + 1")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_visitor_reads_open_data_and_the_picture_for_other_sites(
    page_at: Callable, counted: str, scheme: str
) -> None:
    visitor = page_at(390, scheme)
    for path in ("/data/", "/data/perlindungan-sektor/gambar/", "/data/deret/gambar/"):
        visitor.go(path)
        visitor.check()
