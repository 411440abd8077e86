"""Previews of files: the detected format, the columns, the rows, and the problems."""

import json
from pathlib import Path

import pytest

from crm.services.definitions import attribute_changes, lists
from crm.services.imports import import_mappings
from tests.support.gateway import Client
from tests.support.import_previews import GERMAN, PreviewFile, codes

pytestmark = pytest.mark.usefixtures("bucket")

SCOPES = ("profiles:import", "definitions:read", "definitions:write")

DATA = Path(__file__).parents[3] / "shared/data/contacts-us-500.csv"


def test_the_format_and_the_columns_are_detected(preview: PreviewFile) -> None:
    shown = preview(GERMAN.encode("cp1252"), name="Kunden 2026.csv").body
    assert shown["file"] == {"key": None, "name": "Kunden 2026.csv", "size": len(GERMAN)}
    assert shown["dialect"] == {
        "encoding": "cp1252",
        "bom": 0,
        "delimiter": ";",
        "quote": '"',
        "skip_lines": 0,
        "header": True,
        "skip_initial_space": False,
    }
    targets = {
        column["column"]: (column["target"]["to"], column["target"]["name"]) for column in shown["columns"]
    }
    assert targets == {
        "E-Mail": ("identity", "email"),
        "Vorname": ("attribute", "first_name"),
        "Ort": ("attribute", "city"),
        "Geburtstag": ("attribute", "birthday"),
        "Telefon": ("identity", "phone"),
        "Newsletter": ("consent", "email"),
        "Schuhgröße": ("attribute", "schuhgröße"),
    }
    assert [column["place"] for column in shown["columns"]] == list(range(1, 8))
    assert all(0 < column["confidence"] <= 1 and column["why"] for column in shown["columns"])
    assert shown["columns"][1]["samples"] == ["Ada", "Grace", "Nobody"]


def test_previewed_rows_equal_those_of_an_import(preview: PreviewFile) -> None:
    shown = preview(GERMAN).body
    ada, grace, without_email, alan = shown["rows"]
    assert ada["identities"] == [
        {"type": "email", "value": "ada@example.com"},
        {"type": "phone", "value": "+442079460000"},
    ]
    assert ada["attributes"]["birthday"] == "1985-12-10"
    assert ada["consents"]["email"]["state"] == "granted"
    assert grace["cells"][2] == "Köln;\r\nSüd"
    assert [(row["row"], row["line"]) for row in shown["rows"]] == [(1, 2), (2, 3), (3, 5), (4, 6)]
    assert [problem["code"] for problem in without_email["problems"]] == ["invalid_email"]
    assert [problem["code"] for problem in alan["problems"]] == ["wrong_column_count"]
    assert alan["cells"] == ["alan@example.com", "Alan", "Paris"]
    assert (shown["rows_read"], shown["rows_rejected"]) == (4, 2)


def test_problems_of_the_import_are_listed_with_the_number_of_rows(preview: PreviewFile) -> None:
    shown = preview(GERMAN).body
    assert codes(shown) == {
        "undeclared_attributes": None,
        "rows_rejected": 2,
        "invalid_email": 1,
        "wrong_column_count": 1,
        "phone_without_country": 1,
    }
    by_code = {problem["code"]: problem["message"] for problem in shown["problems"]}
    assert "Schuhgröße" in by_code["undeclared_attributes"]
    assert by_code["rows_rejected"] == "2 of 4 sample rows would be rejected"
    assert "not an address" not in json.dumps(shown["problems"])


def test_the_proposed_mapping_can_be_created_unchanged(
    preview: PreviewFile, client: Client, key: str
) -> None:
    shown = preview(GERMAN, name="Kunden 2026.csv").body
    proposed = shown["mapping"]
    assert proposed["name"] == "kunden-2026"
    created = client("POST", "/v1/import-mappings", proposed, key=key)
    assert created.status == 201, created.body
    again = preview(GERMAN, mapping="kunden-2026").body
    assert [column["target"] for column in again["columns"]] == [
        column["target"] for column in shown["columns"]
    ]
    assert {column["confidence"] for column in again["columns"][:6]} == {1.0}
    assert again["rows"] == shown["rows"]
    assert again["mapping"]["name"] == "kunden-2026-2"


def test_a_deleted_list_is_a_problem(preview: PreviewFile) -> None:
    cards = lists.create(name="Cards", now=1).id
    import_mappings.create({"name": "fair", "lists": ["Cards"]}, now=1)
    assert preview(GERMAN, mapping="fair").body["mapping"]["lists"] == ["Cards"]
    lists.delete(cards)
    assert "unknown_list" in codes(preview(GERMAN, mapping="fair").body)


