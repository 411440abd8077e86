"""Queries do not write: each GET route, and each POST route that only returns data, in a new container."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from typing import NamedTuple

import pytest

from crm.api.route import Route
from crm.api.routes import ROUTES
from crm.services.access import api_keys, key_uses, sources
from crm.services.consents import link_secret, preference_centre
from crm.services.definitions import forms
from crm.services.privacy import access_request
from crm.settings import settings
from tests.support.furnished_shop import World, ask, furnished
from tests.support.gateway import GATEWAY_TIME, Answer
from tests.support.shop import USER
from tests.support.world import clear_all_caches

READS = {"GetItem", "BatchGetItem", "Query", "GetObject", "HeadObject", "ListObjectsV2", "GetQueueAttributes"}
QUERIES = [route for route in ROUTES if route.method == "GET"]
SHOWN_BY_POST = {"preview_segment": {}, "preview_import": {}, "merge_profiles": {"dry_run": "true"}}
"""Operations that can preview a change, with the query parameters for that."""

AT_REST, BEHIND = "at rest", "behind"


class Queried(NamedTuple):
    """A furnished shop, and the paths with values from other responses, by operation."""

    world: World
    paths: dict[str, str]


@pytest.fixture(scope="module", params=[AT_REST, BEHIND])
def queried(request: pytest.FixtureRequest) -> Iterator[Queried]:
    with pytest.MonkeyPatch.context() as patch, furnished() as world:
        patch.setenv("DEMO_PAGE", "on")
        settings.cache_clear()
        made = Queried(world, _paths(world))
        if request.param == BEHIND:
            _leave_work_pending(world)
        yield made
    _start_container()


def _leave_work_pending(world: World) -> None:
    """Add events that are not projected yet, and definitions whose builds have not started."""
    shop = world.shop
    event = {
        "type": "track",
        "event": "C",
        "userId": USER,
        "messageId": "m-behind",
        "writeKey": shop.write_key,
    }
    assert shop.world.request("POST", "/v1/track", event).status == 200
    again = {"condition": {"type": "event", "event": "C", "operator": "at_least", "value": 1}}
    segment = shop.world.request("PATCH", f"/v1/segments/{world.paths['segments']}", again, key=shop.key)
    assert segment.status == 200, segment.body


def _paths(world: World) -> dict[str, str]:
    person = world.paths["profiles"]
    asked = f"profiles/{_request_consent(world)}/confirmation-link"
    unsubscribe = world.shop.ask("GET", f"profiles/{person}/unsubscribe-link", query={"channel": "email"})
    confirmation = world.shop.ask("GET", asked, query={"channel": "email"})
    return {
        "get_confirmation_link": f"/v1/{asked}",
        "show_subscriptions": _path_of(unsubscribe),
        "show_confirmation": _path_of(confirmation),
    }


def _path_of(answer: Answer) -> str:
    assert answer.status == 200, answer.body
    return "/" + str(answer.body["url"]).split("/", 3)[3]


def _request_consent(world: World) -> str:
    """Return the id of a customer whose consent waits for the confirmation of the address."""
    fields = [{"name": "email", "attribute": "email", "label": "E-mail", "required": True}]
    box = {"channel": "email", "wording": "Send me the newsletter."}
    body = {"name": "Confirmed", "fields": fields, "consents": [box], "double_opt_in": True}
    form = world.shop.ask("POST", "forms", body)
    assert form.status == 201, form.body
    filled = {"email": "confirm@example.com", "_consent:email": "on"}
    world.shop.wait()
    path, sent = f"/v1/forms/{form.body['id']}", {"content-type": "application/json"}
    assert world.shop.world.request("POST", path, filled, headers=sent).status == 200
    world.shop.world.read_stream()
    return str(world.shop.ask("GET", "identities/email/confirm@example.com").body["id"])


def _start_container() -> None:
    """Clear the caches of a container, since the first request of a new one must not write either."""
    clear_all_caches()
    api_keys.clear_cache()
    forms.clear_cache()
    link_secret.clear_cache()
    preference_centre.clear_cache()
    sources.clear_cache()


def _ask(queried: Queried, route: Route) -> Answer:
    world, paths = queried
    if route.operation in paths:
        query = {"channel": "email"} if route.authorized else {}
        key = world.shop.key if route.authorized else None
        return world.shop.world.request("GET", paths[route.operation], key=key, query=query)
    if not route.authorized:
        known = {
            "{write_key}": world.shop.write_key,
            "{file}": "reference.js",
            "{path+}": "customers",
            "{id}": world.paths["forms"],
        }
        path = reduce(lambda made, name: made.replace(name, known[name]), known, route.path)
        return world.shop.world.request("GET", path, query={"writeKey": world.shop.write_key})
    return ask(world, route, world.shop.key, **SHOWN_BY_POST.get(route.operation, {}))


def _note_use_of_key(key: str) -> None:
    """Record the use of the key, which the authorizer does once an hour."""
    caller = api_keys.authenticate(f"Bearer {key}")
    assert not isinstance(caller, str)
    key_uses.record_use(caller, now=GATEWAY_TIME)


def _writes(queried: Queried, route: Route) -> tuple[Answer, list[str]]:
    """Return the response, and the calls that change data in AWS."""
    _start_container()
    shop = queried.world.shop
    with shop.wire.watched():
        _note_use_of_key(shop.key)
    wire = shop.wire
    wire.calls.clear()
    with wire.watched():
        answer = _ask(queried, route)
    return answer, [call for call in wire.calls if call not in READS]


def _route(operation: str) -> Route:
    (found,) = [route for route in ROUTES if route.operation == operation]
    return found


@pytest.mark.parametrize("route", QUERIES, ids=lambda route: route.key)
def test_a_get_request_only_reads(queried: Queried, route: Route) -> None:
    answer, writes = _writes(queried, route)
    assert answer.status == 200, answer.body
    assert writes == []


@pytest.mark.parametrize("operation", SHOWN_BY_POST)
def test_a_preview_only_reads(queried: Queried, operation: str) -> None:
    answer, writes = _writes(queried, _route(operation))
    assert (answer.status, writes) == (200, []), answer.body


def test_a_large_export_redirects_to_a_file(queried: Queried, monkeypatch: pytest.MonkeyPatch) -> None:
    """This is the only GET whose response is stored, since a response of Lambda holds 6 MB."""
    monkeypatch.setattr(access_request, "MAX_INLINE_DOCUMENT_BYTES", 100)
    answer, writes = _writes(queried, _route("export_profile"))
    assert answer.status == 303
    assert {call.removesuffix("MultipartUpload") for call in writes} <= {
        "PutObject",
        "Create",
        "UploadPart",
        "Complete",
    }


def test_a_write_request_is_detected(queried: Queried) -> None:
    answer, writes = _writes(queried, _route("create_list"))
    assert answer.status == 201
    assert writes == ["TransactWriteItems"]
