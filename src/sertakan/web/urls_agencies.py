"""Addresses of pages about agencies and their mergers."""

from __future__ import annotations

from django.urls import URLPattern, path

from sertakan.web.views import agencies, merging

urlpatterns: list[URLPattern] = [
    path("opd/", agencies.agency_list, name="agencies"),
    path("opd/penggabungan/", merging.agency_mergers, name="agency_mergers"),
    path("opd/penggabungan/baru/", merging.agency_merge, name="agency_merge"),
    path("opd/penggabungan/penerus/", merging.agency_new, name="agency_new"),
    path("opd/<int:agency_id>/", agencies.agency_page, name="agency"),
]
