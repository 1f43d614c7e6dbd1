"""A bill as plain data, in the shape that the command line and the API hand out."""

from __future__ import annotations

from typing import Any

from sertakan.contributions.models import Bill
from sertakan.contributions.queries.bills import is_confirmed, law_note
from sertakan.contributions.queries.changes import RateChange, bill_changes


def bill_summary(bill: Bill) -> dict[str, Any]:
    """Number, amounts, due dates, changes of rate and certainty of one bill. Months and dates as ISO text."""
    due_on = {
        "jkk": bill.due_on_jkk_jkm if bill.jkk else None,
        "jkm": bill.due_on_jkk_jkm if bill.jkm else None,
        "jht": bill.due_on_jht if bill.jht else None,
    }
    return {
        "id": bill.pk,
        "number": bill.number,
        "agency": bill.agency.code,
        "month": str(bill.billed_month),
        "version": bill.version,
        "state": bill.state,
        "corrects": bill.corrects_id,
        "lines": bill.line_count,
        "amounts": {"jkk": bill.jkk, "jkm": bill.jkm, "jht": bill.jht},
        "total": bill.total,
        "due_on": {name: day.isoformat() for name, day in due_on.items() if day is not None},
        "discounted": bill.discounted_count,
        "changes": [_change(change) for change in bill_changes(bill)],
        "confirmed": is_confirmed(bill.billed_month, bill.rules_version),
        "law_confirmed": bill.law_confirmed,
        "note": law_note(bill),
        "rules_version": bill.rules_version,
        "computed_at": bill.computed_at.isoformat(),
    }


def _change(change: RateChange) -> dict[str, Any]:
    return {
        "sector": change.sector,
        "funding": change.funding,
        "programmes": change.programmes,
        "dasar": change.dasar,
        "workers": change.workers,
        "before": change.before,
        "after": change.after,
        "difference": change.difference,
        "unchanged": change.unchanged,
        "text": change.text,
        "reason": change.reason,
        "source": change.source,
    }
