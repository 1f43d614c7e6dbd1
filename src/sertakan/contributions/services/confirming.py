"""BPJS said that it received money: from its answers, for a whole code, or in a file. Only this makes a paid month. Repeatable."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from sertakan.contributions import policies
from sertakan.contributions.confirmation_file import (
    FIRST_DAY,
    ConfirmationFile,
    ConfirmationRow,
    HeldRow,
    read_confirmations,
)
from sertakan.contributions.errors import (
    AmountBelowCode,
    AmountNotPositive,
    CodeAlreadyPaid,
    CodeNotFound,
    MonthNotPaid,
    PaidOnWrong,
)
from sertakan.contributions.evidence import Evidence
from sertakan.contributions.models import Confirmation, PaidMonth, PaymentCode, WithdrawnMonth
from sertakan.contributions.queries.codes import expected_by_month
from sertakan.contributions.services import posting
from sertakan.contributions.services.fulfilling import true_up
from sertakan.contributions.services.placing import NEW, NEW_COLUMNS, Placed, forget, lock_confirming, place
from sertakan.contributions.services.posting import IN_TRANSIT, AccountKey, Posting, donor_funds, lock_ledger
from sertakan.core import audit, clock, copy, encryption, scope
from sertakan.core.money import Rupiah, format_rupiah
from sertakan.core.month import Month
from sertakan.rules.reasons import day_in_words, month_in_words

__all__ = [
    "ConfirmationFile", "Placed", "confirm_code", "confirm_file", "pull_confirmations", "read_confirmation_file", "use_surplus",
    "withdraw_month",
]  # fmt: skip

_COLUMNS = ", ".join(NEW_COLUMNS)
_PROGRAMMES = """
concat_ws(',', CASE WHEN 'jkk' = ANY ({0}) THEN 'jkk' END, CASE WHEN 'jkm' = ANY ({0}) THEN 'jkm' END,
          CASE WHEN 'jht' = ANY ({0}) THEN 'jht' END)
"""
# Money of a code that was confirmed as a whole is not confirmed again by the answer that lists its workers.
_FROM_ANSWERS = f"""
INSERT INTO {NEW} ({_COLUMNS})
SELECT 'answer', p.id, 'answer', p.file_id, l.sponsorship_id, l.agency_id, l.person_id, l.donor_id, l.funding, l.sector,
       {_PROGRAMMES.format("l.programmes")}, l.dasar, l.start_month, coalesce(p.months, l.months), p.paid_on, p.amount, p.reference
FROM sponsorship_confirmedpayment p JOIN sponsorship_batchline l ON l.id = p.line_id
WHERE l.purpose = 'enrol' AND p.paid_on >= DATE '2015-07-01'
  AND NOT EXISTS (SELECT 1 FROM contributions_confirmation c
                  WHERE c.source_kind = 'answer' AND c.source_id = p.id AND c.sponsorship_id = l.sponsorship_id
                    AND c.month = date_trunc('month', p.paid_on::timestamp)::date)
  AND NOT EXISTS (SELECT 1 FROM contributions_confirmation c JOIN contributions_paymentcode k ON k.id = c.source_id
                  WHERE c.source_kind = 'code' AND c.sponsorship_id = l.sponsorship_id AND l.payment_code <> ''
                    AND k.code = l.payment_code)
  AND NOT EXISTS (SELECT 1 FROM contributions_confirmation c
                  WHERE c.source_kind = 'confirmation' AND c.sponsorship_id = l.sponsorship_id AND c.paid_on = p.paid_on
                    AND c.amount = p.amount)
"""


@transaction.atomic
def pull_confirmations() -> Placed:
    """Take over what BPJS's answers confirmed and nobody has taken over, and lay into months what waited for a number.

    Looks for what is missing instead of what is new, so that an answer that was committed late is not passed over. Repeatable.
    """
    policies.check_can_confirm_payment()
    _begin()
    with connection.cursor() as cursor:
        cursor.execute(_FROM_ANSWERS)
    return _finish("contributions.confirmations_pulled")


_FROM_CODE = f"""
INSERT INTO {NEW} ({_COLUMNS})
SELECT 'code', %(code)s, 'code', %(code)s, s.id, s.agency_id, s.person_id, s.donor_id, s.funding, s.sector,
       {_PROGRAMMES.format("s.programmes")}, s.dasar, x.start, x.months, %(paid_on)s, x.amount, %(reference)s
