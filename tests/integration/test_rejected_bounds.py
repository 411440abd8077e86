"""The limits of rejected input: stored completely up to a size, else its beginning, with a daily cap per source."""

import gzip
import hashlib
import json
import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from botocore.exceptions import EndpointConnectionError

from crm.domain.forms.definition import Form
from crm.domain.identity import EMAIL, USER_ID, Identity
from crm.domain.times import HOUR_MS
from crm.domain.tracking.rejection import BEGINNING_BYTES
from crm.domain.tracking.wire import MAX_BATCH_BYTES, MAX_MESSAGE_BYTES
from crm.services.privacy.rejected_search import rejections_naming
from crm.storage import rejected_totals
from tests.support.gateway import Answer, Client
from tests.support.newsletter_form import newsletter
from tests.support.stage import Stage, request

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

NO_EVENT = {"type": "track", "userId": "u-jane-4711"}


@pytest.fixture
def send(client: Client, write_key: str) -> Callable[..., Answer]:
    return lambda body, type_="batch": client("POST", f"/v1/{type_}", body, query={"writeKey": write_key})


@pytest.fixture
def read(client: Client, api_key: Callable[..., str]) -> Callable[..., Any]:
    key = api_key("rejected:read")
    return lambda: client("GET", "/v1/rejected", key=key).body


@pytest.fixture
def replay(client: Client, api_key: Callable[..., str]) -> Callable[[str], Answer]:
    key = api_key("rejected:write", "rejected:read")
    return lambda rejected_id: client("POST", f"/v1/rejected/{rejected_id}/replay", key=key)


def now() -> int:
    return time.time_ns() // 1_000_000


