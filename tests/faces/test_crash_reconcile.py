"""kill -9 in the middle of a reconciliation: nothing lost, nothing doubled, and the same command finishes it. Real process, real fsync."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

SERTAKAN = Path(sys.executable).parent / "sertakan"
DONORS, LINES = 400, 3_000
MOMENTS = (0.4, 0.6, 0.75, 0.9)
HEADINGS = "Posting Date;Effective Date;Branch;Journal;Transaction Description;Amount;DB/CR;Balance"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

PREPARE = """
import os, json
import django
django.setup()
from datetime import date
from sertakan.agencies.queries import find_agency
from sertakan.banking import services
from sertakan.contributions import services as contributions
from sertakan.core import clock
from sertakan.core.month import Month
from sertakan.core.scope import SYSTEM, acting
from sertakan.people.models import Person, PersonAgency
from sertakan.sponsorship.models import Donor, Sponsorship
with acting(SYSTEM, reason="uji"):
    agency = find_agency("Dinsos")
    donors = Donor.objects.bulk_create([
        Donor(agency=agency, name=f"Donatur Rekaan {n}", sort_key=f"donatur {n:05d}", nip=f"19850315201001{1000 + n:04d}",
              created_at=clock.now()) for n in range(DONORS)])
    people = Person.objects.bulk_create([
        Person(name=f"Pekerja Rekaan {n}", sort_key=f"pekerja {n:05d}", created_at=clock.now()) for n in range(DONORS)])
    PersonAgency.objects.bulk_create([PersonAgency(person=p, agency=agency, valid_from=date(2026, 1, 1)) for p in people])
    Sponsorship.objects.bulk_create([
        Sponsorship(agency=agency, person=p, donor=d, programmes=["jkk", "jkm"], dasar=1_000_000, funding="private", sector="other",
                    start_month=date(2026, 9, 1), months=12, created_at=clock.now()) for p, d in zip(people, donors)])
    contributions.confirm_month(Month(2026, 12))
    bill = contributions.issue_bill(contributions.make_bills(Month(2026, 12), agency).bills[0].bill)
    services.open_account(agency=agency, bank="Bank BNI", number="1234567890", purpose="collection")
    print(json.dumps({"due": bill.total // DONORS, "nips": [d.nip for d in donors]}))
""".replace("DONORS", str(DONORS))

COUNT = """
import json
import django
django.setup()
from django.db.models import Sum
from sertakan.banking.models import Match, StatementFile, StatementLine
from sertakan.contributions.models import Transfer
from sertakan.core.scope import SYSTEM, acting
with acting(SYSTEM):
    matched = StatementLine.objects.filter(state="matched")
    print(json.dumps({
        "files": StatementFile.objects.count(), "lines": StatementLine.objects.count(), "matched": matched.count(),
        "matched_amount": matched.aggregate(s=Sum("amount"))["s"] or 0, "matches": Match.objects.count(),
        "match_amount": Match.objects.aggregate(s=Sum("amount"))["s"] or 0,
        "collected": Transfer.objects.filter(leg="collected").count(), "evidences":
        Transfer.objects.filter(leg="collected").values("evidence_id").distinct().count(),
        "posted": Transfer.objects.filter(leg="collected").aggregate(s=Sum("amount"))["s"] or 0,
    }))
"""


@pytest.fixture(scope="module")
def installation() -> Iterator[tuple[Callable[..., subprocess.Popen[str]], Callable[[str], dict[str, Any]]]]:
    base = Path("/var/tmp") if Path("/var/tmp").is_dir() else Path("/tmp")
    data = base / f"sertakan-crash-koran-{os.getpid()}"
    environment = {key: value for key, value in os.environ.items() if not key.startswith("SERTAKAN_")}
    environment |= {
        "SERTAKAN_DATA": str(data),
        "DJANGO_SETTINGS_MODULE": "sertakan.config.settings",
        "SERTAKAN_TODAY": "2026-12-31",
    }

    def command(*words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [str(SERTAKAN), *words, "--json"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def script(text: str) -> dict[str, Any]:
        done = subprocess.run([sys.executable, "-c", text], env=environment, check=True, capture_output=True, text=True)
        return dict(json.loads(done.stdout.splitlines()[-1]))

    yield command, script
    subprocess.run([str(SERTAKAN), "stop", "--json"], env=environment, check=False, capture_output=True)
    shutil.rmtree(data, ignore_errors=True)


def finish(process: subprocess.Popen[str]) -> dict[str, Any]:
    out, _ = process.communicate(timeout=300)
    assert process.returncode == 0, out
    return dict(json.loads(out))


def write_statement(path: Path, number: int, due: int, nips: list[str]) -> Path:
    """LINES movements: a part of the donors pays (other ones in each file), the rest is cash."""
    rows, balance = ["No. Rekening : 1234567890", HEADINGS], 10**9 * (number + 1)
    paying = {10 + 7 * at: nip for at, nip in enumerate(nips)}
    for at in range(LINES):
        amount, text = (due, f"IURAN {paying[at]}") if at in paying else (1_000 + at, f"SETOR TUNAI {number}")
        balance += amount
        day = f"{1 + at * 30 // LINES:02d}/12/2026"
        rows.append(f"{day};{day};1;{number}{at:05d};{text};{amount}.00;C;{balance}.00")
    path.write_text("\n".join(rows))
    return path


def sound(counts: dict[str, Any]) -> None:
    """What must be true at every moment, also right after a kill."""
    assert counts["matched"] == counts["matches"] == counts["collected"] == counts["evidences"]
    assert counts["matched_amount"] == counts["match_amount"] == counts["posted"]


def test_a_killed_reconciliation_loses_and_doubles_nothing_and_the_same_command_finishes_it(
    installation: Any, tmp_path: Path
) -> None:
    command, script = installation
    finish(command("setup"))
    world = script(PREPARE)
    share = DONORS // (len(MOMENTS) + 1)
    begun = time.monotonic()
    first = finish(
        command("reconcile", str(write_statement(tmp_path / "0.csv", 0, world["due"], world["nips"][:share])))
    )
    whole = time.monotonic() - begun
    assert (first["lines"], first["matched"]) == (LINES, share)
    sound(script(COUNT))

    for number, moment in enumerate(MOMENTS, start=1):
        nips = world["nips"][number * share : (number + 1) * share]
        path = write_statement(tmp_path / f"{number}.csv", number, world["due"], nips)
        killed = command("reconcile", str(path))
        time.sleep(whole * moment)
        killed.send_signal(signal.SIGKILL)
        killed.communicate()
        sound(script(COUNT))
        result = finish(command("reconcile", str(path)))
        assert (result["lines"], result["matched"]) == (LINES, share)
        counts = script(COUNT)
        sound(counts)
        assert (counts["files"], counts["lines"], counts["matched"]) == (
            number + 1,
            LINES * (number + 1),
            share * (number + 1),
        )
        assert finish(command("reconcile", str(path)))["unchanged"] is True
