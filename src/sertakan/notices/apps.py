"""The Django app of this package."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "sertakan.notices"
    label = "notices"
    verbose_name = "Pemberitahuan"
