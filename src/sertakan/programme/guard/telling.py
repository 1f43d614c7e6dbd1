"""From a day's warnings to messages: who is told of what, one message per recipient and matter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django.db.models.expressions import RawSQL

from sertakan.access.models import RoleAssignment, User
from sertakan.agencies.models import Agency
from sertakan.core.month import Month
from sertakan.notices.services import Draft
from sertakan.people.models import Person
from sertakan.programme.guard import texts
from sertakan.sponsorship.models import Donor

if TYPE_CHECKING:
    import polars as pl

PREFIX: Final = "guard:"
WARNINGS_PAGE, DONOR_PAGE = "/peringatan/", "/"

TOLD: Final[Mapping[str, frozenset[str]]] = {
    "due_soon": frozenset({"donor", "clerk"}),
    "arrears_1": frozenset({"donor", "clerk"}),
    "arrears_2": frozenset({"donor", "clerk", "coordinator"}),
    "arrears_3": frozenset({"donor", "clerk", "coordinator", "worker"}),
    "lapses_next": frozenset({"donor", "clerk", "coordinator", "worker"}),
    "prepayment_ends": frozenset({"donor", "clerk"}),
    "budget_year_ends": frozenset({"clerk", "coordinator"}),
    "code_unpaid": frozenset({"donor", "clerk"}),
    "waits_again": frozenset({"clerk", "worker"}),
}
"""Who is told of what: a worker only when it is serious, because nothing the worker does pays a donor's month."""


@dataclass(frozen=True, slots=True)
class _Known:
    """Names and addresses, looked up once for all messages."""

    agencies: Mapping[int, str]
    donors: Mapping[int, str]
    names: Mapping[int, str]
    phones: Mapping[int, str]
    clerks: Mapping[int, list[User]]
    coordinators: list[User]


def drafts(warnings: pl.DataFrame, *, on: date) -> list[Draft]:
    """All messages that the warnings of a day call for. Whose money is on its way is not asked for it again."""
    import polars as pl

    if warnings.is_empty():
        return []
    asked = warnings.filter(~pl.col("remitted") & ~pl.col("donor_paid"))
    for_donors = _of(asked, "donor").filter(pl.col("donor").is_not_null())
    for_workers = _of(asked, "worker")
    for_clerks = _of(warnings, "clerk").filter(pl.col("agency").is_not_null())
    by_donor = _grouped(for_donors, ["donor", "agency", "kind", "month"])
    by_clerk = _grouped(for_clerks, ["agency", "kind", "month"])
    by_province = _grouped(_of(warnings, "coordinator"), ["kind", "month"])
    known = _known(on, [by_donor, by_clerk], for_workers, for_donors)
    return [
        *_to_donors(by_donor, known),
        *_to_clerks(by_clerk, known),
        *_to_coordinators(by_province, known),
        *_to_workers(for_workers, known),
    ]


def _of(warnings: pl.DataFrame, who: str) -> pl.DataFrame:
    import polars as pl

    return warnings.filter(pl.col("kind").is_in([kind for kind, told in TOLD.items() if who in told]))


