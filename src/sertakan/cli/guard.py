"""``sertakan guard``: who loses cover soon, told or only looked at; and the mail that carries it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from sertakan.cli.output import console, emit
from sertakan.cli.session import operator, set_up
from sertakan.core.money import format_number

app = typer.Typer(help="Penjaga perlindungan.", no_args_is_help=False)

KINDS = {
    "lapses_next": "Segera berhenti",
    "arrears_3": "Menunggak 3 bulan",
    "arrears_2": "Menunggak 2 bulan",
    "arrears_1": "Menunggak 1 bulan",
    "code_unpaid": "Kode bayar belum lengkap",
    "due_soon": "Jatuh tempo dekat",
    "budget_year_ends": "Anggaran tahun habis",
    "prepayment_ends": "Masa iuran habis",
    "waits_again": "Menunggu santunan penuh lagi",
}
JsonOption = Annotated[bool, typer.Option("--json", help="Cetak satu dokumen JSON.")]


@app.callback()
def _group() -> None:
    """Peringatan sebelum perlindungan berhenti, dan surat yang membawanya."""


@app.command("run")
def run(
    on: Annotated[
        str | None, typer.Option("--on", help="Hari yang dilihat; selain hari ini hanya dengan --dry-run.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Hitung saja; tidak menulis dan tidak mengirim.")] = False,
    json_output: JsonOption = False,
) -> None:
    """Hitung peringatan hari ini dan siapkan pesannya; menjalankannya lagi tidak menggandakan pesan."""
    from sertakan.protection.facts import read_day

    day = read_day("--on", on)
    set_up()
    from sertakan.programme import guard

    found = guard.run(operator(), on=day, dry_run=dry_run)
    emit({**asdict(found), "on": found.on.isoformat()}, json_output, _show)


@app.command("send")
def send(
    test: Annotated[
        str | None, typer.Option("--test", help="Kirim satu surat uji ke alamat ini, tanpa yang lain.")
    ] = None,
    json_output: JsonOption = False,
) -> None:
    """Kirim surat elektronik yang menunggu (di luar jam tenang)."""
    set_up()
    from sertakan.notices import services
    from sertakan.notices.errors import MailNotSent
    from sertakan.notices.settings import mail_is_configured

    if test is None:
        found = services.send_waiting(operator())
        emit(asdict(found), json_output, _show_sent)
        return
    if not mail_is_configured():
        raise MailNotSent(why="SERTAKAN_SMTP_HOST / SERTAKAN_SMTP_FROM")
    services.send_test(test)
    emit({"sent": 1, "to": test}, json_output, lambda data: console.print(f"Surat uji diterima server untuk {test}."))


def _show(result: dict[str, Any]) -> None:
    if not any(result["workers"].values()):
        console.print(f"{result['on']}: tidak ada pekerja yang perlu diperingatkan.")
    else:
        console.print(f"[bold]Peringatan {result['on']}[/]")
        for kind, workers in result["workers"].items():
            if workers:
                console.print(f"  {KINDS[kind]:32} {format_number(workers):>9} pekerja")
    total = format_number(sum(result["messages"].values()))
    if result["dry_run"]:
        console.print(f"Percobaan: {total} pesan akan disiapkan; tidak ada yang ditulis atau dikirim.")
        return
    console.print(
        f"{format_number(result['posted'])} pesan baru, {format_number(result['changed'])} diperbarui, "
        f"{format_number(result['withdrawn'])} ditarik karena sudah selesai.",
        soft_wrap=True,
    )


_STOPPED = {
    "": "",
    "quiet": "Sekarang jam tenang; surat menunggu.",
    "no_server": "Server surat belum diatur (SERTAKAN_SMTP_HOST, SERTAKAN_SMTP_FROM); surat menunggu.",
    "server_down": "Server surat tidak menjawab; surat tetap di tempatnya dan dicoba lagi.",
}


def _show_sent(result: dict[str, Any]) -> None:
    console.print(
        f"{format_number(result['sent'])} terkirim, {format_number(result['later'])} dicoba lagi nanti, "
        f"{format_number(result['failed'])} gagal."
    )
    if result["stopped"]:
        console.print(_STOPPED[result["stopped"]], soft_wrap=True)
