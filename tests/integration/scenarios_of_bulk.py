"""Bulk jobs for the crash matrix: started without faults, run with faults."""

from __future__ import annotations

from typing import Any

import pytest

from crm.domain.identity import Identity
from crm.services.access import api_keys, sources
from crm.services.projection.deployment import id_of
from crm.services.selections import selections
from tests.support.world import World

NOW = 1_795_289_400_000
PEOPLE = [Identity("user_id", f"u-{number}") for number in range(5)]


def waiting_bulk_jobs(world: World) -> tuple[str, list[str]]:
    """Create five people, a job that tags three and one that merges two; return an admin's key and the jobs' ids."""
    write_key = sources.create(name="Shop", now=NOW).write_key
    batch = [
        {
            "type": "identify",
            "messageId": f"m-{who.value}",
            "timestamp": "2026-11-20T10:00:00Z",
            "userId": who.value,
            "traits": {"city": "Lugo"},
        }
        for who in PEOPLE
    ]
    assert world.request("POST", "/v1/batch", {"batch": batch, "writeKey": write_key}).status == 200
    world.settle()
    key = api_keys.create("admin", ["admin"], now=NOW)[1]
    tagged, merged = [id_of(who) for who in PEOPLE[:3]], [id_of(who) for who in PEOPLE[3:]]
    bodies: list[dict[str, Any]] = [
        {"ids": tagged, "action": {"type": "add_tags", "tags": ["vip"]}},
        {"ids": merged, "action": {"type": "merge"}},
    ]
    begun = [world.request("POST", "/v1/bulk", body, key=key) for body in bodies]
    assert [answer.status for answer in begun] == [202, 202]
    return key, [answer.body["id"] for answer in begun]


def do_bulk_jobs(world: World, known: tuple[str, list[str]]) -> Any:
    """Run the jobs, and return their results and the customers."""
    key, jobs = known
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(selections, "PART_SIZE", 2)
        world.settle()
    paths = [f"/v1/jobs/{id_}" for id_ in jobs]
    paths += [f"/v1/profiles/{id_of(who)}/activities" for who in PEOPLE]
    answers = [world.request("GET", path, key=key).body for path in paths]
    assert [job["counts"] for job in answers[:2]] == [{"changed": 3}, {"changed": 2}], answers[:2]
    return [{name: value for name, value in answer.items() if name != "links"} for answer in answers]
