"""The page of the nation: only what was counted from extracts, said to be invented where it is, and empty with the command before."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from sertakan.core.month import Month

MONTH = Month(2026, 11)
PICTURES = ("nasional", "nasional-lorenz", "nasional-sektor", "nasional-kelamin", "nasional-umur", "nasional-dana")


@pytest.fixture
def folder(world: Any, tmp_path: Path) -> Path:
    """Invented extracts of 38 provinces, counted."""
    from sertakan.coverage.services.national import count_nation
    from sertakan.synthetic.nation import invent

    made = invent(tmp_path, month=MONTH, persons=4000)
    count_nation([tmp_path], denominators=made.denominators)
    return tmp_path


def said_by(sign_in: Any, role: str = "leader", name: str = "national") -> str:
    response = sign_in(role).get(reverse(name))
    assert response.status_code == 200
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))
    return text.replace("\xa0", " ")


def test_before_a_count_the_page_names_the_command_that_fills_it(world: Any, sign_in: Any) -> None:
    said = said_by(sign_in)
    assert "Belum ada hitungan nasional" in said and "sertakan coverage nation FOLDER" in said
    assert "sertakan coverage invent" in said
    assert sign_in("leader").get(reverse("coverage_picture", args=["nasional", "csv"])).status_code == 404


def test_the_page_says_what_the_rows_of_the_files_say(folder: Path, sign_in: Any) -> None:
    """Rows read one by one in plain Python, against the table of the page and its file."""
    import pyarrow.parquet as pq

    from sertakan.areas.queries import in_force

    people = [row for file in sorted(folder.glob("*.parquet")) for row in pq.read_table(file).to_pylist()]
    tally = Counter(row["area"][:2] for row in people)
    with (folder / "penyebut-rekaan.csv").open() as opened:
        of = {line["kode"]: int(line["nilai"]) for line in csv.DictReader(opened)}
    said = said_by(sign_in)
    assert "38 provinsi, keadaan November 2026" in said and "Semua angka di halaman ini rekaan" in said
    assert "Orang-orangnya tidak ada" in said and "Sumber: data rekaan, dihitung dengan duckdb" in said
    assert f"{len(people):,}".replace(",", ".") in said
    file = sign_in("leader").get(reverse("coverage_picture", args=["nasional", "csv"])).content.decode("utf-8-sig")
    rows = {row["code"]: row for row in csv.DictReader(io.StringIO(file))}
    names = dict(in_force().filter(level="province").values_list("code", "name"))
    assert set(rows) == set(names) == set(of) and len(rows) == 38
    for code, row in rows.items():
        assert names[code] in said
        if row["suppressed"] == "True":
            assert row["numerator"] == "" and row["share"] == ""
            continue
        assert int(row["numerator"]) == tally[code]
        assert float(row["share"]) == pytest.approx(tally[code] / of[code])
    assert sum(row["suppressed"] == "True" for row in rows.values()) < 6


def test_only_what_is_kept_is_read_and_as_little_for_many_as_for_few(folder: Path, sign_in: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = sign_in("leader")
    client.get(reverse("national"))
    for file in folder.iterdir():
        file.unlink()
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(reverse("national")).status_code == 200
    assert len(found) < 25
    assert not any("people_person" in one["sql"] or "protection_monthstate" in one["sql"] for one in found)


@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_of_the_nation_comes_as_four_kinds_of_file(folder: Path, sign_in: Any, name: str) -> None:
    client = sign_in("leader")
    for ending, start in {"svg": b"<svg", "png": b"\x89PNG", "pdf": b"%PDF", "csv": b"\xef\xbb\xbf"}.items():
        assert client.get(reverse("coverage_picture", args=[name, ending])).content.startswith(start), (name, ending)


def test_provinces_that_sent_nothing_are_named_and_are_not_zero(folder: Path, sign_in: Any) -> None:
    from sertakan.coverage.services.national import count_nation

    count_nation([folder / "17.parquet", folder / "15.parquet"])
    said = said_by(sign_in)
    assert "2 provinsi, keadaan November 2026" in said
    assert "Tidak terhitung: Aceh" in said and "dan 24 lagi" in said and "Yang tidak terhitung bukan nol" in said
    assert "Penyebut tiap provinsi tidak diberikan" in said
    assert "Menurut sektor" not in said and "Gini antarprovinsi" not in said


def test_a_real_extract_among_invented_ones_is_said(folder: Path, sign_in: Any) -> None:
    from sertakan.coverage.national_extracts import mark
    from sertakan.coverage.services.national import count_nation

    mark(folder / "17.parquet", month="2026-11", province="17")
    count_nation([folder])
    assert "Ekstrak 37 provinsi berisi orang rekaan, 1 tidak." in said_by(sign_in)


def test_a_count_of_real_extracts_says_nothing_of_invention(folder: Path, sign_in: Any) -> None:
    from sertakan.coverage.national_extracts import mark
    from sertakan.coverage.services.national import count_nation

    for file in folder.glob("*.parquet"):
        mark(file, month="2026-11", province=file.stem)
    people = folder / "penyebut-rekaan.csv"
    count_nation([folder], denominators=people, source="kementerian")
    assert "rekaan" not in said_by(sign_in) and "Sumber: kementerian" in said_by(sign_in)
