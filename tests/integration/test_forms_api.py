"""Forms through the API: created, read, changed in new versions, deleted."""

import json
from pathlib import Path
from typing import Any

import pytest

from crm.api.models.forms import Form as FormModel
from crm.domain.commands.forms import FormField
from crm.services.definitions import attribute_changes, forms, tags
from functions.manage_definitions.app import handler
from tests.support.gateway import Client

SCOPES = ("definitions:read", "definitions:write")

EMAIL: FormField = {"name": "email", "attribute": "email", "label": "E-mail", "required": True}
EVERYTHING: dict[str, Any] = {
    "name": "Newsletter",
    "fields": [
        EMAIL,
        {"name": "size", "attribute": "shoe_size", "label": "Shoe size", "placeholder": "42"},
        {"name": "about", "attribute": "interests", "label": "Interests", "type": "textarea"},
        {"name": "phone", "attribute": "phone", "label": "Phone", "type": "hidden"},
    ],
    "tags": ["Newsletter", "Spring 2027"],
    "consents": [
        {"channel": "email", "wording": "Send me the newsletter.", "required": True},
        {"channel": "sms", "purpose": "offers", "wording": "Send me offers\nby SMS."},
    ],
    "redirect": "https://shop.example/thanks?from=form",
    "allowed_origins": ["https://shop.example"],
    "honeypot": "homepage",
    "success_text": "Danke!",
    "error_text": "Bitte prüfen.",
    "submit_text": "Anmelden",
    "title": "Unser Newsletter",
    "required_text": "Felder mit * sind Pflichtfelder.",
    "language": "de",
    "enabled": False,
    "double_opt_in": True,
}


@pytest.fixture
def created(client: Client, key: str) -> dict[str, Any]:
    body: dict[str, Any] = client("POST", "/v1/forms", {"name": "Contact", "fields": [EMAIL]}, key=key).body
    return body


def test_a_form_needs_only_a_name_and_a_field(client: Client, key: str, created: dict[str, Any]) -> None:
    FormModel.model_validate(created)
    assert created["id"].startswith("frm_")
    assert (created["enabled"], created["version"], created["tags"]) == (True, 1, [])
    assert created["success_text"]
    assert created["fields"] == [{**EMAIL, "type": None, "placeholder": None}]
    assert client("GET", f"/v1/forms/{created['id']}", key=key).body == created


def test_all_fields_can_be_sent_at_once(client: Client, key: str) -> None:
    attribute_changes.create(name="shoe_size", type="number")
    attribute_changes.create(name="interests", type="list")
    answer = client("POST", "/v1/forms", EVERYTHING, key=key)
    assert answer.status == 201
    FormModel.model_validate(answer.body)
    for name in EVERYTHING.keys() - {"fields", "consents"}:
        assert answer.body[name] == EVERYTHING[name]
    assert [field["type"] for field in answer.body["fields"]] == [None, None, "textarea", "hidden"]
    assert [box["purpose"] for box in answer.body["consents"]] == ["marketing", "offers"]
    assert client("GET", f"/v1/forms/{answer.body['id']}", key=key).body == answer.body


def test_the_sample_event_creates_a_form(table: object) -> None:
    sample = Path(__file__).parents[2] / "events/manage_definitions_create_form.json"
    answer = handler(json.loads(sample.read_text()), None)
    assert answer["statusCode"] == 201
    assert json.loads(answer["body"])["tags"] == ["Newsletter"]


def test_forms_are_listed_oldest_first(client: Client, key: str) -> None:
    for now, name in enumerate(["one", "two", "three"]):
        forms.create(name=name, fields=[EMAIL], tags=[name], now=now)
    listed = client("GET", "/v1/forms", key=key).body["forms"]
    assert [(form["name"], form["tags"]) for form in listed] == [
        ("one", ["one"]),
        ("two", ["two"]),
        ("three", ["three"]),
    ]


def test_a_form_shows_the_new_name_of_a_renamed_tag(client: Client, key: str) -> None:
    form = client("POST", "/v1/forms", {"name": "F", "fields": [EMAIL], "tags": ["VIP", "vip"]}, key=key).body
    assert form["tags"] == ["VIP"]
    tags.update("VIP", {"name": "Gold"})
    assert client("GET", f"/v1/forms/{form['id']}", key=key).body["tags"] == ["Gold"]


def test_an_edit_creates_a_new_version_and_keeps_other_fields(
    client: Client, key: str, created: dict[str, Any]
) -> None:
    path = f"/v1/forms/{created['id']}"
    changed = client("PATCH", path, {"redirect": "https://shop.example/"}, key=key).body
    assert (changed["redirect"], changed["version"]) == ("https://shop.example/", 2)
    assert changed["fields"] == created["fields"]
    without = client("PATCH", path, {"redirect": None, "tags": ["VIP"]}, key=key).body
    assert (without["redirect"], without["tags"], without["version"]) == (None, ["VIP"], 3)
    assert client("PATCH", path, {"tags": ["vip"]}, key=key).body == without


