"""Previews of files: what is detected and recognised, rows as they would be read, and what is foreseen."""

import base64
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from crm.api.models.import_previews import Preview
from crm.domain.delimited.text_source import SAMPLE
from crm.services.definitions import attribute_changes, lists
from crm.services.imports import import_mappings
from crm.storage import bucket as files
from tests.support.gateway import Answer, Client
from tests.support.thoroughness import part_of

DATA = Path(__file__).parents[3] / "shared/data/contacts-us-500.csv"
GERMAN = (
    "E-Mail;Vorname;Ort;Geburtstag;Telefon;Newsletter;Schuhgröße\r\n"
    "ada@example.com;Ada;London;10.12.1985;+44 20 7946 0000;ja;38\r\n"
    '"grace@example.com";Grace;"Köln;\r\nSüd";;0221 123456;nein;\r\n'
    "not an address;Nobody;;;;;\r\n"
    "alan@example.com;Alan;Paris\r\n"
)
WORDS = "E-mail|Birthday|consent:email|tags|total|date|Größe|ada@example.com|canary|01/02/2026|1e999|sep=;\n"
PIECES = [
    *(word.encode() for word in WORDS.split("|")),
    *(bytes([byte]) for byte in b",;\t|\"'\n\r \x00\xff"),
    *(b"\r\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\xd8\x00", b"\x1f\x8b"),
]
PATH = "/v1/imports/preview"

Look = Callable[..., Answer]


@pytest.fixture
def key(api_key: Callable[..., str], bucket: str) -> str:
    return api_key("profiles:import", "definitions:read", "definitions:write")


@pytest.fixture
def look(client: Client, key: str) -> Look:
    """`look("E-mail\\n...")`: the preview of a file that begins like this."""

    def look(content: str | bytes | None = None, **body: Any) -> Answer:
        if content is not None:
            raw = content if isinstance(content, bytes) else content.encode()
            body["content"] = base64.b64encode(raw).decode()
        answer = client("POST", PATH, body, key=key)
        if answer.status == 200:
            Preview.model_validate(answer.body)
        return answer

    return look


def codes(preview: dict[str, Any]) -> dict[str, int | None]:
    return {problem["code"]: problem["rows"] for problem in preview["problems"]}


