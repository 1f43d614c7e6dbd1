"""All addresses: pages, API, sign-in."""

from __future__ import annotations

from django.urls import include, path

from sertakan.api.app import api

urlpatterns = [
    path("akun/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/v1/", api.urls),
    path("", include("sertakan.web.urls")),
]
