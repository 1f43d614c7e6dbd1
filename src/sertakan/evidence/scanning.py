"""The hook of the operator: a command that looks at an upload before anything else does. Its exit code decides."""

from __future__ import annotations

import shlex
import subprocess

from django.conf import settings

from sertakan.evidence.errors import EvidenceInfected, EvidenceNotScanned
from sertakan.evidence.reading.parent import child_environment

CLEAN, INFECTED = 0, 1


def scan(content: bytes) -> bool:
    """Let the command of ``SERTAKAN_SCAN_COMMAND`` read the content from its standard input; False when there is no command.

    Exit code 0: clean. 1: refused. Anything else, and silence: not accepted either. Raises EvidenceInfected, EvidenceNotScanned.
    """
    command = shlex.split(str(settings.SERTAKAN_SCAN_COMMAND))
    if not command:
        return False
    try:
        done = subprocess.run(  # noqa: S603 the operator's own command; the content only reaches its standard input
            command,
            input=content,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=child_environment(),
            timeout=int(settings.SERTAKAN_SCAN_SECONDS),
            check=False,
        )
    except (subprocess.TimeoutExpired, OSError):
        raise EvidenceNotScanned() from None
    if done.returncode == INFECTED:
        raise EvidenceInfected()
    if done.returncode != CLEAN:
        raise EvidenceNotScanned()
    return True
