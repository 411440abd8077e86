"""Mappings: valid definitions, their stored form, and whether a file fits one."""

import json
from typing import Any

import pytest

from crm.domain import stored_record
from crm.domain.attribute import Attribute
from crm.domain.errors import InvalidInputError
from crm.domain.imports.mapping import (
    DEFAULT,
    ImportMapping,
    change,
    define,
    from_record,
    to_record,
)
from crm.domain.imports.plan import ReadPlan, read_plan, suggest
from crm.domain.imports.target import IGNORED, Target
from crm.domain.standard_attributes import STANDARD

WHOLE: dict[str, Any] = {
    "description": "  What the shop sends\n every night ",
    "encoding": "cp1250",
    "delimiter": ";",
    "quote": '"',
    "skip_lines": 2,
    "header": True,
    "columns": [
        {"column": "E-Mail", "to": "identity", "name": "email"},
        {"column": 2, "to": "attribute", "name": "city"},
        {"column": "Opt-out", "to": "consent", "name": "email", "yes": "denied"},
        {"column": "Changed", "to": "changed_at"},
    ],
    "other_columns": "ignore",
    "date_format": "DD.MM.YYYY",
    "decimal_mark": ",",
    "phone_region": "de",
    "time_zone": "Europe/Berlin",
    "tags": ["Shop", "shop ", "2026"],
    "lists": ["Fair  2026", "fair 2026", "list_0123456789ab"],
    "segments": ["VIP"],
    "consents": {"sms:offers": {"state": "granted", "proof": "Ticked in the shop"}},
    "conflict": "newer",
    "write": "update",
}


def errors_of(name: str, fields: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(InvalidInputError) as caught:
        define(name, fields)
    assert caught.value.code == "invalid_mapping"
    return {error["field"]: error["message"] for error in caught.value.details["errors"]}


def test_a_mapping_is_validated_and_normalised() -> None:
    mapping = define("shop", WHOLE)
    assert mapping.description == "What the shop sends every night"
    assert mapping.columns[0] == ("E-Mail", Target("identity", "email"))
    assert mapping.columns[2] == ("Opt-out", Target("consent", "email", "denied"))
    assert (mapping.phone_region, mapping.tags) == ("DE", ("shop", "2026"))
    assert (mapping.lists, mapping.segments) == (("fair 2026", "list_0123456789ab"), ("VIP",))
    assert mapping.consents == {"sms:offers": {"state": "granted", "proof": "Ticked in the shop"}}
    assert mapping.dialect == {
        "encoding": "cp1250",
        "delimiter": ";",
        "quote": '"',
        "skip_lines": 2,
        "header": True,
    }


@pytest.mark.parametrize("mapping", [define("shop", WHOLE), DEFAULT, define("x", {"kind": "events"})])
def test_a_stored_mapping_is_read_back_unchanged(mapping: ImportMapping) -> None:
    assert from_record(json.loads(json.dumps(to_record(mapping)))) == mapping


def test_a_mapping_of_an_earlier_version_is_read() -> None:
    record = to_record(define("shop", WHOLE | {"lists": [], "segments": []}))
    del record["lists"], record["segments"]
    assert from_record(record) == define("shop", WHOLE | {"lists": [], "segments": []})


@pytest.mark.parametrize("field", ["lists", "segments"])
def test_files_of_events_cannot_add_to_lists_or_segments(field: str) -> None:
    shown = {field: "is only for mappings of profiles"}
    assert errors_of("orders", {"kind": "events", field: ["VIP"]}) == shown
    assert define("orders", {"kind": "events", field: []}).kind == "events"


def test_every_field_is_optional() -> None:
    assert define("shop", {}) == ImportMapping(name="shop")
    assert DEFAULT.dialect == {}


@pytest.mark.parametrize("name", ["", "Shop", "-shop", "x" * 51, "reports", "a/b"])
def test_a_name_must_be_valid_as_a_folder(name: str) -> None:
    assert errors_of(name, {}).keys() == {"name"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "orders"),
        ("description", "x" * 501),
        ("encoding", "klingon"),
        ("delimiter", "ab"),
        ("quote", "~"),
        ("skip_lines", -1),
        ("skip_lines", True),
        ("header", 1),
        ("columns", {"E-Mail": "email"}),
        ("other_columns", "drop"),
        ("date_format", "MM/YYYY"),
        ("date_format", "DD.DD.YYYY"),
        ("date_format", "day"),
        ("decimal_mark", ";"),
        ("phone_region", "Germany"),
        ("time_zone", "Berlin"),
        ("tags", "vip"),
        ("tags", ["x" * 101]),
        ("tags", [str(number) for number in range(21)]),
        ("consents", {"email": "granted"}),
        ("consents", {"email": {"state": "maybe"}}),
        ("consents", {"e/mail": {"state": "granted"}}),
        ("conflict", "mine"),
        ("write", "delete"),
        ("event_name", "Bought"),
    ],
)
def test_an_invalid_field_is_refused(field: str, value: Any) -> None:
    assert errors_of("shop", {field: value}).keys() == {field}