FROM (SELECT sponsorship_id, min(month) AS start, count(*) AS months, sum(total)::bigint AS amount
      FROM contributions_paymentcodeline l WHERE l.code_id = %(code)s
        AND NOT EXISTS (SELECT 1 FROM contributions_confirmation c
                        WHERE c.source_kind = 'confirmation' AND c.sponsorship_id = l.sponsorship_id AND c.start_month = l.month
                          AND c.month = date_trunc('month', %(paid_on)s::timestamp)::date AND c.paid_on = %(paid_on)s
                          AND c.amount = l.total)
      GROUP BY 1) x
JOIN sponsorship_sponsorship s ON s.id = x.sponsorship_id
WHERE NOT EXISTS (SELECT 1 FROM contributions_confirmation c JOIN sponsorship_confirmedpayment p ON p.id = c.source_id
                  JOIN sponsorship_batchline l ON l.id = p.line_id
                  WHERE c.source_kind = 'answer' AND c.sponsorship_id = x.sponsorship_id AND l.payment_code = %(text)s)
"""


def check_paid_on(day: date) -> None:
    """Raises PaidOnWrong for a day to come, and for one before there was a BPJS Ketenagakerjaan."""
    if not FIRST_DAY <= day <= clock.today():
        raise PaidOnWrong(first=day_in_words(FIRST_DAY))


@transaction.atomic
def confirm_code(code: PaymentCode, *, paid_on: date, amount: Rupiah, reference: str = "") -> Placed:
    """An officer of BPJS says that a code was paid. The months of all its workers are paid; what exceeds them is surplus of nobody yet.

    The same code again changes nothing. Less than the workers' contributions is refused (AmountBelowCode): a file has to name who is paid;
    so is a day to come, and one before there was a BPJS Ketenagakerjaan (PaidOnWrong).
    """
    policies.check_can_confirm_payment()
    check_paid_on(paid_on)
    _begin()
    # The ledger before the code, as whoever remits does it; with it those whose number may have come meanwhile.
    waiting = (
        Confirmation.objects.filter(state=Confirmation.State.WAITING).values_list("agency_id", flat=True).distinct()
    )
    lock_ledger({code.agency_id, *waiting})
    claimed = PaymentCode.objects.select_for_update(of=("self",)).filter(pk=code.pk).first()
    if claimed is None:
        raise CodeNotFound()
    if claimed.state == PaymentCode.State.CONFIRMED:
        return Placed()
    if claimed.state == PaymentCode.State.CANCELLED:
        raise CodeAlreadyPaid(code=claimed.code, state=str(claimed.get_state_display()).lower())
    if amount <= 0:
        raise AmountNotPositive()
    expected = sum(expected_by_month(claimed).values())
    if amount < expected:
        raise AmountBelowCode(code=claimed.code, amount=format_rupiah(amount), expected=format_rupiah(expected))
    with connection.cursor() as cursor:
        cursor.execute(
            _FROM_CODE, {"code": claimed.pk, "paid_on": paid_on, "reference": reference[:80], "text": claimed.code}
        )
    claimed.state = PaymentCode.State.CONFIRMED
    claimed.save(update_fields=["state"])
    placed = _finish("contributions.code_confirmed", target=claimed, agency_id=claimed.agency_id)
    if amount > expected:
        posting.post([
            Posting(
                claimed.agency_id, "surplus", posting.SURPLUS, IN_TRANSIT, amount - expected, clock.today(),
                Evidence("code", claimed.pk), code_id=claimed.pk, reference=reference, note=claimed.explanation,
            )
        ])  # fmt: skip
    return placed


def read_confirmation_file(path: Path) -> ConfirmationFile:
    """Read a file of BPJS (CSV, XLSX): code or KPJ, month, amount, day of payment. Rows in doubt are held with a reason."""
    return read_confirmations(path, today=clock.today())


_MEMBER_OF_NUMBER = """
SELECT DISTINCT ON (i.index, w.month) i.index, w.month, s.id
FROM unnest(%(indexes)s::bytea[], %(months)s::date[]) AS w (index, month)
JOIN people_identifier i ON i.kind = 'kpj' AND i.index = w.index
JOIN sponsorship_membership m ON m.identifier_id = i.id
JOIN sponsorship_sponsorship s ON s.person_id = m.person_id
  OR s.person_id IN (SELECT same_id FROM people_same WHERE person_id = m.person_id)
