"""Shares with their doubt, and ranks that do not punish or praise the small for chance. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from math import sqrt

from sertakan.followup.figures import AgencyShare

Z = 1.959963984540054
"""The two-sided 95 % point of the normal distribution."""
SMALL_WIDTH = 0.5
"""An interval at least this wide says too little to speak of a rank."""


def wilson(fulfilled: int, asked: int, *, z: float = Z) -> tuple[float, float]:
    """The Wilson score interval of a share; (0, 1) where nothing was asked. Source: Wilson 1927, JASA 22:209."""
    if asked <= 0:
        return 0.0, 1.0
    share, square = fulfilled / asked, z * z
    middle = (share + square / (2 * asked)) / (1 + square / asked)
    half = z / (1 + square / asked) * sqrt(share * (1 - share) / asked + square / (4 * asked * asked))
    return max(0.0, middle - half), min(1.0, middle + half)


def ranked(counts: Iterable[tuple[int, str, int, int]]) -> list[AgencyShare]:
    """Agencies (id, name, fulfilled, asked) by their share, the highest first; equal shares: the surer one, then by name.

    An agency's rank lies between one more than how many are surely better, and all but how many are surely worse; surely: the intervals
    do not meet. Agencies of which nothing is asked stand last, without a rank.
    """
    found = []
    for agency_id, name, fulfilled, asked in counts:
        low, high = wilson(fulfilled, asked)
        share = fulfilled / asked if asked else None
        found.append(
            AgencyShare(
                agency_id, name, fulfilled, asked, share, low, high, small=bool(asked) and high - low >= SMALL_WIDTH
            )
        )
    asked_of = [one for one in found if one.share is not None]
    placed = [
        replace(
            one,
            best=1 + sum(other.low > one.high for other in asked_of),
            worst=len(asked_of) - sum(other.high < one.low for other in asked_of),
        )
        for one in asked_of
    ]
    placed.sort(key=lambda one: (-(one.share or 0.0), -one.low, one.name))
    return placed + sorted((one for one in found if one.share is None), key=lambda one: one.name)
