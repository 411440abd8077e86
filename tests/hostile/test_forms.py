"""A form, which needs no key, can neither name a user nor consent for an address that was not submitted."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from crm.domain.commands.forms import FormField
from crm.domain.forms.definition import Form
from crm.domain.stored_record import to_record
from crm.services.definitions import forms
from crm.storage import definitions
from tests.support.gateway import Client
from tests.support.newsletter_form import ADA, NOW, activities, rejected, send, stored_submission
from tests.support.stream import Pump

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

EMAIL: FormField = {"name": "email", "attribute": "email", "label": "E-mail"}
PHONE = {"name": "phone", "attribute": "phone", "label": "Phone"}


@pytest.fixture
def victim(client: Client, key: str) -> str:
    """Create a customer with a user id, and return the profile's id."""
    body = {"identities": {"user_id": "victim"}, "attributes": {"first_name": "Vera"}}
    made = client("POST", "/v1/profiles", body, key=key)
    assert made.status == 201, made
    return str(made.body["id"])


def stored_by_the_previous_version(**changes: Any) -> Form:
    """Store a form with a field for a user id, and with a consent without a field for its address."""
    form = forms.create(now=NOW, name="Old", fields=[EMAIL])
    record = to_record(form) | {"version": 2} | changes
    del record["double_opt_in"]
    with definitions.one_transaction() as writes:
        writes.replace(forms.FORM_KIND, form.id, record, read_version=1)
    return forms.get(form.id)


def described(field: FormField) -> dict[str, Any]:
    return {"required": False, "type": None, "placeholder": None, **field}


def consents_of(client: Client, key: str, type_: str, value: str) -> dict[str, str]:
    profile = client("GET", f"/v1/identities/{type_}/{value}", key=key).body
    return {name: consent["state"] for name, consent in profile["consents"].items()}


@pytest.mark.parametrize("extra", [{"_user_id": "victim"}, {"user_id": "victim"}, {"userId": "victim"}])
@pytest.mark.parametrize("shape", ["flat", "fields"])
def test_a_user_id_in_a_form_submission_is_ignored(
    client: Client,
    form: Form,
    table: "Table",
    pump: Pump,
    key: str,
    victim: str,
    extra: dict[str, str],
    shape: str,
) -> None:
    before = client("GET", f"/v1/profiles/{victim}", key=key).body
    filled = {"email": "mallory@example.com", "first": "Mallory"}
    body: dict[str, Any] = filled | extra | {"_consent:email": "on"}
    if shape == "fields":
        body = {"fields": filled | extra, "consents": {"email": True}, **extra}
    assert send(client, form, body).status == 200
    pump()
    assert client("GET", f"/v1/profiles/{victim}", key=key).body == before
    (submitted,) = [item for item in activities(table) if item["ty"] == "form"]
    assert "victim" not in submitted["d"]


def test_a_submission_with_only_a_user_id_is_refused_and_not_replayed(
    client: Client, table: "Table", key: str
) -> None:
    poll = forms.create(now=NOW, name="Poll", fields=[{"name": "city", "attribute": "city", "label": "City"}])
    answer = send(client, poll, {"city": "Berlin", "_user_id": "victim"})
    assert (answer.status, answer.body["code"]) == (400, "no_identity")
    replayed = client("POST", f"/v1/rejected/{answer.body['details']['rejected_id']}/replay", key=key)
    assert (replayed.status, replayed.body["code"]) == (400, "no_identity")
    assert len(rejected(table)) == 1


@pytest.mark.parametrize("type_", ["user_id", "card_number"])
def test_a_form_with_a_field_for_an_id_is_refused(
    client: Client, key: str, set_environment: Callable[..., None], type_: str
) -> None:
    set_environment(CUSTOM_IDENTITY_TYPES="card_number")
    fields = [EMAIL, {"name": "who", "attribute": type_, "label": "Your number"}]
    refused = client("POST", "/v1/forms", {"name": "Form", "fields": fields}, key=key)
    assert (refused.status, refused.body["code"]) == (400, "identity_not_allowed")
    assert refused.body["details"]["field"] == "fields.1.attribute"
    assert f"cannot set {type_}" in refused.body["message"]


def test_a_user_id_field_of_the_previous_version_is_ignored_with_a_notice(
    client: Client, key: str, table: "Table"
) -> None:
    who = described({"name": "who", "attribute": "user_id", "label": "Number", "required": True})
    old = stored_by_the_previous_version(fields=[described(EMAIL), who])
    shown = client("GET", f"/v1/forms/{old.id}", key=key).body
    assert [field["attribute"] for field in shown["fields"]] == ["email", "user_id"]
    assert [(notice["field"], notice["code"]) for notice in shown["notices"]] == [
        ("fields.1", "identity_not_allowed")
    ]
    assert 'name="who"' not in client("GET", f"/v1/forms/{old.id}/embed").body
    assert send(client, old, {"email": "ada@example.com", "who": "victim"}).status == 200
    assert stored_submission(table)["i"] == [["email", "ada@example.com"]]
    assert stored_submission(table)["p"]["fields"] == {"email": "ada@example.com"}
    renamed = client("PATCH", f"/v1/forms/{old.id}", {"name": "New"}, key=key)
    assert (renamed.status, renamed.body["double_opt_in"]) == (200, None)
    again = client("PATCH", f"/v1/forms/{old.id}", {"fields": shown["fields"]}, key=key)
    assert (again.status, again.body["code"]) == (400, "identity_not_allowed")


