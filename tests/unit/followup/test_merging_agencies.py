"""Two agencies become one in the middle of a month: totals stay, each row stands in the right place on both dates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from duty_facts import agencies, circular, duty, get

import factories
from sertakan.access.models import RoleAssignment
from sertakan.agencies import queries as agency_queries
from sertakan.agencies.errors import AgencyExists, AgencyIncomplete, MergerImpossible
from sertakan.agencies.models import StaffCount, Transfer
from sertakan.core import clock
from sertakan.core.models import AuditEvent
from sertakan.core.month import Month
from sertakan.followup import queries, services
from sertakan.people.models import PersonAgency
from sertakan.programme import following, mergers, merging
from sertakan.sponsorship.models import Donor, Sponsorship

pytestmark = pytest.mark.django_db
Day = Callable[[str], None]
ON, BEFORE, AFTER = date(2026, 3, 16), date(2026, 3, 15), date(2026, 3, 20)


@pytest.fixture
def bodies(day: Day) -> list[Any]:
    day("2026-02-10")
    found = agencies(3)
    circular(
        found, duty("iuran", measure="staff_taking_part", due_rule="tgl-5+1"),
        duty("daftar", period_kind="once", measure="workers_proposed"),
        duty("kartu", period_kind="once"),
    )  # fmt: skip
    for at, body in enumerate(found):
        StaffCount.objects.create(agency=body, on=date(2026, 1, 1), count=100 * (at + 1), source="uji", confidence="A")
        donor = factories.make_donor(body, f"Donatur {at}", nip=f"19800101200501100{at}")
        for _ in range(at + 1):
            factories.make_worker(body, donor=donor, start_month=date(2026, 1, 1), months=12)
        factories.make_user("pic", body)
    # the same civil servant is known to the first and to the third agency
    twice = factories.make_donor(found[0], "Sama", nip="199001012015011001")
    factories.make_worker(found[0], donor=twice, start_month=date(2026, 1, 1), months=12)
    factories.make_worker(found[2], donor=factories.make_donor(found[2], "Sama", nip="199001012015011001"))
    factories.make_worker(
        found[0], state="ended", ended_on=date(2026, 2, 1), end_reason="own_wish", start_month=date(2026, 1, 1)
    )
    following.follow()
    for body in found[:2]:
        made = services.declare(duty=get("kartu"), agency_id=body.pk, period=None, words="Sudah.")
        made.__class__.objects.filter(pk=made.pk).update(declared_by=77, declared_label="petugas")
        services.verify(queries.get_declaration(made.pk))
    day(AFTER.isoformat())
    return found


def totals(on: date, bodies: list[Any]) -> dict[str, int]:
    values = following.measure_values(on)
    keys = [body.pk for body in bodies]
    current = [body for body in agency_queries.in_force(on) if body.pk in keys]
    counts = [agency_queries.staff_count(body, on) for body in current]
    return {
        "running": Sponsorship.objects.exclude(state__in=["ended", "refused"]).count(),
        "workers": sum(values["workers_proposed"][key][0] or 0 for key in keys),
        "staff": sum(count.count for count in counts if count),
        "pics": RoleAssignment.objects.filter(role="pic", agency__in=keys).in_force(on).count(),
        "addressed": len({cell.agency_id for cell in queries.states(on)}),
    }


def test_totals_before_and_after_are_equal_and_every_row_is_in_its_place(bodies: list[Any]) -> None:
    one, two, three = bodies
    cells_before = queries.states(BEFORE)
    told_before, ranked_before = totals(AFTER, bodies), queries.ranking(BEFORE)
    placed_before = merging.placed(AFTER)
    assert placed_before == {one.pk: 2, two.pk: 2, three.pk: 4}

    made = merging.merge(predecessor_ids=[one.pk, two.pk], successor_id=three.pk, on=ON)

    assert (made.sponsorships, made.roles, made.addressees, made.staff) == (4, 2, 2, 600)
    told_after = totals(AFTER, bodies)
    assert {key: told_after[key] for key in ("running", "staff", "pics")} == {
        key: told_before[key] for key in ("running", "staff", "pics")
    }
    # the one that ended stays with its agency, the others count under the successor
    assert told_after["workers"] == told_before["workers"]
    assert (told_before["addressed"], told_after["addressed"]) == (
        3,
        3,
    )  # January and February stay with whom they were asked of
    assert merging.placed(AFTER) == {three.pk: 8}
    assert merging.placed(BEFORE) == placed_before
    assert Transfer.objects.filter(kind=merging.SPONSORSHIP).count() == 4

    # the past is answered as it was
    assert queries.states(BEFORE) == cells_before
    assert [(r.agency_id, r.fulfilled, r.asked) for r in queries.ranking(BEFORE)] == [
        (r.agency_id, r.fulfilled, r.asked) for r in ranked_before
    ]
    march = {cell.agency_id for cell in queries.states(AFTER) if cell.period == Month(2026, 3)}
    assert march == {three.pk}
    february = {cell.agency_id for cell in queries.states(AFTER) if cell.period == Month(2026, 2)}
    assert february == {one.pk, two.pk, three.pk}
    assert {share.agency_id for share in queries.ranking(AFTER)} == {three.pk}


def test_scope_staff_and_donors_follow_by_date(bodies: list[Any]) -> None:
    one, two, three = bodies
    merging.merge(predecessor_ids=[one.pk, two.pk], successor_id=three.pk, on=ON)
    assert [a.pk for a in agency_queries.in_force(BEFORE) if a in bodies] == [one.pk, two.pk, three.pk]
    assert [a.pk for a in agency_queries.in_force(ON) if a in bodies] == [three.pk]
    assert [agency_queries.staff_count(three, day).count for day in (BEFORE, ON)] == [300, 600]  # type: ignore[union-attr]
    assert Donor.objects.filter(nip="199001012015011001", agency=three).count() == 1
    running = Sponsorship.objects.exclude(state__in=["ended", "refused"])
    assert set(running.values_list("donor__agency", flat=True)) == {three.pk}
    known = PersonAgency.objects.filter(agency=three)
    assert known.count() == 9
    assert set(PersonAgency.objects.filter(agency__in=[one, two]).values_list("valid_to", flat=True)) == {ON}
    for user in RoleAssignment.objects.filter(agency__in=[one, two]).select_related("user"):
        from sertakan.access.queries import actor_for

        assert three.pk not in actor_for(user.user, on=BEFORE).agency_ids
        assert actor_for(user.user, on=ON).agency_ids == {three.pk}


def test_a_verified_word_goes_on_only_when_all_had_it(bodies: list[Any]) -> None:
    one, two, three = bodies
    merging.merge(predecessor_ids=[one.pk, two.pk], successor_id=three.pk, on=ON)
    assert [c.status for c in queries.states(AFTER, duty_ids=[get("kartu").pk])] == ["open"]  # the third had not
    four = factories.make_agency("Contoh-04")
    assert four.pk


def test_a_new_agency_takes_over_from_its_first_day(bodies: list[Any]) -> None:
    one, two, three = bodies
    new = factories.make_agency("Contoh-Baru")
    new.valid_from = ON
    new.save()
    made = merging.merge(predecessor_ids=[one.pk, two.pk], successor_id=new.pk, on=ON)
    assert (made.staff, made.carried) == (300, 1)
    assert {(c.agency_id, c.status) for c in queries.states(AFTER, duty_ids=[get("kartu").pk])} == {
        (new.pk, "verified"), (three.pk, "open"),
    }  # fmt: skip


def test_impossible_mergers_change_nothing(bodies: list[Any], acting_as: Callable[..., Any]) -> None:
    one, two, three = bodies
    for gone, successor, on in (
        ([], three, ON),
        ([three], three, ON),
        ([one], three, date(2026, 3, 21)),
        ([one], two, date(2019, 1, 1)),
    ):
        with pytest.raises(MergerImpossible):
            merging.merge(predecessor_ids=[body.pk for body in gone], successor_id=successor.pk, on=on)
    merging.merge(predecessor_ids=[one.pk], successor_id=three.pk, on=ON)
    with pytest.raises(MergerImpossible):
        merging.merge(predecessor_ids=[one.pk], successor_id=two.pk, on=AFTER)
    acting_as("pic", two)
    with pytest.raises(merging.CannotMerge):
        merging.merge(predecessor_ids=[two.pk], successor_id=three.pk, on=ON)


def test_a_mandate_ends_with_its_agency_and_is_asked_for_anew(bodies: list[Any]) -> None:
    from sertakan.sponsorship import services as sponsorship
    from sertakan.sponsorship.models import Mandate

    one, two, three = bodies
    donors = [Donor.objects.get(agency=body, name=f"Donatur {at}") for at, body in ((0, one), (2, three))]
    for donor in donors:
        sponsorship.record_mandate(donor=donor, kind="salary", signed_on=date(2026, 1, 5))
    made = merging.merge(predecessor_ids=[one.pk, two.pk], successor_id=three.pk, on=ON)
    gone, kept = (Mandate.objects.get(donor=donor) for donor in donors)
    assert (gone.ended_on, gone.agency_id, bool(gone.end_reason)) == (ON, one.pk, True)
    assert kept.ended_on is None
    assert made.mandates == 1


def test_the_month_of_the_merger_is_billed_where_it_began_and_nobody_twice(bodies: list[Any]) -> None:
    from sertakan.contributions import services as contributions

    def billed(month: Month, agency: Any = None) -> dict[int, tuple[int, int]]:
        made = contributions.make_bills(month, agency)
        assert made.twice == ()
        return {found.bill.agency_id: (found.bill.line_count, found.bill.total) for found in made.bills}

    one, two, three = bodies
    march, april = Month(2026, 3), Month(2026, 4)
    before = billed(march)
    assert set(before) >= {one.pk, two.pk, three.pk}
    merging.merge(predecessor_ids=[one.pk, two.pk], successor_id=three.pk, on=ON)
    assert billed(march, three) == {three.pk: before[three.pk]}
    assert billed(march) == before
    after = billed(april)
    assert set(after) == {three.pk}
    assert after[three.pk][0] == sum(lines for lines, _total in before.values())


def test_a_preview_tells_exactly_what_the_merger_does_and_changes_nothing(bodies: list[Any]) -> None:
    one, two, three = bodies
    facts = {"predecessor_ids": [one.pk, two.pk], "successor_id": three.pk, "on": ON}
    before = totals(AFTER, bodies)
    events = AuditEvent.objects.count()
    tried = mergers.preview(**facts)
    assert totals(AFTER, bodies) == before
    assert (AuditEvent.objects.count(), mergers.merged(), Transfer.objects.count()) == (events, [], 0)
    assert [found.short_name for found in tried.predecessors] == [one.short_name, two.short_name]
    assert merging.merge(**facts) == tried.passes
    assert [(found.predecessor, found.successor, found.on, found.workers) for found in mergers.merged()] == [
        (one, three, ON, 2), (two, three, ON, 2),
    ]  # fmt: skip
    with pytest.raises(MergerImpossible):
        mergers.preview(**facts)


def test_what_stays_is_counted_for_the_successor_who_reads_no_row_of_it(
    bodies: list[Any], acting_as: Callable[..., Any]
) -> None:
    from sertakan.contributions import services as contributions
    from sertakan.contributions.models import Bill

    one, two, three = bodies
    [made] = contributions.make_bills(Month(2026, 3), one).bills
    contributions.confirm_month(Month(2026, 3))
    contributions.issue_bill(made.bill)
    services.declare(duty=get("kartu"), agency_id=three.pk, period=None, words="Sudah.")
    merging.merge(predecessor_ids=[one.pk], successor_id=three.pk, on=ON)
    acting_as("pic", three)
    [before] = mergers.before(three)
    assert (before.agency, before.on) == (one, ON)
    assert (before.stays.bills, before.stays.owed, before.stays.declarations) == (1, made.bill.total, 0)
    assert not Bill.objects.filter(agency=one).exists()
    acting_as("pic", two)
    assert mergers.before(three) == []


def test_a_sign_in_of_a_donor_and_an_open_case_follow_to_the_successor(bodies: list[Any]) -> None:
    from sertakan.claims.models import Case, Step
    from sertakan.sponsorship.models import DonorAccount

    one, _two, three = bodies
    same, own = (Donor.objects.get(agency=body, nip="199001012015011001") for body in (one, three))
    other = Donor.objects.get(agency=one, name="Donatur 0")
    for donor in (same, other):
        DonorAccount.objects.create(
            user=factories.make_user("donor", one), donor=donor, agency=one, linked_at=clock.now()
        )
    person = Sponsorship.objects.filter(donor=other).first().person  # type: ignore[union-attr]
    facts = {
        "person": person,
        "agency": one,
        "event_on": BEFORE,
        "reporter": b"",
        "opened_on": BEFORE,
        "opened_label": "uji",
    }
    open_ = Case.objects.create(kind="death", **facts)
    step = Step.objects.create(case=open_, agency=one, code="uji", duty_of="family")
    over = Case.objects.create(kind="work_accident", state="closed", closed_on=BEFORE, **facts)
    made = merging.merge(predecessor_ids=[one.pk], successor_id=three.pk, on=ON)
    assert made.cases == 1
    assert set(DonorAccount.objects.values_list("donor", "agency")) == {(own.pk, three.pk), (other.pk, three.pk)}
    for found, agency in ((open_, three), (step, three), (over, one)):
        found.refresh_from_db()
        assert found.agency == agency


def test_open_actions_pass_in_the_same_transaction(bodies: list[Any]) -> None:
    from datetime import datetime, time

    from sertakan.core.clock import WIB
    from sertakan.meetings import services as meetings

    one, two, three = bodies
    meeting = meetings.plan(title="Rapat", starts_at=datetime.combine(AFTER, time(9), tzinfo=WIB), place="Aula")
    meetings.open_meeting(meeting.pk)
    decision = meetings.add_decision(
        meeting.pk, text="Mencetak", agency_ids=[one.pk, two.pk], due_on=date(2026, 5, 1), measure="lembar"
    )
    made = merging.merge(predecessor_ids=[one.pk, two.pk], successor_id=three.pk, on=ON)
    assert (made.actions, made.joined) == (1, 1)
    assert set(decision.actions.values_list("agency", "state")) == {(three.pk, "open"), (two.pk, "dropped")}


def test_a_new_agency_is_made_once_with_all_that_is_asked(bodies: list[Any], acting_as: Callable[..., Any]) -> None:
    facts = {
        "code": "UJI-BARU",
        "name": "Dinas Gabungan Rekaan",
        "short_name": "Digab",
        "kind": "dinas",
        "valid_from": ON,
    }
    made = merging.add_successor(**facts)
    assert (made.valid_from, made.province_id) == (ON, bodies[0].province_id)
    for wrong, refusal in (
        ({}, AgencyExists), ({"code": "LAIN", "short_name": "DIGAB"}, AgencyExists), ({"name": " "}, AgencyIncomplete),
        ({"code": "X" * 21}, AgencyIncomplete), ({"code": "L", "short_name": "L", "valid_from": date(2026, 3, 21)}, MergerImpossible),
    ):  # fmt: skip
        with pytest.raises(refusal):
            merging.add_successor(**{**facts, **wrong})
    assert merging.merge(predecessor_ids=[bodies[0].pk], successor_id=made.pk, on=ON).sponsorships == 2
    acting_as("leader")
    with pytest.raises(merging.CannotMerge):
        merging.add_successor(**facts)


def test_a_donor_keeps_the_year_that_began_with_the_old_agency(bodies: list[Any]) -> None:
    from sertakan.contributions import queries as money
    from sertakan.contributions import services as contributions
    from sertakan.contributions.evidence import Evidence
    from sertakan.contributions.receipts.donors import years_of_donor

    one, two, three = bodies
    donor = Donor.objects.get(agency=two, name="Donatur 1")
    [made] = contributions.make_bills(Month(2026, 3), two).bills
    contributions.confirm_month(Month(2026, 3))
    bill = contributions.issue_bill(made.bill)
    contributions.collect(
        agency_id=two.pk, donor_id=donor.pk, funding="private", amount=bill.total, booked_on=AFTER,
        evidence=Evidence("bank_line", 1), bill_id=bill.pk,
    )  # fmt: skip
    before, years = money.donor_statement(donor, 2026), years_of_donor(donor)
    assert (before.received, [entry.month for entry in before.months], years) == (bill.total, [Month(2026, 3)], [2026])
    merging.merge(predecessor_ids=[one.pk, two.pk], successor_id=three.pk, on=ON)
    donor.refresh_from_db()
    assert donor.agency == three
    assert money.donor_statement(donor, 2026) == before
    assert years_of_donor(donor) == years
