"""A small invented province with protected workers in several places, agencies and kinds of money."""

from __future__ import annotations

from datetime import date

import pytest

import factories
from members import TODAY, Office

AREAS = (
    ("99", "province", "provinsi", "Contoh"),
    ("99.01", "regency", "kabupaten", "Kabupaten Satu"),
    ("99.02", "regency", "kabupaten", "Kabupaten Dua"),
    ("99.71", "regency", "kota", "Kota Tiga"),
    ("99.01.01", "district", "kecamatan", "Hulu"),
    ("99.02.01", "district", "kecamatan", "Hilir"),
    ("99.71.01", "district", "kecamatan", "Tengah"),
    ("99.01.01.2001", "village", "desa", "Air Satu"),
    ("99.01.01.2002", "village", "desa", "Air Dua"),
    ("99.02.01.2001", "village", "desa", "Air Tiga"),
    ("99.71.01.1001", "village", "kelurahan", "Air Empat"),
)


class Land:
    """The areas, two agencies, and members who are placed in villages."""

    def __init__(self):
        from sertakan.areas.models import Area
        from sertakan.classification.models import Occupation, SectorCategory

        self.areas = {}
        for code, level, kind, name in AREAS:
            self.areas[code] = Area.objects.create(
                code=code, level=level, kind=kind, name=name, parent=self.areas.get(code.rpartition(".")[0]), edition="uji",
                valid_from=date(2020, 1, 1), sort_key=name.upper(),
            )  # fmt: skip
        for code, title in (("A", "Pertanian"), ("G", "Perdagangan"), ("T", "Rumah tangga")):
            SectorCategory.objects.create(
                edition="KBLI 2020", code=code, title=title, sakernas_code="R,S,T,U" if code == "T" else code
            )
        for code, letter in (("tani", "A"), ("warung", "G"), ("art", "T")):
            Occupation.objects.create(code=code, term=code, kbli2020=letter, sort_key=code.upper())
        self.one, self.two = (Office(factories.make_agency(name)) for name in ("Satu", "Dua"))

    def member(self, area="", *, office=None, paid="2026-01..2026-11", issued=date(2026, 1, 10), sex="L", **facts):
        membership = (office or self.one).member(issued, paid, **facts)
        person = membership.person
        person.area, person.sex = self.areas.get(area), sex
        person.save()
        return membership


@pytest.fixture
def land(db, monkeypatch, settings, tmp_path):
    monkeypatch.setenv("SERTAKAN_TODAY", TODAY.isoformat())
    settings.SERTAKAN_DATA = str(tmp_path)
    return Land()


@pytest.fixture
def make_land():
    """The same land for a test that has a database of its own."""
    return Land
