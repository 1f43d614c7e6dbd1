"""An invented nation: an extract for every province, of people who do not exist, and invented numbers of eligible workers.

The same seed gives the same rows. What is drawn for a province says nothing about it. The invented people live in regencies that are on
the map, without a district or village: their codes would have to be invented too.
"""

from __future__ import annotations

import csv
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sertakan.areas import queries as areas
from sertakan.core import clock, scope
from sertakan.core.month import Month
from sertakan.coverage import queries
from sertakan.coverage.figures import NOWHERE
from sertakan.coverage.national_extracts import INVENTED, write
from sertakan.coverage.queries.national import nation
from sertakan.coverage.services.national import count_nation
from sertakan.synthetic.dice import Dice

if TYPE_CHECKING:
    import polars as pl

PERSONS: Final = 40_000
"""About how many protected persons the nation has, unless asked for others."""
DENOMINATORS: Final = "penyebut-rekaan.csv"
SECTORS = {"A": 45, "C": 6, "F": 5, "G": 18, "H": 6, "I": 7, "P": 2, "R,S,T,U": 10, "": 1}
SEXES = {"L": 57, "P": 43}
AGES = {"15-24": 9, "25-34": 24, "35-44": 28, "45-54": 23, "55-64": 14, "65-": 2}
FUNDING = {"private": 62, "csr": 8, "apbd": 22, "zakat": 3, "apbdes": 5}
PROGRAMMES = {"jkk,jkm": 88, "jht,jkk,jkm": 12}


@dataclass(frozen=True, slots=True)
class Invented:
    """What was written: the folder, how many extracts, how many persons in them, and the file of denominators."""

    folder: Path
    files: int
    persons: int
    denominators: Path


def invent(folder: Path, *, month: Month, persons: int = PERSONS, seed: int = 1) -> Invented:
    """Write an extract for every province into `folder`, and eligible workers of each as CSV."""
    found = list(
        areas.in_force().filter(level__in=("province", "regency")).order_by("code").values_list("code", "level")
    )
    provinces = [code for code, level in found if level == "province"]
    regencies = {
        code: [one for one, level in found if level == "regency" and one.startswith(f"{code}.")] for code in provinces
    }
    dice = Dice(seed).within("nation")
    sizes, shares = dice.stream("sizes"), dice.stream("shares")
    eligible = {code: sizes.lognormvariate(0, 0.8) for code in provinces}
    share = {code: 0.1 + 0.5 * shares.betavariate(1.6, 2.6) for code in provinces}
    scale = persons / (sum(eligible[code] * share[code] for code in provinces) or 1)
    folder.mkdir(parents=True, exist_ok=True)
    told, people = 0, {}
    for code in provinces:
        size = round(eligible[code] * share[code] * scale)
        people[code] = max(1, round(eligible[code] * scale))
        frame = _persons(code, regencies[code], size, dice.within(code))
        write(frame, folder / f"{code}.parquet", month=str(month), province=code, source=INVENTED)
        told += size
    file = folder / DENOMINATORS
    _write_people(file, people, min(month.last_day, clock.today()))
    return Invented(folder, len(provinces), told, file)


def _persons(province: str, regencies: list[str], count: int, dice: Dice) -> pl.DataFrame:
    """[count] invented persons of a province, in the columns that are counted."""
    import polars as pl

    draw = dice.stream("places")
    places = {f"{code}{NOWHERE[5:]}": draw.lognormvariate(0, 0.7) for code in regencies} or {
        f"{province}{NOWHERE[2:]}": 1
    }
    return pl.DataFrame(
        {
            "membership": pl.int_range(1, count + 1, dtype=pl.Int64, eager=True),
            "area": dice.pick("area", count, places).cast(pl.String),
            "sector": dice.pick("sector", count, SECTORS).cast(pl.String),
            "occupation": pl.repeat("", count, dtype=pl.String, eager=True),
            "sex": dice.pick("sex", count, SEXES).cast(pl.String),
            "age": dice.pick("age", count, AGES).cast(pl.String),
            "funding": dice.pick("funding", count, FUNDING).cast(pl.String),
            "agency": pl.repeat("", count, dtype=pl.String, eager=True),
            "programme": dice.pick("programme", count, PROGRAMMES).cast(pl.String),
        }
    )


def _write_people(file: Path, people: dict[str, int], on: date) -> None:
    with file.open("w", encoding="utf-8", newline="") as opened:
        lines = csv.writer(opened)
        lines.writerow(["kode", "status", "nilai", "rse", "putaran", "sumber", "keyakinan"])
        lines.writerows(
            [code, "eligible", value, "0.02", on.isoformat(), INVENTED, "D"] for code, value in people.items()
        )


def count_once() -> bool:
    """For the demo: invent a nation and count it, unless a count of the nation is kept already. Returns whether it did."""
    newest = queries.snapshot_of()
    if newest is None or nation() is not None:
        return False
    with scope.acting(scope.SYSTEM, reason="rekaan"), tempfile.TemporaryDirectory(prefix="sertakan-nation-") as folder:
        made = invent(Path(folder), month=newest.month)
        count_nation([made.folder], denominators=made.denominators)
    return True