def test_a_file_is_looked_at_before_it_is_imported(look: Look) -> None:
    told = look(GERMAN.encode("cp1252"), name="Kunden 2026.csv").body
    assert told["file"] == {"key": None, "name": "Kunden 2026.csv", "size": len(GERMAN)}
    assert told["dialect"] == {
        "encoding": "cp1252",
        "bom": 0,
        "delimiter": ";",
        "quote": '"',
        "skip_lines": 0,
        "header": True,
        "skip_initial_space": False,
    }
    targets = {
        column["column"]: (column["target"]["to"], column["target"]["name"]) for column in told["columns"]
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
    assert [column["place"] for column in told["columns"]] == list(range(1, 8))
    assert all(0 < column["confidence"] <= 1 and column["why"] for column in told["columns"])
    assert told["columns"][1]["samples"] == ["Ada", "Grace", "Nobody"]


def test_rows_are_shown_as_they_would_be_read(look: Look) -> None:
    told = look(GERMAN).body
    ada, grace, nobody, alan = told["rows"]
    assert ada["identities"] == [
        {"type": "email", "value": "ada@example.com"},
        {"type": "phone", "value": "+442079460000"},
    ]
    assert ada["attributes"]["birthday"] == "1985-12-10"
    assert ada["consents"]["email"]["state"] == "granted"
    assert grace["cells"][2] == "Köln;\r\nSüd"
    assert [(row["row"], row["line"]) for row in told["rows"]] == [(1, 2), (2, 3), (3, 5), (4, 6)]
    assert [problem["code"] for problem in nobody["problems"]] == ["invalid_email"]
    assert [problem["code"] for problem in alan["problems"]] == ["wrong_column_count"]
    assert alan["cells"] == ["alan@example.com", "Alan", "Paris"]
    assert (told["rows_read"], told["rows_rejected"]) == (4, 2)


def test_what_will_be_wrong_is_foreseen(look: Look) -> None:
    told = look(GERMAN).body
    assert codes(told) == {
        "undeclared_attributes": None,
        "rows_rejected": 2,
        "invalid_email": 1,
        "wrong_column_count": 1,
        "phone_without_country": 1,
    }
    by_code = {problem["code"]: problem["message"] for problem in told["problems"]}
    assert "Schuhgröße" in by_code["undeclared_attributes"]
    assert by_code["rows_rejected"] == "2 of 4 sample rows would be rejected"
    assert "not an address" not in json.dumps(told["problems"])


def test_the_proposed_mapping_can_be_defined_as_it_is(look: Look, client: Client, key: str) -> None:
    told = look(GERMAN, name="Kunden 2026.csv").body
    proposed = told["mapping"]
    assert proposed["name"] == "kunden-2026"
    created = client("POST", "/v1/import-mappings", proposed, key=key)
    assert created.status == 201, created.body
    again = look(GERMAN, mapping="kunden-2026").body
    assert [column["target"] for column in again["columns"]] == [
        column["target"] for column in told["columns"]
    ]
    assert {column["confidence"] for column in again["columns"][:6]} == {1.0}
    assert again["rows"] == told["rows"]
    assert again["mapping"]["name"] == "kunden-2026-2"


def test_a_preview_tells_that_a_list_is_gone(look: Look) -> None:
    cards = lists.create(name="Cards", now=1).id
    import_mappings.create({"name": "fair", "lists": ["Cards"]}, now=1)
    assert look(GERMAN, mapping="fair").body["mapping"]["lists"] == ["Cards"]
    lists.delete(cards)
    assert "unknown_list" in codes(look(GERMAN, mapping="fair").body)


def test_what_nobody_declared_is_left_to_the_other_columns(look: Look) -> None:
    def mapped() -> list[str | int]:
        return [column["column"] for column in look(GERMAN).body["mapping"]["columns"]]

    assert "Schuhgröße" not in mapped()
    attribute_changes.create(name="schuhgröße", type="number")
    assert "Schuhgröße" in mapped()


def test_without_a_header_columns_go_by_their_places(look: Look) -> None:
    told = look("ada@example.com,Ada,42\nalan@example.com,Alan,41\n").body
    assert (told["dialect"]["header"], told["mapping"]["header"]) == (False, False)
    assert told["mapping"]["columns"][0] == {"column": 1, "to": "identity", "name": "email", "yes": None}
    assert [row["row"] for row in told["rows"]] == [1, 2]


def test_columns_of_one_name_go_by_their_places(look: Look) -> None:
    told = look("E-mail,City,City\nada@example.com,London,Paris\n").body
    assert "duplicate_columns" in codes(told)
    named = [column["column"] for column in told["mapping"]["columns"]]
    assert named[:2] == ["E-mail", 2]


def test_a_mapping_can_be_tried_before_it_is_stored(look: Look) -> None:
    draft = {
        "date_format": "MM/DD/YYYY",
        "columns": [{"column": "Born", "to": "attribute", "name": "birthday"}],
        "tags": ["Fair"],
    }
    told = look("E-mail,Born\nada@example.com,12/10/1985\n", mapping=draft).body
    (ada,) = told["rows"]
    assert (ada["attributes"]["birthday"], ada["tags"]) == ("1985-12-10", ["Fair"])
    assert told["columns"][1]["why"] == "defined by the mapping"
    assert (told["mapping"]["date_format"], told["mapping"]["tags"]) == ("MM/DD/YYYY", ["Fair"])
    again = look("E-mail,Born\nada@example.com,12/10/1985\n", mapping=told["mapping"]).body
    assert (again["rows"], again["mapping"]) == (told["rows"], told["mapping"])


def test_days_that_may_be_months_are_told(look: Look) -> None:
    told = look("E-mail,Birthday\nada@example.com,01/02/1985\nalan@example.com,03/04/1990\n").body
    message = next(problem["message"] for problem in told["problems"] if problem["code"] == "invalid_value")
    assert "date_format" in message
    assert told["rows_rejected"] == 2


def test_events_are_shown_as_they_happened(look: Look) -> None:
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
    (row,) = look("customer,date,order,total\n4711,2026-11-20,A-1,99.90\n", mapping=draft).body["rows"]
    assert (row["event"], row["time"], row["message_id"]) == (
        "Order Completed",
        "2026-11-20T00:00:00.000Z",
        "A-1",
    )
    assert row["properties"] == {"revenue": 99.9}
    assert row["identities"] == [{"type": "user_id", "value": "4711"}]


def test_a_file_without_anybody_is_told(look: Look) -> None:
    told = look("Colour,Size\nred,4\nblue,5\n").body
    assert told["problems"][0]["code"] == "no_identity_column"
    assert (told["rows"], told["rows_read"]) == ([], 0)
    assert [column["samples"] for column in told["columns"]] == [["red", "blue"], ["4", "5"]]


def test_a_column_that_the_mapping_names_must_be_there(look: Look) -> None:
    draft = {"columns": [{"column": "Town", "to": "attribute", "name": "city"}]}
    told = look("E-mail,City\nada@example.com,London\n", mapping=draft).body
    assert told["problems"][0]["code"] == "unknown_column"
    assert "Town" in told["problems"][0]["message"]
    assert told["columns"][0]["target"]["to"] == "identity"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_encodings_and_compression_make_no_difference(
    look: Look, encoding: str, pack: Callable[[bytes], bytes]
) -> None:
    told = look(pack(GERMAN.encode(encoding))).body
    assert told["rows"] == look(GERMAN).body["rows"]


def test_a_file_of_the_bucket_is_looked_at(look: Look) -> None:
    files.write("imports/Messe 2026/gäste.csv", GERMAN.encode())
    told = look(key="imports/Messe 2026/gäste.csv").body
    assert told["file"] == {
        "key": "imports/Messe 2026/gäste.csv",
        "name": "gäste.csv",
        "size": len(GERMAN.encode()),
    }
    assert told["mapping"]["name"] == "messe-2026"
    assert "unknown_mapping" in codes(told)
    assert told["rows"] == look(GERMAN).body["rows"]


def test_the_folder_of_a_file_names_its_mapping(look: Look, client: Client, key: str) -> None:
    client("POST", "/v1/import-mappings", {"name": "fair", "tags": ["Fair"]}, key=key)
    files.write("imports/fair/a.csv", b"E-mail\nada@example.com\n")
    (row,) = look(key="imports/fair/a.csv").body["rows"]
    assert row["tags"] == ["Fair"]


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_only_the_beginning_of_a_large_file_is_looked_at(look: Look, pack: Callable[[bytes], bytes]) -> None:
    row = b"ada%d@example.com,Ada,%s\n"
    content = b"E-mail,First name,About\n" + b"".join(
        row % (n, bytes([97 + n % 26]) * 900) for n in range(1000)
    )
    files.write("imports/large.csv", pack(content))
    told = look(key="imports/large.csv").body
    assert (len(told["rows"]), told["rows_rejected"]) == (20, 0)
    assert SAMPLE // 1000 < told["rows_read"] < SAMPLE // 900
    assert "beginning_only" in [problem["code"] for problem in told["problems"]]
    begun = look(content[:SAMPLE]).body
    assert (begun["rows"], begun["rows_read"]) == (told["rows"], told["rows_read"])
    assert begun["file"]["size"] is None


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\xef\xbb\xbf", "empty_file"),
        (b"\n\n\n", "empty_file"),
        (b"PK\x03\x04" + b"\x00" * 26 + b"xl/workbook.xml" + b"\x00" * 500, "spreadsheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "spreadsheet"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(range(256)) * 4, "not_text"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "not_text"),
        (b"\x1f\x8bnot gzip at all", "broken_gzip"),
        (gzip.compress(b"E-mail\nada@example.com\n" * 100, mtime=0)[:-9], "broken_gzip"),
        (b",".join(b"c%d" % n for n in range(1001)) + b"\n", "too_many_columns"),
    ],
)
def test_what_is_no_table_is_told(look: Look, content: bytes, code: str) -> None:
    answer = look(content)
    assert (answer.status, answer.body["code"]) == (400, code)


