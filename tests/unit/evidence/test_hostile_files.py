"""What somebody hands in as evidence and should not: each is refused with a clear word, or keeps nothing but its points."""

from __future__ import annotations

import io
import shlex
import sys
import time
import tracemalloc
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

import factories
from sertakan.core import files
from sertakan.evidence import errors, queries, services
from sertakan.evidence.models import Evidence

ABOUT = ("followup.declaration", 7)


def picture(form: str = "JPEG", size: tuple[int, int] = (320, 200), **how: Any) -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(out, form, **how)
    return out.getvalue()


def pdf(*objects: str, pages: int = 1, text: str = "Bukti setor", drawn: str = "") -> bytes:
    """A small PDF with `objects` from number 10 on; /Root may name them."""
    extra = [one for one in objects if not one.startswith("root:")]
    root = " ".join(one[5:] for one in objects if one.startswith("root:"))
    kids = " ".join(f"{100 + index} 0 R" for index in range(pages))
    content = drawn or f"BT /F1 24 Tf 60 700 Td ({text}) Tj ET"
    bodies = {
        1: f"<< /Type /Catalog /Pages 2 0 R {root} >>",
        2: f"<< /Type /Pages /Count {pages} /Kids [{kids}] >>",
        3: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        4: f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        **{10 + index: body for index, body in enumerate(extra)},
        **{
            100 + index: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
            " /Resources << /Font << /F1 3 0 R >> /XObject << /I 10 0 R >> >> >>"
            for index in range(pages)
        },
    }
    out, places = b"%PDF-1.7\n", {}
    for number, body in bodies.items():
        places[number] = len(out)
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    start, last = len(out), max(bodies)
    out += f"xref\n0 {last + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(
        f"{places[n]:010d} 00000 n \n".encode() if n in places else b"0000000000 65535 f \n" for n in range(1, last + 1)
    )
    return out + f"trailer\n<< /Size {last + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()


def keep(content: Any, name: str = "bukti.jpg", agency: Any = None) -> Evidence:
    return services.keep(content, name=name, agency_id=agency.pk if agency else None, about=ABOUT)


@pytest.fixture
def system(reference: None) -> None:
    """Reference data, as the system."""


def test_a_photo_loses_its_place_its_comments_and_what_hangs_behind_it(system: None) -> None:
    exif = Image.Exif()
    exif[Base.Make] = "Telepon Rekaan"
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitudeRef] = "S"
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] = (3.0, 47.0, 30.0)
    given = picture(exif=exif, comment=b"rahasia di komentar") + b"<script>alert(1)</script>PK\x03\x04ekor"
    kept = queries.content(keep(given))
    opened = Image.open(io.BytesIO(kept))
    assert not opened.getexif()
    assert opened.size == (320, 200)
    for hidden in (b"Telepon", b"rahasia", b"script", b"ekor", b"Exif"):
        assert hidden not in kept


def test_what_a_file_is_follows_from_its_content(system: None) -> None:
    found = keep(picture("PNG"), name="surat.pdf")
    assert (found.kind, found.media_type, found.name) == ("photo", "image/png", "surat.png")
    assert keep(picture("WEBP"), name="x").media_type == "image/jpeg"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../../etc/passwd", "passwd.jpg"), ("C:\\Windows\\system32\\cmd.exe", "cmd.jpg"),
        ("a\0b\r\nSet-Cookie: x.jpg", "a b Set-Cookie x.jpg"),
        ("<img src=x onerror=alert(1)>.jpg", "img src x onerror alert(1).jpg"), ("....", "bukti.jpg"),
        ("", "bukti.jpg"), ("x" * 400 + ".jpg", "x" * 80 + ".jpg"),
        ("‮gpj.exe", "gpj.jpg"),
    ],
)  # fmt: skip
def test_a_path_in_the_name_leads_nowhere(name: str, kept: str) -> None:
    assert services.plain_name(name, "image/jpeg") == kept


def test_digests_are_kept_of_what_came_and_of_what_stays(system: None) -> None:
    given = picture()
    found = keep(given)
    assert found.original == files.digest(given)
    assert found.kept == files.digest(queries.content(found))
    lying = Path(_folder() / "files" / found.kept[:2] / found.kept).read_bytes()
    assert not lying.startswith(b"\xff\xd8")  # sealed


def _folder() -> Path:
    from django.conf import settings

    return Path(settings.SERTAKAN_DATA)


