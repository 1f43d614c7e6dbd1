"""What can be asked about accounts, statements and lines. Everything is answered within the scope of who asks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Sum

from sertakan.banking.errors import AccountNotFound, DifferenceNotFound, LineNotFound, StatementNotFound
from sertakan.banking.models import BankAccount, Difference, Layout, Match, MemberFile, StatementFile, StatementLine
from sertakan.banking.numbers import candidates_in, index_of
from sertakan.banking.reading.layouts import TAUGHT, make_layout, shipped
from sertakan.banking.reading.layouts import Layout as ReadLayout
from sertakan.banking.sealing import Said, unseal_many
from sertakan.contributions.models import Transfer
from sertakan.core.money import Rupiah
from sertakan.core.month import Month

STATES = tuple(StatementLine.State.values)


@dataclass(frozen=True, slots=True)
class StateSum:
    """How many lines stand in one state, and what they come to (None amounts count as nothing)."""

    state: str
    lines: int
    amount: Rupiah


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line with its opened text and the match in force."""

    line: StatementLine
    said: Said
    match: Match | None


def accounts(*, agency_id: int | None = None, with_closed: bool = False) -> QuerySet[Any]:
    """Accounts in scope with what waits on them and until when they were read."""
    found = (
        BankAccount.objects.select_related("agency")
        .annotate(
            open_lines=Count("lines", filter=Q(lines__state="open")),
            open_amount=Sum("lines__amount", filter=Q(lines__state="open"), default=0),
            unreadable_lines=Count("lines", filter=Q(lines__state="unreadable")),
            read_until=Max("lines__booked_on"),
        )
        .order_by("agency__sort_key", "purpose", "bank", "pk")
    )
    if agency_id is not None:
        found = found.filter(agency_id=agency_id)
    return found if with_closed else found.filter(closed_at__isnull=True)


def get_account(account_id: int) -> BankAccount:
    """One account. Raises AccountNotFound, also for one outside of the scope."""
    found = BankAccount.objects.select_related("agency").filter(pk=account_id).first()
    if found is None:
        raise AccountNotFound()
    return found


def find_account(written: str) -> BankAccount | None:
    """The account that a file means by the number it writes."""
    indexes = [index_of(number) for number in candidates_in(written)]
    found = {bytes(one.index): one for one in BankAccount.objects.select_related("agency").filter(index__in=indexes)}
    return next((found[index] for index in indexes if index in found), None)


def get_file(file_id: int) -> StatementFile:
    """One file. Raises StatementNotFound."""
    found = StatementFile.objects.select_related("account", "agency").filter(pk=file_id).first()
    if found is None:
        raise StatementNotFound()
    return found


def files(account: BankAccount) -> QuerySet[StatementFile]:
    """The files of an account, the newest first."""
    return StatementFile.objects.filter(account=account).order_by("-taken_at", "-pk")


def lines(
    *, account: BankAccount | None = None, file: StatementFile | None = None, state: str = "", direction: str = ""
) -> QuerySet[StatementLine]:
    """Lines in the order of the bank, of an account or of a file, in one state or all."""
    found = StatementLine.objects.all()
    if account is not None:
        found = found.filter(account=account)
    if file is not None:
        found = found.filter(file=file)
    if state:
        found = found.filter(state=state)
    if direction:
        found = found.filter(direction=direction)
    return found.order_by("booked_on", "id")


def get_line(line_id: int) -> StatementLine:
    """One line. Raises LineNotFound."""
    found = StatementLine.objects.select_related("account", "account__agency", "file").filter(pk=line_id).first()
    if found is None:
        raise LineNotFound()
    return found


def shown(page: Collection[StatementLine]) -> list[ShownLine]:
    """Lines with their text opened and their matches, for a page of them."""
    rows = list(page)
    said = unseal_many(line.sealed for line in rows)
    matches = {
        one.line_id: one for one in Match.objects.filter(line__in=[line.pk for line in rows], undone_at__isnull=True)
    }
    return [ShownLine(line, text, matches.get(line.pk)) for line, text in zip(rows, said, strict=True)]


