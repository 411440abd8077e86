"""The meaning of DynamoDB's errors: only lost races are retried at once."""

from __future__ import annotations

import time
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from pynamodb.exceptions import PutError, TransactWriteError, VerboseClientError

from crm.domain.errors import (
    ConflictError,
    ItemTooLargeError,
    NotFoundError,
    UnavailableError,
    VersionConflictError,
)
from crm.storage import refusals
from crm.storage.refusals import is_transient, refusal_of, transact

TOO_LARGE = "Item size has exceeded the maximum allowed size"
TO_UPDATE = "Item size to update has exceeded the maximum allowed size"
ITEMS = [{"pk": {"S": "P#small"}, "sk": {"S": "PROFILE"}}, {"pk": {"S": "P#large"}, "sk": {"S": "PROFILE"}}]


def refused(code: str, message: str = "", status: int = 400, reasons: Any = None) -> ClientError:
    response: Any = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    if reasons is not None:
        response["CancellationReasons"] = reasons
    return ClientError(response, "TransactWriteItems")


def cancelled(*codes: str, message: str = "") -> ClientError:
    reasons = [{"Code": code} | ({"Message": message} if code != "None" else {}) for code in codes]
    return refused("TransactionCanceledException", f"[{', '.join(codes)}]", reasons=reasons)


def verbose(error: ClientError) -> VerboseClientError:
    """Build an error as PynamoDB raises it."""
    sent_headers: Any = {"Error": error.response["Error"]}
    copied = VerboseClientError(sent_headers, error.operation_name)
    copied.__cause__ = error
    return copied


@pytest.mark.parametrize(
    "error",
    [
        refused("ConditionalCheckFailedException"),
        refused("TransactionConflictException"),
        cancelled("None", "ConditionalCheckFailed"),
        cancelled("TransactionConflict", "None"),
        cancelled("ThrottlingError", "ConditionalCheckFailed"),
    ],
)
def test_a_failed_condition_is_a_version_conflict(error: ClientError) -> None:
    assert isinstance(refusal_of(error, ITEMS), VersionConflictError)
    assert is_transient(error)


@pytest.mark.parametrize("message", [TOO_LARGE, TO_UPDATE])
def test_an_item_that_is_too_large_is_named(message: str) -> None:
    error = cancelled("None", "ValidationError", message=message)
    refusal = refusal_of(error, ITEMS)
    assert isinstance(refusal, ItemTooLargeError)
    assert refusal.profile_ids == ("large",)
    assert not is_transient(error)
    assert not is_transient(refusal)


def test_an_item_that_is_too_large_precedes_a_conflict() -> None:
    error = cancelled("ConditionalCheckFailed", "ValidationError", message=TOO_LARGE)
    assert isinstance(refusal_of(error, ITEMS), ItemTooLargeError)


def test_a_call_refused_for_its_size_names_its_large_items() -> None:
    error = refused("ValidationException", TOO_LARGE)
    assert refusal_of(error, ITEMS).profile_ids == ("small", "large")  # type: ignore[attr-defined]
    items = [ITEMS[0], ITEMS[1] | {"doc": {"S": "x" * 410_000}}]
    assert refusal_of(error, items).profile_ids == ("large",)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "error",
    [
        refused("ProvisionedThroughputExceededException"),
        refused("ThrottlingException"),
        cancelled("None", "ThrottlingError"),
        cancelled("ProvisionedThroughputExceeded"),
    ],
)
def test_a_throttle_is_transient(error: ClientError) -> None:
    assert isinstance(refusal_of(error, ITEMS), UnavailableError)
    assert is_transient(error)


@pytest.mark.parametrize(
    "error",
    [
        refused("ValidationException", "The provided key element does not match the schema"),
        cancelled("ValidationError", message="Type mismatch"),
        refused("AccessDeniedException"),
        KeyError("x"),
        NotFoundError("x"),
        ConflictError("x"),
    ],
)
def test_other_errors_are_unchanged(error: Exception) -> None:
    assert refusal_of(error, ITEMS) is error
    assert not is_transient(error)


@pytest.mark.parametrize(
    "error",
    [
        refused("InternalServerError", status=500),
        ReadTimeoutError(endpoint_url="https://aws"),
        PutError("late", ReadTimeoutError(endpoint_url="https://aws")),
        PutError("no", verbose(refused("InternalServerError", status=500))),
        UnavailableError("full", retry_after=1),
        VersionConflictError("x"),
    ],
)
def test_failures_of_aws_and_of_the_network_are_transient(error: Exception) -> None:
    assert is_transient(error)


def test_errors_raised_by_pynamodb_are_recognised() -> None:
    large = PutError("no", verbose(refused("ValidationException", TOO_LARGE)))
    assert isinstance(refusal_of(large, ITEMS[:1]), ItemTooLargeError)
    lost = TransactWriteError("no", verbose(cancelled("ConditionalCheckFailed")))
    assert isinstance(refusal_of(lost), VersionConflictError)


class Throttling:
    """A client whose first calls are throttled."""

    def __init__(self, times: int) -> None:
        self.left, self.calls = times, 0

    def transact_write_items(self, **_: Any) -> None:
        self.calls += 1
        if self.calls <= self.left:
            raise cancelled("ThrottlingError")


@pytest.mark.parametrize(("throttled", "calls"), [(0, 1), (2, 3)])
def test_a_throttled_transaction_is_retried_after_a_pause(
    monkeypatch: pytest.MonkeyPatch, throttled: int, calls: int
) -> None:
    client, pauses = Throttling(throttled), list[float]()
    monkeypatch.setattr(refusals, "dynamodb", lambda: client)
    monkeypatch.setattr(time, "sleep", pauses.append)
    transact([{"Delete": {"Key": ITEMS[0]}}])
    assert (client.calls, len(pauses)) == (calls, throttled)


def test_a_table_that_keeps_throttling_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Throttling(100)
    monkeypatch.setattr(refusals, "dynamodb", lambda: client)
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    with pytest.raises(UnavailableError):
        transact([{"Delete": {"Key": ITEMS[0]}}])
    assert client.calls == 4
