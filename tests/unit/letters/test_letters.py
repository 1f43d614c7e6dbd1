"""Letters: numbers without gap or double, words that an office changes, and what stands on paper."""

from __future__ import annotations

import io
import threading
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

import factories
from sertakan.letters import composing, errors, queries, services
from sertakan.letters.kinds import KINDS, Words, placeholders_of
from sertakan.letters.models import Letter, Register, Template
from sertakan.letters.services import OfficeWords, Recipient

TO = (Recipient("Kepala Dinas Rekaan"),)
REMINDER = {
    "opd": "Dinas Rekaan",
    "kewajiban": "menyampaikan daftar {opd}",
    "jatuh_tempo": date(2026, 12, 15),
    "edaran": "500/1/2025",
}


@pytest.fixture
def system(reference: None) -> None:
    """Reference data, as the system."""


def write(kind: str = "reminder_before", **more: Any) -> Letter:
    return services.write(kind, **{"to": TO, "facts": REMINDER, "dated_on": date(2026, 11, 23), **more})


def words_of_pdf(document: bytes) -> str:
    import pypdfium2

    return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in pypdfium2.PdfDocument(document))


# Numbers


def test_numbers_run_by_register_and_year(system: None) -> None:
    first, second = write(), write("reminder_due")
    assert (first.number, second.number) == ("001/SERTAKAN/XI/2026", "002/SERTAKAN/XI/2026")
    assert write(dated_on=date(2027, 1, 4)).number == "001/SERTAKAN/I/2027"
    facts = {"rapat": "Rapat", "hari": "Senin", "waktu": "09.00 WIB", "tempat": "Aula"}
    assert write("invitation", facts=facts).number == "001/SERTAKAN-UND/XI/2026"


def test_a_letter_that_is_refused_uses_no_number(system: None) -> None:
    write()
    with pytest.raises(errors.LetterFactMissing, match="edaran"):
        write(facts={key: value for key, value in REMINDER.items() if key != "edaran"})
    with pytest.raises(errors.NobodyToWriteTo):
        write(to=())
    with pytest.raises(errors.LetterKindUnknown):
        write("surat_cinta")
    assert write().serial == 2


def test_many_at_once_get_every_number_once(committed_reference: str) -> None:
    """Six threads, one of three of which gives its letter up after the number was taken."""
    from django.db import connection

    from sertakan.core.scope import SYSTEM, acting

    class Given(Exception):
        pass

    faults: list[BaseException] = []

    def work(place: int) -> None:
        try:
            for turn in range(4):
                try:
                    with acting(SYSTEM):
                        write()
                        if (place + turn) % 3 == 0:
                            raise Given
                except Given:
                    continue
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(place,)) for place in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    with acting(SYSTEM):
        serials = sorted(Letter.objects.values_list("serial", flat=True))
        assert serials == list(range(1, 17))
        assert Register.objects.get().last == 16
        assert Template.objects.count() == 1


# Words


def test_facts_are_never_read_as_placeholders_and_days_are_long(system: None) -> None:
    letter = write()
    assert letter.content["paragraphs"][0] == (
        "Dinas Rekaan diharapkan menyampaikan daftar {opd} paling lambat 15 Desember 2026."
    )
    assert composing.in_words(1_234_567) == "1.234.567"


@pytest.mark.parametrize("kind", KINDS)
def test_the_words_that_sertakan_brings_pass_its_own_check(kind: str) -> None:
    composing.check(kind, KINDS[kind].words)
    facts = composing.examples(kind)
    content = composing.content_of(kind, KINDS[kind].words, facts)
    assert "{" not in str(content["opening"]) + str(content["paragraphs"]) + str(content["closing"])


OWN = Words("Hal {opd}", "Pembuka", ("Satu", "Dua {opd}"), "Penutup", "Kepala", copies=("Arsip",))


@pytest.mark.parametrize(
    ("words", "refusal", "said"),
    [
        (replace(OWN, body=("Satu", "Kepada {nama_opd}")), errors.PlaceholderUnknown, "Isi, alinea 2: isian {nama_opd} tidak dikenal"),
        (replace(OWN, copies=("Arsip", "{x}")), errors.PlaceholderUnknown, "Tembusan 2"),
        (replace(OWN, closing="{tanggal"), errors.PlaceholderBroken, "Penutup"),
        (replace(OWN, opening="{{opd}}"), errors.PlaceholderBroken, "Pembuka"),
        (replace(OWN, opening="{opd.__class__}"), errors.PlaceholderBroken, "Pembuka"),
        (replace(OWN, subject=" "), errors.TemplateIncomplete, "Hal belum diisi"),
        (replace(OWN, subject="x" * 201), errors.TemplateTooLong, "200"),
    ],
)  # fmt: skip
def test_words_that_could_not_become_a_letter_are_refused_with_the_place(
    system: None, words: Words, refusal: Any, said: str
) -> None:
    with pytest.raises(refusal) as caught:
        services.change_template("reminder_before", words, seen=0)
    assert said in str(caught.value)
    assert not Template.objects.exists()


