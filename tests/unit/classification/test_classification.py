"""Sectors and occupations: complete, repeatable, and no word guessed."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from sertakan.classification import queries
from sertakan.classification.models import Occupation, SectorCategory
from sertakan.classification.services import load_occupations, load_sectors
from sertakan.core import reference

pytestmark = pytest.mark.django_db

HEADING = "code,term,synonyms,ambiguous_words,kbji,kbji_edition,kbli2020,kbli2025,transport,household,note\n"


@pytest.fixture(autouse=True)
def _sectors() -> None:
    load_sectors()


def test_both_editions_stand_side_by_side():
    assert (queries.sectors("KBLI 2020").count(), queries.sectors("KBLI 2025").count()) == (21, 22)
    assert SectorCategory.objects.get(edition="KBLI 2020", code="J").successor_codes == ["J", "K"]
    assert SectorCategory.objects.get(edition="KBLI 2020", code="T").successor_codes == ["U"]


def test_loading_twice_changes_nothing():
    load_occupations()
    assert load_sectors().is_quiet
    assert load_occupations().is_quiet


def test_a_bare_driver_may_mean_several_kinds_of_work():
    load_occupations()
    frame = queries.occupation_frame()
    for word in ("sopir", "supir", "driver"):
        candidates = set(frame.filter(pl.col("ambiguous_words").list.contains(word))["code"])
        assert {"sopir-angkot", "sopir-truk", "sopir-pribadi", "ojek-daring"} <= candidates
        assert not frame["synonyms"].explode().is_in([word]).any()


def test_transport_is_who_drives_or_delivers():
    load_occupations()
    by_code = dict(queries.occupation_frame().select("code", "transport").iter_rows())
    yes = {
        "tukang-ojek",
        "ojek-daring",
        "kurir",
        "sopir-angkot",
        "sopir-truk",
        "sopir-bus-travel",
        "kernet",
        "tukang-becak",
    }
    assert all(by_code[code] for code in yes)
    assert by_code["sopir-pribadi"] is None
    assert [code for code, transport in by_code.items() if transport is None] == ["sopir-pribadi"]
    assert by_code["kuli-angkut"] is False
    assert by_code["tukang-parkir"] is False


def test_the_categories_of_the_circular_have_a_code():
    load_occupations()
    wanted = {"asisten-rumah-tangga", "pengasuh-anak", "penjaga-kebun", "petugas-keamanan-rumah", "sopir-pribadi"}
    assert set(Occupation.objects.filter(code__in=wanted).values_list("code", flat=True)) == wanted


@pytest.mark.parametrize(
    ("rows", "error", "row"),
    [
        ("a,A,,,,,A,A,ya,\n", reference.ReferenceValueMissing, 2),
        ("a,A,,,,,A,A,mungkin,tidak,\n", reference.ReferenceValueMalformed, 2),
        ("a,A,,,,,A,A,ya,tidak,\nb,B,,,,,Z,A,ya,tidak,\n", reference.ReferenceTargetUnknown, 3),
        ("a,A,,,,,A,A,ya,tidak,\na,B,,,,,A,A,ya,tidak,\n", reference.ReferenceRowRepeated, 3),
        ("a,A,Kuli,,,,A,A,ya,tidak,\nb,B,kuli,,,,A,A,ya,tidak,\n", reference.ReferenceRowRepeated, 3),
        ("a,A,kuli,,,,A,A,ya,tidak,\nb,B,,kuli,,,A,A,ya,tidak,\n", reference.ReferenceRowRepeated, 3),
        ("A B,A,,,,,A,A,ya,tidak,\n", reference.ReferenceValueMalformed, 2),
        ("a,A,,,x1,,A,A,ya,tidak,\n", reference.ReferenceValueMalformed, 2),
    ],
)
def test_a_broken_file_is_refused_with_its_row(tmp_path: Path, rows, error, row):
    path = tmp_path / "pekerjaan.csv"
    path.write_text(HEADING + rows)
    before = Occupation.objects.count()
    with pytest.raises(error) as refusal:
        load_occupations(path)
    assert refusal.value.facts["row"] == row
    assert "pekerjaan.csv" in str(refusal.value)
    assert Occupation.objects.count() == before


def test_a_successor_that_does_not_exist_is_refused(tmp_path: Path):
    path = tmp_path / "lapangan.csv"
    path.write_text(
        "edition,code,title,successor_codes,broad_sector,sakernas_code\nKBLI 2025,A,Tani,,,A\nKBLI 2020,A,Tani,A;Z,,A\n"
    )
    with pytest.raises(reference.ReferenceTargetUnknown) as refusal:
        load_sectors(path)
    assert (refusal.value.facts["row"], refusal.value.facts["value"]) == (3, "Z")


def test_a_changed_row_is_changed_and_counted(tmp_path: Path):
    path = tmp_path / "pekerjaan.csv"
    path.write_text(HEADING + "uji-coba,uji coba,satu;dua / tiga,,9111,KBJI 2014,T,U,,ya,\n")
    assert load_occupations(path).added == 1
    path.write_text(HEADING + "uji-coba,uji coba,satu,,9111,KBJI 2014,T,U,tidak,ya,\n")
    assert load_occupations(path).changed == 1
    assert Occupation.objects.get(code="uji-coba").synonyms == ["satu"]


def test_search_finds_terms_and_synonyms():
    load_occupations()
    assert "tukang-ojek" in queries.search_occupations("ojek pangkalan").values_list("code", flat=True)
    assert "sopir-pribadi" in queries.search_occupations("sopir").values_list("code", flat=True)
