"""``sertakan bill legs|code|confirm``: what became of the money of bills."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sertakan.cli.output import console, emit
from sertakan.cli.session import command_scope, set_up
from sertakan.core.money import format_number, format_rupiah

if TYPE_CHECKING:
    from sertakan.contributions.models import PaymentCode

JsonOption = Annotated[bool, typer.Option("--json", help="Cetak satu dokumen JSON.")]
AgencyOption = Annotated[str | None, typer.Option("--agency", help="Kode atau singkatan OPD; tanpa ini: semua.")]
code_app = typer.Typer(help="Kode iuran dari BPJS.", no_args_is_help=True)


def register(group: typer.Typer) -> None:
    """Add these commands below ``bill``."""
    group.command("legs")(legs)
    group.command("confirm")(confirm)
    group.add_typer(code_app, name="code")


def legs(
    month: Annotated[str, typer.Option("--month", help="Bulan iuran, YYYY-MM.")],
    agency: AgencyOption = None,
    json_output: JsonOption = False,
) -> None:
    """Empat langkah uang sebuah bulan: dijanjikan, terkumpul, disetor, dikonfirmasi BPJS."""
    set_up()
    from sertakan.contributions import queries
    from sertakan.rules import read_month

    wanted = read_month(month)
    with command_scope(reason="uang iuran"):
        owner = _agency(agency)
        rows = queries.legs(wanted, owner.pk if owner else None)
    names = ("promised", "collected", "remitted", "confirmed", "awaiting", "unseen", "not_collected", "open")
    result = {
        "month": str(wanted),
        "agencies": [
            {"id": row.agency_id, "name": row.agency, **{name: getattr(row, name) for name in names}} for row in rows
        ],
        "total": {name: sum(getattr(row, name) for row in rows) for name in names},
    }
    emit(result, json_output, _show_legs)


def _show_legs(result: dict[str, Any]) -> None:
    from rich.table import Table

    table = Table(title=f"Uang iuran {result['month']}", title_justify="left")
    table.add_column("OPD", overflow="fold")
    for heading in ("Dijanjikan", "Terkumpul", "Disetor", "Dikonfirmasi"):
        table.add_column(heading, justify="right", overflow="fold")
    for row in [*result["agencies"], {"name": "Seluruhnya", **result["total"]}]:
        amounts = (format_rupiah(row[name]) for name in ("promised", "collected", "remitted", "confirmed"))
        table.add_row(row["name"], *amounts)
    console.print(table)


def confirm(
    file: Annotated[
        Path, typer.Argument(help="Berkas konfirmasi BPJS (CSV/XLSX): kode iuran atau KPJ, bulan, jumlah, tanggal.")
    ],
    json_output: JsonOption = False,
) -> None:
    """Baca berkas konfirmasi BPJS dan jadikan bulan terbayar; berkas yang sama dua kali tidak mengubah apa pun."""
    if not file.is_file():
        raise typer.BadParameter(f"Berkas tidak ada: {file}")
    set_up()
    from sertakan.contributions import services

    with command_scope(reason="konfirmasi BPJS"):
        placed, held = services.confirm_file(services.read_confirmation_file(file))
    result = {
        "confirmations": placed.confirmations, "months": placed.months, "waiting": placed.waiting, "amount": placed.amount,
        "surplus": placed.surplus, "paid_twice": placed.paid_twice,
        "held": [{"sheet": row.sheet, "row": row.number, "column": row.column, "cause": row.cause, "message": row.message}
                 for row in held],
    }  # fmt: skip
    emit(result, json_output, _show_confirmed)


def _show_confirmed(result: dict[str, Any]) -> None:
    console.print(
        f"{format_number(result['months'])} bulan terbayar dari {format_rupiah(result['amount'])}; "
        f"{format_number(result['waiting'])} menunggu nomor, kelebihan {format_rupiah(result['surplus'])}."
    )
    for row in result["held"]:
        console.print(f"[bold yellow]![/] {row['message']}", soft_wrap=True)


@code_app.command("list")
def code_list(
    agency: AgencyOption = None,
    state: Annotated[str, typer.Option("--state", help="open, remitted, confirmed, expired, cancelled.")] = "",
    json_output: JsonOption = False,
) -> None:
    """Kode iuran: jumlahnya, iuran pekerjanya, bedanya, dan keadaannya."""
    set_up()
    from sertakan.contributions import queries

    with command_scope(reason="kode iuran"):
        owner = _agency(agency)
        rows = [_code(code) for code in queries.codes(agency_id=owner.pk if owner else None, state=state)]
    emit({"codes": rows}, json_output, _show_codes)


@code_app.command("add")
def code_add(
    code: Annotated[str, typer.Argument(help="Kode dari BPJS.")],
    agency: Annotated[str, typer.Option("--agency", help="Kode atau singkatan OPD.")],
    amount: Annotated[int, typer.Option("--amount", help="Jumlah yang diminta, rupiah.")],
    sponsorship: Annotated[list[int], typer.Option("--sponsorship", help="Nomor kesediaan pekerja; boleh berulang.")],
    month: Annotated[str | None, typer.Option("--month", help="Bulan pertama, YYYY-MM.")] = None,
    months: Annotated[int | None, typer.Option("--months", min=1, max=12, help="Berapa bulan.")] = None,
    expires: Annotated[str | None, typer.Option("--expires", help="Berlaku sampai, YYYY-MM-DD.")] = None,
    json_output: JsonOption = False,
) -> None:
    """Catat kode iuran untuk pekerja sebuah OPD."""
    until = _day(expires)
    set_up()
    from sertakan.contributions import queries, services
    from sertakan.rules import read_month

    with command_scope(reason="kode iuran"):
        owner = _agency(agency)
        made = services.add_code(
            agency_id=owner.pk, code=code, amount=amount, sponsorship_ids=sponsorship,
            start=read_month(month) if month else None, months=months, expires_on=until,
        )  # fmt: skip
        row = _code(queries.codes().get(pk=made.pk))
    emit(row, json_output, lambda found: _show_codes({"codes": [found]}))


@code_app.command("split")
def code_split(
    code: Annotated[str, typer.Argument(help="Kode yang dipecah.")],
    into: Annotated[str, typer.Option("--into", help="Kode baru dari BPJS.")],
    sponsorship: Annotated[
        list[int] | None, typer.Option("--sponsorship", help="Yang pindah; tanpa ini: yang uangnya sudah masuk.")
    ] = None,
    json_output: JsonOption = False,
) -> None:
    """Setor dahulu untuk yang sudah membayar dalam kode baru; yang lain tetap di kode lama."""
    set_up()
    from sertakan.contributions import queries, services

    with command_scope(reason="kode iuran"):
        old = queries.find_code(code)
        chosen = sponsorship or [one.sponsorship_id for one in queries.code_workers(old) if one.collected]
        made = services.split_code(old, chosen, new_code=into)
        rows = [_code(queries.codes().get(pk=key)) for key in (made.pk, old.pk)]
    emit({"codes": rows}, json_output, _show_codes)


def _agency(name: str | None) -> Any:
    from sertakan.agencies.queries import find_agency

    return find_agency(name) if name else None


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise typer.BadParameter(f"Tanggal tidak terbaca: {text}. Tulis seperti 2026-12-31.") from problem


def _code(code: PaymentCode) -> dict[str, Any]:
    found: Any = code
    return {
        "id": code.pk, "code": code.code, "agency": code.agency.code, "state": code.state, "workers": found.workers,
        "amount": code.amount, "expected": found.expected, "difference": found.gap, "explanation": code.explanation,
        "expires_on": code.expires_on.isoformat() if code.expires_on else None,
    }  # fmt: skip


def _show_codes(result: dict[str, Any]) -> None:
    from rich.table import Table

    table = Table(title="Kode iuran", title_justify="left")
    for heading in ("Kode", "OPD", "Keadaan", "Berlaku sampai"):
        table.add_column(heading, overflow="fold")
    for heading in ("Pekerja", "Jumlah", "Beda"):
        table.add_column(heading, justify="right")
    states = {"open": "belum dibayar", "remitted": "menunggu konfirmasi", "confirmed": "dikonfirmasi", "expired": "kedaluwarsa",
              "cancelled": "dibatalkan"}  # fmt: skip
    for row in result["codes"]:
        table.add_row(
            row["code"], row["agency"], states[row["state"]], row["expires_on"] or "-", format_number(row["workers"]),
            format_rupiah(row["amount"]), format_rupiah(row["difference"]),
        )  # fmt: skip
    console.print(table)
