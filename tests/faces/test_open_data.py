"""Open data: the same in every form, stale when anything changed, described as DCAT-AP and Satu Data ask, found without sign-in."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from test_coverage_pages import REGENCIES
from test_coverage_pages import counted as counted

SLUGS = ("perlindungan-kabupaten", "perlindungan-kecamatan", "perlindungan-desa", "perlindungan-sektor", "perlindungan-kelamin",
         "perlindungan-umur", "perlindungan-dana", "deret")  # fmt: skip


def open_rows_of(slug: str, ending: str) -> list[dict[str, Any]]:
    """A file of open data as rows of text."""
    import pyarrow.parquet as pq

    body = Client().get(reverse("open_data_file", args=[slug, ending])).content
    if ending == "csv":
        return list(csv.DictReader(io.StringIO(body.decode())))
    rows = json.loads(body)["data"] if ending == "json" else pq.read_table(io.BytesIO(body)).to_pylist()
    return [{name: as_text(value) for name, value in row.items()} for row in rows]


def as_text(value: Any) -> str:
    """A value as CSV writes it."""
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize("slug", SLUGS)
def test_the_three_kinds_of_a_file_say_the_same(counted: Any, slug: str) -> None:
    def exact(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{**row, "bagian": round(float(row["bagian"]), 9) if row["bagian"] else None} for row in rows]

    csv_rows, json_rows, parquet_rows = (exact(open_rows_of(slug, ending)) for ending in ("csv", "json", "parquet"))
    assert csv_rows == json_rows == parquet_rows
    assert csv_rows or slug == "perlindungan-desa"


def test_what_is_hidden_is_hidden_in_every_file_and_picture(counted: Any) -> None:
    for ending in ("csv", "json", "parquet"):
        rows = {row["kode"]: row for row in open_rows_of("perlindungan-kabupaten", ending)}
        hidden = [code for code, row in rows.items() if row["disembunyikan"] == "true"]
        assert hidden == ["17.04", "17.05"]
        assert all(rows[code]["terlindungi"] == rows[code]["bagian"] == "" for code in hidden)
    html = Client().get(reverse("open_embed", args=["perlindungan-kabupaten"])).content.decode()
    assert html.count("disembunyikan") >= 2
    metadata = json.loads(Client().get(reverse("open_data_file", args=["perlindungan-kabupaten", "json"])).content)
    assert "404" not in json.dumps(metadata["metadata"])


def test_a_kept_copy_is_stale_when_the_denominators_change(counted: Any) -> None:
    """The count stands, and yet the file says another share."""
    from sertakan.coverage.models import Denominator

    client, where = Client(), reverse("open_data_file", args=["perlindungan-kabupaten", "csv"])
    embed = reverse("open_embed", args=["perlindungan-kabupaten"])
    before = [client.get(address)["ETag"] for address in (where, embed)]
    for code in REGENCIES:
        Denominator.objects.create(
            area=code, sector="", status="eligible", sex="", age="", value=4000, low=3900, high=4100, source="uji", confidence="C",
            round=date(2026, 1, 1), loaded_at=datetime(2026, 11, 20, tzinfo=UTC),
        )  # fmt: skip
    for address, tag in zip((where, embed), before, strict=True):
        assert client.get(address, headers={"if-none-match": tag}).status_code == 200, address
        assert client.get(address, headers={"if-none-match": client.get(address)["ETag"]}).status_code == 304


def test_codes_of_bps_stand_where_they_are_known_and_nowhere_else(counted: Any) -> None:
    from sertakan.areas.bps import bps_code

    regencies = {row["kode"]: row["kode_bps"] for row in open_rows_of("perlindungan-kabupaten", "csv")}
    assert regencies["17.71"] == "1771"
    districts = {row["kode"]: row["kode_bps"] for row in open_rows_of("perlindungan-kecamatan", "csv")}
    assert districts["17.71.01"] == bps_code("17.71.01") != ""
    assert all(row["kode_bps"] == "" for row in open_rows_of("perlindungan-umur", "csv"))
    assert (bps_code("17"), bps_code("17.01.04"), bps_code("17.09.11")) == ("17", "1701040", "")
    assert (bps_code("17.71.01.1004"), bps_code("17.71.??"), bps_code("")) == ("", "", "")
    metadata = json.loads(Client().get(reverse("open_data_file", args=["perlindungan-desa", "json"])).content)[
        "metadata"
    ]
    assert "desa/kelurahan tidak dimuat" in metadata["kode_rujukan"] and "ODbL" in metadata["hak"]


CATALOG = (
    "dct:title",
    "dct:description",
    "dct:publisher",
    "dct:license",
    "dct:language",
    "foaf:homepage",
    "dcat:dataset",
)
DATASET = ("dct:title", "dct:description", "dct:publisher", "dct:license", "dct:accessRights", "dct:accrualPeriodicity",
           "dct:conformsTo", "dct:identifier", "dct:spatial", "dcat:keyword", "dcat:landingPage", "dcat:distribution")  # fmt: skip
DISTRIBUTION = ("dcat:accessURL", "dcat:downloadURL", "dcat:mediaType", "dct:format", "dct:license", "dct:title")
RANGES = {"dct:publisher": "foaf:Agent", "dct:conformsTo": "dct:Standard", "dct:spatial": "dct:Location",
          "dct:temporal": "dct:PeriodOfTime", "dct:rights": "dct:RightsStatement"}  # fmt: skip
THINGS = ("dct:license", "dct:language", "dct:accessRights", "dct:accrualPeriodicity", "dct:format", "dcat:mediaType",
          "dcat:accessURL", "dcat:downloadURL", "dcat:landingPage", "foaf:homepage")  # fmt: skip


def test_the_catalogue_keeps_to_dcat_ap_3(counted: Any) -> None:
    """What DCAT-AP 3 demands or recommends is there, and properties whose range is a thing are no mere text."""
    found = json.loads(Client().get(reverse("open_data_file", args=["katalog", "jsonld"])).content)
    nodes = [(found, CATALOG)]
    for dataset in found["dcat:dataset"]:
        nodes.append((dataset, DATASET))
        nodes += [(one, DISTRIBUTION) for one in dataset["dcat:distribution"]]
    assert len(nodes) == 1 + len(SLUGS) * 4
    for node, wanted in nodes:
        assert set(wanted) <= set(node), node["@id"]
        for name, kind in RANGES.items():
            assert name not in node or node[name]["@type"] == kind
        for name in THINGS:
            assert name not in node or node[name]["@id"].startswith("http"), name
    assert len({node["@id"] for node, _wanted in nodes}) == len(nodes)
    monthly = next(one for one in found["dcat:dataset"] if one["dct:identifier"] == "perlindungan-desa")
    assert monthly["dct:temporal"]["dcat:startDate"]["@value"] == "2026-11-16"


def test_the_metadata_has_the_five_parts_of_a_data_standard(counted: Any) -> None:
    """Konsep, definisi, klasifikasi, ukuran, satuan: the parts that Perpres 39 of 2019 names; and the formula of an indicator."""
    for slug in SLUGS:
        told = json.loads(Client().get(reverse("open_data_file", args=[slug, "json"])).content)["metadata"]
        for part in (
            "konsep",
            "definisi",
            "klasifikasi",
            "ukuran",
            "satuan",
            "rumus",
            "interpretasi",
            "lisensi",
            "kolom",
        ):
            assert told[part], (slug, part)


def test_open_data_is_found_from_the_sign_in_page_and_from_the_foot(world: Any, sign_in: Any) -> None:
    for client, name in ((Client(), "account_login"), (sign_in("leader"), "home")):
        assert f'href="{reverse("open_data")}"' in client.get(reverse(name)).content.decode()
