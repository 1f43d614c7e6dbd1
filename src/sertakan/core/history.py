"""Row history: the database writes it, so that a bulk load cannot escape it.

Use as a decorator on a model that changes: ``@track()``. The history table carries who, why and in which job from the scope, and
for tables bound to an agency the same row policy as the table itself (see `core.provision`).
"""

from __future__ import annotations

from typing import Any

import pghistory
import pgtrigger


def track(exclude: list[str] | None = None) -> Any:
    """Record every inserted, changed and deleted row, a statement at a time."""
    return pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(condition=pghistory.AnyChange(exclude_auto=True)),
        pghistory.DeleteEvent(),
        exclude=exclude,
        level=pgtrigger.Statement,
        context_field=pghistory.ContextJSONField(),
        context_id_field=None,  # type: ignore[arg-type]
        append_only=False,
    )
