"""Invented near-doubles, so that a demonstration has pairs to decide about: the same people once more on another agency's list.

Each stands there the way such people really come twice: with exchanged digits, another spelling, a birth date turned round. Between
them is a twin who is somebody else. One stands twice on one list under one donor: that pair is linked without asking.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sertakan.agencies import queries as agencies
from sertakan.agencies.models import Agency
from sertakan.core import clock, scope
from sertakan.core.month import Month
from sertakan.intake.models import File
from sertakan.linkage import queries as linkage
from sertakan.linkage.models import Pair
from sertakan.programme import linking
from sertakan.sponsorship.models import Donor, Sponsorship
from sertakan.synthetic.dice import Dice
from sertakan.synthetic.people import canonical, donor_columns
from sertakan.synthetic.province import KIND, write_list
from sertakan.synthetic.story import on

KIND_OF_LIST = "ganda"
NAME = "daftar-susulan-rekaan.contoh"
WRITTEN_DAYS_AGO = 12
FIRST_REASON = "NIK dan nama ibunya sama"
_OTHER_KPJ = "26117029901"
_LOOKED_AT = 400
_TWINS = {"L": "Rahmadi", "P": "Ratnasari"}


@dataclass(frozen=True, slots=True)
class Recipe:
    """How somebody comes a second time. `member`: somebody with a number of BPJS; `kpj`: the double brings a number too."""

    nik: str
    name: str = "same"
    birth: str = "same"
    without: tuple[str, ...] = ()
    member: bool = False
    kpj: bool = False


RECIPES = (
    Recipe("exchanged", member=True, kpj=True),
    Recipe("exchanged", name="spelled", member=True),
    Recipe("one digit", name="shortened", without=("phone",)),
    Recipe("exchanged", birth="turned", without=("mother_name",)),
    Recipe("another", without=("mother_name",)),
    Recipe("next", name="twin"),
    Recipe("one digit", name="spelled", birth="first of the year", without=("phone",)),
    Recipe("another", name="shortened"),
)


def add(*, first: scope.Actor | None = None) -> dict[str, int]:
    """Write the lists, look for doubles, and let `first` be the first of two who agree about one pair; once only.

    Returns how many pairs wait and how many were linked without asking.
    """
    with scope.acting(scope.SYSTEM, reason=KIND):
        fresh = not File.objects.filter(name=NAME).exists() and _write()
        if fresh:
            linking.dedupe(actor=scope.SYSTEM)
        risky = linkage.waiting().filter(state=Pair.State.OPEN).exclude(risks=[]).last() if fresh and first else None
    if first is not None and risky is not None:
        with scope.acting(first, reason=KIND):
            linking.decide(pair=risky.pk, answer="same", reason=FIRST_REASON)
    with scope.acting(scope.SYSTEM, reason=KIND):
        return {"waiting": linkage.waiting().count(), "linked": Pair.objects.filter(state=Pair.State.SAME).count()}


def _write() -> bool:
    """Two lists of some days ago: one of another agency, one of the agency of somebody who stands there already."""
    with on(clock.today() - timedelta(days=WRITTEN_DAYS_AGO)):
        return _write_today()


def _write_today() -> bool:
    chosen = _chosen()
    if len(chosen) <= len(RECIPES):
        return False
    *others, twice = chosen
    elsewhere = next(body for body in agencies.in_force() if body.pk not in {one.agency_id for one in chosen})
    rows = [_row(one, recipe, at) for at, (one, recipe) in enumerate(zip(others, RECIPES, strict=True))]
    _list(elsewhere, rows)
    donor = twice.donor
    _list(twice.agency, [_row(twice, Recipe("exchanged"), len(rows))], donor=donor)
    return True


def _chosen() -> list[Sponsorship]:
    """Somebody for each recipe and one more: with everything that is compared, in the order of the lists."""
    import polars as pl

    running = Sponsorship.objects.filter(row__file__kind=KIND).exclude(state__in=["ended", "refused"])
    related = running.select_related("agency", "donor", "person").order_by("pk")
    members = list(related.filter(state=Sponsorship.State.MEMBER)[:_LOOKED_AT])
    others = list(related.filter(state=Sponsorship.State.CHECKED, funding="private")[:_LOOKED_AT])
    records = linkage.person_records([one.person_id for one in (*members, *others)])
    whole = records.filter(
        pl.col("phone").is_not_null()
        & pl.col("name").str.contains(r"^\S{4,} \S{4,}")
        & pl.col("birth_date").str.slice(8).is_between(pl.lit("01"), pl.lit("12"))
        & (pl.col("birth_date").str.slice(8) != pl.col("birth_date").str.slice(5, 2))
    )
    known = set(whole["record_id"])
    pools = {
        kind: iter([one for one in pool if one.person_id in known]) for kind, pool in ((True, members), (False, others))
    }
    found = [next(pools[recipe.member], None) for recipe in (*RECIPES, Recipe("exchanged"))]
    return [one for one in found if one is not None]


def _row(one: Sponsorship, recipe: Recipe, at: int) -> dict[str, Any]:
    """The row of a second list about the person of a sponsorship."""
    (record,) = linkage.person_records([one.person_id]).iter_rows(named=True)
    born = date.fromisoformat(record["birth_date"])
    row = {
        **{name: record[name] for name in ("mother_name", "birth_place", "sex", "area_code", "address", "phone")},
        "name": _named(record["name"], record["sex"], recipe.name),
        "birth_date": {
            "turned": born.replace(month=born.day, day=born.month),
            "first of the year": date(born.year, 1, 1),
        }.get(recipe.birth, born),
        "nik": _number(record["nik"], recipe.nik),
        "kpj": _OTHER_KPJ if recipe.kpj else None,
        "occupation": one.occupation_id,
        "sector": one.sector,
        "consent_date": clock.today() - timedelta(days=3 + at),
        "consent": True,
    }
    return {**row, **dict.fromkeys(recipe.without)}


def _number(nik: str, how: str) -> str:
    """An invented number near `nik`; serials stay between 9000 and 9998."""
    serial = int(nik[12:])
    turned = nik[:9] + nik[10] + nik[9] + nik[11:]
    other = nik[:13] + str((int(nik[13]) + 3) % 9) + nik[14:]
    if how == "exchanged":
        return turned if turned != nik else other
    if how == "next":
        return nik[:12] + str(serial + 1 if serial < 9_998 else serial - 1)
    if how == "another":
        return "1771" + nik[4:6][::-1] + nik[6:12] + str(9_000 + (serial * 7 + 311) % 998)
    return other


def _named(name: str, sex: str, how: str) -> str:
    words = name.split()
    if how == "twin":
        return " ".join([_TWINS[sex], *words[1:]])
    if how == "shortened":
        return " ".join([words[0], *(f"{word[0]}." for word in words[1:])])
    if how == "spelled":
        return _spelled(name)
    return name


def _spelled(name: str) -> str:
    """Another spelling: the old one where it has one, else a doubled letter."""
    for new, old in (("u", "oe"), ("j", "dj"), ("y", "i"), ("i", "y"), ("a", "aa")):
        if new in name[1:]:
            return name[0] + name[1:].replace(new, old, 1)
    return name


def _list(agency: Agency, rows: list[dict[str, Any]], *, donor: Donor | None = None) -> None:
    """Write rows as an accepted list, with promises and donors; all under one donor when one is named."""
    import polars as pl

    today = clock.today()
    donors = donor_columns(len(rows), Dice("doubles").within(agency.code), today)
    if donor is not None:
        donors = pl.DataFrame({"donor_name": [donor.name], "donor_nip": [donor.nip]})
    frame = pl.concat([pl.DataFrame(rows, infer_schema_length=None), donors], how="horizontal").with_columns(
        dasar=pl.lit(1_000_000),
        income=pl.lit(1_200_000),
        programmes=pl.lit("jkk,jkm"),
        funding=pl.lit("private"),
        months=pl.lit(6),
        start_month=pl.lit(str(Month.of(today).next())),
    )
    write_list(agency, NAME, canonical(frame), {"list": NAME}, kind=KIND_OF_LIST)
