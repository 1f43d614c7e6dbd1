"""Who may run the matching and who may decide. Each rule as a function that refuses and one that answers."""

from __future__ import annotations

from sertakan.core.scope import Actor
from sertakan.linkage import errors


def can_run(actor: Actor) -> bool:
    """Coordinator and operator, the BPJS officer with the member list, and the nightly job."""
    return actor.has("coordinator", "operator", "bpjs", "system")


def check_can_run(actor: Actor) -> None:
    """Raises NotYourRun."""
    if not can_run(actor):
        raise errors.NotYourRun()


def can_decide(actor: Actor) -> bool:
    """The coordinator and the operator; they see both sides."""
    return actor.has("coordinator", "operator", "system")


def check_can_decide(actor: Actor) -> None:
    """Raises NotYourDecision."""
    if not can_decide(actor):
        raise errors.NotYourDecision()
