"""Evidence is looked at, scanned, drawn anew and kept, or refused with a word; nothing of a refused file stays."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import transaction

from sertakan.core import audit, clock, files, scope
from sertakan.evidence import errors, policies, queries
from sertakan.evidence.models import Evidence
from sertakan.evidence.reading import kinds, parent
from sertakan.evidence.scanning import scan

_NAME_LENGTH = 80
_ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}


def keep(
    data: bytes | Path | IO[bytes],
    *,
    name: str,
    agency_id: int | None,
    about: tuple[str, int],
    everybody: bool = False,
) -> Evidence:
    """Keep a photo or PDF as evidence of `about` (a kind and a number, such as ``("followup.declaration", 7)``).

    The same file about the same thing a second time is the evidence that is there already. `everybody`: all agencies may see it.
    Raises EvidenceTooLarge, EvidenceWrongType, EvidenceUnsafe, EvidenceUnreadable, EvidenceInfected, CannotKeepEvidence.
    """
    actor = scope.current()
    policies.check_can_keep(actor, agency_id)
    original = read_limited(data)
    kinds.recognise(original)
    scanned = scan(original)
    open_to_all = everybody and actor.sees_all
    known = queries.kept_already(files.digest(original), about, agency_id, everybody=open_to_all)
    if known is not None:
        return known
    drawn = parent.draw(original)
    with transaction.atomic():
        found = Evidence.objects.create(
            agency_id=agency_id,
            everybody=open_to_all,
            about_kind=about[0],
            about_id=about[1],
            name=plain_name(name, drawn.media_type),
            kind="pdf" if drawn.media_type == "application/pdf" else "photo",
            media_type=drawn.media_type,
            original=files.digest(original),
            kept=files.store(drawn.content),
            shown=files.store(drawn.picture),
            size=len(drawn.content),
            pages=drawn.pages,
            scanned=scanned,
            kept_at=clock.now(),
            kept_by=actor.user_id,
            kept_label=actor.label[:200],
        )
        facts = {
            "about": f"{about[0]} {about[1]}",
            "original": found.original,
            "kept": found.kept,
            "pages": found.pages,
        }
        audit.record("evidence.kept", target=found, agency_id=agency_id, facts=facts)
    return found


def preview(evidence: Evidence, page: int = 1) -> bytes:
    """One page as a PNG picture. Raises EvidencePageUnknown."""
    if not 1 <= page <= evidence.pages:
        raise errors.EvidencePageUnknown(page=page)
    return files.load(evidence.shown) if page == 1 else parent.page(queries.content(evidence), page)


def read_limited(data: bytes | Path | IO[bytes]) -> bytes:
    """The content, never more of it in memory than may be kept. Raises EvidenceTooLarge, EvidenceUnreadable."""
    limit_mb = int(settings.SERTAKAN_EVIDENCE_LIMIT_MB)
    limit = limit_mb * 1024 * 1024
    too_large = errors.EvidenceTooLarge(limit=f"{limit_mb} MB")
    if isinstance(data, Path):
        if data.stat().st_size > limit:
            raise too_large
        with data.open("rb") as opened:
            content = opened.read(limit + 1)
    elif isinstance(data, bytes):
        content = data
    else:
        content = data.read(limit + 1)
    if len(content) > limit:
        raise too_large
    if not content:
        raise errors.EvidenceUnreadable(why="berkasnya kosong")
    return content


def plain_name(name: str, media_type: str) -> str:
    """A name without any path, control sign or ending of its own: ``../../etc/x.php`` becomes ``x.jpg`` for a JPEG."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    stem = last.rsplit(".", 1)[0] if "." in last.strip(".") else last
    kept = "".join(sign if sign.isalnum() or sign in " -_()" else " " for sign in stem)
    return f"{' '.join(kept.split())[:_NAME_LENGTH].strip(' -_') or 'bukti'}.{_ENDINGS[media_type]}"
