"""An invented office of BPJS Ketenagakerjaan. It gets the workbook of a sent batch and answers in up to three files.

How the real office answers has not been published; the headings here are some of those that `sponsorship.answers` takes. The same
batch gives the same bytes. Membership numbers begin with 99, payment codes with 88; both name the batch and the line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

from sertakan.core.money import Rupiah
from sertakan.core.month import Month
from sertakan.sponsorship.models import Batch
from sertakan.synthetic.dice import Dice

STEPS = ("waiting", "accepted", "paid", "numbered")
"""How far a line gets, besides being refused."""

ALREADY = "Sudah menjadi peserta aktif"
REFUSALS = ("Usia tidak memenuhi syarat", "NIK tidak padan dengan Dukcapil", ALREADY)
"""Reasons in the words of an officer; the first goes to the oldest worker."""

CODE_LIVES = timedelta(days=30)
_MADE = datetime(2025, 9, 1)  # noqa: DTZ001  a fixed date in the file's properties, so that the bytes stay the same


@dataclass(frozen=True, slots=True)
class Case:
    """One line of a batch on the officer's desk: who it is, what is owed for its `months`, and how far it gets."""

    batch: int
    number: int
    nik: str
    name: str
    months: int
    amount: Rupiah
    step: str = "numbered"
    refusal: str = ""

    @property
    def kpj(self) -> str:
        """The membership number: 11 digits."""
        return f"99{self.batch % 10_000:04d}{self.number % 100_000:05d}"

    def reached(self, step: str) -> bool:
        """Whether the line got at least so far."""
        return not self.refusal and STEPS.index(self.step) >= STEPS.index(step)


def cases(batch: Batch, workbook: bytes, *, steps: Mapping[str, int], refusals: Sequence[str] = ()) -> list[Case]:
    """The desk after `workbook` (as sent) has come in.

    `steps`: how many lines stop before the number, by step; they, and those refused for `refusals`, are drawn by chance, the rest gets
    its number. A small batch is answered in full.
    """
    lines = list(batch.lines.select_related("person").order_by("number"))
    amounts = _amounts(lines)
    fate = _fates(lines, steps, refusals, Dice(f"bpjs {batch.agency.code}"))
    return [
        Case(batch.pk, line.number, nik, line.person.name, line.months, amounts[line.number], *fate[line.number])
        for line, nik in zip(lines, _numbers(workbook), strict=True)
    ]


def _numbers(workbook: bytes) -> list[str]:
    """The identity numbers in the first sheet of a batch, in its order; text, as they were sent."""
    import polars as pl

    from sertakan.sponsorship.answers.reading import columns_of

    sheet = pl.read_excel(BytesIO(workbook), sheet_id=1, infer_schema_length=0)
    return sheet.to_series(columns_of(tuple(sheet.columns))["nik"]).to_list()


def _amounts(lines: Iterable[Any]) -> dict[int, Rupiah]:
    """What each line owes for all its months, by its number."""
    import polars as pl

    from sertakan.rules.frame import contributions_frame

    rows = [
        (line.number, month.ordinal, line.dasar, line.sector, line.funding, ",".join(line.programmes))
        for line in lines
        for start in [Month.of(line.start_month)]
        for month in (start.next(step) for step in range(line.months))
    ]
    names = ["number", "month_ordinal", "dasar", "sector", "funding", "programmes"]
    owed = contributions_frame(pl.DataFrame(rows, schema=names, orient="row"))
    return dict(owed.group_by("number").agg(pl.col("total").sum()).iter_rows())


def _fates(
    lines: Sequence[Any], steps: Mapping[str, int], refusals: Sequence[str], dice: Dice
) -> dict[int, tuple[str, str]]:
    """Line number to (step, reason of refusal)."""
    fate = {line.number: ("numbered", "") for line in lines}
    if len(lines) < 2 * (sum(steps.values()) + len(refusals)):
        return fate
    oldest = min(lines, key=lambda line: line.person.birth_date or date.max).number
    others = [number for number in fate if number != oldest]
    dice.stream("fates").shuffle(others)
    drawn = iter([oldest, *others])
    fate |= {next(drawn): ("waiting", reason) for reason in refusals}
    fate |= {next(drawn): (step, "") for step, count in steps.items() for _ in range(count)}
    return fate


def decisions(desk: Sequence[Case], *, on: date) -> bytes:
    """(a) Accepted with payment code, amount and last day, or refused with a reason; an existing member with the old number."""
    rows = [
        {
            "NIK": case.nik,
            "Nama": case.name,
            "Hasil": "Ditolak" if case.refusal else "Diterima",
            "Alasan penolakan": case.refusal,
            "Kode iuran": "" if case.refusal else f"88{case.batch:05d}{case.number:05d}",
            "Jumlah iuran": None if case.refusal else case.amount,
            "Berlaku sampai": None if case.refusal else on + CODE_LIVES,
            "KPJ": case.kpj if case.refusal == ALREADY else "",
            "Tanggal jawaban": on,
        }
        for case in desk
        if case.refusal or case.reached("accepted")
    ]
    return _workbook("Hasil pendaftaran", rows)


def payments(desk: Sequence[Case], *, on: date) -> bytes:
    """(b) What the office received."""
    rows = [
        {
            "NIK": case.nik,
            "Nama": case.name,
            "Tanggal bayar": on,
            "Jumlah dibayar": case.amount,
            "Nomor referensi": f"TRX{on:%Y%m%d}{case.batch:05d}{case.number:05d}",
            "Bulan dibayar": case.months,
        }
        for case in desk
        if case.reached("paid")
    ]
    return _workbook("Pembayaran", rows)


def numbers(desk: Sequence[Case], *, on: date) -> bytes:
    """(c) Membership numbers with the day of their issue."""
    rows = [
        {"NIK": case.nik, "Nama": case.name, "KPJ": case.kpj, "Tanggal terbit": on}
        for case in desk
        if case.reached("numbered")
    ]
    return _workbook("Nomor peserta", rows)


ANSWERS: dict[str, Callable[..., bytes]] = {"keputusan": decisions, "pembayaran": payments, "nomor": numbers}
"""The three files by name, in the order in which they usually come."""


def _workbook(title: str, rows: Sequence[Mapping[str, Any]]) -> bytes:
    """One sheet: text as text, rupiah and months as numbers, days as dates."""
    import xlsxwriter

    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"title": title, "comments": "Jawaban rekaan.", "created": _MADE})
        sheet = book.add_worksheet(title)
        bold, day = book.add_format({"bold": True, "border": 1}), book.add_format({"num_format": "dd-mm-yyyy"})
        money = book.add_format({"num_format": "#,##0"})
        for column, heading in enumerate(rows[0] if rows else ("NIK", "Hasil")):
            sheet.write_string(0, column, heading, bold)
            sheet.set_column(column, column, 20)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row.values()):
                if isinstance(value, date):
                    sheet.write_datetime(number, column, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001
                elif isinstance(value, int):
                    sheet.write_number(number, column, value, money)
                elif value:
                    sheet.write_string(number, column, value)
    return out.getvalue()
