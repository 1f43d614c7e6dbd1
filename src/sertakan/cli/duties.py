"""``sertakan duties``: where agencies stand with what they are asked; ``sertakan remind``: what goes out, or would go out."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer

from sertakan.cli.output import console, emit

JsonOption = Annotated[bool, typer.Option("--json", help="Cetak satu dokumen JSON.")]
OnOption = Annotated[str | None, typer.Option("--on", help="Keadaan pada hari itu, YYYY-MM-DD; tanpa ini: hari ini.")]


def register(app: typer.Typer) -> None:
    """Hang the commands under the root."""
    app.command("duties")(duties)
    app.command("remind")(remind)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"tanggal ditulis YYYY-MM-DD, bukan {text!r}") from None


def duties(
    agency: Annotated[str, typer.Option("--agency", help="Kode atau singkatan perangkat daerah.")] = "",
    on: OnOption = None,
    json_output: JsonOption = False,
) -> None:
    """Tampilkan kewajiban tiap perangkat daerah: apa yang diminta, sudah, dan lewat waktu."""
    from sertakan.cli.session import command_scope

    asked_on = _day(on)
    with command_scope(reason="duties"):
        from sertakan.agencies import queries as agencies
        from sertakan.core import clock
        from sertakan.followup import queries
        from sertakan.programme import following

        day = asked_on or clock.today()
        one = agencies.find_agency(agency, on=day) if agency else None
        asked = queries.duties(day)
        now = day == clock.today()
        every = following.cells_today(late_months=following.LATE_MONTHS) if now else queries.states(day)
        cells = [cell for cell in every if one is None or cell.agency_id == one.pk]
        named = {body.pk: body for body in agencies.in_force(day)}
        result: dict[str, Any] = {
            "on": day,
            "agency": one.code if one else None,
            "duties": [
                {
                    "id": row.id, "code": row.code, "title": row.title, "period": row.period_kind, "measure": row.measure,
                    "due_rule": row.due_rule, "source": row.source, "due_source": row.due_source or None,
                }
                for row in asked
            ],
            "agencies": [
                {
                    "agency": named[share.agency_id].code if share.agency_id in named else str(share.agency_id),
                    "name": share.name, "fulfilled": share.fulfilled, "asked": share.asked, "share": share.share,
                    "low": share.low, "high": share.high, "best_rank": share.best or None, "worst_rank": share.worst or None,
                }
                for share in queries.ranked(every, day)
                if one is None or share.agency_id == one.pk
            ],
            "overdue": sum(cell.status == "overdue" for cell in cells),
        }  # fmt: skip
        if one is not None:
            titles = {row.id: row.title for row in asked}
            result["cells"] = [
                {
                    "duty": titles.get(cell.duty_id, ""), "period": str(cell.period) if cell.period else None,
                    "status": cell.status, "value": cell.value, "of": cell.of, "due": cell.due, "how": cell.how,
                }
                for cell in cells
            ]  # fmt: skip
    emit(result, json_output, _show)


def remind(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Hanya tampilkan yang akan dikirim.")] = False,
    on: OnOption = None,
    json_output: JsonOption = False,
) -> None:
    """Kirim pengingat yang sudah waktunya; dengan --dry-run tidak ada yang ditulis."""
    from sertakan.cli.session import operator, set_up

    asked_on = _day(on)
    if asked_on is not None and not dry_run:
        raise typer.BadParameter("--on hanya untuk --dry-run; pengingat dikirim menurut hari ini.")
    set_up()
    from sertakan.core import clock
    from sertakan.core.scope import acting
    from sertakan.followup import services
    from sertakan.programme import following

    day = asked_on or clock.today()
    if dry_run:
        with acting(operator(), reason="remind --dry-run"):
            counted = following.values_by_month(day) if day == clock.today() else ()
            result = {"on": day, "messages": [_message(one) for one in services.preview(day, counted=counted)]}
        emit(result, json_output, _show_messages)
        return
    with acting(operator(), reason="remind"):
        following.follow()
    ran = services.remind(actor=operator())
    emit(
        {"on": day, "planned": ran.planned, "sent": ran.sent, "cancelled": ran.cancelled, "closed": ran.closed},
        json_output, _show_run,
    )  # fmt: skip


def _message(one: Any) -> dict[str, Any]:
    return {
        "agency": one.agency.code, "duty": one.duty.code, "period": str(one.cell.period) if one.cell.period else None,
        "kind": one.kind, "days": one.days, "due": one.cell.due, "subject": one.subject, "body": one.body,
        "to": [name for _key, name, _mail in one.to], "letter": one.letter or None,
    }  # fmt: skip


def _show(result: dict[str, Any]) -> None:
    console.print(f"[bold]Kewajiban per {result['on']}[/]: {result['overdue']} lewat waktu")
    for row in result["duties"]:
        due = row["due_rule"] or "tanpa batas waktu"
        console.print(f"  {row['id']} {row['title']} ({row['period']}, {due})", markup=False)
    for one in result["agencies"]:
        share = "–" if one["share"] is None else f"{100 * one['share']:.0f} %"
        console.print(f"{one['name']}: {one['fulfilled']} dari {one['asked']} ({share})", markup=False)
    for cell in result.get("cells", ()):
        console.print(f"  {cell['status']:<10} {cell['period'] or 'sekali':<8} {cell['duty']}", markup=False)


def _show_messages(result: dict[str, Any]) -> None:
    if not result["messages"]:
        console.print(f"Tidak ada pengingat pada {result['on']}.")
    for one in result["messages"]:
        console.print(f"{one['agency']} → {', '.join(one['to']) or '–'}: {one['subject']}", markup=False)


def _show_run(result: dict[str, Any]) -> None:
    if result["closed"]:
        console.print("Hari ini bukan hari kerja; tidak ada yang dikirim.")
        return
    console.print(f"{result['sent']} pengingat dikirim, {result['cancelled']} tidak perlu lagi.")
