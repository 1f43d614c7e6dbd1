"""What people type into a plan, read without guessing: amounts, shares, months. Everything unreadable is refused with its reason."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from sertakan.core.money import Rupiah, format_rupiah, read_rupiah
from sertakan.core.month import Month
from sertakan.planning import errors
from sertakan.planning.facts import DEFAULT_FUNDINGS, DEFAULT_UPTAKE, Wish
from sertakan.rules.ruleset import FUNDINGS

MOST: Final = 100_000_000_000_000
"""No budget is larger than Rp100 trillion (10**14): every worker of the country for years costs less."""
_DIGITS = 12


def read_budget(text: str) -> Rupiah:
    """A budget in whole rupiah. Raises BudgetUnreadable, BudgetNotPositive, BudgetTooLarge."""
    plain = text.strip()
    bare = re.sub(r"[^0-9]", "", re.sub(r",(?:-|00|0)$", "", plain))
    if re.fullmatch(r"(?i)\s*(?:[-\u2212]\s*(?:rp)?|rp\.?\s*[-\u2212])\s*[0-9][0-9.]*", plain) and bare:
        raise errors.BudgetNotPositive()
    if len(bare) > _DIGITS and re.fullmatch(r"(?i)\s*(?:rp\.?)?\s*[0-9][0-9.]*\s*", plain):
        amount = int(bare)
        if amount > MOST:
            raise errors.BudgetTooLarge(most=format_rupiah(MOST))
        return amount
    try:
        amount = read_rupiah(plain)
    except ValueError:
        raise errors.BudgetUnreadable(text=plain[:40]) from None
    if amount <= 0:
        raise errors.BudgetNotPositive()
    return amount


def read_percent(text: str) -> float:
    """A share written as per cent: ``48``, ``48,5``, ``48 %``. Raises ShareUnreadable."""
    plain = text.strip().rstrip("%").strip().replace(",", ".")
    if not re.fullmatch(r"[0-9]{1,3}(?:\.[0-9]{1,3})?", plain) or not 0 <= float(plain) <= 100:
        raise errors.ShareUnreadable(text=text.strip()[:40])
    return float(plain) / 100


def read_share(text: str) -> float:
    """A share written as a number from 0 to 1 (``0.48``) or with a per cent sign. Raises ShareUnreadable."""
    plain = text.strip()
    if plain.endswith("%"):
        return read_percent(plain)
    if not re.fullmatch(r"(?:0?[.,][0-9]{1,6}|[01](?:[.,]0+)?)", plain):
        raise errors.ShareUnreadable(text=plain[:40])
    return float(plain.replace(",", "."))


def read_month(text: str) -> Month:
    """A month written YYYY-MM. Raises MonthOfPlanUnreadable."""
    try:
        return Month.parse(text.strip())
    except ValueError:
        raise errors.MonthOfPlanUnreadable(text=text.strip()[:40]) from None


def read_count(text: str) -> int:
    """A number of workers above zero. Raises CountUnreadable."""
    plain = text.strip().replace(".", "")
    if not re.fullmatch(r"[0-9]{1,9}", plain) or int(plain) == 0:
        raise errors.CountUnreadable(text=text.strip()[:40])
    return int(plain)


def read_wish(values: Mapping[str, Any], first: Month) -> Wish:
    """A filled form as a wish; blank fields take their defaults. Raises the refusals of its parts, NothingAsked, NoMoneyChosen."""
    budget, target = _text(values, "budget"), _text(values, "target")
    if not budget and not target:
        raise errors.NothingAsked()
    chosen = [name for name in FUNDINGS if name in (values.get("fundings") or DEFAULT_FUNDINGS)]
    if not chosen:
        raise errors.NoMoneyChosen()
    limits = {name: _text(values, f"limit_{name}") for name in chosen}
    floor, uptake, new = (_text(values, name) for name in ("floor", "uptake", "new_per_month"))
    wanted = read_percent(target) if target else None
    if wanted == 0:
        raise errors.ShareUnreadable(text=target)
    return Wish(
        first=first,
        last=read_month(_text(values, "until")),
        budget=read_budget(budget) if budget else None,
        target=wanted,
        floor=read_percent(floor) if floor else 0.0,
        uptake=read_percent(uptake) if uptake else DEFAULT_UPTAKE,
        limits={name: read_budget(text) if text else None for name, text in limits.items()},
        new_per_month=read_count(new) if new else None,
        steady=values.get("steady", "1") not in ("", "0", False),
    )


def _text(values: Mapping[str, Any], name: str) -> str:
    return str(values.get(name) or "").strip()


def as_inputs(wish: Wish) -> dict[str, Any]:
    """A wish as plain data, to be kept with its plan."""
    return {
        "first": str(wish.first), "last": str(wish.last), "budget": wish.budget, "target": wish.target, "floor": wish.floor,
        "uptake": wish.uptake, "limits": dict(wish.limits), "new_per_month": wish.new_per_month, "steady": wish.steady,
        "dasar": wish.dasar, "programmes": list(wish.programmes),
    }  # fmt: skip


def from_inputs(inputs: Mapping[str, Any]) -> Wish:
    """The wish that was kept."""
    return Wish(**{
        **inputs, "first": Month.parse(inputs["first"]), "last": Month.parse(inputs["last"]), "programmes": tuple(inputs["programmes"]),
    })  # fmt: skip
