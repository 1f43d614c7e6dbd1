"""Reports to the Sekda and the Governor, and recaps per agency: counted from what is kept, written as numbered letters."""

from __future__ import annotations

from django.db import transaction

from sertakan.core import audit
from sertakan.core.month import Month
from sertakan.letters import services as letters
from sertakan.letters.models import Letter
from sertakan.letters.services import Recipient
from sertakan.programme.reporting import blocks
from sertakan.programme.reporting.figures import (
    MonthFigures,
    ReportNotReady,
    ReportTooEarly,
    YearFigures,
    month_figures,
    year_figures,
)
from sertakan.programme.reporting.sending import send_recap
from sertakan.rules.reasons import month_in_words

__all__ = [
    "MonthFigures", "ReportNotReady", "ReportTooEarly", "YearFigures", "month_figures", "send_recap", "write_month",
    "write_recap", "write_year", "year_figures",
]  # fmt: skip
_TO = (Recipient("Gubernur"), Recipient("Sekretaris Daerah"))


@transaction.atomic
def write_month(month: Month) -> Letter:
    """The two-page monthly report as a numbered letter. Raises ReportNotReady, ReportTooEarly, CannotWriteLetters."""
    found = month_figures(month)
    facts = {**blocks.common(found, month_in_words(month), found.confirmed), "blocks": blocks.month_blocks(found)}
    letter = letters.write("monthly_report", to=_TO, facts=facts, about=("report.month", month.ordinal))
    audit.record("programme.report_written", target=letter, facts={"kind": "month", "period": str(month)})
    return letter


@transaction.atomic
def write_year(year: int) -> Letter:
    """The yearly report as a numbered letter. Raises ReportNotReady, ReportTooEarly, CannotWriteLetters."""
    found = year_figures(year)
    facts = {**blocks.common(found.end, str(year), found.confirmed), "blocks": blocks.year_blocks(found)}
    letter = letters.write("yearly_report", to=_TO, facts=facts, about=("report.year", year))
    audit.record("programme.report_written", target=letter, facts={"kind": "year", "period": str(year)})
    return letter


@transaction.atomic
def write_recap(month: Month) -> Letter:
    """The recap per agency as a numbered letter, which goes on as a workbook. Raises ReportNotReady, ReportTooEarly, CannotWriteLetters."""
    found = month_figures(month)
    heading = [
        "OPD",
        "Kewajiban terpenuhi",
        "Dari",
        "Lewat jatuh tempo",
        "Pekerja aktif",
        "Pekerja bernomor",
        "Tindakan berjalan",
    ]
    rows = [
        [one.name, one.fulfilled, one.asked, one.overdue, one.active, one.numbered, one.actions]
        for one in sorted(found.lines, key=lambda line: line.name)
    ]
    table = {
        "caption": f"Per OPD, {month_in_words(month)}",
        "heading": heading,
        "rows": rows,
        "numbers": [1, 2, 3, 4, 5, 6],
    }
    letter = letters.write(
        "recap", to=_TO[1:], facts={"per": found.on, "rows": table}, about=("report.recap", month.ordinal)
    )
    audit.record("programme.report_written", target=letter, facts={"kind": "recap", "period": str(month)})
    return letter
