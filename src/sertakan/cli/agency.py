"""``sertakan agency``: the agencies, and mergers of them by date, through the same services as the pages."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from sertakan.cli.output import console, emit
from sertakan.cli.session import command_scope
from sertakan.core.money import format_number

app = typer.Typer(help="Perangkat daerah.", no_args_is_help=True)
JsonOption = Annotated[bool, typer.Option("--json", help="Cetak satu dokumen JSON.")]


@app.callback()
def _group() -> None:
    """Perangkat daerah dan penggabungannya."""


@app.command("list")
def list_(
    on: Annotated[str | None, typer.Option("--on", help="Keadaan pada hari ini (YYYY-MM-DD).")] = None,
    json_output: JsonOption = False,
) -> None:
    """Daftar perangkat daerah yang berlaku pada suatu hari, dan pendahulunya."""
    with command_scope(reason="agency list"):
        from sertakan.agencies import queries
        from sertakan.core import clock
        from sertakan.programme import mergers

        day = _day(on) if on else clock.today()
        came: dict[int, list[dict[str, Any]]] = {}
        for one in mergers.merged():
            if one.on <= day:
                came.setdefault(one.successor.pk, []).append({"code": one.predecessor.code, "on": one.on})
        rows = []
        for agency in queries.in_force(day):
            staff = queries.staff_count(agency, day)
            rows.append(
                {
                    "code": agency.code, "name": agency.name, "short_name": agency.short_name, "valid_from": agency.valid_from,
                    "valid_to": agency.valid_to, "staff": staff.count if staff else None, "predecessors": came.get(agency.pk, []),
                }
            )  # fmt: skip
        result = {"on": day, "agencies": rows}
    emit(result, json_output, _show_list)


@app.command("merge")
def merge(
    gone: Annotated[list[str], typer.Option("--from", help="Kode atau singkatan yang bergabung; boleh beberapa kali.")],
    into: Annotated[str, typer.Option("--into", help="Kode atau singkatan penerusnya.")],
    on: Annotated[str, typer.Option("--on", help="Sejak hari ini (YYYY-MM-DD); bukan hari yang akan datang.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Hitung saja apa yang berpindah; tidak ada yang berubah.")
    ] = False,
    json_output: JsonOption = False,
) -> None:
    """Gabungkan perangkat daerah sejak suatu hari. Tidak dapat dibatalkan; jalankan dahulu dengan --dry-run."""
    with command_scope(reason="agency merge"):
        from sertakan.agencies import queries
        from sertakan.programme import mergers, merging

        day = _day(on)
        predecessors = [queries.find_agency(text, day) for text in gone]
        successor = queries.find_agency(into, day)
        keys = sorted({one.pk for one in predecessors})
        stays = mergers.stays_with(keys)
        act = mergers.preview if dry_run else merging.merge
        made = act(predecessor_ids=keys, successor_id=successor.pk, on=day)
        passed = made.passes if isinstance(made, mergers.Preview) else made
        result = {
            "from": [one.code for one in predecessors],
            "into": successor.code,
            "on": day,
            "dry_run": dry_run,
            "passed": mergers.as_facts(passed),
            "stays": mergers.as_facts(stays),
        }
    emit(result, json_output, _show_merger)


def _day(text: str) -> Any:
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"--on ditulis YYYY-MM-DD, bukan {text!r}") from None


def _show_list(result: dict[str, Any]) -> None:
    for one in result["agencies"]:
        staff = "–" if one["staff"] is None else format_number(one["staff"])
        came = ", ".join(f"{before['code']} sejak {before['on']}" for before in one["predecessors"])
        console.print(
            f"{one['code']:10} {one['short_name']:20} {staff:>8}  {one['name']}{f' (dari {came})' if came else ''}",
            soft_wrap=True,
            markup=False,
        )
    console.print(f"{len(result['agencies'])} perangkat daerah berlaku {result['on']}.")


_PASSED = {
    "sponsorships": "penyertaan pekerja", "donors": "donatur", "persons": "pekerja yang dikenal penerus", "roles": "peran pengguna",
    "addressees": "surat edaran yang beralih alamat", "carried": "pernyataan terverifikasi yang berlanjut", "cases": "kasus keluarga",
    "actions": "tindakan rapat", "joined": "tindakan kembar yang disatukan", "mandates": "kuasa potong berakhir (minta yang baru)",
}  # fmt: skip
_STAYS = {
    "bills": "tagihan", "owed": "rupiah belum terkumpul", "files": "berkas", "held": "baris ditahan", "batches": "kiriman berjalan",
    "declarations": "pernyataan menunggu",
}  # fmt: skip


def _show_merger(result: dict[str, Any]) -> None:
    said = "Percobaan, tidak ada yang berubah" if result["dry_run"] else "Digabung"
    console.print(f"{said}: {', '.join(result['from'])} ke {result['into']} sejak {result['on']}", soft_wrap=True)
    console.print("Berpindah:")
    for name, label in _PASSED.items():
        console.print(f"  {format_number(result['passed'][name]):>9} {label}")
    if result["passed"]["staff"] is not None:
        console.print(f"  {format_number(result['passed']['staff']):>9} pegawai pada penerus")
    console.print("Tetap pada pendahulunya:")
    for name, label in _STAYS.items():
        console.print(f"  {format_number(result['stays'][name]):>9} {label}")
