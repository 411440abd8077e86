"""A table of the previous version: readable at once, and migrated by the schedule.

It holds Ana, whose address a backdated event of `evil` took over, a kiosk on which 14 people signed in, a visitor of 62
traits, and Ben, made and merged by hand.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from crm.domain.identity import Identity, profile_id
from crm.services.access import sources
from tests.support.segmented_shop import Segmented
from tests.support.shop import Shop
from tests.support.stage import ENVIRONMENT, TABLE

WRITTEN = Path(__file__).parents[1] / "support/data/table_of_the_previous_version.json"
NAMESPACE = UUID(ENVIRONMENT["IDENTITY_NAMESPACE"])
ANA, EVIL, BEN = (
    profile_id(NAMESPACE, Identity(*identity))
    for identity in (("user_id", "ana"), ("user_id", "evil"), ("email", "ben@example.com"))
)


@pytest.fixture
def world(shop: Shop) -> Iterator[Segmented]:
    written = json.loads(WRITTEN.read_text())
    table = shop.wire.store.tables[TABLE]
    for item in shop.items():
        table.replace(item, None)
    for item in written["items"]:
        shop.put(item)
    shop.wire.store.drain(TABLE)
    sources.clear_cache()
    shop.clock.now, shop.key, shop.write_key = written["now"], written["key"], written["write_key"]
    yield Segmented(shop)
    sources.clear_cache()


def card(world: Segmented, type_: str, value: str) -> dict[str, Any]:
    answer = world.shop.ask("GET", f"identities/{type_}/{value}")
    assert answer.status == 200, answer.body
    return dict(answer.body)


def activities_of(world: Segmented, profile: str) -> list[str]:
    """Return the sort keys of a log."""
    keys = (item["sk"]["S"] for item in world.shop.items() if item["pk"]["S"] == f"P#{profile}")
    return [key for key in keys if key.startswith("A#")]


def finish_migration(world: Segmented) -> None:
    """Run the schedule until no job is left."""
    for _ in range(3):
        world.later(minutes=1)


def test_a_table_of_the_previous_version_is_readable(world: Segmented) -> None:
    assert card(world, "email", "ana@example.com")["id"] == EVIL
    assert card(world, "user_id", "ana")["totals"]["orders"] == 3
    assert len(card(world, "anonymous_id", "b-flood")["attributes"]) == 62
    assert card(world, "email", "ben@example.com")["attributes"]["first_name"] == "Ben"
    assert world.shop.ask("GET", "stats").body["total"] == len(
        world.shop.ask("GET", "profiles").body["profiles"]
    )


def test_the_tick_projects_all_profiles_by_the_new_rules(world: Segmented) -> None:
    finish_migration(world)
    ana = card(world, "email", "ana@example.com")
    assert (ana["id"], ana["totals"]["orders"], list(ana["consents"])) == (ANA, 3, ["sms"])
    assert {one["value"] for one in ana["identities"]} == {"ana", "ana@example.com", "b-ana"}
    flooded = card(world, "anonymous_id", "b-flood")
    assert (len(flooded["attributes"]), flooded["left_out"][0]["reason"]) == (30, "too_many_names")
    ben = card(world, "phone", "+34600123456")
    assert (ben["id"], ben["tags"], ben["classes"]) == (BEN, ["vip"], ["vip"])
    reasons = {
        one["identity"]["value"]: one["reason"]
        for one in world.shop.ask("GET", "conflicts").body["conflicts"]
    }
    assert reasons == {"ana@example.com": "overruled", "kiosk": "shared"}
    segment = world.shop.ask("GET", "segments").body["segments"][0]
    assert world.of(segment["id"]) == {ANA}


def test_an_event_projects_the_profile_by_the_new_rules_before_the_tick(world: Segmented) -> None:
    world.shop.send("track", userId="ana", event="Order Completed", properties={"revenue": 1})
    ana = card(world, "email", "ana@example.com")
    assert (ana["id"], ana["totals"]["orders"]) == (ANA, 4)


def test_the_migration_ends(world: Segmented) -> None:
    finish_migration(world)
    before = {item["pk"]["S"] + item["sk"]["S"]: item for item in world.shop.items() if "doc" in item}
    finish_migration(world)
    assert {item["pk"]["S"] + item["sk"]["S"]: item for item in world.shop.items() if "doc" in item} == before


@pytest.mark.parametrize("with_new_event", [False, True])
def test_no_customer_is_missing_from_a_sort_order_during_the_migration(
    world: Segmented, *, with_new_event: bool
) -> None:
    listed = [
        card["id"]
        for card in world.shop.ask("GET", "profiles", query={"kind": "recognised"}).body["profiles"]
    ]
    if with_new_event:
        world.shop.send("page", userId="evil", properties={"title": "Home"})
    for sort in ("created", "-last_transaction", "name", "-email"):
        answer = world.shop.ask("GET", "profiles", query={"sort": sort})
        assert sorted(card["id"] for card in answer.body["profiles"]) == sorted(listed), sort


def test_the_tick_adds_all_profiles_to_the_sort_indexes(world: Segmented) -> None:
    finish_migration(world)
    keys = [(item["pk"]["S"], item["sk"]["S"]) for item in world.shop.items()]
    assert not [key for key in keys if key[1].startswith("M#order#")]
    recognised = world.shop.ask("GET", "profiles", query={"kind": "recognised"}).body["profiles"]
    names = world.shop.ask("GET", "profiles", query={"sort": "name"}).body["profiles"]
    assert sorted(card["id"] for card in names) == sorted(card["id"] for card in recognised)


def test_an_erasure_deletes_activities_without_a_rank_in_their_key(world: Segmented) -> None:
    finish_migration(world)
    world.shop.erase(ANA)
    assert world.shop.traces(["ana@example.com"]) == []
    assert activities_of(world, ANA) == []
    assert activities_of(world, EVIL) == ["A#1970-01-02T00:00:00.000Z#m-5"]


@pytest.mark.parametrize("held", ["track", "identity.resent"])
def test_an_event_of_a_server_replaces_one_of_a_page_with_the_same_id(world: Segmented, held: str) -> None:
    (page,) = (item for item in world.shop.items() if item["sk"]["S"].endswith("#m-2"))
    planted = {"sk": {"S": page["sk"]["S"].replace("#m-2", "#order-9")}, "ty": {"S": held}}
    world.shop.put({**page, **planted})
    key = sources.create(name="Backend", kind="server", now=world.shop.clock.now).write_key
    order = {"userId": "ana", "messageId": "order-9", "timestamp": planted["sk"]["S"].split("#")[1]}
    body = {**order, "event": "Order Completed", "properties": {"total": 1}, "writeKey": key}
    for _ in range(2):
        world.shop.wait()
        assert world.shop.world.request("POST", "/v1/track", body).status == 200
        world.shop.world.settle()
    (kept,) = (item for item in world.shop.items() if "order-9" in item["sk"]["S"])
    assert (kept["ty"]["S"], kept["k"]["S"]) == ("track", "s")
    assert card(world, "user_id", "ana")["totals"]["orders"] == 4
