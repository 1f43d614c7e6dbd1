"""What a run finds, on its way into the tables, and what it answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sertakan.linkage import services
from sertakan.linkage.models import Run
from sertakan.programme.linking import stakes

if TYPE_CHECKING:
    import polars as pl

    from sertakan.linkage.engine import TrainedModel
    from sertakan.linkage.prepared import Prepared

MOST_IDS: Final = 10_000
SETTLED: Final = ("same", "different", "waiting")


@dataclass(frozen=True, slots=True)
class Linked:
    """What became of a matching. `linked_ids` and `review_ids` are numbers of pairs, at most MOST_IDS of each."""

    run: int
    kind: str
    rows: int
    linked: int
    new: int
    review: int
    unchanged: bool
    seconds: float
    linked_ids: tuple[int, ...] = ()
    review_ids: tuple[int, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """As the command prints it."""
        return {
            "run": self.run,
            "kind": self.kind,
            "rows": self.rows,
            "linked": self.linked,
            "new": self.new,
            "review": self.review,
            "unchanged": self.unchanged,
            "linked_ids": list(self.linked_ids),
            "review_ids": list(self.review_ids),
            "columns": dict(self.columns),
            "counts": dict(self.counts),
            "seconds": round(self.seconds, 2),
        }


@dataclass(slots=True)
class Found:
    """One pair on its way into the table."""

    id: int
    person_id: int
    other_id: int | None
    record_id: int | None
    row: int | None
    probability: float
    weight: float
    weights: str
    levels: str
    reasons: list[str]
    risks: list[str]
    cost: int
    state: str = "open"
    known: bool = False
    merge_id: int | None = None
    identifier_id: int | None = None


@dataclass(frozen=True)
class Numbers:
    """Identity numbers of the records that stand in pairs, and how many records were compared. Never leaves the process."""

    of: dict[int, str | None] = field(repr=False)
    rows: int = 0


def numbers_of(prepared: Prepared, *sides: pl.Series) -> Numbers:
    """The numbers of all records on these sides."""
    import polars as pl

    wanted = pl.concat(sides).unique()
    every = pl.DataFrame({"record_id": prepared.ids, "nik": prepared.records["c_nik"]})
    return Numbers(dict(every.filter(pl.col("record_id").is_in(wanted.implode())).iter_rows()), prepared.rows)


def model_facts(model: TrainedModel) -> dict[str, Any]:
    return {
        "model_hash": model.hash,
        "engine": f"splink {model.splink}",
        "seed": model.seed,
        "threshold": model.threshold,
        "review_threshold": model.review,
        "settings": {"model": json.loads(model.to_json())},
    }


def same_as(run: Run) -> Linked:
    pairs = run.pairs.order_by("pk")
    return Linked(
        run=run.pk,
        kind=run.kind,
        rows=run.rows,
        linked=run.linked,
        new=run.fresh,
        review=run.review,
        unchanged=True,
        seconds=0.0,
        linked_ids=tuple(pairs.filter(state="same").values_list("pk", flat=True)[:MOST_IDS]),
        review_ids=tuple(pairs.filter(state__in=["open", "waiting"]).values_list("pk", flat=True)[:MOST_IDS]),
        columns=run.settings.get("columns", {}),
        counts=run.counts,
    )


def found_pair(row: Mapping[str, Any], number: int, person: int, stake: stakes.Stake, benefit: int) -> Found:
    """A pair as the engine and the three answers have it; `cost` as of a record of which nothing is known."""
    weights = {name[2:]: round(value, 4) for name, value in row.items() if name.startswith("w_") and value is not None}
    levels = {name[6:]: value for name, value in row.items() if name.startswith("level_") and value is not None}
    return Found(
        id=number,
        person_id=person,
        other_id=None,
        record_id=None,
        row=None,
        probability=float(row["probability"]),
        weight=float(row["weight"]),
        weights=json.dumps(weights),
        levels=json.dumps(levels),
        reasons=[code for code in str(row["reason"] or "").split("|") if code],
        risks=[],
        cost=stakes.cost_of(float(row["probability"]), stake, stakes.NOTHING, benefit=benefit),
    )


def write_found(run: int, found: list[Found]) -> int:
    """Add the new ones, settle or refresh those that waited; how many rows changed."""
    fresh = [one for one in found if not one.known]
    settled = [one for one in found if one.known and one.state == "same"]
    waiting = [one for one in found if one.known and one.state == "open"]
    return (
        services.write_pairs(run=run, pairs=_frame(fresh))
        + services.settle_pairs(pairs=_frame(settled))
        + services.refresh_pairs(pairs=_frame(waiting))
    )


def _frame(found: list[Found]) -> pl.DataFrame:
    import polars as pl

    whole = dict.fromkeys(
        ("id", "person_id", "other_id", "record_id", "row", "cost", "merge_id", "identifier_id"), pl.Int64
    )
    texts = dict.fromkeys(("weights", "levels", "reasons", "risks", "state"), pl.String)
    schema = {**whole, **texts, "probability": pl.Float64, "weight": pl.Float64, "by_machine": pl.Boolean}
    rows = [
        {
            **{name: getattr(one, name) for name in (*whole, "weights", "levels", "state", "probability", "weight")},
            "reasons": json.dumps(one.reasons),
            "risks": json.dumps(one.risks),
            "by_machine": one.state == "same",
        }
        for one in found
    ]
    return pl.DataFrame(rows, schema=schema, orient="row")
