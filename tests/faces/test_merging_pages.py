"""Pages and command of merging agencies: choose, look, confirm; refusals change nothing; what was merged is told."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sertakan.agencies.models import Agency, Succession, Transfer
from sertakan.sponsorship.models import Sponsorship

SignIn = Callable[[str], Client]


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def asked(world: Any, **more: Any) -> dict[str, Any]:
    return {"dari": [world.other.pk], "penerus": world.agency.pk, "hari": "2026-11-20", "langkah": "periksa", **more}


def unchanged(world: Any) -> bool:
    world.other.refresh_from_db()
    return world.other.valid_to is None and not Succession.objects.exists() and not Transfer.objects.exists()


@pytest.mark.parametrize("role", ["coordinator", "operator"])
def test_a_merger_is_looked_at_then_confirmed_by_typing_the_name(world: Any, sign_in: SignIn, role: str) -> None:
    client, where = sign_in(role), reverse("agency_merge")
    running = Sponsorship.objects.exclude(state__in=["ended", "refused"])
    before = running.filter(agency__in=[world.agency, world.other]).count()
    moving = running.filter(agency=world.other).count()
    assert "Lihat apa yang berpindah" in text_of(client.get(where))
    looked = client.post(where, asked(world))
    shown = text_of(looked)
    assert looked.status_code == 200
    assert "Belum ada yang berubah" in shown
    assert re.search(rf"Pekerja yang disertakan {moving} ", shown)
    assert "Tetap pada pendahulunya" in shown
    assert unchanged(world)
    wrong = client.post(where, asked(world, langkah="gabung", konfirmasi="Dinas"))
    assert wrong.status_code == 400
    assert f"bukan “{world.agency.short_name}”" in text_of(wrong)
    assert 'value="Dinas"' in wrong.content.decode()
    assert unchanged(world)
    done = client.post(where, asked(world, langkah="gabung", konfirmasi=world.agency.short_name.lower()), follow=True)
    assert f"digabung ke {world.agency.short_name}. {moving} pekerja" in text_of(done)
    assert running.filter(agency=world.agency).count() == before
    assert "Pendahulu" in text_of(done)
    assert world.other.name in text_of(client.get(reverse("agency_mergers")))
    assert f"digabung ke {world.agency.short_name} sejak 20 November 2026" in text_of(client.get(reverse("agencies")))
    gone = text_of(client.get(reverse("agency", args=[world.other.pk])))
    assert f"Digabung ke {world.agency.short_name} sejak 20 November 2026" in gone
    assert world.other_bill.number in gone


def test_the_officer_of_the_successor_sees_how_much_stayed_and_whom_to_ask(world: Any, sign_in: SignIn) -> None:
    sign_in("operator").post(
        reverse("agency_merge"), asked(world, langkah="gabung", konfirmasi=world.agency.short_name)
    )
    for role in ("pic", "other_pic"):  # the officer of the one that ended works for the successor from now on
        client = sign_in(role)
        shown = text_of(client.get(reverse("agency", args=[world.agency.pk])))
        assert "mintalah koordinator provinsi" in shown
        assert world.other.name in shown
        assert client.get(reverse("agency", args=[world.other.pk])).status_code == 404
        assert client.get(reverse("bill", args=[world.other_bill.pk])).status_code == 404
        assert client.get(reverse("person", args=[world.other_workers[0].person.pk])).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"hari": ""}, "Tulis hari"), ({"dari": []}, "Pilih siapa"), ({"penerus": ""}, "Pilih siapa"),
        ({"hari": "2026-11-24"}, "harinya belum tiba"), ({"hari": "2019-01-01"}, "tidak berlaku pada hari itu"),
        ({"penerus": "999999"}, "tidak dikenal"),
    ],
)  # fmt: skip
def test_a_merger_that_cannot_be_says_why_and_keeps_what_was_chosen(
    world: Any, sign_in: SignIn, wrong: dict[str, Any], said: str
) -> None:
    page = sign_in("coordinator").post(reverse("agency_merge"), asked(world, **wrong, langkah="gabung", konfirmasi="x"))
    assert page.status_code in (400, 404)
    assert said in text_of(page)
    if "dari" not in wrong:
        assert f'value="{world.other.pk}" selected' in page.content.decode()
    assert unchanged(world)


def test_an_agency_into_itself_is_refused(world: Any, sign_in: SignIn) -> None:
    page = sign_in("coordinator").post(reverse("agency_merge"), asked(world, dari=[world.agency.pk]))
    assert page.status_code == 400
    assert "penerus yang lain" in text_of(page)
    assert unchanged(world)


def test_a_new_successor_is_made_first_and_is_then_chosen(world: Any, sign_in: SignIn) -> None:
    client = sign_in("coordinator")
    given = {
        "kode": "OPD-99",
        "nama": "Dinas Gabungan Rekaan",
        "singkatan": "Digab",
        "jenis": "dinas",
        "berlaku": "2026-11-20",
    }
    for wrong, said in (
        ({"nama": " "}, "Nama perangkat daerah belum diisi"), ({"kode": world.agency.code}, "sudah dipakai"),
        ({"berlaku": "x"}, "Tulis sejak kapan"), ({"berlaku": "2026-12-01"}, "harinya belum tiba"),
    ):  # fmt: skip
        page = client.post(reverse("agency_new"), {**given, **wrong})
        assert page.status_code in (400, 409)
        assert said in text_of(page)
        assert 'value="Digab"' in page.content.decode()
    assert not Agency.objects.filter(short_name="Digab").exists()
    page = client.post(reverse("agency_new"), given, follow=True)
    made = Agency.objects.get(short_name="Digab")
    assert f'value="{made.pk}" selected' in page.content.decode()
    done = client.post(
        reverse("agency_merge"),
        asked(world, dari=[world.agency.pk, world.other.pk], penerus=made.pk, langkah="gabung", konfirmasi="Digab"),
        follow=True,
    )
    assert "digabung ke Digab" in text_of(done)
    assert Succession.objects.filter(successor=made).count() == 2


@pytest.mark.parametrize("role", ["leader", "auditor", "bpjs", "pic", "donor"])
def test_others_look_at_most(world: Any, sign_in: SignIn, role: str) -> None:
    client = sign_in(role)
    sees = role not in ("pic", "donor")
    assert client.get(reverse("agency_mergers")).status_code == (200 if sees else 403)
    assert client.get(reverse("agency_merge")).status_code == 403
    assert client.post(reverse("agency_merge"), asked(world)).status_code == 403
    assert client.post(reverse("agency_new"), {}).status_code == 403
    assert client.get(reverse("agency_new")).status_code in (403, 405)
    if sees:
        assert "Belum ada penggabungan" in text_of(client.get(reverse("agency_mergers")))
    assert Client().get(reverse("agency_mergers")).status_code == 302


# The command


@pytest.fixture
def run(world: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """Run a command line on the world, in its transaction; the exit code, and stdout (read as JSON when asked for)."""
    from sertakan.cli import main, session

    monkeypatch.setattr(session, "set_up", lambda **_: None)

    def command(*words: str) -> tuple[int, Any]:
        capsys.readouterr()
        code = main.run(words)
        out = capsys.readouterr()
        return code, json.loads(out.out) if "--json" in words else out.out + out.err

    return command


def test_the_command_counts_first_and_merges_then(world: Any, run: Callable[..., Any]) -> None:
    words = ("agency", "merge", "--from", world.other.code, "--into", world.agency.short_name, "--on", "2026-11-20")
    code, tried = run(*words, "--dry-run", "--json")
    assert (code, tried["dry_run"], tried["from"], tried["into"]) == (0, True, [world.other.code], world.agency.code)
    assert unchanged(world)
    code, said = run(*words, "--dry-run")
    assert "Percobaan, tidak ada yang berubah" in said
    code, made = run(*words, "--json")
    assert (code, made["dry_run"]) == (0, False)
    assert made["passed"] == tried["passed"]
    assert made["stays"] == tried["stays"]
    code, refused = run(*words, "--json")
    assert (code, refused["code"]) == (2, "agency_ended")
    code, listed = run("agency", "list", "--json")
    codes = {one["code"]: one["predecessors"] for one in listed["agencies"]}
    assert world.other.code not in codes
    assert codes[world.agency.code] == [{"code": world.other.code, "on": "2026-11-20"}]
    code, listed = run("agency", "list", "--on", "2026-11-19", "--json")
    assert {world.other.code, world.agency.code} <= {one["code"] for one in listed["agencies"]}


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"--on": "kemarin"}, "usage"), ({"--on": "2026-11-24"}, "merger_impossible"), ({"--into": "Tidak Ada"}, "agency_unknown"),
        ({"--from": "Dinsos"}, "merger_impossible"),
    ],
)  # fmt: skip
def test_the_command_refuses_with_a_reason_and_changes_nothing(
    world: Any, run: Callable[..., Any], wrong: dict[str, str], code: str
) -> None:
    given = {"--from": world.other.code, "--into": "Dinsos", "--on": "2026-11-20", **wrong}
    status, refused = run("agency", "merge", *(word for pair in given.items() for word in pair), "--json")
    assert (status, refused["code"]) == (2, code)
    assert unchanged(world)


def test_what_was_on_its_way_when_they_merged_arrives(world: Any, sign_in: SignIn) -> None:
    """BPJS answers the batch of an agency that exists no more, and its bill is collected: both stay where they were made."""
    import factories
    from sertakan.contributions import services as contributions
    from sertakan.contributions.evidence import Evidence
    from sertakan.core.scope import SYSTEM, acting
    from sertakan.sponsorship import services as sponsorship

    with acting(SYSTEM, reason="uji"):
        batch = sponsorship.send_batch(batch=world.other_batch)
    sign_in("operator").post(
        reverse("agency_merge"), asked(world, langkah="gabung", konfirmasi=world.agency.short_name)
    )
    worker = world.other_workers[0]
    line = world.other_bill.lines.first()
    with acting(SYSTEM, reason="uji"):
        sponsorship.take_answer(batch=batch, source=factories.accepted_answer(worker), name="jawaban.xlsx")
        worker.sponsorship.refresh_from_db()
        paid = contributions.collect(
            agency_id=world.other.pk, donor_id=line.donor_id, funding=line.funding, amount=line.total,
            booked_on=date(2026, 11, 23), evidence=Evidence("bank_line", 1), bill_id=world.other_bill.pk,
        )  # fmt: skip
    assert (worker.sponsorship.state, worker.sponsorship.agency_id) == ("awaiting_payment", world.agency.pk)
    assert paid.agency_id == world.other.pk
    batch.refresh_from_db()
    assert batch.agency_id == world.other.pk


def test_the_slip_of_an_old_bill_is_still_printed_for_a_donor_who_moved(world: Any, sign_in: SignIn) -> None:
    client = sign_in("operator")
    swapped = asked(
        world, dari=[world.agency.pk], penerus=world.other.pk, langkah="gabung", konfirmasi=world.other.short_name
    )
    client.post(reverse("agency_merge"), swapped)
    world.donor.refresh_from_db()
    assert world.donor.agency_id == world.other.pk
    slip = client.get(reverse("donor_slip", args=[world.bill.pk, world.donor.pk]))
    assert slip.content.startswith(b"%PDF")
    assert client.get(reverse("donor_slip", args=[world.other_bill.pk, world.donor.pk])).status_code == 404
