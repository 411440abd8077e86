"""Emails and phones in cells, and which of them identify a row."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.identity import EMAIL, PHONE, normalise
from crm.domain.imports.contacts import emails_in, phones_in
from tests.support.imported_rows import read


@pytest.mark.parametrize(
    ("cell", "addresses"),
    [
        ("John Smith <na1@example.com>", ["na1@example.com"]),
        ('"Smith, John" <na1@example.com>', ["na1@example.com"]),
        ("<na1@example.com>", ["na1@example.com"]),
        ("mailto:na2@example.com?subject=Hello", ["na2@example.com"]),
        ("[na2@example.com](mailto:na2@example.com)", ["na2@example.com"]),
        ("na3@example.com; na4@example.com", ["na3@example.com", "na4@example.com"]),
        ("na3@example.com, na4@example.com,", ["na3@example.com", "na4@example.com"]),
        ("na3@example.com / NA4@example.com", ["na3@example.com", "na4@example.com"]),
        ("na3@example.com ::: na4@example.com", ["na3@example.com", "na4@example.com"]),
        ("na3@example.com\nna4@example.com", ["na3@example.com", "na4@example.com"]),
        ("na3@example.com na3@example.com", ["na3@example.com"]),
        ("Ann <a@example.com>; Bob <b@example.com>", ["a@example.com", "b@example.com"]),
        ("a@example.com (work)", ["a@example.com"]),
        ("private: a@example.com; work: b@example.com", ["a@example.com", "b@example.com"]),
        ("a@example.com.", ["a@example.com"]),
        ("a @ example.com", ["a@example.com"]),
        ("a\u200b@example.com", ["a@example.com"]),
        ("-", []),
        ("none", []),
        ("k.A.", []),
    ],
)
def test_emails_are_extracted_from_other_text(cell: str, addresses: list[str]) -> None:
    assert list(emails_in(cell)) == addresses


@pytest.mark.parametrize(
    "cell", ["ada", "ada@", "call ada@example.com today", "a@example.com; b@", "x@y@example.com"]
)
def test_a_cell_without_a_valid_email_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match="must be an email address"):
        emails_in(cell)


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("+49 30 123456 ::: +49 171 1234567", ["+4930123456", "+491711234567"]),
        ("+49 30 123456; +49 171 1234567", ["+4930123456", "+491711234567"]),
        ("+49 30 123456 / +49 171 1234567", ["+4930123456", "+491711234567"]),
        ("+1-212-555-0100 or +1-212-555-0101", ["+12125550100", "+12125550101"]),
        ("030 123456 / 0171 1234567", ["+4930123456", "+491711234567"]),
        ("0049 171 1234567", ["+491711234567"]),
        ("Tel.: +49 171 1234567", ["+491711234567"]),
        ("+49 171 1234567 (privat)", ["+491711234567"]),
        ("\u202a+49 171 1234567\u202c", ["+491711234567"]),
        ("0171/1234567", ["+491711234567"]),
        ("+49 30 / 123456", ["+4930123456"]),
        ("call me", []),
    ],
)
def test_phones_are_extracted_from_other_text(cell: str, numbers: list[str]) -> None:
    assert list(phones_in(cell, "DE")) == numbers


def test_an_international_prefix_needs_no_region() -> None:
    assert phones_in("0049 171 1234567", None) == ("+491711234567",)
    assert phones_in("0171 1234567", None) == ()


@given(st.text(alphabet=st.sampled_from("ab@.;,<> :()/|+049"), max_size=40))
def test_every_extracted_value_is_a_valid_identity(cell: str) -> None:
    assert all(normalise(PHONE, number) for number in phones_in(cell, "DE"))
    try:
        found = emails_in(cell)
    except ValueError:
        return
    assert all(normalise(EMAIL, address) == (EMAIL, address) for address in found)


def test_all_values_of_a_cell_are_kept() -> None:
    header = "Name,Given Name,Group Membership,E-mail 1 - Value,Phone 1 - Value"
    row = [
        *("Ann Smith", "Ann", "* My Contacts ::: Family"),
        *("gm1@example.com ::: gm2@example.com ::: gm3@example.com", "+49 30 123456 ::: +49 171 1234567"),
    ]
    (found,) = read(header, row).rows
    assert [identity.value for identity in found.identities] == ["gm1@example.com", "+4930123456"]
    assert found.tags == ("Family",)
    assert found.attributes == {
        "name": "Ann Smith",
        "first_name": "Ann",
        "email": "gm1@example.com",
        "phone": "+4930123456",
        "additional_emails": "gm2@example.com;gm3@example.com",
        "additional_phones": "+491711234567",
    }


def test_a_second_email_column_identifies_rows_without_the_first() -> None:
    result = read(
        "Name,Email,Email",
        ["Bob", "te1@example.com", "te2@example.com"],
        ["Ann", "", "te3@example.com"],
        ["Eve", "NULL", "Eve <te4@example.com>"],
        ["Nil", "", ""],
    )
    assert [[identity.value for identity in row.identities] for row in result.rows] == [
        ["te1@example.com"],
        ["te3@example.com"],
        ["te4@example.com"],
    ]
    assert [row.attributes["email"] for row in result.rows] == [
        "te1@example.com",
        "te3@example.com",
        "te4@example.com",
    ]
    assert result.rows[0].attributes["email_2"] == "te2@example.com"
    assert [bad.code for bad in result.bad] == ["no_identity"]


def test_the_email_of_a_manager_is_no_identity() -> None:
    result = read("Name,Email,Manager email", ["Ann", "", "boss@example.com"], ["Bob", "b@example.com", ""])
    assert [bad.code for bad in result.bad] == ["no_identity"]


def test_a_mobile_number_alone_identifies_a_row() -> None:
    result = read(
        "Name,Mobile,Email",
        ["Ann", "+491711234567", ""],
        ["Bob", "+491711234568", "mo2@example.com"],
        ["Eve", "0171 1", ""],
    )
    assert [[identity.value for identity in row.identities] for row in result.rows] == [
        ["+491711234567"],
        ["mo2@example.com"],
    ]
    assert [row.attributes["mobile"] for row in result.rows] == ["+491711234567", "+491711234568"]
    assert [bad.code for bad in result.bad] == ["no_identity"]


def test_a_null_email_leaves_the_phone_as_identity() -> None:
    (row,) = read("email,phone,first name", ["NULL", "+4930123456", "Ann"]).rows
    assert [identity.type for identity in row.identities] == ["phone"]
    assert row.attributes == {"phone": "+4930123456", "first_name": "Ann"}


def test_a_shared_phone_is_no_identity_in_a_file_with_emails() -> None:
    rows = [["Ann", "+49 30 123456", ""], ["Bob", "+49 30 123456", ""], ["Eve", "", "eve@example.com"]]
    result = read("Name,Business Phone,Email", *rows)
    assert [bad.code for bad in result.bad] == ["no_identity"] * 2
