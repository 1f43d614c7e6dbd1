"""``sertakan meeting``: meetings from the command line, through the same services as the pages."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sertakan.cli.output import console, emit
from sertakan.cli.session import command_scope
from sertakan.core.clock import WIB

if TYPE_CHECKING:
    from sertakan.meetings.models import Meeting

app = typer.Typer(help="Rapat tindak lanjut.", no_args_is_help=True)
JsonOption = Annotated[bool, typer.Option("--json", help="Cetak satu dokumen JSON.")]
MeetingArgument = Annotated[int, typer.Argument(help="Nomor rapat.")]


@app.callback()
def _group() -> None:
    """Rapat tindak lanjut."""


@app.command("list")
def list_(json_output: JsonOption = False) -> None:
    """Daftar rapat, yang terbaru di atas."""
    with command_scope(reason="meeting list"):
        from sertakan.meetings import queries

        result = {"meetings": [_meeting(one) for one in queries.meetings()[:50]]}
    emit(result, json_output, _show_list)


@app.command("plan")
def plan(
    title: Annotated[str, typer.Option("--title", help="Nama rapat.")],
    at: Annotated[str, typer.Option("--at", help="Hari dan jam WIB, YYYY-MM-DDTJJ:MM.")],
    place: Annotated[str, typer.Option("--place", help="Tempat.")],
    chair: Annotated[str, typer.Option("--chair", help="Pemimpin rapat.")] = "",
    json_output: JsonOption = False,
) -> None:
    """Rencanakan satu rapat."""
    try:
        starts = datetime.fromisoformat(at).replace(tzinfo=WIB)
    except ValueError:
        raise typer.BadParameter(f"hari dan jam ditulis YYYY-MM-DDTJJ:MM, bukan {at!r}") from None
    with command_scope(reason="meeting plan"):
        from sertakan.meetings import services

        result = _meeting(services.plan(title=title, starts_at=starts, place=place, chair=chair))
    emit(result, json_output, lambda shown: console.print(f"Rapat {shown['meeting']}: {shown['title']}"))


@app.command("prepare")
def prepare(meeting: MeetingArgument, json_output: JsonOption = False) -> None:
    """Susun acara dari tindakan yang berjalan, yang lewat jatuh tempo, dan yang berubah."""
    with command_scope(reason="meeting prepare"):
        from sertakan.meetings import queries, services

        items = services.prepare(queries.get_meeting(meeting).pk)
        result = {
            **_meeting(queries.get_meeting(meeting)),
            "agenda": [
                {"kind": str(item.kind), "title": item.title, "note": item.note, "agencies": item.agencies}
                for item in items
            ],
        }
    emit(result, json_output, _show_agenda)


@app.command("invite")
def invite(meeting: MeetingArgument, json_output: JsonOption = False) -> None:
    """Undang semua OPD yang belum diundang, dengan surat bernomor."""
    with command_scope(reason="meeting invite"):
        from sertakan.meetings import queries, services

        letter = services.invite(queries.get_meeting(meeting).pk)
        result = {"meeting": meeting, "letter": letter.pk, "number": letter.number, "agencies": len(letter.to)}
    emit(result, json_output, lambda shown: console.print(f"Undangan {shown['number']} untuk {shown['agencies']} OPD"))


def _meeting(one: Meeting) -> dict[str, Any]:
    return {
        "meeting": one.pk,
        "title": one.title,
        "starts_at": one.starts_at.astimezone(WIB),
        "place": one.place,
        "state": str(one.state),
        "prepared_on": one.prepared_on,
    }


def _show_list(result: dict[str, Any]) -> None:
    for one in result["meetings"]:
        console.print(
            f"{one['meeting']}  {one['starts_at']:%Y-%m-%d %H.%M}  {one['state']:8} {one['title']}", soft_wrap=True
        )
    if not result["meetings"]:
        console.print("Belum ada rapat. Buat dengan: sertakan meeting plan")


def _show_agenda(result: dict[str, Any]) -> None:
    console.print(f"Acara {result['title']} ({len(result['agenda'])} butir)")
    for place, item in enumerate(result["agenda"], start=1):
        console.print(f"{place}. {item['title']}\n   {item['note']}", soft_wrap=True, markup=False)
