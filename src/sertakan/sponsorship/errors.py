"""Why something about sponsorships, batches and answers is refused. No personal number in any fact."""

from __future__ import annotations

from typing import ClassVar

from sertakan.core.errors import Conflict, DomainError, NotAllowed, NotFound


class SponsorshipUnknown(NotFound):
    code = "sponsorship_unknown"
    message = "Kesediaan nomor %(sponsorship)s tidak ada, atau bukan milik perangkat daerah Anda."


class BatchUnknown(NotFound):
    code = "batch_unknown"
    message = "Batch nomor %(batch)s tidak ada, atau bukan milik perangkat daerah Anda."


class OfficeUnknown(NotFound):
    code = "office_unknown"
    message = "Kantor BPJS Ketenagakerjaan “%(office)s” tidak dikenal. Yang ada: %(known)s."


class LayoutUnknown(NotFound):
    code = "layout_unknown"
    message = "Tata letak “%(layout)s” tidak dikenal. Yang ada: %(known)s."


class DataMalformed(DomainError):
    """A data file of this package or of the operator cannot be trusted. Facts: file, reason."""

    code = "data_malformed"
    message = "Berkas %(file)s tidak dapat dipakai: %(reason)s. Perbaiki berkas itu, lalu coba lagi."
    status = 500


class NotYourBatch(NotAllowed):
    code = "not_your_batch"
    message = "Batch hanya disusun dan dikirim oleh petugas perangkat daerahnya atau koordinator provinsi."


class NotYourAnswer(NotAllowed):
    code = "not_your_answer"
    message = "Jawaban BPJS hanya dimasukkan oleh petugas BPJS, petugas perangkat daerahnya, atau koordinator provinsi."


class WholeNumbersNotAllowed(NotAllowed):
    code = "whole_numbers_not_allowed"
    message = "NIK utuh hanya dibuka bagi petugas perangkat daerahnya, koordinator provinsi, dan petugas BPJS."


class NotBatchable(Conflict):
    """A sponsorship cannot go into a batch now. Subclasses say why."""

    code: ClassVar[str] = "not_batchable"


class ConsentMissing(NotBatchable):
    code = "consent_missing"
    message = "Persetujuan pekerja belum tercatat. Catat tanggal persetujuannya, lalu susun batch lagi."


class AlreadyInBatch(NotBatchable):
    code = "already_in_batch"
    message = "Baris ini sudah ada di batch yang belum selesai."


class WrongState(NotBatchable):
    code = "wrong_state"
    message = "Baris ini berkeadaan “%(state)s”, maka tidak dapat masuk batch jenis ini."


class NumberKnown(NotBatchable):
    code = "number_known"
    message = "Pekerja ini sudah bernomor peserta. Masukkan ke batch pengaktifan kembali atau lanjutan, bukan pendaftaran baru."


class NumberUnknown(NotBatchable):
    code = "number_unknown"
    message = "Nomor peserta pekerja ini belum diketahui. Masukkan ke batch pendaftaran baru."


class NotAContinuation(NotBatchable):
    code = "not_a_continuation"
    message = "Baris ini bukan lanjutan dari masa iuran sebelumnya."


class IsAContinuation(NotBatchable):
    code = "is_a_continuation"
    message = "Baris ini lanjutan dari masa iuran sebelumnya. Masukkan ke batch lanjutan."


class NothingToStop(NotBatchable):
    code = "nothing_to_stop"
    message = "Penghentian ini tidak perlu dikirim: pekerjanya tidak pernah dikirim ke BPJS."


class SamePersonTwice(NotBatchable):
    code = "same_person_in_batch"
    message = "Pekerja yang sama sudah ada di batch ini dari donatur lain. Putuskan dahulu siapa yang membayar."


class NothingReady(Conflict):
    """No row can go into a batch. Facts: reasons (counted, as text)."""

    code = "nothing_ready"
    message = "Tidak ada baris yang siap untuk batch ini (%(reasons)s). Tidak ada batch yang dibuat."


class NotAllReady(Conflict):
    """Rows of a draft are no longer ready. Facts: count, reasons."""

    code = "not_all_ready"
    message = "%(count)s baris dalam batch ini tidak lagi siap (%(reasons)s). Keluarkan baris itu, lalu kirim lagi."


class BatchLocked(Conflict):
    code = "batch_locked"
    message = "Batch nomor %(batch)s sudah dikirim, maka isinya tidak dapat diubah. Buat batch susulan atau perubahan."


class BatchEmpty(Conflict):
    code = "batch_empty"
    message = "Batch nomor %(batch)s tidak berisi satu baris pun."


class BatchNotSent(Conflict):
    code = "batch_not_sent"
    message = "Batch nomor %(batch)s belum dikirim, maka belum ada yang dapat dijawab. Tandai terkirim dahulu."


class NothingRefused(Conflict):
    code = "nothing_refused"
    message = "Batch nomor %(batch)s tidak berisi baris ditolak yang dapat dikirim lagi."


