"""kill -9 in the middle of an intake: afterwards all or nothing, and the same command finishes it. Real process, real fsync."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SERTAKAN = Path(sys.executable).parent / "sertakan"
ROWS = 4_000
MOMENTS = (0.35, 0.5, 0.65, 0.8, 0.93)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


SYLLABLES = ("ba", "ce", "di", "fo", "gu", "ha", "ji", "ko", "lu", "me", "na", "pi", "ro", "su", "te", "wa")


def name_of(number: int) -> str:
    """Names unlike each other, so that numbers one digit apart are no typing errors."""
    mixed = number * 2_654_435_761 % 2**32
    words = ("".join(SYLLABLES[mixed >> shift & 15] for shift in range(start, start + 12, 4)) for start in (8, 20))
    return " ".join(word.capitalize() for word in words)


def write_list(path: Path, first: int) -> Path:
    """ROWS invented workers, none of whom stands in another list."""
    lines = ["NIK;Nama;Tanggal Lahir;No HP;Pekerjaan;Nama ASN;NIP ASN;Tanggal Persetujuan"]
    for number in range(first, first + ROWS):
        mixed, serial = number * 2_246_822_519 % 2**32 >> 8, 1 + number % 9_000
        day, month, year = 1 + mixed % 28, 1 + mixed // 28 % 12, 65 + mixed // 336 % 35
        lines.append(
            f"177102{day:02d}{month:02d}{year}{serial:04d};{name_of(number)};{day:02d}-{month:02d}-19{year};"
            f"0812{mixed % 10_000_000:08d};tukang ojek;"
            "Ahmad Contoh;198001012005011001;01-11-2026"
        )
    path.write_text("\n".join(lines))
    return path


@pytest.fixture(scope="module")
def installation():
    base = Path("/var/tmp") if Path("/var/tmp").is_dir() else Path("/tmp")
    data = base / f"sertakan-crash-{os.getpid()}"
    environment = {key: value for key, value in os.environ.items() if not key.startswith("SERTAKAN_")}
    environment.pop("DJANGO_SETTINGS_MODULE", None)

    def command(*words: str) -> list[str]:
        return [str(SERTAKAN), *words, "--data", str(data), "--json"]

    yield lambda *words: subprocess.Popen(
        command(*words), env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    subprocess.run(command("stop"), env=environment, check=False, capture_output=True)
    shutil.rmtree(data, ignore_errors=True)


def finish(process: subprocess.Popen[str]) -> dict:
    out, _ = process.communicate(timeout=300)
    assert process.returncode == 0, out
    return json.loads(out)


def test_a_killed_intake_leaves_all_or_nothing_and_the_same_command_finishes_it(installation, tmp_path):
    finish(installation("setup"))
    begun = time.monotonic()
    first = write_list(tmp_path / "0.csv", 0)
    assert finish(installation("intake", str(first), "--agency", "Dinsos", "--accept"))["accepted"] == ROWS
    whole = time.monotonic() - begun

    for number, moment in enumerate(MOMENTS, start=1):
        path = write_list(tmp_path / f"{number}.csv", number * ROWS)
        killed = installation("intake", str(path), "--agency", "Dinsos", "--accept")
        time.sleep(whole * moment)
        killed.send_signal(signal.SIGKILL)
        killed.communicate()

        before = finish(installation("bill", "--month", "2026-12", "--agency", "Dinsos"))
        assert before["lines"] in (number * ROWS, (number + 1) * ROWS), "a part of a list was recorded"

        result = finish(installation("intake", str(path), "--agency", "Dinsos", "--accept"))
        assert (result["rows"], result["accepted"]) == (ROWS, ROWS)
        after = finish(installation("bill", "--month", "2026-12", "--agency", "Dinsos"))
        assert after["lines"] == (number + 1) * ROWS
