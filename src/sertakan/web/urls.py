"""Addresses of pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from sertakan.web.views import style

urlpatterns: list[URLPattern] = [
    path("gaya/", style.show, name="style"),
    path("gaya/kerja/", style.work, name="style_work"),
]
