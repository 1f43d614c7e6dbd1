"""From persons to cells: the same expressions on Polars, DuckDB and Spark. No Django.

One row per protected person comes in (COLUMNS), one row per cell comes out (CELLS). Only the counting down to the village, and of every
other attribute within a regency, touches the persons; all cells above are sums of those, so they add up whatever the engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from sertakan.coverage.figures import AREAS, BY, WIDTHS

if TYPE_CHECKING:
    import polars as pl

ATTRIBUTES: Final = tuple(by for by in BY if by not in AREAS)
COLUMNS: Final = ("membership", "area", *ATTRIBUTES)
"""membership: Int64; all others text. `area` has the full width of a village code, unknown parts as question marks (17.71.??.????)."""
CELLS: Final = ("by", "within", "code", "numerator")


def count(persons: Any) -> pl.DataFrame:
    """CELLS of `persons`: any frame that narwhals knows (Polars, DuckDB relation, Spark). Sorted; only cells that somebody is in."""
    import narwhals as nw
    import polars as pl

    frame = nw.from_native(persons).lazy()
    villages = _counted(frame, nw.col("area").alias("code"))
    parts = [
        villages.group_by(pl.col("code").str.slice(0, width))
        .agg(pl.col("numerator").sum())
        .select(pl.lit(by).alias("by"), pl.lit("").alias("within"), "code", "numerator")
        for by, width in WIDTHS.items()
    ]
    for by in ATTRIBUTES:
        within = nw.col("area").str.slice(0, WIDTHS["regency"]).alias("within")
        inside = _counted(frame, within, nw.col(by).alias("code"))
        everywhere = inside.group_by("code").agg(pl.col("numerator").sum()).with_columns(within=pl.lit(""))
        parts += [part.with_columns(by=pl.lit(by)).select(CELLS) for part in (everywhere, inside)]
    order = pl.col("by").replace_strict(list(BY), range(len(BY)), return_dtype=pl.Int8)
    return pl.concat(parts).select(CELLS).sort(order, "within", "code")


def _counted(frame: Any, *keys: Any) -> pl.DataFrame:
    """Numbers of persons by `keys`."""
    import narwhals as nw
    import polars as pl

    named = frame.select(*keys)
    names = named.collect_schema().names()
    found = named.group_by(names).agg(nw.len().alias("numerator")).collect()
    native = found.to_native()
    table = native if isinstance(native, pl.DataFrame) else pl.DataFrame(found.to_arrow())
    return table.select(*(pl.col(name).cast(pl.String) for name in names), pl.col("numerator").cast(pl.Int64))


def completed(cells: pl.DataFrame, codes: Mapping[str, Sequence[str]], regencies: Sequence[str]) -> pl.DataFrame:
    """`cells` with a 0 for every known code that nobody is in: `codes` by `by`; attributes also within each of `regencies`."""
    import polars as pl

    rows = [
        (by, within, code)
        for by, known in codes.items()
        for within in (("",) if by in AREAS else ("", *regencies))
        for code in known
    ]
    if not rows:
        return cells
    every = pl.DataFrame(rows, schema={"by": pl.String, "within": pl.String, "code": pl.String}, orient="row")
    missing = every.join(cells, on=["by", "within", "code"], how="anti").with_columns(numerator=pl.lit(0, pl.Int64))
    order = pl.col("by").replace_strict(list(BY), range(len(BY)), return_dtype=pl.Int8)
    return pl.concat([cells, missing.select(CELLS)]).sort(order, "within", "code")
