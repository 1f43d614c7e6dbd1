"""From a bare process to a working installation: data directory, database, migrations, reference data, scope."""

from __future__ import annotations

import getpass
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sertakan.core import postgres

if TYPE_CHECKING:
    from sertakan.core.scope import Actor


def set_up(*, prepare_database: bool = True) -> None:
    """Make Django ready on the data directory of ``SERTAKAN_DATA``; start, migrate and fill the database where needed.

    Safe to repeat; the second time takes some hundredths of a second.
    """
    data = postgres.default_data_dir()
    os.environ["SERTAKAN_DATA"] = str(data)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sertakan.config.settings")
    if prepare_database:
        postgres.ensure(data)
    import django
    from django.apps import apps

    from sertakan.core import files
    from sertakan.core.messages import compile_catalogues

    compile_catalogues()
    if not apps.ready:
        django.setup()
    if prepare_database:
        _bring_up_to_date(data)
        files.clear_abandoned(data)


def _bring_up_to_date(data: Path) -> None:
    """Migrate and load what this version ships, unless the stamp says that it was done for this very database."""
    from django.db import connections
    from filelock import FileLock

    from sertakan.core import provision
    from sertakan.core.scope import SYSTEM, acting
    from sertakan.programme import reference

    stamp = data / "secrets" / "version.json"
    settings = connections["default"].settings_dict
    wanted = json.dumps([provision.fingerprint(), reference.fingerprint(), settings["HOST"], settings["NAME"]])
    if stamp.exists() and stamp.read_text() == wanted:
        provision.check_role()
        return
    with FileLock(data / "secrets" / "migrate.lock", timeout=300):
        provision.migrate()
        provision.check_role()
        with acting(SYSTEM, reason="penyiapan"):
            if not reference.is_loaded():
                reference.load_reference()
        stamp.write_text(wanted)


def operator() -> Actor:
    """Whoever sits at the terminal of the server: sees all, and is named in the trail."""
    from sertakan.core.scope import Actor

    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = "operator"
    return Actor(user_id=None, label=f"operator {name}", sees_all=True, roles=frozenset({"operator"}))


@contextmanager
def command_scope(reason: str = "") -> Iterator[Actor]:
    """Set up, then act as the operator in one transaction."""
    set_up()
    from sertakan.core.scope import acting

    with acting(operator(), reason=reason) as actor:
        yield actor
