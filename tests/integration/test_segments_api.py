"""Segments through the API, for marketers and other services."""

from __future__ import annotations

from typing import Any

import pytest

from crm.services.access import api_keys
from crm.services.segments import preview
from tests.support.segmented_shop import ANA, BEN, BOUGHT, ORDER, Segmented, ask, made, shop_with_buyers
from tests.support.shop import Shop

AFTER = {"type": "sequence", "first": {"event": "Product Added"}}


@pytest.fixture
def world(shop: Shop) -> Segmented:
    return shop_with_buyers(shop)


def test_a_segment_is_previewed_created_read_and_deleted(world: Segmented) -> None:
    condition = BOUGHT | {"value": 2}
    shown = ask(world, "POST", "segments/preview", {"condition": condition}).body
    assert (shown["count"], shown["exact"], shown["sample"][0]["id"]) == (1, True, ANA)
    new = made(world, "segments", {"name": "Loyal", "condition": condition})
    assert (new["state"], new["count"]) == ("building", None)
    reported = ask(world, "GET", "segments/loyal")
    assert (reported.body["state"], reported.body["count"], reported.headers["etag"]) == (
        "ready",
        1,
        f'"{new["id"]}.1"',
    )
    etag = {"if-match": reported.headers["etag"]}
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
def test_errors_have_the_field_and_a_suggestion(
    world: Segmented, condition: dict[str, Any], field: str, right: str
) -> None:
    nested = {
        "type": "and",
        "conditions": [{"type": "kind", "kind": "recognised"}, {"type": "not", "condition": condition}],
    }
    for given, place in (
        (condition, field),
        (nested, field.replace("condition", "condition.conditions.1.condition", 1)),
    ):
        answer = ask(world, "POST", "segments", {"name": "Wrong", "condition": given})
        assert answer.status == 400
        errors = answer.body["details"]["errors"]
        assert [error["field"] for error in errors] == [place]
        assert right in errors[0]["message"]
    assert ask(world, "GET", "segments").body["segments"] == []


def test_german_dates_and_tag_names_are_accepted(world: Segmented) -> None:
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


def test_negated_operators_match_customers_without_a_value(world: Segmented) -> None:
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


def test_segments_can_be_used_in_filters_and_bulk_actions(world: Segmented) -> None:
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


def test_a_membership_can_be_overridden_and_reset(world: Segmented) -> None:
    made(world, "segments", {"name": "Loyal", "condition": BOUGHT | {"value": 2}})
    place = f"profiles/{BEN}/segments/Loyal"
    decided = ask(world, "PUT", place, {"member": True})
    assert (decided.status, decided.body["member"], decided.body["by_hand"]) == (200, True, "in")
    reported = ask(world, "GET", f"{place}/explain").body
    assert (reported["member"], reported["by_hand"], reported["tree"]["holds"]) == (True, "in", False)
    edits = ask(world, "GET", f"profiles/{BEN}/activities", query={"category": "edits"}).body["activities"]
    assert edits[0]["properties"] == {"segments": {"Loyal": "in"}}
    assert ask(world, "DELETE", place).status == 204
    assert ask(world, "GET", f"profiles/{BEN}/segments").body["segments"] == []


def test_a_limited_key_lists_only_its_own_members(world: Segmented) -> None:
    made(world, "segments", {"name": "Buyers", "condition": BOUGHT})
    assert ask(world, "PUT", f"profiles/{BEN}/classes/north").status == 200
    limited = api_keys.create("north", ["admin"], classes=["north"], now=world.shop.clock.now)[1]
    world.shop.key = limited
    page = ask(world, "GET", "segments/Buyers/members").body
    assert ([member["profile"]["id"] for member in page["members"]], page["count"]) == ([BEN], 1)
    assert ask(world, "POST", "segments/preview", {"condition": BOUGHT}).body["population"] == 1
    assert ask(world, "GET", f"profiles/{ANA}/segments/Buyers/explain").status == 404


def test_members_are_listed_in_pages(world: Segmented) -> None:
    made(world, "segments", {"name": "Buyers", "condition": BOUGHT})
    first = ask(world, "GET", "segments/Buyers/members", query={"limit": 1}).body
    query = {"limit": 1, "cursor": first["next_cursor"]}
    second = ask(world, "GET", "segments/Buyers/members", query=query).body
    ids = [page["members"][0]["profile"]["id"] for page in (first, second)]
    assert (sorted(ids), second["next_cursor"]) == (sorted([ANA, BEN]), None)


def test_counts_are_stored_by_day(world: Segmented) -> None:
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


def test_a_preview_that_takes_too_long_estimates_from_a_sample(
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
