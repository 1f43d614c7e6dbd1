"""Commands that keep an installation running: setup, serve, worker, stop, status."""

from __future__ import annotations

from typing import Annotated

import typer

from sertakan.cli.output import console, emit
from sertakan.cli.session import set_up

JsonOption = Annotated[bool, typer.Option("--json", help="Cetak satu dokumen JSON.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("setup")(setup)
    app.command("stop")(stop)
    app.command("worker")(worker)
    app.command("version")(version)


def setup(json_output: JsonOption = False) -> None:
    """Siapkan basis data, migrasi, dan data acuan."""
    set_up()
    from sertakan.core import postgres

    emit({"data": str(postgres.default_data_dir()), "ready": True}, json_output, lambda data: console.print("Siap."))


def stop(json_output: JsonOption = False) -> None:
    """Hentikan basis data tertanam."""
    from sertakan.core import postgres

    stopped = postgres.stop(postgres.default_data_dir())
    emit(
        {"stopped": stopped},
        json_output,
        lambda data: console.print("Basis data dihentikan." if stopped else "Basis data memang tidak berjalan."),
    )


def worker() -> None:
    """Jalankan pekerjaan latar sampai dihentikan."""
    set_up()
    from sertakan.core import queue

    queue.work()


def version(json_output: JsonOption = False) -> None:
    """Tampilkan versi."""
    import sertakan

    emit({"version": sertakan.__version__}, json_output, lambda data: console.print(data["version"]))
