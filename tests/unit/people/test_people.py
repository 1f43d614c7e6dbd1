"""Finding persons, and what is recorded about them."""

from __future__ import annotations

from datetime import date

import pytest

pytestmark = pytest.mark.django_db

NIK = "9901011503859001"


@pytest.fixture
def agencies(monkeypatch):
    from sertakan.agencies.models import Agency
    from sertakan.areas.models import Area

    monkeypatch.setenv("SERTAKAN_TODAY", "2026-11-23")
    area = Area.objects.create(
        code="99",
        level="province",
        kind="provinsi",
        name="Contoh",
        edition="uji",
        valid_from=date(2020, 1, 1),
        sort_key="C",
    )
    return [
        Agency.objects.create(
            province=area,
            code=code,
            name=code,
            short_name=code,
            kind="dinas",
            valid_from=date(2020, 1, 1),
            sort_key=code,
        )
        for code in ("UJI-1", "UJI-2")
    ]


def _person(agency, name="Siti Nur'aini", nik=NIK):
    from sertakan.core import clock, encryption
    from sertakan.people.models import Identifier, Person, PersonAgency
    from sertakan.people.naming import sort_key

    person = Person.objects.create(name=name, sort_key=sort_key(name), sex="P", created_at=clock.now())
    PersonAgency.objects.create(person=person, agency=agency, valid_from=date(2026, 1, 1))
    sealed = encryption.encrypt(nik.encode())
    Identifier.objects.create(
        person=person, kind="nik", sealed=sealed, key_version=1, index=encryption.index("nik", nik), last_four=nik[-4:]
    )
    return person


@pytest.mark.parametrize("text", ["siti", "SITI NUR", "siti nur'", NIK, "99.0101.150385.9001"])
def test_a_person_is_found_by_the_beginning_of_the_name_or_the_whole_nik(agencies, text):
    from sertakan.people import queries

    person = _person(agencies[0])
    (found,) = queries.find(text=text)
    assert (found.id, found.nik, found.kpj) == (person.pk, "************9001", "")


@pytest.mark.parametrize("text", ["aini", "9901011503859002", "00000009001"])
def test_nothing_else_is_found(agencies, text):
    from sertakan.people import queries

    _person(agencies[0])
    assert queries.find(text=text) == []


def test_a_search_that_would_list_everybody_is_refused(agencies):
    from sertakan.people import errors, queries
    from sertakan.rules.errors import NikMalformed

    with pytest.raises(errors.SearchTooShort):
        queries.find(text="s")
    with pytest.raises(NikMalformed):
        queries.find(nik="123")


def test_the_pic_of_another_agency_finds_nobody(agencies, acting_as):
    from sertakan.people import errors, queries

    person = _person(agencies[0])
    acting_as("pic", agencies[1])
    assert queries.find(text="siti") == []
    assert queries.find(nik=NIK) == []
    with pytest.raises(errors.PersonUnknown):
        queries.get_person(person.pk)


def test_a_consent_is_recorded_once_and_can_be_withdrawn(agencies, acting_as):
    from sertakan.people import errors, services
    from sertakan.people.models import Consent

    person = _person(agencies[0])
    acting_as("pic", agencies[0], user_id=7)
    first = services.record_consent(person=person, given_on=date(2026, 11, 1), text_version="2025-09")
    assert services.record_consent(person=person, given_on=date(2026, 11, 1), text_version="2025-09") == first
    assert first.recorded_by == 7
    with pytest.raises(errors.ConsentInForce):
        services.record_consent(person=person, given_on=date(2026, 11, 2), text_version="2025-09")
    with pytest.raises(errors.ConsentDateWrong):
        services.withdraw_consent(person=person, on=date(2026, 10, 31))
    assert services.withdraw_consent(person=person).withdrawn_on == date(2026, 11, 23)
    with pytest.raises(errors.NoConsentInForce):
        services.withdraw_consent(person=person)
    services.record_consent(person=person, given_on=date(2026, 11, 23), text_version="2025-09")
    assert Consent.objects.count() == 2


def test_a_consent_of_tomorrow_is_refused(agencies):
    from sertakan.people import errors, services
    from sertakan.people.models import Consent

    with pytest.raises(errors.ConsentDateWrong):
        services.record_consent(person=_person(agencies[0]), given_on=date(2026, 11, 24), text_version="1")
    assert not Consent.objects.exists()


@pytest.mark.parametrize("role", ["bpjs", "auditor", "leader", "donor"])
def test_others_record_nothing(agencies, acting_as, role):
    from sertakan.people import errors, services

    person = _person(agencies[0])
    acting_as(role)
    with pytest.raises(errors.NotYourPerson):
        services.record_consent(person=person, given_on=date(2026, 11, 1), text_version="1")


def test_a_number_is_attached_once_and_names_one_person(agencies, acting_as):
    from sertakan.core import encryption
    from sertakan.people import errors, queries, services

    one, two = _person(agencies[0]), _person(agencies[0], "Budi", "9901011503859002")
    acting_as("pic", agencies[0])
    first = services.attach_number(person=one, kpj="00000009001")
    assert services.attach_number(person=one, kpj="00000009001") == first
    assert encryption.decrypt(bytes(first.sealed)) == b"00000009001"
    with pytest.raises(errors.NumberTaken):
        services.attach_number(person=two, kpj="00000009001")
    for wrong in ("0000009001", "000000090011", "0000000900A", "٠٠٠٠٠٠٠٩٠٠١"):
        with pytest.raises(errors.NumberMalformed):
            services.attach_number(person=two, kpj=wrong)
    (found,) = queries.find(kpj="00000009001")
    assert (found.id, found.kpj) == (one.pk, "*******9001")
