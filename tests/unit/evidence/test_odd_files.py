"""Odd files that people hand in without ill will, odd shapes, and the same file twice: drawn as they look, or refused."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

import factories
from sertakan.evidence import errors, queries, services
from sertakan.evidence.models import Evidence
from unit.evidence.test_hostile_files import keep, pdf, picture


@pytest.fixture
def system(reference: None) -> None:
    """Reference data, as the system."""


def drawn(content: bytes) -> Image.Image:
    """What is kept of a photo, opened."""
    opened = Image.open(io.BytesIO(queries.content(keep(content))))
    opened.load()
    return opened


def test_a_photo_in_the_colours_of_printers_is_kept_in_those_of_screens(system: None) -> None:
    out = io.BytesIO()
    Image.new("CMYK", (60, 40), (0, 255, 255, 0)).save(out, "JPEG")
    kept = drawn(out.getvalue())
    assert kept.mode == "RGB"
    red, green, blue = kept.getpixel((30, 20))
    assert red > 180
    assert max(green, blue) < 90


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_of_a_picture_that_moves_the_first_one_is_kept(system: None, form: str) -> None:
    frames = [Image.new("RGB", (50, 50), colour) for colour in ("white", "black", "red")]
    out = io.BytesIO()
    frames[0].save(out, form, save_all=True, append_images=frames[1:], duration=100)
    kept = drawn(out.getvalue())
    assert getattr(kept, "n_frames", 1) == 1
    assert min(kept.convert("L").getpixel((25, 25)), 250) == 250


@pytest.mark.parametrize(("turned", "at"), [(1, (2, 2)), (3, (57, 37)), (6, (37, 2)), (8, (2, 57))])
def test_a_photo_stands_as_the_camera_saw_it(system: None, turned: int, at: tuple[int, int]) -> None:
    photo = Image.new("RGB", (60, 40), "white")
    photo.paste("black", (0, 0, 12, 12))
    exif = Image.Exif()
    exif[Base.Orientation] = turned
    out = io.BytesIO()
    photo.save(out, "JPEG", exif=exif, quality=95)
    kept = drawn(out.getvalue())
    assert kept.size == ((60, 40) if turned < 5 else (40, 60))
    assert kept.convert("L").getpixel(at) < 60
    assert not kept.getexif()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_png_is_drawn_on_white(system: None, mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (20, 20)).save(out, "PNG")
    kept = drawn(out.getvalue())
    assert kept.mode == "RGB"
    assert kept.getpixel((10, 10)) == ((255, 255, 255) if mode in ("LA", "RGBA") else (0, 0, 0))


def test_a_location_in_every_place_of_a_file_is_gone(system: None) -> None:
    from PIL.PngImagePlugin import PngInfo

    place = "-3.792845,102.260765"
    told = PngInfo()
    told.add_text("Location", place)
    told.add_itxt("XML:com.adobe.xmp", f"<x:xmpmeta><exif:GPSLatitude>{place}</exif:GPSLatitude></x:xmpmeta>")
    exif = Image.Exif()
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSMapDatum] = place
    for given in (picture("PNG", pnginfo=told, exif=exif), picture("WEBP", exif=exif, xmp=place.encode())):
        assert place.encode() in given
        found = keep(given)
        assert place.encode() not in queries.content(found) + services.preview(found)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("part", [0.2, 0.9])
def test_a_photo_that_was_cut_anywhere_is_refused(system: None, form: str, part: float) -> None:
    noise = Image.effect_noise((300, 300), 90).convert("RGB")
    out = io.BytesIO()
    noise.save(out, form)
    with pytest.raises(errors.EvidenceUnreadable, match=r"terpotong|rusak"):
        keep(out.getvalue()[: int(len(out.getvalue()) * part)])
    assert not Evidence.objects.exists()


def test_pages_of_absurd_shape_do_no_harm(system: None) -> None:
    for box in ("0 0 1 200000", "0 0 200000 1", "0 0 0 0", "0 0 99999999 99999999", "-5 -5 -1 -1"):
        given = pdf().replace(b"/MediaBox [0 0 595 842]", f"/MediaBox [{box}]".encode())
        try:
            kept = queries.content(keep(given))
        except errors.EvidenceUnreadable:
            continue
        assert len(kept) < 2 * 1024**2


def test_a_form_that_draws_itself_for_ever_ends(system: None) -> None:
    itself = "/Resources << /XObject << /I 10 0 R >> >>"
    loop = f"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] {itself} /Length 5 >>\nstream\n/I Do\nendstream"
    try:
        keep(pdf(loop, drawn="/I Do /I Do /I Do"))
    except errors.EvidenceUnreadable:
        assert not Evidence.objects.exists()


def test_two_kinds_in_one_file_keep_only_the_points_of_the_first(system: None) -> None:
    """A photo that is a web page, an archive and a PDF as well."""
    given = (
        picture(comment=b"<html><script>alert(1)</script>%PDF-1.7")
        + b"PK\x03\x04"
        + pdf("<< /S /JavaScript /JS (x) >>")
    )
    kept = queries.content(keep(given))
    for other in (b"<html", b"%PDF", b"PK\x03\x04", b"/JS"):
        assert other not in kept


# The same file twice


def test_the_same_file_about_the_same_thing_is_kept_once(system: None) -> None:
    given = picture()
    first = keep(given)
    assert keep(given, name="lain.jpg").pk == first.pk
    assert Evidence.objects.count() == 1


def test_the_same_file_about_something_else_is_kept_and_told(system: None) -> None:
    given, agency = picture(), factories.make_agency("Dinas A")
    first = keep(given, agency=agency)
    second = services.keep(given, name="x.jpg", agency_id=agency.pk, about=("followup.declaration", 8))
    assert second.pk != first.pk
    assert queries.same_file(second) == [first]
    assert queries.same_file(keep(picture("PNG"))) == []


def test_what_another_agency_handed_in_is_not_told(system: None, acting_as: Any) -> None:
    given, mine, theirs = picture(), factories.make_agency("Dinas A"), factories.make_agency("Dinas B")
    keep(given, agency=theirs)
    own = services.keep(given, name="x.jpg", agency_id=mine.pk, about=("followup.declaration", 9))
    acting_as("pic", mine)
    assert queries.same_file(queries.get_evidence(own.pk)) == []
    acting_as("coordinator")
    assert len(queries.same_file(queries.get_evidence(own.pk))) == 1
