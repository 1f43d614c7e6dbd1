"""One embedded cluster per run, one migrated template, a clone per worker. Tests connect as the application's role.

`db` (pytest-django) rolls back after each test. `reference` is the same on a database that holds the reference data. `committed_db` and
`committed_reference` give a database of its own to what must really commit, such as two threads that claim the same row.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import django
import django.db
import pytest

from sertakan.core import postgres
from sertakan.core.messages import compile_catalogues

TEMPLATE = "sertakan_template"
FILLED = "sertakan_template_filled"


def _begin_run() -> Path:
    """The data directory of this run; made by the first process, found by the workers through the environment."""
    given = os.environ.get("SERTAKAN_TEST_DATA")
    if given:
        return Path(given)
    base = Path("/var/tmp") if Path("/var/tmp").is_dir() else Path(tempfile.gettempdir())
    data = base / f"sertakan-test-{os.getpid()}"
    os.environ["SERTAKAN_TEST_DATA"] = str(data)
    atexit.register(_end_run, data)
    return data


def _end_run(data: Path) -> None:
    with contextlib.suppress(Exception):
        postgres.stop(data)
    shutil.rmtree(data, ignore_errors=True)


os.environ.setdefault("SERTAKAN_DURABLE", "off")
DATA = _begin_run()
os.environ["SERTAKAN_DATA"] = str(DATA)
os.environ.pop("DATABASE_URL", None)
os.environ["SERTAKAN_TEST_DATABASE"] = "sertakan_test_" + os.environ.get("PYTEST_XDIST_WORKER", "main")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
LOGINS = postgres.ensure(DATA)
os.environ["DJANGO_SETTINGS_MODULE"] = "sertakan.config.settings"
compile_catalogues()
django.setup()
for _alias in (
    "default",
    "owner",
):  # a worker has read the settings with the environment of the process that began the run
    django.db.connections[_alias].settings_dict["NAME"] = os.environ["SERTAKAN_TEST_DATABASE"]


def _admin() -> Any:
    import psycopg

    return psycopg.connect(LOGINS.admin.conninfo(), autocommit=True)


def clone(name: str, source: str = TEMPLATE) -> None:
    """Make database `name` as a copy of the migrated template, or of the one that also holds the reference data."""
    from psycopg import sql

    with _admin() as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        postgres.create_database(connection, name, template=source)


def _make_filled_template() -> None:
    """Load the reference data once per run, under a lock."""
    from filelock import FileLock

    from sertakan.core.scope import SYSTEM, acting
    from sertakan.programme.reference import load_reference

    _make_template()
    with FileLock(DATA / "filled.lock"):
        if (DATA / "filled.done").exists():
            return
        clone(FILLED)
        with pointed_at(FILLED), acting(SYSTEM, reason="uji"):
            load_reference()
        (DATA / "filled.done").touch()


def _make_template() -> None:
    """Migrate once per run, under a lock; or take what an earlier run with the same migrations kept."""
    from django.db import connections
    from filelock import FileLock

    import kept_template
    from sertakan.core import provision

    with FileLock(DATA / "template.lock"):
        if (DATA / "template.done").exists():
            return
        with _admin() as connection:
            postgres.create_database(connection, TEMPLATE)
        if not kept_template.restore(LOGINS.admin, TEMPLATE):
            with pointed_at(TEMPLATE):
                provision.migrate()
                for alias in ("owner", "default"):
                    connections[alias].close()
            kept_template.keep(LOGINS.admin, TEMPLATE)
        (DATA / "template.done").touch()


@contextlib.contextmanager
def pointed_at(name: str) -> Iterator[None]:
    """Both connections of this process go to database `name`."""
    from django.db import connections

    before = connections["default"].settings_dict["NAME"]
    for alias in ("default", "owner"):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name
    try:
        yield
    finally:
        for alias in ("default", "owner"):
            connections[alias].close()
            connections[alias].settings_dict["NAME"] = before


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """Replaces pytest-django's: real migrations, run once, cloned for this worker."""
    from django.db import connections

    with django_db_blocker.unblock():
        _make_template()
        clone(os.environ["SERTAKAN_TEST_DATABASE"])
    yield
    with django_db_blocker.unblock():
        for connection in connections.all():
            connection.close()


@pytest.fixture(autouse=True)
def _as_system(request: pytest.FixtureRequest) -> Iterator[None]:
    """Database tests act as the system unless they say `acting_as`."""
    marker = request.node.get_closest_marker("django_db")
    uses_db = marker is not None or "db" in request.fixturenames
    if not uses_db or request.node.get_closest_marker("without_scope"):
        yield
        return
    request.getfixturevalue("db")
    from sertakan.core.scope import SYSTEM, acting

    with acting(SYSTEM, reason="test"):
        yield


@pytest.fixture
def acting_as() -> Iterator[Callable[..., Any]]:
    """`acting_as("pic", agency)` narrows the rest of the test to that role's scope; returns the actor."""
    from sertakan.access.queries import SEES_ALL
    from sertakan.core.scope import Actor, acting

    with ExitStack() as stack:

        def narrow(role: str, agency: Any = None, user_id: int | None = 1) -> Actor:
            actor = Actor(
                user_id=user_id,
                label=f"{role} uji",
                sees_all=role in SEES_ALL,
                agency_ids=frozenset({agency.pk} if agency is not None and role == "pic" else ()),
                roles=frozenset({role}),
            )
            stack.enter_context(acting(actor))
            return actor

        yield narrow


@pytest.fixture
def committed_db(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """A database of its own in which work is really committed; gone after the test."""
    name = f"{os.environ['SERTAKAN_TEST_DATABASE']}_own"
    with django_db_blocker.unblock():
        clone(name)
        with pointed_at(name):
            yield name
        with _admin() as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def _filled(django_db_setup: None, django_db_blocker: Any) -> str:
    name = f"{os.environ['SERTAKAN_TEST_DATABASE']}_filled"
    with django_db_blocker.unblock():
        _make_filled_template()
        clone(name, FILLED)
    return name


@pytest.fixture
def reference(_filled: str, django_db_blocker: Any) -> Iterator[None]:
    """The test acts as the system on a database with the reference data; all it does is rolled back."""
    from django.db import transaction

    from sertakan.core.scope import SYSTEM, acting

    with django_db_blocker.unblock(), pointed_at(_filled), transaction.atomic():
        with acting(SYSTEM, reason="uji"):
            yield
        transaction.set_rollback(True)


@pytest.fixture
def committed_reference(_filled: str, django_db_blocker: Any) -> Iterator[str]:
    """Like `committed_db`, with the reference data."""
    name = f"{os.environ['SERTAKAN_TEST_DATABASE']}_own"
    with django_db_blocker.unblock():
        clone(name, FILLED)
        with pointed_at(name):
            yield name
        with _admin() as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
