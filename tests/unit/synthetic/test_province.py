"""An invented province is written once, through the services of real lists."""

from __future__ import annotations

from typing import Any

import pytest

from sertakan.agencies.models import StaffCount
from sertakan.core.models import AuditEvent
from sertakan.intake import queries as intake
from sertakan.intake.models import File
from sertakan.people.models import Identifier, Person
from sertakan.sponsorship.models import Sponsorship
from sertakan.synthetic import errors, province, samples, users
from sertakan.web import demo

SCALE = 4_000


@pytest.fixture
def invented(reference: None) -> dict[str, Any]:
    return province.invent_province(scale=SCALE)


def test_a_province_adds_up(invented: dict[str, Any]) -> None:
    assert invented["workers"] == 715_600 // SCALE == Sponsorship.objects.count() == Person.objects.count()
    assert invented["agencies"] == 44 > invented["agencies_with_workers"]
    assert not invented["unchanged"]
    assert Identifier.objects.filter(kind="nik").count() == invented["workers"]
    assert sum(StaffCount.objects.values_list("count", flat=True)) == invented["staff"]
    assert set(StaffCount.objects.values_list("confidence", flat=True)) == {"invented"}


def test_the_second_time_changes_nothing(invented: dict[str, Any]) -> None:
    events = AuditEvent.objects.count()
    again = province.invent_province(scale=SCALE)
    assert again["unchanged"]
    assert again["workers"] == invented["workers"]
    assert Sponsorship.objects.count() == invented["workers"]
    assert AuditEvent.objects.count() == events


def test_another_province_is_refused(invented: dict[str, Any]) -> None:
    with pytest.raises(errors.ProvinceExists):
        province.invent_province(scale=SCALE * 2)


def test_a_list_can_be_opened_like_any_other(invented: dict[str, Any]) -> None:
    file = File.objects.filter(kind=province.KIND).order_by("pk")[0]
    rows = intake.contents(intake.current_rows(file))
    assert rows["nik"].null_count() == 0
    assert intake.account(file)["accepted"] == rows.height


def test_an_interrupted_province_is_finished(reference: None, monkeypatch: pytest.MonkeyPatch) -> None:
    written = province.write_list
    calls: list[str] = []

    def stumble(agency: Any, *rest: Any) -> int:
        calls.append(agency.code)
        if len(calls) > 3:
            raise KeyboardInterrupt
        return written(agency, *rest)

    monkeypatch.setattr(province, "write_list", stumble)
    with pytest.raises(KeyboardInterrupt):
        province.invent_province(scale=SCALE)
    monkeypatch.setattr(province, "write_list", written)
    province.invent_province(scale=SCALE)
    assert Sponsorship.objects.count() == 715_600 // SCALE


def test_shares_are_whole_and_add_up() -> None:
    assert province.shares(10, {1: 1.0, 2: 1.0, 3: 1.0}) == {1: 4, 2: 3, 3: 3}


def test_demo_users_are_made_once_and_only_in_a_demonstration(reference: None, settings: Any) -> None:
    settings.SERTAKAN_DEMO = False
    with pytest.raises(errors.NotADemonstration):
        users.create_demo_users()
    settings.SERTAKAN_DEMO = True
    first = users.create_demo_users()
    assert [user.pk for user in first] == [user.pk for user in users.create_demo_users()]
    assert first[0].check_password(users.PASSWORD)
    roles = {user.username: [role.role for role in user.role_assignments.all()] for user in first}
    assert roles == {demo_user.username: [demo_user.role] for demo_user in users.DEMO_USERS}


def test_the_sign_in_page_offers_sign_ins_that_exist() -> None:
    assert {user["username"] for user in demo.USERS} <= {user.username for user in users.DEMO_USERS}
    assert demo.PASSWORD == users.PASSWORD


def test_the_sample_is_the_same_every_time() -> None:
    assert samples.sample_workbook() == samples.sample_workbook()


@pytest.mark.without_scope
def test_agencies_written_at_the_same_time_give_the_same_province(committed_reference: str) -> None:
    from sertakan.core.scope import SYSTEM, acting

    invented = province.invent_province(scale=SCALE, parallel=2)
    with acting(SYSTEM):
        assert Sponsorship.objects.count() == invented["workers"]
    assert province.invent_province(scale=SCALE)["unchanged"]
