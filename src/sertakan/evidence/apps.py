"""The Django app of this package."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "sertakan.evidence"
    label = "evidence"
    verbose_name = "Bukti"
