"""Segments through the API, for marketers and other services."""

from __future__ import annotations

from typing import Any

import pytest

from crm.services.access import api_keys
from crm.services.segments import preview
from tests.support.segmented_shop import ANA, BEN, BOUGHT, ORDER, Segmented, ask, made

AFTER = {"type": "sequence", "first": {"event": "Product Added"}}


def test_a_segment_is_previewed_created_read_and_deleted(shop_of_buyers: Segmented) -> None:
    condition = BOUGHT | {"value": 2}
    shown = ask(shop_of_buyers, "POST", "segments/preview", {"condition": condition}).body
    assert (shown["count"], shown["exact"], shown["sample"][0]["id"]) == (1, True, ANA)
    new = made(shop_of_buyers, "segments", {"name": "Loyal", "condition": condition})
    assert (new["state"], new["count"]) == ("building", None)
    reported = ask(shop_of_buyers, "GET", "segments/loyal")
    assert (reported.body["state"], reported.body["count"], reported.headers["etag"]) == (
        "ready",
        1,
        f'"{new["id"]}.1"',
    )
    etag = {"if-match": reported.headers["etag"]}
    changed = ask(shop_of_buyers, "PATCH", f"segments/{new['id']}", {"condition": BOUGHT}, headers=etag)
    assert (changed.body["version"], changed.body["serving_version"]) == (2, 1)
    assert ask(shop_of_buyers, "PATCH", "segments/Loyal", {"name": "x"}, headers=etag).status == 412
    assert ask(shop_of_buyers, "GET", "segments/Loyal").body["count"] == 2
    versions = ask(shop_of_buyers, "GET", "segments/Loyal/versions").body["versions"]
    assert [version["version"] for version in versions] == [2, 1]
    assert versions[1]["condition"] == condition
    assert ask(shop_of_buyers, "DELETE", "segments/Loyal").status == 204
    assert ask(shop_of_buyers, "GET", "segments/Loyal").status == 404


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
    shop_of_buyers: Segmented, condition: dict[str, Any], field: str, right: str
) -> None:
    nested = {
        "type": "and",
        "conditions": [{"type": "kind", "kind": "recognised"}, {"type": "not", "condition": condition}],
    }
    for given, place in (
        (condition, field),
        (nested, field.replace("condition", "condition.conditions.1.condition", 1)),
    ):
        answer = ask(shop_of_buyers, "POST", "segments", {"name": "Wrong", "condition": given})
        assert answer.status == 400
        errors = answer.body["details"]["errors"]
        assert [error["field"] for error in errors] == [place]
        assert right in errors[0]["message"]
    assert ask(shop_of_buyers, "GET", "segments").body["segments"] == []


def test_german_dates_and_tag_names_are_accepted(shop_of_buyers: Segmented) -> None:
    made(shop_of_buyers, "tags", {"name": "VIP"})
    window = {"between": ["01.11.2026", "30.11.2026"]}
    both = {"type": "or", "conditions": [BOUGHT | {"window": window}, {"type": "tag", "tag": "vip"}]}
    new = made(shop_of_buyers, "segments", {"name": "November", "condition": both})
    first, second = new["condition"]["conditions"]
    assert first["window"] == {"between": ["2026-11-01", "2026-11-30"]}
    assert second == {"type": "tag", "tag": "VIP"}
    refused = ask(shop_of_buyers, "DELETE", "tags/VIP")
    assert (refused.status, refused.body["code"]) == (409, "tag_in_use")
    assert refused.body["details"]["used_by"][0]["name"] == "November"


def test_negated_operators_match_customers_without_a_value(shop_of_buyers: Segmented) -> None:
    last = BOUGHT | {"function": "last", "property": "coupon"}
    mean = BOUGHT | {"function": "average", "property": "coupon"}
    for name, condition in (
        ("No coupon", last | {"operator": "empty"}),
        ("Another coupon", last | {"operator": "not_equals", "value": "SUMMER"}),
        ("Not five on average", mean | {"operator": "not_equals", "value": 5}),
    ):
        made(shop_of_buyers, "segments", {"name": name, "condition": condition})
        assert ask(shop_of_buyers, "GET", f"segments/{name}").body["count"] == 2
    made(shop_of_buyers, "segments", {"name": "Coupon", "condition": last | {"operator": "not_empty"}})
    assert ask(shop_of_buyers, "GET", "segments/Coupon").body["count"] == 0


