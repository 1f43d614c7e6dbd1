"""Two counts that were both published are attacked together, by somebody who knows of every small change between them."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date

import pytest

from sertakan.core.month import Month
from sertakan.coverage import services, suppression
from sertakan.coverage.equations import EVERYBODY, sums_of, with_everybody
from sertakan.coverage.models import Snapshot
from sertakan.coverage.publications import Published
from sertakan.coverage.services.publishing import publications
from sertakan.coverage.suppression import hidden_cells
from sertakan.protection import services as protection

THRESHOLD = 5
VILLAGES = [f"99.0{r}.0{d}.200{v}" for r in (1, 2, 3) for d in (1, 2) for v in (1, 2, 3)]


def draw(dice):
    village = dice.choice(VILLAGES[:6]) if dice.random() < 0.5 else dice.choice(VILLAGES)
    return village, dice.choice("LLP"), dice.choice("AAAGT")


def cells_of(people):
    found = Counter()
    for village, sex, sector in people:
        for width, by in ((2, "province"), (5, "regency"), (8, "district"), (13, "village")):
            found[by, "", village[:width]] += 1
        for by, code in (("sex", sex), ("sector", sector)):
            found[by, "", code] += 1
            found[by, village[:5], code] += 1
    for village in VILLAGES:
        for width, by in ((5, "regency"), (8, "district"), (13, "village")):
            found[by, "", village[:width]] += 0
    return dict(found)


def later(people, dice, *, gone, come):
    kept = list(people)
    dice.shuffle(kept)
    return kept[gone:] + [draw(dice) for _n in range(come)]


def published(cells, before=()):
    return Published(cells, frozenset(hidden_cells(cells, threshold=THRESHOLD, before=before)))


def same_keys(one, other):
    """A cell that was there and is no more is published as 0 when it was hidden."""
    return {**dict.fromkeys(one, 0), **other}


def bounds(old, new, asked):
    """The least and largest value of hidden numbers (1: then, 2: now) that agree with what is shown, all sums, all small changes."""
    import numpy as np
    from scipy.optimize import linprog

    place = {}
    for when, one in ((1, old), (2, new)):
        for key in sorted(one.hidden):
            place[when, key] = len(place)
    rows, right = [], []

    def tell(parts):
        row, known = np.zeros(len(place)), 0.0
        for when, one, key, sign in parts:
            if key in one.hidden:
                row[place[when, key]] += sign
            else:
                known += sign * with_everybody(one.counts).get(key, 0)
        if row.any():
            rows.append(row)
            right.append(-known)

    for when, one in ((1, old), (2, new)):
        for total in sums_of(sorted(one.counts)):
            tell([(when, one, total.whole, -1), *((when, one, key, 1) for key in total.parts)])
    for key, count in new.counts.items():
        change = count - old.counts.get(key, 0)
        if key in old.counts and abs(change) < THRESHOLD:
            before = len(rows)
            tell([(2, new, key, 1), (1, old, key, -1)])
            if len(rows) > before:
                right[-1] += change
    matrix, found = np.array(rows), {}
    for name in asked:
        target = np.zeros(len(place))
        target[place[name]] = 1
        least = linprog(target, A_eq=matrix, b_eq=right, bounds=(0, None))
        most = linprog(-target, A_eq=matrix, b_eq=right, bounds=(0, None))
        assert least.status == 0, least.message
        found[name] = (least.fun, -most.fun if most.status == 0 else float("inf"))
    return found


def secrets(old, new):
    """Small numbers that were hidden in the older count, then and now."""
    small = [(1, key) for key in old.hidden if 0 < old.counts[key] < THRESHOLD]
    small += [(2, key) for key in new.hidden & old.hidden if 0 < new.counts.get(key, 0) < THRESHOLD]
    return sorted(small)


def given_away(old, new, most=40):
    asked = secrets(old, new)
    asked = asked[:: max(1, len(asked) // most)]
    return [name for name, (least, largest) in bounds(old, new, asked).items() if largest - least < 1 - 1e-6]


HISTORIES = [
    (seed, many, gone, come) for seed, many in ((1, 60), (2, 90), (3, 140), (4, 220)) for gone, come in ((0, 3), (4, 9))
]


@pytest.mark.parametrize(("seed", "many", "gone", "come"), HISTORIES)
def test_two_counts_together_give_no_small_number_away(seed, many, gone, come):
    dice = random.Random(seed)
    people = [draw(dice) for _n in range(many)]
    first = published(cells_of(people))
    after = same_keys(first.hidden, cells_of(later(people, dice, gone=gone, come=come)))
    second = published(after, [first])
    assert secrets(first, second)
    assert given_away(first, second) == []


def test_the_attack_works_where_each_count_is_hidden_by_itself():
    found = []
    for seed, many, gone, come in HISTORIES:
        dice = random.Random(seed)
        people = [draw(dice) for _n in range(many)]
        first = published(cells_of(people))
        second = published(same_keys(first.hidden, cells_of(later(people, dice, gone=gone, come=come))))
        found += given_away(first, second)
    assert found


FEW_PEOPLE = (206, 213, 249, 262, 294, 304)


def one_count(seed):
    dice = random.Random(seed)
    many = dice.choice([20, 30, 50, 80, 120, 200])
    return published(cells_of([draw(dice) for _n in range(many)]))


def pinned_in(one):
    asked = [(1, key) for key in sorted(one.hidden) if 0 < one.counts[key] < THRESHOLD]
    found = bounds(one, Published({}, frozenset()), asked)
    return [key for key, (least, largest) in found.items() if largest - least < 1 - 1e-6]


@pytest.mark.parametrize("seed", FEW_PEOPLE)
def test_one_count_alone_leaves_every_small_number_open(seed, monkeypatch):
    assert pinned_in(one_count(seed)) == []
    # In these counts the sums leave all numbers free, but nobody can be fewer than nobody.
    monkeypatch.setattr(suppression, "pinned", lambda *args: set())
    assert pinned_in(one_count(seed))


def test_the_worked_example():
    # docs/explanation/coverage.md works this by hand.
    def month(*counts):
        return {("province", "", "99"): sum(counts)} | {
            ("regency", "", f"99.0{n}"): count for n, count in enumerate(counts, start=1)
        }

    def names(hidden):
        return sorted(key[2] for key in hidden)

    october = published(month(20, 17, 4))
    assert names(october.hidden) == ["99.02", "99.03"]
    november = month(20, 17, 6)
    assert hidden_cells(november, threshold=THRESHOLD) == set()
    assert names(hidden_cells(november, threshold=THRESHOLD, before=[october])) == ["99.02", "99.03"]
    # Once the change is one that nobody overlooks, all is open again.
    assert hidden_cells(month(20, 30, 12), threshold=THRESHOLD, before=[october]) == set()


def test_what_emptied_stays_hidden_once_more():
    first = published(
        {
            ("province", "", "99"): 43,
            ("regency", "", "99.01"): 20,
            ("regency", "", "99.02"): 20,
            ("regency", "", "99.03"): 3,
        }
    )
    now = {
        ("province", "", "99"): 40,
        ("regency", "", "99.01"): 20,
        ("regency", "", "99.02"): 20,
        ("regency", "", "99.03"): 0,
    }
    hidden = hidden_cells(now, threshold=THRESHOLD, before=[first])
    assert ("regency", "", "99.03") in hidden
    second = Published(now, frozenset(hidden))
    assert hidden_cells(now, threshold=THRESHOLD, before=[second]) == set()


def test_what_is_built_month_by_month_and_corrected_afterwards_holds(land):
    """All pairs that are looked at beside each other when they are built, read back as they were published."""
    october, november = Month(2026, 10), Month(2026, 11)
    villages = [code for code in land.areas if len(code) == 13]
    dice = random.Random(5)

    def join(count, **facts):
        for _n in range(count):
            office = dice.choice([land.one, land.one, land.two])
            land.member(dice.choice(villages), office=office, sex=dice.choice("LLP"), **facts)

    def build(month):
        protection.refresh(month)
        services.build(month)
        return Snapshot.objects.get(month=month.first_day, current=True)

    join(26)
    join(4, paid="2026-01..2026-10")
    first = build(october)
    join(3, issued=date(2026, 11, 3), paid="2026-11")
    second = build(november)
    join(2)
    third, fourth = build(october), build(november)
    attacked = 0
    for older, newer in ((first, second), (first, third), (second, third), (second, fourth), (third, fourth)):
        old, new = publications([older, newer])
        assert given_away(old, Published(same_keys(old.hidden, new.counts), new.hidden)) == [], (older, newer)
        attacked += len(secrets(old, new))
    assert attacked


def test_the_same_count_again_hides_the_same():
    dice = random.Random(7)
    cells = cells_of([draw(dice) for _n in range(150)])
    first = published(cells)
    assert hidden_cells(cells, threshold=THRESHOLD, before=[first]) == first.hidden
    assert EVERYBODY not in first.hidden
