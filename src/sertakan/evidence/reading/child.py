"""The process that opens one upload: `python -m sertakan.evidence.reading.child draw|page MEMORY_MB SECONDS [PAGE]`.

Content comes on standard input; a line of JSON and bytes go to standard output. It may crash, hang or run out of memory; then only it
dies. Whatever it draws is made of points: no metadata, no place of a photo, no script, no form, no attachment can get through.
"""

from __future__ import annotations

import json
import os
import sys
from io import BytesIO
from typing import Any

from sertakan.core.errors import DomainError
from sertakan.evidence import errors
from sertakan.evidence.reading import active, kinds

MOST_PIXELS = 60_000_000
MOST_PAGES = 40
MOST_WRITTEN = 512 * 1024 * 1024
_PHOTO_SIDE, _PAGE_SIDE, _SHOWN_SIDE = 3000, 1754, 1100
_QUALITY = 82


def limit_itself(memory_mb: int, seconds: int) -> None:
    """Puts the limits of the operating system on this process: memory, processor time, what it writes, no core file."""
    try:
        import resource
    except ImportError:  # Windows: the parent's clock is the only limit
        return
    memory = memory_mb * 1024 * 1024
    limits = (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, MOST_WRITTEN),
    )
    for what, value in limits:
        try:
            resource.setrlimit(what, (value, value))
        except (ValueError, OSError):  # macOS refuses some of them
            continue
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None, use_errno=True).prctl(1, 9, 0, 0, 0)  # PR_SET_PDEATHSIG, SIGKILL
        if os.getppid() == 1:
            os._exit(1)


def draw(content: bytes) -> tuple[dict[str, Any], bytes]:
    """What to keep of an upload, and the picture of its first page. Raises DomainError."""
    kind = kinds.recognise(content)
    made, media_type, pages, first = _pdf(content) if kind == "pdf" else _photo(content, kind)
    return {"media_type": media_type, "pages": pages, "content": len(made)}, made + _shown(first)


def page(content: bytes, number: int) -> tuple[dict[str, Any], bytes]:
    """One page of a PDF as a picture."""
    document = _document(content)
    return {}, _shown(_rendered(document[number - 1]))


def _photo(content: bytes, kind: str) -> tuple[bytes, str, int, Any]:
    from PIL import Image, ImageOps, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None  # our own limit, told with its numbers
    try:
        opened = Image.open(BytesIO(content), formats=[kind.upper()])
        width, height = opened.size
        if width * height > MOST_PIXELS:
            raise errors.EvidenceTooManyPixels(width=width, height=height, limit=MOST_PIXELS // 1_000_000)
        picture = ImageOps.exif_transpose(opened)
        picture.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError):
        raise errors.EvidenceUnreadable(why="gambarnya rusak atau terpotong") from None
    plain = _on_white(picture)
    plain.thumbnail((_PHOTO_SIDE, _PHOTO_SIDE))
    if kind == "png":
        return _saved(plain, "PNG", optimize=False), "image/png", 1, plain
    return _saved(plain, "JPEG", quality=_QUALITY), "image/jpeg", 1, plain


def _on_white(picture: Any) -> Any:
    """The points alone, in red, green and blue: a new picture that has nothing of the old one beside it."""
    from PIL import Image

    with_alpha = picture.convert("RGBA") if picture.mode in ("RGBA", "LA", "PA", "P") else picture.convert("RGB")
    plain = Image.new("RGB", picture.size, "white")
    plain.paste(with_alpha, (0, 0), with_alpha if with_alpha.mode == "RGBA" else None)
    return plain


def _pdf(content: bytes) -> tuple[bytes, str, int, Any]:
    found = active.found_in(content)
    if found:
        raise errors.EvidenceUnsafe(found=found)
    document = _document(content)
    if len(document) > MOST_PAGES:
        raise errors.EvidenceTooManyPages(pages=len(document), limit=MOST_PAGES)
    if not len(document):
        raise errors.EvidenceUnreadable(why="PDF ini tidak berisi halaman")
    found = active.found_by_library(document)
    if found:
        raise errors.EvidenceUnsafe(found=found)
    pages = [_rendered(document[index]) for index in range(len(document))]
    out = BytesIO()
    pages[0].save(out, format="PDF", save_all=True, append_images=pages[1:], resolution=150.0, quality=_QUALITY)
    return out.getvalue(), "application/pdf", len(pages), pages[0]


def _document(content: bytes) -> Any:
    import pypdfium2

    try:
        return pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as fault:
        locked = "password" in str(fault).casefold()
        why = "PDF ini memakai kata sandi; simpan tanpa kata sandi" if locked else "PDF-nya rusak"
        raise errors.EvidenceUnreadable(why=why) from None


def _rendered(page: Any) -> Any:
    width, height = page.get_size()
    if min(width, height) <= 0:
        raise errors.EvidenceUnreadable(why="sebuah halaman tidak mempunyai ukuran")
    # What a reader sees; forms and their scripts are not even loaded.
    drawn = page.render(scale=_PAGE_SIDE / max(width, height), may_draw_forms=False)
    return _on_white(drawn.to_pil())


def _shown(picture: Any) -> bytes:
    small = picture.copy()
    small.thumbnail((_SHOWN_SIDE, _SHOWN_SIDE))
    return _saved(small, "PNG", optimize=False)


def _saved(picture: Any, form: str, **how: Any) -> bytes:
    out = BytesIO()
    picture.save(out, format=form, **how)
    return out.getvalue()


def main(arguments: list[str]) -> int:
    task, memory_mb, seconds = arguments[0], int(arguments[1]), int(arguments[2])
    limit_itself(memory_mb, seconds)
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not end up among the results
    content = sys.stdin.buffer.read()
    try:
        head, rest = draw(content) if task == "draw" else page(content, int(arguments[3]))
    except DomainError as refusal:
        head, rest = {"error": type(refusal).__name__, "facts": refusal.facts}, b""
    except MemoryError:
        head, rest = (
            {"error": "EvidenceUnreadable", "facts": {"why": "membukanya memerlukan terlalu banyak memori"}},
            b"",
        )
    out.write(json.dumps(head).encode() + b"\n" + rest)
    out.close()
    return 0


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stderr.flush()
    os._exit(code)
