"""Migration operations that guard tables: row policies, append-only and kept rows, references checked a statement at a time.

A table with a policy shows nothing to a connection that has not declared its scope (`core.scope.acting`).
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

SCOPE_FUNCTIONS = """
CREATE OR REPLACE FUNCTION sertakan_sees_all() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT COALESCE(current_setting('sertakan.sees_all', true), '') = 'on' $$;
CREATE OR REPLACE FUNCTION sertakan_agency_ids() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT COALESCE(string_to_array(NULLIF(current_setting('sertakan.agency_ids', true), ''), ',')::bigint[], '{}') $$;
CREATE OR REPLACE FUNCTION sertakan_user_id() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT NULLIF(current_setting('sertakan.user_id', true), '')::bigint $$;
CREATE OR REPLACE FUNCTION sertakan_refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$;
"""

BY_AGENCY = "agency_id = ANY ((SELECT sertakan_agency_ids())::bigint[])"


class EnableRowSecurity(migrations.RunSQL):
    """Rows of `table` are open to who sees all, and to others where `using` holds (an SQL condition on the row).

    `check` is the condition for rows written; the same as `using` when left out.
    """

    def __init__(self, table: str, using: str = BY_AGENCY, check: str | None = None) -> None:
        self.table, self.using, self.check = table, using, check
        seen = f"(SELECT sertakan_sees_all()) OR ({using})"
        written = f"(SELECT sertakan_sees_all()) OR ({check or using})"
        super().__init__(
            sql=f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY;'
            f'CREATE POLICY scope ON "{table}" FOR ALL USING ({seen}) WITH CHECK ({written});',
            reverse_sql=f'DROP POLICY scope ON "{table}"; ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY;',
        )

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__name__, [], {"table": self.table, "using": self.using, "check": self.check}


class AppendOnly(migrations.RunSQL):
    """Rows of `table` can be added, never changed or taken away."""

    def __init__(self, table: str) -> None:
        self.table = table
        super().__init__(
            sql=f'CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "{table}" '
            "FOR EACH STATEMENT EXECUTE FUNCTION sertakan_refuse_change();"
            f'CREATE TRIGGER no_truncate BEFORE TRUNCATE ON "{table}" '
            "FOR EACH STATEMENT EXECUTE FUNCTION sertakan_refuse_change();",
            reverse_sql=f'DROP TRIGGER append_only ON "{table}"; DROP TRIGGER no_truncate ON "{table}";',
        )

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__name__, [], {"table": self.table}


class KeepRows(migrations.RunSQL):
    """Rows of `table` are never taken away: others point to them."""

    def __init__(self, table: str) -> None:
        self.table = table
        super().__init__(
            sql=f'CREATE TRIGGER keep_rows BEFORE DELETE ON "{table}" '
            "FOR EACH STATEMENT EXECUTE FUNCTION sertakan_refuse_change();",
            reverse_sql=f'DROP TRIGGER keep_rows ON "{table}";',
        )

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__name__, [], {"table": self.table}


class CheckReferences(migrations.RunSQL):
    """Columns of `table` point to rows that exist: foreign keys checked once per statement instead of once per row.

    `references`: column to (target table, target column). For tables that are written a hundred thousand rows at a time; the targets
    keep their rows (`KeepRows`, `AppendOnly`), so that what was checked stays true.
    """

    def __init__(self, table: str, references: dict[str, tuple[str, str]]) -> None:
        self.table, self.references = table, references
        checks = "".join(
            f'IF EXISTS (SELECT 1 FROM new_rows n WHERE n."{column}" IS NOT NULL AND NOT EXISTS '
            f'(SELECT 1 FROM "{target}" t WHERE t."{key}" = n."{column}")) THEN '
            f"RAISE EXCEPTION 'column {column} of {table} points to nothing in {target}' "
            "USING ERRCODE = 'foreign_key_violation'; END IF; "
            for column, (target, key) in references.items()
        )
        function = f"references_{table}"
        super().__init__(
            sql=f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER "
            # After a large load was rolled back the planner takes the target for empty and would compare every row with every row.
            "SET search_path = public, pg_temp SET enable_seqscan = off "
            f"AS $$ BEGIN {checks}RETURN NULL; END $$;"
            f'CREATE TRIGGER references_insert AFTER INSERT ON "{table}" REFERENCING NEW TABLE AS new_rows '
            f"FOR EACH STATEMENT EXECUTE FUNCTION {function}();"
            f'CREATE TRIGGER references_update AFTER UPDATE ON "{table}" REFERENCING NEW TABLE AS new_rows '
            f"FOR EACH STATEMENT EXECUTE FUNCTION {function}();",
            reverse_sql=f'DROP TRIGGER references_insert ON "{table}"; DROP TRIGGER references_update ON "{table}"; '
            f"DROP FUNCTION {function}();",
        )

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__name__, [], {"table": self.table, "references": self.references}
