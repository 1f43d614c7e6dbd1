"""A run and what it found, written set by set. The caller holds one transaction for all of a run, so that stopping it leaves nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import connection

from sertakan.core import audit, clock, scope
from sertakan.core.copy import copy_frame, next_ids, stage
from sertakan.linkage import policies
from sertakan.linkage.models import NUMBERS, Run

if TYPE_CHECKING:
    import polars as pl

_PAIR = {
    "id": "bigint",
    "person_id": "bigint",
    "other_id": "bigint",
    "record_id": "bigint",
    "row": "bigint",
    "probability": "double precision",
    "weight": "double precision",
    "weights": "jsonb",
    "levels": "jsonb",
    "reasons": "jsonb",
    "risks": "jsonb",
    "cost": "bigint",
    "state": "text",
    "by_machine": "boolean",
    "merge_id": "bigint",
    "identifier_id": "bigint",
}
_INSERT_DECISIONS = """
INSERT INTO linkage_decision (pair_id, serial, answer, final, machine, reason, by, label, at)
SELECT p.id, coalesce((SELECT max(d.serial) FROM linkage_decision d WHERE d.pair_id = p.id), 0) + 1, p.state, true, true,
       %(reason)s, %(by)s, %(label)s, %(now)s
FROM linkage_pair p WHERE p.id = ANY (%(pairs)s)
"""


@dataclass(frozen=True, slots=True)
class RunFacts:
    """All that says what a run was and how to repeat it. Rows count the smaller side: the list, or the register itself."""

    kind: str
    against: str
    model_hash: str
    engine: str
    seed: int
    threshold: float
    review_threshold: float
    mark: str
    rows: int
    linked: int
    fresh: int
    review: int
    seconds: float
    name: str = ""
    content: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    counts: dict[str, Any] = field(default_factory=dict)


def one_at_a_time() -> None:
    """Runs and decisions that change the register wait for each other until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('sertakan.linkage'))")


def next_numbers(count: int) -> list[int]:
    """Fresh numbers for runs and pairs."""
    return next_ids(NUMBERS, count) if count else []


def write_run(*, number: int, facts: RunFacts) -> Run:
    """Note a run with its event. Raises NotYourRun."""
    actor = scope.current()
    policies.check_can_run(actor)
    run = Run.objects.create(
        id=number, started_by=actor.user_id, started_label=actor.label[:200], finished_at=clock.now(), **asdict(facts)
    )
    told = {"rows": facts.rows, "linked": facts.linked, "new": facts.fresh, "review": facts.review}
    audit.record("linkage.run_done", target=run, facts={"kind": facts.kind, **told, "model": facts.model_hash})
    return run


def write_records(*, run: int, kind: str, keys: Sequence[bytes], sealed: Sequence[bytes]) -> dict[bytes, int]:
    """Keep records of a list from outside, each once; their ids by key, also of those that were kept before."""
    import polars as pl

    if not keys:
        return {}
    stage("linked_records", {"key": "bytea", "sealed": "bytea"})
    frame = pl.DataFrame({"key": list(keys), "sealed": list(sealed)}, schema={"key": pl.Binary, "sealed": pl.Binary})
    copy_frame("linked_records", frame.unique("key", maintain_order=True))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO linkage_externalrecord (list, key, sealed, run_id) SELECT %s, key, sealed, %s FROM linked_records"
            " ON CONFLICT (list, key) DO NOTHING",
            [kind, run],
        )
        cursor.execute(
            "SELECT r.key, r.id FROM linkage_externalrecord r JOIN linked_records USING (key) WHERE r.list = %s", [kind]
        )
        found = {bytes(key): int(number) for key, number in cursor.fetchall()}
        cursor.execute("DROP TABLE linked_records")
    return found


def write_pairs(*, run: int, pairs: pl.DataFrame) -> int:
    """Add pairs of a run; what the machine settled gets its decision. `pairs`: the columns of the table, JSON as text."""
    if pairs.is_empty():
        return 0
    _stage_pairs(pairs)
    names = ", ".join(f'"{name}"' for name in _PAIR)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO linkage_pair (run_id, made_at, settled_at, {names})"
            f" SELECT %(run)s, %(now)s, CASE WHEN by_machine THEN %(now)s::timestamptz END, {names}"
            " FROM found_pairs ORDER BY id",
            {"run": run, "now": clock.now()},
        )
        cursor.execute("DROP TABLE found_pairs")
    _decide_by_machine(pairs)
    return pairs.height


def refresh_pairs(*, pairs: pl.DataFrame) -> int:
    """Write what a later run says about pairs that still wait for a decision; returns how many changed."""
    if pairs.is_empty():
        return 0
    _stage_pairs(pairs)
    names = ("probability", "weight", "weights", "levels", "reasons", "risks", "cost")
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE linkage_pair p SET {', '.join(f'{name} = f.{name}' for name in names)} FROM found_pairs f"
            " WHERE p.id = f.id AND p.state = 'open' AND (abs(p.probability - f.probability) > 1e-9 OR p.cost <> f.cost"
            " OR p.risks <> f.risks OR p.reasons <> f.reasons)"
        )
        changed = int(cursor.rowcount)
        cursor.execute("DROP TABLE found_pairs")
    return changed


def settle_pairs(*, pairs: pl.DataFrame) -> int:
    """Pairs that waited, and of which a later run is certain: the machine settles them. Returns how many."""
    if pairs.is_empty():
        return 0
    _stage_pairs(pairs)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE linkage_pair p SET state = 'same', by_machine = true, settled_at = %s, probability = f.probability,"
            " weight = f.weight, weights = f.weights, levels = f.levels, merge_id = f.merge_id, identifier_id = f.identifier_id"
            " FROM found_pairs f WHERE p.id = f.id AND p.state = 'open'",
            [clock.now()],
        )
        changed = int(cursor.rowcount)
        cursor.execute("DROP TABLE found_pairs")
    _decide_by_machine(pairs)
    return changed


def _stage_pairs(pairs: pl.DataFrame) -> None:
    stage("found_pairs", _PAIR)
    copy_frame("found_pairs", pairs.select(list(_PAIR)))


def _decide_by_machine(pairs: pl.DataFrame) -> None:
    settled = pairs.filter(pairs["by_machine"])["id"].to_list()
    if not settled:
        return
    actor = scope.current()
    facts = {
        "reason": "pasti sama menurut pencocokan",
        "by": actor.user_id,
        "label": actor.label[:200],
        "now": clock.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_INSERT_DECISIONS, {**facts, "pairs": settled})
