"""Who is a member: BPJS issued a number. A person has one number for life, whoever pays."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sertakan.core.history import track
from sertakan.people.models import Identifier, Person


@track()
class Membership(models.Model):
    """A person with a membership number. Cover begins on `issued_on`, the date BPJS wrote, never on a day of payment or upload.

    `existed` marks a number that BPJS had issued before we asked; only then may the date be unknown.
    """

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="membership")
    identifier = models.OneToOneField(Identifier, on_delete=models.PROTECT, related_name="membership")
    issued_on = models.DateField(null=True, blank=True)
    existed = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="membership_new_number_has_its_date", condition=Q(existed=True) | Q(issued_on__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.identifier}"
