"""The columns of an export of customers, and their values."""

from typing import Any

import pytest

from crm.domain.errors import InvalidInputError
from crm.domain.exports.columns import all_columns, checked_columns, export_row, varying

STANDARD = ["first_name", "city", "email", "phone"]
CUSTOM = ("loyalty_id",)


def shown(**changes: Any) -> dict[str, Any]:
    nothing: dict[str, Any] = dict.fromkeys(("responsible", "last_seen", "last_transaction_at", "totals"))
    profile = {"id": "p-1", "kind": "recognised", "first_seen": "2026-11-21T10:00:00.000Z", **nothing}
    empty: dict[str, Any] = {name: [] for name in ("tags", "lists", "segments", "classes", "identities")}
    return profile | empty | {"attributes": {}, "consents": {}} | changes


def identities(**values: list[str]) -> list[dict[str, str]]:
    return [{"type": type_, "value": value} for type_, found in values.items() for value in found]


def test_empty_values_are_left_out_of_a_row() -> None:
    assert export_row(shown(), CUSTOM) == {
        "id": "p-1",
        "kind": "recognised",
        "first_seen": "2026-11-21T10:00:00.000Z",
    }


def test_the_latest_address_identifies_the_customer() -> None:
    two = shown(identities=identities(email=["a@x.com", "b@x.com"]), attributes={"email": "b@x.com"})
    row = export_row(two, CUSTOM)
    assert (row["email"], row["other_emails"]) == ("b@x.com", ["a@x.com"])


def test_an_address_of_another_customer_is_not_exported_as_identity() -> None:
    row = export_row(
        shown(attributes={"email": "b@x.com"}, identities=identities(user_id=["1", "2"])), CUSTOM
    )
    assert "email" not in row
    assert (row["other_emails"], row["user_id"], row["other_user_ids"]) == (["b@x.com"], "1", ["2"])


def test_an_attribute_cannot_replace_a_built_in_column() -> None:
    given = {"orders": 5, "consent:email": "x", "attribute:a": 1, "shoe size": 41, "other_emails": "y"}
    row = export_row(
        shown(attributes=given, totals={"orders": 2}, consents={"email": {"state": "denied"}}), CUSTOM
    )
    assert (row["orders"], row["attribute:orders"], row["consent:email"]) == (2, 5, "denied")
    assert (row["attribute:consent:email"], row["attribute:attribute:a"]) == ("x", 1)
    assert (row["shoe size"], row["attribute:other_emails"]) == (41, "y")


def test_columns_are_in_a_fixed_order() -> None:
    filled = {"zebra", "city", "first_name", "consent:sms", "consent:email", "attribute:id", "other_emails"}
    assert all_columns(filled, STANDARD, CUSTOM) == [
        *("id", "kind", "user_id", "email", "other_emails", "phone", "loyalty_id", "anonymous_id"),
        *(
            "first_name",
            "city",
            "attribute:id",
            "zebra",
            "tags",
            "lists",
            "segments",
            "classes",
            "responsible",
        ),
        *("consent:email", "consent:sms", "first_seen", "last_seen", "last_transaction_at"),
        *("activities", "orders", "revenue"),
    ]


def test_every_value_of_a_row_has_a_column() -> None:
    everything = shown(
        identities=identities(email=["a@x.com", "b@x.com"], loyalty_id=["1"], anonymous_id=["b1", "b2"]),
        attributes={"city": "Lugo", "Ünïted": 1, "email": "c@x.com", "kind": "x"},
        consents={"email:news": {"state": "granted"}},
        totals={"activities": 1, "orders": 0, "revenue": 0.0},
        tags=["VIP"],
    )
    row = export_row(everything, CUSTOM)
    columns = all_columns(set(varying(row, CUSTOM)), STANDARD, CUSTOM)
    assert set(row) <= set(columns)
    assert len(columns) == len(set(columns))


def test_known_columns_are_accepted_once_each() -> None:
    asked = [
        "city",
        "attribute:shoe size",
        "attribute:orders",
        "consent:sms:news",
        "other_emails",
        "id",
        "city",
    ]
    assert checked_columns(asked, STANDARD, CUSTOM) == [
        *("city", "shoe size", "attribute:orders", "consent:sms:news", "other_emails", "id"),
    ]


@pytest.mark.parametrize(
    ("name", "reported"),
    [
        ("emial", "emial is not a column: did you mean email?"),
        ("loyalty", ": did you mean loyalty_id?"),
        ("shoes", "Export an undeclared attribute as attribute:shoes"),
    ],
)
def test_an_unknown_column_is_refused_with_a_suggestion(name: str, reported: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        checked_columns(["city", name], STANDARD, CUSTOM)
    assert reported in refused.value.message
    assert [error["field"] for error in refused.value.details["errors"]] == ["columns"]
