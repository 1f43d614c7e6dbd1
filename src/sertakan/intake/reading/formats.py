"""What kind of file this is, told by its content first; the name only decides between kinds of plain text.

Formats: xlsx, xlsm, xlsb, ods, xls, xml (Excel 2003 XML), html, csv (any separated text).
Sources: [MS-CFB] 2.2 and 2.6 (compound files), OpenDocument 1.3 part 2 (mimetype entry).
"""

from __future__ import annotations

import re
import struct
import zipfile
from pathlib import Path

from sertakan.intake.errors import EmptyFile, PasswordProtected, UnknownFormat, UnreadableFile

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOREIGN = (
    (b"%PDF", "dokumen PDF"),
    (b"\x89PNG", "gambar PNG"),
    (b"\xff\xd8\xff", "foto JPEG"),
    (b"GIF8", "gambar GIF"),
    (b"Rar!", "arsip RAR"),
    (b"7z\xbc\xaf", "arsip 7z"),
    (b"\x1f\x8b", "arsip GZIP"),
    (b"BZh", "arsip BZIP2"),
    (b"\xfd7zXZ", "arsip XZ"),
    (b"{\\rtf", "dokumen RTF"),
    (b"MZ", "program Windows"),
    (b"\x7fELF", "program"),
    (b"SQLite format 3", "basis data SQLite"),
    (b"PAR1", "berkas Parquet"),
    (b"MIME-Version", "halaman web tersimpan (MHTML)"),
)
_BIFF_RAW = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08")
_HTML = re.compile(rb"<\s*(!doctype\s+html|html|table|meta|body|head|style|div)\b", re.IGNORECASE)


def detect(path: Path) -> str:
    """The format of the file at `path`. Raises EmptyFile, UnknownFormat, PasswordProtected, UnreadableFile."""
    with path.open("rb") as file:
        head = file.read(8192)
    if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise EmptyFile()
    if head.startswith(b"PK"):
        return _zip_format(path)
    if head.startswith(_OLE):
        return _ole_format(path)
    if head.startswith(_BIFF_RAW):
        raise UnknownFormat(found="buku kerja Excel versi sangat lama")
    for magic, found in _FOREIGN:
        if head.startswith(magic):
            raise UnknownFormat(found=found)
    return _text_format(head)


def _zip_format(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = {info.filename.replace("\\", "/").lstrip("/").lower(): info for info in archive.infolist()}
            if "mimetype" in names and names["mimetype"].file_size < 200:
                kind = archive.read(names["mimetype"]).decode("latin-1").strip()
                if "opendocument.spreadsheet" in kind:
                    return "ods"
                if "opendocument" in kind:
                    raise UnknownFormat(found="dokumen OpenDocument yang bukan lembar sebar")
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, struct.error, RuntimeError):
        raise UnreadableFile(format="ZIP", place="daftar isi arsip") from None
    if "xl/workbook.bin" in names:
        return "xlsb"
    if (
        "xl/workbook.xml" in names
        or {"workbook.xml", "[content_types].xml"} <= names.keys()
        or ("[content_types].xml" in names and any(n.startswith("xl/") for n in names))
    ):
        return "xlsm" if "xl/vbaproject.bin" in names else "xlsx"
    if "content.xml" in names and "meta-inf/manifest.xml" in names:
        return "ods"
    if any(n.startswith("word/") for n in names):
        raise UnknownFormat(found="dokumen Word")
    if any(n.startswith("ppt/") for n in names):
        raise UnknownFormat(found="presentasi PowerPoint")
    if any(n.endswith(".iwa") for n in names):
        raise UnknownFormat(found="dokumen Apple Numbers")
    raise UnknownFormat(found="arsip ZIP")


def _ole_format(path: Path) -> str:
    try:
        streams = ole_streams(path)
    except (struct.error, ValueError, IndexError, OSError):
        raise UnreadableFile(format="XLS", place="daftar isi berkas") from None
    lowered = {name.lower() for name in streams}
    if "encryptedpackage" in lowered or "encryptioninfo" in lowered:
        raise PasswordProtected()
    if "workbook" in lowered or "book" in lowered:
        return "xls"
    if "worddocument" in lowered:
        raise UnknownFormat(found="dokumen Word")
    if "powerpoint document" in lowered:
        raise UnknownFormat(found="presentasi PowerPoint")
    raise UnknownFormat(found="berkas Office lama yang bukan buku kerja")


def ole_streams(path: Path, *, most: int = 4096) -> list[str]:
    """Names of the entries in the directory of a compound file, at most `most`. Raises ValueError or struct.error when broken."""
    with path.open("rb") as file:
        header = file.read(512)
        shift = struct.unpack_from("<H", header, 30)[0]
        if shift not in (9, 12):
            raise ValueError("sector size")
        size = 1 << shift
        fat_sectors = [s for s in struct.unpack_from("<109I", header, 76) if s < 0xFFFFFFFA]
        sector = struct.unpack_from("<I", header, 48)[0]
        names: list[str] = []
        seen: set[int] = set()
        while sector < 0xFFFFFFFA and sector not in seen and len(names) < most:
            seen.add(sector)
            file.seek((sector + 1) * size)
            block = file.read(size)
            if len(block) < 128:
                raise ValueError("directory")
            for start in range(0, len(block) - 127, 128):
                length = struct.unpack_from("<H", block, start + 64)[0]
                if 2 <= length <= 64 and block[start + 66]:
                    names.append(block[start : start + length - 2].decode("utf-16-le", "replace"))
            index, place = divmod(sector, size // 4)
            if index >= len(fat_sectors):
                break
            file.seek((fat_sectors[index] + 1) * size + place * 4)
            sector = struct.unpack("<I", file.read(4))[0]
    return names


def _text_format(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = head.decode("utf-16", "ignore").encode("utf-8", "ignore")
    elif b"\x00" in head[:4096]:
        raise UnknownFormat(found="berkas biner")
    else:
        text = head
    text = text.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text.startswith(b"<?xml") and b"urn:schemas-microsoft-com:office:spreadsheet" in text:
        return "xml"
    if text.startswith(b"<") and _HTML.search(text):
        return "html"
    if text.startswith(b"<?xml"):
        raise UnknownFormat(found="dokumen XML")
    if text.startswith((b"{", b"[{")):
        raise UnknownFormat(found="data JSON")
    control = sum(byte < 9 or 13 < byte < 32 for byte in text[:4096])
    if control > len(text[:4096]) // 50:
        raise UnknownFormat(found="berkas biner")
    return "csv"
