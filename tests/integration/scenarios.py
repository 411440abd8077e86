"""The scenarios of the crash matrix: for each function, one that makes all of its AWS calls."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from crm.domain.identity import Identity
from crm.services.access import api_keys, sources
from crm.services.projection.deployment import id_of
from crm.settings import settings
from crm.storage.log_writer import activity_put
from crm.storage.spill import spill_queue
from tests.integration.scenarios_of_bulk import do_bulk_jobs, waiting_bulk_jobs
from tests.integration.scenarios_of_changes import discarded_changes, follow, unread_changes
from tests.integration.scenarios_of_edits import edit, link, people_and_lists, two_customers
from tests.integration.scenarios_of_imports import (
    ORDERS_KEY,
    put_file,
    put_file_of_orders,
    run_import,
    without_updates,
)
from tests.integration.scenarios_of_jobs import assert_jobs_ended, export
from tests.integration.scenarios_of_pages import add_late_purchases, responses_only, year_of_purchases
from tests.integration.scenarios_of_segments import members_and_published_events, segment, two_buyers
from tests.integration.scenarios_of_webhooks import all_published, create_webhook, publish
from tests.model.scenes import identify, order
from tests.support.stage import TABLE
from tests.support.world import World

NOW = 1_795_289_400_000
DAY = "2026-11-21"
USER, BROWSER = Identity("user_id", "u1"), Identity("anonymous_id", "b1")
Stored = dict[str, Any]


def everything(answers: Any, stored: Stored, published: set[str]) -> Any:
    """Return what must be the same with and without a fault: responses, the table and published events."""
    return answers, stored, published


@dataclass(frozen=True)
class Scenario:
    """`prepare` runs once without faults; `play` runs with faults, and must be repeatable by clients and by AWS.

    `at_writes`: only calls that write get faults, since a failed read has changed nothing.
    """

    name: str
    prepare: Callable[[World], Any]
    apply: Callable[[World, Any], Any]
    lasting: Callable[[Any, Stored, set[str]], Any] = everything
    at_writes: bool = False


def at(second: int) -> str:
    return f"2026-11-20T10:00:{second:02d}.000Z"


def message(second: int, type: str, **fields: Any) -> dict[str, Any]:
    return {"type": type, "messageId": f"m{second}", "timestamp": at(second), **fields}


def send(world: World, write_key: str, *messages: dict[str, Any]) -> Any:
    answer = world.request("POST", "/v1/batch", {"batch": messages, "writeKey": write_key})
    assert answer.status == 200, answer
    return answer.body


def create_source(_world: World) -> str:
    return sources.create(name="Shop", now=NOW).write_key


FIRST_VISIT = (
    message(10, "page", anonymousId="b1", name="Home"),
    message(20, "identify", userId="u1", anonymousId="b1", traits={"email": "a@example.com", "name": "A"}),
    message(
        30, "track", userId="u1", event="Order Completed", properties={"revenue": 9.5, "currency": "EUR"}
    ),
)
ANOTHER_PERSON = (
    message(40, "identify", userId="u2", anonymousId="b1", traits={"name": "B"}),
    message(41, "track", anonymousId="b1", event="Product Viewed"),
    message(42, "alias", userId="u2", previousId="b2"),
)
LATE_AND_EARLIER = (message(5, "identify", userId="u3", anonymousId="b1"),)


def recognise_and_share(world: World, write_key: str) -> Any:
    answers = [send(world, write_key, *FIRST_VISIT)]
    world.settle()
    answers.append(send(world, write_key, *ANOTHER_PERSON))
    world.settle()
    return answers


def two_recognised_people(world: World) -> str:
    write_key = create_source(world)
    send(world, write_key, *FIRST_VISIT, *ANOTHER_PERSON)
    world.settle()
    return write_key


def point_elsewhere(world: World, write_key: str) -> Any:
    answer = send(world, write_key, *LATE_AND_EARLIER)
    world.settle()
    return answer


def create_limited_source(_world: World) -> str:
    return sources.create(name="Shop", now=NOW, rate_limit=1, burst=50).write_key


def send_without_times(world: World, write_key: str) -> Any:
    undated = {"type": "track", "messageId": "m1", "userId": "u1", "event": "Played"}
    unreadable = {"type": "track", "messageId": "m2", "timestamp": at(1), "userId": "u1"}
    answer = send(world, write_key, undated, unreadable)
    world.settle()
    return answer


def waiting_stream_changes(world: World) -> None:
    """Store activities without a projection, with messages of both kinds about them in the failure queue."""
    send(world, create_source(world), *FIRST_VISIT)
    lost = world.keep_from_projection()
    world.wire.queues["failure"] = [
        json.dumps({"profiles": {id_of(BROWSER): None, id_of(USER): [20777]}}),
        lost,
    ]


def spilled_items(_world: World) -> None:
    """Send events while the table refuses writes, so that `track_events` leaves them in the queue."""
    activities = [identify(1, USER, BROWSER, name="A"), order(2, USER, revenue=1)]
    spill_queue().send([activity_put(a, settings().identity_namespace, 0) for a in activities])


def settle(world: World, _known: Any) -> None:
    world.settle()


def rejected_too_early(world: World) -> tuple[str, str]:
    """Store rejected input of a type that the deployment did not know yet; return an admin's key."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CUSTOM_IDENTITY_TYPES", "")
        settings.cache_clear()
        card = {"id": "c1", "type": "loyalty_id", "collection": "users", "encoding": "none"}
        send(
            world, create_source(world), message(1, "track", event="Played", context={"externalIds": [card]})
        )
    settings.cache_clear()
    key = api_keys.create("admin", ["admin"], now=NOW)[1]
    page = world.request("GET", "/v1/rejected", key=key, query={"day": DAY}).body
    return key, page["rejected"][0]["id"]