def test_only_declared_attributes_are_in_the_proposed_mapping(preview: PreviewFile) -> None:
    def mapped() -> list[str | int]:
        return [column["column"] for column in preview(GERMAN).body["mapping"]["columns"]]

    assert "Schuhgröße" not in mapped()
    attribute_changes.create(name="schuhgröße", type="number")
    assert "Schuhgröße" in mapped()


def test_without_a_header_columns_are_mapped_by_number(preview: PreviewFile) -> None:
    shown = preview("ada@example.com,Ada,42\nalan@example.com,Alan,41\n").body
    assert (shown["dialect"]["header"], shown["mapping"]["header"]) == (False, False)
    assert shown["mapping"]["columns"][0] == {"column": 1, "to": "identity", "name": "email", "yes": None}
    assert [row["row"] for row in shown["rows"]] == [1, 2]


def test_columns_of_one_name_are_mapped_by_number(preview: PreviewFile) -> None:
    shown = preview("E-mail,City,City\nada@example.com,London,Paris\n").body
    assert "duplicate_columns" in codes(shown)
    named = [column["column"] for column in shown["mapping"]["columns"]]
    assert named[:2] == ["E-mail", 2]


def test_a_draft_mapping_is_applied_without_being_stored(preview: PreviewFile) -> None:
    draft = {
        "date_format": "MM/DD/YYYY",
        "columns": [{"column": "Born", "to": "attribute", "name": "birthday"}],
        "tags": ["Fair"],
    }
    shown = preview("E-mail,Born\nada@example.com,12/10/1985\n", mapping=draft).body
    (ada,) = shown["rows"]
    assert (ada["attributes"]["birthday"], ada["tags"]) == ("1985-12-10", ["Fair"])
    assert shown["columns"][1]["why"] == "defined by the mapping"
    assert (shown["mapping"]["date_format"], shown["mapping"]["tags"]) == ("MM/DD/YYYY", ["Fair"])
    again = preview("E-mail,Born\nada@example.com,12/10/1985\n", mapping=shown["mapping"]).body
    assert (again["rows"], again["mapping"]) == (shown["rows"], shown["mapping"])


def test_ambiguous_dates_are_rejected_with_a_hint(preview: PreviewFile) -> None:
    shown = preview("E-mail,Birthday\nada@example.com,01/02/1985\nalan@example.com,03/04/1990\n").body
    message = next(problem["message"] for problem in shown["problems"] if problem["code"] == "invalid_value")
    assert "date_format" in message
    assert shown["rows_rejected"] == 2


def test_rows_of_events_are_shown_as_events(preview: PreviewFile) -> None:
    draft = {
        "kind": "events",
        "event_name": "Order Completed",
        "columns": [
            {"column": "customer", "to": "identity", "name": "user_id"},
            {"column": "date", "to": "time"},
            {"column": "order", "to": "message_id"},
            {"column": "total", "to": "property", "name": "revenue"},
        ],
    }
    (row,) = preview("customer,date,order,total\n4711,2026-11-20,A-1,99.90\n", mapping=draft).body["rows"]
    assert (row["event"], row["time"], row["message_id"]) == (
        "Order Completed",
        "2026-11-20T00:00:00.000Z",
        "A-1",
    )
    assert row["properties"] == {"revenue": 99.9}
    assert row["identities"] == [{"type": "user_id", "value": "4711"}]


def test_a_file_without_an_identity_column_is_a_problem(preview: PreviewFile) -> None:
    shown = preview("Colour,Size\nred,4\nblue,5\n").body
    assert shown["problems"][0]["code"] == "no_identity_column"
    assert (shown["rows"], shown["rows_read"]) == ([], 0)
    assert [column["samples"] for column in shown["columns"]] == [["red", "blue"], ["4", "5"]]


def test_a_mapped_column_that_is_missing_is_a_problem(preview: PreviewFile) -> None:
    draft = {"columns": [{"column": "Town", "to": "attribute", "name": "city"}]}
    shown = preview("E-mail,City\nada@example.com,London\n", mapping=draft).body
    assert shown["problems"][0]["code"] == "unknown_column"
    assert "Town" in shown["problems"][0]["message"]
    assert shown["columns"][0]["target"]["to"] == "identity"


def test_real_contacts_are_recognised(preview: PreviewFile) -> None:
    if not DATA.exists():
        pytest.skip("the data is not here")
    shown = preview(DATA.read_bytes(), name=DATA.name).body
    assert (shown["rows_read"], shown["rows_rejected"]) == (500, 0)
    assert shown["mapping"]["name"] == "contacts-us-500"
    filled = {column["target"]["name"] for column in shown["columns"]}
    assert {"email", "phone", "first_name", "last_name", "company", "city", "zip"} <= filled
