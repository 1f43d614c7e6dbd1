"""Who can go into a batch now, who cannot, and why: the same verdicts as `sponsorship.services.prepare_batch`, before it is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sertakan.people import queries as people
from sertakan.sponsorship import errors, policies, queries
from sertakan.sponsorship.models import Batch, Sponsorship

KINDS = ("new", "reactivate", "continue", "change", "stop")


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One reason for which `count` sponsorships cannot go."""

    code: str
    message: str
    count: int


@dataclass(frozen=True, slots=True)
class Readiness:
    """How an agency stands for one kind of batch."""

    kind: str
    ready: int
    obstacles: tuple[Obstacle, ...]

    @property
    def left_out(self) -> int:
        """How many cannot go."""
        return sum(obstacle.count for obstacle in self.obstacles)


@dataclass(frozen=True, slots=True)
class LeftOutRow:
    """One sponsorship that cannot go, for a list."""

    sponsorship_id: int
    person_id: int
    name: str
    donor: str
    code: str
    message: str


def readiness(*, agency_id: int, kind: str) -> Readiness:
    """How many of an agency's sponsorships could go into a batch of `kind` now; those in a batch already are not counted."""
    verdicts = _verdicts(agency_id=agency_id, kind=kind, batch=None)
    ready = sum(verdict.allowed for verdict in verdicts.values())
    return Readiness(kind, ready, _counted(verdict for verdict in verdicts.values() if not verdict.allowed))


def left_out_of(batch: Batch) -> tuple[Obstacle, ...]:
    """Why others of the agency are not in a draft of this kind."""
    verdicts = _verdicts(agency_id=batch.agency_id, kind=batch.kind, batch=batch)
    return _counted(verdict for verdict in verdicts.values() if not verdict.allowed)


def left_out_rows(*, agency_id: int, kind: str, code: str = "") -> list[LeftOutRow]:
    """The sponsorships that cannot go into a batch of `kind`, by name; only those with the reason `code` when given."""
    verdicts = {
        key: verdict
        for key, verdict in _verdicts(agency_id=agency_id, kind=kind, batch=None).items()
        if not verdict.allowed and code in ("", verdict.code)
    }
    found = Sponsorship.objects.filter(pk__in=list(verdicts)).select_related("person", "donor")
    return [
        LeftOutRow(
            sponsorship_id=one.pk,
            person_id=one.person_id,
            name=one.person.name,
            donor=one.donor.name if one.donor else "",
            code=verdicts[one.pk].code,
            message=verdicts[one.pk].message,
        )
        for one in found.order_by("person__sort_key", "pk")
    ]


def _verdicts(*, agency_id: int, kind: str, batch: Batch | None) -> dict[int, policies.Verdict]:
    """By sponsorship; without those that stand in a batch, in `batch` itself too."""
    inside = (
        set(people.survivors(batch.lines.values_list("person_id", flat=True)).values()) if batch is not None else set()
    )
    own = set(batch.lines.values_list("sponsorship_id", flat=True)) if batch is not None else set()
    found: dict[int, policies.Verdict] = {}
    for candidate in queries.candidates(kind=kind, agency_id=agency_id, batch=batch):
        verdict = policies.can_batch(candidate, kind)
        if candidate.sponsorship_id in own or verdict.code == errors.AlreadyInBatch.code:
            continue
        if verdict.allowed and candidate.person_id in inside:
            verdict = policies.Verdict(False, errors.SamePersonTwice.code, str(errors.SamePersonTwice()))
        if verdict.allowed:
            inside.add(candidate.person_id)
        found[candidate.sponsorship_id] = verdict
    return found


def _counted(verdicts: Iterable[policies.Verdict]) -> tuple[Obstacle, ...]:
    listed = list(verdicts)
    messages = {verdict.code: verdict.message for verdict in listed}
    counts = Counter(verdict.code for verdict in listed)
    return tuple(Obstacle(code, messages[code], count) for code, count in counts.most_common())
