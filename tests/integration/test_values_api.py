"""Aggregates, scores and expressions: on the profile, in segments, with their ledger."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.segmented_shop import ANA, BEN, Segmented, ask, made
from tests.support.shop import Shop

REVENUE = {
    "name": "revenue",
    "event": "Order Completed",
    "function": "sum",
    "property": "total",
    "window": {"within_days": 30},
}


@pytest.fixture
def world(shop: Shop) -> Segmented:
    segmented = Segmented(shop)
    for user, total in (("ana", 10.1), ("ana", 30.2), ("ben", 5)):
        shop.send("track", userId=user, event="Order Completed", properties={"total": total})
    return segmented


def values(world: Segmented, profile_id: str) -> dict[str, Any]:
    return dict(ask(world, "GET", f"profiles/{profile_id}/values").body)


def test_values_are_current_on_the_profile(world: Segmented) -> None:
    assert made(world, "aggregates", REVENUE)["state"] == "building"
    made(
        world, "aggregates", {"name": "first_total", **REVENUE, "function": "first"} | {"name": "first_total"}
    )
    made(world, "scores", {"name": "loyalty", "rules": [{"event": "Order Completed", "points": 2.5}]})
    text = 'aggregates.revenue > 40.0 && scores.loyalty >= 5.0 ? "good" : "new"'
    made(world, "expressions", {"name": "sort", "text": text})
    card = ask(world, "GET", f"profiles/{ANA}").body
    assert card["aggregates"] == {"first_total": 10.1, "revenue": 40.3}
    assert (card["scores"], card["expressions"]) == ({"loyalty": 5}, {"sort": "good"})
    assert values(world, BEN) == {
        "aggregates": {"first_total": 5, "revenue": 5},
        "scores": {"loyalty": 2.5},
        "expressions": {"sort": "new"},
        "building": [],
    }
    world.later(days=40)
    assert values(world, ANA)["aggregates"] == {"first_total": None, "revenue": 0}
    assert values(world, ANA)["expressions"] == {"sort": "new"}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("aggregates", {"name": "visits", "kind": "page", "function": "count"}),
        ("scores", {"name": "steps", "rules": [{"kind": "page", "points": 1}]}),
        ("segments", {"name": "Visitors", "condition": {"type": "event", "kind": "page"}}),
        ("segments", {"name": "Coupon", "condition": {"type": "never", "event": "Coupon Applied"}}),
    ],
)
def test_a_new_definition_is_building_while_others_keep_their_values(
    world: Segmented, path: str, body: dict[str, Any]
) -> None:
    made(world, "aggregates", REVENUE)
    made(world, "scores", {"name": "loyalty", "rules": [{"event": "Order Completed", "points": 10}]})
    made(world, "expressions", {"name": "worth", "text": "aggregates.revenue + scores.loyalty"})
    big = {"type": "value", "aggregate": "revenue", "operator": "greater", "value": 40}
    segment = world.make("Big", big)
    before = values(world, ANA)
    assert before["building"] == []
    unsettled = world.shop.world.request
    key = world.shop.key
    assert unsettled("POST", f"/v1/{path}", body, key=key).status == 201
    world.shop.clock.now += 3_000  # all containers know the definition, and no profile has been evaluated yet
    meanwhile = unsettled("GET", f"/v1/profiles/{ANA}/values", key=key).body
    new = [body["name"]] if path != "segments" else []
    assert meanwhile["building"] == new
    shown = {
        group: {name: value for name, value in meanwhile[group].items() if name not in new}
        for group in ("aggregates", "scores", "expressions")
    }
    assert shown == {group: before[group] for group in shown}
    assert unsettled("GET", f"/v1/segments/{segment}", key=key).body["state"] == "ready"
    assert world.of(segment) == {ANA}
    world.shop.world.settle()
    assert values(world, ANA)["building"] == []


@pytest.mark.parametrize(
    ("window", "points"),
    [
        ({"within": {"hours": 2}}, 10),
        ({"minutes_ago": [60, 200]}, 20),
        ({"this": "week"}, 30),
        ({"last": "week"}, 0),
    ],
)
def test_the_ledger_has_the_points_of_the_window(
    world: Segmented, window: dict[str, Any], points: int
) -> None:
    rule = {"event": "Order Completed", "points": 10, "window": window}
    made(world, "scores", {"name": "lately", "rules": [rule]})
    world.shop.world.settle()
    world.later(minutes=120)
    world.shop.send("track", userId="ana", event="Order Completed", properties={"total": 1})
    world.later(minutes=1)
    ledger = ask(world, "GET", f"profiles/{ANA}/scores/lately/ledger").body
    assert (sum(entry["points"] for entry in ledger["entries"]), ledger["total"]) == (points, points)


def test_manual_points_are_listed_in_the_ledger(world: Segmented) -> None:
    made(world, "scores", {"name": "loyalty", "rules": [{"event": "Order Completed", "points": 10}]})
    given = ask(world, "POST", f"profiles/{ANA}/scores/loyalty/points", {"points": -3, "reason": "rude"})
    assert (given.status, given.body["total"]) == (201, 17)
    ledger = ask(world, "GET", f"profiles/{ANA}/scores/loyalty/ledger").body
    assert [entry["points"] for entry in ledger["entries"]] == [-3, 10, 10]
    assert (ledger["entries"][0]["reason"], ledger["total"]) == ("rude", 17)
    first = ask(world, "GET", f"profiles/{ANA}/scores/loyalty/ledger", query={"limit": 2}).body
    rest = ask(
        world,
        "GET",
        f"profiles/{ANA}/scores/loyalty/ledger",
        query={"limit": 2, "cursor": first["next_cursor"]},
    ).body
    assert [len(page["entries"]) for page in (first, rest)] == [2, 1]
    assert ask(world, "POST", f"profiles/{ANA}/scores/loyalty/points", {"points": 0}).status == 400


def test_segments_change_with_the_values_in_their_conditions(world: Segmented) -> None:
    made(world, "aggregates", REVENUE)
    made(world, "expressions", {"name": "big", "text": "aggregates.revenue >= 40.0"})
    condition = {"type": "value", "expression": "big", "operator": "equals", "value": True}
    big = made(world, "segments", {"name": "Big", "condition": condition})["id"]
    assert world.of(big) == {ANA}
    assert ask(world, "DELETE", "aggregates/revenue").body["code"] == "aggregate_in_use"
    assert ask(world, "PATCH", "expressions/big", {"text": "aggregates.revenue < 40.0"}).status == 200
    assert world.of(big) == {BEN}
    assert ask(world, "PATCH", "aggregates/revenue", {"window": {"within_days": 1}}).status == 200
    world.later(days=3)
    assert world.of(big) == {ANA, BEN} == world.entered(big)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1 +", "column 4"),
        ("aggregates.never > 1.0", "there is no aggregate never"),
        ("profiles.name", "profiles"),
        ("aggregates.revenue * 2", "write 2.0"),
    ],
)
def test_errors_of_expressions_are_reported(world: Segmented, text: str, message: str) -> None:
    made(world, "aggregates", REVENUE)
    answer = ask(world, "POST", "expressions", {"name": "wrong", "text": text})
    assert (answer.status, answer.body["code"]) == (400, "invalid_expression")
    assert message in answer.body["message"]
    (error,) = answer.body["details"]["errors"]
    assert (error["field"], answer.body["message"]) == ("text", f"text: {error['message']}")


@pytest.mark.parametrize(
    ("path", "body", "place"),
    [
        ("aggregates", {"function": "sum"}, "property"),
        ("aggregates", {"event": "X", "events": ["Y"]}, "events"),
        ("aggregates", {"where": [{"property": "a", "operator": "equals"}]}, "where.0.value"),
        ("aggregates", {"window": {"within": {"hours": 73}}}, "window"),
        ("scores", {"rules": [{"points": 1, "window": {"hours_ago": [3, 1]}}]}, "rules.0.window"),
        (
            "scores",
            {"rules": [{"points": 1}, {"points": 1, "event": "X", "events": ["Y"]}]},
            "rules.1.events",
        ),
    ],
)
def test_errors_of_aggregates_and_scores_have_the_field(
    world: Segmented, path: str, body: dict[str, Any], place: str
) -> None:
    answer = ask(world, "POST", path, {"name": "wrong"} | body)
    assert (answer.status, answer.body["details"]["field"]) == (400, place)
    (error,) = answer.body["details"]["errors"]
    assert (error["field"], answer.body["message"]) == (place, f"{place}: {error['message']}")


def test_names_are_unique_and_cannot_be_changed_while_in_use(world: Segmented) -> None:
    made(world, "aggregates", REVENUE)
    assert ask(world, "POST", "aggregates", REVENUE).body["code"] == "aggregate_exists"
    made(world, "expressions", {"name": "big", "text": "aggregates.revenue >= 40.0"})
    assert ask(world, "PATCH", "aggregates/revenue", {"name": "turnover"}).body["code"] == "aggregate_in_use"
    assert ask(world, "DELETE", "expressions/big").status == 204
    assert ask(world, "DELETE", "aggregates/revenue").status == 204
    assert ask(world, "GET", "aggregates").body["aggregates"] == []
