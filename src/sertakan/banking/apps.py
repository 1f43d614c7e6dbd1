"""The Django app of this package."""

from django.apps import AppConfig


class BankingConfig(AppConfig):
    name = "sertakan.banking"
    label = "banking"
    verbose_name = "Rekening koran"
