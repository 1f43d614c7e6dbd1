"""Who an open line may belong to, the likeliest first, each with its reasons in words. For one line and a person who decides."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sertakan.banking.models import StatementLine
from sertakan.banking.sealing import Said, unseal
from sertakan.contributions.models import Bill, PaymentCode
from sertakan.contributions.queries.money import open_dues, remitted_of
from sertakan.core.money import Rupiah, format_number, format_rupiah
from sertakan.core.month import Month
from sertakan.rules.reasons import funding_in_words, month_in_words
from sertakan.sponsorship.models import Donor

if TYPE_CHECKING:
    from sertakan.banking.matching import Due

MOST = 8
ALIKE = 55.0
"""From here on (of 100) a name on a line is said to be like a donor's; one word in common of two is enough."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A donor's dues, a whole bill or a payment code. `target` is what `services.match_by_hand` takes; `fits`: the amounts are the same."""

    kind: str
    title: str
    detail: str
    target: dict[str, str]
    amount: Rupiah
    fits: bool
    reasons: tuple[str, ...]
    score: float = 0.0


@dataclass
class _Seen:
    """What speaks for one donor."""

    reasons: list[str] = field(default_factory=list)
    score: float = 0.0

    def note(self, reason: str, score: float) -> None:
        if reason not in self.reasons:
            self.reasons.append(reason)
        self.score += score


def candidates_of(line: StatementLine, *, text: str = "") -> list[Candidate]:
    """The likeliest owners of an open line; with `text`, donors whose name or NIP is like it."""
    if line.amount is None or line.state != StatementLine.State.OPEN:
        return []
    said = unseal(line.sealed)
    found = (
        _outgoing(line, said) if line.direction == StatementLine.Direction.OUT else _incoming(line, said, text.strip())
    )
    return sorted(found, key=lambda one: (-one.score, one.title))[:MOST]


def _incoming(line: StatementLine, said: Said, wanted: str) -> list[Candidate]:
    from sertakan.banking.matching import Due

    dues: dict[int, list[Due]] = defaultdict(list)
    bills: dict[int, list[Due]] = defaultdict(list)
    frame = open_dues(line.agency_id).select("bill_id", "donor_id", "month", "open", "funding")
    for bill, donor, month, amount, funding in frame.iter_rows():
        due = Due(bill, donor, Month.of(month).ordinal, amount, funding)
        bills[bill].append(due)
        if donor is not None:
            dues[donor].append(due)
    seen = _donors_seen(line, said, wanted, dues)
    people = Donor.objects.in_bulk(list(seen))
    found = [_donor(line, people[donor], dues.get(donor, []), what) for donor, what in seen.items() if donor in people]
    return found + ([] if wanted else _bills(line, bills))


def _donors_seen(line: StatementLine, said: Said, wanted: str, dues: dict[int, list[Due]]) -> dict[int, _Seen]:
    seen: dict[int, _Seen] = defaultdict(_Seen)
    donors = list(Donor.objects.filter(agency_id=line.agency_id).values_list("pk", "name", "nip"))
    if wanted:
        digits = "".join(sign for sign in wanted if sign.isdigit())
        if len(digits) >= 6:
            for donor, _name, nip in donors:
                if digits in nip:
                    seen[donor].note(_("NIP yang dicari."), 3)
        for donor, share in _alike(wanted, donors, 60.0):
            seen[donor].note(_("Nama yang dicari."), share / 50)
        return seen
    for donor in line.candidates.get("donors", ()):
        seen[donor].note(_("NIP atau nama lengkapnya tertulis pada baris ini."), 3)
    for donor, share in _alike(said.whole, donors, ALIKE):
        seen[donor].note(_("Namanya mirip dengan yang tertulis pada baris ini."), share / 100)
    from sertakan.banking.matching.sums import place

    fitting = [donor for donor, own in dues.items() if place(int(line.amount or 0), own)[0]]
    if len(fitting) <= MOST or seen:
        for donor in fitting:
            if donor in seen or len(fitting) <= MOST:
                seen[donor].note(_("Jumlahnya sama dengan iurannya yang masih terbuka."), 1.5)
    return seen


def _alike(text: str, donors: list[tuple[int, str, str]], least: float) -> list[tuple[int, float]]:
    """Donors whose name is like a part of `text`, the most alike first."""
    from rapidfuzz import fuzz, process, utils

    names = {donor: name for donor, name, _nip in donors}
    hits = process.extract(
        text, names, scorer=fuzz.token_set_ratio,
        processor=utils.default_process, limit=MOST, score_cutoff=least,
    )  # fmt: skip
    return [(donor, score) for _name, score, donor in hits]


def _donor(line: StatementLine, donor: Donor, dues: list[Due], seen: _Seen) -> Candidate:
    from sertakan.banking.matching.sums import place

    amount = int(line.amount or 0)
    parts, _why = place(amount, dues)
    open_ = sum(due.amount for due in dues)
    if parts:
        shown = ", ".join(dict.fromkeys(month_in_words(Month.from_ordinal(due.month)) for due in parts))
        detail = _("Iuran %(months)s, tepat %(amount)s.") % {"months": shown, "amount": format_rupiah(amount)}
    elif not dues:
        detail = _("Tidak ada iuran yang terbuka; seluruhnya menjadi titipan untuk bulan berikutnya.")
    elif amount < open_:
        detail = _("Iuran terbuka %(open)s; membayar sebagian, dari bulan tertua.") % {"open": format_rupiah(open_)}
    else:
        detail = _("Iuran terbuka %(open)s; kelebihan %(over)s menjadi titipan untuk bulan berikutnya.") % {
            "open": format_rupiah(open_), "over": format_rupiah(amount - open_),
        }  # fmt: skip
    funding = (parts or tuple(dues))[0].funding if (parts or dues) else "private"
    name = f"{donor.name} · {funding_in_words(funding)}" if funding != "private" else donor.name
    target = {"donor": str(donor.pk), "funding": funding}
    if parts:
        target["bills"] = ",".join(str(due.bill) for due in parts)
    return Candidate(
        "donor", name, detail, target, sum(due.amount for due in parts) or open_, bool(parts), tuple(seen.reasons),
        seen.score + (1 if parts else 0),
    )  # fmt: skip


def _bills(line: StatementLine, bills: dict[int, list[Due]]) -> list[Candidate]:
    amount, named = int(line.amount or 0), set(line.candidates.get("bills", ()))
    numbers = dict(Bill.objects.filter(pk__in=list(bills)).values_list("pk", "number"))
    found = []
    for bill, dues in bills.items():
        total = sum(due.amount for due in dues)
        if total != amount and bill not in named:
            continue
        reasons = [_("Nomor tagihannya tertulis pada baris ini.")] if bill in named and total != amount else []
        if total == amount:
            reasons.append(_("Jumlahnya sama dengan seluruh tagihan."))
        count = len({due.donor for due in dues})
        detail = ngettext(
            "Seluruh tagihan %(month)s, %(count)s donatur, %(amount)s.",
            "Seluruh tagihan %(month)s, %(count)s donatur, %(amount)s.",
            count,
        ) % {
            "month": month_in_words(Month.from_ordinal(dues[0].month)),
            "count": format_number(count),
            "amount": format_rupiah(total),
        }
        found.append(
            Candidate(
                "bill",
                numbers.get(bill, str(bill)),
                detail,
                {"bill": str(bill)},
                total,
                total == amount,
                tuple(reasons),
                2.0,
            )
        )
    return found


def _outgoing(line: StatementLine, said: Said) -> list[Candidate]:
    named = set(line.candidates.get("codes", ()))
    # BPJS may have confirmed a code before the bank shows its payment; one whose payment is booked is none any more.
    codes = list(
        PaymentCode.objects.filter(
            Q(amount=line.amount) | Q(pk__in=named),
            agency_id=line.agency_id,
            state__in=("open", "expired", "confirmed"),
        )
    )
    booked = remitted_of([code.pk for code in codes if code.state == PaymentCode.State.CONFIRMED])
    found = []
    for code in codes:
        if booked.get(code.pk):
            continue
        fits = code.amount == line.amount
        reasons = [_("Kodenya tertulis pada baris ini.")] if code.pk in named else []
        if fits:
            reasons.append(_("Jumlahnya sama."))
        detail = _("Kode iuran BPJS, %(amount)s.") % {"amount": format_rupiah(code.amount)}
        found.append(
            Candidate(
                "code", code.code, detail, {"code": str(code.pk)}, code.amount, fits, tuple(reasons),
                2.0 * (code.pk in named) + fits,
            )
        )  # fmt: skip
    return found
