"""Letters are written once: words, facts, number and letterhead are frozen together. Templates change by a new version."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from django.db import connection, transaction

from sertakan.agencies import queries as agencies
from sertakan.core import audit, clock, scope
from sertakan.letters import composing, errors, paper, policies, queries
from sertakan.letters.composing import Recipient
from sertakan.letters.kinds import Words, kind_of
from sertakan.letters.models import Letter, LetterRecipient, Office, Template

__all__ = [
    "OfficeWords",
    "Recipient",
    "change_office",
    "change_template",
    "docx",
    "pdf",
    "pictures",
    "preview",
    "write",
    "xlsx",
]

_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_NUMBER_PARTS = {"{urut}", "{tanda}", "{bulan}", "{tahun}"}
NUMBER_FORM = "{urut}/{tanda}/{bulan}/{tahun}"


@dataclass(frozen=True, slots=True)
class OfficeWords:
    """The letterhead: who writes, from where, and how numbers look (``{urut}/{tanda}/{bulan}/{tahun}``)."""

    government: str
    name: str
    address: str = ""
    contact: str = ""
    place: str = ""
    number_form: str = NUMBER_FORM


@transaction.atomic
def write(
    kind: str,
    *,
    to: Sequence[Recipient],
    copies: Collection[str] = (),
    facts: Mapping[str, Any],
    agency_id: int | None = None,
    about: tuple[str, int] | None = None,
    dated_on: date | None = None,
) -> Letter:
    """Write a letter: take the next number of its register and keep all of it. PDF and DOCX are made when they are asked for.

    `facts`: a value for each placeholder of the kind (see `kinds.KINDS`), and `rows` or `blocks` for tables. `copies`: besides those of the
    template. Raises LetterKindUnknown, LetterFactMissing, NobodyToWriteTo, CannotWriteLetters.
    """
    actor = scope.current()
    policies.check_can_write(actor)
    shape = kind_of(kind)
    if not to:
        raise errors.NobodyToWriteTo()
    office, template = _office(), _template(kind)
    day = dated_on or clock.today()
    words = queries.words_in(template)
    known = {"tanggal": day, "kantor": office.name, "provinsi": office.government, **facts}
    content = composing.content_of(kind, words, known)
    serial = _next(day.year, shape.register)
    letter = Letter.objects.create(
        kind=kind,
        year=day.year,
        register=shape.register,
        serial=serial,
        number=_number(office.number_form, serial, shape.mark, day),
        dated_on=day,
        subject=composing.filled(words.subject, known)[:300],
        agency_id=agency_id,
        about_kind=about[0] if about else "",
        about_id=about[1] if about else None,
        template=template,
        office=office,
        to=[asdict(one) for one in to],
        copies=list(dict.fromkeys([*(composing.filled(one, known) for one in words.copies), *copies])),
        content=content,
        written_at=clock.now(),
        written_by=actor.user_id,
        written_label=actor.label[:200],
    )
    reached = {one.agency_id for one in to if one.agency_id is not None}
    LetterRecipient.objects.bulk_create([LetterRecipient(letter=letter, agency_id=key) for key in sorted(reached)])
    audit.record(
        "letters.written", target=letter, agency_id=agency_id, facts={"number": letter.number, "kind": kind, "version": template.version}
    )  # fmt: skip
    return letter


def pdf(letter: Letter) -> bytes:
    """The letter on paper: PDF/UA, made from what was kept of it."""
    return paper.pdf(_facts(letter))


def docx(letter: Letter) -> bytes:
    """The letter for an office that goes on editing."""
    return paper.docx(_facts(letter))


def xlsx(letter: Letter) -> bytes:
    """The tables of a letter as a workbook. Raises LetterWithoutTable."""
    return paper.xlsx(_facts(letter))


def pictures(letter: Letter) -> list[bytes]:
    """The pages of a letter as PNG pictures."""
    return paper.pictures(pdf(letter))


def preview(kind: str, words: Words) -> bytes:
    """The first page of a letter with these words and invented facts, as a PNG picture. Raises what `change_template` refuses."""
    composing.check(kind, words)
    office, day, facts = _office_words(), clock.today(), composing.examples(kind)
    facts |= {"kantor": office.name, "provinsi": office.government}
    made = paper.Paper(
        kind=kind,
        number=_number(office.number_form, 0, kind_of(kind).mark, day).replace("000", "…", 1),
        dated_on=day,
        subject=composing.filled(words.subject, facts),
        office=office,
        to=[asdict(Recipient("Kepala Dinas Contoh"))],
        copies=[composing.filled(one, facts) for one in words.copies],
        content=composing.content_of(kind, words, facts),
        banner="CONTOH: isian dengan nilai rekaan",
    )
    return paper.pictures(paper.pdf(made), most=1)[0]


@transaction.atomic
def change_template(kind: str, words: Words, *, seen: int) -> Template:
    """Write a new version of the words of a kind; letters that went out keep theirs. `seen`: the version that was changed.

    Raises PlaceholderUnknown, PlaceholderBroken, TemplateIncomplete, TemplateTooLong, TemplateChanged, CannotWriteLetters.
    """
    actor = scope.current()
    policies.check_can_write(actor)
    composing.check(kind, words)
    _lock(f"letters.template.{kind}")
    newest = queries.newest_template(kind)
    if newest is not None and newest.version != seen:
        raise errors.TemplateChanged(who=newest.made_label)
    if newest is not None and queries.words_in(newest) == words:
        return newest
    template = _keep_template(kind, words, (newest.version if newest else 0) + 1)
    audit.record("letters.template_changed", target=template, facts={"kind": kind, "version": template.version})
    return template


@transaction.atomic
def change_office(words: OfficeWords) -> Office:
    """Change the letterhead for letters from now on. Raises TemplateIncomplete, PlaceholderUnknown, CannotWriteLetters."""
    actor = scope.current()
    policies.check_can_write(actor)
    form = words.number_form.strip() or NUMBER_FORM
    words = replace(words, number_form=form)
    for name, (place, limit) in _OFFICE_LIMITS.items():
        text = getattr(words, name)
        if len(text) > limit:
            raise errors.TemplateTooLong(place=place, limit=limit)
        if name in ("government", "name", "place") and not text.strip():
            raise errors.TemplateIncomplete(place=place)
    _check_form(form)
    office = _keep_office(words)
    audit.record("letters.office_changed", target=office, facts={"name": office.name})
    return office


_OFFICE_LIMITS = {
    "government": ("Pemerintah", 120), "name": ("Nama kantor", 160), "address": ("Alamat", 240), "contact": ("Telepon, surel", 240),
    "place": ("Tempat", 80), "number_form": ("Bentuk nomor", 80),
}  # fmt: skip


def _check_form(form: str) -> None:
    """How numbers look: each part once at most, the needed ones there, nothing else in braces."""
    unknown = set(re.findall(r"\{[^}]*\}", form)) - _NUMBER_PARTS
    known = ", ".join(sorted(_NUMBER_PARTS))
    if unknown:
        raise errors.PlaceholderUnknown(place="Bentuk nomor", name=unknown.pop().strip("{}"), known=known)
    for part in _NUMBER_PARTS:
        if form.count(part) > 1:
            raise errors.NumberPartTwice(name=part)
    left = re.sub("|".join(re.escape(part) for part in _NUMBER_PARTS), "", form)
    if "{" in left or "}" in left:
        raise errors.PlaceholderBroken(place="Bentuk nomor", near=left)
    for needed in ("{urut}", "{tanda}", "{tahun}"):
        if needed not in form:
            raise errors.TemplateIncomplete(place=f"Bentuk nomor: {needed}")


def _keep_office(words: OfficeWords) -> Office:
    return Office.objects.create(**asdict(words), made_at=clock.now(), made_label=scope.current().label[:200])


def _keep_template(kind: str, words: Words, version: int) -> Template:
    given = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(words).items()}
    return Template.objects.create(
        kind=kind, version=version, **given, made_at=clock.now(), made_label=scope.current().label[:200]
    )


def _office() -> Office:
    """The letterhead in use; the one that Sertakan brings is kept when the first letter is written."""
    found = queries.newest_office()
    if found is None:
        _lock("letters.office")
        found = queries.newest_office() or _keep_office(_office_words())
    return found


def _template(kind: str) -> Template:
    found = queries.newest_template(kind)
    if found is None:
        _lock(f"letters.template.{kind}")
        found = queries.newest_template(kind) or _keep_template(kind, kind_of(kind).words, 1)
    return found


def _office_words() -> OfficeWords:
    """The letterhead in use, or what is known of the province before the office wrote its own."""
    found = queries.newest_office()
    if found is not None:
        return OfficeWords(found.government, found.name, found.address, found.contact, found.place, found.number_form)
    first = agencies.in_force().first()
    province = first.province.name if first else ""
    return OfficeWords(f"Pemerintah Provinsi {province}".strip(), "Program Sertakan", place=province or "–")


def _next(year: int, register: str) -> int:
    """The next number of a register. Whoever asks next waits until this letter is committed or given up: no gap, no double."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO letters_register (year, register, last) VALUES (%s, %s, 1)"
            " ON CONFLICT (year, register) DO UPDATE SET last = letters_register.last + 1 RETURNING last",
            [year, register],
        )
        return int(cursor.fetchone()[0])


def _number(form: str, serial: int, mark: str, day: date) -> str:
    parts = {"{urut}": f"{serial:03d}", "{tanda}": mark, "{bulan}": _ROMAN[day.month - 1], "{tahun}": str(day.year)}
    for name, value in parts.items():
        form = form.replace(name, value)
    return form


def _lock(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"sertakan.{name}"])


def _facts(letter: Letter) -> paper.Paper:
    office = letter.office
    return paper.Paper(
        kind=letter.kind,
        number=letter.number,
        dated_on=letter.dated_on,
        subject=letter.subject,
        office=OfficeWords(office.government, office.name, office.address, office.contact, office.place),
        to=letter.to,
        copies=letter.copies,
        content=letter.content,
    )
