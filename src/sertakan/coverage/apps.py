"""The Django app of this package."""

from django.apps import AppConfig


class CoverageConfig(AppConfig):
    name = "sertakan.coverage"
    label = "coverage"
    verbose_name = "Cakupan"
