"""What a donor who signs in sees: the own workers, what is due, and what the money did.

A donor belongs to no agency's scope, so the row policies show nothing. Everything here is read for exactly the donor that is linked with
the account, named in every condition, and handed out as values.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Sum

from sertakan.contributions.models import Bill, BillLine
from sertakan.contributions.queries import DonorStatement, donor_statement
from sertakan.contributions.queries.prepaying import Ahead, paying_ahead
from sertakan.contributions.receipts import donors as receipts
from sertakan.core import clock, scope
from sertakan.core.money import Rupiah
from sertakan.core.month import Month
from sertakan.protection import queries as protection
from sertakan.rules import due_date
from sertakan.sponsorship.leaving import dependents, mandate_of
from sertakan.sponsorship.models import Donor, DonorAccount


@dataclass(frozen=True, slots=True)
class OwnWorker:
    """A worker of the donor, by name. `state` as in the protection of months; `paid_until` the last paid month."""

    name: str
    state: str
    waiting: bool
    paid_until: Month | None
    until: Month


@dataclass(frozen=True, slots=True)
class Due:
    """What the donor's workers cost in one month, by the bill that went out."""

    month: Month
    amount: Rupiah
    workers: int
    due_on: date | None
    paid: Rupiah


@dataclass(frozen=True, slots=True)
class DonorHome:
    """Everything on the page of a donor. `year` is the year of the statement."""

    name: str
    agency: str
    mandate: bool
    workers: tuple[OwnWorker, ...]
    due: tuple[Due, ...]
    statement: DonorStatement
    years: tuple[int, ...]
    ahead: tuple[Ahead, ...]


def home_of(user_id: int, *, year: int | None = None) -> DonorHome | None:
    """The page of the donor that is linked with this account; None when none is."""
    with scope.acting(scope.SYSTEM, reason="halaman donatur", job="programme.donor_home"):
        account = DonorAccount.objects.select_related("donor__agency").filter(user=user_id).first()
        if account is None:
            return None
        donor, today = account.donor, clock.today()
        supported = dependents(donor)
        statement = donor_statement(donor, year or today.year)
        month = Month.of(today)
        following = month if today <= due_date("jkk", month) else month.next()
        return DonorHome(
            name=donor.name,
            agency=donor.agency.name,
            mandate=mandate_of(donor) is not None,
            workers=tuple(
                _worker(one.sponsorship.person_id, one.sponsorship.person.name, one.last_month) for one in supported
            ),
            due=_due(donor, today.year),
            statement=statement,
            years=tuple(sorted({today.year, *receipts.years_of_donor(donor)}, reverse=True)),
            ahead=tuple(paying_ahead((one.sponsorship for one in supported), following)),
        )


def year_paper(user_id: int, year: int, kind: str) -> bytes | None:
    """The yearly summary of the linked donor as ``pdf`` or ``xlsx``; None without a link. Raises NothingReceived."""
    with scope.acting(scope.SYSTEM, reason="halaman donatur", job="programme.donor_home"):
        account = DonorAccount.objects.select_related("donor__agency__province").filter(user=user_id).first()
        if account is None:
            return None
        make = receipts.year_pdf if kind == "pdf" else receipts.year_workbook
        return make(account.donor, year)


def _worker(person_id: int, name: str, until: Month) -> OwnWorker:
    now = protection.today(person_id)
    return OwnWorker(name=name, state=now.state, waiting=bool(now.waiting), paid_until=now.paid_until, until=until)


def _due(donor: Donor, this_year: int) -> tuple[Due, ...]:
    """Months that went out and are not wholly given yet, the earliest first; what was closed as not collected is no debt."""
    statements = [donor_statement(donor, year) for year in (this_year - 1, this_year, this_year + 1)]
    known = {entry.month: entry for statement in statements for entry in statement.months}
    rows = (
        BillLine.objects.filter(donor=donor, bill__state=Bill.State.ISSUED)
        .values("month", "bill__due_on_jkk_jkm")
        .annotate(amount=Sum("total"), workers=Count("bill_id"))
        .order_by("month")
    )
    found = []
    for row in rows:
        entry = known.get(Month.of(row["month"]))
        if entry is None or entry.not_collected or entry.collected >= row["amount"]:
            continue
        found.append(
            Due(entry.month, int(row["amount"]), int(row["workers"]), row["bill__due_on_jkk_jkm"], entry.collected)
        )
    return tuple(found)