class AnswerWithoutNik(DomainError):
    code = "answer_without_nik"
    message = "Tidak ada kolom NIK dalam berkas jawaban ini, maka barisnya tidak dapat dicocokkan. Tambahkan kolom “NIK”, lalu unggah lagi."


class AnswerWithoutAnswer(DomainError):
    code = "answer_without_answer"
    message = (
        "Berkas ini tidak memuat satu pun kolom jawaban (hasil, alasan, kode iuran, tanggal bayar, KPJ, tanggal terbit). "
        "Periksa judul kolomnya, lalu unggah lagi."
    )


class MoveNotAllowed(Conflict):
    code = "move_not_allowed"
    message = "Dari keadaan “%(before)s” tidak ada jalan ke “%(after)s”."


class AlreadyEnded(Conflict):
    code = "already_ended"
    message = "Kesediaan ini sudah berhenti pada %(on)s."


class AlreadyContinued(Conflict):
    code = "already_continued"
    message = (
        "Kesediaan nomor %(sponsorship)s sudah dilanjutkan mulai %(start)s. Ubah lanjutan itu, jangan buat yang kedua."
    )


class MonthsOverlap(DomainError):
    code = "months_overlap"
    message = "Lanjutan mulai %(start)s padahal masa yang lama baru habis pada %(last)s."


class MonthsOutOfRange(DomainError):
    code = "months_out_of_range"
    message = "Jumlah bulan %(months)s di luar 1 sampai 12."


class ChoiceUnknown(DomainError):
    code = "choice_unknown"
    message = "Pilihan “%(choice)s” tidak dikenal. Yang ada: working, stopped, died, new_donor."


class ChoiceIncomplete(DomainError):
    code = "choice_incomplete"
    message = "Pilihan “%(choice)s” memerlukan isian “%(missing)s”."


class SamePerson(DomainError):
    code = "same_person"
    message = "Pengganti harus orang lain."


class AlreadySponsored(Conflict):
    code = "already_sponsored"
    message = "Pekerja pengganti ini sudah ditanggung. Pilih pekerja lain."


class OtherNumberKnown(Conflict):
    code = "other_number_known"
    message = "Pekerja ini sudah tercatat dengan nomor peserta lain. Satu orang hanya mempunyai satu nomor; tanyakan kepada BPJS."


class MandateInForce(Conflict):
    code = "mandate_in_force"
    message = "Kuasa potong donatur ini sudah tercatat sejak %(since)s. Akhiri dahulu, lalu catat yang baru."


class MandateUnknown(NotFound):
    code = "mandate_unknown"
    message = "Donatur ini tidak mempunyai kuasa potong yang berlaku."


class MandateDateWrong(DomainError):
    code = "mandate_date_wrong"
    message = "Tanggal kuasa potong tidak boleh sesudah hari ini, dan berakhirnya tidak boleh sebelum ditandatangani."


class DonorUnknown(NotFound):
    code = "donor_unknown"
    message = "Donatur ini tidak ada, atau bukan milik perangkat daerah Anda."


class DepartureInForce(Conflict):
    code = "departure_in_force"
    message = "Kepergian donatur ini sudah tercatat dengan potongan terakhir %(month)s. Batalkan dahulu bila keliru."


class DepartureHasSuccessors(Conflict):
    code = "departure_has_successors"
    message = "Untuk %(count)s pekerja sudah diputuskan siapa yang membayar berikutnya. Batalkan keputusan itu dahulu."


class DepartureUnknown(NotFound):
    code = "departure_unknown"
    message = "Kapan donatur ini pergi belum diketahui. Catat dahulu alasannya dan bulan potongan terakhirnya."


class NextPayerMissing(DomainError):
    code = "next_payer_missing"
    message = "Pilih siapa yang membayar berikutnya: seorang donatur lain dari perangkat daerah yang sama."


class NextPayerLeaves(Conflict):
    code = "next_payer_leaves"
    message = "%(name)s sendiri tercatat pergi dengan potongan terakhir %(month)s. Pilih pembayar lain."


class SuccessionDecided(Conflict):
    code = "succession_decided"
    message = "Untuk pekerja ini sudah diputuskan: %(decision)s. Batalkan keputusan itu dahulu bila harus lain."


class SuccessionUnknown(NotFound):
    code = "succession_unknown"
    message = "Untuk pekerja ini belum ada keputusan yang dapat dibatalkan."


class SuccessionUnderWay(Conflict):
    code = "succession_under_way"
    message = "Keputusan ini sudah berjalan: %(why)s. Yang dapat dilakukan sekarang: ganti donatur atau hentikan lewat “Lanjutkan”."


class AccountUnknown(NotFound):
    code = "donor_account_unknown"
    message = "Akun “%(username)s” tidak ada, atau tidak berperan donatur. Minta operator membuatnya dahulu."


class AccountTaken(Conflict):
    code = "account_taken"
    message = "Akun atau donatur ini sudah tertaut dengan yang lain. Lepaskan dahulu tautan yang lama."
