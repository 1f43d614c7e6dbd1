"""What reaches a successor: it reads the meetings of those whose work it took over. Who has to act reads the decision, invited or not."""

from django.db import migrations

_INHERITED = "ANY ((SELECT sertakan_inherited_agency_ids())::bigint[])"
_OWN = "ANY ((SELECT sertakan_agency_ids())::bigint[])"


def _reads(table: str, name: str, using: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f'CREATE POLICY {name} ON "{table}" FOR SELECT USING ({using});', f'DROP POLICY {name} ON "{table}";'
    )


def _invited(column: str) -> str:
    return f"EXISTS (SELECT 1 FROM meetings_invitation i WHERE i.meeting_id = {column} AND i.agency_id = {_INHERITED})"


class Migration(migrations.Migration):
    dependencies = [("meetings", "0003_dropped_meetings_and_open_actions"), ("agencies", "0003_inherited")]

    operations = [
        *(
            _reads(f"meetings_{name}", "inherited", f"agency_id = {_INHERITED}")
            for name in ("invitation", "attendance", "action")
        ),
        _reads("meetings_meeting", "inherited", _invited("meetings_meeting.id")),
        *(
            _reads(f"meetings_{name}", "inherited", _invited(f"meetings_{name}.meeting_id"))
            for name in ("minutesversion", "decision", "agendaitem")
        ),
        _reads(
            "meetings_decision",
            "acting",
            f"EXISTS (SELECT 1 FROM meetings_action a WHERE a.decision_id = meetings_decision.id AND a.agency_id = {_OWN})",
        ),
    ]
