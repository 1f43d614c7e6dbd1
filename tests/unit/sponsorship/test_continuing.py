"""Continuing a period, ending, replacing a worker, existing members."""

from __future__ import annotations

from datetime import date

import pytest

from sertakan.core.month import Month

pytestmark = pytest.mark.django_db


@pytest.fixture
def members(world, answers):
    """Three members whose prepaid months end with December 2026."""
    from sertakan.sponsorship import services

    made = [world.sponsorship(start_month=date(2026, 12, 1), months=1) for _ in range(3)]
    batch = world.sent(*made)
    numbers = {one.nik: f"0000000900{position}" for position, one in enumerate(made)}
    services.take_answer(batch=batch, source=answers.numbered(numbers), name="c.xlsx")
    for one in made:
        one.refresh_from_db()
    return made


def _continue(world, choices, **facts):
    from sertakan.sponsorship import services

    return services.continue_sponsorships(agency=world.agency, choices=choices, **{"months": 3, **facts})


@pytest.mark.parametrize(
    ("on", "offered"), [(date(2026, 10, 31), False), (date(2026, 11, 1), True), (date(2027, 2, 1), True)]
)
def test_a_continuation_is_offered_sixty_days_before_the_period_ends(world, members, on, offered):
    from sertakan.sponsorship import queries

    found = queries.continuable(agency_id=world.agency.pk, on=on)
    assert [one.sponsorship_id for one in found] == ([one.pk for one in members] if offered else [])
    if offered:
        assert found[0].last_month == Month(2026, 12)
        assert found[0].days_left == (date(2026, 12, 31) - on).days
        assert found[0].lapsed == (on > date(2026, 12, 31))


def test_one_word_per_worker_carries_the_period_on(world, members):
    from sertakan.sponsorship import queries
    from sertakan.sponsorship.models import Sponsorship

    working, stopped, dead = members
    donor = world.donor()
    done = _continue(
        world,
        [
            (working.pk, "new_donor", {"donor_id": donor.pk, "dasar": 1_200_000}),
            (stopped.pk, "stopped", {"effective_on": date(2026, 12, 31)}),
            (dead.pk, "died", {"effective_on": date(2026, 11, 20)}),
        ],
    )
    (fresh,) = done.continued
    assert (fresh.continues, fresh.person_id, fresh.donor_id) == (working, working.person_id, donor.pk)
    assert (fresh.start_month, fresh.months, fresh.dasar, fresh.state) == (date(2027, 1, 1), 3, 1_200_000, "checked")
    assert done.ended == 2
    dead.refresh_from_db()
    assert (dead.state, dead.end_reason, dead.last_payable_month) == ("ended", "died", date(2026, 11, 1))
    assert queries.continuable(agency_id=world.agency.pk) == []
    assert Sponsorship.objects.count() == 4


def test_the_same_words_again_change_nothing(world, members):
    from sertakan.sponsorship.models import Sponsorship

    choices = [(members[0].pk, "working", {}), (members[1].pk, "died", {"effective_on": date(2026, 11, 20)})]
    _continue(world, choices)
    again = _continue(world, choices)
    assert (again.continued, again.ended, again.unchanged) == ((), 0, 2)
    assert Sponsorship.objects.count() == 4


def test_a_second_continuation_with_other_months_is_refused_and_nothing_is_done(world, members):
    from sertakan.sponsorship import errors

    _continue(world, [(members[0].pk, "working", {})])
    with pytest.raises(errors.AlreadyContinued):
        _continue(world, [(members[1].pk, "died", {}), (members[0].pk, "working", {})], months=6)
    members[1].refresh_from_db()
    assert members[1].state == "member"


@pytest.mark.parametrize(
    ("choice", "facts", "refusal"),
    [
        (("perhaps", {}), {}, "ChoiceUnknown"),
        (("new_donor", {}), {}, "ChoiceIncomplete"),
        (("working", {}), {"months": 13}, "MonthsOutOfRange"),
        (("working", {}), {"start_month": Month(2026, 12)}, "MonthsOverlap"),
    ],
)
def test_a_wrong_choice_is_refused_and_leaves_all_untouched(world, members, choice, facts, refusal):
    from sertakan.sponsorship import errors
    from sertakan.sponsorship.models import Sponsorship

    with pytest.raises(getattr(errors, refusal)):
        _continue(world, [(members[1].pk, "died", {}), (members[0].pk, *choice)], **facts)
    assert Sponsorship.objects.filter(state="member").count() == 3