def test_segments_can_be_used_in_filters_and_bulk_actions(shop_of_buyers: Segmented) -> None:
    made(shop_of_buyers, "segments", {"name": "Loyal", "condition": BOUGHT | {"value": 2}})
    made(shop_of_buyers, "segments", {"name": "Fair", "type": "static"})
    listed = ask(shop_of_buyers, "GET", "profiles", query={"segment": "Loyal"}).body["profiles"]
    assert [card["id"] for card in listed] == [ANA]
    others = ask(shop_of_buyers, "GET", "profiles", query={"segment.none": "Loyal"}).body["profiles"]
    assert [card["id"] for card in others] == [BEN]
    action = {"type": "add_to_segment", "segment": "Fair"}
    assert ask(shop_of_buyers, "POST", "bulk", {"segment": "Loyal", "action": action}).status == 202
    assert ask(shop_of_buyers, "GET", "segments/Fair/members").body["members"][0]["by_hand"] is True
    export = ask(
        shop_of_buyers, "POST", "exports", {"segment": "Fair", "columns": ["user_id", "segments"]}
    ).body["id"]
    name = ask(shop_of_buyers, "GET", f"exports/{export}").body["file"]["name"]
    rows = shop_of_buyers.shop.wire.bucket.files[f"exports/{export}/{name}"].decode("utf-8-sig").splitlines()
    assert rows == ["user_id,segments", 'ana,"Fair;Loyal"']
    assert ask(shop_of_buyers, "GET", f"profiles/{ANA}").body["segments"] == ["Fair", "Loyal"]


def test_a_membership_can_be_overridden_and_reset(shop_of_buyers: Segmented) -> None:
    made(shop_of_buyers, "segments", {"name": "Loyal", "condition": BOUGHT | {"value": 2}})
    place = f"profiles/{BEN}/segments/Loyal"
    decided = ask(shop_of_buyers, "PUT", place, {"member": True})
    assert (decided.status, decided.body["member"], decided.body["by_hand"]) == (200, True, "in")
    reported = ask(shop_of_buyers, "GET", f"{place}/explain").body
    assert (reported["member"], reported["by_hand"], reported["tree"]["holds"]) == (True, "in", False)
    edits = ask(shop_of_buyers, "GET", f"profiles/{BEN}/activities", query={"category": "edits"}).body[
        "activities"
    ]
    assert edits[0]["properties"] == {"segments": {"Loyal": "in"}}
    assert ask(shop_of_buyers, "DELETE", place).status == 204
    assert ask(shop_of_buyers, "GET", f"profiles/{BEN}/segments").body["segments"] == []


def test_a_limited_key_lists_only_its_own_members(shop_of_buyers: Segmented) -> None:
    made(shop_of_buyers, "segments", {"name": "Buyers", "condition": BOUGHT})
    assert ask(shop_of_buyers, "PUT", f"profiles/{BEN}/classes/north").status == 200
    limited = api_keys.create("north", ["admin"], classes=["north"], now=shop_of_buyers.shop.clock.now)[1]
    shop_of_buyers.shop.key = limited
    page = ask(shop_of_buyers, "GET", "segments/Buyers/members").body
    assert ([member["profile"]["id"] for member in page["members"]], page["count"]) == ([BEN], 1)
    assert ask(shop_of_buyers, "POST", "segments/preview", {"condition": BOUGHT}).body["population"] == 1
    assert ask(shop_of_buyers, "GET", f"profiles/{ANA}/segments/Buyers/explain").status == 404


def test_members_are_listed_in_pages(shop_of_buyers: Segmented) -> None:
    made(shop_of_buyers, "segments", {"name": "Buyers", "condition": BOUGHT})
    first = ask(shop_of_buyers, "GET", "segments/Buyers/members", query={"limit": 1}).body
    query = {"limit": 1, "cursor": first["next_cursor"]}
    second = ask(shop_of_buyers, "GET", "segments/Buyers/members", query=query).body
    ids = [page["members"][0]["profile"]["id"] for page in (first, second)]
    assert (sorted(ids), second["next_cursor"]) == (sorted([ANA, BEN]), None)


def test_counts_are_stored_by_day(shop_of_buyers: Segmented) -> None:
    made(shop_of_buyers, "segments", {"name": "Buyers", "condition": BOUGHT | {"window": {"within_days": 2}}})
    for _ in range(3):
        shop_of_buyers.later(days=1)
    days = ask(shop_of_buyers, "GET", "segments/Buyers/history").body["history"]
    assert [(day["day"], day["count"]) for day in days] == [
        ("2026-11-21", 2),
        ("2026-11-22", 2),
        ("2026-11-23", 0),
    ]
    one = ask(
        shop_of_buyers, "GET", "segments/Buyers/history", query={"from": "2026-11-22", "to": "2026-11-22"}
    ).body
    assert len(one["history"]) == 1


def test_a_preview_that_takes_too_long_estimates_from_a_sample(
    shop_of_buyers: Segmented, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preview, "ENOUGH_S", -1)
    answer = ask(shop_of_buyers, "POST", "segments/preview", {"condition": BOUGHT})
    assert answer.status == 200
    assert (answer.body["exact"], answer.body["population_is_larger"], answer.body["looked_at"]) == (
        False,
        True,
        1,
    )
    assert answer.body["count"] == 2
    assert answer.body["margin"] >= 1
