"""Lists, selections and segments find the same customers, by each kind of filter, also as days pass."""

from __future__ import annotations

from typing import Any

import pytest

from crm.api.models.segments import ConvertedFilter
from crm.domain.identity import Identity, profile_id
from crm.domain.times import DAY_MS, iso
from tests.integration.test_typed_values import NAMESPACE, matching
from tests.support.segmented_shop import Segmented, ask
from tests.support.shop import Shop

LONG = "On the road that goes from the old harbour over the hills to the sea, " * 2
TEXTS = ("first_name", "last_name", "city", "region", "zip", "company")
ZOE, YAN = (profile_id(NAMESPACE, Identity("user_id", user)) for user in ("zoe", "yan"))


@pytest.fixture
def world(shop: Shop) -> Segmented:
    shop.prepared(two_customers)
    return Segmented(shop)


def two_customers(shop: Shop) -> None:
    """Zoe's long city was sent from a browser before she was recognised; Yan's differs from it only at its end."""
    shop.send("identify", anonymousId="browser-1", traits={"city": f"{LONG}north"})
    shop.send("identify", anonymousId="browser-1", userId="zoe", traits={"firstName": "Zoe"})
    shop.send("identify", userId="yan", traits={"city": f"{LONG}south"})


def listed(world: Segmented, **query: Any) -> set[str]:
    answer = ask(world, "GET", "profiles", query={"kind": "recognised", **query})
    assert answer.status == 200, answer.body
    return {profile["id"] for profile in answer.body["profiles"]}


def converted(world: Segmented, **query: Any) -> dict[str, Any]:
    """Return the condition of a segment with this filter."""
    answer = ask(world, "POST", "segments/from-filter", {"filter": query})
    assert answer.status == 200, answer.body
    ConvertedFilter.model_validate(answer.body)
    return dict(answer.body["condition"])


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
def test_filters_and_segments_agree_on_long_texts(
    world: Segmented, parameter: str, operator: str, value: str, found: set[str]
) -> None:
    assert listed(world, **{parameter: value.replace(",", "\\,")}) == found
    assert world.of(world.make("Here", matching("city", operator, value))) == found
    tag = {"type": "add_tags", "tags": ["here"]}
    job = ask(world, "POST", "bulk", {"filter": {parameter: value.replace(",", "\\,")}, "action": tag})
    assert job.status == 202, job.body
    assert listed(world, tag="here") == found


def test_filters_and_segments_agree_on_future_dates(world: Segmented) -> None:
    ahead = iso(world.shop.clock.now + 3 * DAY_MS)
    world.shop.send("track", userId="yan", event="Order Completed", timestamp=ahead)
    days_ago = {"type": "date", "field": "last_transaction", "operator": "less_than_days_ago", "value": 2}
    segment = world.make("Just bought", days_ago)
    for _ in range(6):
        assert listed(world, **{"last_transaction.less_than_days_ago": 2}) == world.of(segment)
        world.later(days=1)


def tagged(name: str) -> dict[str, Any]:
    return {"type": "tag", "tag": name}


def consented(channel: str, state: str) -> dict[str, Any]:
    return {"type": "consent", "channel": channel, "state": state}


def dated(operator: str, value: Any) -> dict[str, Any]:
    return {"type": "date", "field": "last_seen", "operator": operator, "value": value}


def negated(condition: dict[str, Any]) -> dict[str, Any]:
    return {"type": "not", "condition": condition}


BY_IRIS = {"type": "responsible", "user": "iris"}
SAME: dict[str, tuple[dict[str, str], dict[str, Any]]] = {
    "a tag": ({"tag": "vip"}, tagged("vip")),
    "no tag": (
        {"tag.none": "vip,new"},
        negated({"type": "or", "conditions": [tagged("vip"), tagged("new")]}),
    ),
    "a list": ({"list": "Fair"}, {"type": "list", "list": "Fair"}),
    "no list": ({"list.none": "Fair"}, negated({"type": "list", "list": "Fair"})),
    "a class": ({"class": "gold"}, {"type": "class", "class": "gold"}),
    "a user": ({"responsible": "iris"}, BY_IRIS),
    "no user": ({"responsible.missing": "true"}, {"type": "responsible", "user": None}),
    "a grant": ({"consent": "email:granted"}, consented("email", "granted")),
    "an expired grant": ({"consent": "email:expired"}, consented("email", "expired")),
    "a denial or nothing": (
        {"consent": "email:marketing:denied,email:missing"},
        {"type": "or", "conditions": [consented("email", "denied"), consented("email", "missing")]},
    ),
    "days ago": ({"last_activity.more_than_days_ago": "1"}, dated("more_than_days_ago", 1)),
    "a day": ({"last_activity.after": "2026-11-20"}, dated("after", "2026-11-20")),
    "a segment": ({"segment": "Of Iris"}, {"type": "segment", "segment": "Of Iris"}),
    "no segment": ({"segment.none": "Of Iris"}, negated({"type": "segment", "segment": "Of Iris"})),
    "two of them": (
        {"tag": "vip", "city.contains": "sea"},
        {"type": "and", "conditions": [tagged("vip"), matching("city", "contains", "sea")]},
    ),
}
"""The filters of a list and the equal condition of a segment, by description."""


