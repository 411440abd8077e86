"""Saved views of the list of customers, through the API."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crm.api.models.saved_views import SavedView, SavedViewList
from crm.services.definitions import saved_views
from functions.manage_definitions.app import handler
from tests.support.gateway import Answer, Client

EVENTS = Path(__file__).parents[2] / "events"
FILTER = {
    "city": ["Rome", "San Marino, city"],
    "last_activity.less_than_days_ago": 30,
    "consent": "email:granted",
}


@pytest.fixture
def ask(client: Client, api_key: Callable[..., str]) -> Callable[..., Answer]:
    """Return `ask("POST", "", {...})`, which sends POST /v1/views."""
    key = api_key("definitions:read", "definitions:write", "profiles:read")
    return lambda method, path="", body=None, **more: client(
        method, f"/v1/views{path and '/'}{path}", body, key=key, **more
    )


@pytest.fixture
def rome(table: object, ask: Callable[..., Answer]) -> dict[str, Any]:
    answer = ask("POST", "", {"name": " Rome,  active ", "filter": FILTER, "sort": "name"})
    assert answer.status == 201
    return dict(answer.body)


def test_a_view_is_read_back_unchanged(ask: Callable[..., Answer], rome: dict[str, Any]) -> None:
    SavedView.model_validate(rome)
    assert (rome["name"], rome["filter"], rome["sort"]) == ("Rome, active", FILTER, "name")
    assert ask("GET", rome["id"]).body == rome
    assert ask("GET").body == {"views": [rome]}


def test_a_view_without_a_filter_lists_all_customers(table: object, ask: Callable[..., Answer]) -> None:
    made = ask("POST", "", {"name": "All"}).body
    assert (made["filter"], made["sort"]) == ({}, "-last_activity")


def test_views_are_listed_by_name(table: object, ask: Callable[..., Answer]) -> None:
    for name in ("beta", "Alpha", "gamma"):
        ask("POST", "", {"name": name})
    listed = SavedViewList.model_validate(ask("GET").body)
    assert [view.name for view in listed.views] == ["Alpha", "beta", "gamma"]


def test_a_view_name_is_unique(ask: Callable[..., Answer], rome: dict[str, Any]) -> None:
    answer = ask("POST", "", {"name": "ROME, active"})
    assert (answer.status, answer.body["code"], answer.body["details"]) == (
        409,
        "view_exists",
        {"id": rome["id"]},
    )
    other = ask("POST", "", {"name": "Other"}).body["id"]
    assert ask("PATCH", other, {"name": "rome, active"}).body["code"] == "view_exists"
    assert ask("PATCH", rome["id"], {"name": "ROME, active"}).body["name"] == "ROME, active"


def test_sent_fields_are_changed_and_the_filter_is_replaced(
    ask: Callable[..., Answer], rome: dict[str, Any]
) -> None:
    changed = ask("PATCH", rome["id"], {"filter": {"tag": "VIP"}})
    assert changed.body == rome | {"filter": {"tag": "VIP"}, "version": 2}
    assert ask("PATCH", rome["id"], {"sort": "-email"}).body["sort"] == "-email"
    assert ask("PATCH", rome["id"], {"sort": "-email"}).body["version"] == 3, "nothing changed"


def test_an_outdated_etag_is_refused(ask: Callable[..., Answer], rome: dict[str, Any]) -> None:
    etag = ask("GET", rome["id"]).headers["etag"]
    assert ask("PATCH", rome["id"], {"sort": "email"}, headers={"if-match": etag}).status == 200
    for method, body in (("PATCH", {"sort": "name"}), ("DELETE", None)):
        answer = ask(method, rome["id"], body, headers={"if-match": etag})
        assert (answer.status, answer.body["code"]) == (412, "version_conflict")
    assert ask("DELETE", rome["id"]).status == 204
    assert ask("GET", rome["id"]).status == 404
    assert ask("GET").body == {"views": []}


@pytest.mark.parametrize(
    "sent",
    [
        {"filter": {}},
        {"name": ""},
        {"name": "a", "filter": {"citty": "Rome"}},
        {"name": "a", "filter": {"city": ""}},
        {"name": "a", "filter": {"city": None}},
        {"name": "a", "filter": {"sort": "name"}},
        {"name": "a", "filter": {"created.after": "yesterday"}},
        {"name": "a", "filter": {"kind": "everybody"}},
        {"name": "a", "sort": "shoe_size"},
        {"name": "a", "sort": None},
        {"name": "a", "filters": {}},
    ],
    ids=str,
)
def test_an_invalid_filter_or_sort_is_refused(
    table: object, ask: Callable[..., Answer], sent: dict[str, Any]
) -> None:
    assert ask("POST", "", sent).status == 400
    assert ask("GET").body == {"views": []}


def test_the_number_of_views_is_limited(
    ask: Callable[..., Answer], rome: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved_views, "MAX_VIEWS", 1)
    answer = ask("POST", "", {"name": "One more"})
    assert (answer.status, answer.body["code"]) == (409, "too_many_views")


def test_a_saved_filter_is_accepted_by_the_list(
    client: Client, api_key: Callable[..., str], rome: dict[str, Any]
) -> None:
    key = api_key("profiles:read")
    query = {
        "city": "Rome,San Marino\\, city",
        "last_activity.less_than_days_ago": 30,
        "consent": "email:granted",
    }
    assert client("GET", "/v1/profiles", key=key, query=query | {"sort": rome["sort"]}).status == 200


def test_the_sample_event_is_handled(table: object) -> None:
    event = json.loads((EVENTS / "manage_definitions_create_view.json").read_text())
    assert handler(event, None)["statusCode"] == 201
