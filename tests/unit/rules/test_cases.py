"""The law cases of tests/cases, each for the scalar functions and, where there is one, for the column twin."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from sertakan.core.errors import DomainError
from sertakan.core.month import Month
from sertakan.rules import (
    check_kpj,
    contribution,
    due_date,
    eligibility,
    likely_birth_date,
    load_rules,
    parse_nik,
    parse_nip,
)
from sertakan.rules.frame import contributions_frame, eligibility_frame
from sertakan.rules.identity_frame import kpj_refusal, nik_frame, nip_refusal

CASES = Path(__file__).parents[2] / "cases"
TODAY = date(2026, 11, 23)


def cases(*names: str) -> Any:
    found = [case for name in names for case in yaml.safe_load((CASES / f"{name}.yaml").read_text(encoding="utf-8"))]
    return pytest.mark.parametrize("case", found, ids=[case["name"] for case in found])


def settings_of(case: dict[str, Any]) -> Any:
    return load_rules().settings.changed(**case.get("settings", {}))


@cases("contributions", "tiers", "refusals")
def test_contribution(case: dict[str, Any]) -> None:
    only_row = "month" not in case
    month = case.get("month", "2026-03")
    dasar = case.get("dasar", None if only_row or "refused" in case or "income" in case else 1_000_000)
    programmes = case.get("programmes", ["jkk", "jkm", "jht"] if only_row else ["jkk", "jkm"])
    facts = {
        "dasar": dasar,
        "income": case.get("income"),
        "sector": case.get("sector", "other"),
        "funding": case.get("funding", "private"),
    }
    settings = settings_of(case)
    row = pl.DataFrame(
        {"month": [month], "programmes": [",".join(programmes)], **{name: [value] for name, value in facts.items()}},
        schema_overrides={"dasar": pl.Int64, "income": pl.Int64},
    )
    twin = contributions_frame(row, settings=settings).row(0, named=True)

    if "refused" in case:
        with pytest.raises(DomainError) as refused:
            contribution(Month.parse(month), programmes=programmes, settings=settings, **facts)
        assert refused.value.code == case["refused"]
        assert str(refused.value)
        assert twin["refusal"] == case["refused"]
        return

    found = contribution(Month.parse(month), programmes=programmes, settings=settings, **facts)
    got = {
        **found.amounts,
        **{name: getattr(found, name) for name in ("tier", "dasar", "total", "discount", "confirmed")},
    }
    expected = case["expect"]
    assert {name: got[name] for name in expected} == expected
    assert {name: twin[name] for name in expected} == expected
    assert twin["refusal"] is None


@cases("table")
def test_each_row_of_the_table(case: dict[str, Any]) -> None:
    two, three = {"jkk", "jkm"}, {"jkk", "jkm", "jht"}
    facts = {"sector": "other", "funding": "private"}
    for income in (case["income_from"], case["income_to"] or case["income_from"] + 10**9):
        found = contribution(Month(2026, 3), income=income, programmes=two, **facts)
        assert (found.tier, found.dasar, found.total) == (case["tier"], case["dasar"], case["full"])
    assert contribution(Month(2026, 4), dasar=case["dasar"], programmes=two, **facts).total == case["half"]
    assert contribution(Month(2027, 1), dasar=case["dasar"], programmes=three, **facts).total == case["with_jht"]


@cases("due_dates")
def test_due_date(case: dict[str, Any]) -> None:
    holidays = {date.fromisoformat(day) for day in case["holidays"]} if "holidays" in case else None
    arguments = (case["programme"], Month.parse(case["month"]), holidays)
    if "refused" in case:
        with pytest.raises(DomainError) as refused:
            due_date(*arguments)
        assert refused.value.code == case["refused"]
    else:
        assert due_date(*arguments, settings=settings_of(case)).isoformat() == case["expect"]


@cases("eligibility")
def test_eligibility(case: dict[str, Any]) -> None:
    settings = settings_of(case)
    found = eligibility(
        birth_date=case["birth_date"],
        on=case["on"],
        kinds_of_work=case.get("kinds_of_work", 1),
        programmes=case.get("programmes"),
        settings=settings,
    )
    assert [refusal.code for refusal in found] == case["expect"]
    assert all(refusal.text for refusal in found)

    frame = eligibility_frame(pl.DataFrame({"birth_date": [case["birth_date"]]}), on=case["on"], settings=settings)
    of_age = [code for code in case["expect"] if code.startswith(("age", "birth"))]
    assert frame["age_refusal"].to_list() == (of_age or [None])


@cases("identity")
def test_identity(case: dict[str, Any]) -> None:
    text, kind = case["text"], case["kind"]
    column = pl.DataFrame({"text": [text]})
    parse = {"nik": parse_nik, "nip": parse_nip, "kpj": check_kpj}[kind]
    if kind == "nik":
        refusal = nik_frame(pl.Series([text]))["refusal"][0]
    else:
        refusal = column.select({"nip": nip_refusal, "kpj": kpj_refusal}[kind](pl.col("text"))).item()
    assert refusal == case.get("refused")

    if "refused" in case:
        with pytest.raises(DomainError) as refused:
            parse(text)
        assert refused.value.code == case["refused"]
        assert text not in str(refused.value) + repr(refused.value.facts), "a number never stands in an error"
        return

    parts = parse(text)
    for name, value in case["expect"].items():
        if name == "likely":
            assert likely_birth_date(parts, on=TODAY) == value
            assert nik_frame(pl.Series([text]), on=TODAY)["likely_birth_date"][0] == value
        elif name == "appointed":
            assert (None if parts.appointed is None else str(parts.appointed)) == value
        else:
            assert getattr(parts, name) == value


def test_there_are_enough_law_cases() -> None:
    names = [case["name"] for path in CASES.glob("*.yaml") for case in yaml.safe_load(path.read_text(encoding="utf-8"))]
    assert len(names) >= 60
    assert len(names) == len(set(names)), "two cases share a name"
