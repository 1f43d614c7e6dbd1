"""``sertakan duties``, ``remind``, ``meeting`` and ``report``: words, one JSON document, refusals with code 2; looking writes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sertakan.agencies.models import Agency
from sertakan.core.models import AuditEvent
from sertakan.followup import queries, services
from sertakan.followup.models import Circular, Duty, Plan, Reminder, Standing
from sertakan.letters.models import Letter
from sertakan.meetings.models import AgendaItem, Meeting
from sertakan.notices.models import Notice

Run = Callable[..., tuple[int, Any]]
TODAY = date(2026, 11, 23)


@pytest.fixture
def said(
    world: Any, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    """Runs a command in the test's own transaction; its code and what it printed."""
    from sertakan.cli import main, session

    monkeypatch.setattr(session, "set_up", lambda: None)

    def run(*words: str) -> tuple[int, str]:
        code = main.run(words)
        found = capfd.readouterr()
        return code, " ".join((found.out + found.err).split())

    return run


@pytest.fixture
def run(said: Any, capfd: pytest.CaptureFixture[str]) -> Run:
    """The same with ``--json``: standard output is exactly one document."""
    from sertakan.cli import main

    def command(*words: str) -> tuple[int, Any]:
        code = main.run([*words, "--json"])
        return code, json.loads(capfd.readouterr().out)

    return command


def counted() -> tuple[int, ...]:
    """Everything that these commands could write."""
    tables = (Standing, Reminder, Notice, Letter, AgendaItem, Meeting, AuditEvent)
    return tuple(table.objects.count() for table in tables)


@pytest.fixture
def deadline(world: Any) -> Duty:
    """A deadline that comes in five working days, and a plan of reminders that is turned on."""
    duty = Duty.objects.get(code="terlindungi")
    services.set_deadline(duty=duty, rule="tgl-30", on=date(2026, 9, 1))
    services.set_plan(circular=Circular.objects.get(), active=True, escalation=True)
    Plan.objects.update(started_on=date(2026, 9, 1))
    return duty


def test_duties_say_where_every_agency_stands_and_write_nothing(world: Any, run: Run, said: Any) -> None:
    before = counted()
    code, found = run("duties")
    assert code == 0
    assert found["on"] == TODAY.isoformat()
    assert [row["id"] for row in found["duties"]] == [row.id for row in queries.duties(TODAY)]
    addressed = queries.addressees(Circular.objects.get().pk, TODAY)
    assert sorted(one["agency"] for one in found["agencies"]) == sorted(body.code for body in addressed)
    own = next(one for one in found["agencies"] if one["agency"] == world.agency.code)
    assert (own["fulfilled"], own["asked"]) == max((one["fulfilled"], one["asked"]) for one in found["agencies"])
    code, words = said("duties")
    assert code == 0
    assert f"{world.agency.short_name}: {own['fulfilled']} dari {own['asked']}" in words
    assert counted() == before


def test_duties_of_one_agency_show_its_cells_as_they_will_be_recorded(world: Any, run: Run, said: Any) -> None:
    from sertakan.programme import following

    code, found = run("duties", "--agency", world.agency.short_name)
    assert code == 0
    assert found["agency"] == world.agency.code
    assert [one["agency"] for one in found["agencies"]] == [world.agency.code]
    following.follow()
    cells = queries.states(TODAY, agency_ids=[world.agency.pk])
    assert [(one["status"], one["value"], one["of"]) for one in found["cells"]] == [
        (cell.status, cell.value, cell.of) for cell in cells
    ]
    assert "fulfilled" in said("duties", "--agency", world.agency.code)[1]


