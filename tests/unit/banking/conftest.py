"""An invented agency with donors, issued bills, accounts and statements of its bank; nobody here exists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest

import factories

NIP = "198503152010011001"
NUMBER = "1234567890"
HEADINGS = "Posting Date;Effective Date;Branch;Journal;Transaction Description;Amount;DB/CR;Balance"


def statement(*rows: tuple[str, str, int | str, str], number: str = NUMBER, opening: int = 1_000_000) -> bytes:
    """A statement (BNI's second form) of rows (day dd/mm/yyyy, text, amount, C or D), with running balances."""
    lines = [f"No. Rekening : {number}", HEADINGS]
    balance = opening
    for at, (day, text, amount, side) in enumerate(rows):
        if isinstance(amount, int):
            balance += amount if side == "C" else -amount
            shown = f"{amount:,}.00"
        else:
            shown = amount
        lines.append(f"{day};{day};001;{900_000 + at};{text};{shown};{side};{balance:,}.00")
    return "\n".join(lines).encode()


class Desk:
    """One agency with a donor per name, a worker each, bills of the months asked for, and two accounts."""

    def __init__(self, donors: Sequence[tuple[str, str]], months: Sequence[str] = ("2026-12",)) -> None:
        from sertakan.banking import services
        from sertakan.contributions import services as contributions
        from sertakan.core.month import Month

        self.agency = factories.make_agency()
        self.donors = [factories.make_donor(self.agency, name, nip=nip) for name, nip in donors]
        self.workers = [
            factories.make_worker(self.agency, donor=donor, start_month=date(2026, 9, 1), months=12)
            for donor in self.donors
        ]
        self.bills = []
        for text in months:
            contributions.confirm_month(Month.parse(text))
            made = contributions.make_bills(Month.parse(text), self.agency).bills[0].bill
            self.bills.append(contributions.issue_bill(made))
        self.account = services.open_account(
            agency=self.agency, bank="Bank BNI", number=NUMBER, purpose="collection", name="Iuran"
        )
        self.paying = services.open_account(
            agency=self.agency, bank="Bank BNI", number="1234567891", purpose="remittance"
        )

    def open_amount(self) -> int:
        from sertakan.contributions.queries.money import open_dues

        return int(open_dues(self.agency.pk)["open"].sum())


DONORS = (
    ("Ratna Sari Dewi", NIP),
    ("Mochamad Djumadi", ""),
    ("Siti Aminah", ""),
    ("Siti Aminah", "199001012015032002"),
)


@pytest.fixture
def build_desk() -> Callable[..., Desk]:
    """Makes a desk in whatever database and scope the test is in."""
    return lambda donors=DONORS, months=("2026-12",): Desk(donors, months)


@pytest.fixture
def desk(db: None, _as_system: None, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("SERTAKAN_TODAY", "2026-12-20")
    return Desk(DONORS)


@pytest.fixture
def make_statement() -> Callable[..., bytes]:
    return statement


@pytest.fixture
def reconciled() -> Callable[..., Any]:
    """Reconciles bytes as the system."""
    from sertakan.banking import services
    from sertakan.core.scope import SYSTEM

    return lambda data, **more: services.reconcile(source=data, actor=SYSTEM, name="koran.csv", **more)
