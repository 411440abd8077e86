"""What the card shows of an attribute is what conditions, expressions and exports read, however it was sent."""

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


def compared(name: str, operator: str, value: Any = None) -> dict[str, Any]:
    given = {"type": "attribute", "name": name, "operator": operator}
    return given if value is None else given | {"value": value}


def dated(attribute: str, operator: str, value: Any, **more: Any) -> dict[str, Any]:
    return {"type": "date", "attribute": attribute, "operator": operator, "value": value, **more}


READ: tuple[tuple[str, Any, Any, list[dict[str, Any]], list[dict[str, Any]]], ...] = (
    (
        "joined",
        1_760_000_000,
        "2025-10-09T08:53:20.000Z",
        [
            compared("joined", "greater", "2025-10-08"),
            compared("joined", "equals", "2025-10-09"),
            compared("joined", "equals", "1760000000"),
            compared("joined", "between", ["2025-10-09T08:00:00Z", "2025-10-09T11:00:00+02:00"]),
            dated("joined", "on", "2025-10-09"),
        ],
        [compared("joined", "empty"), compared("joined", "less", "2025-10-09")],
    ),
    (
        "sizes",
        "S;M",
        ["S", "M"],
        [compared("sizes", "equals", "m"), compared("sizes", "one_of", ["XL", "S"])],
        [compared("sizes", "equals", "S;M"), compared("sizes", "not_equals", "S")],
    ),
    (
        "sizes",
        ["S", None, ""],
        ["S"],
        [compared("sizes", "equals", "s"), compared("sizes", "not_empty")],
        [compared("sizes", "empty"), compared("sizes", "not_equals", "S")],
    ),
    (
        "phone",
        "+49 30 1234567",
        "+49301234567",
        [compared("phone", "equals", "+49 (0)30 1234567"), compared("phone", "contains", "30 123")],
        [compared("phone", "not_equals", "+49301234567")],
    ),
    (
        "day",
        "1990-05-12T00:00:00+02:00",
        "1990-05-12",
        [
            compared("day", "equals", "1990-05-12T00:00:00Z"),
            compared("day", "one_of", ["12.05.1990"]),
            compared("day", "at_most", "1990-05-12"),
            dated("day", "on", "1990-05-12T00:00:00Z"),
        ],
        [compared("day", "not_equals", "1990-05-12"), dated("day", "before", "1990-05-12")],
    ),
    (
        "vip",
        "yes",
        True,
        [compared("vip", "equals", "true"), compared("vip", "equals", 1), compared("vip", "one_of", [True])],
        [compared("vip", "equals", "no"), compared("vip", "not_equals", True)],
    ),
    (
        "spent",
        "1.234,56",
        1234.56,
        [compared("spent", "equals", "1,234.56"), compared("spent", "less", "€ 1.235,00")],
        [compared("spent", "less", 100), compared("spent", "not_equals", 1234.56)],
    ),
    (
        "tier",
        " gold",
        "Gold",
        [compared("tier", "equals", "GOLD"), compared("tier", "not_equals", "silver")],
        [compared("tier", "one_of", ["Silver"])],
    ),
    (
        "spent",
        "a lot",
        "a lot",
        [compared("spent", "not_empty"), compared("spent", "not_equals", 5)],
        [compared("spent", "contains", "lot"), compared("spent", "greater", 0), compared("spent", "empty")],
    ),
)  # fmt: skip


@pytest.mark.parametrize(("name", "sent", "shown", "found", "missed"), READ)
def test_conditions_find_what_the_card_shows(
    world: Segmented, name: str, sent: Any, shown: Any, found: list[Any], missed: list[Any]
) -> None:
    world.shop.send("identify", userId="zoe", traits={name: sent})
    assert ask(world, "GET", f"profiles/{ZOE}").body["attributes"][name] == shown
    for conditions, expected in ((found, {ZOE}), (missed, set())):
        for number, condition in enumerate(conditions):
            shown_now = ask(world, "POST", "segments/preview", {"condition": condition}).body
            assert shown_now["count"] == len(expected), condition
            segment = made(world, "segments", {"name": f"{expected} {number}", "condition": condition})
            assert world.of(segment["id"]) == expected, condition
            reported = ask(world, "GET", f"profiles/{ZOE}/segments/{segment['id']}/explain").body
            assert reported["holds"] is bool(expected)
            if condition["type"] == "attribute":
                assert reported["tree"]["evidence"]["value"] == shown