class TestBeyondTheLimits:
    def test_a_message_within_the_limit_is_stored_completely(
        self, send: Callable[..., Answer], read: Callable[..., Any], replay: Callable[[str], Answer]
    ) -> None:
        message = {"userId": "u", "noise": os.urandom(16_000).hex()}
        assert MAX_MESSAGE_BYTES - 1_000 < len(json.dumps(message)) <= MAX_MESSAGE_BYTES
        rejected_id = send(message, "track").body["details"]["rejected_id"]
        (kept,) = read()["rejected"]
        assert (kept["truncated"], kept["sha256"], kept["content"]) == (False, None, message)
        assert replay(rejected_id).body["code"] == "missing_event"

    @pytest.mark.parametrize("size", [40_000, 4_400_000])
    def test_a_message_beyond_the_limit_is_truncated_with_size_and_digest(
        self,
        send: Callable[..., Answer],
        read: Callable[..., Any],
        replay: Callable[[str], Answer],
        table: "Table",
        size: int,
    ) -> None:
        body = json.dumps({"userId": "u", "event": "x", "noise": "x" * size}, separators=(",", ":")).encode()
        rejected_id = send(body, "track").body["details"]["rejected_id"]
        (kept,) = read()["rejected"]
        assert kept["content"] == body[:BEGINNING_BYTES].decode()
        assert (kept["truncated"], kept["size"]) == (True, len(body))
        assert kept["sha256"] == hashlib.sha256(body).hexdigest()
        assert len([item for item in table.scan()["Items"] if str(item["pk"]).startswith("X#")]) == 1
        answer = replay(rejected_id)
        assert (answer.status, answer.body["code"]) == (400, "content_truncated")
        assert answer.body["details"] == {"rejected_id": rejected_id, "size": len(body)}
        assert len(read()["rejected"]) == 1, "it stays"

    def test_the_limit_of_a_message_includes_the_context_of_its_batch(
        self, send: Callable[..., Answer], read: Callable[..., Any]
    ) -> None:
        context = {"page": {"title": "t" * 20_000}}
        send(
            {"context": context, "batch": [{"type": "track", "noise": "n" * 30_000}, {"noise": "n" * 40_000}]}
        )
        by_index = {kept["index"]: kept for kept in read()["rejected"]}
        assert (by_index[0]["truncated"], by_index[0]["content"]["context"]) == (False, context)
        assert by_index[1]["truncated"]

    def test_a_compressed_body_that_exceeds_the_limit_is_truncated(
        self, send: Callable[..., Answer], read: Callable[..., Any]
    ) -> None:
        bomb = gzip.compress(b'{"userId": "u-jane-4711", "x": "' + b"0" * 20_000_000, mtime=0)
        assert send(bomb, "track").body["code"] == "batch_too_large"
        (kept,) = read()["rejected"]
        assert (kept["truncated"], kept["size"], len(kept["content"])) == (True, len(bomb), BEGINNING_BYTES)
        twice = gzip.compress(gzip.compress(os.urandom(600_000), mtime=0), mtime=0)
        send(twice, "track")
        assert [kept["content"] for kept in read()["rejected"] if kept["size"] == len(twice)] == [""]

    def test_an_oversized_form_submission_is_truncated(
        self, client: Client, table: "Table", read: Callable[..., Any]
    ) -> None:
        form: Form = newsletter()
        bodies = ["x" * 70_000, gzip.compress(b"0" * 5_000_000, mtime=0)]
        for body in bodies:
            client("POST", f"/v1/forms/{form.id}", body, headers={"content-type": "application/json"})
        assert [(kept["truncated"], len(kept["content"])) for kept in read()["rejected"]] == [
            (True, BEGINNING_BYTES)
        ] * 2

    def test_rejections_naming_a_person_include_truncated_messages(self, send: Callable[..., Answer]) -> None:
        start = {"userId": "u-7", "traits": {"email": "jane@example.com"}, "noise": "x" * 50_000}
        send(start, "track")
        for identity in (Identity(USER_ID, "u-7"), Identity(EMAIL, "jane@example.com")):
            assert len(list(rejections_naming([identity], since=now() - HOUR_MS, until=now()))) == 1
        assert not list(rejections_naming([Identity(USER_ID, "u-77")], until=now()))

    def test_rejected_input_of_the_previous_version_is_read(
        self, read: Callable[..., Any], send: Callable[..., Answer], table: "Table"
    ) -> None:
        send(NO_EVENT, "track")
        (item,) = [item for item in table.scan()["Items"] if str(item["pk"]).startswith("X#")]
        assert item.keys().isdisjoint({"size", "sha"}), "as it was stored before there was a limit"
        assert read()["rejected"][0]["size"] == len(json.dumps(NO_EVENT, separators=(",", ":")))


class TestManyBadMessages:
    def test_further_rejected_messages_of_a_batch_are_stored_as_one_batch(
        self, send: Callable[..., Answer], read: Callable[..., Any], replay: Callable[[str], Answer]
    ) -> None:
        batch = [{"type": "track", "number": number} for number in range(99)] + [NO_EVENT]
        assert len(send({"batch": batch, "context": {"locale": "de"}}).body["rejected"]) == 100
        found = read()["rejected"]
        (together,) = [kept for kept in found if kept["type"] == "batch"]
        assert len(found) == 25
        assert together["content"] == {"batch": batch[24:], "context": {"locale": "de"}}
        assert together["message"].startswith(
            "76 more messages of the batch were rejected (no_identity 75, missing_event 1)"
        )
        (totals,) = read()["totals"]
        assert (totals["messages"], totals["reasons"]) == (100, {"missing_event": 1, "no_identity": 99})
        assert replay(together["id"]).body["code"] == "no_identity"

    def test_messages_that_are_valid_now_are_removed_from_the_stored_batch(
        self,
        send: Callable[..., Answer],
        read: Callable[..., Any],
        replay: Callable[[str], Answer],
        set_environment: Callable[..., None],
    ) -> None:
        named = {
            "type": "track",
            "event": "x",
            "context": {"externalIds": [{"type": "loyalty", "id": "L-1"}]},
        }
        send({"batch": [*[NO_EVENT] * 30, named]})
        (together,) = [kept for kept in read()["rejected"] if kept["type"] == "batch"]
        set_environment(CUSTOM_IDENTITY_TYPES="loyalty")
        answer = replay(together["id"]).body
        assert (answer["accepted"], len(answer["rejected"])) == (1, 6)
        assert together["id"] not in [kept["id"] for kept in read()["rejected"]]

    def test_the_cost_of_a_rejected_batch_is_bounded(self, stage: Stage) -> None:
        source = rejected_source()
        noise = os.urandom(15_000).hex()
        batch = {"context": {"noise": noise}, "batch": [{"n": n} for n in range(2_500)], "writeKey": source}
        assert len(json.dumps(batch)) < MAX_BATCH_BYTES
        stage.meter.reset()
        assert handler_of("track_events")(request("POST", "/v1/batch", batch), None)["statusCode"] == 200
        assert stage.meter.reset().write <= 2 * MAX_BATCH_BYTES / 1024

    def test_an_oversized_body_costs_few_write_units(self, stage: Stage) -> None:
        body = {"userId": "u", "noise": os.urandom(2_200_000).hex(), "writeKey": rejected_source()}
        sent = request("POST", "/v1/track", body)
        sent["queryStringParameters"] = {"writeKey": body["writeKey"]}
        stage.meter.reset()
        assert handler_of("track_events")(sent, None)["statusCode"] == 400
        assert stage.meter.reset().write <= 20


