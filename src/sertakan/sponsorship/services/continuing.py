"""Carries last period's workers on: one word per worker (still working, stopped, died, new donor), only changes are typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db import transaction

from sertakan.agencies.models import Agency
from sertakan.core import audit, clock, scope
from sertakan.core.month import Month
from sertakan.sponsorship import errors, policies, queries
from sertakan.sponsorship.models import Donor, Sponsorship
from sertakan.sponsorship.services.sponsorships import end_sponsorship

_ENDS = {"stopped": Sponsorship.EndReason.OWN_WISH, "died": Sponsorship.EndReason.DIED}
_CHANGEABLE = (
    "dasar",
    "income",
    "programmes",
    "funding",
    "sector",
    "work_place",
    "work_hours",
    "occupation_id",
    "donor_id",
)
CARRIED = (
    "agency_id", "person_id", "donor_id", "programmes", "dasar", "income", "funding", "sector", "occupation_id",
    "second_occupation_id", "work_place", "work_area_id", "work_hours",
)  # fmt: skip


class Choice(NamedTuple):
    """One word about one worker: ``working``, ``stopped``, ``died`` or ``new_donor``, and what changes.

    Facts: for the first and the last any of dasar, income, programmes, funding, sector, work_place, work_hours, occupation_id
    (and donor_id, which a new donor needs); for the others effective_on, last_payable_month (Month), reason.
    """

    sponsorship_id: int
    answer: str
    facts: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Continued:
    """What became of the choices."""

    continued: tuple[Sponsorship, ...]
    ended: int
    unchanged: int


@transaction.atomic
def continue_sponsorships(
    *,
    agency: Agency,
    choices: Iterable[Choice | tuple[int, str, Mapping[str, Any]]],
    months: int,
    start_month: Month | None = None,
) -> Continued:
    """Continue, or end, the given sponsorships of an agency, all or none. The same choices again change nothing.

    `start_month` None: the month after the last one, for each. Raises ChoiceUnknown, ChoiceIncomplete, MonthsOverlap,
    MonthsOutOfRange, AlreadyContinued, AlreadyEnded, SponsorshipUnknown.
    """
    policies.check_can_manage(scope.current(), agency.pk)
    if not 1 <= months <= 12:
        raise errors.MonthsOutOfRange(months=months)
    wanted = {choice.sponsorship_id: choice for choice in (Choice(*given) for given in choices)}
    found = Sponsorship.objects.filter(agency=agency, pk__in=list(wanted)).order_by("pk")
    old = {one.pk: one for one in found.select_for_update(of=("self",))}
    if missing := wanted.keys() - old.keys():
        raise errors.SponsorshipUnknown(sponsorship=min(missing))
    following = {
        one.continues_id: one
        for one in Sponsorship.objects.filter(continues_id__in=list(wanted)).exclude(state__in=["ended", "refused"])
    }
    fresh: list[Sponsorship] = []
    ended = unchanged = 0
    for key, choice in sorted(wanted.items()):
        if choice.answer in _ENDS:
            done = _end(old[key], choice)
            ended, unchanged = ended + done, unchanged + (not done)
        elif choice.answer in ("working", "new_donor"):
            one = _carry_on(old[key], choice, months, start_month)
            if key in following:
                _check_same(following[key], one)
                unchanged += 1
            else:
                fresh.append(one)
        else:
            raise errors.ChoiceUnknown(choice=choice.answer)
    created = Sponsorship.objects.bulk_create(fresh)
    audit.record(
        "sponsorship.continued",
        agency_id=agency.pk,
        facts={"continued": len(created), "ended": ended, "unchanged": unchanged, "months": months},
    )
    return Continued(tuple(created), ended, unchanged)


def _end(old: Sponsorship, choice: Choice) -> bool:
    reason = str(choice.facts.get("reason", _ENDS[choice.answer]))
    on: date = choice.facts.get("effective_on") or clock.today()
    if old.state == Sponsorship.State.ENDED and old.end_reason == reason:
        return False
    end_sponsorship(
        sponsorship=old,
        reason=reason,
        effective_on=on,
        last_payable_month=choice.facts.get("last_payable_month"),
    )
    return True


def _carry_on(old: Sponsorship, choice: Choice, months: int, start_month: Month | None) -> Sponsorship:
    if old.state == Sponsorship.State.ENDED:
        raise errors.AlreadyEnded(on=old.ended_on)
    last = queries.last_month(old)
    first = start_month or last.next()
    if first <= last:
        raise errors.MonthsOverlap(start=first, last=last)
    if choice.answer == "new_donor":
        donor = choice.facts.get("donor_id")
        if donor is None or not Donor.objects.filter(pk=donor, agency_id=old.agency_id).exists():
            raise errors.ChoiceIncomplete(choice=choice.answer, missing="donor_id")
    carried = {name: getattr(old, name) for name in CARRIED}
    changes = {name: choice.facts[name] for name in _CHANGEABLE if name in choice.facts}
    return Sponsorship(
        **{**carried, **changes},
        continues=old,
        start_month=first.first_day,
        months=months,
        created_at=clock.now(),
    )


def _check_same(known: Sponsorship, wanted: Sponsorship) -> None:
    names = (*CARRIED, "start_month", "months")
    if any(getattr(known, name) != getattr(wanted, name) for name in names):
        raise errors.AlreadyContinued(sponsorship=known.continues_id, start=Month.of(known.start_month))
