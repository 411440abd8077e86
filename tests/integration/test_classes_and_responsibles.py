"""The classes and responsible users in use, by name, with exact counts."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import pytest

from crm.api.models.profiles import ClassesInUse, ResponsiblesInUse
from crm.domain.memberships import CLASS_GROUP, RESPONSIBLE_GROUP
from crm.services.access import api_keys
from crm.services.profiles import names_in_use as listing
from crm.storage import key_prefixes
from crm.storage.group_names import names_in_use
from crm.storage.keys import PROFILES_PK, PROFILES_SK
from tests.support.gateway import Answer
from tests.support.shop import Shop
from tests.support.stage import TABLE
from tests.support.thoroughness import part_of

NAMES = ("Ada", "ada", "bob", "Zoë", "zoe@example.com", "Åsa", "b", "ab", "a b", "李")
CLASSES = ("b2b", "gold", "silver")


def create(shop: Shop, user: str, *classes: str, responsible: str | None = None) -> str:
    body = {"identities": {"user_id": user}, "classes": list(classes), "responsible": responsible}
    answer = shop.ask("POST", "profiles", body)
    assert answer.status == 201, answer.body
    return str(answer.body["id"])


def listing_of(shop: Shop, kind: str, *, key: str | None = None, **query: Any) -> Answer:
    return shop.world.request("GET", f"/v1/{kind}", key=key or shop.key, query=query)


def counts(shop: Shop, kind: str, *, key: str | None = None, **query: Any) -> dict[str, int]:
    """Return the names of all pages with their counts."""
    found: dict[str, int] = {}
    more: dict[str, Any] = {}
    while True:
        answer = listing_of(shop, kind, key=key, **query, **more)
        assert answer.status == 200, answer.body
        (ClassesInUse if kind == "classes" else ResponsiblesInUse).model_validate(answer.body)
        page = {entry["name"]: entry["count"] for entry in answer.body[kind]}
        assert not found.keys() & page.keys()
        found |= page
        if answer.body["next_cursor"] is None:
            return found
        more = {"cursor": answer.body["next_cursor"]}


def test_classes_and_responsible_users_of_customers_are_counted(shop: Shop) -> None:
    assert (counts(shop, "classes"), counts(shop, "responsibles")) == ({}, {})
    ada = create(shop, "ada", "gold", "b2b", responsible="Grace Hopper")
    create(shop, "ben", "gold", responsible="ada@example.com")
    create(shop, "eve", responsible="Grace Hopper")
    assert counts(shop, "classes") == {"b2b": 1, "gold": 2}
    assert counts(shop, "responsibles") == {"ada@example.com": 1, "Grace Hopper": 2}
    shop.ask("PUT", f"profiles/{ada}/responsible", {"user": "ada@example.com"})
    shop.ask("DELETE", f"profiles/{ada}/classes/b2b")
    assert counts(shop, "classes") == {"gold": 2}
    assert counts(shop, "responsibles") == {"ada@example.com": 2, "Grace Hopper": 1}
    shop.ask("DELETE", f"profiles/{ada}/responsible")
    assert counts(shop, "responsibles") == {"ada@example.com": 1, "Grace Hopper": 1}


def test_counts_change_with_merges_deletions_and_erasures(shop: Shop) -> None:
    ada = create(shop, "ada", "gold", responsible="grace")
    ben = create(shop, "ben", "gold", "b2b", responsible="iris")
    assert shop.ask("POST", f"profiles/{ada}/merge", {"profiles": [ben]}).status == 200
    assert counts(shop, "classes") == {"b2b": 1, "gold": 1}
    assert counts(shop, "responsibles") == {"iris": 1}
    assert shop.ask("POST", f"profiles/{ada}/unmerge", {"profile": ben}).status == 200
    assert counts(shop, "classes") == {"b2b": 1, "gold": 2}
    assert counts(shop, "responsibles") == {"grace": 1, "iris": 1}
    assert shop.ask("DELETE", f"profiles/{ben}").status == 204
    assert (counts(shop, "classes"), counts(shop, "responsibles")) == ({"gold": 1}, {"grace": 1})
    assert shop.ask("POST", f"profiles/{ben}/restore").status == 200
    assert counts(shop, "classes") == {"b2b": 1, "gold": 2}
    shop.erase(ben)
    assert (counts(shop, "classes"), counts(shop, "responsibles")) == ({"gold": 1}, {"grace": 1})
    shop.erase(ada)
    assert (counts(shop, "classes"), counts(shop, "responsibles")) == ({}, {})


def test_the_responsible_user_of_an_erased_customer_is_no_longer_listed(shop: Shop) -> None:
    shop.erase(create(shop, "ada", "ada-only", responsible="her sister Pandora"))
    assert shop.traces(["Pandora", "ada-only"]) == []


def test_names_can_be_sorted_by_name_or_by_count(shop: Shop) -> None:
    for number, name in enumerate(NAMES):
        for times in range(1 + number % 3):
            create(shop, f"u-{number}-{times}", responsible=name)
    by_name = ["a b", "ab", "Ada", "ada", "b", "bob", "zoe@example.com", "Zoë", "Åsa", "李"]
    whole = counts(shop, "responsibles")
    assert list(whole) == by_name
    assert whole == {name: 1 + number % 3 for number, name in enumerate(NAMES)}
    by_count = sorted(by_name, key=lambda name: -whole[name])
    for limit in (1, 3, 10):
        assert list(counts(shop, "responsibles", limit=limit)) == by_name
        assert list(counts(shop, "responsibles", sort="count", limit=limit)) == by_count


def test_names_are_listed_once_however_many_customers_have_them(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_prefixes, "_PAGE", 2)
    many = part_of(30, least=10)
    for number in range(many):
        create(shop, f"u-{number}", "gold", *(("silver",) if number % 5 == 0 else ()), responsible="grace")
    create(shop, "other", "b2b")
    assert counts(shop, "classes") == {"b2b": 1, "gold": many, "silver": many // 5}
    assert names_in_use(CLASS_GROUP, "b2b", limit=10) == ["gold", "silver"]
    assert names_in_use(CLASS_GROUP, "gone", limit=10) == ["silver"]
    assert names_in_use(RESPONSIBLE_GROUP, "grace", limit=10) == []


@pytest.mark.parametrize("kind", ["classes", "responsibles"])
def test_sorting_too_many_names_by_count_is_refused(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(listing, "MAX_NAMES_SORTED", 1)
    create(shop, "ada", "gold", responsible="grace")
    assert len(counts(shop, kind, sort="count")) == 1
    create(shop, "ben", "silver", responsible="iris")
    answer = listing_of(shop, kind, sort="count")
    assert (answer.status, answer.body["code"]) == (409, f"too_many_{kind}")
    assert len(counts(shop, kind)) == 2


def test_a_limited_key_counts_only_its_own_customers(shop: Shop) -> None:
    create(shop, "ada", "gold", "b2b", responsible="grace")
    create(shop, "ben", "gold", responsible="iris")
    create(shop, "eve", "silver", responsible="iris")
    create(shop, "zoe", "secret", responsible="the secret service")
    create(shop, "xia", responsible="grace")
    key = api_keys.create("agent", ["profiles:read"], classes=["gold", "none"], now=shop.clock.now)[1]
    assert counts(shop, "classes", key=key) == {"b2b": 1, "gold": 2}
    for limit in (1, 10):
        assert counts(shop, "responsibles", key=key, limit=limit) == {"grace": 1, "iris": 1}
    assert counts(shop, "responsibles", key=key, sort="count") == {"grace": 1, "iris": 1}
    assert listing_of(shop, "classes", key=key, limit=1, sort="count").body["classes"][0]["name"] == "gold"


def test_the_longest_names_can_be_listed(shop: Shop) -> None:
    """A sort key of an index has at most 1,024 bytes."""
    names = ["😀" * 200, "İ" * 200, "ß" * 200, "ΐ" * 200]
    for number, name in enumerate(names):
        create(shop, f"u-{number}", responsible=name)
    assert counts(shop, "responsibles") == dict.fromkeys(names, 1)
    assert list(counts(shop, "responsibles", limit=1)) == list(counts(shop, "responsibles"))


def test_names_stored_by_an_earlier_version_are_listed_after_reprojection(shop: Shop) -> None:
    create(shop, "ada", "gold", responsible="grace")
    for item in shop.items():
        if item["sk"]["S"].startswith("M#"):
            shop.put({name: value for name, value in item.items() if name not in (PROFILES_PK, PROFILES_SK)})
    shop.wire.store.drain(TABLE)
    assert (counts(shop, "classes"), counts(shop, "responsibles")) == ({}, {})
    assert shop.ask("GET", "profiles", query={"responsible": "grace"}).body["profiles"]
    assert shop.ask("POST", "jobs", {"kind": "reproject", "all": True}).status == 202
    shop.world.settle()
    assert (counts(shop, "classes"), counts(shop, "responsibles")) == ({"gold": 1}, {"grace": 1})


def step(rng: Random, path: str, other: str) -> tuple[Any, ...]:
    class_ = ("PUT", "DELETE", "PUT"), f"{path}/classes/{rng.choice(CLASSES)}"
    steps: tuple[tuple[Any, ...], ...] = (
        (rng.choice(class_[0]), class_[1]),
        (rng.choice(class_[0]), class_[1]),
        ("PUT", f"{path}/responsible", {"user": rng.choice(NAMES)}),
        ("DELETE", f"{path}/responsible"),
        ("POST", f"{path}/merge", {"profiles": [other]}),
        ("POST", f"{path}/unmerge", {"profile": other}),
        ("DELETE", path),
        ("POST", f"{path}/restore"),
    )
    return rng.choice(steps)


@pytest.mark.parametrize("seed", range(part_of(4)))
def test_names_and_counts_equal_those_of_the_profiles_after_random_changes(shop: Shop, seed: int) -> None:
    """The changes are edits, merges, deletions and erasures; the keys are an unlimited and a limited one."""
    rng = Random(seed)
    key = api_keys.create("agent", ["profiles:read"], classes=["gold"], now=shop.clock.now)[1]
    everybody = [create(shop, f"u-{number}", *CLASSES[:1], responsible="bob") for number in range(5)]
    changes = part_of(25, least=12)
    for number in range(changes):
        if number == changes - 5:
            shop.erase(everybody[0])
        who, other = rng.sample(everybody, 2)
        shop.ask(*step(rng, f"profiles/{who}", other))
        for viewer in (shop.key, key):
            cards = shop.world.request("GET", "/v1/profiles", key=viewer, query={"limit": 100}).body[
                "profiles"
            ]
            assert counts(shop, "classes", key=viewer) == Counter(
                c for card in cards for c in card["classes"]
            )
            users = Counter(card["responsible"] for card in cards if card["responsible"])
            assert counts(shop, "responsibles", key=viewer) == users
