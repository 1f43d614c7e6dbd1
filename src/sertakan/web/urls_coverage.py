"""Addresses of pages about coverage, its pictures and open data."""

from __future__ import annotations

from django.urls import URLPattern, path

from sertakan.web.views import coverage

urlpatterns: list[URLPattern] = [
    path("ringkasan/", coverage.leader, name="leader"),
    path("ringkasan/salindia/", coverage.leader_slide, name="leader_slide"),
    path("cakupan/", coverage.coverage, name="coverage"),
    path("cakupan/peta/", coverage.coverage_map, name="coverage_map"),
    path("cakupan/pemerataan/", coverage.coverage_evenness, name="coverage_evenness"),
    path("cakupan/deret/", coverage.coverage_series, name="coverage_series"),
    path("cakupan/baris/", coverage.coverage_rows, name="coverage_rows"),
    path("cakupan/nasional/", coverage.national, name="national"),
    path("cakupan/gambar/<slug:name>.<slug:ending>", coverage.coverage_picture, name="coverage_picture"),
    path("data/", coverage.open_data, name="open_data"),
    path("data/<slug:slug>.<slug:ending>", coverage.open_data_file, name="open_data_file"),
    path("data/<slug:slug>/gambar/", coverage.open_embed, name="open_embed"),
]
