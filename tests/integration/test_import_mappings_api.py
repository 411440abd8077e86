"""Import mappings through the API: created, read, changed in new versions, deleted."""

from collections.abc import Callable
from typing import Any

import pytest

from crm.api.models.import_mappings import ImportMapping as MappingModel
from crm.services.definitions import attribute_changes
from crm.services.imports import import_mappings
from tests.support.gateway import Answer, Client

SCOPES = ("definitions:read", "definitions:write")

EMAIL = {"column": "E-mail", "to": "identity", "name": "email"}
CITY = {"column": "Town", "to": "attribute", "name": "city"}
EVERYTHING: dict[str, Any] = {
    "name": "newsletter",
    "kind": "profiles",
    "description": "Export of the newsletter tool",
    "encoding": "cp1252",
    "delimiter": ";",
    "quote": "'",
    "skip_lines": 2,
    "header": True,
    "columns": [
        EMAIL,
        CITY,
        {"column": 3, "to": "tags"},
        {"column": "Opted out", "to": "consent", "name": "email", "yes": "denied"},
        {"column": "Changed", "to": "changed_at"},
        {"column": "Notes", "to": "ignore"},
    ],
    "other_columns": "ignore",
    "date_format": "DD.MM.YYYY",
    "decimal_mark": ",",
    "phone_region": "DE",
    "time_zone": "Europe/Berlin",
    "tags": ["Newsletter", "Fair 2026"],
    "consents": {
        "email": {"state": "granted", "proof": "Signed at the fair"},
        "sms:offers": {"state": "denied"},
    },
    "conflict": "newer",
    "write": "update",
    "event_name": None,
}
PATH = "/v1/import-mappings"


@pytest.fixture
def post(client: Client, key: str) -> Callable[..., Answer]:
    return lambda **fields: client("POST", PATH, {"name": "newsletter"} | fields, key=key)


def test_a_mapping_needs_only_a_name(client: Client, key: str, post: Callable[..., Answer]) -> None:
    created = post()
    assert created.status == 201
    MappingModel.model_validate(created.body)
    assert (created.body["id"], created.body["version"]) == ("newsletter", 1)
    assert (created.body["kind"], created.body["columns"], created.body["other_columns"]) == (
        "profiles",
        [],
        "keep",
    )
    assert (created.body["encoding"], created.body["conflict"], created.body["write"]) == (
        None,
        "file",
        "both",
    )
    assert client("GET", f"{PATH}/newsletter", key=key).body == created.body


def test_all_fields_can_be_sent_at_once(client: Client, key: str, post: Callable[..., Answer]) -> None:
    created = post(**EVERYTHING)
    assert created.status == 201, created.body
    MappingModel.model_validate(created.body)
    for name in EVERYTHING.keys() - {"columns"}:
        assert created.body[name] == EVERYTHING[name]
    assert [(column["to"], column["name"]) for column in created.body["columns"]] == [
        ("identity", "email"),
        ("attribute", "city"),
        ("tags", None),
        ("consent", "email"),
        ("changed_at", None),
        ("ignore", None),
    ]
    assert created.body["columns"][3]["yes"] == "denied"


def test_a_mapping_can_be_copied(client: Client, key: str, post: Callable[..., Answer]) -> None:
    created = post(**EVERYTHING).body
    sent = {name: created[name] for name in EVERYTHING} | {"name": "copy"}
    copied = client("POST", PATH, sent, key=key)
    assert copied.status == 201
    assert {name: copied.body[name] for name in EVERYTHING} == sent


def test_a_mapping_of_events_is_created(post: Callable[..., Answer]) -> None:
    columns = [
        {"column": "customer", "to": "identity", "name": "user_id"},
        {"column": "date", "to": "time"},
        {"column": "order", "to": "message_id"},
        {"column": "total", "to": "property", "name": "revenue"},
    ]
    created = post(name="orders", kind="events", columns=columns, event_name="Order Completed")
    assert (created.status, created.body["event_name"]) == (201, "Order Completed")


def test_mappings_are_listed_by_name(client: Client, key: str, post: Callable[..., Answer]) -> None:
    made = {name: post(name=name).body for name in ("shop", "fair", "newsletter")}
    assert client("GET", PATH, key=key).body == {"mappings": [made[name] for name in sorted(made)]}


def test_a_name_cannot_be_used_twice(post: Callable[..., Answer]) -> None:
    post()
    answer = post(description="another")
    assert (answer.status, answer.body["code"]) == (409, "mapping_exists")


