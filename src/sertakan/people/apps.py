"""The Django app of this package."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "sertakan.people"
    label = "people"
    verbose_name = "Orang"
