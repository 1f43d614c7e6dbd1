"""What a file is, by its content: its name and what the browser says do not count."""

from __future__ import annotations

import re

from sertakan.evidence.errors import EvidenceUnsafe, EvidenceWrongType

_HEAD = 1024
_SCRIPT = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|script|svg|\?php|iframe|object)|^\s*<\?xml|^\s*#!", re.IGNORECASE
)
_OTHERS: tuple[tuple[bytes, str, str], ...] = (
    (b"PK\x03\x04", "berkas Office atau arsip ZIP", "Simpan atau cetak sebagai PDF, lalu unggah PDF-nya."),
    (b"\xd0\xcf\x11\xe0", "berkas Office lama", "Simpan atau cetak sebagai PDF, lalu unggah PDF-nya."),
    (b"Rar!", "arsip RAR", "Buka arsipnya, lalu unggah fotonya satu per satu."),
    (b"7z\xbc\xaf", "arsip 7-Zip", "Buka arsipnya, lalu unggah fotonya satu per satu."),
    (b"\x1f\x8b", "arsip GZIP", "Buka arsipnya, lalu unggah fotonya satu per satu."),
    (b"GIF8", "gambar GIF", "Simpan sebagai PNG atau JPEG, lalu unggah."),
    (b"BM", "gambar BMP", "Simpan sebagai PNG atau JPEG, lalu unggah."),
    (b"II*\x00", "gambar TIFF", "Simpan sebagai PDF atau JPEG, lalu unggah."),
    (b"MM\x00*", "gambar TIFF", "Simpan sebagai PDF atau JPEG, lalu unggah."),
    (b"{\\rtf", "berkas RTF", "Cetak sebagai PDF, lalu unggah PDF-nya."),
)
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
_HEIC = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")
_PLAIN = "Pilih foto atau PDF."
_IPHONE = (
    "Di iPhone pilih Pengaturan, Kamera, Format, “Paling Kompatibel”, lalu potret lagi; atau kirim tangkapan layarnya."
)


def recognise(content: bytes) -> str:
    """``jpeg``, ``png``, ``webp`` or ``pdf``. Raises EvidenceWrongType, EvidenceUnsafe."""
    head = content[:_HEAD]
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp"
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC:
        raise EvidenceWrongType(found="foto HEIC", advice=_IPHONE)
    if head.startswith(_PROGRAMS):
        raise EvidenceUnsafe(found="sebuah program")
    if _SCRIPT.search(head.lstrip(b"\xef\xbb\xbf")) or _SCRIPT.search(head.replace(b"\0", b"")):
        raise EvidenceUnsafe(found="halaman web, SVG, atau skrip")
    if b"%PDF-" in head:
        raise EvidenceUnsafe(found="sesuatu yang lain di depan sebuah PDF")
    for mark, found, advice in _OTHERS:
        if head.startswith(mark):
            raise EvidenceWrongType(found=found, advice=advice)
    raise EvidenceWrongType(found="sesuatu yang tidak kami kenali", advice=_PLAIN)
