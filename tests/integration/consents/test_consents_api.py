"""Consents through the API: set, and read with their full history."""

from collections.abc import Callable
from typing import Any

import pytest

from crm.api.models.consents import ConsentLedger
from crm.api.models.profiles import Profile
from crm.domain.api_key import SYSTEM
from crm.services.consents import consent_changes
from crm.services.profiles import people
from crm.services.profiles.profile_view import HIDDEN
from tests.support.gateway import Client
from tests.support.stream import Pump

SCOPES = ("profiles:read", "profiles:write")

NOW = 1_795_289_400_000
"""2026-11-21T19:30:00Z"""


@pytest.fixture(autouse=True)
def _consents_of_pages(set_environment: Callable[..., None]) -> None:
    """Let public sources set two consents that this deployment declares."""
    set_environment(CONSENT_KEYS="ads, stats")


@pytest.fixture
def track(client: Client, write_key: str, pump: Pump) -> Callable[..., None]:
    """Return `track(minute, ads=True)`, which sends an event of Sofia with the consents of her browser."""

    def send(minute: int, user: str = "sofia", **preferences: bool) -> None:
        context = {"consent": {"categoryPreferences": preferences}} if preferences else {}
        at = f"2026-11-21T12:{minute:02d}:00.000Z"
        event = {"userId": user, "event": "Seen", "context": context, "timestamp": at}
        assert client("POST", "/v1/track", event | {"writeKey": write_key}).status == 200

    return send


@pytest.fixture
def person(client: Client, key: str, track: Callable[..., None], pump: Pump) -> Callable[[], str]:
    """Return a function that projects everything sent so far, and returns Sofia's id."""

    def id_() -> str:
        pump()
        return str(client("GET", "/v1/identities/user_id/sofia", key=key).body["id"])

    return id_


def state_consent(id_: str, channel: str, state: str = "granted", now: int = NOW, **more: Any) -> None:
    consent_changes.set_consent(people.find(id_, SYSTEM), channel, state=state, by="key:1", now=now, **more)


@pytest.fixture
def read(client: Client, key: str) -> Callable[..., dict[str, Any]]:
    def ledger(id_: str, **query: Any) -> dict[str, Any]:
        answer = client("GET", f"/v1/profiles/{id_}/consents", key=key, query=query)
        assert answer.status == 200, answer
        ConsentLedger.model_validate(answer.body)
        for row in answer.body["ledger"]:
            assert {"proof", "since", "times"} < set(row)
        return dict(answer.body)

    return ledger


def test_a_consent_is_granted_and_denied(
    client: Client,
    key: str,
    person: Callable[[], str],
    track: Callable[..., None],
    read: Callable[..., dict[str, Any]],
) -> None:
    track(0)
    id_ = person()
    body = {
        "state": "granted",
        "purpose": "newsletter",
        "proof": "[x] Send me the newsletter.",
        "source": "fair in Berlin",
        "expires_at": "2126-11-21T20:30:00+01:00",
    }
    answer = client("PUT", f"/v1/profiles/{id_}/consents/Email", body, key=key)
    assert answer.status == 200, answer
    Profile.model_validate(answer.body)
    consent = answer.body["consents"]["email:newsletter"]
    assert consent | {"at": ""} == {
        "channel": "email",
        "purpose": "newsletter",
        "state": "granted",
        "at": "",
        "source": "fair in Berlin",
        "expires_at": "2126-11-21T19:30:00.000Z",
    }
    denied = client("PUT", f"/v1/profiles/{id_}/consents/sms", {"state": "denied"}, key=key).body["consents"]
    assert denied["email:newsletter"] == consent
    assert (denied["sms"]["state"], denied["sms"]["expires_at"]) == ("denied", None)
    assert denied["sms"]["source"].startswith("key:")
    ledger = read(id_)["ledger"]
    assert [(row["key"], row["proof"]) for row in ledger] == [
        ("sms", None),
        ("email:newsletter", body["proof"]),
    ]


def test_a_change_with_an_outdated_etag_is_refused(
    client: Client, key: str, person: Callable[[], str], track: Callable[..., None]
) -> None:
    track(0)
    path = f"/v1/profiles/{person()}/consents/email"
    first = client("PUT", path, {"state": "granted"}, key=key)
    tag = {"if-match": first.headers["etag"]}
    assert client("PUT", path, {"state": "denied"}, key=key, headers=tag).status == 200
    again = client("PUT", path, {"state": "granted"}, key=key, headers=tag)
    assert (again.status, again.body["code"]) == (412, "version_conflict")


