"""What can be done with meetings, their minutes and their actions; each act is one transaction with its event in the trail."""

from sertakan.meetings.services.acting import add_decision, close_action, close_reached, reopen_action
from sertakan.meetings.services.attending import attend, note_attendance, open_for
from sertakan.meetings.services.changing import change, drop
from sertakan.meetings.services.merging import follow_merger
from sertakan.meetings.services.planning import add_series, add_topic, drop_item, invite, plan, plan_next, prepare
from sertakan.meetings.services.running import close, open_meeting, save_minutes
from sertakan.meetings.services.showing import show_action, show_meeting

__all__ = [
    "add_decision", "add_series", "add_topic", "attend", "change", "close", "close_action", "close_reached", "drop", "drop_item",
    "follow_merger", "invite", "note_attendance", "open_for", "open_meeting", "plan", "plan_next", "prepare", "reopen_action",
    "save_minutes", "show_action", "show_meeting",
]  # fmt: skip
