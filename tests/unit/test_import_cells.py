"""Cells as programs and people write them: guards of spreadsheets, words for nothing, several values in one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.delimited.rows import Rows
from crm.domain.identity import EMAIL, PHONE, normalise
from crm.domain.imports.contacts import emails_in, phones_in
from crm.domain.imports.mapping import DEFAULT
from crm.domain.imports.plan import read_plan
from crm.domain.imports.read_rows import Read, RowReader
from crm.domain.standard_attributes import STANDARD
from tests.support.thoroughness import part_of


def read(header: str, *rows: list[str], **more: Any) -> Read:
    names = header.split(",")
    plan = read_plan(DEFAULT, names, rows, STANDARD, (), **more)
    numbers = list(range(1, len(rows) + 1))
    return RowReader(replace(plan, today="2026-11-29"), STANDARD).read(Rows(list(rows), numbers, numbers, []))


def value_of(column: str, cell: str, name: str) -> Any:
    (row,) = read(f"email,{column}", ["a@example.com", cell]).rows
    return row.attributes.get(name)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('="00123"', "00123"),
        ('= "01067"', "01067"),
        ('=""', None),
        ("'07028", "07028"),
        ("'+49 30 123", "+49 30 123"),
        ("'90s", "'90s"),
        ("'t Hooft", "'t Hooft"),
        ("NULL", None),
        ("null", None),
        ("Null", "Null"),
        ("None", "None"),
        ("\\N", None),
        ("N/A", None),
        ("#N/A", None),
        ("#REF!", None),
        ("NaN", None),
        ("NaT", None),
        ("<NA>", None),
        ("n.a.", None),
        ("(blank)", None),
        ("-", None),
        ("--", None),
        ("\u2014", None),
        ("-1", "-1"),
        ("Baden-Baden", "Baden-Baden"),
        ("Nan", "Nan"),
        ("\u200bAnn\u200b", "Ann"),
        ("\ufeff", None),
        ("\u202aAnn\u202c", "Ann"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
    ],
)
def test_characters_added_by_spreadsheets_are_removed(cell: str, value: str | None) -> None:
    assert value_of("City", cell, "city") == value


@pytest.mark.parametrize(
    "cell", ["'7012345678901", '="7012345678901"', "7012345678901\u200b", "\u202d7012345678901"]
)
def test_ids_are_read_without_the_guards_of_spreadsheets(cell: str) -> None:
    (row,) = read("Customer ID", [cell]).rows
    assert [identity.value for identity in row.identities] == ["7012345678901"]


def test_cells_of_a_built_in_export_are_read_unchanged() -> None:
    header = "id,email,city,activities,classes,responsible"
    row = ["", "a@example.com", "NULL", "", "", ""]
    assert read(header, row).rows[0].attributes["city"] == "NULL"


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


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("12 May 1980", "1980-05-12"),
        ("May 12th, 1980", "1980-05-12"),
        ("12-May-80", "1980-05-12"),
        ("Mon, 12 May 1980 10:20:30 GMT", "1980-05-12"),
        ("1980-May-12", "1980-05-12"),
        ("12. Mai 1980", "1980-05-12"),
        ("1er mai 1980", "1980-05-01"),
        ("12 août 1980", "1980-08-12"),
        ("12 de mayo de 1980", "1980-05-12"),
        ("12 maggio 1980", "1980-05-12"),
        ("12 maja 1980 r.", "1980-05-12"),
        ("12 mei 1980", "1980-05-12"),
        ("12 de março de 1980", "1980-03-12"),
        ("12. května 1980", "1980-05-12"),
        ("12.05.80", "1980-05-12"),
        ("12.05.26", "2026-05-12"),
        ("12.12.26", "1926-12-12"),
        ("13/05/29", "1929-05-13"),
        ("29.02.28", "1928-02-29"),
        ("13-05-80", "1980-05-13"),
    ],
)
def test_birthdays_are_read_in_many_formats(cell: str, day: str) -> None:
    assert value_of("Birthday", cell, "birthday") == day


def test_an_unknown_month_is_refused() -> None:
    cells = ["12 May 1980", "1 June 1981", "12 Foo 1980", "May 1980"]
    result = read("email,Birthday", *([f"u{n}@example.com", cell] for n, cell in enumerate(cells)))
    assert [(bad.number, bad.code) for bad in result.bad] == [(3, "invalid_value")]
    assert result.warnings == {"incomplete_date": 1}


@pytest.mark.parametrize(
    "cell", ["--05-12", "05/12", "12.05.", "12 May", "May 12", "1980", "05/1980", "Mai 1980", "1604-05-12"]
)
def test_an_incomplete_birthday_is_left_out(cell: str) -> None:
    result = read("email,Birthday", ["a@example.com", "1980-05-12"], ["b@example.com", cell])
    assert [row.attributes.get("birthday") for row in result.rows] == ["1980-05-12", None]
    assert result.warnings == {"incomplete_date": 1}


@pytest.mark.parametrize(
    ("column", "cells", "genders"),
    [
        ("Sexo", ["V", "M"], ["male", "female"]),
        ("Género", ["Hombre", "V", "Mujer"], ["male", "male", "female"]),
        ("Sexo", ["M", "F"], ["male", "female"]),
        ("Geslacht", ["V", "M"], ["female", "male"]),
        ("Gender", ["varón", "mujer"], ["male", "female"]),
    ],
)
def test_v_means_male_in_spanish_columns_only(column: str, cells: list[str], genders: list[str]) -> None:
    result = read(f"email,{column}", *([f"u{n}@example.com", cell] for n, cell in enumerate(cells)))
    assert [row.attributes.get("gender") for row in result.rows] == genders


@pytest.mark.parametrize(
    ("cells", "genders"),
    [
        (["H", "M", "h", "m"], ["male", "female", "male", "female"]),
        (["M", "F"], ["male", "female"]),
        (["H", "F"], ["male", "female"]),
        (["m", "w", "d"], ["male", "female", "other"]),
        (["M", "K"], ["male", "female"]),
        (["Hombre", "Mujer"], ["male", "female"]),
        (["Herr", "Frau"], ["male", "female"]),
        (["unknown", "F", "prefer not to say"], [None, "female", None]),
    ],
)
def test_the_values_of_a_column_decide_how_genders_are_read(
    cells: list[str], genders: list[str | None]
) -> None:
    result = read("email,Gender", *([f"u{n}@example.com", cell] for n, cell in enumerate(cells)))
    assert [row.attributes.get("gender") for row in result.rows] == genders


@pytest.mark.parametrize(
    ("cell", "tags"),
    [
        ('"VIP","Summer, 2023"', ["VIP", "Summer, 2023"]),
        ('"Summer, 2023"', ["Summer, 2023"]),
        ("VIP|Gold", ["VIP", "Gold"]),
        ("VIP;Gold, old", ["VIP", "Gold, old"]),
        ("VIP, Gold", ["VIP", "Gold"]),
        ("VIP:::Gold", ["VIP", "Gold"]),
        ('["VIP","Gold|old"]', ["VIP", "Gold|old"]),
        ('"VIP","Gold"', ["VIP", "Gold"]),
        ("NULL", []),
    ],
)
def test_a_cell_of_tags_is_split(cell: str, tags: list[str]) -> None:
    assert list(read("email,Tags", ["a@example.com", cell]).rows[0].tags) == tags


LONG = part_of(200_000, least=50_000)


@pytest.mark.parametrize(
    "cell",
    [
        "\u200b" + " " * LONG + "x",
        "=" * LONG,
        "'" + "1 " * (LONG // 2) + "x",
        "a" * 1_900 + "@",
        "<" * 1_900 + "@",
        "a " * 990 + "@b",
        "1 " * 900 + "x",
        "0/" * (LONG // 2) + "x",
        "Yes" + " " * LONG + "x",
    ],
)
@pytest.mark.timeout(60)
def test_a_long_cell_is_read_in_linear_time(cell: str) -> None:
    """Quadratic time would take minutes."""
    for column in ("City", "E-mail 2", "Phone", "Birthday", "Newsletter", "Tags", "Unsubscribed"):
        read(f"email,{column}", ["a@example.com", cell], ["b@example.com", "yes"])
    read(f"email,{cell}", ["a@example.com", "yes"])


def test_a_shared_phone_is_no_identity_in_a_file_with_emails() -> None:
    rows = [["Ann", "+49 30 123456", ""], ["Bob", "+49 30 123456", ""], ["Eve", "", "eve@example.com"]]
    result = read("Name,Business Phone,Email", *rows)
    assert [bad.code for bad in result.bad] == ["no_identity"] * 2
