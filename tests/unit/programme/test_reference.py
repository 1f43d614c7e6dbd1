"""Everything an installation needs to know about the outer world, in one go."""

from __future__ import annotations

import pytest

from sertakan.agencies.models import Agency
from sertakan.areas.models import Area
from sertakan.areas.queries import provinces_with_villages
from sertakan.programme import reference

pytestmark = pytest.mark.django_db


def test_all_reference_data_loads_and_a_second_load_is_quiet():
    reports = reference.load_reference()
    assert len(reports) == 10
    assert Agency.objects.count() == 44
    assert reference.is_loaded()
    assert all(report.is_quiet for report in reference.load_reference())


def test_another_province_is_added_and_stays_in_later_loads():
    reference.load_reference()
    reference.load_reference(["96"])
    assert provinces_with_villages() == ["17", "96"]
    assert all(report.is_quiet for report in reference.load_reference())


def test_other_shipped_files_are_noticed(monkeypatch):
    reference.load_reference()
    monkeypatch.setattr(reference, "fingerprint", lambda: "lain")
    assert not reference.is_loaded()


def test_a_newer_edition_of_the_operator_is_kept(tmp_path):
    from datetime import date

    from sertakan.areas.services import Edition, load_areas

    reference.load_reference()
    path = tmp_path / "baru.csv"
    path.write_text("kode,jenis,nama,kode_induk\n17.71.01.1004,kelurahan,Bumi Ayu,17.71.01\n")
    load_areas(file=path, edition=Edition("Edisi contoh", date(2026, 1, 1)))
    reports = reference.load_reference()
    assert reports[0].rows == 0
    assert Area.objects.get(code="17.71.01.1004", valid_to=None).name == "Bumi Ayu"
