"""The command ``sertakan``: thin commands over the same services as the pages.

``--data DIR`` may stand anywhere. With ``--json`` stdout is exactly one JSON document, for errors and wrong usage too; exit code 2 means
bad input or wrong usage, 1 a fault of ours.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from collections.abc import Sequence

import typer
from typer.main import get_command

from sertakan.cli.output import emit, progress_console
from sertakan.core.errors import DomainError

_GROUPS = {
    "agency": "agency",
    "areas": "areas",
    "rules": "rules",
    "batch": "batch",
    "person": "person",
    "user": "user",
    "link": "link",
    "protection": "protection",
    "account": "account",
    "claim": "claim",
    "receipt": "receipt",
    "guard": "guard",
    "coverage": "coverage",
    "meeting": "meeting",
    "report": "report",
}
_COMMANDS = ("intake", "bill", "reconcile", "plan", "duties", "seed", "clock", "service", "start")

app = typer.Typer(
    name="sertakan",
    help="Sertakan: dari lembar OPD sampai pekerja yang benar-benar terlindungi.",
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def _root() -> None:
    """Semua perintah menerima --data DIR dan --json."""


def _register() -> None:
    for module, name in _GROUPS.items():
        if importlib.util.find_spec(f"sertakan.cli.{module}") is None:
            continue
        app.add_typer(importlib.import_module(f"sertakan.cli.{module}").app, name=name)
    for module in _COMMANDS:
        if importlib.util.find_spec(f"sertakan.cli.{module}") is None:
            continue
        importlib.import_module(f"sertakan.cli.{module}").register(app)


def _take_option(arguments: list[str], name: str) -> str | None:
    """Take ``name VALUE`` or ``name=VALUE`` out of `arguments`, wherever it stands."""
    for position, argument in enumerate(arguments):
        if argument == name:
            if position + 1 >= len(arguments):
                raise typer.BadParameter(f"{name} memerlukan sebuah nilai.")
            value = arguments[position + 1]
            del arguments[position : position + 2]
            return value
        if argument.startswith(f"{name}="):
            del arguments[position]
            return argument.split("=", 1)[1]
    return None


def run(arguments: Sequence[str]) -> int:
    """Run one command line; returns the exit code."""
    words = list(arguments)
    json_output = "--json" in words
    try:
        data = _take_option(words, "--data")
        if data:
            os.environ["SERTAKAN_DATA"] = data
        _register()
        result = get_command(app).main(args=words, prog_name="sertakan", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except DomainError as refusal:
        facts = {key: str(value) for key, value in refusal.facts.items()}
        return _fail(refusal.code, str(refusal), json_output, facts=facts)
    except typer.Exit as end:
        return end.exit_code
    except (typer.Abort, KeyboardInterrupt):
        return _fail(
            "interrupted", "Dihentikan. Jalankan perintah yang sama untuk meneruskan.", json_output, status=130
        )
    except typer.TyperException as wrong:
        said = wrong.format_message() if hasattr(wrong, "format_message") else str(wrong)
        return _fail("usage", f"{said} Lihat: sertakan --help", json_output)
    except FileNotFoundError as missing:
        return _fail("file_not_found", f"Berkas tidak ditemukan: {missing.filename}", json_output)
    except BrokenPipeError:
        return 0
    except (PermissionError, IsADirectoryError, NotADirectoryError) as closed:
        return _fail("file_not_accessible", f"Berkas tidak dapat dibuka atau ditulis: {closed.filename}", json_output)
    except Exception as fault:
        if os.environ.get("SERTAKAN_DEBUG"):
            raise
        kind = type(fault).__name__
        message = f"Terjadi kesalahan pada program ({kind}). Tidak ada perubahan yang disimpan oleh perintah ini."
        return _fail("internal_error", message, json_output, status=1)


def _fail(
    code: str,
    message: str,
    json_output: bool,  # noqa: FBT001
    *,
    status: int = 2,
    facts: dict[str, str] | None = None,
) -> int:
    if json_output:
        emit({"code": code, "message": message, "facts": facts or {}}, json_output)
    else:
        progress_console.print(f"[bold red]✗[/] {message}", soft_wrap=True)
    return status


def main() -> None:
    """The entry point of the installed command."""
    sys.exit(run(sys.argv[1:]))
