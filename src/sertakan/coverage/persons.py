"""Who is protected in a month, one row per membership, in the columns that are counted. Asked as who sees all; no name, no NIK."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import connection

from sertakan.agencies.models import Agency
from sertakan.areas import queries as areas
from sertakan.areas.models import Area
from sertakan.classification import queries as classification
from sertakan.classification.models import SectorCategory
from sertakan.core.copy import read_frame
from sertakan.core.month import Month
from sertakan.coverage.counting import COLUMNS
from sertakan.coverage.figures import NOWHERE
from sertakan.coverage.labels import AGES

if TYPE_CHECKING:
    import polars as pl

SECTORS = "KBLI 2020"
"""The edition whose letters Sakernas publishes by."""

_PROTECTED = """
SELECT s.membership_id, p.area_id, w.occupation_id, p.sex, p.birth_date - DATE '1970-01-01', s.funding, s.agency_id,
       array_to_string(w.programmes, ',')
FROM protection_monthstate s
JOIN people_person p ON p.id = s.person_id
LEFT JOIN sponsorship_sponsorship w ON w.id = s.sponsorship_id
WHERE s.month = %s AND s.state = 'active'
"""


def protected_persons(month: Month, on: date) -> pl.DataFrame:
    """COLUMNS of `counting` for everybody who is active in `month`, by membership. `on`: the day that ages are counted for."""
    import polars as pl

    schema = {
        "membership": pl.Int64, "area": pl.Int64, "occupation": pl.String, "sex": pl.String, "born": pl.Int32, "funding": pl.String,
        "agency": pl.Int64, "programme": pl.String,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('work_mem', '256MB', true)")  # the joins of a province stay in memory
    found = read_frame(_PROTECTED, [month.first_day], schema)
    codes = dict(
        Area.objects.filter(pk__in=found.get_column("area").drop_nulls().unique().to_list()).values_list("pk", "code")
    )
    return (
        found.with_columns(
            pl.col("occupation", "sex", "funding", "programme").fill_null(""),
            area=pl.col("area").replace_strict(codes, default="", return_dtype=pl.String),
            agency=pl.col("agency").cast(pl.String).fill_null(""),
        )
        .with_columns(
            area=full_width("area"),
            age=_age(on),
            sector=pl.col("occupation").replace_strict(sector_of_occupation(), default="", return_dtype=pl.String),
            programme=_in_order("programme"),
        )
        .select(COLUMNS)
        .sort("membership")
    )


def full_width(column: str) -> pl.Expr:
    """An area code filled up to the width of a village code with what is not known."""
    import polars as pl

    written = pl.col(column).str.len_chars().clip(0, len(NOWHERE))
    return pl.concat_str(column, pl.lit(NOWHERE).str.slice(written))


def _age(on: date) -> pl.Expr:
    """The band of the whole years of age on a day; "" where the birth date is not known."""
    import polars as pl

    born = pl.col("born").cast(pl.Date)
    birthday = born.dt.month().cast(pl.Int32) * 100 + born.dt.day()
    years = on.year - born.dt.year() - (birthday > on.month * 100 + on.day).cast(pl.Int32)
    band = pl.lit("", pl.String)
    for first, code in AGES:
        band = pl.when(years >= first).then(pl.lit(code)).otherwise(band)
    return band


def _in_order(column: str) -> pl.Expr:
    """Programmes in one order, whatever the order they were written in."""
    import polars as pl

    return pl.col(column).str.split(",").list.sort().list.join(",")


def sector_of_occupation() -> dict[str, str]:
    """By occupation the sector as Sakernas prints it ("A", "M,N")."""
    printed = {one.code: one.sakernas_code or one.code for one in classification.sectors(SECTORS)}
    return {
        code: printed.get(kbli, kbli)
        for code, kbli in classification.occupations().values_list("code", "kbli2020")
        if kbli
    }


def known_codes(province: str, on: date) -> dict[str, dict[str, str]]:
    """By `by` the codes that exist on a day and their names: cells of these are shown with 0 when nobody is in them."""
    frame = areas.area_frame(province, on=on)
    found: dict[str, dict[str, str]] = {"province": {}, "regency": {}, "district": {}, "village": {}}
    for code, level, name in frame.select("code", "level", "name").iter_rows():
        if code == province or code.startswith(f"{province}."):
            found[level][code] = name
    found["sector"] = _sector_names()
    found["occupation"] = dict(classification.occupations().values_list("code", "term"))
    found["agency"] = {str(key): name for key, name in Agency.objects.values_list("pk", "name")}
    return found


def _sector_names() -> dict[str, str]:
    """The 17 sectors of Sakernas; several letters that are printed as one carry the name of the first and the letters."""
    names: dict[str, list[str]] = {}
    for one in SectorCategory.objects.filter(edition=SECTORS).order_by("code"):
        names.setdefault(one.sakernas_code or one.code, []).append(one.title)
    return {code: titles[0] if len(titles) == 1 else "; ".join(titles)[:250] for code, titles in names.items()}
