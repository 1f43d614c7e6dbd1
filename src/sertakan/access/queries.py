"""Who somebody is to the system on a day: roles and scope."""

from __future__ import annotations

from datetime import date

from sertakan.access.models import RoleAssignment, User
from sertakan.core.scope import NOBODY, Actor

SEES_ALL = frozenset({"coordinator", "bpjs", "operator", "auditor"})


def actor_for(user: User, *, on: date) -> Actor:
    """The actor that `user` is on `on`; with no role in force, one who sees nothing."""
    if not user.is_active:
        return NOBODY
    held = list(RoleAssignment.objects.filter(user=user).in_force(on).values_list("role", "agency_id"))
    roles = frozenset(role for role, _ in held)
    return Actor(
        user_id=user.pk,
        label=user.name or user.username,
        sees_all=bool(roles & SEES_ALL),
        agency_ids=frozenset(agency for role, agency in held if agency is not None and role == "pic"),
        roles=roles,
    )
