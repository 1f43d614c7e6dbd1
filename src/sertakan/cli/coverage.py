"""``sertakan coverage``: how many are protected, of how many, how evenly; counting a month; what it is counted against."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sertakan.cli.output import console, emit
from sertakan.cli.session import command_scope

if TYPE_CHECKING:
    from datetime import date

    from sertakan.coverage.figures import SnapshotRow

app = typer.Typer(help="Cakupan.", no_args_is_help=False)
JsonOption = Annotated[bool, typer.Option("--json", help="Cetak satu dokumen JSON.")]

WORDS = {
    "provinsi": "province", "kabupaten": "regency", "kota": "regency", "kabkota": "regency", "kecamatan": "district", "desa": "village",
    "kelurahan": "village", "sektor": "sector", "pekerjaan": "occupation", "jk": "sex", "jenis-kelamin": "sex", "umur": "age",
    "dana": "funding", "sumber-dana": "funding", "opd": "agency", "program": "programme",
}  # fmt: skip
EVEN = ("regency", "district", "village")


@app.callback()
def _group() -> None:
    """Cakupan: seberapa luas dan seberapa merata."""


@app.command("show")
def show(
    by: Annotated[
        str,
        typer.Option(
            "--by", help="provinsi, kabupaten, kecamatan, desa, sektor, pekerjaan, jk, umur, dana, opd, program."
        ),
    ] = "regency",
    on: Annotated[
        datetime | None,
        typer.Option("--on", formats=["%Y-%m-%d"], help="Keadaan pada hari ini; tanpa ini yang terbaru."),
    ] = None,
    within: Annotated[str, typer.Option("--within", help="Kode wilayah di atasnya, misalnya 17.71.")] = "",
    published: Annotated[
        bool, typer.Option("--published", help="Seperti yang diterbitkan: angka kecil tidak ditampilkan.")
    ] = False,
    json_output: JsonOption = False,
) -> None:
    """Hitungan cakupan menurut wilayah, sektor, OPD dan lainnya, dengan ukuran pemerataannya."""
    with command_scope("coverage show"):
        wanted = WORDS.get(by.strip().lower(), by.strip().lower())
        result = _shown(wanted, on.date() if on else None, within, open_rows=not published)
    emit(result, json_output, _show)


def _shown(by: str, on: date | None, within: str, *, open_rows: bool) -> dict[str, Any]:
    from dataclasses import asdict

    from sertakan.coverage import queries

    snapshot = _snapshot(on)
    cells = queries.cells(snapshot, by, within=within, open_rows=open_rows)
    measured = by if by in EVEN and not within else "regency"
    even = asdict(queries.evenness(snapshot, measured, open_rows=open_rows))
    passport = queries.passport(snapshot)
    from sertakan.coverage.definitions import DEFINITIONS

    rows = [
        {
            "code": cell.code, "name": cell.name, "numerator": cell.numerator, "denominator": cell.denominator, "share": cell.share,
            "suppressed": cell.suppressed, "estimated": cell.estimated, "denominator_low": cell.low, "denominator_high": cell.high,
        }
        for cell in cells
    ]  # fmt: skip
    return {
        "definition": str(DEFINITIONS[passport.definition]), "definition_code": passport.definition, "on": snapshot.on,
        "source": passport.source, "confidence": passport.confidence, "month": str(snapshot.month), "by": by, "within": within,
        "total": snapshot.persons, "rows": rows, "evenness": {**even, "by": measured},
    }  # fmt: skip


def _snapshot(on: date | None) -> SnapshotRow:
    from sertakan.core import clock
    from sertakan.core.month import Month
    from sertakan.coverage import queries
    from sertakan.coverage.errors import SnapshotUnknown

    found = queries.snapshot_of(on)
    if found is None:
        day = on or clock.today()
        raise SnapshotUnknown(on=day.isoformat(), month=str(Month.of(day)))
    return found


@app.command("build")
def build(
    month: Annotated[str | None, typer.Option("--month", help="Bulan YYYY-MM; tanpa ini semua yang berubah.")] = None,
    engine: Annotated[str, typer.Option("--engine", help="postgres, duckdb atau spark; hasilnya sama.")] = "postgres",
    json_output: JsonOption = False,
) -> None:
    """Hitung cakupan sebuah bulan dan simpan; yang tidak berubah tidak ditulis lagi."""
    with command_scope("coverage build"):
        from sertakan.coverage import services
        from sertakan.rules import read_month

        done = [services.build(read_month(month), engine=engine)] if month else services.build_due(engine=engine)
        rows = [
            {
                "month": str(one.month), "snapshot": one.snapshot_id, "persons": one.persons, "cells": one.cells,
                "suppressed": one.hidden, "content": one.content, "changed": one.changed,
            }
            for one in done
        ]  # fmt: skip
    emit(
        {"engine": engine, "unchanged": not any(row["changed"] for row in rows), "snapshots": rows}, json_output, _built
    )


@app.command("load")
def load(
    file: Annotated[Path, typer.Argument(help="CSV penyebut: kode, status, nilai, putaran, dan lainnya.")],
    source: Annotated[str, typer.Option("--source", help="Sumber untuk baris yang tidak menyebutnya.")] = "",
    on: Annotated[
        datetime | None,
        typer.Option("--on", formats=["%Y-%m-%d"], help="Putaran survei untuk baris yang tidak menyebutnya."),
    ] = None,
    json_output: JsonOption = False,
) -> None:
    """Muat penyebut (jumlah pekerja, penduduk), lalu perkirakan yang tidak diterbitkan per kabupaten/kota."""
    if not file.is_file():
        raise FileNotFoundError(2, "", str(file))
    with command_scope("coverage load"):
        from dataclasses import asdict

        from sertakan.coverage import services

        done = services.load(file, source=source, on=on.date() if on else None)
        result = asdict(done)
    emit(result, json_output, _loaded)


@app.command("extract")
def extract(
    file: Annotated[Path, typer.Argument(help="Berkas Parquet yang dibuat.")],
    month: Annotated[str, typer.Option("--month", help="Bulan YYYY-MM.")],
    json_output: JsonOption = False,
) -> None:
    """Tulis yang terhitung pada sebuah bulan sebagai Parquet tanpa nama dan tanpa nomor, untuk dihitung bersama provinsi lain."""
    with command_scope("coverage extract"):
        from sertakan.coverage import services
        from sertakan.coverage.national_extracts import mark
        from sertakan.coverage.queries.home import home
        from sertakan.rules import read_month

        wanted = read_month(month)
        persons = services.write_extract(wanted, file)
        mark(file, month=str(wanted), province=home())
    emit({"file": str(file), "month": month, "persons": persons}, json_output, _extracted)


@app.command("cells")
def cells(
    files: Annotated[list[Path], typer.Argument(help="Ekstrak Parquet dari satu atau banyak provinsi.")],
    engine: Annotated[
        str, typer.Option("--engine", help="postgres (Polars), duckdb atau spark; hasilnya sama.")
    ] = "duckdb",
    by: Annotated[str, typer.Option("--by", help="Rincian yang dicetak.")] = "province",
    json_output: JsonOption = False,
) -> None:
    """Hitung sel cakupan dari ekstrak banyak provinsi sekaligus, tanpa basis data."""
    _check_there(files)
    import polars as pl

    from sertakan.coverage.engines import check_known, count_extracts
    from sertakan.coverage.errors import ByUnknown
    from sertakan.coverage.figures import BY
    from sertakan.coverage.national_extracts import checked

    check_known(engine)
    wanted = WORDS.get(by.strip().lower(), by.strip().lower())
    if wanted not in BY:
        raise ByUnknown(by=by, known=", ".join(BY))
    found = count_extracts([one.file for one in checked(files)], engine=engine)
    part = found.filter((pl.col("by") == wanted) & (pl.col("within") == ""))
    rows = [{"code": code, "numerator": number} for code, number in part.select("code", "numerator").iter_rows()]
    emit({"engine": engine, "by": wanted, "cells": found.height, "rows": rows}, json_output, _counted)


@app.command("invent")
def invent(
    folder: Annotated[Path, typer.Argument(help="Folder untuk ekstrak rekaan, satu berkas Parquet tiap provinsi.")],
    month: Annotated[str, typer.Option("--month", help="Bulan YYYY-MM.")],
    persons: Annotated[
        int, typer.Option("--persons", min=0, max=20_000_000, help="Kira-kira sekian orang rekaan.")
    ] = 40_000,
    seed: Annotated[int, typer.Option("--seed", help="Benih yang sama memberi baris yang sama.")] = 1,
    json_output: JsonOption = False,
) -> None:
    """Buat ekstrak rekaan semua provinsi untuk mencoba hitungan nasional. Tidak ada orang sungguhan di dalamnya."""
    with command_scope("coverage invent"):
        from sertakan.rules import read_month
        from sertakan.synthetic import nation

        made = nation.invent(folder, month=read_month(month), persons=persons, seed=seed)
        result = {
            "folder": str(folder),
            "files": made.files,
            "persons": made.persons,
            "denominators": str(made.denominators),
        }
    emit(result, json_output, _invented)


@app.command("nation")
def nation(
    files: Annotated[
        list[Path], typer.Argument(help="Ekstrak Parquet, satu tiap provinsi, atau folder berisi ekstrak.")
    ],
    denominators: Annotated[
        Path | None, typer.Option("--denominators", help="CSV pekerja yang dapat menjadi peserta tiap provinsi.")
    ] = None,
    engine: Annotated[
        str, typer.Option("--engine", help="duckdb, spark atau postgres (Polars); hasilnya sama.")
    ] = "duckdb",
    month: Annotated[
        str | None, typer.Option("--month", help="Bulan YYYY-MM, bila berkasnya tidak menyebutnya.")
    ] = None,
    source: Annotated[str, typer.Option("--source", help="Dari siapa ekstrak itu, untuk ditulis di halaman.")] = "",
    json_output: JsonOption = False,
) -> None:
    """Hitung ekstrak semua provinsi bersama dan simpan untuk halaman nasional. Satu berkas salah: tidak ada yang berubah."""
    _check_there([*files, *([denominators] if denominators else [])])
    with command_scope("coverage nation"):
        from sertakan.coverage.services.national import count_nation
        from sertakan.rules import read_month

        done = count_nation(
            files, engine=engine, month=read_month(month) if month else None, denominators=denominators, source=source
        )
        result = {
            "engine": engine, "month": str(done.month), "provinces": done.provinces, "invented": done.invented,
            "persons": done.persons, "cells": done.cells, "suppressed": done.hidden, "changed": done.changed,
        }  # fmt: skip
    emit(result, json_output, _nation)


def _check_there(files: list[Path]) -> None:
    for file in files:
        if not file.exists():
            raise FileNotFoundError(2, "", str(file))


def _show(result: dict[str, Any]) -> None:
    from rich.table import Table

    from sertakan.core.money import format_number

    console.print(result["definition"])
    table = Table(title=f"Cakupan per {result['on']}", title_justify="left", box=None)
    for heading, side in (
        ("Kode", "left"),
        ("Nama", "left"),
        ("Terlindungi", "right"),
        ("Dari", "right"),
        ("Bagian", "right"),
    ):
        table.add_column(heading, justify=side, overflow="fold")  # type: ignore[arg-type]
    for row in result["rows"]:
        of, share = row["denominator"], row["share"]
        table.add_row(
            row["code"], row["name"], "disembunyikan" if row["suppressed"] else format_number(row["numerator"]),
            "–" if of is None else f"{'±' if row['estimated'] else ''}{format_number(of)}",
            "–" if share is None else f"{100 * share:.2f} %".replace(".", ","),
        )  # fmt: skip
    console.print(table)
    even = result["evenness"]
    console.print(
        f"Seluruhnya {format_number(result['total'])} orang. Gini {even['gini']:.3f}, Theil {even['theil']:.3f}, "
        f"{even['nobody']} dari {even['areas']} wilayah tanpa seorang pun ({even['by']})."
    )


def _built(result: dict[str, Any]) -> None:
    if not result["snapshots"] or result["unchanged"]:
        console.print("Tidak ada yang berubah sejak hitungan terakhir.")
    for one in result["snapshots"]:
        console.print(
            f"{one['month']}: {one['persons']} orang, {one['cells']} sel, {one['suppressed']} disembunyikan"
            + ("" if one["changed"] else ", tidak berubah")
        )


def _loaded(result: dict[str, Any]) -> None:
    console.print(f"{result['rows']} baris dibaca, {result['changed']} berubah, {result['estimated']} perkiraan baru.")


def _extracted(result: dict[str, Any]) -> None:
    console.print(f"{result['persons']} orang ditulis ke {result['file']}, tanpa nama dan tanpa nomor.")


def _counted(result: dict[str, Any]) -> None:
    from sertakan.core.money import format_number

    for row in result["rows"]:
        console.print(f"{row['code']:<14} {format_number(row['numerator'])}")
    console.print(f"{format_number(result['cells'])} sel, dihitung dengan {result['engine']}.")


def _invented(result: dict[str, Any]) -> None:
    console.print(
        f"{result['files']} ekstrak dengan {result['persons']} orang rekaan ada di {result['folder']}. "
        f"Hitung dengan “sertakan coverage nation {result['folder']} --denominators {result['denominators']}”."
    )


def _nation(result: dict[str, Any]) -> None:
    from sertakan.core.money import format_number

    console.print(
        f"{result['month']}: {result['provinces']} provinsi ({result['invented']} dengan data rekaan), "
        f"{format_number(result['persons'])} orang, {result['suppressed']} dari {result['cells']} sel disembunyikan"
        + ("." if result["changed"] else "; sama seperti sebelumnya.")
    )
