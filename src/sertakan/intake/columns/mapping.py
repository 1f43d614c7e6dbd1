"""From headings and content to a column map: answers first, then words, then content; what stays unclear is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sertakan.intake.columns.content import Profile, profile
from sertakan.intake.columns.headings import Meaning, meaning_of, near_meanings
from sertakan.intake.columns.model import CANONICAL, COMBINED, IGNORE, TARGETS, ColumnMap, MappedColumn, Question
from sertakan.intake.reading.model import SheetTable
from sertakan.intake.vocabulary import word_key

_STRONG: Final = frozenset({"nik", "donor_nip", "phone", "email"})
"""Contents that are so particular that a heading which says something else is asked about."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A column of the sheet with what is known about it."""

    index: int
    heading: str
    key: str
    profile: Profile
    meaning: Meaning | None


def heading_keys(headings: tuple[str, ...]) -> tuple[str, ...]:
    """The keys under which answers about headings are remembered; equal headings get their number (“nama#2”)."""
    counts: dict[str, int] = {}
    keys = []
    for index, heading in enumerate(headings):
        key = word_key(heading) or f"c{index}"
        counts[key] = counts.get(key, 0) + 1
        keys.append(key if counts[key] == 1 else f"{key}#{counts[key]}")
    return tuple(keys)


def map_columns(
    table: SheetTable, *, remembered: Mapping[str, str] | None = None, answers: Mapping[str, str] | None = None
) -> ColumnMap:
    """Recognise the columns of a sheet.

    `remembered` are answers this agency gave before, by heading key; `answers` are given for this file, by heading key
    or column ("c3"). Values are canonical names, part names, "birth_place_date" or "ignore"; others are left aside.
    """
    keys = heading_keys(table.headings)
    kept = {word_key(key): target for key, target in (remembered or {}).items()}
    given = {key if key in keys else word_key(key): target for key, target in (answers or {}).items()}
    seen = []
    for index, heading in enumerate(table.headings):
        found = profile(table.cells[f"c{index}"], table.kinds[f"c{index}"])
        said = _said(index, keys[index], kept, given)
        meaning = said or _refined(meaning_of(heading), found)
        seen.append(_Seen(index, heading, keys[index], found, meaning))
    return _Mapping(table, seen).result()


def _said(index: int, key: str, remembered: Mapping[str, str], answers: Mapping[str, str]) -> Meaning | None:
    answer = answers.get(f"c{index}", answers.get(key))
    if answer in TARGETS:
        return Meaning(str(answer), "answer", 1.0)
    kept = remembered.get(key)
    return Meaning(str(kept), "remembered", 1.0) if kept in TARGETS else None


def _refined(meaning: Meaning | None, found: Profile) -> Meaning | None:
    """Headings whose meaning depends on what stands below them."""
    if meaning is None:
        return None
    if meaning.target in ("birth_place", "birth_date") and found.share("birth_place_date") >= 0.6:
        return Meaning(COMBINED, "content", found.share("birth_place_date"))
    if meaning.target == COMBINED and found.filled and found.share("birth_date") >= 0.9:
        return Meaning("birth_date", "content", found.share("birth_date"))
    if meaning.target == "start_month" and found.share("small") >= 0.9:
        return Meaning("months", "content", found.share("small"))
    if meaning.target == "months" and found.share("month") + found.share("birth_date") >= 0.8:
        return Meaning("start_month", "content", found.share("month"))
    return meaning


