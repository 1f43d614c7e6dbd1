"""Refusals about cases."""

from __future__ import annotations

from sertakan.core.errors import Conflict, DomainError, NotAllowed, NotFound


class CaseUnknown(NotFound):
    code = "case_unknown"
    message = "Kasus nomor %(case)s tidak ada dalam lingkup Anda."


class NotYourCase(NotAllowed):
    code = "not_your_case"
    message = "Kasus hanya dibuka dan diurus oleh petugas OPD yang mengenal pekerjanya, koordinator provinsi, atau petugas BPJS."


class KindUnknown(DomainError):
    code = "case_kind_unknown"
    message = (
        "Pilih apa yang terjadi: kecelakaan kerja, penyakit akibat kerja, cacat, atau meninggal. Kasus belum dibuka."
    )


class EventInFuture(DomainError):
    code = "case_event_in_future"
    message = (
        "Kejadian tidak mungkin sesudah hari ini (%(today)s). Periksa tanggal dan jamnya; belum ada yang disimpan."
    )


class EventTooOld(DomainError):
    code = "case_event_too_old"
    message = "Kejadian sebelum %(first)s tidak dapat dihitung di sini. Tanyakan langsung kepada BPJS Ketenagakerjaan."


class ReporterMissing(DomainError):
    code = "case_reporter_missing"
    message = "Tulis nama yang melapor dan hubungannya dengan pekerja, supaya dapat dihubungi. Kasus belum dibuka."


class CaseOpenAlready(Conflict):
    code = "case_open_already"
    message = "Kejadian ini sudah dibuka sebagai kasus nomor %(case)s. Lanjutkan di sana; tidak ada kasus kedua."


class AgencyOfCaseUnclear(DomainError):
    code = "case_agency_unclear"
    message = "Pekerja ini dikenal oleh beberapa perangkat daerah. Pilih satu yang mengurus kasusnya."


class StepUnknown(NotFound):
    code = "case_step_unknown"
    message = "Langkah ini tidak ada dalam kasus. Muat ulang halaman, lalu pilih langkah yang tampil."


class StepTimeWrong(DomainError):
    code = "case_step_time_wrong"
    message = (
        "Tanggal langkah harus antara hari kejadian (%(first)s) dan hari ini (%(today)s). Belum ada yang disimpan."
    )


class StepTooEarly(Conflict):
    code = "case_step_too_early"
    message = "Langkah ini menunggu “%(before)s”. Catat itu dahulu."


class PaperUnknown(NotFound):
    code = "case_paper_unknown"
    message = "Berkas ini tidak ada dalam daftar kasus ini."


class CaseClosed(Conflict):
    code = "case_closed"
    message = "Kasus ini sudah ditutup. Buka kembali dahulu bila masih ada yang harus dicatat."


class OutcomeMissing(Conflict):
    code = "case_outcome_missing"
    message = "Catat dahulu keputusan BPJS beserta jumlahnya, baru pembayarannya."


class OutcomeDecided(Conflict):
    code = "case_outcome_decided"
    message = (
        "Keputusan kasus ini sudah tercatat. Bila berubah, catat sebagai keputusan baru sesudah kasus dibuka kembali."
    )


class OutcomeDateWrong(DomainError):
    code = "case_outcome_date_wrong"
    message = "Tanggal keputusan atau pembayaran harus antara hari kejadian dan hari ini, dan pembayaran tidak mendahului keputusan."


class AmountWrong(DomainError):
    code = "case_amount_wrong"
    message = "Jumlah santunan harus rupiah bulat di atas nol. Belum ada yang disimpan."


class RefusalReasonMissing(DomainError):
    code = "case_refusal_reason_missing"
    message = "Tulis alasan penolakan dari BPJS, tanpa keterangan kesehatan. Belum ada yang disimpan."


class NumberInText(DomainError):
    code = "case_number_in_text"
    message = "Jangan menulis NIK, nomor KPJ, atau nomor lain yang panjang dalam catatan. Belum ada yang disimpan."
