"""The Django app of this package."""

from django.apps import AppConfig


class FollowupConfig(AppConfig):
    name = "sertakan.followup"
    label = "followup"
    verbose_name = "Tindak lanjut"
