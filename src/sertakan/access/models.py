"""Users and their dated roles. Being the person in charge (PIC) of an agency is one of the roles."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sertakan.agencies.models import Agency


class User(AbstractUser):
    """Somebody with a sign-in."""

    name = models.CharField(_("Nama"), max_length=150, blank=True)
    language = models.CharField(max_length=5, default="id")

    def __str__(self) -> str:
        return self.name or self.username


class RoleQuerySet(models.QuerySet["RoleAssignment"]):
    """Filters on roles."""

    def in_force(self, on: date) -> RoleQuerySet:
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on), valid_from__lte=on)


class RoleAssignment(models.Model):
    """A role a user holds from `valid_from` up to but not including `valid_to`; for one agency, or for the province."""

    class Role(models.TextChoices):
        PIC = "pic", _("Petugas OPD")
        DONOR = "donor", _("Donatur")
        COORDINATOR = "coordinator", _("Koordinator provinsi")
        BPJS = "bpjs", _("Petugas BPJS Ketenagakerjaan")
        LEADER = "leader", _("Pimpinan")
        AUDITOR = "auditor", _("Auditor")
        OPERATOR = "operator", _("Operator sistem")

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="role_assignments")
    role = models.CharField(max_length=20, choices=Role)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects = RoleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="role_of_an_agency_names_it",
                condition=Q(role__in=["pic", "donor"], agency__isnull=False)
                | (~Q(role__in=["pic", "donor"]) & Q(agency__isnull=True)),
            ),
            models.CheckConstraint(
                name="role_ends_after_it_starts",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=models.F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"


class ApiToken(models.Model):
    """A key with which another system calls the API as its user. Only its digest is kept."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="api_tokens")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_on = models.DateField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name
