"""Areas into the database: repeatable, dated, any province, and never from a broken file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from sertakan.areas import queries
from sertakan.areas.errors import EditionOlder, ProvinceUnknown
from sertakan.areas.models import Area, AreaAlias, IdentityPrefix
from sertakan.areas.services import Edition, load_aliases, load_areas, load_identity_prefixes
from sertakan.core import reference
from sertakan.core.models import AuditEvent

pytestmark = pytest.mark.django_db

HEADING = "code,kind,name,parent_code\n"
SMALL = (
    HEADING
    + "99,provinsi,Contoh,\n99.01,kabupaten,Kabupaten Satu,99\n99.01.01,kecamatan,Hulu,99.01\n99.01.01.2001,desa,Air,99.01.01\n"
)
FIRST = Edition("Edisi contoh 1", date(2020, 1, 1))
SECOND = Edition("Edisi contoh 2", date(2024, 1, 1))


@pytest.fixture
def written(tmp_path: Path):
    def write(text: str, name: str = "wilayah.csv") -> Path:
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


@pytest.fixture(autouse=True)
def _nothing_loaded() -> None:
    AreaAlias.objects.all().delete()
    from sertakan.agencies.models import Agency

    Agency.objects.all().delete()
    for level in ("village", "district", "regency", "province"):
        Area.objects.filter(level=level).delete()


def test_all_indonesia_to_the_regency_and_one_province_to_the_village():
    report = load_areas(province_codes=["17"])
    load_aliases()
    load_identity_prefixes()
    count = {level: Area.objects.filter(level=level).count() for level in Area.Level.values}
    assert count == {"province": 38, "regency": 514, "district": 129, "village": 1513}
    assert report.added == report.rows == sum(count.values())
    assert Area.objects.get(code="17.71.01.1004").kind == "kelurahan"
    assert queries.ancestors_of(Area.objects.get(code="17.71.01.1004"))[0].name == "Bengkulu"
    assert queries.tiles("17").count() == 10


def test_loading_twice_changes_nothing():
    load_areas(province_codes=["17"])
    load_aliases()
    load_identity_prefixes()
    before = list(Area.objects.order_by("id").values_list())
    again = [load_areas(province_codes=["17"]), load_aliases(), load_identity_prefixes()]
    assert all(report.is_quiet for report in again)
    assert all(report.unchanged == report.rows for report in again)
    assert list(Area.objects.order_by("id").values_list()) == before


@pytest.mark.parametrize(("code", "districts"), [("11", 290), ("91", 105), ("96", 132)])
def test_any_province_can_be_loaded(code, districts):
    load_areas(province_codes=[code])
    load_aliases()
    assert Area.objects.filter(level="district", code__startswith=code).count() == districts
    assert not Area.objects.filter(level="district").exclude(code__startswith=code).exists()
    assert queries.provinces_with_villages() == [code]
    assert queries.area_frame(code)["code"].str.starts_with(f"{code}.").sum() > districts


def test_one_province_after_the_other_leaves_the_first_alone():
    load_areas(province_codes=["17"])
    report = load_areas(province_codes=["96"])
    assert (report.changed, report.closed) == (0, 0)
    assert queries.provinces_with_villages() == ["17", "96"]


def test_a_province_that_does_not_exist_is_refused():
    with pytest.raises(ProvinceUnknown) as refusal:
        load_areas(province_codes=["10"])
    assert "10" in str(refusal.value)
    assert not Area.objects.exists()


@pytest.mark.parametrize(
    ("row", "error", "number"),
    [
        ("99.02,kabupaten,,99", reference.ReferenceValueMissing, 6),
        ("9902,kabupaten,Kabupaten Dua,99", reference.ReferenceValueMalformed, 6),
        ("99.02,desa,Kabupaten Dua,99", reference.ReferenceValueMalformed, 6),
        ("99.01,kabupaten,Kabupaten Dua,99", reference.ReferenceRowRepeated, 6),
        ("99.02.01,kecamatan,Hilir,99.02", reference.ReferenceTargetUnknown, 6),
        ("99.02,kabupaten,Kabupaten Dua,98", reference.ReferenceValueMalformed, 6),
        (f"99.02,kabupaten,{'Panjang ' * 20},99", reference.ReferenceValueMalformed, 6),
    ],
)
def test_a_broken_file_is_refused_with_its_row(written, row, error, number):
    path = written(SMALL + row + "\n")
    with pytest.raises(error) as refusal:
        load_areas(file=path, edition=FIRST)
    assert refusal.value.facts["row"] == number
    assert path.name in str(refusal.value)
    assert f"baris {number}" in str(refusal.value)
    assert not Area.objects.exists()


def test_a_missing_column_is_named(written):
    with pytest.raises(reference.ReferenceColumnMissing) as refusal:
        load_areas(file=written("code,name\n99,Contoh\n"), edition=FIRST)
    assert refusal.value.facts["column"] == "kind"


def test_a_file_that_is_no_table_is_refused(written):
    path = written("")
    path.write_bytes(b"\xff\xfe\x00\x01\x02")
    with pytest.raises(reference.ReferenceFileBroken):
        load_areas(file=path, edition=FIRST)


def test_indonesian_headings_are_read(written):
    text = SMALL.replace(HEADING, "kode,jenis,nama,kode_induk\n")
    assert load_areas(file=written(text), edition=FIRST).added == 4


def test_the_same_edition_corrects_a_name_in_place(written):
    load_areas(file=written(SMALL), edition=FIRST)
    before = Area.objects.get(code="99.01.01")
    report = load_areas(file=written(SMALL.replace("Hulu", "Hulu Sungai")), edition=FIRST)
    assert (report.added, report.changed, report.unchanged) == (0, 1, 3)
    after = Area.objects.get(code="99.01.01")
    assert (after.pk, after.name, after.valid_from) == (before.pk, "Hulu Sungai", FIRST.valid_from)


def test_a_newer_edition_closes_the_old_name_and_opens_the_new_one(written):
    load_areas(file=written(SMALL), edition=FIRST)
    report = load_areas(file=written(SMALL.replace("Hulu", "Hulu Sungai")), edition=SECOND)
    assert (report.added, report.changed, report.unchanged, report.closed) == (0, 1, 3, 0)
    old, new = Area.objects.filter(code="99.01.01").order_by("valid_from")
    assert (old.name, old.valid_to) == ("Hulu", SECOND.valid_from)
    assert (new.name, new.valid_from, new.valid_to) == ("Hulu Sungai", SECOND.valid_from, None)
    assert Area.objects.get(code="99.01.01.2001").parent_id == new.pk
    assert queries.get_area("99.01.01", on=date(2023, 12, 31)).name == "Hulu"
    assert queries.get_area("99.01.01", on=date(2024, 1, 1)).name == "Hulu Sungai"
    assert queries.get_area("99.01.01", on=date(2015, 7, 1)).name == "Hulu"
    assert queries.area_frame("99", on=date(2024, 1, 1)).height == 4


def test_a_complete_newer_edition_closes_what_it_no_longer_has(written):
    load_areas(
        file=written(SMALL + "99.01.01.2002,desa,Batu,\n99.02,kota,Kota Dua,99\n99.02.01,kecamatan,Hilir,\n"),
        edition=FIRST,
    )
    partial = load_areas(file=written("code,kind,name,parent_code\n99.01.01.2003,desa,Baru,\n"), edition=SECOND)
    assert (partial.added, partial.closed) == (1, 0)
    report = load_areas(file=written(SMALL), edition=Edition("Edisi contoh 3", date(2025, 1, 1)), complete=True)
    assert report.closed == 4
    assert set(Area.objects.filter(valid_to=None).values_list("code", flat=True)) == {
        "99",
        "99.01",
        "99.01.01",
        "99.01.01.2001",
    }


def test_an_older_edition_is_refused_after_a_newer_one(written):
    load_areas(file=written(SMALL), edition=SECOND)
    with pytest.raises(EditionOlder):
        load_areas(file=written(SMALL), edition=FIRST)


def test_an_alias_without_its_area_is_refused(written):
    load_areas(file=written(SMALL), edition=FIRST)
    path = written(
        "code,alias,kind,needs_column,source\n99.01,Satu,sebutan umum,tidak,\n99.05,Lima,sebutan umum,tidak,\n",
        "alias.csv",
    )
    with pytest.raises(reference.ReferenceTargetUnknown) as refusal:
        load_aliases(path)
    assert refusal.value.facts["row"] == 3
    assert not AreaAlias.objects.exists()


def test_an_alias_that_left_the_file_is_dropped(written):
    load_areas(file=written(SMALL), edition=FIRST)
    heading = "code,alias,kind,needs_column,source\n"
    load_aliases(written(heading + "99.01,Satu,sebutan umum,tidak,\n99.01,KS,singkatan/ibu kota,ya,\n", "alias.csv"))
    report = load_aliases(written(heading + "99.01,Satu,sebutan umum,ya,\n", "alias.csv"))
    assert (report.changed, report.removed) == (1, 1)


def test_ambiguous_short_names_need_their_column():
    load_areas(province_codes=["17"])
    load_aliases()
    names = dict(queries.alias_frame("17").select("alias", "needs_column").iter_rows())
    assert all(names[short] for short in ("BT", "BS", "MM", "RL", "BU", "Manna", "Curup"))
    assert not names["Benteng"]
    assert not names["Bengkulu Selatan"]


def test_identity_prefixes_know_earlier_editions():
    load_areas()
    load_identity_prefixes()
    known = queries.identity_prefixes()
    assert len(known) == IdentityPrefix.objects.count() == 7873
    assert {"177101", "910301", "960101"} <= known
    assert all(len(prefix) == 6 and prefix.isdigit() for prefix in known)
    assert IdentityPrefix.objects.filter(active=True).count() == 7285


def test_each_load_leaves_one_event(written):
    load_areas(file=written(SMALL), edition=FIRST)
    event = AuditEvent.objects.filter(action="areas.loaded").latest("id")
    assert event.facts["added"] == 4
    assert event.facts["edition"] == FIRST.name


def test_the_frame_has_the_columns_the_checks_read():
    load_areas(province_codes=["17"])
    frame = queries.area_frame("17")
    assert frame.columns == ["id", "code", "level", "kind", "name", "parent_code"]
    assert frame.schema["id"] == pl.Int64
    assert frame.filter(pl.col("level") == "village").height == 1513
    assert frame.filter((pl.col("level") == "regency") & (pl.col("parent_code") != "17")).height == 504


def test_search_and_children(django_assert_max_num_queries):
    load_areas(province_codes=["17"])
    with django_assert_max_num_queries(3):
        assert [area.code for area in queries.search_areas("bumu ayu")] == ["17.71.01.1004"]
    province = queries.get_area("17")
    with django_assert_max_num_queries(2):
        below = list(queries.children_of(province))
    assert len(below) == 10
    assert all(area.has_children for area in below)
