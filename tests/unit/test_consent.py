"""Consents: their keys, their validity, and invalid input."""

from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.consent import (
    CHANNELS,
    channel_and_purpose,
    consent_key,
    consent_view,
    may_be_shown,
    name_of,
    settle_consent,
    state_of,
    valid_consent,
)
from crm.domain.consent_fields import ProfileConsent
from crm.domain.errors import InvalidInputError
from crm.domain.profile import ProfileState
from crm.domain.stamped import Stamped
from crm.domain.times import iso
from tests.support.activities import NOON

TOMORROW = iso(NOON + 86_400_000)


def granted(**more: str) -> ProfileConsent:
    return cast("ProfileConsent", {"state": "granted", "at": iso(NOON), "source": "form:frm_1"} | more)


def member(**consents: tuple[int, ProfileConsent | None]) -> ProfileState:
    register = {key: Stamped(value, (at, "m1")) for key, (at, value) in consents.items()}
    return ProfileState("p1", consents=register)


def test_a_channel_without_a_purpose_has_the_default_purpose() -> None:
    assert consent_key("email") == consent_key("email", "marketing") == "email"
    assert consent_key("email", "newsletter") == "email:newsletter"
    assert channel_and_purpose("email") == ("email", "marketing")
    assert channel_and_purpose("email:newsletter") == ("email", "newsletter")


@pytest.mark.parametrize(
    "name", ["C0002", "Personalisierte Werbung & mehr", "a:b:c", ":", "x:", "email:marketing", ""]
)
def test_an_unknown_key_is_a_channel_with_the_default_purpose(name: str) -> None:
    assert channel_and_purpose(name) == (name, "marketing")


@given(st.text(max_size=80))
def test_a_consent_key_is_composed_of_channel_and_purpose(key: str) -> None:
    assert consent_key(*channel_and_purpose(key)) == key


def test_a_grant_expires_and_a_denial_does_not() -> None:
    until = granted(expires_at=TOMORROW)
    assert state_of(until, NOON) == "granted"
    assert state_of(until, NOON + 86_400_000) == "expired"
    assert state_of(granted(), NOON * 2) == "granted"
    assert state_of(granted(state="denied"), NOON) == "denied"


def test_a_consent_view_has_channel_purpose_and_state() -> None:
    assert consent_view("sms:offers", granted(expires_at=TOMORROW), NOON) == {
        "channel": "sms",
        "purpose": "offers",
        "state": "granted",
        "at": "2026-11-21T12:00:00.000Z",
        "source": "form:frm_1",
        "expires_at": "2026-11-22T12:00:00.000Z",
    }


def test_a_profile_is_shown_while_the_latest_processing_consent_is_granted() -> None:
    yes, no = member(processing=(1, granted())), member(processing=(2, granted(state="denied")))
    assert may_be_shown([yes], NOON)
    assert not may_be_shown([yes, no], NOON)
    assert not may_be_shown([no, yes], NOON)
    assert not may_be_shown([member(email=(1, granted()))], NOON)
    assert not may_be_shown([member(processing=(1, None))], NOON)
    short = member(processing=(3, granted(expires_at=TOMORROW)))
    assert may_be_shown([short, no], NOON)
    assert not may_be_shown([short, no], NOON + 86_400_000)


def test_a_consent_contains_its_proof_and_its_source() -> None:
    stated = valid_consent(
        " Email ",
        state="granted",
        purpose="Newsletter 2",
        proof="[x] Send me the newsletter.",
        source="call centre",
        expires_at="2026-11-22T13:00:00+01:00",
        now=NOON,
    )
    assert stated == (
        "email:Newsletter 2",
        {
            "state": "granted",
            "proof": "[x] Send me the newsletter.",
            "source": "call centre",
            "expires_at": "2026-11-22T12:00:00.000Z",
        },
    )
    assert valid_consent("email", state="denied", purpose="Marketing", now=NOON) == (
        "email",
        {"state": "denied"},
    )


def test_channel_names_are_case_insensitive() -> None:
    assert [name_of(channel.upper()) for channel in CHANNELS] == list(CHANNELS)
    assert name_of("Postcard") == "Postcard"
    assert name_of("x" * 64) == "x" * 64


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("state", {"state": "expired"}),
        ("channel", {"channel": ""}),
        ("channel", {"channel": "email:x"}),
        ("channel", {"channel": "x" * 65}),
        ("channel", {"channel": "-x"}),
        ("channel", {"channel": "a\nb"}),
        ("purpose", {"purpose": "ä"}),
        ("purpose", {"purpose": ""}),
        ("proof", {"proof": "x" * 5001}),
        ("source", {"source": "x" * 201}),
        ("expires_at", {"expires_at": "tomorrow"}),
        ("expires_at", {"expires_at": iso(NOON)}),
        ("expires_at", {"expires_at": TOMORROW, "state": "denied"}),
    ],
)
def test_an_invalid_consent_is_refused_with_its_field(field: str, wrong: dict[str, str]) -> None:
    stated = {"channel": "email", "state": "granted"} | wrong
    with pytest.raises(InvalidInputError) as refused:
        valid_consent(stated.pop("channel"), now=NOON, **stated)
    assert refused.value.details == {"field": field}
    assert refused.value.message.startswith(field)


def decided(state: str, at: int, **more: str) -> Stamped:
    return Stamped({"state": state, **more}, (at, "m"))


def requested(at: int) -> Stamped:
    return Stamped({"state": "pending"}, (at, "r"))


@pytest.mark.parametrize(
    ("decision", "request_", "state"),
    [
        (None, None, None),
        (None, requested(NOON), "pending"),
        (decided("denied", NOON), requested(NOON + 1), "pending"),
        (decided("denied", NOON + 1), requested(NOON), "denied"),
        (decided("granted", NOON), requested(NOON + 1), "granted"),
        (decided("granted", NOON + 1), requested(NOON), "granted"),
        (decided("granted", NOON, expires_at=TOMORROW), requested(NOON + 1), "granted"),
        (decided("granted", NOON, expires_at=TOMORROW), requested(NOON + 86_400_000), "pending"),
    ],
)
def test_a_request_is_pending_unless_a_decision_settles_it(
    decision: Stamped | None, request_: Stamped | None, state: str | None
) -> None:
    held = settle_consent(decision, request_)
    assert (held.value["state"] if held else None) == state
