"""Every sample list goes through the whole job and yields exactly what was written down by hand."""

from __future__ import annotations

import datetime as dt
import importlib.util
from pathlib import Path
from typing import Any

import pytest
import time_machine
import yaml

from sertakan.agencies.queries import find_agency
from sertakan.core.scope import SYSTEM
from sertakan.intake import queries as intake
from sertakan.programme import files

FOLDER = Path(__file__).parents[2] / "data" / "workbooks"
_spec = importlib.util.spec_from_file_location("sample_workbooks", FOLDER / "make.py")
assert _spec is not None and _spec.loader is not None
make = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(make)

TODAY = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)


def hand_in(name: str) -> Any:
    file_name, content = make.SAMPLES[name]
    kept, _ = files.receive(agency=find_agency("Dinsos"), name=file_name, data=content())
    return files.check(file_id=kept.pk, actor=SYSTEM)


def found_in(file: Any, *, several: bool) -> list[list[Any]]:
    names = {sheet["index"]: sheet["name"] for sheet in file.sheets}
    return sorted(
        [*([names[one["sheet"]]] if several else []), one["number"], one["column"], one["code"], one["severity"]]
        for one in intake.findings(file)
    )


@pytest.mark.usefixtures("reference")
@pytest.mark.parametrize("name", list(make.SAMPLES))
def test_sample_yields_exactly_what_was_expected(name: str) -> None:
    with time_machine.travel(TODAY, tick=False):
        expected = yaml.safe_load((FOLDER / "expected" / f"{name}.yaml").read_text("utf-8"))
        file = hand_in(name)
        taken = {s["name"]: {"header_row": s["header_row"], "rows": s["rows"]} for s in file.sheets if s["taken"]}
        assert taken == expected["sheets"]
        assert sorted(s["name"] for s in file.sheets if not s["taken"]) == expected.get("skipped", [])
        assert len(file.questions) == expected.get("questions", 0)
        assert found_in(file, several=len(taken) > 1) == sorted(expected["findings"])
        account = {key: value for key, value in intake.account(file).items() if key in expected["account"]}
        assert account == expected["account"]
        assert sum(value for key, value in intake.account(file).items() if key != "rows") == account["rows"]


def test_every_expectation_has_a_sample() -> None:
    assert {path.stem for path in (FOLDER / "expected").glob("*.yaml")} == set(make.SAMPLES)


@pytest.mark.usefixtures("reference")
def test_the_template_has_no_people_in_it() -> None:
    from sertakan.intake.errors import ReadingError
    from sertakan.programme.template import template_workbook

    kept, _ = files.receive(agency=find_agency("Dinsos"), name="format.xlsx", data=template_workbook())
    with pytest.raises(ReadingError):
        files.check(file_id=kept.pk, actor=SYSTEM)
