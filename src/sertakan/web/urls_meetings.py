"""Addresses of pages about meetings, actions, evidence, letters and reports."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
