"""What can be done with meetings, their minutes and their actions; each act is one transaction with its event in the trail."""

from sertakan.meetings.services.acting import add_decision, close_action, close_reached, reopen_action
from sertakan.meetings.services.attending import attend, note_attendance, open_for
from sertakan.meetings.services.planning import add_series, add_topic, drop_item, invite, plan, plan_next, prepare
from sertakan.meetings.services.running import close, open_meeting, save_minutes

__all__ = [
    "add_decision", "add_series", "add_topic", "attend", "close", "close_action", "close_reached", "drop_item", "invite", "note_attendance",
    "open_for", "open_meeting", "plan", "plan_next", "prepare", "reopen_action", "save_minutes",
]  # fmt: skip