def _grouped(rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """One row per group: counts, the nearest days, the sums of who has the most at stake, the first persons."""
    import polars as pl

    once = pl.col("code").is_not_null() & pl.struct(*by, "code").is_first_distinct()
    ready = rows.sort("lost", descending=True, nulls_last=True, maintain_order=True).with_columns(
        paid=pl.when(once).then("paid_lines").otherwise(0)
    )
    return ready.group_by(by, maintain_order=True).agg(
        pl.len().alias("workers"),
        pl.col("due_on", "lapses_on").min(),
        pl.col("family_if_paid", "family_if_unpaid").first(),
        pl.col("person").head(texts.MOST_NAMES).alias("first"),
        *([] if "donor" in by else [pl.col("donor").n_unique().alias("donors")]),
        *([] if "agency" in by else [pl.col("agency").drop_nulls().n_unique().alias("agencies")]),
        pl.col("remitted").sum(),
        (pl.col("donor_paid") & ~pl.col("remitted")).sum().alias("donor_paid"),
        pl.col("paid").sum(),
    )


def _known(on: date, groups: list[Any], for_workers: Any, for_donors: Any) -> _Known:
    import polars as pl

    workers = for_workers.get_column("person").unique().to_list()
    persons = {
        *workers,
        *(one for grouped in groups for one in grouped.get_column("first").explode().drop_nulls().unique()),
    }
    donors = for_donors.select(pl.col("donor").unique()).to_series().to_list()
    clerks: dict[int, list[User]] = defaultdict(list)
    coordinators = []
    held = RoleAssignment.objects.filter(role__in=["pic", "coordinator"], user__is_active=True).in_force(on)
    for role in held.select_related("user").order_by("user_id"):
        if role.agency_id is None:
            coordinators.append(role.user)
        else:
            clerks[role.agency_id].append(role.user)
    return _Known(
        agencies=dict(Agency.objects.values_list("pk", "short_name")),
        donors=_texts(Donor.objects.all(), "name", donors),
        names=_texts(Person.objects.all(), "name", persons),
        phones=_texts(Person.objects.exclude(phone=""), "phone", workers),
        clerks=clerks,
        coordinators=coordinators,
    )


def _texts(query: Any, column: str, keys: Iterable[int]) -> dict[int, str]:
    """One text by key; the keys go as one array, however many they are."""
    wanted = RawSQL("SELECT unnest(%s::bigint[])", [sorted(keys)])
    return dict(query.filter(pk__in=wanted).values_list("pk", column))


def _group(row: dict[str, Any], known: _Known, *, named: bool) -> texts.Group:
    names = tuple(known.names[key] for key in row["first"] if key in known.names) if named else ()
    return texts.Group(
        kind=row["kind"],
        month=Month.of(row["month"]),
        workers=row["workers"],
        due_on=row["due_on"],
        lapses_on=row["lapses_on"],
        if_paid=row["family_if_paid"],
        if_unpaid=row["family_if_unpaid"],
        agency=known.agencies.get(row.get("agency") or 0, "OPD"),
        names=names,
        donors=row.get("donors", 1),
        agencies=row.get("agencies", 0),
        paid=row["paid"] or 0,
        remitted=row["remitted"],
        donor_paid=row["donor_paid"],
    )


def _to_donors(groups: pl.DataFrame, known: _Known) -> Iterable[Draft]:
    for row in groups.iter_rows(named=True):
        text = texts.to_donor(_group(row, known, named=True))
        yield Draft(
            recipient_kind="donor",
            recipient_id=row["donor"],
            recipient_name=known.donors.get(row["donor"], ""),
            channel="whatsapp",
            matter=matter(row["kind"], row["month"]),
            subject=text.subject,
            body=text.body,
            link=DONOR_PAGE,
            agency_id=row["agency"],
            about_kind="donor",
            about_id=row["donor"],
            due_on=row["due_on"],
        )


def _to_clerks(groups: pl.DataFrame, known: _Known) -> Iterable[Draft]:
    for row in groups.iter_rows(named=True):
        users = known.clerks.get(row["agency"], [])
        if not users:
            continue
        text = texts.to_clerk(_group(row, known, named=True))
        name = matter(row["kind"], row["month"], agency=row["agency"])
        for user in users:
            yield from _to_user(user, name, text, row, agency=row["agency"])


def _to_coordinators(groups: pl.DataFrame, known: _Known) -> Iterable[Draft]:
    for row in groups.iter_rows(named=True):
        text = texts.to_coordinator(_group(row, known, named=False))
        name = matter(row["kind"], row["month"], agency="all")
        for user in known.coordinators:
            yield from _to_user(user, name, text, row, agency=None)


def _to_user(user: User, name: str, text: texts.Text, row: dict[str, Any], *, agency: int | None) -> Iterable[Draft]:
    for channel, address in (("inapp", ""), ("email", user.email)):
        if channel == "email" and not address:
            continue
        yield Draft(
            recipient_kind="user",
            recipient_id=user.pk,
            recipient_name=user.name or user.username,
            channel=channel,
            matter=name,
            subject=text.subject,
            body=text.body,
            link=f"{WARNINGS_PAGE}?jenis={row['kind']}",
            address=address,
            agency_id=agency,
            about_kind="agency" if agency else "province",
            about_id=agency,
            due_on=row["due_on"],
        )


def _to_workers(rows: pl.DataFrame, known: _Known) -> Iterable[Draft]:
    for row in rows.iter_rows(named=True):
        key, name = row["person"], known.names.get(row["person"], "")
        if key not in known.phones or row["agency"] is None:
            continue
        group = texts.Group(
            kind=row["kind"], month=Month.of(row["month"]), workers=1, due_on=row["due_on"], lapses_on=row["lapses_on"],
            if_paid=row["family_if_paid"], if_unpaid=row["family_if_unpaid"], agency=known.agencies.get(row["agency"], "OPD"),
        )  # fmt: skip
        text = texts.to_worker(name, group)
        yield Draft(
            recipient_kind="person",
            recipient_id=key,
            recipient_name=name,
            channel="whatsapp",
            matter=matter(row["kind"], row["month"]),
            subject=text.subject,
            body=text.body,
            address=known.phones[key],
            agency_id=row["agency"],
            about_kind="person",
            about_id=key,
            due_on=row["due_on"],
        )


def matter(kind: str, month: date, *, agency: int | str = "") -> str:
    """The key of a matter: ``guard:due_soon:2026-11``, for a clerk ``guard:due_soon:2026-11:12``."""
    return f"{PREFIX}{kind}:{Month.of(month)}" + (f":{agency}" if agency else "")
