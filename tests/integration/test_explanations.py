"""Explanations of each type of condition: the result, the deciding values and the events that count."""

from __future__ import annotations

from typing import Any

import pytest

from crm.domain.conditions.calendar_periods import PERIODS
from crm.domain.identity import Identity, profile_id
from tests.support.segmented_shop import NAMESPACE, Segmented, ask, made
from tests.support.shop import Shop
from tests.support.thoroughness import some_of

ANA, NEW = (profile_id(NAMESPACE, Identity("user_id", user)) for user in ("ana", "new"))
LOOKED, ADDED, ORDERED = ({"event": name} for name in ("Product Viewed", "Product Added", "Order Completed"))
DAYS = (
    {"within_days": 3},
    {"days_ago": [0, 3]},
    {"between": ["2026-01-01", "2027-12-31"]},
    {"after": "2026-01-01"},
    {"before": "2030-01-01"},
    {"on": "2026-11-21"},
    *({name: period} for name in ("this", "to_date", "last") for period in PERIODS),
)
HOURS = ({"within": {"hours": 72}}, {"hours_ago": [0, 72]}, {"minutes_ago": [0, 4000]})
MAIL = {"type": "consent", "channel": "email"}
PRICE = {"property": "price", "operator": "at_least", "value": 100}

COUNTED: list[tuple[dict[str, Any], list[str]]] = [
    *(({"type": "event", **ORDERED, "window": window}, ["Order Completed"]) for window in (*DAYS, *HOURS)),
    *(({"type": "first_time", **ADDED, "window": window}, ["Product Added"]) for window in (*DAYS, *HOURS)),
    *(({"type": "never", **ORDERED, "window": window}, ["Order Completed"]) for window in (*DAYS, *HOURS)),
    *(
        ({"type": "sequence", "first": ADDED, "then": ORDERED, "window": window}, [*ADDED.values()])
        for window in (*DAYS, *HOURS)
    ),
    ({"type": "sequence", "steps": [LOOKED, ADDED, ORDERED]}, ["Product Viewed", "Product Added"]),
    (
        {"type": "sequence", "first": LOOKED, "then": ORDERED, "without": {"event": "Email Opened"}},
        ["Product Viewed"],
    ),
    ({"type": "sequence", "first": ADDED, "then_not": ORDERED, "within": {"hours": 1}}, ["Product Added"]),
    ({"type": "stopped", **ORDERED, "quiet_days": 1, "active_days": 30}, ["Order Completed"]),
    (
        {"type": "event", **ORDERED, "where": [{"type": "entry", "property": "products", "where": [PRICE]}]},
        ["Order Completed"],
    ),
    (
        {"type": "event", "events": ["Product Viewed", "Product Added"], "value": 2},
        ["Product Viewed", "Product Added"],
    ),
    (
        {"type": "event", **ORDERED, "function": "distinct_values", "property": "products.sku"},
        ["Order Completed"],
    ),
    ({"type": "top", "percent": 50, "aggregate": "revenue"}, ["Order Completed"]),
    (
        {"type": "value", "aggregate": "revenue", "operator": "at_least", "value": 100},
        ["Order Completed"],
    ),
]
PLAIN: list[dict[str, Any]] = [
    {"type": "random_share", "percent": 50, "seed": "x"},
    {"type": "attribute", "name": "city", "operator": "not_empty"},
    {**MAIL, "state": "granted"},
    *({**MAIL, "state": state, "window": w} for state in ("granted", "denied", "expired") for w in DAYS),
    {"type": "kind", "kind": "recognised"},
    {"type": "responsible", "user": None},
    *(
        {"type": "date", "attribute": "birthday", "yearly": yearly, "operator": operator, "value": period}
        for yearly in (True, False)
        for operator in ("this", "last", "next")
        for period in PERIODS
    ),
]


@pytest.fixture
def world(shop: Shop) -> Segmented:
    shop.prepared(two_customers)
    return Segmented(shop)


