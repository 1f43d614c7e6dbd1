"""Reads of evidence, within the scope of who asks."""

from __future__ import annotations

from sertakan.core import files
from sertakan.evidence.errors import EvidenceUnknown
from sertakan.evidence.models import Evidence

MOST_SAME = 20


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


def kept_already(
    original: str, about: tuple[str, int], agency_id: int | None, *, everybody: bool = False
) -> Evidence | None:
    """The evidence that the same file (its digest) is already, about the same thing and for the same readers."""
    found = Evidence.objects.filter(original=original, about_kind=about[0], about_id=about[1], everybody=everybody)
    mine = found.filter(agency__isnull=True) if agency_id is None else found.filter(agency_id=agency_id)
    return mine.order_by("id").first()


def same_file(evidence: Evidence) -> list[Evidence]:
    """Other evidence, within the scope of who asks, for which the very same file was handed in; the oldest first."""
    return list(Evidence.objects.filter(original=evidence.original).exclude(pk=evidence.pk).order_by("id")[:MOST_SAME])
