"""All addresses: pages, API, sign-in."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path, re_path

from sertakan.api.app import api


def closed(request: HttpRequest) -> HttpResponse:
    """Accounts are made and renewed by the operator; this installation sends no mail."""
    raise Http404


urlpatterns = [
    re_path(r"^akun/(?:signup|email|confirm-email|password/reset)/", closed),
    path("akun/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/v1/", api.urls),
    path("", include("sertakan.web.urls")),
]
