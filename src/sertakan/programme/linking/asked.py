"""The register against itself when somebody asks for it on a page: queued once, and followed until it is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from procrastinate.contrib.django.models import ProcrastinateJob

from sertakan.core import audit, queue, scope
from sertakan.linkage import policies, queries
from sertakan.linkage.models import Run

TASK: Final = "programme.link_register"
_WAITING, _WORKING = "todo", "doing"


@dataclass(frozen=True, slots=True)
class Standing:
    """A run that is on its way. `working`: it has begun; `usual`: seconds that the last one took, none where there was none."""

    working: bool
    usual: float | None


def on_its_way() -> Standing | None:
    """The run that waits or works, if there is one. The queue names work and ids only, so anybody may ask."""
    states = set(
        ProcrastinateJob.objects.filter(task_name=TASK, status__in=[_WAITING, _WORKING]).values_list(
            "status", flat=True
        )
    )
    if not states:
        return None
    before = queries.last_run(kind=Run.Kind.REGISTER, against="people")
    return Standing(_WORKING in states, before.seconds if before is not None else None)


def ask(actor: scope.Actor) -> bool:
    """Queue a run; False when one is on its way already. Raises NotYourRun."""
    policies.check_can_run(actor)
    if on_its_way() is not None:
        return False
    queue.defer(TASK, lock=TASK, user_id=actor.user_id or 0)
    audit.record("linkage.run_asked")
    return True
