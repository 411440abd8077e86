"""Segments as marketers and other services ask for them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from crm.domain.identity import Identity, profile_id
from crm.domain.times import iso
from crm.services.access import api_keys
from crm.services.segments import event_condition_validation, preview
from crm.settings import settings
from tests.support.gateway import Answer
from tests.support.segmented_shop import BOUGHT, Segmented
from tests.support.shop import Shop
from tests.support.stage import ENVIRONMENT

NAMESPACE = UUID(ENVIRONMENT["IDENTITY_NAMESPACE"])
ORDER = {"event": "Order Completed"}
AFTER = {"type": "sequence", "first": {"event": "Product Added"}}
ANA, BEN = (profile_id(NAMESPACE, Identity("user_id", user)) for user in ("ana", "ben"))


@pytest.fixture
def world(shop: Shop) -> Segmented:
    """Ana has bought for 10 and 30, Ben for 5."""
    segmented = Segmented(shop)
    for user, total in (("ana", 10), ("ana", 30), ("ben", 5)):
        shop.send("track", userId=user, event="Order Completed", properties={"total": total})
    return segmented


def ask(world: Segmented, method: str, path: str, body: Any = None, **more: Any) -> Answer:
    return world.shop.ask(method, path, body, **more)


def made(world: Segmented, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = ask(world, "POST", path, body)
    assert answer.status == 201, answer.body
    return dict(answer.body)


def test_a_segment_from_preview_to_deletion(world: Segmented) -> None:
    condition = BOUGHT | {"value": 2}
    shown = ask(world, "POST", "segments/preview", {"condition": condition}).body
    assert (shown["count"], shown["exact"], shown["sample"][0]["id"]) == (1, True, ANA)
    new = made(world, "segments", {"name": "Loyal", "condition": condition})
    assert (new["state"], new["count"]) == ("building", None)
    told = ask(world, "GET", "segments/loyal")
    assert (told.body["state"], told.body["count"], told.headers["etag"]) == ("ready", 1, f'"{new["id"]}.1"')
    etag = {"if-match": told.headers["etag"]}
    changed = ask(world, "PATCH", f"segments/{new['id']}", {"condition": BOUGHT}, headers=etag)
    assert (changed.body["version"], changed.body["serving_version"]) == (2, 1)
    assert ask(world, "PATCH", "segments/Loyal", {"name": "x"}, headers=etag).status == 412
    assert ask(world, "GET", "segments/Loyal").body["count"] == 2
    versions = ask(world, "GET", "segments/Loyal/versions").body["versions"]
    assert [version["version"] for version in versions] == [2, 1]
    assert versions[1]["condition"] == condition
    assert ask(world, "DELETE", "segments/Loyal").status == 204
    assert ask(world, "GET", "segments/Loyal").status == 404


@pytest.mark.parametrize(
    ("condition", "field", "right"),
    [
        ({"type": "attribute", "name": "height", "operator": "empty"}, "condition.name", "declare it"),
        (
            {"type": "attribute", "name": "age", "operator": "greater", "value": "tall"},
            "condition.value",
            "a number",
        ),
        ({"type": "tag", "tag": "never"}, "condition.tag", "no tag"),
        ({"type": "segment", "segment": "never"}, "condition.segment", "no segment"),
        (BOUGHT | {"function": "sum"}, "condition.property", "requires a property"),
        (BOUGHT | {"window": {"days_ago": [9, 3]}}, "condition.window", "nearer day first"),
        (BOUGHT | {"window": {"on": "2026-02-30"}}, "condition.window", "2026-11-21"),
        (BOUGHT | {"operator": "contains", "value": "x"}, "condition.operator", "at_least"),
        ({"type": "date", "operator": "on", "value": "2026-01-01"}, "condition.field", "created"),
        (
            {"type": "date", "field": "created", "operator": "after", "value": 7},
            "condition.value",
            "2026-11-21",
        ),
        (
            BOUGHT | {"function": "last", "property": "note", "operator": "equals", "value": "x" * 101},
            "condition.value",
            "first 100 characters",
        ),
        ({"type": "value", "operator": "empty"}, "condition", "exactly one of"),
        (
            {"type": "date", "field": "created", "operator": "this", "value": "fortnight"},
            "condition.value",
            "week, month, quarter, year",
        ),
        (
            {"type": "date", "field": "created", "operator": "on", "value": "month"},
            "condition.value",
            "takes a date",
        ),
        (BOUGHT | {"window": {"this": "month", "last": "week"}}, "condition.window", "exactly one of"),
        (AFTER, "condition.then", "then_not"),
        ({"type": "sequence", "then": ORDER}, "condition.steps", "first"),
        ({"type": "sequence", "steps": [ORDER]}, "condition.steps", "then_not"),
        ({"type": "sequence", "steps": [ORDER, ORDER], "first": ORDER}, "condition.steps", "either"),
        (
            {"type": "sequence", "steps": [ORDER, ORDER], "then": ORDER},
            "condition.then",
            "only allowed with first",
        ),
        (
            AFTER | {"then": ORDER, "within_days": 1, "within": {"hours": 1}},
            "condition.within",
            "must not be combined",
        ),
        (AFTER | {"then": ORDER, "within": {"hours": 73}}, "condition.within", "at most 72 hours"),
        (AFTER | {"then": ORDER, "within": {"minutes": 0}}, "condition.within", "one minute"),
        (AFTER | {"then_not": ORDER, "without": [ORDER]}, "condition.without", "then_not"),
        (
            AFTER | {"then_not": ORDER | {"within_days": 1}, "within_days": 1},
            "condition.then_not",
            "its own",
        ),
        (
            {"type": "sequence", "steps": [ORDER | {"within_days": 1}, ORDER]},
            "condition.steps.0.within_days",
            "in the first step",
        ),
        (
            {"type": "sequence", "steps": [ORDER | {"without": [ORDER]}, ORDER]},
            "condition.steps.0.without",
            "in the first step",
        ),
        (
            {
                "type": "sequence",
                "steps": [
                    ORDER,
                    ORDER | {"where": [{"property": "total", "operator": "greater", "value": "much"}]},
                ],
            },
            "condition.steps.1.where.0.value",
            "takes a number",
        ),
        (
            AFTER
            | {
                "then": ORDER,
                "without": [{"where": [{"property": "total", "operator": "between", "value": [2, 1]}]}],
            },
            "condition.without.0.where.0.value",
            "smaller value first",
        ),
        (BOUGHT | {"window": {"within": {"hours": 73}}}, "condition.window", "at most 72 hours"),
        (BOUGHT | {"window": {"within": {"hours": 72, "minutes": 1}}}, "condition.window", "within_days"),
        (BOUGHT | {"window": {"hours_ago": [2, 80]}}, "condition.window", "at most 72 hours"),
        (BOUGHT | {"window": {"hours_ago": [24, 1]}}, "condition.window", "nearer"),
        (BOUGHT | {"window": {"within": {"hours": 0}}}, "condition.window", "at least one minute"),
        (BOUGHT | {"window": {"within": {}}}, "condition.window", "at least one minute"),
        (BOUGHT | {"value": 501, "window": {"within": {"hours": 2}}}, "condition.value", "newest 500"),
        (BOUGHT | {"value": 126, "window": {"hours_ago": [1, 2]}}, "condition.value", "newest 125"),
        (
            BOUGHT | {"function": "sum", "property": "total", "window": {"within": {"hours": 2}}},
            "condition.function",
            "window of days",
        ),
    ],
)
def test_errors_name_the_place_and_what_would_be_right(
    world: Segmented, condition: dict[str, Any], field: str, right: str
) -> None:
    nested = {
        "type": "and",
        "conditions": [{"type": "kind", "kind": "recognised"}, {"type": "not", "condition": condition}],
    }
    for said, place in (
        (condition, field),
        (nested, field.replace("condition", "condition.conditions.1.condition", 1)),
    ):
        answer = ask(world, "POST", "segments", {"name": "Wrong", "condition": said})
        assert answer.status == 400
        errors = answer.body["details"]["errors"]
        assert [error["field"] for error in errors] == [place]
        assert right in errors[0]["message"]
    assert ask(world, "GET", "segments").body["segments"] == []


def test_dates_may_be_written_the_german_way_and_names_by_names(world: Segmented) -> None:
    made(world, "tags", {"name": "VIP"})
    window = {"between": ["01.11.2026", "30.11.2026"]}
    both = {"type": "or", "conditions": [BOUGHT | {"window": window}, {"type": "tag", "tag": "vip"}]}
    new = made(world, "segments", {"name": "November", "condition": both})
    first, second = new["condition"]["conditions"]
    assert first["window"] == {"between": ["2026-11-01", "2026-11-30"]}
    assert second == {"type": "tag", "tag": "VIP"}
    refused = ask(world, "DELETE", "tags/VIP")
    assert (refused.status, refused.body["code"]) == (409, "tag_in_use")
    assert refused.body["details"]["used_by"][0]["name"] == "November"


def test_opposites_find_those_too_of_whom_nothing_is_measured(world: Segmented) -> None:
    last = BOUGHT | {"function": "last", "property": "coupon"}
    mean = BOUGHT | {"function": "average", "property": "coupon"}
    for name, condition in (
        ("No coupon", last | {"operator": "empty"}),
        ("Another coupon", last | {"operator": "not_equals", "value": "SUMMER"}),
        ("Not five on average", mean | {"operator": "not_equals", "value": 5}),
    ):
        made(world, "segments", {"name": name, "condition": condition})
        assert ask(world, "GET", f"segments/{name}").body["count"] == 2
    made(world, "segments", {"name": "Coupon", "condition": last | {"operator": "not_empty"}})
    assert ask(world, "GET", "segments/Coupon").body["count"] == 0


def test_segments_are_used_where_customers_are_selected(world: Segmented) -> None:
    made(world, "segments", {"name": "Loyal", "condition": BOUGHT | {"value": 2}})
    made(world, "segments", {"name": "Fair", "type": "static"})
    listed = ask(world, "GET", "profiles", query={"segment": "Loyal"}).body["profiles"]
    assert [card["id"] for card in listed] == [ANA]
    others = ask(world, "GET", "profiles", query={"segment.none": "Loyal"}).body["profiles"]
    assert [card["id"] for card in others] == [BEN]
    action = {"type": "add_to_segment", "segment": "Fair"}
    assert ask(world, "POST", "bulk", {"segment": "Loyal", "action": action}).status == 202
    assert ask(world, "GET", "segments/Fair/members").body["members"][0]["by_hand"] is True
    export = ask(world, "POST", "exports", {"segment": "Fair", "columns": ["user_id", "segments"]}).body["id"]
    name = ask(world, "GET", f"exports/{export}").body["file"]["name"]
    rows = world.shop.wire.bucket.files[f"exports/{export}/{name}"].decode("utf-8-sig").splitlines()
    assert rows == ["user_id,segments", 'ana,"Fair;Loyal"']
    assert ask(world, "GET", f"profiles/{ANA}").body["segments"] == ["Fair", "Loyal"]


def test_people_decide_and_leave_it_to_the_conditions_again(world: Segmented) -> None:
    made(world, "segments", {"name": "Loyal", "condition": BOUGHT | {"value": 2}})
    place = f"profiles/{BEN}/segments/Loyal"
    decided = ask(world, "PUT", place, {"member": True})
    assert (decided.status, decided.body["member"], decided.body["by_hand"]) == (200, True, "in")
    told = ask(world, "GET", f"{place}/explain").body
    assert (told["member"], told["by_hand"], told["tree"]["holds"]) == (True, "in", False)
    edits = ask(world, "GET", f"profiles/{BEN}/activities", query={"category": "edits"}).body["activities"]
    assert edits[0]["properties"] == {"segments": {"Loyal": "in"}}
    assert ask(world, "DELETE", place).status == 204
    assert ask(world, "GET", f"profiles/{BEN}/segments").body["segments"] == []


def test_a_key_limited_to_classes_sees_its_own_members(world: Segmented) -> None:
    made(world, "segments", {"name": "Buyers", "condition": BOUGHT})
    assert ask(world, "PUT", f"profiles/{BEN}/classes/north").status == 200
    limited = api_keys.create("north", ["admin"], classes=["north"], now=world.shop.clock.now)[1]
    world.shop.key = limited
    page = ask(world, "GET", "segments/Buyers/members").body
    assert ([member["profile"]["id"] for member in page["members"]], page["count"]) == ([BEN], 1)
    assert ask(world, "POST", "segments/preview", {"condition": BOUGHT}).body["population"] == 1
    assert ask(world, "GET", f"profiles/{ANA}/segments/Buyers/explain").status == 404


def test_members_come_page_by_page(world: Segmented) -> None:
    made(world, "segments", {"name": "Buyers", "condition": BOUGHT})
    first = ask(world, "GET", "segments/Buyers/members", query={"limit": 1}).body
    query = {"limit": 1, "cursor": first["next_cursor"]}
    second = ask(world, "GET", "segments/Buyers/members", query=query).body
    ids = [page["members"][0]["profile"]["id"] for page in (first, second)]
    assert (sorted(ids), second["next_cursor"]) == (sorted([ANA, BEN]), None)


def test_counts_are_kept_by_day(world: Segmented) -> None:
    made(world, "segments", {"name": "Buyers", "condition": BOUGHT | {"window": {"within_days": 2}}})
    for _ in range(3):
        world.later(days=1)
    days = ask(world, "GET", "segments/Buyers/history").body["history"]
    assert [(day["day"], day["count"]) for day in days] == [
        ("2026-11-21", 2),
        ("2026-11-22", 2),
        ("2026-11-23", 0),
    ]
    one = ask(world, "GET", "segments/Buyers/history", query={"from": "2026-11-22", "to": "2026-11-22"}).body
    assert len(one["history"]) == 1


def test_a_preview_that_takes_too_long_estimates_by_those_it_has_reached(
    world: Segmented, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preview, "ENOUGH_S", -1)
    answer = ask(world, "POST", "segments/preview", {"condition": BOUGHT})
    assert answer.status == 200
    assert (answer.body["exact"], answer.body["population_is_larger"], answer.body["looked_at"]) == (
        False,
        True,
        1,
    )
    assert answer.body["count"] == 2
    assert answer.body["margin"] >= 1


def test_a_preview_tells_what_the_segment_costs(world: Segmented) -> None:
    condition = BOUGHT | {"function": "sum", "property": "total", "window": {"within_days": 365}}
    cost = ask(world, "POST", "segments/preview", {"condition": condition}).body["cost"]
    assert (cost["metrics"], cost["bytes_per_active_day"], cost["bytes_left"]) == (1, 13, 3750)
    assert 0 < cost["write_units_per_event"]["typical"] < cost["write_units_per_event"]["worst"] < 0.5
    defined = ask(world, "POST", "segments", {"name": "Spends", "condition": condition}).body["cost"]
    assert defined == cost | {"bytes_left": 3750 - 13}
    world.shop.world.settle()
    again = ask(world, "POST", "segments/preview", {"condition": condition | {"value": 7}}).body["cost"]
    assert (again["metrics"], again["bytes_per_active_day"], again["bytes_left"]) == (0, 0, 3750 - 13)


def test_a_defined_segment_tells_what_it_costs_beside_the_others(world: Segmented) -> None:
    spent = BOUGHT | {"function": "sum", "property": "total", "window": {"within_days": 365}}
    often = BOUGHT | {"value": 2, "window": {"within_days": 365}}
    both = {"type": "and", "conditions": [spent, often]}
    first = ask(world, "POST", "segments", {"name": "Spends", "condition": spent}).body["cost"]
    second = ask(world, "POST", "segments", {"name": "Both", "condition": both}).body["cost"]
    assert (first["metrics"], first["bytes_left"]) == (1, 3750 - 13)
    assert (second["metrics"], second["bytes_per_active_day"], second["bytes_left"]) == (1, 4, 3750 - 17)
    changed = ask(world, "PATCH", "segments/Both", {"condition": spent}).body
    assert (changed["cost"]["metrics"], changed["cost"]["bytes_left"]) == (0, 3750 - 13)
    renamed = ask(world, "PATCH", "segments/Spends", {"name": "Buyers", "archived": True}).body
    assert (renamed["name"], renamed["cost"]["metrics"]) == ("Buyers", 0)
    static = ask(world, "POST", "segments", {"name": "Picked", "type": "static"}).body["cost"]
    assert (static["metrics"], static["write_units_per_event"]) == (0, {"typical": 0, "worst": 0})


def lasts(number: int, since: int = 0) -> dict[str, Any]:
    """So many values that are kept with their texts."""
    last = {"function": "last", "operator": "equals", "value": "x"}
    return {
        "type": "or",
        "conditions": [BOUGHT | last | {"property": f"p{n}"} for n in range(since, since + number)],
    }


def test_definitions_that_count_too_much_are_refused(world: Segmented) -> None:
    """Whatever is defined, sixteen days of it fit into an item."""
    made(world, "segments", {"name": "Texts", "condition": lasts(20)})
    for method, path, body in (
        ("POST", "segments", {"name": "More", "condition": lasts(4, since=20)}),
        ("PATCH", "segments/Texts", {"condition": lasts(24)}),
    ):
        answer = ask(world, method, path, body)
        assert (answer.status, answer.body["code"]) == (400, "definitions_too_costly")
        assert answer.body["details"]["bytes_per_active_day"] == 4 * 160
        assert answer.body["details"]["bytes_left"] == 3750 - 20 * 160
        assert answer.body["details"]["most_costly"][0]["name"] == "Texts"
        assert "archive" in answer.body["message"]
    scored = {"name": "s", "rules": [{"points": 1, "event": f"E{n}"} for n in range(20)]}
    assert ask(world, "POST", "scores", scored).status == 201
    assert ask(world, "PATCH", "segments/Texts", {"condition": lasts(10)}).status == 200
    assert ask(world, "POST", "segments", {"name": "More", "condition": lasts(4, since=20)}).status == 201


@pytest.mark.parametrize(
    ("condition", "field"),
    [
        (BOUGHT | {"window": {"within_days": 91}}, "condition.window"),
        (BOUGHT | {"window": {"days_ago": [7, 90]}}, "condition.window"),
        (BOUGHT | {"window": {"last": "quarter"}}, "condition.window"),
        (AFTER | {"then": ORDER, "within_days": 30, "window": {"within_days": 61}}, "condition.within_days"),
        (
            {"type": "sequence", "steps": [ORDER, *[ORDER | {"within_days": 20}] * 3]}
            | {"window": {"within_days": 40}},
            "condition.within_days",
        ),
        (BOUGHT | {"window": {"between": ["2026-01-01", "2026-04-30"]}}, "condition.window"),
        (
            {"type": "stopped", "event": "Order Completed", "quiet_days": 30, "active_days": 90},
            "condition.active_days",
        ),
    ],
)
def test_a_window_longer_than_the_retention_is_refused(
    world: Segmented, monkeypatch: pytest.MonkeyPatch, condition: dict[str, Any], field: str
) -> None:
    monkeypatch.setattr(
        event_condition_validation, "settings", lambda: replace(settings(), retention_days=90)
    )
    answer = ask(world, "POST", "segments/preview", {"condition": condition})
    assert answer.status == 400
    (error,) = answer.body["details"]["errors"]
    assert (error["field"], answer.body["code"]) == (field, "window_longer_than_retention")
    assert "kept for 90" in error["message"]
    fits = BOUGHT | {"window": {"within_days": 90}}
    assert ask(world, "POST", "segments/preview", {"condition": fits}).status == 200


def test_hours_pass_minute_by_minute(world: Segmented) -> None:
    recent = world.make("Now", BOUGHT | {"window": {"within": {"hours": 2}}})
    quiet = world.make(
        "Quiet", {"type": "never", "event": "Order Completed", "window": {"within": {"hours": 2}}}
    )
    assert (world.of(recent), world.of(quiet)) == ({ANA, BEN}, set())
    world.later(minutes=90)
    world.shop.send("track", userId="ben", event="Order Completed", properties={"total": 5})
    world.later(minutes=31)
    assert (world.of(recent), world.of(quiet)) == ({BEN}, {ANA})
    told = ask(world, "GET", f"profiles/{BEN}/segments/Now/explain").body
    assert (told["holds"], told["tree"]["evidence"]["value"]) == (True, 1)
    assert told["tree"]["evidence"]["or_more"] is True
    (event,) = told["tree"]["evidence"]["events"]
    assert told["tree"]["evidence"]["since"] < event["at"] < told["next_change"]
    world.later(minutes=89)
    assert (world.of(recent), world.of(quiet)) == (set(), {ANA, BEN})


def test_values_of_hours_are_shown_as_they_are_now(world: Segmented) -> None:
    made(
        world,
        "aggregates",
        {"name": "lately", "event": "Order Completed", "window": {"within": {"hours": 3}}},
    )
    world.shop.world.settle()
    world.later(minutes=1)
    shown = ask(world, "GET", f"profiles/{ANA}").body["aggregates"]
    world.later(minutes=180)
    assert (shown["lately"], ask(world, "GET", f"profiles/{ANA}").body["aggregates"]["lately"]) == (2, 0)
    often = {"type": "value", "aggregate": "lately", "operator": "at_least", "value": 1}
    created = made(world, "segments", {"name": "Often", "condition": often})
    world.later(minutes=1)
    assert world.of(created["id"]) == set()
    world.shop.send("track", userId="ben", event="Order Completed", properties={"total": 5})
    world.later(minutes=1)
    assert world.of(created["id"]) == {BEN}
    world.later(minutes=179)
    assert world.of(created["id"]) == set()


def test_an_abandoned_cart_from_the_cart_to_the_order(world: Segmented) -> None:
    """After an hour without an order Ana is in both, and Ben, who ordered in time, in none; a later order ends one."""
    within = {"within": {"hours": 1}}
    abandoned = world.make("Abandoned", AFTER | {"then_not": ORDER | within, "window": {"within_days": 7}})
    open_carts = world.make("Open", AFTER | {"then_not": ORDER, "window": {"hours_ago": [1, 48]}})
    for user in ("ana", "ben"):
        world.shop.send("track", userId=user, event="Product Added", properties={"sku": "a1"})
    world.later(minutes=50)
    world.shop.send("track", userId="ben", event="Order Completed", properties={"total": 5})
    assert (world.of(abandoned), world.of(open_carts)) == (set(), set())
    world.later(minutes=9)
    assert (world.of(abandoned), world.of(open_carts)) == ({ANA}, {ANA})
    told = ask(world, "GET", f"profiles/{ANA}/segments/Open/explain").body
    assert told["tree"]["evidence"]["events"][0]["name"] == "Product Added"
    assert told["tree"]["evidence"]["at"] <= told["at"] < told["next_change"]
    world.later(minutes=60)
    world.shop.send("track", userId="ana", event="Order Completed", properties={"total": 5})
    world.later(minutes=1)
    assert (world.of(abandoned), world.of(open_carts)) == ({ANA}, set())
    assert (world.entered(abandoned), world.entered(open_carts)) == ({ANA}, set())
    world.later(days=7)
    assert world.of(abandoned) == set()


def test_an_order_that_arrives_late_was_an_answer_all_along(world: Segmented) -> None:
    abandoned = world.make("Abandoned", AFTER | {"then_not": ORDER | {"within": {"hours": 1}}})
    begun = world.shop.clock.now
    world.shop.send("track", userId="ben", event="Product Added", timestamp=iso(begun))
    world.later(minutes=61)
    assert world.of(abandoned) == {BEN}
    world.shop.send("track", userId="ben", event="Order Completed", timestamp=iso(begun + 30 * 60_000))
    world.later(minutes=1)
    assert world.of(abandoned) == set()


def test_a_cancelled_order_is_no_answer(world: Segmented) -> None:
    open_carts = world.make("Open", AFTER | {"then_not": ORDER})
    quick = world.make("Quick", AFTER | {"then": ORDER, "within": {"hours": 2}})
    world.shop.send("track", userId="ben", event="Product Added")
    order = {"order_id": "B-7", "total": 5}
    world.shop.send("track", userId="ben", event="Order Completed", properties=order)
    assert (world.of(open_carts), world.of(quick)) == (set(), {BEN})
    world.shop.send("track", userId="ben", event="Order Cancelled", properties=order)
    assert (world.of(open_carts), world.of(quick)) == ({BEN}, set())


def test_what_sequences_cost_is_told_before_they_are_saved(world: Segmented) -> None:
    def cost(**said: Any) -> int:
        condition = {"type": "sequence", "first": {"event": "Product Added"}, **said}
        body = ask(world, "POST", "segments/preview", {"condition": condition}).body
        return int(body["cost"]["bytes_per_active_day"])

    assert cost(then_not=ORDER) == cost(then=ORDER, within_days=7) == 24
    assert cost(then=ORDER, within={"hours": 2}) == 850
    assert cost(then=ORDER, without=[{"event": "Cart Emptied"}]) == 3 * 425
    steps = [{"event": f"Step {n}"} for n in range(5)]
    barred = [{"event": f"Other {n}"} for n in range(5)]
    answer = ask(
        world,
        "POST",
        "segments",
        {"name": "Dear", "condition": {"type": "sequence", "steps": steps, "without": barred}},
    )
    assert (answer.status, answer.body["code"]) == (400, "definitions_too_costly")
    assert answer.body["details"]["bytes_per_active_day"] == 4_250
