"""A bill goes out: only for a month the operator confirmed, and once."""

from __future__ import annotations

from django.db import transaction

from sertakan.contributions import policies, queries
from sertakan.contributions.errors import BillNotDraft, BillNotFound, BillSuperseded, MonthNotConfirmed
from sertakan.contributions.models import Bill, ConfirmedMonth
from sertakan.contributions.services.ledger import promise
from sertakan.contributions.services.making import lock_bills
from sertakan.core import audit, clock, scope
from sertakan.core.month import Month
from sertakan.rules import load_rules
from sertakan.rules.contribution import regime_of
from sertakan.rules.reasons import month_in_words


@transaction.atomic
def confirm_month(month: Month, *, note: str = "") -> ConfirmedMonth:
    """Release bills of `month` computed by the rules as they are now. Safe to repeat.

    Refuses a month without known law, and anybody but the operator.
    """
    policies.check_can_confirm_month()
    rules = load_rules()
    regime_of(month, rules)
    actor = scope.current()
    confirmed, fresh = ConfirmedMonth.objects.get_or_create(
        month=month.first_day,
        rules_version=rules.version,
        defaults={
            "note": note,
            "confirmed_by": actor.user_id,
            "confirmed_label": actor.label,
            "confirmed_at": clock.now(),
        },
    )
    if fresh:
        audit.record(
            "contributions.month_confirmed",
            target=confirmed,
            facts={"month": str(month), "rules_version": rules.version, "law_confirmed": rules.confirmed(month)},
            reason=note,
        )
    return confirmed


@transaction.atomic
def issue_bill(bill: Bill) -> Bill:
    """Let a draft go out; the bill it corrects is superseded by it.

    Refuses MonthNotConfirmed, BillNotDraft, BillSuperseded, and who may not. Of two who issue at once, one is told.
    """
    policies.check_can_issue(bill)
    lock_bills(bill.billed_month)
    claimed = Bill.objects.select_for_update(of=("self",)).select_related("agency").filter(pk=bill.pk).first()
    if claimed is None:
        raise BillNotFound()
    if claimed.state == Bill.State.SUPERSEDED:
        raise BillSuperseded(number=claimed.number)
    if claimed.state != Bill.State.DRAFT:
        raise BillNotDraft(number=claimed.number, state=str(claimed.get_state_display()).lower())
    month = claimed.billed_month
    if not queries.is_confirmed(month, claimed.rules_version):
        raise MonthNotConfirmed(month=month_in_words(month), rules_version=claimed.rules_version)

    now, actor = clock.now(), scope.current()
    if claimed.corrects_id is not None:
        Bill.objects.filter(pk=claimed.corrects_id, state=Bill.State.ISSUED).update(
            state=Bill.State.SUPERSEDED, superseded_at=now
        )
    claimed.state = Bill.State.ISSUED
    claimed.issued_at, claimed.issued_by, claimed.issued_label = now, actor.user_id, actor.label
    claimed.save(update_fields=["state", "issued_at", "issued_by", "issued_label"])
    audit.record(
        "contributions.bill_issued",
        target=claimed,
        agency_id=claimed.agency_id,
        facts={"number": claimed.number, "total": claimed.total, "corrects": claimed.corrects_id},
    )
    promise(claimed)
    return claimed
