"""``sertakan intake FILE``: the main job from a terminal, and ``sertakan template``, ``sertakan undo``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sertakan.cli.output import console, emit, progress_console
from sertakan.cli.session import operator, set_up

if TYPE_CHECKING:
    from sertakan.programme.checking import Progress

JsonOption = Annotated[bool, typer.Option("--json", help="Cetak satu dokumen JSON.")]
_STEPS = {
    "reading": "Membaca lembar",
    "checking": "Memeriksa baris",
    "writing": "Menyimpan baris",
    "accepting": "Mencatat pekerja",
}


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("intake")(intake)
    app.command("undo")(undo)
    app.command("template")(template)


def intake(
    file: Annotated[Path, typer.Argument(help="Berkas .xlsx .xls .ods .xlsb .csv, atau - untuk teks tempelan.")],
    agency: Annotated[str, typer.Option("--agency", help="Kode atau singkatan perangkat daerah.")],
    accept: Annotated[bool, typer.Option("--accept", help="Catat baris yang diterima.")] = False,
    rows: Annotated[bool, typer.Option("--rows", help="Sertakan setiap baris.")] = False,
    unmasked: Annotated[bool, typer.Option("--unmasked", help="Tampilkan nomor utuh; perlu --reason.")] = False,
    reason: Annotated[str, typer.Option("--reason", help="Alasan, tercatat dalam jejak audit.")] = "",
    default: Annotated[list[str] | None, typer.Option("--default", help="KOLOM=NILAI untuk seluruh berkas.")] = None,
    column: Annotated[list[str] | None, typer.Option("--column", help="JUDUL=KOLOM: arti sebuah kolom.")] = None,
    corrected_workbook: Annotated[
        Path | None, typer.Option("--held-to", help="Tulis baris yang ditahan ke buku kerja ini.")
    ] = None,
    json_output: JsonOption = False,
) -> None:
    """Periksa berkas sebuah OPD; dengan --accept catat baris yang diterima."""
    if unmasked and not reason.strip():
        raise typer.BadParameter("--unmasked memerlukan --reason.")
    if corrected_workbook is not None and not corrected_workbook.parent.is_dir():
        raise typer.BadParameter(f"Folder untuk --held-to tidak ada: {corrected_workbook.parent}")
    name, data = _content(file)
    set_up()
    from sertakan.agencies.queries import find_agency
    from sertakan.core import clock
    from sertakan.core.scope import acting
    from sertakan.intake import queries
    from sertakan.programme import corrections, files
    from sertakan.programme.report import report

    actor = operator()
    with acting(actor):
        owner = find_agency(agency, on=clock.today())
        kept, fresh = files.receive(agency=owner, name=name, data=data)
        before = (kept.staged_at, kept.accepted_at)
    with progress_bar(_STEPS) as progress:
        if default or column:
            columns = _pairs(column, "--column")
            if columns:
                _check_headings(columns, files.check(file_id=kept.pk, actor=actor, progress=progress).sheets)
            files.answer(file_id=kept.pk, actor=actor, defaults=_pairs(default, "--default"), columns=columns)
        kept = files.check(file_id=kept.pk, actor=actor, progress=progress)
        written = 0
        if accept:
            _, done = files.accept(file_id=kept.pk, actor=actor, progress=progress)
            written = done.rows
    with acting(actor, reason=reason):
        kept = queries.get_file(kept.pk)
        same = not fresh and not written and before == (kept.staged_at, kept.accepted_at)
        result = report(kept, unchanged=same, with_rows=rows, unmasked=unmasked)
        if corrected_workbook is not None:
            corrected_workbook.write_bytes(corrections.held_workbook(kept))
    emit(result, json_output, show_account)


def undo(
    number: Annotated[int, typer.Argument(help="Nomor berkas.")],
    reason: Annotated[str, typer.Option("--reason", help="Alasan, tercatat dalam jejak audit.")] = "",
    json_output: JsonOption = False,
) -> None:
    """Tarik kembali seluruh berkas selama belum ada yang dikirim ke BPJS."""
    set_up()
    from sertakan.core.scope import acting
    from sertakan.programme import files
    from sertakan.programme.report import report

    actor = operator()
    files.take_back(file_id=number, actor=actor, reason=reason)
    with acting(actor):
        from sertakan.intake import queries

        result = report(queries.get_file(number), unchanged=False, with_findings=False)
    emit(
        result, json_output, lambda data: console.print(f"Berkas {number} ditarik kembali ({data['withdrawn']} baris).")
    )


def template(
    out: Annotated[Path, typer.Option("--out", help="Berkas yang ditulis.")] = Path("format-sertakan.xlsx"),
    json_output: JsonOption = False,
) -> None:
    """Tulis buku kerja contoh untuk dibagikan kepada OPD."""
    set_up()
    from sertakan.core.scope import SYSTEM, acting
    from sertakan.programme.template import template_workbook

    with acting(SYSTEM):
        out.write_bytes(template_workbook())
    emit({"file": str(out)}, json_output, lambda data: console.print(f"Format ditulis ke {out}"))


def _content(file: Path) -> tuple[str, bytes]:
    if str(file) == "-":
        from sertakan.programme.checking import PASTED

        return f"tempelan{PASTED}", typer.get_binary_stream("stdin").read()
    if not file.exists():
        raise FileNotFoundError(2, "", str(file))
    if file.is_dir():
        raise typer.BadParameter(f"Ini sebuah folder, bukan berkas: {file}")
    return file.name, file.read_bytes()


def _check_headings(columns: Mapping[str, str], sheets: list[dict[str, Any]]) -> None:
    from sertakan.intake.columns import heading_keys
    from sertakan.intake.vocabulary import word_key

    lists = [sheet.get("headings", []) for sheet in sheets]
    headings = {heading for one in lists for heading in one}
    known = {name for one in lists for name in (*heading_keys(one), *(f"c{index}" for index in range(len(one))))}
    for heading in columns:
        if not {heading, word_key(heading)} & known:
            raise typer.BadParameter(
                f"Tidak ada kolom berjudul {heading!r}. Judul dalam berkas ini: {', '.join(sorted(filter(None, headings)))}."
            )


def _pairs(words: list[str] | None, option: str) -> dict[str, str]:
    pairs = {}
    for word in words or []:
        name, separator, value = word.partition("=")
        if not separator:
            raise typer.BadParameter(f"{option} ditulis NAMA=NILAI, bukan {word!r}.")
        pairs[name.strip()] = value.strip()
    return pairs


@contextmanager
def progress_bar(steps: Mapping[str, str]) -> Iterator[Progress]:
    """A bar on stderr; `steps` are the names of steps in words."""
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    with Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=progress_console,
        transient=True,
    ) as bar:
        task = bar.add_task("Menyiapkan", total=None)

        def show(step: str, done: int = 0, total: int | None = None) -> None:
            bar.update(task, description=steps.get(step, step), completed=done, total=total)

        yield show


def show_account(result: dict[str, Any], *, most: int = 20) -> None:
    """Prints what became of a file, with the first `most` findings that hold a row back."""
    from rich.table import Table

    title = f"Berkas {result['intake']}: {result['file']}"
    if result["unchanged"]:
        console.print(f"[bold]{title}[/]\nBerkas ini sudah pernah diunggah; tidak ada yang berubah.")
    else:
        console.print(f"[bold]{title}[/]")
    for sheet in result["sheets"]:
        if sheet["taken"]:
            console.print(
                f"  Lembar “{sheet['name']}”: judul kolom di baris {sheet['header_row']}, {sheet['rows']} baris."
            )
        else:
            console.print(f"  Lembar “{sheet['name']}” dilewati: {sheet['why']}")
    table = Table(title="Baris masuk = diterima + ditahan + ganda + sudah ada + ditarik", title_justify="left")
    names = {
        "rows": "Baris masuk",
        "accepted": "Diterima",
        "held": "Ditahan",
        "duplicates": "Ganda",
        "known": "Sudah ada",
        "withdrawn": "Ditarik",
    }
    for label in names.values():
        table.add_column(label, justify="right")
    table.add_row(*(f"{result[key]:,}".replace(",", ".") for key in names))
    console.print(table)
    holds = [found for found in result["findings"] if found["severity"] == "hold"]
    for found in holds[:most]:
        console.print(f"  [yellow]●[/] {found['message']} {found['remedy']}", soft_wrap=True)
    if len(holds) > most:
        console.print(f"  … dan {len(holds) - most} temuan lain; pakai --json atau --held-to untuk semuanya.")
