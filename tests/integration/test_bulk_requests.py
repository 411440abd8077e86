"""Requests for bulk actions: errors are reported before any change, and a repeated request runs once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from crm.services.definitions import tags
from functions.act_on_profiles.app import handler
from tests.support.bulk_customers import ask, create_key, gather
from tests.support.shop import Shop

TAG = {"type": "add_tags", "tags": ["VIP"]}
ID = "5d0f3bd4-0b4c-5d63-9d0e-4b3a2f0c7a11"


@pytest.mark.parametrize(
    ("action", "code"),
    [
        ({}, "invalid_request"),
        ({"type": "promote"}, "invalid_request"),
        ({"type": "add_tags", "tags": []}, "invalid_request"),
        ({"type": "add_tags", "tags": ["new", " "]}, "invalid_request"),
        ({"type": "add_tags", "tags": ["new", "tag_0123456789ab"]}, "invalid_request"),
        ({"type": "set_attributes", "attributes": {}}, "invalid_request"),
        ({"type": "set_attributes", "attributes": {"shoe": 44}}, "unknown_attribute"),
        ({"type": "set_attributes", "attributes": {"birthday": "soon"}}, "invalid_value"),
        ({"type": "set_attributes", "attributes": {"email": "a@example.com"}}, "identity_for_many"),
        ({"type": "add_to_list", "list": "unheard of"}, "unknown_list"),
        ({"type": "remove_from_list", "list": "list_0123456789ab"}, "unknown_list"),
        ({"type": "set_responsible"}, "invalid_request"),
        ({"type": "set_responsible", "responsible": " "}, "invalid_request"),
        ({"type": "add_classes", "classes": ["Gold"]}, "invalid_request"),
        ({"type": "export", "columns": ["shoe"]}, "unknown_column"),
        ({"type": "export", "format": "pdf"}, "invalid_request"),
        ({"type": "merge"}, "invalid_selection"),
        ({"type": "delete", "really": True}, "invalid_request"),
    ],
)
def test_an_invalid_action_is_refused(shop: Shop, action: dict[str, Any], code: str) -> None:
    answer = ask(shop, action, all=True)
    assert (answer.status, answer.body["code"]) == (400, code), answer.body
    assert tags.all_tags() == []
    assert shop.ask("GET", "jobs").body["jobs"] == []
    assert shop.wire.bucket.files == {}


def test_all_invalid_attributes_are_reported(shop: Shop) -> None:
    values = {"shoe": 44, "birthday": "soon"}
    answer = ask(shop, {"type": "set_attributes", "attributes": values}, all=True)
    fields = {error["field"] for error in answer.body["details"]["errors"]}
    assert fields == {"action.shoe", "action.birthday"}


@pytest.mark.parametrize(
    "selected",
    [
        {},
        {"all": True, "tag": "VIP"},
        {"ids": []},
        {"tag": "unheard of"},
        {"list": "x"},
        {"filter": {"x": "1"}},
    ],
)
def test_exactly_one_way_of_selecting_is_required(shop: Shop, selected: dict[str, Any]) -> None:
    assert ask(shop, TAG, **selected).status == 400


@pytest.mark.parametrize("ids", [["x"], ["x", "x"], [f"u-{n}" for n in range(101)], [ID, "x"]])
def test_a_merge_requires_several_ids_and_a_known_first_one(shop: Shop, ids: list[str]) -> None:
    answer = ask(shop, {"type": "merge"}, ids=ids)
    assert (answer.status, answer.body["code"]) == (400, "invalid_selection")


@pytest.mark.parametrize(
    ("action", "scope"),
    [
        ({"type": "delete"}, "profiles:delete"),
        ({"type": "erase"}, "profiles:delete"),
        ({"type": "export"}, "profiles:export"),
    ],
)
def test_some_actions_require_an_own_scope(shop: Shop, action: dict[str, Any], scope: str) -> None:
    refused = ask(shop, action, key=create_key(shop), all=True)
    assert (refused.status, refused.body["details"]) == (403, {"scope": scope})
    assert (
        ask(shop, action, key=create_key(shop, "profiles:read", "profiles:write", scope), all=True).status
        == 202
    )
    assert ask(shop, TAG, key=create_key(shop, "profiles:read"), all=True).status == 403


def test_a_limited_key_adds_only_its_own_classes(shop: Shop) -> None:
    key = create_key(shop, classes=("north",))
    refused = ask(shop, {"type": "add_classes", "classes": ["south"]}, key=key, all=True)
    assert (refused.status, refused.body["code"]) == (400, "class_not_allowed")


def test_a_repeated_request_starts_one_job(shop: Shop) -> None:
    gather(shop)
    sent = {"body": {"all": True, "action": TAG}, "headers": {"idempotency-key": "once"}}
    first, second = (shop.world.request("POST", "/v1/bulk", key=shop.key, **sent) for _ in range(2))
    assert (first.status, first.body["id"]) == (202, second.body["id"])
    shop.world.settle()
    assert [job["id"] for job in shop.ask("GET", "jobs").body["jobs"]] == [first.body["id"]]


def test_the_sample_event_is_handled(shop: Shop) -> None:
    sample = Path(__file__).parents[2] / "events" / "act_on_profiles_start_bulk.json"
    assert handler(json.loads(sample.read_text()), None)["statusCode"] == 202


def test_the_job_stores_no_values_of_the_request(shop: Shop) -> None:
    ids = gather(shop)
    action = {"type": "set_attributes", "attributes": {"company": "Quixote & Sons"}}
    begun = ask(shop, action, filter={"email": ["bob@example.com"]}).body
    kept = [str(item) for item in shop.items() if item["pk"] == {"S": f"J#{begun['id']}"}]
    assert kept
    assert not any("Quixote" in item or "bob@" in item for item in kept)
    shop.world.settle()
    assert shop.ask("GET", f"profiles/{ids['bob']}").body["attributes"]["company"] == "Quixote & Sons"
    assert list(shop.wire.bucket.files) == [f"exports/{begun['id']}/results.csv"]
