"""``sertakan receipt``: slips, recaps and the keys they are signed with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from sertakan.cli.output import console, emit
from sertakan.cli.session import command_scope, set_up

app = typer.Typer(help="Bukti, slip, dan rekap.", no_args_is_help=True)
JsonOption = Annotated[bool, typer.Option("--json", help="Cetak satu dokumen JSON.")]


@app.callback()
def _group() -> None:
    """Bukti, slip, dan rekap."""


@app.command("slips")
def slips(
    agency: Annotated[str, typer.Option("--agency", help="Kode atau singkatan OPD.")],
    pdf: Annotated[Path, typer.Option("--pdf", help="Berkas PDF yang ditulis.")],
    address: Annotated[
        str, typer.Option("--address", help="Alamat pemeriksa slip, misalnya https://contoh.go.id/cek/")
    ],
    json_output: JsonOption = False,
) -> None:
    """Terbitkan slip semua pekerja sebuah OPD."""
    if not pdf.resolve().parent.is_dir():
        raise typer.BadParameter(f"Folder tidak ada: {pdf.parent}")
    with command_scope(reason="receipt slips"):
        from sertakan.agencies.queries import find_agency
        from sertakan.contributions.receipts import slips as receipts

        owner = find_agency(agency)
        issued = receipts.issue_slips(agency_id=owner.pk)
        content = receipts.slips_pdf(issued, owner, address=address.rstrip("/") + "/")
    pdf.write_bytes(content)
    emit({"agency": owner.code, "slips": len(issued), "file": str(pdf)}, json_output, _show_slips)


@app.command("recap")
def recap(
    agency: Annotated[str, typer.Option("--agency", help="Kode atau singkatan OPD.")],
    month: Annotated[str, typer.Option("--month", help="Bulan, YYYY-MM.")],
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="Tulis lembar XLSX.")] = None,
    pdf: Annotated[Path | None, typer.Option("--pdf", help="Tulis surat PDF.")] = None,
    json_output: JsonOption = False,
) -> None:
    """Buat rekap bulanan sebuah OPD."""
    for target in (xlsx, pdf):
        if target is not None and not target.resolve().parent.is_dir():
            raise typer.BadParameter(f"Folder tidak ada: {target.parent}")
    with command_scope(reason="receipt recap"):
        from sertakan.agencies.queries import find_agency
        from sertakan.contributions.receipts import recap as papers
        from sertakan.programme.recaps import agency_recap
        from sertakan.rules import read_month

        wanted = read_month(month)
        found = agency_recap(find_agency(agency, on=wanted.last_day), wanted)
        files = [
            (path, write(found))
            for path, write in ((xlsx, papers.recap_workbook), (pdf, papers.recap_pdf))
            if path is not None
        ]
    for path, content in files:
        path.write_bytes(content)
    states = ("active", "arrears_1", "arrears_2", "arrears_3", "inactive", "not_yet", "refused")
    result = {
        "agency": found.agency.code,
        "month": str(found.month),
        "on": found.on,
        "workers": len(found.rows),
        "states": {name: found.count(name) for name in states},
        "due": found.due,
        "paid": found.paid,
        "files": [str(path) for path, _ in files],
    }
    emit(result, json_output)


@app.command("check")
def check(
    code: Annotated[str, typer.Argument(help="Kode slip, alamat di kotak, atau 13 huruf dan angka di bawahnya.")],
    json_output: JsonOption = False,
) -> None:
    """Periksa slip: apa yang dibuktikan, dan keadaan hari ini."""
    with command_scope(reason="receipt check"):
        from sertakan.programme.proofs import check_slip

        found = check_slip(code)
    result = {
        "initials": found.initials,
        "signature_verified": found.verified,
        "signed_on": found.signed_on,
        "signed_until": str(found.signed_until),
        "state_today": found.state,
        "paid_until_today": str(found.paid_until) if found.paid_until else None,
    }
    emit(result, json_output)


@app.command("withdraw")
def withdraw(
    reference: Annotated[str, typer.Argument(help="13 huruf dan angka di bawah kotak.")],
    json_output: JsonOption = False,
) -> None:
    """Tarik slip yang hilang; kodenya tidak berlaku lagi."""
    with command_scope(reason="receipt withdraw"):
        from sertakan.contributions.receipts import slips as receipts

        receipts.withdraw_slip(reference=reference)
    emit({"withdrawn": True}, json_output, lambda _: console.print("Slip ditarik."))


@app.command("key")
def key(
    rotate: Annotated[bool, typer.Option("--rotate", help="Buat kunci baru; slip lama tetap berlaku.")] = False,
    leaked: Annotated[bool, typer.Option("--leaked", help="Kunci lama bocor: slip lama tidak dipercaya lagi.")] = False,
    json_output: JsonOption = False,
) -> None:
    """Tampilkan kunci pemeriksa slip, atau ganti kuncinya."""
    set_up()
    from sertakan.core import signing

    if rotate or leaked:
        with command_scope(reason="receipt key"):
            from sertakan.core import audit

            signing.current_key_id()
            made = signing.rotate(withdraw=leaked)
            audit.record("core.signing_key_rotated", facts={"key": made.id, "leaked": leaked})
    else:
        signing.current_key_id()
    keys = [
        {"id": one.id, "public_key": one.hex, "made_on": one.made_on, "retired_on": one.retired_on, "withdrawn": one.withdrawn}
        for one in signing.public_keys()
    ]  # fmt: skip
    emit({"keys": keys}, json_output, _show_keys)


def _show_slips(result: dict[str, Any]) -> None:
    console.print(f"{result['slips']} slip ditulis: {result['file']}", soft_wrap=True, markup=False)


def _show_keys(result: dict[str, Any]) -> None:
    for one in result["keys"]:
        state = "ditarik" if one["withdrawn"] else f"sampai {one['retired_on']}" if one["retired_on"] else "dipakai"
        console.print(f"{one['id']} {one['public_key']} sejak {one['made_on']}, {state}", soft_wrap=True, markup=False)
