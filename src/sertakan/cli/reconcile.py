"""``sertakan reconcile FILE``: a statement of the bank to matched lines; ``sertakan reconcile three-way``: list, money and members."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sertakan.cli.output import console, emit, progress_console
from sertakan.cli.session import operator, set_up
from sertakan.core.money import format_number, format_rupiah

if TYPE_CHECKING:
    from sertakan.banking.services import Reconciled

THREE_WAY = "three-way"


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command("reconcile")(reconcile)


def reconcile(
    files: Annotated[list[str], typer.Argument(metavar="FILE | three-way FILE", help="Rekening koran dari bank.")],
    account: Annotated[
        int | None, typer.Option("--account", help="Nomor rekening terdaftar; tanpa ini: dari berkasnya.")
    ] = None,
    agency: Annotated[str, typer.Option("--agency", help="Kode atau singkatan perangkat daerah.")] = "",
    month: Annotated[str, typer.Option("--month", help="Bulan iuran YYYY-MM (untuk three-way).")] = "",
    json_output: Annotated[bool, typer.Option("--json", help="Cetak satu dokumen JSON.")] = False,
) -> None:
    """Cocokkan rekening koran (MT940, CAMT, CSV, XLSX) dengan iuran dan kode; berkas yang sama dua kali tidak mengubah apa pun."""
    three_way = files[0] == THREE_WAY and len(files) == 2
    if not three_way and (len(files) != 1 or month):
        raise typer.BadParameter("Tulis satu berkas, atau: reconcile three-way --month YYYY-MM FILE.")
    if three_way and not month:
        raise typer.BadParameter("three-way memerlukan --month YYYY-MM.")
    path = Path(files[-1])
    if not path.is_file():
        raise FileNotFoundError(2, "tidak ada", str(path))
    set_up()
    result = _three_way(path, month, agency) if three_way else _statement(path, account, agency)
    emit(result, json_output, _show_three_way if three_way else _show)


def _statement(path: Path, account: int | None, agency: str) -> dict[str, Any]:
    from sertakan.agencies.queries import find_agency
    from sertakan.banking import queries, services
    from sertakan.core import clock
    from sertakan.core.scope import acting

    actor = operator()
    with acting(actor):
        owner = find_agency(agency, on=clock.today()) if agency else None
        chosen = queries.get_account(account) if account is not None else None
    done = services.reconcile(
        source=path,
        actor=actor,
        account=chosen,
        agency=owner,
        progress=lambda _what, looked_at, _all: progress_console.print(f"{format_number(looked_at)} baris dicocokkan"),
    )
    return _result(done)


def _result(done: Reconciled) -> dict[str, Any]:
    first = done.taken[0]
    return {
        "lines": done.lines,
        "matched": done.matched,
        "open": done.open,
        "ignored": done.ignored,
        "unreadable": done.unreadable,
        "unchanged": done.unchanged,
        "amount_matched": done.amount_matched,
        "known": done.known,
        "file": first.file.pk,
        "account": first.account.pk,
        "format": first.file.format,
        "layout": first.file.layout,
        "parts": [
            {"file": one.file.pk, "account": one.account.pk, "lines": one.lines, "fresh": one.fresh}
            for one in done.taken
        ],
        "findings": [{"code": finding.code, "message": finding.message} for finding in _findings(done)],
    }


def _findings(done: Reconciled) -> list[Any]:
    seen: dict[str, Any] = {}
    for one in done.taken:
        for finding in one.findings:
            seen.setdefault(finding.message, finding)
    return list(seen.values())


def _show(result: dict[str, Any]) -> None:
    console.print(
        f"{format_number(result['lines'])} baris = {format_number(result['matched'])} dicocokkan"
        f" + {format_number(result['open'])} terbuka + {format_number(result['ignored'])} diabaikan"
        f" + {format_number(result['unreadable'])} tidak terbaca"
    )
    console.print(f"Yang dicocokkan berjumlah [bold]{format_rupiah(result['amount_matched'])}[/].")
    for finding in result["findings"]:
        console.print(f"  • {finding['message']}", soft_wrap=True, markup=False)
    if result["unchanged"]:
        console.print("Berkas ini sudah pernah dimasukkan; tidak ada yang berubah.")
    elif result["open"]:
        console.print("Baris yang terbuka menunggu keputusan di halaman Rekening.")


def _three_way(path: Path, month: str, agency: str) -> dict[str, Any]:
    from sertakan.agencies.queries import find_agency
    from sertakan.banking import services
    from sertakan.core.scope import acting
    from sertakan.rules import read_month

    wanted = read_month(month)
    with acting(operator(), reason="tiga arah"):
        owner = find_agency(agency, on=wanted.last_day) if agency else None
        done = services.compare_month(wanted, path, agency_id=owner.pk if owner else None)
    return {
        "month": str(wanted),
        "members": done.members,
        "sponsored": done.sponsored,
        "paid": done.paid,
        "agree": done.agree,
        "differences": done.differences,
        "fresh": done.fresh,
        "closed": done.closed,
        "held": done.held,
        "unchanged": done.unchanged,
        "kinds": done.kinds,
    }


def _show_three_way(result: dict[str, Any]) -> None:
    console.print(
        f"{result['month']}: {format_number(result['members'])} peserta di berkas BPJS, {format_number(result['sponsored'])} pekerja"
        f" yang seharusnya, {format_number(result['paid'])} sudah dibayar; {format_number(result['agree'])} sama."
    )
    for kind, count in result["kinds"].items():
        console.print(f"  • {kind}: {format_number(count)}")
    if result["held"]:
        console.print(f"[bold yellow]![/] {format_number(result['held'])} baris berkas BPJS tidak terbaca dan ditahan.")
    console.print("Perbedaan diikuti di halaman Tiga arah." if result["differences"] else "Tidak ada perbedaan.")