WHERE s.state <> 'refused' AND s.end_reason <> 'taken_back'
ORDER BY i.index, w.month,
         (s.start_month <= w.month AND w.month < s.start_month + make_interval(months => s.months)) DESC, s.start_month DESC, s.id
"""
_FROM_FILE = f"""
INSERT INTO {NEW} ({_COLUMNS})
SELECT 'confirmation', w.source, 'confirmation', w.source, s.id, s.agency_id, s.person_id, s.donor_id, s.funding, s.sector,
       {_PROGRAMMES.format("s.programmes")}, s.dasar, w.month, 1, w.paid_on, w.amount, ''
FROM unnest(%(source)s::bigint[], %(sponsorship)s::bigint[], %(month)s::date[], %(paid_on)s::date[], %(amount)s::bigint[])
     AS w (source, sponsorship, month, paid_on, amount)
JOIN sponsorship_sponsorship s ON s.id = w.sponsorship
WHERE NOT EXISTS (SELECT 1 FROM contributions_confirmation c WHERE c.source_kind = 'confirmation' AND c.source_id = w.source
                  AND c.sponsorship_id = s.id)
  AND NOT EXISTS (SELECT 1 FROM contributions_confirmation c WHERE c.source_kind = 'answer' AND c.sponsorship_id = s.id
                  AND c.paid_on = w.paid_on AND c.amount = w.amount)
  AND NOT EXISTS (SELECT 1 FROM contributions_confirmation c
                  JOIN contributions_paymentcodeline l ON l.code_id = c.source_id AND l.sponsorship_id = c.sponsorship_id
                  WHERE c.source_kind = 'code' AND c.sponsorship_id = s.id AND c.paid_on = w.paid_on
                    AND c.month = date_trunc('month', w.paid_on::timestamp)::date AND l.month = w.month AND l.total = w.amount)
"""


@transaction.atomic
def confirm_file(file: ConfirmationFile) -> tuple[Placed, tuple[HeldRow, ...]]:
    """Apply the rows of a confirmation file; returns what became of them, and every row that was held, with place, cause and remedy.

    The same file again changes nothing: a row is known by its number, month, amount and day.
    """
    policies.check_can_confirm_payment()
    held = list(file.held)
    whole, single = [row for row in file.rows if row.code], [row for row in file.rows if not row.code]
    total = Placed()
    for row in whole:
        code = PaymentCode.objects.exclude(state="cancelled").filter(code=row.code).first()
        if code is None:
            held.append(HeldRow(row.sheet, row.number, "code", "code_unknown"))
            continue
        try:
            with transaction.atomic():
                total = _sum(total, confirm_code(code, paid_on=row.paid_on, amount=row.amount))
        except AmountBelowCode:
            held.append(HeldRow(row.sheet, row.number, "amount", "amount_below_code"))
    if single:
        _begin()
        held += _stage_numbers(single)
        total = _sum(total, _finish("contributions.file_confirmed"))
    return total, tuple(sorted(held, key=lambda row: (row.sheet, row.number)))


def _stage_numbers(rows: list[ConfirmationRow]) -> list[HeldRow]:
    """Put the rows of membership numbers into the staging table, each with who pays its month; answers those of unknown numbers."""
    indexes = encryption.index_many("kpj", [row.kpj for row in rows])
    days = [row.month.first_day if row.month else row.paid_on for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(_MEMBER_OF_NUMBER, {"indexes": indexes, "months": days})
        known = {(bytes(index), month): int(sponsorship) for index, month, sponsorship in cursor.fetchall()}
        keys = [(bytes(index), day) for index, day in zip(indexes, days, strict=True)]
        found = {
            row.source(key[0]): (known[key], row, key[1]) for row, key in zip(rows, keys, strict=True) if key in known
        }
        cursor.execute(
            _FROM_FILE,
            {
                "source": list(found), "sponsorship": [sponsorship for sponsorship, _, _ in found.values()],
                "month": [day for _, _, day in found.values()],
                "paid_on": [row.paid_on for _, row, _ in found.values()], "amount": [row.amount for _, row, _ in found.values()],
            },
        )  # fmt: skip
    return [
        HeldRow(row.sheet, row.number, "kpj", "number_unknown")
        for row, key in zip(rows, keys, strict=True)
        if key not in known
    ]


def _sum(one: Placed, other: Placed) -> Placed:
    names = Placed.__dataclass_fields__
    return Placed(**{name: getattr(one, name) + getattr(other, name) for name in names})


def _begin() -> None:
    lock_confirming()
    forget()
    copy.stage(NEW, NEW_COLUMNS)


def _finish(action: str, **about: Any) -> Placed:
    placed = place()
    if placed.confirmations or placed.months:
        audit.record(
            action,
            facts={
                "confirmations": placed.confirmations, "months": placed.months, "waiting": placed.waiting,
                "amount": placed.amount, "surplus": placed.surplus,
            },
            **about,
        )  # fmt: skip
    return placed


@transaction.atomic
def use_surplus(person_ids: list[int], month: Month) -> Placed:
    """BPJS counted what lay there for these workers towards `month`: where it pays the month whole, the month is paid.

    Nothing is taken where it does not, or where the month is paid already.
    """
    policies.check_can_confirm_payment()
    _begin()
    with connection.cursor() as cursor:
        cursor.execute(_SURPLUS_MONTH, {"persons": person_ids, "month": month.first_day, "today": clock.today()})
    placed = place(from_surplus=True)
    if placed.months:
        audit.record("contributions.surplus_used", facts={"months": placed.months, "month": str(month)})
    return placed


_SURPLUS_MONTH = f"""
INSERT INTO {NEW} ({_COLUMNS})
SELECT 'decision', s.id, 'decision', s.id, s.id, s.agency_id, s.person_id, s.donor_id, s.funding, s.sector,
       {_PROGRAMMES.format("s.programmes")}, s.dasar, %(month)s, 1, %(today)s, 0, ''
