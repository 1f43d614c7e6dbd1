"""The Django app of this package."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "sertakan.access"
    label = "access"
    verbose_name = "Akses"
