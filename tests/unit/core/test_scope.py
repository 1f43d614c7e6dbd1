"""Who acts decides what is seen; without a scope nothing is."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from sertakan.core import audit, provision
from sertakan.core.models import AuditEvent
from sertakan.core.scope import NOBODY, SYSTEM, NoScope, acting, current

pytestmark = [pytest.mark.django_db, pytest.mark.without_scope]


def test_without_a_scope_no_event_is_seen():
    with acting(SYSTEM):
        audit.record("test.made")
    with acting(NOBODY):
        assert AuditEvent.objects.count() == 0
    with acting(SYSTEM):
        assert AuditEvent.objects.count() == 1


def test_outside_of_a_scope_nobody_acts():
    with pytest.raises(NoScope):
        current()
    with pytest.raises(NoScope):
        audit.record("test.made")


def test_an_inner_scope_gives_the_outer_one_back():
    with acting(SYSTEM):
        audit.record("test.made")
        with acting(NOBODY):
            assert AuditEvent.objects.count() == 0
        assert AuditEvent.objects.count() == 1


@pytest.mark.parametrize("change", ["UPDATE core_auditevent SET action = 'x'", "DELETE FROM core_auditevent"])
def test_an_audit_event_cannot_be_changed_or_taken_away(change):
    with acting(SYSTEM):
        audit.record("test.made")
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)
        assert AuditEvent.objects.get().action == "test.made"


def test_the_application_role_passes_the_start_up_check():
    provision.check_role()
