"""``sertakan protection explain``: who is covered on a day, since when, and what a family would receive. Needs no database."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from sertakan.cli.output import console, emit
from sertakan.core.money import format_rupiah

app = typer.Typer(help="Perlindungan.", no_args_is_help=False)

_EVENTS = {
    "jkm_death": "Meninggal bukan karena kerja",
    "jkk_death": "Meninggal karena kerja",
    "jkk_total_disability": "Cacat total tetap karena kerja",
}


@app.callback()
def _group() -> None:
    """Perlindungan dan santunan."""


@app.command("explain")
def explain(
    dasar: Annotated[int, typer.Option("--dasar", help="Dasar upah terakhir yang dilaporkan, rupiah.")],
    paid: Annotated[
        str, typer.Option("--paid", help="Bulan yang dibayar: 2026-01,2026-02; dengan hari bayar: 2026-02@2026-02-14.")
    ] = "",
    registered: Annotated[str | None, typer.Option("--registered", help="Tanggal pendaftaran diterima.")] = None,
    first_paid: Annotated[str | None, typer.Option("--first-paid", help="Tanggal pembayaran pertama.")] = None,
    number_issued: Annotated[str | None, typer.Option("--number-issued", help="Tanggal nomor peserta terbit.")] = None,
    on: Annotated[str | None, typer.Option("--on", help="Hari kejadian; tanpa ini hari ini.")] = None,
    programmes: Annotated[str, typer.Option("--programmes", help="Misalnya jkk,jkm atau jkk,jkm,jht.")] = "jkk,jkm",
    sector: Annotated[
        str | None, typer.Option("--sector", help="transport atau other, untuk menghitung biaya.")
    ] = None,
    funding: Annotated[str | None, typer.Option("--funding", help="private, csr, zakat, apbd, apbn, apbdes.")] = None,
    json_output: Annotated[bool, typer.Option("--json", help="Cetak satu dokumen JSON.")] = False,
) -> None:
    """Jelaskan perlindungan dan santunan satu peserta pada satu hari."""
    from sertakan.core.clock import today
    from sertakan.protection import explain_json
    from sertakan.protection.facts import read_day

    result = explain_json(
        paid=paid,
        on=read_day("--on", on) or today(),
        dasar=dasar,
        number_issued_on=read_day("--number-issued", number_issued),
        registered_on=read_day("--registered", registered),
        first_paid_on=read_day("--first-paid", first_paid),
        programmes=programmes,
        sector=sector,
        funding=funding,
    )
    emit(result, json_output, _show)


def _show(result: dict[str, Any]) -> None:
    console.print(f"[bold]{result['on']}: {result['state']}[/]")
    for event, words in _EVENTS.items():
        sums = result["entitlement_today"].get(event)
        if sums is None:
            continue
        text = f"  {words}: {format_rupiah(sums['now'])}"
        if sums["after_settling"] != sums["now"]:
            text += f" sekarang, {format_rupiah(sums['after_settling'])} setelah tunggakan dilunasi"
        console.print(text)
    for reason in result["reasons"]:
        console.print(f"  • {reason['text']}  [dim]{reason['source']}[/]")
