"""Refusals about letters."""

from __future__ import annotations

from sertakan.core.errors import Conflict, DomainError, NotAllowed, NotFound


class LetterKindUnknown(NotFound):
    code = "letter_kind_unknown"
    message = "Jenis surat “%(kind)s” tidak ada."


class LetterUnknown(NotFound):
    code = "letter_unknown"
    message = "Surat ini tidak ada dalam lingkup Anda."


class PlaceholderUnknown(DomainError):
    code = "letter_placeholder_unknown"
    message = "%(place)s: isian {%(name)s} tidak dikenal untuk surat ini. Pilih dari daftar isian: %(known)s. Templat belum disimpan."


class PlaceholderBroken(DomainError):
    code = "letter_placeholder_broken"
    message = (
        "%(place)s: ada kurung kurawal yang tidak berpasangan di dekat “%(near)s”. Isian ditulis seperti {opd}. "
        "Templat belum disimpan."
    )


class TemplateIncomplete(DomainError):
    code = "letter_template_incomplete"
    message = "%(place)s belum diisi. Templat belum disimpan."


class TemplateTooLong(DomainError):
    code = "letter_template_too_long"
    message = "%(place)s lebih panjang dari %(limit)s huruf. Templat belum disimpan."


class NumberPartTwice(DomainError):
    code = "letter_number_part_twice"
    message = "Bentuk nomor: bagian %(name)s ditulis dua kali. Tulis sekali saja. Kepala surat belum disimpan."


class TemplateChanged(Conflict):
    code = "letter_template_changed"
    message = "Templat ini baru saja diubah oleh %(who)s. Bandingkan isinya dengan isian Anda, lalu simpan lagi."


class LetterFactMissing(DomainError):
    code = "letter_fact_missing"
    message = "Surat belum dapat ditulis: nilai untuk {%(name)s} tidak ada. Belum ada nomor yang dipakai."


class NobodyToWriteTo(DomainError):
    code = "letter_without_recipient"
    message = "Surat belum dapat ditulis: tujuannya belum diisi. Belum ada nomor yang dipakai."


class LetterWithoutTable(NotFound):
    code = "letter_without_table"
    message = "Surat ini tidak berisi tabel, maka tidak ada lembar kerjanya."


class CannotWriteLetters(NotAllowed):
    code = "cannot_write_letters"
    message = "Surat dan templatnya hanya dibuat oleh koordinator provinsi atau operator."
