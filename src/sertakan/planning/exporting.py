"""A plan as a file: months by area, sector and source of money, with rates; a workbook has the totals and the explanation too."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from io import BytesIO, StringIO
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sertakan.core.month import Month
from sertakan.planning.facts import TRANSPORT
from sertakan.planning.models import Plan
from sertakan.planning.words import sentence
from sertakan.rules.reasons import funding_in_words, month_in_words, sector_in_words

COLUMNS: Final = (
    gettext_lazy("Bulan"), gettext_lazy("Kode wilayah"), gettext_lazy("Wilayah"), gettext_lazy("Kode sektor"), gettext_lazy("Sektor"),
    gettext_lazy("Sumber dana"), gettext_lazy("Pekerja"), gettext_lazy("Iuran per pekerja"), gettext_lazy("Iuran"),
)  # fmt: skip


def rows(plan: Plan) -> Iterator[tuple[Any, ...]]:
    """The cells of `COLUMNS`: every month, area, sector and source of money in which the plan protects somebody."""
    result = plan.result or {}
    areas, sectors = ({one["code"]: one["name"] for one in result[kind]} for kind in ("areas", "sectors"))
    first = Month.parse(result["first"])
    rates = {
        (span["funding"], span["sector"], ordinal): span["amount"]
        for span in result["rates"]
        for ordinal in range(Month.parse(span["from"]).ordinal, Month.parse(span["until"]).ordinal + 1)
    }
    for cell in result["cells"]:
        rated = "transport" if cell["sector"] in TRANSPORT else "other"
        for step, people in enumerate(cell["people"]):
            if people:
                month = first.next(step)
                rate = rates[cell["funding"], rated, month.ordinal]
                yield (
                    str(month), cell["area"], areas[cell["area"]], cell["sector"], sectors[cell["sector"]],
                    funding_in_words(cell["funding"]), people, rate, people * rate,
                )  # fmt: skip


def lines(plan: Plan) -> bytes:
    """CSV with semicolons, as a spreadsheet in Indonesia opens it."""
    out = StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow([str(name) for name in COLUMNS])
    writer.writerows(rows(plan))
    return "\ufeff".encode() + out.getvalue().encode()


def workbook(plan: Plan) -> bytes:
    """XLSX: summary with the explanation, months, areas, rates, and all cells."""
    import xlsxwriter

    result, out = plan.result or {}, BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold, amount, wide = (
            book.add_format(shape) for shape in ({"bold": True}, {"num_format": "#,##0"}, {"text_wrap": True})
        )
        summary = book.add_worksheet(_("Ringkasan"))
        summary.set_column(0, 0, 110, wide)
        summary.write_string(0, 0, plan.name, bold)
        said = [sentence(one) for one in (*result["explained"], *result["warnings"])]
        for number, text in enumerate(said, start=2):
            summary.write_string(number, 0, text, wide)
        _sheet(
            book,
            _("Bulan"),
            (_("Bulan"), _("Terlindungi"), _("Mulai"), _("Gugur"), _("Iuran")),
            _months(result),
            bold,
            amount,
        )
        heads = [_("Kode"), _("Wilayah"), _("Pekerja"), _("Terlindungi sekarang"), _("Dari rencana"), _("Iuran")]
        _sheet(book, _("Wilayah"), heads, _areas(result), bold, amount)
        heads = [_("Sumber dana"), _("Sektor"), _("Dari"), _("Sampai"), _("Iuran per pekerja")]
        _sheet(book, _("Tarif"), heads, _rates(result), bold, amount)
        _sheet(book, _("Rincian"), tuple(str(name) for name in COLUMNS), list(rows(plan)), bold, amount)
    return out.getvalue()


def _months(result: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [(one["month"], one["protected"], one["beginning"], one["lapsing"], one["cost"]) for one in result["months"]]


def _areas(result: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [
        (one["code"], one["name"], one["eligible"], one["own"], one["protected"], one["cost"])
        for one in result["areas"]
    ]


def _rates(result: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [
        (
            funding_in_words(one["funding"]),
            sector_in_words(one["sector"]),
            month_in_words(Month.parse(one["from"])),
            month_in_words(Month.parse(one["until"])),
            one["amount"],
        )
        for one in result["rates"]
    ]


def _sheet(
    book: Any, name: str, headings: Sequence[str], cells: Sequence[tuple[Any, ...]], bold: Any, amount: Any
) -> None:
    sheet = book.add_worksheet(name)
    for position, heading in enumerate(headings):
        sheet.write_string(0, position, heading, bold)
        sheet.set_column(position, position, max(14, len(heading) + 2))
    for number, row in enumerate(cells, start=1):
        for position, value in enumerate(row):
            if isinstance(value, int):
                sheet.write_number(number, position, value, amount)
            else:
                sheet.write_string(number, position, str(value))
    sheet.freeze_panes(1, 0)
