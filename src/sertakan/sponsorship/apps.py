"""The Django app of this package."""

from django.apps import AppConfig


class SponsorshipConfig(AppConfig):
    name = "sertakan.sponsorship"
    label = "sponsorship"
    verbose_name = "Kepesertaan"
