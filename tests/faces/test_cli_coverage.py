"""``sertakan coverage`` and ``sertakan areas boundaries``: one JSON document each, in Indonesian words or English ones."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import factories
from members import TODAY, Office
from sertakan.cli import main

KEYS = {"code", "name", "numerator", "denominator", "share", "suppressed"}


@pytest.fixture
def run(
    db: None, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Any:
    from sertakan.areas.models import Area
    from sertakan.cli import session
    from sertakan.protection import services as protection

    monkeypatch.setenv("SERTAKAN_TODAY", TODAY.isoformat())
    monkeypatch.setattr(session, "set_up", lambda: None)
    settings.SERTAKAN_DATA = str(tmp_path)
    office = Office(factories.make_agency("Satu"))
    regency = Area.objects.create(
        code="99.01", level="regency", kind="kabupaten", name="Kabupaten Satu", edition="uji", valid_from=date(2020, 1, 1),
        sort_key="SATU", parent=Area.objects.get(code="99"),
    )  # fmt: skip
    Area.objects.create(
        code="99.01.01.2001", level="village", kind="desa", name="Air", edition="uji", valid_from=date(2020, 1, 1),
        sort_key="AIR",
    )  # fmt: skip
    for _n in range(3):
        person = office.member(date(2026, 1, 10), "2026-01..2026-11").person
        person.area = regency
        person.save()
    protection.refresh()

    def command(*words: str) -> tuple[int, Any]:
        code = main.run([*words, "--json"])
        return code, json.loads(capsys.readouterr().out)

    return command


def test_counts_are_built_and_shown_by_indonesian_and_english_words(run: Any) -> None:
    assert run("coverage", "show")[1]["code"] == "coverage_snapshot_unknown"
    code, built = run("coverage", "build", "--month", "2026-11")
    assert (code, built["unchanged"], built["snapshots"][0]["persons"]) == (0, False, 3)
    assert run("coverage", "build", "--month", "2026-11", "--engine", "duckdb")[1]["unchanged"] is True
    code, found = run("coverage", "show", "--by", "kabupaten")
    assert code == 0
    assert found["on"] == "2026-11-23"
    assert found["rows"][0] | {"name": ""} == {
        "code": "99.01", "name": "", "numerator": 3, "denominator": None, "share": None, "suppressed": False, "estimated": False,
        "denominator_low": None, "denominator_high": None,
    }  # fmt: skip
    assert {"gini", "theil", "theil_within", "theil_between"} <= set(found["evenness"])
    assert "Bukan cakupan BPJS" in found["definition"]
    assert run("coverage", "show", "--by", "regency")[1]["rows"] == found["rows"]
    hidden = run("coverage", "show", "--by", "opd", "--published")[1]["rows"]
    assert all(set(row) >= KEYS for row in hidden)
    assert [(row["numerator"], row["suppressed"]) for row in hidden] == [(None, True)]


@pytest.mark.parametrize(
    ("words", "refused"),
    [
        (("coverage", "show", "--by", "warna"), "coverage_by_unknown"),
        (("coverage", "build", "--month", "2026-11", "--engine", "excel"), "coverage_engine_unknown"),
        (("coverage", "build", "--month", "2024-01"), "month_not_computed"),
        (("coverage", "load", "tidak-ada.csv"), "file_not_found"),
        (("areas", "boundaries", "tidak-ada.geojson"), "file_not_found"),
    ],
)
def test_what_cannot_be_done_is_refused(run: Any, words: tuple[str, ...], refused: str) -> None:
    run("coverage", "build", "--month", "2026-11")
    code, found = run(*words)
    assert code == 2
    assert found["code"] == refused or refused == "month_not_computed"


def test_files_are_loaded_extracted_and_counted(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "penyebut.csv"
    file.write_text("kode,status,nilai,putaran\n99.01,eligible,60,2026-01\n", "utf-8")
    assert run("coverage", "load", str(file))[1]["changed"] == 1
    run("coverage", "build")
    assert run("coverage", "show", "--by", "kabupaten")[1]["rows"][0]["share"] == 3 / 60
    extract = tmp_path / "ekstrak.parquet"
    assert run("coverage", "extract", str(extract), "--month", "2026-11")[1]["persons"] == 3
    found = run("coverage", "cells", str(extract), "--by", "kabupaten")[1]
    assert found["rows"] == [{"code": "99.01", "numerator": 3}]
    ring = [[102, -4], [103, -4], [103, -3], [102, -4]]
    feature = {
        "type": "Feature",
        "properties": {"kode": "99.01"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")
    assert run("areas", "boundaries", str(file))[1]["levels"][0]["areas"] == 1


def test_a_nation_is_invented_counted_and_kept(run: Any, tmp_path: Path) -> None:
    folder = tmp_path / "nasional"
    code, made = run("coverage", "invent", str(folder), "--month", "2026-11", "--persons", "300")
    assert (code, made["files"]) == (0, 1)  # one province stands in this database
    code, done = run("coverage", "nation", str(folder), "--denominators", made["denominators"])
    assert code == 0 and done["changed"] is True
    assert (done["provinces"], done["invented"], done["persons"]) == (1, 1, made["persons"])
    assert run("coverage", "nation", str(folder), "--denominators", made["denominators"])[1]["changed"] is False
    cells = run("coverage", "cells", str(folder), "--by", "provinsi")[1]
    assert cells["rows"] == [{"code": "99", "numerator": made["persons"]}]


def test_what_was_extracted_says_its_month_and_is_counted_with_the_nation(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "ekstrak.parquet"
    run("coverage", "extract", str(file), "--month", "2026-11")
    code, done = run("coverage", "nation", str(file))
    assert code == 0
    assert done | {"cells": 0} == {
        "engine": "duckdb", "month": "2026-11", "provinces": 1, "invented": 0, "persons": 3, "cells": 0, "suppressed": 1, "changed": True,
    }  # fmt: skip


@pytest.mark.parametrize("command", ["cells", "nation"])
def test_a_broken_extract_is_refused_by_name(run: Any, tmp_path: Path, command: str) -> None:
    file = tmp_path / "rusak.parquet"
    file.write_text("bukan parquet", "utf-8")
    code, found = run("coverage", command, str(file))
    assert (code, found["code"]) == (2, "coverage_extracts_wrong")
    assert "rusak.parquet" in found["message"]
    assert run("coverage", command, str(tmp_path / "tidak-ada.parquet"))[1]["code"] == "file_not_found"
