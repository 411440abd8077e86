"""Sort orders of recognised profiles: keys of the profile items, beside the memberships of a previous version."""

from __future__ import annotations

import json
from typing import Any

import pytest

from crm.domain.identity import Identity
from crm.domain.memberships import ORDER_KIND, day_text, former_orders
from crm.domain.profile import ProfileState
from crm.domain.times import DAY_MS, HOUR_MS
from crm.services.profiles import time_orders
from crm.services.projection.deployment import id_of
from crm.storage import groups
from crm.storage.orders import in_order
from crm.storage.profiles import ProfileTable
from tests.support.cards import card_with
from tests.support.shop import Shop
from tests.support.stage import TABLE

NOON = 1_795_262_400_000
ORDERS = ("created", "last_transaction", "name", "email")


def saved(shop: Shop, number: int, **card: Any) -> ProfileState:
    identity = Identity("user_id", f"u-{number}")
    profile = ProfileState(id_of(identity), identity)
    profile.card = card_with(**{"created": NOON} | card)
    ProfileTable().save([profile])
    return profile


def saved_by_the_previous_version(shop: Shop, number: int, **card: Any) -> ProfileState:
    profile = saved(shop, number, **card)
    (item,) = (item for item in shop.items() if item["pk"]["S"] == f"P#{profile.id}")
    kept = {name: value for name, value in item.items() if name[:4] not in {"gsi3", "gsi4", "gsi5", "gsi6"}}
    kept["discriminator"] = {"S": "profile"}
    shop.put(kept | ({"last_transaction": {"N": str(at)}} if (at := card.get("last_transaction")) else {}))
    groups.write_memberships([(profile.id, dict(former_orders(profile.card)))])
    return ProfileTable().load([profile.id])[profile.id]


def names(order: str, *, descending: bool = False, **more: Any) -> list[str]:
    ids = [id_ for _, id_ in in_order(order, descending=descending, **more)]
    cards = {id_: profile.card or card_with() for id_, profile in ProfileTable().load(ids).items()}
    return [cards[id_]["name"] for id_ in ids]


@pytest.mark.parametrize("before", [0, 3, 6])
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("order", ORDERS)
def test_profiles_stored_by_the_previous_version_are_sorted_correctly(
    shop: Shop, order: str, before: int, *, descending: bool
) -> None:
    cards = [
        {
            "name": name,
            "email": f"{name}@example.com",
            "created": NOON + at,
            "last_transaction": NOON + at * DAY_MS,
        }
        for at, name in enumerate(("ada", "Ben", "cem", "Dora", "eve", "Finn"))
    ]
    for number, card in enumerate(cards):
        keep = saved_by_the_previous_version if number < before else saved
        keep(shop, number, **card)
    expected = ["ada", "Ben", "cem", "Dora", "eve", "Finn"][:: -1 if descending else 1]
    assert names(order, descending=descending) == expected
    entries = list(in_order(order, descending=descending))
    for number, start in enumerate(entries):
        assert names(order, descending=descending, start=start, page=1) == expected[number:]


def test_a_profile_saved_again_is_listed_once_without_order_items(shop: Shop) -> None:
    ada = saved_by_the_previous_version(shop, 1, name="Ada", last_transaction=NOON)
    assert ada.is_former
    assert (ada.card or card_with())["last_transaction"] == NOON
    assert any(f"M#{ORDER_KIND}#" in item["sk"]["S"] for item in shop.items())
    ProfileTable().save([ada])
    shop.world.settle()
    assert not any(f"M#{ORDER_KIND}#" in item["sk"]["S"] for item in shop.items())
    for order in ORDERS:
        assert [id_ for _, id_ in in_order(order, descending=False)] == [ada.id]


def test_equal_texts_are_ordered_by_id(shop: Shop) -> None:
    ids = [f"{number % 3:08x}-0000-5000-8000-{number:012x}" for number in range(12)]
    for id_ in ids:
        profile = ProfileState(id_, Identity("user_id", id_))
        profile.card = {"kind": "recognised", "created": NOON, "name": "Ada"}
        ProfileTable().save([profile])
    for descending in (False, True):
        entries = list(in_order("name", descending=descending, page=1))
        assert [id_ for _, id_ in entries] == sorted(ids, reverse=descending)
        for at, start in enumerate(entries):
            assert list(in_order("name", descending=descending, start=start, page=1)) == entries[at:]


def test_a_second_purchase_on_a_day_changes_no_order(shop: Shop) -> None:
    ada = saved(shop, 1, last_transaction=NOON)
    keys = list(in_order("last_transaction", descending=False))
    ada.card = card_with(**{**(ada.card or {}), "last_transaction": NOON + HOUR_MS})
    ProfileTable().save([ada])
    assert list(in_order("last_transaction", descending=False)) == keys == [(day_text(NOON), ada.id)]
    assert (ProfileTable().load([ada.id])[ada.id].card or card_with())["last_transaction"] == NOON + HOUR_MS
    schema, table = shop.wire.store.tables[TABLE].schema, shop.items()
    (item,) = (item for item in table if item["sk"]["S"] == "PROFILE")
    for index in schema.indexes:
        assert str(NOON + HOUR_MS) not in json.dumps(index.entry(item, schema.keys) or {})


@pytest.mark.parametrize("together", [2, 1000])
@pytest.mark.parametrize("sort", ["last_transaction", "-last_transaction"])
def test_profiles_are_sorted_by_day_of_last_transaction_with_missing_ones_last(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, sort: str, together: int
) -> None:
    monkeypatch.setattr(time_orders, "EXACT_TOGETHER", together)
    for number in range(9):
        saved(shop, number, name=f"n{number}", last_transaction=NOON - number % 3 * DAY_MS + number)
    for number in range(9, 12):
        saved(shop, number, name=f"n{number}", created=NOON + number)
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = shop.ask("GET", "profiles", query={"sort": sort, "limit": "2", **cursor}).body
        found += [profile["name"] for profile in page["profiles"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert sorted(found) == sorted(f"n{number}" for number in range(12))
    assert found[9:] == ["n9", "n10", "n11"][:: -1 if sort[0] == "-" else 1]
    if together == 1000:
        expected = ["n2", "n5", "n8", "n1", "n4", "n7", "n0", "n3", "n6"]
        assert found[:9] == (expected[::-1] if sort[0] == "-" else expected)
