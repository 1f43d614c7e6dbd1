"""A case from the phone call to the money: what is frozen, what follows from what, who may, and what stays when persons are merged."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from claim_facts import REPORTER, TODAY, member, paid

import factories
from sertakan.claims import errors, history, queries, services
from sertakan.claims.estimate import estimate
from sertakan.core.clock import WIB

pytestmark = pytest.mark.django_db
EVENT = date(2026, 11, 20)
YEAR = [f"2026-{month:02d}" for month in range(1, 12)]


def told(case):
    return estimate(case.kind, history.explained(case.snapshot))


def codes(sentences):
    return [one.code for one in sentences]


def test_a_case_freezes_what_was_known_on_the_day_of_the_event(worker, opened):
    paid(member(worker), worker, *YEAR)
    case = opened()
    assert case.snapshot["found"]["state"] == "active"
    assert case.snapshot["rules_version"] == case.snapshot["found"]["rules_version"]
    found = told(case)
    assert (found.covered, found.now, found.after) == (True, 42_000_000, 42_000_000)
    assert [(line.code, line.now) for line in found.lines] == [
        ("death_sum", 20_000_000), ("periodic_lump_sum", 12_000_000), ("funeral", 10_000_000),
    ]  # fmt: skip
    assert "no_scholarship" in codes(found.still)


def test_before_the_number_there_is_nothing_and_the_case_says_so(worker, opened):
    found = told(opened())
    assert (found.state, found.now, found.after) == ("not_yet", 0, 0)
    assert codes(found.why) == ["not_numbered"]
    assert codes(found.still) == ["no_revival", "ask_number", "others_again", "ask_bpjs"]


def test_within_the_limit_of_arrears_there_are_two_amounts(worker, opened):
    paid(member(worker), worker, *YEAR[:9])  # until September; October and November stand open
    found = told(opened())
    assert (found.state, found.now, found.after, found.two_amounts) == ("arrears_2", 10_000_000, 42_000_000, True)
    assert codes(found.why) == ["funeral_now", "settle_first"]
    assert "Oktober 2026, November 2026" in found.why[1].text
    assert "Rp32.000.000" in found.why[1].text


def test_a_payment_after_the_event_settles_arrears_within_the_limit(worker, opened, day):
    number = member(worker)
    paid(number, worker, *YEAR[:9])
    case = opened()
    day("2026-11-30")
    paid(number, worker, "2026-10@2026-11-27", "2026-11@2026-11-27")
    assert services.refresh(case_id=case.pk)
    case.refresh_from_db()
    found = told(case)
    assert (found.state, found.now, found.after) == ("arrears_2", 42_000_000, 42_000_000)
    assert codes(found.why) == ["settled"]
    assert not services.refresh(case_id=case.pk)


def test_a_claim_on_a_lapsed_worker_says_why_and_what_can_still_be_had(worker, opened):
    number = member(worker)
    paid(number, worker, *YEAR[:6], programmes="jkk,jkm,jht")  # until June: the limit is passed in October
    found = told(opened())
    assert (found.covered, found.state, found.now, found.after) == (False, "inactive", 0, 0)
    assert codes(found.why) == ["lapsed"]
    assert "1 Oktober 2026" in found.why[0].text
    assert codes(found.still) == ["no_revival", "ask_payment", "jht_own", "others_again", "ask_bpjs"]


def test_paying_again_after_the_event_brings_nothing_back_for_it(worker, opened, day):
    number = member(worker)
    paid(number, worker, *YEAR[:6])
    case = opened(kind="accident")
    day("2026-11-30")
    paid(number, worker, "2026-11@2026-11-28")
    services.refresh(case_id=case.pk)
    case.refresh_from_db()
    found = told(case)
    assert (found.covered, found.care, found.now, found.after) == (False, False, 0, 0)
    assert "worker_again" in codes(found.still)


def test_before_three_months_in_a_row_there_is_only_the_funeral(worker, opened):
    paid(member(worker, issued=date(2026, 10, 2)), worker, "2026-10", "2026-11")
    found = told(opened())
    assert (found.now, found.after) == (10_000_000, 10_000_000)
    assert codes(found.why) == ["waiting"]
    assert "3 bulan" in found.why[0].text


def test_death_by_accident_needs_no_months_in_a_row_and_brings_the_scholarship(worker, opened):
    paid(member(worker, issued=date(2026, 11, 2)), worker, "2026-11")
    found = told(opened(kind="death_by_accident"))
    assert found.now == 48_000_000 + 12_000_000 + 10_000_000
    assert "scholarship" in codes(found.still)
    assert found.care


def test_an_accident_brings_care_pay_and_refunds_but_no_sum(worker, opened):
    paid(member(worker), worker, *YEAR)
    found = told(opened(kind="accident"))
    assert found.lines == ()
    assert found.care
    assert found.inability["first_monthly"] == 1_000_000
    assert ("transport_land", 5_000_000) in [(line.code, line.after) for line in found.refunds]


def test_disability_is_told_as_the_total_one_which_only_the_doctor_can_say(worker, opened):
    paid(member(worker), worker, *YEAR)
    found = told(opened(kind="disability"))
    assert found.now == 68_000_000
    assert codes(found.why) == ["total_only"]


def test_a_disease_after_the_end_of_work_is_looked_at_on_the_last_day_of_work(worker, opened):
    paid(member(worker), worker, *YEAR[:3])
    found = told(opened(kind="disease", work_end=date(2026, 3, 31)))
    assert (found.on, found.state, found.covered) == (date(2026, 3, 31), "active", True)
    assert codes(found.why) == ["after_work"]


def test_a_number_without_its_day_is_no_reason_to_say_nothing(worker, opened):
    paid(member(worker, issued=None), worker, *YEAR)
    found = told(opened())  # we learned of the number on 23 November, three days after the event
    assert not found.known
    assert codes(found.why) == ["unknown_number_day"]
    assert codes(found.still) == ["ask_bpjs"]


def test_the_snapshot_speaks_the_readers_language_and_stays_as_it_was_under_other_rules(worker, opened):
    paid(member(worker), worker, *YEAR)
    case = opened()
    kept = {**case.snapshot, "rules_version": "lama"}
    assert history.explained(kept) is kept


def test_an_accident_has_its_deadline_from_the_hour_and_the_next_from_the_report(worker, opened):
    case = opened(kind="accident", event_on=date(2026, 11, 22), event_time=time(8, 15))
    steps = {one.planned.code: one for one in queries.standings(case)}
    assert steps["report_one"].step.due_at == datetime(2026, 11, 24, 8, 15, tzinfo=WIB)
    assert steps["report_two"].step.due_at is None
    case = services.do_step(case_id=case.pk, code="report_one", done_on=date(2026, 11, 22), done_time=time(8, 30))
    assert case.state == "reported"
    steps = {one.planned.code: one for one in queries.standings(case)}
    assert steps["conclusion"].step.due_at.astimezone(WIB).date() == date(2026, 12, 22)
    assert steps["report_one"].done and not steps["report_one"].late


def test_missing_papers_open_the_handing_in_again_and_a_new_clock_begins(worker, opened):
    case = opened(event_on=date(2026, 11, 2))
    case = services.do_step(case_id=case.pk, code="papers", done_on=date(2026, 11, 9))
    assert case.state == "submitted"
    case = services.do_step(case_id=case.pk, code="missing", done_on=date(2026, 11, 12), note="KTP ahli waris")
    assert case.state == "incomplete"
    steps = {one.planned.code: one for one in queries.standings(case)}
    assert steps["missing"].note == "KTP ahli waris"
    assert not steps["papers"].done
    assert steps["pay_jkm"].step.due_at is None
    case = services.do_step(case_id=case.pk, code="papers", done_on=date(2026, 11, 16))
    assert case.state == "submitted"
    assert case.steps.get(code="pay_jkm").due_at.astimezone(WIB).date() == date(2026, 11, 19)


def test_a_decision_a_payment_and_the_end(worker, opened):
    case = opened(event_on=date(2026, 11, 2))
    with pytest.raises(errors.OutcomeMissing):
        services.pay(case_id=case.pk, paid_on=TODAY)
    case = services.decide(case_id=case.pk, amount=42_000_000, decided_on=date(2026, 11, 18))
    assert case.state == "decided"
    case = services.pay(case_id=case.pk, paid_on=date(2026, 11, 20))
    assert case.state == "paid"
    assert case.steps.get(code="pay_jkm").done_at is not None
    assert services.close(case_id=case.pk).state == "closed"
    with pytest.raises(errors.CaseClosed):
        services.do_step(case_id=case.pk, code="papers", done_on=TODAY)
    assert services.reopen(case_id=case.pk).state == "paid"


def test_a_refusal_has_its_reason_sealed_and_can_be_followed_by_a_grant(worker, opened):
    case = opened(event_on=date(2026, 11, 2))
    case = services.refuse(case_id=case.pk, reason="Iuran tidak terbaca di sistem", decided_on=date(2026, 11, 10))
    assert case.state == "refused"
    found = queries.outcome(case)
    assert b"Iuran" not in bytes(found.reason)
    assert queries.unsealed(found.reason) == "Iuran tidak terbaca di sistem"
    assert services.decide(case_id=case.pk, amount=10_000_000, decided_on=date(2026, 11, 20)).state == "decided"


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"kind": "flu"}, errors.KindUnknown),
        ({"event_on": date(2026, 11, 24)}, errors.EventInFuture),
        ({"event_on": date(2015, 6, 30)}, errors.EventTooOld),
        ({"kind": "disease", "work_end": date(2026, 11, 24)}, errors.EventInFuture),
        ({"reporter": {**REPORTER, "name": " "}}, errors.ReporterMissing),
    ],
)
def test_a_case_that_cannot_be_is_refused(worker, opened, given, refusal):
    with pytest.raises(refusal):
        opened(**given)


def test_the_same_event_is_opened_once_and_a_person_dies_once(worker, opened):
    first = opened(kind="death")
    with pytest.raises(errors.CaseOpenAlready) as refused:
        opened(kind="death_by_accident", event_on=date(2026, 11, 21))
    assert refused.value.facts["case"] == first.pk
    opened(kind="accident")
    services.close(case_id=first.pk)
    opened(kind="death_by_accident")


def test_a_step_is_not_done_tomorrow_nor_before_the_event_nor_before_what_it_waits_for(worker, opened):
    case = opened(kind="accident")
    for wrong in (date(2026, 11, 24), date(2026, 11, 19)):
        with pytest.raises(errors.StepTimeWrong):
            services.do_step(case_id=case.pk, code="report_one", done_on=wrong)
    with pytest.raises(errors.StepTooEarly) as refused:
        services.do_step(case_id=case.pk, code="report_two", done_on=TODAY)
    assert "Surat dokter" in str(refused.value)
    with pytest.raises(errors.StepUnknown):
        services.do_step(case_id=case.pk, code="pay_jht", done_on=TODAY)


def test_no_number_of_a_person_gets_into_a_note(worker, opened):
    case = opened(kind="accident")
    for text in ("NIK 9901011503859001", "kartu 990.101.150.385"):
        with pytest.raises(errors.NumberInText):
            services.do_step(case_id=case.pk, code="report_one", done_on=TODAY, note=text)


def test_papers_are_ticked_and_never_kept(worker, opened):
    case = opened()
    services.tick_papers(case_id=case.pk, ready=frozenset({"kk", "ktp_heir"}))
    services.tick_papers(case_id=case.pk, ready=frozenset({"kk", "marriage"}))
    assert set(case.ticks.values_list("code", flat=True)) == {"kk", "marriage"}
    with pytest.raises(errors.PaperUnknown):
        services.tick_papers(case_id=case.pk, ready=frozenset({"form_3kk1"}))


def test_the_reporter_is_sealed_also_in_the_history_of_the_row(worker, opened):
    from django.db import connection

    case = opened()
    assert queries.reporter(case) == queries.Reporter(**REPORTER)
    with connection.cursor() as cursor:
        for table in ("claims_case", "claims_caseevent", "core_auditevent"):
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE '%Yanti%'")
            assert cursor.fetchone() == (0,)
        cursor.execute("SELECT count(*) FROM claims_caseevent")
        assert cursor.fetchone()[0] >= 1


def test_the_trail_says_that_something_was_noted_and_not_what(worker, opened):
    from sertakan.core.models import AuditEvent

    case = opened(event_on=date(2026, 11, 2))
    services.do_step(case_id=case.pk, code="death_papers", done_on=date(2026, 11, 4))
    services.decide(case_id=case.pk, amount=42_000_000, decided_on=date(2026, 11, 18), paid_on=date(2026, 11, 20))
    found = AuditEvent.objects.filter(action__startswith="claims.").values_list("action", "facts")
    assert {action for action, _ in found} == {"claims.case_opened", "claims.step_done", "claims.case_decided"}
    assert all(facts == {"person": worker.person.pk} for _, facts in found)


def test_overdue_steps_surface_until_they_are_done_or_the_case_is_over(worker, opened, day):
    case = opened(kind="accident", event_on=date(2026, 11, 18))
    assert [(one.code, one.ours, one.days(TODAY)) for one in queries.overdue()] == [("report_one", True, 4)]
    assert queries.overdue(date(2026, 11, 18)) == []
    assert queries.overdue(datetime(2026, 11, 20, 0, 0, tzinfo=WIB))[0].case_id == case.pk
    assert queries.overdue_count() == 1
    (row,) = queries.rows(queries.cases())
    assert (row.overdue, row.next_label) == (1, "Laporkan kecelakaan atau penyakitnya (laporan tahap I)")
    services.close(case_id=case.pk)
    assert queries.overdue() == []
    assert queries.overdue_count() == 0


def test_a_step_that_came_too_late_says_so(worker, opened):
    case = opened(kind="accident", event_on=date(2026, 11, 18))
    services.do_step(case_id=case.pk, code="report_one", done_on=date(2026, 11, 20))
    (found,) = [one for one in queries.standings(case) if one.planned.code == "report_one"]
    assert found.late and not found.overdue


@pytest.mark.parametrize("role", ["donor", "auditor", "leader"])
def test_others_open_no_case(worker, opened, acting_as, role):
    acting_as(role)
    with pytest.raises(errors.NotYourCase):
        opened()


def test_a_case_is_seen_and_handled_by_its_agency_only(worker, agency, opened, acting_as):
    other = factories.make_agency("Dinas-Lain")
    case = opened()
    acting_as("pic", other)
    assert list(queries.cases()) == []
    assert queries.overdue() == []
    with pytest.raises(errors.CaseUnknown):
        queries.get_case(case.pk)
    with pytest.raises(errors.CaseUnknown):
        services.do_step(case_id=case.pk, code="papers", done_on=TODAY)
    acting_as("pic", agency)
    assert queries.get_case(case.pk) == case
    assert services.do_step(case_id=case.pk, code="papers", done_on=TODAY).state == "submitted"


def test_the_pic_of_another_agency_opens_no_case_for_a_worker_it_does_not_know(worker, opened, acting_as):
    from sertakan.people.errors import PersonUnknown

    other = factories.make_agency("Dinas-Lain")
    acting_as("pic", other)
    with pytest.raises(PersonUnknown):
        opened()


def test_a_pic_sees_the_cover_that_another_agency_paid(worker, agency, opened, acting_as):
    other = factories.make_agency("Dinas-Lain")
    from sertakan.people.models import PersonAgency

    PersonAgency.objects.create(person=worker.person, agency=other, valid_from=date(2026, 11, 1))
    paid(member(worker), worker, *YEAR)
    acting_as("pic", other)
    assert told(opened()).now == 42_000_000


def test_two_agencies_that_know_a_worker_do_not_learn_of_each_others_cases(worker, agency, opened, acting_as):
    from sertakan.people.models import PersonAgency

    other = factories.make_agency("Dinas-Lain")
    PersonAgency.objects.create(person=worker.person, agency=other, valid_from=date(2026, 11, 1))
    acting_as("pic", agency)
    first = opened(kind="accident")
    acting_as("pic", other)
    second = opened(kind="accident")
    assert (second.agency_id, list(queries.cases())) == (other.pk, [second])
    acting_as("coordinator")
    assert set(queries.cases()) == {first, second}


def test_a_decision_ends_the_steps_on_the_way_and_not_what_follows_from_it(worker, opened, day):
    paid(member(worker), worker, *YEAR, programmes="jkk,jkm,jht")
    case = opened(event_on=date(2026, 11, 2))
    services.do_step(case_id=case.pk, code="papers", done_on=date(2026, 11, 3))
    day("2026-12-01")
    assert {one.code for one in queries.overdue()} == {"stop", "missing", "pay_jkm", "pay_jht"}
    services.decide(case_id=case.pk, amount=42_000_000, decided_on=date(2026, 11, 20), paid_on=date(2026, 11, 20))
    assert {one.code for one in queries.overdue()} == {"stop", "pay_jht"}
    case.refresh_from_db()
    assert {one.planned.code for one in queries.standings(case) if one.overdue} == {"stop", "pay_jht"}
    assert queries.rows([case])[0].overdue == 2
    services.close(case_id=case.pk)
    assert queries.overdue() == []


def test_a_case_follows_a_merged_person_and_the_undo_restores_every_row(worker, agency, opened):
    from django.db import connection

    from sertakan.people import services as people

    twin = factories.make_worker(agency, "Sapto Rekan", start_month=date(2026, 1, 1), months=12)
    paid(member(worker), worker, *YEAR[:6])
    paid(member(twin, issued=date(2026, 6, 20)), twin, *YEAR[6:])
    case = opened(kind="accident")
    services.tick_papers(case_id=case.pk, ready=frozenset({"card"}))
    services.do_step(case_id=case.pk, code="report_one", done_on=TODAY)
    before = _all_rows(connection)
    assert told(case).state == "inactive"

    merge = people.merge(keep=twin.person.pk, gone=worker.person.pk, reason="orang yang sama")
    assert [one.pk for one in queries.cases_of(twin.person.pk)] == [case.pk]
    assert _all_rows(connection)["claims_case"] == before["claims_case"]
    services.refresh(case_id=case.pk)
    case.refresh_from_db()
    assert told(case).state == "active"  # the months of both are one row of months

    people.undo_merge(merge=merge.pk, reason="dua orang")
    services.refresh(case_id=case.pk)
    case.refresh_from_db()
    assert told(case).state == "inactive"
    assert _all_rows(connection) == before
    assert queries.cases_of(twin.person.pk).count() == 0


def _all_rows(connection):
    tables = (
        "people_person", "people_personagency", "people_identifier", "sponsorship_sponsorship", "sponsorship_membership",
        "contributions_paid", "claims_case", "claims_step", "claims_tick", "claims_outcome",
    )  # fmt: skip
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            drop = " - 'id'" if table == "people_personagency" else ""
            cursor.execute(f"SELECT (to_jsonb(t){drop})::text FROM {table} t ORDER BY 1")
            found[table] = cursor.fetchall()
    return found