def test_the_number_of_mappings_is_limited(
    post: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_mappings, "MAX_MAPPINGS", 1)
    assert post().status == 201
    answer = post(name="another")
    assert (answer.status, answer.body["code"]) == (409, "too_many_mappings")


def test_an_edit_creates_a_new_version_and_keeps_other_fields(
    client: Client, key: str, post: Callable[..., Answer]
) -> None:
    post(**EVERYTHING)
    changed = client("PATCH", f"{PATH}/newsletter", {"encoding": None, "tags": ["VIP"]}, key=key).body
    assert (changed["encoding"], changed["tags"], changed["version"]) == (None, ["VIP"], 2)
    assert changed["delimiter"] == ";"
    again = client("PATCH", f"{PATH}/newsletter", {"tags": ["VIP"]}, key=key)
    assert (again.status, again.body) == (200, changed)


def test_an_outdated_etag_is_refused(client: Client, key: str, post: Callable[..., Answer]) -> None:
    tag = post().headers["etag"]
    assert tag == '"newsletter.1"'
    path = f"{PATH}/newsletter"
    assert client("PATCH", path, {"write": "create"}, key=key, headers={"if-match": tag}).status == 200
    for method, body in (("PATCH", {"write": "update"}), ("DELETE", None)):
        answer = client(method, path, body, key=key, headers={"if-match": tag})
        assert (answer.status, answer.body["code"]) == (412, "version_conflict")
    assert client("GET", path, key=key).body["write"] == "create"


def test_a_deleted_mapping_is_not_found(client: Client, key: str, post: Callable[..., Answer]) -> None:
    post()
    path = f"{PATH}/newsletter"
    assert client("DELETE", path, key=key).status == 204
    for method, body in (("GET", None), ("PATCH", {"tags": []}), ("DELETE", None)):
        assert client(method, path, body, key=key).status == 404
    assert post().body["version"] == 1


def test_an_undeclared_attribute_is_refused(post: Callable[..., Answer]) -> None:
    column = {"column": "Size", "to": "attribute", "name": "shoe_size"}
    refused = post(columns=[EMAIL, column])
    assert (refused.status, refused.body["code"]) == (400, "invalid_mapping")
    assert refused.body["details"]["errors"] == [
        {"field": "columns.1.name", "message": "shoe_size is not an attribute: declare it at /v1/attributes"}
    ]
    attribute_changes.create(name="shoe_size", type="number")
    assert post(columns=[EMAIL, column]).status == 201


def test_an_archived_attribute_is_kept_but_cannot_be_added(
    client: Client, key: str, post: Callable[..., Answer]
) -> None:
    attribute_changes.create(name="shoe_size", type="number")
    column = {"column": "Size", "to": "attribute", "name": "shoe_size"}
    post(columns=[EMAIL, column])
    attribute_changes.archive("shoe_size")
    assert client("PATCH", f"{PATH}/newsletter", {"columns": [column, EMAIL]}, key=key).status == 200
    assert "archived" in post(name="new", columns=[column]).body["message"]


def test_a_synonym_of_an_attribute_is_refused(post: Callable[..., Answer]) -> None:
    answer = post(columns=[{"column": "Given", "to": "attribute", "name": "firstName"}])
    assert (answer.status, "synonym of first_name" in answer.body["message"]) == (400, True)


