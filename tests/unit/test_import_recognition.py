"""How a column is recognised: by its name, by its cells, by the other columns and by declared attributes."""

import uuid

import pytest

from crm.domain.attribute import Attribute
from crm.domain.imports.columns import UNKNOWN_CONFIDENCE, recognise
from crm.domain.standard_attributes import STANDARD
from tests.support.recognised_columns import expect, filled, suggestions


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("email,Full Name", {"Full Name": "name"}),
        ("email,Name,Vorname", {"Name": "last_name", "Vorname": "first_name"}),
        ("email,Name,First Name,Last Name", {"Name": "name"}),
        ("email,Nom", {"Nom": "name"}),
        ("email,Address", {"Address": "address"}),
        ("email,Address,City", {"Address": "street"}),
        ("email,Address,Address 2,City", {"Address": "street", "Address 2": "street"}),
        ("email,Address 2", {"Address 2": "address_2"}),
        ("email,Street,Address,City", {"Street": "street", "Address": "address"}),
        ("email,Home Phone", {"Home Phone": "phone"}),
        ("First Name,Mobile", {"Mobile": "identity phone"}),
        ("email,Mobile", {"Mobile": "mobile"}),
        ("email,state", {"state": "region"}),
        ("email,crm_id", {"crm_id": "identity crm_id"}),
        ("email,Contact ID,id", {"Contact ID": "contact_id", "id": "id"}),
        ("email,Shoe Size,Shoe size", {"Shoe Size": "shoe_size", "Shoe size": "shoe_size_2"}),
        ("email,!,", {"!": "column_2"}),
        ("email,First Name,Vorname", {"First Name": "first_name", "Vorname": "vorname"}),
    ],
)
def test_other_columns_decide_what_a_column_fills(header: str, expected: dict[str, str]) -> None:
    expect(filled(header), expected)


@pytest.mark.parametrize(
    ("column", "cells", "expected"),
    [
        ("column 1", ["ada@example.com", "bob@example.com"], "identity email"),
        ("column 1", ["+49 30 1234567", "+1 212 555 0100"], "identity phone"),
        ("E-Mail", ["yes", "no"], "consent email"),
        ("Newsletter", ["ja", "nein", ""], "consent email"),
        ("Newsletter", ["weekly", "monthly"], "newsletter"),
        ("Status", ["subscribed", "cleaned"], "consent email"),
        ("Status", ["active", "inactive"], "status"),
        ("Birthday", ["05/04", "12/24"], "birthday_text"),
        ("Birthday", ["05/04/1990", "12/24/1985"], "birthday"),
        ("Gender", ["f", "m", "unknown"], "gender"),
        ("Gender", ["7", "8"], "gender_text"),
        ("Points", ["many", "few"], "points"),
    ],
)
def test_cells_decide_what_a_column_fills(column: str, cells: list[str], expected: str) -> None:
    rows = [[cell, f"user-{number}"] for number, cell in enumerate(cells)]
    assert filled(f"{column},user_id", *rows)[column] == expected


def test_filled_columns_precede_empty_ones() -> None:
    found = filled("email,Business City,Home City", ["a@example.com", "", "Berlin"])
    expect(found, {"Business City": "business_city", "Home City": "city"})


def test_own_exports_are_read_back() -> None:
    header = (
        "id,kind,email,other_emails,other_crm_ids,title,address,city,shoe_size,tags,consent:email,"
        "consent:sms:offers,first_seen,orders,attribute:orders,lists"
    )
    expect(
        filled(header),
        {
            "id": "ignore",
            "kind": "ignore",
            "email": "identity email",
            "other_emails": "ignore",
            "other_crm_ids": "ignore",
            "title": "title",
            "address": "address",
            "shoe_size": "shoe_size",
            "tags": "tags",
            "consent:email": "consent email",
            "consent:sms:offers": "consent sms:offers",
            "first_seen": "ignore",
            "orders": "ignore",
            "attribute:orders": "orders",
            "lists": "ignore",
        },
    )


@pytest.mark.parametrize(
    "header",
    [
        "email,first_name,orders,revenue",
        "id,kind,email,orders,revenue,last_seen",
        "id,email,name,first_seen,last_seen,lists,segments",
        "email,consent:email,consent:sms,consent:push,orders,last_seen",
    ],
)
def test_built_in_names_in_files_of_other_systems_are_kept(header: str) -> None:
    found = filled(header)
    kept = ("id", "kind", "orders", "revenue", "first_seen", "last_seen", "lists")
    assert {found[name] for name in kept if name in found} == {name for name in kept if name in found}


@pytest.mark.parametrize(
    ("column", "attribute"),
    [
        ("\u0e0a\u0e37\u0e48\u0e2d", "\u0e0a\u0e37\u0e48\u0e2d"),
        ("Th\u00e0nh ph\u00f4\u0301", "th\u00e0nh_ph\u1ed1"),
        ("\u0936\u0939\u0930 / 2", "\u0936\u0939\u0930_2"),
        ("Shoe-size (EU)", "shoe_size_eu"),
    ],
)
def test_attribute_names_keep_combining_marks(column: str, attribute: str) -> None:
    assert filled(f"email,{column}")[column] == attribute


def test_profile_ids_are_recognised_by_their_format() -> None:
    ours, other = str(uuid.uuid5(uuid.NAMESPACE_DNS, "a")), str(uuid.uuid4())
    assert filled("id,email", [ours, "a@example.com"])["id"] == "profile_id"
    assert filled("id,email", [other, "a@example.com"])["id"] == "id"


def test_a_corrected_report_can_be_imported() -> None:
    found = filled("E-Mail,import_line,import_code,import_error")
    assert found == dict.fromkeys(("import_line", "import_code", "import_error"), "ignore") | {
        "E-Mail": "identity email"
    }


def test_declared_attributes_are_found_by_name_and_label() -> None:
    declared = STANDARD | {"shoe_size": Attribute("shoe_size", "Schuhgröße", "number")}
    found = recognise(["email", "SCHUHGRÖSSE", "Shoe Size"], [], declared, ())
    assert [known.target.name for known in found] == ["email", "shoe_size", "shoe_size_2"]


def test_an_archived_attribute_is_not_filled() -> None:
    declared = STANDARD | {"fax": Attribute("fax", "Fax", archived=True)}
    assert recognise(["email", "Fax"], [["a@example.com", "1"]], declared, ())[1].target.name == "fax_text"


def test_confidence_is_high_for_certain_columns() -> None:
    exact, alias, unknown = suggestions("email,Postcode,Favourite colour")
    assert exact.confidence > alias.confidence > unknown.confidence == UNKNOWN_CONFIDENCE
    assert all(known.why for known in (exact, alias, unknown))


def test_columns_of_event_files_are_recognised() -> None:
    header = "Event,Order Date,Customer ID,Email,Total,City,Event ID"
    assert filled(header, kind="events") == {
        "Event": "event",
        "Order Date": "time",
        "Customer ID": "identity user_id",
        "Email": "identity email",
        "Total": "property Total",
        "City": "property City",
        "Event ID": "message_id",
    }
