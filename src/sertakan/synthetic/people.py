"""Invented workers as a frame of canonical columns. Their identity numbers end in 9000 to 9998, so that everybody can tell.

Serials that high are reached by no district within one day of birth, and telephone numbers begin with 0844, which no operator has.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sertakan.core.month import Month
from sertakan.synthetic.dice import Dice, world_data
from sertakan.synthetic.names import name_column

if TYPE_CHECKING:
    import polars as pl

SERIALS = 999
"""How many serials there are for one district and one day: 9000 to 9998; 9999 is left to samples."""

FIRST_SERIAL = 9_000


@dataclass(frozen=True)
class World:
    """Where invented people live and work. villages [village, weight]; birthplaces [prefix, place, own]; occupations [code, transport]."""

    province: str
    villages: pl.DataFrame
    birthplaces: pl.DataFrame
    occupations: pl.DataFrame


def build_world(province: str, areas: pl.DataFrame, prefixes: Any, occupations: pl.DataFrame) -> World:
    """From areas [code, name, ...], known six-digit prefixes and occupations [code, transport, ...]."""
    import polars as pl

    data = world_data()
    names = dict(areas.select("code", "name").iter_rows())
    codes = [code for code in names if code.startswith(f"{province}.") and code.count(".") == 3]
    lowest = codes or [code for code in names if code.startswith(f"{province}.") and code.count(".") == 1]
    size = {code: data["urban_village_weight"] if code[9:10] == "1" else 1 for code in lowest}
    total: dict[str, float] = {}
    for code in lowest:
        total[code[:5]] = total.get(code[:5], 0) + size[code]
    usual = sum(data["inhabitants"].values()) / max(len(data["inhabitants"]), 1)
    weight = [data["inhabitants"].get(code[:5], usual) * size[code] / total[code[:5]] for code in lowest]
    wanted = {province, *data["born_elsewhere"]}
    known = sorted(prefix for prefix in set(prefixes) if prefix[:2] in wanted)
    places = [_place_name(names.get(f"{prefix[:2]}.{prefix[2:4]}", "")) for prefix in known]
    return World(
        province=province,
        villages=pl.DataFrame({"village": lowest, "weight": weight}),
        birthplaces=pl.DataFrame({"prefix": known, "place": places}, schema={"prefix": pl.String, "place": pl.String}),
        occupations=occupations.select("code", "transport"),
    )


def _place_name(regency: str) -> str:
    return regency.removeprefix("Kabupaten ").removeprefix("Kota ")


def generate_people(count: int, *, world: World, seed: int = 1, on: date, donors: int | None = None) -> pl.DataFrame:
    """[count] invented workers with the canonical columns of the intake; the same for the same arguments."""
    dice = Dice(seed)
    return with_details(identities(count, world=world, dice=dice, on=on), dice=dice, on=on, donors=donors)


def identities(count: int, *, world: World, dice: Dice, on: date) -> pl.DataFrame:
    """Who they are, before names: [occupation, sector, sex, area_code, birth_date, birth_place, nik]. No number comes twice."""
    import polars as pl

    data = world_data()
    known = set(world.occupations["code"])
    weights = {code: weight for code, weight in data["occupations"].items() if code in known} or dict.fromkeys(known, 1)
    women = data["women"]
    transport = {code for code, yes in world.occupations.iter_rows() if yes}
    villages = dict(world.villages.iter_rows())
    frame = pl.DataFrame([dice.pick("occupation", count, weights), dice.pick("area_code", count, villages)])
    share = pl.col("occupation").replace_strict(women, default=data["women_elsewhere"], return_dtype=pl.Float64)
    woman = pl.lit(dice.even("sex", count)) < share
    frame = frame.with_columns(
        sex=pl.when(woman).then(pl.lit("P")).otherwise(pl.lit("L")),
        sector=pl.when(pl.col("occupation").is_in(list(transport)))
        .then(pl.lit("transport"))
        .otherwise(pl.lit("other")),
        birth_date=_birth_dates(count, dice, on),
        prefix=_birth_prefixes(frame["area_code"], world, dice),
    ).join(world.birthplaces, on="prefix", how="left", maintain_order="left")
    return (
        frame.with_columns(nik=identity_numbers(dice.stream("serial").randrange(SERIALS)))
        .drop("prefix")
        .rename({"place": "birth_place"})
    )


def _birth_dates(count: int, dice: Dice, on: date) -> pl.Series:
    """Ages by band, some of them on the days on which births without a certificate pile up."""
    import polars as pl

    data = world_data()
    span = dice.pick("age", count, data["ages"])
    bounds = span.str.split("-").list
    low, high = bounds.get(0).cast(pl.Int64), bounds.get(1).cast(pl.Int64)
    days = ((low + dice.even("day", count) * (high - low + 1)) * 365.2425).cast(pl.Int64).clip(0, 64 * 365)
    born = pl.select(pl.lit(on) - pl.duration(days=pl.lit(days))).to_series()
    heaps = {"": 100 - sum(data["heaped_days"].values()), **data["heaped_days"]}
    heap = dice.pick("heap", count, heaps)
    ends = heap.str.split("-").list
    month, day = ends.get(0, null_on_oob=True), ends.get(1, null_on_oob=True)
    frame = pl.DataFrame(
        {"born": born, "month": month.cast(pl.Int32, strict=False), "day": day.cast(pl.Int32, strict=False)}
    )
    # A year is given back where the pile would make somebody too old or too young.
    year = pl.col("born").dt.year()
    piled = pl.date(pl.when(year.is_between(on.year - 63, on.year - 19)).then(year), "month", "day")
    return frame.select(pl.coalesce(piled, "born").alias("birth_date")).to_series()


def _birth_prefixes(villages: pl.Series, world: World, dice: Dice) -> pl.Series:
    """The district in which the first number was given: mostly one's own, else of the province, else of another."""
    import polars as pl

    data, count = world_data(), len(villages)
    prefixes = world.birthplaces["prefix"].to_list()
    by_province: dict[str, list[str]] = {}
    for prefix in prefixes:
        by_province.setdefault(prefix[:2], []).append(prefix)
    elsewhere = {code: weight for code, weight in data["born_elsewhere"].items() if code in by_province}
    at_home = by_province.get(world.province, prefixes)
    away = {
        prefix: weight / len(by_province[code]) for code, weight in elsewhere.items() for prefix in by_province[code]
    } or dict.fromkeys(at_home, 1)
    own = villages.str.replace_all(".", "", literal=True).str.slice(0, 6)
    kind = dice.even("born at", count)
    first, second = data["share_born_in_own_district"], data["share_born_in_province"]
    frame = pl.DataFrame(
        {
            "own": own,
            "kind": kind,
            "near": dice.pick("born near", count, dict.fromkeys(at_home, 1)),
            "far": dice.pick("born far", count, away),
        }
    )
    chosen = (
        pl.when((pl.col("kind") < first) & pl.col("own").is_in(prefixes))
        .then("own")
        .when(pl.col("kind") < first + second)
        .then("near")
        .otherwise("far")
    )
    return frame.select(chosen.alias("prefix")).to_series()