def test_a_continuation_goes_in_its_own_kind_of_batch_and_is_done_when_paid(world, members, answers):
    from sertakan.sponsorship import services
    from sertakan.sponsorship.models import Membership

    (fresh,) = _continue(world, [(members[0].pk, "working", {})]).continued
    batch = services.prepare_batch(agency=world.agency, kind="continue", office=world.office).batch
    services.send_batch(batch=batch)
    services.take_answer(batch=batch, source=answers.accepted(members[0].nik), name="a.xlsx")
    services.take_answer(batch=batch, source=answers.paid(members[0].nik), name="b.xlsx")
    fresh.refresh_from_db()
    batch.refresh_from_db()
    assert (fresh.state, batch.state) == ("member", "closed")
    assert Membership.objects.count() == 3


def test_a_pic_continues_the_own_workers_only(world, members, acting_as):
    from sertakan.sponsorship import errors

    acting_as("pic", world.agency)
    assert len(_continue(world, [(members[0].pk, "working", {})]).continued) == 1
    acting_as("pic", world.other_agency)
    with pytest.raises(errors.NotYourBatch):
        _continue(world, [(members[1].pk, "working", {})])


def test_the_donor_names_another_worker(world, answers):
    from sertakan.sponsorship import errors, services

    donor = world.donor()
    old = world.sponsorship(donor=donor)
    batch = world.sent(old)
    services.take_answer(batch=batch, source=answers.refused({old.nik: "umur > 65"}), name="a.xlsx")
    with pytest.raises(errors.SamePerson):
        services.replace_worker(sponsorship=old, person=old.person, work=services.Work())
    taken = world.sponsorship()
    with pytest.raises(errors.AlreadySponsored):
        services.replace_worker(sponsorship=old, person=taken.person, work=services.Work())
    fresh = services.replace_worker(sponsorship=old, person=world.person(), work=services.Work(sector="transport"))
    old.refresh_from_db()
    assert (old.state, old.end_reason) == ("ended", "donor_stopped")
    assert (fresh.donor_id, fresh.months, fresh.dasar, fresh.sector) == (donor.pk, 3, 1_000_000, "transport")
    assert (fresh.state, fresh.start_month) == ("checked", date(2026, 12, 1))


def test_existing_members_load_with_their_number_and_again_change_nothing(world):
    import polars as pl

    from sertakan.people.models import Identifier
    from sertakan.sponsorship import services
    from sertakan.sponsorship.models import Membership

    one, two, three = (world.sponsorship() for _ in range(3))
    frame = pl.DataFrame(
        {"person_id": [one.person_id, two.person_id, three.person_id], "kpj": ["00000009001", "00000009001", None]}
    )
    done = services.register_existing_many(frame=frame)
    assert (done.registered, done.unchanged, done.refused) == (1, 0, {two.person_id: "number_of_another_person"})
    again = services.register_existing_many(frame=frame)
    assert (again.registered, again.unchanged) == (0, 1)
    member = Membership.objects.get()
    assert (member.person_id, member.issued_on, member.existed) == (one.person_id, None, True)
    assert Identifier.objects.filter(kind="kpj").count() == 1


def test_a_second_number_for_an_existing_member_is_refused(world):
    from sertakan.people.models import Identifier
    from sertakan.sponsorship import errors, services

    one = world.sponsorship()
    services.register_existing(person=one.person, kpj="00000009001", sponsorship=one)
    with pytest.raises(errors.OtherNumberKnown):
        services.register_existing(person=one.person, kpj="00000009002", sponsorship=one)
    assert Identifier.objects.filter(kind="kpj").count() == 1


def test_a_reactivated_member_keeps_the_number_and_is_done_when_paid(world, answers):
    from sertakan.sponsorship import services
    from sertakan.sponsorship.models import Membership

    one = world.sponsorship()
    services.register_existing(person=one.person, kpj="00000009001", sponsorship=one)
    batch = world.sent(one, kind="reactivate")
    returned = answers.file(
        ("NIK", "Nomor peserta (KPJ)", "Hasil", "Kode iuran"), (one.nik, "00000009001", "OK", "IUR1")
    )
    assert services.take_answer(batch=batch, source=returned, name="a.xlsx").held == 0
    services.take_answer(batch=batch, source=answers.paid(one.nik), name="b.xlsx")
    one.refresh_from_db()
    assert one.state == "member"
    assert Membership.objects.get().issued_on is None
