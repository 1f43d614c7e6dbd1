"""``sertakan report``: monthly and yearly reports, and recaps per agency, as numbered letters."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sertakan.cli.output import console, emit
from sertakan.cli.session import command_scope
from sertakan.core.month import Month

if TYPE_CHECKING:
    from sertakan.letters.models import Letter

app = typer.Typer(help="Laporan kepada Sekda dan Gubernur.", no_args_is_help=True)
JsonOption = Annotated[bool, typer.Option("--json", help="Cetak satu dokumen JSON.")]
OutOption = Annotated[Path, typer.Option("--out", help="Berkas yang ditulis: .pdf, .docx, atau .xlsx.")]
_FORMS = (".pdf", ".docx", ".xlsx")


@app.callback()
def _group() -> None:
    """Laporan kepada Sekda dan Gubernur."""


@app.command("monthly")
def monthly(
    month: Annotated[str, typer.Option("--month", help="Bulan, YYYY-MM.")],
    out: OutOption,
    json_output: JsonOption = False,
) -> None:
    """Tulis laporan bulanan bernomor (dua halaman)."""
    wanted = _month(month)
    _write(out, json_output, "report monthly", lambda reporting: reporting.write_month(wanted))


@app.command("yearly")
def yearly(
    year: Annotated[int, typer.Option("--year", help="Tahun, misalnya 2026.", min=2000, max=2100)],
    out: OutOption,
    json_output: JsonOption = False,
) -> None:
    """Tulis laporan tahunan bernomor."""
    _write(out, json_output, "report yearly", lambda reporting: reporting.write_year(year))


@app.command("recap")
def recap(
    month: Annotated[str, typer.Option("--month", help="Bulan, YYYY-MM.")],
    out: OutOption,
    json_output: JsonOption = False,
) -> None:
    """Tulis rekap per OPD bernomor."""
    wanted = _month(month)
    _write(out, json_output, "report recap", lambda reporting: reporting.write_recap(wanted))


def _month(text: str) -> Month:
    try:
        return Month.parse(text)
    except ValueError:
        raise typer.BadParameter(f"bulan ditulis YYYY-MM, bukan {text!r}") from None


def _write(out: Path, json_output: bool, reason: str, write: Any) -> None:  # noqa: FBT001
    form = out.suffix.casefold()
    if form not in _FORMS:
        raise typer.BadParameter(f"Akhiran berkas harus salah satu dari {', '.join(_FORMS)}.")
    if not out.resolve().parent.is_dir():
        raise typer.BadParameter(f"Folder tidak ada: {out.parent}")
    with command_scope(reason=reason):
        from sertakan.letters import services as letters
        from sertakan.programme import reporting

        letter: Letter = write(reporting)
        content = {".pdf": letters.pdf, ".docx": letters.docx, ".xlsx": letters.xlsx}[form](letter)
        result = {"letter": letter.pk, "number": letter.number, "dated_on": letter.dated_on, "subject": letter.subject}
        out.write_bytes(content)  # before the number is final: what cannot be saved takes none
    emit({**result, "file": str(out)}, json_output, _show)


def _show(result: dict[str, Any]) -> None:
    console.print(f"{result['subject']}\nNomor {result['number']}: {result['file']}", soft_wrap=True)
