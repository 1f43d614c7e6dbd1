"""Line by line in the order of the bank: what the evidence points to must fit the amount, and nothing else may."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

import polars as pl

from sertakan.banking.matching.evidence import Evidence, Heard, gather, words
from sertakan.banking.matching.model import Book, Decision, Due, Left, OpenCode, Outcome
from sertakan.banking.matching.sums import place

MOST_CANDIDATES = 5


def match_lines(lines: pl.DataFrame, book: Book, *, purpose: str = "collection") -> Outcome:
    """Decide about `lines` [line Int64, booked_on Date, direction, amount Int64, text] of one account, in their order.

    What an earlier line settles is no longer due for a later one. Every line comes back once, decided or left with its reason.
    """
    return _Run(gather(lines, book), book, purpose).over(lines)


class _Run:
    def __init__(self, evidence: Evidence, book: Book, purpose: str) -> None:
        self.evidence, self.book, self.purpose = evidence, book, purpose
        self.by_donor: dict[int, list[Due]] = defaultdict(list)
        self.by_bill: dict[int, dict[Due, None]] = defaultdict(dict)
        self.totals: dict[int, int] = defaultdict(int)
        self.codes: dict[int, OpenCode] = {code.code: code for code in book.codes}
        self.single: set[int] = set()
        for due in book.dues:
            self._add(due)
        self.billed: dict[int, list[Due]] = defaultdict(list)
        for due in book.billed or book.dues:
            if due.donor is not None:
                self.billed[due.donor].append(due)
        self.contribution_words = frozenset(words()["about_contributions"])
        self.bank_rules = [
            (rule["direction"], frozenset(rule["words"]), rule["why"]) for rule in words()["of_the_bank"]
        ]
        self.bank_most = int(words()["of_the_bank_most"])

    def over(self, lines: pl.DataFrame) -> Outcome:
        outcome = Outcome()
        for line, booked_on, direction, amount in lines.select("line", "booked_on", "direction", "amount").iter_rows():
            decided = self._incoming(line, amount) if direction == "in" else self._outgoing(line, amount, booked_on)
            if isinstance(decided, Decision):
                self._settle(decided)
                outcome.decisions.append(decided)
            else:
                outcome.left.append(decided)
        return outcome

    def _incoming(self, line: int, amount: int) -> Decision | Left:
        evidence = self.evidence
        numbers, named = evidence.nip.get(line, []), evidence.months.get(line, frozenset())
        whole, bills = evidence.whole.get(line, []), evidence.bills.get(line, [])
        if self.purpose != "collection":
            return self._of_the_bank(line, "in", amount) or Left(line, "own_transfer", donors=self._few(numbers))
        if len(bills) > 1:
            return Left(line, "two_donors", bills=tuple(bills[:MOST_CANDIDATES]))
        if numbers:
            if len(numbers) > 1:
                return Left(line, "two_donors", donors=self._few(numbers))
            return self._donor(line, amount, numbers[0], named, bills, "nip")
        cut = [donor for donor in evidence.cut.get(line, []) if all(donor != other.donor for other in whole)]
        if whole:
            return self._named(line, amount, whole, cut, named, bills)
        if bills:
            return self._bill(line, amount, bills[0])
        if cut:
            return self._cut(line, amount, cut, named)
        own = self._of_the_bank(line, "in", amount)
        if own is not None:
            return own
        return self._agency(line, amount) or Left(line, "no_evidence")

    def _donor(
        self, line: int, amount: int, donor: int, named: frozenset[int], bills: list[int], rule: str
    ) -> Decision | Left:
        """A donor that is certain: the dues must fit the amount in one way."""
        dues = self.by_donor.get(donor, [])
        if bills:
            dues = [due for due in dues if due.bill == bills[0]]
        parts, why = place(amount, dues, named if not bills else ())
        if not parts:
            return Left(line, why, donors=(donor,))
        return Decision(line, "donor", f"{rule}_months" if len(parts) > 1 and rule in ("nip", "name") else rule, parts)

    def _named(
        self,
        line: int,
        amount: int,
        whole: list[Heard],
        cut: list[int],
        named: frozenset[int],
        bills: list[int],
    ) -> Decision | Left:
        """A whole name of one donor whose dues fit. Two names beside each other are for a person to decide; one that the bank may
        have cut, or of which another's is a part, only where that other's dues would fit as well."""
        long = [one for one in whole if not any(one.within(other) for other in whole)]
        spelled = [one for one in long if one.exact]
        if len(long) > 1 and len({(one.start, one.size) for one in long}) == 1 and len(spelled) == 1:
            long = spelled
        everybody = self._few([*(one.donor for one in whole), *cut])
        if len(long) > 1:
            spans = {(one.start, one.size) for one in long}
            return Left(line, "same_name" if len(spans) == 1 else "two_donors", donors=everybody)
        beside = [
            donor
            for donor, at in self.evidence.single.get(line, [])
            if not long[0].start <= at < long[0].start + long[0].size
        ]
        if beside:
            return Left(line, "two_donors", donors=self._few([long[0].donor, *beside]))
        if not long[0].bounded:
            return Left(line, "name_longer", donors=everybody)
        if not long[0].exact and not self._about(line):
            return Left(line, "name_sounds", donors=everybody)
        # A longer name that is spelled out is believed over one that is a part of it.
        parts = [] if long[0].exact else [one.donor for one in whole if one.within(long[0])]
        if any(place(amount, self.billed.get(donor, []), named)[0] for donor in (*parts, *cut)):
            return Left(line, "two_donors", donors=everybody)
        return self._donor(line, amount, long[0].donor, named, bills, "name")

    def _cut(self, line: int, amount: int, cut: list[int], named: frozenset[int]) -> Decision | Left:
        """A name the bank cut off, at least two words of it: only one donor may begin so, and only the whole amount counts."""
        if len(cut) > 1:
            return Left(line, "two_donors", donors=self._few(cut))
        decided = self._donor(line, amount, cut[0], named, [], "name_cut")
        sure = (line, cut[0]) in self.evidence.surely_cut
        if sure and isinstance(decided, Decision) and self._about(line):
            return decided
        return Left(line, decided.why if isinstance(decided, Left) else "no_evidence", donors=(cut[0],))

    def _bill(self, line: int, amount: int, bill: int) -> Decision | Left:
        dues = self.by_bill.get(bill, {})
        if dues and self.totals[bill] == amount:
            return Decision(line, "agency", "bill_number", tuple(dues))
        return Left(line, "amount_differs" if dues else "nothing_due", bills=(bill,))

    def _agency(self, line: int, amount: int) -> Decision | Left | None:
        """The sum of one whole bill with several donors, or of several such bills, on a line that speaks of contributions and names
        nobody. An amount that one donor owes too is no agency's, and a bill of which something was paid is no longer paid as a whole."""
        about = self._about(line)
        same = tuple(bill for bill in self.totals if self.totals[bill] == amount and len(self.by_bill[bill]) > 1)
        if about and amount not in self.single:
            wholes = [
                Due(bill, None, next(iter(dues)).month, self.totals[bill])
                for bill, dues in self.by_bill.items()
                if len(dues) > 1 and self.totals[bill] == self.book.bill_totals.get(bill)
            ]
            chosen, _ = place(amount, wholes, self.evidence.months.get(line, frozenset()))
            if len(chosen) == 1 and len(same) > 1:
                chosen = ()
            if chosen:
                parts = tuple(due for whole in chosen if whole.bill is not None for due in self.by_bill[whole.bill])
                return Decision(line, "agency", "agency_total", parts)
        return Left(line, "no_evidence", bills=same[:MOST_CANDIDATES]) if same else None

    def _outgoing(self, line: int, amount: int, booked_on: date) -> Decision | Left:
        found = self.evidence.codes.get(line, [])
        if not found:
            return self._of_the_bank(line, "out", amount) or Left(
                line, "no_evidence" if self.purpose == "remittance" else "own_transfer"
            )
        codes = [self.codes[code] for code in found]
        ids = tuple(found[:MOST_CANDIDATES])
        if any(code.amount <= 0 for code in codes):
            return Left(line, "code_paid", codes=ids)
        if sum(code.amount for code in codes) != amount:
            return Left(line, "code_differs", codes=ids)
        if any(code.expires_on is not None and code.expires_on < booked_on for code in codes):
            return Left(line, "code_expired", codes=ids)
        if not all(code.explained for code in codes):
            return Left(line, "code_explained_first", codes=ids)
        return Decision(line, "code", "payment_code", codes=tuple(codes))

    def _of_the_bank(self, line: int, direction: str, amount: int) -> Left | None:
        said = self.evidence.words.get(line, frozenset())
        if amount > self.bank_most or said & self.contribution_words:
            return None
        why = next((why for way, needed, why in self.bank_rules if way == direction and needed <= said), "")
        return Left(line, why, ignored=True) if why else None

    def _settle(self, decided: Decision) -> None:
        for due in decided.parts:
            self._remove(due)
        for code in decided.codes:
            self.codes[code.code] = code._replace(amount=0)

    def _add(self, due: Due) -> None:
        if due.donor is not None:
            self.by_donor[due.donor].append(due)
        if due.bill is not None:
            self.by_bill[due.bill][due] = None
            self.totals[due.bill] += due.amount
        self.single.add(due.amount)

    def _remove(self, due: Due) -> None:
        if due.donor is not None:
            self.by_donor[due.donor].remove(due)
        if due.bill is not None:
            del self.by_bill[due.bill][due]
            self.totals[due.bill] -= due.amount

    def _about(self, line: int) -> bool:
        """Whether a line speaks of contributions."""
        return bool(self.evidence.words.get(line, frozenset()) & self.contribution_words)

    @staticmethod
    def _few(donors: Iterable[int]) -> tuple[int, ...]:
        return tuple(dict.fromkeys(donors))[:MOST_CANDIDATES]
