"""Numbers, money, dates and months the way the reader's language writes them.

Indonesian: ``1.234.567``, ``27,39 %``, ``Rp16.800``, ``1 September 2025``, ``14.30 WIB``. English: ``1,234,567``, ``27.39%``,
``Rp16,800``, ``1 September 2025``, ``14:30 WIB``. Nothing is written for None but a dash, so that a blank is never read as zero.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import template
from django.utils import formats
from django.utils.dateformat import format as written
from django.utils.translation import get_language

from sertakan.core.clock import WIB
from sertakan.core.month import Month

register = template.Library()
BLANK = "–"


def _english() -> bool:
    return (get_language() or "id").startswith("en")


@register.filter
def number(value: Any, places: int = 0) -> str:
    """A number with thousands separated and rounded to `places` decimals, a half upwards."""
    if value is None or value == "":
        return BLANK
    if isinstance(value, str | float):  # attributes of components are text
        value = Decimal(str(value))
    if isinstance(value, Decimal):  # Django cuts the places that are too many
        value = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return formats.number_format(value, decimal_pos=places, use_l10n=True, force_grouping=True)


@register.filter
def rupiah(value: int | None) -> str:
    """Whole rupiah: ``Rp16.800``; a negative amount as ``-Rp16.800``."""
    if value is None or value == "":
        return BLANK
    sign = "-" if value < 0 else ""
    return f"{sign}Rp{number(abs(value))}"


@register.filter
def signed(value: Any) -> str:
    """A change, with its sign: ``+1.250``, ``-40``; no change is ``0``."""
    if value is None or value == "":
        return BLANK
    sign = "+" if value > 0 else "-" if value < 0 else ""
    return f"{sign}{number(abs(value))}"


@register.filter
def percent(value: float | Decimal | None, places: int = 2) -> str:
    """`value` in per cent (27.39): ``27,39 %``."""
    if value is None or value == "":
        return BLANK
    unit = "%" if _english() else "\u00a0%"
    return f"{number(value, places)}{unit}"


@register.filter
def day(value: date | datetime | str | None) -> str:
    """A date in words: ``1 September 2025``. Takes ISO text too."""
    moment = _as_date(value)
    return BLANK if moment is None else written(moment, "j F Y")


@register.filter
def short_day(value: date | datetime | str | None) -> str:
    """A date for narrow columns: ``1 Sep 2025``."""
    moment = _as_date(value)
    return BLANK if moment is None else written(moment, "j M Y")


@register.filter
def full_day(value: date | datetime | str | None) -> str:
    """A date with its weekday: ``Senin, 16 November 2026``."""
    moment = _as_date(value)
    return BLANK if moment is None else written(moment, "l, j F Y")


@register.filter
def clock_time(value: datetime | None) -> str:
    """The time of day in western Indonesia: ``14.30 WIB``."""
    if value is None:
        return BLANK
    return written(value.astimezone(WIB), "H:i" if _english() else "H.i") + " WIB"


@register.filter
def moment(value: datetime | None) -> str:
    """Date and time: ``1 September 2025, 14.30 WIB``."""
    if value is None:
        return BLANK
    return f"{written(value.astimezone(WIB), 'j F Y')}, {clock_time(value)}"


@register.filter
def month(value: Month | date | str | None) -> str:
    """A contribution month in words: ``Desember 2026``. Takes a Month, a date in it, or ``2026-12``."""
    if value is None or value == "":
        return BLANK
    if isinstance(value, str):
        value = Month.parse(value[:7])
    first = value.first_day if isinstance(value, Month) else value
    return written(first, "F Y")


@register.filter
def duration(seconds: float | str | None) -> str:
    """Time left, roughly: ``kurang dari 1 menit``, ``4 menit``, ``2 jam``."""
    from django.utils.translation import gettext as _
    from django.utils.translation import ngettext

    if seconds is None or seconds == "":
        return BLANK
    minutes = round(float(seconds) / 60)
    if minutes < 1:
        return _("kurang dari 1 menit")
    if minutes < 90:
        return ngettext("%(count)s menit", "%(count)s menit", minutes) % {"count": minutes}
    hours = round(minutes / 60)
    return ngettext("%(count)s jam", "%(count)s jam", hours) % {"count": hours}


@register.filter
def filesize(value: int | None) -> str:
    """Bytes as people read them: ``2,4 MB``."""
    if value is None:
        return BLANK
    if value < 1024 * 1024:
        return f"{number(max(1, round(value / 1024)))} KB"
    return f"{number(Decimal(value) / (1024 * 1024), 1)} MB"


@register.filter
def masked(value: str | None) -> str:
    """An identifier of which only the last four characters are shown: ``•••• •••• •••• 0003``."""
    if not value:
        return BLANK
    text = str(value)
    hidden = "•" * (len(text) - 4) + text[-4:] if len(text) > 4 else "•" * len(text)
    return "\u00a0".join(hidden[start : start + 4] for start in range(0, len(hidden), 4))


def _as_date(value: date | datetime | str | None) -> date | None:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return date.fromisoformat(value[:10])
    if isinstance(value, datetime):
        return value.astimezone(WIB).date()
    return value
