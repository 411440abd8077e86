"""Unsubscribe links: created for a person, valid after merges and other changes, and useless for others."""

import base64
import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crm.api.models.consents import UnsubscribeLink
from crm.services.access import api_keys
from crm.services.consents import link_secret
from crm.storage import job_queue
from functions.evaluate_segments.app import handler as evaluate_segments
from functions.run_jobs.app import handler as run_jobs
from functions.unsubscribe.app import handler
from tests.support.gateway import Client
from tests.support.stream import Pump
from tests.support.template import received
from tests.support.unsubscribe_page import FORM, ONE_CLICK, lines

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

SCOPES = ("profiles:read", "profiles:write")


def sqs_record(body: dict[str, str]) -> dict[str, object]:
    described = {
        "messageId": "1",
        "receiptHandle": "1",
        "eventSource": "aws:sqs",
        "awsRegion": "eu-central-1",
    }
    return {**described, "body": json.dumps(body), "attributes": {}, "messageAttributes": {}}


def _send_at_once(send: Callable[[str], None], job_id: str, **_delayed: int) -> None:
    send(job_id)


EVENTS = Path(__file__).parents[3] / "events"


def test_a_link_is_returned_with_the_message_headers(client: Client, key: str, person: str) -> None:
    answer = client("GET", f"/v1/profiles/{person}/unsubscribe-link", key=key, query={"channel": "email"})
    UnsubscribeLink.model_validate(answer.body)
    url = answer.body["url"]
    assert url.startswith("https://api.example.com/unsubscribe/")
    assert answer.body["headers"] == {
        "List-Unsubscribe": f"<{url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert client("GET", f"/v1/profiles/{person}/unsubscribe-link", key=key).body == answer.body


def test_a_link_has_the_configured_address(
    client: Client, key: str, person: str, set_environment: Callable[..., None]
) -> None:
    set_environment(PUBLIC_URL="https://crm.example/api/")
    answer = client("GET", f"/v1/profiles/{person}/unsubscribe-link", key=key)
    assert answer.body["url"].startswith("https://crm.example/api/unsubscribe/")


@pytest.mark.parametrize("query", [{"channel": "a:b"}, {"channel": "é"}, {"purpose": "x" * 65}])
def test_an_invalid_channel_is_refused(client: Client, key: str, person: str, query: dict[str, str]) -> None:
    answer = client("GET", f"/v1/profiles/{person}/unsubscribe-link", key=key, query=query)
    assert (answer.status, answer.body["code"]) == (400, "invalid_parameter")


def test_a_link_works_after_its_profile_is_merged(
    client: Client, key: str, link: Callable[..., str], write_key: str, pump: Pump
) -> None:
    seen = {"anonymousId": "browser-2", "event": "Seen", "timestamp": "2026-11-20T13:00:00Z"}
    client("POST", "/v1/track", seen | {"writeKey": write_key})
    pump()
    anonymous = client("GET", "/v1/identities/anonymous_id/browser-2", key=key).body["id"]
    path = link(anonymous)
    known = {"anonymousId": "browser-2", "traits": {"email": "sofia@example.com"}}
    client("POST", "/v1/identify", known | {"timestamp": "2026-11-20T14:00:00Z", "writeKey": write_key})
    pump()
    assert lines(client("GET", path)) == {"E-mail": True}
    client("POST", path, ONE_CLICK, headers=FORM)
    assert (
        client("GET", f"/v1/profiles/{anonymous}/consents", key=key).body["consents"]["email"]["state"]
        == "denied"
    )


def test_a_link_works_after_a_manual_merge_and_unmerge(
    client: Client,
    api_key: Callable[..., str],
    link: Callable[..., str],
    states: Callable[[], dict[str, str]],
) -> None:
    admin = api_key()
    identities = {"email": "sofia@work.example"}
    other = client("POST", "/v1/profiles", {"identities": identities}, key=admin).body["id"]
    path = link(other)
    person = client("GET", "/v1/identities/email/sofia@example.com", key=admin).body["id"]
    merged = client("POST", f"/v1/profiles/{person}/merge", {"profiles": [other]}, key=admin)
    assert merged.status == 200, merged
    assert "Text messages (SMS): offers" in lines(client("GET", path))
    client("POST", path, ONE_CLICK, headers=FORM)
    assert states()["email"] == "denied"
    unmerged = client("POST", f"/v1/profiles/{person}/unmerge", {"profile": other}, key=admin)
    assert unmerged.status == 200, unmerged
    assert set(lines(client("GET", path))) == {"E-mail"}


def test_the_link_of_a_deleted_customer_works(
    client: Client, api_key: Callable[..., str], link: Callable[..., str], person: str
) -> None:
    path, admin = link(), api_key()
    assert client("DELETE", f"/v1/profiles/{person}", key=admin).status == 204
    assert client("POST", path, ONE_CLICK, headers=FORM).status == 200
    restored = client("POST", f"/v1/profiles/{person}/restore", key=admin).body
    assert restored["consents"]["email"]["state"] == "denied"


def test_the_link_of_an_erased_customer_is_invalid(
    client: Client,
    api_key: Callable[..., str],
    link: Callable[..., str],
    person: str,
    pump: Pump,
    queue: dict[str, str],
    bucket: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(job_queue, "send", partial(_send_at_once, job_queue.send))
    path = link()
    wrong = client("GET", path[:-1])
    assert client("DELETE", f"/v1/profiles/{person}", key=api_key(), query={"erase": "true"}).status == 202
    while waiting := received(os.environ["JOB_QUEUE_URL"]):
        records = [sqs_record(body) for body in waiting]
        assert run_jobs({"Records": records}, None) == {"batchItemFailures": []}
        pump()  # the receipt waits for the stream
    for method in ("GET", "POST"):
        assert client(method, path, ONE_CLICK, headers=FORM) == wrong


def test_every_invalid_link_shows_the_same_page(
    client: Client, link: Callable[..., str], table: "Table", person: str
) -> None:
    path = link()
    token = path.rpartition("/")[2]
    forged = [token[:-1], token[::-1], "A" * len(token), "x", "x" * 600, "%C3%A9", token + "A"]
    gone = [f"/unsubscribe/{wrong}" for wrong in forged]
    for item in table.scan(ConsistentRead=True)["Items"]:
        if str(item["pk"]).startswith("P#"):
            table.delete_item(Key={"pk": item["pk"], "sk": item["sk"]})
    shown = [
        client(method, path, ONE_CLICK, headers=FORM) for path in [*gone, path] for method in ("GET", "POST")
    ]
    assert {answer.status for answer in shown} == {404}
    assert len({answer.body for answer in shown}) == 1
    assert len({json.dumps(answer.headers) for answer in shown}) == 1
    assert shown[0].headers["content-type"].startswith("text/html")


def test_a_limited_key_creates_links_only_for_its_own_customers(client: Client, person: str) -> None:
    _, limited = api_keys.create("limited", ["admin"], classes=["vip"], now=1)
    assert client("GET", f"/v1/profiles/{person}/unsubscribe-link", key=limited).status == 404
    assert client("GET", f"/v1/profiles/{person}/consents", key=limited).status == 404


def test_the_secret_is_created_once(client: Client, link: Callable[..., str], table: "Table") -> None:
    first = link()
    link_secret.clear_cache()
    assert link() == first
    assert client("GET", first).status == 200
    (stored,) = [item for item in table.scan()["Items"] if item["pk"] == "D#secret"]
    assert stored["sk"] == "links"


def test_concurrent_creations_of_the_secret_result_in_one(aws: None, table: "Table") -> None:
    def secret_made(_number: int) -> tuple[int, bytes]:
        link_secret.ensure()
        return link_secret.newest_secret()

    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(secret_made, range(2)))
    assert made[0] == made[1]


def test_the_tick_creates_a_missing_secret(
    client: Client,
    link: Callable[..., str],
    person: str,
    key: str,
    table: "Table",
    bucket: str,
    queue: object,
) -> None:
    table.delete_item(Key={"pk": "D#secret", "sk": "links"})
    link_secret.clear_cache()
    refused = client("GET", f"/v1/profiles/{person}/unsubscribe-link", key=key)
    assert (refused.status, refused.headers["retry-after"]) == (503, "60")
    evaluate_segments({"source": "aws.events"}, None)
    link_secret.clear_cache()
    assert client("GET", link()).status == 200


def test_links_of_an_older_secret_work(client: Client, link: Callable[..., str], table: "Table") -> None:
    old = link()
    kept = json.loads(str(table.get_item(Key={"pk": "D#secret", "sk": "links"})["Item"]["document"]))
    table.update_item(
        Key={"pk": "D#secret", "sk": "links"},
        UpdateExpression="SET document = :new",
        ExpressionAttributeValues={":new": json.dumps(kept | {"2": base64.b64encode(b"b" * 32).decode()})},
    )
    link_secret.clear_cache()
    new = link()
    assert new != old
    assert {client("GET", path).status for path in (old, new)} == {200}


def test_the_page_of_an_invalid_link_creates_no_secret(client: Client, table: "Table") -> None:
    assert client("GET", "/unsubscribe/AV0PO9QLTF1jnQ5LOi8MehFlbWFpbAAAAAAAAAAAAAAAAAAAAAA").status == 404
    assert table.scan()["Items"] == []


@pytest.mark.parametrize("sample", sorted(EVENTS.glob("unsubscribe_*.json")), ids=lambda path: path.stem)
def test_sample_events_are_handled(table: object, sample: Path) -> None:
    assert handler(json.loads(sample.read_text()), None)["statusCode"] == 404