def two_customers(shop: Shop) -> None:
    """Create Ana, who meets all conditions, and another customer, who meets none."""
    revenue = {"function": "sum", "property": "revenue"}
    made(Segmented(shop), "aggregates", {"name": "revenue", **ORDERED, **revenue})
    mail = {"consent": {"categoryPreferences": {"email": True}}}
    shop.send("identify", userId="ana", traits={"birthday": "1990-11-30"}, context=mail)
    shop.send("identify", userId="new", traits={})
    for name in ("Product Viewed", "Product Added", "Order Completed"):
        products = [{"sku": "A-1", "price": "1.234,50"}]
        shop.send("track", userId="ana", event=name, properties={"products": products, "revenue": "1.234,50"})


def explained(world: Segmented, conditions: list[dict[str, Any]], id_: str) -> list[dict[str, Any]]:
    """Return the explanations of several conditions from one request."""
    body = {"name": "All of it", "condition": {"type": "or", "conditions": conditions}}
    segment = made(world, "segments", body)["id"]
    explanation = ask(world, "GET", f"profiles/{id_}/segments/all-of-it/explain")
    assert explanation.status == 200, explanation.body
    assert explanation.body["member"] is explanation.body["holds"] is (id_ in world.of(segment))
    parts: list[dict[str, Any]] = explanation.body["tree"]["parts"]
    assert [part["condition"]["type"] for part in parts] == [each["type"] for each in conditions]
    return parts


@pytest.mark.parametrize("start", some_of(range(0, len(COUNTED), 10), one_in=3))
def test_evidence_of_counting_conditions_lists_events(world: Segmented, start: int) -> None:
    some = COUNTED[start : start + 10]
    for (condition, names), part in zip(some, explained(world, [one for one, _ in some], ANA), strict=True):
        found = {event["name"] for event in part["evidence"].get("events", [])}
        assert found <= {*names, "Order Completed"}, condition
        assert not part["holds"] or condition["type"] == "never" or found >= set(names), condition


@pytest.mark.parametrize("start", some_of(range(0, len(COUNTED), 10), start=1, one_in=3))
def test_evidence_of_an_inactive_customer_lists_no_events(world: Segmented, start: int) -> None:
    for part in explained(world, [one for one, _ in COUNTED[start : start + 10]], NEW):
        assert part["evidence"].get("events", []) == []
        assert part["holds"] is (part["condition"]["type"] == "never")


@pytest.mark.parametrize("id_", [ANA, NEW])
def test_evidence_of_other_conditions_has_the_deciding_value(world: Segmented, id_: str) -> None:
    for part in explained(world, PLAIN, id_):
        assert "value" in part["evidence"], part
        assert "events" not in part["evidence"], part


def test_evidence_of_a_consent_has_the_day_of_its_state(world: Segmented) -> None:
    granted = {**MAIL, "state": "granted", "window": {"within_days": 3}}
    (explanation,) = explained(world, [granted], ANA)
    evidence = {"value": "granted", "since": "2026-11-21", "from": "2026-11-19", "to": "2026-11-21"}
    assert (explanation["holds"], explanation["evidence"]) == (True, evidence)
    assert explanation["next_change"] == "2026-11-24T00:00:00.000Z"


@pytest.mark.parametrize("path", ["segments/nope", f"profiles/{ANA}/segments/nope/explain"])
def test_an_unknown_segment_is_not_found_by_name_slug_or_id(world: Segmented, path: str) -> None:
    explanation = ask(world, "GET", path)
    assert explanation.status == 404
    assert explanation.body["message"] == "there is no segment with this name, slug or id"


@pytest.mark.parametrize("sort", ["segments", "tags", "lists"])
def test_a_name_in_the_form_of_an_id_is_refused(world: Segmented, sort: str) -> None:
    prefix = {"segments": "seg", "tags": "tag", "lists": "list"}[sort]
    body = {"name": f"{prefix}_0123456789ab"} | ({"type": "static"} if sort == "segments" else {})
    explanation = ask(world, "POST", sort, body)
    assert explanation.status == 400
    assert explanation.body["message"].endswith(f"and must not look like an id ({prefix}_0123456789ab)")
