"""No scope reveals data of another one: each route, called with only its required scopes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from crm.api.route import Route
from crm.api.routes import ROUTES
from crm.services.access import api_keys
from tests.support.furnished_shop import MARK, World, ask, furnished, key_of
from tests.support.gateway import Answer
from tests.support.shop import BEGIN, EMAIL, STATEMENTS, VALUES

ANSWERING = [route for route in ROUTES if route.authorized and route.status != 204]
OWN_READERS = {
    "profiles:read": ("profiles:read", "profiles:export"),
    "segments:read": ("segments:read",),
    "definitions:read": ("definitions:read",),
    "webhooks:read": ("webhooks:read",),
    "sources:read": ("sources:read",),
    "rejected:read": ("rejected:read",),
}
"""The scopes that read the data of each guarding scope. Imports show the file, but no data of customers."""

REFUSED_HERE = {
    "cancel_job",
    "retry_job",
    "replay_rejected",
    "test_webhook",
    "replay_delivery",
    "replay_deliveries",
}
"""Operations that fail here: the job has ended, the message is still invalid, the webhook is disabled."""


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with furnished() as made:
        yield made


def revealed(answer: Answer) -> set[str]:
    """Return the scopes whose data the response contains: `profiles:read`, or that of the area."""
    text = json.dumps([answer.body, answer.headers], ensure_ascii=False).casefold()
    found = {"profiles:read"} if any(value.casefold() in text for value in (*VALUES, *STATEMENTS)) else set()
    return found | ({"mark"} if MARK in text else set())


@pytest.mark.parametrize("route", ANSWERING, ids=lambda route: route.key)
def test_a_response_contains_nothing_that_the_scopes_do_not_allow_to_read(world: World, route: Route) -> None:
    scopes = set(route.scopes)
    answer = ask(world, route, key_of(*(scopes or {"health:read"})))
    assert answer.status not in {401, 403}, answer.body
    allowed = {"profiles:read"} if scopes & set(OWN_READERS["profiles:read"]) else set()
    reads_area = any(scope in scopes for readers in OWN_READERS.values() for scope in readers)
    assert revealed(answer) <= allowed | ({"mark"} if reads_area else set())


@pytest.mark.parametrize(
    "route", [route for route in ANSWERING if route.brief is not None], ids=lambda route: route.key
)
def test_a_change_without_the_read_scope_returns_only_identifying_fields(world: World, route: Route) -> None:
    answer = ask(world, route, key_of(route.access, *route.also))
    if route.operation in REFUSED_HERE:
        assert answer.status in {400, 409}
        return
    assert answer.status in {200, 201, 202}, answer.body
    assert set(answer.body) == {field.partition(".")[0] for field in route.brief or ()}
    whole = ask(world, route, key_of(route.access, route.read_scope, *route.also))
    if whole.status < 400:
        assert ("etag" in whole.headers) == ("etag" in answer.headers)


class TestProfilesWriteAlone:
    @pytest.fixture
    def writer(self, world: World) -> Callable[..., Answer]:
        key = key_of("profiles:write")
        return lambda *request, **more: world.shop.world.request(*request, key=key, **more)

    def test_the_owner_of_a_taken_identity_is_not_revealed(
        self, world: World, writer: Callable[..., Answer]
    ) -> None:
        body = {"identities": {"email": EMAIL}}
        refused = writer("POST", "/v1/profiles", body)
        assert (refused.status, refused.body["code"]) == (409, "identity_taken")
        assert refused.body["details"] == {"type": "email"}
        refused = writer("PATCH", f"/v1/profiles/{world.paths['OTHER']}", body)
        assert (refused.status, refused.body["details"]) == (409, {"type": "email"})
        reader = key_of("profiles:write", "profiles:read")
        shown = world.shop.world.request("POST", "/v1/profiles", body, key=reader)
        assert shown.body["details"] == {"type": "email", "id": world.paths["profiles"]}

    def test_a_preview_of_a_merge_is_refused(self, world: World, writer: Callable[..., Answer]) -> None:
        path = f"/v1/profiles/{world.paths['profiles']}/merge"
        refused = writer("POST", path, {"profiles": [world.paths["OTHER"]]}, query={"dry_run": "true"})
        assert (refused.status, refused.body["details"]) == (403, {"scope": "profiles:read"})

    def test_members_of_a_profile_are_not_revealed(self, world: World, writer: Callable[..., Answer]) -> None:
        id_ = world.paths["profiles"]
        refused = writer("POST", f"/v1/profiles/{id_}/merge", {"profiles": [id_]})
        assert (refused.body["code"], refused.body["details"]) == ("already_one", {})
        refused = writer("POST", f"/v1/profiles/{id_}/unmerge", {"profile": id_})
        assert (refused.body["code"], refused.body["details"]) == ("shown_member", {})

    def test_customers_can_be_selected_only_by_ids(self, world: World, writer: Callable[..., Answer]) -> None:
        action = {"action": {"type": "add_tags", "tags": ["new"]}}
        for selected in ({"filter": {"city": ["Rome"]}}, {"tag": "vip"}, {"all": True}):
            refused = writer("POST", "/v1/bulk", action | selected)
            assert (refused.status, refused.body["details"]) == (403, {"scope": "profiles:read"})
        assert writer("POST", "/v1/bulk", action | {"ids": [world.paths["profiles"]]}).status == 202


CONDITION = {"type": "attribute", "name": "city", "operator": "equals", "value": "Rome"}


class TestSegmentsWriteWithoutProfilesRead:
    @pytest.fixture
    def writer(self, world: World) -> Callable[..., Answer]:
        key = key_of("segments:read", "segments:write", "jobs:read")
        return lambda *request, **more: world.shop.world.request(*request, key=key, **more)

    @pytest.mark.parametrize(
        ("method", "area", "body"),
        [
            ("POST", "segments", {"name": "probe", "condition": CONDITION}),
            ("PATCH", "segments", {"condition": CONDITION}),
            ("POST", "segments/preview", {"condition": CONDITION}),
            ("POST", "aggregates", {"name": "probe", "event": "Called"}),
            ("PATCH", "aggregates", {"event": "Called"}),
            ("POST", "scores", {"name": "probe", "rules": [{"event": "Called", "points": 1}]}),
            ("PATCH", "scores", {"rules": [{"event": "Called", "points": 1}]}),
            ("POST", "expressions", {"name": "probe", "text": "attributes.city == 'Rome'"}),
            ("PATCH", "expressions", {"text": "attributes.city == 'Rome'"}),
        ],
    )
    def test_a_definition_that_counts_customers_is_refused(
        self, world: World, writer: Callable[..., Answer], method: str, area: str, body: dict[str, Any]
    ) -> None:
        path = f"/v1/{area}" + (f"/{world.paths[area]}" if method == "PATCH" else "")
        refused = writer(method, path, body)
        assert (refused.status, refused.body["details"]) == (403, {"scope": "profiles:read"})

    def test_names_and_descriptions_can_be_changed(self, world: World, writer: Callable[..., Answer]) -> None:
        for area in ("segments", "aggregates", "scores", "expressions"):
            changed = writer("PATCH", f"/v1/{area}/{world.paths[area]}", {"description": f"{MARK} renamed"})
            assert changed.status == 200, changed.body


class TestKeysWriteAlone:
    @pytest.mark.parametrize(
        ("scopes", "classes"),
        [(["admin"], None), (["profiles:read"], None), (["keys:write", "profiles:read"], None)],
    )
    def test_a_key_with_more_permissions_cannot_be_revoked(
        self, world: World, scopes: list[str], classes: list[str] | None
    ) -> None:
        target = api_keys.create("target", scopes, classes=classes, now=BEGIN)[0]
        answer = world.shop.world.request("DELETE", f"/v1/api-keys/{target.id}", key=key_of("keys:write"))
        assert (answer.status, answer.body["code"]) == (403, "forbidden")
        assert answer.body["details"]["missing"]
        (kept,) = [key for key in api_keys.list_all() if key.id == target.id]
        assert kept.revoked_at is None

    @pytest.mark.parametrize("by", [("keys:write", "profiles:read"), ("admin",)])
    def test_a_key_without_more_permissions_can_be_revoked(self, world: World, by: tuple[str, ...]) -> None:
        target = api_keys.create("target", ["profiles:read"], classes=["vip"], now=BEGIN)[0]
        assert world.shop.world.request("DELETE", f"/v1/api-keys/{target.id}", key=key_of(*by)).status == 204

    def test_a_key_can_revoke_itself(self, world: World) -> None:
        own, plain = api_keys.create("own", ["keys:write"], now=BEGIN)
        assert world.shop.world.request("DELETE", f"/v1/api-keys/{own.id}", key=plain).status == 204
        assert world.shop.world.request("GET", "/v1/api-keys", key=plain).status == 401
