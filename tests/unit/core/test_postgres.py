"""Logins and roles: what a server's address says is kept, and setting up needs no superuser."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psycopg
import pytest

from sertakan.core import postgres

LOGINS = postgres.ensure(Path(os.environ["SERTAKAN_TEST_DATA"]))


@pytest.fixture
def admin() -> Iterator[Any]:
    """A connection to the server of this run as somebody who may make roles and databases, and nothing else."""
    name = f"tester_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(LOGINS.admin.conninfo(), autocommit=True) as root:
        root.execute(f"CREATE ROLE {name} LOGIN CREATEROLE CREATEDB PASSWORD 'sandi'")
        root.execute(f"CREATE DATABASE {name} OWNER {name}")
        login = postgres.Login(LOGINS.admin.host, LOGINS.admin.port, name, name, "sandi")
        try:
            with psycopg.connect(login.conninfo(), autocommit=True) as connection:
                yield connection
        finally:
            root.execute(f"DROP DATABASE {name}")
            root.execute(f"DROP ROLE IF EXISTS {name}_made")
            root.execute(f"DROP ROLE {name}")


def test_the_rest_of_an_address_is_kept() -> None:
    login = postgres._login_of("postgresql://u:p@db.contoh.id:6432/s?sslmode=verify-full&sslrootcert=/etc/ca.pem")
    assert login.options == {"sslmode": "verify-full", "sslrootcert": "/etc/ca.pem"}
    assert "sslmode=verify-full" in login.conninfo()
    assert login.django()["OPTIONS"] == login.options
    assert postgres.Login(**json.loads(json.dumps(asdict(login)))) == login


def test_roles_are_made_and_renewed_without_a_superuser(admin: Any) -> None:
    role = f"{admin.info.user}_made"
    for password in ("satu", "dua"):
        postgres.create_role(admin, role, password)
    found = admin.execute("SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = %s", [role])
    assert found.fetchone() == (False, False, False)
    login = postgres.Login(LOGINS.admin.host, LOGINS.admin.port, admin.info.dbname, role, "dua")
    psycopg.connect(login.conninfo()).close()


def test_a_database_that_is_there_is_opened_to_the_owner_of_the_tables(admin: Any) -> None:
    postgres.create_database(admin, admin.info.dbname)
    may = admin.execute("SELECT has_schema_privilege(%s, 'public', 'CREATE')", [postgres.OWNER_ROLE]).fetchone()
    assert may == (True,)
    admin.execute(f"REVOKE ALL ON SCHEMA public FROM {postgres.OWNER_ROLE}")
    admin.execute(f"REVOKE ALL ON DATABASE {admin.info.dbname} FROM {postgres.OWNER_ROLE}")


def test_the_embedded_server_logs_no_values() -> None:
    with psycopg.connect(LOGINS.admin.conninfo()) as connection:
        shown = [
            connection.execute(f"SHOW {name}").fetchone() for name in ("log_error_verbosity", "log_min_error_statement")
        ]
    assert shown == [("terse",), ("panic",)]
