"""A change of the number of index partitions: all customers are found at any time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from crm.services.projection.deployment import id_of
from crm.settings import settings
from crm.storage import lookups, shards
from tests.support.activities import user
from tests.support.segmented_shop import BOUGHT, Segmented
from tests.support.shop import Shop
from tests.support.stage import TABLE

BUYERS = BOUGHT | {"window": {"within_days": 2}}
NAMES = ("PROFILE_SHARDS", "GROUP_SHARDS", "DUE_SHARDS")


@pytest.fixture
def world(shop: Shop) -> Iterator[Segmented]:
    shards.clear_cache()
    yield Segmented(shop)
    shards.clear_cache()


@contextmanager
def spread(over: int) -> Iterator[None]:
    """Change the parameters of the deployment."""
    os.environ.update(dict.fromkeys(NAMES, str(over)))
    settings.cache_clear()
    shards.clear_cache()
    try:
        yield
    finally:
        for name in NAMES:
            del os.environ[name]
        settings.cache_clear()
        shards.clear_cache()


def buy(world: Segmented, *numbers: int) -> set[str]:
    for number in numbers:
        world.shop.send(
            "track", userId=f"u{number}", event="Order Completed", context={"traits": {"name": f"U{number}"}}
        )
    return {id_of(user(f"u{number}")) for number in numbers}


def listed(world: Segmented, **query: str) -> list[str]:
    page = world.shop.ask("GET", "profiles", query={"limit": 100, **query}).body
    return [profile["id"] for profile in page["profiles"]]


def partitions(world: Segmented, name: str) -> set[str]:
    items = world.shop.wire.store.tables[TABLE].items.values()
    return {
        item[name]["S"].rpartition("#")[2] for item in items if name in item and item["sk"]["S"] == "PROFILE"
    }


def assert_found_everywhere(world: Segmented, segment_id: str, everybody: set[str]) -> None:
    for query in ({}, {"sort": "created"}, {"segment": "Buyers"}):
        ids = listed(world, **query)
        assert set(ids) == everybody
        assert len(ids) == len(everybody)
    assert world.of(segment_id) == everybody
    assert world.shop.ask("GET", "stats").status == 200


def test_every_customer_is_found_when_the_shards_grow_and_shrink(world: Segmented) -> None:
    everybody = buy(world, *range(12))
    segment = world.make("Buyers", BUYERS)
    world.tick()
    with spread(16):
        assert_found_everywhere(world, segment, everybody)
        everybody |= buy(world, *range(12, 40), *range(3))
        assert_found_everywhere(world, segment, everybody)
        assert len(partitions(world, "gsi1pk")) > 4
        assert len(partitions(world, "gsi2pk")) > 8
        world.tick()
        assert lookups.find(shards.LAYOUT, shards.SHARDS) == {"profiles": 16, "groups": 16, "due": 16}
    with spread(2):
        assert_found_everywhere(world, segment, everybody)
        everybody |= buy(world, *range(40, 45))
        assert_found_everywhere(world, segment, everybody)
        world.tick()
        assert lookups.find(shards.LAYOUT, shards.SHARDS) == {"profiles": 16, "groups": 16, "due": 16}
        world.later(days=3)
        assert world.of(segment) == set()


def test_reprojection_moves_all_profiles_to_the_new_shards(world: Segmented) -> None:
    everybody = buy(world, *range(12))
    segment = world.make("Buyers", BUYERS)
    with spread(1):
        world.tick()
        world.shop.ask("POST", "jobs", {"kind": "reproject", "all": True})
        world.shop.world.settle()
        assert_found_everywhere(world, segment, everybody)
        assert partitions(world, "gsi1pk") == partitions(world, "gsi2pk") == {"0"}
