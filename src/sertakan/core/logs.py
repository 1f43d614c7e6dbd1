"""The log never holds a number of a person, whatever a library writes into it."""

from __future__ import annotations

import logging
import re

# NIK and NIP with the separators people write, and KPJ: eleven digits and more, unless they are part of a longer word.
_NUMBER = re.compile(r"(?<![\w])\d(?:[ .\-]?\d){10,}(?![\w])")


class MaskingFormatter(logging.Formatter):
    """Writes runs of eleven or more digits as their last four, in messages and in tracebacks."""

    def format(self, record: logging.LogRecord) -> str:
        """The finished entry, masked."""
        return masked(super().format(record))


def masked(text: str) -> str:
    """`text` with every run of eleven or more digits written as its last four."""
    return _NUMBER.sub(_masked, text)


def _masked(found: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", found[0])
    return "*" * (len(digits) - 4) + digits[-4:]
