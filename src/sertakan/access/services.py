"""Users, their roles and their API tokens."""

from __future__ import annotations

import secrets
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from sertakan.access.models import ApiToken, RoleAssignment, User
from sertakan.access.queries import digest_of
from sertakan.agencies.models import Agency
from sertakan.core import audit, clock
from sertakan.core.errors import Conflict, DomainError


class UserExists(Conflict):
    code = "user_exists"
    message = "Nama masuk %(username)s sudah dipakai. Pilih nama lain."


class RoleNeedsAgency(DomainError):
    code = "role_needs_agency"
    message = "Peran %(role)s berlaku untuk satu perangkat daerah. Sebutkan perangkat daerahnya."


class EmailUnreadable(DomainError):
    code = "email_unreadable"
    message = "Alamat surat elektronik itu tidak dapat dibaca. Contoh yang benar: nama@contoh.go.id."


def add_user(*, username: str, name: str, password: str, email: str = "") -> User:
    """Make a sign-in. Raises UserExists."""
    if User.objects.filter(username=username).exists():
        raise UserExists(username=username)
    user = User.objects.create_user(username=username, password=password, email=email, name=name)
    audit.record("access.user_added", target=user)
    return user


def set_email(*, user: User, email: str) -> User:
    """Where letters for `user` go; empty: nowhere. Raises EmailUnreadable."""
    address = email.strip()
    if address:
        try:
            validate_email(address)
        except ValidationError:
            raise EmailUnreadable() from None
    user.email = address
    user.save(update_fields=["email"])
    audit.record("access.email_set", target=user, facts={"known": bool(address)})
    return user


def assign_role(
    *, user: User, role: str, agency: Agency | None = None, valid_from: date | None = None
) -> RoleAssignment:
    """Give `user` a role from a day on (today); the same role twice changes nothing. Raises RoleNeedsAgency."""
    if role in ("pic", "donor") and agency is None:
        raise RoleNeedsAgency(role=str(RoleAssignment.Role(role).label))
    own = agency if role in ("pic", "donor") else None
    start = valid_from or clock.today()
    known = RoleAssignment.objects.filter(user=user, role=role, agency=own).in_force(start).first()
    if known is not None:
        return known
    made = RoleAssignment.objects.create(user=user, role=role, agency=own, valid_from=start)
    audit.record(
        "access.role_assigned", target=user, agency_id=own.pk if own else None, facts={"role": role, "from": str(start)}
    )
    return made


def move_roles(*, predecessor: Agency, successor: Agency, on: date) -> int:
    """Roles held for an agency go on for its successor from a day on; until then they were held for the predecessor. Returns how many."""
    held = RoleAssignment.objects.filter(agency=predecessor).in_force(on).select_related("user")
    moved = 0
    for role in held:
        assign_role(user=role.user, role=role.role, agency=successor, valid_from=max(on, role.valid_from))
        if role.valid_from < on:
            role.valid_to = on
            role.save(update_fields=["valid_to"])
        else:
            role.delete()
        moved += 1
    return moved


def issue_token(*, user: User, name: str, days: int = 365) -> str:
    """Make an API token; the only time that it can be read."""
    token = secrets.token_urlsafe(32)
    made = ApiToken.objects.create(
        user=user,
        name=name,
        digest=digest_of(token),
        created_at=clock.now(),
        expires_on=clock.today() + timedelta(days=days),
    )
    audit.record("access.token_issued", target=made, facts={"user": user.pk})
    return token
