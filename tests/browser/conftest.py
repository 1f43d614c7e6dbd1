"""A real server on a database of its own, and a real browser that walks through it.

The browser is the one named by SERTAKAN_CHROMIUM, else the one playwright downloaded, else a Chromium of the system.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Playwright

LAUNCH = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SYSTEM_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WIDTHS = {390: 844, 1280: 800}
START_SECONDS = 60
SERIOUS = {"serious", "critical"}
TARGET = 44


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


def chromium(own: str) -> str:
    """The path of a Chromium; `own` is where playwright keeps the one it downloads. Fails with what to do."""
    given = os.environ.get("SERTAKAN_CHROMIUM", "")
    found = [path for path in (given, own) if path and Path(path).exists()]
    found += [path for name in SYSTEM_BROWSERS if (path := shutil.which(name))]
    if not found:
        pytest.fail(
            "No Chromium found. Install one (Debian: apt-get install chromium; elsewhere: .venv/bin/playwright install chromium)"
            " or name it in SERTAKAN_CHROMIUM.",
            pytrace=False,
        )
    return found[0]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], playwright: Playwright) -> dict[str, Any]:
    """Replaces pytest-playwright's."""
    return {
        **browser_type_launch_args,
        "executable_path": chromium(playwright.chromium.executable_path),
        "args": list(LAUNCH),
    }


@pytest.fixture(scope="session")
def live_site(django_db_setup: None, django_db_blocker: Any, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a served copy of the product with the demonstration's sign-ins, on a database cloned from the template."""
    root = _root_conftest(request)
    name = f"{os.environ['SERTAKAN_TEST_DATABASE']}_site"
    with django_db_blocker.unblock():
        root.clone(name)
        with root.pointed_at(name):
            _prepare()
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    log = root.DATA / f"{name}.log"
    with log.open("w") as sink:
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--threads", "4", "--bind", f"127.0.0.1:{port}", "sertakan.config.wsgi"],
            env={**os.environ, "SERTAKAN_TEST_DATABASE": name, "SERTAKAN_DEMO": "1", "SERTAKAN_DATA": str(root.DATA)},
            stdout=sink,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait(address, server, log)
            yield address
        finally:
            server.terminate()
            server.wait(20)


@dataclass
class Visitor:
    """A page in a browser window, and everything its console said."""

    page: Page
    site: str
    said: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        """Open a page of the site."""
        self.page.goto(self.site + path)
        return self.page

    def sign_in(self, username: str, password: str = "sertakan-demo") -> Page:
        """Sign in through the form, as everybody does."""
        page = self.go("/akun/login/")
        page.locator(f"form:has(input[value='{username}']) button.offer").click()
        page.wait_for_url(lambda url: "/akun/login" not in url)
        return page

    def check(self, *, allow: tuple[str, ...] = ()) -> None:
        """Nothing serious for axe, nothing in the console, nothing wider than the window, targets large enough."""
        axe(self.page)
        unexpected = [line for line in self.said if not any(part in line for part in allow)]
        assert not unexpected, unexpected
        assert not too_wide(self.page), too_wide(self.page)
        assert not too_small(self.page), too_small(self.page)


@pytest.fixture
def page_at(browser: Browser, live_site: str) -> Iterator[Callable[..., Visitor]]:
    """`page_at(390, "dark")` opens a window of that width and colour scheme; returns the visitor in it."""
    contexts: list[BrowserContext] = []

    def opened(width: int = 1280, colour_scheme: str = "light", *, locale: str = "id-ID") -> Visitor:
        context = browser.new_context(
            viewport={"width": width, "height": WIDTHS.get(width, 900)},
            color_scheme=colour_scheme,  # type: ignore[arg-type]
            has_touch=width < 600,
            locale=locale,
            timezone_id="Asia/Jakarta",
            reduced_motion="reduce",
        )
        contexts.append(context)
        visitor = Visitor(context.new_page(), live_site)
        visitor.page.on("console", lambda line: visitor.said.append(line.text) if line.type == "error" else None)
        visitor.page.on("pageerror", lambda error: visitor.said.append(str(error)))
        return visitor

    yield opened
    for context in contexts:
        context.close()


def axe(page: Page) -> None:
    """Assert that axe finds nothing serious or critical on the page as it stands."""
    found = Axe().run(page).response["violations"]
    bad = [
        f"{entry['impact']} {entry['id']}: {node['target']} {node.get('failureSummary', '')}"
        for entry in found
        if entry["impact"] in SERIOUS
        for node in entry["nodes"]
    ]
    assert not bad, "\n".join(bad)


def too_wide(page: Page) -> list[str]:
    """What sticks out of the window, outside of areas that scroll by themselves."""
    return list(
        page.evaluate(
            """() => document.documentElement.scrollWidth <= innerWidth ? [] :
            [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1
              && !e.closest('.table-scroll, .tabs, .entrance-picture')).slice(0, 5).map(e => e.outerHTML.slice(0, 160))"""
        )
    )


def too_small(page: Page) -> list[str]:
    """Visible controls lower than a finger is wide; links inside running text may be lower (WCAG 2.5.8)."""
    return list(
        page.evaluate(
            """(least) => [...document.querySelectorAll('a, button, summary, input, select, textarea')].filter(e => {
              const box = e.getBoundingClientRect();
              if (!box.width || e.closest('.vh, p, dd, li:not(:has(> a)), dialog:not([open])') || e.matches('.skip')) return false;
              if (e.matches('[type=checkbox], [type=radio], [type=hidden], [type=file]')) return false;
              return box.height < least - 1;
            }).slice(0, 5).map(e => Math.round(e.getBoundingClientRect().height) + ' px: ' + e.outerHTML.slice(0, 160))""",
            TARGET,
        )
    )


def _prepare() -> None:
    """An agency, if the template has none, and the demonstration's users."""
    from django.test import override_settings

    from sertakan.agencies.models import Agency
    from sertakan.areas.models import Area
    from sertakan.core.scope import SYSTEM, acting
    from sertakan.synthetic.users import create_demo_users

    start = date(2020, 1, 1)
    with acting(SYSTEM, reason="browser tests"), override_settings(SERTAKAN_DEMO=True):
        if not Agency.objects.exists():
            province = Area.objects.filter(level=Area.Level.PROVINCE).first() or Area.objects.create(
                code="17",
                level="province",
                kind="provinsi",
                name="Bengkulu",
                edition="uji",
                valid_from=start,
                sort_key="bengkulu",
            )
            Agency.objects.create(
                code="DINSOS",
                name="Dinas Sosial",
                short_name="Dinas Sosial",
                kind="dinas",
                province=province,
                valid_from=start,
                sort_key="dinas sosial",
            )
        create_demo_users()


def _root_conftest(request: pytest.FixtureRequest) -> Any:
    """The module tests/conftest.py; it cannot be imported by name, because this file bears the same one."""
    wanted = str(Path(__file__).parent.parent / "conftest.py")
    return next(
        plugin for plugin in request.config.pluginmanager.get_plugins() if getattr(plugin, "__file__", None) == wanted
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if server.poll() is not None:
            break
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/akun/login/", timeout=5) as answer:
            if answer.status == 200:
                return
        time.sleep(0.2)
    pytest.fail(f"the server did not start:\n{log.read_text()[-4000:]}", pytrace=False)
