"""Reads of letters, within the scope of who asks."""

from __future__ import annotations

from django.db.models import QuerySet

from sertakan.letters.errors import LetterUnknown
from sertakan.letters.kinds import Words, kind_of
from sertakan.letters.models import Letter, Office, Template


def letters(*, kind: str = "", year: int | None = None) -> QuerySet[Letter]:
    """Letters that went out, the newest first."""
    found = Letter.objects.select_related("agency").order_by("-written_at", "-id")
    if kind:
        found = found.filter(kind=kind)
    return found.filter(year=year) if year is not None else found


def get_letter(letter_id: int) -> Letter:
    """One letter. Raises LetterUnknown."""
    found = Letter.objects.select_related("agency", "office", "template").filter(pk=letter_id).first()
    if found is None:
        raise LetterUnknown()
    return found


def letters_about(about: tuple[str, int]) -> list[Letter]:
    """The letters about one thing (its kind and number), the oldest first."""
    return list(Letter.objects.filter(about_kind=about[0], about_id=about[1]).order_by("id"))


def newest_template(kind: str) -> Template | None:
    """The words that the next letter of a kind will have; None while the office has written none of its own."""
    return Template.objects.filter(kind=kind_of(kind).code).order_by("-version").first()


def words_of(kind: str) -> tuple[Words, int]:
    """The words of the next letter of a kind, and their version (0: the ones that Sertakan brings)."""
    found = newest_template(kind)
    return (words_in(found), found.version) if found else (kind_of(kind).words, 0)


def words_in(template: Template) -> Words:
    """The words of one version."""
    return Words(
        subject=template.subject,
        opening=template.opening,
        body=tuple(template.body),
        closing=template.closing,
        signer_title=template.signer_title,
        signer_name=template.signer_name,
        signer_nip=template.signer_nip,
        copies=tuple(template.copies),
    )


def versions(kind: str) -> QuerySet[Template]:
    """All versions of the words of a kind, the newest first."""
    return Template.objects.filter(kind=kind_of(kind).code).order_by("-version")


def newest_office() -> Office | None:
    """The letterhead of the next letter; None while none was written."""
    return Office.objects.order_by("-id").first()
