"""Addresses of pages about targets, plans and forecasts."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