def test_an_outdated_etag_is_refused(client: Client, key: str, created: dict[str, Any]) -> None:
    path = f"/v1/forms/{created['id']}"
    tag = client("GET", path, key=key).headers["etag"]
    assert client("PATCH", path, {"name": "New"}, key=key, headers={"if-match": tag}).status == 200
    for method, body in (("PATCH", {"name": "Old"}), ("DELETE", None)):
        answer = client(method, path, body, key=key, headers={"if-match": tag})
        assert (answer.status, answer.body["code"]) == (412, "version_conflict")
    assert client("GET", path, key=key).body["name"] == "New"


def test_a_deleted_form_is_not_found(client: Client, key: str, created: dict[str, Any]) -> None:
    path = f"/v1/forms/{created['id']}"
    assert client("GET", f"{path}/embed").status == 200
    assert client("DELETE", path, key=key).status == 204
    assert client("GET", path, key=key).status == 404
    assert client("GET", f"{path}/embed").status == 404
    assert client("POST", path, {"email": "ada@example.com"}).status == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "a\tb"}, "name"),
        ({"fields": []}, "fields"),
        ({"fields": [EMAIL | {"name": "_consent:email"}]}, "fields.0.name"),
        ({"fields": [EMAIL | {"name": "e mail"}]}, "fields.0.name"),
        ({"fields": [EMAIL, EMAIL | {"attribute": "phone"}]}, "fields"),
        ({"fields": [EMAIL, EMAIL | {"name": "again"}]}, "fields"),
        ({"fields": [EMAIL, EMAIL | {"name": "x", "attribute": "nothing"}]}, "fields.1.attribute"),
        ({"fields": [EMAIL | {"label": "  "}]}, "fields.0.label"),
        ({"fields": [EMAIL | {"type": "file"}]}, "fields.0.type"),
        ({"fields": [EMAIL | {"type": "select"}]}, "fields.0.type"),
        ({"fields": [EMAIL | {"type": "checkbox"}]}, "fields.0.type"),
        ({"honeypot": "email"}, "honeypot"),
        ({"honeypot": "_x"}, "honeypot"),
        ({"redirect": "/thanks"}, "redirect"),
        ({"redirect": "javascript:alert(1)"}, "redirect"),
        ({"redirect": "https://a@evil.example/"}, "redirect"),
        ({"redirect": "https://shop.example/\r\nset-cookie: a=b"}, "redirect"),
        ({"redirect": "https://shop.example:port/"}, "redirect"),
        ({"redirect": "https://"}, "redirect"),
        ({"allowed_origins": ["shop.example"]}, "allowed_origins"),
        ({"consents": [{"channel": "e/mail", "wording": "Yes"}]}, "consents.0.channel"),
        ({"consents": [{"channel": "email", "wording": " "}]}, "consents.0.wording"),
        ({"consents": [{"channel": "sms", "wording": "Yes"}]}, "consents.0.channel"),
        ({"double_opt_in": "perhaps"}, "double_opt_in"),
        (
            {"consents": [{"channel": "Email", "wording": "Yes"}, {"channel": "email", "wording": "No"}]},
            "consents",
        ),
        ({"language": "germ!"}, "language"),
        ({"success_text": "\x00"}, "success_text"),
        ({"tags": ["x" * 101]}, "tags"),
        ({"id": "frm_0123456789ab"}, "id"),
    ],
)
def test_an_invalid_form_is_refused_with_its_field(
    client: Client, key: str, created: dict[str, Any], changes: dict[str, Any], field: str
) -> None:
    for method, path in (("POST", "/v1/forms"), ("PATCH", f"/v1/forms/{created['id']}")):
        whole = {"name": "Form", "fields": [EMAIL], **changes} if method == "POST" else changes
        answer = client(method, path, whole, key=key)
        assert answer.status == 400
        assert field in str(answer.body["details"])
    assert client("GET", "/v1/forms", key=key).body["forms"] == [created]


def test_an_archived_attribute_cannot_be_added_to_a_form(client: Client, key: str) -> None:
    attribute_changes.create(name="size")
    size = {"name": "size", "attribute": "size", "label": "Size"}
    form = client("POST", "/v1/forms", {"name": "F", "fields": [EMAIL, size]}, key=key).body
    attribute_changes.archive("size")
    refused = client("POST", "/v1/forms", {"name": "G", "fields": [EMAIL, size]}, key=key)
    assert (refused.status, refused.body["code"]) == (400, "archived_attribute")
    kept = client(
        "PATCH", f"/v1/forms/{form['id']}", {"fields": [EMAIL, size | {"label": "Grösse"}]}, key=key
    )
    assert kept.status == 200
    assert 'name="size"' not in client("GET", f"/v1/forms/{form['id']}/embed").body


@pytest.mark.parametrize("id_", ["frm_0123456789ab", "nothing", "x" * 3000, "%00", "a%2Fb"])
def test_an_unknown_form_is_not_found(client: Client, key: str, id_: str) -> None:
    for method, body in (
        ("GET", None),
        ("PATCH", {"enabled": False}),
        ("DELETE", None),
        ("POST", {"a": "b"}),
    ):
        assert client(method, f"/v1/forms/{id_}", body, key=key).status == 404
    assert client("GET", f"/v1/forms/{id_}/embed").status == 404
