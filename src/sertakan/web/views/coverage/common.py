"""What all pages of coverage share: who may, which snapshot, and the words about definition and day."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from sertakan.access.requests import ScopedRequest
from sertakan.core.scope import Actor
from sertakan.coverage import queries
from sertakan.coverage.definitions import DEFINITIONS, OWN
from sertakan.coverage.figures import Cell, SnapshotRow
from sertakan.coverage.rights import opens_all
from sertakan.rules.reasons import month_in_words
from sertakan.web.templatetags.sertakan_format import day

TOTALS = ("pic", "coordinator", "bpjs", "leader", "auditor", "operator")
"""Who sees totals."""
STEERING = ("coordinator", "bpjs", "leader", "auditor", "operator")
"""Who sees the leader's page: totals of the whole province and its money."""
ROWS = ("pic", "coordinator", "operator")
"""Who may open the persons behind a count; an agency's officer those of the own agency only."""


@dataclass(frozen=True, slots=True)
class View:
    """The snapshot that is looked at, the one before it, all of them, and whether small counts are open."""

    snapshot: SnapshotRow
    before: SnapshotRow | None
    every: tuple[SnapshotRow, ...]
    open_rows: bool

    @property
    def foot(self) -> str:
        """Definition and day, for the foot of a picture."""
        return f"{definition()} {_('Keadaan %(day)s.') % {'day': day(self.snapshot.on)}}"


def definition() -> str:
    """What our own count counts."""
    return str(DEFINITIONS[OWN])


def looked_at(wanted: QueryDict, actor: Actor) -> View | None:
    """The snapshot that the address names (``pada=2026-10``), else the newest; None when there is none at all."""
    every = tuple(queries.snapshots())
    if not every:
        return None
    at = next((n for n, one in enumerate(every) if str(one.month) == wanted.get("pada")), 0)
    before = every[at + 1] if at + 1 < len(every) else None
    return View(every[at], before, every, open_rows=opens_all(actor))


def month_options(view: View) -> list[tuple[str, str]]:
    """All months that were counted, the newest first."""
    return [(str(one.month), month_in_words(one.month)) for one in view.every]


def query_of(**values: str) -> str:
    """An address's query of what is not empty."""
    return urlencode({name: value for name, value in values.items() if value})


def nothing_yet(request: ScopedRequest, title: str) -> TemplateResponse:
    """The page before the first snapshot."""
    return TemplateResponse(request, "coverage/empty.html", {"title": title})


def is_place(cell: Cell) -> bool:
    """Whether a cell stands for something by name, not for those about whom it is not known."""
    return bool(cell.code) and not cell.code.endswith("?")
