"""An agency's list about persons who were merged: one person, whichever of the two numbers a row bears."""

from __future__ import annotations

import pytest

import factories

pytestmark = pytest.mark.usefixtures("day")
ROW = "{at},{name},{nik},Bengkulu,15-03-1985,L,0812000000{at:02d},Penjahit,01-11-2026,Ratna Rekaan"


def _row(at, worker_or_nik, name="Budi Rekaan"):
    return ROW.format(at=at, name=name, nik=getattr(worker_or_nik, "nik", worker_or_nik))


def _checked(agency, *rows):
    from sertakan.core.scope import SYSTEM
    from sertakan.programme import files

    kept, _ = files.receive(agency=agency, name="daftar.csv", data=factories.list_file(*rows))
    return files.check(file_id=kept.pk, actor=SYSTEM)


def _states(file):
    from sertakan.intake import queries

    return queries.current_rows(file)["state"].to_list()


def _codes(file):
    from sertakan.intake import queries

    return [found["code"] for found in queries.findings(file) if found["severity"] == "hold"]


def _merged(keep, gone):
    from sertakan.people import services

    return services.merge(keep=keep.person.pk, gone=gone.person.pk, reason="orang yang sama")


def _end(worker):
    from sertakan.sponsorship.services import end_sponsorship

    end_sponsorship(sponsorship=worker.sponsorship, reason="moved", effective_on=factories.TODAY)


def test_who_has_a_payer_under_the_other_number_is_known(offices):
    paid, unpaid = factories.make_worker(offices[0]), factories.make_worker(offices[0])
    _end(unpaid)
    _merged(paid, unpaid)
    file = _checked(offices[1], _row(1, unpaid))
    assert (_states(file), _codes(file)) == (["known"], ["sponsored_elsewhere"])


def test_two_rows_that_are_one_person_are_accepted_once(offices):
    one, two = factories.make_worker(offices[0]), factories.make_worker(offices[0])
    for worker in (one, two):
        _end(worker)
    _merged(one, two)
    file = _checked(offices[1], _row(1, one), _row(2, two))
    assert _states(file) == ["accepted", "duplicate"]
    assert _codes(file) == ["same_person_in_file"]


def test_what_is_accepted_stays_with_the_record_whose_number_it_bears(offices):
    from sertakan.core.scope import SYSTEM
    from sertakan.people import services
    from sertakan.people.models import PersonAgency
    from sertakan.programme import files
    from sertakan.sponsorship.models import Sponsorship

    one, two = factories.make_worker(offices[0]), factories.make_worker(offices[0])
    for worker in (one, two):
        _end(worker)
    merge = _merged(one, two)
    file = _checked(offices[1], _row(1, two))
    files.accept(file_id=file.pk, actor=SYSTEM)
    made = Sponsorship.objects.get(agency=offices[1])
    assert made.person_id == two.person.pk
    known = PersonAgency.objects.filter(agency=offices[1]).values_list("person_id", "by_merge")
    assert dict(known) == {one.person.pk: True, two.person.pk: False}
    services.undo_merge(merge=merge.pk, reason="ternyata dua orang")
    assert list(PersonAgency.objects.filter(agency=offices[1]).values_list("person_id", flat=True)) == [two.person.pk]
