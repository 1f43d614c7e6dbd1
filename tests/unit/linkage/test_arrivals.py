"""A row that is about to be accepted and certainly is a known person under another number: asked about, never silently merged."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest

import factories
from sertakan.core.scope import SYSTEM

pytestmark = pytest.mark.usefixtures("day")


@pytest.fixture
def slip(village):
    """Everybody of the village, and the first one's number with two digits exchanged."""
    people = village.everybody()
    nik = people[0].nik
    return people, nik[:13] + nik[14] + nik[13] + nik[15]


def _hand_in(agency, somebody, nik, *, actor=SYSTEM):
    from sertakan.programme import files

    person = somebody.person
    row = (
        f"1,{person.name},{nik},Bengkulu,{person.birth_date:%d-%m-%Y},{person.sex},{person.phone.replace('+62', '0')},"
        "Penjahit,01-11-2026,Ratna Rekaan"
    )
    kept, _ = files.receive(agency=agency, name="daftar.csv", data=factories.list_file(row))
    return files.check(file_id=kept.pk, actor=actor)


def _what(file):
    from sertakan.intake import queries

    row = queries.current_rows(file).row(0, named=True)
    codes = [found["code"] for found in queries.findings(file) if found["code"].startswith("seems_")]
    return row["state"], codes


def test_who_is_sponsored_under_another_number_is_held_with_a_question(village, slip, offices):
    people, nik = slip
    village.sponsor(people[0])
    assert _what(_hand_in(offices[1], people[0], nik)) == ("held", ["seems_sponsored"])


def test_who_is_only_known_is_accepted_with_a_note(slip, offices):
    people, nik = slip
    assert _what(_hand_in(offices[1], people[0], nik)) == ("accepted", ["seems_known"])


def test_a_stranger_is_not_asked_about(slip, offices):
    stranger = SimpleNamespace(
        person=SimpleNamespace(
            name="Suwardi Karangan", birth_date=date(1977, 3, 15), sex="L", phone="+6281399999999", mother_name=""
        )
    )
    assert _what(_hand_in(offices[1], stranger, "1771021503779333")) == ("accepted", [])


def test_the_agency_learns_nothing_about_the_other_one(village, slip, offices, acting_as):
    people, nik = slip
    village.sponsor(people[0])
    actor = acting_as("pic", offices[1])
    file = _hand_in(offices[1], people[0], nik, actor=actor)
    assert _what(file) == ("held", ["seems_sponsored"])
    from sertakan.people.models import Person

    assert not Person.objects.exists()


def test_the_agency_may_say_that_it_is_somebody_else_and_is_not_asked_again(village, slip, offices, acting_as):
    from sertakan.intake import queries
    from sertakan.programme import files
    from sertakan.programme.linking import another_person

    people, nik = slip
    village.sponsor(people[0])
    actor = acting_as("pic", offices[1])
    file = _hand_in(offices[1], people[0], nik, actor=actor)
    number = queries.current_rows(file)["number"][0]
    another_person(file_id=file.pk, actor=actor, rows=[(0, number)])
    assert _what(file) == ("accepted", [])
    files.repair(file_id=file.pk, actor=actor, changes={(0, number): {"remark": "sudah dicek"}})
    assert _what(file) == ("accepted", [])


def test_a_corrected_number_is_the_known_person(village, slip, offices):
    from sertakan.intake import queries
    from sertakan.programme import files

    people, nik = slip
    village.sponsor(people[0])
    file = _hand_in(offices[1], people[0], nik)
    number = queries.current_rows(file)["number"][0]
    files.repair(file_id=file.pk, actor=SYSTEM, changes={(0, number): {"nik": people[0].nik}})
    assert _what(file) == ("known", [])


def test_who_was_recorded_since_the_register_was_prepared_is_met_without_preparing_it_anew(
    village, slip, offices, monkeypatch
):
    from sertakan.linkage import register
    from sertakan.programme.linking.register import prepared_register

    people, nik = slip
    prepared_register()
    born = "1983-04-17"
    newcomer = village.person(
        0,
        nik=village.nik(born, "P"),
        name="Wulandari Kusumaningtyas",
        birth_date=date(1983, 4, 17),
        phone="+6281277788899",
    )
    village.sponsor(newcomer)
    monkeypatch.setattr(register, "write", lambda *_: pytest.fail("the register was prepared anew"))
    slipped = newcomer.nik[:13] + newcomer.nik[14] + newcomer.nik[13] + newcomer.nik[15]
    assert _what(_hand_in(offices[1], newcomer, slipped))[1] == ["seems_sponsored"]
    assert _what(_hand_in(offices[1], people[0], nik)) == ("accepted", ["seems_known"])


def test_who_became_somebody_else_is_no_longer_met_as_before(village, slip, offices):
    from sertakan.people.models import Person
    from sertakan.programme.linking.register import prepared_register

    people, nik = slip
    prepared_register()
    before = SimpleNamespace(person=Person.objects.get(pk=people[0].person.pk))
    Person.objects.filter(pk=people[0].person.pk).update(
        name="Zulkifli Harahap", birth_date=date(1961, 2, 3), phone="", mother_name="", address="", birth_place=""
    )
    assert _what(_hand_in(offices[1], before, nik)) == ("accepted", [])
