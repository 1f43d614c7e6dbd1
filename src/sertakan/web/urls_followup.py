"""Addresses of pages about circulars, duties and reminders."""

from __future__ import annotations

from django.urls import URLPattern, path

from sertakan.web.views import followup

urlpatterns: list[URLPattern] = [
    path("kewajiban/", followup.duties, name="duties"),
    path("kewajiban/hitung/", followup.duties_count, name="duties_count"),
    path("kewajiban/opd/<int:agency_id>/", followup.duties_agency, name="duties_agency"),
    path("kewajiban/<int:duty_id>/", followup.duty, name="duty"),
    path("kewajiban/<int:duty_id>/nyatakan/", followup.duty_declare, name="duty_declare"),
    path("kewajiban/<int:duty_id>/laporan/", followup.duty_report, name="duty_report"),
    path("kewajiban/<int:duty_id>/ubah/", followup.duty_change, name="duty_change"),
    path("pernyataan/<int:declaration_id>/putusan/", followup.declaration_decide, name="declaration_decide"),
    path("edaran/", followup.circulars, name="circulars"),
    path("edaran/baru/", followup.circular_new, name="circular_new"),
    path("edaran/<int:circular_id>/", followup.circular, name="circular"),
    path("edaran/<int:circular_id>/penerus/", followup.circular_successor, name="circular_successor"),
    path("edaran/<int:circular_id>/ubah/", followup.circular_change, name="circular_change"),
    path("pengingat/", followup.reminders, name="reminders"),
    path("pengingat/<int:circular_id>/rencana/", followup.reminder_plan, name="reminder_plan"),
    path("pengingat/jeda/", followup.reminder_pause, name="reminder_pause"),
]
