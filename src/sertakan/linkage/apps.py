"""The Django app of this package."""

from django.apps import AppConfig


class LinkageConfig(AppConfig):
    name = "sertakan.linkage"
    label = "linkage"
    verbose_name = "Pencocokan orang"