class TestTheDailyCap:
    @pytest.fixture
    def capped(self, set_environment: Callable[..., None]) -> None:
        set_environment(REJECTED_MEGABYTES_PER_DAY="1")

    def test_only_counts_and_reasons_are_stored_beyond_the_cap(
        self, capped: None, send: Callable[..., Answer], read: Callable[..., Any]
    ) -> None:
        for _ in range(4):
            answer = send(b"[" + os.urandom(200_000).hex().encode(), "track")
            assert (answer.status, answer.body["code"]) == (400, "invalid_json")
        assert send(NO_EVENT, "track").body["code"] == "missing_event"
        page = read()
        (totals,) = page["totals"]
        assert len(page["rejected"]) == 3, "the request that reaches the cap is kept"
        assert totals["reasons"] == {"invalid_json": 4, "missing_event": 1}
        assert (totals["messages"], totals["content_not_kept"]) == (5, 2)
        assert 1_000_000 <= totals["kept_bytes"] <= 1_000_000 + MAX_BATCH_BYTES

    def test_every_source_has_a_separate_cap(
        self, capped: None, client: Client, send: Callable[..., Answer], read: Callable[..., Any]
    ) -> None:
        for _ in range(4):
            send(b"[" + os.urandom(200_000).hex().encode(), "track")
        other = rejected_source()
        client("POST", "/v1/track", NO_EVENT, query={"writeKey": other})
        assert [kept["code"] for kept in read()["rejected"]].count("missing_event") == 1

    def test_no_content_is_stored_when_the_cap_is_zero(
        self, set_environment: Callable[..., None], send: Callable[..., Answer], read: Callable[..., Any]
    ) -> None:
        set_environment(REJECTED_MEGABYTES_PER_DAY="0")
        send(NO_EVENT, "track")
        assert (read()["rejected"], read()["totals"][0]["content_not_kept"]) == ([], 1)

    def test_a_container_stores_a_megabyte_while_the_count_is_unavailable(
        self,
        send: Callable[..., Answer],
        read: Callable[..., Any],
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.setattr(rejected_totals, "add", unreachable)
        for _ in range(5):
            send(b"[" + os.urandom(200_000).hex().encode(), "track")
        assert len(read()["rejected"]) == 3
        assert "RejectedUncounted" in capsys.readouterr().out


def unreachable(*_: Any, **_named: Any) -> NoReturn:
    raise EndpointConnectionError(endpoint_url="https://dynamodb.example")


def rejected_source() -> str:
    from crm.services.access import sources

    return sources.create(name="Shop", now=now()).write_key


def handler_of(function: str) -> Any:
    from tests.support.stage import handler

    return handler(function)