def test_a_consent_without_its_address_of_the_previous_version_grants_nothing(
    client: Client, key: str, pump: Pump
) -> None:
    boxes = [{"channel": "sms", "wording": "By SMS", "purpose": "marketing", "required": True}]
    old = stored_by_the_previous_version(fields=[described(EMAIL)], consents=boxes)
    (notice,) = client("GET", f"/v1/forms/{old.id}", key=key).body["notices"]
    assert (notice["field"], notice["code"]) == ("consents.0", "no_address")
    assert "_consent:sms" not in client("GET", f"/v1/forms/{old.id}/embed").body
    assert send(client, old, {"email": "ada@example.com", "_consent:sms": "on"}).status == 200
    pump()
    assert consents_of(client, key, "email", "ada@example.com") == {}


def test_a_valid_form_has_no_notices(client: Client, key: str, form: Form) -> None:
    (shown,) = client("GET", "/v1/forms", key=key).body["forms"]
    assert shown["notices"] == []


def test_a_consent_needs_its_address(client: Client, form: Form, table: "Table") -> None:
    answer = send(client, form, {"email": "ada@example.com", "_consent:sms": "on"})
    assert answer.body["details"]["errors"] == [
        {"field": "phone", "message": "must be filled in, because a ticked checkbox needs it"}
    ]
    wrong = send(client, form, {"email": "ada@example.com", "_consent:sms": "on", "phone": "1"})
    assert [error["field"] for error in wrong.body["details"]["errors"]] == ["phone"]
    assert not activities(table)


def test_a_visitor_of_a_shared_browser_cannot_consent_for_its_customer(
    client: Client, table: "Table"
) -> None:
    optional = forms.create(
        now=NOW, name="Kiosk", fields=[EMAIL], consents=[{"channel": "email", "wording": "Yes"}]
    )
    answer = send(client, optional, {"_anonymous_id": "a-1", "_consent:email": "on"})
    assert [error["field"] for error in answer.body["details"]["errors"]] == ["email"]
    assert not activities(table)


def test_a_consent_to_text_messages_belongs_to_the_phone_number(
    client: Client, form: Form, key: str, pump: Pump, table: "Table"
) -> None:
    typed = ADA | {"phone": "+49 30 1234567", "_consent:sms": "on", "_submission_id": "s-1"}
    for _ in range(2):
        assert send(client, form, typed).status == 200
    assert len(activities(table)) == 2
    pump()
    profile = client("GET", "/v1/identities/email/ada@example.com", key=key).body
    assert consents_of(client, key, "email", "ada@example.com") == {"email": "granted", "sms": "granted"}
    ledger = client("GET", f"/v1/profiles/{profile['id']}/consents", key=key).body["ledger"]
    rows = {row["key"]: row for row in ledger}
    assert rows["sms"]["profile_id"] != rows["email"]["profile_id"]
    assert (rows["sms"]["proof"], rows["sms"]["source"]) == ("And by SMS.", f"form:{form.id}")
    assert rows["sms"]["type"] == "consent.changed"


def test_a_consent_for_the_phone_of_another_customer_belongs_to_that_customer(
    client: Client, form: Form, key: str, pump: Pump
) -> None:
    body = {"identities": {"email": "vera@example.com", "phone": "+49301234567"}}
    assert client("POST", "/v1/profiles", body, key=key).status == 201
    typed = {"email": "mallory@example.com", "phone": "+49301234567", "_consent:email": "on"}
    send(client, form, typed | {"_consent:sms": "on"})
    pump()
    assert consents_of(client, key, "email", "mallory@example.com") == {"email": "granted"}
    assert consents_of(client, key, "email", "vera@example.com") == {"sms": "granted"}


def test_visits_of_the_browser_are_linked_to_the_customer(
    client: Client, form: Form, key: str, pump: Pump, write_key: str
) -> None:
    seen = {"anonymousId": "a-1", "event": "Seen", "writeKey": write_key, "timestamp": "2026-11-21T19:30:00Z"}
    assert client("POST", "/v1/track", seen).status == 200
    send(client, form, ADA | {"_anonymous_id": "a-1"})
    pump()
    profile = client("GET", "/v1/identities/email/ada@example.com", key=key).body
    assert {"type": "anonymous_id", "value": "a-1"} in profile["identities"]
    assert profile["totals"]["activities"] == 2
