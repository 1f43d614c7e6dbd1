"""Bank accounts of agencies from a terminal: add and list."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from sertakan.cli.output import console, emit
from sertakan.cli.session import command_scope

app = typer.Typer(help="Rekening bank perangkat daerah.", no_args_is_help=True)
JsonOption = Annotated[bool, typer.Option("--json", help="Cetak satu dokumen JSON.")]


@app.command("add")
def add(
    agency: Annotated[str, typer.Option("--agency", help="Kode atau singkatan perangkat daerah.")],
    bank: Annotated[str, typer.Option("--bank", help="Nama bank.")],
    number: Annotated[str, typer.Option("--number", help="Nomor rekening; disimpan tersandi.")],
    purpose: Annotated[
        str, typer.Option("--purpose", help="collection (penampungan) atau remittance (penyetoran).")
    ] = "collection",
    name: Annotated[str, typer.Option("--name", help="Nama untuk mengenalinya.")] = "",
    json_output: JsonOption = False,
) -> None:
    """Daftarkan rekening."""
    if purpose not in ("collection", "remittance"):
        raise typer.BadParameter("--purpose adalah collection atau remittance.")
    with command_scope(reason="account add"):
        from sertakan.agencies.queries import find_agency
        from sertakan.banking import services
        from sertakan.core import clock

        made = services.open_account(
            agency=find_agency(agency, on=clock.today()), bank=bank, number=number, purpose=purpose, name=name
        )
        data = _summary(made)
    emit(
        data,
        json_output,
        lambda told: console.print(f"✓ Rekening {told['account']}: {told['bank']} ····{told['last_four']}"),
    )


@app.command("list")
def list_accounts(
    agency: Annotated[str, typer.Option("--agency", help="Hanya perangkat daerah ini.")] = "",
    json_output: JsonOption = False,
) -> None:
    """Daftar rekening dengan baris yang masih terbuka."""
    with command_scope(reason="account list"):
        from sertakan.agencies.queries import find_agency
        from sertakan.banking import queries
        from sertakan.core import clock

        owner = find_agency(agency, on=clock.today()).pk if agency else None
        data = {"accounts": [{**_summary(one), "open": one.open_lines} for one in queries.accounts(agency_id=owner)]}
    emit(data, json_output, _show)


def _summary(account: Any) -> dict[str, Any]:
    return {
        "account": account.pk,
        "agency": account.agency.short_name or account.agency.name,
        "bank": account.bank,
        "name": account.name,
        "last_four": account.last_four,
        "purpose": account.purpose,
    }


def _show(data: dict[str, Any]) -> None:
    from rich.table import Table

    table = Table("Rekening", "Perangkat daerah", "Bank", "Kegunaan", "Terbuka")
    for one in data["accounts"]:
        table.add_row(
            str(one["account"]),
            one["agency"],
            f"{one['bank']} ····{one['last_four']}",
            one["purpose"],
            str(one["open"]),
        )
    console.print(table)
