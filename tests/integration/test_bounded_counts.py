"""Counts of customers up to a limit: no more than that number is read."""

from itertools import product
from typing import Any

import pytest

from crm.services.access import api_keys
from crm.storage import groups
from tests.support.gateway import Answer
from tests.support.shop import Shop
from tests.support.thoroughness import some_of

KINDS = ("tags", "lists", "classes", "responsibles")
SIZES = {"a-few": 3, "many": 12}


@pytest.fixture
def full(shop: Shop) -> Shop:
    """A shop with a class and a responsible user of 3 customers each, and of 12."""
    shop.prepared(customers)
    return shop


def customers(shop: Shop) -> None:
    ids = {name: shop.ask("POST", "lists", {"name": name}).body["id"] for name in SIZES}
    for name, size in SIZES.items():
        for number in range(size):
            body = {
                "identities": {"user_id": f"{name}-{number}"},
                "tags": [name],
                "classes": [name, *(["north"] if number % 2 else [])],
                "responsible": name,
            }
            made = shop.ask("POST", "profiles", body)
            assert made.status == 201, made.body
            shop.ask("PUT", f"profiles/{made.body['id']}/lists/{ids[name]}")


def listed(shop: Shop, kind: str, key: str | None = None, **query: Any) -> dict[str, tuple[int, bool]]:
    """Return the numbers of all pages, in their order."""
    found: dict[str, tuple[int, bool]] = {}
    more: dict[str, Any] = {}
    while True:
        answer: Answer = shop.world.request("GET", f"/v1/{kind}", key=key or shop.key, query=query | more)
        assert answer.status == 200, answer.body
        for one in answer.body[kind]:
            if one["name"] in SIZES:
                found[one["name"]] = (one["count"], one["more"])
        if answer.body["next_cursor"] is None:
            return found
        more = {"cursor": answer.body["next_cursor"]}


@pytest.mark.parametrize("kind", KINDS)
def test_a_number_is_exact_up_to_the_bound(full: Shop, kind: str) -> None:
    assert listed(full, kind) == {"a-few": (3, False), "many": (12, False)}
    expected = {
        1: {"a-few": (1, True), "many": (1, True)},
        2: {"a-few": (2, True), "many": (2, True)},
        3: {"a-few": (3, False), "many": (3, True)},
        11: {"a-few": (3, False), "many": (11, True)},
        12: {"a-few": (3, False), "many": (12, False)},
        100_000: {"a-few": (3, False), "many": (12, False)},
    }
    ways = tuple(product((1, 1_000), ({}, {"sort": "count"})))
    for start, (most, sizes) in enumerate(expected.items()):
        for limit, order in some_of(ways, start, one_in=3):
            assert listed(full, kind, count_up_to=most, limit=limit, **order) == sizes


@pytest.mark.parametrize("kind", KINDS)
def test_a_limited_key_counts_its_own_up_to_the_bound(full: Shop, kind: str) -> None:
    scopes = ["profiles:read", "definitions:read"]
    key = api_keys.create("agent", scopes, classes=["north"], now=full.clock.now)[1]
    assert listed(full, kind, key) == {"a-few": (1, False), "many": (6, False)}
    assert listed(full, kind, key, count_up_to=1) == {"a-few": (1, False), "many": (1, True)}
    assert listed(full, kind, key, count_up_to=6) == {"a-few": (1, False), "many": (6, False)}


def test_reads_of_a_shard_are_limited(full: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    real = groups.count_pages

    def counting(*place: Any, **more: Any) -> Any:
        for number, position in real(*place, **more):
            read.append(number)
            yield number, position

    monkeypatch.setattr(groups, "count_pages", counting)
    tag = next(one for one in full.ask("GET", "tags").body["tags"] if one["name"] == "many")
    read.clear()
    assert groups.count_group("tag", tag["id"], most=2) == 2
    assert max(read) <= 2
    assert sum(read) <= 4


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("most", ["0", "-1", "100001", "1e3", "٣", "all"])
def test_the_bound_is_a_number(shop: Shop, kind: str, most: str) -> None:
    answer = shop.world.request("GET", f"/v1/{kind}", key=shop.key, query={"count_up_to": most})
    assert (answer.status, answer.body["details"]) == (400, {"parameter": "count_up_to"})