@pytest.mark.parametrize(
    "body",
    [
        None,
        {},
        [],
        {"key": "imports/a.csv", "content": ""},
        {"key": None, "content": None},
        {"content": "not base64!"},
        {"content": "QUI"},
        {"content": "QUJD\x00"},
        {"content": "ÄÖ=="},
        {"content": "\ud800"},
        {"content": 5},
        {"content": "", "name": "\ud800"},
        {"content": "RQ==", "mapping": "nobody"},
        {"content": "RQ==", "mapping": 5},
        {"content": "RQ==", "mapping": []},
        {"content": "RQ==", "mapping": {"columns": "all"}},
        {"content": "RQ==", "mapping": {"columns": [{"column": "E", "to": "attribute", "name": "nothing"}]}},
        {"content": "RQ==", "mapping": {"name": "Not A Slug"}},
        {"content": "RQ==", "mapping": {"skip_lines": 10**100}},
        {"content": "RQ==", "mapping": {"encoding": "ebcdic"}},
        {"content": "RQ==", "surprise": 1},
    ],
)
def test_odd_requests_are_refused(client: Client, key: str, body: Any) -> None:
    answer = client("POST", PATH, body, key=key)
    assert answer.status == 400
    assert set(answer.body) == {"code", "message", "details"}


def test_whatever_is_sent_is_answered(
    client: Client, key: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    contents = st.lists(st.sampled_from(PIECES) | st.binary(max_size=6), max_size=40).map(b"".join)
    mappings = st.sampled_from(
        [
            None,
            {"skip_lines": 3},
            {"header": False},
            {"quote": ""},
            {"encoding": "utf-16-le"},
            {"delimiter": ";"},
            {"other_columns": "ignore"},
            {"conflict": "newer"},
            {"kind": "events", "event_name": "Seen"},
            {"columns": [{"column": 1, "to": "identity", "name": "email"}, {"column": 2, "to": "tags"}]},
        ]
    )
    capsys.readouterr()

    @examples(
        max_examples=part_of(150, least=10),
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(contents, mappings)
    def answered(content: bytes, mapping: Any) -> None:
        body = {"content": base64.b64encode(content).decode(), "mapping": mapping}
        answer = client("POST", PATH, body, key=key)
        assert answer.status in {200, 400}
        if answer.status == 200:
            Preview.model_validate(answer.body)

    answered()
    assert "canary" not in capsys.readouterr().out


def test_real_contacts_are_recognised(look: Look) -> None:
    if not DATA.exists():
        pytest.skip("the data is not here")
    told = look(DATA.read_bytes(), name=DATA.name).body
    assert (told["rows_read"], told["rows_rejected"]) == (500, 0)
    assert told["mapping"]["name"] == "contacts-us-500"
    filled = {column["target"]["name"] for column in told["columns"]}
    assert {"email", "phone", "first_name", "last_name", "company", "city", "zip"} <= filled
