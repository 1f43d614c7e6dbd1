"""The register against itself: certain and harmless pairs become one, others wait; what was decided is respected."""

from __future__ import annotations

import pytest

from sertakan.core.scope import SYSTEM


@pytest.fixture
def twice(village):
    """Ten persons, the first of them twice: under a slipped number, by another agency."""
    people = village.everybody()
    return [*people, village.double(people[0])]


def _dedupe():
    from sertakan.programme import linking

    return linking.dedupe(actor=SYSTEM)


def test_a_person_who_stands_twice_becomes_one(twice):
    from sertakan.linkage.models import Decision, Pair, Run
    from sertakan.people import queries

    done = _dedupe()
    assert (done.rows, done.linked, done.review, done.unchanged) == (11, 1, 0, False)
    first, second = twice[0].person.pk, twice[-1].person.pk
    assert queries.survivors([second]) == {second: first}
    pair = Pair.objects.get()
    assert (pair.state, pair.by_machine, done.linked_ids) == ("same", True, (pair.pk,))
    assert Decision.objects.get().machine
    run = Run.objects.get()
    assert run.settings["model"]["weights"]
    assert (run.model_hash, run.seed > 0, run.engine.startswith("splink 5")) == (run.model_hash, True, True)


def test_the_same_register_again_changes_nothing(twice, dump):
    from sertakan.linkage.models import Run

    first = _dedupe()
    before = dump()
    again = _dedupe()
    assert again.unchanged
    assert again.linked_ids == first.linked_ids
    assert (Run.objects.count(), dump()) == (1, before)


def test_no_raw_number_stands_in_what_a_run_writes(twice):
    from django.db import connection

    _dedupe()
    with connection.cursor() as cursor:
        for table in ("linkage_run", "linkage_pair", "linkage_decision", "core_auditevent", "people_merge"):
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            text = " ".join(row[0] for row in cursor.fetchall())
            for somebody in twice:
                assert somebody.nik not in text


def test_a_pair_with_two_payers_waits_for_people(village, twice):
    from sertakan.linkage.models import Pair

    for somebody in (twice[0], twice[-1]):
        village.sponsor(somebody)
    done = _dedupe()
    assert (done.linked, done.review) == (0, 1)
    pair = Pair.objects.get()
    assert (pair.state, pair.risks) == ("open", ["two_payers"])
    assert pair.cost > 0


def test_one_payer_for_both_is_no_risk(village, twice, offices):
    import factories

    donor = factories.make_donor(offices[0])
    village.sponsor(twice[0], donor=donor)
    village.sponsor(
        type(twice[0])(twice[-1].person, twice[-1].nik, offices[0]),
        donor=donor,
    )
    assert _dedupe().linked == 1


def test_two_members_wait_for_people(twice):
    from sertakan.linkage.models import Pair
    from sertakan.people import services

    services.attach_numbers(numbers={twice[0].person.pk: "90000000001"})
    services.attach_numbers(numbers={twice[-1].person.pk: "90000000002"})
    assert _dedupe().linked == 0
    assert "both_members" in Pair.objects.get().risks


def test_what_somebody_took_back_is_never_linked_again(twice):
    from sertakan.people import queries
    from sertakan.programme import linking

    done = _dedupe()
    (pair,) = linking.undo(number=done.linked_ids[0], reason="ternyata dua orang")
    assert pair.state == "different"
    again = _dedupe()
    assert (again.linked, again.review) == (0, 0)
    second = twice[-1].person.pk
    assert queries.survivors([second]) == {second: second}


def test_a_whole_run_is_taken_back_by_its_number(twice, dump):
    from sertakan.linkage.errors import NothingToUndo
    from sertakan.programme import linking

    before = dump()
    done = _dedupe()
    assert dump() != before
    assert len(linking.undo(number=done.run, reason="model keliru")) == 1
    assert dump() == before
    with pytest.raises(NothingToUndo):
        linking.undo(number=done.run, reason="sekali lagi")


def test_a_run_that_is_stopped_leaves_nothing(twice, dump, monkeypatch):
    from sertakan.linkage import services
    from sertakan.linkage.models import Pair, Run

    before = dump()

    def stopped(**_):
        raise KeyboardInterrupt

    monkeypatch.setattr(services, "write_pairs", stopped)
    with pytest.raises(KeyboardInterrupt):
        _dedupe()
    assert (Run.objects.count(), Pair.objects.count(), dump()) == (0, 0, before)


def test_an_empty_register_is_refused(offices):
    from sertakan.linkage.errors import RegisterEmpty

    with pytest.raises(RegisterEmpty):
        _dedupe()


@pytest.mark.parametrize("role", ["pic", "donor", "leader", "auditor"])
def test_who_may_not_run_is_told(offices, acting_as, role):
    from sertakan.linkage.errors import NotYourRun
    from sertakan.programme import linking

    with pytest.raises(NotYourRun):
        linking.dedupe(actor=acting_as(role, offices[0]))


def test_an_agency_sees_no_row_of_the_matching(twice, offices, acting_as):
    from sertakan.linkage.models import Decision, Pair, Run

    _dedupe()
    acting_as("pic", offices[0])
    assert [model.objects.count() for model in (Run, Pair, Decision)] == [0, 0, 0]


def test_the_nightly_job_finds_doubles_and_is_content_with_nobody(village):
    from sertakan.linkage.models import Run
    from sertakan.programme import jobs

    jobs.link_register(timestamp=0)
    assert not Run.objects.exists()
    village.double(village.everybody()[0])
    jobs.link_register(timestamp=0)
    assert Run.objects.get().linked == 1
