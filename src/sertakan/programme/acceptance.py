"""Accepted rows become persons, donors and sponsorships: one staged table, then one INSERT ... SELECT for each target."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection

from sertakan.areas import queries as areas
from sertakan.core import clock, encryption, scope
from sertakan.core.copy import copy_frame, next_ids, stage
from sertakan.intake import queries as intake
from sertakan.intake.models import File
from sertakan.people import queries as people
from sertakan.people.naming import sort_key_expression
from sertakan.people.services import share_knowledge
from sertakan.sponsorship.services import register_existing_many

if TYPE_CHECKING:
    import polars as pl

CONSENT_TEXT_VERSION = "2025-09"
_LARGE = 1_000

_STAGED = {
    "row_id": "bigint",
    "person_id": "bigint",
    "is_new": "boolean",
    "name": "text",
    "person_key": "text",
    "titles": "text",
    "sex": "text",
    "birth_place": "text",
    "birth_date": "date",
    "mother_name": "text",
    "phone": "text",
    "email": "text",
    "area_id": "bigint",
    "address": "text",
    "nik_sealed": "bytea",
    "nik_index": "bytea",
    "nik_last4": "text",
    "consent_date": "date",
    "donor_name": "text",
    "donor_key": "text",
    "donor_nip": "text",
    "programmes": "text",
    "dasar": "bigint",
    "income": "bigint",
    "funding": "text",
    "sector": "text",
    "occupation": "text",
    "occupation_2": "text",
    "work_place": "text",
    "work_area_id": "bigint",
    "work_hours": "text",
    "start_month": "date",
    "months": "smallint",
}

_TARGETS = {
    "persons": """
        INSERT INTO people_person (id, name, sort_key, titles, sex, birth_place, birth_date, mother_name, phone, email,
                                   area_id, address, created_at)
        SELECT person_id, name, person_key, titles, sex, birth_place, birth_date, mother_name, phone, email,
               area_id, address, %(now)s FROM accepted_rows WHERE is_new""",
    # Persons made above can stand nowhere else yet: looking for conflicts, which doubles the work, is for the known ones.
    "agencies_of_new": """
        INSERT INTO people_personagency (person_id, agency_id, valid_from)
        SELECT person_id, %(agency)s::bigint, %(today)s::date FROM accepted_rows WHERE is_new""",
    "agencies_of_known": """
        INSERT INTO people_personagency (person_id, agency_id, valid_from)
        SELECT DISTINCT person_id, %(agency)s::bigint, %(today)s::date FROM accepted_rows WHERE NOT is_new
        ON CONFLICT (agency_id, person_id) DO UPDATE SET by_merge = false, valid_from = EXCLUDED.valid_from
        WHERE people_personagency.by_merge""",
    "identifiers": """
        INSERT INTO people_identifier (person_id, kind, sealed, key_version, index, last_four)
        SELECT person_id, 'nik', nik_sealed, get_byte(nik_sealed, 0), nik_index, nik_last4
        FROM accepted_rows WHERE is_new ORDER BY nik_index""",
    "consents_of_new": """
        INSERT INTO people_consent (person_id, given_on, text_version, recorded_by, recorded_at)
        SELECT person_id, consent_date, %(text_version)s, %(user)s, %(now)s FROM accepted_rows
        WHERE is_new AND consent_date IS NOT NULL""",
    "consents_of_known": """
        INSERT INTO people_consent (person_id, given_on, text_version, recorded_by, recorded_at)
        SELECT person_id, consent_date, %(text_version)s, %(user)s, %(now)s FROM accepted_rows
        WHERE NOT is_new AND consent_date IS NOT NULL
        ON CONFLICT (person_id) WHERE withdrawn_on IS NULL DO NOTHING""",
    "donors": """
        INSERT INTO sponsorship_donor (agency_id, name, sort_key, nip, created_at)
        SELECT DISTINCT ON (donor_nip, CASE WHEN donor_nip = '' THEN donor_key ELSE '' END)
               %(agency)s::bigint, donor_name, donor_key, donor_nip, %(now)s::timestamptz
        FROM accepted_rows n WHERE donor_key <> '' OR donor_nip <> ''
        ON CONFLICT DO NOTHING""",
    "sponsorships": """
        INSERT INTO sponsorship_sponsorship (agency_id, person_id, donor_id, row_id, programmes, dasar, income, funding, sector,
                                             occupation_id, second_occupation_id, work_place, work_area_id, work_hours,
                                             start_month, months, state, end_reason, created_at)
        SELECT %(agency)s, n.person_id, coalesce(by_nip.id, by_name.id), n.row_id, string_to_array(n.programmes, ','), n.dasar, n.income,
               n.funding, n.sector, n.occupation, n.occupation_2, n.work_place, n.work_area_id, n.work_hours,
               n.start_month, n.months, 'checked', '', %(now)s
        FROM accepted_rows n
        LEFT JOIN sponsorship_donor by_nip
               ON by_nip.agency_id = %(agency)s AND n.donor_nip <> '' AND by_nip.nip = n.donor_nip
        LEFT JOIN sponsorship_donor by_name
               ON by_name.agency_id = %(agency)s AND n.donor_nip = '' AND n.donor_key <> ''
              AND by_name.nip = '' AND by_name.sort_key = n.donor_key
        ORDER BY n.row_id""",
}


@dataclass(frozen=True, slots=True)
class Accepted:
    """How many rows of each kind an acceptance wrote."""

    rows: int = 0
    persons: int = 0
    consents: int = 0
    donors: int = 0
    sponsorships: int = 0
    numbers: int = 0
    numbers_refused: int = 0

    def facts(self) -> dict[str, int]:
        """For the audit trail."""
        return asdict(self)


def rows_to_accept(file: File) -> pl.DataFrame:
    """The current accepted rows of a file that have no sponsorship yet, with what they say (not how it was written)."""
    rows = intake.current_rows(file, states=["accepted"])
    if rows.is_empty():
        return rows
    done = registered_rows(file)
    open_rows = rows.join(done, on=["sheet_no", "number"], how="anti", maintain_order="left")
    return intake.contents(open_rows, raw=False)


def registered_rows(file: File) -> pl.DataFrame:
    """[sheet_no, number] of the rows of a file that have become sponsorships."""
    import polars as pl

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.sheet, r.number FROM sponsorship_sponsorship s JOIN intake_row r ON r.id = s.row_id"
            " WHERE r.file_id = %s",
            [file.pk],
        )
        return pl.DataFrame(cursor.fetchall(), schema={"sheet_no": pl.Int16, "number": pl.Int64}, orient="row")


def write(file: File, rows: pl.DataFrame, *, persons: pl.DataFrame) -> Accepted:
    """Write `rows` (as of `rows_to_accept`) into the register.

    `persons` [nik_index, known_person_id] are those the register knows already; the others are made.
    """
    import polars as pl

    if rows.is_empty():
        return Accepted()
    ready = _prepare(file, rows, persons)
    stage("accepted_rows", _STAGED)
    copy_frame("accepted_rows", ready.select(list(_STAGED)))
    params: dict[str, Any] = {
        "agency": file.agency_id,
        "today": clock.today(),
        "now": clock.now(),
        "user": scope.current().user_id,
        "text_version": CONSENT_TEXT_VERSION,
    }
    counts = {}
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE accepted_rows (row_id, person_id, is_new, donor_key, donor_nip)")
        if ready.height >= _LARGE:
            # The planner cannot know how large the tables become in this very transaction.
            cursor.execute("SET LOCAL enable_nestloop = off")
        for target, statement in _TARGETS.items():
            cursor.execute(statement, params)
            counts[target] = cursor.rowcount
        cursor.execute("DROP TABLE accepted_rows")
    merged = people.others_of(ready.filter(~pl.col("is_new"))["person_id"].unique().to_list())
    if merged:
        share_knowledge(persons=list(merged))
    numbers = register_existing_many(frame=ready.select("person_id", "kpj"), agency_id=file.agency_id)
    return Accepted(
        rows=ready.height,
        persons=int(ready.select(pl.col("is_new").sum()).item()),
        consents=counts["consents_of_new"] + counts["consents_of_known"],
        donors=counts["donors"],
        sponsorships=counts["sponsorships"],
        numbers=numbers.registered,
        numbers_refused=len(numbers.refused),
    )


def _prepare(file: File, rows: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    known = persons.unique("nik_index")
    ready = rows.drop("known_person_id").join(known, on="nik_index", how="left", maintain_order="left")
    fresh = int(ready.select(pl.col("known_person_id").is_null().sum()).item())
    ids = pl.Series("fresh_id", next_ids("people_person_id_seq", fresh), dtype=pl.Int64)
    position = pl.col("is_new").cum_sum() - 1
    ready = ready.with_columns(is_new=pl.col("known_person_id").is_null())
    ready = ready.with_columns(
        person_id=pl.when(pl.col("is_new"))
        .then(position.map_batches(lambda at: _take(ids, at), return_dtype=pl.Int64))
        .otherwise(pl.col("known_person_id"))
        if fresh
        else pl.col("known_person_id")
    )
    niks = ready["nik"].to_list()
    ready = ready.with_columns(
        nik_sealed=pl.Series(encryption.encrypt_many(nik.encode() for nik in niks), dtype=pl.Binary),
        nik_index=pl.col("nik_index").str.decode("hex"),
        nik_last4=pl.col("nik").str.slice(-4),
        person_key=sort_key_expression(pl.col("name")),
        donor_key=sort_key_expression(pl.col("donor_name")).fill_null(""),
        donor_nip=pl.col("donor_nip").fill_null(""),
        donor_name=pl.coalesce("donor_name", "donor_nip"),
        start_month=(pl.col("start_month") + "-01").str.to_date("%Y-%m-%d"),
    )
    texts = ("titles", "sex", "birth_place", "mother_name", "phone", "email", "address", "work_place", "work_hours")
    ready = ready.with_columns(pl.col(name).fill_null("") for name in texts).with_columns(
        pl.col(name).str.slice(0, longest)
        for name, longest in {
            "name": 200,
            "person_key": 200,
            "donor_key": 200,
            "address": 300,
            "work_place": 200,
            "birth_place": 120,
            "work_hours": 60,
            "titles": 100,
            "mother_name": 200,
            "email": 200,
            "donor_name": 200,
            "phone": 20,
        }.items()
    )
    return _with_areas(file, ready)


def _take(ids: pl.Series, at: pl.Series) -> pl.Series:
    import polars as pl

    return ids.gather(at.cast(pl.Int64).clip(0))


def _with_areas(file: File, ready: pl.DataFrame) -> pl.DataFrame:
    known = areas.area_frame(file.agency.province.code, on=clock.today()).select("id", "code").unique("code")
    home = known.rename({"id": "area_id", "code": "area_code"})
    work = known.rename({"id": "work_area_id", "code": "work_area_code"})
    return ready.join(home, on="area_code", how="left", maintain_order="left").join(
        work, on="work_area_code", how="left", maintain_order="left"
    )
