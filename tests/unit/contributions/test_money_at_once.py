"""Two clerks make the same bill: there is one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

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


def test_a_draft_that_is_being_replaced_does_not_go_out_meanwhile(committed_db, build_office, monkeypatch):
    from django.db import connection

    from sertakan.contributions.models import Transfer
    from sertakan.contributions.services import making

    with acting(SYSTEM):
        office = build_office()
        office.worker()
        services.make_bills(MONTH)
        services.confirm_month(MONTH)
        bill = queries.current_bill(office.agency, MONTH)
        office.worker()

    def issue():
        try:
            with acting(SYSTEM):
                return services.issue_bill(bill).state
        except Exception as refusal:
            return getattr(refusal, "code", repr(refusal))
        finally:
            connection.close()

    sums, pool, outcome = making._sums, ThreadPoolExecutor(1), []

    def meanwhile():
        outcome.append(pool.submit(issue))
        with suppress(TimeoutError):
            outcome[0].result(1.5)
        return sums()

    monkeypatch.setattr(making, "_sums", meanwhile)
    with acting(SYSTEM):
        services.make_bills(MONTH)
    assert outcome[0].result(30) == "bill_superseded"
    with acting(SYSTEM):
        assert [one.state for one in Bill.objects.order_by("version")] == ["superseded", "draft"]
        assert not Transfer.objects.exists()


def test_two_who_print_the_same_slips_at_once_print_them_once(committed_db, build_office, money_of, monkeypatch):
    from threading import Barrier, BrokenBarrierError

    from sertakan.contributions.receipts import slips, token

    monkeypatch.setenv("SERTAKAN_TODAY", "2026-11-23")
    with acting(SYSTEM):
        money = money_of(build_office())
        worker = money.office.worker()
        money.number(worker)
        money.answer(worker, 8_400, months=1)
        services.pull_confirmations()
    both, reference = Barrier(2), token.new_reference

    def slowly():
        with suppress(BrokenBarrierError):
            both.wait(1.5)
        return reference()

    monkeypatch.setattr(token, "new_reference", slowly)
    first, second = _at_once(lambda: slips.issue_slips(agency_id=money.agency.pk)[0].reference)
    assert first == second
