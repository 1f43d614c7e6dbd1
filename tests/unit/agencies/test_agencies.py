"""Agencies: found by what people type, dated, loaded from a file that must be whole."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from sertakan.agencies import queries
from sertakan.agencies.errors import AgencyAmbiguous, AgencyEnded, AgencyUnknown
from sertakan.agencies.models import Agency, StaffCount, Succession
from sertakan.agencies.services import load_agencies, load_staff_counts, load_successions, provinces_in_file
from sertakan.areas.services import load_areas
from sertakan.core import reference

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)
HEADING = "province_code,code,name,short_name,kind,valid_from,valid_to,evidence\n"


@pytest.fixture(autouse=True)
def _loaded() -> None:
    load_areas()
    load_agencies()


def load(tmp_path: Path, rows: str):
    path = tmp_path / "opd.csv"
    path.write_text(HEADING + rows)
    return load_agencies(path)


def test_the_shipped_agencies():
    assert provinces_in_file() == ["17"]
    assert queries.in_force(TODAY).count() == 44
    assert load_agencies().is_quiet


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("OPD-12", "OPD-12"),
        ("opd 12", "OPD-12"),
        ("Dinkes", "OPD-12"),
        ("DINKES", "OPD-12"),
        ("D.K.P", "OPD-29"),
        ("DKP", "OPD-29"),
        ("DKP Pangan", "OPD-19"),
        ("satpolpp", "OPD-15"),
        ("dinas  kesehatan", "OPD-12"),
        ("Dinas Kesehatan Provinsi Bengkulu", "OPD-12"),
        ("RSUD dr M Yunus", "OPD-43"),
    ],
)
def test_an_agency_is_found_by_code_short_name_or_name(text, code):
    assert queries.find_agency(text, on=TODAY).code == code


def test_an_unknown_agency_is_refused_with_near_names():
    with pytest.raises(AgencyUnknown) as refusal:
        queries.find_agency("Dinas Kesehaton", on=TODAY)
    assert "Dinkes (OPD-12" in str(refusal.value)


@pytest.mark.parametrize("text", ["", " ", "qqq", "%s", "Dinas"])
def test_nothing_is_guessed(text):
    with pytest.raises(AgencyUnknown) as refusal:
        queries.find_agency(text, on=TODAY)
    assert str(refusal.value)


def test_a_former_name_leads_to_the_present_one():
    with pytest.raises(AgencyUnknown) as refusal:
        queries.find_agency("Bappeda", on=TODAY)
    assert "Bapperida" in str(refusal.value)


def test_the_same_short_name_in_two_provinces_is_ambiguous(tmp_path):
    load(tmp_path, "11,11-OPD-01,Dinas Kesehatan Aceh,Dinkes,dinas,2025-01-01,,\n")
    with pytest.raises(AgencyAmbiguous) as refusal:
        queries.find_agency("dinkes", on=TODAY)
    assert "11-OPD-01" in str(refusal.value)
    assert queries.find_agency("dinkes", on=TODAY, province_code="11").code == "11-OPD-01"


def test_an_ended_agency_names_its_successors(tmp_path):
    load(
        tmp_path,
        "17,OPD-90,Badan Lama,BLama,badan,2020-01-01,2026-01-01,contoh\n17,OPD-91,Badan Baru,BBaru,badan,2026-01-01,,contoh\n",
    )
    path = tmp_path / "pengganti.csv"
    path.write_text("predecessor_code,successor_code,on\nOPD-90,OPD-91,2026-01-01\n")
    assert load_successions(path).added == 1
    assert load_successions(path).is_quiet
    assert Succession.objects.count() == 1
    assert queries.find_agency("BLama", on=date(2025, 12, 31)).code == "OPD-90"
    with pytest.raises(AgencyEnded) as refusal:
        queries.find_agency("BLama", on=TODAY)
    assert "OPD-91" in str(refusal.value)
    assert [agency.code for agency in queries.predecessors_of(Agency.objects.get(code="OPD-91"))] == ["OPD-90"]


def test_a_closing_date_in_the_file_closes_the_row(tmp_path):
    report = load(tmp_path, "17,OPD-12,Dinas Kesehatan,Dinkes,dinas,2025-01-01,2026-06-01,umum\n")
    assert (report.added, report.changed) == (0, 1)
    assert not queries.in_force(TODAY).filter(code="OPD-12").exists()
    assert queries.in_force(date(2026, 5, 31)).filter(code="OPD-12").exists()


@pytest.mark.parametrize(
    ("rows", "error", "row"),
    [
        ("10,X-1,Dinas A,A,dinas,2025-01-01,,\n", reference.ReferenceTargetUnknown, 2),
        ("17,X-1,Dinas A,A,dinas,2025-02-30,,\n", reference.ReferenceValueMalformed, 2),
        ("17,X-1,Dinas A,A,dinas,2025-02-01,2025-01-01,\n", reference.ReferenceValueMalformed, 2),
        (
            "17,X-1,Dinas A,A,dinas,2025-01-01,,\n17,X-1,Dinas B,B,dinas,2025-01-01,,\n",
            reference.ReferenceRowRepeated,
            3,
        ),
        ("17,X-1,,A,dinas,2025-01-01,,\n", reference.ReferenceValueMissing, 2),
    ],
)
def test_a_broken_file_is_refused_with_its_row(tmp_path, rows, error, row):
    with pytest.raises(error) as refusal:
        load(tmp_path, rows)
    assert refusal.value.facts["row"] == row
    assert Agency.objects.count() == 44


def test_staff_counts_are_dated_and_must_point_to_an_agency(tmp_path):
    path = tmp_path / "pegawai.csv"
    heading = "agency_code,on,count,source,confidence\n"
    path.write_text(heading + "OPD-12,2025-01-01,100,contoh,contoh\nOPD-12,2026-01-01,110,contoh,contoh\n")
    assert load_staff_counts(path).added == 2
    assert load_staff_counts(path).is_quiet
    agency = Agency.objects.get(code="OPD-12")
    latest = queries.staff_count(agency, on=date(2025, 6, 1))
    assert latest is not None
    assert latest.count == 100
    assert queries.staff_count(Agency.objects.get(code="OPD-13")) is None
    path.write_text(heading + "OPD-99,2025-01-01,100,contoh,contoh\n")
    with pytest.raises(reference.ReferenceTargetUnknown):
        load_staff_counts(path)
    assert StaffCount.objects.count() == 2


def test_no_staff_count_is_shipped():
    assert load_staff_counts().rows == 0
    assert load_successions().rows == 0


def test_who_sees_which_agency(acting_as):
    agency = Agency.objects.get(code="OPD-16")
    assert queries.visible_to(acting_as("coordinator"), on=TODAY).count() == 44
    assert list(queries.visible_to(acting_as("pic", agency), on=TODAY)) == [agency]
