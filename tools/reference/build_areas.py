"""Build the area files of `src/sertakan/areas/data/` from registry packages. For maintainers; the product never runs it.

    .venv/bin/python tools/reference/build_areas.py            # fetches the packages with `npm pack`
    .venv/bin/python tools/reference/build_areas.py --packages DIR   # takes DIR/<name>-<version>.tgz fetched before

Packages: idn-area-data 4.0.1, 3.1.2, 3.0.1 (data under ODbL 1.0) and nusantara-valid 0.4.2 (MIT). What each edition is, and how that
is known, stands in the README beside the files. `own_aliases.csv` and `tiles.csv` are written by hand and only read here.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

DATA = Path(__file__).resolve().parents[2] / "src/sertakan/areas/data"
CURRENT = ("idn-area-data", "4.0.1", "2025")
EARLIER = (("idn-area-data", "3.1.2", "2022-12"), ("idn-area-data", "3.0.1", "2022-11"))
EARLIEST = ("nusantara-valid", "0.4.2", "2017")
DISTRICT_IN_TYPESCRIPT = re.compile(r"""name: (?:'((?:[^'\\]|\\.)*)'|"([^"]*)"), bpsCode: '(\d\d\.\d\d\.\d\d)'""")
TWO_NAMES = re.compile(r"^(.+?) *\((.+?)\)$")
CITIES = "Kota "


def package(name: str, version: str, packages: Path) -> tarfile.TarFile:
    """The unpacked archive of one package, fetched when it is not there."""
    file = packages / f"{name}-{version}.tgz"
    if not file.exists():
        subprocess.run(["npm", "pack", f"{name}@{version}", "--pack-destination", str(packages)], check=True)
    return tarfile.open(file)


def text_of(archive: tarfile.TarFile, path: str) -> str:
    member = archive.extractfile(f"package/{path}")
    if member is None:
        raise SystemExit(f"{archive.name}: no file {path}")
    return member.read().decode("utf-8")


def table(archive: tarfile.TarFile, level: str) -> pl.DataFrame:
    """[code, name] of one level. Double quotes inside a name stand for the apostrophe of the official list."""
    rows = csv.reader(io.StringIO(text_of(archive, f"data/{level}.csv")))
    heading = next(rows)
    code, name = heading.index("code"), heading.index("name")
    pairs = [(dotted(row[code]), clean(row[name])) for row in rows if row]
    return pl.DataFrame(pairs, schema={"code": pl.String, "name": pl.String}, orient="row").sort("code")


def dotted(code: str) -> str:
    if "." in code:
        return code
    return ".".join(part for part in (code[:2], code[2:4], code[4:6], code[6:]) if part)


def clean(name: str) -> str:
    return " ".join(name.replace('"', "'").replace("’", "'").split())


def earliest_districts(archive: tarfile.TarFile) -> pl.DataFrame:
    source = text_of(archive, "src/ts/datas/extended/province.extended.ts")
    pairs = [(code, clean((a or b).replace("\\'", "'"))) for a, b, code in DISTRICT_IN_TYPESCRIPT.findall(source)]
    return pl.DataFrame(pairs, schema={"code": pl.String, "name": pl.String}, orient="row").sort("code")


def write_upper_levels(archive: tarfile.TarFile) -> None:
    provinces = table(archive, "provinces").with_columns(kind=pl.lit("provinsi"), parent_code=pl.lit(""))
    regencies = table(archive, "regencies").with_columns(
        kind=pl.when(pl.col("name").str.starts_with(CITIES)).then(pl.lit("kota")).otherwise(pl.lit("kabupaten")),
        parent_code=pl.col("code").str.slice(0, 2),
    )
    frame = pl.concat([provinces, regencies]).select("code", "kind", "name", "parent_code").sort("code")
    frame.write_csv(DATA / "provinces_regencies.csv")


def write_lower_levels(archive: tarfile.TarFile) -> None:
    """Districts and villages of all Indonesia: 91,000 rows in half a megabyte, because codes are sorted and packed as differences."""
    districts = table(archive, "districts").with_columns(kind=pl.lit("kecamatan"))
    serial = pl.col("code").str.slice(9, 1)
    villages = table(archive, "villages").with_columns(
        kind=pl.when(serial == "1")
        .then(pl.lit("kelurahan"))
        .when(serial == "3")
        .then(pl.lit("desa adat"))
        .otherwise(pl.lit("desa"))
    )
    frame = pl.concat([districts, villages]).select("code", "kind", "name").sort("code")
    pq.write_table(
        frame.with_columns(pl.col("kind").cast(pl.Categorical)).to_arrow(),
        DATA / "districts_villages.parquet",
        compression="zstd",
        compression_level=22,
        use_dictionary=["kind"],
        column_encoding={"code": "DELTA_BYTE_ARRAY", "name": "DELTA_LENGTH_BYTE_ARRAY"},
        data_page_size=1 << 24,
        store_schema=False,
    )