def test_duties_of_a_past_day_are_what_was_known_then(world: Any, run: Run) -> None:
    from sertakan.programme import following

    following.follow()
    code, found = run("duties", "--on", "2026-11-22", "--agency", world.agency.code)
    assert (code, found["on"]) == (0, "2026-11-22")
    assert {one["value"] for one in found["cells"]} == {None}  # nothing had been counted yet


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("duties", "--agency", "Antah Berantah"), "agency_unknown"),
        (("duties", "--on", "kemarin"), "usage"),
        (("duties", "--on", "9999-12-31"), "duties_day_too_far"),
        (("remind", "--on", "2026-11-24"), "usage"),
        (("remind", "--dry-run", "--on", "9999-12-31"), "duties_day_too_far"),
        (("meeting", "prepare", "999999"), "meeting_unknown"),
        (("meeting", "invite", "999999"), "meeting_unknown"),
        (("meeting", "prepare", "satu"), "usage"),
        (("report", "monthly", "--month", "2026-13", "--out", "a.pdf"), "usage"),
        (("report", "monthly", "--month", "2026-11"), "usage"),
        (("report", "monthly", "--month", "2026-11", "--out", "a.txt"), "usage"),
        (("report", "monthly", "--month", "2026-11", "--out", "tidak/ada/a.pdf"), "usage"),
        (("report", "monthly", "--month", "2027-01", "--out", "a.pdf"), "report_too_early"),
        (("report", "monthly", "--month", "2024-01", "--out", "a.pdf"), "report_not_ready"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused_with_code_two_and_leaves_nothing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], code: str
) -> None:
    monkeypatch.chdir(tmp_path)
    before = counted()
    status, refusal = run(*words)
    assert (status, refusal["code"]) == (2, code)
    assert refusal["message"]
    assert counted() == before
    assert not list(tmp_path.iterdir())


def test_a_dry_run_says_what_a_run_sends_and_writes_nothing(world: Any, run: Run, said: Any, deadline: Duty) -> None:
    before = counted()
    code, found = run("remind", "--dry-run")
    assert code == 0
    assert found["messages"]
    words = said("remind", "--dry-run")[1]
    assert all(one["subject"] in words for one in found["messages"])
    assert counted() == before
    code, ran = run("remind")
    assert code == 0
    assert ran["sent"] == len(found["messages"])
    codes = dict(Agency.objects.values_list("pk", "code"))
    sent = Reminder.objects.filter(state="sent")
    assert sorted((codes[one.agency_id], one.kind, one.days) for one in sent) == sorted(
        (one["agency"], one["kind"], one["days"]) for one in found["messages"]
    )
    assert run("remind")[1] == {"on": TODAY.isoformat(), "planned": 0, "sent": 0, "cancelled": 0, "closed": False}
    assert "0 pengingat dikirim" in said("remind")[1]


def test_nothing_is_sent_while_reminders_are_off_or_offices_are_closed(
    run: Run, said: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("remind", "--dry-run") == (0, {"on": TODAY.isoformat(), "messages": []})
    monkeypatch.setenv("SERTAKAN_TODAY", "2026-11-22")
    assert "Hari ini bukan hari kerja" in said("remind")[1]
    assert not Reminder.objects.exists()


def test_a_meeting_is_planned_prepared_and_listed(world: Any, run: Run, said: Any, deadline: Duty) -> None:
    from sertakan.programme import following

    following.follow()
    code, made = run("meeting", "plan", "--title", "Rapat uji", "--at", "2026-12-01T09:00", "--place", "Aula")
    assert code == 0
    code, found = run("meeting", "prepare", str(made["meeting"]))
    assert code == 0
    assert found["prepared_on"] == TODAY.isoformat()
    items = list(AgendaItem.objects.filter(meeting=made["meeting"]).order_by("position"))
    assert [(one["kind"], one["title"]) for one in found["agenda"]] == [(item.kind, item.title) for item in items]
    assert items
    words = said("meeting", "prepare", str(made["meeting"]))[1]
    assert all(item.title in words for item in items)
    assert AgendaItem.objects.filter(meeting=made["meeting"]).count() == len(items)
    assert "Rapat uji" in said("meeting", "list")[1]


@pytest.fixture
def kept(world: Any) -> None:
    from sertakan.protection import services as protection

    protection.refresh()


def test_the_monthly_report_is_a_numbered_letter_of_two_pages(world: Any, kept: None, run: Run, tmp_path: Path) -> None:
    import pypdfium2

    out = tmp_path / "laporan.pdf"
    code, found = run("report", "monthly", "--month", "2026-11", "--out", str(out))
    assert code == 0
    letter = Letter.objects.get(kind="monthly_report")
    assert (found["letter"], found["number"], found["file"]) == (letter.pk, letter.number, str(out))
    document = pypdfium2.PdfDocument(out.read_bytes())
    assert len(document) == 2
    assert letter.number in " ".join(page.get_textpage().get_text_range() for page in document)


def test_a_report_that_cannot_be_saved_takes_no_number(world: Any, kept: None, run: Run, tmp_path: Path) -> None:
    (tmp_path / "laporan.pdf").mkdir()
    before = counted()
    code, refusal = run("report", "monthly", "--month", "2026-11", "--out", str(tmp_path / "laporan.pdf"))
    assert (code, refusal["code"]) == (2, "file_not_accessible")
    assert counted() == before