@pytest.mark.parametrize(
    ("channel", "body"),
    [
        ("email", {}),
        ("email", {"state": "expired"}),
        ("email", {"state": "granted", "expires_at": "2020-01-01"}),
        ("email", {"state": "denied", "expires_at": "2126-01-01"}),
        ("email", {"state": "granted", "purpose": "a:b"}),
        ("email", {"state": "granted", "proof": "x" * 5001}),
        ("email", {"state": "granted", "until": "2126-01-01"}),
        ("a:b", {"state": "granted"}),
        ("%C3%A4", {"state": "granted"}),
    ],
)
def test_an_invalid_consent_is_refused(
    client: Client,
    key: str,
    person: Callable[[], str],
    track: Callable[..., None],
    channel: str,
    body: dict[str, Any],
) -> None:
    track(0)
    answer = client("PUT", f"/v1/profiles/{person()}/consents/{channel}", body, key=key)
    assert (answer.status, answer.body["code"]) == (400, "invalid_request"), answer


def test_the_ledger_lists_consents_of_pages_and_of_users(
    person: Callable[[], str], track: Callable[..., None], read: Callable[..., dict[str, Any]]
) -> None:
    for minute in range(5):
        track(minute, ads=minute < 3, stats=True)
    id_ = person()
    state_consent(
        id_, "email", purpose="newsletter", proof="[x] The newsletter, please.", source="fair in Berlin"
    )
    state_consent(id_, "ads", state="granted", now=NOW + 1)
    answer = read(id_)
    assert [(row["key"], row["state"], row["times"]) for row in answer["ledger"]] == [
        ("ads", "granted", 1),
        ("email:newsletter", "granted", 1),
        ("ads", "denied", 2),
        ("stats", "granted", 5),
        ("ads", "granted", 3),
    ]
    assert answer["ledger"][1] | {"activity_id": ""} == {
        "key": "email:newsletter",
        "channel": "email",
        "purpose": "newsletter",
        "state": "granted",
        "at": "2026-11-21T19:30:00.000Z",
        "since": "2026-11-21T19:30:00.000Z",
        "times": 1,
        "source": "fair in Berlin",
        "source_name": None,
        "proof": "[x] The newsletter, please.",
        "expires_at": None,
        "type": "consent.changed",
        "activity_id": "",
        "profile_id": id_,
    }
    assert {key: one["state"] for key, one in answer["consents"].items()} == {
        "ads": "granted",
        "email:newsletter": "granted",
        "stats": "granted",
    }
    assert answer["next_cursor"] is None


def test_pages_of_the_ledger_contain_every_row_once(
    person: Callable[[], str], track: Callable[..., None], read: Callable[..., dict[str, Any]]
) -> None:
    for minute in range(6):
        track(minute, ads=bool(minute % 2), stats=not minute % 2)
    id_ = person()
    state_consent(id_, "sms")
    whole = read(id_)["ledger"]
    assert len(whole) == 13
    for limit in (1, 2, 5, 13):
        pages = [read(id_, limit=limit)]
        while cursor := pages[-1]["next_cursor"]:
            pages.append(read(id_, limit=limit, cursor=cursor))
        assert [row for page in pages for row in page["ledger"]] == whole
        assert all(len(page["ledger"]) == limit for page in pages[:-1])


