"""The Django app of this package."""

from django.apps import AppConfig
from django.utils.translation import get_language, gettext

from sertakan.core import language


class WebConfig(AppConfig):
    name = "sertakan.web"
    label = "web"
    verbose_name = "Halaman"

    def ready(self) -> None:
        """Refusals and reasons speak the language of the page. Jobs and commands have the installation's own."""
        language.use(translation=_translated, chosen=_chosen)


def _translated(text: str) -> str:
    return gettext(text) if text else ""  # gettext answers an empty text with the head of its catalogue


def _chosen() -> str:
    return "en" if (get_language() or "id").startswith("en") else "id"
