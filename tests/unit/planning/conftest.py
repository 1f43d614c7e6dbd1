"""Invented provinces to plan for."""

from __future__ import annotations

from typing import Any

import pytest

from sertakan.core.month import Month
from sertakan.planning.facts import Base, Cell, Province, Staff, Wish


def province_of(
    eligible: dict[tuple[str, str], int], *, staff: int = 0, stays: float = 1.0, own: int = 0, **more: Any
) -> Province:
    """Cells by (area, sector), one agency with `staff`, one retention for all money."""
    cells = tuple(
        Cell(area, f"Kabupaten {area}", sector, sector, count, own) for (area, sector), count in eligible.items()
    )
    agencies = (Staff("1", "Dinas A", staff),) if staff else ()
    return Province(cells, agencies, more.pop("survival", {"": stays}), more.pop("base", None), **more)


def wish_of(**asked: Any) -> Wish:
    """A wish from December 2026 on, paid by APBD where nothing else is said."""
    return Wish(**{"first": Month(2026, 12), "last": Month(2026, 12), "limits": {"apbd": None}, **asked})


@pytest.fixture
def bengkulu() -> Province:
    """Ten areas of unlike size with 17 sectors each, forty agencies, a base of 708,000."""
    sectors = [*"ABCDEFGHIJKL", "M,N", "O", "P", "Q", "R,S,T,U"]
    cells = tuple(
        Cell(
            f"17.{area:02}",
            f"Kabupaten {area}",
            sector,
            sector,
            500 + (area * 7919 + place * 104729) % 7500,
            (area * place) % 23,
        )
        for area in range(1, 11)
        for place, sector in enumerate(sectors)
    )
    staff = tuple(Staff(str(number), f"Dinas {number}", 150 + 5 * number, number % 7) for number in range(40))
    return Province(
        cells, staff, {"": 0.97, "private": 0.96, "apbd": 0.985}, Base(708_000, 251_000, "uji", "2025-12-11")
    )
