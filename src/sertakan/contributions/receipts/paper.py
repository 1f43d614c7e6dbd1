"""Receipts on paper. Documents are Indonesian, whatever language the screen has; text is shown as it is, never read as markup."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sertakan.agencies.models import Agency
from sertakan.contributions.documents.facts import in_indonesian, moment, programmes_in_words
from sertakan.contributions.receipts import token
from sertakan.core import clock, typeset
from sertakan.rules.reasons import day_in_words, month_in_words

if TYPE_CHECKING:
    from sertakan.contributions.receipts.slips import IssuedSlip

_MASK = 3
TEMPLATES = Path(__file__).resolve().parent / "templates_typst"


@in_indonesian
def slips_document(slips: list[IssuedSlip], agency: Agency, *, address: str) -> bytes:
    """Slips to cut, four on a page."""
    data = {
        "title": f"Slip pekerja · {agency.name}",
        "agency": agency.name,
        "address": address,
        "made": moment(clock.now()),
        "slips": [
            {
                "name": slip.name,
                "number": f"nomor berakhir {slip.last_four}",
                "programmes": programmes_in_words(slip.programmes),
                "span": _span(slip),
                "until": month_in_words(slip.paid_until),
                "signed": day_in_words(slip.signed_on),
                "reference": token.grouped(slip.reference),
                "qr": list(_square(address.upper() + slip.token + "/")),
            }
            for slip in slips
        ],
    }
    return typeset.pdf(TEMPLATES / "slips.typ", data)


def _span(slip: IssuedSlip) -> str:
    first, last = month_in_words(slip.paid_from), month_in_words(slip.paid_until)
    return first if first == last else f"{first} sampai {last}"


def _square(text: str) -> bytes:
    """A QR code as a small black and white PNG: one point for each module, enlarged on paper without blur.

    The mask is fixed: choosing the best of eight takes nine tenths of the time, and a signed text is as good as random under any of them.
    """
    import segno

    drawn = BytesIO()
    segno.make(text, error="m", micro=False, boost_error=False, mask=_MASK).save(drawn, kind="png", border=2, scale=3)
    return drawn.getvalue()


def letter_facts(agency: Agency) -> dict[str, Any]:
    """What every letter of receipts shows."""
    return {"province": agency.province.name, "agency": agency.name, "made": moment(clock.now())}
