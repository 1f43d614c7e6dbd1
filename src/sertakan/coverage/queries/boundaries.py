"""The drawn outlines of areas, as a page can show them."""

from __future__ import annotations

from typing import Any

from sertakan.areas import queries as areas


def boundaries(level: str, within: str = "") -> dict[str, Any] | None:
    """GeoJSON of a level (`regency`, `district`, `village`) inside the area `within`, each feature with `code` and `name`.

    None until an operator loaded them.
    """
    return areas.boundaries(level, within)
