"""The house keeps its order: faces do not write, keys point upstream, nothing shown without a scope."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection, models

import sertakan

ROOT = Path(sertakan.__file__).parent
ORDER = [
    "core", "areas", "classification", "agencies", "access", "letters", "evidence", "people", "notices", "intake", "linkage", "sponsorship",
    "contributions", "banking", "protection", "claims", "coverage", "planning", "followup", "meetings",
]  # fmt: skip
WRITES = {"save", "create", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "atomic"}
FACES = [path for face in ("web", "api", "cli") for path in sorted((ROOT / face).rglob("*.py"))]
# What anybody signed in may read: reference data and the bookkeeping of the framework.
OPEN_TABLES = {
    "areas_area", "areas_areaalias", "areas_identityprefix", "classification_occupation", "classification_sectorcategory",
    "agencies_agency", "agencies_succession", "agencies_staffcount", "access_user", "access_user_groups",
    "access_user_user_permissions", "access_roleassignment", "access_apitoken", "core_auditseal", "intake_progress",
    "contributions_confirmedmonth", "sponsorship_bpjsoffice", "areas_boundary",
    "coverage_snapshot", "coverage_rollupcell", "coverage_snapshotchange", "coverage_areachange", "coverage_denominator",
}  # fmt: skip


@pytest.mark.parametrize("path", FACES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_face_does_not_write_through_the_orm(path):
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    written = [
        f"{node.func.attr} in line {node.lineno}"
        for node in calls
        if isinstance(node.func, ast.Attribute) and node.func.attr in WRITES
    ]
    assert not written


def test_foreign_keys_point_upstream():
    wrong = []
    for model in apps.get_models():
        label = model._meta.app_label
        if label not in ORDER:
            continue
        for field in model._meta.get_fields():
            target = field.related_model._meta.app_label if isinstance(field, models.ForeignKey) else None
            if target in ORDER and ORDER.index(target) > ORDER.index(label):
                wrong.append(f"{model.__name__}.{field.name} -> {target}")
    assert not wrong


@pytest.mark.django_db
def test_every_table_of_ours_is_under_a_row_policy_or_declared_open():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relrowsecurity AND NOT c.relispartition"
        )
        open_tables = {row[0] for row in cursor.fetchall()}
    ours = {name for name in open_tables if name.split("_")[0] in ORDER}
    assert ours - OPEN_TABLES == set()


def test_every_public_service_and_query_says_what_it_does():
    silent = []
    for path in ROOT.rglob("*.py"):
        if path.stem not in ("services", "queries", "policies") and path.parent.name not in (
            "services",
            "queries",
            "rules",
        ):
            continue
        tree = ast.parse(path.read_text())
        silent += [
            f"{path.relative_to(ROOT)}: {node.name}"
            for node in tree.body
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node)
        ]
    assert not silent
