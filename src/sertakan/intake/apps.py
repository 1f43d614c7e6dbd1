"""The Django app of this package."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "sertakan.intake"
    label = "intake"
    verbose_name = "Penerimaan berkas"
