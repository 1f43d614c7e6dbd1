"""A person as pages show one: who pays, where it stands. Under the scope of who asks."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from sertakan.people import queries
from sertakan.people.models import Person
from sertakan.programme.errors import NumberInAddress
from sertakan.sponsorship import queries as sponsorship
from sertakan.sponsorship.models import Membership, Sponsorship


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A line of the list of people."""

    person: queries.FoundPerson
    agency: str
    donor: str
    occupation: str
    state: str
    state_label: str


def check_no_number(text: str) -> None:
    """A search that comes in an address must not be a number of a person, whole or in part. Raises NumberInAddress."""
    if is_number(text):
        raise NumberInAddress()


def is_number(text: str) -> bool:
    """Whether a search is a number, or most of one, and not a name."""
    return sum(character.isdigit() for character in text) >= 6


RUNNING = "running"
"""Everybody with a sponsorship that has neither ended nor been refused: who is counted as a worker of an agency."""


def listed(*, text: str = "", standing: str = "") -> QuerySet[Person]:
    """Persons in scope by name, or those a search finds; of these who stand so: `RUNNING`, or a state of a sponsorship.

    Raises the refusals of `people.queries.persons`.
    """
    if text:
        found = queries.persons(text=text)
    else:
        found = Person.objects.select_related("area").filter(merged_into__isnull=True).order_by("sort_key", "id")
    if standing:
        sponsored = Sponsorship.objects.exclude(state__in=["ended", "refused"])
        if standing != RUNNING:
            sponsored = Sponsorship.objects.filter(state=standing)
        found = found.filter(pk__in=sponsored.values(holder=Coalesce("person__merged_into_id", "person_id")))
    return found


def rows(people: list[Person]) -> list[PersonRow]:
    """The persons with their newest sponsorship, their own or of another of their group. A fixed number of statements."""
    shown = {entry.id: entry for entry in queries.shown(people)}
    others = queries.others_of(list(shown))
    holders = {same: person for person in shown for same in (*others.get(person, []), person)}
    current: dict[int, Sponsorship] = {}
    standing = Sponsorship.objects.filter(person_id__in=list(holders)).exclude(state="ended")
    for entry in standing.select_related("agency", "donor", "occupation").order_by("pk"):
        current[holders[entry.person_id]] = entry
    return [_row(shown[person.pk], current.get(person.pk)) for person in people]


def _row(shown: queries.FoundPerson, current: Sponsorship | None) -> PersonRow:
    if current is None:
        return PersonRow(shown, "", "", "", "inactive", "")
    return PersonRow(
        shown,
        current.agency.short_name,
        current.donor.name if current.donor else "",
        current.occupation.term if current.occupation else "",
        current.state,
        str(current.get_state_display()),
    )


def sponsorships_of(person: Person) -> QuerySet[Sponsorship]:
    """All sponsorships of a person, and of others who are the same, in scope, newest first."""
    found = Sponsorship.objects.filter(person__in=queries.group_of(person.pk))
    return found.select_related("agency", "donor", "occupation").order_by("-pk")


def membership_of(person: Person) -> Membership | None:
    """The membership of a person, or of another who is the same; None when there is none."""
    return sponsorship.membership_of(person.pk)