def identity_numbers(shift: int) -> pl.Expr:
    """District of birth, day of birth (40 more for women), serial: within one district and day no serial comes twice.

    `shift` moves the serials, so that people of two seeds seldom share a number.
    """
    import polars as pl

    born = pl.col("birth_date")
    day = born.dt.day().cast(pl.Int64) + pl.when(pl.col("sex") == "P").then(40).otherwise(0)
    digits = pl.concat_str(pl.col("prefix"), day.cast(pl.String).str.zfill(2), born.dt.strftime("%m%y"))
    start = (
        pl.col("prefix").cast(pl.Int64) * 37 + born.dt.ordinal_day().cast(pl.Int64) * 11 + born.dt.year() * 101 + day
    )
    place = pl.int_range(pl.len()).over(digits)
    serial = FIRST_SERIAL + (start + shift + place) % SERIALS
    return digits + serial.cast(pl.String)


def with_details(
    keys: pl.DataFrame, *, dice: Dice, on: date, donors: int | None = None, asked_by: date | None = None
) -> pl.DataFrame:
    """`keys` (as of `identities`) with names, homes, promises and donors: all canonical columns of the intake.

    `asked_by`: the last day on which consent can have been given (`on` when left out).
    """
    import polars as pl

    data, count = world_data(), keys.height
    chosen = {name: dice.pick(name, count, data[name]) for name in ("dasar", "programmes", "funding", "months")}
    income = dice.pick("income", count, data["incomes"])
    telephone = pl.lit(dice.even("telephone", count))
    hidden = pl.lit(dice.even("has telephone", count)) >= data["share_with_phone"]
    start = _start_months(count, dice, on)
    consent = pl.lit(dice.even("consent", count)) < data["share_with_consent"]
    asked = (
        pl.lit(start).str.to_date("%Y-%m-%d")
        - pl.duration(days=1 + pl.lit((dice.even("asked", count) * 40).cast(pl.Int64)))
    ).clip(upper_bound=asked_by or on)
    frame = keys.with_columns(
        name_column(keys, dice.within("worker")),
        name_column(
            pl.DataFrame({"sex": ["P"] * count, "birth_date": [date(1960, 1, 1)] * count}), dice.within("mother")
        ).alias("mother_name"),
        phone=pl.when(~hidden).then(pl.lit("+62844") + (telephone * 1e8).cast(pl.Int64).cast(pl.String).str.zfill(8)),
        income=pl.lit(income),
        dasar=pl.lit(chosen["dasar"]),
        programmes=pl.lit(chosen["programmes"]),
        funding=pl.lit(chosen["funding"]),
        months=pl.lit(chosen["months"]),
        start_month=pl.lit(start).str.slice(0, 7),
        consent_date=pl.when(consent).then(asked),
        consent=pl.when(consent).then(pl.lit(value=True)),
        address=_addresses(count, dice),
    ).with_columns(
        start_month=pl.when(pl.col("funding") == "apbd").then(pl.lit(str(Month.of(on)))).otherwise("start_month")
    )
    frame = pl.concat([frame, donor_columns(count, dice.within("donor"), on, donors)], how="horizontal")
    return canonical(frame)