def replay(world: World, known: tuple[str, str]) -> Any:
    key, id_ = known
    done = world.request("POST", f"/v1/rejected/{id_}/replay", key=key).status
    world.settle()
    left = world.request("GET", "/v1/rejected", key=key, query={"day": DAY}).body
    return done in (200, 404), left


def create_admin_key(_world: World) -> str:
    return api_keys.create("admin", ["admin"], now=NOW)[1]


def manage(world: World, key: str) -> None:
    """Send each request that changes sources and keys. A repeated request may find the change done."""
    ask = partial(world.request, key=key)
    kept, gone = (ask("POST", "/v1/sources", {"name": name}).body["id"] for name in ("kept", "gone"))
    assert ask("PATCH", f"/v1/sources/{kept}", {"name": "renamed", "enabled": False}).status == 200
    assert ask("POST", f"/v1/sources/{kept}/rotate-key", {"grace_seconds": 60}).status == 200
    assert ask("DELETE", f"/v1/sources/{gone}").status in (204, 404)
    revoked = ask("POST", "/v1/api-keys", {"name": "old", "scopes": ["profiles:read"]}).body["id"]
    assert ask("DELETE", f"/v1/api-keys/{revoked}").status == 204
    for path in (f"/v1/sources/{kept}", "/v1/sources", "/v1/api-keys"):
        assert ask("GET", path).status == 200


def whole_definitions(_answers: Any, stored: Stored, _told: set[str]) -> Any:
    """Return the definitions. Repeated creations create several, with random names, but none may be incomplete."""
    documents = [(item["pk"], item["sk"], item["document"]) for item in stored.values() if "document" in item]
    found = {id_: made for pk, id_, made in documents if pk == "D#source"}
    opens = {key: made["source"]["id"] for pk, key, made in documents if pk == "D#write_key"}
    assert set(opens.values()) == set(found)
    assert all(opens[made["write_key"]] == id_ for id_, made in found.items())
    renamed = [(id_, made["enabled"]) for id_, made in found.items() if made["name"] == "renamed"]
    return [(enabled, list(opens.values()).count(id_)) for id_, enabled in renamed]


def readable_people(world: World) -> tuple[str, str]:
    write_key = two_recognised_people(world)
    return write_key, create_admin_key(world)


def read(world: World, known: tuple[str, str]) -> Any:
    write_key, key = known
    person = id_of(BROWSER)
    asked = [f"/v1/profiles/{person}", f"/v1/profiles/{person}/activities", "/v1/identities/user_id/u2"]
    answers = [world.request("GET", path, key=key).body for path in (*asked, "/v1/profiles", "/v1/stats")]
    public = [f"/v1/projects/{write_key}/settings", "/sourceConfig/"]
    return answers + [world.request("GET", path, query={"writeKey": write_key}).body for path in public]


