"""The Django app of this package."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "sertakan.meetings"
    label = "meetings"
    verbose_name = "Rapat"
