"""Lists, selections and segments find the same people: by texts that are longer than a card, and by days to come."""

from __future__ import annotations

from typing import Any

import pytest

from crm.domain.identity import Identity, profile_id
from crm.domain.times import DAY_MS, iso
from tests.integration.test_one_reading import NAMESPACE, compared
from tests.integration.test_segments_api import ask
from tests.support.segmented_shop import Segmented
from tests.support.shop import Shop

LONG = "On the road that goes from the old harbour over the hills to the sea, " * 2
ZOE, YAN = (profile_id(NAMESPACE, Identity("user_id", user)) for user in ("zoe", "yan"))


@pytest.fixture
def world(shop: Shop) -> Segmented:
    """Zoe's long city was said on a browser before she was known, Yan's differs in its end only."""
    segmented = Segmented(shop)
    shop.send("identify", anonymousId="browser-1", traits={"city": f"{LONG}north"})
    shop.send("identify", anonymousId="browser-1", userId="zoe", traits={"firstName": "Zoe"})
    shop.send("identify", userId="yan", traits={"city": f"{LONG}south"})
    return segmented


def listed(world: Segmented, **query: Any) -> set[str]:
    answer = ask(world, "GET", "profiles", query={"kind": "recognised", **query})
    assert answer.status == 200, answer.body
    return {profile["id"] for profile in answer.body["profiles"]}


@pytest.mark.parametrize(
    ("parameter", "operator", "value", "found"),
    [
        ("city.ends_with", "ends_with", "NORTH", {ZOE}),
        ("city.contains", "contains", "sea, south", {YAN}),
        ("city", "equals", f"{LONG}north", {ZOE}),
        ("city.starts_with", "starts_with", LONG, {ZOE, YAN}),
        ("city.not_contains", "not_contains", "north", {YAN}),
        ("city.not", "not_equals", LONG[:100], {ZOE, YAN}),
    ],
)
def test_texts_longer_than_a_card(
    world: Segmented, parameter: str, operator: str, value: str, found: set[str]
) -> None:
    assert listed(world, **{parameter: value.replace(",", "\\,")}) == found
    assert world.of(world.make("Here", compared("city", operator, value))) == found
    tag = {"type": "add_tags", "tags": ["here"]}
    job = ask(world, "POST", "bulk", {"filter": {parameter: value.replace(",", "\\,")}, "action": tag})
    assert job.status == 202, job.body
    assert listed(world, tag="here") == found


def test_what_is_said_to_happen_is_no_days_ago(world: Segmented) -> None:
    ahead = iso(world.shop.clock.now + 3 * DAY_MS)
    world.shop.send("track", userId="yan", event="Order Completed", timestamp=ahead)
    days_ago = {"type": "date", "field": "last_transaction", "operator": "less_than_days_ago", "value": 2}
    segment = world.make("Just bought", days_ago)
    for _ in range(6):
        assert listed(world, **{"last_transaction.less_than_days_ago": 2}) == world.of(segment)
        world.later(days=1)
