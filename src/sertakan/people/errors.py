"""Why something about persons is refused. No personal number in any fact."""

from __future__ import annotations

from sertakan.core.errors import Conflict, DomainError, NotAllowed, NotFound


class PersonUnknown(NotFound):
    code = "person_unknown"
    message = "Orang nomor %(person)s tidak ada, atau tidak dikenal oleh perangkat daerah Anda."


class NotYourPerson(NotAllowed):
    code = "not_your_person"
    message = "Data orang hanya diubah oleh petugas perangkat daerah yang mengenalnya atau koordinator provinsi."


class SearchTooShort(DomainError):
    code = "search_too_short"
    message = "Tulis sedikitnya tiga huruf nama, NIK 16 digit, atau nomor peserta 11 digit."


class NumberMalformed(DomainError):
    code = "number_malformed"
    message = "Nomor peserta (KPJ) harus tepat 11 digit. Periksa juga nol di depannya."


class NumberTaken(Conflict):
    code = "number_of_another_person"
    message = (
        "Nomor peserta ini sudah tercatat atas nama orang lain. Periksa nomor itu pada kartu atau tanyakan kepada BPJS."
    )


class ConsentInForce(Conflict):
    code = "consent_in_force"
    message = "Persetujuan pekerja ini sudah tercatat sejak %(since)s. Tarik dahulu yang lama bila memang diganti."


class NoConsentInForce(Conflict):
    code = "no_consent_in_force"
    message = "Tidak ada persetujuan yang berlaku untuk pekerja ini, maka tidak ada yang dapat ditarik."


class ConsentDateWrong(DomainError):
    code = "consent_date_wrong"
    message = "Tanggal persetujuan atau penarikannya tidak boleh di masa depan, dan penarikan tidak boleh mendahului persetujuan."


class NoNumber(NotFound):
    code = "no_number"
    message = "Orang ini belum mempunyai nomor jenis itu."


class NotYourMerge(NotAllowed):
    code = "not_your_merge"
    message = (
        "Hanya koordinator provinsi atau operator yang memutuskan bahwa dua orang dalam daftar adalah orang yang sama."
    )


class SamePersonAlready(Conflict):
    code = "same_person_already"
    message = "Kedua orang ini sudah dicatat sebagai orang yang sama."


class MergeOfOne(DomainError):
    code = "merge_of_one"
    message = "Penyatuan memerlukan dua orang yang berbeda."


class MergeUnknown(NotFound):
    code = "merge_unknown"
    message = "Penyatuan nomor %(merge)s tidak ada."


class MergeUndone(Conflict):
    code = "merge_undone"
    message = "Penyatuan nomor %(merge)s sudah dibatalkan."


class CorrectionReasonMissing(DomainError):
    code = "correction_reason_missing"
    message = "Tulis sebabnya data ini diperbaiki, paling sedikit lima huruf. Tidak ada yang berubah."


class NotCorrectable(DomainError):
    code = "not_correctable"
    message = "Kolom %(column)s tidak dapat diperbaiki di sini. Tidak ada yang berubah."