def customer_to_erase(world: World) -> tuple[str, str]:
    """Create a person with links to others, notes, rejected input and a file; return an admin's key."""
    write_key = two_recognised_people(world)
    key, person = create_admin_key(world), id_of(Identity("user_id", "u2"))
    customer_with_copies(world, write_key, key)
    ask = partial(world.request, key=key)
    assert ask("POST", f"/v1/profiles/{person}/notes", {"text": "a note"}).status == 201
    assert ask("PUT", f"/v1/profiles/{person}/tags/vip").status == 200
    send(world, write_key, message(50, "track", userId="u2", properties={"nothing": "happened"}))
    world.wire.bucket.files[f"people/{person}/export.json"] = b"{}"
    world.settle()
    return key, person


EMAIL_AND_SECRET = ("b@example.com", "a secret")


def customer_with_copies(world: World, write_key: str, key: str) -> None:
    """Create a person with a task, a place in a segment, and a copy of their data in another log."""
    ask = partial(world.request, key=key)
    email, secret = EMAIL_AND_SECRET
    send(world, write_key, message(44, "identify", userId="u18", traits={"name": "C"}))
    send(
        world, write_key, message(45, "identify", userId="u2", traits={"email": email, "description": secret})
    )
    world.settle()
    other, second = id_of(Identity("user_id", "u18")), id_of(Identity("user_id", "u2"))
    assert other < second, "edits of both are in the log of the other"
    assert ask("POST", f"/v1/profiles/{other}/merge", {"profiles": [second]}).status == 200
    assert ask("PATCH", f"/v1/profiles/{other}/attributes", {"description": "kind"}).status == 200
    assert ask("POST", f"/v1/profiles/{other}/unmerge", {"profile": second}).status == 200
    assert ask("POST", f"/v1/profiles/{other}/tasks", {"name": f"ask {email}"}).status == 201
    condition = {"type": "attribute", "name": "email", "operator": "equals", "value": email}
    assert ask("POST", "/v1/segments", {"name": "Hers", "condition": condition}).status == 201
    world.settle()


def erase_customer(world: World, known: tuple[str, str]) -> Any:
    key, person = known
    begun = world.request("DELETE", f"/v1/profiles/{person}", key=key, query={"erase": "true"})
    assert begun.status == 202, begun
    world.settle()
    job = world.request("GET", f"/v1/jobs/{begun.body['id']}", key=key).body
    assert (job["state"], world.wire.bucket.files) == ("done", {})
    left = json.dumps(list(world.wire.store.tables[TABLE].items.values()))
    assert [given for given in EMAIL_AND_SECRET if given in left] == []
    return job


SCENARIOS = (
    Scenario("recognise and share", create_source, recognise_and_share),
    Scenario("point elsewhere", two_recognised_people, point_elsewhere),
    Scenario("undated, limited and rejected", create_limited_source, send_without_times),
    Scenario("redrive", waiting_stream_changes, settle),
    Scenario("drain", spilled_items, settle),
    Scenario("replay", rejected_too_early, replay),
    Scenario("manage", create_admin_key, manage, whole_definitions),
    Scenario("read", readable_people, read),
    Scenario("edit profiles", two_customers, edit, people_and_lists, at_writes=True),
    Scenario("link profiles", two_customers, link, people_and_lists, at_writes=True),
    Scenario("act on many", waiting_bulk_jobs, do_bulk_jobs, at_writes=True),
    Scenario("export", two_customers, export, assert_jobs_ended, at_writes=True),
    Scenario("forget", customer_to_erase, erase_customer, at_writes=True),
    Scenario("import", put_file, run_import, without_updates, at_writes=True),
    Scenario(
        "orders",
        put_file_of_orders,
        partial(run_import, name=ORDERS_KEY, parts=9),
        without_updates,
        at_writes=True,
    ),
    Scenario("segment", two_buyers, segment, members_and_published_events, at_writes=True),
    Scenario("follow changes", unread_changes, follow),
    Scenario("follow changes given up", discarded_changes, follow),
    Scenario("pages", year_of_purchases, add_late_purchases, responses_only, at_writes=True),
    Scenario("tell webhooks", create_webhook, publish, all_published, at_writes=True),
)
