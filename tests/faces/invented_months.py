"""An invented small programme that people run through the pages: who signs in, which day it is, and the work of the night."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

import factories
from sertakan.core import clock
from sertakan.core.month import Month
from sertakan.core.scope import SYSTEM, acting

NIGHT = ("protection.refresh", "sponsorship.carry_out_stops", "programme.follow_cover", "programme.follow_up")
"""What runs by itself every night and morning, in the order of its hours."""
SYLLABLES = ("ba", "ce", "di", "fo", "gu", "ha", "ji", "ko", "lu", "me", "na", "pi", "ro", "su", "te", "wa")
AMOUNT = 16_800
"""What one worker owes for a month, JKK and JKM on the lowest wage."""
HEADINGS = (
    "NIK;Nama;Tanggal Lahir;Jenis Kelamin;No HP;Pekerjaan;Bulan Mulai;Jumlah Bulan;Nama ASN;NIP ASN;Tanggal Persetujuan"
)


@dataclass
class Office:
    """One agency of the walk, its clerk, and the numbers that BPJS gave its workers, in the order of its list."""

    agency: Any
    client: Client
    workers: int
    donors: int
    kpj: list[str] = field(default_factory=list)


class Walk:
    """Whoever acts does it through a page; what no page does (users, the queue, the night) stands in this class."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._patch = patch
        self._done: set[int] = set()
        self.clients: dict[str, Client] = {}

    def day(self, text: str) -> date:
        """Turn the clock, let the queue and the night run."""
        self._patch.setenv("SERTAKAN_TODAY", text)
        for name in NIGHT:
            _run(name, {})
        return date.fromisoformat(text)

    def sign_in(self, role: str, agency: Any = None) -> Client:
        """A client of a user with that role; users are named by the operator's command, not on a page."""
        client = Client()
        with acting(SYSTEM, reason="uji"):
            client.force_login(factories.make_user(role, agency))
        self.clients[role] = client
        return client

    def work(self) -> None:
        """What the pages have queued is done, as a worker would do it."""
        from procrastinate.contrib.django.models import ProcrastinateJob

        for job in ProcrastinateJob.objects.filter(status="todo").exclude(pk__in=self._done).order_by("pk"):
            self._done.add(job.pk)
            _run(job.task_name, job.args)


def _run(name: str, given: dict[str, Any]) -> None:
    from procrastinate.contrib.django import app

    app.tasks[name].func(**given)


def text_of(response: Any) -> str:
    """The words of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def post(client: Client, name: str, given: dict[str, Any] | None = None, *arguments: Any) -> Any:
    """Send a form and follow it; a page that refuses, or says that something went wrong, ends the walk."""
    response = client.post(reverse(name, args=arguments), given or {}, follow=True)
    assert response.status_code == 200, (name, response.status_code, text_of(response)[:600])
    wrong = [str(one) for one in response.context["messages"] if one.level_tag == "error"] if response.context else []
    assert not wrong, (name, wrong)
    return response


def name_of(number: int) -> str:
    """Names unlike each other, so that numbers one digit apart are no typing errors."""
    mixed = number * 2_654_435_761 % 2**32
    words = ("".join(SYLLABLES[mixed >> shift & 15] for shift in range(start, start + 12, 4)) for start in (8, 20))
    return " ".join(word.capitalize() for word in words)


def list_of(first: int, workers: int, donors: int, *, start: str, months: int, broken: int = 0) -> str:
    """A list of an agency as it is pasted or uploaded; the number of the last `broken` rows lacks its end."""
    lines = [HEADINGS]
    for at in range(workers):
        number = first + at
        mixed = number * 2_246_822_519 % 2**32 >> 8
        day, month, year = 1 + mixed % 28, 1 + mixed // 28 % 12, 65 + mixed // 336 % 35
        nik = f"177102{day:02d}{month:02d}{year}{number:04d}"
        shown = nik[:9] if at >= workers - broken else nik
        donor = first + at % donors
        lines.append(
            f"{shown};{name_of(number)};{day:02d}-{month:02d}-19{year};L;0812{mixed % 10_000_000:08d};penjaga rumah;{start};{months};"
            f"Donatur {name_of(5_000 + donor)};198001012005011{donor:03d};01-09-2025"
        )
    return "\n".join(lines)


def nik_of(number: int) -> str:
    """The number of the worker with that serial, as `list_of` writes it."""
    mixed = number * 2_246_822_519 % 2**32 >> 8
    return f"177102{1 + mixed % 28:02d}{1 + mixed // 28 % 12:02d}{65 + mixed // 336 % 35}{number:04d}"


def hand_in(walk: Walk, office: Office, text: str) -> int:
    """The clerk uploads a list and has it written down; the file's number."""
    given = {"agency": office.agency.pk, "file": SimpleUploadedFile("daftar.csv", text.encode())}
    shown = post(office.client, "upload", given)
    file_id = int(re.search(r"/berkas/(\d+)/", shown.request["PATH_INFO"])[1])  # type: ignore[index]
    walk.work()
    post(office.client, "file_accept", None, file_id)
    walk.work()
    return file_id


def through_bpjs(walk: Walk, office: Office) -> None:
    """A batch is prepared and sent; BPJS accepts, confirms the first month and gives numbers."""
    from sertakan.sponsorship.models import Batch, BpjsOffice
    from sertakan.synthetic import bpjs

    with acting(SYSTEM, reason="uji"):
        branch = BpjsOffice.objects.order_by("pk").values_list("pk", flat=True)[0]
    given = {"agency": office.agency.pk, "kind": "new", "office": branch}
    shown = post(office.client, "batch_prepare", given)
    batch_id = int(re.search(r"/kiriman/(\d+)/", shown.request["PATH_INFO"])[1])  # type: ignore[index]
    post(office.client, "batch_send", None, batch_id)
    officer = walk.clients["bpjs"]
    workbook = officer.post(reverse("batch_workbook", args=[batch_id]), {"reason": "pendaftaran"}).content
    with acting(SYSTEM, reason="uji"):
        desk = bpjs.cases(Batch.objects.get(pk=batch_id), workbook, steps={})
    desk = [replace(case, months=1, amount=AMOUNT) for case in desk]
    for name, make in bpjs.ANSWERS.items():
        file = SimpleUploadedFile(f"{name}.xlsx", make(desk, on=clock.today()))
        post(officer, "batch_answer", {"file": file}, batch_id)
    office.kpj = [case.kpj for case in desk]
    _run("contributions.pull_confirmations", {})


def bill(walk: Walk, office: Office, month: Month) -> None:
    """The clerk makes and issues the bill of a month that the operator released."""
    shown = post(office.client, "bill_make", {"month": str(month), "agency": office.agency.pk})
    bill_id = int(re.search(r"/tagihan/(\d+)/", shown.request["PATH_INFO"])[1])  # type: ignore[index]
    post(walk.clients["operator"], "bill_confirm", {"month": str(month), "note": "uji"})
    post(office.client, "bill_issue", None, bill_id)


def confirm(walk: Walk, rows: Iterable[tuple[str, Month, int, str]]) -> None:
    """BPJS uploads what it received: number, month, amount, day."""
    lines = ["KPJ;Bulan iuran;Jumlah dibayar;Tanggal bayar", *(f"{a};{b};{c};{d}" for a, b, c, d in rows)]
    file = SimpleUploadedFile("konfirmasi.csv", "\n".join(lines).encode())
    shown = post(walk.clients["bpjs"], "confirmations", {"file": file})
    assert not shown.context["held"], shown.context["held"]
