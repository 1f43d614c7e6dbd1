"""An agency sends its recap: a month in numbers, in a numbered letter to the regional secretary, which `report_sent` counts."""

from __future__ import annotations

from collections import Counter

from django.db import transaction

from sertakan.agencies.models import Agency
from sertakan.core import audit, clock, scope
from sertakan.core.money import format_rupiah
from sertakan.core.month import Month
from sertakan.followup import policies
from sertakan.letters import services as letters
from sertakan.letters.models import Letter
from sertakan.letters.services import Recipient
from sertakan.programme import recaps
from sertakan.programme.reporting.figures import ReportTooEarly
from sertakan.rules.reasons import month_in_words

ABOUT = "report.agency_recap"


@transaction.atomic
def send_recap(agency: Agency, month: Month) -> Letter:
    """Write the recap of an agency's month, once a day. Counts only, no names. Raises NotYourDuty, ReportTooEarly."""
    policies.check_can_declare(scope.current(), agency.pk)
    today = clock.today()
    if month.first_day > today:
        raise ReportTooEarly(period=month_in_words(month))
    found = recaps.agency_recap(agency, month)
    states = Counter("arrears" if row.state.startswith("arrears") else row.state for row in found.rows)
    rows = [
        ["Pekerja dalam daftar", str(len(found.rows))],
        ["Aktif", str(states["active"])],
        ["Menunggak", str(states["arrears"])],
        ["Gugur", str(states["inactive"])],
        ["Belum bernomor", str(states["not_yet"])],
        ["Donatur", str(found.donors)],
        ["Iuran yang dikonfirmasi", format_rupiah(found.paid, "id")],
    ]
    table = {
        "caption": f"{agency.name}, {month_in_words(month)}",
        "heading": ["Hal", "Jumlah"],
        "rows": rows,
        "numbers": [1],
    }
    with scope.acting(scope.SYSTEM, reason="rekap perangkat daerah"):
        sent = Letter.objects.filter(agency=agency, about_kind=ABOUT, about_id=month.ordinal, dated_on=today).first()
        letter = sent or letters.write(
            "recap", to=(Recipient("Sekretaris Daerah"),), facts={"per": found.on, "rows": table}, agency_id=agency.pk,
            about=(ABOUT, month.ordinal),
        )  # fmt: skip
    if sent is None:
        facts = {"period": str(month), "number": letter.number}
        audit.record("programme.recap_sent", target=("letters.letter", letter.pk), agency_id=agency.pk, facts=facts)
    return letter
