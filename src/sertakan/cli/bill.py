"""``sertakan bill``: the bills of a month, made, confirmed, issued, and written to files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sertakan.cli import bill_money
from sertakan.cli.output import console, emit
from sertakan.cli.session import command_scope, set_up
from sertakan.core.money import format_number, format_rupiah

if TYPE_CHECKING:
    from sertakan.contributions.models import Bill
    from sertakan.contributions.services import BillAccount


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group = typer.Typer(invoke_without_command=True)
    group.callback()(bill)
    bill_money.register(group)
    app.add_typer(group, name="bill")


def bill(
    context: typer.Context,
    month: Annotated[str | None, typer.Option("--month", help="Bulan iuran, YYYY-MM.")] = None,
    agency: Annotated[str | None, typer.Option("--agency", help="Kode atau singkatan OPD; tanpa ini: semua.")] = None,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="Tulis lembar XLSX (dengan --agency).")] = None,
    pdf: Annotated[Path | None, typer.Option("--pdf", help="Tulis surat PDF (dengan --agency).")] = None,
    confirm: Annotated[
        bool, typer.Option("--confirm", help="Konfirmasi bahwa tagihan bulan ini boleh terbit.")
    ] = False,
    issue: Annotated[bool, typer.Option("--issue", help="Terbitkan tagihan yang masih konsep.")] = False,
    json_output: Annotated[bool, typer.Option("--json", help="Cetak satu dokumen JSON.")] = False,
) -> None:
    """Hitung tagihan sebuah bulan; menjalankannya lagi tanpa perubahan data tidak mengubah apa pun."""
    if context.invoked_subcommand is not None:
        return
    if month is None:
        raise typer.BadParameter("Sebut bulannya: --month YYYY-MM.")
    if (xlsx or pdf) and not agency:
        raise typer.BadParameter("--xlsx dan --pdf memerlukan --agency.")
    for target in (xlsx, pdf):
        if target is not None and not target.resolve().parent.is_dir():
            raise typer.BadParameter(f"Folder tidak ada: {target.parent}")
    set_up()
    from sertakan.agencies.queries import find_agency
    from sertakan.contributions import documents, queries, services
    from sertakan.rules import load_rules, read_month
    from sertakan.rules.contribution import regime_of

    wanted = read_month(month)
    regime_of(wanted, load_rules())
    with command_scope(reason="tagihan"):
        owner = find_agency(agency, on=wanted.last_day) if agency else None
        account = services.make_bills(wanted, owner)
        if confirm:
            services.confirm_month(wanted)
        if issue:
            for made in account.bills:
                if made.bill.state == "draft":
                    services.issue_bill(made.bill)
        bills = [queries.get_bill(made.bill.pk) for made in account.bills]
        result = _result(account, bills, owner.code if owner else None)
        files = [(path, write(one)) for one in bills for path, write in _files(documents, xlsx, pdf)]
    for path, content in files:
        path.write_bytes(content)
    result["files"] = [str(path) for path, _ in files]
    emit(result, json_output, _show)


def _files(documents: Any, xlsx: Path | None, pdf: Path | None) -> list[tuple[Path, Any]]:
    wanted = ((xlsx, documents.bill_workbook), (pdf, documents.bill_pdf))
    return [(path, write) for path, write in wanted if path is not None]


def _result(account: BillAccount, bills: list[Bill], agency: str | None) -> dict[str, Any]:
    from sertakan.contributions.queries import bill_summary

    outcomes = {found.bill.pk: found.outcome for found in account.bills}
    return {
        "month": str(account.month),
        "agency": agency,
        "bills": [{**bill_summary(one), "outcome": outcomes[one.pk]} for one in bills],
        "lines": account.lines,
        "total": account.total,
        "unchanged": account.unchanged,
        "billed_twice": [{"person": one.person_id, "sponsorships": list(one.sponsorship_ids)} for one in account.twice],
        "refused": [{"sponsorship": one.sponsorship_id, "code": one.code} for one in account.refused],
    }


_OUTCOMES = {"made": "baru", "unchanged": "tidak berubah", "replaced": "konsep diganti", "corrected": "koreksi"}
_STATES = {"draft": "konsep", "issued": "diterbitkan", "superseded": "diganti"}


def _show(result: dict[str, Any]) -> None:
    from rich.table import Table

    if not result["bills"]:
        console.print(f"Tidak ada pekerja yang harus ditagih pada {result['month']}.")
        return
    table = Table(title=f"Tagihan {result['month']}", title_justify="left")
    for heading in ("Nomor", "Keadaan", "Hasil"):
        table.add_column(heading, overflow="fold")
    for heading in ("Pekerja", "Keringanan", "Jumlah"):
        table.add_column(
            heading, justify="right", min_width=len("Rp999.999.999") if heading == "Jumlah" else None, overflow="fold"
        )
    for one in result["bills"]:
        table.add_row(
            one["number"],
            _STATES[one["state"]],
            _OUTCOMES[one["outcome"]],
            format_number(one["lines"]),
            format_number(one["discounted"]),
            format_rupiah(one["total"]),
        )
    console.print(table)
    console.print(f"Seluruhnya {format_number(result['lines'])} pekerja, [bold]{format_rupiah(result['total'])}[/].")
    for sentence in _sentences(result["bills"]):
        console.print(f"  • {sentence}", soft_wrap=True, markup=False)
    if result["unchanged"]:
        console.print("Tidak ada yang berubah sejak perhitungan terakhir.")
    if result["refused"]:
        console.print(f"[bold yellow]![/] {len(result['refused'])} pekerja tidak dapat dihitung; lihat --json.")
    if result["billed_twice"]:
        console.print(
            f"[bold yellow]![/] {len(result['billed_twice'])} pekerja ditagih lebih dari sekali; lihat --json."
        )
    for path in result["files"]:
        console.print(f"Ditulis: {path}", soft_wrap=True, markup=False)


def _sentences(bills: list[dict[str, Any]]) -> list[str]:
    """For each sector and source of money the largest group's change, what changes first; then the notes, each once."""
    every = [change for one in bills for change in one["changes"]]
    told: dict[tuple[str, str], dict[str, Any]] = {}
    for change in sorted(every, key=lambda change: (change["unchanged"], -change["workers"])):
        told.setdefault((change["sector"], change["funding"]), change)
    changes = [f"{change['text']} {change['reason']} ({change['source']})" for change in told.values()]
    notes = [one["note"] for one in bills if one["note"]]
    return list(dict.fromkeys([*changes, *notes]))