def test_a_written_letter_keeps_its_own_words_and_letterhead(system: None) -> None:
    before = write()
    printed = words_of_pdf(services.pdf(before))
    services.change_template("reminder_before", OWN, seen=1)
    services.change_office(OfficeWords("Pemerintah Provinsi Rekaan", "Dinas Baru", "Jalan Rekaan 1", "", "Kota Rekaan"))
    after = write()
    assert words_of_pdf(services.pdf(queries.get_letter(before.pk))) == printed
    now = words_of_pdf(services.pdf(after))
    assert "DINAS BARU" in now
    assert "Dua Dinas Rekaan" in now
    assert after.template.version == 2
    assert after.subject == "Hal Dinas Rekaan"


def test_two_who_change_the_same_words_hear_of_each_other(system: None) -> None:
    services.change_template("recap", OWN_RECAP, seen=0)
    with pytest.raises(errors.TemplateChanged, match="sistem"):
        services.change_template("recap", replace(OWN_RECAP, closing="Lain"), seen=0)
    assert services.change_template("recap", OWN_RECAP, seen=1).version == 1  # nothing changed: no new version


OWN_RECAP = replace(KINDS["recap"].words, closing="Penutup kami")


@pytest.mark.parametrize("form", ["{urut}/{x}/{tanda}/{tahun}", "{tanda}/{tahun}", "tanpa"])
def test_a_form_of_numbers_needs_its_parts(system: None, form: str) -> None:
    with pytest.raises((errors.PlaceholderUnknown, errors.TemplateIncomplete), match="Bentuk nomor"):
        services.change_office(OfficeWords("P", "K", place="T", number_form=form))


def test_who_may_write_letters(system: None, acting_as: Any) -> None:
    for role in ("leader", "auditor", "pic"):
        acting_as(role, factories.make_agency())
        with pytest.raises(errors.CannotWriteLetters):
            write()
        with pytest.raises(errors.CannotWriteLetters):
            services.change_template("recap", OWN_RECAP, seen=0)


def test_a_pic_reads_letters_of_the_own_agency(system: None, acting_as: Any) -> None:
    mine, theirs = factories.make_agency("Dinas A"), factories.make_agency("Dinas B")
    about, other = write(agency_id=mine.pk), write(agency_id=theirs.pk)
    facts = {"rapat": "Rapat", "hari": "Senin", "waktu": "09.00 WIB", "tempat": "Aula"}
    both = [Recipient(f"Kepala {one.name}", agency_id=one.pk) for one in (mine, theirs)]
    invited = write("invitation", to=both, facts=facts)
    acting_as("pic", mine)
    assert {one.pk for one in queries.letters()} == {about.pk, invited.pk}
    with pytest.raises(errors.LetterUnknown):
        queries.get_letter(other.pk)
    assert services.pdf(queries.get_letter(invited.pk)).startswith(b"%PDF")


def test_a_letter_is_never_changed(system: None) -> None:
    from django.db import DatabaseError, transaction

    letter = write()
    with pytest.raises(DatabaseError), transaction.atomic():
        Letter.objects.filter(pk=letter.pk).update(subject="lain")


# Paper

BLOCKS: list[dict[str, Any]] = [
    {"kind": "heading", "text": "Keadaan"},
    {"kind": "figures", "items": [{"label": "Aktif", "value": "1.234", "note": "per 30 November 2026"}]},
    {"kind": "bars", "title": "Dinas Rekaan memenuhi semuanya", "about": "Bagian", "source": "Sumber: uji",
     "rows": [{"label": "Dinas Rekaan", "value": 1.0, "low": 0.6, "high": 1.0, "shown": "5 dari 5"}]},
    {"kind": "table", "caption": "Per OPD", "heading": ["OPD", "Terpenuhi"], "numbers": [1], "rows": [["=1+1", 1234], ["#strong[x]", 0]]},
    {"kind": "list", "items": ["Satu", "Dua"]},
]  # fmt: skip


def recap() -> Letter:
    return write("recap", facts={"per": date(2026, 11, 30), "blocks": BLOCKS})


def test_a_letter_on_paper_has_its_parts_and_is_accessible(system: None) -> None:
    document = services.pdf(recap())
    text = words_of_pdf(document)
    for part in (
        "001/SERTAKAN-LAP/XI/2026",
        "23 November 2026",
        "Kepala Dinas Rekaan",
        "Tembusan",
        "1.234",
        "halaman 1 dari 1",
    ):
        assert part in text
    assert "#strong[x]" in text  # shown, not read as markup
    assert b"pdfuaid" in document


def test_the_same_letter_goes_on_in_word_and_in_a_workbook(system: None) -> None:
    from docx import Document
    from openpyxl import load_workbook

    letter = recap()
    book = Document(io.BytesIO(services.docx(letter)))
    said = "\n".join(paragraph.text for paragraph in book.paragraphs)
    assert letter.number in said
    assert [cell.text for cell in book.tables[-1].rows[1].cells] == ["=1+1", "1.234"]
    sheet = load_workbook(io.BytesIO(services.xlsx(letter))).worksheets[0]
    assert [cell.value for cell in sheet[5]] == ["=1+1", 1234]
    assert sheet["A5"].data_type == "s"
    with pytest.raises(errors.LetterWithoutTable):
        services.xlsx(write())


def test_the_preview_shows_invented_facts_and_refuses_what_saving_refuses(system: None) -> None:
    shown = services.preview("reminder_before", OWN)
    assert shown.startswith(b"\x89PNG")
    with pytest.raises(errors.PlaceholderUnknown):
        services.preview("reminder_before", replace(OWN, closing="{salah}"))
    assert not Letter.objects.exists()
    assert set(composing.examples("recap")) == set(placeholders_of("recap"))
