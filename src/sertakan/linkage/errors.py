"""Why something about matching is refused. No personal number in any fact."""

from __future__ import annotations

from sertakan.core.errors import Conflict, DomainError, NotAllowed, NotFound


class NotYourDecision(NotAllowed):
    code = "not_your_decision"
    message = "Hanya koordinator provinsi atau operator yang memutuskan apakah dua catatan adalah orang yang sama."


class NotYourRun(NotAllowed):
    code = "not_your_run"
    message = "Pencocokan hanya dijalankan oleh koordinator provinsi, petugas BPJS, atau operator."


class PairUnknown(NotFound):
    code = "pair_unknown"
    message = "Pasangan nomor %(pair)s tidak ada."


class RunUnknown(NotFound):
    code = "run_unknown"
    message = "Pencocokan nomor %(run)s tidak ada."


class NothingToUndo(NotFound):
    code = "nothing_to_undo"
    message = "Tidak ada pencocokan atau pasangan bernomor %(number)s yang dapat dibatalkan."


class AnswerUnknown(DomainError):
    code = "answer_unknown"
    message = "Jawaban “%(answer)s” tidak dikenal. Tulis same (orang yang sama) atau different (orang yang berbeda)."


class ReasonMissing(DomainError):
    code = "reason_missing"
    message = "Tulis alasan keputusan, paling sedikit lima huruf."


class AlreadyDecided(Conflict):
    code = "already_decided"
    message = "Pasangan %(pair)s sudah diputuskan oleh %(by)s: %(answer)s. Keputusan Anda tidak dicatat."


class SecondPersonNeeded(Conflict):
    code = "second_person_needed"
    message = "Keputusan pertama atas pasangan %(pair)s dari Anda sendiri. Keputusan kedua harus dari orang lain."


class ContradictsDecision(Conflict):
    code = "contradicts_decision"
    message = (
        "Kedua catatan sudah masuk kelompok orang yang pernah diputuskan berbeda (pasangan %(other)s). "
        "Batalkan dahulu keputusan itu bila keliru."
    )


class NotDecided(Conflict):
    code = "not_decided"
    message = "Pasangan %(pair)s belum diputuskan, maka tidak ada yang dibatalkan."


class NumberInUse(Conflict):
    code = "number_in_use"
    message = (
        "Nomor peserta dari pasangan %(pair)s sudah dipakai dalam jawaban BPJS, maka tidak dapat dilepas lagi. "
        "Tanyakan nomor itu kepada BPJS."
    )


class ListEmpty(DomainError):
    code = "list_without_rows"
    message = "Berkas ini tidak berisi satu baris pun di bawah judul kolomnya."


class ListWithoutName(DomainError):
    code = "list_without_usable_columns"
    message = (
        "Tidak ada kolom yang cukup untuk mengenali orang: perlu NIK, nomor peserta, atau nama beserta tanggal lahir atau alamat. "
        'Kolom yang ada: %(headings)s. Tunjukkan artinya dengan --map, misalnya --map name="Nama Tenaga Kerja".'
    )


class ListColumnUnknown(DomainError):
    code = "list_column_unknown"
    message = "Kolom “%(column)s” tidak ada di berkas ini. Yang ada: %(headings)s."


class ListTooLarge(DomainError):
    code = "list_too_large"
    message = "Berkas ini terlalu besar: %(size)s, sedangkan batasnya %(limit)s. Bagi menjadi beberapa berkas."


class RegisterEmpty(DomainError):
    code = "register_empty"
    message = "Belum ada orang di dalam daftar, maka tidak ada yang dapat dicocokkan."
