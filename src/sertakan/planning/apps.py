"""The Django app of this package."""

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    name = "sertakan.planning"
    label = "planning"
    verbose_name = "Rencana"
