"""What the models promise stands in the migrated database, index by index."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection


@pytest.mark.django_db
def test_every_declared_constraint_and_index_exists():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint UNION SELECT relname FROM pg_class WHERE relkind IN ('i', 'I')"
        )
        present = {row[0] for row in cursor.fetchall()}
    declared = {
        entry.name
        for model in apps.get_models()
        if model.__module__.startswith("sertakan.")
        for entry in (*model._meta.constraints, *model._meta.indexes)
    }
    assert declared - present == set()


@pytest.mark.django_db
def test_history_is_found_by_the_row_it_belongs_to():
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_indexes WHERE indexdef LIKE '%(pgh_obj_id)%'")
        indexed = {row[0] for row in cursor.fetchall()}
    histories = {model._meta.db_table for model in apps.get_models() if hasattr(model, "pgh_tracked_model")}
    assert histories - indexed == set()


@pytest.mark.django_db
def test_references_are_looked_up_by_index_even_where_statistics_say_the_target_is_empty():
    """After a rolled back load of 100,000 rows they do, and comparing row with row would take hours."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT proname, proconfig FROM pg_proc WHERE proname LIKE 'references\\_%'")
        settings = dict(cursor.fetchall())
    assert settings
    assert [name for name, given in settings.items() if "enable_seqscan=off" not in given] == []
