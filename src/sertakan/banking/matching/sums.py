"""Which dues add up to an amount, if only one answer is possible."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sertakan.banking.matching.model import Due

MOST_STEPS = 4_000
"""So many combinations are tried; beyond, the answer is "not surely one"."""


def place(amount: int, dues: Sequence[Due], named: Collection[int] = ()) -> tuple[tuple[Due, ...], str]:
    """The dues that `amount` settles, or () and why not (``amount_differs``, ``several_sums``, ``months_differ``, ``nothing_due``).

    `named`: months that the line itself names; then these and no others. Of dues of the same amount the oldest come first, as BPJS
    settles them; combinations that differ in more than that are several answers.
    """
    if not dues:
        return (), "nothing_due"
    if named:
        meant = tuple(due for due in dues if due.month in named)
        return (meant, "") if meant and sum(due.amount for due in meant) == amount else ((), "months_differ")
    groups: dict[int, list[Due]] = {}
    for due in sorted(dues, key=lambda due: (due.month, due.bill)):
        groups.setdefault(due.amount, []).append(due)
    if len(groups) == 1:
        (single, same), *_ = groups.items()
        count, rest = divmod(amount, single)
        fits = not rest and 0 < count <= len(same)
        return (tuple(same[:count]), "") if fits else ((), "amount_differs")
    counts, sure = _combinations(amount, [(value, len(same)) for value, same in groups.items()])
    if not sure:
        return (), "several_sums"
    if counts is None:
        return (), "amount_differs"
    chosen = [due for (_, same), count in zip(groups.items(), counts, strict=True) for due in same[:count]]
    return tuple(sorted(chosen, key=lambda due: (due.month, due.bill))), ""


def _combinations(amount: int, groups: list[tuple[int, int]]) -> tuple[list[int] | None, bool]:
    """How many of each amount give the sum, and whether that is surely the only way (also when there is none)."""
    order = sorted(range(len(groups)), key=lambda at: -groups[at][0])
    behind = [0] * (len(order) + 1)
    for place_ in range(len(order) - 1, -1, -1):
        value, most = groups[order[place_]]
        behind[place_] = behind[place_ + 1] + value * most
    found: list[list[int]] = []
    counts = [0] * len(groups)
    steps = 0

    def search(place_: int, left: int) -> None:
        nonlocal steps
        steps += 1
        if steps > MOST_STEPS or len(found) > 1 or left < 0 or left > behind[place_]:
            return
        if left == 0:
            found.append(counts.copy())
            return
        if place_ == len(order):
            return
        value, most = groups[order[place_]]
        for count in range(min(most, left // value), -1, -1):
            counts[order[place_]] = count
            search(place_ + 1, left - count * value)
        counts[order[place_]] = 0

    search(0, amount)
    if steps > MOST_STEPS or len(found) > 1:
        return None, False
    return (found[0] if found else None), True
