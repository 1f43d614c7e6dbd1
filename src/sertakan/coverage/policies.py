"""Who may have coverage counted, and load what it is counted against."""

from __future__ import annotations

from sertakan.core import scope
from sertakan.coverage.errors import NotYourCount
from sertakan.coverage.rights import opens_all, sees_rows

__all__ = ["check_can_count", "opens_all", "sees_rows"]


def check_can_count(actor: scope.Actor | None = None) -> None:
    """Raises NotYourCount: a count is made of everybody's months, so only the system, an operator or the coordinator has it made."""
    found = actor or scope.current()
    if not found.sees_all or not found.has("system", "operator", "coordinator"):
        raise NotYourCount()
