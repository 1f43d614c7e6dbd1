"""The day on which everything happens."""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.fixture
def day(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Moves the day on which everything happens."""

    def move(text: str) -> None:
        monkeypatch.setenv("SERTAKAN_TODAY", text)

    move("2026-03-20")
    return move
