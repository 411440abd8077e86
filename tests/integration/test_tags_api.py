"""Tags through the API: the registry, and the cloud with exact counts."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from crm.api.models.definitions import Tag as TagModel
from crm.api.models.definitions import TagCloud
from crm.domain.activity import TAGGED
from crm.domain.api_key import SYSTEM, Principal
from crm.domain.effect_fields import Effects
from crm.domain.errors import InvalidInputError, VersionConflictError
from crm.domain.identity import Identity
from crm.services.definitions import named, tags
from crm.services.editing import append_edit
from crm.services.editing.append_edit import Edit
from crm.storage.definitions import one_transaction
from functions.manage_definitions.app import handler
from tests.support.gateway import Client
from tests.support.stream import Follower

SCOPES = ("definitions:read", "definitions:write")

EVENTS = Path(__file__).parents[2] / "events"
CREATED = 1_795_289_400_000


@pytest.fixture
def vip(client: Client, key: str) -> dict[str, Any]:
    answer = client("POST", "/v1/tags", {"name": " VIP ", "description": "buys a lot"}, key=key)
    assert answer.status == 201
    return dict(answer.body)


def customer(user_id: str, *names: str, classes: tuple[str, ...] = ()) -> str:
    """Create a customer with these tags, and the tags that are new; return the customer's id."""
    ids = tags.tag_ids(names, create=True, now=CREATED)
    effects: Effects = {"tags": dict.fromkeys(ids.values(), True), "classes": dict.fromkeys(classes, True)}
    edit = Edit(type=TAGGED, effects=effects)
    return append_edit.create(Identity("user_id", user_id), edit, by="key:test", now=CREATED).id


def listed(client: Client, key: str, **query: Any) -> dict[str, int]:
    answer = client("GET", "/v1/tags", key=key, query=query)
    TagCloud.model_validate(answer.body)
    return {tag["name"]: tag["count"] for tag in answer.body["tags"]}


def test_a_tag_is_created_without_customers(client: Client, key: str, vip: dict[str, Any]) -> None:
    TagModel.model_validate(vip)
    assert set(vip) == set(TagModel.model_fields)
    assert (vip["name"], vip["description"], vip["count"]) == ("VIP", "buys a lot", 0)
    for path in ("VIP", "vip", "%20vip", vip["id"]):
        assert client("GET", f"/v1/tags/{path}", key=key).body == vip


@pytest.mark.parametrize("name", ["VIP", "vip", "  ViP "])
def test_a_tag_name_is_unique(client: Client, key: str, vip: dict[str, Any], name: str) -> None:
    answer = client("POST", "/v1/tags", {"name": name}, key=key)
    assert (answer.status, answer.body["code"], answer.body["details"]) == (
        409,
        "tag_exists",
        {"id": vip["id"]},
    )


def test_the_cloud_counts_every_customer(client: Client, key: str) -> None:
    customer("u-1", "VIP", "newsletter")
    customer("u-2", "newsletter")
    tags.create(name="empty", now=CREATED)
    assert listed(client, key) == {"empty": 0, "newsletter": 2, "VIP": 1}
    assert list(listed(client, key)) == ["empty", "newsletter", "VIP"]
    assert list(listed(client, key, sort="count")) == ["newsletter", "VIP", "empty"]


@pytest.mark.parametrize("order", ["name", "count"])
def test_the_cloud_is_listed_in_pages(client: Client, key: str, order: str) -> None:
    for number in range(5):
        customer(f"u-{number}", *(f"tag {n}" for n in range(number % 3, 3)))
    whole, cursor, paged = list(listed(client, key, sort=order)), None, []
    for _ in range(2):
        query = {"sort": order, "limit": 2} | ({"cursor": cursor} if cursor else {})
        answer = client("GET", "/v1/tags", key=key, query=query)
        paged += [tag["name"] for tag in answer.body["tags"]]
        cursor = answer.body["next_cursor"]
    assert cursor is None
    assert paged == whole


def test_a_limited_key_counts_only_its_own_customers(follow: Follower) -> None:
    customer("u-1", "VIP", classes=("north",))
    customer("u-2", "VIP", "new", classes=("south", "north"))
    customer("u-3", "VIP", "new")
    follow()
    north = Principal("key:x", frozenset(), frozenset({"north", "east"}))
    counts = {tag.name: count for tag, (count, _) in tags.cloud(north, limit=10)[0]}
    assert counts == {"VIP": 2, "new": 1}
    assert tags.count(tags.get("VIP"), north) == 2
    assert tags.count(tags.get("VIP"), SYSTEM) == 3


