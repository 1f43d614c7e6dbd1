"""E-mail through a real mail server: each message once, troubles kept and tried again, two workers never the same one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from letters import draft

from sertakan.core.clock import WIB
from sertakan.core.models import AuditEvent
from sertakan.core.scope import SYSTEM
from sertakan.notices import queries, services
from sertakan.notices.errors import MailNotSent
from sertakan.notices.models import Notice
from sertakan.notices.services import Sent
from sertakan.notices.services.sending import BACK_OFF, LEASE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_at")]


def test_a_letter_arrives_with_its_words_and_one_link(mailbox: Any) -> None:
    services.post(
        [draft(subject="Iuran November:\n14 pekerja", body="Keluarga menerima Rp10 juta, bukan Rp42 juta – segera.")]
    )
    assert services.send_waiting(SYSTEM) == Sent(sent=1)
    (message,) = mailbox.messages
    assert message["Subject"] == "Iuran November: 14 pekerja"
    assert message["To"] == "rina@contoh.id"
    assert message["From"] == "Sertakan <sertakan@contoh.id>"
    assert message["Auto-Submitted"] == "auto-generated"
    text = message.get_content()
    assert "bukan Rp42 juta – segera." in text
    assert text.count("https://") == 1
    assert "https://sertakan.contoh.id/peringatan/" in text
    notice = Notice.objects.get()
    assert (notice.state, notice.attempts, notice.leased_until) == ("sent", 1, None)
    assert message["Message-ID"] == f"<sertakan-notice-{notice.pk}@contoh.id>"


def test_a_letter_is_sent_once(mailbox: Any) -> None:
    services.post([draft()])
    services.send_waiting(SYSTEM)
    services.post([draft()])
    assert services.send_waiting(SYSTEM) == Sent()
    assert len(mailbox.messages) == 1


def test_an_address_that_is_refused_fails_alone_and_keeps_the_reason(mailbox: Any) -> None:
    mailbox.refuse["rina@contoh.id"] = "550 5.1.1 <rina@contoh.id> no such user"
    services.post([draft(), draft(recipient_id=8, address="budi@contoh.id")])
    assert services.send_waiting(SYSTEM) == Sent(sent=1, failed=1)
    assert mailbox.recipients == ["budi@contoh.id"]
    failed = Notice.objects.get(state="failed")
    assert failed.last_error.startswith("550")
    assert "rina" not in failed.last_error
    assert queries.mail_queue().failed == 1


def test_a_passing_trouble_is_tried_again_later_and_fails_in_the_end(
    mailbox: Any, clock_at: Any, settings: Any
) -> None:
    settings.SERTAKAN_QUIET_FROM = settings.SERTAKAN_QUIET_TO = "00:00:00"
    settings.SERTAKAN_QUIET_SUNDAYS = settings.SERTAKAN_QUIET_HOLIDAYS = False
    mailbox.refuse["rina@contoh.id"] = "451 greylisted"
    services.post([draft()])
    moment = datetime(2026, 11, 23, 9, tzinfo=WIB)
    for pause in BACK_OFF:
        assert services.send_waiting(SYSTEM) == Sent(later=1)
        assert services.send_waiting(SYSTEM) == Sent()  # not before its time
        moment += pause + timedelta(minutes=1)
        clock_at(moment.strftime("%Y-%m-%d %H:%M %z"))
    assert services.send_waiting(SYSTEM) == Sent(failed=1)
    assert Notice.objects.get().last_error == "451 greylisted"


def test_after_the_trouble_the_letter_arrives(mailbox: Any, clock_at: Any) -> None:
    mailbox.refuse["rina@contoh.id"] = "451 greylisted"
    services.post([draft()])
    services.send_waiting(SYSTEM)
    mailbox.refuse.clear()
    clock_at("2026-11-23 09:06 +0700")
    assert services.send_waiting(SYSTEM) == Sent(sent=1)


def test_when_the_server_is_down_letters_keep_their_place_and_no_attempt_counts(mailbox: Any, settings: Any) -> None:
    settings.EMAIL_PORT = 1  # nobody listens there
    services.post([draft(), draft(recipient_id=8)])
    assert services.send_waiting(SYSTEM) == Sent(stopped="server_down")
    assert set(Notice.objects.values_list("state", "attempts", "leased_until")) == {("waiting", 0, None)}
    assert queries.mail_queue().last_error != ""


def test_without_a_mail_server_letters_wait(settings: Any) -> None:
    settings.EMAIL_HOST = ""
    services.post([draft()])
    assert services.send_waiting(SYSTEM) == Sent(stopped="no_server")
    assert Notice.objects.get().state == "waiting"


@pytest.mark.parametrize(
    "moment", ["2026-11-23 20:00 +0700", "2026-11-24 06:59 +0700", "2026-11-22 12:00 +0700", "2026-12-25 12:00 +0700"]
)
def test_nothing_goes_out_in_quiet_hours(mailbox: Any, clock_at: Any, moment: str) -> None:
    services.post([draft()])
    clock_at(moment)
    assert services.send_waiting(SYSTEM) == Sent(stopped="quiet")
    assert mailbox.messages == []
    assert not AuditEvent.objects.filter(action="notices.mail_sent").exists()


def test_a_letter_posted_at_night_goes_out_in_the_morning(mailbox: Any, clock_at: Any) -> None:
    clock_at("2026-11-23 21:00 +0700")
    services.post([draft()])
    clock_at("2026-11-24 07:00 +0700")
    assert services.send_waiting(SYSTEM) == Sent(sent=1)


def test_a_withdrawn_letter_is_not_sent(mailbox: Any) -> None:
    services.post([draft()])
    services.cancel(draft().matter)
    assert services.send_waiting(SYSTEM) == Sent()
    assert mailbox.messages == []


def test_a_letter_without_an_address_says_so() -> None:
    from django.test import override_settings

    with override_settings(EMAIL_HOST="127.0.0.1", DEFAULT_FROM_EMAIL="a@contoh.id"):
        services.post([draft(address="")])
        assert services.send_waiting(SYSTEM) == Sent(failed=1)
    assert Notice.objects.get().last_error == "no address"


def test_a_letter_in_the_hands_of_a_worker_is_neither_taken_nor_withdrawn_until_the_lease_runs_out(
    mailbox: Any, clock_at: Any
) -> None:
    services.post([draft()])
    Notice.objects.update(leased_until=datetime(2026, 11, 23, 9, tzinfo=WIB) + LEASE, attempts=1)
    assert services.send_waiting(SYSTEM) == Sent()
    assert services.retire("guard:", keep=[]) == 0
    clock_at("2026-11-23 09:11 +0700")
    assert services.send_waiting(SYSTEM) == Sent(sent=1)
    assert Notice.objects.get().attempts == 2


def test_the_test_letter_arrives(mailbox: Any) -> None:
    services.send_test("operator@contoh.id")
    assert mailbox.recipients == ["operator@contoh.id"]


def test_a_test_letter_that_is_refused_says_what_the_server_said(mailbox: Any, settings: Any) -> None:
    mailbox.refuse["operator@contoh.id"] = "550 relay denied"
    with pytest.raises(MailNotSent, match="550 relay denied"):
        services.send_test("operator@contoh.id")
    settings.EMAIL_PORT = 1
    with pytest.raises(MailNotSent, match="refused"):
        services.send_test("operator@contoh.id")
