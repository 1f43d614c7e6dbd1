"""Every operation of the API: one success, one refusal, and the other agency finds nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

import factories

Call = Callable[..., Any]
BASE = "/api/v1"


@pytest.fixture
def call(world: Any) -> Call:
    """`call("pic", "get", "/batches")` with the bearer token of a role of the world; without one for an empty text."""

    def send(role: str, method: str, path: str, body: Any = None, *, file: tuple[str, bytes] | None = None) -> Any:
        headers = {"Authorization": f"Bearer {world.tokens[role]}"} if role else {}
        act = getattr(Client(enforce_csrf_checks=True), method)
        if file is not None:
            return act(BASE + path, {"file": SimpleUploadedFile(*file)}, headers=headers)
        if body is not None:
            return act(BASE + path, body, content_type="application/json", headers=headers)
        return act(BASE + path, headers=headers)

    return send


def refused(response: Any, status: int, code: str = "") -> None:
    assert response.status_code == status, response.content
    body = response.json()
    assert set(body) == {"code", "message", "facts"}
    assert body["message"]
    assert not code or body["code"] == code


# Who may


@pytest.mark.parametrize("path", ["/agencies", "/people?search=Pekerja", "/batches", "/bills"])
def test_a_list_wants_a_sign_in(call: Call, path: str) -> None:
    refused(call("", "get", path), 401, "sign_in_needed")


def test_a_wrong_or_expired_key_opens_nothing(world: Any) -> None:
    response = Client().get(f"{BASE}/batches", headers={"Authorization": "Bearer salah"})
    refused(response, 401)


def test_a_page_signed_in_uses_the_api_with_its_safety_token_only(world: Any, sign_in: Any) -> None:
    assert sign_in("pic").get(f"{BASE}/batches").status_code == 200
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(world.user("pic"))
    refused(strict.post(f"{BASE}/bills", {"month": "2026-12"}, content_type="application/json"), 403)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("get", "/people?search=Pekerja", None),
        ("get", "/batches", None),
        ("get", "/bills", None),
        ("post", "/bills", {"month": "2026-12"}),
        ("post", "/batches", {"agency": "Dinsos", "office": "kc-bengkulu"}),
    ],
)
def test_a_leader_sees_no_persons_and_changes_nothing(call: Call, method: str, path: str, body: Any) -> None:
    refused(call("leader", method, path, body), 403, "not_allowed")


@pytest.mark.parametrize(
    "path",
    [
        "/people/{person}",
        "/batches/{sent}",
        "/batches/{sent}/lines",
        "/bills/{bill}",
        "/files/{file}",
        "/files/{file}/findings",
    ],
)
def test_the_other_agency_finds_nothing(world: Any, call: Call, path: str) -> None:
    where = path.format(person=world.workers[0].person.pk, sent=world.sent.pk, bill=world.bill.pk, file=world.file.pk)
    assert call("pic", "get", where).status_code == 200
    refused(call("other_pic", "get", where), 404)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/batches/{draft}/send", {}), ("/batches/{sent}/follow-ups", {}), ("/bills/{bill}/issue", {}), ("/files/{file}/accept", {}),
        ("/files/{file}/take-back", {"reason": "x"}), ("/files/{file}/rows", {"sheet": 0, "row": 3, "cells": {}}),
    ],
)  # fmt: skip
def test_the_other_agency_changes_nothing(world: Any, call: Call, path: str, body: Any) -> None:
    where = path.format(draft=world.draft.pk, sent=world.sent.pk, bill=world.bill.pk, file=world.file.pk)
    refused(call("other_pic", "post", where, body), 404)


# Rules, agencies


def test_the_rules_are_open(call: Call) -> None:
    found = call("", "get", "/rules/explain?month=2026-12&income=1000000").json()
    assert found["amounts"] == {"jkk": 5_000, "jkm": 3_400}
    refused(call("", "get", "/rules/explain?month=kapan"), 400)


def test_agencies_in_scope(world: Any, call: Call) -> None:
    assert len(call("coordinator", "get", "/agencies").json()) > 40
    assert [one["code"] for one in call("pic", "get", "/agencies").json()] == [world.agency.code]


# People


def test_people_are_found_by_the_beginning_of_a_name_and_masked(world: Any, call: Call) -> None:
    found = call("pic", "get", "/people?search=Pekerja Dinsos").json()
    assert [one["name"] for one in found] == [f"Pekerja Dinsos {letter}" for letter in "ABCDEF"]
    assert all(one["nik"].startswith("************") for one in found)
    assert call("other_pic", "get", "/people?search=Pekerja Dinsos").json() == []


def test_people_are_found_by_a_whole_number(world: Any, call: Call) -> None:
    search = {"search": world.workers[0].nik}
    assert [one["name"] for one in call("pic", "post", "/people/search", search).json()] == ["Pekerja Dinsos A"]
    assert call("other_pic", "post", "/people/search", search).json() == []


@pytest.mark.parametrize("cut", [16, 15, 8])
def test_a_number_is_not_taken_from_an_address(world: Any, call: Call, cut: int) -> None:
    refused(call("pic", "get", f"/people?search={world.workers[0].nik[:cut]}"), 400, "number_in_address")


def test_a_search_of_two_letters_is_refused(call: Call) -> None:
    refused(call("pic", "get", "/people?search=Pe"), 400, "search_too_short")


def test_one_person(world: Any, call: Call) -> None:
    found = call("auditor", "get", f"/people/{world.workers[0].person.pk}").json()
    assert found["kpj"] == "*******0001"
    assert found["consented"]
    refused(call("auditor", "get", "/people/999999999999999999999"), 404)


# Files


def test_a_file_is_handed_in_and_known_again(world: Any, call: Call) -> None:
    data = factories.list_file("1,Orang Rekaan,1771024507909055,Bengkulu,05-07-1990,P,0812,Penjahit,,")
    first = call("pic", "post", "/files?agency=Dinsos", file=("baru.csv", data))
    assert first.status_code == 202
    assert not first.json()["unchanged"]
    assert call("pic", "post", "/files?agency=Dinsos", file=("baru.csv", data)).json()["unchanged"]
    refused(call("pic", "post", "/files?agency=Entah", file=("baru.csv", data)), 404)
    refused(call("bpjs", "post", "/files?agency=Dinsos", file=("baru.csv", data)), 403)


def test_a_file_has_an_account_and_findings(world: Any, call: Call) -> None:
    account = call("pic", "get", f"/files/{world.file.pk}").json()
    assert (
        account["rows"]
        == account["accepted"] + account["held"] + account["duplicates"] + account["known"] + account["withdrawn"]
    )
    found = call("pic", "get", f"/files/{world.file.pk}/findings?severity=hold").json()
    assert {one["row"] for one in found} == {3}
    refused(call("donor", "get", f"/files/{world.file.pk}/findings"), 403)


def test_a_held_row_is_repaired(world: Any, call: Call) -> None:
    body = {"sheet": 0, "row": 3, "cells": {"nik": "1771020507909014"}}
    assert call("pic", "post", f"/files/{world.file.pk}/rows", body).json()["held"] == 0
    refused(call("pic", "post", f"/files/{world.file.pk}/rows", {"sheet": "x"}), 422, "wrong_call")


def test_a_file_is_accepted_in_the_background_and_taken_back(world: Any, call: Call) -> None:
    assert call("pic", "post", f"/files/{world.file.pk}/accept").status_code == 202
    taken = call("pic", "post", f"/files/{world.accepted_file.pk}/take-back", {"reason": "salah berkas"})
    assert taken.status_code == 200
    refused(call("auditor", "post", f"/files/{world.file.pk}/accept"), 403)
    refused(call("pic", "post", "/files/999999/take-back", {"reason": "x"}), 404)


# Batches


def test_batches_in_scope(world: Any, call: Call, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(14):
        found = call("bpjs", "get", "/batches").json()
    assert {one["id"] for one in found["items"]} == {world.sent.pk, world.draft.pk, world.other_batch.pk}
    assert [one["id"] for one in call("other_pic", "get", "/batches").json()["items"]] == [world.other_batch.pk]
    assert call("bpjs", "get", f"/batches?agency={world.other.code}").json()["count"] == 1
    refused(call("bpjs", "get", "/batches?agency=Entah"), 404)


def test_one_batch_and_its_lines(world: Any, call: Call) -> None:
    found = call("bpjs", "get", f"/batches/{world.sent.pk}").json()
    assert found["answers"] == {"waiting": 0, "accepted": 1, "refused": 1, "paid": 0, "numbered": 1}
    lines = call("bpjs", "get", f"/batches/{world.sent.pk}/lines").json()["items"]
    assert [line["answer"] for line in lines] == ["numbered", "accepted", "refused"]
    assert lines[2]["reason_code"] == "nik_invalid"
    assert lines[2]["remedy"]
    assert all(line["nik"].startswith("************") for line in lines)
    refused(call("bpjs", "get", "/batches/0"), 404)


def test_a_batch_is_prepared_and_sent(world: Any, call: Call) -> None:
    made = call("pic", "post", "/batches", {"agency": "Dinsos", "office": "kc-bengkulu"})
    assert made.status_code == 201
    assert made.json()["batch"]["lines"] == 2
    assert [one["code"] for one in made.json()["left_out"] if one["code"] != "already_in_batch"] == ["consent_missing"]
    where = f"/batches/{made.json()['batch']['id']}/send"
    assert call("pic", "post", where).json()["state"] == "sent"
    refused(call("pic", "post", where), 409, "batch_locked")
    refused(call("bpjs", "post", where), 403)


def test_a_batch_of_nothing_is_refused(call: Call) -> None:
    refused(
        call("pic", "post", "/batches", {"agency": "Dinsos", "office": "kc-bengkulu", "kind": "stop"}),
        409,
        "nothing_ready",
    )
    refused(call("pic", "post", "/batches", {"agency": "Dinsos", "office": "kc-entah"}), 404, "office_unknown")
    refused(call("pic", "post", "/batches", {"agency": "Dinkes", "office": "kc-bengkulu"}), 403)
    refused(call("pic", "post", "/batches", {"agency": "Dinsos"}), 422, "wrong_call")


def test_an_answer_is_taken_by_a_pic_too(world: Any, call: Call) -> None:
    paid = call(
        "pic", "post", f"/batches/{world.sent.pk}/answers", file=("p.xlsx", factories.paid_answer(world.workers[1]))
    ).json()
    assert (paid["rows"], paid["applied"], paid["held"]) == (1, 1, 0)
    data = factories.numbered_answer(world.workers[1], first=90_000_000_077)
    assert call("pic", "post", f"/batches/{world.sent.pk}/answers", file=("n.xlsx", data)).json()["members"] == 1
    refused(call("pic", "post", f"/batches/{world.draft.pk}/answers", file=("n.xlsx", data)), 409, "batch_not_sent")
    refused(call("pic", "post", f"/batches/{world.sent.pk}/answers", file=("n.xlsx", b"PK\x03\x04rusak")), 400)


def test_refused_rows_go_again(world: Any, call: Call) -> None:
    made = call("coordinator", "post", f"/batches/{world.sent.pk}/follow-ups", {})
    assert made.status_code == 201
    assert made.json()["batch"]["follows"] == world.sent.pk
    refused(call("coordinator", "post", f"/batches/{world.sent.pk}/follow-ups", {}), 409, "nothing_refused")


# Bills


def test_bills_in_scope(world: Any, call: Call) -> None:
    assert call("coordinator", "get", "/bills?month=2027-01").json()["count"] == 2
    assert [one["id"] for one in call("other_pic", "get", "/bills").json()["items"]] == [world.other_bill.pk]
    assert call("donor", "get", "/bills").json()["count"] == 0
    refused(call("coordinator", "get", "/bills?month=2027-13"), 400)
    refused(call("coordinator", "get", "/bills?agency=Entah"), 404)
    refused(call("coordinator", "get", "/bills?page=0"), 422)


def test_one_bill(world: Any, call: Call) -> None:
    found = call("pic", "get", f"/bills/{world.bill.pk}").json()
    assert found["total"] == sum(found["amounts"].values()) == sum(donor["amount"] for donor in found["donors"])
    assert found["due_on"]["jkk"] == "2027-01-15"
    assert not found["confirmed"]
    refused(call("pic", "get", "/bills/0"), 404)


def test_bills_are_made(world: Any, call: Call) -> None:
    made = call("pic", "post", "/bills", {"month": "2026-12"}).json()
    assert made["outcomes"]["made"] == 1
    assert call("pic", "post", "/bills", {"month": "2026-12"}).json()["unchanged"]
    refused(call("pic", "post", "/bills", {"month": "2026-12", "agency": "Dinkes"}), 403)
    refused(call("pic", "post", "/bills", {"month": "2014-01"}), 400)
    refused(call("pic", "post", "/bills", {"month": "Desember"}), 422)


def test_a_bill_is_issued_once_the_month_is_confirmed(world: Any, call: Call) -> None:
    where = f"/bills/{world.bill.pk}/issue"
    refused(call("pic", "post", where), 409, "month_not_confirmed")
    refused(call("coordinator", "post", "/bills/confirmations", {"month": "2027-01"}), 403)
    assert call("operator", "post", "/bills/confirmations", {"month": "2027-01"}).json()["month"] == "2027-01"
    assert call("pic", "post", where).json()["state"] == "issued"
    refused(call("pic", "post", where), 409, "bill_not_draft")
    refused(call("operator", "post", "/bills/confirmations", {"month": "2014-01"}), 400)


# The description


# Pairs


def test_pairs_are_listed_shown_decided_and_undone(world: Any, call: Call) -> None:
    listed = call("coordinator", "get", "/pairs").json()
    assert [entry["id"] for entry in listed["items"]] == [world.pair.pk]
    assert call("auditor", "get", "/pairs?part=mine").json()["count"] == 0
    one = call("auditor", "get", f"/pairs/{world.pair.pk}").json()
    assert {change["answer"] for change in one["changes"]} == {"same", "different"}
    assert next(field for field in one["fields"] if field["name"] == "nik")["left"].startswith("************")
    where = f"/pairs/{world.pair.pk}/decisions"
    answer = {"answer": "same", "reason": "satu KTP"}
    assert call("coordinator", "post", where, answer).json() == {
        "id": world.pair.pk,
        "state": "waiting",
        "final": False,
    }
    refused(call("coordinator", "post", where, answer), 409, "second_person_needed")
    assert call("operator", "post", where, answer).json()["state"] == "same"
    refused(call("coordinator", "post", where, answer), 409, "already_decided")
    undone = call("operator", "post", f"/pairs/{world.pair.pk}/undo", {"reason": "salah orang"}).json()
    assert undone == {"id": world.pair.pk, "state": "open", "final": False}
    refused(call("operator", "post", f"/pairs/{world.pair.pk}/undo", {"reason": "sekali lagi"}), 409, "not_decided")


@pytest.mark.parametrize("role", ["pic", "bpjs", "leader"])
def test_pairs_are_closed_to_others(world: Any, call: Call, role: str) -> None:
    refused(call(role, "get", "/pairs"), 403)
    refused(call(role, "get", f"/pairs/{world.pair.pk}"), 403)
    refused(call(role, "post", f"/pairs/{world.pair.pk}/decisions", {"answer": "same", "reason": "satu KTP"}), 403)
    refused(call("operator", "get", "/pairs/999999999"), 404, "pair_unknown")
    refused(call("auditor", "post", f"/pairs/{world.pair.pk}/undo", {"reason": "keliru"}), 403)


def test_operations_keep_their_names_and_declare_their_refusals() -> None:
    from sertakan.api.app import api

    paths = api.get_openapi_schema()["paths"]
    operations = [operation for path in paths.values() for operation in path.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names))
    assert all(operation.get("summary") and operation.get("description") for operation in operations)
    for path, methods in paths.items():
        for operation in methods.values():
            if not path.startswith("/api/v1/rules"):
                assert "401" in {str(status) for status in operation["responses"]}, path
