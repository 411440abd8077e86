"""Unsubscription on the linked page of a message, and by one click."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from crm.domain.commands.forms import FormConsent, FormField
from crm.domain.errors import UnavailableError
from crm.services.access import sources
from crm.services.consents import consent_changes
from crm.services.definitions import forms
from tests.support.gateway import Client
from tests.support.stream import Pump
from tests.support.unsubscribe_page import (
    FORM,
    NOW,
    ONE_CLICK,
    filled_in,
    grant,
    lines,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

SCOPES = ("profiles:read", "profiles:write")


def test_the_page_shows_all_consents_of_the_person(client: Client, link: Callable[..., str]) -> None:
    page = client("GET", link())
    assert (page.status, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert lines(page) == {
        "E-mail": True,
        "Text messages (SMS): offers": True,
        "Push notifications": False,
    }
    assert "s***@example.com" in page.body
    for personal in ("Sofia", "sofia@example.com", "+48601234567"):
        assert personal not in page.body


def test_every_page_names_the_sender(
    client: Client, link: Callable[..., str], set_environment: Callable[..., None]
) -> None:
    assert 'class="sender"' not in client("GET", link()).body
    set_environment(SENDER_NAME="Müller & Söhne <Kiel>")
    for path in (link(), link()[:-3], "/confirm/unknown"):
        body = client("GET", path).body
        assert '<p class="sender">Müller &amp; Söhne &lt;Kiel&gt;</p>' in body
        assert "- Müller &amp; Söhne &lt;Kiel&gt;</title>" in body


def test_the_page_is_not_cached_or_indexed(client: Client, link: Callable[..., str]) -> None:
    page = client("GET", link())
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["x-robots-tag"].startswith("noindex")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "<script" not in page.body


def test_opening_the_page_changes_nothing(
    client: Client, link: Callable[..., str], states: Callable[[], dict[str, str]], table: "Table"
) -> None:
    path = link()
    before = table.scan(ConsistentRead=True)["Items"]
    for query in ({}, {"action": "none"}, {"List-Unsubscribe": "One-Click"}):
        assert client("GET", path, query=query).status == 200
    assert table.scan(ConsistentRead=True)["Items"] == before


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/x-www-form-urlencoded", ONE_CLICK),
        ("application/x-www-form-urlencoded; charset=utf-8", ONE_CLICK.encode()),
        (
            "multipart/form-data; boundary=x",
            '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
        ),
    ],
)
def test_one_click_unsubscribes_from_the_channel_of_the_link(
    client: Client,
    link: Callable[..., str],
    states: Callable[[], dict[str, str]],
    content_type: str,
    body: str | bytes,
) -> None:
    answer = client("POST", link(), body, headers={"content-type": content_type})
    assert answer.status == 200
    assert states() == {"email": "denied", "push": "denied", "sms:offers": "granted"}


def test_one_click_denies_a_consent_that_was_never_given(
    client: Client, link: Callable[..., str], states: Callable[[], dict[str, str]]
) -> None:
    path = link(channel="wifi", purpose="offers")
    assert lines(client("GET", path))["Wi-Fi: offers"] is True
    client("POST", path, ONE_CLICK, headers=FORM)
    assert states()["wifi:offers"] == "denied"


def test_changes_are_recorded_in_the_ledger(
    client: Client, key: str, person: str, link: Callable[..., str]
) -> None:
    client("POST", link(), ONE_CLICK, headers=FORM)
    page = client("GET", link())
    client("POST", link(), filled_in(page, email=True), headers=FORM)
    client("POST", link(), "action=none", headers=FORM)
    ledger = client("GET", f"/v1/profiles/{person}/consents", key=key, query={"limit": 4}).body["ledger"]
    assert [(row["key"], row["state"], row["source"], row["proof"]) for row in ledger] == [
        ("email", "denied", "unsubscribe", "Unsubscribe from all of these"),
        ("sms:offers", "denied", "unsubscribe", "Unsubscribe from all of these"),
        ("email", "granted", "unsubscribe", "What may we send you? [x] E-mail"),
        ("email", "denied", "unsubscribe", "one-click (RFC 8058)"),
    ]
    assert {row["type"] for row in ledger} == {"consent.changed"}


def test_consents_can_be_withdrawn_and_given_again(
    client: Client, link: Callable[..., str], states: Callable[[], dict[str, str]]
) -> None:
    path = link()
    done = client("POST", path, filled_in(client("GET", path), email=False), headers=FORM)
    assert (done.status, done.headers["location"]) == (303, "?done=save")
    answer = client("GET", path, query={"done": "save"})
    assert 'role="status"' in answer.body
    assert lines(answer)["E-mail"] is False
    assert states() == {"email": "denied", "push": "denied", "sms:offers": "granted"}

    several = filled_in(answer, **{"email": True, "push": True, "sms:offers": False})
    client("POST", path, several, headers=FORM)
    assert states() == {"email": "granted", "push": "granted", "sms:offers": "denied"}

    done = client("POST", path, "action=none", headers=FORM)
    assert (done.status, done.headers["location"]) == (303, "?done=none")
    answer = client("GET", path, query={"done": "none"})
    assert "You are unsubscribed from all of these." in answer.body
    assert states() == {"email": "denied", "push": "denied", "sms:offers": "denied"}
    assert set(lines(answer).values()) == {False}

    client("POST", path, filled_in(answer, email=True), headers=FORM)
    assert states() == {"email": "granted", "push": "denied", "sms:offers": "denied"}
    for untrue in ("none", "nothing", "<script>"):
        assert 'role="status"' not in client("GET", path, query={"done": untrue}).body


def test_a_repeated_post_changes_nothing(
    client: Client, key: str, person: str, link: Callable[..., str]
) -> None:
    path = link()
    for body in (ONE_CLICK, filled_in(client("GET", path), email=True), "action=none"):
        client("POST", path, body, headers=FORM)
        once = client("GET", f"/v1/profiles/{person}/consents", key=key).body
        client("POST", path, body, headers=FORM)
        assert client("GET", f"/v1/profiles/{person}/consents", key=key).body == once


def test_saving_an_unchanged_page_records_nothing(
    client: Client, key: str, person: str, link: Callable[..., str]
) -> None:
    path = link(channel="bluetooth")
    before = client("GET", f"/v1/profiles/{person}/consents", key=key).body
    client("POST", path, filled_in(client("GET", path)), headers=FORM)
    assert client("GET", f"/v1/profiles/{person}/consents", key=key).body == before


def test_an_outdated_page_changes_only_what_the_user_changed(
    client: Client, link: Callable[..., str], states: Callable[[], dict[str, str]], person: str
) -> None:
    path = link()
    page = client("GET", path)
    client("POST", path, ONE_CLICK, headers=FORM)
    grant(person, "rfid", now=NOW + 1)
    client("POST", path, filled_in(page, push=True), headers=FORM)
    assert states() == {"email": "denied", "push": "granted", "rfid": "granted", "sms:offers": "granted"}


def test_only_shown_consents_can_be_changed(
    client: Client, link: Callable[..., str], states: Callable[[], dict[str, str]]
) -> None:
    made_up = {"processing": False, "post": False, "email": True}
    body = urlencode({"shown": json.dumps(made_up), "ticked": "processing", "action": "save"})
    client("POST", link(), body + "&ticked=post", headers=FORM)
    assert states() == {"email": "denied", "push": "denied", "sms:offers": "granted"}


def test_an_expired_grant_can_be_renewed(
    client: Client, link: Callable[..., str], states: Callable[[], dict[str, str]], person: str
) -> None:
    grant(person, "rfid", expires_at="2026-11-21T19:30:01.000Z")
    path = link()
    page = client("GET", path)
    assert lines(page)["RFID"] is False
    client("POST", path, filled_in(page), headers=FORM)
    assert states()["rfid"] == "expired"
    client("POST", path, filled_in(page, rfid=True), headers=FORM)
    assert states()["rfid"] == "granted"


def test_custom_consent_names_are_escaped(
    client: Client, link: Callable[..., str], states: Callable[[], dict[str, str]], pump: Pump
) -> None:
    write_key = sources.create(
        name="Server", kind="server", now=1
    ).write_key  # what pages send must be declared
    name = "<b>\"Ads\" & 'more'</b>"
    context = {"consent": {"categoryPreferences": {name: True}}}
    event = {"anonymousId": "browser-1", "traits": {"email": "sofia@example.com"}, "context": context}
    client("POST", "/v1/identify", event | {"writeKey": write_key})
    pump()
    path = link()
    page = client("GET", path)
    assert lines(page)[name] is True
    assert name not in page.body
    client("POST", path, filled_in(page, **{name: False}), headers=FORM)
    assert states()[name] == "denied"


def test_consents_of_forms_are_offered(
    client: Client, link: Callable[..., str], states: Callable[[], dict[str, str]]
) -> None:
    boxes: list[FormConsent] = [{"channel": "email", "purpose": "trends", "wording": "Send me what is new."}]
    boxes.append({"channel": "processing", "wording": "You may process my data."})
    fields: list[FormField] = [{"name": "mail", "attribute": "email", "label": "E-mail"}]
    forms.create(name="Newsletter", fields=fields, consents=boxes, now=NOW)
    page = client("GET", link())
    assert lines(page)["E-mail: trends"] is False
    assert len(lines(page)) == 4
    client("POST", link(), filled_in(page, **{"email:trends": True}), headers=FORM)
    assert states()["email:trends"] == "granted"


def test_a_temporary_failure_is_shown_on_a_page(
    client: Client, link: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def throttled(*_: Any, **__: Any) -> None:
        raise UnavailableError("the log accepts no activities at the moment", retry_after=7)

    path = link()
    monkeypatch.setattr(consent_changes, "record_consents", throttled)
    answer = client("POST", path, ONE_CLICK, headers=FORM)
    assert (answer.status, answer.headers["retry-after"]) == (503, "7")
    assert answer.headers["content-type"].startswith("text/html")


def test_a_link_for_text_messages_shows_the_number(client: Client, link: Callable[..., str]) -> None:
    assert "***67" in client("GET", link(channel="sms", purpose="offers")).body


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (FORM, None),
        (FORM, "action=drop"),
        (FORM, "action=save"),
        (FORM, "action=save&shown=nothing"),
        (FORM, "action=save&shown=" + "[" * 9000),
        (FORM, "action=save&action=none"),
        (FORM, "List-Unsubscribe=one-click"),
        (FORM, "%FF=%FF"),
        (FORM, b"\xff\xfe"),
        ({"content-type": "multipart/form-data"}, "x"),
        ({"content-type": "application/json"}, "{"),
        ({"content-type": "application/json"}, '{"action": {"save": 1}, "List-Unsubscribe": [[1]]}'),
        ({"content-type": "image/png"}, b"\x89PNG"),
        ({}, "x" * 70_000),
    ],
)
def test_an_invalid_form_changes_nothing(
    client: Client,
    link: Callable[..., str],
    states: Callable[[], dict[str, str]],
    headers: dict[str, str],
    body: Any,
) -> None:
    answer = client("POST", link(), body, headers=headers)
    assert (answer.status, answer.headers["content-type"]) == (400, "text/html; charset=utf-8")
    assert "Nothing was changed" in answer.body
    assert states() == {"email": "granted", "push": "denied", "sms:offers": "granted"}
