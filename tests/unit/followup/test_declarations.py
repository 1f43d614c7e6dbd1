"""Declarations: told apart from what is computed, verified by somebody else, decided once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from duty_facts import agencies, circular, duty, get

import factories
from sertakan.core.month import Month
from sertakan.followup import errors, queries, services
from sertakan.followup.models import Declaration

Day = Callable[[str], None]
TODAY = date(2026, 3, 20)
MARCH = Month(2026, 3)


def march() -> str:
    return next(cell.status for cell in queries.states(TODAY) if cell.period == MARCH)


@pytest.mark.django_db
def test_a_declaration_counts_when_somebody_else_has_verified_it(day: Day, acting_as: Callable[..., Any]) -> None:
    one, _ = agencies()
    circular([one], duty("laporan", due_rule="tgl-5"))
    acting_as("pic", one, user_id=7)
    made = services.declare(duty=get("laporan"), agency_id=one.pk, period=MARCH, words="Laporan dikirim 10 Maret.")
    assert march() == "declared"
    assert [cell.how for cell in queries.states(TODAY)] == ["declared"] * 3
    with pytest.raises(errors.OwnDeclaration):
        services.verify(made)
    acting_as("pic", one, user_id=8)
    with pytest.raises(errors.NotYourFollowup):
        services.verify(made)
    acting_as("coordinator", user_id=9)
    services.verify(made)
    assert march() == "verified"
    with pytest.raises(errors.DeclarationDecided):
        services.refuse(made, reason="terlambat")


@pytest.mark.django_db
def test_who_declares_on_behalf_does_not_verify(day: Day, acting_as: Callable[..., Any]) -> None:
    one, _ = agencies()
    circular([one], duty("laporan"))
    acting_as("coordinator", user_id=9)
    made = services.declare(duty=get("laporan"), agency_id=one.pk, period=MARCH, words="Diterima lewat telepon.")
    with pytest.raises(errors.OwnDeclaration):
        services.verify(made)


@pytest.mark.django_db
def test_a_refused_declaration_may_be_made_again(day: Day, acting_as: Callable[..., Any]) -> None:
    one, _ = agencies()
    circular([one], duty("laporan", due_rule="tgl-5"))
    acting_as("pic", one, user_id=7)
    first = services.declare(duty=get("laporan"), agency_id=one.pk, period=MARCH, words="Sudah.")
    with pytest.raises(errors.DeclarationStands):
        services.declare(duty=get("laporan"), agency_id=one.pk, period=MARCH, words="Sudah lagi.")
    acting_as("coordinator", user_id=9)
    with pytest.raises(errors.RefusalNeedsReason):
        services.refuse(first, reason=" ")
    services.refuse(first, reason="Bukti tidak terbaca")
    assert march() == "overdue"
    acting_as("pic", one, user_id=7)
    services.declare(duty=get("laporan"), agency_id=one.pk, period=MARCH, words="Dengan foto yang terbaca.")
    assert march() == "declared"


@pytest.mark.django_db
def test_what_is_computed_cannot_be_declared(day: Day, acting_as: Callable[..., Any]) -> None:
    one, other = agencies()
    circular([one, other], duty("iuran", measure="bill_paid_by_15"), duty("laporan"))
    acting_as("pic", one, user_id=7)
    with pytest.raises(errors.NotDeclarable):
        services.declare(duty=get("iuran"), agency_id=one.pk, period=MARCH, words="Sudah dibayar.")
    with pytest.raises(errors.NotYourDuty):
        services.declare(duty=get("laporan"), agency_id=other.pk, period=MARCH, words="Sudah.")
    with pytest.raises(errors.NotAsked):
        services.declare(duty=get("laporan"), agency_id=one.pk, period=Month(2026, 4), words="Sudah.")
    with pytest.raises(errors.DeclarationEmpty):
        services.declare(duty=get("laporan"), agency_id=one.pk, period=MARCH, words=" ")


def test_of_two_clerks_at_once_one_decides_and_the_other_is_told(
    committed_db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import connections

    from sertakan.core.scope import SYSTEM, Actor, acting

    monkeypatch.setenv("SERTAKAN_TODAY", TODAY.isoformat())
    with acting(SYSTEM, reason="uji"):
        one = factories.make_agency("Contoh")
        circular([one], duty("laporan"))
        pic = Actor(7, "petugas", agency_ids=frozenset({one.pk}), roles=frozenset({"pic"}))
        with acting(pic):
            made = services.declare(duty=get("laporan"), agency_id=one.pk, period=MARCH, words="Sudah.")
    ready = Barrier(2)

    def decide(number: int) -> str:
        try:
            ready.wait(10)
            with acting(Actor(number, f"koordinator {number}", sees_all=True, roles=frozenset({"coordinator"}))):
                services.verify(made) if number % 2 else services.refuse(made, reason="kurang jelas")
        except errors.DeclarationDecided as told:
            return str(told)
        finally:
            connections.close_all()
        return "decided"

    with ThreadPoolExecutor(2) as pool:
        results = sorted(pool.map(decide, [20, 21]))
    assert sum(result == "decided" for result in results) == 1
    assert sum("sudah diputuskan oleh koordinator" in result for result in results) == 1
    with acting(SYSTEM, reason="uji"):
        assert Declaration.objects.get().decided_by in (20, 21)
