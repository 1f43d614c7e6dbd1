"""``sertakan claim``: cases from the command line, through the same services as the pages."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sertakan.cli.output import console, emit
from sertakan.cli.session import command_scope
from sertakan.core.clock import WIB
from sertakan.core.money import format_rupiah

if TYPE_CHECKING:
    from sertakan.claims.models import Case

app = typer.Typer(help="Pengurusan klaim.", no_args_is_help=True)
JsonOption = Annotated[bool, typer.Option("--json", help="Cetak satu dokumen JSON.")]


@app.callback()
def _group() -> None:
    """Pengurusan klaim."""


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"tanggal ditulis YYYY-MM-DD, bukan {text!r}") from None


def _hour(text: str | None) -> time | None:
    if text is None:
        return None
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"jam ditulis JJ:MM, bukan {text!r}") from None


@app.command("open")
def open_(
    person: Annotated[int, typer.Argument(help="Nomor orang dalam daftar.")],
    kind: Annotated[str, typer.Option("--kind", help="accident, disease, disability, death, atau death_by_accident.")],
    on: Annotated[str, typer.Option("--on", help="Hari kejadian, YYYY-MM-DD.")],
    reporter: Annotated[str, typer.Option("--reporter", help="Nama yang memberi kabar.")],
    relation: Annotated[str, typer.Option("--relation", help="Hubungannya dengan pekerja.")],
    at: Annotated[str | None, typer.Option("--at", help="Jam kejadian, JJ:MM.")] = None,
    phone: Annotated[str, typer.Option("--phone", help="Telepon yang memberi kabar.")] = "",
    agency: Annotated[str | None, typer.Option("--agency", help="Kode atau singkatan OPD.")] = None,
    work_end: Annotated[str | None, typer.Option("--work-end", help="Hari terakhir bekerja (penyakit).")] = None,
    json_output: JsonOption = False,
) -> None:
    """Buka kasus; batas waktu langsung terhitung."""
    with command_scope(reason="claim open"):
        from sertakan.agencies.queries import find_agency
        from sertakan.claims import services

        case = services.open_case(
            person_id=person,
            kind=kind,
            event_on=_day(on) or date.min,
            event_time=_hour(at),
            work_end=_day(work_end),
            agency_id=find_agency(agency).pk if agency else None,
            reporter=services.Reporter(reporter, relation, phone),
        )
        result = _case(case)
    emit(result, json_output, _show)


@app.command("show")
def show(
    case: Annotated[int, typer.Argument(help="Nomor kasus.")],
    json_output: JsonOption = False,
) -> None:
    """Tampilkan kasus: langkah, batas waktu, perkiraan."""
    with command_scope(reason="claim show"):
        from sertakan.claims import queries

        result = _case(queries.get_case(case))
    emit(result, json_output, _show)


@app.command("list")
def list_(
    every: Annotated[bool, typer.Option("--all", help="Juga yang selesai.")] = False,
    json_output: JsonOption = False,
) -> None:
    """Daftar kasus dan langkah yang lewat batas waktu."""
    with command_scope(reason="claim list"):
        from sertakan.claims import queries
        from sertakan.core import clock

        today = clock.today()
        result = {
            "cases": [
                {
                    "case": row.case.pk,
                    "person": row.case.person.merged_into_id or row.case.person_id,
                    "agency": row.case.agency.code,
                    "kind": row.case.kind,
                    "event_on": row.case.event_on,
                    "state": row.case.state,
                    "next_due": _local(row.next_due),
                    "overdue": row.overdue,
                }
                for row in queries.rows(list(queries.cases(open_only=not every)))
            ],
            "overdue": [
                {
                    "case": one.case_id,
                    "step": one.code,
                    "ours": one.ours,
                    "due_at": _local(one.due_at),
                    "days": one.days(today),
                }
                for one in queries.overdue()
            ],
        }
    emit(result, json_output, _show_list)


@app.command("step")
def step(
    case: Annotated[int, typer.Argument(help="Nomor kasus.")],
    code: Annotated[str, typer.Argument(help="Kode langkah, misalnya report_one.")],
    on: Annotated[str, typer.Option("--on", help="Hari dilakukan, YYYY-MM-DD.")],
    at: Annotated[str | None, typer.Option("--at", help="Jam dilakukan, JJ:MM.")] = None,
    note: Annotated[str, typer.Option("--note", help="Catatan tanpa keterangan kesehatan.")] = "",
    undo: Annotated[bool, typer.Option("--undo", help="Hapus catatan langkah ini.")] = False,
    json_output: JsonOption = False,
) -> None:
    """Catat satu langkah sudah dilakukan."""
    with command_scope(reason="claim step"):
        from sertakan.claims import services

        done = (
            services.undo_step(case_id=case, code=code)
            if undo
            else services.do_step(
                case_id=case, code=code, done_on=_day(on) or date.min, done_time=_hour(at), note=note
            )
        )  # fmt: skip
        result = _case(done)
    emit(result, json_output, _show)


def _local(moment: datetime | None) -> datetime | None:
    """A moment as the clock in western Indonesia shows it, to the second."""
    return None if moment is None else moment.astimezone(WIB).replace(microsecond=0)


def _case(case: Case) -> dict[str, Any]:
    from sertakan.claims import history, queries
    from sertakan.claims.estimate import estimate

    told = estimate(case.kind, history.explained(case.snapshot))
    outcome = queries.outcome(case)
    return {
        "case": case.pk,
        "person": case.person_id,
        "agency": case.agency.code,
        "kind": case.kind,
        "event_on": case.event_on,
        "state": case.state,
        "estimate": {
            "known": told.known,
            "covered": told.covered,
            "state": told.state,
            "now": told.now,
            "after_settling": told.after,
            "why": [one.text for one in told.why],
            "still": [one.text for one in told.still],
            "rules_version": told.rules_version,
        },
        "steps": [
            {
                "code": one.step.code,
                "label": one.planned.kind.label,
                "duty_of": one.step.duty_of,
                "due_at": _local(one.step.due_at),
                "done_at": _local(one.step.done_at),
                "overdue": one.overdue,
                "source": one.planned.source,
            }
            for one in queries.standings(case)
        ],
        "limits": [{"code": one.code, "day": one.day, "source": one.source} for one in queries.limits(case)],
        "outcome": None
        if outcome is None
        else {"amount": outcome.amount, "decided_on": outcome.decided_on, "paid_on": outcome.paid_on},
    }


def _show(result: dict[str, Any]) -> None:
    console.print(f"[bold]Kasus {result['case']}[/] {result['kind']} {result['event_on']}: {result['state']}")
    told = result["estimate"]
    if told["known"]:
        console.print(
            f"  Sekarang {format_rupiah(told['now'])}, sesudah dilunasi {format_rupiah(told['after_settling'])}"
        )
    for sentence in (*told["why"], *told["still"]):
        console.print(f"  • {sentence}", soft_wrap=True, markup=False)
    for one in result["steps"]:
        mark = "✓" if one["done_at"] else "!" if one["overdue"] else "·"
        due = f" paling lambat {one['due_at']:%Y-%m-%d %H:%M}" if one["due_at"] and not one["done_at"] else ""
        console.print(f"  {mark} {one['code']}: {one['label']}{due}", soft_wrap=True, markup=False)


def _show_list(result: dict[str, Any]) -> None:
    if not result["cases"]:
        console.print("Tidak ada kasus yang berjalan.")
    for one in result["cases"]:
        late = f", {one['overdue']} lewat batas" if one["overdue"] else ""
        console.print(f"{one['case']} {one['kind']} {one['event_on']} {one['agency']}: {one['state']}{late}")
