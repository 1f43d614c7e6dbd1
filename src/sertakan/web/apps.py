"""The Django app of this package."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "sertakan.web"
    label = "web"
    verbose_name = "Halaman"
