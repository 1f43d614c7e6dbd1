"""The sponsor's list, the money and BPJS's members of one month side by side: each difference kept, explained, followed until closed."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
from django.db import connection, transaction

from sertakan.banking import errors, policies
from sertakan.banking.members import read_members
from sertakan.banking.models import Difference, MemberFile
from sertakan.contributions.queries.money import open_dues
from sertakan.core import audit, clock, copy, encryption, files, scope
from sertakan.core.month import Month
from sertakan.linkage.normalise import prepare

_TASKS = {
    "paid_not_listed": "bpjs", "listed_not_paid": "pic", "other_number": "bpjs", "other_name": "pic", "other_month": "bpjs",
    "paid_inactive": "bpjs", "unknown_member": "coordinator",
}  # fmt: skip
"""Who looks into a difference first."""

_LEGS = {"": 0, "collected": 1, "remitted": 2, "confirmed": 3}

_SPONSORED = (
    "SELECT l.person_id, min(l.agency_id), min(coalesce(l.donor_id, 0)), min(l.funding), sum(l.total)::bigint FROM contributions_billline l"
    " JOIN contributions_bill b ON b.id = l.bill_id AND b.state = 'issued'"
    " WHERE l.month = %s AND (%s::bigint IS NULL OR l.agency_id = %s) GROUP BY 1"
)
_CONFIRMED = "SELECT DISTINCT person_id, agency_id FROM contributions_paid WHERE month = %s AND (%s::bigint IS NULL OR agency_id = %s)"
_CLOSED = (
    "SELECT DISTINCT s.person_id FROM contributions_notcollected n JOIN sponsorship_sponsorship s ON s.id = n.sponsorship_id"
    " WHERE n.month = %s AND n.amount > 0 AND (%s::bigint IS NULL OR n.agency_id = %s)"
)
_REMITTED = (
    "SELECT DISTINCT cl.person_id, cl.agency_id FROM contributions_paymentcodeline cl JOIN contributions_paymentcode c ON c.id = cl.code_id"
    " WHERE cl.month = %s AND c.state IN ('remitted', 'confirmed') AND (%s::bigint IS NULL OR cl.agency_id = %s)"
)
_NUMBERS = (
    "SELECT coalesce(p.merged_into_id, p.id), i.kind, encode(i.index, 'hex'), i.last_four"
    " FROM people_identifier i JOIN people_person p ON p.id = i.person_id WHERE i.kind IN ('nik', 'kpj')"
)


@dataclass(frozen=True, slots=True)
class Compared:
    """What a comparison found: rows of the list, persons on ours, persons paid for, persons on whom all agree, differences by kind."""

    month: Month
    file_id: int
    members: int
    sponsored: int
    paid: int
    agree: int
    differences: int
    fresh: int
    closed: int
    held: int
    unchanged: bool
    kinds: dict[str, int] = field(default_factory=dict)


@transaction.atomic
def compare_month(month: Month, source: Path | bytes, *, name: str = "", agency_id: int | None = None) -> Compared:
    """Lay BPJS's list of `month` beside ours and keep what differs; with `agency_id` only that agency's part of ours.

    Safe to repeat: what is found again stays as people left it, what is gone closes itself, what comes back opens again.
    Raises NotYourComparison, NotAMemberList, and what `intake.reading` raises.
    """
    policies.check_can_compare()
    data = source if isinstance(source, bytes) else source.read_bytes()
    label = Path(name or (source.name if isinstance(source, Path) else "peserta")).name
    listed = _read(data, label)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('banking.three_way'), %s)", [month.ordinal])
    ours = _ours(month, agency_id)
    members = _identified(listed.rows, ours, month)
    found = _differences(ours, members, month, partial=agency_id is not None)
    fresh, closed, changed = _keep(found, month, agency_id)
    kinds = dict(sorted(Counter(found["kind"].to_list()).items()))
    sponsored = int(ours["sponsored"].sum())
    account = {
        "members": listed.rows.height, "held": listed.held.height, "sponsored": sponsored,
        "paid": int((ours["money"] != "").sum()), "differences": found.height, **kinds,
    }  # fmt: skip
    content = files.store(data)
    lists = MemberFile.objects.filter(month=month.first_day, content=content)
    lists = lists.filter(agency__isnull=True) if agency_id is None else lists.filter(agency_id=agency_id)
    known = lists.order_by("-pk").first()
    unchanged = known is not None and not fresh and not closed and not changed
    file = known
    if file is None or not unchanged:
        actor = scope.current()
        file = MemberFile.objects.create(
            month=month.first_day, agency_id=agency_id, name=label[:250], content=content,
            account={**account, "held_rows": listed.held.head(200).to_dicts()}, taken_by=actor.user_id, taken_label=actor.label,
            taken_at=clock.now(),
        )  # fmt: skip
        audit.record(
            "banking.members_compared", target=file, agency_id=agency_id, facts={"month": str(month), **account}
        )
    everybody = ours.filter(pl.col("sponsored") | (pl.col("money") != ""))["person"]
    differing = found["person"].drop_nulls().unique()
    return Compared(
        month=month, file_id=file.pk, members=listed.rows.height, sponsored=sponsored, paid=account["paid"],
        agree=len(everybody) - int(everybody.is_in(differing.implode()).sum()), differences=found.height, fresh=fresh, closed=closed,
        held=listed.held.height, unchanged=unchanged, kinds=kinds,
    )  # fmt: skip


def _read(data: bytes, label: str) -> Any:
    with tempfile.TemporaryDirectory(prefix="members-") as folder:
        place = Path(folder) / f"peserta{Path(label).suffix.lower()[:6]}"
        place.touch(mode=0o600)
        place.write_bytes(data)
        return read_members(place)


def _ours(month: Month, agency_id: int | None) -> pl.DataFrame:
    """[person, agency, sponsored, money ("", collected, remitted, confirmed), name, kpj (index), kpj_last] of whom we list or paid for."""
    params = [month.first_day, agency_id, agency_id]
    integer = pl.Int64
    listed = copy.read_frame(
        _SPONSORED, params,
        {"person": integer, "agency": integer, "donor": integer, "funding": pl.String, "total": integer},
    )  # fmt: skip
    pair = {"person": integer, "agency": integer}
    confirmed, remitted = copy.read_frame(_CONFIRMED, params, pair), copy.read_frame(_REMITTED, params, pair)
    owing = open_dues(agency_id, since=month).filter(pl.col("month") == month.first_day)
    owing = owing.select(
        agency="agency_id", donor=pl.col("donor_id").fill_null(0), funding="funding", owing=pl.lit(value=True)
    )
    listed = listed.join(owing, on=["agency", "donor", "funding"], how="left")
    people = pl.concat([listed.select("person", "agency"), confirmed, remitted]).unique(
        "person", keep="first", maintain_order=True
    )
    survivors = copy.read_frame(
        "SELECT id, coalesce(merged_into_id, id), name FROM people_person WHERE id = ANY (%s)",
        [people["person"].to_list()],
        {"person": integer, "survivor": integer, "name": pl.String},
    )
    # A promise that was closed is owed no longer, and was not paid either.
    closed = copy.read_frame(_CLOSED, params, {"person": integer})
    collected = listed.filter(pl.col("owing").is_null()).join(closed, on="person", how="anti")["person"].implode()
    frame = people.join(survivors, on="person").with_columns(
        sponsored=pl.col("person").is_in(listed["person"].implode()),
        money=pl.when(pl.col("person").is_in(confirmed["person"].implode()))
        .then(pl.lit("confirmed"))
        .when(pl.col("person").is_in(remitted["person"].implode()))
        .then(pl.lit("remitted"))
        .when(pl.col("person").is_in(collected))
        .then(pl.lit("collected"))
        .otherwise(pl.lit("")),
    )
    best = pl.col("money").sort_by(pl.col("money").replace_strict(_LEGS, return_dtype=pl.Int8)).last()
    return frame.group_by("survivor", maintain_order=True).agg(
        agency=pl.col("agency").first(), sponsored=pl.col("sponsored").any(), money=best,
        name=pl.col("name").first(),
    ).rename({"survivor": "person"})  # fmt: skip


def _identified(rows: pl.DataFrame, ours: pl.DataFrame, month: Month) -> pl.DataFrame:
    """The rows of the list with the person each is about, by NIK, else by number; null where we know neither."""
    indexed = rows.with_columns(
        nik_index=_indexes("nik", rows["nik"]), kpj_index=_indexes("kpj", rows["kpj"]),
        kpj_last=pl.col("kpj").str.tail(4), nik_last=pl.col("nik").str.tail(4),
    )  # fmt: skip
    text = pl.String
    numbers = copy.read_frame(_NUMBERS, [], {"person": pl.Int64, "kind": text, "index": text, "last": text})
    niks = numbers.filter(pl.col("kind") == "nik").select("person", nik_index="index").unique("nik_index")
    kpjs = (
        numbers.filter(pl.col("kind") == "kpj")
        .select("person", kpj_index="index", known_last="last")
        .unique("kpj_index")
    )
    found = (
        indexed.join(niks, on="nik_index", how="left")
        .join(kpjs.select(by_number="person", kpj_index="kpj_index"), on="kpj_index", how="left")
        .with_columns(person=pl.coalesce("person", pl.when(pl.col("nik").is_null()).then("by_number")))
    )
    own = kpjs.group_by("person").agg(own_index=pl.col("kpj_index").first(), own_last=pl.col("known_last").first())
    found = found.join(own, on="person", how="left").join(
        copy.read_frame(
            "SELECT p.id, p.name, min(pa.agency_id) FROM people_person p LEFT JOIN people_personagency pa ON pa.person_id = p.id"
            " WHERE p.id = ANY (%s) GROUP BY 1, 2",
            [found["person"].drop_nulls().unique().to_list()],
            {"person": pl.Int64, "own_name": text, "own_agency": pl.Int64},
        ),
        on="person",
        how="left",
    )
    # Of several rows about one person the one for this month counts.
    named = pl.coalesce("month", "until")
    close = pl.when(named == month.ordinal).then(0).when(named.is_null()).then(1).otherwise(2)
    people = (
        found.filter(pl.col("person").is_not_null())
        .sort(close, "row")
        .unique("person", keep="first", maintain_order=True)
    )
    return pl.concat([people, found.filter(pl.col("person").is_null())])


def _indexes(kind: str, values: pl.Series) -> pl.Series:
    plain = values.to_list()
    made = iter(encryption.index_many(kind, [value for value in plain if value]))
    return pl.Series([next(made).hex() if value else None for value in plain], dtype=pl.String)


def _differences(ours: pl.DataFrame, members: pl.DataFrame, month: Month, *, partial: bool) -> pl.DataFrame:
    """[kind, subject, person, agency, facts] of everything that differs."""
    known = members.filter(pl.col("person").is_not_null())
    both = known.join(ours.select("person", "agency", "sponsored", "money"), on="person", how="left").with_columns(
        agency=pl.coalesce("agency", "own_agency"),
        money=pl.col("money").fill_null(""),
        sponsored=pl.col("sponsored").fill_null(value=False),
    )
    if partial:
        both = both.filter(pl.col("person").is_in(ours["person"].implode()))
    frames = [
        _frame("paid_not_listed", ours.filter(pl.col("money") != "").join(known.select("person"), on="person", how="anti"), ["money"]),
        _frame(
            "listed_not_paid",
            both.filter((pl.col("money") == "") & pl.col("active").fill_null(value=True)),
            ["sponsored", "row"],
        ),
        _frame(
            "paid_inactive", both.filter((pl.col("money") != "") & ~pl.col("active").fill_null(value=True)), ["money", "row"]
        ),
        _frame(
            "other_number",
            both.filter(
                (pl.col("kpj_index") != pl.col("own_index")).fill_null(value=False)
                & (pl.col("by_number") != pl.col("person")).fill_null(value=True)
            ),
            ["kpj_last", "own_last", "row"],
        ),
        _frame("other_name", _other_names(both), ["name", "row"]),
        _frame("other_month", _other_months(both, month), ["listed_month", "row"]),
    ]  # fmt: skip
    if not partial:
        strangers = members.filter(pl.col("person").is_null()).with_columns(
            subject=pl.lit("x") + pl.coalesce("nik_index", "kpj_index"), agency=pl.lit(None, dtype=pl.Int64),
            last=pl.coalesce("kpj_last", "nik_last"),
        ).unique("subject", keep="first", maintain_order=True)  # fmt: skip
        frames.append(_frame("unknown_member", strangers, ["name", "last", "row"]))
    return pl.concat(frames)


def _other_months(both: pl.DataFrame, month: Month) -> pl.DataFrame:
    """Rows of whom we paid this month for, and the list says another month, or one before it."""
    another = (pl.col("month") != month.ordinal).fill_null(value=False)
    earlier = (pl.col("until") < month.ordinal).fill_null(value=False)
    said = pl.coalesce("month", "until")
    text = pl.format("{}-{}", said // 12, (said % 12 + 1).cast(pl.String).str.zfill(2))
    return both.filter((pl.col("money") != "") & (another | earlier)).with_columns(listed_month=text)


def _other_names(both: pl.DataFrame) -> pl.DataFrame:
    """Rows whose name neither sounds nor shortens like ours."""
    told = both.filter((pl.col("name") != "") & pl.col("own_name").is_not_null())
    if told.is_empty():
        return told
    theirs = prepare(told.select("name")).rename(lambda name: name.replace("c_name", "t"))
    ours = prepare(told.select(name="own_name")).rename(lambda name: name.replace("c_name", "o"))
    pair = pl.concat(
        [
            theirs.select("t_sounds", "t_flat", "t_short", "t_tail", "t_stem"),
            ours.select("o_sounds", "o_flat", "o_short", "o_tail", "o_stem"),
        ],
        how="horizontal",
    )
    same = pl.any_horizontal(
        [
            (pl.col(f"t_{part}") == pl.col(f"o_{part}")).fill_null(value=False)
            for part in ("sounds", "flat", "short", "tail", "stem")
        ]
    )
    return told.filter(~pair.select(same).to_series())


def _frame(kind: str, rows: pl.DataFrame, facts: list[str]) -> pl.DataFrame:
    if "subject" not in rows.columns:
        rows = rows.with_columns(subject=pl.lit("p") + pl.col("person").cast(pl.String))
    told = [
        json.dumps({key: value for key, value in zip(facts, values, strict=True) if value is not None})
        for values in rows.select(facts).iter_rows()
    ]
    return rows.select(
        kind=pl.lit(kind), subject="subject", person=pl.col("person").cast(pl.Int64), agency=pl.col("agency").cast(pl.Int64),
        facts=pl.Series(told, dtype=pl.String), task=pl.lit(_TASKS[kind]),
    )  # fmt: skip


def _keep(found: pl.DataFrame, month: Month, agency_id: int | None) -> tuple[int, int, int]:
    """New ones in, gone ones closed, returned ones open again; how many of each."""
    now = clock.now()
    copy.stage(
        "difference_stage",
        {"kind": "text", "subject": "text", "person": "bigint", "agency": "bigint", "facts": "text", "task": "text"},
    )
    copy.copy_frame("difference_stage", found)
    first = month.first_day
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE banking_difference d SET state = 'closed', closed_at = %s, closed_label = %s, gone = true"
            " WHERE d.month = %s AND d.state <> 'closed' AND (%s::bigint IS NULL OR d.agency_id = %s)"
            " AND NOT EXISTS (SELECT 1 FROM difference_stage s WHERE s.kind = d.kind AND s.subject = d.subject)",
            [now, scope.current().label, first, agency_id, agency_id],
        )
        closed = cursor.rowcount
        # What a person closed stays closed; what had only disappeared is open again.
        cursor.execute(
            "UPDATE banking_difference d SET state = CASE WHEN d.gone THEN 'open' ELSE d.state END,"
            " closed_at = CASE WHEN d.gone THEN NULL ELSE d.closed_at END, closed_label = CASE WHEN d.gone THEN '' ELSE d.closed_label END,"
            " gone = false, facts = s.facts::jsonb, last_seen = %s"
            " FROM difference_stage s WHERE d.month = %s AND s.kind = d.kind AND s.subject = d.subject"
            " AND (d.gone OR d.facts <> s.facts::jsonb)",
            [now, first],
        )
        changed = cursor.rowcount
        cursor.execute(
            "INSERT INTO banking_difference (month, kind, subject, person_id, agency_id, facts, state, task, explanation, explained_label,"
            " closed_label, gone, first_seen, last_seen)"
            " SELECT %s, s.kind, s.subject, s.person, s.agency, s.facts::jsonb, 'open', s.task, '', '', '', false, %s, %s"
            " FROM difference_stage s ON CONFLICT (month, kind, subject) DO NOTHING",
            [first, now, now],
        )
        fresh = cursor.rowcount
        cursor.execute("DROP TABLE difference_stage")
    return fresh, closed, changed


@transaction.atomic
def explain_difference(difference: Difference, *, explanation: str, task: str = "", close: bool = False) -> Difference:
    """Say why, pass it to whose turn it is, or close it. Raises ReasonMissing, DifferenceClosed, DifferenceNotFound, NotYourAccount."""
    policies.check_can_explain(difference.agency_id)
    found = Difference.objects.select_for_update().filter(pk=difference.pk).first()
    if found is None:
        raise errors.DifferenceNotFound()
    if found.state == Difference.State.CLOSED:
        raise errors.DifferenceClosed()
    text = explanation.strip()[:500]
    if not text and (close or not task) and not found.explanation:
        raise errors.ReasonMissing()
    actor, now = scope.current(), clock.now()
    if text:
        found.explanation, found.explained_label, found.explained_at = text, actor.label, now
        found.state = Difference.State.EXPLAINED
    if task:
        found.task = Difference.Task(task)
    if close:
        found.state, found.closed_at, found.closed_label = Difference.State.CLOSED, now, actor.label
    found.save()
    audit.record(
        "banking.difference_closed" if close else "banking.difference_explained", target=found, agency_id=found.agency_id,
        facts={"kind": found.kind, "task": found.task}, reason=text,
    )  # fmt: skip
    return found


@transaction.atomic
def reopen_difference(difference: Difference, *, reason: str) -> Difference:
    """Take back that a difference was closed. Raises ReasonMissing, DifferenceNotFound, NotYourAccount."""
    policies.check_can_explain(difference.agency_id)
    if not reason.strip():
        raise errors.ReasonMissing()
    found = Difference.objects.select_for_update().filter(pk=difference.pk).first()
    if found is None:
        raise errors.DifferenceNotFound()
    found.state = Difference.State.EXPLAINED if found.explanation else Difference.State.OPEN
    found.closed_at, found.closed_label, found.gone = None, "", False
    found.save()
    audit.record("banking.difference_reopened", target=found, agency_id=found.agency_id, reason=reason.strip()[:300])
    return found
