"""Pages of coverage: the leader's screen, level, map, evenness, series, rows, nation, and what is open to everybody."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sertakan.core.month import Month

OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
TOTALS = ("pic", "coordinator", "bpjs", "leader", "auditor", "operator")
PAGES = ("coverage", "coverage_map", "coverage_evenness", "coverage_series", "national")
REGENCIES = {
    "17.01": 40, "17.02": 55, "17.03": 0, "17.04": None, "17.05": None, "17.06": 20, "17.07": 12, "17.08": 31, "17.09": 18, "17.71": 220,
}  # fmt: skip
HIDDEN = {"17.04": 2, "17.05": 6}
SECRET = "4.321"


def snapshot_of(month: Month, day: date, *, agency: Any, grown: int = 0) -> Any:
    """A count of a month as the services write it: eight regencies shown, two hidden."""
    from sertakan.coverage.models import FunnelStep, HiddenCell, RollupCell, Snapshot

    found = Snapshot.objects.create(
        month=month.first_day, on=day, built_at=datetime(2026, 11, 20, 3, tzinfo=UTC), persons=404 + grown, threshold=10,
        definition="own_active", rules_version="1", source_made_at=datetime(2026, 11, 20, 2, tzinfo=UTC), content=f"uji-{month}",
        part=f"{month}-uji.part", current=True,
    )  # fmt: skip

    def cell(by: str, code: str, name: str, count: int | None, within: str = "") -> None:
        RollupCell.objects.create(snapshot=found, by=by, within=within, code=code, name=name, numerator=count)

    from sertakan.areas.queries import in_force

    names = dict(in_force().filter(code__in=REGENCIES).values_list("code", "name"))
    for code, count in REGENCIES.items():
        cell("regency", code, names[code], count + grown if code == "17.71" and count else count)
    for code, count in HIDDEN.items():
        HiddenCell.objects.create(snapshot=found, by="regency", within="", code=code, numerator=count)
    for code, name, count in (("17.71.01", "Gading Cempaka", 120), ("17.71.02", "Ratu Agung", 100 + grown)):
        cell("district", code, name, count)
    for code, name, count in (("A", "Pertanian", 300), ("H", "Pengangkutan", 104 + grown), ("", "", 0)):
        cell("sector", code, name, count)
    for code, count in (("L", 180), ("P", 224 + grown)):
        cell("sex", code, "", count)
    cell("age", "25-34", "", 404 + grown)
    cell("funding", "private", "", 404 + grown)
    cell("agency", str(agency.pk), agency.name, 50 + grown)
    for place, (kind, count, lost) in enumerate(
        (("promised", 600, {}), ("proposed", 520, {"waiting": 80}), ("accepted", 500, {"refused": 20}),
         ("numbered", 480, {"no_number": 20}), ("paid_once", 430, {"unpaid": 50}), ("protected", 404, {"lapsed": 26}))
    ):  # fmt: skip
        FunnelStep.objects.create(snapshot=found, agency=None, position=place, kind=kind, count=count, lost=lost)
    return found


@pytest.fixture
def counted(world: Any) -> Any:
    """October and November, with what changed between them."""
    from sertakan.coverage.models import SnapshotChange

    before = snapshot_of(OCTOBER, date(2026, 10, 31), agency=world.agency)
    now = snapshot_of(NOVEMBER, date(2026, 11, 16), agency=world.agency, grown=7)
    for kind, count in (("new", 12), ("returned", 3), ("lapsed", -5), ("budget_ended", -4), ("corrected", 1)):
        SnapshotChange.objects.create(snapshot=now, before=before, kind=kind, count=count)
    return now


def text_of(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def page(sign_in: Any, role: str, name: str, *args: Any, query: str = "") -> str:
    return text_of(sign_in(role).get(reverse(name, args=args) + query))


# Who may


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("role", TOTALS)
def test_totals_open_for_everybody_but_donors(counted: Any, sign_in: Any, name: str, role: str) -> None:
    assert sign_in(role).get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", [*PAGES, "leader", "leader_slide", "coverage_rows"])
def test_a_donor_is_told_who_may_and_a_visitor_signs_in(counted: Any, sign_in: Any, name: str) -> None:
    assert sign_in("donor").get(reverse(name)).status_code == 403
    assert sign_in("").get(reverse(name)).status_code == 302


@pytest.mark.parametrize("role", ["leader", "bpjs", "auditor", "donor"])
def test_rows_stay_closed_where_only_totals_are_open(counted: Any, sign_in: Any, role: str) -> None:
    assert sign_in(role).get(reverse("coverage_rows")).status_code == 403


def test_the_leaders_page_is_closed_to_an_agencys_officer(counted: Any, sign_in: Any) -> None:
    assert sign_in("pic").get(reverse("leader")).status_code == 403


@pytest.mark.parametrize("name", ["leader", "leader_slide", "coverage", "coverage_map", "coverage_evenness"])
def test_before_the_first_count_a_page_says_so(world: Any, sign_in: Any, name: str) -> None:
    assert "Belum ada hitungan cakupan" in page(sign_in, "coordinator", name)


# What they say


def test_the_leaders_page_says_level_change_and_why(counted: Any, sign_in: Any) -> None:
    said = page(sign_in, "leader", "leader")
    assert "411 pekerja" in said
    assert "+7 sejak Oktober 2026" in said
    assert "Bertambah 7 pekerja sejak Oktober 2026" in said
    for reason, count in (("Baru terlindungi", "+12"), ("Berhenti membayar", "-5"), ("Anggaran berakhir", "-4")):
        assert reason in said and count in said
    assert "35,00 % pada 11 Desember 2025" in said.replace("\xa0", " ")


def test_the_slide_says_the_same_and_comes_as_a_document_of_sixteen_to_nine(counted: Any, sign_in: Any) -> None:
    assert "411" in page(sign_in, "leader", "leader_slide")
    response = sign_in("leader").get(reverse("leader_slide") + "?bentuk=pdf")
    assert response["Content-Type"] == "application/pdf"
    import pypdfium2

    document = pypdfium2.PdfDocument(response.content)
    width, height = document[0].get_size()
    assert len(document) == 1 and abs(width / height - 16 / 9) < 0.01


def test_hidden_counts_are_a_word_for_who_may_not_see_rows(counted: Any, sign_in: Any) -> None:
    for role in ("leader", "auditor", "pic"):
        said = page(sign_in, role, "coverage")
        assert "disembunyikan" in said and "Hitungan yang sangat kecil" in said
    assert "disembunyikan" not in page(sign_in, "coordinator", "coverage")


@pytest.mark.parametrize(
    "by", ["kecamatan", "desa", "sektor", "pekerjaan", "kelamin", "umur", "dana", "opd", "program", "apa-saja"]
)
def test_every_way_to_look_is_an_address(counted: Any, sign_in: Any, by: str) -> None:
    assert "Rinci menurut" in page(sign_in, "leader", "coverage", query=f"?menurut={by}&pada=2026-10")


@pytest.mark.parametrize(
    "query", ["?dalam=17.71&menurut=kecamatan", "?dalam=';--", "?pada=kemarin", "?dalam=99.99&menurut=desa"]
)
def test_odd_addresses_are_pages_too(counted: Any, sign_in: Any, query: str) -> None:
    for name in ("coverage", "coverage_map", "coverage_evenness"):
        assert sign_in("leader").get(reverse(name) + query).status_code == 200


def test_evenness_names_best_worst_and_who_has_nobody(counted: Any, sign_in: Any) -> None:
    said = page(sign_in, "leader", "coverage_evenness")
    assert "Gini" in said and "Theil" in said and "Kurva Lorenz" in said
    assert "Di antara yang terbuka, terbaik: Kota Bengkulu" in said
    assert "Terbaik: Kota Bengkulu" in page(sign_in, "coordinator", "coverage_evenness")
    assert "Belum punya seorang pun" in said and "Bengkulu Utara" in said


def test_published_figures_stand_by_themselves_with_their_days(counted: Any, sign_in: Any) -> None:
    said = page(sign_in, "leader", "coverage_series").replace("\xa0", " ")
    assert "27,39 %" in said and "1 September 2025" in said
    assert "35,00 %" in said and "11 Desember 2025" in said
    assert "tidak pernah satu garis" in said and "Pergantian pada" in said


def test_no_line_is_drawn_across_a_break() -> None:
    from sertakan.web.coverage_pictures.drawing import panel, segments

    days = [date(2025, 9, 1), date(2025, 9, 30), date(2025, 12, 11), date(2026, 1, 1)]
    edge = date(2025, 12, 1)
    assert segments(days, [edge]) == [0, 0, 1, 1]
    drawn = panel([(day, 30.0) for day in days], [(edge, "lain")], first=days[0], last=days[-1], upper=50)
    assert len(drawn["lines"]) == 2 and len(drawn["breaks"]) == 1
    assert len(panel([(day, 30.0) for day in days[1:3]], [(edge, "")], first=days[0], last=days[-1], upper=50)["lines"]) == 0  # fmt: skip


# Pictures


PICTURES = (
    "tingkat",
    "sektor",
    "peta",
    "lorenz",
    "corong",
    "perubahan",
    "kabupaten",
    "deret-bpjs-2025",
)


@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_comes_as_four_kinds_of_file(counted: Any, sign_in: Any, name: str) -> None:
    client = sign_in("leader")
    begins = {"svg": b"<svg", "png": b"\x89PNG", "pdf": b"%PDF", "csv": b"\xef\xbb\xbf"}
    for ending, start in begins.items():
        response = client.get(reverse("coverage_picture", args=[name, ending]))
        assert response.status_code == 200, (name, ending)
        assert response.content.startswith(start), (name, ending)


def test_unknown_pictures_are_not_there(counted: Any, sign_in: Any) -> None:
    client = sign_in("leader")
    for name, ending in (("tingkat", "exe"), ("apa", "svg"), ("deret-apa", "csv"), ("nasional-apa", "csv")):
        assert client.get(reverse("coverage_picture", args=[name, ending])).status_code == 404


def test_a_file_hides_what_the_page_hides(counted: Any, sign_in: Any) -> None:
    where = reverse("coverage_picture", args=["tingkat", "csv"])
    closed, opened = (sign_in(role).get(where).content.decode("utf-8-sig") for role in ("leader", "coordinator"))
    assert re.search(r"^17\.04,[^,]+,,", closed, re.MULTILINE)
    assert re.search(r"^17\.04,[^,]+,2,", opened, re.MULTILINE)


SQUARE = {
    "type": "FeatureCollection",
    "features": [
        {"type": "Feature", "properties": {"code": code, "name": code},
         "geometry": {"type": "Polygon", "coordinates": [[[102 + at, -3], [103 + at, -3], [103 + at, -4], [102 + at, -4], [102 + at, -3]]]}}
        for at, code in enumerate(("17.01", "17.71"))
    ],
}  # fmt: skip


def test_the_map_draws_outlines_where_they_are_loaded(
    counted: Any, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sertakan.coverage import queries

    monkeypatch.setattr(queries, "boundaries", lambda level, within: SQUARE if level == "regency" else None)
    html = sign_in("leader").get(reverse("coverage_map")).content.decode()
    assert html.count('<path class="level-') == 2 and "Kota Bengkulu" in html
    for ending in ("svg", "csv"):
        assert sign_in("leader").get(reverse("coverage_picture", args=["peta", ending])).status_code == 200


def test_without_outlines_the_map_is_of_tiles_and_says_so(
    counted: Any, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sertakan.coverage import queries

    monkeypatch.setattr(queries, "boundaries", lambda level, within: None)
    assert "petak yang sama besar" in page(sign_in, "leader", "coverage_map")
    assert "tidak dapat digambar" in page(sign_in, "leader", "coverage_map", query="?menurut=desa&dalam=17.71")


# Open to everybody


def test_anybody_reads_the_catalogue(counted: Any) -> None:
    client = Client()
    said = text_of(client.get(reverse("open_data")))
    assert "Data terbuka" in said and "CC BY 4.0" in said
    catalogue = json.loads(client.get(reverse("open_data_file", args=["katalog", "jsonld"])).content)
    assert catalogue["@type"] == "dcat:Catalog"
    for dataset in catalogue["dcat:dataset"]:
        assert dataset["dct:license"] and dataset["dct:title"]
        for one in dataset["dcat:distribution"]:
            address = one["dcat:downloadURL"]["@id"].removeprefix("http://testserver")
            assert client.get(address).status_code == 200, address


def test_open_files_hold_published_counts_only_whoever_asks(counted: Any, sign_in: Any) -> None:
    import polars as pl

    for client in (Client(), sign_in("coordinator")):
        text = client.get(reverse("open_data_file", args=["perlindungan-kabupaten", "csv"])).content
        frame = pl.read_csv(text)
        hidden = frame.filter(pl.col("disembunyikan"))
        assert sorted(f"{code:.2f}" for code in hidden["kode"]) == ["17.04", "17.05"]
        assert hidden["terlindungi"].null_count() == 2 and hidden["bagian"].null_count() == 2
        packed = client.get(reverse("open_data_file", args=["perlindungan-kabupaten", "parquet"])).content
        table = pl.read_parquet(io.BytesIO(packed))
        assert table["tanggal"].dtype == pl.Date and table["kode_bps"].to_list()[0] == "1701"
        found = json.loads(client.get(reverse("open_data_file", args=["perlindungan-kabupaten", "json"])).content)
        assert found["metadata"]["lisensi"].startswith("https://") and len(found["data"]) == 10


def test_a_kept_copy_is_not_sent_again_until_the_count_changes(counted: Any, world: Any) -> None:
    client, where = Client(), reverse("open_data_file", args=["perlindungan-kabupaten", "csv"])
    first = client.get(where)
    assert "public" in first["Cache-Control"] and first["Access-Control-Allow-Origin"] == "*"
    again = client.get(where, headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304 and not again.content
    type(counted).objects.filter(pk=counted.pk).delete()
    assert client.get(where, headers={"if-none-match": first["ETag"]}).status_code == 200


def test_only_the_picture_for_other_sites_may_be_framed(counted: Any) -> None:
    client = Client()
    response = client.get(reverse("open_embed", args=["perlindungan-kabupaten"]))
    assert response.status_code == 200 and "X-Frame-Options" not in response
    assert "frame-ancestors *" in response["Content-Security-Policy"]
    assert "<script" not in response.content.decode()
    for name in ("open_data", "account_login"):
        other = client.get(reverse(name))
        assert other["X-Frame-Options"] == "DENY" and "frame-ancestors 'none'" in other["Content-Security-Policy"]


@pytest.mark.parametrize("slug", ["perlindungan-desa", "perlindungan-sektor", "deret"])
def test_every_collection_has_a_picture_for_other_sites(counted: Any, slug: str) -> None:
    assert Client().get(reverse("open_embed", args=[slug])).status_code == 200


def test_unknown_collections_are_not_there(counted: Any) -> None:
    for name, args in (
        ("open_data_file", ["apa", "csv"]),
        ("open_data_file", ["deret", "exe"]),
        ("open_embed", ["apa"]),
    ):
        assert Client().get(reverse(name, args=args)).status_code == 404


def test_open_pages_work_before_the_first_count(world: Any) -> None:
    client = Client()
    assert "Belum ada hitungan yang diterbitkan" in text_of(client.get(reverse("open_data")))
    for ending in ("csv", "json", "parquet"):
        assert client.get(reverse("open_data_file", args=["perlindungan-desa", ending])).status_code == 200
    assert client.get(reverse("open_embed", args=["perlindungan-kabupaten"])).status_code == 200


# The people behind a figure


@pytest.fixture
def members(world: Any, settings: Any, tmp_path: Any) -> dict[str, Any]:
    """Members of two agencies, counted by the service itself."""
    from members import Office
    from sertakan.areas.models import Area
    from sertakan.core.scope import SYSTEM, acting
    from sertakan.coverage.services.counting import build
    from sertakan.people.models import Person
    from sertakan.protection import services as protection

    own, other = Office(world.agency), Office(world.other)
    with acting(SYSTEM, reason="uji"):
        found = {"own": [own.member(paid="2026-01..2026-11") for _ in range(3)],
                 "other": [other.member(paid="2026-01..2026-11") for _ in range(2)]}  # fmt: skip
        for place, membership in enumerate([*found["own"], *found["other"]]):
            village = Area.objects.filter(level="village", code__startswith="17.71" if place < 3 else "17.01").first()
            Person.objects.filter(pk=membership.person_id).update(area=village)
        protection.refresh(OCTOBER)
        protection.refresh(NOVEMBER)
        for month in (OCTOBER, NOVEMBER):
            build(month)
    return found


def test_a_figure_and_the_people_behind_it_agree(members: Any, world: Any, sign_in: Any) -> None:
    from sertakan.coverage import queries

    snapshot = queries.snapshot_of()
    assert snapshot is not None and snapshot.persons == 6  # one stands in the world already
    for by, slug in (("sex", "kelamin"), ("agency", "opd"), ("funding", "dana")):
        for cell in queries.cells(snapshot, by, open_rows=True):
            if cell.numerator and cell.code:
                said = page(sign_in, "coordinator", "coverage_rows", query=f"?menurut={slug}&kode={cell.code}")
                assert f"Angkanya {cell.numerator}, daftarnya {cell.numerator} orang: sama." in said


def test_an_agencys_officer_sees_the_own_people_only(members: Any, world: Any, sign_in: Any) -> None:
    names = [membership.person.name for membership in members["other"]]
    said = page(sign_in, "pic", "coverage_rows", query="?menurut=dana&kode=private")
    assert "4 orang dari OPD Anda" in said
    assert not any(name in said for name in names)
    assert "Angka itu tidak ada" in page(sign_in, "pic", "coverage_rows", query="?menurut=dana&kode=apa")


# The same by machine


def test_the_api_says_what_the_pages_say(counted: Any, world: Any) -> None:
    client = Client()

    def ask(role: str, path: str) -> Any:
        return client.get(f"/api/v1/coverage{path}", headers={"authorization": f"Bearer {world.tokens[role]}"})

    closed, opened = ask("leader", "").json(), ask("coordinator", "").json()
    assert closed["persons"] == 411 and len(closed["rows"]) == 10 and closed["evenness"]["areas"] == 10
    hidden = {row["code"]: row["numerator"] for row in closed["rows"] if row["suppressed"]}
    assert hidden == {"17.04": None, "17.05": None}
    assert {row["code"]: row["numerator"] for row in opened["rows"]}["17.04"] == 2
    changes = {one["kind"]: one["count"] for one in ask("leader", "/snapshots").json()[0]["changes"]}
    assert changes["new"] == 12 and sum(changes.values()) == 7
    assert {one["kind"] for one in ask("leader", "/series").json()} == {"official", "own"}
    assert ask("donor", "").status_code == 403
    assert ask("leader", "?by=apa").status_code == 422
    assert ask("leader", "?on=2020-01-01").status_code == 404


def test_an_order_that_the_intervals_do_not_allow_is_not_claimed() -> None:
    from sertakan.coverage.figures import Cell
    from sertakan.web.views.coverage.building import stands_out

    def cell(low: float, share: float, high: float) -> Cell:
        return Cell("1", "A", 1, 10, 9, 11, share, low, high, estimated=True)

    assert stands_out([cell(0.30, 0.32, 0.34), cell(0.20, 0.25, 0.29)])
    assert not stands_out([cell(0.28, 0.32, 0.34), cell(0.20, 0.25, 0.29)])


def test_shares_are_rounded_and_not_cut() -> None:
    from sertakan.web.views.coverage.words import percent

    assert percent(100 * 0.2739).replace("\xa0", " ") == "27,39 %"
    assert percent(100 * 0.4184).replace("\xa0", " ") == "41,84 %"
    assert percent(0.02884).replace("\xa0", " ") == "0,0288 %"


def test_the_leaders_figures_follow_from_raw_rows_by_another_way(members: Any, world: Any, sign_in: Any) -> None:
    """Cover person by person, sponsorships and bill lines one by one, Gini from all pairs: not the way of the counts."""
    from collections import Counter
    from itertools import product

    from sertakan.areas.queries import in_force
    from sertakan.contributions.models import BillLine
    from sertakan.coverage import queries
    from sertakan.protection import cover
    from sertakan.protection import queries as protection
    from sertakan.sponsorship.models import Membership, Sponsorship

    snapshot = queries.snapshot_of()
    assert snapshot is not None
    protected = [
        one
        for one in Membership.objects.select_related("person__area")
        if cover(protection.held_by(one.person_id).history, snapshot.on).state == "active"
    ]
    counts = Counter(one.person.area.code[:5] for one in protected if one.person.area)
    regencies = [counts.get(one.code, 0) for one in in_force().filter(level="regency", code__startswith="17.")]
    gini = sum(abs(a - b) for a, b in product(regencies, repeat=2)) / (2 * len(regencies) * sum(regencies))
    taking = {one.agency_id for one in Sponsorship.objects.all() if one.state not in ("ended", "refused")}
    lines = BillLine.objects.filter(bill__month=date(2027, 1, 1))
    cost = sum(line.jkk + line.jkm + line.jht for line in lines)
    said = page(sign_in, "coordinator", "leader")
    assert f"{len(protected)} pekerja" in said
    assert f"{gini:.2f} Gini".replace(".", ",") in said
    assert f"{len(taking)} dari" in said
    assert f"Rp{cost:,}".replace(",", ".") in said
    before = [
        cover(protection.held_by(one.person_id).history, date(2026, 10, 31)).state for one in Membership.objects.all()
    ]
    assert f"{len(protected) - before.count('active'):+d}".replace("+0", "0") + " sejak Oktober 2026" in said


def test_the_open_series_leaves_out_totals_of_a_few(members: Any) -> None:
    rows = json.loads(Client().get(reverse("open_data_file", args=["deret", "json"])).content)["data"]
    own = [row for row in rows if row["jenis"] == "own"]
    assert len(own) == 2 and all(row["pembilang"] is None and row["bagian"] is None for row in own)
    assert any(row["pembilang"] == 251000 for row in rows)
