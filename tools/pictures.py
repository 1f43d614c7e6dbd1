"""Photograph the running product for the documentation.

    ./run                                     in one terminal (a demonstration with its sample file)
    python tools/pictures.py --url http://localhost:8000

Signs in as the agency's officer of the demonstration and writes `docs/images/*.png`, 1280 pixels wide. Everybody in the pictures is
invented. A picture of more than 200 KB is refused.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from browser import found

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
SIZE = {"width": 1280, "height": 800}
TALL = {"width": 1280, "height": 1240}
PHONE = {"width": 390, "height": 800}
LIMIT = 200_000
USER = "petugas"


def _sample_file(page: Page) -> None:
    page.goto("/berkas/")
    page.locator("main a[href^='/berkas/']").first.click()


def _home(page: Page) -> None:
    page.goto("/")


def _upload(page: Page) -> None:
    page.goto("/unggah/")


def _rules(page: Page) -> None:
    page.goto("/aturan/?month=2027-01&income=1000000&sector=other&funding=private&programmes=jkk,jkm")


PICTURES: dict[str, tuple[Callable[[Page], None], dict[str, int], bool]] = {
    "berkas.png": (_sample_file, TALL, False),
    "beranda.png": (_home, SIZE, False),
    "unggah-ponsel.png": (_upload, PHONE, False),
    "aturan.png": (_rules, SIZE, False),
}


def main() -> int:
    """Take all pictures; exit code 1 when one is too large."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://localhost:8000")
    words = parser.parse_args()
    IMAGES.mkdir(parents=True, exist_ok=True)
    too_large = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found())
        context = browser.new_context(
            base_url=words.url, viewport=SIZE, locale="id-ID", timezone_id="Asia/Jakarta", color_scheme="light"
        )
        page = context.new_page()
        page.goto("/akun/login/")
        page.locator(f"form:has(input[name=login][value='{USER}']) button[type=submit]").first.click()
        page.wait_for_url(lambda url: "/akun/login" not in url)
        for name, (open_page, size, whole) in PICTURES.items():
            page.set_viewport_size(size)
            open_page(page)
            page.wait_for_load_state("networkidle")
            data = page.screenshot(path=IMAGES / name, full_page=whole, animations="disabled")
            print(f"{name}: {len(data) // 1000} KB")
            if len(data) > LIMIT:
                too_large.append(name)
        browser.close()
    if too_large:
        print(f"More than {LIMIT // 1000} KB: {', '.join(too_large)}", file=sys.stderr)
    return 1 if too_large else 0


if __name__ == "__main__":
    sys.exit(main())
