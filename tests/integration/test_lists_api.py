"""The registry of lists through the API, with exact counts. Tags use the same code: `test_tags_api.py`."""

import json
from pathlib import Path
from typing import Any

import pytest

from crm.api.models.lists import List, ListPage
from crm.domain.activity import LISTED
from crm.domain.api_key import Principal
from crm.domain.effect_fields import FIELDS
from crm.domain.effects import on_list
from crm.domain.identity import Identity
from crm.services.definitions import lists, tags
from crm.services.editing import append_edit
from crm.services.editing.append_edit import Edit
from functions.manage_definitions.app import handler
from tests.support.gateway import Client
from tests.support.stream import Follower

SCOPES = ("definitions:read", "definitions:write")

EVENTS = Path(__file__).parents[2] / "events"
CREATED = 1_795_289_400_000


@pytest.fixture
def fair(client: Client, key: str) -> dict[str, Any]:
    answer = client("POST", "/v1/lists", {"name": " Trade  fair ", "description": "left a card"}, key=key)
    assert answer.status == 201
    return dict(answer.body)


def customer(user_id: str, *list_ids: str, classes: tuple[str, ...] = ()) -> None:
    """Create a customer on these lists."""
    fields = {name: on for id_ in list_ids for name, on in on_list(id_, added=True).items()}
    edit = Edit(type=LISTED, effects={FIELDS: fields, "classes": dict.fromkeys(classes, True)})
    append_edit.create(Identity("user_id", user_id), edit, by="key:test", now=CREATED)


def listed(client: Client, key: str, **query: Any) -> dict[str, int]:
    answer = client("GET", "/v1/lists", key=key, query=query)
    ListPage.model_validate(answer.body)
    return {found["name"]: found["count"] for found in answer.body["lists"]}


def test_a_list_is_created_without_customers(client: Client, key: str, fair: dict[str, Any]) -> None:
    List.model_validate(fair)
    assert set(fair) == set(List.model_fields)
    assert (fair["name"], fair["description"], fair["count"]) == ("Trade fair", "left a card", 0)
    for path in (fair["id"], "Trade%20fair", "TRADE%20FAIR"):
        assert client("GET", f"/v1/lists/{path}", key=key).body == fair


def test_a_list_name_is_unique_among_lists_but_not_among_tags(
    client: Client, key: str, fair: dict[str, Any]
) -> None:
    answer = client("POST", "/v1/lists", {"name": "trade fair"}, key=key)
    assert (answer.status, answer.body["code"]) == (409, "list_exists")
    assert answer.body["details"] == {"id": fair["id"]}
    tag = tags.create(name="Trade fair", now=CREATED)
    assert tag.id.startswith("tag_")
    assert fair["id"].startswith("list_")


def test_lists_have_exact_counts_and_can_be_sorted_by_name_or_count(
    client: Client, key: str, fair: dict[str, Any]
) -> None:
    spring = lists.create(name="Spring", now=CREATED)
    lists.create(name="Empty", now=CREATED)
    customer("u-1", fair["id"], spring.id)
    customer("u-2", spring.id)
    assert listed(client, key) == {"Empty": 0, "Spring": 2, "Trade fair": 1}
    assert list(listed(client, key, sort="count")) == ["Spring", "Trade fair", "Empty"]
    first = client("GET", "/v1/lists", key=key, query={"limit": 2}).body
    rest = listed(client, key, limit=2, cursor=first["next_cursor"])
    assert rest == {"Trade fair": 1}


def test_a_limited_key_counts_only_its_own_customers(follow: Follower) -> None:
    fair = lists.create(name="Fair", now=CREATED)
    customer("u-1", fair.id, classes=("north",))
    customer("u-2", fair.id, classes=("south",))
    customer("u-3", fair.id)
    follow()
    north = Principal("key:x", frozenset(), frozenset({"north"}))
    assert [(found.name, count) for found, (count, _) in lists.counted(north, limit=10)[0]] == [("Fair", 1)]


def test_the_name_and_description_of_a_list_can_be_changed(
    client: Client, key: str, fair: dict[str, Any]
) -> None:
    changed = client("PATCH", f"/v1/lists/{fair['id']}", {"name": "Fair", "description": ""}, key=key)
    assert changed.body == fair | {"name": "Fair", "description": "", "version": 2}
    assert client("GET", "/v1/lists/Trade%20fair", key=key).status == 404
    lists.create(name="Spring", now=CREATED)
    taken = client("PATCH", "/v1/lists/Spring", {"name": "fair"}, key=key)
    assert (taken.status, taken.body["code"]) == (409, "list_exists")


def test_a_list_with_the_name_of_a_deleted_list_is_empty(
    client: Client, key: str, fair: dict[str, Any]
) -> None:
    customer("u-1", fair["id"])
    assert client("DELETE", "/v1/lists/Trade%20fair", key=key).status == 204
    assert client("DELETE", f"/v1/lists/{fair['id']}", key=key).status == 404
    again = client("POST", "/v1/lists", {"name": "Trade fair"}, key=key).body
    assert again["count"] == 0
    assert again["id"] != fair["id"]


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["nothing", "list_0123456789ab", "x" * 500, "%00", "tag_0123456789ab"])
def test_an_unknown_list_is_not_found(client: Client, key: str, method: str, path: str) -> None:
    body = {"name": "x"} if method == "PATCH" else None
    assert client(method, f"/v1/lists/{path}", body, key=key).status == 404


@pytest.mark.parametrize(
    "body", [{}, {"name": ""}, {"name": " "}, {"name": "x" * 101}, {"name": "list_0123456789ab"}]
)
def test_an_invalid_name_is_refused(client: Client, key: str, body: dict[str, Any]) -> None:
    answer = client("POST", "/v1/lists", body, key=key)
    assert answer.status == 400
    assert "name" in str(answer.body["details"])


def test_sample_events_are_handled(table: object) -> None:
    def answer(name: str) -> Any:
        return handler(json.loads((EVENTS / f"manage_definitions_{name}.json").read_text()), None)

    assert answer("create_list")["statusCode"] == 201
    assert json.loads(answer("list_lists")["body"])["lists"][0]["name"] == "Trade fair"
