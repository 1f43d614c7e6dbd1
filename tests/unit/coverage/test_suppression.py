"""Hidden cells stay hidden: against one sum, against all sums together, and against counting what numbers could stand there."""

from __future__ import annotations

import random

import pytest

from sertakan.coverage.counting import count
from sertakan.coverage.suppression import EVERYBODY, determined, hidden_cells, sums_of

THRESHOLD = 5


def persons(seed, many, *, villages=12):
    import polars as pl

    draw = random.Random(seed)
    codes = [f"99.0{1 + n % 3}.0{1 + n % 2}.{2001 + n}" for n in range(villages)] + ["99.01.??.????", "??.??.??.????"]
    weights = [draw.random() ** 3 + 0.02 for _ in codes]
    rows = []
    for membership in range(many):
        rows.append(
            {
                "membership": membership,
                "area": draw.choices(codes, weights)[0],
                "sector": draw.choice("AAAGGH"),
                "occupation": draw.choice(["a", "a", "a", "b", "c", "d"]),
                "sex": draw.choice("LP"),
                "age": draw.choice(["25-34", "35-44", "65-"]),
                "funding": draw.choice(["private", "private", "private", "csr"]),
                "agency": draw.choice(["1", "1", "2", "3"]),
                "programme": draw.choice(["jkk,jkm"] * 9 + ["jht,jkk,jkm"]),
            }
        )
    return pl.DataFrame(rows)


def cells_of(seed, many):
    return {(by, within, code): number for by, within, code, number in count(persons(seed, many)).iter_rows()}


def test_all_sums_hold_between_the_cells():
    cells = cells_of(1, 60)
    whole = {**cells, EVERYBODY: 60}
    found = sums_of(sorted(cells))
    assert len(found) > 20
    assert all(whole[one.whole] == sum(whole[key] for key in one.parts) for one in found)


def test_a_small_cell_takes_a_neighbour_with_it():
    cells = {("province", "", "99"): 40}
    cells |= {("regency", "", code): number for code, number in (("99.01", 20), ("99.02", 17), ("99.03", 3))}
    assert hidden_cells(cells, threshold=THRESHOLD) == {("regency", "", "99.03"), ("regency", "", "99.02")}


def test_two_small_cells_whose_sum_gives_them_away_take_a_third():
    cells = {("province", "", "99"): 42}
    cells |= {
        ("regency", "", code): number for code, number in (("99.01", 20), ("99.02", 20), ("99.03", 1), ("99.04", 1))
    }
    assert len(hidden_cells(cells, threshold=THRESHOLD)) == 3


def test_zeros_are_shown_and_a_lone_village_hides_what_is_above_it():
    cells = {
        ("province", "", "99"): 40, ("regency", "", "99.01"): 20, ("regency", "", "99.02"): 20, ("regency", "", "99.03"): 0,
        ("district", "", "99.01.01"): 18, ("district", "", "99.01.02"): 2, ("district", "", "99.02.01"): 20,
        ("village", "", "99.01.01.2001"): 18, ("village", "", "99.01.02.2001"): 2, ("village", "", "99.02.01.2001"): 20,
    }  # fmt: skip
    hidden = hidden_cells(cells, threshold=THRESHOLD)
    assert ("regency", "", "99.03") not in hidden
    assert {key for key in hidden if key[0] == "village"} == {
        ("village", "", "99.01.01.2001"),
        ("village", "", "99.01.02.2001"),
    }
    assert ("district", "", "99.01.02") in hidden
    assert ("regency", "", "99.01") not in hidden


def test_nothing_is_hidden_where_nothing_is_small():
    cells = {("province", "", "99"): 40, ("regency", "", "99.01"): 20, ("regency", "", "99.02"): 20}
    assert hidden_cells(cells, threshold=THRESHOLD) == set()


@pytest.mark.parametrize(("seed", "many"), [(1, 30), (2, 60), (3, 150), (4, 400), (5, 1200), (6, 80)])
def test_no_differencing_over_the_whole_set_finds_a_small_number(seed, many):
    """The attack: all published cells and all sums as equations; the smallest and largest count each small cell could have."""
    import numpy as np
    from scipy.optimize import linprog

    cells = cells_of(seed, many)
    hidden = hidden_cells(cells, threshold=THRESHOLD)
    small = sorted(key for key, number in cells.items() if 0 < number < THRESHOLD)
    assert set(small) <= hidden
    sums = sums_of(sorted(cells))
    assert determined(sums, hidden) == set()

    keys = sorted(hidden)
    place = {key: column for column, key in enumerate(keys)}
    shown = {key: number for key, number in cells.items() if key not in hidden} | {EVERYBODY: many}
    rows, right = [], []
    for one in sums:
        row = np.zeros(len(keys))
        known = 0
        for key, sign in [(one.whole, -1), *((key, 1) for key in one.parts)]:
            if key in hidden:
                row[place[key]] += sign
            else:
                known += sign * shown[key]
        if row.any():
            rows.append(row)
            right.append(-known)
    for key in small[:40]:
        target = np.zeros(len(keys))
        target[place[key]] = 1
        least = linprog(target, A_eq=np.array(rows), b_eq=right, bounds=(0, None))
        most = linprog(-target, A_eq=np.array(rows), b_eq=right, bounds=(0, None))
        assert least.status == 0
        assert -most.fun - least.fun >= 1 - 1e-6, key


def test_the_attack_works_where_only_small_cells_are_hidden():
    cells = cells_of(3, 150)
    small = {key for key, number in cells.items() if 0 < number < THRESHOLD}
    assert determined(sums_of(sorted(cells)), small)


def test_the_same_cells_hide_the_same():
    cells = cells_of(4, 400)
    again = dict(sorted(cells.items(), key=lambda item: hash(item[0])))
    assert hidden_cells(cells, threshold=THRESHOLD) == hidden_cells(again, threshold=THRESHOLD)
