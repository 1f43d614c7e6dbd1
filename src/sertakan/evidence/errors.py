"""Refusals about evidence. Each says what happened, and that nothing was kept."""

from __future__ import annotations

from sertakan.core.errors import DomainError, NotAllowed, NotFound


class EvidenceTooLarge(DomainError):
    code = "evidence_too_large"
    message = "Bukti ini lebih besar dari %(limit)s, maka tidak disimpan. Kecilkan fotonya, atau bagi PDF-nya."
    status = 413


class EvidenceTooManyPixels(EvidenceTooLarge):
    code = "evidence_too_many_pixels"
    message = (
        "Gambar ini %(width)s × %(height)s titik, lebih besar dari %(limit)s juta titik. Kecilkan gambarnya, lalu unggah "
        "lagi. Tidak ada yang disimpan."
    )


class EvidenceTooManyPages(EvidenceTooLarge):
    code = "evidence_too_many_pages"
    message = (
        "PDF ini berisi %(pages)s halaman; paling banyak %(limit)s. Bagi PDF-nya, lalu unggah satu per satu. Tidak ada "
        "yang disimpan."
    )


class EvidenceWrongType(DomainError):
    code = "evidence_wrong_type"
    message = (
        "Isi berkas ini bukan foto (JPEG, PNG, WebP) dan bukan PDF, melainkan %(found)s. %(advice)s Tidak ada yang "
        "disimpan."
    )
    status = 415


class EvidenceUnsafe(DomainError):
    code = "evidence_unsafe"
    message = (
        "Berkas ini berisi %(found)s, yang dapat menjalankan perintah di komputer pembacanya. Cetak atau potret isinya, "
        "lalu unggah sebagai foto atau PDF biasa. Tidak ada yang disimpan."
    )
    status = 415


class EvidenceUnreadable(DomainError):
    code = "evidence_unreadable"
    message = (
        "Berkas ini tidak dapat dibuka: %(why)s. Simpan ulang atau potret lagi, lalu unggah. Tidak ada yang disimpan."
    )


class EvidenceInfected(DomainError):
    code = "evidence_infected"
    message = (
        "Pemindai virus menolak berkas ini. Jangan membukanya; mintalah berkas baru dari pengirimnya. Tidak ada yang "
        "disimpan."
    )


class EvidenceNotScanned(EvidenceInfected):
    code = "evidence_not_scanned"
    message = (
        "Pemindai virus tidak menjawab, maka berkas ini belum diterima. Coba lagi nanti; bila tetap begitu, hubungi "
        "operator. Tidak ada yang disimpan."
    )
    status = 503


class EvidenceUnknown(NotFound):
    code = "evidence_unknown"
    message = "Bukti ini tidak ada dalam lingkup Anda."


class EvidencePageUnknown(NotFound):
    code = "evidence_page_unknown"
    message = "Bukti ini tidak mempunyai halaman %(page)s."


class CannotKeepEvidence(NotAllowed):
    code = "cannot_keep_evidence"
    message = "Bukti hanya ditambahkan oleh petugas OPD untuk OPD-nya sendiri, koordinator provinsi, atau operator."
