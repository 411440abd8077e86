"""Double opt-in: a consent in a form is pending until the owner of the address confirms it."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crm.api.models.consents import ConfirmationLink
from crm.domain.api_key import SYSTEM
from crm.domain.errors import ConflictError, GoneError
from crm.domain.forms.definition import Form
from crm.domain.times import DAY_MS
from crm.services.access import api_keys
from crm.services.consents import confirmations, link_secret
from crm.services.definitions import forms
from crm.services.projection.deployment import id_of
from functions.unsubscribe.app import handler
from tests.support.activities import email
from tests.support.gateway import Answer, Client
from tests.support.newsletter_form import NOW, send, submit_at
from tests.support.stream import Pump
from tests.support.unsubscribe_page import FORM, ONE_CLICK, grant, lines, link_to, states_of

SCOPES = ("profiles:read", "profiles:write")

EVENTS = Path(__file__).parents[3] / "events"
WORDING = "Send me <the> newsletter."
ADA = {"email": "Ada@Example.com", "_consent:email": "on"}
CONFIRM = "action=confirm"
Bus = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def form(table: object, set_environment: Callable[..., None]) -> Form:
    set_environment(DOUBLE_OPT_IN="email")
    return _form()


def _form(**more: Any) -> Form:
    return forms.create(
        now=NOW,
        name="Newsletter",
        fields=[
            {"name": "email", "attribute": "email", "label": "E-mail"},
            {"name": "phone", "attribute": "phone", "label": "Phone"},
        ],
        consents=[
            {"channel": "email", "wording": WORDING},
            {"channel": "email", "purpose": "offers", "wording": "Send me offers."},
            {"channel": "sms", "wording": "And by SMS."},
        ],
        **more,
    )


@pytest.fixture
def submit(client: Client, form: Form, pump: Pump, key: str) -> Callable[..., str]:
    """Return `submit(_anonymous_id="a-1")`, which submits the form and returns the id of the person."""

    def submitted(**more: str) -> str:
        answer = send(client, form, {**ADA, **more})
        assert answer.status == 200, answer
        pump()
        return str(client("GET", "/v1/identities/email/ada@example.com", key=key).body["id"])

    return submitted


def link(client: Client, key: str, id_: str, **query: str) -> Answer:
    return client("GET", f"/v1/profiles/{id_}/confirmation-link", key=key, query=query)


def path_of(client: Client, key: str, id_: str, **query: str) -> str:
    answer = link(client, key, id_, **query)
    assert answer.status == 200, answer
    return str(answer.body["url"]).removeprefix("https://api.example.com")


def test_an_unconfirmed_consent_is_pending(
    client: Client, key: str, submit: Callable[..., str], api_key: Callable[..., str]
) -> None:
    person = submit()
    assert states_of(client, key, person) == {"email": "pending"}
    card = client("GET", f"/v1/profiles/{person}", key=key).body
    assert card["consents"]["email"]["state"] == "pending"
    for state, found in (("pending", 1), ("granted", 0), ("missing", 0)):
        listed = client("GET", "/v1/profiles", key=key, query={"consent": f"email:{state}"}).body["profiles"]
        assert len(listed) == found
    (entry,) = client("GET", f"/v1/profiles/{person}/activities", key=key).body["activities"]
    assert entry["changes"]["consents"] == {"email": "pending"}
    admin = api_key()
    for state, found in (("pending", 1), ("granted", 0)):
        conditions = {"type": "consent", "channel": "email", "state": state}
        preview = client("POST", "/v1/segments/preview", {"condition": conditions}, key=admin)
        assert preview.body["count"] == found, preview


def test_the_button_of_the_page_confirms_the_consent(
    client: Client, key: str, submit: Callable[..., str]
) -> None:
    person = submit()
    answer = link(client, key, person)
    ConfirmationLink.model_validate(answer.body)
    assert (answer.body["address"], answer.body["consents"]) == ("ada@example.com", ["email"])
    path = path_of(client, key, person)
    page = client("GET", path)
    assert page.status == 200
    assert "Send me &lt;the&gt; newsletter." in page.body
    assert "a***@example.com" in page.body
    assert 'value="confirm"' in page.body
    confirmed = client("POST", path, CONFIRM, headers=FORM)
    assert (confirmed.status, 'role="status"' in confirmed.body) == (200, True)
    assert states_of(client, key, person) == {"email": "granted"}


def test_opening_a_link_does_not_confirm(client: Client, key: str, submit: Callable[..., str]) -> None:
    person = submit()
    path = path_of(client, key, person)
    for query in ({}, {"action": "confirm"}):
        assert client("GET", path, query=query).status == 200
    assert states_of(client, key, person) == {"email": "pending"}


def test_the_ledger_has_the_proof_of_request_and_confirmation(
    client: Client, key: str, submit: Callable[..., str], form: Form
) -> None:
    person = submit(_submission_id="s-1")
    client("POST", path_of(client, key, person), CONFIRM, headers=FORM)
    granted, pending = client("GET", f"/v1/profiles/{person}/consents", key=key).body["ledger"]
    assert (pending["state"], pending["source"], pending["proof"]) == ("pending", form.source_id, WORDING)
    assert (granted["state"], granted["source"]) == ("granted", "confirmation")
    assert granted["proof"].startswith(WORDING)
    assert f"by {form.source_id}, version 1, submission {form.id}:s-1; confirmed 20" in granted["proof"]
    assert granted["profile_id"] == pending["profile_id"]
    newest, _ = client("GET", f"/v1/profiles/{person}/activities", key=key).body["activities"]
    assert newest["properties"]["request"]["activity_id"] == pending["activity_id"]


def test_a_repeated_confirmation_changes_nothing(
    client: Client, key: str, submit: Callable[..., str]
) -> None:
    person = submit()
    path = path_of(client, key, person)
    client("POST", path, CONFIRM, headers=FORM)
    once = client("GET", f"/v1/profiles/{person}/consents", key=key).body
    again = client("POST", path, CONFIRM, headers=FORM)
    assert "Your consent is confirmed" in again.body
    assert "Your consent is confirmed" in client("GET", path).body
    assert client("GET", f"/v1/profiles/{person}/consents", key=key).body == once


def test_a_link_confirms_all_consents_of_its_submission(
    client: Client, key: str, submit: Callable[..., str]
) -> None:
    person = submit(**{"_consent:email:offers": "on", "_consent:sms": "on", "phone": "+49301234567"})
    assert states_of(client, key, person) == {"email": "pending", "email:offers": "pending", "sms": "granted"}
    assert link(client, key, person, purpose="offers").body["consents"] == ["email", "email:offers"]
    client("POST", path_of(client, key, person), CONFIRM, headers=FORM)
    assert set(states_of(client, key, person).values()) == {"granted"}


def test_a_form_overrides_the_double_opt_in_of_the_deployment(
    client: Client, key: str, pump: Pump, set_environment: Callable[..., None]
) -> None:
    states = []
    for number, (default, own) in enumerate(
        [("off", True), ("email", False), ("off", None), ("email", None)]
    ):
        set_environment(DOUBLE_OPT_IN=default)
        send(client, _form(double_opt_in=own), {**ADA, "email": f"ada{number}@example.com"})
        pump()
        person = client("GET", f"/v1/identities/email/ada{number}@example.com", key=key).body["id"]
        states.append(states_of(client, key, person)["email"])
    assert states == ["pending", "granted", "granted", "pending"]


def test_a_granted_consent_does_not_become_pending(
    client: Client, key: str, submit: Callable[..., str]
) -> None:
    person = submit()
    grant(person, "email", now=NOW * 2)
    submit(_submission_id="again")
    assert states_of(client, key, person) == {"email": "granted"}
    answer = link(client, key, person)
    assert (answer.status, answer.body["code"]) == (409, "nothing_to_confirm")


def test_an_unsubscribed_customer_must_confirm_again(
    client: Client, key: str, submit: Callable[..., str]
) -> None:
    person = submit()
    first = path_of(client, key, person)
    client("POST", link_to(client, key, person), ONE_CLICK, headers=FORM)
    assert states_of(client, key, person) == {"email": "denied"}
    assert "nothing to confirm" in client("POST", first, CONFIRM, headers=FORM).body
    assert states_of(client, key, person) == {"email": "denied"}
    submit(_submission_id="again")
    assert states_of(client, key, person) == {"email": "pending"}
    client("POST", path_of(client, key, person), CONFIRM, headers=FORM)
    assert states_of(client, key, person) == {"email": "granted"}


def test_a_pending_consent_is_unticked_in_the_preference_centre(
    client: Client, key: str, submit: Callable[..., str]
) -> None:
    person = submit()
    assert lines(client("GET", link_to(client, key, person)))["E-mail"] is False


def test_a_link_expires_after_the_configured_days(
    form: Form, pump: Pump, set_environment: Callable[..., None]
) -> None:
    set_environment(CONFIRMATION_LINK_DAYS="2")
    link_secret.ensure()
    submit_at(form, NOW, first="")
    pump()
    person = id_of(email("ada@example.com"))
    made = confirmations.link_for(person, SYSTEM, channel="email", purpose=None, now=NOW + 1)
    assert made.expires_at == NOW + 2 * DAY_MS
    assert confirmations.open_link(made.token, now=made.expires_at - 1).pending == {"email"}
    with pytest.raises(GoneError):
        confirmations.open_link(made.token, now=made.expires_at)
    with pytest.raises(ConflictError):
        confirmations.link_for(person, SYSTEM, channel="email", purpose=None, now=made.expires_at)


def test_an_expired_link_shows_a_page(
    client: Client, key: str, submit: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = path_of(client, key, submit())
    monkeypatch.setattr(confirmations, "DAY_MS", 0)
    for method in ("GET", "POST"):
        answer = client(method, path, CONFIRM, headers=FORM)
        assert (answer.status, answer.headers["content-type"]) == (410, "text/html; charset=utf-8")
        assert "expired" in answer.body


def test_a_confirmation_belongs_to_the_profile_of_the_address(
    client: Client, key: str, submit: Callable[..., str], write_key: str, pump: Pump
) -> None:
    address = submit()
    known = {"userId": "ada", "traits": {"email": "ada@example.com"}, "writeKey": write_key}
    client("POST", "/v1/identify", known)
    pump()
    user = client("GET", "/v1/identities/user_id/ada", key=key).body["id"]
    assert link(client, key, user).body == link(client, key, address).body
    client("POST", path_of(client, key, user), CONFIRM, headers=FORM)
    (row, *_) = client("GET", f"/v1/profiles/{user}/consents", key=key).body["ledger"]
    assert (row["state"], row["profile_id"]) == ("granted", address)


def test_a_requested_confirmation_is_published(
    client: Client, form: Form, key: str, pump: Pump, bus: Bus
) -> None:
    def shown() -> list[dict[str, Any]]:
        pump(publish=True)
        return [event["detail"] for event in bus() if event["detail-type"] == "Consent Pending"]

    send(client, form, {**ADA, "_submission_id": "1"})
    (first,) = shown()
    assert first["consents"] == ["email"]
    assert "ada@example.com" not in json.dumps(first)
    assert link(client, key, first["profile_id"]).body["address"] == "ada@example.com"
    send(client, form, {**ADA, "_submission_id": "1"})
    assert shown() == []
    send(client, form, {**ADA, "_submission_id": "2"})
    (second,) = shown()
    assert second["id"] != first["id"]
    client("POST", path_of(client, key, first["profile_id"]), CONFIRM, headers=FORM)
    assert shown() == []


def test_all_invalid_links_show_the_same_page(client: Client, key: str, submit: Callable[..., str]) -> None:
    person = submit()
    token = path_of(client, key, person).rpartition("/")[2]
    leaving = link_to(client, key, person).rpartition("/")[2]
    wrong = [token[:-1], token[::-1], "A" * len(token), "x", "%C3%A9", token + "A", leaving]
    answers = [
        client(method, f"/confirm/{text}", CONFIRM, headers=FORM)
        for text in wrong
        for method in ("GET", "POST")
    ]
    assert {answer.status for answer in answers} == {404}
    assert len({answer.body for answer in answers}) == 1
    assert client("GET", f"/unsubscribe/{token}").status == 404


@pytest.mark.parametrize("body", [None, "action=save", "confirm", ONE_CLICK, b"\xff\xfe", "x" * 70_000])
def test_an_invalid_post_changes_nothing(
    client: Client, key: str, submit: Callable[..., str], body: Any
) -> None:
    person = submit()
    answer = client("POST", path_of(client, key, person), body, headers=FORM)
    assert (answer.status, answer.headers["content-type"]) == (400, "text/html; charset=utf-8")
    assert states_of(client, key, person) == {"email": "pending"}


def test_the_page_is_not_cached_and_hides_the_address(
    client: Client, key: str, submit: Callable[..., str]
) -> None:
    page = client("GET", path_of(client, key, submit()))
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["x-robots-tag"].startswith("noindex")
    assert "ada@example.com" not in page.body
    assert not re.search("<script", page.body)


def test_a_limited_key_creates_links_for_visible_customers_only(
    client: Client, submit: Callable[..., str]
) -> None:
    person = submit()
    _, limited = api_keys.create("limited", ["admin"], classes=["vip"], now=1)
    assert link(client, limited, person).status == 404


def test_a_consent_without_a_request_has_no_link(
    client: Client, key: str, submit: Callable[..., str]
) -> None:
    person = submit()
    for query in ({"channel": "sms"}, {"purpose": "offers"}, {"channel": "push"}):
        assert link(client, key, person, **query).status == 409


@pytest.mark.parametrize("sample", sorted(EVENTS.glob("confirmation_*.json")), ids=lambda path: path.stem)
def test_sample_events_are_handled(table: object, sample: Path) -> None:
    assert handler(json.loads(sample.read_text()), None)["statusCode"] == 404