def test_identity_types_must_be_configured(
    post: Callable[..., Answer], set_environment: Callable[..., None]
) -> None:
    columns = [{"column": "Card", "to": "identity", "name": "loyalty_card"}]
    assert "must be one of user_id, email, phone, anonymous_id" in post(columns=columns).body["message"]
    set_environment(CUSTOM_IDENTITY_TYPES="loyalty_card")
    assert post(columns=columns).status == 201


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "Newsletter"}, "name"),
        ({"name": "reports"}, "name"),
        ({"name": "a/b"}, "name"),
        ({"name": "a" * 51}, "name"),
        ({"name": 5}, "name"),
        ({"kind": "people"}, "kind"),
        ({"encoding": "ebcdic"}, "encoding"),
        ({"delimiter": "\n"}, "delimiter"),
        ({"quote": "«"}, "quote"),
        ({"skip_lines": -1}, "skip_lines"),
        ({"skip_lines": 10**300}, "skip_lines"),
        ({"skip_lines": True}, "skip_lines"),
        ({"header": "yes"}, "header"),
        ({"columns": [{"column": "A"}]}, "columns.0.to"),
        ({"columns": [{"column": "A", "to": "moon"}]}, "columns.0"),
        ({"columns": [{"column": "A", "to": "attribute"}]}, "columns.0"),
        ({"columns": [{"column": 0, "to": "ignore"}]}, "columns.0.column"),
        ({"columns": [{"column": 10**30, "to": "ignore"}]}, "columns.0.column"),
        ({"columns": [CITY, CITY]}, "columns.1"),
        ({"columns": [{"column": "A", "to": "event"}]}, "columns.0"),
        ({"columns": [{"column": "A", "to": "ignore"}] * 1001}, "columns"),
        ({"other_columns": "maybe"}, "other_columns"),
        ({"date_format": "DD.MM"}, "date_format"),
        ({"decimal_mark": "'"}, "decimal_mark"),
        ({"phone_region": "Germany"}, "phone_region"),
        ({"time_zone": "Mars/Phobos"}, "time_zone"),
        ({"time_zone": "../etc/passwd"}, "time_zone"),
        ({"time_zone": "\x00"}, "time_zone"),
        ({"tags": [""]}, "tags"),
        ({"tags": [str(number) for number in range(21)]}, "tags"),
        ({"tags": ["a\x00"]}, "tags"),
        ({"lists": [""]}, "lists"),
        ({"lists": ["a\x00"]}, "lists"),
        ({"lists": [5]}, "lists"),
        ({"lists": [str(number) for number in range(21)]}, "lists"),
        ({"lists": ["x" * 101]}, "lists"),
        ({"lists": ["Nobody's"]}, "lists.0"),
        ({"lists": ["list_0123456789ab"]}, "lists.0"),
        ({"segments": ["Nobody's"]}, "segments.0"),
        ({"segments": ["seg_0123456789ab"]}, "segments.0"),
        ({"segments": [str(number) for number in range(21)]}, "segments"),
        ({"kind": "events", "lists": ["Fair"]}, "lists"),
        ({"kind": "events", "segments": ["Fair"]}, "segments"),
        ({"consents": {"email": {"state": "maybe"}}}, "consents"),
        ({"consents": {"!": {"state": "granted"}}}, "consents"),
        ({"consents": {"email": {"state": "granted", "proof": "x" * 5001}}}, "consents"),
        ({"conflict": "mine"}, "conflict"),
        ({"write": "nothing"}, "write"),
        ({"event_name": "Seen"}, "event_name"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_errors_are_reported(post: Callable[..., Answer], fields: dict[str, Any], field: str) -> None:
    answer = post(**fields)
    assert answer.status == 400
    assert any(error["field"].startswith(field) for error in answer.body["details"]["errors"]), answer.body


@pytest.mark.parametrize("text", ["\ud800", "a\ud800b"])
def test_half_a_surrogate_pair_is_refused(post: Callable[..., Answer], text: str) -> None:
    for fields in (
        {"description": text},
        {"tags": [text]},
        {"lists": [text]},
        {"segments": [text]},
        {"columns": [{"column": text, "to": "ignore"}]},
        {"columns": [{"column": "A", "to": "attribute", "name": text}]},
        {"consents": {text: {"state": "granted"}}},
        {"consents": {"email": {"state": "granted", "proof": text}}},
        {"kind": "events", "event_name": text},
        {"time_zone": text},
    ):
        assert post(**fields).status == 400


def test_a_mapping_that_is_too_large_is_refused(post: Callable[..., Answer]) -> None:
    columns = [{"column": f"{number} {'ä' * 900}", "to": "ignore"} for number in range(20)]
    answer = post(columns=columns)
    assert (answer.status, answer.body["code"]) == (400, "too_large")


@pytest.mark.parametrize("name", ["nobody", "Newsletter", "%00", "%ED%A0%80", "x" * 200, "reports"])
def test_an_unknown_mapping_is_not_found(client: Client, key: str, name: str) -> None:
    for method, body in (("GET", None), ("PATCH", {}), ("DELETE", None)):
        assert client(method, f"{PATH}/{name}", body, key=key).status == 404


def test_the_kind_cannot_be_changed(client: Client, key: str, post: Callable[..., Answer]) -> None:
    post()
    assert client("PATCH", f"{PATH}/newsletter", {"kind": "profiles"}, key=key).status == 200
    assert client("PATCH", f"{PATH}/newsletter", {"kind": "events"}, key=key).status == 400