@pytest.mark.parametrize(
    ("column", "problem"),
    [
        ({"column": "a", "to": "city"}, "to must be one of attribute, identity"),
        ({"column": "a", "to": "attribute"}, "name is required"),
        ({"column": "a", "to": "tags", "name": "x"}, "name is required"),
        ({"column": "a", "to": "attribute", "name": "firstName"}, "name firstName is a synonym"),
        ({"column": "a", "to": "consent", "name": "e/mail"}, "channel must be"),
        ({"column": "a", "to": "consent", "name": "email", "yes": "no"}, "yes must be what a yes"),
        ({"column": "a", "to": "tags", "yes": "denied"}, "yes must be what a yes"),
        ({"column": "a", "to": "event"}, "to must be one of"),
        ({"column": 0, "to": "tags"}, "column must be the name"),
        ({"to": "tags"}, "column must be the name"),
    ],
)
def test_an_invalid_column_is_refused(column: dict[str, Any], problem: str) -> None:
    errors = errors_of("shop", {"columns": [{"column": "ok", "to": "ignore"}, column]})
    assert errors["columns.1"].startswith(problem)


def test_all_errors_are_reported_at_once() -> None:
    columns = [{"column": "a", "to": "ignore"}, {"column": "a", "to": "tags"}]
    errors = errors_of("Shop", {"skip_lines": "2", "columns": columns, "write": 1})
    assert errors.keys() == {"name", "skip_lines", "columns.1", "write"}


def test_a_change_keeps_other_fields() -> None:
    before = define("shop", WHOLE)
    after = change(before, {"tags": [], "decimal_mark": None})
    assert (after.tags, after.decimal_mark) == ((), None)
    assert change(after, {"tags": before.tags, "decimal_mark": ","}) == before
    with pytest.raises(InvalidInputError, match="kind cannot be changed"):
        change(before, {"kind": "events"})


def plan(header: str, mapping: ImportMapping = DEFAULT, *rows: list[str], **more: Any) -> ReadPlan:
    return read_plan(mapping, header.split(","), rows, STANDARD, ("card",), **more)


def filled(plan: ReadPlan) -> list[str | None]:
    return [column.target.name or column.target.to for column in plan.columns]


def test_columns_are_mapped_by_name_or_position_and_others_recognised() -> None:
    columns = [
        {"column": "ORT ", "to": "attribute", "name": "region"},
        {"column": 1, "to": "identity", "name": "card"},
    ]
    found = plan("Nr,Ort,City,Colour", define("x", {"columns": columns}))
    assert filled(found) == ["card", "region", "city", "colour"]


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ([], ["email", "city", "ignore"]),
        ([{"column": 1, "to": "identity", "name": "email"}], ["email", "ignore", "ignore"]),
    ],
)
def test_other_columns_can_be_ignored(columns: list[dict[str, Any]], expected: list[str]) -> None:
    mapping = define("x", {"columns": columns, "other_columns": "ignore"})
    assert filled(plan("Email,City,Colour", mapping)) == expected


def test_the_mapping_overrides_the_deployment() -> None:
    mapping = define("x", {"phone_region": "AT", "time_zone": "Europe/Vienna"})
    found = plan("email", mapping, phone_region="DE", time_zone="UTC")
    assert (found.phone_region, found.time_zone) == ("AT", "Europe/Vienna")
    found = plan("email", phone_region="DE", time_zone="Europe/Berlin")
    assert (found.phone_region, found.time_zone) == ("DE", "Europe/Berlin")


def test_a_stored_plan_is_read_back_unchanged() -> None:
    found = plan(
        "E-Mail,Points,Opt-out", define("shop", {**WHOLE, "conflict": "file", "columns": []}), ["", "1,5", ""]
    )
    assert (
        stored_record.from_record(ReadPlan, json.loads(json.dumps(stored_record.to_record(found)))) == found
    )


@pytest.mark.parametrize(
    ("header", "fields", "code"),
    [
        ("city,name", {}, "no_identity_column"),
        ("email", {"columns": [{"column": "E-Mail", "to": "tags"}]}, "unknown_column"),
        ("email", {"columns": [{"column": 2, "to": "tags"}]}, "unknown_column"),
        ("email", {"columns": [{"column": 1, "to": "identity", "name": "shoe"}]}, "unknown_identity"),
        ("email", {"conflict": "newer"}, "no_changed_at_column"),
        ("email,fax", {}, "archived_attribute"),
        ("email,a,b", {}, "column_twice"),
        ("email,time", {"kind": "events"}, "no_event_column"),
        ("email,event", {"kind": "events"}, "no_time_column"),
        ("time,event", {"kind": "events"}, "no_identity_column"),
    ],
)
def test_an_unreadable_file_is_refused_with_its_code(header: str, fields: dict[str, Any], code: str) -> None:
    if code == "archived_attribute":
        fields = {"columns": [{"column": "fax", "to": "attribute", "name": "fax"}]}
    if code == "column_twice":
        fields = {"columns": [{"column": name, "to": "attribute", "name": "birthday"} for name in "ab"]}
    attributes = STANDARD | {"fax": Attribute("fax", "Fax", archived=True)}
    with pytest.raises(InvalidInputError) as caught:
        read_plan(define("x", fields), header.split(","), [], attributes, ())
    assert caught.value.code == code


def test_suggestions_are_made_for_files_without_an_identity() -> None:
    mapping = define("x", {"columns": [{"column": "Ort", "to": "tags"}]})
    found = suggest(mapping, ["Ort", "Name", "Last Modified"], [], STANDARD, ())
    assert [known.target for known in found] == [Target("tags"), Target("attribute", "name"), IGNORED]
    assert [known.confidence for known in found[:1]] == [1]
