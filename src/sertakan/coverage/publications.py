"""Two counts that were both published: what they tell together to somebody who knows of every small change between them.

Who knows each person that came to or went from a cell, as long as these are fewer than the threshold, knows by how much the cell changed.
A number that is shown in one of the two counts is then known in the other, and a hidden one is the same unknown in both. The new count
is hidden so that no small number of the older one, and none of its own that was hidden then, follows from both
(`docs/explanation/coverage.md`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sertakan.coverage.bounds import pinned
from sertakan.coverage.equations import EVERYBODY, Key, Sum, equation, groups, sums_of, with_everybody

Unknown = tuple[int, Key]
"""A hidden number of the older count (1), of the newer one (2), or of both (0)."""


@dataclass(frozen=True, slots=True)
class Published:
    """All counts of what was published, and which of them were hidden."""

    counts: Mapping[Key, int]
    hidden: frozenset[Key]


class Earlier:
    """An earlier publication beside a new count that is about to be hidden."""

    def __init__(self, old: Published, counts: Mapping[Key, int], sums: Sequence[Sum], threshold: int) -> None:
        self.hidden, self.threshold = old.hidden, threshold
        self.counts, self.new_counts, self.new_sums = with_everybody(old.counts), counts, sums
        self.sums = sums_of(sorted(old.counts))
        self.linked = {
            key for key, count in counts.items() if key in old.counts and abs(count - old.counts[key]) < threshold
        }

    @property
    def stay_hidden(self) -> set[Key]:
        """Cells that were small then and have hardly changed."""
        return {key for key in self.hidden & self.linked if 0 < self.counts[key] < self.threshold}

    def to_hide(self, hidden: set[Key]) -> set[Key]:
        """Further cells to hide in the new count where small numbers would follow from both; empty when none does."""
        opened = {key for key in self.hidden & self.linked if key not in hidden}
        then = set(self.hidden - opened)
        now = {key for key in hidden if key not in self.linked or key in self.hidden}
        found = set(self._in_one_sum(self.sums, self.counts, then, lambda key: key in opened))
        found |= set(self._in_one_sum(self.new_sums, self.new_counts, now, lambda key: self._helps(key, hidden)))
        return found or self._in_all_sums(then, now, hidden, opened)

    def _helps(self, key: Key, hidden: set[Key]) -> bool:
        """Whether hiding a cell now makes it unknown: it was hidden then too, or it changed by more than somebody knows of."""
        return key not in hidden and key != EVERYBODY and (key not in self.linked or key in self.hidden)

    def _secret(self, counts: Mapping[Key, int], key: Key) -> bool:
        """Whether a small number is to be kept: one that was shown then is known to who knows of the change, whatever is hidden now."""
        return key in self.hidden and 0 < counts.get(key, 0) < self.threshold

    def _in_one_sum(self, sums, counts, unknown, helps) -> Iterable[Key]:  # type: ignore[no-untyped-def]
        """One more cell for every sum that leaves too little open about a small number in it."""
        for one in sums:
            inside = [key for key in one.parts if key in unknown]
            whole = one.whole in unknown
            if not any(self._secret(counts, key) for key in (*inside, *([one.whole] if whole else ()))):
                continue
            if len(inside) + whole > 1 and (
                whole or sum(counts[key] for key in inside) >= max(self.threshold, len(inside) + 1)
            ):
                continue
            chosen = self._first(key for key in one.every if helps(key))
            if chosen is not None:
                yield chosen

    def _in_all_sums(self, then: set[Key], now: set[Key], hidden: set[Key], opened: set[Key]) -> set[Key]:
        """One more cell beside each small number that all equations of both counts leave one value for."""
        both = then & now & self.linked
        rows: list[dict[Unknown, int]] = []
        around: dict[Unknown, set[Key]] = {}
        for place, sums, unknown in ((1, self.sums, then), (2, self.new_sums, now)):
            for one in sums:
                row = {(0 if key in both else place, key): sign for key, sign in equation(one, unknown).items()}
                if not row:
                    continue
                rows.append(row)
                helpful = {key for key in one.every if (key in opened if place == 1 else self._helps(key, hidden))}
                for name in row:
                    around.setdefault(name, set()).update(helpful)
        values = {name: (self.new_counts if name[0] == 2 else self.counts)[name[1]] for name in around}
        # The unknown of both counts is the older number; the newer one is not below zero either.
        least = {name: values[name] - self.new_counts[name[1]] for name in around if name[0] == 0}
        found = set()
        for several, group in groups(rows):
            secrets = [name for name in group if self._is_secret(name)]
            for name in sorted(pinned(several, group, secrets, values, least)):
                near = self._first(around[name])
                chosen = near if near is not None else self._first(key for other in group for key in around[other])
                if chosen is not None:
                    found.add(chosen)
        return found

    def _is_secret(self, name: Unknown) -> bool:
        place, key = name
        return (place < 2 and self._secret(self.counts, key)) or (place != 1 and self._secret(self.new_counts, key))

    def _first(self, keys: Iterable[Key]) -> Key | None:
        """The cell that costs least to hide: one that somebody is in, the smallest."""
        order = {key: (self.new_counts.get(key, 0) == 0, self.new_counts.get(key, 0), key) for key in keys}
        return min(order, key=lambda key: order[key]) if order else None
