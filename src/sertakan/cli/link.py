"""``sertakan link``: who is who. Here: how good linkage is on a labelled list, and labelled lists of invented people."""

from __future__ import annotations

import importlib.util
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from sertakan.cli.output import console, emit

app = typer.Typer(help="Pencocokan orang.", no_args_is_help=True)

JsonOption = Annotated[bool, typer.Option("--json", help="Cetak satu dokumen JSON.")]


class Half(StrEnum):
    """Train: what models and thresholds are made with. Test: other people, and errors that no model was told about."""

    TRAIN = "train"
    TEST = "test"


class Way(StrEnum):
    """How a list is linked."""

    TRAINED = "trained"
    UNLABELLED = "unlabelled"


@app.command("evaluate")
def evaluate(
    dataset: Annotated[Path, typer.Argument(metavar="DATASET.csv", help="Daftar berlabel, satu baris satu catatan.")],
    truth: Annotated[str, typer.Option("--truth", help="Kolom kebenaran: nomor orang (atau benda) di balik catatan.")],
    id_column: Annotated[
        str | None, typer.Option("--id", help="Kolom nomor catatan; bila tidak ada, nomor baris.")
    ] = None,
    source: Annotated[
        str | None, typer.Option("--source", help="Kolom asal catatan; pasangan dicari antara dua asal saja.")
    ] = None,
    one_set: Annotated[
        bool, typer.Option("--one-set", help="Cari pasangan di seluruh daftar, meskipun ada kolom asal.")
    ] = False,
    mapping: Annotated[
        list[str] | None,
        typer.Option(
            "--map", help="KOLOM_KITA=KOLOM_BERKAS, misalnya name=depan+belakang; ignore=KOLOM untuk melewatkan."
        ),
    ] = None,
    way: Annotated[
        Way | None,
        typer.Option(
            "--way", help="trained: model terlatih; unlabelled: bobot dari daftar itu sendiri. Bila kosong, dipilih."
        ),
    ] = None,
    chart: Annotated[Path | None, typer.Option("--chart", help="Tulis kurva presisi dan recall sebagai SVG.")] = None,
    json_output: JsonOption = False,
) -> None:
    """Cocokkan daftar berlabel tanpa melihat labelnya, lalu ukur hasilnya."""
    from sertakan.linkage import datasets, evaluation
    from sertakan.linkage.mapping import parse_map

    if not dataset.exists():
        raise FileNotFoundError(2, "", str(dataset))
    if dataset.is_dir():
        raise typer.BadParameter(f"Ini sebuah folder, bukan berkas: {dataset}")
    done = datasets.measure_file(
        dataset,
        truth=truth,
        id_column=id_column,
        source_column=source,
        given=parse_map(mapping or []),
        one_set=one_set,
        way=way.value if way else None,
    )
    if chart is not None:
        chart.write_text(evaluation.chart(done.evaluation), encoding="utf-8")
    emit(done.as_dict(), json_output, _show_evaluation)


@app.command("generate")
def generate(
    out: Annotated[Path, typer.Option("--out", help="Berkas tujuan (.csv).")],
    records: Annotated[int, typer.Option("--records", min=100, max=5_000_000, help="Banyaknya catatan.")] = 200_000,
    half: Annotated[
        Half, typer.Option("--half", help="train, atau test dengan galat yang tidak dikenal model.")
    ] = Half.TEST,
    seed: Annotated[int, typer.Option("--seed", help="Bilangan awal; yang sama memberi orang rekaan yang sama.")] = 1,
    errors: Annotated[float, typer.Option("--errors", min=0, max=1, help="Bagian catatan yang bergalat.")] = 0.25,
    json_output: JsonOption = False,
) -> None:
    """Tulis daftar orang rekaan yang kebenarannya diketahui (kolom cluster)."""
    from sertakan.synthetic import labelled

    frame = labelled.generate(records, seed=seed, half=half.value, errors=errors)
    out.parent.mkdir(parents=True, exist_ok=True)
    frame.write_csv(out)
    sizes = frame["cluster"].value_counts()["count"]
    data = {
        "file": str(out),
        "records": frame.height,
        "people": sizes.len(),
        "true_pairs": int((sizes * (sizes - 1) // 2).sum()),
        "with_errors": int((frame["kinds"] != "").sum()),
        "half": half.value,
        "seed": seed,
    }
    emit(data, json_output, _show_generated)


def _show_generated(data: dict[str, Any]) -> None:
    console.print(
        f"✓ {data['records']} catatan dari {data['people']} orang rekaan ditulis ke {data['file']}; "
        f"{data['true_pairs']} pasangan benar, {data['with_errors']} catatan bergalat."
    )


def _percent(share: float) -> str:
    return f"{share * 100:.2f} %"


def _show_evaluation(data: dict[str, Any]) -> None:
    from rich.table import Table

    console.print(
        f"[bold]{data['pairs']} pasangan ditautkan[/] pada ambang {data['threshold']:.4f} dari {data['records']} catatan; "
        f"{data['right']} benar, {data['true_pairs']} yang seharusnya ada."
    )
    for name, said in (("precision", "Presisi"), ("recall", "Recall"), ("f1", "F1")):
        low, high = data["intervals"][name]
        console.print(f"  {said:8} {_percent(data[name]):>9}  [dim]({_percent(low)} sampai {_percent(high)})[/]")
    console.print(
        f"  {data['seconds']} detik, {data['peak_mb']} MB; dicocokkan: {', '.join(data['mapping']['columns'])}"
    )
    for title, parts in [("Galat", data["by_kind"]), *data["by_group"].items()]:
        if not parts:
            continue
        table = Table(title, "Pasangan", "Ditemukan", "Recall", "Salah")
        for one in sorted(parts, key=lambda part: part["recall"]):
            table.add_row(
                one["name"], str(one["true_pairs"]), str(one["found"]), _percent(one["recall"]), str(one["wrong"])
            )
        console.print(table)


def _attach_register() -> None:
    if importlib.util.find_spec("sertakan.cli.link_register") is not None:
        importlib.import_module("sertakan.cli.link_register").attach(app)


_attach_register()
