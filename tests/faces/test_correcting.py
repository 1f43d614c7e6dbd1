"""What is known of a person is put right, checked like a row of a list, and told to BPJS."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sertakan.core.models import AuditEvent
from sertakan.people.models import Person
from sertakan.sponsorship import services as sponsorship
from sertakan.sponsorship.errors import NothingReady
from sertakan.sponsorship.models import Batch, BpjsOffice

SignIn = Callable[[str], Client]


def form_of(person: Person, **changes: str) -> dict[str, str]:
    from sertakan.programme.correcting import texts_of

    return {**texts_of(person), "reason": "sesuai KTP", **changes}


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def send(client: Client, person: Person, **changes: str) -> Any:
    return client.post(reverse("person_correct", args=[person.pk]), form_of(person, **changes), follow=True)


def test_a_phone_is_put_right_and_the_trail_says_what_and_why(world: Any, sign_in: SignIn) -> None:
    person = world.workers[1].person
    assert "Data diperbaiki." in text_of(send(sign_in("pic"), person, phone="0812-3456-7890"))
    person.refresh_from_db()
    assert person.phone == "+6281234567890"
    event = AuditEvent.objects.get(action="people.corrected")
    assert (event.target_id, event.facts, event.reason) == (person.pk, {"changed": ["phone"]}, "sesuai KTP")


def test_a_name_is_tidied_as_in_a_list_and_found_by_its_new_beginning(world: Any, sign_in: SignIn) -> None:
    person, client = world.workers[1].person, sign_in("pic")
    send(client, person, name="Hj. SITI ZUBAIDAH, S.Pd")
    person.refresh_from_db()
    assert (person.name, person.sort_key) == ("Siti Zubaidah", "SITI ZUBAIDAH")
    assert "Hj." in person.titles
    assert "Siti Zubaidah" in text_of(client.get(reverse("people"), {"cari": "siti zub"}))


@pytest.mark.parametrize(("field", "text"), [("birth_date", "31-02-1990"), ("name", "12345"), ("phone", "08xx")])
def test_what_cannot_be_read_is_refused_beside_its_field_and_nothing_changes(
    world: Any, sign_in: SignIn, field: str, text: str
) -> None:
    person = world.workers[1].person
    before = Person.objects.filter(pk=person.pk).values().get()
    response = send(sign_in("pic"), person, **{field: text, "address": "Jl. Baru 1"})
    assert f'id="{field}-error"' in response.content.decode()
    assert Person.objects.filter(pk=person.pk).values().get() == before


def test_without_a_reason_nothing_changes(world: Any, sign_in: SignIn) -> None:
    person = world.workers[1].person
    response = send(sign_in("pic"), person, address="Jl. Baru 1", reason=" ")
    assert "Tulis sebabnya" in text_of(response)
    assert not Person.objects.filter(pk=person.pk, address="Jl. Baru 1").exists()


def test_the_pic_of_another_agency_finds_nobody_to_correct(world: Any, sign_in: SignIn) -> None:
    person = world.workers[1].person
    assert sign_in("other_pic").post(reverse("person_correct", args=[person.pk]), form_of(person)).status_code == 404


def test_a_member_who_was_corrected_goes_into_a_batch_of_changes_once(world: Any, sign_in: SignIn) -> None:
    office = BpjsOffice.objects.order_by("pk")[0]
    with pytest.raises(NothingReady):
        sponsorship.prepare_batch(agency=world.agency, kind="change", office=office)
    member = world.workers[0].person
    assert "kiriman “Perubahan data”" in text_of(send(sign_in("pic"), member, address="Jl. Baru 1"))

    prepared = sponsorship.prepare_batch(agency=world.agency, kind="change", office=office)
    assert [line.person_id for line in prepared.batch.lines.all()] == [member.pk]
    sponsorship.send_batch(batch=Batch.objects.get(pk=prepared.batch.pk))
    with pytest.raises(NothingReady):
        sponsorship.prepare_batch(agency=world.agency, kind="change", office=office)


def test_a_worker_whom_bpjs_does_not_know_yet_needs_no_batch_of_changes(world: Any, sign_in: SignIn) -> None:
    worker = world.workers[3].person
    assert "Perubahan data" not in text_of(send(sign_in("pic"), worker, address="Jl. Baru 1"))


def test_a_place_is_shown_and_written_by_name(world: Any, sign_in: SignIn) -> None:
    from sertakan.areas.models import Area

    person, client = world.workers[1].person, sign_in("pic")
    send(client, person, area_code="Kebun Lebar, Pematang Tiga, Bengkulu Tengah")
    person.refresh_from_db()
    assert person.area == Area.objects.get(code="17.09.04.2019")
    page = client.get(reverse("person_correct", args=[person.pk])).content.decode()
    assert "Kebun Lebar, Pematang Tiga, Kabupaten Bengkulu Tengah" in page
