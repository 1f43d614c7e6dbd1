"""Two clerks and one line: one wins, the other is told. Two who upload the same file make one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from sertakan.banking import services
from sertakan.banking.models import Match, StatementFile, StatementLine
from sertakan.contributions.queries.money import balances
from sertakan.core.scope import SYSTEM, acting

NIP = "198503152010011001"


def at_once(*works):
    from django.db import connection

    def run(work):
        try:
            return work()
        except Exception as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def in_scope(work):
    def run():
        with acting(SYSTEM):
            return work()

    return run


def test_of_two_clerks_who_match_one_line_one_wins_and_the_other_is_told(
    committed_db, build_desk, make_statement, monkeypatch
):
    monkeypatch.setenv("SERTAKAN_TODAY", "2026-12-20")
    with acting(SYSTEM):
        desk = build_desk()
    amount = desk.bills[0].total // 4
    services.reconcile(source=make_statement(("02/12/2026", "SETOR TUNAI", amount, "C")), actor=SYSTEM, name="a.csv")
    with acting(SYSTEM):
        line = StatementLine.objects.get()
    first, second, third = desk.donors[:3]
    outcomes = at_once(
        *(
            in_scope(lambda donor=donor: services.match_by_hand(line, donor_id=donor.pk))
            for donor in (first, second, third)
        )
    )
    assert sorted(getattr(one, "code", "won") for one in outcomes) == ["line_not_open", "line_not_open", "won"]
    with acting(SYSTEM):
        assert Match.objects.count() == 1
        assert balances(desk.agency.pk)["treasury"] == amount


def test_two_who_reconcile_the_same_file_at_once_post_it_once(committed_db, build_desk, make_statement, monkeypatch):
    monkeypatch.setenv("SERTAKAN_TODAY", "2026-12-20")
    with acting(SYSTEM):
        desk = build_desk()
    amount = desk.bills[0].total // 4
    data = make_statement(("02/12/2026", f"TRF {NIP}", amount, "C"), ("03/12/2026", "SETOR", 5_000, "C"))
    outcomes = at_once(*[lambda: services.reconcile(source=data, actor=SYSTEM, name="a.csv")] * 3)
    assert not [one for one in outcomes if isinstance(one, Exception)], outcomes
    with acting(SYSTEM):
        assert (StatementFile.objects.count(), StatementLine.objects.count(), Match.objects.count()) == (1, 2, 1)
        assert balances(desk.agency.pk)["treasury"] == amount
    assert sorted(one.unchanged for one in outcomes) == [False, True, True]
