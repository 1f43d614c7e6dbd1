"""``sertakan plan``: whom to protect where, from which money, for a budget or a target."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from sertakan.cli.output import console, emit
from sertakan.core.money import format_number, format_rupiah

_FUNDINGS = "private,csr,zakat,apbd,apbn,apbdes"


def register(app: typer.Typer) -> None:
    """Hang the command under the root."""
    app.command("plan")(plan)


def plan(
    until: Annotated[str, typer.Option("--until", help="Bulan terakhir, YYYY-MM, paling jauh 2029-12.")],
    budget: Annotated[str, typer.Option("--budget", help="Anggaran seluruhnya, rupiah.")] = "",
    target: Annotated[str, typer.Option("--target", help="Target cakupan, 0 sampai 1, misalnya 0.48.")] = "",
    floor: Annotated[str, typer.Option("--floor", help="Batas bawah tiap kabupaten dan kota, 0 sampai 1.")] = "",
    uptake: Annotated[str, typer.Option("--uptake", help="Bagian pegawai yang ikut, 0 sampai 1.")] = "",
    funding: Annotated[str, typer.Option("--funding", help=f"Sumber dana, dari {_FUNDINGS}.")] = "private,apbd",
    new_per_month: Annotated[str, typer.Option("--new-per-month", help="Paling banyak pekerja baru sebulan.")] = "",
    save: Annotated[str, typer.Option("--save", help="Simpan rencana dengan nama ini.")] = "",
    json_output: Annotated[bool, typer.Option("--json", help="Cetak satu dokumen JSON.")] = False,
) -> None:
    """Rencanakan perlindungan dengan anggaran, atau anggaran terkecil untuk sebuah target."""
    from sertakan.cli.session import command_scope

    with command_scope(reason="plan"):
        from dataclasses import replace

        from sertakan.core import clock
        from sertakan.core.month import Month
        from sertakan.planning import gathering, planner, reading, results, services
        from sertakan.planning.words import sentence

        values = {"budget": budget, "until": until, "fundings": funding.split(","), "new_per_month": new_per_month}
        share = reading.read_share(target) if target else None
        wish = reading.read_wish({**values, "target": "1" if target else ""}, Month.of(clock.today()).next())
        wish = replace(wish, target=share)
        if floor:
            wish = replace(wish, floor=reading.read_share(floor))
        if uptake:
            wish = replace(wish, uptake=reading.read_share(uptake))
        if save:
            kept = services.save_plan(wish, name=save)
            result = {"plan": kept.pk, "state": kept.state, **(kept.result or {})}
        else:
            result = results.plain(planner.make(wish, gathering.province()))
        result = {"asked": reading.as_inputs(wish), **result}
        for kind in ("explained", "warnings"):
            result[kind] = [{**one, "sentence": sentence(one)} for one in result.get(kind, [])]
    emit(result, json_output, _show)


def _show(result: dict[str, Any]) -> None:
    from rich.table import Table

    if "totals" not in result:
        console.print("Rencana ini besar dan dihitung di latar belakang.")
        return
    for one in result["explained"]:
        console.print(f"• {one['sentence']}", soft_wrap=True)
    for one in result["warnings"]:
        console.print(f"! {one['sentence']}", soft_wrap=True)
    table = Table(title=f"Rencana {result['first']} sampai {result['last']}", title_justify="left")
    for heading in ("Wilayah", "Pekerja", "Terlindungi sekarang", "Dari rencana", "Iuran"):
        table.add_column(heading, justify="left" if heading == "Wilayah" else "right", overflow="fold")
    for one in result["areas"]:
        counts = (format_number(one[name]) for name in ("eligible", "own", "protected"))
        table.add_row(one["name"], *counts, format_rupiah(one["cost"]))
    totals = result["totals"]
    table.add_row(
        "Seluruhnya",
        format_number(totals["eligible"]),
        "",
        format_number(totals["protected"]),
        format_rupiah(totals["cost"]),
    )
    console.print(table)
