"""A letter as PDF, DOCX, workbook and pictures, from the same facts. Documents are Indonesian, whatever language the screen has.

`blocks` of a letter: ``heading`` (text), ``paragraph`` (text), ``list`` (items), ``figures`` (items: label, value, note), ``bars`` (title,
about, source, rows: label, value 0..1, low, high, shown), ``table`` (caption, heading, rows, numbers: columns of figures), ``break``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any

from sertakan.core import typeset
from sertakan.letters.composing import in_words
from sertakan.letters.errors import LetterWithoutTable
from sertakan.rules.reasons import day_in_words

TEMPLATE = Path(__file__).resolve().parent / "templates_typst" / "letter.typ"
_POINTS_PER_INCH, _DOTS = 72, 110
_drawing = Lock()
"""The library that draws pages knows one thread at a time."""


@dataclass(frozen=True, slots=True)
class Paper:
    """All that stands on a letter."""

    kind: str
    number: str
    dated_on: date
    subject: str
    office: Any
    to: list[dict[str, Any]]
    copies: list[str]
    content: dict[str, Any]
    banner: str = ""


def pdf(paper: Paper) -> bytes:
    """PDF/UA through Typst."""
    code = f"SERTAKAN surat {paper.number} | {paper.dated_on} | {paper.subject[:80]}"
    data = {
        "title": f"{paper.subject} · {paper.number}",
        "banner": paper.banner,
        "government": paper.office.government,
        "office": paper.office.name,
        "address": paper.office.address,
        "contact": paper.office.contact,
        "place": paper.office.place,
        "number": paper.number,
        "date": day_in_words(paper.dated_on, "id"),
        "subject": paper.subject,
        "addressed": addressed(paper.to),
        "listed": named(paper.to) if len(paper.to) > MOST_ABOVE else [],
        "foot": _foot(paper),
        "copies": paper.copies,
        "qr": typeset.square_code(code),
        "qr_alt": f"Kode QR dengan isi: {code}",
        **paper.content,
        "blocks": [_block(block) for block in paper.content["blocks"]],
    }
    return typeset.pdf(TEMPLATE, data)


def _block(block: dict[str, Any]) -> dict[str, Any]:
    """A block with all cells as text."""
    if block["kind"] != "table":
        return block
    heading = block["heading"]
    numbers = set(block.get("numbers", ()))
    return {
        "caption": "",
        **block,
        "align": ["right" if at in numbers else "left" for at in range(len(heading))],
        "wide": block.get("wide", 0),
        "rows": [[in_words(cell) for cell in row] for row in block["rows"]],
    }


def pictures(document: bytes, *, most: int = 20) -> list[bytes]:
    """The pages of a document that we made, as PNG pictures."""
    import pypdfium2

    with _drawing:
        opened = pypdfium2.PdfDocument(document)
        made = []
        for index in range(min(most, len(opened))):
            out = BytesIO()
            opened[index].render(scale=_DOTS / _POINTS_PER_INCH).to_pil().save(out, "PNG")
            made.append(out.getvalue())
        opened.close()
    return made


MOST_ABOVE = 6
"""More recipients than this stand in a list behind the letter."""


def addressed(to: list[dict[str, Any]]) -> list[str]:
    """The lines of whom a letter goes to; the place once where it is the same for all."""
    places = {one["place"] for one in to}
    same = [to[0]["place"]] if len(places) == 1 else []
    if len(to) == 1:
        return [f"Yth. {to[0]['name']}", *same]
    if len(to) > MOST_ABOVE:
        return ["Yth. (daftar terlampir)", *same]
    return ["Yth.", *(f"{number}. {text}" for number, text in enumerate(named(to), start=1)), *same]


def named(to: list[dict[str, Any]]) -> list[str]:
    """Recipients of a list, with their places where these differ."""
    differ = len({one["place"] for one in to}) > 1
    return [f"{one['name']}, {one['place']}" if differ and one["place"] else one["name"] for one in to]


def _foot(paper: Paper) -> str:
    as_of = paper.content.get("as_of", "")
    return f"{paper.number} · keadaan data {as_of}" if as_of else paper.number


def docx(paper: Paper) -> bytes:
    """A document that an office goes on editing."""
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
    from docx.shared import Cm, Pt

    book = Document()
    book.core_properties.author = _clean(paper.office.name)
    book.core_properties.title = _clean(paper.subject)
    book.core_properties.comments = ""
    section = book.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin = section.bottom_margin = Cm(2)
    book.styles["Normal"].font.name, book.styles["Normal"].font.size = "Times New Roman", Pt(11)

    def line(text: str, *, bold: bool = False, size: int = 11, centre: bool = False, style: str | None = None) -> Any:
        paragraph = book.add_paragraph(style=style)
        run = paragraph.add_run(_clean(text))
        run.bold, run.font.size = bold, Pt(size)
        if centre:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.space_after = Pt(4)
        return paragraph

    line(paper.office.government.upper(), centre=True)
    line(paper.office.name.upper(), bold=True, size=14, centre=True)
    for text in (paper.office.address, paper.office.contact):
        if text:
            line(text, size=9, centre=True)
    line(f"{paper.office.place}, {day_in_words(paper.dated_on, 'id')}")
    line(f"Nomor: {paper.number}")
    line(f"Hal: {paper.subject}", bold=True)
    for text in addressed(paper.to):
        line(text)
    content = paper.content
    line(content["opening"])
    for name, value in content["details"]:
        line(f"{name}: {value}")
    for text in content["paragraphs"]:
        line(text)
    for block in content["blocks"]:
        match block["kind"]:
            case "heading":
                line(block["text"], bold=True, size=12)
            case "paragraph":
                line(block["text"])
            case "list":
                for item in block["items"]:
                    line(item, style="List Number")
            case "figures":
                _word_table(
                    book,
                    ["Angka", "Nilai", "Keterangan"],
                    [[i["label"], i["value"], i["note"]] for i in block["items"]],
                )
            case "bars":
                line(block["title"], bold=True)
                _word_table(book, [block["about"], "Nilai"], [[row["label"], row["shown"]] for row in block["rows"]])
                line(block["source"], size=9)
            case "table":
                if block.get("caption"):
                    line(block["caption"], bold=True)
                _word_table(book, block["heading"], [[in_words(cell) for cell in row] for row in block["rows"]])
            case "break":
                book.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    line(content["closing"])
    signer = content["signer"]
    line(signer["title"] + ",")
    line("")
    line(signer["name"] or "(nama)", bold=True)
    if signer["nip"]:
        line(f"NIP {signer['nip']}")
    if paper.copies:
        line("Tembusan:")
        for number, copy in enumerate(paper.copies, start=1):
            line(f"{number}. {copy}", size=10)
    if len(paper.to) > MOST_ABOVE:
        book.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        line(f"Lampiran surat {paper.number}, {day_in_words(paper.dated_on, 'id')}", size=9)
        line("Daftar tujuan", bold=True, size=12)
        for number, text in enumerate(named(paper.to), start=1):
            line(f"{number}. {text}", size=10)
    section.footer.paragraphs[0].text = _clean(_foot(paper))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _word_table(book: Any, heading: list[str], rows: list[list[str]]) -> None:
    table = book.add_table(rows=1, cols=len(heading), style="Table Grid")
    for cell, text in zip(table.rows[0].cells, heading, strict=True):
        cell.text = _clean(text)
        cell.paragraphs[0].runs[0].bold = True
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = _clean(text)
    book.add_paragraph()


def _clean(text: str) -> str:
    """Without signs that a document of this kind cannot hold."""
    return "".join(sign for sign in text if sign in "\n\t" or (ord(sign) >= 32 and sign not in "\ufffe\uffff"))


def xlsx(paper: Paper) -> bytes:
    """One sheet for each table; text is written as text, never as a formula. Raises LetterWithoutTable."""
    import xlsxwriter

    tables = [block for block in paper.content["blocks"] if block["kind"] == "table"]
    if not tables:
        raise LetterWithoutTable()
    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": _clean(paper.subject), "author": _clean(paper.office.name)})
        head = book.add_format({"bold": True, "bg_color": "#E3EDEA", "border": 1, "text_wrap": True, "valign": "top"})
        title, number = book.add_format({"bold": True, "font_size": 14}), book.add_format({"num_format": "#,##0"})
        for place, block in enumerate(tables, start=1):
            sheet = book.add_worksheet(_sheet_name(block.get("caption", ""), place))
            sheet.write_string(0, 0, _clean(paper.subject), title)
            sheet.write_string(1, 0, f"Nomor {paper.number}, {day_in_words(paper.dated_on, 'id')}")
            sheet.write_string(2, 0, _foot(paper))
            sheet.freeze_panes(4, 1)
            for at, text in enumerate(block["heading"]):
                sheet.set_column(at, at, 28 if at == 0 else 18)
                sheet.write_string(3, at, _clean(text), head)
            for row, cells in enumerate(block["rows"], start=4):
                for at, cell in enumerate(cells):
                    if isinstance(cell, int) and not isinstance(cell, bool):
                        sheet.write_number(row, at, cell, number)
                    else:
                        sheet.write_string(row, at, _clean(in_words(cell)))
            if block["rows"]:
                sheet.autofilter(3, 0, 3 + len(block["rows"]), len(block["heading"]) - 1)
    return out.getvalue()


def _sheet_name(caption: str, place: int) -> str:
    kept = "".join(sign for sign in caption if sign not in "[]:*?/\\'")[:26].strip()
    return f"{place} {kept}".strip()
