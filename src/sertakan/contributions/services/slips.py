"""A proof of payment entered by hand: remitted, not confirmed. Most agencies have no bank file."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from django.db import transaction

from sertakan.contributions import policies
from sertakan.contributions.errors import (
    AmountNotPositive,
    CodeNotFound,
    PhotoNotPicture,
    PhotoTooLarge,
    SlipInFuture,
    SlipKnown,
)
from sertakan.contributions.evidence import Evidence
from sertakan.contributions.models import PaymentCode, Slip
from sertakan.contributions.queries.codes import taken_back_slips
from sertakan.contributions.services.ledger import Receipt, collect_many, remit
from sertakan.core import audit, clock, files, scope
from sertakan.core.money import Rupiah
from sertakan.core.month import Month

PHOTO_LIMIT = 8 * 1024 * 1024


def photo_type(data: bytes) -> str:
    """What a picture is by its content. Raises PhotoTooLarge, PhotoNotPicture."""
    if len(data) > PHOTO_LIMIT:
        raise PhotoTooLarge(limit=PHOTO_LIMIT // 1024 // 1024)
    if data[:3] == b"\xff\xd8\xff":
        return "image/jpeg"
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return "image/png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[:5] == b"%PDF-":
        return "application/pdf"
    raise PhotoNotPicture()


@transaction.atomic
def enter_slip(
    *,
    agency_id: int,
    amount: Rupiah,
    paid_on: date,
    reference: str,
    channel: str,
    photo: bytes = b"",
    code: PaymentCode | None = None,
    month: Month | None = None,
    donor_id: int | None = None,
    funding: str = "private",
    from_treasury: bool = False,
    note: str = "",
) -> Slip:
    """Enter a proof of payment to BPJS. Without `from_treasury` the money was never booked as received: the slip says both.

    With a code the money is that of the donors of its workers. One that was taken back in the ledger may be entered anew. Raises
    SlipKnown, SlipInFuture, PhotoNotPicture, PhotoTooLarge,
    AmountNotPositive, CannotPost, and what `remit` raises.
    """
    policies.check_can_post(agency_id)
    if amount <= 0:
        raise AmountNotPositive()
    if paid_on > clock.today():
        raise SlipInFuture()
    if code is not None and code.agency_id != agency_id:
        raise CodeNotFound()
    kind = photo_type(photo) if photo else ""
    key = {"agency_id": agency_id, "reference": reference.strip()[:80], "paid_on": paid_on, "amount": amount}
    earlier = Slip.objects.filter(**key).order_by("entry").last()
    if earlier is not None and earlier.pk not in taken_back_slips([earlier.pk]):
        raise SlipKnown()
    actor = scope.current()
    slip, fresh = Slip.objects.get_or_create(
        **key,
        entry=earlier.entry + 1 if earlier else 1,
        defaults={
            "code": code,
            "donor_id": donor_id,
            "month": month.first_day if month else None,
            "channel": channel,
            "from_treasury": from_treasury,
            "photo": files.store(photo) if photo else "",
            "photo_type": kind,
            "note": note[:300],
            "entered_by": actor.user_id,
            "entered_label": actor.label,
            "entered_at": clock.now(),
        },
    )
    if not fresh:
        raise SlipKnown()
    evidence = Evidence("slip", slip.pk)
    if not from_treasury:
        collect_many([
            Receipt(agency_id, donor, source, part, paid_on, evidence, reference=slip.reference)
            for (donor, source), part in _shares(code, amount, donor_id, funding).items()
        ])  # fmt: skip
    remit(
        agency_id=agency_id, amount=amount, booked_on=paid_on, evidence=evidence, code_id=code.pk if code else None,
        reference=slip.reference, month=month,
    )  # fmt: skip
    audit.record(
        "contributions.slip_entered",
        target=slip,
        agency_id=agency_id,
        facts={"amount": amount, "channel": channel, "photo": bool(photo), "code": code.pk if code else None},
    )
    return slip


def _shares(
    code: PaymentCode | None, amount: Rupiah, donor_id: int | None, funding: str
) -> dict[tuple[int | None, str], Rupiah]:
    """Whose money a slip is: that of the donors in the code by what their workers cost; the last one takes the difference."""
    if code is None:
        return {(donor_id, funding): amount}
    shares: dict[tuple[int | None, str], Rupiah] = defaultdict(int)
    for line in code.lines.select_related("sponsorship").order_by("sponsorship_id"):
        shares[line.sponsorship.donor_id, line.sponsorship.funding] += line.total
    left, found = amount, {}
    for place, (key, share) in enumerate(shares.items()):
        part = left if place == len(shares) - 1 else min(left, share)
        if part > 0:
            found[key] = part
        left -= part
    return found
