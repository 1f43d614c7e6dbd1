"""``sertakan protection``: who is covered, since when, and what a family would receive.

``explain`` computes from written facts without any database; ``show`` and ``refresh`` ask the register.
"""

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


@app.command("show")
def show(
    person: Annotated[int | None, typer.Argument(help="Nomor catatan orang (bukan NIK).")] = None,
    month: Annotated[str | None, typer.Option("--month", help="Bulan YYYY-MM: jumlah menurut keadaan dan OPD.")] = None,
    agency: Annotated[str | None, typer.Option("--agency", help="Kode atau singkatan OPD, dengan --month.")] = None,
    rows: Annotated[bool, typer.Option("--rows", help="Dengan --month: nomor catatan orang di tiap keadaan.")] = False,
    on: Annotated[str | None, typer.Option("--on", help="Untuk satu orang: hari kejadian; tanpa ini hari ini.")] = None,
    json_output: Annotated[bool, typer.Option("--json", help="Cetak satu dokumen JSON.")] = False,
) -> None:
    """Perlindungan satu orang, atau keadaan semua peserta pada sebuah bulan."""
    if (person is None) == (month is None):
        raise typer.BadParameter("tulis nomor catatan seorang, atau --month YYYY-MM")
    if person is not None and (agency or rows):
        raise typer.BadParameter("--agency dan --rows dipakai bersama --month")
    if month is not None and on:
        raise typer.BadParameter("--on dipakai untuk satu orang")
    from sertakan.cli.session import command_scope

    with command_scope(reason="protection show"):
        from sertakan.agencies.queries import find_agency
        from sertakan.protection import queries
        from sertakan.protection.facts import read_day
        from sertakan.rules import read_month

        if person is not None:
            emit(queries.person_json(person, on=read_day("--on", on)), json_output, _show_person)
            return
        wanted = read_month(month or "")
        owner = find_agency(agency, on=wanted.last_day) if agency else None
        result = queries.month_json(wanted, owner, rows=rows)
    emit(result, json_output, _show_month)


@app.command("refresh")
def refresh(
    month: Annotated[str | None, typer.Option("--month", help="Hanya bulan YYYY-MM ini.")] = None,
    whole: Annotated[bool, typer.Option("--all", help="Semua bulan yang disimpan, juga yang tidak berubah.")] = False,
    json_output: Annotated[bool, typer.Option("--json", help="Cetak satu dokumen JSON.")] = False,
) -> None:
    """Hitung dan simpan keadaan bulan yang berubah; diulang tanpa perubahan tidak menulis apa pun."""
    if month is not None and whole:
        raise typer.BadParameter("pilih --month atau --all")
    from sertakan.cli.session import command_scope

    with command_scope(reason="protection refresh"):
        from sertakan.protection import services
        from sertakan.rules import read_month

        done = services.refresh(read_month(month) if month else None, whole=whole)
        result = {
            "months": [
                {"month": str(one.month), "on": one.on, "people": one.people, "changed": one.changed} for one in done
            ],
            "unchanged": not any(one.changed for one in done),
        }
    emit(result, json_output, _show_refreshed)


_STATES = {
    "not_yet": "belum terlindungi", "active": "aktif", "arrears_1": "menunggak 1 bulan", "arrears_2": "menunggak 2 bulan",
    "arrears_3": "menunggak 3 bulan", "inactive": "nonaktif",
}  # fmt: skip


def _show_person(result: dict[str, Any]) -> None:
    _show(result)
    if result["waiting_confirmation"]["now"]:
        console.print("  Sudah disetor dengan bukti, menunggu konfirmasi BPJS: belum dihitung aktif.")
    ahead = result["if_unpaid_next"]
    if ahead["month"]:
        lost = ahead["lost_for_good"] if ahead["clocks_restart"] else ahead["lost_now"]
        console.print(f"  Bila {ahead['month']} tidak dibayar sampai {ahead['pay_by']}: {_STATES[ahead['state']]}")
        for event, amount in lost.items():
            if amount:
                console.print(f"    {_EVENTS[event]}: keluarga kehilangan {format_rupiah(amount)}")


def _show_month(result: dict[str, Any]) -> None:
    from rich.table import Table

    from sertakan.core.money import format_number

    table = Table(title=f"Perlindungan {result['month']} per {result['on']}", title_justify="left")
    table.add_column("OPD", overflow="fold")
    for words in _STATES.values():
        table.add_column(words, justify="right", overflow="fold")
    for heading in ("gugur bulan ini", "menunggu BPJS"):
        table.add_column(heading, justify="right", overflow="fold")
    for one in [*result["agencies"], {**result, "name": "Seluruhnya"}]:
        counts = [one["states"][state] for state in _STATES]
        counts += [one["lapsed_this_month"], one["waiting_confirmation"]]
        table.add_row(one["name"] or "Tanpa OPD", *(format_number(count) for count in counts))
    console.print(table)
    if "rows" in result:
        for state, ids in result["rows"].items():
            if ids:
                console.print(f"{_STATES[state]}: {', '.join(map(str, ids))}", soft_wrap=True)


def _show_refreshed(result: dict[str, Any]) -> None:
    if result["unchanged"]:
        console.print("Tidak ada yang berubah sejak perhitungan terakhir.")
    for one in result["months"]:
        console.print(f"{one['month']} per {one['on']}: {one['people']} orang, {one['changed']} berubah")
