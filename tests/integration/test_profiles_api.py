"""Profiles through the API, after events of the tracking API are projected."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from pydantic import BaseModel

from crm.api.models.profiles import Profile, ProfilePage, Stats, Timeline
from functions.profiles.app import handler
from tests.support.gateway import Answer, Client

SCOPES = ("profiles:read",)

EVENTS = Path(__file__).parents[2] / "events"


def exactly(model: type[BaseModel], answer: Answer) -> Any:
    """Return the body; assert that it has exactly the fields of its model."""
    assert answer.status == 200, answer.body
    model.model_validate(answer.body)
    assert set(answer.body) <= set(model.model_fields), "an undocumented field"
    return answer.body


def at(minute: int) -> str:
    return f"2026-11-21T19:{minute:02d}:00.000Z"


def test_a_recognised_visitor_keeps_all_activities(
    client: Client, key: str, send: Callable[..., None]
) -> None:
    send("page", anonymousId="a-1", name="Home", timestamp=at(1))
    send("identify", anonymousId="a-1", userId="u-1", traits={"email": "ada@example.com"}, timestamp=at(2))
    send("track", userId="u-1", event="Order Completed", properties={"revenue": 12.5}, timestamp=at(3))

    profile = exactly(Profile, client("GET", "/v1/identities/user_id/u-1", key=key))
    assert profile["kind"] == "recognised"
    assert profile["attributes"]["email"] == "ada@example.com"
    assert {"type": "anonymous_id", "value": "a-1"} in profile["identities"]
    assert profile["totals"]["orders"] == 1
    assert profile["totals"]["revenue"] == 12.5
    assert client("GET", f"/v1/profiles/{profile['id']}", key=key).body == profile

    timeline = exactly(Timeline, client("GET", f"/v1/profiles/{profile['id']}/activities", key=key))
    assert [activity["type"] for activity in timeline["activities"]] == ["track", "identify", "page"]
    assert timeline["next_cursor"] is None

    stats = exactly(Stats, client("GET", "/v1/stats", key=key))
    assert stats == {"recognised": 1, "anonymous": 0, "total": 1}


def test_the_id_of_a_member_returns_the_merged_profile(
    client: Client, key: str, send: Callable[..., None]
) -> None:
    send("identify", anonymousId="a-1", userId="u-1", timestamp=at(1))
    owner = client("GET", "/v1/identities/user_id/u-1", key=key).body
    for member in owner["members"]:
        assert client("GET", f"/v1/profiles/{member}", key=key).body == owner
    assert client("GET", "/v1/identities/anonymous_id/a-1", key=key).body == owner


@pytest.mark.parametrize(
    ("type_", "value", "written"),
    [
        ("email", "ada+shop@example.com", "ada+shop@example.com"),
        ("email", "ada+shop@example.com", "ada%2Bshop%40example.com"),
        ("email", "ada@example.com", "%20ADA@Example.com"),
        ("user_id", "team/7/ada", "team/7/ada"),
        ("user_id", "team/7/ada", "team%2F7%2Fada"),
        ("user_id", "100%25", "100%2525"),
        ("user_id", "100%", "100%25"),
        ("user_id", "käse #1?", quote("käse #1?", safe="")),
        ("user_id", "a b", "a%20b"),
        ("user_id", "a+b", "a+b"),
    ],
)
def test_identities_in_a_path_are_decoded_once(
    client: Client, key: str, send: Callable[..., None], type_: str, value: str, written: str
) -> None:
    names = {"userId": value} if type_ == "user_id" else {"anonymousId": "a-1", "traits": {"email": value}}
    send("identify", timestamp=at(1), **names)
    found = exactly(Profile, client("GET", f"/v1/identities/{type_}/{written}", key=key))
    assert {"type": type_, "value": value} in found["identities"]


def test_profiles_are_listed_in_pages_in_both_directions(
    client: Client, key: str, send: Callable[..., None]
) -> None:
    for minute in range(5):
        send("track", userId=f"u-{minute}", event="Seen", timestamp=at(minute))
    for query in ({"limit": 2}, {"limit": 2, "order": "asc"}, {"limit": 2, "sort": "last_activity"}):
        seen: list[str] = []
        cursor: dict[str, str] = {}
        while True:
            page = exactly(ProfilePage, client("GET", "/v1/profiles", key=key, query=query | cursor))
            seen += [profile["last_seen"] for profile in page["profiles"]]
            if page["next_cursor"] is None:
                break
            cursor = {"cursor": page["next_cursor"]}
        ascending = [at(minute) for minute in range(5)]
        assert seen == (ascending if len(query) > 1 else ascending[::-1])


def test_profiles_are_filtered_by_kind(client: Client, key: str, send: Callable[..., None]) -> None:
    send("track", userId="u-1", event="Seen", timestamp=at(1))
    send("track", anonymousId="a-1", event="Seen", timestamp=at(2))
    for kind in ("recognised", "anonymous"):
        listed = client("GET", "/v1/profiles", key=key, query={"kind": kind}).body["profiles"]
        assert [profile["kind"] for profile in listed] == [kind]


def test_the_timeline_has_a_period_filters_and_pages(
    client: Client, key: str, send: Callable[..., None]
) -> None:
    for minute in range(6):
        event = "Order Completed" if minute % 2 else "Video Played"
        send("track", userId="u-1", event=event, timestamp=at(minute))
    id_ = client("GET", "/v1/identities/user_id/u-1", key=key).body["id"]

    def minutes(**query: Any) -> list[int]:
        answer = client("GET", f"/v1/profiles/{id_}/activities", key=key, query=query)
        return [int(activity["occurred_at"][14:16]) for activity in answer.body["activities"]]

    assert minutes() == minutes(category="all") == [5, 4, 3, 2, 1, 0]
    assert minutes(category="shopping") == [5, 3, 1]
    assert minutes(**{"from": at(2), "to": at(4)}) == [4, 3, 2]
    assert minutes(**{"from": "2026-11-21", "to": "2026-11-21"}) == [5, 4, 3, 2, 1, 0]
    assert minutes(to="2026-11-20") == []
    assert minutes(**{"from": "2026-11-21T20:04:00+01:00"}) == [5, 4]

    first = client("GET", f"/v1/profiles/{id_}/activities", key=key, query={"limit": 4}).body
    assert minutes(limit=4, cursor=first["next_cursor"]) == [1, 0]
    other = client(
        "GET", f"/v1/profiles/{id_}/activities", key=key, query={"cursor": first["next_cursor"], "to": at(3)}
    )
    assert (other.status, other.body["code"]) == (400, "invalid_cursor")


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/v1/profiles", {"limit": "0"}),
        ("/v1/profiles", {"limit": "1001"}),
        ("/v1/profiles", {"kind": "both"}),
        ("/v1/profiles", {"order": "random"}),
        ("/v1/profiles", {"sort": "shoe_size"}),
        ("/v1/profiles", {"sort": "name", "kind": "anonymous"}),
        ("/v1/profiles", {"citty": "Berlin"}),
        ("/v1/profiles", {"created.after": "yesterday"}),
        ("/v1/profiles", {"cursor": "e30"}),
        ("/v1/profiles", {"cursor": "é"}),
        ("/v1/profiles/1/activities", {"from": "yesterday"}),
        ("/v1/profiles/1/activities", {"category": "misc"}),
        ("/v1/identities/shoe_size/44", {}),
    ],
)
def test_invalid_parameters_are_refused(client: Client, key: str, path: str, query: dict[str, str]) -> None:
    answer = client("GET", path, key=key, query=query)
    assert answer.status == 400, answer
    assert set(answer.body) == {"code", "message", "details"}


@pytest.mark.parametrize(
    "path",
    [
        "/v1/profiles/nothing",
        "/v1/profiles/5d0f3bd4-0b4c-5d63-9d0e-4b3a2f0c7a11",
        "/v1/profiles/5d0f3bd4-0b4c-5d63-9d0e-4b3a2f0c7a11/activities",
        "/v1/profiles/" + "x" * 4000,
        "/v1/profiles/" + "%F0%9F%98%80" * 500,
        "/v1/profiles/%00",
        "/v1/identities/email/nobody@example.com",
        "/v1/identities/email/undefined",
        "/v1/identities/phone/7",
        "/v1/identities/user_id/" + "x" * 4000,
    ],
)
def test_an_unknown_identity_is_not_found(client: Client, key: str, path: str) -> None:
    answer = client("GET", path, key=key)
    assert (answer.status, answer.body["code"]) == (404, "not_found")


@pytest.mark.parametrize("sample", sorted(EVENTS.glob("profiles_*.json")), ids=lambda path: path.stem)
def test_sample_events_are_handled(table: object, sample: Path) -> None:
    assert handler(json.loads(sample.read_text()), None)["statusCode"] in {200, 404}
