"""What is different: from the month before, by law; and from the bill that a correction replaces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.db import connection
from django.db.models import Count, Max
from django.utils.translation import gettext as _

from sertakan.agencies.models import Agency
from sertakan.contributions.models import Bill, BillLine
from sertakan.contributions.queries.bills import current_bill
from sertakan.core.money import Rupiah, format_rupiah
from sertakan.core.month import Month
from sertakan.rules import Contribution, Reason, RuleSet, contribution, load_rules, read_programmes
from sertakan.rules.reasons import funding_in_words, month_in_words, sector_in_words


@dataclass(frozen=True, slots=True)
class RateChange:
    """Lines of a bill that cost the same, and what the same lines cost in the month before. Rupiah per worker and month."""

    sector: str
    funding: str
    programmes: str
    dasar: Rupiah
    workers: int
    before: Rupiah
    after: Rupiah
    text: str
    reason: str
    source: str

    @property
    def difference(self) -> Rupiah:
        return self.after - self.before

    @property
    def unchanged(self) -> bool:
        return self.after == self.before


@dataclass(frozen=True, slots=True)
class LineDifference:
    """One sponsorship in a correction: new, gone, or with other facts than in the bill that it corrects."""

    sponsorship_id: int
    person_name: str
    kind: Literal["added", "removed", "changed"]
    before: Rupiah
    after: Rupiah


def rate_change(agency: Agency, month: Month) -> tuple[RateChange, ...]:
    """What changes by law in the agency's bill of `month` against the month before, and why. Raises BillNotFound."""
    return bill_changes(current_bill(agency, month))


def bill_changes(bill: Bill) -> tuple[RateChange, ...]:
    """The groups of a bill at a change of rate, also those that stay as they are; empty when no rate changes."""
    rules = load_rules()
    month = bill.billed_month
    if rules.regime(month.previous()) is None:
        return ()
    groups = (
        BillLine.objects.filter(month=bill.month, bill=bill)
        .values("sector", "funding", "programmes", "dasar")
        .annotate(workers=Count("*"), after=Max("total"))
        .order_by("sector", "funding", "programmes", "dasar")
    )
    found = tuple(_change(month, group, rules) for group in groups)
    touched = any(month in (window.month_from, window.month_to.next()) for window in rules.discounts)
    return found if touched or any(not change.unchanged for change in found) else ()


def differences(bill: Bill) -> list[LineDifference]:
    """Line by line, what a correction changes; empty for a bill that corrects none."""
    if bill.corrects_id is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(fresh.sponsorship_id, old.sponsorship_id), coalesce(person.name, ''),"
            " CASE WHEN old.bill_id IS NULL THEN 'added' WHEN fresh.bill_id IS NULL THEN 'removed' ELSE 'changed' END,"
            " coalesce(old.total, 0), coalesce(fresh.total, 0)"
            " FROM (SELECT * FROM contributions_billline WHERE month = %(month)s AND bill_id = %(new)s) fresh"
            " FULL JOIN (SELECT * FROM contributions_billline WHERE month = %(month)s AND bill_id = %(old)s) old"
            " USING (sponsorship_id)"
            " LEFT JOIN people_person person ON person.id = coalesce(fresh.person_id, old.person_id)"
            f" WHERE ({_facts('fresh')}) IS DISTINCT FROM ({_facts('old')})"
            " ORDER BY person.sort_key, 1",
            {"month": bill.month, "new": bill.pk, "old": bill.corrects_id},
        )
        return [LineDifference(*row) for row in cursor.fetchall()]


FACTS = (
    "person_id", "donor_id", "programmes", "dasar", "tier", "sector", "funding", "jkk", "jkm", "jht",
    "jkk_full", "jkm_full", "jht_full", "discount", "due_on_jkk_jkm", "due_on_jht",
)  # fmt: skip


def _facts(table: str) -> str:
    """The columns by which two lines of a sponsorship are the same; not the version of the rules alone."""
    return ", ".join(f"{table}.{column}" for column in FACTS)


def _change(month: Month, group: Mapping[str, Any], rules: RuleSet) -> RateChange:
    sector, funding, programmes = group["sector"], group["funding"], group["programmes"]
    dasar, after = group["dasar"], group["after"]
    now, before = (
        contribution(
            when, dasar=dasar, sector=sector, funding=funding, programmes=read_programmes(programmes), rules=rules
        )
        for when in (month, month.previous())
    )
    reason = _reason(now, before, rules, sector, funding)
    return RateChange(
        sector=sector,
        funding=funding,
        programmes=programmes,
        dasar=dasar,
        workers=group["workers"],
        before=before.total,
        after=after,
        text=_sentence(month, sector, funding, before.total, after, rules),
        reason=reason.text if reason else "",
        source=reason.source if reason else "",
    )


def _reason(now: Contribution, before: Contribution, rules: RuleSet, sector: str, funding: str) -> Reason | None:
    """Why the amount is what it is: the step about the reduction, of the month in which it says most."""
    steps = [step for step in now.reasons if step.code.startswith("discount_")]
    if now.total != before.total or not always_full(rules, sector, funding):
        return steps[0] if steps else None
    excluded = (step for found in (now, before) for step in found.reasons if step.code == "discount_funding_excluded")
    return next(excluded, steps[0] if steps else None)


def always_full(rules: RuleSet, sector: str, funding: str) -> bool:
    """Whether this money never gets a reduction that the sector knows."""
    windows = [window for window in rules.discounts if window.sector == sector]
    return bool(windows) and all(rules.excludes(window, funding) for window in windows)


def _sentence(month: Month, sector: str, funding: str, before: Rupiah, after: Rupiah, rules: RuleSet) -> str:
    facts = {
        "month": month_in_words(month),
        "sector": sector_in_words(sector),
        "funding": funding_in_words(funding),
        "before": format_rupiah(before),
        "after": format_rupiah(after),
    }
    if before != after:
        return (
            _(
                "Mulai %(month)s iuran sektor %(sector)s dari %(funding)s berubah dari %(before)s menjadi %(after)s "
                "per pekerja per bulan."
            )
            % facts
        )
    if always_full(rules, sector, funding):
        return (
            _("Iuran sektor %(sector)s dari %(funding)s tidak berubah, selalu penuh: %(after)s per pekerja per bulan.")
            % facts
        )
    return (
        _("Iuran sektor %(sector)s dari %(funding)s tidak berubah pada %(month)s: %(after)s per pekerja per bulan.")
        % facts
    )
