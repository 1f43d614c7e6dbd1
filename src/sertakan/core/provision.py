"""After the migrations: what the application's role may do, and triggers that write history on the owner's behalf."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.apps import apps
from django.core.management import call_command
from django.db import connections

from sertakan import __version__
from sertakan.core.postgres import APP_ROLE, DatabaseBypassesScope

_RIGHTS = f"""
GRANT USAGE ON SCHEMA public TO {APP_ROLE};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {APP_ROLE};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APP_ROLE};
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {APP_ROLE};
"""

_HISTORY_TRIGGERS = """
SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname = 'public' AND p.proname LIKE 'pgtrigger\\_%'
"""

_APPEND_ONLY_TABLES = """
SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE t.tgname = 'append_only'
"""

_BYPASSING = """
SELECT r.rolsuper OR r.rolbypassrls OR EXISTS (
    SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relrowsecurity AND pg_has_role(r.rolname, c.relowner, 'USAGE'))
FROM pg_roles r WHERE r.rolname = current_user
"""


def fingerprint() -> str:
    """What the migrations of this version are: changes when one is added, renamed or rewritten."""
    digest = hashlib.sha256(__version__.encode())
    for app in sorted(apps.get_app_configs(), key=lambda config: config.label):
        for path in sorted((Path(app.path) / "migrations").glob("0*.py")):
            digest.update(f"{app.label}/{path.name}".encode())
            if app.name.startswith("sertakan."):
                digest.update(path.read_bytes())
    return digest.hexdigest()


def migrate(*, verbosity: int = 0) -> bool:
    """Bring the database up to date as the owner role; True when something had to be done."""
    from django.db.migrations.executor import MigrationExecutor

    owner = connections["owner"]
    executor = MigrationExecutor(owner)
    todo = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if todo:
        call_command("migrate", database="owner", verbosity=verbosity, interactive=False)
        grant()
    return todo


def grant() -> None:
    """Give the application's role its rights. Safe to repeat."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(_RIGHTS)
        cursor.execute(_HISTORY_TRIGGERS)
        for (function,) in cursor.fetchall():
            cursor.execute(f"ALTER FUNCTION {function} SECURITY DEFINER SET search_path = public, pg_temp")
        cursor.execute(_APPEND_ONLY_TABLES)
        for (table,) in cursor.fetchall():
            cursor.execute(f'REVOKE UPDATE, DELETE, TRUNCATE ON "{table}" FROM {APP_ROLE}')


def check_role() -> None:
    """Refuse to serve as a role that could pass the row policies. Raises DatabaseBypassesScope."""
    with connections["default"].cursor() as cursor:
        cursor.execute(_BYPASSING)
        row = cursor.fetchone()
        if row is None or row[0]:
            raise DatabaseBypassesScope(role=str(connections["default"].settings_dict["USER"]))
