"""Addresses of pages about meetings, actions, evidence, letters and reports."""

from __future__ import annotations

from django.urls import URLPattern, path

from sertakan.web.views import actions, evidence, letters, meeting_acts, meetings

urlpatterns: list[URLPattern] = [
    path("rapat/", meetings.meetings, name="meetings"),
    path("rapat/baru/", meeting_acts.meeting_new, name="meeting_new"),
    path("rapat/<int:meeting_id>/", meetings.meeting, name="meeting"),
    path("rapat/<int:meeting_id>/layar/", meetings.meeting_live, name="meeting_live"),
    path("rapat/<int:meeting_id>/daftar-hadir/", meetings.meeting_paper, name="meeting_paper"),
    path("rapat/<int:meeting_id>/<slug:act>/", meeting_acts.meeting_act, name="meeting_act"),
    path("hadir/<str:token>/", meetings.attend, name="attend"),
    path("tindakan/", actions.actions, name="actions"),
    path("tindakan/<int:action_id>/", actions.action, name="action"),
    path("tindakan/<int:action_id>/ubah/", actions.action_act, name="action_act"),
    path("surat/", letters.letters, name="letters"),
    path("surat/kepala/", letters.letter_office, name="letter_office"),
    path("surat/templat/<slug:kind>/", letters.letter_template, name="letter_template"),
    path("surat/<int:letter_id>/", letters.letter, name="letter"),
    path("surat/<int:letter_id>/unduh/<slug:ending>/", letters.letter_file, name="letter_file"),
    path("laporan/", letters.reports, name="reports"),
    path("laporan/buat/", letters.report_make, name="report_make"),
    path("bukti/<int:evidence_id>/", evidence.evidence, name="evidence"),
    path("bukti/<int:evidence_id>/unduh/", evidence.evidence_file, name="evidence_file"),
    path("bukti/<int:evidence_id>/halaman/<int:page>/", evidence.evidence_page, name="evidence_page"),
]