def test_sorting_too_many_tags_by_count_is_refused(
    client: Client, key: str, vip: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(named, "MAX_SORTED", 0)
    answer = client("GET", "/v1/tags", key=key, query={"sort": "count"})
    assert (answer.status, answer.body["code"]) == (409, "too_many_tags")
    assert listed(client, key) == {"VIP": 0}


def test_a_renamed_tag_is_renamed_for_all_customers(client: Client, key: str) -> None:
    customer("u-1", "VIP")
    before = tags.get("VIP")
    answer = client("PATCH", "/v1/tags/VIP", {"name": "Best customers"}, key=key)
    assert (answer.body["name"], answer.body["count"], answer.body["id"]) == ("Best customers", 1, before.id)
    assert listed(client, key) == {"Best customers": 1}
    assert tags.names([before.id]) == {before.id: "Best customers"}
    assert client("GET", "/v1/tags/VIP", key=key).status == 404
    assert client("POST", "/v1/tags", {"name": "VIP"}, key=key).body["count"] == 0


def test_the_capitalization_of_a_name_can_change(client: Client, key: str, vip: dict[str, Any]) -> None:
    assert client("PATCH", "/v1/tags/vip", {"name": "Vip"}, key=key).body == vip | {
        "name": "Vip",
        "version": 2,
    }
    assert client("PATCH", "/v1/tags/vip", {"description": ""}, key=key).body["description"] == ""
    assert client("PATCH", "/v1/tags/vip", {}, key=key).status == 200
    assert tags.tag_id("VIP") == vip["id"]


def test_renaming_a_tag_to_an_existing_name_is_refused(client: Client, key: str, vip: dict[str, Any]) -> None:
    tags.create(name="new", now=CREATED)
    answer = client("PATCH", "/v1/tags/new", {"name": "vip"}, key=key)
    assert (answer.status, answer.body["code"]) == (409, "tag_exists")


def test_a_tag_with_the_name_of_a_deleted_tag_is_empty(client: Client, key: str) -> None:
    customer("u-1", "VIP")
    before = tags.get("VIP")
    deleted = client("DELETE", "/v1/tags/VIP", key=key)
    assert (deleted.status, deleted.body) == (204, "")
    assert client("DELETE", "/v1/tags/VIP", key=key).status == 404
    assert tags.names([before.id]) == {}
    again = client("POST", "/v1/tags", {"name": "VIP"}, key=key).body
    assert again["count"] == 0
    assert again["id"] != before.id


def test_a_tag_used_by_a_form_cannot_be_deleted(client: Client, key: str, vip: dict[str, Any]) -> None:
    form = {"id": "frm_0123456789ab", "fields": [], "tags": [vip["id"]]}
    with one_transaction() as changes:
        changes.create("form", "frm_0123456789ab", form)
    refused = client("DELETE", "/v1/tags/VIP", key=key)
    assert (refused.status, refused.body["code"]) == (409, "tag_in_use")
    assert refused.body["details"] == {"forms": ["frm_0123456789ab"]}
    assert client("PATCH", "/v1/tags/VIP", {"name": "Best"}, key=key).status == 200


@pytest.mark.parametrize("name", ["50% off/50% on", "#1", "Zürich", "?"])
def test_any_name_can_be_used_in_a_path(client: Client, key: str, name: str) -> None:
    tags.create(name=name, now=CREATED)
    path = quote(name, safe="")
    assert client("GET", f"/v1/tags/{path}", key=key).body["name"] == name


@pytest.mark.parametrize("tag", ["nothing", "tag_0123456789ab", "x" * 500, "%00", "%ED%A0%80", "%20"])
def test_an_unknown_tag_is_not_found(client: Client, key: str, tag: str) -> None:
    for method, body in (("GET", None), ("PATCH", {"name": "x"}), ("DELETE", None)):
        assert client(method, f"/v1/tags/{tag}", body, key=key).status == 404


@pytest.mark.parametrize(
    "body", [{}, {"name": ""}, {"name": " "}, {"name": "x" * 101}, {"name": "tag_0123456789ab"}, {"name": 7}]
)
def test_an_invalid_name_is_refused(client: Client, key: str, body: dict[str, Any]) -> None:
    answer = client("POST", "/v1/tags", body, key=key)
    assert answer.status == 400
    assert "name" in str(answer.body["details"])


class TestIds:
    def test_unknown_tags_are_omitted_or_registered(self, table: Any) -> None:
        vip = tags.create(name="VIP", now=CREATED).id
        assert tags.tag_ids(["vip", "new"], create=False, now=CREATED) == {"vip": vip}
        made = tags.tag_ids(["vip", "new", "NEW"], create=True, now=CREATED)
        assert made["vip"] == vip
        assert made["new"] == made["NEW"] == tags.tag_id("new")
        assert tags.names(made.values()) == {vip: "VIP", made["new"]: "new"}
        assert tags.names([]) == {}

    def test_invalid_names_are_not_registered(self, table: Any) -> None:
        assert tags.tag_ids(["x" * 101, " "], create=False, now=CREATED) == {}
        with pytest.raises(InvalidInputError):
            tags.tag_ids([" "], create=True, now=CREATED)

    def test_concurrent_registrations_of_a_name_return_the_same_tag(
        self, table: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        looked_up, answers = tags.tag_id, iter([None])
        monkeypatch.setattr(tags.TAG_REGISTRY, "id_of", lambda name: next(answers, looked_up(name)))
        winner = tags.TAG_REGISTRY.register("VIP", "", CREATED).id
        assert tags.tag_ids(["VIP"], create=True, now=CREATED) == {"VIP": winner}

    def test_concurrent_changes_conflict(self, table: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        seen = tags.create(name="VIP", now=CREATED)
        monkeypatch.setattr(tags.TAG_REGISTRY, "get", lambda _: seen)
        tags.update("VIP", {"name": "First"})
        with pytest.raises(VersionConflictError):
            tags.update("VIP", {"name": "Second"})
        with pytest.raises(VersionConflictError):
            tags.delete("VIP")


def test_sample_events_are_handled(table: Any) -> None:
    def answer(name: str) -> Any:
        return handler(json.loads((EVENTS / f"manage_definitions_{name}.json").read_text()), None)

    assert answer("create_attribute")["statusCode"] == 201
    assert answer("create_tag")["statusCode"] == 201
    assert json.loads(answer("list_tags")["body"])["tags"][0]["name"] == "VIP"
