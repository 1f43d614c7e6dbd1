"""Commands about persons. Numbers are shown masked."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from sertakan.cli.output import console, emit
from sertakan.cli.session import command_scope

app = typer.Typer(help="Orang dalam daftar.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Orang dalam daftar."""


@app.command("find")
def find(
    text: Annotated[str, typer.Argument(help="Awal nama, NIK, atau nomor peserta.")] = "",
    nik: Annotated[str, typer.Option("--nik", help="NIK 16 digit, persis.")] = "",
    kpj: Annotated[str, typer.Option("--kpj", help="Nomor peserta 11 digit, persis.")] = "",
    most: Annotated[int, typer.Option("--most", min=1, max=1000, help="Paling banyak sekian orang.")] = 50,
    json_output: Annotated[bool, typer.Option("--json", help="Cetak satu dokumen JSON.")] = False,
) -> None:
    """Cari orang; nomor tampil tersamar."""
    if not (text or nik or kpj):
        raise typer.BadParameter("tulis nama, --nik, atau --kpj")
    with command_scope(reason="person find"):
        from sertakan.people import queries

        persons = [asdict(person) for person in queries.find(text=text, nik=nik, kpj=kpj, most=most)]
    emit({"persons": persons, "found": len(persons)}, json_output, _show)


def _show(data: dict[str, Any]) -> None:
    from rich.table import Column, Table

    if not data["persons"]:
        console.print("Tidak ada yang cocok.")
        return
    table = Table(
        "Nomor",
        "Nama",
        Column("Lahir", no_wrap=True),
        "Wilayah",
        Column("NIK", min_width=16),
        Column("KPJ", min_width=11),
    )
    table.add_column("Setuju")
    for one in data["persons"]:
        born, agreed = str(one["birth_date"] or "–"), "ya" if one["consent_on"] else "–"
        table.add_row(str(one["id"]), one["name"], born, one["area"], one["nik"], one["kpj"] or "–", agreed)
    console.print(table)