def test_a_page_reads_a_bounded_number_of_activities_and_has_a_cursor(
    person: Callable[[], str],
    track: Callable[..., None],
    read: Callable[..., dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    track(0, ads=True)
    for minute in range(1, 8):
        track(minute)
    id_ = person()
    monkeypatch.setattr(consent_changes, "MAX_ACTIVITIES_READ", 3)
    pages = [read(id_)]
    while cursor := pages[-1]["next_cursor"]:
        pages.append(read(id_, cursor=cursor))
    assert [len(page["ledger"]) for page in pages] == [0, 0, 1]


def test_an_expired_consent_is_shown_as_expired(
    person: Callable[[], str], track: Callable[..., None], read: Callable[..., dict[str, Any]]
) -> None:
    track(0)
    id_ = person()
    state_consent(id_, "email", expires_at="2026-11-21T19:30:01.000Z")
    state_consent(id_, "sms", expires_at="2126-11-21T19:30:01.000Z")
    answer = read(id_)
    assert answer["consents"]["email"]["state"] == "expired"
    assert answer["consents"]["sms"]["state"] == "granted"
    assert {row["state"] for row in answer["ledger"]} == {"granted"}


def test_the_ledger_contains_consents_of_all_members(
    client: Client,
    key: str,
    write_key: str,
    person: Callable[[], str],
    track: Callable[..., None],
    read: Callable[..., dict[str, Any]],
) -> None:
    seen = {"anonymousId": "browser", "event": "Seen", "timestamp": "2026-11-21T11:00:00Z"}
    context = {"consent": {"categoryPreferences": {"ads": True}}}
    client("POST", "/v1/track", seen | {"context": context, "writeKey": write_key})
    client("POST", "/v1/identify", {"anonymousId": "browser", "userId": "sofia", "writeKey": write_key})
    track(0, ads=False)
    id_ = person()
    assert [row["state"] for row in read(id_)["ledger"]] == ["denied", "granted"]
    browser = read(id_)["ledger"][1]["profile_id"]
    assert browser != id_
    assert read(browser) == read(id_)


def test_consents_of_rudderstack_are_those_of_a_page(
    client: Client, key: str, write_key: str, person: Callable[[], str]
) -> None:
    shown = {"allowedConsentIds": ["ads", "email", "processing", "odd"], "deniedConsentIds": ["stats"]}
    event = {"userId": "sofia", "event": "Seen", "context": {"consentManagement": shown}}
    assert client("POST", "/v1/track", event | {"writeKey": write_key}).status == 200
    consents = client("GET", f"/v1/profiles/{person()}", key=key).body["consents"]
    states = {name: consent["state"] for name, consent in consents.items()}
    assert states == {"ads": "granted", "email": "granted", "stats": "denied"}, "only what pages may speak of"


def test_the_ledger_of_an_unknown_profile_is_not_found(client: Client, key: str) -> None:
    for id_ in ("5d0f3bd4-0b4c-5d63-9d0e-4b3a2f0c7a11", "nothing", "x" * 2000):
        assert client("GET", f"/v1/profiles/{id_}/consents", key=key).status == 404


def test_a_cursor_of_another_person_is_refused(
    client: Client, key: str, person: Callable[[], str], track: Callable[..., None]
) -> None:
    track(0, ads=True, stats=True)
    track(0, user="other")
    id_ = person()
    cursor = client("GET", f"/v1/profiles/{id_}/consents", key=key, query={"limit": 1}).body["next_cursor"]
    other = client("GET", "/v1/identities/user_id/other", key=key).body["id"]
    for path, query in ((other, {"cursor": cursor}), (id_, {"cursor": "e30"}), (id_, {"limit": "0"})):
        assert client("GET", f"/v1/profiles/{path}/consents", key=key, query=query).status == 400


def test_the_ledger_is_shown_without_consent_to_processing(
    client: Client,
    key: str,
    person: Callable[[], str],
    track: Callable[..., None],
    read: Callable[..., dict[str, Any]],
    set_environment: Callable[..., None],
) -> None:
    set_environment(PROCESSING_CONSENT_REQUIRED="true")
    track(0, ads=True)
    id_ = person()
    hidden: dict[str, Any] = {"activities": [], "next_cursor": None, "hidden": HIDDEN}

    def timeline() -> Any:
        return client("GET", f"/v1/profiles/{id_}/activities", key=key).body

    assert timeline() == hidden
    assert set(read(id_)["consents"]) == {"ads"}
    state_consent(id_, "processing", expires_at="2126-11-21T19:30:01.000Z")
    assert [activity["type"] for activity in timeline()["activities"]] == ["consent.changed", "track"]
    state_consent(id_, "processing", expires_at="2026-11-21T19:30:01.000Z", now=NOW + 1)
    assert timeline() == hidden
    state_consent(id_, "processing", now=NOW + 2)
    assert len(timeline()["activities"]) == 4
    state_consent(id_, "processing", state="denied", now=NOW + 3)
    assert timeline() == hidden
    assert len(read(id_)["ledger"]) == 5
