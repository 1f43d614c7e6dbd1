"""A list from outside against the register. Comparing runs outside of any transaction; the effects are one transaction."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sertakan.core import encryption, scope
from sertakan.linkage import policies, queries, services
from sertakan.linkage.models import Run
from sertakan.people import queries as people
from sertakan.people.services import is_number
from sertakan.programme.checking import Progress, quiet
from sertakan.programme.linking import lists, stakes
from sertakan.programme.linking.pairs import (
    MOST_IDS,
    SETTLED,
    Found,
    Linked,
    Numbers,
    found_pair,
    model_facts,
    numbers_of,
    same_as,
    write_found,
)
from sertakan.programme.linking.register import current_register, prepared_register, trained_model

if TYPE_CHECKING:
    import polars as pl

    from sertakan.linkage.engine import TrainedModel
    from sertakan.linkage.prepared import Prepared


def link_file(
    *,
    path: Path,
    actor: scope.Actor,
    against: str = "people",
    mapping: Mapping[str, str] | None = None,
    progress: Progress = quiet,
) -> Linked:
    """Find the people of a list in the register. `against`: everybody, or only ``members`` (who have a membership number).

    Membership numbers of the list are attached to the persons who are certainly the same. The same list again changes nothing.
    Raises NotYourRun, RegisterEmpty, and what `lists.opened` raises.
    """
    started = time.monotonic()
    model = trained_model()
    said = dict(sorted((mapping or {}).items()))
    with scope.acting(actor):
        policies.check_can_run(actor)
        content = _digest(path)
        before = queries.last_run(kind=Run.Kind.LIST, against=against, content=content)
        if before is not None and before.settings.get("mapping") != said:
            before = None
        if before is not None and (before.mark, before.model_hash) == (queries.register_mark(), model.hash):
            return same_as(before)
        context = lists.area_context()
    with lists.opened(path, mapping=mapping, context=context) as found:
        progress("preparing", 0, None)
        with scope.acting(actor):
            prepared = prepared_register(members=True) if against == "members" else current_register()
        compared = _compare(found, prepared, model, progress)
        facts = {"mapping": said, **lists.list_facts(found)}
        kind = "members" if found.has_numbers else "other"
        name = found.name
    progress("writing", 0, compared.pairs.height)
    with scope.acting(actor, job="pencocokan"):
        services.one_at_a_time()
        run = _ListRun(name, content, against, kind, facts, model, before)
        return _write_list(compared, run, started=started)


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


@dataclass(frozen=True)
class _Compared:
    """All parts of a list: pairs that matter, the records they are about, how many rows there were."""

    pairs: pl.DataFrame
    records: pl.DataFrame
    rows: int
    numbers: Numbers


@dataclass(frozen=True)
class _ListRun:
    """What a run over a list is about."""

    name: str
    content: str
    against: str
    kind: str
    facts: dict[str, Any]
    model: TrainedModel
    before: Run | None


def _compare(found: lists.ForeignList, prepared: Prepared, model: TrainedModel, progress: Progress) -> _Compared:
    """Part by part, keeping only what matters; then every person goes to its best row."""
    import polars as pl

    from sertakan.linkage import decide as answers
    from sertakan.linkage import engine
    from sertakan.linkage.normalise import prepare

    pairs: list[pl.DataFrame] = []
    records: list[pl.DataFrame] = []
    rows = 0
    for part in found.parts():
        rows += part.records.height
        made = engine.link(prepare(part.records), prepared, model, least=model.review)
        decided = answers.decide(made, model, kind="link")
        decided = decided.filter(pl.col("answer") != answers.DIFFERENT)
        pairs.append(decided)
        records.append(part.records.join(decided, left_on="record_id", right_on="left_id", how="semi"))
        progress("comparing", part.read, None)
    if not rows:
        raise lists.ListEmpty()
    every = pl.concat(pairs, how="diagonal_relaxed")
    numbers = numbers_of(prepared, every["right_id"])
    return _Compared(_best_row_each(every), pl.concat(records, how="vertical_relaxed"), rows, numbers)


def _best_row_each(pairs: pl.DataFrame) -> pl.DataFrame:
    """Of several rows in different parts that are certainly one person, the best stays so; the others are to be looked at."""
    import polars as pl

    ordered = pairs.sort(["probability", "left_id"], descending=[True, False])
    certain = pl.col("answer") == "same"
    rank = certain.cast(pl.Int64).cum_sum().over("right_id")
    rival = certain & (rank > 1)
    return ordered.with_columns(
        answer=pl.when(rival).then(pl.lit("review")).otherwise("answer"),
        reason=pl.when(rival).then(pl.concat_str("reason", pl.lit("|rival"))).otherwise("reason"),
    ).sort("left_id", "right_id")


def _write_list(compared: _Compared, run: _ListRun, *, started: float) -> Linked:
    (number,) = services.next_numbers(1)
    texts = _texts(compared.records)
    keys = dict(zip(texts, encryption.index_many("record", list(texts.values())), strict=True))
    survivors = people.survivors(compared.pairs["right_id"].unique().to_list())
    found, rows = _judge_list(compared, keys, survivors, run.kind)
    kpj = dict(compared.records.select("record_id", "kpj").iter_rows())
    attached, refused = _attach(found, kpj)
    same, open_ = ({one.row: one.id for one in found if one.state == state} for state in ("same", "open"))
    linked = {**rows["same"], **same}
    waiting = {row: pair for row, pair in {**rows["waiting"], **open_}.items() if row not in linked}
    changed = bool(attached) or any(not one.known or one.state == "same" for one in found)
    done = Linked(
        run=number,
        kind=str(Run.Kind.LIST),
        rows=compared.rows,
        linked=len(linked),
        new=compared.rows - len(linked) - len(waiting),
        review=len(waiting),
        unchanged=not changed and (run.before is not None or any(rows.values())),
        seconds=time.monotonic() - started,
        linked_ids=tuple(sorted(set(linked.values()))[:MOST_IDS]),
        review_ids=tuple(sorted(set(waiting.values()))[:MOST_IDS]),
        columns=run.facts["columns"],
        counts={"numbers": attached, "numbers_refused": refused, "pairs": compared.pairs.height},
    )
    if done.unchanged and run.before is not None:
        return replace(done, run=run.before.pk)
    told_by_model = model_facts(run.model)
    facts = services.RunFacts(
        kind=done.kind,
        against=run.against,
        name=run.name[-250:],
        content=run.content,
        mark=queries.register_mark(),
        rows=done.rows,
        linked=done.linked,
        fresh=done.new,
        review=done.review,
        counts=dict(done.counts),
        seconds=done.seconds,
        **{**told_by_model, "settings": {**told_by_model["settings"], **run.facts}},
    )
    services.write_run(number=number, facts=facts)
    told = {one.row for one in found if not one.known}
    sealed = encryption.encrypt_many(texts[row].encode() for row in told if row is not None)
    kept = services.write_records(
        run=number, kind=run.kind, keys=[keys[row] for row in told if row is not None], sealed=sealed
    )
    for one in found:
        one.record_id = kept.get(keys[one.row or 0])
    write_found(number, found)
    return done


def _texts(records: pl.DataFrame) -> dict[int, str]:
    """What each record said, by its number: what is sealed, and by whose keyed hash it is found again."""
    names = [name for name in records.columns if name != "record_id"]
    return {
        int(row["record_id"]): json.dumps(
            {name: row[name] for name in names if row[name] is not None}, ensure_ascii=False, sort_keys=True
        )
        for row in records.iter_rows(named=True)
    }


def _judge_list(
    compared: _Compared, keys: Mapping[int, bytes], survivors: Mapping[int, int], kind: str
) -> tuple[list[Found], dict[str, dict[int | None, int]]]:
    """The pairs that say something new, and the rows (with their pair) of which an earlier decision says it all, by what it says."""
    pairs, numbers = compared.pairs, compared.numbers
    niks = dict(compared.records.select("record_id", "nik").iter_rows())
    known = {
        (bytes.fromhex(key), person): (number, state)
        for key, number, person, state in queries.known_records(kind, set(keys.values())).iter_rows()
    }
    hanging, benefit = stakes.stakes(list(survivors.values())), stakes.death_benefit()
    fresh_numbers = iter(services.next_numbers(pairs.height))
    rows: dict[str, dict[int | None, int]] = {state: {} for state in SETTLED}
    seen: dict[tuple[bytes, int], Found] = {}
    for row in pairs.iter_rows(named=True):
        line, person = int(row["left_id"]), int(row["right_id"])
        if person not in survivors or (keys[line], person) in seen:
            continue  # the very same row twice in a list says nothing more
        number, state = known.get((keys[line], person), (None, None))
        if number is not None and state in SETTLED:
            rows[state][line] = number
            continue
        one = found_pair(
            row, number or next(fresh_numbers), person, hanging.get(survivors[person], stakes.NOTHING), benefit
        )
        one.row, one.known = line, number is not None
        differ = stakes.numbers_differ(niks.get(line), numbers.of.get(person))
        one.risks = stakes.risks_of(stakes.NOTHING, stakes.NOTHING, other_number=differ)
        if row["answer"] == "same" and not one.risks:
            one.state = "same"
        seen[keys[line], person] = one
    return list(seen.values()), rows


def _attach(found: list[Found], kpj: Mapping[int, str | None]) -> tuple[int, int]:
    """Membership numbers go to the persons who are certainly the same; who has another one is left to a person."""
    import polars as pl

    from sertakan.people.models import Identifier
    from sertakan.sponsorship.services import register_existing_many

    told = [(one, kpj.get(one.row or 0) or "") for one in found if one.state == "same"]
    wanted = {one.person_id: number for one, number in told if is_number(number)}
    if not wanted:
        return 0, 0
    mine = Identifier.objects.filter(kind="kpj", person_id__in=list(wanted))
    before = set(mine.values_list("pk", flat=True))
    frame = pl.DataFrame({"person_id": list(wanted), "kpj": list(wanted.values())})
    done = register_existing_many(frame=frame)
    fresh = dict(mine.exclude(pk__in=before).values_list("person_id", "pk"))
    for one, _ in told:
        one.identifier_id = fresh.get(one.person_id)
        if one.person_id in done.refused:
            one.state = "open"
            one.reasons.append(done.refused[one.person_id])
    return len(fresh), len(done.refused)
