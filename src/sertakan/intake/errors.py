"""Why a file cannot be taken in: place, cause and remedy in one sentence each. No cell content ever goes into the facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from sertakan.core.errors import DomainError, NotAllowed


class NotYourFile(NotAllowed):
    """Somebody else's list. No facts."""

    code = "not_your_file"
    message = (
        "Daftar pekerja hanya dapat diunggah, diperbaiki, dicatat, atau ditarik kembali oleh petugas OPD untuk instansinya sendiri, "
        "koordinator provinsi, atau operator."
    )


class ReadingError(DomainError):
    """The file as a whole could not be read. Subclasses say why."""

    code: ClassVar[str] = "file_refused"
    message: ClassVar[str] = "Berkas ini tidak dapat dibaca."


def told(problem: Mapping[str, Any]) -> str:
    """A stored refusal {code, message, facts} in the reader's language; one without facts as it was stored."""
    kinds: list[type[ReadingError]] = [ReadingError]
    for kind in kinds:
        kinds.extend(kind.__subclasses__())
    found = next((kind for kind in kinds if kind.code == problem.get("code")), None)
    if found is None or "facts" not in problem:
        return str(problem.get("message", ""))
    return str(found(**problem["facts"]))


class EmptyFile(ReadingError):
    """Nothing is in the file. No facts."""

    code = "empty_file"
    message = "Berkas ini kosong, tidak ada satu sel pun yang terisi. Periksa apakah berkas yang dipilih sudah benar, lalu unggah lagi."


class UnknownFormat(ReadingError):
    """The content is none of the formats that can be read. Facts: found (what it seems to be)."""

    code = "unknown_format"
    message = (
        "Jenis berkas ini tidak dikenal (isinya tampak seperti %(found)s). "
        "Simpan datanya sebagai buku kerja Excel (.xlsx), lalu unggah lagi."
    )


class PasswordProtected(ReadingError):
    """The file can only be opened with a password. No facts."""

    code = "password_protected"
    message = (
        "Berkas ini dikunci dengan kata sandi sehingga isinya tidak dapat dibaca. "
        "Buka berkas itu, hapus kata sandinya (Berkas > Info > Proteksi), simpan, lalu unggah lagi."
    )


class EntityBomb(ReadingError):
    """A part of the file declares XML entities, which no spreadsheet program writes. Facts: part."""

    code = "entity_bomb"
    message = (
        "Bagian %(part)s di dalam berkas memuat deklarasi XML (DTD) yang berbahaya dan tidak pernah dibuat oleh Excel, "
        "maka berkas ditolak. Salin datanya ke buku kerja baru, lalu unggah lagi."
    )


class TooLarge(ReadingError):
    """The file is over a limit. Facts: size, limit (both as text with their unit)."""

    code = "too_large"
    message = (
        "Berkas ini terlalu besar: %(size)s, sedangkan batasnya %(limit)s. "
        "Bagi datanya menjadi beberapa berkas, lalu unggah satu per satu."
    )


class TooSpread(TooLarge):
    """One cell stands so far from the others that the sheet cannot be held. Facts: sheet, cell."""

    code = "sheet_too_spread"
    message = (
        'Lembar "%(sheet)s" berisi sel yang sangat jauh dari tabelnya (%(cell)s). '
        "Hapus baris dan kolom kosong sesudah tabel beserta isi sel itu, simpan, lalu unggah lagi."
    )


class UnreadableFile(ReadingError):
    """The file is of a known format but broken. Facts: format, place."""

    code = "unreadable_file"
    message = (
        "Berkas %(format)s ini rusak atau tidak lengkap (%(place)s). "
        "Buka di Excel atau LibreOffice, simpan ulang sebagai .xlsx, lalu unggah lagi."
    )


class ReaderCrashed(ReadingError):
    """The process that reads the file ended without an answer. Facts: format."""

    code = "reader_crashed"
    message = (
        "Berkas %(format)s ini membuat pembaca berhenti di tengah jalan; tidak ada data yang tersimpan. "
        "Buka di Excel atau LibreOffice, simpan ulang sebagai .xlsx, lalu unggah lagi."
    )


class ReaderOutOfMemory(ReaderCrashed):
    """Reading needs more memory than allowed. Facts: format, limit_mb."""

    code = "reader_out_of_memory"
    message = (
        "Membaca berkas %(format)s ini memerlukan memori lebih dari %(limit_mb)s MB, maka dihentikan; tidak ada data yang tersimpan. "
        "Bagi datanya menjadi beberapa berkas, atau hapus lembar yang tidak perlu, lalu unggah lagi."
    )


class ReaderTimedOut(ReadingError):
    """Reading took longer than allowed. Facts: format, seconds."""

    code = "reader_timed_out"
    message = (
        "Membaca berkas %(format)s ini tidak selesai dalam %(seconds)s detik, maka dihentikan; tidak ada data yang tersimpan. "
        "Bagi datanya menjadi beberapa berkas, lalu unggah lagi."
    )


class NoTable(ReadingError):
    """No sheet holds a table of workers. Facts: sheets (how many were looked at)."""

    code = "no_table"
    message = (
        "Tidak ditemukan tabel pekerja pada %(sheets)s lembar di berkas ini: tidak ada kolom nama atau NIK. "
        "Pastikan baris kepala tabel (misalnya No, NIK, Nama) ada, atau pakai templat, lalu unggah lagi."
    )


class NoRows(ReadingError):
    """A list of workers with its headings and nothing below them: a form that nobody has filled in."""

    code = "no_rows"
    message = (
        "Berkas ini memuat kepala tabel pekerja, tetapi belum ada satu baris pun di bawahnya. "
        "Isi barisnya, simpan, lalu unggah lagi."
    )