FROM (SELECT DISTINCT ON (person_id) * FROM sponsorship_sponsorship
      WHERE person_id = ANY (%(persons)s) AND state <> 'refused' AND end_reason <> 'taken_back' AND start_month <= %(month)s
      ORDER BY person_id, start_month DESC, id) s
WHERE NOT EXISTS (SELECT 1 FROM contributions_paid p WHERE p.sponsorship_id = s.id AND p.month = %(month)s)
"""


@transaction.atomic
def withdraw_month(*, membership_id: int, month: Month, reason: str) -> WithdrawnMonth:
    """A month turned out not to be paid. The row stays, the view leaves it out, and the money waits for BPJS's word again.

    Raises MonthNotPaid, CannotConfirmPayment.
    """
    policies.check_can_confirm_payment()
    lock_confirming()
    paid = PaidMonth.objects.filter(membership_id=membership_id, month=month.first_day).order_by("-version").first()
    gone = WithdrawnMonth.objects.filter(membership_id=membership_id, month=month.first_day)
    if paid is None or gone.filter(version=paid.version).exists():
        raise MonthNotPaid(month=month_in_words(month))
    lock_ledger([paid.agency_id])
    actor = scope.current()
    made = WithdrawnMonth.objects.create(
        membership_id=membership_id,
        month=paid.month,
        version=paid.version,
        agency_id=paid.agency_id,
        reason=reason[:300],
        withdrawn_by=actor.user_id,
        withdrawn_label=actor.label,
        withdrawn_at=clock.now(),
    )
    evidence, today = Evidence("decision", made.pk), clock.today()
    postings = [
        Posting(
            paid.agency_id, "withdrawn", IN_TRANSIT, AccountKey("contribution", None, paid.funding, programme), amount, today,
            evidence, donor_id=paid.donor_id, person_id=paid.person_id, funding=paid.funding, programme=programme,
            contribution_month=paid.month, note=reason,
        )
        for programme, amount in (("jkk", paid.jkk), ("jkm", paid.jkm), ("jht", paid.jht))
        if amount
    ]  # fmt: skip
    settled = AccountKey("settled", paid.donor_id, paid.funding)
    postings.append(
        Posting(
            paid.agency_id, "returned", settled, donor_funds(paid.donor_id, paid.funding), paid.total, today, evidence,
            donor_id=paid.donor_id, person_id=paid.person_id, funding=paid.funding, note=reason,
        )
    )  # fmt: skip
    posting.post(postings)
    true_up(
        paid.agency_id, [paid.donor_id], booked_on=today, credit_from=evidence,
        confirmed_by=Evidence("confirmation", 0), note=reason,
    )  # fmt: skip
    audit.record(
        "contributions.month_withdrawn",
        target=("sponsorship.membership", membership_id),
        agency_id=paid.agency_id,
        facts={"month": str(month), "amount": paid.total},
        reason=reason,
    )
    return made
