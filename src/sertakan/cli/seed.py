"""``sertakan seed``: fill a data directory with an invented province."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from sertakan.cli.output import console, emit, progress_console
from sertakan.cli.session import set_up

MANY_WORKERS_FROM = 20
"""Up to this scale (70,000 workers and more) two agencies are written at the same time."""


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("seed")(seed)


def seed(
    scale: Annotated[int, typer.Option("--scale", min=1, help="Provinsi rekaan 1:N; 1 adalah seluruhnya.")] = 100,
    number: Annotated[int, typer.Option("--seed", help="Bilangan awal; yang sama memberi orang rekaan yang sama.")] = 1,
    json_output: Annotated[bool, typer.Option("--json", help="Cetak satu dokumen JSON.")] = False,
) -> None:
    """Isi dengan provinsi rekaan. Perintah yang sama untuk kedua kalinya tidak mengubah apa pun."""
    set_up()
    from django.conf import settings
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from sertakan.core.scope import SYSTEM, acting
    from sertakan.synthetic import province, users

    with Progress(
        TextColumn("Mencatat pekerja rekaan"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"),
        console=progress_console, transient=True,
    ) as bar:  # fmt: skip
        task = bar.add_task("", total=None)

        def show(agency: str, done: int, total: int) -> None:
            bar.update(task, description=agency, completed=done, total=total)

        result = province.invent_province(
            scale=scale, seed=number, progress=show, parallel=2 if scale <= MANY_WORKERS_FROM else 1
        )
    if settings.SERTAKAN_DEMO:
        with acting(SYSTEM, reason="provinsi rekaan"):
            result["users"] = [user.username for user in users.create_demo_users()]
    emit(result, json_output, _show)


def _show(result: dict[str, Any]) -> None:
    from sertakan.core.money import format_number

    if result["unchanged"]:
        console.print("Provinsi rekaan ini sudah ada; tidak ada yang berubah.")
    console.print(
        f"{format_number(result['workers'])} pekerja rekaan di {result['agencies_with_workers']} dari "
        f"{result['agencies']} perangkat daerah, {format_number(result['staff'])} ASN rekaan."
    )
