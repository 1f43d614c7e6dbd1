"""Who may look at plans, targets and forecasts, and who may make them."""

from __future__ import annotations

from sertakan.core.scope import Actor
from sertakan.planning.errors import NotYourPlan

READERS = ("leader", "coordinator", "operator", "auditor")
WRITERS = ("coordinator", "operator")


def can_look(actor: Actor) -> bool:
    """Leader, coordinator, operator and auditor."""
    return actor.has(*READERS, "system")


def can_plan(actor: Actor) -> bool:
    """Coordinator and operator."""
    return actor.has(*WRITERS, "system")


def check_can_plan(actor: Actor) -> None:
    """Raises NotYourPlan."""
    if not can_plan(actor):
        raise NotYourPlan()
