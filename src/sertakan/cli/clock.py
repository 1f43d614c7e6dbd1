"""``sertakan clock``: let days go by in an invented province, to try a year in a minute."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

import typer

from sertakan.cli.output import console, emit, progress_console


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command("clock")(clock)


def clock(
    until: Annotated[str, typer.Option("--until", help="Hari sampai kapan waktu berjalan, YYYY-MM-DD.")],
    json_output: Annotated[bool, typer.Option("--json", help="Cetak satu dokumen JSON.")] = False,
) -> None:
    """Jalankan waktu di provinsi rekaan: tiap malam dan pagi dikerjakan, sampai hari itu. Tidak untuk data sungguhan."""
    from sertakan.cli.session import set_up

    try:
        last = date.fromisoformat(until)
    except ValueError:
        raise typer.BadParameter(f"tanggal ditulis YYYY-MM-DD, bukan {until!r}") from None
    set_up()
    from sertakan.synthetic import days

    with progress_console.status("Waktu berjalan") as bar:
        passed = days.pass_until(last, progress=lambda day: bar.update(f"Waktu berjalan: {day}"))
    emit(asdict(passed), json_output, _show)


def _show(result: dict[str, Any]) -> None:
    last = result["last"]
    if result["first"] == last:
        console.print(f"Waktu sudah sampai {last}; tidak ada yang berubah.")
    else:
        console.print(
            f"Dari {result['first']} sampai {last}: {result['changed']} keadaan kewajiban berubah, {result['reminded']} pengingat dikirim.",
            soft_wrap=True,
        )
    console.print(f"Lihat halamannya pada hari itu: SERTAKAN_TODAY={last} sertakan start", soft_wrap=True)
