"""The other language: every page speaks English when English is chosen, and only data stays Indonesian."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from test_pages import DOWNLOADS, READ, address

SignIn = Callable[[str], Client]

INDONESIAN = frozenset(
    re.findall(
        r"\w+",
        """
        yang dan baris belum dengan untuk tidak dari pada sudah atau berkas pekerja tagihan kiriman ditahan diterima ditolak
        bulan mulai jumlah semua lihat unduh unggah kembali simpan pilih nama alamat pekerjaan tanggal lahir jenis kelamin
        keadaan iuran sumber donatur dalam adalah ini itu lagi lalu sebab karena kolom lembar berlaku menurut aturan sampai
        dasar upah orang sistem januari februari maret mei juni juli agustus oktober desember senin selasa rabu kamis jumat
        sabtu minggu
        """,
    )
)
PAGES = [name for name in READ if name not in DOWNLOADS | {"file_progress"}]
# More of the same pages: what a filter, a tab or another state shows.
VARIANTS = [
    ("file", "accepted_file", "pic", ""),
    ("file", "file", "auditor", ""),
    ("batch", "draft", "pic", ""),
    ("batch", "sent", "pic", ""),
    ("batches", "", "coordinator", ""),
    ("bills", "", "operator", ""),
    ("bills", "", "pic", ""),
    ("bill", "bill", "operator", ""),
    ("left_out", "", "pic", "?kind=new"),
    ("left_out", "", "pic", "?kind=continue"),
    ("left_out", "", "pic", "?kind=stop"),
    ("left_out", "", "pic", "?kind=reactivate"),
    ("people", "", "auditor", "?cari=x"),
    ("people", "", "auditor", "?cari=zzzzzz"),
    ("home", "", "coordinator", ""),
    ("home", "", "leader", ""),
    ("home", "", "donor", ""),
    ("home", "", "bpjs", ""),
    ("agencies", "", "leader", "?cari=zzzz"),
    ("audit", "", "auditor", "?opd=1&tindakan=opening"),
    ("pairs", "", "operator", "?bagian=kedua"),
    ("pairs", "", "auditor", ""),
    ("pair", "pair", "auditor", ""),
    ("rules", "", "", ""),
    ("rules", "", "", "?month=2027-01&income=5000000&sector=other&funding=private&programmes=jkk,jkm,jht"),
    ("rules", "", "", "?month=2026-06&income=1099500&sector=transport&funding=apbdes&programmes=jkk,jkm"),
    ("rules", "", "", "?month=1999-01&income=1099500&sector=transport&funding=apbdes&programmes=jkk,jkm"),
    ("account_login", "", "", ""),
    ("mfa_index", "", "pic", ""),
    ("style", "", "pic", ""),
]


class Words(HTMLParser):
    """What a person sees or hears of a page. Parts that are marked as Indonesian (``lang="id"``) are data."""

    VOID = frozenset(
        ("br", "img", "input", "meta", "link", "hr", "rect", "circle", "path", "polyline", "use", "col", "wbr")
    )
    SPOKEN = frozenset(("aria-label", "title", "alt", "placeholder", "data-label", "content", "data-too-large"))

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.hidden: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        silent = (
            tag in ("script", "style") or (tag != "html" and given.get("lang") == "id") or given.get("class") == "law"
        )
        if self.hidden or silent:
            if tag not in self.VOID:
                self.hidden.append(tag)
            return
        self.found += [value for name, value in attributes if name in self.SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        if self.hidden and tag not in self.VOID:
            self.hidden.pop()

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.found.append(data)


def visible(response: Any) -> str:
    reader = Words()
    reader.feed(response.content.decode())
    return re.sub(r"\s+", " ", " | ".join(text for text in reader.found if text.strip()))


def names_in_the_database() -> Iterator[str]:
    """Names of people, agencies, places, trades and files: data, in whatever language they are."""
    from django.contrib.auth import get_user_model

    from sertakan.agencies.models import Agency
    from sertakan.areas.models import Area
    from sertakan.classification.models import Occupation
    from sertakan.intake.models import File
    from sertakan.people.models import Person
    from sertakan.sponsorship.models import AnswerFile, BpjsOffice, Donor

    for model, fields in (
        (Agency, ("name", "short_name")), (Area, ("name",)), (Occupation, ("term",)), (File, ("name",)), (Person, ("name",)),
        (AnswerFile, ("name",)), (BpjsOffice, ("name",)), (Donor, ("name",)), (get_user_model(), ("first_name", "username")),
    ):  # fmt: skip
        for values in model.objects.values_list(*fields):
            yield from (value for value in values if len(value) > 2)


def indonesian_words(text: str, data: Iterable[str]) -> list[str]:
    """The Indonesian words of `text` that are not in `data`, each with what stands around it."""
    for name in sorted(set(data), key=len, reverse=True):
        text = text.replace(name, "·")
    found = []
    for match in re.finditer(r"[a-z]+", text.casefold()):
        if match[0] in INDONESIAN:
            found.append(text[max(0, match.start() - 40) : match.end() + 40])
    return found


@pytest.fixture
def in_english(sign_in: SignIn) -> SignIn:
    """A client signed in as a role, that has chosen English."""

    def as_role(role: str) -> Client:
        client = sign_in(role)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        return client

    return as_role


@pytest.mark.parametrize(
    ("name", "key", "role", "query"), [*((name, *READ[name][:2], "") for name in PAGES), *VARIANTS]
)
def test_a_page_speaks_english(world: Any, in_english: SignIn, name: str, key: str, role: str, query: str) -> None:
    client = in_english(role)
    response = client.get(address(world, name, key) + query, follow=name in ("left_out", "mfa_index"))
    assert response.status_code == 200
    assert response["Content-Language"] == "en"
    assert indonesian_words(visible(response), names_in_the_database()) == []


def test_the_row_editor_speaks_english(world: Any, in_english: SignIn) -> None:
    response = in_english("pic").get(reverse("row", args=[world.file.pk, 0, 3]))
    assert response.status_code == 200
    assert indonesian_words(visible(response), names_in_the_database()) == []


def test_a_number_is_shown_in_english(world: Any, in_english: SignIn) -> None:
    response = in_english("pic").post(
        reverse("person_number", args=[world.workers[0].person.pk]), {"reason": "compared with the card"}
    )
    assert indonesian_words(visible(response), names_in_the_database()) == []


@pytest.mark.parametrize("name", [name for name, entry in READ.items() if entry[2]])
def test_a_page_for_others_says_so_in_english(world: Any, in_english: SignIn, name: str) -> None:
    key, _, role = READ[name]
    response = in_english(role).get(address(world, name, key))
    assert response.status_code == 403
    assert indonesian_words(visible(response), names_in_the_database()) == []


@pytest.mark.parametrize(
    ("name", "key", "role", "given"),
    [
        ("upload", "", "pic", {}),
        ("bill_make", "", "pic", {}),
        ("bill_make", "", "pic", {"month": "2027-01"}),
        ("bill_make", "", "pic", {"month": "2031-01"}),
        ("bill_issue", "bill", "operator", {}),
        ("batch_prepare", "", "pic", {"kind": "stop"}),
        ("batch_answer", "sent", "pic", {}),
        ("consents_record", "", "pic", {}),
        ("file_answer", "file", "pic", {}),
        ("file_take_back", "accepted_file", "pic", {"reason": "wrong"}),
        ("batch_follow_up", "sent", "pic", {}),
        ("batch_send", "sent", "pic", {}),
        ("person_number", "person", "pic", {"reason": ""}),
        ("pair_decide", "pair", "coordinator", {}),
        ("pair_decide", "pair", "coordinator", {"answer": "different", "reason": "two cards were seen"}),
        ("pair_decide", "pair", "coordinator", {"answer": "same", "reason": "one card was seen"}),
        ("pair_undo", "pair", "coordinator", {"reason": "pressed by mistake"}),
        ("person_split", "merge", "coordinator", {"reason": "no"}),
    ],
)
def test_what_an_act_answers_is_english(
    world: Any, in_english: SignIn, name: str, key: str, role: str, given: dict[str, str]
) -> None:
    response = in_english(role).post(address(world, name, key), given, follow=True)
    assert indonesian_words(visible(response), names_in_the_database()) == []


def test_a_file_that_could_not_be_read_says_why_in_the_readers_language(
    world: Any, sign_in: SignIn, in_english: SignIn
) -> None:
    from sertakan.core.scope import SYSTEM, acting
    from sertakan.intake import errors
    from sertakan.programme import files

    with acting(SYSTEM, reason="uji"):
        kept, _ = files.receive(agency=world.agency, name="kosong.csv", data=b"")
    with pytest.raises(errors.ReadingError):
        files.check(file_id=kept.pk, actor=SYSTEM)
    where = reverse("file", args=[kept.pk])
    assert "Berkas ini kosong" in visible(sign_in("pic").get(where))
    english = visible(in_english("pic").get(where))
    assert "This file is empty" in english
    assert indonesian_words(english, names_in_the_database()) == []


def test_documents_stay_indonesian(world: Any, in_english: SignIn) -> None:
    from io import BytesIO

    import openpyxl

    response = in_english("pic").get(reverse("bill_xlsx", args=[world.bill.pk]))
    book = openpyxl.load_workbook(BytesIO(response.content), read_only=True)
    texts = " ".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell)
    assert "Januari 2027" in texts
    assert "January" not in texts
    assert "Konsep" in texts


def test_reasons_of_an_amount_come_in_the_language_that_is_asked_for(world: Any) -> None:
    asked = {"month": "2026-12", "income": 1_000_000}
    indonesian = Client().get("/api/v1/rules/explain", asked).json()
    english = Client().get("/api/v1/rules/explain", {**asked, "language": "en"}).json()
    assert {**indonesian, "reasons": []} == {**english, "reasons": []}
    assert "Jumlah iuran Desember 2026 adalah Rp8.400." in [reason["text"] for reason in indonesian["reasons"]]
    assert "The contribution of December 2026 is Rp8,400." in [reason["text"] for reason in english["reasons"]]


def test_every_refusal_has_a_code_of_its_own() -> None:
    import importlib
    import pkgutil
    from collections import defaultdict

    import sertakan
    from sertakan.core.errors import DomainError

    for module in pkgutil.walk_packages(sertakan.__path__, "sertakan."):
        if ".migrations" not in module.name:
            importlib.import_module(module.name)
    kinds, codes = [DomainError], defaultdict(set)
    for kind in kinds:
        codes[kind.code].add(f"{kind.__module__}.{kind.__name__}")
        kinds += [child for child in kind.__subclasses__() if child not in kinds]
    twice = {code: names for code, names in codes.items() if len({name for name in names if "test" not in name}) > 1}
    assert not twice
