"""The Django app of this package."""

from django.apps import AppConfig


class AreasConfig(AppConfig):
    name = "sertakan.areas"
    label = "areas"
    verbose_name = "Wilayah"
