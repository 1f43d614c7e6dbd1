"""Bills, their lines, and the sums of a bill by donor and programme."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from sertakan.agencies.models import Agency
from sertakan.contributions.errors import BillNotFound
from sertakan.contributions.models import Bill, BillLine, ConfirmedMonth
from sertakan.core.money import Rupiah
from sertakan.core.month import Month
from sertakan.rules import PROGRAMMES
from sertakan.rules.reasons import day_in_words
from sertakan.sponsorship.models import Mandate


@dataclass(frozen=True, slots=True)
class DonorSum:
    """What one donor owes in a bill; `donor_id` is None for workers without a named donor. `months` per worker.

    `mandate`: the donor's signed word that the treasurer may deduct is on file; None without a named donor.
    """

    donor_id: int | None
    name: str
    nip: str
    workers: int
    months: int
    jkk: Rupiah
    jkm: Rupiah
    jht: Rupiah
    amount: Rupiah
    mandate: bool | None


@dataclass(frozen=True, slots=True)
class ProgrammeTotal:
    """What a bill asks for one programme: `full` before, `amount` after the reduction."""

    programme: str
    workers: int
    amount: Rupiah
    full: Rupiah


def bills(*, month: Month | None = None, agency: Agency | None = None, with_superseded: bool = False) -> QuerySet[Bill]:
    """Bills in the scope, newest month first."""
    found = Bill.objects.select_related("agency", "agency__province").order_by("-month", "agency__sort_key", "-version")
    if month is not None:
        found = found.filter(month=month.first_day)
    if agency is not None:
        found = found.filter(agency=agency)
    return found if with_superseded else found.exclude(state=Bill.State.SUPERSEDED)


def get_bill(bill_id: int) -> Bill:
    """One bill. Raises BillNotFound, also for one outside of the scope."""
    bill = Bill.objects.select_related("agency", "agency__province", "corrects").filter(pk=bill_id).first()
    if bill is None:
        raise BillNotFound()
    return bill


def current_bill(agency: Agency, month: Month) -> Bill:
    """The bill of a month that counts now: the draft when there is one, else the issued one. Raises BillNotFound."""
    bill = bills(month=month, agency=agency).order_by("-version").first()
    if bill is None:
        raise BillNotFound()
    return bill


def bill_lines(bill: Bill) -> QuerySet[BillLine]:
    """The lines of a bill with person and donor, by donor and worker."""
    return (
        _lines(bill)
        .select_related("person", "donor", "sponsorship")
        .order_by(F("donor__sort_key").asc(nulls_last=True), "donor_id", "person__sort_key", "sponsorship_id")
    )


def donor_sums(bill: Bill) -> list[DonorSum]:
    """The payroll list of a bill: one row per donor, by name; workers without a donor last."""
    mandated = set(
        Mandate.objects.filter(agency_id=bill.agency_id, ended_on__isnull=True).values_list("donor_id", flat=True)
    )
    rows = (
        _lines(bill)
        .values("donor_id", "donor__name", "donor__nip", "donor__sort_key")
        .annotate(workers=Count("*"), sum_jkk=Sum("jkk"), sum_jkm=Sum("jkm"), sum_jht=Sum("jht"), amount=Sum("total"))
        .order_by(F("donor__sort_key").asc(nulls_last=True), "donor_id")
    )
    return [
        DonorSum(
            donor_id=row["donor_id"],
            name=row["donor__name"] or _("Tanpa donatur tercatat"),
            nip=row["donor__nip"] or "",
            workers=row["workers"],
            months=1,
            jkk=int(row["sum_jkk"]),
            jkm=int(row["sum_jkm"]),
            jht=int(row["sum_jht"]),
            amount=int(row["amount"]),
            mandate=None if row["donor_id"] is None else row["donor_id"] in mandated,
        )
        for row in rows
    ]


def programme_totals(bill: Bill) -> list[ProgrammeTotal]:
    """What a bill asks for each programme that occurs in it."""
    sums = _lines(bill).aggregate(
        **{f"{name}_workers": Count("bill_id", filter=Q(**{f"{name}_full__gt": 0})) for name in PROGRAMMES},
        **{f"{name}_amount": Sum(name, default=0) for name in PROGRAMMES},
        **{f"{name}_sum_full": Sum(f"{name}_full", default=0) for name in PROGRAMMES},
    )
    return [
        ProgrammeTotal(name, sums[f"{name}_workers"], int(sums[f"{name}_amount"]), int(sums[f"{name}_sum_full"]))
        for name in PROGRAMMES
        if sums[f"{name}_workers"]
    ]


def is_confirmed(month: Month, rules_version: str) -> bool:
    """Whether the operator confirmed that bills of `month` by these rules may go out."""
    return ConfirmedMonth.objects.filter(month=month.first_day, rules_version=rules_version).exists()


def law_note(bill: Bill) -> str:
    """What to say about the certainty of a bill's law; empty when the law of its month is confirmed."""
    if bill.law_confirmed:
        return ""
    return _("Dihitung menurut aturan yang diketahui per %(day)s; aturan bulan ini masih dapat berubah.") % {
        "day": day_in_words(bill.law_as_of)
    }


def _lines(bill: Bill) -> QuerySet[BillLine]:
    """The month is named so that only its partition is read."""
    return BillLine.objects.filter(month=bill.month, bill=bill)
