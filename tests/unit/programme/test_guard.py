"""The guard of one night: computed, told once, withdrawn when paid, and nothing written when it is only tried."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

import factories
from sertakan.core import clock, encryption
from sertakan.core.month import Month, months
from sertakan.core.scope import SYSTEM
from sertakan.notices import queries as notices
from sertakan.notices import services
from sertakan.notices.models import Notice
from sertakan.programme import guard
from sertakan.protection.models import LapseWarning
from sertakan.protection.queries import warned
from sertakan.protection.watching import watch

pytestmark = [pytest.mark.django_db]
ON = date(2026, 11, 12)  # two working days before the due day of November, the 16th


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> Any:
    """`day("2026-11-17")`: that is today from then on."""
    import time_machine

    stack: list[Any] = []

    def go(text: str) -> None:
        while stack:
            stack.pop().stop()
        stack.append(time_machine.travel(f"{text}T03:00:00+00:00", tick=True))
        stack[-1].start()

    go(ON.isoformat())
    yield go
    while stack:
        stack.pop().stop()


def member(agency: Any, name: str, *, donor: Any = None, **facts: Any) -> factories.Worker:
    """A worker with a number since January 2026, promised until December."""
    from sertakan.people.models import Identifier
    from sertakan.sponsorship.models import Membership

    usual = {"start_month": date(2026, 1, 1), "months": 12, "state": "member"}
    worker = factories.make_worker(agency, name, donor=donor, **{**usual, **facts})
    number = f"9{worker.person.pk:010d}"
    sealed = encryption.encrypt(number.encode())
    kpj = Identifier.objects.create(
        person=worker.person, kind="kpj", sealed=sealed, key_version=sealed[0], index=encryption.index("kpj", number),
        last_four=number[-4:],
    )  # fmt: skip
    Membership.objects.create(person=worker.person, identifier=kpj, issued_on=date(2026, 1, 10), created_at=clock.now())
    return worker


def pay(worker: factories.Worker, last: str, first: str = "2026-01") -> None:
    """BPJS confirmed these months, each paid on its tenth day."""
    sponsorship, membership = worker.sponsorship, worker.person.membership
    with connection.cursor() as cursor:
        for month in months(Month.parse(first), Month.parse(last)):
            cursor.execute("SELECT contributions_ensure_partition_of('contributions_paidmonth', %s)", [month.first_day])
            cursor.execute(
                "INSERT INTO contributions_paidmonth (membership_id, month, version, person_id, agency_id, sponsorship_id, donor_id,"
                " funding, sector, programmes, dasar, tier, jkk, jkm, jht, total, paid_on, confirmed_on, source_kind, source_id,"
                " rules_version) VALUES (%s, %s, 1, %s, %s, %s, %s, %s, 'other', 'jkk,jkm', 1000000, 1, 10000, 6800, 0, 16800, %s, %s,"
                " 'code', 1, 'uji')",
                [membership.pk, month.first_day, worker.person.pk, sponsorship.agency_id, sponsorship.pk, sponsorship.donor_id,
                 sponsorship.funding, month.first_day + timedelta(days=9), month.first_day + timedelta(days=10)],
            )  # fmt: skip


@pytest.fixture
def office() -> Any:
    """An agency with a PIC who has an e-mail address, a coordinator, and a donor with three workers: two behind, one paid."""
    agency = factories.make_agency("Dinas Uji")
    clerk = factories.make_user("pic", agency)
    type(clerk).objects.filter(pk=clerk.pk).update(email="pic@contoh.id")
    factories.make_user("coordinator")
    donor = factories.make_donor(agency, "Ratna Rekaan")
    workers = [member(agency, f"Pekerja {letter}", donor=donor) for letter in "ABC"]
    for worker, until in zip(workers, ("2026-10", "2026-10", "2026-11"), strict=True):
        pay(worker, until)
    return type("Office", (), {"agency": agency, "clerk": clerk, "donor": donor, "workers": workers})


def told(**facts: Any) -> list[str]:
    return sorted(f"{one.recipient_kind}/{one.channel}" for one in Notice.objects.filter(**facts))


def test_a_dry_run_counts_and_leaves_no_trace(office):
    found = guard.run(SYSTEM, dry_run=True)
    assert found.workers["due_soon"] == 2
    assert found.messages == {"donor/whatsapp": 1, "user/email": 1, "user/inapp": 1}
    assert not Notice.objects.exists()
    assert not LapseWarning.objects.exists()


def test_another_day_can_be_looked_at_but_not_told(office):
    assert guard.run(SYSTEM, on=date(2026, 11, 17), dry_run=True).workers["arrears_1"] == 2
    with pytest.raises(guard.GuardOnlyToday):
        guard.run(SYSTEM, on=date(2026, 11, 17))


def test_each_is_told_once_with_counts_and_names_not_once_per_worker(office):
    found = guard.run(SYSTEM)
    assert (found.raised, found.posted) == (2, 3)
    assert told() == ["donor/whatsapp", "user/email", "user/inapp"]
    donor = Notice.objects.get(recipient_kind="donor")
    assert donor.subject == "Iuran November 2026 untuk 2 pekerja Anda jatuh tempo Senin, 16 November 2026"
    assert "menerima Rp10 juta, bukan Rp42 juta" in donor.body
    assert donor.body.endswith("Pekerja: Pekerja A, Pekerja B.")
    clerk = Notice.objects.get(channel="email")
    assert clerk.link == "/peringatan/?jenis=due_soon"
    assert encryption.decrypt(clerk.address_sealed) == b"pic@contoh.id"


def test_the_second_run_of_a_night_changes_nothing(office):
    guard.run(SYSTEM)
    again = guard.run(SYSTEM)
    assert (again.raised, again.closed, again.posted, again.changed, again.withdrawn) == (0, 0, 0, 0, 0)


def test_no_message_holds_a_number_of_a_person(office):
    guard.run(SYSTEM)
    for notice in Notice.objects.all():
        for worker in office.workers:
            assert worker.nik not in notice.body + notice.subject + notice.link
            assert worker.nik[-4:] not in notice.body


def test_when_one_has_paid_the_waiting_message_tells_of_the_other_only(office):
    guard.run(SYSTEM)
    pay(office.workers[0], "2026-11", "2026-11")
    found = guard.run(SYSTEM)
    assert (found.closed, found.posted, found.changed) == (1, 0, 3)
    assert "1 pekerja" in Notice.objects.get(recipient_kind="donor").subject


def test_when_all_have_paid_what_was_not_sent_is_withdrawn_and_the_warning_says_paid(office):
    guard.run(SYSTEM)
    for worker in office.workers[:2]:
        pay(worker, "2026-11", "2026-11")
    found = guard.run(SYSTEM)
    assert (found.closed, found.withdrawn) == (2, 3)
    assert set(Notice.objects.values_list("state", flat=True)) == {"cancelled"}
    assert set(LapseWarning.objects.values_list("outcome", "closed_on")) == {("paid", ON)}


def test_a_message_that_was_opened_stays_and_says_that_all_was_paid(office, day):
    guard.run(SYSTEM)
    services.mark_opened(Notice.objects.get(recipient_kind="donor"))
    day("2026-11-13")
    for worker in office.workers[:2]:
        pay(worker, "2026-11", "2026-11")
    guard.run(SYSTEM)
    donor = Notice.objects.get(recipient_kind="donor")
    assert (donor.state, donor.outcome, donor.outcome_facts["paid"]) == ("sent", "paid", 2)


def test_what_was_told_and_not_paid_goes_on_as_arrears_with_a_message_of_its_own(office, day):
    guard.run(SYSTEM)
    day("2026-11-17")
    found = guard.run(SYSTEM)
    assert found.workers["arrears_1"] == 2
    assert dict(LapseWarning.objects.values_list("kind", "outcome").distinct()) == {
        "due_soon": "worse",
        "arrears_1": "",
    }
    body = Notice.objects.get(recipient_kind="donor", matter="guard:arrears_1:2026-11").body
    assert (
        "Iuran November 2026 untuk 2 pekerja Anda belum masuk. Perlindungan masih berjalan sampai 31 Januari 2027."
        in body
    )


def test_who_lapsed_after_being_told_is_counted_as_lapsed(office, day):
    for text in ("2026-11-17", "2027-01-20", "2027-01-28", "2027-02-01"):
        day(text)
        guard.run(SYSTEM)
    lost = LapseWarning.objects.filter(kind="lapses_next", person__in=[one.person for one in office.workers[:2]])
    assert set(lost.values_list("outcome", "told_on")) == {("lapsed", date(2027, 1, 28))}
    clerk = Notice.objects.get(
        channel="inapp", recipient_id=office.clerk.pk, matter__startswith="guard:lapses_next:2027-01"
    )
    assert (clerk.outcome, clerk.outcome_facts["lapsed"]) == ("lapsed", 2)


def test_the_worker_is_told_only_when_it_is_serious_and_by_name(office, day):
    day("2027-01-28")
    guard.run(SYSTEM)
    workers = Notice.objects.filter(recipient_kind="person", matter__startswith="guard:lapses_next")
    assert [one.recipient_name for one in workers.order_by("recipient_name")] == ["Pekerja A", "Pekerja B"]
    assert (
        "Pekerja A, perlindungan BPJS Ketenagakerjaan Anda berhenti pada 1 Februari 2027"
        in workers.order_by("recipient_name")[0].body
    )


def test_the_coordinator_gets_counts_over_agencies_and_no_names(office, day):
    day("2027-01-28")
    guard.run(SYSTEM)
    found = Notice.objects.get(matter="guard:lapses_next:2027-01:all", channel="inapp")
    assert "2 pekerja" in found.subject
    assert "di 1 OPD" in found.subject
    assert "Pekerja A" not in found.body


def test_two_clerks_of_an_agency_are_both_told_and_a_clerk_of_another_agency_is_not(office):
    factories.make_user("pic", office.agency)
    other = factories.make_user("pic", factories.make_agency("Lain"))
    guard.run(SYSTEM)
    shown = Notice.objects.filter(channel="inapp")
    assert shown.count() == 2
    assert not shown.filter(recipient_id=other.pk).exists()


def test_a_worker_who_died_is_no_warning(office):
    dead = office.workers[0].sponsorship
    type(dead).objects.filter(pk=dead.pk).update(ended_on=date(2026, 10, 20), end_reason="died", state="ended")
    assert guard.run(SYSTEM, dry_run=True).workers["due_soon"] == 1


def test_who_stopped_paying_is_not_asked_again_but_the_office_is(office, day):
    for worker in office.workers:
        type(worker.sponsorship).objects.filter(pk=worker.sponsorship.pk).update(
            ended_on=date(2026, 10, 31), end_reason="donor_stopped", state="ended", last_payable_month=date(2026, 10, 1)
        )
    day("2026-11-17")
    guard.run(SYSTEM)
    assert told(matter__startswith="guard:arrears_1") == ["user/email", "user/inapp"]


def test_a_clerk_sees_the_warnings_of_the_own_agency_only(office, acting_as):
    other = factories.make_agency("Lain")
    pay(member(other, "Pekerja Lain"), "2026-10")
    watch()
    assert LapseWarning.objects.count() == 3
    acting_as("pic", office.agency)
    assert {one.person.name for one in warned.open_warnings()} == {"Pekerja A", "Pekerja B"}
    assert [(one.kind, one.workers) for one in warned.counts()] == [("due_soon", 2)]
    acting_as("pic", other)
    assert [one.workers for one in warned.counts()] == [1]


def test_only_who_sees_all_lets_the_guard_run(office, acting_as):
    from sertakan.protection.policies import NotYourRegister

    with pytest.raises(NotYourRegister):
        guard.run(acting_as("pic", office.agency))
    assert not Notice.objects.exists()


def test_what_happened_after_says_told_paid_and_lapsed(office, day):
    guard.run(SYSTEM)
    pay(office.workers[0], "2026-11", "2026-11")
    day("2026-11-17")
    guard.run(SYSTEM)
    found = {one.kind: one for one in warned.afterwards(since=Month(2026, 11))}
    assert (found["due_soon"].workers, found["due_soon"].told, found["due_soon"].paid, found["due_soon"].worse) == (
        2,
        2,
        1,
        1,
    )
    assert (found["arrears_1"].workers, found["arrears_1"].open) == (1, 1)


def test_the_bell_counts_what_the_clerk_has_not_read(office, acting_as):
    guard.run(SYSTEM)
    acting_as("pic", office.agency, user_id=office.clerk.pk)
    assert notices.unread_count() == 1
    services.mark_all_read()
    assert notices.unread_count() == 0
