"""Audit events: who did what, to what, and why. Added to, never changed."""

from __future__ import annotations

from django.db import models


class AuditEvent(models.Model):
    """One act of a person or job. `sealed_hash` chains committed events (written by the sealing job into `AuditSeal`)."""

    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True, blank=True)
    actor_label = models.CharField(max_length=200)
    action = models.CharField(max_length=80)
    target_kind = models.CharField(max_length=80, blank=True)
    target_id = models.BigIntegerField(null=True, blank=True)
    agency_id = models.BigIntegerField(null=True, blank=True)
    facts = models.JSONField(default=dict)
    reason = models.TextField(blank=True)
    job = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["target_kind", "target_id", "-at"], name="audit_by_target"),
            models.Index(fields=["agency_id", "-at"], name="audit_by_agency"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action}"


class AuditSeal(models.Model):
    """A link of the chain: the hash over the events up to and including `last_event_id`, and the link before."""

    last_event_id = models.BigIntegerField(unique=True)
    events = models.PositiveIntegerField()
    hash = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.last_event_id}: {bytes(self.hash).hex()[:12]}"
