"""One message per person, matter and channel, however often it is posted; withdrawn when its reason is gone."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from letters import draft

import factories
from sertakan.core import encryption, scope
from sertakan.core.clock import WIB
from sertakan.core.models import AuditEvent
from sertakan.notices import queries, services
from sertakan.notices.errors import CannotOpenNotice, CannotSeeMail, NoticeClosed, NoticeUnknown, QuietNow
from sertakan.notices.models import Notice
from sertakan.notices.services import Posted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_at")]


def test_the_same_message_twice_is_one_message():
    assert services.post([draft(), draft(body="lain")]) == Posted(1, 0, 0)
    assert services.post([draft()]) == Posted(0, 0, 1)
    assert Notice.objects.count() == 1


@pytest.mark.parametrize(
    "other",
    [
        {"recipient_id": 8},
        {"recipient_kind": "donor"},
        {"channel": "inapp", "address": ""},
        {"matter": "guard:due_soon:2026-12"},
    ],
)
def test_another_person_channel_or_matter_is_another_message(other):
    assert services.post([draft(), draft(**other)]).made == 2


def test_what_still_waits_follows_the_facts_and_what_was_told_does_not():
    services.post([draft(), draft(recipient_id=8)])
    Notice.objects.filter(recipient_id=8).update(state="sent", sent_at=datetime.now(WIB))
    fewer = "Iuran November untuk 3 pekerja"
    assert services.post([draft(subject=fewer), draft(recipient_id=8, subject=fewer)]) == Posted(0, 1, 1)
    assert dict(Notice.objects.values_list("recipient_id", "subject")) == {7: fewer, 8: draft().subject}


def test_an_address_is_sealed_and_text_is_kept():
    services.post([draft(body="Baris satu\n“Baris dua”, 100 %; \\t\n", address="rina@contoh.id")])
    notice = Notice.objects.get()
    assert b"rina" not in bytes(notice.address_sealed)
    assert encryption.decrypt(notice.address_sealed) == b"rina@contoh.id"
    assert notice.body == "Baris satu\n“Baris dua”, 100 %; \\t\n"


def test_a_message_of_the_night_waits_for_the_morning_and_one_in_sertakan_is_there_at_once(clock_at):
    clock_at("2026-11-21 20:30 +0700")  # Saturday evening
    services.post([draft(), draft(channel="inapp", address="")])
    waiting, shown = Notice.objects.order_by("channel")
    assert (waiting.state, waiting.send_after) == ("waiting", datetime(2026, 11, 23, 7, tzinfo=WIB))
    assert (shown.state, shown.sent_at is not None) == ("sent", True)


def test_what_lost_its_reason_is_withdrawn_and_what_was_sent_stays():
    kept, gone, sent = draft(recipient_id=1), draft(recipient_id=2), draft(recipient_id=3)
    other = draft(recipient_id=4, matter="mandate:2026")
    services.post([kept, gone, sent, other, draft(recipient_id=5, channel="inapp", address="")])
    Notice.objects.filter(recipient_id=3).update(state="sent", sent_at=datetime.now(WIB))
    assert services.retire("guard:", keep=[kept.key]) == 2
    states = dict(Notice.objects.values_list("recipient_id", "state"))
    assert states == {1: "waiting", 2: "cancelled", 3: "sent", 4: "waiting", 5: "cancelled"}


def test_an_underscore_in_a_prefix_is_no_wildcard():
    services.post([draft(matter="a_b:1"), draft(matter="axb:1")])
    services.retire("a_b:", keep=[])
    assert dict(Notice.objects.values_list("matter", "state")) == {"a_b:1": "cancelled", "axb:1": "waiting"}


def test_a_message_that_was_withdrawn_unsent_comes_back_with_its_reason_and_a_sent_one_does_not_come_twice():
    services.post([draft()])
    assert services.cancel(draft().matter) == 1
    assert services.post([draft(subject="Lagi")]) == Posted(0, 1, 0)
    notice = Notice.objects.get()
    assert (notice.state, notice.subject, notice.closed_at) == ("waiting", "Lagi", None)
    Notice.objects.update(state="cancelled", closed_at=notice.created_at, sent_at=notice.created_at)
    assert services.post([draft()]) == Posted(0, 0, 1)


def test_a_waiting_message_follows_a_corrected_address_and_a_failed_one_waits_again_at_it():
    services.post([draft(), draft(recipient_id=8)])
    Notice.objects.filter(recipient_id=8).update(state="failed", last_error="550", attempts=1)
    assert services.post([draft(), draft(recipient_id=8)]) == Posted(0, 0, 2)
    moved = "rina.baru@contoh.id"
    assert services.post([draft(address=moved), draft(recipient_id=8, address=moved)]) == Posted(0, 2, 0)
    for notice in Notice.objects.all():
        assert encryption.decrypt(bytes(notice.address_sealed)).decode() == moved
        assert (notice.state, notice.attempts, notice.last_error) == ("waiting", 0, "")


def test_one_recipient_can_be_spared():
    services.post([draft(), draft(recipient_id=8)])
    assert services.cancel(draft().matter, recipient=("user", 8)) == 1


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.lists(st.tuples(st.integers(1, 3), st.sampled_from("ab"), st.sampled_from(["email", "inapp"])), max_size=8),
        max_size=4,
    )
)
def test_whatever_is_posted_and_withdrawn_in_turn_there_is_one_row_per_person_matter_and_channel(runs):
    with transaction.atomic():
        for run in runs:
            drafts = [draft(recipient_id=who, matter=f"guard:{what}", channel=how) for who, what, how in run]
            services.post(drafts)
            services.retire("guard:", keep={one.key for one in drafts})
            open_now = Notice.objects.exclude(state="cancelled")
            found = set(open_now.values_list("recipient_kind", "recipient_id", "matter", "channel"))
            assert found == {one.key for one in drafts}
        assert Notice.objects.count() == len({one for run in runs for one in run})
        transaction.set_rollback(True)


def test_a_notice_is_seen_by_its_recipient_and_by_its_agency_only(acting_as):
    mine, theirs = factories.make_agency("Satu"), factories.make_agency("Dua")
    services.post([
        draft(recipient_id=1, channel="inapp", address=""),
        draft(recipient_id=2, channel="inapp", address="", agency_id=theirs.pk),
        draft(recipient_kind="donor", recipient_id=3, channel="whatsapp", address="", agency_id=mine.pk),
        draft(recipient_kind="donor", recipient_id=4, channel="whatsapp", address="", agency_id=theirs.pk),
    ])  # fmt: skip
    acting_as("pic", mine, user_id=1)
    assert sorted(Notice.objects.values_list("recipient_id", flat=True)) == [1, 3]
    assert [one.recipient_id for one in queries.inbox()] == [1]
    assert [one.recipient_id for one in queries.to_send()] == [3]
    assert queries.unread_count() == 1
    with pytest.raises(NoticeUnknown):
        queries.get_notice(10**9)


def test_without_a_scope_nothing_is_seen():
    services.post([draft()])
    with scope.acting(scope.NOBODY):
        assert not Notice.objects.exists()
        assert not queries.inbox().exists()


def test_reading_is_for_the_recipient_and_happens_once(acting_as):
    services.post(
        [draft(recipient_id=1, channel="inapp", address=""), draft(recipient_id=2, channel="inapp", address="")]
    )
    own, other = Notice.objects.order_by("recipient_id")
    acting_as("coordinator", user_id=1)
    read = services.mark_read(own)
    again = services.mark_read(own)
    assert (read.state, read.read_at) == ("read", again.read_at)
    with pytest.raises(NoticeUnknown):
        services.mark_read(other)
    assert services.mark_all_read() == 0


def test_a_pic_opens_a_message_of_the_own_agency_and_the_log_says_who(acting_as):
    mine, theirs = factories.make_agency("Satu"), factories.make_agency("Dua")
    services.post([
        draft(recipient_kind="person", recipient_id=3, channel="whatsapp", address="+6281200000001", agency_id=mine.pk),
        draft(recipient_kind="donor", recipient_id=4, channel="whatsapp", address="", agency_id=theirs.pk),
    ])  # fmt: skip
    own, other = Notice.objects.order_by("recipient_id")
    acting_as("pic", mine, user_id=1)
    opened = services.mark_opened(own)
    assert (opened.state, opened.sent_label) == ("sent", "pic uji")
    assert services.mark_opened(own).sent_at == opened.sent_at
    assert AuditEvent.objects.filter(action="notices.opened").count() == 1
    assert queries.whatsapp_link(own).startswith("https://wa.me/6281200000001?text=Iuran%20November")
    with pytest.raises(CannotOpenNotice):
        services.mark_opened(other)


def test_no_message_is_opened_in_quiet_hours(clock_at):
    services.post([draft(channel="whatsapp", address="")])
    clock_at("2026-11-23 20:00 +0700")
    with pytest.raises(QuietNow, match=r"24-11-2026 07\.00"):
        services.mark_opened(Notice.objects.get())
    assert Notice.objects.get().state == "waiting"


def test_a_message_that_lost_its_reason_is_not_opened():
    services.post([draft(channel="whatsapp", address="")])
    services.cancel(draft().matter)
    with pytest.raises(NoticeClosed):
        services.mark_opened(Notice.objects.get())


def test_only_the_operator_has_failed_mail_tried_again(acting_as):
    services.post([draft()])
    Notice.objects.update(state="failed", last_error="550", attempts=7)
    assert queries.mail_queue().failed == 1
    assert services.try_again(Notice.objects.get()).state == "waiting"
    acting_as("coordinator")
    with pytest.raises(CannotSeeMail):
        services.try_again(Notice.objects.get())


def test_outcomes_are_written_once():
    services.post([draft()])
    key = Notice.objects.get().pk
    outcome = {key: ("partly", {"told": 14, "paid": 11, "lapsed": 0})}
    assert services.record_outcomes(outcome, on=date(2026, 11, 30)) == 1
    assert services.record_outcomes(outcome, on=date(2026, 12, 1)) == 0
    assert Notice.objects.get().outcome_on == date(2026, 11, 30)


def test_a_notice_is_never_thrown_away():
    services.post([draft()])
    with pytest.raises(DatabaseError), transaction.atomic():
        Notice.objects.all().delete()
