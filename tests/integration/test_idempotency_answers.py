"""Stored responses for repeated requests: which parts are stored, where, and which never."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from crm.api.route import Route
from crm.domain.errors import ConflictError
from crm.http import Reply, Request
from tests.support.served_route import ADMIN, Call, serve_one

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

KEY = {"Idempotency-Key": "0b4bb8f4-5b0e-4a6e-8a0e-0d2f1f6a7f10"}
ADA = "6a1b0d1e-0000-5000-8000-000000000001"
BOB = "6a1b0d1e-0000-5000-8000-000000000002"


@pytest.fixture
def serve(table: "Table", monkeypatch: pytest.MonkeyPatch) -> Callable[..., Call]:
    """Return `serve(operation, key, **fields of the route)`, which serves a route with personal data."""

    def made(operation: Callable[[Request], Any], key: str = "POST /v1/people", **fields: Any) -> Call:
        declared = {
            "function": "people",
            "access": "profiles:write",
            "summary": "",
            "personal": True,
            **fields,
        }
        return serve_one(monkeypatch, Route(key, "do_it", **declared), operation)

    return made


def in_partition(table: "Table", profile_id: str) -> list[Any]:
    return [item for item in table.scan()["Items"] if item["pk"] == f"P#{profile_id}"]


def test_a_response_about_a_person_is_stored_with_the_person(
    serve: Callable[..., Call], table: "Table"
) -> None:
    person = {"id": ADA, "version": 1, "email": "ada@example.com"}
    call = serve(lambda _request: person, status=201)
    first, again = (
        call({"email": "ada@example.com"}, headers=KEY),
        call({"email": "ada@example.com"}, headers=KEY),
    )
    assert json.loads(again["body"]) == json.loads(first["body"]) == person
    assert again["statusCode"] == 201
    (kept,) = in_partition(table, ADA)
    elsewhere = [item for item in table.scan()["Items"] if item != kept]
    assert kept["sk"].startswith("I#")
    assert b"ada@example.com" in bytes(kept["answer"])
    assert "ada@example.com" not in str(elsewhere)


def test_a_response_about_an_erased_person_is_gone(serve: Callable[..., Call], table: "Table") -> None:
    done: list[int] = []

    def create(_request: Request) -> dict[str, Any]:
        done.append(1)
        return {"id": ADA, "version": 1}

    call = serve(create)
    assert call(headers=KEY)["statusCode"] == 200
    for item in in_partition(table, ADA):
        table.delete_item(Key={"pk": item["pk"], "sk": item["sk"]})
    gone = call(headers=KEY)
    assert (gone["statusCode"], json.loads(gone["body"])["code"]) == (410, "answer_gone")
    assert len(done) == 1


@pytest.mark.parametrize(
    ("route", "result", "person"),
    [
        ({"key": "POST /v1/people/{id}/notes"}, {"id": "note_1"}, ADA),
        ({"key": "POST /v1/people/{id}/merge", "response": "profiles.Profile"}, {"id": BOB}, BOB),
        ({"key": "POST /v1/people/{id}/notes"}, Reply({"id": "note_1"}, person=BOB), BOB),
    ],
)
def test_a_response_is_stored_with_the_person_of_its_path_or_body(
    serve: Callable[..., Call], table: "Table", route: dict[str, Any], result: Any, person: str
) -> None:
    call = serve(lambda _request: result, **route)
    first = call(path={"id": ADA}, headers=KEY)
    assert call(path={"id": ADA}, headers=KEY)["body"] == first["body"]
    assert len(in_partition(table, person)) == 1
    assert len(table.scan()["Items"]) == 2


def test_a_response_about_several_people_is_not_stored(serve: Callable[..., Call], table: "Table") -> None:
    call = serve(lambda _request: {"email": "ada@example.com"})
    assert call(headers=KEY)["statusCode"] == 200
    again = call(headers=KEY)
    assert (again["statusCode"], json.loads(again["body"])["code"]) == (409, "already_done")
    assert json.loads(again["body"])["details"] == {}
    assert "ada@example.com" not in str(table.scan()["Items"])


def test_a_response_without_a_body_is_replayed(serve: Callable[..., Call]) -> None:
    call = serve(lambda _request: None, key="POST /v1/people/{id}/ping", status=204)
    assert call(path={"id": ADA}, headers=KEY) == {"statusCode": 204, "headers": {}}
    assert call(path={"id": ADA}, headers=KEY) == {
        "statusCode": 204,
        "headers": {"idempotent-replayed": "true"},
    }


def test_a_response_that_is_too_large_is_not_stored(serve: Callable[..., Call]) -> None:
    call = serve(lambda _request: {"id": "e1", "text": "x" * 400_000}, personal=False)
    assert call(headers=KEY)["statusCode"] == 200
    again = json.loads(call(headers=KEY)["body"])
    assert (again["code"], again["details"]) == ("already_done", {"id": "e1"})


def test_the_largest_stored_response_fits_an_item(serve: Callable[..., Call]) -> None:
    call = serve(lambda _request: {"id": ADA, "text": "x" * 349_500})
    assert call(headers=KEY)["body"] == call(headers=KEY)["body"]


def test_a_reply_with_an_error_status_is_not_stored(serve: Callable[..., Call]) -> None:
    replies = iter([Reply({"id": ADA}, status=422), Reply({"id": ADA}, status=201)])
    call = serve(lambda _request: next(replies))
    assert call(headers=KEY)["statusCode"] == 422
    assert call(headers=KEY)["statusCode"] == 201


def test_a_request_in_progress_refuses_repetitions(serve: Callable[..., Call]) -> None:
    meanwhile: list[dict[str, Any]] = []

    def create(_request: Request) -> dict[str, Any]:
        meanwhile.append(call(headers=KEY))
        return {"id": ADA}

    call = serve(create)
    assert call(headers=KEY)["statusCode"] == 200
    (raised,) = meanwhile
    assert (raised["statusCode"], json.loads(raised["body"])["code"]) == (409, "request_in_progress")
    assert raised["headers"]["retry-after"] == "1"
    assert call(headers=KEY)["headers"]["idempotent-replayed"] == "true"


def test_a_conflict_is_not_stored(serve: Callable[..., Call]) -> None:
    attempts: list[int] = []

    def create(_request: Request) -> dict[str, Any]:
        attempts.append(1)
        raise ConflictError("this identity is somebody's", details={"id": ADA})

    call = serve(create)
    assert [call(headers=KEY)["statusCode"] for _ in range(2)] == [409, 409]
    assert len(attempts) == 2


def test_responses_are_separate_for_callers_and_keys(serve: Callable[..., Call]) -> None:
    call = serve(lambda _request: {"id": ADA})
    for caller in (ADMIN, ADMIN | {"principal": "key:2"}):
        assert "idempotent-replayed" not in call(headers=KEY, caller=caller)["headers"]
    assert "idempotent-replayed" not in call(headers={"Idempotency-Key": "other"})["headers"]
