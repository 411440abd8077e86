"""The card, conditions, expressions and exports read the same typed value of an attribute, in each sent format."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from crm.domain.api_key import SYSTEM
from crm.domain.identity import Identity, profile_id
from crm.domain.unsubscribe import addressee
from crm.services.definitions import attributes
from crm.services.profiles import people
from crm.settings import settings
from tests.support.segmented_shop import Segmented, ask, made
from tests.support.shop import Shop
from tests.support.stage import ENVIRONMENT
from tests.support.thoroughness import some_of

NAMESPACE = UUID(ENVIRONMENT["IDENTITY_NAMESPACE"])
ZOE = profile_id(NAMESPACE, Identity("user_id", "zoe"))
DECLARED: tuple[dict[str, Any], ...] = (
    {"name": "joined", "type": "datetime"},
    {"name": "sizes", "type": "list"},
    {"name": "day", "type": "date"},
    {"name": "vip", "type": "boolean"},
    {"name": "spent", "type": "number"},
    {"name": "tier", "type": "choice", "choices": ["Gold", "Silver"]},
)


@pytest.fixture
def world(shop: Shop) -> Segmented:
    shop.prepared(declared)
    return Segmented(shop)


def declared(shop: Shop) -> None:
    segmented = Segmented(shop)
    for one in DECLARED:
        made(segmented, "attributes", one)


def matching(name: str, operator: str, value: Any = None) -> dict[str, Any]:
    given = {"type": "attribute", "name": name, "operator": operator}
    return given if value is None else given | {"value": value}


def on_date(attribute: str, operator: str, value: Any, **more: Any) -> dict[str, Any]:
    return {"type": "date", "attribute": attribute, "operator": operator, "value": value, **more}


READ: tuple[tuple[str, Any, Any, list[dict[str, Any]], list[dict[str, Any]]], ...] = (
    (
        "joined",
        1_760_000_000,
        "2025-10-09T08:53:20.000Z",
        [
            matching("joined", "greater", "2025-10-08"),
            matching("joined", "equals", "2025-10-09"),
            matching("joined", "equals", "1760000000"),
            matching("joined", "between", ["2025-10-09T08:00:00Z", "2025-10-09T11:00:00+02:00"]),
            on_date("joined", "on", "2025-10-09"),
        ],
        [matching("joined", "empty"), matching("joined", "less", "2025-10-09")],
    ),
    (
        "sizes",
        "S;M",
        ["S", "M"],
        [matching("sizes", "equals", "m"), matching("sizes", "one_of", ["XL", "S"])],
        [matching("sizes", "equals", "S;M"), matching("sizes", "not_equals", "S")],
    ),
    (
        "sizes",
        ["S", None, ""],
        ["S"],
        [matching("sizes", "equals", "s"), matching("sizes", "not_empty")],
        [matching("sizes", "empty"), matching("sizes", "not_equals", "S")],
    ),
    (
        "phone",
        "+49 30 1234567",
        "+49301234567",
        [matching("phone", "equals", "+49 (0)30 1234567"), matching("phone", "contains", "30 123")],
        [matching("phone", "not_equals", "+49301234567")],
    ),
    (
        "day",
        "1990-05-12T00:00:00+02:00",
        "1990-05-12",
        [
            matching("day", "equals", "1990-05-12T00:00:00Z"),
            matching("day", "one_of", ["12.05.1990"]),
            matching("day", "at_most", "1990-05-12"),
            on_date("day", "on", "1990-05-12T00:00:00Z"),
        ],
        [matching("day", "not_equals", "1990-05-12"), on_date("day", "before", "1990-05-12")],
    ),
    (
        "vip",
        "yes",
        True,
        [matching("vip", "equals", "true"), matching("vip", "equals", 1), matching("vip", "one_of", [True])],
        [matching("vip", "equals", "no"), matching("vip", "not_equals", True)],
    ),
    (
        "spent",
        "1.234,56",
        1234.56,
        [matching("spent", "equals", "1,234.56"), matching("spent", "less", "€ 1.235,00")],
        [matching("spent", "less", 100), matching("spent", "not_equals", 1234.56)],
    ),
    (
        "tier",
        " gold",
        "Gold",
        [matching("tier", "equals", "GOLD"), matching("tier", "not_equals", "silver")],
        [matching("tier", "one_of", ["Silver"])],
    ),
    (
        "spent",
        "a lot",
        "a lot",
        [matching("spent", "not_empty"), matching("spent", "not_equals", 5)],
        [matching("spent", "contains", "lot"), matching("spent", "greater", 0), matching("spent", "empty")],
    ),
)  # fmt: skip


@pytest.mark.parametrize(("name", "sent", "shown", "found", "missed"), READ)
def test_conditions_match_the_value_shown_on_the_profile(
    world: Segmented, name: str, sent: Any, shown: Any, found: list[Any], missed: list[Any]
) -> None:
    world.shop.send("identify", userId="zoe", traits={name: sent})
    assert ask(world, "GET", f"profiles/{ZOE}").body["attributes"][name] == shown
    tried = [(condition, {ZOE}) for condition in found] + [(condition, set()) for condition in missed]
    for number, (condition, expected) in enumerate(some_of(tried, start=len(name), one_in=3)):
        shown_now = ask(world, "POST", "segments/preview", {"condition": condition}).body
        assert shown_now["count"] == len(expected), condition
        segment = made(world, "segments", {"name": f"Number {number}", "condition": condition})
        assert world.of(segment["id"]) == expected, condition
        reported = ask(world, "GET", f"profiles/{ZOE}/segments/{segment['id']}/explain").body
        assert reported["holds"] is bool(expected)
        if condition["type"] == "attribute":
            assert reported["tree"]["evidence"]["value"] == shown


def test_expressions_read_the_typed_value(world: Segmented) -> None:
    world.shop.send(
        "identify",
        userId="zoe",
        traits={"spent": "1.234,56", "vip": "yes", "sizes": "S;M", "day": 642_470_400},
    )
    texts = {
        "double_spent": "attributes.spent * 2.0",
        "is_vip": "attributes.vip == true",
        "size_count": "double(size(attributes.sizes))",
        "born": "attributes.day",
    }
    for name, text in texts.items():
        made(world, "expressions", {"name": name, "text": text})
    shown = ask(world, "GET", f"profiles/{ZOE}/values").body["expressions"]
    assert shown == {"double_spent": 2469.12, "is_vip": True, "size_count": 2, "born": "1990-05-12"}


def test_changing_the_type_reevaluates_stored_values(world: Segmented) -> None:
    made(world, "attributes", {"name": "sign", "type": "text"})
    world.shop.send("identify", userId="zoe", traits={"sign": "a;b"})
    segment = world.make("B", matching("sign", "equals", "b"))
    assert world.of(segment) == set()
    assert ask(world, "PATCH", "attributes/sign", {"type": "list"}).status == 200
    world.later(minutes=2)
    assert world.of(segment) == {ZOE} == world.entered(segment)
    assert ask(world, "PATCH", "attributes/sign", {"type": "number"}).status == 200
    world.later(minutes=2)
    assert world.of(segment) == set() == world.entered(segment)


def test_changing_the_phone_region_reevaluates_national_numbers(
    world: Segmented, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.shop.send("identify", userId="zoe", traits={"phone": "030 1234567"})
    segment = world.make("Reached", matching("phone", "equals", "+49301234567"))
    assert world.of(segment) == set()
    with monkeypatch.context() as patch:
        patch.setenv("PHONE_REGION", "DE")
        settings.cache_clear()
        world.later(minutes=2)
        assert world.of(segment) == {ZOE}
        assert attributes.attribute_reader().shown("phone", "030 1234567") == "+49301234567"
    settings.cache_clear()


@pytest.mark.parametrize(
    ("given", "field", "right"),
    [
        (matching("day", "equals", "soon"), "value", "day is a date: the value must be a date: 2026-11-21"),
        (matching("day", "greater", True), "value", "must be a date"),
        (matching("joined", "between", ["2026-01-01", "x"]), "value.1", "2026-11-21T19:30:00+01:00"),
        (matching("vip", "equals", "perhaps"), "value", "must be true or false"),
        (matching("vip", "greater", 1), "value", "vip is a boolean"),
        (matching("spent", "one_of", [1, "1,234"]), "value.1", "is ambiguous"),
        (matching("spent", "less", "2026-01-01"), "value", "spent is a number: the value must be a number"),
        (matching("tier", "one_of", ["Gold", "Bronze"]), "value.1", "must be one of Gold, Silver"),
        (matching("phone", "equals", "call me"), "value", "with its country code"),
        (matching("email", "equals", "ada"), "value", "ada@example.com"),
        (matching("email", "less", 5), "value", "use equals or one_of"),
        (on_date("vip", "on", "2026-01-01"), "attribute", "vip is of type boolean"),
        (on_date("spent", "exactly_days_ago", 3), "attribute", "date, datetime or text"),
        (on_date("day", "on", "soon"), "value", "takes a date"),
    ],
)  # fmt: skip
def test_operands_of_another_type_are_refused(
    world: Segmented, given: dict[str, Any], field: str, right: str
) -> None:
    nested = {"type": "or", "conditions": [{"type": "kind", "kind": "recognised"}, given]}
    answer = ask(world, "POST", "segments", {"name": "Wrong", "condition": nested})
    assert answer.status == 400, answer.body
    (error,) = answer.body["details"]["errors"]
    assert error["field"] == f"condition.conditions.1.{field}"
    assert right in error["message"]


def test_paths_select_an_array_entry_by_index(world: Segmented) -> None:
    products = [{"sku": "A-1", "price": "1.234,50"}, {"sku": "B-2", "price": 5}]
    world.shop.send("track", userId="zoe", event="Order Completed", properties={"products": products})

    def bought(path: str, value: Any) -> set[str]:
        where = [{"property": path, "operator": "equals", "value": value}]
        condition = {"type": "event", "event": "Order Completed", "where": where}
        return world.of(world.make(f"{path} {value}", condition))

    assert bought("products.0.sku", "A-1") == {ZOE}
    assert bought("products.0.sku", "B-2") == set()
    assert bought("products.1.price", 5) == {ZOE}
    assert bought("products.2.sku", "A-1") == set()
    assert bought("products.sku", "B-2") == {ZOE}
    assert bought("products.price", 1234.5) == {ZOE}
    total = {"name": "prices", "event": "Order Completed", "function": "sum", "property": "products.price"}
    made(world, "aggregates", total)
    assert ask(world, "GET", f"profiles/{ZOE}/values").body["aggregates"] == {"prices": 1239.5}


def test_a_merge_preview_reports_no_conflict_for_equal_values_in_another_format(world: Segmented) -> None:
    world.shop.send(
        "identify", userId="zoe", traits={"phone": "+49 (0)30 1234567", "sizes": "S;M", "spent": "5"}
    )
    world.shop.send(
        "identify", userId="yan", traits={"phone": "+49301234567", "sizes": ["S", "M"], "spent": 6}
    )
    yan = profile_id(NAMESPACE, Identity("user_id", "yan"))
    path = f"profiles/{ZOE}/merge"
    reported = ask(world, "POST", path, {"profiles": [yan]}, query={"dry_run": "true"}).body
    assert {conflict["attribute"] for conflict in reported["conflicts"]} == {"spent"}
    assert reported["attributes"]["sizes"]["value"] == ["S", "M"]


def test_a_phone_number_in_any_format_finds_its_owner(world: Segmented) -> None:
    numbers = ("+49 30 1234567", "+49 170 1234567")
    for number in numbers:
        world.shop.send("identify", userId="zoe", traits={"phone": number})
    person = people.find(ZOE, SYSTEM)
    owners = {member.identity.value: member.id for member in person.members if member.identity}
    chosen = addressee(person.members, "sms", "", attributes.attribute_reader())
    assert chosen.id == owners["+491701234567"] != ZOE
