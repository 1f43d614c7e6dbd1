"""Reads of evidence, within the scope of who asks."""

from __future__ import annotations

from sertakan.core import files
from sertakan.evidence.errors import EvidenceUnknown
from sertakan.evidence.models import Evidence


def evidence_of(about: tuple[str, int]) -> list[Evidence]:
    """What was kept about one thing (its kind and number), the oldest first."""
    return list(Evidence.objects.filter(about_kind=about[0], about_id=about[1]).order_by("id"))


def get_evidence(evidence_id: int) -> Evidence:
    """One piece of evidence. Raises EvidenceUnknown."""
    found = Evidence.objects.select_related("agency").filter(pk=evidence_id).first()
    if found is None:
        raise EvidenceUnknown()
    return found


def content(evidence: Evidence) -> bytes:
    """What was kept: a JPEG or PNG picture, or a PDF of pictures. Raises FileGone."""
    return files.load(evidence.kept)
