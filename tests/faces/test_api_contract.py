"""The API keeps to its description: schemathesis tries every operation with values that fit it and values that do not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from sertakan.api.description import openapi_json

pytestmark = [pytest.mark.slow]
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 12
FILES = 4  # a file goes through a reader in a process of its own


SCHEMA = schemathesis.openapi.from_dict(json.loads(openapi_json()))
OPERATIONS = {found.ok().definition.raw["operationId"]: found.ok() for found in SCHEMA.get_all_operations()}


@pytest.fixture
def application() -> Iterator[None]:
    """Calls go through the whole stack of the server, in this process and on the connection of the test."""
    if SCHEMA.app is None:
        SCHEMA.app = _closing(get_wsgi_application())
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def _closing(server: Any) -> Any:
    """As a real server does: the answer is closed once it is read, and with it the uploaded files."""

    def application(environ: Any, start_response: Any) -> list[bytes]:
        response = server(environ, start_response)
        try:
            return [b"".join(response)]
        finally:
            response.close()

    return application


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_answers_as_described(world: Any, application: None, name: str) -> None:
    operation = OPERATIONS[name]
    known = _keys(world)
    seen: list[int] = []

    @settings(
        max_examples=FILES if operation.body and "multipart/form-data" in str(operation.definition.raw) else EXAMPLES,
        deadline=timedelta(seconds=20),
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def attempt(case: Any) -> None:
        for role in ("operator", "pic"):
            for own in (False, True):
                if own and not known.keys() & case.path_parameters.keys():
                    continue
                if own:
                    case.path_parameters |= {key: known[key] for key in known.keys() & case.path_parameters.keys()}
                response = case.call(app=SCHEMA.app, headers={"Authorization": f"Bearer {world.tokens[role]}"})
                case.validate_response(response, checks=CHECKS)
                seen.append(response.status_code)

    given(case=operation.as_strategy())(attempt)()
    assert seen


def _keys(world: Any) -> dict[str, int]:
    return {
        "batch_id": world.draft.pk,
        "bill_id": world.bill.pk,
        "file_id": world.file.pk,
        "pair_id": world.pair.pk,
        "person_id": world.workers[0].person.pk,
    }
