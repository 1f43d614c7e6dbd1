"""The Django app of this package."""

from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    name = "sertakan.agencies"
    label = "agencies"
    verbose_name = "Perangkat daerah"
