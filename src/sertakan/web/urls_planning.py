"""Addresses of pages about targets, plans and forecasts."""

from __future__ import annotations

from django.urls import URLPattern, path

from sertakan.web.views import planning, planning_targets

urlpatterns: list[URLPattern] = [
    path("rencana/", planning.plans, name="plans"),
    path("rencana/baru/", planning.plan_new, name="plan_new"),
    path("rencana/bandingkan/", planning.plan_compare, name="plan_compare"),
    path("rencana/target/", planning_targets.targets, name="targets"),
    path("rencana/target/<int:target_id>/cabut/", planning_targets.target_withdraw, name="target_withdraw"),
    path("rencana/perkiraan/", planning_targets.forecast, name="forecast"),
    path("rencana/perkiraan/hitung/", planning_targets.forecast_run, name="forecast_run"),
    path("rencana/<int:plan_id>/", planning.plan, name="plan"),
    path("rencana/<int:plan_id>/kemajuan/", planning.plan_progress, name="plan_progress"),
    path("rencana/<int:plan_id>/berkas.<str:kind>", planning.plan_file, name="plan_file"),
]