def state_sums(*, account: BankAccount | None = None, file: StatementFile | None = None) -> dict[str, StateSum]:
    """Every state with the number and sum of its lines."""
    rows = (
        lines(account=account, file=file)
        .order_by()
        .values("state")
        .annotate(count=Count("pk"), total=Sum("amount", default=0))
    )
    found = {row["state"]: StateSum(row["state"], row["count"], int(row["total"])) for row in rows}
    return {state: found.get(state, StateSum(state, 0, 0)) for state in STATES}


def match_of(line: StatementLine) -> Match | None:
    """The match in force of a line."""
    return Match.objects.filter(line=line, undone_at__isnull=True).first()


def line_of_posting(transfer_id: int, month: Month) -> int | None:
    """The line of the bank that a posting of the ledger was matched from, as long as that match is in force."""
    posted = Transfer.objects.filter(id=transfer_id, month=month.first_day, evidence_kind="bank_line")
    found = Match.objects.filter(line__in=posted.values("evidence_id"), undone_at__isnull=True)
    return found.values_list("line_id", flat=True).first()


def history_of(line: StatementLine) -> QuerySet[Match]:
    """All matches of a line, the newest first."""
    return Match.objects.filter(line=line).order_by("-made_at", "-pk")


def taught_layouts() -> tuple[ReadLayout, ...]:
    """Layouts that people taught."""
    return tuple(read_layout(one) for one in Layout.objects.order_by("bank", "name"))


def read_layout(layout: Layout) -> ReadLayout:
    """A taught layout as the reader takes it."""
    facts: dict[str, Any] = {**layout.rules, "bank": layout.bank, "name": layout.name, "headings": layout.signature}
    return make_layout(f"{TAUGHT}{layout.pk}", facts)


def layout_names() -> dict[str, str]:
    """Key to name of every layout, shipped and taught."""
    return {layout.key: layout.name for layout in (*shipped(), *taught_layouts())}


def last_day(account: BankAccount) -> date | None:
    """Until when an account was read."""
    found: date | None = lines(account=account).order_by().aggregate(last=Max("booked_on"))["last"]
    return found


def differences(month: Month, *, state: str = "", kind: str = "", agency_id: int | None = None) -> QuerySet[Difference]:
    """What differs in a month, in scope, the oldest first."""
    found = Difference.objects.select_related("person", "agency").filter(month=month.first_day)
    if state:
        found = found.filter(state=state)
    if kind:
        found = found.filter(kind=kind)
    if agency_id is not None:
        found = found.filter(agency_id=agency_id)
    return found.order_by("kind", "person__sort_key", "pk")


def difference_counts(month: Month) -> dict[tuple[str, str], int]:
    """(state, kind) to number, for a month."""
    rows = Difference.objects.filter(month=month.first_day).values("state", "kind").annotate(count=Count("pk"))
    return {(row["state"], row["kind"]): row["count"] for row in rows}


def get_difference(difference_id: int) -> Difference:
    """One difference. Raises DifferenceNotFound."""
    found = Difference.objects.select_related("person", "agency").filter(pk=difference_id).first()
    if found is None:
        raise DifferenceNotFound()
    return found


def compared_months() -> list[Month]:
    """Months with a comparison in scope, the newest first."""
    days = {
        *Difference.objects.values_list("month", flat=True).distinct(),
        *MemberFile.objects.values_list("month", flat=True).distinct(),
    }
    return [Month.of(day) for day in sorted(days, reverse=True)]


def member_files(month: Month) -> QuerySet[MemberFile]:
    """The lists of members that were laid beside ours for a month, the newest first."""
    return MemberFile.objects.filter(month=month.first_day).order_by("-taken_at")
