"""Submissions of forms, in each way in which a form can be sent."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from crm.domain.forms.definition import Form
from crm.storage.log_writer import LogWriter
from functions.capture_form.app import handler
from tests.support.gateway import Client
from tests.support.newsletter_form import (
    ADA,
    BROWSER,
    URLENCODED,
    WORDING,
    activities,
    post,
    send,
    stored_submission,
    unavailable,
)
from tests.support.stream import Pump

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

EVENTS = Path(__file__).parents[2] / "events"


def test_a_visitor_becomes_a_customer(
    client: Client, form: Form, pump: Pump, key: str, write_key: str
) -> None:
    page = {
        "anonymousId": "a-1",
        "messageId": "m-1",
        "timestamp": "2026-11-21T19:30:00Z",
        "writeKey": write_key,
    }
    assert client("POST", "/v1/page", page).status == 200
    answer = send(client, form, {**ADA, "_anonymous_id": "a-1"})
    assert (answer.status, answer.body["success"], answer.body["redirect"]) == (200, True, None)
    pump()

    profile = client("GET", "/v1/identities/email/ada@example.com", key=key).body
    assert profile["kind"] == "recognised"
    assert profile["attributes"] == {"email": "ada@example.com", "first_name": "Ada", "visits": 3}
    assert profile["tags"] == ["Newsletter"]
    consent = profile["consents"]["email"]
    assert (consent["state"], consent["source"]) == ("granted", f"form:{form.id}")
    assert "sms" not in profile["consents"]
    ledger = client("GET", f"/v1/profiles/{profile['id']}/consents", key=key).body
    assert WORDING in str(ledger)
    timeline = client("GET", f"/v1/profiles/{profile['id']}/activities", key=key).body["activities"]
    assert [(one["type"], one["name"]) for one in timeline] == [("form", "Newsletter"), ("page", None)]
    forms_only = client(
        "GET", f"/v1/profiles/{profile['id']}/activities", query={"category": "forms"}, key=key
    ).body
    assert [one["name"] for one in forms_only["activities"]] == ["Newsletter"]


def test_a_submission_keeps_its_form_and_its_page(client: Client, form: Form, table: "Table") -> None:
    post(client, form, {**ADA, "_anonymous_id": "a-1", "csrf": "x"})
    kept = stored_submission(table)
    assert kept["i"] == [["email", "ada@example.com"], ["anonymous_id", "a-1"]]
    assert kept["p"] == {
        "form": form.id,
        "version": 1,
        "fields": {"email": ADA["email"], "first": "Ada", "visits": "3"},
    }
    assert kept["c"]["page"] == {"url": BROWSER["referer"]}
    assert kept["c"]["environment"]["browser"] == "Chrome"
    assert kept["e"]["consents"] == {"email": {"state": "granted", "proof": WORDING}}
    (activity,) = activities(table)
    assert (activity["so"], activity["n"], activity["ty"]) == (f"form:{form.id}", "Newsletter", "form")


def test_every_content_type_gives_the_same_submission(client: Client, form: Form, table: "Table") -> None:
    parts = "".join(
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in ADA.items()
    )
    bodies: list[tuple[str, Any]] = [
        (URLENCODED, urlencode(ADA)),
        (URLENCODED + "; charset=UTF-8", urlencode(ADA).encode()),
        ("multipart/form-data; boundary=b", f"{parts}--b--\r\n".encode()),
        ("application/json", ADA),
        ("application/json", ADA | {"visits": 3, "_consent:email": True}),
        ("text/plain", json.dumps(ADA)),
        (
            "application/json",
            {
                "fields": {name: value for name, value in ADA.items() if not name.startswith("_")},
                "consents": {"email": True, "sms": False},
            },
        ),
    ]
    for content_type, body in bodies:
        answer = client("POST", f"/v1/forms/{form.id}", body, headers={"content-type": content_type})
        assert (answer.status, answer.body["success"]) == (200, True), content_type
    assert stored_submission(table)["e"]["attributes"] == {
        "email": "ada@example.com",
        "first_name": "Ada",
        "visits": 3,
    }


def test_empty_fields_and_unticked_checkboxes_change_nothing(
    client: Client, form: Form, pump: Pump, key: str
) -> None:
    post(client, form)
    post(client, form, {"email": "ada@example.com", "first": "", "visits": "4"})
    pump()
    profile = client("GET", "/v1/identities/email/ada@example.com", key=key).body
    assert profile["attributes"]["first_name"] == "Ada"
    assert profile["attributes"]["visits"] == 4
    assert profile["consents"]["email"]["state"] == "granted"


@pytest.mark.parametrize(
    ("name", "status"),
    [("capture_form_browser", 200), ("capture_form_json", 200), ("capture_form_embed", 200)],
)
def test_the_sample_events_are_handled(form: Form, table: "Table", name: str, status: int) -> None:
    event = json.loads((EVENTS / f"{name}.json").read_text().replace("frm_0123456789ab", form.id))
    assert handler(event, None)["statusCode"] == status
    assert len(activities(table)) == (0 if name.endswith("embed") else 1)


def test_a_submission_fails_if_it_cannot_be_stored(
    client: Client, form: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LogWriter, "append", unavailable)
    answer = send(client, form, ADA)
    assert (answer.status, answer.body["code"]) == (503, "unavailable")
    page = post(client, form)
    assert (page.status, page.headers["retry-after"]) == (503, "5")
