"""Coverage of the invented province: of how many (invented, at the scale of the province), a count for every month that is kept, and
beside it an invented nation."""

from __future__ import annotations

import csv
import tempfile
from datetime import date
from pathlib import Path

from sertakan.areas import queries as areas
from sertakan.core import clock, scope
from sertakan.coverage import services
from sertakan.coverage.queries.home import home
from sertakan.intake.models import File
from sertakan.synthetic import nation
from sertakan.synthetic.dice import Dice
from sertakan.synthetic.province import KIND, shares

ELIGIBLE, EMPLOYED = 708_000, 1_115_000
ROUND = date(2025, 12, 12)
SOURCE = "contoh: angka rekaan, skala 1:%(scale)s"
SECTORS = {
    "A": 45, "B": 1, "C": 6, "D": 0.2, "E": 0.2, "F": 5, "G": 16, "H": 3, "I": 5, "J": 0.5, "K": 1, "L": 0.2, "M,N": 1, "O": 6,
    "P": 5, "Q": 2, "R,S,T,U": 3,
}  # fmt: skip
SEXES = {"L": 61, "P": 39}
AGES = {"15-24": 14, "25-34": 23, "35-44": 24, "45-54": 20, "55-64": 12, "65-": 7}


def count() -> int:
    """Invent denominators once and count every month whose states are kept; returns how many months have a new count."""
    with scope.acting(scope.SYSTEM, reason=KIND):
        scale = _scale()
        if not scale:
            return 0
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "penyebut-rekaan.csv"
            _write(file, scale)
            services.load(file, source=SOURCE % {"scale": scale}, on=min(ROUND, clock.today()), estimates=False)
        counted = sum(one.changed for one in services.build_due())
    nation.count_once()
    return counted


def _scale() -> int:
    """How many real workers one invented worker stands for; 0 where there is no invented province."""
    name = File.objects.filter(kind=KIND).values_list("name", flat=True).first()
    return int(name.split("-")[3]) if name else 0


def _write(file: Path, scale: int) -> None:
    """Eligible workers of every area, the lower ones adding up to the upper; employed persons by sector, sex and age."""
    province, dice = home(), Dice(1).within("denominators")
    draw = dice.stream("areas")
    values = {province: ELIGIBLE // scale}
    below: dict[str, list[str]] = {}
    for code in areas.area_frame(province).get_column("code").sort().to_list():
        if code.startswith(f"{province}."):
            below.setdefault(code.rpartition(".")[0], []).append(code)
    for parent in sorted(below, key=lambda code: (code.count("."), code)):
        size = {code: (1 + len(below.get(code, ()))) * draw.lognormvariate(0, 0.35) for code in below[parent]}
        number = dict(enumerate(below[parent]))
        parts = shares(values[parent], {place: size[code] for place, code in number.items()})
        values |= {number[place]: part for place, part in parts.items()}
    with file.open("w", encoding="utf-8", newline="") as opened:
        lines = csv.writer(opened)
        lines.writerow(["kode", "sektor", "status", "jk", "umur", "nilai", "rse", "keyakinan"])
        lines.writerows([code, "", "eligible", "", "", value, "0.05", "D"] for code, value in values.items())
        whole = EMPLOYED // scale
        lines.writerow([province, "", "employed", "", "", whole, "0.02", "D"])
        for column, weights in (("sektor", SECTORS), ("jk", SEXES), ("umur", AGES)):
            for code, weight in weights.items():
                places = [code if column == name else "" for name in ("sektor", "jk", "umur")]
                value = round(whole * weight / sum(weights.values()))
                lines.writerow([province, places[0], "employed", places[1], places[2], value, "0.05", "D"])
