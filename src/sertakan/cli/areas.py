"""``sertakan areas load``: reference data into the tables, for any province; ``sertakan areas find``: look one up."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from sertakan.cli.output import console, emit
from sertakan.cli.session import command_scope

app = typer.Typer(help="Wilayah dan data acuan.", no_args_is_help=False)
JsonOption = Annotated[bool, typer.Option("--json", help="Cetak satu dokumen JSON.")]


@app.callback()
def _group() -> None:
    """Wilayah dan data acuan."""


@app.command("load")
def load(
    province: Annotated[
        list[str] | None, typer.Option("--province", help="Kode provinsi sampai desa, misalnya 11; boleh diulang.")
    ] = None,
    file: Annotated[Path | None, typer.Option("--file", help="CSV wilayah: kode, jenis, nama, kode_induk.")] = None,
    edition: Annotated[str, typer.Option("--edition", help="Nama edisi berkas itu.")] = "",
    valid_from: Annotated[
        datetime | None, typer.Option("--valid-from", formats=["%Y-%m-%d"], help="Hari pertama edisi itu berlaku.")
    ] = None,
    complete: Annotated[
        bool, typer.Option("--complete", help="Berkas memuat semua wilayah pada tingkatnya; yang tidak ada ditutup.")
    ] = False,
    agencies: Annotated[Path | None, typer.Option("--agencies", help="CSV perangkat daerah.")] = None,
    json_output: JsonOption = False,
) -> None:
    """Muat data acuan. Tanpa pilihan: yang ikut dengan program ini. Memuat dua kali tidak mengubah apa pun."""
    if bool(edition) != (valid_from is not None):
        raise typer.BadParameter("--edition dan --valid-from dipakai bersama.")
    if file is None and (edition or complete):
        raise typer.BadParameter("--edition, --valid-from dan --complete hanya dipakai bersama --file.")
    for given in (file, agencies):
        if given is not None and not given.is_file():
            raise FileNotFoundError(2, "", str(given))
    with command_scope():
        from sertakan.agencies.services import load_agencies
        from sertakan.areas.services import Edition, load_areas
        from sertakan.programme.reference import load_reference

        reports = []
        if province or (file is None and agencies is None):
            reports += load_reference(province)
        if file is not None:
            named = Edition(edition, valid_from.date()) if valid_from else None
            reports.append(load_areas(file=file, edition=named, complete=complete))
        if agencies is not None:
            reports.append(load_agencies(agencies))
    changed = any(not report.is_quiet for report in reports)
    emit({"changed": changed, "tables": [report.as_dict() for report in reports]}, json_output, _show)


@app.command("find")
def find(
    text: Annotated[str, typer.Argument(help="Nama atau awal kode.")],
    limit: Annotated[int, typer.Option("--limit", min=1, max=500, help="Paling banyak sekian baris.")] = 20,
    json_output: JsonOption = False,
) -> None:
    """Cari wilayah menurut nama atau kode."""
    with command_scope():
        from sertakan.areas.queries import ancestors_of, search_areas

        found = [
            {
                "code": area.code,
                "kind": area.kind,
                "name": area.name,
                "within": [above.name for above in ancestors_of(area)],
            }
            for area in search_areas(text)[:limit]
        ]
    emit({"areas": found}, json_output, _show_found)


@app.command("boundaries")
def boundaries(
    file: Annotated[Path, typer.Argument(help="GeoJSON atau TopoJSON; tiap batas membawa sifat “kode” wilayahnya.")],
    source: Annotated[str, typer.Option("--source", help="Dari siapa batas itu, untuk ditulis di bawah peta.")] = "",
    json_output: JsonOption = False,
) -> None:
    """Muat batas wilayah untuk peta. Batas ini hanya untuk digambar, bukan untuk memutuskan sengketa."""
    if not file.is_file():
        raise FileNotFoundError(2, "", str(file))
    with command_scope("areas boundaries"):
        from dataclasses import asdict

        from sertakan.areas.services import load_boundaries

        done = [asdict(one) for one in load_boundaries(file, source=source)]
    emit({"file": file.name, "levels": done}, json_output, _show_boundaries)


def _show_boundaries(result: dict[str, Any]) -> None:
    for one in result["levels"]:
        console.print(
            f"{one['level']}: {one['areas']} batas, {one['points_kept']} titik (dari {one['points_read']})"
            + (f", {one['missing']} wilayah tanpa batas" if one["missing"] else "")
        )


def _show(result: dict[str, Any]) -> None:
    from rich.table import Table

    table = Table("Berkas", "Baris", "Baru", "Berubah", "Tetap", "Ditutup", "Dihapus", box=None)
    for report in result["tables"]:
        counts = (report[name] for name in ("rows", "added", "changed", "unchanged", "closed", "removed"))
        table.add_row(report["file"], *(f"{count:,}".replace(",", ".") for count in counts))
    console.print(table)
    if not result["changed"]:
        console.print("Tidak ada yang berubah.")


def _show_found(result: dict[str, Any]) -> None:
    for area in result["areas"]:
        console.print(f"{area['code']:<14} {area['kind']:<10} {area['name']}  {', '.join(reversed(area['within']))}")
    if not result["areas"]:
        console.print("Tidak ada wilayah dengan nama atau kode itu.")
