"""Pages of plans, targets and the forecast: whom they open for, what they say, what they refuse, what they hand out."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sertakan.planning.models import Forecast, Plan, Target

SignIn = Callable[[str], Client]
GIVEN = {"budget": "Rp2.000.000.000", "until": "2027-12", "fundings": ["private", "apbd"], "uptake": "5", "steady": "1"}


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def plan(world: Any) -> Plan:
    from sertakan.core.month import Month
    from sertakan.planning import services
    from sertakan.planning.facts import Wish

    return services.save_plan(Wish(Month(2026, 12), Month(2027, 12), budget=2_000_000_000), name="Dua miliar")


@pytest.mark.parametrize("name", ["plans", "plan_compare", "targets", "forecast"])
def test_pages_open_for_leaders_and_are_closed_to_agencies(world: Any, sign_in: SignIn, name: str) -> None:
    for role in ("leader", "coordinator", "operator", "auditor"):
        assert sign_in(role).get(reverse(name)).status_code == 200
    for role in ("pic", "donor", "bpjs"):
        assert sign_in(role).get(reverse(name)).status_code == 403
    assert sign_in("").get(reverse(name)).status_code == 302


def test_a_leader_looks_and_does_not_write(world: Any, plan: Plan, sign_in: SignIn) -> None:
    leader = sign_in("leader")
    assert leader.get(reverse("plan", args=[plan.pk])).status_code == 200
    assert leader.get(reverse("plan_new")).status_code == 403
    assert leader.post(reverse("plan_new"), GIVEN).status_code == 403
    assert leader.post(reverse("forecast_run")).status_code == 403
    row = Target.objects.order_by("pk").first()
    assert row is not None
    assert leader.post(reverse("target_withdraw", args=[row.pk])).status_code == 403
    given = {"area": "17", "year": "2029", "document": "RPJMD", "share": "60", "source": "uji"}
    assert leader.post(reverse("targets"), given).status_code == 403
    assert not Target.objects.filter(document="RPJMD").exists()


def test_a_budget_becomes_a_plan_that_is_explained(world: Any, sign_in: SignIn) -> None:
    response = sign_in("coordinator").post(reverse("plan_new"), GIVEN, follow=True)
    words = text_of(response)
    assert response.status_code == 200
    assert "Mengapa begini" in words
    assert "Yang membatasi ialah anggaran. Setiap Rp1.000.000 lagi menambah sekitar" in words
    assert "belum dipastikan" in words
    kept = Plan.objects.get()
    assert kept.result is not None
    assert kept.result["totals"]["cost"] <= 2_000_000_000
    assert kept.saved_label


REFUSED = {
    "nothing": ({"budget": ""}, "Tulis anggaran, atau target"),
    "zero": ({"budget": "0"}, "lebih dari nol"),
    "negative": ({"budget": "-Rp5.000.000"}, "lebih dari nol"),
    "two ways to read": ({"budget": "16.8"}, "tidak dapat dibaca sebagai rupiah bulat"),
    "words": ({"budget": "dua miliar"}, "tidak dapat dibaca sebagai rupiah bulat"),
    "absurd": ({"budget": "999.999.999.999.999.999"}, "tidak masuk akal"),
    "too small": ({"budget": "1000"}, "Paling sedikit diperlukan"),
    "share": ({"target": "480"}, "persen antara 0 dan 100"),
    "month": ({"until": "2030-01"}, "tidak ditebak"),
    "past": ({"until": "2026-01"}, "tidak dapat berakhir"),
    "unreadable month": ({"until": "besok"}, "tidak dapat dibaca"),
    "target beyond the budget": ({"budget": "1.000.000.000", "target": "48"}, "Paling sedikit diperlukan"),
    "no money": ({"fundings": []}, "Pilih paling sedikit satu sumber dana"),
    "count": ({"new_per_month": "banyak"}, "bukan jumlah pekerja"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_or_met_is_said_on_the_form_and_kept_there(world: Any, sign_in: SignIn, name: str) -> None:
    changed, said = REFUSED[name]
    response = sign_in("coordinator").post(reverse("plan_new"), GIVEN | changed)
    assert response.status_code == 422
    assert said in text_of(response)
    assert not Plan.objects.exists()
    if name == "words":
        assert b'value="dua miliar"' in response.content


def test_a_plan_is_handed_out_as_workbook_and_as_text(world: Any, plan: Plan, sign_in: SignIn) -> None:
    import openpyxl

    leader = sign_in("leader")
    book = openpyxl.load_workbook(BytesIO(leader.get(reverse("plan_file", args=[plan.pk, "xlsx"])).content))
    assert book.sheetnames == ["Ringkasan", "Bulan", "Wilayah", "Tarif", "Rincian"]
    lines = leader.get(reverse("plan_file", args=[plan.pk, "csv"])).content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Bulan;Kode wilayah")
    assert plan.result is not None
    assert sum(int(line.split(";")[-1]) for line in lines[1:]) == plan.result["totals"]["cost"]
    assert leader.get(reverse("plan_file", args=[plan.pk, "exe"])).status_code == 404


def test_every_figure_of_the_page_stands_the_same_in_every_file(world: Any, plan: Plan, sign_in: SignIn) -> None:
    import openpyxl
    import pypdfium2

    from sertakan.core.money import format_number, format_rupiah
    from sertakan.planning.words import sentence

    leader = sign_in("leader")
    page = text_of(leader.get(reverse("plan", args=[plan.pk])))
    document = leader.get(reverse("plan_file", args=[plan.pk, "pdf"])).content
    paper = " ".join(
        " ".join(one.get_textpage().get_text_range().split()) for one in pypdfium2.PdfDocument(document)
    ).replace("\ufffe", "-")
    book = openpyxl.load_workbook(BytesIO(leader.get(reverse("plan_file", args=[plan.pk, "xlsx"])).content))
    lines = [
        line.split(";")
        for line in leader.get(reverse("plan_file", args=[plan.pk, "csv"])).content.decode("utf-8-sig").splitlines()[1:]
    ]
    result = plan.result
    assert result is not None
    months, areas = list(book["Bulan"].values)[1:], list(book["Wilayah"].values)[1:]
    for one, row in zip(result["months"], months, strict=True):
        assert row == (one["month"], one["protected"], one["beginning"], one["lapsing"], one["cost"])
        mine = [line for line in lines if line[0] == one["month"]]
        assert sum(int(line[6]) for line in mine) == one["protected"]
        assert sum(int(line[8]) for line in mine) == one["cost"]
        for shown in (format_number(one["protected"]), format_rupiah(one["cost"])):
            assert shown in page
            assert shown in paper
    for one, row in zip(result["areas"], areas, strict=True):
        assert row == (one["code"], one["name"], one["eligible"], one["own"], one["protected"], one["cost"])
        assert sum(int(line[8]) for line in lines if line[1] == one["code"]) == one["cost"]
    summary = [row[0] for row in book["Ringkasan"].values]
    for said in (*result["explained"], *result["warnings"]):
        assert sentence(said) in summary
        assert sentence(said) in page
        assert "".join(sentence(said).split()) in "".join(paper.split())
    assert b"pdfuaid" in document


def test_plans_stand_side_by_side(world: Any, plan: Plan, sign_in: SignIn) -> None:
    from sertakan.core.month import Month
    from sertakan.planning import services
    from sertakan.planning.facts import Wish

    other = services.save_plan(Wish(Month(2026, 12), Month(2027, 12), budget=4_000_000_000), name="Empat miliar")
    words = text_of(sign_in("leader").get(reverse("plan_compare"), {"rencana": [plan.pk, other.pk]}))
    assert "Dua miliar" in words
    assert "Empat miliar" in words
    assert "Rp2.000.000.000" in words
    assert "Rp4.000.000.000" in words


def test_a_target_is_changed_and_what_was_said_before_stays(world: Any, sign_in: SignIn) -> None:
    coordinator = sign_in("coordinator")
    assert "RPJMN 2025–2029" in text_of(coordinator.get(reverse("targets")))
    given = {
        "area": "17",
        "year": "2029",
        "document": "RPJMD",
        "share": "60",
        "source": "Perda 1/2026",
        "confidence": "law_text",
    }
    coordinator.post(reverse("targets"), given)
    coordinator.post(reverse("targets"), given | {"share": "55,5"})
    words = text_of(coordinator.get(reverse("targets")))
    assert "55,5 %" in words
    assert "60 % ·" in words
    rows = list(Target.objects.filter(document="RPJMD").order_by("pk"))
    assert [str(row.share) for row in rows] == ["0.60000", "0.55500"]
    coordinator.post(reverse("target_withdraw", args=[rows[-1].pk]))
    assert "RPJMD Lampung" in text_of(coordinator.get(reverse("targets")))
    assert "Perda 1/2026" not in text_of(coordinator.get(reverse("targets")))
    assert coordinator.post(reverse("targets"), given | {"year": "19"}).status_code == 422
    assert coordinator.post(reverse("targets"), given | {"source": " "}).status_code == 422


def test_published_targets_are_loaded_once(world: Any) -> None:
    from sertakan.planning import seeding

    before = Target.objects.count()
    assert before == 8
    assert seeding.load_targets().added == 0
    assert Target.objects.count() == before


def test_a_plan_in_the_background_says_so_and_survives_reload(
    world: Any, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sertakan.planning import services

    monkeypatch.setattr(services, "LARGE", 0)
    coordinator = sign_in("coordinator")
    response = coordinator.post(reverse("plan_new"), GIVEN, follow=True)
    assert "Rencana sedang dihitung" in text_of(response)
    kept = Plan.objects.get()
    assert "Rencana sedang dihitung" in text_of(coordinator.get(reverse("plan_progress", args=[kept.pk])))
    services.solve_plan(kept.pk)
    assert coordinator.get(reverse("plan_progress", args=[kept.pk]))["HX-Redirect"] == reverse("plan", args=[kept.pk])
    assert "Mengapa begini" in text_of(coordinator.get(reverse("plan", args=[kept.pk])))


def test_a_plan_in_the_background_that_cannot_be_met_says_why(
    world: Any, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sertakan.planning import services

    monkeypatch.setattr(services, "LARGE", 0)
    coordinator = sign_in("coordinator")
    coordinator.post(reverse("plan_new"), GIVEN | {"budget": "1000"})
    kept = Plan.objects.get()
    services.solve_plan(kept.pk)
    assert "Paling sedikit diperlukan" in text_of(coordinator.get(reverse("plan", args=[kept.pk])))


def test_the_forecast_shows_its_interval_and_how_good_such_forecasts_were(world: Any, sign_in: SignIn) -> None:
    import numpy as np

    from sertakan.core import clock
    from sertakan.core.month import Month
    from sertakan.planning import forecast

    leader = sign_in("leader")
    before = text_of(leader.get(reverse("forecast")))
    assert "Belum ada perkiraan" in before
    assert "memerlukan riwayat sedikitnya 6 bulan" in before
    counts = np.zeros((14, forecast.OLDEST + 1))
    for month in range(14):
        for age in range(month + 1):
            counts[month, age] = round(100 * 0.95**age)
    result = forecast.make(forecast.Panel(Month(2025, 10), counts))
    Forecast.objects.create(month=Month(2026, 11).first_day, made_at=clock.now(), result=result)
    words = text_of(leader.get(reverse("forecast")))
    assert "selang 90 %" in words
    assert "Diuji pada bulan-bulan yang sudah lewat" in words
    assert "Hitung lagi" not in words
    coordinator = sign_in("coordinator")
    assert coordinator.post(reverse("forecast_run")).status_code == 302
    assert "Hitung lagi" in text_of(coordinator.get(reverse("forecast")))


def test_totals_of_plans_are_hidden_from_agencies_by_the_database_too(world: Any, plan: Plan, acting_as: Any) -> None:
    acting_as("pic", world.agency)
    assert not Plan.objects.exists()
    assert not Target.objects.exists()
