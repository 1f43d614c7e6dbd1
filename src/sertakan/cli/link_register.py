"""``sertakan link``: matching with the register, the queue of doubtful pairs, and the way back."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from sertakan.cli.intake import progress_bar
from sertakan.cli.output import console, emit
from sertakan.cli.session import operator, set_up
from sertakan.core.money import format_number, format_rupiah

JsonOption = Annotated[bool, typer.Option("--json", help="Cetak satu dokumen JSON.")]
_STEPS = {"preparing": "Menyiapkan daftar", "comparing": "Mencocokkan", "writing": "Mencatat"}


class Answer(StrEnum):
    """What somebody decides about a pair."""

    SAME = "same"
    DIFFERENT = "different"


class Against(StrEnum):
    """Whom a list is compared with."""

    PEOPLE = "people"
    MEMBERS = "members"


def attach(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("file")(link_file)
    app.command("dedupe")(dedupe)
    app.command("undo")(undo)
    app.command("queue")(queue)
    app.command("decide")(decide)
    app.command("other")(other)


def link_file(
    file: Annotated[Path, typer.Argument(help="Daftar dari luar: .xlsx .xls .ods .xlsb .csv.")],
    against: Annotated[
        Against, typer.Option("--against", help="people: semua orang; members: yang bernomor peserta saja.")
    ] = Against.PEOPLE,
    mapping: Annotated[
        list[str] | None, typer.Option("--map", help='KOLOM_KITA=JUDUL, misalnya name="Nama Tenaga Kerja".')
    ] = None,
    json_output: JsonOption = False,
) -> None:
    """Cocokkan daftar dari luar, misalnya daftar peserta BPJS, dengan orang dalam daftar."""
    if not file.exists():
        raise FileNotFoundError(2, "", str(file))
    if file.is_dir():
        raise typer.BadParameter(f"Ini sebuah folder, bukan berkas: {file}")
    pairs = {}
    for word in mapping or []:
        ours, separator, theirs = word.partition("=")
        if not (separator and ours.strip() and theirs.strip()):
            raise typer.BadParameter(f"--map ditulis KOLOM_KITA=JUDUL, bukan {word!r}.")
        pairs[ours.strip()] = theirs.strip()
    set_up()
    from sertakan.programme import linking

    with progress_bar(_STEPS) as progress:
        done = linking.link_file(path=file, actor=operator(), against=against.value, mapping=pairs, progress=progress)
    emit(done.as_dict(), json_output, _show)


def dedupe(json_output: JsonOption = False) -> None:
    """Cari orang yang tercatat dua kali di seluruh daftar."""
    set_up()
    from sertakan.programme import linking

    with progress_bar(_STEPS) as progress:
        done = linking.dedupe(actor=operator(), progress=progress)
    emit(done.as_dict(), json_output, _show)


def undo(
    number: Annotated[int, typer.Argument(help="Nomor pasangan, atau nomor pencocokan untuk semua yang ditautkannya.")],
    reason: Annotated[
        str, typer.Option("--reason", help="Alasan, tercatat dalam jejak audit.")
    ] = "dibatalkan operator",
    json_output: JsonOption = False,
) -> None:
    """Batalkan satu pasangan, atau seluruh tautan dari satu pencocokan. Tidak ada baris lain yang berubah."""
    set_up()
    from sertakan.core.scope import acting
    from sertakan.programme import linking

    with acting(operator(), reason=reason):
        pairs = linking.undo(number=number, reason=reason)
        result = {
            "number": number,
            "undone": len(pairs),
            "pairs": [{"pair": one.pk, "state": one.state} for one in pairs],
        }
    emit(result, json_output, lambda data: console.print(f"{data['undone']} pasangan dibatalkan."))


def queue(
    most: Annotated[int, typer.Option("--most", min=1, max=1000, help="Paling banyak sekian pasangan.")] = 50,
    json_output: JsonOption = False,
) -> None:
    """Pasangan yang menunggu keputusan, yang paling mahal bila keliru lebih dahulu."""
    set_up()
    from sertakan.core.scope import acting
    from sertakan.programme import linking

    with acting(operator()) as actor:
        page = linking.queue(actor, most=most)
    emit({"waiting": page.total, "pairs": [asdict(row) for row in page.rows]}, json_output, _show_queue)


def decide(
    pair: Annotated[int, typer.Argument(help="Nomor pasangan.")],
    answer: Annotated[Answer, typer.Argument(help="same: orang yang sama; different: orang yang berbeda.")],
    reason: Annotated[str, typer.Option("--reason", help="Alasan, tercatat dalam jejak audit.")],
    json_output: JsonOption = False,
) -> None:
    """Putuskan satu pasangan. Yang berisiko menunggu orang kedua."""
    set_up()
    from sertakan.core.scope import acting
    from sertakan.programme import linking

    with acting(operator(), reason=reason):
        done = linking.decide(pair=pair, answer=answer.value, reason=reason)
    words = "Keputusan dicatat." if done.final else "Keputusan pertama dicatat; orang lain harus menyetujuinya."
    emit({"pair": pair, "state": done.pair.state, "final": done.final}, json_output, lambda _: console.print(words))


def other(
    number: Annotated[int, typer.Argument(help="Nomor berkas perangkat daerah.")],
    rows: Annotated[list[int], typer.Option("--row", help="Nomor baris di lembar; boleh beberapa kali.")],
    sheet: Annotated[int, typer.Option("--sheet", min=0, help="Lembar ke berapa, mulai dari 0.")] = 0,
    json_output: JsonOption = False,
) -> None:
    """Nyatakan bahwa baris yang ditahan memang orang lain, dengan NIK yang sudah dicocokkan dengan KTP."""
    set_up()
    from sertakan.core.scope import acting
    from sertakan.intake import queries
    from sertakan.programme import linking

    actor = operator()
    linking.another_person(file_id=number, actor=actor, rows=[(sheet, row) for row in rows])
    with acting(actor):
        account = queries.account(queries.get_file(number))
    emit({"intake": number, **account}, json_output, lambda _: console.print(f"{len(rows)} baris diperiksa lagi."))


def _show_queue(data: dict[str, Any]) -> None:
    from rich.table import Table

    from sertakan.linkage.models import Pair

    table = Table("Pasangan", "Orang", "Dengan", "Kemungkinan", "Nilai taruhan", "Keadaan")
    for row in data["pairs"]:
        sure = f"{row['probability']:.1%}".replace(".", ",")
        table.add_row(
            str(row["pair"]),
            row["left"],
            row["right"],
            sure,
            format_rupiah(row["cost"]),
            str(Pair.State(row["state"]).label),
        )
    console.print(table)
    console.print(f"{format_number(data['waiting'])} pasangan menunggu keputusan.")


def _show(result: dict[str, Any]) -> None:
    from rich.table import Table

    if result["unchanged"]:
        console.print(f"Tidak ada yang berubah sejak pencocokan {result['run']}.")
    else:
        console.print(f"Pencocokan {result['run']}, {result['seconds']:.1f} detik.")
    for ours, theirs in result["columns"].items():
        console.print(f"  {ours}: kolom “{theirs}”", markup=False, soft_wrap=True)
    table = Table("Baris", "Ditautkan", "Baru", "Perlu keputusan")
    table.add_row(*(format_number(result[name]) for name in ("rows", "linked", "new", "review")))
    console.print(table)
    if result["counts"].get("numbers"):
        console.print(f"{format_number(result['counts']['numbers'])} nomor peserta dicatat pada orangnya.")
