"""Declarations of attributes, and their allowed changes."""

import re
from pathlib import Path
from typing import Any

import pytest

from crm.domain.attribute import (
    ATTRIBUTE_TYPES,
    Attribute,
    change,
    define,
    valid_attribute_name,
    with_fixed_fields,
)
from crm.domain.errors import InvalidInputError
from crm.domain.standard_attributes import STANDARD
from crm.domain.stored_record import from_record, to_record
from crm.domain.tracking.traits import STANDARD_NAMES, standard_traits


def test_an_attribute_needs_only_a_name() -> None:
    declared = define("shoe_size", {})
    assert (declared.label, declared.type, declared.group) == ("Shoe size", "text", "other")
    assert (declared.standard, declared.archived, declared.required) == (False, False, False)


@pytest.mark.parametrize("name", ["shoeSize", "$plan", "Kunde seit", "plan/tier", "x", "größe", "n" * 100])
def test_any_name_of_a_trait_can_be_declared(name: str) -> None:
    assert define(name, {}).name == name


@pytest.mark.parametrize("name", ["", " ", " a", "a ", "n" * 101, "a\nb", "a\x00", "\ud800"])
def test_an_invalid_name_is_refused(name: str) -> None:
    with pytest.raises(InvalidInputError, match="name must have 1 to 100 printable characters"):
        valid_attribute_name(name)


def test_a_synonym_of_a_standard_attribute_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="synonym of first_name"):
        valid_attribute_name("firstName")


def test_labels_and_choices_are_normalised() -> None:
    fields = {"label": " Shoe \n size", "type": "choice", "choices": [" M", "m", "L"], "description": ""}
    declared = define("shoe", fields)
    assert (declared.label, declared.choices, declared.description) == ("Shoe size", ("M", "L"), "")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"type": "colour"}, "type"),
        ({"label": " "}, "label"),
        ({"label": "x" * 101}, "label"),
        ({"group": ""}, "group"),
        ({"description": "x" * 501}, "description"),
        ({"type": "choice"}, "choices"),
        ({"choices": ["a"]}, "choices"),
        ({"type": "choice", "choices": ["a", ""]}, "choices"),
        ({"type": "choice", "choices": [str(n) for n in range(201)]}, "choices"),
        ({"type": "number", "format": "phone"}, "format"),
        ({"format": "url"}, "format"),
    ],
)
def test_an_invalid_definition_is_refused(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        define("shoe", fields)
    assert refused.value.details == {"field": field}


def test_changing_the_type_drops_choices_and_format_it_does_not_have() -> None:
    sizes = define("shoe", {"type": "choice", "choices": ["S"]})
    assert change(sizes, {"type": "list"}).choices == ("S",)
    assert change(sizes, {"type": "text"}).choices == ()
    address = define("work_email", {"format": "email"})
    assert change(address, {"label": "Work"}).format == "email"
    assert change(address, {"type": "list"}).format is None


def test_type_and_format_of_a_standard_attribute_cannot_change() -> None:
    changed = change(STANDARD["email"], {"label": "E-Mail", "required": True, "type": "text"})
    assert (changed.label, changed.required, changed.standard) == ("E-Mail", True, True)
    for fields in ({"type": "list"}, {"format": None}):
        with pytest.raises(InvalidInputError, match="its type and format are fixed"):
            change(STANDARD["email"], fields)


def test_a_stored_record_is_read_back_unchanged() -> None:
    declared = define("shoe", {"type": "choice", "choices": ["S", "M"], "required": True})
    assert from_record(Attribute, to_record(declared)) == declared
    stored = to_record(change(STANDARD["gender"], {"choices": ["f", "m"]})) | {"type": "text"}
    assert with_fixed_fields(from_record(Attribute, stored), STANDARD["gender"]).type == "choice"


def test_every_standard_attribute_is_a_valid_definition() -> None:
    for name, standard in STANDARD.items():
        assert valid_attribute_name(name) == standard.name
        assert standard.type in ATTRIBUTE_TYPES
        assert change(standard, {"label": standard.label, "choices": list(standard.choices)}) == standard
        assert standard.label
        assert standard.standard


def test_every_standard_trait_of_events_is_a_declared_attribute() -> None:
    traits = {
        "address": {"city": "", "country": "", "postalCode": "", "state": "", "street": "", "house": ""},
        "company": {"name": "", "id": 1, "industry": "", "employee_count": 1, "plan": ""},
    }
    known = set(STANDARD_NAMES.values()) | standard_traits(traits).keys()
    assert known <= STANDARD.keys()


def test_the_page_on_attributes_lists_every_standard_attribute() -> None:
    page = (Path(__file__).parents[2] / "docs/attributes.md").read_text()
    for group in {standard.group for standard in STANDARD.values()}:
        (row,) = re.findall(rf"^\| {group} \| (.*) \|$", page, re.MULTILINE)
        shown = re.findall(r"`(\w+)`(?: \((\w+)[^)]*\))?", row.replace("(job title)", ""))
        wanted = [(a.name, "" if a.type == "text" else a.type) for a in STANDARD.values() if a.group == group]
        assert shown == wanted
