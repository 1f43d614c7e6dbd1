"""``sertakan rules explain``: what a month costs, step by step, with the article beside each step."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from sertakan.cli.output import console, emit
from sertakan.core.money import format_rupiah

app = typer.Typer(help="Aturan iuran.", no_args_is_help=False)


@app.callback()
def _group() -> None:
    """Aturan iuran."""


@app.command("explain")
def explain(
    month: Annotated[str, typer.Option("--month", help="Bulan iuran, YYYY-MM.")],
    income: Annotated[int | None, typer.Option("--income", help="Penghasilan sebulan, rupiah.")] = None,
    dasar: Annotated[int | None, typer.Option("--dasar", help="Dasar yang dipilih, rupiah.")] = None,
    sector: Annotated[str, typer.Option("--sector", help="transport atau other.")] = "other",
    funding: Annotated[str, typer.Option("--funding", help="private, csr, zakat, apbd, apbn, apbdes.")] = "private",
    programmes: Annotated[str, typer.Option("--programmes", help="Misalnya jkk,jkm atau jkk,jkm,jht.")] = "jkk,jkm",
    json_output: Annotated[bool, typer.Option("--json", help="Cetak satu dokumen JSON.")] = False,
) -> None:
    """Jelaskan iuran satu pekerja pada satu bulan."""
    from sertakan.rules.explaining import explain_json

    result = explain_json(
        month=month, income=income, dasar=dasar, sector=sector, funding=funding, programmes=programmes
    )
    emit(result, json_output, _show)


def _show(result: dict[str, Any]) -> None:
    console.print(f"[bold]Iuran {result['month']}: {format_rupiah(result['total'])}[/]")
    for reason in result["reasons"]:
        console.print(f"  • {reason['text']}  [dim]{reason['source']}[/]")
