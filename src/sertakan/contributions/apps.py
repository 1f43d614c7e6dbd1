"""The Django app of this package."""

from django.apps import AppConfig


class ContributionsConfig(AppConfig):
    name = "sertakan.contributions"
    label = "contributions"
    verbose_name = "Iuran"
