"""Decisions about pairs: one person for the plain ones, two for the risky ones, one winner when two answer at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from sertakan.core.scope import SYSTEM, Actor, acting

REASON = "cocok menurut KTP"


def _user(number, role="coordinator"):
    return Actor(user_id=number, label=f"Pengguna {number}", sees_all=True, roles=frozenset({role}))


@pytest.fixture
def risky(village):
    """A pair with two payers."""
    from sertakan.linkage.models import Pair
    from sertakan.programme import linking

    people = village.everybody()
    double = village.double(people[0])
    for somebody in (people[0], double):
        village.sponsor(somebody)
    linking.dedupe(actor=SYSTEM)
    return Pair.objects.get()


@pytest.fixture
def plain(risky):
    """The same pair without a risk, as far as anybody knows."""
    from sertakan.sponsorship.models import Sponsorship

    Sponsorship.objects.all().update(state="refused")
    return risky


def _decide(pair, answer="same", reason=REASON):
    from sertakan.programme import linking

    return linking.decide(pair=pair.pk, answer=answer, reason=reason)


def test_a_plain_pair_needs_one_person(plain):
    from sertakan.people import queries

    done = _decide(plain)
    assert (done.final, done.pair.state) == (True, "same")
    survivors = queries.survivors([plain.person_id, plain.other_id])
    assert len(set(survivors.values())) == 1


def test_a_risky_pair_waits_for_another_person(risky):
    from sertakan.linkage.errors import SecondPersonNeeded
    from sertakan.people import queries

    with acting(_user(1)):
        assert not _decide(risky).final
        with pytest.raises(SecondPersonNeeded):
            _decide(risky)
    assert queries.survivors([risky.other_id]) == {risky.other_id: risky.other_id}
    with acting(_user(2)):
        done = _decide(risky)
    assert (done.final, done.pair.state) == (True, "same")
    assert [one.label for one in risky.decisions.order_by("serial")] == ["Pengguna 1", "Pengguna 2"]


def test_the_second_person_may_say_no(risky):
    with acting(_user(1)):
        _decide(risky)
    with acting(_user(2)):
        assert _decide(risky, "different").pair.state == "different"


def test_a_decision_is_not_made_twice(plain):
    from sertakan.linkage.errors import AlreadyDecided

    with acting(_user(1)):
        _decide(plain, "different")
    with acting(_user(2)), pytest.raises(AlreadyDecided, match="Pengguna 1"):
        _decide(plain)


def test_what_was_different_can_be_opened_again(plain):
    from sertakan.programme import linking

    _decide(plain, "different")
    (pair,) = linking.undo(number=plain.pk, reason="keliru menekan")
    assert pair.state == "open"
    assert _decide(plain).final


@pytest.mark.parametrize(("answer", "reason"), [("mungkin", REASON), ("same", "ok")])
def test_an_answer_or_a_reason_that_says_nothing_is_refused(plain, answer, reason):
    from sertakan.linkage import errors

    with pytest.raises((errors.AnswerUnknown, errors.ReasonMissing)):
        _decide(plain, answer, reason)
    plain.refresh_from_db()
    assert (plain.state, plain.decisions.count()) == ("open", 0)


@pytest.mark.parametrize("role", ["pic", "bpjs", "leader", "auditor", "donor"])
def test_only_coordinator_and_operator_decide(plain, role):
    from sertakan.linkage.errors import NotYourDecision

    with acting(_user(3, role)), pytest.raises(NotYourDecision):
        _decide(plain)


def test_a_group_that_holds_two_different_people_is_not_made(village):
    from sertakan.linkage import errors
    from sertakan.linkage.models import Pair, Run
    from sertakan.people import services
    from sertakan.programme import linking

    people = village.everybody()
    double = village.double(people[0])
    village.sponsor(people[0])
    village.sponsor(double)
    linking.dedupe(actor=SYSTEM)
    pair = Pair.objects.get()
    _decide(pair, "different")
    services.merge(keep=people[0].person.pk, gone=people[1].person.pk, reason="menikah")
    number = max(Run.objects.values_list("pk", flat=True)) + 1000
    low, high = sorted((people[1].person.pk, double.person.pk))
    again = Pair.objects.create(
        id=number, run=pair.run, person_id=low, other_id=high, probability=0.9, weight=5, made_at=pair.made_at
    )
    with pytest.raises(errors.ContradictsDecision):
        _decide(again)


def test_the_queue_begins_with_the_most_costly(village):
    from sertakan.programme import linking

    people = village.everybody()
    doubles = [village.double(people[at], at) for at in (0, 1)]
    for somebody, dasar in (
        (people[0], 1_000_000),
        (doubles[0], 1_000_000),
        (people[1], 5_200_000),
        (doubles[1], 5_200_000),
    ):
        village.sponsor(somebody, dasar=dasar)
    linking.dedupe(actor=SYSTEM)
    page = linking.queue(SYSTEM)
    costs = [row.cost for row in page.rows]
    assert (page.total, costs) == (2, sorted(costs, reverse=True))
    assert costs[-1] > 0
    assert [row.pair for row in linking.queue(SYSTEM, most=1, start=1).rows] == [page.rows[1].pair]


def test_a_pair_is_shown_side_by_side_without_whole_numbers(risky):
    from sertakan.programme import linking

    shown = linking.review(risky.pk)
    text = repr(shown)
    assert "9049" not in text.replace("************9049", "")
    fields = {field.name: field for field in shown.fields}
    assert (fields["name"].left, fields["name"].right) == ("Sulastri Handayani", "Sulastri Handayani")
    assert fields["nik"].left.startswith("************")
    assert {weight.name for weight in shown.weights} >= {"nik", "name", "phone"}
    assert all(weight.label and weight.level for weight in shown.weights if weight.name not in ("family", "rivals"))
    same, different = shown.changes
    assert "Rp8.400" in same.money
    assert "42.000.000" in same.cover
    assert (shown.second_needed, different.answer) == (True, "different")


def test_what_people_decided_is_kept_as_truth(plain):
    from sertakan.linkage import queries

    _decide(plain)
    assert queries.labelled_decisions() == [(plain.person_id, plain.other_id, "same")]


def _at_once(*works):
    from django.db import connection

    def run(work):
        try:
            return work()
        except Exception as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


@pytest.fixture
def committed_pair(committed_reference, day, make_village):
    from sertakan.agencies.queries import find_agency
    from sertakan.linkage.models import Pair
    from sertakan.programme import linking
    from sertakan.sponsorship.models import Sponsorship

    with acting(SYSTEM):
        village = make_village((find_agency("Dinsos"), find_agency("Dinkes")))
        people = village.everybody()
        for somebody in (people[0], village.double(people[0])):
            village.sponsor(somebody)
    linking.dedupe(actor=SYSTEM)
    with acting(SYSTEM):
        Sponsorship.objects.all().update(state="refused")
        return Pair.objects.get()


def test_of_two_who_answer_at_once_one_wins_and_the_other_is_told(committed_pair):
    from sertakan.linkage.models import Decision, Pair

    def answer(number, said):
        def work():
            with acting(_user(number)):
                return _decide(committed_pair, said).pair.state

        return work

    outcomes = _at_once(answer(1, "same"), answer(2, "different"))
    told = [one for one in outcomes if not isinstance(one, str)]
    assert [getattr(one, "code", repr(one)) for one in told] == ["already_decided"]
    with acting(SYSTEM):
        pair = Pair.objects.get()
        (decision,) = Decision.objects.all()
        assert pair.state == decision.answer == next(one for one in outcomes if isinstance(one, str))


def test_of_two_who_undo_at_once_one_is_told(committed_pair):
    from sertakan.people.models import Merge
    from sertakan.programme import linking

    with acting(_user(1)):
        _decide(committed_pair)

    def undo(number):
        def work():
            with acting(_user(number)):
                return linking.undo(number=committed_pair.pk, reason="ternyata dua orang")[0].state

        return work

    outcomes = _at_once(undo(1), undo(2))
    assert sorted(str(one) for one in outcomes) == ["different", "open"]
    with acting(SYSTEM):
        assert Merge.objects.get().undone_at is not None
