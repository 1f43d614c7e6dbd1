"""``sertakan start`` (what ``./run`` calls): from nothing to a province to look at, then the pages and the worker."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from sertakan.cli.output import console, emit, progress_console
from sertakan.cli.session import operator, set_up
from sertakan.core import postgres

SAMPLE_AGENCY = "Dinsos"
BATCHES, PAIRS = "/kiriman/", "/kesamaan/"
"""Where the pages of batches and of pairs are; written out, because asking the pages for it would load all of them."""


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("start")(start)


def start(
    port: Annotated[int, typer.Option("--port", help="Porta halaman.")] = 8000,
    host: Annotated[str, typer.Option("--host", help="Alamat tempat halaman dilayani.")] = "127.0.0.1",
    demo: Annotated[bool, typer.Option("--demo/--no-demo", help="Isi dengan provinsi rekaan.")] = True,
    scale: Annotated[int, typer.Option("--scale", min=1, help="Provinsi rekaan 1:N.")] = 100,
    once: Annotated[bool, typer.Option("--once", help="Siapkan, cetak ringkasan, lalu selesai.")] = False,
    json_output: Annotated[bool, typer.Option("--json", help="Cetak satu dokumen JSON (dengan --once).")] = False,
) -> None:
    """Siapkan semuanya, kerjakan contoh, lalu layani halaman."""
    begun = time.monotonic()
    data = postgres.default_data_dir()
    was_running = postgres.is_running(data)
    if demo:
        os.environ["SERTAKAN_DEMO"] = "true"
    if host not in ("127.0.0.1", "localhost"):
        os.environ.setdefault("SERTAKAN_HOSTS", "*" if host == "0.0.0.0" else f"localhost,127.0.0.1,{host}")  # noqa: S104
    _say("Menyiapkan basis data dan data acuan")
    set_up()
    summary: dict[str, Any] = {"data": str(data), "demo": demo}
    if demo:
        summary.update(_demonstrate(scale))
    summary["seconds"] = round(time.monotonic() - begun, 1)
    try:
        if once:
            emit(summary, json_output, _show)
            return
        emit(summary, json_output, _show)
        _serve(host, _free_port(host, port))
    finally:
        if not was_running and not os.environ.get("DATABASE_URL"):
            from django.db import connections

            connections.close_all()
            postgres.stop(data)


def _demonstrate(scale: int) -> dict[str, Any]:
    from sertakan.core import clock
    from sertakan.core.scope import SYSTEM, acting
    from sertakan.programme import files, guard
    from sertakan.programme.report import report
    from sertakan.synthetic import cases, doubles, following, meetings, months, samples, story, users

    _say(f"Menyiapkan provinsi rekaan 1:{scale}")
    invented = story.invent(scale=scale)
    with acting(SYSTEM, reason="contoh"):
        users.create_demo_users()
    _say("Mengerjakan lembar contoh")
    actor = operator()
    with acting(actor, reason="contoh"):
        from sertakan.agencies.queries import find_agency
        from sertakan.intake import queries

        agency = find_agency(SAMPLE_AGENCY, on=clock.today())
        kept, fresh = files.receive(agency=agency, name=samples.SAMPLE_NAME, data=samples.sample_workbook())
    files.check(file_id=kept.pk, actor=actor)
    files.accept(file_id=kept.pk, actor=actor)
    _say("Mengirim ke BPJS rekaan dan menerima jawabannya")
    told = story.tell(sample=kept)
    _say("Menjalani bulan-bulan yang lalu: dibayar, menunggak, gugur")
    months.live()
    with acting(SYSTEM, reason="provinsi rekaan"):
        users.link_demo_donor()
    cases.add(first=agency)
    guard.run(actor)
    following.tell()
    meetings.tell()
    _say("Mencari orang yang tercatat dua kali")
    doubted = doubles.add(first=story.actor("coordinator"))
    with acting(actor, reason="contoh"):
        account = report(queries.get_file(kept.pk), unchanged=not fresh)
        bill = _sample_bill(agency)
    with acting(SYSTEM, reason="provinsi rekaan"):
        _count_again()
    return {"province": invented, "sample": account, "batch": _with_pages(told), "bill": bill, "pairs": doubted}


def _count_again() -> None:
    """What was told since the months were counted (bills, warnings, meetings) stands in the count as well."""
    from sertakan.core import clock
    from sertakan.core.month import Month
    from sertakan.coverage import services

    services.build(Month.of(clock.today()))


def _with_pages(told: dict[str, Any]) -> dict[str, Any]:
    step = told.pop("next")
    pages = {"page": f"{BATCHES}{step['batch']}/", "workbook": f"{BATCHES}{step['batch']}/buku-kerja/"} if step else {}
    return {**(step or {}), **pages, **told}


def _sample_bill(agency: Any) -> dict[str, Any]:
    from sertakan.contributions import services
    from sertakan.core import clock
    from sertakan.core.month import Month

    month = Month.of(clock.today()).next()
    account = services.make_bills(month=month, agency=agency)
    return {"month": str(month), "agency": agency.name, "lines": account.lines, "total": account.total}


def _say(text: str) -> None:
    progress_console.print(f"[dim]· {text} …[/]")


def _show(summary: dict[str, Any]) -> None:
    if summary["demo"]:
        from sertakan.cli.intake import show_account
        from sertakan.core.money import format_number, format_rupiah

        invented, batch, bill = summary["province"], summary["batch"], summary["bill"]
        console.print(
            f"\n[bold]Provinsi rekaan[/]: {format_number(invented['workers'])} pekerja, "
            f"{format_number(invented['agencies'])} perangkat daerah. Semua orang di dalamnya rekaan."
        )
        show_account(summary["sample"], most=5)
        console.print(
            f"\n[bold]BPJS rekaan[/]: {format_number(batch['members'])} pekerja sudah bernomor, "
            f"{format_number(batch['sent'])} menunggu, {format_number(batch['refused'])} ditolak."
        )
        if "batch" in batch:
            console.print(
                f"[bold]Kiriman {batch['batch']}[/] ({batch['kind_label'].lower()}, {batch['state_label'].lower()}): "
                f"{format_number(batch['workers'])} pekerja {batch['agency']} ke {batch['office']}. "
                f"Buku kerjanya diunduh di {batch['page']}",
                soft_wrap=True,
            )
        pairs = summary["pairs"]
        console.print(
            f"[bold]Kesamaan orang[/]: {format_number(pairs['waiting'])} pasangan menunggu keputusan di {PAIRS}, "
            f"{format_number(pairs['linked'])} sudah ditautkan."
        )
        console.print(
            f"[bold]Tagihan {bill['month']}[/] {bill['agency']}: {format_number(bill['lines'])} pekerja, "
            f"{format_rupiah(bill['total'])}."
        )
    console.print(f"\nSiap dalam {str(summary['seconds']).replace('.', ',')} detik. Data: {summary['data']}")


def _free_port(host: str, port: int) -> int:
    for candidate in range(port, port + 50):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, candidate))
            except OSError:
                continue
            if candidate != port:
                console.print(f"Porta {port} sedang dipakai; halaman dilayani di porta {candidate}.")
            return candidate
    raise typer.BadParameter(f"Tidak ada porta bebas mulai dari {port}. Pilih yang lain dengan --port.")


def _serve(host: str, port: int) -> None:
    """Pages and worker as two processes of their own, until told to stop."""
    here = Path(sys.executable).parent
    pages = [
        str(here / "gunicorn"), "sertakan.config.wsgi:application", "--bind", f"{host}:{port}", "--workers", "2",
        "--threads", "4", "--worker-class", "gthread", "--timeout", "120", "--log-level", "warning",
    ]  # fmt: skip
    from django.db import connections

    connections.close_all()
    running = [subprocess.Popen(pages), subprocess.Popen([str(here / "sertakan"), "worker"])]  # noqa: S603
    stopping = False

    def stop(*_: Any) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    shown = "localhost" if host in ("127.0.0.1", "0.0.0.0") else host  # noqa: S104
    console.print(f"\n[bold]Buka http://{shown}:{port}/[/]  (hentikan dengan Ctrl+C)")
    _show_sign_ins()
    while not stopping and all(process.poll() is None for process in running):
        time.sleep(0.3)
    for process in running:
        process.send_signal(signal.SIGTERM)
    for process in running:
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
    if not stopping:
        raise typer.Exit(1)


def _show_sign_ins() -> None:
    from django.conf import settings

    from sertakan.access.models import RoleAssignment
    from sertakan.synthetic.users import DEMO_USERS, PASSWORD

    if not settings.SERTAKAN_DEMO:
        console.print("  Buat pengguna pertama: .venv/bin/sertakan user add NAMA --role operator")
        return
    for user in DEMO_USERS:
        label = str(RoleAssignment.Role(user.role).label)
        console.print(f"  {label:32} {user.username:14} sandi: {PASSWORD}")
