"""Pages of the follow-up: where agencies stand, one agency's path, one duty, circulars, reminders."""

from sertakan.web.views.followup.agency import duties_agency
from sertakan.web.views.followup.circulars import circular, circular_change, circular_new, circular_successor, circulars
from sertakan.web.views.followup.duty import declaration_decide, duty, duty_change, duty_declare, duty_report
from sertakan.web.views.followup.province import duties, duties_count
from sertakan.web.views.followup.reminders import reminder_pause, reminder_plan, reminders

__all__ = [
    "circular",
    "circular_change",
    "circular_new",
    "circular_successor",
    "circulars",
    "declaration_decide",
    "duties",
    "duties_agency",
    "duties_count",
    "duty",
    "duty_change",
    "duty_declare",
    "duty_report",
    "reminder_pause",
    "reminder_plan",
    "reminders",
]
