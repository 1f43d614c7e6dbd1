"""Two records of one person: readers see one, nothing moves, and undoing brings every row back."""

from __future__ import annotations

from datetime import date

import pytest

import factories
from sertakan.core.month import Month


@pytest.fixture
def pair(offices):
    """One human being, sponsored by two agencies under two numbers; the first is a member who paid."""
    from sertakan.contributions import services as contributions
    from sertakan.sponsorship import services

    here, there = offices
    first = factories.make_worker(here, "Sulastri Rekaan", donor=factories.make_donor(here))
    second = factories.make_worker(there, "Sulastri R", donor=factories.make_donor(there))
    batch = factories.make_batch(here, [first], send=True)
    answers = (factories.accepted_answer, factories.paid_answer, factories.numbered_answer)
    for step, answer in enumerate(answers):
        services.take_answer(batch=batch, source=answer(first), name=f"{step}.xlsx")
    other = factories.make_batch(there, [second], send=True)
    services.take_answer(batch=other, source=factories.accepted_answer(second, code="IUR002"), name="x.xlsx")
    services.take_answer(batch=other, source=factories.paid_answer(second), name="y.xlsx")
    contributions.make_bills(Month(2026, 12))
    return first, second


def _merge(keep, gone):
    from sertakan.people import services

    return services.merge(keep=keep.person.pk, gone=gone.person.pk, reason="orang yang sama menurut KTP")


def _end(worker):
    one = type(worker.sponsorship).objects.filter(pk=worker.sponsorship.pk)
    one.update(state="ended", ended_on=date(2026, 11, 1), end_reason="moved")


def test_undo_restores_every_row(pair, dump):
    from sertakan.people import services

    before = dump()
    assert before["sponsorship_confirmedpayment"]
    assert before["sponsorship_membership"]
    merge = _merge(*pair)
    during = dump()
    changed = {table for table in before if before[table] != during[table]}
    assert changed == {"people_person", "people_personagency"}
    services.undo_merge(merge=merge.pk, reason="ternyata dua orang")
    assert dump() == before


def test_undo_says_who_why_and_when_and_leaves_an_event(pair):
    from sertakan.core.models import AuditEvent
    from sertakan.people import errors, services

    merge = _merge(*pair)
    undone = services.undo_merge(merge=merge.pk, reason="ternyata dua orang")
    assert (undone.undone_label, undone.undo_reason) == ("sistem", "ternyata dua orang")
    actions = (
        AuditEvent.objects.filter(action__startswith="people.merge").order_by("pk").values_list("action", "reason")
    )
    assert list(actions) == [
        ("people.merged", "orang yang sama menurut KTP"),
        ("people.merge_undone", "ternyata dua orang"),
    ]
    with pytest.raises(errors.MergeUndone):
        services.undo_merge(merge=merge.pk, reason="lagi")


def test_a_merged_person_is_found_by_both_names_and_both_numbers_once(pair):
    from sertakan.people import queries

    first, second = pair
    _merge(first, second)
    for search in ({"text": "sulastri r"}, {"text": "sulastri rekaan"}, {"nik": first.nik}, {"nik": second.nik}):
        (found,) = queries.find(**search)
        assert (found.id, found.kpj[-4:]) == (first.person.pk, "0001")
    assert queries.get_person(second.person.pk) == first.person
    assert queries.survivors([second.person.pk]) == {second.person.pk: first.person.pk}


def test_readers_show_the_sponsorships_and_the_membership_of_the_whole_group(pair):
    from sertakan.programme import persons
    from sertakan.sponsorship import queries

    first, second = pair
    _merge(second, first)
    assert set(persons.sponsorships_of(second.person)) == {first.sponsorship, second.sponsorship}
    assert persons.membership_of(second.person).person_id == first.person.pk
    assert queries.dates_of(second.sponsorship).issued_on == factories.TODAY
    (row,) = persons.rows([second.person])
    assert row.person.kpj.endswith("0001")


