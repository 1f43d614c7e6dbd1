"""``sertakan user``: sign-ins, roles and API tokens."""

from __future__ import annotations

import secrets
from typing import Annotated, Any

import typer

from sertakan.cli.output import console, emit
from sertakan.cli.session import command_scope

app = typer.Typer(help="Pengguna, peran, dan kunci API.", no_args_is_help=False)
JsonOption = Annotated[bool, typer.Option("--json", help="Cetak satu dokumen JSON.")]


@app.callback()
def _group() -> None:
    """Pengguna, peran, dan kunci API."""


@app.command("add")
def add(
    username: Annotated[str, typer.Argument(help="Nama masuk.")],
    role: Annotated[str, typer.Option("--role", help="pic, donor, coordinator, bpjs, leader, auditor, operator.")],
    name: Annotated[str, typer.Option("--name", help="Nama lengkap.")] = "",
    agency: Annotated[str, typer.Option("--agency", help="Perangkat daerah, untuk pic dan donor.")] = "",
    email: Annotated[str, typer.Option("--email")] = "",
    json_output: JsonOption = False,
) -> None:
    """Tambah pengguna; sandi pertama dibuatkan dan hanya tampil sekali."""
    password = secrets.token_urlsafe(12)
    with command_scope(reason="pengguna baru"):
        from sertakan.access import services
        from sertakan.access.models import RoleAssignment
        from sertakan.agencies.queries import find_agency
        from sertakan.core import clock

        if role not in RoleAssignment.Role.values:
            raise typer.BadParameter(f"Peran {role} tidak ada. Pilihan: {', '.join(RoleAssignment.Role.values)}.")
        owner = find_agency(agency, on=clock.today()) if agency else None
        user = services.add_user(username=username, name=name or username, password=password, email=email)
        services.assign_role(user=user, role=role, agency=owner)
    emit({"username": username, "role": role, "password": password}, json_output, _show)


@app.command("email")
def email(
    username: Annotated[str, typer.Argument(help="Nama masuk.")],
    address: Annotated[str, typer.Argument(help="Alamat surat elektronik; kosong: tidak ada.")],
    json_output: JsonOption = False,
) -> None:
    """Catat ke mana surat untuk pengguna ini dikirim."""
    with command_scope(reason="alamat surat elektronik"):
        from sertakan.access import queries, services

        user = services.set_email(user=queries.get_user(username), email=address)
    emit({"username": username, "email": user.email}, json_output, lambda data: console.print("Dicatat."))


@app.command("token")
def token(
    username: Annotated[str, typer.Argument(help="Nama masuk.")],
    name: Annotated[str, typer.Option("--name", help="Untuk apa kunci ini.")],
    json_output: JsonOption = False,
) -> None:
    """Buat kunci API; hanya tampil sekali."""
    with command_scope(reason="kunci API"):
        from sertakan.access import queries, services

        made = services.issue_token(user=queries.get_user(username), name=name)
    emit({"token": made}, json_output, lambda data: console.print(data["token"]))


def _show(data: dict[str, Any]) -> None:
    console.print(f"Pengguna {data['username']} ({data['role']}) dibuat. Sandi pertama: {data['password']}")
