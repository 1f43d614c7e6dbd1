"""Hands invented lists in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def hand_in() -> Callable[..., Any]:
    """Hand in a list for an agency and check it; returns the file."""
    from sertakan.agencies.queries import find_agency
    from sertakan.core.scope import SYSTEM
    from sertakan.programme import files

    def give(data: bytes, *, agency: str = "Dinsos", name: str = "daftar.csv", actor: Any = SYSTEM) -> Any:
        owner = find_agency(agency)
        kept, _ = files.receive(agency=owner, name=name, data=data)
        return files.check(file_id=kept.pk, actor=actor)

    return give
