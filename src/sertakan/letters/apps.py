"""The Django app of this package."""

from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "sertakan.letters"
    label = "letters"
    verbose_name = "Surat dinas"
