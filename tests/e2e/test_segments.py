"""Segments on the deployed template: changed by events, by the schedule and by a definition, with webhooks."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from crm.services.webhooks.fan_out import WEBHOOKS_CACHE_S
from tests.e2e.files import Files, until
from tests.e2e.stack import basic, call
from tests.support import webhook_receiver as receivers
from tests.support.webhook_receiver import Receiver


@pytest.fixture
def event(files: Files) -> str:
    """Return the name of an event that no other test sends."""
    return f"Bought {files.name}"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receivers.receiver() as listening:
        yield listening


def send(files: Files, event: str, user: str, **properties: Any) -> None:
    body = {"userId": f"{user}-{files.name}", "event": event, "properties": properties}
    answer = call(
        f"{files.stack.api_url}/v1/track", method="POST", json_body=body, headers=basic(files.stack.write_key)
    )
    assert answer.status == 200, answer


def person(files: Files, user: str) -> str:
    return str(until(lambda: files.stack.owner_of("user_id", f"{user}-{files.name}"))["id"])


def ready(files: Files, segment_id: str) -> dict[str, Any]:
    """Wait until a segment serves its newest definition, and return it."""

    def found() -> dict[str, Any] | None:
        segment = files.ask(f"/v1/segments/{segment_id}")
        return segment if segment["state"] == "ready" else None

    return until(found)


def is_member(files: Files, segment_id: str, *wanted: str) -> bool | None:
    page = files.ask(f"/v1/segments/{segment_id}/members")
    found = {member["profile"]["id"] for member in page["members"]}
    return True if found == set(wanted) and page["count"] == len(wanted) else None


def has_received(receiver: Receiver, secret: str, *wanted: str) -> bool | None:
    """Return whether events of exactly these types have arrived; one may arrive twice."""
    types = {request.verified(secret)["type"] for request in list(receiver.received)}
    assert types <= set(wanted), types
    return True if types == set(wanted) else None


def segments_of(files: Files, profile_id: str) -> set[str]:
    """Return the names of a customer's segments."""
    return set(files.ask(f"/v1/profiles/{profile_id}")["segments"])


def test_customers_enter_and_leave_a_segment_as_events_and_its_definition_change(
    files: Files, event: str
) -> None:
    send(files, event, "ana", total=10)
    ana = person(files, "ana")
    condition = {"type": "event", "event": event, "function": "sum", "property": "total", "value": 10}
    segment = files.ask("/v1/segments", {"name": f"Buyers {files.name}", "condition": condition})
    assert ready(files, segment["id"])["count"] == 1
    send(files, event, "ben", total=30)
    ben = person(files, "ben")
    until(partial(is_member, files, segment["id"], ana, ben))
    explanation = files.ask(f"/v1/profiles/{ben}/segments/{segment['id']}/explain")
    assert (explanation["member"], explanation["holds"], explanation["tree"]["evidence"]["value"]) == (
        True,
        True,
        30,
    )
    files.ask(f"/v1/segments/{segment['id']}", {"condition": condition | {"value": 20}}, method="PATCH")
    # The former definition answers until the new one is complete, which may be the case before this is asked.
    by_former = is_member(files, segment["id"], ana, ben)
    assert by_former or files.ask(f"/v1/segments/{segment['id']}")["state"] == "ready"
    assert ready(files, segment["id"])["count"] == 1
    assert is_member(files, segment["id"], ben)
    files.ask(f"/v1/segments/{segment['id']}", method="DELETE")
    until(lambda: True if segment["name"] not in segments_of(files, ben) else None)


def test_time_alone_removes_a_customer_within_a_tick(files: Files) -> None:
    consent = {"channel": files.name, "state": "granted"}
    customer = files.ask(
        "/v1/profiles", {"identities": {"email": f"ana@{files.domain}"}, "consents": [consent]}
    )
    condition = {"type": "consent", "channel": files.name, "state": "granted"}
    segment = files.ask("/v1/segments", {"name": f"Agreed {files.name}", "condition": condition})["id"]
    assert ready(files, segment)["count"] == 1
    # A minute is enough to ask for the explanation; how long the segment takes to be complete does not count.
    until_then = (datetime.now(UTC) + timedelta(seconds=60)).isoformat()
    files.ask(
        f"/v1/profiles/{customer['id']}/consents/{files.name}",
        {"state": "granted", "expires_at": until_then},
        method="PUT",
    )
    explanation = files.ask(f"/v1/profiles/{customer['id']}/segments/{segment}/explain")
    assert explanation["next_change"][:19] == until_then[:19]
    until(partial(is_member, files, segment))
    moved = until(lambda: found if len(found := moves(files, customer["id"], segment)) >= 2 else None)
    assert moved == ["segment.entered", "segment.left"]


def moves(files: Files, profile_id: str, segment_id: str) -> list[str]:
    """Return the customer's entries and exits of the segment in the timeline."""
    timeline = files.stack.activities(profile_id)
    return [a["type"] for a in timeline if a["properties"].get("segment") == segment_id]


def test_entries_and_exits_are_delivered_to_webhooks(files: Files, event: str, receiver: Receiver) -> None:
    condition = {"type": "event", "event": event, "operator": "equals", "value": 1}
    segment = files.ask("/v1/segments", {"name": f"Once {files.name}", "condition": condition})["id"]
    ready(files, segment)
    wanted = {"events": ["Segment Entered", "Segment Left"], "segments": [segment]}
    hook = files.ask("/v1/webhooks", {"name": files.name, "url": receiver.url, **wanted})
    time.sleep(WEBHOOKS_CACHE_S)  # until all functions have the new webhook
    refused = files.stack.admin(f"/v1/segments/{segment}", method="DELETE")
    assert (refused.status, refused.json()["code"]) == (409, "segment_in_use")
    try:
        send(files, event, "ana")
        ana = person(files, "ana")
        until(partial(is_member, files, segment, ana))
        send(files, event, "ana")
        until(partial(is_member, files, segment))
        until(partial(has_received, receiver, hook["secret"], "Segment Entered", "Segment Left"))
    finally:
        files.ask(f"/v1/webhooks/{hook['id']}", method="DELETE")


def test_aggregates_scores_and_expressions_are_computed(files: Files, event: str) -> None:
    send(files, event, "ana", total=10)
    ana = person(files, "ana")
    suffix = f"_{files.name[:10]}"
    files.ask(
        "/v1/aggregates", {"name": f"spent{suffix}", "event": event, "function": "sum", "property": "total"}
    )
    score = f"score{suffix}"
    files.ask("/v1/scores", {"name": score, "rules": [{"event": event, "points": 3}]})
    text = f"aggregates.spent{suffix} + scores.{score}"
    files.ask("/v1/expressions", {"name": f"both{suffix}", "text": text})
    given = files.ask(f"/v1/profiles/{ana}/scores/{score}/points", {"points": 4, "reason": "kind"})
    assert given["total"] == 7

    def computed() -> bool | None:
        return True if files.ask(f"/v1/profiles/{ana}")["expressions"].get(f"both{suffix}") == 17 else None

    until(computed)
    ledger = files.ask(f"/v1/profiles/{ana}/scores/{score}/ledger")
    assert [entry["points"] for entry in ledger["entries"]] == [4, 3]
