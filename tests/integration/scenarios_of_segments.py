"""Segments in the crash matrix: built, and changed by an event, by the clock and by another definition."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from crm.domain.identity import Identity
from crm.services.access import api_keys, sources
from crm.services.projection.deployment import id_of
from tests.support.world import MAX_ROUNDS, World, invoke

NOW = 1_795_289_400_000
ANA, BEN = Identity("user_id", "ana"), Identity("user_id", "ben")
BOUGHT = {"type": "event", "event": "Order Completed", "window": {"within_days": 30}}
AGAIN = {
    "type": "sequence",
    "steps": [{"event": "Order Completed"}, {"event": "Order Completed", "within": {"hours": 2}}],
    "then_not": {"event": "Order Completed", "within": {"hours": 1}},
}
Known = tuple[str, str]


def two_buyers(world: World) -> Known:
    """Create customers with two orders and with one; return a write key and an admin's key."""
    write_key = sources.create(name="Shop", now=NOW).write_key
    for number, who in enumerate((ANA, ANA, BEN)):
        buy(world, write_key, who, number)
    return write_key, api_keys.create("admin", ["admin"], now=NOW)[1]


def buy(world: World, write_key: str, who: Identity, number: int) -> None:
    message = {
        "type": "track",
        "event": "Order Completed",
        "userId": who.value,
        "messageId": f"m{number}",
        "timestamp": f"2026-11-20T10:00:{number:02d}Z",
    }
    answer = world.request("POST", "/v1/batch", {"batch": [message], "writeKey": write_key})
    assert answer.status == 200, answer
    world.settle()


def segment(world: World, known: Known) -> Any:
    """Create a segment; the next tick starts the job of a process that died."""
    write_key, key = known
    ask = partial(world.request, key=key)
    often = {"name": "Often", "condition": BOUGHT | {"value": 2}}
    assert ask("POST", "/v1/segments", often).status in (201, 409)
    assert ask("POST", "/v1/segments", {"name": "Picked", "type": "static"}).status in (201, 409)
    assert ask("POST", "/v1/segments", {"name": "Again", "condition": AGAIN}).status in (201, 409)
    tick(world)
    buy(world, write_key, BEN, 3)
    published = [members(world, key, "Often")]
    rarely = {"condition": {"type": "not", "condition": BOUGHT | {"value": 3}}}
    assert ask("PATCH", "/v1/segments/Often", rarely).status == 200
    assert ask("PUT", f"/v1/profiles/{id_of(BEN)}/segments/Picked", {"member": True}).status == 200
    tick(world)
    buy(world, write_key, BEN, 4)
    states = [ask("GET", f"/v1/segments/{name}").body["state"] for name in ("Often", "Picked")]
    return (
        published + [members(world, key, name) for name in ("Often", "Picked", "Again")],
        states,
        published_members(world),
    )


def tick(world: World) -> None:
    """Run the schedule, and again if it fails."""
    world.settle()
    for _ in range(MAX_ROUNDS):
        if invoke("evaluate_segments", {"source": "aws.events"}) is not None:
            world.settle()
            return
    raise AssertionError("no tick gets through")


def members(world: World, key: str, name: str) -> list[str]:
    answer = world.request("GET", f"/v1/segments/{name}/members", key=key)
    assert answer.status == 200, answer
    assert answer.body["count"] == len(answer.body["members"])
    return [member["profile"]["id"] for member in answer.body["members"]]


def published_members(world: World) -> list[tuple[str, int]]:
    """Return the number of segments of each profile by the published events, each counted once, in order."""
    changes: dict[str, dict[str, Any]] = {}
    for entry in world.wire.events:
        if entry["DetailType"].startswith("Segment "):
            detail = json.loads(entry["Detail"])
            changes[detail["id"]] = detail | {"entered": entry["DetailType"] == "Segment Entered"}
    inside: set[tuple[str, str]] = set()
    for change in sorted(changes.values(), key=lambda change: change["version"]):
        place = (change["profile_id"], change["segment_id"])
        assert change["entered"] == (place not in inside), "entering and leaving alternate"
        inside.symmetric_difference_update({place})
    return sorted((id_, sum(place[0] == id_ for place in inside)) for id_ in {place[0] for place in inside})


def members_and_published_events(answers: Any, stored: dict[str, Any], published: set[str]) -> Any:
    """Return memberships and published events, since ids are random; assert that nothing is left behind."""
    listed = sorted(key.split("#segment#")[0] for key in stored if "|M#segment#" in key)
    documents = [item["document"] for key, item in stored.items() if key.startswith("J#") and "|JOB" in key]
    unfinished = [job for job in documents if job["kind"] == "backfill" and job["state"] != "done"]
    assert not unfinished, unfinished
    return answers, listed, {one for one in published if not one.startswith("Segment")}
