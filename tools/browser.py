"""Make sure that a Chromium is there for the browser tests; say how to get one when none can be had."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def found() -> str | None:
    """The path of a browser that starts, or None."""
    candidates = [os.environ.get("SERTAKAN_CHROMIUM"), *(shutil.which(name) for name in NAMES), _of_playwright()]
    for candidate in candidates:
        if candidate and Path(candidate).exists() and _starts(candidate):
            return candidate
    return None


def _of_playwright() -> str | None:
    try:
        from playwright.sync_api import sync_playwright

        with sync_playwright() as playwright:
            return playwright.chromium.executable_path
    except Exception:
        return None


def _starts(path: str) -> bool:
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False).returncode == 0
    except OSError:
        return False


def _install() -> None:
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        quiet = {"stdout": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
        subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"], check=False, **quiet)
    if found() is None:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def main() -> int:
    """Exit code 0 when a browser is there."""
    if found() is None:
        print("No Chromium found; installing one for the browser tests ...", file=sys.stderr)
        _install()
    if found() is None:
        print(
            "The browser tests need Chromium and none could be installed.\n"
            "Install it (Debian: apt install chromium), or name one in SERTAKAN_CHROMIUM, then run ./test again.",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
