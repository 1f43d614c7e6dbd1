"""The frame of the pages: stylesheet, components, formats, states, style page, sign-in page, error pages."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client, RequestFactory, override_settings
from django.utils import translation

from sertakan.core.month import Month
from sertakan.core.scope import Actor
from sertakan.web import navigation, pictures
from sertakan.web.context import shell
from sertakan.web.states import STATES, state_of
from sertakan.web.templatetags import sertakan_format as written

WEB = Path(pictures.__file__).parent
CSS = WEB / "static" / "sertakan" / "sertakan.css"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
COMPONENTS = sorted((WEB / "templates" / "components").glob("*.html"))
REFERENCE = WEB.parents[2] / "docs" / "reference" / "components.md"
INNER = {"logo", "messages", "plight", "language", "theme", "navigation"}  # parts of the frame and of other components


def rendered(source: str, **context: Any) -> str:
    request = RequestFactory().get("/", {"urut": "nama"})
    from django_cotton.compiler_regex import CottonCompiler

    return Template(CottonCompiler().process(source)).render(Context({"request": request, **context}))


# The stylesheet


@pytest.mark.parametrize(("value", "places", "shown"), [
    (27.389999, 2, "27,39"), (27.384999, 2, "27,38"), (12.5, 0, "13"), (1234.5, 0, "1.235"), ("0.005", 2, "0,01"), (-0.4, 0, "0"),
])  # fmt: skip
def test_a_number_is_rounded_and_not_cut(value: Any, places: int, shown: str) -> None:
    with translation.override("id"):
        assert written.number(value, places).replace("-0", "0") == shown


def test_stylesheet_is_small_and_layered() -> None:
    text = CSS.read_text()
    assert len(text.encode()) <= 40 * 1024
    assert "@layer reset, tokens, base, layout, components, utilities;" in text


def test_every_token_used_is_defined() -> None:
    text = CSS.read_text()
    defined = set(re.findall(r"(--[a-z0-9-]+):", text))
    used = set(re.findall(r"var\((--[a-z0-9-]+)", text))
    assert used <= defined


def _colours() -> dict[str, tuple[str, str]]:
    found = re.findall(r"(--[a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", CSS.read_text())
    return {name: (light, dark) for name, light, dark in found}


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


WORDS_ON = [
    *[(word, ground) for word in ("--ink", "--soft", "--action") for ground in ("--paper", "--sheet", "--sunken", "--mist")],
    ("--on-action", "--action"), ("--on-action", "--press"), ("--press", "--mist"), ("--on-danger", "--danger"),
    ("--warm", "--warm-wash"), ("--good", "--good-wash"), ("--danger", "--danger-wash"),
    ("--warm", "--sheet"), ("--good", "--sheet"), ("--danger", "--sheet"), ("--ink", "--warm-wash"), ("--ink", "--danger-wash"),
]  # fmt: skip


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("word", "ground"), WORDS_ON)
def test_words_stand_out_from_their_ground(word: str, ground: str, theme: int) -> None:
    colours = _colours()
    assert _contrast(colours[word][theme], colours[ground][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("rim", ["--edge", "--warm-rim", "--good-rim", "--danger-rim"])
def test_rims_of_controls_are_seen(rim: str, theme: int) -> None:
    colours = _colours()
    assert _contrast(colours[rim][theme], colours["--sheet"][theme]) >= 3


# Templates and components


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(WEB / "templates")))
def test_templates_keep_the_security_policy(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\sstyle\s*=\s*[\"']", text), "no inline style"
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text), "no inline handler"
    assert not re.search(r"<style", text)
    assert not re.search(r"<script(?![^>]*\b(src=|type=\"application/json\"))", text)
    assert not re.search(r"(src|href)=\"https?://", text), "nothing from elsewhere"


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.stem)
def test_component_is_shown_and_documented(path: Path) -> None:
    tag = "c-" + path.stem.replace("_", "-")
    if path.stem in INNER:
        return
    shown = (WEB / "templates" / "style.html").read_text()
    inside = "".join(other.read_text() for other in COMPONENTS if other != path)
    assert f"<{tag}" in shown or f"<{tag}" in inside
    assert f"`{tag}`" in REFERENCE.read_text()


def test_state_has_word_icon_and_shape() -> None:
    for code, state in STATES.items():
        assert str(state.label) and state.icon and state.shape, code
        html = rendered('<c-state code="' + code + '" />')
        assert str(state.label) in html
        assert "<svg" in html
    assert state_of("tidak-dikenal").label == "Tidak diketahui"
    assert "Terdaftar" not in str(STATES["active"].label)


def test_state_is_drawn_by_tone_and_shape() -> None:
    assert 'class="state warm notched"' in rendered('<c-state code="held" />')


def test_account_that_does_not_add_up_is_said() -> None:
    sound = {"rows": 49, "accepted": 41, "held": 5, "duplicates": 1, "known": 2, "withdrawn": 0}
    html = rendered('<c-account :account="account" />', account=sound)
    assert "tidak cocok" not in html
    assert re.sub(r"<[^>]+>", "", html).replace("\n", " ").count("41") >= 3
    assert "tidak cocok" in rendered('<c-account :account="account" />', account={**sound, "rows": 50})


def test_field_tells_its_fault_to_a_screen_reader() -> None:
    html = rendered('<c-field name="nik" label="NIK" hint="16 angka." error="Satu angka hilang." value="17" />')
    assert 'aria-describedby="nik-hint nik-error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="nik-error"' in html


def test_button_becomes_a_link_with_an_address() -> None:
    assert rendered('<c-button href="/x/" kind="primary">Ke sana</c-button>').startswith(
        '<a class="button primary" href="/x/"'
    )
    assert 'hx-post="/x/"' in rendered('<c-button hx-post="/x/">Kirim</c-button>')


def test_values_in_components_are_escaped() -> None:
    html = rendered('<c-notice :title="title">{{ text }}</c-notice>', title="<b>x</b>", text="<script>1</script>")
    assert "<script>" not in html
    assert "<b>" not in html


def test_sorting_turns_round_and_keeps_the_filter() -> None:
    html = rendered('<c-th sort="nama" label="Nama" />')
    assert 'aria-sort="ascending"' in html
    assert 'href="?urut=-nama"' in html


# Formats


def test_numbers_follow_the_language() -> None:
    assert written.number(1234567) == "1.234.567"
    assert written.rupiah(16800) == "Rp16.800"
    assert written.rupiah(-16800) == "-Rp16.800"
    assert written.percent(Decimal("27.39")) == "27,39\u00a0%"
    assert written.signed(1250) == "+1.250"
    with translation.override("en"):
        assert written.number(1234567) == "1,234,567"
        assert written.rupiah(16800) == "Rp16,800"
        assert written.percent(27.39) == "27.39%"


def test_dates_follow_the_language() -> None:
    assert written.day(date(2025, 9, 1)) == "1 September 2025"
    assert written.full_day("2026-11-16") == "Senin, 16 November 2026"
    assert written.month(Month(2026, 12)) == "Desember 2026"
    assert written.month("2026-12") == "Desember 2026"
    assert written.moment(datetime(2025, 9, 1, 7, 30, tzinfo=UTC)) == "1 September 2025, 14.30 WIB"
    with translation.override("en"):
        assert written.month(Month(2026, 12)) == "December 2026"
        assert written.clock_time(datetime(2025, 9, 1, 7, 30, tzinfo=UTC)) == "14:30 WIB"


def test_blank_is_never_zero() -> None:
    for write in (
        written.number,
        written.rupiah,
        written.percent,
        written.day,
        written.month,
        written.duration,
        written.masked,
    ):
        assert write(None) == "–"


def test_only_the_end_of_an_identifier_is_shown() -> None:
    shown = written.masked("1771024507900012")
    assert shown.endswith("0012")
    assert "1771" not in shown
    assert written.masked("123") == "•••"


def test_time_left_is_rough() -> None:
    assert written.duration(10) == "kurang dari 1 menit"
    assert written.duration(240) == "4 menit"
    assert written.duration(7200) == "2 jam"


# Pictures


def test_stack_fills_its_bar_and_shows_one_row() -> None:
    parts = pictures.stacked([{"value": 99_999}, {"value": 1}, {"value": 0}])
    assert len(parts) == 2
    assert float(parts[1]["width"]) >= 0.9
    assert sum(float(part["width"]) for part in parts) == pytest.approx(100, abs=0.1)


def test_bars_start_at_zero() -> None:
    rows = pictures.bars([{"label": "a", "value": 50}, {"label": "b", "value": 100}, {"label": "c", "value": 0}])
    assert [row["width"] for row in rows] == ["50", "100", "0"]


def test_shades_of_tiles() -> None:
    assert pictures.level(0, 50) == 0
    assert pictures.level(50, 50) == 6
    assert pictures.level(5, 0) == 0
    area = {"label": "Kaur", "column": 0, "row": 0, "value": None}
    assert pictures.tiles([area])["tiles"][0]["level"] is None


def test_a_curve_falls_in_steps_and_stops_where_it_was_last_seen() -> None:
    steps = [
        {"months": 0, "share": 100, "low": 100, "high": 100},
        {"months": 3, "share": 50, "low": 25, "high": 75},
        {"months": 6, "share": 50, "low": 25, "high": 75},
    ]
    drawn = pictures.survival(steps)
    assert drawn["line"] == "56,12 196,12 196,111 336,111 336,111"
    assert drawn["area"].split()[0] == "56,12" and drawn["area"].split()[-1] == "56,12"
    assert (drawn["end_x"], drawn["end_y"], drawn["beside"]) == ("336", "111", "")


# Navigation


@pytest.mark.parametrize("role", sorted(navigation.BY_ROLE))
def test_navigation_has_at_most_seven_entries(role: str) -> None:
    assert len(navigation.BY_ROLE[role]) <= navigation.LIMIT
    request = RequestFactory().get("/gaya/")
    request.actor = Actor(user_id=1, label="uji", roles=frozenset({role}))  # type: ignore[attr-defined]
    entries = navigation.navigation(request)
    assert len(entries) <= navigation.LIMIT
    assert all(entry["url"] for entry in entries)


def test_navigation_skips_pages_that_do_not_exist() -> None:
    assert navigation._resolved(navigation.Entry("no-such-page", "x", "home"), "/", None) is None


def test_nobody_has_no_navigation() -> None:
    assert shell(RequestFactory().get("/"))["navigation"] == []


def test_unknown_theme_is_ignored() -> None:
    request = RequestFactory().get("/")
    request.COOKIES["tema"] = '"><script>'
    assert shell(request)["theme"] == ""


# Pages


@pytest.mark.django_db
def test_style_page_shows_every_state_in_a_demonstration(client: Client) -> None:
    with override_settings(SERTAKAN_DEMO=True):
        answer = client.get("/gaya/")
    assert answer.status_code == 200
    html = answer.content.decode()
    for state in STATES.values():
        assert str(state.label) in html
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


@pytest.mark.django_db
def test_style_page_is_closed_outside_of_a_demonstration(client: Client) -> None:
    with override_settings(SERTAKAN_DEMO=False, DEBUG=False):
        answer = client.get("/gaya/")
    assert answer.status_code == 302
    assert "/akun/login/" in answer.headers["Location"]


@pytest.mark.django_db
def test_sign_in_page_is_ours(client: Client) -> None:
    with override_settings(SERTAKAN_DEMO=False):
        plain = client.get("/akun/login/").content.decode()
    assert "Akun diberikan oleh koordinator provinsi" in plain
    assert "sertakan-demo" not in plain
    with override_settings(SERTAKAN_DEMO=True):
        demo = client.get("/akun/login/").content.decode()
    assert demo.count('class="offer"') == 7


@pytest.mark.django_db
def test_missing_page_stays_designed(client: Client) -> None:
    answer = client.get("/tidak-ada/")
    assert answer.status_code == 404
    assert "Halaman ini tidak ada" in answer.content.decode()


@pytest.mark.parametrize("name", ["403.html", "403_csrf.html", "400.html", "500.html"])
def test_error_pages_say_what_is_safe(name: str) -> None:
    html = render_to_string(name)
    assert "<h1" in html
    assert "Tidak ada data yang berubah" in html or "data sebelumnya utuh" in html or name == "403.html"


def test_chosen_language_counts_and_the_browser_does_not() -> None:
    from django.http import HttpResponse

    from sertakan.web.language import ChosenLanguageMiddleware

    middleware = ChosenLanguageMiddleware(lambda request: HttpResponse(translation.get_language()))
    request = RequestFactory().get("/", headers={"accept-language": "en"})
    assert middleware(request).content == b"id"
    request.COOKIES["django_language"] = "en"
    assert middleware(request).content == b"en"
    request.COOKIES["django_language"] = "xx"
    assert middleware(request).content == b"id"
