"""Accounts of agencies: opened with a purpose, closed, never taken away."""

from __future__ import annotations

import re

from django.db import IntegrityError, transaction

from sertakan.agencies.models import Agency
from sertakan.banking import policies
from sertakan.banking.errors import AccountNumberWrong, AccountTaken
from sertakan.banking.models import BankAccount
from sertakan.banking.numbers import index_of
from sertakan.core import audit, clock, encryption, scope

_NUMBER = re.compile(r"^\d{6,20}$")


@transaction.atomic
def open_account(
    *, agency: Agency, bank: str, number: str, purpose: str, name: str = "", layout: str = ""
) -> BankAccount:
    """Register an account as one of collection or of remittance. Raises NotYourAccount, AccountNumberWrong, AccountTaken."""
    policies.check_can_bank(agency.pk)
    digits = re.sub(r"[\s.\-]", "", number)
    if not _NUMBER.match(digits):
        raise AccountNumberWrong()
    kind = BankAccount.Purpose(purpose)
    sealed = encryption.encrypt(digits.encode())
    try:
        with transaction.atomic():
            account = BankAccount.objects.create(
                agency=agency,
                bank=bank.strip()[:80],
                name=name.strip()[:120] or str(kind.label),
                purpose=kind,
                sealed=sealed,
                key_version=sealed[0],
                index=index_of(digits),
                last_four=digits[-4:],
                layout=layout,
                opened_at=clock.now(),
                opened_by=scope.current().user_id,
            )
    except IntegrityError:
        raise AccountTaken() from None
    audit.record(
        "banking.account_opened",
        target=account,
        agency_id=agency.pk,
        facts={"purpose": str(kind), "last_four": account.last_four},
    )
    return account


@transaction.atomic
def close_account(account: BankAccount, *, reason: str) -> BankAccount:
    """No more statements are taken for an account; what stands on it stays. Safe to repeat."""
    policies.check_can_bank(account.agency_id)
    claimed = BankAccount.objects.select_for_update().get(pk=account.pk)
    if claimed.closed_at is None:
        claimed.closed_at = clock.now()
        claimed.save(update_fields=["closed_at"])
        audit.record("banking.account_closed", target=claimed, agency_id=claimed.agency_id, reason=reason)
    return claimed
