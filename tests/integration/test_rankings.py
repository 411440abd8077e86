"""The top percent of customers, by a nightly snapshot, through the real handlers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from crm.domain.api_key import SYSTEM
from crm.domain.errors import ConflictError
from crm.domain.identity import Identity, profile_id
from crm.domain.job import RANKING
from crm.domain.segments.ranking import MAX_RANKED
from crm.services.segments import ranking, segments
from crm.services.segments.explain import explain
from tests.support.segmented_shop import Segmented
from tests.support.shop import Shop
from tests.support.stage import ENVIRONMENT
from tests.support.thoroughness import part_of, some_of

NAMESPACE = UUID(ENVIRONMENT["IDENTITY_NAMESPACE"])
SPENT = {"event": "Order Completed", "function": "sum", "property": "total"}
TOP = {"type": "top", "percent": 20, "aggregate": "spent"}


def person(user: str) -> str:
    return profile_id(NAMESPACE, Identity("user_id", user))


@pytest.fixture
def world(shop: Shop) -> Segmented:
    shop.prepared(customers)
    return Segmented(shop)


def customers(shop: Shop) -> None:
    """Create ten customers who have spent 10, 20, ... 100, and one without an order."""
    world = Segmented(shop)
    for number in range(1, 11):
        buy(world, f"u{number}", number * 10)
    shop.send("identify", userId="looker", traits={"city": "Rome"})
    done(world, "POST", "aggregates", {"name": "spent", **SPENT})


def buy(world: Segmented, user: str, total: float) -> None:
    world.shop.send("track", userId=user, event="Order Completed", properties={"total": total})


def done(world: Segmented, method: str, path: str, body: dict[str, Any]) -> Any:
    answer = world.shop.ask(method, path, body)
    assert answer.status < 300, answer
    world.shop.world.settle()
    return answer.body


def people(*users: str) -> set[str]:
    return {person(user) for user in users}


def rankings(world: Segmented) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = world.shop.ask("GET", "jobs", query={"kind": RANKING}).body["jobs"]
    return found


def test_a_new_segment_is_ready_when_all_customers_are_ranked(world: Segmented) -> None:
    top = world.make("Best", TOP)
    assert segments.get(top).state == "ready"
    assert world.of(top) == people("u9", "u10") == world.entered(top)
    tree = explain(person("u9"), top, SYSTEM, now=world.shop.clock.now)["tree"]
    assert tree
    shown = tree["evidence"]
    assert (shown["value"], shown["snapshot"]["threshold"], shown["snapshot"]["customers"]) == (90, 90, 10)
    assert shown["snapshot"]["at"].startswith("2026-")
    assert tree["condition"] == segments.get(top).condition
    (job,) = rankings(world)
    assert (job["state"], job["counts"], job["result"]["segments"]) == ("done", {"read": 11}, [top])


def test_a_segment_without_a_snapshot_is_empty_and_not_ready(
    world: Segmented, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "start_missing", lambda _job, _now: None)
    top = world.make("Best", TOP)
    assert segments.get(top).state == "building"
    assert world.shop.ask("GET", f"segments/{top}/members").body["code"] == "segment_not_ready"
    world.later(days=1)
    assert world.of(top) == people("u9", "u10")


def test_the_threshold_is_computed_once_a_night(world: Segmented) -> None:
    top = world.make("Best", TOP)
    buy(world, "u1", 80)
    assert world.of(top) == people("u1", "u9", "u10")
    buy(world, "u2", 980)
    assert world.of(top) == people("u1", "u2", "u9", "u10")
    world.later(days=1)
    assert world.of(top) == people("u2", "u10") == world.entered(top)
    nights = len(rankings(world))
    world.later(minutes=30)
    assert len(rankings(world)) == nights
    world.later(days=1)
    assert len(rankings(world)) == nights + 1


SHARES = ((10, 1), (1, 1), (10.1, 2), (33.33, 4), (100, 10))


@pytest.mark.parametrize(("percent", "users"), some_of(SHARES, one_in=2))
def test_the_percentage_is_of_customers_with_a_value(world: Segmented, percent: float, users: int) -> None:
    top = world.make("Best", TOP | {"percent": percent})
    assert world.of(top) == people(*(f"u{number}" for number in range(11 - users, 11)))


def test_customers_with_equal_values_are_included_together(world: Segmented) -> None:
    buy(world, "u8", 10)
    assert world.of(world.make("Best", TOP | {"percent": 11})) == people("u8", "u9", "u10")


def test_the_former_snapshot_is_used_while_a_changed_definition_is_ranked(world: Segmented) -> None:
    top = world.make("Best", TOP)
    world.shop.wait()
    done(world, "PATCH", "aggregates/spent", {"function": "min"})
    assert world.of(top) == people("u9", "u10")
    buy(world, "u9", 1)
    assert world.of(top) == people("u10")
    world.change(top, condition={"type": "not", "condition": TOP | {"percent": 100}})
    assert world.of(top) == people("looker")


def test_a_new_ranking_does_not_change_other_snapshots(world: Segmented) -> None:
    top = world.make("Best", TOP)
    version, snapshots = segments.get(top).builds, segments.get(top).snapshots
    world.make("Better", TOP | {"percent": 50})
    assert (segments.get(top).builds, segments.get(top).snapshots) == (version, snapshots)


def test_a_segment_can_refer_to_a_ranked_segment(world: Segmented) -> None:
    world.make("Best", TOP)
    rest = world.make("The rest", {"type": "not", "condition": {"type": "segment", "segment": "Best"}})
    assert world.of(rest) == people("looker", *(f"u{number}" for number in range(1, 9)))
    buy(world, "u1", 500)
    world.later(days=1)
    assert person("u1") not in world.of(rest)
    assert person("u9") in world.of(rest)


def test_a_preview_ranks_the_sampled_customers(world: Segmented) -> None:
    body = {"condition": TOP | {"percent": 30}}
    found = done(world, "POST", "segments/preview", body)
    assert (found["count"], found["exact"]) == (3, True)
    assert {one["id"] for one in found["sample"]} == people("u8", "u9", "u10")


def test_a_ranking_without_values_is_empty(shop: Shop) -> None:
    world = Segmented(shop)
    shop.send("identify", userId="ana", traits={"city": "Rome"})
    done(world, "POST", "aggregates", {"name": "spent", **SPENT})
    top = world.make("Best", TOP)
    assert (segments.get(top).state, world.of(top)) == ("ready", set())
    buy(world, "ana", 10)
    assert world.of(top) == set()
    world.later(days=1)
    assert world.of(top) == {person("ana")}


def test_the_number_of_ranked_segments_is_limited(world: Segmented, monkeypatch: pytest.MonkeyPatch) -> None:
    now, most = world.shop.clock.now, part_of(MAX_RANKED, least=3)
    monkeypatch.setattr(ranking, "MAX_RANKED", most)
    for number in range(most):
        segments.create(name=f"Best {number}", condition=TOP | {"percent": number + 1}, by=SYSTEM, now=now)
    world.shop.world.settle()
    with pytest.raises(ConflictError, match=f"at most {most} segments can rank customers"):
        world.make("One too many", TOP)
    assert len(world.of(segments.get("Best 2").id)) == 1


def test_a_failing_profile_does_not_stop_the_ranking(
    world: Segmented, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = ranking._value_of

    def value_of(someone: Any, *rest: Any) -> Any:
        if someone.root.id == person("u10"):
            raise ValueError("an item that nobody can read")
        return real(someone, *rest)

    monkeypatch.setattr(ranking, "_value_of", value_of)
    top = world.make("Best", TOP)
    (job,) = rankings(world)
    assert (job["counts"]["failed"], job["failed_profiles"]) == (1, [person("u10")])
    assert world.of(top) == people("u8", "u9", "u10")


def test_a_ranking_needs_exactly_one_known_value(world: Segmented) -> None:
    for wrong in ({"type": "top", "percent": 10}, TOP | {"score": "loyalty"}, TOP | {"aggregate": "lost"}):
        answer = world.shop.ask("POST", "segments", {"name": "Wrong", "condition": wrong})
        assert answer.status == 400
        assert answer.body["details"]["errors"][0]["field"].startswith("condition")
