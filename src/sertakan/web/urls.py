"""Addresses of pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from sertakan.web.views import agencies, audit, batches, bills, continuing, home, intake, people, rules, style

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("unggah/", intake.upload, name="upload"),
    path("format/", intake.template_file, name="template"),
    path("berkas/", intake.file_list, name="files"),
    path("berkas/<int:file_id>/", intake.file_page, name="file"),
    path("berkas/<int:file_id>/kemajuan/", intake.file_progress, name="file_progress"),
    path("berkas/<int:file_id>/catat/", intake.file_accept, name="file_accept"),
    path("berkas/<int:file_id>/tarik/", intake.file_take_back, name="file_take_back"),
    path("berkas/<int:file_id>/ulang/", intake.file_again, name="file_again"),
    path("berkas/<int:file_id>/jawab/", intake.file_answer, name="file_answer"),
    path("berkas/<int:file_id>/ditahan/", intake.held_workbook, name="held_workbook"),
    path("berkas/<int:file_id>/baris/<int:sheet>/<int:number>/", intake.row_editor, name="row"),
    path("pekerja/", people.people, name="people"),
    path("pekerja/<int:person_id>/", people.person, name="person"),
    path("pekerja/<int:person_id>/perbaiki/", people.person_correct, name="person_correct"),
    path("pekerja/<int:person_id>/nomor/", people.person_number, name="person_number"),
    path("opd/", agencies.agency_list, name="agencies"),
    path("opd/<int:agency_id>/", agencies.agency_page, name="agency"),
    path("aturan/", rules.rules, name="rules"),
    path("kiriman/", batches.batches, name="batches"),
    path("kiriman/susun/", batches.batch_prepare, name="batch_prepare"),
    path("kiriman/lanjutkan/", continuing.continuing, name="continue"),
    path("kiriman/tertinggal/", batches.left_out, name="left_out"),
    path("kiriman/persetujuan/", batches.consents_record, name="consents_record"),
    path("kiriman/<int:batch_id>/", batches.batch, name="batch"),
    path("kiriman/<int:batch_id>/buku-kerja/", batches.batch_workbook, name="batch_workbook"),
    path("kiriman/<int:batch_id>/kirim/", batches.batch_send, name="batch_send"),
    path("kiriman/<int:batch_id>/buang/", batches.batch_discard, name="batch_discard"),
    path("kiriman/<int:batch_id>/jawaban/", batches.batch_answer, name="batch_answer"),
    path("kiriman/<int:batch_id>/susulan/", batches.batch_follow_up, name="batch_follow_up"),
    path("tagihan/", bills.bills, name="bills"),
    path("tagihan/buat/", bills.bill_make, name="bill_make"),
    path("tagihan/konfirmasi/", bills.bill_confirm, name="bill_confirm"),
    path("tagihan/<int:bill_id>/", bills.bill, name="bill"),
    path("tagihan/<int:bill_id>/terbit/", bills.bill_issue, name="bill_issue"),
    path("tagihan/<int:bill_id>/lembar/", bills.bill_xlsx, name="bill_xlsx"),
    path("tagihan/<int:bill_id>/surat/", bills.bill_pdf, name="bill_pdf"),
    path("tagihan/<int:bill_id>/donatur/<int:donor_id>/", bills.donor_slip, name="donor_slip"),
    path("jejak/", audit.audit, name="audit"),
    path("gaya/", style.show, name="style"),
    path("gaya/kerja/", style.work, name="style_work"),
]