class _Mapping:
    """The state of one mapping: who took which meaning, and what has to be asked."""

    def __init__(self, table: SheetTable, seen: list[_Seen]) -> None:
        self.table = table
        self.seen = seen
        self.taken: dict[str, MappedColumn] = {}
        self.placed: set[int] = set()
        self.questions: list[Question] = []

    def result(self) -> ColumnMap:
        self._take_by_meaning()
        self._take_work_from_remarks()
        self._take_by_content()
        self._ask_about_the_rest()
        combined = self.taken.pop(COMBINED, None)
        rest = tuple(
            MappedColumn(column.index, column.heading, "none", 0.0)
            for column in self.seen
            if column.index not in self.placed
        )
        return ColumnMap(
            columns={name: self.taken[name] for name in CANONICAL if name in self.taken},
            combined=combined,
            parts={name: found for name, found in self.taken.items() if name not in CANONICAL},
            unmapped=rest,
            questions=tuple(self.questions),
        )

    def _place(self, target: str, column: _Seen, meaning: Meaning) -> None:
        self.taken[target] = MappedColumn(column.index, column.heading, meaning.by, meaning.confidence)
        self.placed.add(column.index)

    def _take_by_meaning(self) -> None:
        groups: dict[str, list[_Seen]] = {}
        for column in self.seen:
            if column.meaning and column.meaning.target != IGNORE:
                groups.setdefault(column.meaning.target, []).append(column)
        groups = self._names_beside_numbers(groups)
        for target, columns in groups.items():
            chosen = columns[0] if len(columns) == 1 else self._choose(columns)
            if chosen is None:
                self._ask_which(target, columns)
            elif self._contradicted(target, chosen):
                self._ask_what(chosen, (str(chosen.profile.best()[0]), target))  # type: ignore[index]
            else:
                self._place(target, chosen, chosen.meaning or Meaning(target, "content", 0.5))

    def _names_beside_numbers(self, groups: dict[str, list[_Seen]]) -> dict[str, list[_Seen]]:
        """Two columns “Nama”: the one beside the NIP is the donor's, the one beside the NIK the worker's."""
        names = groups.get("name", [])
        if len(names) != 2 or "donor_name" in groups or any(_firm(column) for column in names):
            return groups
        nip = [column.index for column in groups.get("donor_nip", [])]
        nik = [column.index for column in groups.get("nik", [])]
        if len(nip) != 1 or len(nik) != 1:
            return groups
        nearer = [abs(column.index - nip[0]) < abs(column.index - nik[0]) for column in names]
        if sum(nearer) == 1:
            groups["donor_name"] = [names[nearer.index(True)]]
            groups["name"] = [names[nearer.index(False)]]
        return groups

    def _choose(self, columns: list[_Seen]) -> _Seen | None:
        """One of several columns with one meaning: the one answered for, the only filled, the surer, the same."""
        firm = [column for column in columns if _firm(column)]
        if len(firm) == 1:
            return firm[0]
        filled = [column for column in columns if column.profile.filled]
        if len(filled) <= 1:
            return (filled or columns)[0]
        surest = max(column.meaning.confidence for column in filled if column.meaning)
        sure = [column for column in filled if column.meaning and column.meaning.confidence >= surest - 0.02]
        if len(sure) == 1:
            return sure[0]
        cells = self.table.cells
        first = cells[f"c{sure[0].index}"]
        same = all(first.equals(cells[f"c{other.index}"], null_equal=True) for other in sure[1:])
        return sure[0] if same else None

    def _contradicted(self, target: str, column: _Seen) -> bool:
        best = column.profile.best()
        if best is None or _firm(column) or column.profile.filled < 3:
            return False
        if target == "family_card" or (target, best[0]) in {("kpj", "phone"), ("phone", "kpj")}:
            return False
        return best[0] in _STRONG and target in CANONICAL and best[0] != target

    def _take_work_from_remarks(self) -> None:
        """Without a column for the work, remarks that are mostly kinds of work are that column, as in text from a chat."""
        remark = self.taken.get("remark")
        if remark is None or "occupation" in self.taken or remark.by in ("answer", "remembered"):
            return
        column = next(seen for seen in self.seen if seen.index == remark.index)
        share = column.profile.share("occupation")
        if share >= 0.5:
            del self.taken["remark"]
            self._place("occupation", column, Meaning("occupation", "content", round(share * 0.9, 2)))

    def _take_by_content(self) -> None:
        for column in self._free():
            best = column.profile.best()
            if best is None or column.profile.filled < 3 or best[0] in self.taken or self._asked(best[0]):
                continue
            if best[0] in ("birth_date", "birth_place_date") and {"birth_date", COMBINED} & self.taken.keys():
                continue
            rivals = [c for c in self._free() if (b := c.profile.best()) and b[0] == best[0] and c.profile.filled >= 3]
            if len(rivals) > 1:
                self._ask_which(best[0], rivals)
            elif best[0] in ("birth_date", "kpj") and column.heading.strip():
                self._ask_what(column, (best[0],))
            else:
                self._place(best[0], column, Meaning(best[0], "content", round(best[1] * 0.9, 2)))

    def _free(self) -> list[_Seen]:
        """Columns without a meaning that hold something and were not asked about."""
        asked = {question.column for question in self.questions if question.canonical is None}
        offered = {key for question in self.questions if question.canonical for key in question.candidates}
        return [
            column
            for column in self.seen
            if column.index not in self.placed
            and column.meaning is None
            and column.profile.filled
            and f"c{column.index}" not in asked
            and column.key not in offered
        ]

    def _ask_about_the_rest(self) -> None:
        """A heading that is nearly known, or a needed column that is missing while text columns are left."""
        for column in self._free():
            targets = tuple(
                target
                for target, _ in near_meanings(word_key(column.heading.split(" / ")[-1]))
                if target in CANONICAL and target not in self.taken and not self._asked(target)
            )
            if targets and len(column.heading) >= 4:
                self._ask_what(column, targets[:3])
        for needed in ("name", "occupation"):
            if needed in self.taken or self._asked(needed):
                continue
            texts = [column for column in self._free() if column.profile.share("text") >= 0.6]
            if texts:
                self._ask_which(needed, texts)

    def _asked(self, target: str) -> bool:
        return any(question.canonical == target or target in question.candidates for question in self.questions)

    def _ask_which(self, target: str, columns: list[_Seen]) -> None:
        names = tuple(column.key for column in columns)
        self.questions.append(Question(target, f"c{columns[0].index}", columns[0].heading, names))

    def _ask_what(self, column: _Seen, targets: tuple[str, ...]) -> None:
        self.questions.append(Question(None, f"c{column.index}", column.heading, targets))


def _firm(column: _Seen) -> bool:
    return column.meaning is not None and column.meaning.by in ("answer", "remembered")
