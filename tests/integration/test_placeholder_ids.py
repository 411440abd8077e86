"""Ids, addresses and numbers that a deployment declares as placeholders (`PlaceholderIds`), in all kinds of input.

Files: test_import_placeholder_ids.py.
"""

from typing import Any

import pytest

from crm.domain.forms.definition import Form
from tests.support.declared_placeholders import PLACEHOLDER_BY_TYPE
from tests.support.gateway import Client
from tests.support.newsletter_form import newsletter
from tests.support.newsletter_form import send as submit
from tests.support.staff import Send, Staff
from tests.support.stream import Pump

pytestmark = pytest.mark.usefixtures("declared_placeholders")


@pytest.mark.parametrize(
    "message",
    [
        {"userId": "Kunde-0"},
        {"anonymousId": "KUNDE-0"},
        {"traits": {"email": "Kein@Shop.example"}},
        {"traits": {"phone": "+49-30-1234567"}},
        {"context": {"traits": {"email": "kein@shop.example"}}},
    ],
)
def test_placeholder_ids_in_messages_are_ignored(
    client: Client, write_key: str, message: dict[str, Any]
) -> None:
    answer = client("POST", "/v1/identify", {**message, "writeKey": write_key})
    assert answer.body["code"] == "no_identity"


def test_a_placeholder_id_in_an_alias_is_ignored(client: Client, write_key: str) -> None:
    answer = client("POST", "/v1/alias", {"userId": "u-1", "previousId": "kunde-0", "writeKey": write_key})
    assert answer.body["code"] == "missing_previous_id"


def test_placeholder_ids_in_forms_are_refused_or_ignored(client: Client, pump: Pump, staff: Staff) -> None:
    form: Form = newsletter()
    refused = submit(client, form, {"email": "kein@shop.example"})
    assert (refused.status, refused.body["details"]["errors"][0]["field"]) == (400, "email")
    answer = submit(client, form, {"email": "ada@example.com", "_anonymous_id": "kunde-0"})
    assert answer.status == 200
    pump()
    ada = client("GET", "/v1/identities/email/ada@example.com", key=staff.key).body
    assert ada["identities"] == [{"type": "email", "value": "ada@example.com"}]


@pytest.mark.parametrize("type_", PLACEHOLDER_BY_TYPE)
def test_a_profile_with_a_placeholder_id_is_refused(staff: Staff, type_: str) -> None:
    answer = staff("POST", "", {"identities": {type_: PLACEHOLDER_BY_TYPE[type_]}})
    assert (answer.status, answer.body["code"]) == (400, "invalid_identity")


@pytest.mark.parametrize("type_", ["email", "phone"])
def test_an_edit_to_a_placeholder_id_is_refused(staff: Staff, type_: str) -> None:
    ada = staff.new()
    answer = staff("PATCH", f"{ada['id']}/attributes", {type_: PLACEHOLDER_BY_TYPE[type_]})
    assert (answer.status, answer.body["code"]) == (400, "invalid_value")
    etag = staff("GET", ada["id"]).headers["etag"]
    answer = staff("PATCH", ada["id"], {"identities": {type_: PLACEHOLDER_BY_TYPE[type_]}}, etag=etag)
    assert answer.status == 400
    assert staff.card(ada["id"])["identities"] == ada["identities"]


def test_a_placeholder_id_is_not_found_and_settles_no_conflict(
    client: Client, staff: Staff, send: Send
) -> None:
    send("identify", userId="ann")
    answer = client("GET", "/v1/identities/user_id/KUNDE-0", key=staff.key)
    assert answer.status in (400, 404)
    owner = client("GET", "/v1/identities/user_id/ann", key=staff.key).body["id"]
    body = {"conflicts": [{"identity": {"type": "user_id", "value": "KUNDE-0"}, "owner": owner}]}
    answer = client("POST", "/v1/conflicts/settle", body, key=staff.key)
    assert answer.status == 400, answer.body
