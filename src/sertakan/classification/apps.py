"""The Django app of this package."""

from django.apps import AppConfig


class ClassificationConfig(AppConfig):
    name = "sertakan.classification"
    label = "classification"
    verbose_name = "Klasifikasi"
