"""The Django app of this package."""

from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    name = "sertakan.claims"
    label = "claims"
    verbose_name = "Pengurusan klaim"
