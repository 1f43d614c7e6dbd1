"""Pages of protection: what a family would receive, who stands where in a month, how long cover lasts."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

import factories
from members import Office, read
from sertakan.core.month import Month
from sertakan.core.scope import SYSTEM, acting
from sertakan.protection import queries, services
from sertakan.protection.models import Duration

NOVEMBER = Month(2026, 11)


@pytest.fixture
def told(world: Any) -> dict[str, Any]:
    """Members of two agencies in every state of November 2026, and their kept states; one more member stands in the world."""
    own, other = Office(world.agency), Office(world.other)
    with acting(SYSTEM, reason="uji"):
        waiting = own.worker(donor=world.donor)
        members = {
            "active": own.member(paid="2026-01..2026-11"),
            "arrears": own.member(paid="2026-01..2026-10", worker=waiting),
            "lapsed": own.member(paid="2026-01..2026-07"),
            "fresh": own.member(date(2026, 11, 2), read("2026-11@2026-11-02")),
            "elsewhere": other.member(paid="2026-01..2026-11"),
        }
        own.remit(waiting, NOVEMBER)
        services.refresh(Month(2026, 10))
        services.refresh(NOVEMBER)
    return members


def text_of(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def page(sign_in: Any, role: str, name: str, *args: Any, query: str = "") -> str:
    return text_of(sign_in(role).get(reverse(name, args=args) + query))


def test_a_family_reads_what_it_receives_and_what_a_missed_month_takes(told: Any, sign_in: Any) -> None:
    said = page(sign_in, "pic", "cover", told["active"].person_id)
    assert "Rp42.000.000" in said and "Rp70.000.000" in said
    assert "lunas sampai November 2026" in said
    assert "keluarga menerima Rp10.000.000, bukan Rp42.000.000" in said
    assert "PP 82/2019" in said
    assert "Beasiswa anak, terpisah dari jumlah di atas" in said


def test_in_arrears_two_amounts_stand_beside_each_other(told: Any, sign_in: Any) -> None:
    said = page(sign_in, "pic", "cover", told["arrears"].person_id)
    assert "sekarang; Rp42.000.000 setelah tunggakan dilunasi" in said
    assert "Menunggu konfirmasi BPJS" in said
    assert "Menunggak 1 bulan" in said


def test_after_the_limit_there_is_nothing_and_it_says_why(told: Any, sign_in: Any) -> None:
    said = page(sign_in, "pic", "cover", told["lapsed"].person_id)
    assert "Perlindungan berhenti pada 1 November 2026" in said
    assert "Rp42.000.000" not in said


def test_before_the_number_there_is_nothing(world: Any, told: Any, sign_in: Any) -> None:
    said = page(sign_in, "pic", "cover", world.workers[4].person.pk)
    assert "nomor peserta BPJS belum terbit" in said
    assert "Rp10.000.000" not in said


def test_the_three_month_rule_says_until_when(told: Any, sign_in: Any) -> None:
    said = page(sign_in, "pic", "cover", told["fresh"].person_id)
    assert "Sampai 1 Januari 2027 keluarga hanya menerima biaya pemakaman" in said


def test_another_day_can_be_chosen(told: Any, sign_in: Any) -> None:
    said = page(sign_in, "pic", "cover", told["lapsed"].person_id, query="?pada=2026-06-30")
    assert "Iuran lunas sampai Juni 2026" in said


@pytest.mark.parametrize("day", ["2014-01-01", "2999-01-01", "9999-12-31", "kemarin"])
def test_a_day_without_law_or_sense_leads_back(told: Any, sign_in: Any, day: str) -> None:
    response = sign_in("pic").get(reverse("cover", args=[told["active"].person_id]), {"pada": day})
    assert response.status_code == (200 if day == "kemarin" else 302)


def test_a_month_counts_by_state_with_doors_for_a_pic(told: Any, sign_in: Any) -> None:
    response = sign_in("pic").get(reverse("protection"))
    said = text_of(response)
    assert "3 dari 5 peserta bernomor aktif" in said
    assert "keadaan=active" in response.content.decode()
    assert "Keadaan per 23 November 2026; bulan ini masih berjalan." in said


def test_a_leader_sees_totals_of_all_agencies_and_no_person(told: Any, sign_in: Any) -> None:
    response = sign_in("leader").get(reverse("protection"))
    assert "4 dari 6 peserta bernomor aktif" in text_of(response)
    assert reverse("protection_rows") not in response.content.decode()
    assert sign_in("leader").get(reverse("protection_rows")).status_code == 403
    assert sign_in("leader").get(reverse("cover", args=[told["active"].person_id])).status_code == 403


def test_a_pic_opens_the_persons_of_a_count_and_only_own_ones(told: Any, sign_in: Any) -> None:
    with acting(SYSTEM):
        named = {key: member.person.name for key, member in told.items()}
    said = page(sign_in, "pic", "protection_rows", query="?bulan=2026-11&keadaan=active")
    assert named["active"] in said and named["elsewhere"] not in said
    assert named["lapsed"] in page(sign_in, "pic", "protection_rows", query="?bulan=2026-11&gugur=1")
    assert named["arrears"] in page(sign_in, "pic", "protection_rows", query="?bulan=2026-11&menunggu=1")
    assert sign_in("pic").get(reverse("cover", args=[told["elsewhere"].person_id])).status_code == 404


def test_a_pic_who_only_knew_a_worker_earlier_does_not_learn_who_pays_now(world: Any, told: Any, sign_in: Any) -> None:
    from sertakan.people.models import PersonAgency

    with acting(SYSTEM):
        moved = told["elsewhere"]
        PersonAgency.objects.create(person_id=moved.person_id, agency=world.agency, valid_from=date(2026, 1, 1))
        name = moved.person.name
    said = page(sign_in, "pic", "protection_rows", query="?bulan=2026-11")
    assert name not in said and world.other.short_name not in said
    assert name in page(sign_in, "coordinator", "protection_rows", query="?bulan=2026-11")


def test_pages_need_no_more_statements_for_more_rows(
    told: Any, world: Any, sign_in: Any, django_assert_max_num_queries: Any
) -> None:
    client = sign_in("pic")
    with django_assert_max_num_queries(40):
        client.get(reverse("protection_rows") + "?bulan=2026-11")
    with django_assert_max_num_queries(50):
        client.get(reverse("cover", args=[told["active"].person_id]))


def test_retention_waits_for_enough_people(told: Any, sign_in: Any) -> None:
    assert "Belum cukup orang untuk sebuah kurva" in page(sign_in, "leader", "retention")


def test_retention_draws_groups_and_hides_small_ones(world: Any, told: Any, sign_in: Any) -> None:
    with acting(SYSTEM):
        for funding, months, lapsed, people in (
            ("private", 4, True, 20), ("private", 12, False, 30), ("csr", 8, True, 12), ("csr", 12, False, 30), ("zakat", 3, True, 5),
        ):  # fmt: skip
            Duration.objects.create(
                agency=world.agency, funding=funding, sector="other", months=months, lapsed=lapsed, people=people
            )
    response = sign_in("leader").get(reverse("retention"))
    said = text_of(response)
    assert "masih terlindungi setelah 12 bulan" in said
    assert "Tidak digambar karena kurang dari 20 orang: dana zakat" in said
    assert response.content.decode().count("<polygon") == 3


def test_a_person_leads_to_the_family_page(told: Any, sign_in: Any) -> None:
    member = told["active"]
    content = sign_in("pic").get(reverse("person", args=[member.person_id])).content.decode()
    assert reverse("cover", args=[member.person_id]) in content


@pytest.mark.parametrize("name", ["protection", "protection_rows", "retention", "cover"])
def test_pages_speak_english(told: Any, sign_in: Any, name: str) -> None:
    client = sign_in("pic")
    client.cookies["django_language"] = "en"
    args = [told["arrears"].person_id] if name == "cover" else []
    said = text_of(client.get(reverse(name, args=args), headers={"accept-language": "en"}))
    for word in ("perlindungan", "terlindungi", "tunggakan", "keadaan", "peserta"):
        assert word not in said.casefold(), said


def test_the_command_shows_a_person_and_a_month(told: Any, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    from contextlib import contextmanager

    from sertakan.cli import main, session

    @contextmanager
    def here(reason: str = "") -> Any:
        with acting(SYSTEM, reason=reason) as actor:
            yield actor

    monkeypatch.setattr(session, "command_scope", here)
    assert main.run(["protection", "show", str(told["arrears"].person_id), "--json"]) == 0
    person = json.loads(capsys.readouterr().out)
    assert person["state"] == "arrears_1"
    assert person["waiting_confirmation"] == {"now": True, "months": ["2026-11"]}
    assert person["entitlement_today"]["jkm_death"]["after_settling"] == 42_000_000
    assert person["if_unpaid_next"]["month"] == "2026-12"
    assert main.run(["protection", "show", "--month", "2026-11", "--agency", "Dinsos", "--rows", "--json"]) == 0
    month = json.loads(capsys.readouterr().out)
    assert (month["states"]["active"], month["lapsed_this_month"]) == (3, 1)
    assert month["rows"]["inactive"] == [told["lapsed"].person_id]
    assert main.run(["protection", "refresh", "--month", "2026-11", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["unchanged"] is True
    for words in (["show"], ["show", "1", "--month", "2026-11"], ["show", "--month", "2026-11", "--on", "2026-11-01"]):
        assert main.run(["protection", *words, "--json"]) == 2
        capsys.readouterr()
    for words in (["show", str(told["fresh"].person_id)], ["show", "--month", "2026-11", "--rows"], ["refresh"]):
        assert main.run(["protection", *words]) == 0
    assert "menunggu konfirmasi" not in capsys.readouterr().out
    assert queries.today(told["fresh"].person_id).full_death_benefit_from == date(2027, 1, 1)
    assert date(2026, 11, 23) == factories.TODAY
