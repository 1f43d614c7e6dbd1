"""What a person reads: steps, articles, reasons, and how sure a month is."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from itertools import product

import pytest

from sertakan.core.month import Month
from sertakan.rules import FUNDINGS, REASONS, SECTORS, as_json, contribution, explain, explain_json, load_rules
from sertakan.rules.errors import MonthUnreadable, UnknownSector
from sertakan.rules.reasons import REASONS_IN_ENGLISH, Reason

FACTS = {"income": 1_000_000, "sector": "other", "funding": "private", "programmes": "jkk,jkm,jht"}


def codes(month: Month, **facts: object) -> list[str]:
    given = {"income": 1_000_000, "sector": "other", "funding": "private", "programmes": {"jkk", "jkm"}, **facts}
    return [reason.code for reason in explain(month, **given)]


def test_the_explanation_has_the_shape_the_command_line_hands_out() -> None:
    found = explain_json(month="2026-12", **FACTS)
    assert json.loads(json.dumps(found)) == found
    assert {name: found[name] for name in ("month", "tier", "dasar", "amounts", "total", "due_on", "discount")} == {
        "month": "2026-12",
        "tier": 1,
        "dasar": 1_000_000,
        "amounts": {"jkk": 5000, "jkm": 3400, "jht": 20_000},
        "total": 28_400,
        "due_on": {"jkk": "2026-12-15", "jkm": "2026-12-15", "jht": "2027-01-15"},
        "discount": "pp50_2025_other",
    }
    assert found["full_amounts"] == {"jkk": 10_000, "jkm": 6800, "jht": 20_000}
    assert found["rules_version"] == load_rules().version
    assert (found["confirmed"], found["as_of"]) == (False, "2026-11-23")
    assert all(reason["text"] and reason["source"] for reason in found["reasons"])


def test_words_may_be_written_with_capitals_and_spaces_but_not_otherwise() -> None:
    found = explain_json(month=" 2026-06 ", income=0, sector=" Other", funding="APBD", programmes="JKK, JKM")
    assert found["total"] == 16_800
    with pytest.raises(UnknownSector):
        explain_json(**{**FACTS, "month": "2026-06", "sector": "others"})
    with pytest.raises(MonthUnreadable):
        explain_json(**{**FACTS, "month": "Juni 2026"})


def test_the_steps_stand_in_the_order_of_the_computation() -> None:
    assert codes(Month(2026, 6), programmes={"jht", "jkm", "jkk"}) == [
        "base_by_income", "jkk_full", "jkm_full", "jht_full", "discount_applied", "jht_not_discounted", "total",
        "due_jkk_jkm", "due_jht",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("month", "facts", "code"),
    [
        (Month(2026, 3), {}, "discount_not_yet"),
        (Month(2026, 4), {}, "discount_applied"),
        (Month(2027, 1), {}, "discount_over"),
        (Month(2026, 6), {"funding": "apbd"}, "discount_funding_excluded"),
        (Month(2026, 6), {"funding": "apbdes"}, "discount_funding_excluded"),
        (Month(2026, 6), {"programmes": {"jht"}}, "discount_other_programmes"),
        (Month(2026, 6), {"income": 1_099_500}, "base_by_income_in_gap"),
        (Month(2026, 6), {"dasar": 1_200_000}, "base_chosen"),
        (Month(2026, 8), {}, "due_jkk_jkm_moved"),
        (Month(2026, 12), {}, "as_known"),
    ],
)
def test_each_case_is_explained_by_its_own_sentence(month: Month, facts: dict, code: str) -> None:
    assert code in codes(month, **facts)


def test_a_confirmed_month_is_not_marked() -> None:
    assert "as_known" not in codes(Month(2026, 11))


def test_an_amount_that_rests_on_a_setting_names_the_setting() -> None:
    reasons = explain(Month(2026, 6), income=1_099_500, sector="other", funding="apbdes", programmes={"jkk", "jkm"})
    sources = " ".join(reason.source for reason in reasons)
    assert "income_gap_rule" in sources
    assert "apbdes_counts_as_apbd" in sources


def test_sentences_are_indonesian_with_names_of_months_and_rupiah() -> None:
    texts = [reason["text"] for reason in explain_json(month="2027-01", **FACTS)["reasons"]]
    assert "Jumlah iuran Januari 2027 adalah Rp36.800." in texts
    assert any("sudah berakhir pada Desember 2026" in text for text in texts)
    assert any("menurut aturan yang diketahui per 23 November 2026" in text for text in texts)


def test_a_reason_is_told_in_both_languages() -> None:
    reason = Reason("as_known", {"month": Month(2027, 5), "as_of": date(2026, 11, 23)}, "Penjumlahan")
    assert reason.text.startswith("Bulan Mei 2027 dihitung menurut aturan yang diketahui per 23 November 2026")
    english = reason.render(language="en")
    assert english.startswith("May 2027 is computed by the rules known on 23 November 2026")
    assert (reason.rests_on(), reason.rests_on(language="en")) == ("Penjumlahan", "Sum")
    amount = Reason("discount_funding_excluded", {"sector": "other", "month_from": Month(2026, 4), "month_to": Month(2026, 12),
                    "funding": "apbd"}, "x")  # fmt: skip
    assert "the APBD budget" in amount.render(language="en")
    assert (
        Reason("total", {"month": Month(2026, 12), "amount": 16_800}, "x").render(language="en").endswith("Rp16,800.")
    )


def test_english_reasons_take_the_same_facts() -> None:
    def facts(sentences: Mapping[str, str]) -> dict[str, list[str]]:
        return {code: sorted(re.findall(r"%\((\w+)\)s", text)) for code, text in sentences.items()}

    assert facts(REASONS_IN_ENGLISH) == facts(REASONS)


def test_every_sentence_can_be_filled_with_the_facts_it_gets() -> None:
    seen: set[str] = set()
    months = [Month(2015, 7), Month(2026, 2), Month(2026, 8), Month(2026, 12), Month(2027, 2), Month(2028, 1)]
    for month, sector, funding, income in product(months, SECTORS, FUNDINGS, (0, 1_099_500)):
        found = contribution(month, income=income, sector=sector, funding=funding, programmes={"jkk", "jkm", "jht"})
        for reason in as_json(found)["reasons"]:
            assert not re.search(r"%\(|Month\(|None", reason["text"]), reason
        seen |= {reason.code for reason in found.reasons}
    assert seen <= set(REASONS)