def test_expressions_read_the_same(world: Segmented) -> None:
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


def test_another_type_reads_the_same_value_again(world: Segmented) -> None:
    made(world, "attributes", {"name": "sign", "type": "text"})
    world.shop.send("identify", userId="zoe", traits={"sign": "a;b"})
    segment = world.make("B", compared("sign", "equals", "b"))
    assert world.of(segment) == set()
    assert ask(world, "PATCH", "attributes/sign", {"type": "list"}).status == 200
    world.later(minutes=2)
    assert world.of(segment) == {ZOE} == world.entered(segment)
    assert ask(world, "PATCH", "attributes/sign", {"type": "number"}).status == 200
    world.later(minutes=2)
    assert world.of(segment) == set() == world.entered(segment)


def test_another_region_reads_national_numbers_again(
    world: Segmented, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.shop.send("identify", userId="zoe", traits={"phone": "030 1234567"})
    segment = world.make("Reached", compared("phone", "equals", "+49301234567"))
    assert world.of(segment) == set()
    with monkeypatch.context() as patch:
        patch.setenv("PHONE_REGION", "DE")
        settings.cache_clear()
        world.later(minutes=2)
        assert world.of(segment) == {ZOE}
        assert attributes.reader().shown("phone", "030 1234567") == "+49301234567"
    settings.cache_clear()


@pytest.mark.parametrize(
    ("given", "field", "right"),
    [
        (compared("day", "equals", "soon"), "value", "day is a date: the value must be a date: 2026-11-21"),
        (compared("day", "greater", True), "value", "must be a date"),
        (compared("joined", "between", ["2026-01-01", "x"]), "value.1", "2026-11-21T19:30:00+01:00"),
        (compared("vip", "equals", "perhaps"), "value", "must be true or false"),
        (compared("vip", "greater", 1), "value", "vip is a boolean"),
        (compared("spent", "one_of", [1, "1,234"]), "value.1", "is ambiguous"),
        (compared("spent", "less", "2026-01-01"), "value", "spent is a number: the value must be a number"),
        (compared("tier", "one_of", ["Gold", "Bronze"]), "value.1", "must be one of Gold, Silver"),
        (compared("phone", "equals", "call me"), "value", "with its country code"),
        (compared("email", "equals", "ada"), "value", "ada@example.com"),
        (compared("email", "less", 5), "value", "use equals or one_of"),
        (dated("vip", "on", "2026-01-01"), "attribute", "vip is of type boolean"),
        (dated("spent", "exactly_days_ago", 3), "attribute", "date, datetime or text"),
        (dated("day", "on", "soon"), "value", "takes a date"),
    ],
)  # fmt: skip
def test_operands_that_the_type_does_not_have_are_refused(
    world: Segmented, given: dict[str, Any], field: str, right: str
) -> None:
    nested = {"type": "or", "conditions": [{"type": "kind", "kind": "recognised"}, given]}
    answer = ask(world, "POST", "segments", {"name": "Wrong", "condition": nested})
    assert answer.status == 400, answer.body
    (error,) = answer.body["details"]["errors"]
    assert error["field"] == f"condition.conditions.1.{field}"
    assert right in error["message"]


def test_paths_name_one_entry_by_its_place(world: Segmented) -> None:
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


def test_a_merge_hides_no_value_that_is_the_same_in_another_spelling(world: Segmented) -> None:
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


def test_the_link_of_a_number_is_for_its_owner_however_it_was_sent(world: Segmented) -> None:
    numbers = ("+49 30 1234567", "+49 170 1234567")
    for number in numbers:
        world.shop.send("identify", userId="zoe", traits={"phone": number})
    person = people.find(ZOE, SYSTEM)
    owners = {member.identity.value: member.id for member in person.members if member.identity}
    chosen = addressee(person.members, "sms", "", attributes.reader())
    assert chosen.id == owners["+491701234567"] != ZOE
