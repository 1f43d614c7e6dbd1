"""Two clerks make the same bill: there is one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from sertakan.contributions import queries, services
from sertakan.contributions.models import Bill, BillLine
from sertakan.core.month import Month
from sertakan.core.scope import SYSTEM, acting

MONTH = Month(2026, 12)


def _at_once(work, count=2):
    from django.db import connection

    def run(_):
        try:
            with acting(SYSTEM):
                return work()
        except Exception as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_two_threads_that_make_the_same_bill_make_one(committed_db, build_office):
    with acting(SYSTEM):
        office = build_office()
        for _ in range(20):
            office.worker()
    accounts = _at_once(lambda: services.make_bills(MONTH), 3)
    assert sorted(account.unchanged for account in accounts) == [False, True, True]
    with acting(SYSTEM):
        assert Bill.objects.count() == 1
        assert BillLine.objects.count() == 20


def test_two_who_issue_the_same_bill_at_once_issue_it_once_and_one_is_told(committed_db, build_office):
    with acting(SYSTEM):
        office = build_office()
        office.worker()
        services.make_bills(MONTH)
        services.confirm_month(MONTH)
        bill = queries.current_bill(office.agency, MONTH)
    outcomes = _at_once(lambda: services.issue_bill(bill))
    assert sorted(getattr(one, "code", getattr(one, "state", "")) for one in outcomes) == ["bill_not_draft", "issued"]
