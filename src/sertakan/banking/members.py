"""Reads BPJS's list of members: number, NIK, name, state, month. A row without a certain number is held, none is lost. No database here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from sertakan.banking.errors import NotAMemberList
from sertakan.banking.reading.days import MONTHS
from sertakan.intake.reading.model import Limits

if TYPE_CHECKING:
    from sertakan.intake.reading.rawsheet import RawSheet

DEEPEST_HEADING = 40
_PLAIN = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class MemberList:
    """`rows`: [row, nik, kpj, name, active (null: not said), month (ordinal, null), until (ordinal, null)]; `held`: [row, code]."""

    rows: pl.DataFrame
    held: pl.DataFrame


@cache
def _catalogue() -> dict[str, Any]:
    import yaml

    found: dict[str, Any] = yaml.safe_load(files("sertakan.banking").joinpath("data/members.yaml").read_text("utf-8"))
    return found


def read_members(path: Path, *, limits: Limits = Limits()) -> MemberList:  # noqa: B008 frozen
    """The list at `path`. Raises NotAMemberList, and what `intake.reading` raises for a file it cannot open."""
    from sertakan.intake.reading.parent import read_raw

    found = [one for sheet in read_raw(path, limits)[1] if sheet.texts.height and (one := _table(sheet)) is not None]
    if not found:
        raise NotAMemberList()
    read = [_read(cells) for cells in found]
    return MemberList(pl.concat([rows for rows, _ in read]), pl.concat([held for _, held in read]))


def _table(sheet: RawSheet) -> pl.DataFrame | None:
    """The columns of a sheet that are known, as text with their kinds; None when it is no list of members."""
    names = {word: role for role, words in _catalogue()["columns"].items() for word in words}
    for at, cells in enumerate(sheet.texts.head(DEEPEST_HEADING).iter_rows()):
        roles: dict[str, int] = {}
        for place, cell in enumerate(cells):
            role = names.get(_PLAIN.sub("", (cell or "").casefold()))
            if role is not None:
                roles.setdefault(role, place)
        if {"nik", "kpj"} & roles.keys() and len(roles) >= 2:
            texts, kinds = sheet.texts.slice(at + 1), sheet.kinds.slice(at + 1)
            first = sheet.head.first_row + at + 2
            columns = {"row": pl.int_range(first, first + texts.height, eager=True, dtype=pl.Int64)}
            for role in _catalogue()["columns"]:
                place_ = roles.get(role)
                blank = pl.Series([None] * texts.height, dtype=pl.String)
                columns[role] = texts[texts.columns[place_]] if place_ is not None else blank
                columns[f"{role}_kind"] = kinds[kinds.columns[place_]] if place_ is not None else blank
            return pl.DataFrame({name: series.alias(name) for name, series in columns.items()})
    return None


def _read(cells: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    known = list(_catalogue()["columns"])
    cells = cells.filter(pl.any_horizontal(pl.col(role).is_not_null() for role in known))
    digits = {role: pl.col(role).str.replace_all(r"[\s.\-'`’]", "") for role in ("nik", "kpj")}
    frame = cells.with_columns(nik_read=digits["nik"], kpj_read=digits["kpj"])
    nik_good = pl.col("nik_read").str.contains(r"^[0-9]{16}$") & (pl.col("nik_kind") == "s")
    kpj_good = pl.col("kpj_read").str.contains(r"^[0-9]{11}$")
    code = (
        pl.when(pl.col("nik").is_not_null() & (pl.col("nik_kind") != "s")).then(pl.lit("nik_numeric"))
        .when(pl.col("nik").is_not_null() & ~nik_good).then(pl.lit("nik_malformed"))
        .when(pl.col("kpj").is_not_null() & ~kpj_good).then(pl.lit("number_malformed"))
        .when(pl.col("nik").is_null() & pl.col("kpj").is_null()).then(pl.lit("no_number"))
        .otherwise(pl.lit(""))
    )  # fmt: skip
    said = pl.col("status").str.to_lowercase().str.replace_all(r"[^a-z0-9]", "")
    frame = frame.with_columns(
        code=code,
        active=pl.when(said.is_in(_catalogue()["active"]))
        .then(pl.lit(value=True))
        .when(said.is_in(_catalogue()["inactive"]))
        .then(pl.lit(value=False)),
        month_read=_month(pl.col("month")),
        until_read=_month(pl.col("until")),
    )
    unread = (pl.col("month").is_not_null() & pl.col("month_read").is_null()) | (
        pl.col("until").is_not_null() & pl.col("until_read").is_null()
    )
    frame = frame.with_columns(
        code=pl.when((pl.col("code") == "") & unread).then(pl.lit("month_unreadable")).otherwise("code")
    )
    good = frame.filter(pl.col("code") == "")
    rows = good.select(
        "row",
        nik="nik_read",
        kpj="kpj_read",
        name=pl.col("name").fill_null("").str.strip_chars(),
        active="active",
        month="month_read",
        until="until_read",
    )
    return rows, frame.filter(pl.col("code") != "").select("row", "code")


def _month(text: pl.Expr) -> pl.Expr:
    """A month as ordinal: ``2026-12``, ``12/2026``, ``12-2026``, ``202612``, ``Desember 2026``, a date in it."""
    plain = text.str.to_lowercase().str.strip_chars()
    year_first = plain.str.extract_groups(r"^(20\d{2})[-/. ]?(0[1-9]|1[0-2])(?:[-/.]\d{1,2}(?:[t ].*)?)?$")
    month_first = plain.str.extract_groups(r"^(?:\d{1,2}[-/.])?(0?[1-9]|1[0-2])[-/. ](20\d{2})$")
    named = plain.str.extract_groups(r"^(?:\d{1,2}[-/ ])?([a-z]{3,9})[-/. ]*(20\d{2})$")

    def number(groups: pl.Expr, name: str) -> pl.Expr:
        return groups.struct.field(name).cast(pl.Int64, strict=False)

    word = named.struct.field("1").replace_strict(MONTHS, default=None, return_dtype=pl.Int64)
    return pl.coalesce(
        number(year_first, "1") * 12 + number(year_first, "2") - 1,
        number(month_first, "2") * 12 + number(month_first, "1") - 1,
        number(named, "2") * 12 + word - 1,
    )
