"""Categories of a deployment's own events: set through the API, and applied to past and new timeline entries."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crm.api.models.definitions import EventCategories
from crm.domain.errors import VersionConflictError
from crm.domain.event_categories import MAX_CATEGORISED_EVENTS
from crm.domain.event_names import MAX_LENGTH_READ
from crm.services.definitions import event_categories
from functions.manage_definitions.app import handler
from tests.support.gateway import Answer, Client
from tests.support.stream import Pump

SCOPES = ("definitions:read", "definitions:write", "profiles:read")

EVENTS = Path(__file__).parents[2] / "events"
PATH = "/v1/event-categories"
NOTHING = {"id": "event_categories", "version": 0, "events": []}


@pytest.fixture
def timeline(client: Client, key: str, write_key: str, pump: Pump) -> Callable[..., list[tuple[str, str]]]:
    """Return names and categories of a customer's activities, newest first."""
    for minute, event in enumerate(("Machine Serviced", "Order Completed", "Bestellung abgeschlossen")):
        message = {"userId": "u-1", "event": event, "timestamp": f"2026-11-21T19:0{minute}:00Z"}
        assert client("POST", "/v1/track", message | {"writeKey": write_key}).status == 200
    pump()
    id_ = client("GET", "/v1/identities/user_id/u-1", key=key).body["id"]

    def read(**query: str) -> list[tuple[str, str]]:
        answer = client("GET", f"/v1/profiles/{id_}/activities", key=key, query=query)
        return [(entry["name"], entry["category"]) for entry in answer.body["activities"]]

    return read


def put(client: Client, key: str, *events: tuple[str, str], etag: str | None = None) -> Answer:
    body = {"events": [{"event": event, "category": category} for event, category in events]}
    return client("PUT", PATH, body, key=key, headers={"If-Match": etag} if etag else {})


def test_a_new_deployment_has_no_event_categories(client: Client, key: str) -> None:
    answer = client("GET", PATH, key=key)
    assert (answer.status, answer.body) == (200, NOTHING)
    assert answer.headers["etag"] == '"event_categories.0"'


def test_timelines_apply_categories_to_past_events(
    client: Client, key: str, timeline: Callable[..., list[tuple[str, str]]]
) -> None:
    where = dict(timeline())["Machine Serviced"]
    assert where == dict(timeline())["Bestellung abgeschlossen"] != "support"

    message = put(
        client, key, ("machine_serviced", "support"), ("Bestellung Abgeschlossen", "shopping"),
        ("order completed", "content"),
    )  # fmt: skip
    assert message.status == 200, message.body
    EventCategories.model_validate(message.body)
    assert client("GET", PATH, key=key).body == message.body
    assert message.body["events"][0] == {"event": "machine_serviced", "category": "support"}

    assert timeline() == [
        ("Bestellung abgeschlossen", "shopping"),
        ("Order Completed", "content"),
        ("Machine Serviced", "support"),
    ]
    assert timeline(category="support") == [("Machine Serviced", "support")]
    assert timeline(category="shopping") == [("Bestellung abgeschlossen", "shopping")]
    assert timeline(category="other") == timeline(category="system") == []

    assert put(client, key).body == NOTHING | {"version": 2}
    assert dict(timeline()) == {
        "Machine Serviced": where,
        "Order Completed": "shopping",
        "Bestellung abgeschlossen": where,
    }


def test_an_outdated_etag_is_refused(client: Client, key: str) -> None:
    first = put(client, key, ("Machine Serviced", "support"), etag='"event_categories.0"')
    assert (first.status, first.headers["etag"]) == (200, '"event_categories.1"')
    refused = put(client, key, etag='"event_categories.0"')
    assert (refused.status, refused.body["code"]) == (412, "version_conflict")
    assert client("GET", PATH, key=key).body == first.body
    assert put(client, key, etag=first.headers["etag"]).status == 200


def test_concurrent_changes_conflict(table: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    stale = event_categories.get()
    event_categories.replace(events=[{"event": "Machine Serviced", "category": "support"}])
    monkeypatch.setattr(event_categories, "get", lambda: stale)
    with pytest.raises(VersionConflictError):
        event_categories.replace(events=[])


@pytest.mark.parametrize(
    ("events", "field"),
    [
        ([("...", "support")], "events[0].event"),
        ([("  ", "support")], "events[0].event"),
        ([("Machine\nServiced", "support")], "events[0].event"),
        ([("Machine Serviced", "support"), ("machineServiced", "content")], "events[1].event"),
        ([("Machine Serviced", "support"), ("Serviced Machines", "support")], "events[1].event"),
    ],
)
def test_invalid_and_duplicate_names_are_refused(
    client: Client, key: str, events: list[tuple[str, str]], field: str
) -> None:
    refused = put(client, key, *events)
    assert (refused.status, refused.body["details"]["field"]) == (400, field)
    assert client("GET", PATH, key=key).body == NOTHING


@pytest.mark.parametrize("category", ["system", "edits", "all", "misc", ""])
def test_system_categories_are_refused(client: Client, key: str, category: str) -> None:
    assert put(client, key, ("Machine Serviced", category)).status == 400


def test_the_number_of_event_categories_is_limited(client: Client, key: str) -> None:
    names = [f"event {place:03} ".ljust(MAX_LENGTH_READ, "x") for place in range(MAX_CATEGORISED_EVENTS + 1)]
    events = [(name, "content") for name in names]
    assert put(client, key, *events).status == 400
    assert put(client, key, *events[:-1]).status == 200
    assert len(client("GET", PATH, key=key).body["events"]) == MAX_CATEGORISED_EVENTS
    assert put(client, key, ("x" * (MAX_LENGTH_READ + 1), "content")).status == 400


@pytest.mark.parametrize(
    "body", [{}, {"events": {}}, {"events": [{"event": "A"}]}, {"events": [], "x": 1}, []]
)
def test_invalid_bodies_are_refused(client: Client, key: str, body: Any) -> None:
    assert client("PUT", PATH, body, key=key).status == 400


def test_reading_and_writing_require_their_scopes(client: Client, api_key: Callable[..., str]) -> None:
    reader, writer = api_key("definitions:read"), api_key("definitions:write")
    assert put(client, reader).status == client("GET", PATH, key=writer).status == 403
    assert put(client, writer, ("Machine Serviced", "support")).body == {"id": "event_categories"}
    assert client("GET", PATH, key=reader).body["version"] == 1


def test_the_sample_event_is_handled(table: Any) -> None:
    event = json.loads((EVENTS / "manage_definitions_replace_event_categories.json").read_text())
    answer = handler(event, None)
    assert (answer["statusCode"], json.loads(answer["body"])["version"]) == (200, 1)
