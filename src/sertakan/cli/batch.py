"""Commands about batches to BPJS Ketenagakerjaan: prepare, list, export, send, take in answers."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from sertakan.cli.output import console, emit
from sertakan.cli.session import command_scope

app = typer.Typer(help="Batch ke BPJS Ketenagakerjaan.", no_args_is_help=True)

JsonOption = Annotated[bool, typer.Option("--json", help="Cetak satu dokumen JSON.")]
LayoutOption = Annotated[str, typer.Option("--layout", help="Tata letak kolom.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Alasan membuka NIK utuh; tersimpan di jejak.")]


@app.command("prepare")
def prepare(
    agency: Annotated[str, typer.Option("--agency", help="Kode atau singkatan perangkat daerah.")],
    kind: Annotated[str, typer.Option("--kind", help="new, continue, change, stop, atau reactivate.")] = "new",
    office: Annotated[str, typer.Option("--office", help="Kode atau nama kantor BPJS.")] = "kc-bengkulu",
    json_output: JsonOption = False,
) -> None:
    """Susun batch dari semua baris yang siap."""
    with command_scope(reason="batch prepare"):
        from sertakan.agencies.queries import find_agency
        from sertakan.sponsorship import queries, services
        from sertakan.sponsorship.models import Batch

        if kind not in Batch.Kind.values:
            raise typer.BadParameter(f"jenis tidak dikenal: {kind}; yang ada: {', '.join(Batch.Kind.values)}")
        done = services.prepare_batch(agency=find_agency(agency), kind=kind, office=queries.get_office(office))
        data = {
            **_summary(done.batch),
            "left_out": [asdict(one) for one in done.left_out],
        }
    emit(data, json_output, _show_prepared)


@app.command("list")
def list_batches(
    agency: Annotated[str, typer.Option("--agency", help="Hanya perangkat daerah ini.")] = "",
    office: Annotated[str, typer.Option("--office", help="Hanya kantor ini.")] = "",
    json_output: JsonOption = False,
) -> None:
    """Daftar batch, yang terbaru dahulu."""
    with command_scope(reason="batch list"):
        from sertakan.agencies.queries import find_agency
        from sertakan.sponsorship import queries

        found = queries.batches(
            agency_id=find_agency(agency).pk if agency else None,
            office_id=queries.get_office(office).pk if office else None,
        )
        data = {"batches": [_summary(batch) for batch in found]}
    emit(data, json_output, _show_list)


@app.command("export")
def export(
    batch_id: Annotated[int, typer.Argument(metavar="ID", help="Nomor batch.")],
    out: Annotated[Path, typer.Option("--out", help="Berkas tujuan (.xlsx).")],
    layout: LayoutOption = "",
    send: Annotated[bool, typer.Option("--send", help="Tandai terkirim; isinya terkunci.")] = False,
    reason: ReasonOption = "batch export",
    json_output: JsonOption = False,
) -> None:
    """Tulis buku kerja untuk BPJS, dengan NIK utuh; siapa mengambilnya tercatat."""
    with command_scope(reason=reason):
        from sertakan.sponsorship import queries, services

        batch = queries.get_batch(batch_id)
        if send and batch.state == "draft":
            batch = services.send_batch(batch=batch, layout=layout)
        made = services.export_batch(batch=batch, layout=layout)
        out.parent.mkdir(parents=True, exist_ok=True)
        out.touch(mode=0o600)
        out.write_bytes(made.data)
        data = {**_summary(batch), "file": str(out), "rows": made.rows, "layout": made.layout, "content": made.content}
    emit(data, json_output, lambda told: console.print(f"✓ {told['rows']} baris ditulis ke {told['file']}"))


@app.command("answer")
def answer(
    batch_id: Annotated[int, typer.Argument(metavar="ID", help="Nomor batch.")],
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Berkas jawaban dari BPJS.", exists=True, dir_okay=False)
    ],
    json_output: JsonOption = False,
) -> None:
    """Masukkan jawaban BPJS: diterima atau ditolak, pembayaran, nomor; urutan apa pun, boleh diulang."""
    with command_scope(reason="batch answer"):
        from sertakan.sponsorship import queries, services

        account = services.take_answer(batch=queries.get_batch(batch_id), source=file)
        data = {
            **_summary(queries.get_batch(batch_id)),
            "file": account.file_id,
            "rows": account.rows,
            "applied": account.applied,
            "unchanged": account.unchanged,
            "held": account.held,
            "members": account.members,
            "changed": account.changed,
            "findings": [asdict(finding) for finding in account.findings],
        }
    emit(data, json_output, _show_answer)


def _summary(batch: Any) -> dict[str, Any]:
    from sertakan.core import clock
    from sertakan.sponsorship import queries

    counts = queries.line_counts(batch)
    return {
        "batch": batch.pk,
        "kind": batch.kind,
        "state": batch.state,
        "agency": batch.agency.short_name or batch.agency.name,
        "office": batch.office.code,
        "follows": batch.follows_id,
        "sent_at": batch.sent_at.astimezone(clock.WIB) if batch.sent_at else None,
        "lines": sum(counts.values()),
        "answers": counts,
    }


def _show_prepared(data: dict[str, Any]) -> None:
    console.print(f"✓ Batch {data['batch']} ({data['kind']}) untuk {data['office']}: {data['lines']} pekerja")
    for one in data["left_out"]:
        console.print(f"  – kesediaan {one['sponsorship_id']}: {one['message']}")


def _show_list(data: dict[str, Any]) -> None:
    from rich.table import Table

    table = Table("Batch", "Jenis", "Keadaan", "Perangkat daerah", "Kantor", "Pekerja", "Bernomor")
    for one in data["batches"]:
        numbered = str(one["answers"]["numbered"])
        table.add_row(
            str(one["batch"]), one["kind"], one["state"], one["agency"], one["office"], str(one["lines"]), numbered
        )
    console.print(table)


def _show_answer(data: dict[str, Any]) -> None:
    if not data["changed"]:
        console.print("Tidak ada yang berubah.")
    console.print(
        f"{data['rows']} baris = {data['applied']} diterapkan + {data['unchanged']} tetap + {data['held']} ditahan;"
        f" {data['members']} peserta baru"
    )
    for one in data["findings"]:
        sign = "✗" if one["severity"] == "hold" else "!"
        console.print(f"  {sign} baris {one['row']}: {one['message']} {one['remedy']}")
