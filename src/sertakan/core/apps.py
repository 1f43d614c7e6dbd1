"""The Django app of the core: audit events and stored settings."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "sertakan.core"
    label = "core"
    verbose_name = "Inti"
