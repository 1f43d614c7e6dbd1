"""The hook of the operator: a command that looks at an upload before anything else does. Its exit code decides."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from contextlib import suppress

from django.conf import settings

from sertakan.evidence.errors import EvidenceInfected, EvidenceNotScanned
from sertakan.evidence.reading.parent import child_environment

CLEAN, INFECTED = 0, 1


def scan(content: bytes) -> bool:
    """Let the command of ``SERTAKAN_SCAN_COMMAND`` read the content from its standard input; False when there is no command.

    Exit code 0: clean. 1: refused. Anything else, and silence: not accepted either. Raises EvidenceInfected, EvidenceNotScanned.
    """
    text = str(settings.SERTAKAN_SCAN_COMMAND).strip()
    if not text:
        return False
    try:
        code = _answer(shlex.split(text), content)
    except (subprocess.TimeoutExpired, OSError, ValueError):  # silence, no such command, a quote that is never closed
        raise EvidenceNotScanned() from None
    if code == INFECTED:
        raise EvidenceInfected()
    if code != CLEAN:
        raise EvidenceNotScanned()
    return True


def _answer(command: list[str], content: bytes) -> int:
    """The exit code. A scanner that is silent for too long is ended together with whatever it started."""
    with subprocess.Popen(  # noqa: S603 the operator's own command; the content only reaches its standard input
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=child_environment(),
        start_new_session=True,
    ) as scanner:
        try:
            scanner.communicate(content, timeout=int(settings.SERTAKAN_SCAN_SECONDS))
        except subprocess.TimeoutExpired:
            _end(scanner)
            raise
        return scanner.returncode


def _end(scanner: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        scanner.kill()
        return
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(scanner.pid, signal.SIGKILL)
