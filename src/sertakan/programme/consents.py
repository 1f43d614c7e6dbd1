"""Consents of several workers at once, as a clerk collects them on paper."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import transaction

from sertakan.people import queries, services
from sertakan.programme.acceptance import CONSENT_TEXT_VERSION


@transaction.atomic
def record_consents(*, person_ids: Collection[int], given_on: date) -> int:
    """Record for each person that consent to the present text was given on `given_on`; all or none. Returns how many persons.

    Raises PersonUnknown, NotYourPerson, ConsentInForce, ConsentDateWrong.
    """
    for person_id in sorted(set(person_ids)):
        person = queries.get_person(person_id)
        services.record_consent(person=person, given_on=given_on, text_version=CONSENT_TEXT_VERSION)
    return len(set(person_ids))