def test_both_agencies_see_the_one_person_and_no_more_after_the_undo(pair, offices, acting_as):
    from sertakan.core.scope import SYSTEM, acting
    from sertakan.people import queries, services

    first, second = pair
    merge = _merge(first, second)
    acting_as("pic", offices[1])
    assert queries.get_person(second.person.pk) == first.person
    assert [found.id for found in queries.find(text="sulastri")] == [first.person.pk]
    with acting(SYSTEM):
        services.undo_merge(merge=merge.pk, reason="ternyata dua orang")
    assert [found.id for found in queries.find(text="sulastri")] == [second.person.pk]


def test_what_an_agency_learned_itself_stays_open_after_the_undo(pair, offices):
    from sertakan.people import services
    from sertakan.people.models import PersonAgency

    first, second = pair
    merge = _merge(first, second)
    PersonAgency.objects.filter(person=first.person, agency=offices[1]).update(by_merge=False)
    services.undo_merge(merge=merge.pk, reason="ternyata dua orang")
    assert PersonAgency.objects.filter(person=first.person, agency=offices[1]).exists()
    assert not PersonAgency.objects.filter(person=second.person, agency=offices[0]).exists()


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_chain_is_flat_and_falls_apart_in_any_order(offices, dump, order):
    from sertakan.people import queries, services

    a, b, c = (factories.make_worker(offices[0]) for _ in range(3))
    before = dump()
    merges = [_merge(b, a), _merge(c, b)]
    assert queries.survivors([a.person.pk]) == {a.person.pk: c.person.pk}
    services.undo_merge(merge=merges[order[0]].pk, reason="x")
    survivors = queries.survivors([one.person.pk for one in (a, b, c)])
    left = {(0): {a.person.pk: a.person.pk, b.person.pk: c.person.pk}, 1: {a.person.pk: b.person.pk}}[order[0]]
    assert left.items() <= survivors.items()
    services.undo_merge(merge=merges[order[1]].pk, reason="x")
    assert dump() == before


def test_who_is_one_already_cannot_be_merged_again(pair):
    from sertakan.people import errors, services

    _merge(*pair)
    with pytest.raises(errors.SamePersonAlready):
        _merge(*reversed(pair))
    with pytest.raises(errors.MergeOfOne):
        services.merge(keep=pair[0].person.pk, gone=pair[0].person.pk, reason="x")
    with pytest.raises(errors.PersonUnknown):
        services.merge(keep=pair[0].person.pk, gone=0, reason="x")


@pytest.mark.parametrize("role", ["pic", "bpjs", "leader", "auditor", "donor"])
def test_only_coordinator_and_operator_merge(pair, offices, acting_as, role):
    from sertakan.people import errors

    acting_as(role, offices[0])
    with pytest.raises(errors.NotYourMerge):
        _merge(*pair)


def test_a_merged_person_has_a_payer_whichever_of_the_two_is_asked(pair, offices):
    from sertakan.sponsorship.errors import AlreadySponsored, SamePerson
    from sertakan.sponsorship.services import Work, replace_worker

    first, _ = pair
    third = factories.make_worker(offices[0])
    unpaid = factories.make_worker(offices[0])
    _end(unpaid)
    _merge(first, unpaid)
    with pytest.raises(AlreadySponsored):
        replace_worker(sponsorship=third.sponsorship, person=unpaid.person, work=Work())
    with pytest.raises(SamePerson):
        replace_worker(sponsorship=first.sponsorship, person=unpaid.person, work=Work())


def test_two_who_pay_for_one_person_are_seen(pair):
    from sertakan.sponsorship.doubles import paid_twice

    first, second = pair
    assert paid_twice(Month(2026, 12)) == []
    _merge(first, second)
    (found,) = paid_twice(Month(2026, 12))
    assert (found.person_id, found.kind) == (first.person.pk, "two_payers")
    assert found.sponsorship_ids == (first.sponsorship.pk, second.sponsorship.pk)


def test_one_who_pays_twice_for_one_person_is_seen(offices):
    from sertakan.sponsorship.doubles import paid_twice

    donor = factories.make_donor(offices[0])
    one, two = (factories.make_worker(offices[0], donor=donor) for _ in range(2))
    _merge(one, two)
    (found,) = paid_twice(Month(2026, 12))
    assert (found.kind, found.donor_ids) == ("same_payer", (donor.pk,))


