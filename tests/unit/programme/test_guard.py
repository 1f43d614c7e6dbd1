"""The guard of one night: computed, told once, withdrawn when paid, and nothing written when it is only tried."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

import factories
from members import Office, read
from sertakan.core import encryption
from sertakan.core.month import Month
from sertakan.core.scope import SYSTEM
from sertakan.notices import queries as notices
from sertakan.notices import services
from sertakan.notices.models import Notice
from sertakan.programme import guard
from sertakan.protection import watching
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


def member(agency: Any, name: str, paid: str, *, donor: Any = None) -> factories.Worker:
    """A worker with a number since January 2026, promised until December."""
    office = Office(agency)
    worker = office.worker(name=name, donor=donor, state="member")
    office.member(worker=worker, paid=paid)
    return worker


def pay(worker: factories.Worker, month: str) -> None:
    """BPJS confirmed a month."""
    office = Office(worker.sponsorship.agency)
    office.pay(worker.person.membership, worker, read(month))


@pytest.fixture
def office() -> Any:
    """An agency with a PIC who has an e-mail address, a coordinator, and a donor with three workers: two behind, one paid."""
    agency = factories.make_agency("Dinas Uji")
    clerk = factories.make_user("pic", agency)
    type(clerk).objects.filter(pk=clerk.pk).update(email="pic@contoh.id")
    factories.make_user("coordinator")
    donor = factories.make_donor(agency, "Ratna Rekaan")
    until = {"A": "2026-10", "B": "2026-10", "C": "2026-11"}
    workers = [member(agency, f"Pekerja {letter}", f"2026-01..{last}", donor=donor) for letter, last in until.items()]
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
    pay(office.workers[0], "2026-11")
    found = guard.run(SYSTEM)
    assert (found.closed, found.posted, found.changed) == (1, 0, 3)
    assert "1 pekerja" in Notice.objects.get(recipient_kind="donor").subject


def test_when_all_have_paid_what_was_not_sent_is_withdrawn_and_the_warning_says_paid(office):
    guard.run(SYSTEM)
    for worker in office.workers[:2]:
        pay(worker, "2026-11")
    found = guard.run(SYSTEM)
    assert (found.closed, found.withdrawn) == (2, 3)
    assert set(Notice.objects.values_list("state", flat=True)) == {"cancelled"}
    assert set(LapseWarning.objects.values_list("outcome", "closed_on")) == {("paid", ON)}


def test_a_message_that_was_opened_stays_and_says_that_all_was_paid(office, day):
    guard.run(SYSTEM)
    services.mark_opened(Notice.objects.get(recipient_kind="donor"))
    day("2026-11-13")
    for worker in office.workers[:2]:
        pay(worker, "2026-11")
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
        "Iuran November 2026 untuk 2 pekerja Anda belum masuk. Perlindungan masih berjalan setidaknya sampai 31 Januari 2027."
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


def test_whose_money_is_with_bpjs_is_not_asked_again_and_the_clerk_is_told_so(office):
    for worker in office.workers[:2]:
        Office(office.agency).remit(worker, Month(2026, 11))
    guard.run(SYSTEM)
    assert told() == ["user/email", "user/inapp"]
    assert "Iuran 2 pekerja menunggu konfirmasi BPJS." in Notice.objects.get(channel="email").body
    assert set(LapseWarning.objects.values_list("kind", "remitted")) == {("due_soon", True)}


@pytest.mark.parametrize(("today", "workers"), [("2026-11-12", 0), ("2026-11-13", 1)])
def test_an_open_code_is_told_two_working_days_before_it_is_due_also_for_who_has_no_number_yet(
    office, day, today, workers
):
    fresh = Office(office.agency).worker(name="Pekerja Baru", donor=office.donor, state="awaiting_payment")
    Office(office.agency).remit(fresh, Month(2026, 11), state="open")
    day(today)
    assert guard.run(SYSTEM).workers["code_unpaid"] == workers
    assert (
        list(LapseWarning.objects.filter(kind="code_unpaid").values_list("person__name", "state"))
        == [("Pekerja Baru", "not_yet")] * workers
    )


def test_a_clerk_sees_the_warnings_of_the_own_agency_only(office, acting_as):
    other = factories.make_agency("Lain")
    member(other, "Pekerja Lain", "2026-01..2026-10")
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
    pay(office.workers[0], "2026-11")
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


def test_a_worker_with_two_sponsorships_belongs_to_the_one_that_runs_and_is_promised_until_the_later_one_ends(office):
    other = factories.make_agency("Lain")
    worker = office.workers[2]
    usual = {
        "programmes": ["jkk", "jkm"],
        "dasar": 1_000_000,
        "funding": "private",
        "sector": "other",
        "state": "member",
    }
    made = {**usual, "start_month": date(2026, 12, 1), "months": 3, "created_at": worker.sponsorship.created_at}
    type(worker.sponsorship).objects.create(agency=other, person=worker.person, **made)
    found = watching._payers(ON).row(by_predicate=pl.col("person") == worker.person.pk, named=True)
    assert (found["agency"], found["sponsorship"]) == (office.agency.pk, worker.sponsorship.pk)
    assert found["last_month"] == date(2027, 2, 1)
    later = watching._payers(date(2027, 1, 5)).row(by_predicate=pl.col("person") == worker.person.pk, named=True)
    assert later["agency"] == other.pk
