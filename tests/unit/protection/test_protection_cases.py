"""The law cases about cover and entitlement, each for one membership and for the column twin."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from sertakan.core.errors import DomainError
from sertakan.core.month import Month, months
from sertakan.protection import Cover, PaidHistory, cover, entitlement, read_paid
from sertakan.protection.cover_frame import cover_frame
from sertakan.protection.entitlement_frame import entitlement_frame
from sertakan.rules import load_rules, read_programmes

CASES = Path(__file__).parents[2] / "cases"
NUMBER = date(2026, 1, 10)
COVER_NAMES = {
    "state": "state", "since": "protected_since", "lapsed": "lapsed_on", "reactivated": "reactivated_on",
    "consecutive": "paid_consecutive", "full_from": "full_death_benefit_from", "full": "full_death_benefit_reached",
    "scholarship_from": "scholarship_from", "scholarship": "scholarship_reached",
}  # fmt: skip
SUMS = {"jkm": "jkm_death", "jkk": "jkk_death", "disability": "jkk_total_disability"}
SUM_COLUMNS = {"jkm": "jkm", "jkk": "jkk_death", "disability": "jkk_disability"}


def cases(name: str) -> Any:
    found = yaml.safe_load((CASES / f"{name}.yaml").read_text(encoding="utf-8"))
    return pytest.mark.parametrize("case", found, ids=[case["name"] for case in found])


def history_of(case: dict[str, Any]) -> PaidHistory:
    paid: dict[Month, date | None] = {}
    for part in case["paid"].split(","):
        first, spans, last = part.partition("..")
        if spans:
            paid |= dict.fromkeys(months(Month.parse(first), Month.parse(last)))
        else:
            paid |= read_paid(part)
    return PaidHistory(case.get("number", NUMBER), paid=paid)


def covers_of(case: dict[str, Any], history: PaidHistory) -> pl.DataFrame:
    memberships = pl.DataFrame(
        {
            "membership": [7],
            "number_issued_on": [history.number_issued_on],
            "dasar": [case.get("dasar", 1_000_000)],
            "programmes": [case.get("programmes", "jkk,jkm")],
        },
        schema_overrides={"number_issued_on": pl.Date},
    )
    rows = [(7, month.ordinal, day) for month, day in history.paid.items()]
    schema = {"membership": pl.Int64, "month_ordinal": pl.Int32, "paid_on": pl.Date}
    paid = pl.DataFrame(rows, schema=schema, orient="row")
    return cover_frame(memberships, paid, on=case["day"], settings=settings_of(case))


def settings_of(case: dict[str, Any]) -> Any:
    return load_rules().settings.changed(**case.get("settings", {}))


def shown(found: Cover) -> dict[str, Any]:
    ahead = found.next_unpaid
    return {
        **{short: getattr(found, name) for short, name in COVER_NAMES.items()},
        "arrears": len(found.arrears),
        "gaps": len(found.gaps),
        "next": str(ahead.month) if ahead else None,
        "pay_by": ahead.pay_by if ahead else None,
        "next_state": ahead.state if ahead else None,
    }


@cases("protection")
def test_cover(case: dict[str, Any]) -> None:
    history = history_of(case)
    twin = covers_of(case, history).row(0, named=True)
    if "refused" in case:
        with pytest.raises(DomainError) as refused:
            cover(history, case["day"], settings=settings_of(case))
        assert refused.value.code == case["refused"] == twin["refusal"]
        assert str(refused.value)
        return
    found = cover(history, case["day"], settings=settings_of(case))
    expected = case["expect"]
    got = shown(found)
    assert {name: got[name] for name in expected} == expected
    columns = {
        **{short: twin[name] for short, name in COVER_NAMES.items()},
        "arrears": twin["arrears"],
        "gaps": twin["gaps"],
        "next": twin["next_month"] and str(Month.of(twin["next_month"])),
        "pay_by": twin["next_pay_by"],
        "next_state": twin["next_state"],
    }
    assert {name: columns[name] for name in expected} == expected
    assert all(reason.text and reason.source for reason in found.reasons)


@cases("entitlement")
def test_entitlement(case: dict[str, Any]) -> None:
    history = history_of(case)
    answers, dasar, programmes = settings_of(case), case.get("dasar", 1_000_000), case.get("programmes", "jkk,jkm")
    found = cover(history, case["day"], settings=answers)
    covers = covers_of(case, history)
    if "refused" in case:
        with pytest.raises(DomainError) as refused:
            entitlement(found, dasar=dasar, programmes=read_programmes(programmes), settings=answers)
        assert refused.value.code == case["refused"]
        assert str(refused.value)
        if case["refused"] == "benefits_unknown":
            with pytest.raises(DomainError):
                entitlement_frame(covers, on=case["day"], settings=answers)
        else:
            twin = entitlement_frame(covers, on=case["day"], settings=answers).row(0, named=True)
            assert (twin["entitlement_refusal"], twin["jkm_now"]) == (case["refused"], None)
        return
    due = entitlement(found, dasar=dasar, programmes=read_programmes(programmes), settings=answers)
    twin = entitlement_frame(covers, on=case["day"], settings=answers).row(0, named=True)
    for name, value in case["expect"].items():
        if name in SUMS:
            benefit = due.benefits.get(SUMS[name])
            assert (benefit and [benefit.now, benefit.after_settling]) == value
            column = SUM_COLUMNS[name]
            assert [twin[f"{column}_now"], twin[f"{column}_after"]] == (value or [0, 0])
        elif name == "held":
            assert due.held == twin["held"] == value
        elif name == "care":
            assert due.care == value
        elif name == "settled_later":
            assert found.settled_later == value
        else:
            scholarship = due.scholarship
            got = {"scholarship_jkk": "after_accident", "scholarship_jkm": "after_other_death"}[name]
            assert (getattr(scholarship, got) if scholarship else None) == value
    assert all(reason.text and reason.source for reason in due.reasons)


def test_there_are_enough_cases_and_each_names_its_source() -> None:
    found = [
        case for name in ("protection", "entitlement") for case in yaml.safe_load((CASES / f"{name}.yaml").read_text())
    ]
    assert len(found) >= 80
    assert all(case["source"] for case in found)
    assert len({case["name"] for case in found}) == len(found)
