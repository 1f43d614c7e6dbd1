"""Two doors to one database: the application's role, and the owner's for migrations only."""

from __future__ import annotations

from typing import Any


class OneDatabase:
    """Reads and writes go through the application's role; tables are made by the owner."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return "default"

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return "default"

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "owner"
