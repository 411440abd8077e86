"""A shop with an object of each kind that the API has, and a valid request for each route."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

from crm.api.examples import example_of
from crm.api.route import Route
from crm.domain.errors import InvalidInputError
from crm.domain.times import iso
from crm.http.body import read_model
from crm.services.access import api_keys
from crm.services.ruleset import ruleset
from tests.support.gateway import Answer
from tests.support.shop import BEGIN, EMAIL, Shop, add_staff_work, visit
from tests.support.wired_deployment import Clock, empty, wired

MARK = "quillwort"
"""A text in everything that only the scope of its own area reads: conditions, descriptions, addresses."""

IDS: dict[str, Any] = {"profile": "OTHER", "profiles": ["OTHER"], "profile_id": "JANE"}
"""Fields of bodies that hold ids of customers."""

WEBHOOK = {"name": "Tool", "url": f"https://{MARK}.example/", "enabled": False}
BODIES: dict[str, Any] = {
    "create_profile": {"identities": {"email": "NEW@example.com"}},
    "create_export": {"ids": ["JANE"]},
    "start_bulk": {"ids": ["JANE"], "action": {"type": "add_tags", "tags": ["new"]}},
    "preview_import": {"content": "RS1tYWlsO0NpdHkKYWRhQGV4YW1wbGUuY29tO0xvbmRvbgo="},
    "start_import": {"key": "imports/ada.csv"},
    "create_segment": {"name": "NEW", "type": "static"},
    "preview_segment": {"condition": {"type": "class", "class": "b2b"}},
    "create_expression": {"name": "vNEW", "text": "1 + 1"},
    "create_api_key": {"name": "NEW", "scopes": ["keys:write"]},
}
"""Bodies by operation, if the example of the document needs something that this shop or the key lacks."""


def body_of(route: Route) -> Any:
    """Return a valid body for a route: of `BODIES`, else one that changes nothing, else the example of the document.

    Callers replace NEW by an unused name, and JANE and OTHER by ids of customers.
    """
    if route.operation in BODIES or not route.request:
        return BODIES.get(route.operation)
    with suppress(InvalidInputError):
        return read_model({"body": "{}"}, route.request)
    example = dict(example_of(route.request, route.path) or {})
    if route.method == "POST" and "name" in example:
        example["name"] = "vNEW"
    for field, value in IDS.items():
        if field in example:
            example[field] = value
    return example


class World(NamedTuple):
    """A shop with an object of each kind; `paths`: their ids by the first segment of the routes' paths."""

    shop: Shop
    paths: dict[str, str]


@contextmanager
def furnished() -> Iterator[World]:
    clock = Clock(BEGIN)
    with wired(clock) as wire:
        wire.start(empty(), {}, {})
        ruleset.clear_cache()
        yield _furnished(Shop(wire, clock))
    ruleset.clear_cache()


def _furnished(shop: Shop) -> World:
    id_ = visit(shop)
    add_staff_work(shop, id_)
    shop.wire.bucket.files["imports/ada.csv"] = b"E-mail;City\nada@example.com;London\n"
    other = _make(
        shop, "profiles", {"identities": {"email": "jane@other.example"}, "attributes": {"zip": "1"}}
    )
    spoken = {"type": "attribute", "name": "city", "operator": "equals", "value": MARK}
    fields = [{"name": "email", "attribute": "email", "label": MARK, "required": True}]
    paths = {
        "profiles": id_,
        "OTHER": other["id"],
        "notes": shop.ask("GET", f"profiles/{id_}/notes").body["notes"][0]["id"],
        "tasks": shop.ask("GET", f"profiles/{id_}/tasks").body["tasks"][0]["id"],
        "lists": _make(shop, "lists", {"name": "Fair", "description": MARK})["id"],
        "views": _make(shop, "views", {"name": MARK})["id"],
        "tags": _make(shop, "tags", {"name": "Fair", "description": MARK})["id"],
        "attributes": _make(shop, "attributes", {"name": "shoes", "type": "text", "label": MARK})["name"],
        "import-mappings": _make(shop, "import-mappings", {"name": "fair", "tags": [MARK]})["name"],
        "forms": _make(shop, "forms", {"name": "Newsletter", "fields": fields})["id"],
        "segments": _make(shop, "segments", {"name": "Townspeople", "condition": spoken})["id"],
        "aggregates": _make(shop, "aggregates", {"name": "calls", "event": "C", "description": MARK})["id"],
        "scores": _make(
            shop, "scores", {"name": "points", "rules": [{"event": MARK, "points": 1}], "description": MARK}
        )["id"],
        "expressions": _make(shop, "expressions", {"name": "two", "text": "2", "description": MARK})["id"],
        "webhooks": _make(shop, "webhooks", WEBHOOK)["id"],
        "sources": _make(shop, "sources", {"name": MARK})["id"],
        "exports": _make(shop, "exports", {"ids": [id_]})["id"],
        "imports": _make(shop, "imports", {"key": "imports/ada.csv"})["id"],
        "api-keys": api_keys.create("other", ["keys:write"], now=BEGIN)[0].id,
    }
    shop.send("track", userId="u-9", event=None, properties={"note": MARK})
    day = iso(shop.clock.now)[:10]
    paths["rejected"] = shop.ask("GET", "rejected", query={"day": day}).body["rejected"][0]["id"]
    paths["jobs"] = paths["imports"]
    return World(shop, paths)


def _make(shop: Shop, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = shop.ask("POST", path, body)
    assert answer.status in {201, 202}, answer.body
    return dict(answer.body)


QUERIES = {"get_unsubscribe_link": {"channel": "email"}, "search_profiles": {"q": EMAIL}}
"""Required parameters, by operation."""


def ask(world: World, route: Route, key: str, body: Any = None, **query: str) -> Answer:
    """Send a valid request to a route, about the shop's objects."""
    area = route.path.split("/")[2]
    known = {
        "id": world.paths.get(area, "0"),
        "name": world.paths.get(area, "0"),
        "tag": world.paths["tags"] if area == "tags" else "vip",
        "list": world.paths["lists"],
        "segment": world.paths["segments"],
        "score": world.paths["scores"],
        "note_id": world.paths["notes"],
        "task_id": world.paths["tasks"],
        "class": "b2b",
        "channel": "email",
        "type": "email",
        "value": EMAIL,
        "delivery_id": "dlv_0",
    }
    path = re.sub(r"{(\w+)\+?}", lambda found: known[found[1]], route.path)
    sent = body_of(route) if body is None else body
    text = json.dumps(sent).replace("NEW", uuid.uuid4().hex)
    text = text.replace("OTHER", world.paths["OTHER"]).replace("JANE", world.paths["profiles"])
    required = QUERIES.get(route.operation, {})
    return world.shop.world.request(
        route.method, path, None if sent is None else json.loads(text), key=key, query=required | query
    )


def key_of(*scopes: str, **more: Any) -> str:
    return api_keys.create("test", scopes, now=BEGIN, **more)[1]