def test_filters_and_segments_agree_on_every_kind_of_filter(world: Segmented) -> None:
    assert ask(world, "POST", "lists", {"name": "Fair"}).status == 201
    for part in ("tags/vip", "lists/Fair", "classes/gold"):
        assert ask(world, "PUT", f"profiles/{ZOE}/{part}").status == 200
    assert ask(world, "PUT", f"profiles/{YAN}/tags/new").status == 200
    assert ask(world, "PUT", f"profiles/{ZOE}/responsible", {"user": "iris"}).status == 200
    until = {"state": "granted", "expires_at": iso(world.shop.clock.now + DAY_MS)}
    assert ask(world, "PUT", f"profiles/{ZOE}/consents/email", until).status == 200
    assert ask(world, "PUT", f"profiles/{YAN}/consents/email", {"state": "denied"}).status == 200
    world.shop.send("identify", userId="xia")
    world.make("Of Iris", BY_IRIS)
    conditions = {f"With {name}": condition for name, (_, condition) in SAME.items()}
    for name, (query, condition) in SAME.items():
        if (other := converted(world, **query)) != condition:
            conditions[f"Converted {name}"] = other
    segments = world.make_all(conditions)
    seen: dict[str, set[frozenset[str]]] = {name: set() for name in SAME}
    for _ in range(3):
        for name, (query, _) in SAME.items():
            found = listed(world, **query)
            for way in ("With", "Converted"):
                if segment := segments.get(f"{way} {name}"):
                    assert world.of(segment) == found, f"{way} {name}"
            seen[name].add(frozenset(found))
        world.later(days=1)
    assert all(any(found for found in days) for days in seen.values()), "each of them found a customer"


def test_a_converted_filter_names_tags_and_lists(world: Segmented) -> None:
    made = {kind: ask(world, "POST", kind, {"name": "Fair"}).body["id"] for kind in ("tags", "lists")}
    by_id = converted(world, tag=made["tags"], **{"list.none": made["lists"]})
    assert by_id == converted(world, tag="fair", **{"list.none": "FAIR"})
    assert by_id["conditions"] == [tagged("Fair"), negated({"type": "list", "list": "Fair"})]


def test_a_converted_filter_counts_the_listed_customers(world: Segmented) -> None:
    world.shop.send("page", anonymousId="browser-2")
    for query in (
        {"kind": "recognised"},
        {"kind": "anonymous"},
        {"kind": "recognised", "city.contains": "sea"},
    ):
        condition = converted(world, **query)
        preview = ask(world, "POST", "segments/preview", {"condition": condition})
        listed_now = ask(world, "GET", "profiles", query=query).body["profiles"]
        assert preview.body["count"] == len(listed_now) > 0, query


@pytest.mark.parametrize(
    ("filters", "code", "named"),
    [
        ({"name": "Ada", "city": "Rome"}, "no_segment_equivalent", "name"),
        ({"email.contains": "@"}, "no_segment_equivalent", "email.contains"),
        ({"kind": "deleted"}, "no_segment_equivalent", "kind"),
        ({"tag": "nothing"}, "unknown_tag", "tag"),
        ({"list.none": "nothing"}, "unknown_list", "list"),
        ({"segment": "nothing"}, "unknown_segment", "segment"),
        ({}, "invalid_request", "filter"),
        ({"cty": "Rome"}, "invalid_request", "cty"),
        ({"created.after": "soon"}, "invalid_request", "created.after"),
        (
            {f"{field}.contains": [str(n) for n in range(100)] for field in TEXTS},
            "too_many_conditions",
            "at most 500 conditions",
        ),
    ],
)
def test_a_filter_without_an_equivalent_condition_is_refused(
    world: Segmented, filters: dict[str, Any], code: str, named: str
) -> None:
    answer = ask(world, "POST", "segments/from-filter", {"filter": filters})
    assert (answer.status, named in str(answer.body)) == (400, True), answer.body
    assert code in str(answer.body), answer.body
