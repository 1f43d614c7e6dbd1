"""A donor who signs in sees the own workers, what is due and what the money did, and nothing of anybody else."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

import factories
from sertakan.contributions import services as contributions
from sertakan.contributions.evidence import Evidence
from sertakan.core.month import Month
from sertakan.sponsorship import errors, services
from sertakan.sponsorship.models import DonorAccount

SignIn = Callable[[str], Client]


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def linked(world: Any) -> Any:
    services.link_account(donor=world.donor, username="donor")
    return world.donor


def test_a_donor_without_a_link_is_told_whom_to_ask(world: Any, sign_in: SignIn) -> None:
    assert "Akun Anda belum tertaut" in text_of(sign_in("donor").get(reverse("home")))
    assert sign_in("donor").get(reverse("own_year", args=[2026, "pdf"])).status_code == 404


def test_a_donor_sees_the_own_workers_only(world: Any, sign_in: SignIn, linked: Any) -> None:
    other = factories.make_donor(world.agency, "Orang Lain")
    factories.make_worker(world.agency, "Pekerja Orang Lain", donor=other)

    shown = text_of(sign_in("donor").get(reverse("home")))

    assert "Pekerja Dinsos A" in shown
    assert "Pekerja Orang Lain" not in shown
    assert "Pekerja Dinkes A" not in shown


def test_what_is_due_goes_when_it_was_given(world: Any, sign_in: SignIn, linked: Any) -> None:
    month = Month(2026, 12)
    contributions.confirm_month(month)
    bill = contributions.issue_bill(contributions.make_bills(month, world.agency).bills[0].bill)
    owed = sum(line.total for line in bill.lines.filter(month=bill.month, donor=linked))
    assert "Yang perlu dibayar" in text_of(sign_in("donor").get(reverse("home")))

    contributions.collect(
        agency_id=world.agency.pk, donor_id=linked.pk, funding="private", amount=owed, booked_on=date(2026, 11, 23),
        evidence=Evidence("decision", 1), bill_id=bill.pk,
    )  # fmt: skip

    shown = text_of(sign_in("donor").get(reverse("home")))
    assert "Tidak ada yang perlu dibayar sekarang" in shown
    assert sign_in("donor").get(reverse("own_year", args=[2026, "pdf"])).content.startswith(b"%PDF")
    assert sign_in("donor").get(reverse("own_year", args=[2026, "docx"])).status_code == 404


def test_only_a_donors_account_is_linked_and_only_once(world: Any) -> None:
    with pytest.raises(errors.AccountUnknown):
        services.link_account(donor=world.donor, username="pic")
    with pytest.raises(errors.AccountUnknown):
        services.link_account(donor=world.donor, username="siapa")
    account = services.link_account(donor=world.donor, username="donor")
    assert services.link_account(donor=world.donor, username="donor") == account
    with pytest.raises(errors.AccountTaken):
        services.link_account(donor=factories.make_donor(world.agency), username="donor")
    services.unlink_account(donor=world.donor)
    assert not DonorAccount.objects.exists()


def test_a_pic_links_an_account_on_the_page_of_the_donor(world: Any, sign_in: SignIn) -> None:
    url = reverse("donor_change", args=[world.donor.pk])
    assert "tidak ada, atau tidak berperan donatur" in text_of(
        sign_in("pic").post(url, {"apa": "akun", "username": "x"}, follow=True)
    )
    assert "Akun ditautkan" in text_of(sign_in("pic").post(url, {"apa": "akun", "username": "donor"}, follow=True))
    assert sign_in("other_pic").post(url, {"apa": "lepas-akun"}).status_code == 404
    assert "Tautan akun dilepas" in text_of(sign_in("pic").post(url, {"apa": "lepas-akun"}, follow=True))
