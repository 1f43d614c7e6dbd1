"""What the codes of a cell are called, where no table says it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from sertakan.coverage.figures import UNKNOWN
from sertakan.people.models import Person
from sertakan.sponsorship.models import Sponsorship

AGES: Final = ((0, "-14"), (15, "15-24"), (25, "25-34"), (35, "35-44"), (45, "45-54"), (55, "55-64"), (65, "65-"))
"""From which age a band goes, and its code."""

_LABELS: Final[Mapping[str, Mapping[str, str | Promise]]] = {
    "sex": dict(Person.Sex.choices),
    "funding": dict(Sponsorship.Funding.choices),
    "age": {
        "-14": _("di bawah 15 tahun"),
        **{code: _("%(from)s sampai %(to)s tahun") for _first, code in AGES[1:-1]},
        "65-": _("65 tahun ke atas"),
    },
    "programme": {"jkk,jkm": _("JKK dan JKM"), "jht,jkk,jkm": _("JKK, JKM dan JHT")},
}


def label(by: str, code: str, name: str) -> str:
    """The name of a cell in the language of the page; `name` as it was kept where there is no word of ours."""
    if code == UNKNOWN or code.endswith("?"):
        return _now("Tidak diketahui")
    words = _LABELS.get(by, {}).get(code)
    if words is None:
        return name or code
    if by == "age" and not (code.startswith("-") or code.endswith("-")):
        first, last = code.split("-")
        return str(words) % {"from": first, "to": last}
    return str(words)
