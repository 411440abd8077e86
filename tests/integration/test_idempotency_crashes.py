"""`Idempotency-Key` with faults: processes that die or stall, a table that does not respond, expiry."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import EndpointConnectionError

from crm.domain.errors import ConflictError, GoneError, InProgressError
from crm.domain.identity import Identity
from crm.domain.profile import ProfileState
from crm.services.access.idempotency import Call, IdempotencyOutcome, call, once
from crm.storage import idempotency_records
from crm.storage.idempotency_records import AnswerRecord
from crm.storage.profiles import ProfileTable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

NOW = 1_795_289_400_000
SECOND = 1_000
DAY = 86_400 * SECOND
ADA = "6a1b0d1e-0000-5000-8000-000000000001"

pytestmark = pytest.mark.usefixtures("table")


class ProcessKilled(BaseException):
    """The death of the process."""


def kill() -> IdempotencyOutcome:
    raise ProcessKilled


def responds(text: str, **fields: Any) -> Callable[[], IdempotencyOutcome]:
    return lambda: IdempotencyOutcome(answer={"statusCode": 200, "body": text}, **fields)


@pytest.fixture
def request_() -> Call:
    return call(scope=("key:1", "POST /v1/things", "k1"), content=("POST", "/v1/things", "", b"{}"))


@pytest.fixture
def other(request_: Call) -> Call:
    return Call(request_.id, "f" * 64)


def done(request: Call, perform: Callable[[], IdempotencyOutcome], now: int) -> str:
    answer, again = once(request, perform, now=now)
    return f"{answer['body']}, {'again' if again else 'new'}"


def crash(request: Call) -> None:
    with pytest.raises(ProcessKilled):
        once(request, kill, now=NOW)


def test_a_crashed_request_can_be_repeated_after_30_seconds(request_: Call) -> None:
    crash(request_)
    with pytest.raises(InProgressError) as raised:
        once(request_, responds("b"), now=NOW + 30 * SECOND - 1)
    assert raised.value.retry_after == 1
    assert done(request_, responds("b"), NOW + 30 * SECOND) == "b, new"
    assert done(request_, responds("c"), NOW + 31 * SECOND) == "b, again"


def test_another_request_cannot_take_over_a_crashed_one(request_: Call, other: Call) -> None:
    crash(request_)
    for now in (NOW + 1, NOW + 31 * SECOND):
        with pytest.raises(ConflictError) as refused:
            once(other, responds("b"), now=now)
        assert refused.value.code == "idempotency_key_reused"
    assert done(request_, responds("b"), NOW + 32 * SECOND) == "b, new"


def test_an_unexpected_error_can_be_repeated_as_a_crash(request_: Call) -> None:
    def fail() -> IdempotencyOutcome:
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - that it escapes
        once(request_, fail, now=NOW)
    with pytest.raises(InProgressError):
        once(request_, responds("b"), now=NOW + 1)
    assert done(request_, responds("b"), NOW + 30 * SECOND) == "b, new"


def test_an_overtaken_request_responds_and_stores_nothing(request_: Call) -> None:
    def stalled() -> IdempotencyOutcome:
        assert done(request_, responds("second"), NOW + 31 * SECOND) == "second, new"
        return responds("first")()

    assert done(request_, stalled, NOW) == "first, new"
    assert done(request_, responds("third"), NOW + 32 * SECOND) == "second, again"


def test_an_overtaken_request_that_fails_deletes_nothing(request_: Call) -> None:
    def stalled() -> IdempotencyOutcome:
        once(request_, responds("second"), now=NOW + 31 * SECOND)
        raise ConflictError("too late")

    with pytest.raises(ConflictError, match="too late"):
        once(request_, stalled, now=NOW)
    assert done(request_, responds("third"), NOW + 32 * SECOND) == "second, again"


def test_two_crashed_requests_are_repeated_once(request_: Call) -> None:
    crash(request_)

    def slow() -> IdempotencyOutcome:
        with pytest.raises(InProgressError):
            once(request_, kill, now=NOW + 31 * SECOND)
        return responds("b")()

    assert done(request_, slow, NOW + 30 * SECOND) == "b, new"


@pytest.mark.parametrize("person", [None, ADA])
def test_a_response_is_stored_for_a_day(request_: Call, other: Call, person: str | None) -> None:
    once(request_, responds("a", person=person), now=NOW)
    assert done(request_, responds("b", person=person), NOW + DAY - SECOND) == "a, again"
    assert done(other, responds("b", person=person), NOW + DAY) == "b, new"
    assert done(other, responds("c", person=person), NOW + DAY + SECOND) == "b, again"


def test_stored_responses_expire(request_: Call, table: "Table") -> None:
    once(request_, responds("a", person=ADA), now=NOW)
    items = table.scan()["Items"]
    assert len(items) == 2
    assert {item["expires_at"] for item in items} == {(NOW + DAY) // 1000}


def test_the_record_contains_neither_caller_nor_content(table: "Table") -> None:
    mail = b'{"email":"ada@example.com"}'
    asked = call(
        scope=("key:1", "POST /v1/people", "ada@example.com"), content=("POST", "/v1/people", "", mail)
    )
    once(asked, responds("a"), now=NOW)
    (record,) = table.scan()["Items"]
    assert "ada" not in str(record)
    assert len(asked.id) == 64
    assert (record["pk"], record["sk"]) == (f"I#{asked.id[:2]}", asked.id)


@pytest.mark.parametrize(
    ("one", "two"), [(("ab", "c"), ("a", "bc")), (("a", ""), ("", "a")), ((b"a", "b"), ("ab",))]
)
def test_the_digest_separates_its_parts(one: Any, two: Any) -> None:
    assert call(scope=("s",), content=one) != call(scope=("s",), content=two)
    assert call(scope=one, content=("s",)) != call(scope=two, content=("s",))


def test_digests_differ_between_deployments(request_: Call, set_environment: Callable[..., None]) -> None:
    set_environment(IDENTITY_NAMESPACE="00000000-0000-4000-8000-000000000000")
    assert request_ != call(
        scope=("key:1", "POST /v1/things", "k1"), content=("POST", "/v1/things", "", b"{}")
    )


def test_a_call_repeated_by_botocore_recognises_its_own_record() -> None:
    """botocore repeats the call, and finds the item of its first attempt."""
    record = AnswerRecord("attempt-1", "fingerprint", busy_until=NOW + 30 * SECOND)
    for _ in range(2):
        assert idempotency_records.begin("00ff", record, now=NOW, keep_until=NOW + DAY) is None
    another = AnswerRecord("attempt-2", "fingerprint", busy_until=NOW + 30 * SECOND)
    assert idempotency_records.begin("00ff", another, now=NOW, keep_until=NOW + DAY) == record


@pytest.mark.parametrize("step", ["keep_with_person", "finish"])
def test_a_response_that_cannot_be_stored_is_returned(
    request_: Call, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], step: str
) -> None:
    def unreachable(*_: Any, **__: Any) -> None:
        raise EndpointConnectionError(endpoint_url="https://aws")

    with monkeypatch.context() as broken:
        broken.setattr(idempotency_records, step, unreachable)
        assert done(request_, responds("ada@example.com", person=ADA), NOW) == "ada@example.com, new"
    logged = capsys.readouterr().out
    assert "AnswerNotKept" in logged
    assert "ada" not in logged
    with pytest.raises(InProgressError):
        once(request_, responds("b"), now=NOW + 1)
    assert done(request_, responds("b", person=ADA), NOW + 30 * SECOND) == "b, new"


def test_an_error_is_returned_if_its_record_cannot_be_deleted(
    request_: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*_: Any) -> None:
        raise EndpointConnectionError(endpoint_url="https://aws")

    def refuse() -> IdempotencyOutcome:
        raise ConflictError("it exists")

    monkeypatch.setattr(idempotency_records, "delete_record", unreachable)
    with pytest.raises(ConflictError, match="it exists"):
        once(request_, refuse, now=NOW)
    assert done(request_, responds("b"), NOW + 30 * SECOND) == "b, new"


@pytest.mark.parametrize(("erased_at", "kept"), [(NOW - 1, True), (NOW, False), (NOW + 500, False)])
def test_an_erasure_during_the_request_drops_the_response(
    request_: Call, table: "Table", erased_at: int, kept: bool
) -> None:
    def erased_meanwhile() -> IdempotencyOutcome:
        ProfileTable().save([ProfileState(ADA, Identity("user_id", "ada"), erased_at=erased_at)])
        return responds("ada@example.com", person=ADA)()

    assert done(request_, erased_meanwhile, NOW) == "ada@example.com, new"
    if kept:
        assert done(request_, responds("b"), NOW + 1) == "ada@example.com, again"
    else:
        assert "ada@example.com" not in str(table.scan()["Items"])
        with pytest.raises(GoneError) as gone:
            once(request_, responds("b"), now=NOW + 1)
        assert gone.value.code == "answer_gone"
