"""Where two texts differ: each as pieces, those that the other lacks marked, so that pages can show them by more than a colour."""

from __future__ import annotations

from difflib import SequenceMatcher

Piece = tuple[str, bool]
_ALIKE = 0.5


def pieces(left: str, right: str, *, by_word: bool = False) -> tuple[list[Piece], list[Piece]]:
    """Both texts as (text, differs), compared letter by letter (or word by word), without regard to capitals.

    Texts that have little in common differ as a whole.
    """
    one, other = (_units(text, by_word=by_word) for text in (left, right))
    folded_one, folded_other = ([unit.casefold() for unit in units] for units in (one, other))
    match = SequenceMatcher(None, folded_one, folded_other, autojunk=False)
    if match.ratio() < _ALIKE:
        return [(left, True)], [(right, True)]
    sides: tuple[list[Piece], list[Piece]] = ([], [])
    for kind, a, b, c, d in match.get_opcodes():
        for side, units, start, end in ((sides[0], one, a, b), (sides[1], other, c, d)):
            if end > start:
                side.append(("".join(units[start:end]), kind != "equal"))
    return sides


def _units(text: str, *, by_word: bool) -> list[str]:
    if not by_word:
        return list(text)
    words = text.split(" ")
    return [f"{word} " for word in words[:-1]] + words[-1:]
