"""Who is protected in which month, what a family would receive, and what one missed month takes away.

Pure functions of paid months and the law in force: `cover` for one membership with its reasons, `cover_frame` for all of them. The
frame is not imported here because it brings Polars.
"""

from sertakan.protection.cover import Cover, cover, state_of
from sertakan.protection.entitlement import (
    Benefit,
    Entitlement,
    Part,
    entitlement,
    partial_disability,
    temporary_inability,
)
from sertakan.protection.explaining import explain_json
from sertakan.protection.facts import STATES, PaidHistory, read_paid

__all__ = [
    "STATES",
    "Benefit",
    "Cover",
    "Entitlement",
    "PaidHistory",
    "Part",
    "cover",
    "entitlement",
    "explain_json",
    "partial_disability",
    "read_paid",
    "state_of",
    "temporary_inability",
]
