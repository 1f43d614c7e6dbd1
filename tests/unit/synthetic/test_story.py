"""The demonstration leads invented workers to a number, once, through the services of real work."""

from __future__ import annotations

from typing import Any

import pytest

from sertakan.agencies.queries import find_agency
from sertakan.core.models import AuditEvent
from sertakan.core.scope import SYSTEM
from sertakan.programme import files
from sertakan.sponsorship.models import AnswerLine, Batch, Membership
from sertakan.synthetic import samples, story


@pytest.fixture
def sample(reference: None) -> Any:
    story.invent(scale=1_000)
    kept, _ = files.receive(
        agency=find_agency(story_agency()), name=samples.SAMPLE_NAME, data=samples.sample_workbook()
    )
    file = files.check(file_id=kept.pk, actor=SYSTEM)
    files.accept(file_id=file.pk, actor=SYSTEM)
    return file


def story_agency() -> str:
    return "Dinsos"


def test_workers_get_numbers_and_the_next_batch_waits_as_a_draft(sample: Any) -> None:
    told = story.tell(sample=sample)
    assert told["members"] == Membership.objects.count() > 0
    assert told["next"]["state"] == Batch.State.DRAFT
    assert not AnswerLine.objects.filter(outcome="held").exists()


def test_the_second_time_changes_nothing(sample: Any) -> None:
    first = story.tell(sample=sample)
    events = AuditEvent.objects.count()
    assert story.tell(sample=sample) == first
    assert AuditEvent.objects.count() == events


def test_the_sample_can_still_be_taken_back(sample: Any) -> None:
    story.tell(sample=sample)
    assert files.take_back(file_id=sample.pk, actor=SYSTEM, reason="uji").state == "taken_back"
