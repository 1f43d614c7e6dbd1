"""Who somebody is to the system on a day: roles and scope."""

from __future__ import annotations

import hashlib
from datetime import date

from sertakan.access.models import ApiToken, RoleAssignment, User
from sertakan.core.errors import NotFound
from sertakan.core.scope import NOBODY, Actor

SEES_ALL = frozenset({"coordinator", "bpjs", "operator", "auditor", "leader"})


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


def digest_of(token: str) -> str:
    """What is kept of an API token."""
    return hashlib.sha256(token.encode()).hexdigest()


def user_of_token(token: str, *, on: date) -> User | None:
    """The user behind a valid API token, else None."""
    found = (
        ApiToken.objects.select_related("user")
        .filter(digest=digest_of(token), revoked_at__isnull=True, expires_on__gte=on, user__is_active=True)
        .first()
    )
    return found.user if found else None


class UserUnknown(NotFound):
    code = "user_unknown"
    message = "Pengguna %(username)s tidak ada."


def get_user(username: str) -> User:
    """One user by sign-in name. Raises UserUnknown."""
    found = User.objects.filter(username=username).first()
    if found is None:
        raise UserUnknown(username=username)
    return found
