"""Random customers, filters, orders, pages and limits: the list equals a naive filter over all customers."""

import os
import time
from collections.abc import Iterator
from random import Random

import pytest

from crm.domain.card_fields import Card
from crm.services.access import api_keys
from crm.services.definitions import lists, tags
from crm.services.profiles import profile_list
from crm.settings import settings
from tests.support.dynamodb.memory_dynamodb import MemoryDynamoDB
from tests.support.dynamodb.schema import table_from_definition
from tests.support.gateway import Client
from tests.support.listing_world import SORTS, TAGS, World, ids_on, pages_of, questions
from tests.support.stage import TABLE, environment
from tests.support.template import table_definition
from tests.support.thoroughness import part_of

PROFILES = 80
ROUNDS = part_of(100, least=30)
NOW = 1_792_971_000_000
"""2026-10-26T00:30 in Berlin. Yesterday, when the clocks went back, had 25 hours."""


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """All customers, in a table in memory, since the tests read many lists."""
    schema = table_from_definition({"TableName": TABLE, **table_definition()})
    with environment(), pytest.MonkeyPatch.context() as patch, MemoryDynamoDB([schema]).plugged_in():
        os.environ["TIME_ZONE"] = "Europe/Berlin"
        settings.cache_clear()
        patch.setattr(time, "time_ns", lambda: NOW * 1_000_000)
        world = World(
            NOW,
            {name: tags.create(name=name, now=NOW).id for name in TAGS},
            {name: lists.create(name=name, now=NOW).id for name in ("Fair", "Spring")},
        )
        random = Random(20261121)
        for number in range(PROFILES):
            world.add_random(number, random)
        yield world


@pytest.fixture(scope="module")
def keys(world: World) -> dict[tuple[str, ...], str]:
    """API keys by the classes that limit them; the empty one is not limited."""
    limits: list[tuple[str, ...]] = [(), ("gold",), ("bronze", "silver")]
    return {
        classes: api_keys.create("test", ["profiles:read"], classes=classes or None, now=NOW)[1]
        for classes in limits
    }


@pytest.mark.parametrize("part", range(5))
def test_lists_equal_those_of_a_naive_filter(
    world: World, keys: dict[tuple[str, ...], str], part: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    random, asked, client = Random(part), questions(world), Client()
    for number in range(part * ROUNDS // 5, (part + 1) * ROUNDS // 5):
        # Each filter alone first, then several together; each uses another index.
        chosen = [asked[number]] if number < len(asked) else random.sample(asked, random.randrange(4))
        query = {name: value for filters, _ in chosen for name, value in filters.items()}
        if len(query) < len(chosen):
            continue
        sort = random.choice(("", "-")) + random.choice(SORTS)
        kind = random.choice((None, "recognised", "anonymous", "deleted"))
        if not sort.endswith("last_activity"):
            kind = random.choice((None, "recognised"))
        classes = random.choice(list(keys))
        for name, values in {
            "GROUP_LIMIT": (3, 1000),
            "SCAN_LIMIT": (13, 2000),
            "READ_TOGETHER": (5, 100),
        }.items():
            monkeypatch.setattr(profile_list, name, random.choice(values))
        query |= {"sort": sort, "limit": str(random.choice((7, 20, 100)))} | ({"kind": kind} if kind else {})

        pages = pages_of(client, keys[classes], **query)

        def sees(card: Card, classes: tuple[str, ...] = classes) -> bool:
            return not classes or bool(set(classes) & set(card.get("classes", ())))

        assert ids_on(pages) == world.expected(sort, kind, chosen, sees), query
        scanned, everybody = sum(page["scanned"] for page in pages), world.expected(sort, kind, [], sees)
        assert len(ids_on(pages)) <= scanned <= len(everybody), query
