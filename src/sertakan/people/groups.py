"""Groups of persons who are one: a forest of merges, replayed in their order. No database.

Each merge says that two persons are one and which of the two goes on. The survivor of a group follows from its merges in force alone, so
that taking any of them back, in any order, leaves what the others say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping


class Groups:
    """Who stands for whom, while merges are added one after the other."""

    def __init__(self, standing: Mapping[int, int] | None = None) -> None:
        """`standing`: person to survivor, for persons who are in a group already."""
        self._over: dict[int, int] = {person: over for person, over in (standing or {}).items() if person != over}

    def survivor(self, person: int) -> int:
        """Who stands for a person in the end: the person itself, unless merged."""
        top = person
        while top in self._over:
            top = self._over[top]
        while person != top:  # the way is shorter the next time
            self._over[person], person = top, self._over[person]
        return top

    def join(self, keep: int, gone: int) -> bool:
        """Put the group of `gone` under the survivor of `keep`; False when they were one group before."""
        above, below = self.survivor(keep), self.survivor(gone)
        if above == below:
            return False
        self._over[below] = above
        return True


def replay(members: Iterable[int], merges: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Survivor of each of `members` after the `merges` (keep, gone), in their order, and nothing else."""
    groups = Groups()
    for keep, gone in merges:
        groups.join(keep, gone)
    return {person: groups.survivor(person) for person in members}