def test_the_next_bill_says_who_is_billed_twice_and_the_old_one_stays(pair):
    from sertakan.contributions.services import make_bills

    first, second = pair
    _merge(first, second)
    account = make_bills(Month(2026, 12))
    assert account.unchanged
    (twice,) = account.twice
    assert twice.person_id == first.person.pk
    assert set(twice.sponsorship_ids) == {first.sponsorship.pk, second.sponsorship.pk}


def test_one_person_stands_once_in_a_batch(offices):
    from sertakan.sponsorship import queries, services

    one, two = factories.make_worker(offices[0]), factories.make_worker(offices[0])
    _merge(one, two)
    prepared = services.prepare_batch(
        agency=offices[0],
        kind="new",
        office=queries.offices()[0],
        sponsorships=[one.sponsorship.pk, two.sponsorship.pk],
    )
    assert prepared.lines == 1
    assert [left.code for left in prepared.left_out] == ["same_person_in_batch"]


def test_a_draft_made_before_the_merge_cannot_go_out_with_one_person_twice(offices):
    from sertakan.sponsorship import errors, services

    one, two = factories.make_worker(offices[0]), factories.make_worker(offices[0])
    draft = factories.make_batch(offices[0], [one, two])
    _merge(one, two)
    with pytest.raises(errors.NotAllReady):
        services.send_batch(batch=draft)


def test_a_batch_goes_out_in_the_name_of_who_stands_for_the_person_now(offices):
    from sertakan.people import services as people
    from sertakan.sponsorship import services

    one, two = factories.make_worker(offices[0]), factories.make_worker(offices[0])
    _end(one)
    merge = _merge(one, two)
    draft = factories.make_batch(offices[0], [two])
    assert draft.lines.get().person_id == one.person.pk
    people.undo_merge(merge=merge.pk, reason="ternyata dua orang")
    assert services.send_batch(batch=draft).lines.get().person_id == two.person.pk


def test_whoever_is_a_member_under_the_other_record_goes_as_a_reactivation(pair, offices):
    from sertakan.sponsorship import queries

    first, _ = pair
    fresh = factories.make_worker(offices[1], consent=False)
    _merge(first, fresh)
    ids = [one.sponsorship_id for one in queries.candidates(kind="reactivate", agency_id=offices[1].pk)]
    assert fresh.sponsorship.pk in ids
    ids = [one.sponsorship_id for one in queries.candidates(kind="new", agency_id=offices[1].pk)]
    assert fresh.sponsorship.pk not in ids


def test_an_answer_with_the_number_of_the_other_record_is_no_contradiction(pair):
    from sertakan.sponsorship import services
    from sertakan.sponsorship.models import Membership

    first, second = pair
    _merge(first, second)
    batch = second.sponsorship.batch_lines.get().batch
    account = services.take_answer(batch=batch, source=factories.numbered_answer(second), name="z.xlsx")
    assert (account.applied, account.held) == (1, 0)
    assert Membership.objects.count() == 1
    second.sponsorship.refresh_from_db()
    assert second.sponsorship.state == "member"


def test_a_correction_of_who_stands_for_a_merged_member_is_told_under_the_numbers_that_bpjs_knows(pair):
    from sertakan.people import services as people
    from sertakan.people.queries import get_person
    from sertakan.programme.correcting import correct
    from sertakan.sponsorship import queries, services
    from sertakan.sponsorship.services.batches import _rows

    member, other = pair
    agency = member.sponsorship.agency
    assert queries.candidates(kind="change", agency_id=agency.pk) == []
    people.merge(keep=other.person.pk, gone=member.person.pk, reason="orang yang sama menurut KTP")
    done = correct(person_id=other.person.pk, texts={"mother_name": "Suminah Rekaan"}, reason="menurut kartu keluarga")
    assert (done.changed, done.to_tell) == (("mother_name",), True)
    found = queries.candidates(kind="change", agency_id=agency.pk)
    assert [one.sponsorship_id for one in found] == [member.sponsorship.pk]
    batch = factories.make_batch(agency, [member], kind="change")
    (row,) = _rows(batch)
    assert row["mother_name"] == get_person(other.person.pk).mother_name == "Suminah Rekaan"
    assert row["nik"] == member.nik
    services.send_batch(batch=batch)
    assert queries.candidates(kind="change", agency_id=agency.pk) == []