OPEN = "root:/OpenAction 10 0 R"
HOSTILE: dict[str, tuple[bytes, type[errors.DomainError], str]] = {
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', errors.EvidenceUnsafe, "SVG"),
    "xml then svg": (b'<?xml version="1.0"?><svg onload="x()"/>', errors.EvidenceUnsafe, "SVG"),
    "html": (b"\xef\xbb\xbf  <!DOCTYPE html><body>", errors.EvidenceUnsafe, "halaman web"),
    "html in utf-16": ("<html><script>".encode("utf-16"), errors.EvidenceUnsafe, "halaman web"),
    "php": (b"<?php system($_GET['c']); ?>", errors.EvidenceUnsafe, "skrip"),
    "shell": (b"#!/bin/sh\nrm -rf /", errors.EvidenceUnsafe, "skrip"),
    "program": (b"MZ\x90\0" + b"\0" * 60, errors.EvidenceUnsafe, "program"),
    "pdf behind something": (b"GIF89a" + pdf(), errors.EvidenceUnsafe, "di depan sebuah PDF"),
    "heic": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", errors.EvidenceWrongType, "Paling Kompatibel"),
    "gif": (picture("GIF"), errors.EvidenceWrongType, "GIF"),
    "nothing known": (b"\x07" * 90, errors.EvidenceWrongType, "tidak kami kenali"),
    "empty": (b"", errors.EvidenceUnreadable, "kosong"),
    "cut photo": (picture()[:300], errors.EvidenceUnreadable, "terpotong"),
    "cut pdf": (b"%PDF-1.7\n" + b"x" * 200, errors.EvidenceUnreadable, "rusak"),
    "pdf with script": (pdf("<< /S /JavaScript /JS (app.alert(1)) >>", OPEN), errors.EvidenceUnsafe, "JavaScript"),
    "pdf with a script in other letters": (pdf("<< /S /J#61vaScript /J#53 (app.alert(1)) >>", OPEN), errors.EvidenceUnsafe, "JavaScript"),
    "pdf that starts a program": (pdf("<< /S /Launch /F (cmd.exe) >>", OPEN), errors.EvidenceUnsafe, "membuka program"),
    "pdf with a file inside": (
        pdf("<< /Type /EmbeddedFile /Length 3 >>\nstream\nabc\nendstream", "<< /Type /Filespec /F (a.exe) /EF << /F 10 0 R >> >>",
            "root:/Names << /EmbeddedFiles << /Names [(a.exe) 11 0 R] >> >>"), errors.EvidenceUnsafe, "berkas lain",
    ),
    "pdf with a form that sends": (pdf("<< /S /SubmitForm /F (http://x.example) >>"), errors.EvidenceUnsafe, "mengirim data"),
    "pdf of too many pages": (pdf(pages=41), errors.EvidenceTooManyPages, "41 halaman"),
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_refused_with_a_word(system: None, kind: str) -> None:
    content, refusal, word = HOSTILE[kind]
    with pytest.raises(refusal) as caught:
        keep(content)
    assert word in str(caught.value)
    assert not Evidence.objects.exists()


def test_an_archive_is_not_evidence(system: None) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("../../a.txt", "x")
    with pytest.raises(errors.EvidenceWrongType, match="Simpan atau cetak"):
        keep(out.getvalue())


def test_a_bomb_of_points_is_refused_before_it_is_opened(system: None) -> None:
    header = b"\0\0\0\rIHDR" + (60_000).to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0"
    bomb = b"\x89PNG\r\n\x1a\n" + header + zlib.crc32(header[4:]).to_bytes(4, "big") + b"\0\0\0\0IEND\xaeB`\x82"
    with pytest.raises(errors.EvidenceTooManyPixels, match="60000 × 60000"):
        keep(bomb)


def test_a_page_that_asks_for_much_memory_takes_down_only_its_own_process(system: None) -> None:
    """An image of 40,000 by 40,000 points in a PDF of a few kilobytes."""
    data = zlib.compress(b"\0" * 50_000_000, 9)
    image = (
        f"<< /Type /XObject /Subtype /Image /Width 40000 /Height 40000 /BitsPerComponent 8 /ColorSpace /DeviceRGB"
        f" /Filter /FlateDecode /Length {len(data)} >>\nstream\n"
    )
    bomb = (
        pdf(image + data.decode("latin-1") + "\nendstream", drawn="q 500 0 0 500 0 0 cm /I Do Q")
        .decode("utf-8")
        .encode("latin-1")
    )
    try:
        kept = queries.content(keep(bomb))
    except errors.EvidenceUnreadable:
        return
    assert len(kept) < 1024**2


def test_a_file_of_two_gigabytes_is_refused_without_being_read(system: None, tmp_path: Path) -> None:
    large = tmp_path / "besar.pdf"
    with large.open("wb") as file:
        file.write(b"%PDF-1.7\n")
        file.truncate(2 * 1024**3)
    tracemalloc.start()
    with pytest.raises(errors.EvidenceTooLarge, match="15 MB"):
        keep(large)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 1024**2


def test_a_stream_is_read_no_further_than_the_limit(system: None) -> None:
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            assert size >= 0, "never everything"
            self.given += size
            return b"\xff\xd8\xff" + b"\0" * (size - 3)

    endless = Endless()
    with pytest.raises(errors.EvidenceTooLarge):
        keep(endless)
    assert endless.given <= 15 * 1024**2 + 1


def test_a_pdf_is_kept_as_pictures_of_its_pages(system: None) -> None:
    given = pdf(pages=3, text="teks yang dapat dicari") + b"PK\x03\x04 ekor"
    found = keep(given, name="bukti setor.pdf")
    kept = queries.content(found)
    assert (found.kind, found.pages, found.name) == ("pdf", 3, "bukti setor.pdf")
    for gone in (b"dapat dicari", b"PK\x03\x04", b"/JS", b"/AA", b"/OpenAction"):
        assert gone not in kept
    third = Image.open(io.BytesIO(services.preview(found, 3)))
    assert third.format == "PNG"
    assert (
        min(third.convert("L").getdata() if sys.version_info < (3, 11) else third.convert("L").tobytes()) < 100
    )  # the words are on it
    with pytest.raises(errors.EvidencePageUnknown):
        services.preview(found, 4)


# The hook of the operator


@pytest.mark.parametrize(
    ("code", "refusal"),
    [("0", None), ("1", errors.EvidenceInfected), ("2", errors.EvidenceNotScanned), ("99", errors.EvidenceNotScanned)],
)
def test_the_exit_code_of_the_hook_decides(
    system: None, settings: Any, tmp_path: Path, code: str, refusal: Any
) -> None:
    seen = tmp_path / "terlihat"
    reads = f"import sys; open({str(seen)!r}, 'wb').write(sys.stdin.buffer.read()); sys.exit({code})"
    settings.SERTAKAN_SCAN_COMMAND = shlex.join([sys.executable, "-c", reads])
    given = picture()
    if refusal is None:
        assert keep(given).scanned
    else:
        with pytest.raises(refusal):
            keep(given)
        assert not Evidence.objects.exists()
    assert seen.read_bytes() == given


HOOKS_THAT_FAIL = {
    "no such command": "/tidak/ada/pemindai -",
    "silent": f"{sys.executable} -c 'import time; time.sleep(30)'",
    "a quote that is never closed": "clamdscan 'tanpa akhir",
    "crashes": f"{sys.executable} -c 'import os; os.abort()'",
    "ends without reading": f"{sys.executable} -c 'import sys; sys.exit(7)'",
    "a folder": "/tmp",
}


@pytest.mark.parametrize("command", HOOKS_THAT_FAIL.values(), ids=HOOKS_THAT_FAIL)
def test_a_hook_that_fails_accepts_nothing(system: None, settings: Any, command: str) -> None:
    settings.SERTAKAN_SCAN_COMMAND, settings.SERTAKAN_SCAN_SECONDS = command, 1
    with pytest.raises(errors.EvidenceNotScanned, match="belum diterima"):
        keep(picture())


def test_a_silent_hook_is_ended_with_all_that_it_started(system: None, settings: Any, tmp_path: Path) -> None:
    """A shell that starts a program: the program does not go on when the shell is given up."""
    late = tmp_path / "masih hidup"
    shell = f"sh -c {shlex.quote(f'(sleep 3; touch {shlex.quote(str(late))}) & sleep 30')}"
    settings.SERTAKAN_SCAN_COMMAND, settings.SERTAKAN_SCAN_SECONDS = shell, 1
    with pytest.raises(errors.EvidenceNotScanned):
        keep(picture())
    time.sleep(3)
    assert not late.exists()


# Who sees it


def test_evidence_is_seen_in_its_scope_only(system: None, acting_as: Any) -> None:
    agency, other = factories.make_agency("Dinas A"), factories.make_agency("Dinas B")
    mine, theirs, offices = keep(picture(), agency=agency), keep(picture("PNG"), agency=other), keep(pdf())
    circular = services.keep(pdf(), name="edaran.pdf", agency_id=None, about=ABOUT, everybody=True)
    acting_as("pic", agency)
    assert [one.pk for one in queries.evidence_of(ABOUT)] == [mine.pk, circular.pk]
    for hidden in (theirs, offices):
        with pytest.raises(errors.EvidenceUnknown):
            queries.get_evidence(hidden.pk)
    with pytest.raises(errors.CannotKeepEvidence):
        keep(picture(), agency=other)
    assert keep(picture("WEBP"), agency=agency).kept_label == "pic uji"
    acting_as("donor")
    assert queries.evidence_of(ABOUT) == []
    acting_as("auditor")
    assert len(queries.evidence_of(ABOUT)) == 5
    with pytest.raises(errors.CannotKeepEvidence):
        keep(picture())


def test_evidence_is_never_changed_and_deleted_by_nobody(system: None) -> None:
    from django.db import DatabaseError, transaction

    found = keep(picture())
    with pytest.raises(DatabaseError), transaction.atomic():
        Evidence.objects.filter(pk=found.pk).update(name="lain")
    with pytest.raises(DatabaseError), transaction.atomic():
        Evidence.objects.filter(pk=found.pk).delete()
    assert queries.content(found)
