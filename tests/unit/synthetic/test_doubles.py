"""The demonstration's near-doubles: they wait for people, one is linked without asking, and twice changes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from sertakan.core.scope import SYSTEM
from sertakan.intake.models import File
from sertakan.linkage.models import Pair
from sertakan.synthetic import doubles, samples, story


@pytest.fixture
def told(reference: None) -> Any:
    from sertakan.agencies.queries import find_agency
    from sertakan.programme import files

    story.invent(scale=400)
    data = samples.sample_workbook()
    kept, _ = files.receive(agency=find_agency("Dinsos"), name=samples.SAMPLE_NAME, data=data)
    file = files.check(file_id=kept.pk, actor=SYSTEM)
    files.accept(file_id=file.pk, actor=SYSTEM)
    story.tell(sample=file)
    return file


def test_pairs_wait_one_has_its_first_answer_and_one_is_linked(told: Any) -> None:
    added = doubles.add(first=SYSTEM)
    assert added["waiting"] >= 3
    assert added["linked"] == 1
    assert Pair.objects.filter(state=Pair.State.WAITING).count() == 1
    assert doubles.add(first=SYSTEM) == added
    assert File.objects.filter(kind=doubles.KIND_OF_LIST).count() == 2


def test_nobody_is_doubled_where_there_are_too_few(reference: None) -> None:
    assert doubles.add() == {"waiting": 0, "linked": 0}


def test_numbers_of_doubles_stay_invented() -> None:
    nik = "1771024507909012"
    for how in ("exchanged", "one digit", "another", "next"):
        other = doubles._number(nik, how)
        assert len(other) == 16
        assert other != nik
        assert "9000" <= other[12:] <= "9998"
