"""Three answers: the same, different, or to be looked at. Thresholds, vetoes, one partner each, groups without contradiction.

A veto keeps a pair from being linked automatically however likely it looks; a person decides then. The threshold is set without the
truth: the lowest at which the probabilities promise the wanted precision.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

import polars as pl

from sertakan.linkage.engine import TrainedModel

SAME, REVIEW, DIFFERENT = "same", "review", "different"
PRECISION: Final = 0.999
"""What automatic linking has to reach."""

AIM: Final = 0.9995
"""What the probabilities have to promise for it: they are means, and a set may have worse luck."""

LIKELY: Final = 0.9
"""From this probability on the rest of the evidence outweighs a veto: such pairs of the training half were wrong no more often than
others as likely."""

HELD: Final = 0.99
"""From this probability on a pair joins two groups although other pairs between them have nothing in common."""

WORTH: Final = 0.02
"""How much F1 the wanted precision may cost where nobody looks at the rest: see `automatic_threshold`."""

_SURE_NAMES: Final = ("same", "sounds the same", "abbreviated", "cut off", "missing")
_FAR_NUMBERS: Final = ("two slips", "other, broken")
_TWIN_NAMES: Final = ("other ending", "alike", "shares a word", "other")
_OTHER_NAMES: Final = ("other", "alike", "shares a word")


@dataclass(frozen=True)
class Thresholds:
    """`certain`: estimated precision is at least PRECISION; `balanced`: highest estimated F1; `automatic`: the one to use."""

    certain: float
    balanced: float
    automatic: float


def decide(
    pairs: pl.DataFrame,
    model: TrainedModel,
    *,
    kind: Literal["link", "lists", "dedupe"] = "dedupe",
    threshold: float | None = None,
) -> pl.DataFrame:
    """`pairs` with `answer` (same, review, different) and `reason` (codes, joined by ``|``), in the order they came.

    kind: link, a list against the register, where everybody has one partner; lists, two lists on which somebody may stand twice; dedupe,
    one set against itself.
    """
    line = model.threshold if threshold is None else threshold
    frame = pairs.with_columns(reason=vetoes(pairs))
    likely = pl.col("probability") >= line
    answer = (
        pl.when(likely & (pl.col("reason") == ""))
        .then(pl.lit(SAME))
        .when(pl.col("probability") >= model.review)
        .then(pl.lit(REVIEW))
        .otherwise(pl.lit(DIFFERENT))
    )
    frame = frame.with_columns(answer=answer, at=pl.int_range(pl.len()))
    frame = _one_partner(frame) if kind == "link" else _without_contradiction(frame, within=kind == "dedupe")
    return frame.sort("at").drop("at")


def vetoes(pairs: pl.DataFrame) -> pl.Series:
    """[reason] codes of what keeps a pair from being linked automatically; empty where nothing does.

    other_kpj: two member numbers. Unless all else makes the pair LIKELY: next_serial: numbers given one after the other, as to twins (with
    names that differ: always); two_numbers: two well-formed numbers that no slip explains; relatives_number: one number, two names (where
    digits are lost: always); other_sex: the sex differs and the number does not settle it; twins: one home or mother, one day of birth, and
    names that more than spelling tells apart.
    """
    nik, name, mother = _level(pairs, "nik"), _level(pairs, "name"), _level(pairs, "mother")
    birth, sex, kpj = _level(pairs, "birth"), _level(pairs, "sex"), _level(pairs, "kpj")
    area, phone, address = _level(pairs, "area"), _level(pairs, "phone"), _level(pairs, "address")
    home = (area == "same village") | (phone == "same") | (address == "same")
    related = home | (mother == "same")
    same_day = birth.is_in(["same", "stands in the number", "year only", "missing"])
    could_be_twins = related & same_day
    likely = pl.col("probability") >= LIKELY
    unlike = name.is_in(list(_OTHER_NAMES))
    apart = nik.is_in(list(_FAR_NUMBERS)) & ~name.is_in(list(_SURE_NAMES))
    unnumbered = nik.is_in(["missing", "digits lost"]) & name.is_in(list(_TWIN_NAMES)) & _known(pairs, "nik")
    codes = {
        "other_kpj": kpj == "other",
        "next_serial": (nik == "next serial") & ~(likely & name.is_in(list(_SURE_NAMES))),
        "two_numbers": (nik == "other") & ~likely,
        "relatives_number": (nik == "same")
        & ((name == "other") | (unlike & (birth != "stands in the number")))
        & ~likely
        | ((nik == "digits lost") & unlike),
        "other_sex": (sex == "other") & ~nik.is_in(["same", "digits lost"]) & ~likely,
        "twins": could_be_twins & (apart | unnumbered) & ~likely,
    }
    words = [pl.when(condition).then(pl.lit(code)) for code, condition in codes.items()]
    return pairs.select(reason=pl.concat_str(words, separator="|", ignore_nulls=True)).to_series()


def _known(pairs: pl.DataFrame, comparison: str) -> pl.Expr:
    """Whether the comparison was made at all in this run."""
    return pl.lit(f"level_{comparison}" in pairs.columns)


def _level(pairs: pl.DataFrame, comparison: str) -> pl.Expr:
    name = f"level_{comparison}"
    return pl.col(name) if name in pairs.columns else pl.lit("missing")


def _one_partner(frame: pl.DataFrame) -> pl.DataFrame:
    """Of the pairs answered `same`, every record keeps its best; the others are to be looked at (`rival`)."""
    ranked = frame.filter(pl.col("answer") == SAME).sort(
        ["probability", "weight", "left_id", "right_id"], descending=[True, True, False, False]
    )
    lefts, rights, kept = set(), set(), []
    for at, left, right in ranked.select("at", "left_id", "right_id").iter_rows():
        if left in lefts or right in rights:
            continue
        lefts.add(left)
        rights.add(right)
        kept.append(at)
    chosen = pl.col("at").is_in(pl.Series(kept, dtype=frame["at"].dtype).implode())
    return _demoted(frame, (pl.col("answer") == SAME) & ~chosen, "rival")


def _demoted(frame: pl.DataFrame, which: pl.Expr, reason: str) -> pl.DataFrame:
    words = pl.when(pl.col("reason") == "").then(pl.lit(reason)).otherwise(pl.col("reason") + "|" + reason)
    return frame.with_columns(
        reason=pl.when(which).then(words).otherwise("reason"),
        answer=pl.when(which).then(pl.lit(REVIEW)).otherwise("answer"),
    )


def _without_contradiction(frame: pl.DataFrame, *, within: bool) -> pl.DataFrame:
    """Join groups from the surest pair on, only where no two records of the joined group contradict each other (`chain`).

    They do when their pair is vetoed, or, `within` one set, where every pair was looked at, when most pairs between the two groups have
    nothing in common.
    """
    vetoed = frame.filter(pl.col("reason") != "")
    refused = {frozenset(pair) for pair in vetoed.select("left_id", "right_id").iter_rows()}
    alike = {
        frozenset(pair)
        for pair in frame.filter(pl.col("answer") != DIFFERENT).select("left_id", "right_id").iter_rows()
    }
    group: dict[object, int] = {}
    members: dict[int, list[object]] = {}
    held: list[int] = []
    ranked = frame.filter(pl.col("answer") == SAME).sort(
        ["probability", "weight", "left_id", "right_id"], descending=[True, True, False, False]
    )
    for at, left, right, likely in ranked.select("at", "left_id", "right_id", "probability").iter_rows():
        one, other = group.get(left), group.get(right)
        ours = members[one] if one is not None else [left]
        theirs = members[other] if other is not None else [right]
        if one is not None and one == other:
            continue
        if len(ours) + len(theirs) > 2:
            between = [frozenset((a, b)) for a in ours for b in theirs]
            known = sum(pair in alike for pair in between)
            loose = known * 2 < len(between) or (known < len(between) and likely < HELD)
            if (within and loose) or any(pair in refused for pair in between):
                held.append(at)
                continue
        name = at if one is None else one
        members[name] = [*ours, *theirs]
        if other is not None:
            del members[other]
        for record in members[name]:
            group[record] = name
    return _demoted(frame, pl.col("at").is_in(pl.Series(held, dtype=frame["at"].dtype).implode()), "chain")


def groups(decided: pl.DataFrame) -> pl.DataFrame:
    """[record_id, group]: records that were answered `same` with each other; the group bears the id of its smallest member."""
    parent: dict[object, object] = {}

    def root(record: object) -> object:
        while parent.setdefault(record, record) != record:
            parent[record] = parent[parent[record]]
            record = parent[record]
        return record

    kept = decided.filter(pl.col("answer") == SAME).select("left_id", "right_id")
    for left, right in kept.iter_rows():
        first, second = sorted((root(left), root(right)), key=lambda known: (str(type(known)), known))  # type: ignore[return-value]
        parent[second] = first
    records = sorted(parent, key=str)
    kind = decided["left_id"].dtype
    return pl.DataFrame(
        {"record_id": pl.Series(records, dtype=kind), "group": pl.Series([root(one) for one in records], dtype=kind)}
    )


def automatic_threshold(pairs: pl.DataFrame, *, precision: float = AIM) -> Thresholds:
    """Set from the probabilities alone, after vetoes: how many of the pairs above a line they say are right.

    Where the wanted precision would cost more than WORTH of the estimated F1 the promise is PRECISION only, and where that costs as much,
    which happens on sets that hold no number, the balanced line is used.
    """
    free = pairs.filter(vetoes(pairs) == "")
    if free.is_empty():
        return Thresholds(precision, 0.5, precision)
    expected = float(pairs["probability"].sum())
    ordered = (
        free.select("probability")
        .sort("probability", descending=True)
        .with_columns(right=pl.col("probability").cum_sum(), size=pl.int_range(1, pl.len() + 1))
        .with_columns(precision=pl.col("right") / pl.col("size"), f1=2 * pl.col("right") / (pl.col("size") + expected))
    )
    best = ordered.sort(["f1", "size"], descending=[True, False]).row(0, named=True)
    certain, *others = (_certain(ordered, wanted) for wanted in (precision, min(precision, PRECISION)))
    worth = [line for line in (certain, *others) if line["f1"] >= best["f1"] - WORTH]
    line = worth[0] if worth else best
    return Thresholds(certain["probability"], best["probability"], line["probability"])


def _certain(ordered: pl.DataFrame, precision: float) -> dict[str, float]:
    """The lowest line that promises this precision; where none does, the highest."""
    good = ordered.filter(pl.col("precision") >= precision)
    return good.row(-1, named=True) if good.height else ordered.row(0, named=True)


# --- the threshold of a shipped model ---------------------------------------------------------------------------------------------------


def with_truth(pairs: pl.DataFrame, truth: dict[object, object]) -> pl.DataFrame:
    """`pairs` with `right`: whether the two records are truly one person."""
    same = [truth[left] == truth[other] for left, other in pairs.select("left_id", "right_id").iter_rows()]
    return pairs.with_columns(right=pl.Series(same, dtype=pl.Boolean))


def with_threshold(model: TrainedModel, labelled: pl.DataFrame, *, precision: float = AIM) -> TrainedModel:
    """The model with the lowest threshold that reached `precision` on labelled pairs of the TRAINING half, after vetoes.

    Never given a test half. Where the promise of the probabilities alone is stricter, that one is kept.
    """
    free = labelled.filter(vetoes(labelled) == "").sort("probability", descending=True)
    counted = free.with_columns(precision=pl.col("right").cum_sum() / pl.int_range(1, pl.len() + 1))
    good = counted.filter(pl.col("precision") >= precision)
    measured = float(good["probability"].min()) if good.height else 1.0  # type: ignore[arg-type]
    promised = automatic_threshold(labelled, precision=precision).certain
    line = round(max(measured, promised), 4)
    above = free.filter(pl.col("probability") >= line)
    facts = {
        "precision_on_training_half": round(float(above["right"].mean() or 0.0), 5),  # type: ignore[arg-type]
        "pairs_above": above.height, "measured_threshold": round(measured, 4), "promised_threshold": round(promised, 4),
    }  # fmt: skip
    return replace(model, threshold=line, measured=facts)
