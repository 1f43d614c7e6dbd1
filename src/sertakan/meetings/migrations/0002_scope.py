"""Meetings are seen by the agencies invited and by who sees all; actions by the agency that acts. Versions and attendance are kept."""

from django.db import migrations

from sertakan.core.rls import AppendOnly, EnableRowSecurity

_OWN = "ANY ((SELECT sertakan_agency_ids())::bigint[])"


def _invited(column: str) -> str:
    return f"EXISTS (SELECT 1 FROM meetings_invitation i WHERE i.meeting_id = {column} AND i.agency_id = {_OWN})"


class Migration(migrations.Migration):
    dependencies = [("meetings", "0001_initial"), ("core", "0002_scope")]

    operations = [
        EnableRowSecurity("meetings_series", using="cardinality((SELECT sertakan_agency_ids())) > 0", check="false"),
        EnableRowSecurity("meetings_invitation", check="false"),
        EnableRowSecurity("meetings_meeting", using=_invited("meetings_meeting.id"), check="false"),
        *(
            EnableRowSecurity(f"meetings_{name}", using=_invited(f"meetings_{name}.meeting_id"), check="false")
            for name in ("minutesversion", "decision", "agendaitem")
        ),
        EnableRowSecurity("meetings_attendance", check="false"),
        EnableRowSecurity("meetings_action", check="false"),
        *(
            EnableRowSecurity(f"meetings_{name}event", using="false", check="false")
            for name in ("meeting", "agendaitem", "action")
        ),
        *(AppendOnly(f"meetings_{name}") for name in ("invitation", "minutesversion", "attendance", "decision")),
    ]
