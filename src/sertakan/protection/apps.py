"""The Django app of this package."""

from django.apps import AppConfig


class ProtectionConfig(AppConfig):
    name = "sertakan.protection"
    label = "protection"
    verbose_name = "Perlindungan"
