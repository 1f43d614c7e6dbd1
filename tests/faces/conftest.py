"""What tests of pages and of the API need besides the database."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

import factories


@pytest.fixture(autouse=True, scope="session")
def _static_root() -> None:
    """WhiteNoise warns of a missing directory; a served installation has one."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@dataclass(frozen=True)
class World:
    """Two agencies that stand in the database for all tests of this folder; what a test changes is rolled back."""

    agency: Any
    other: Any
    users: dict[str, Any]
    tokens: dict[str, str]
    workers: list[factories.Worker]
    other_workers: list[factories.Worker]
    without_consent: factories.Worker
    donor: Any
    sent: Any
    draft: Any
    other_batch: Any
    bill: Any
    other_bill: Any
    file: Any
    accepted_file: Any
    pair: Any
    merge: Any

    def user(self, role: str) -> Any:
        return self.users[role]


@pytest.fixture(scope="session")
def _faces_database(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> tuple[str, World]:
    """Reference data and a small world, committed once in a database of their own; its name, and the world."""
    from sertakan.core.scope import SYSTEM, acting
    from sertakan.programme.reference import load_reference

    root = _root(request)
    name = f"{os.environ['SERTAKAN_TEST_DATABASE']}_faces"
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        root.clone(name)
        patch.setenv("SERTAKAN_TODAY", factories.TODAY.isoformat())
        with root.pointed_at(name):
            with acting(SYSTEM, reason="uji"):
                load_reference()
            return name, _build()


def _root(request: pytest.FixtureRequest) -> Any:
    return request.config.pluginmanager.get_plugin(str(Path(__file__).parents[1] / "conftest.py"))


def _build() -> World:
    from sertakan.agencies.queries import find_agency
    from sertakan.contributions import services as contributions
    from sertakan.core.month import Month
    from sertakan.core.scope import SYSTEM, acting
    from sertakan.people import services as people
    from sertakan.programme import files
    from sertakan.sponsorship import services as sponsorship

    with acting(SYSTEM, reason="uji"):
        agency, other = find_agency("Dinsos"), find_agency("Dinkes")
        donor = factories.make_donor(agency, "Ratna Rekaan")
        workers = [factories.make_worker(agency, f"Pekerja Dinsos {letter}", donor=donor) for letter in "ABCDEF"]
        other_workers = [factories.make_worker(other, f"Pekerja Dinkes {letter}") for letter in "AB"]
        without = factories.make_worker(agency, "Pekerja Tanpa Persetujuan", donor=donor, consent=False)
        sent = factories.make_batch(agency, workers[:3], send=True)
        sponsorship.take_answer(batch=sent, source=factories.accepted_answer(*workers[:2]), name="a.xlsx")
        sponsorship.take_answer(
            batch=sent, source=factories.refused_answer("NIK tidak ditemukan", workers[2]), name="b.xlsx"
        )
        sponsorship.take_answer(batch=sent, source=factories.paid_answer(workers[0]), name="c.xlsx")
        sponsorship.take_answer(batch=sent, source=factories.numbered_answer(workers[0]), name="d.xlsx")
        draft = factories.make_batch(agency, workers[3:5])
        other_batch = factories.make_batch(other, other_workers)
        made = contributions.make_bills(Month(2027, 1)).bills
        bills = {found.bill.agency_id: found.bill for found in made}
        pair = factories.make_pair(workers[5], other_workers[1])
        merge = people.merge(keep=workers[5].person.pk, gone=other_workers[1].person.pk, reason="uji")
        merge = people.undo_merge(merge=merge.pk, reason="uji")
        every = ("coordinator", "bpjs", "leader", "auditor", "operator")
        users = {role: factories.make_user(role, username=role) for role in every}
        users["pic"] = factories.make_user("pic", agency, username="pic")
        users["other_pic"] = factories.make_user("pic", other, username="other_pic")
        users["donor"] = factories.make_user("donor", agency, username="donor")
        tokens = {role: factories.make_token(user) for role, user in users.items()}
        staged, _ = files.receive(agency=agency, name="daftar.csv", data=factories.list_file(
            "1,Saodah Rekaan,1771024507909012,Bengkulu,05-07-1990,P,081200000001,Penjahit,01-11-2026,Ratna Rekaan",
            "2,Wawan Rekaan,17710245,Bengkulu,05-07-1990,L,081200000002,Penjahit,01-11-2026,Ratna Rekaan",
        ))  # fmt: skip
        accepted, _ = files.receive(agency=agency, name="diterima.csv", data=factories.list_file(
            "1,Sulastri Rekaan,1771024607909013,Bengkulu,06-07-1990,P,081200000003,Penjahit,01-11-2026,Ratna Rekaan",
        ))  # fmt: skip
    for file in (staged, accepted):
        files.check(file_id=file.pk, actor=SYSTEM)
    files.accept(file_id=accepted.pk, actor=SYSTEM)
    return World(
        agency=agency, other=other, users=users, tokens=tokens, workers=workers, other_workers=other_workers,
        without_consent=without, donor=donor, sent=sent, draft=draft, other_batch=other_batch, bill=bills[agency.pk],
        other_bill=bills[other.pk], file=staged, accepted_file=accepted, pair=pair, merge=merge,
    )  # fmt: skip


@pytest.fixture
def world(
    request: pytest.FixtureRequest,
    _faces_database: tuple[str, World],
    django_db_blocker: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[World]:
    """The world on its day, in its own database; what a test does is rolled back."""
    from django.db import transaction

    from sertakan.core.scope import SYSTEM, acting

    monkeypatch.setenv("SERTAKAN_TODAY", factories.TODAY.isoformat())
    name, built = _faces_database
    with django_db_blocker.unblock(), _root(request).pointed_at(name), transaction.atomic():
        with acting(SYSTEM, reason="uji"):
            for worker in (*built.workers, *built.other_workers):
                worker.person.refresh_from_db()  # an earlier test may have looked at what was rolled back
            yield built
        transaction.set_rollback(True)


@pytest.fixture
def sign_in(world: World) -> Callable[[str], Client]:
    """A client signed in as a role of the world; as nobody for an empty text."""

    def as_role(role: str) -> Client:
        client = Client()
        if role:
            # Read anew: a test before may have changed the object, whose row was rolled back.
            client.force_login(type(world.user(role)).objects.get(pk=world.user(role).pk))
        return client

    return as_role
