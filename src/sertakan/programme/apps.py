"""The Django app of this package."""

from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    name = "sertakan.programme"
    label = "programme"
    verbose_name = "Program"