def write_identity_prefixes(editions: list[tuple[str, pl.DataFrame]]) -> None:
    """One row per district code ever seen, oldest edition first; the name is the newest one."""
    seen = pl.concat([frame.with_columns(edition=pl.lit(edition)) for edition, frame in editions])
    newest = editions[-1][0]
    frame = (
        seen.sort("code", "edition")
        .group_by("code", maintain_order=True)
        .agg(pl.col("name").last(), first_edition=pl.col("edition").first(), last_edition=pl.col("edition").last())
        .select(
            prefix=pl.col("code").str.replace_all(".", "", literal=True),
            name="name",
            first_edition="first_edition",
            last_edition="last_edition",
            active=pl.when(pl.col("last_edition") == newest).then(pl.lit("ya")).otherwise(pl.lit("tidak")),
        )
    )
    frame.write_csv(DATA / "identity_prefixes.csv")


def spelling(column: str) -> pl.Expr:
    return pl.col(column).str.to_lowercase().str.replace_all(r"[^a-z0-9]", "")


def older_names(new: pl.DataFrame, editions: list[tuple[str, pl.DataFrame]]) -> pl.DataFrame:
    """Names that the same code carried in an earlier edition, unless a neighbour carries that name now (then codes were swapped)."""
    older = pl.concat([frame.with_columns(source=pl.lit("edisi " + edition)) for edition, frame in editions])
    # "Semidang Gumai (Gumay)" is two names.
    older = older.with_columns(pl.col("name").str.replace(TWO_NAMES.pattern, "$1;$2").str.split(";")).explode("name")
    both = older.rename({"name": "alias"}).join(new, on="code").filter(spelling("alias") != spelling("name"))
    parent = pl.col("code").str.replace(r"\.\d+$", "")
    neighbours = new.select(parent=parent, key=spelling("name"))
    return (
        both.with_columns(parent=parent, key=spelling("alias"))
        .join(neighbours, on=["parent", "key"], how="anti")
        .unique(["code", "key"], keep="first", maintain_order=True)
        .select(
            code="code", alias=title("alias"), kind=pl.lit("ejaan lama"), needs_column=pl.lit("tidak"), source="source"
        )
    )


def title(column: str) -> pl.Expr:
    """Early editions shout; a roman numeral stays as it is."""
    shouted = pl.col(column).str.to_uppercase() == pl.col(column)
    return pl.when(shouted).then(pl.col(column).str.to_titlecase()).otherwise(pl.col(column))


def common_names(regencies: pl.DataFrame) -> pl.DataFrame:
    """What people write for a regency or city: the bare name where only one has it, and the abbreviated kind."""
    bare = pl.col("name").str.replace(r"^(Kabupaten|Kota) ", "")
    named = regencies.with_columns(bare=bare, city=pl.col("name").str.starts_with(CITIES))
    alone = named.filter(pl.len().over("bare") == 1)
    short = named.filter(~pl.col("city")).select("code", alias="Kab. " + pl.col("bare"))
    return pl.concat([alone.select("code", alias="bare"), short]).select(
        "code",
        "alias",
        kind=pl.lit("sebutan umum"),
        needs_column=pl.lit("tidak"),
        source=pl.lit("dibentuk dari nama resmi"),
    )


def write_aliases(new: dict[str, pl.DataFrame], older: dict[str, list[tuple[str, pl.DataFrame]]]) -> None:
    own = pl.read_csv(DATA / "own_aliases.csv", infer_schema=False).with_columns(source=pl.lit("disusun sendiri"))
    provinces = new["provinces"]["name"].to_list()
    generated = common_names(new["regencies"]).filter(~pl.col("alias").is_in(provinces))
    edited = [older_names(new[level], older[level]) for level in ("districts", "villages")]
    frame = pl.concat([own, generated, *edited]).with_columns(key=spelling("alias"))
    # Dots and spaces make no difference to who reads a column, but the first written form is the one to show.
    frame = frame.unique(["code", "alias"], keep="first", maintain_order=True).drop("key")
    frame.sort("code", "alias").write_csv(DATA / "aliases.csv")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packages", type=Path, help="folder of <name>-<version>.tgz")
    given = parser.parse_args().packages
    with tempfile.TemporaryDirectory() as scratch:
        packages = given or Path(scratch)
        current = package(*CURRENT[:2], packages)
        write_upper_levels(current)
        write_lower_levels(current)
        new = {level: table(current, level) for level in ("provinces", "regencies", "districts", "villages")}
        archives = [(edition, package(name, version, packages)) for name, version, edition in EARLIER]
        older = {
            level: [(edition, table(archive, level)) for edition, archive in archives]
            for level in ("districts", "villages")
        }
        earliest = earliest_districts(package(*EARLIEST[:2], packages))
        write_identity_prefixes(
            [(EARLIEST[2], earliest), *reversed(older["districts"]), (CURRENT[2], new["districts"])]
        )
        older["districts"].append((EARLIEST[2], earliest))
        write_aliases(new, older)


if __name__ == "__main__":
    main()
