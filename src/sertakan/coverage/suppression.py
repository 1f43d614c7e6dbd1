"""Which counts are not shown, so that no published figure points at a person, alone or together with others.

A count from 1 to below the threshold is small. Hiding it alone is not enough where its neighbours and their sum are shown, so others are
hidden with it, over the whole set of what is published at once and with what was published before (`docs/explanation/coverage.md`).
A zero is shown: it points at nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from sertakan.coverage.bounds import pinned
from sertakan.coverage.equations import EVERYBODY, Key, Sum, determined, equation, groups, sums_of, with_everybody
from sertakan.coverage.figures import CHANGES, ChangeKind
from sertakan.coverage.publications import Earlier, Published

_ALWAYS_OPEN: Final = frozenset({EVERYBODY})


def hidden_cells(cells: Mapping[Key, int], *, threshold: int, before: Sequence[Published] = ()) -> set[Key]:
    """The cells of `cells` (all that are published, with their counts) that may not be shown. The same input gives the same answer.

    `before`: earlier publications that are compared with this one.
    """
    counts = with_everybody(cells)
    sums = [one for one in sums_of(sorted(cells)) if one.whole in counts]
    earlier = [Earlier(one, counts, sums, threshold) for one in before]
    hidden = {key for key, count in cells.items() if 0 < count < threshold}
    for one in earlier:
        hidden |= one.stay_hidden
    dark = frozenset().union(*(one.hidden for one in before))
    while True:
        protect(counts, sums, hidden, threshold=threshold, liked=dark)
        tight = _pinned(counts, sums, hidden, threshold)
        if tight:
            grown = len(hidden)
            for key, group in tight.items():
                _hide_beside(key, sums, counts, hidden, _ALWAYS_OPEN, group)
            if len(hidden) > grown:
                continue
        more = set().union(*(one.to_hide(hidden) for one in earlier)) - hidden
        if not more:
            return hidden
        hidden |= more


def hidden_changes(
    counts: Mapping[str, Mapping[ChangeKind, int]],
    whole: Mapping[ChangeKind, int],
    closed: Collection[str],
    *,
    threshold: int,
) -> set[tuple[str, ChangeKind]]:
    """Which changes by area and kind may not be shown, where those of all areas together are. `closed`: areas whose count is hidden.

    Everybody knows the difference of an area that is not closed: it stands in the two counts.
    """
    numbers: dict[Key, int] = {("", "", kind): abs(whole[kind]) for kind in CHANGES}
    numbers |= {("area", code, kind): abs(found[kind]) for code, found in counts.items() for kind in CHANGES}
    numbers |= {("area", code, ""): abs(sum(found.values())) for code, found in counts.items()}
    sums = [Sum(("", "", kind), tuple(("area", code, kind) for code in counts)) for kind in CHANGES]
    sums += [Sum(("area", code, ""), tuple(("area", code, kind) for kind in CHANGES)) for code in counts]
    hidden: set[Key] = {
        key for key, number in numbers.items() if key[0] and key[2] and (0 < number < threshold or key[1] in closed)
    }
    hidden |= {("area", code, "") for code in closed if code in counts}
    known = frozenset(key for key in numbers if not key[0] or (not key[2] and key not in hidden))
    protect(numbers, sums, hidden, threshold=threshold, always=known)
    return {(code, kind) for _by, code, kind in hidden if kind}  # type: ignore[misc]


def protect(
    counts: Mapping[Key, int],
    sums: Sequence[Sum],
    hidden: set[Key],
    *,
    threshold: int,
    always: frozenset[Key] = _ALWAYS_OPEN,
    liked: frozenset[Key] = frozenset(),
) -> None:
    """Add to `hidden` what else must be, until nothing hidden follows from the sums. `always`: is shown whatever happens."""
    while True:
        _guard_sums(sums, counts, hidden, threshold, always, liked)
        certain = determined(sums, hidden)
        grown = len(hidden)
        for key in sorted(certain):
            _hide_beside(key, sums, counts, hidden, always)
        if len(hidden) == grown:
            return


def _guard_sums(
    sums: Sequence[Sum],
    counts: Mapping[Key, int],
    hidden: set[Key],
    threshold: int,
    always: frozenset[Key],
    liked: frozenset[Key],
) -> None:
    """Hide further cells until no single sum gives a hidden one away, or that all hidden in it are few."""
    waiting = list(range(len(sums)))
    users: dict[Key, list[int]] = {}
    for place, one in enumerate(sums):
        for key in one.every:
            users.setdefault(key, []).append(place)
    while waiting:
        one = sums[waiting.pop()]
        added = _next_to_hide(one, counts, hidden, threshold, always, liked)
        if added is not None:
            hidden.add(added)
            waiting.extend(users[added])


def _next_to_hide(
    one: Sum,
    counts: Mapping[Key, int],
    hidden: set[Key],
    threshold: int,
    always: frozenset[Key],
    liked: frozenset[Key],
) -> Key | None:
    inside = [key for key in one.parts if key in hidden]
    whole_hidden = one.whole in hidden
    many = len(inside) + whole_hidden
    if not many:
        return None
    if many > 1:
        if whole_hidden:
            return None
        left = sum(counts[key] for key in inside)
        if left >= max(threshold, len(inside) + 1):
            return None
    open_parts = [key for key in one.parts if key not in hidden and key not in always]
    full = [key for key in open_parts if counts[key]]
    if full:
        return min(full, key=lambda key: (key not in liked, counts[key], key))
    if not whole_hidden and one.whole not in always:
        return one.whole
    return min(open_parts) if open_parts and many == 1 else None


def _pinned(
    counts: Mapping[Key, int], sums: Sequence[Sum], hidden: set[Key], threshold: int
) -> dict[Key, frozenset[Key]]:
    """Small hidden numbers that can have one value only because none is below zero, with all hidden ones that hang together with it."""
    found = {}
    for rows, keys in groups([equation(one, hidden) for one in sums]):
        small = [key for key in keys if 0 < counts[key] < threshold]
        group = frozenset(keys)
        found.update(dict.fromkeys(sorted(pinned(rows, keys, small, counts)), group))
    return found


def _hide_beside(
    key: Key,
    sums: Sequence[Sum],
    counts: Mapping[Key, int],
    hidden: set[Key],
    always: frozenset[Key],
    group: frozenset[Key] = frozenset(),
) -> None:
    """Hide the smallest open cell that shares a sum with one that could be worked out, or else with one of its group; zeros last."""

    def open_beside(keys: frozenset[Key]) -> set[Key]:
        around = {other for one in sums if not keys.isdisjoint(one.every) for other in one.every}
        return {other for other in around if other not in hidden and other not in always}

    near = open_beside(frozenset({key}))
    open_cells = near if any(counts[other] for other in near) or not group else open_beside(group) or near
    if open_cells:
        hidden.add(min(open_cells, key=lambda other: (counts[other] == 0, counts[other], other)))
