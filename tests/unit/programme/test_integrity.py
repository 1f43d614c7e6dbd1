"""What stands in the register is not pulled from under it: rows, files and answers when several act, or somebody acts twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import time_machine
from invented_lists import line, nik, sheet

from sertakan.core.scope import SYSTEM, Actor, acting


@pytest.fixture(autouse=True)
def _day():
    with time_machine.travel(date(2026, 11, 23), tick=True):
        yield


# Rows that stand in the register


@pytest.mark.usefixtures("reference")
@pytest.mark.parametrize("withdraw", [True, False])
def test_a_row_in_the_register_is_neither_changed_nor_taken_out(hand_in, withdraw):
    from sertakan.intake import queries
    from sertakan.programme import files
    from sertakan.programme.errors import RowRegistered

    file = hand_in(sheet(line(9001), line(9002)))
    files.accept(file_id=file.pk, actor=SYSTEM)
    changes = {(0, 2): {} if withdraw else {"nik": nik(9003)}}
    with pytest.raises(RowRegistered):
        files.repair(file_id=file.pk, actor=SYSTEM, changes=changes, withdraw=withdraw)
    assert queries.account(file)["accepted"] == 2


@pytest.mark.usefixtures("reference")
def test_columns_explained_after_acceptance_change_only_rows_outside_the_register(hand_in):
    from sertakan.intake import queries
    from sertakan.programme import files
    from sertakan.sponsorship.models import Sponsorship

    file = hand_in(sheet(line(9001), line(9002, work="zzz tak dikenal")))
    files.accept(file_id=file.pk, actor=SYSTEM)
    files.answer(file_id=file.pk, actor=SYSTEM, columns={"No HP": "phone"})
    counted = queries.account(file)
    assert (counted["accepted"], counted["held"], counted["known"]) == (1, 1, 0)
    assert Sponsorship.objects.count() == 1


@pytest.mark.usefixtures("reference")
def test_checking_again_does_not_repeat_what_was_said_of_the_sheet(hand_in):
    from sertakan.intake import queries
    from sertakan.programme import files

    file = hand_in(sheet(line(9001, work="zzz tak dikenal"), line(9002)))
    before = [found["code"] for found in queries.findings(file) if found["row_id"] is None]
    assert before
    files.repair(file_id=file.pk, actor=SYSTEM, changes={(0, 2): {"name": "Nama Lain"}})
    files.answer(file_id=file.pk, actor=SYSTEM, columns={"No HP": "phone"})
    assert [found["code"] for found in queries.findings(file) if found["row_id"] is None] == before


# Answers


@pytest.mark.usefixtures("reference")
@pytest.mark.parametrize(
    "answers",
    [
        {"columns": {"No HP": "bukan kolom"}},
        {"defaults": {"bukan": "apa"}},
        {"defaults": {"nik": "1771021203859001"}},
        {"values": {("nik", "1771021203859001"): "1771021203859002"}},
    ],
)
def test_an_answer_about_what_cannot_be_asked_is_refused_and_not_remembered(hand_in, answers):
    from sertakan.intake.models import RememberedColumn, RememberedValue
    from sertakan.programme import files
    from sertakan.programme.errors import ColumnUnknown

    file = hand_in(sheet(line(9001, work="zzz tak dikenal")))
    with pytest.raises(ColumnUnknown):
        files.answer(file_id=file.pk, actor=SYSTEM, **answers)
    assert not RememberedColumn.objects.exists()
    assert not RememberedValue.objects.exists()


# Who may


@pytest.mark.usefixtures("reference")
@pytest.mark.parametrize("role", ["auditor", "bpjs", "leader", "pic"])
def test_who_only_looks_changes_no_file(hand_in, role):
    from sertakan.agencies.queries import find_agency
    from sertakan.intake.errors import NotYourFile
    from sertakan.programme import files

    file = hand_in(sheet(line(9001), line(9002, work="zzz tak dikenal")))
    # Sees every row, but writes for none of these agencies: a PIC of another agency who is an auditor too.
    actor = Actor(
        user_id=1, label="uji", sees_all=True, agency_ids=frozenset({find_agency("Dinkes").pk}), roles=frozenset({role})
    )
    with pytest.raises(NotYourFile), acting(actor):
        files.receive(agency=file.agency, name="lain.csv", data=b"x")
    with pytest.raises(NotYourFile):
        files.check(file_id=file.pk, actor=actor, again=True)
    with pytest.raises(NotYourFile):
        files.accept(file_id=file.pk, actor=actor)
    with pytest.raises(NotYourFile):
        files.repair(file_id=file.pk, actor=actor, changes={(0, 3): {"occupation": "tukang ojek"}})
    with pytest.raises(NotYourFile):
        files.answer(file_id=file.pk, actor=actor, defaults={"occupation": "penjahit"})
    with pytest.raises(NotYourFile):
        files.take_back(file_id=file.pk, actor=actor, reason="")


# Two at once


def _together(*steps: Callable[[], Any]) -> list[Any]:
    """Run all at once, each on a connection of its own; what each returned or raised."""
    from django.db import connection

    gate = threading.Barrier(len(steps))
    results: list[Any] = [None] * len(steps)

    def run(at: int) -> None:
        try:
            gate.wait()
            results[at] = steps[at]()
        except Exception as raised:
            results[at] = raised
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(at,)) for at in range(len(steps))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


@pytest.fixture
def staged(committed_reference, hand_in):
    with acting(SYSTEM):
        from sertakan.agencies.queries import find_agency
        from sertakan.programme import files

        kept, _ = files.receive(
            agency=find_agency("Dinsos"), name="d.csv", data=sheet(*[line(9001 + at) for at in range(20)])
        )
    return files.check(file_id=kept.pk, actor=SYSTEM)


def _register(file: Any) -> dict[str, int]:
    """Rows that count as accepted, and sponsorships that stand."""
    from sertakan.intake import queries
    from sertakan.people.models import Person
    from sertakan.sponsorship.models import Sponsorship

    with acting(SYSTEM):
        return {
            "rows": queries.account(queries.get_file(file.pk))["accepted"],
            "standing": Sponsorship.objects.exclude(state="ended").count(),
            "persons": Person.objects.count(),
        }


def test_two_who_accept_at_once_write_everybody_once(staged):
    from sertakan.programme import files

    results = _together(*[lambda: files.accept(file_id=staged.pk, actor=SYSTEM)[1].rows] * 2)
    assert sorted(results) == [0, 20]
    assert _register(staged) == {"rows": 20, "standing": 20, "persons": 20}


def test_who_accepts_while_the_file_is_taken_back_finds_it_gone(staged, monkeypatch):
    """The acceptance has begun, and waits, when the other takes the file back."""
    from sertakan.programme import files
    from sertakan.programme.errors import FileTakenBack

    taken = threading.Event()
    lock = files._lock

    def slow(name: str) -> None:
        if threading.current_thread().name == "accepting":
            taken.wait(10)
        lock(name)

    monkeypatch.setattr(files, "_lock", slow)

    def accepting() -> Any:
        threading.current_thread().name = "accepting"
        return files.accept(file_id=staged.pk, actor=SYSTEM)

    def taking_back() -> None:
        try:
            files.take_back(file_id=staged.pk, actor=SYSTEM, reason="uji")
        finally:
            taken.set()

    results = _together(accepting, taking_back)
    assert isinstance(results[0], FileTakenBack), results
    assert _register(staged) == {"rows": 0, "standing": 0, "persons": 0}


def test_a_row_withdrawn_while_the_file_is_accepted_is_in_the_register_or_withdrawn(staged):
    from sertakan.programme import files
    from sertakan.programme.errors import RowRegistered

    _, repaired = _together(
        lambda: files.accept(file_id=staged.pk, actor=SYSTEM)[1].rows,
        lambda: files.repair(file_id=staged.pk, actor=SYSTEM, changes={(0, 2): {}}, withdraw=True),
    )
    expected = 20 if isinstance(repaired, RowRegistered) else 19
    found = _register(staged)
    assert (found["rows"], found["standing"]) == (expected, expected), repaired