def _start_months(count: int, dice: Dice, on: date) -> pl.Series:
    """First days of months from September 2025 on at the earliest, most of them recent."""
    this = Month.of(on)
    first = max(Month(2025, 9), this.previous(14)) if this > Month(2025, 9) else this
    weights: dict[str, float] = {}
    month, step = first, 0
    while month <= this.next():
        weights[month.first_day.isoformat()] = 1 + step * 0.5
        month, step = month.next(), step + 1
    return dice.pick("start", count, weights)


def _addresses(count: int, dice: Dice) -> pl.Series:
    """Neighbourhood numbers; the village stands in its own column."""
    import polars as pl

    rt = (dice.even("rt", count) * 12).cast(pl.Int64) + 1
    rw = (dice.even("rw", count) * 5).cast(pl.Int64) + 1
    return (
        pl.DataFrame({"rt": rt, "rw": rw})
        .select(
            pl.format(
                "RT {} RW {}", pl.col("rt").cast(pl.String).str.zfill(3), pl.col("rw").cast(pl.String).str.zfill(3)
            ).alias("address")
        )
        .to_series()
    )


def donor_columns(count: int, dice: Dice, on: date, donors: int | None = None) -> pl.DataFrame:
    """[donor_name, donor_nip] for `count` workers: civil servants who pay for one to three of them."""
    import polars as pl

    number = max(1, donors or round(count / 1.35))
    pool = _donors(number, dice, on)
    which = (dice.even("which", count) * number).cast(pl.Int64)
    return (
        pl.DataFrame({"at": which})
        .join(pool, on="at", how="left", maintain_order="left")
        .select("donor_name", "donor_nip")
    )


def _donors(number: int, dice: Dice, on: date) -> pl.DataFrame:
    """Birth date, appointment, sex and a serial of 900 to 999: the way a NIP is built, and nobody's."""
    import polars as pl

    days = (dice.even("born", number) * 33 * 365).cast(pl.Int64) + 24 * 365
    frame = pl.DataFrame(
        {
            "sex": dice.pick("sex", number, {"L": 52, "P": 48}),
            "birth_date": pl.select(pl.lit(on) - pl.duration(days=pl.lit(days))).to_series(),
            "appointed": (dice.even("appointed", number) * 8 * 12).cast(pl.Int64),
            "title": dice.pick("title", number, world_data()["donor_titles"]),
        }
    )
    born = pl.col("birth_date")
    start = born.dt.year().cast(pl.Int64) + 21 + pl.col("appointed") // 12
    latest = pl.lit(on.year - 1, dtype=pl.Int64)
    year = pl.min_horizontal(start, latest)
    begin = pl.concat_str(
        born.dt.strftime("%Y%m%d"),
        year.cast(pl.String),
        (pl.col("appointed") % 12 + 1).cast(pl.String).str.zfill(2),
        pl.when(pl.col("sex") == "L").then(pl.lit("1")).otherwise(pl.lit("2")),
    )
    frame = frame.with_columns(name_column(frame, dice.within("names")), begin=begin)
    place = pl.int_range(pl.len()).over("begin")
    serial = 900 + (born.dt.ordinal_day().cast(pl.Int64) * 7 + place) % 100
    title = pl.col("title")
    return frame.with_columns(
        at=pl.int_range(pl.len(), dtype=pl.Int64),
        donor_nip=pl.col("begin") + serial.cast(pl.String),
        donor_name=pl.when(title == "").then("name").otherwise(pl.concat_str("name", "title", separator=", ")),
    ).select("at", "donor_name", "donor_nip")


def canonical(frame: pl.DataFrame) -> pl.DataFrame:
    """All canonical columns in their order and with their types; what an invented worker does not have is null."""
    import polars as pl

    from sertakan.intake.checks import RECORD_SCHEMA

    schema = {name: kind for name, kind in RECORD_SCHEMA.items() if name not in ("row", "sheet", "state")}
    return frame.with_columns(
        pl.lit(None, dtype=kind).alias(name) for name, kind in schema.items() if name not in frame.columns
    ).select(pl.col(name).cast(kind) for name, kind in schema.items())
