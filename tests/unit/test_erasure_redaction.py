"""The redaction of other customers' logs by an erasure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from crm.domain.activity import Activity
from crm.domain.conflict import OVERRULED, conflict_activities
from crm.domain.erasure import ERASED_TEXT, redacted
from crm.domain.identity import Identity
from tests.support.activities import NOON, activity, browser, email, user

JANE, PHONE = email("jane@example.com"), Identity("phone", "+34600123456")
SAM = user("u-sam")
ERASED = {JANE: NOON, PHONE: NOON, user("u-jane-4711"): NOON, user("42"): NOON, browser("b-jane"): NOON}


def kept(**differing: Any) -> Activity:
    found = redacted(activity(SAM, **differing), ERASED)
    assert found is not None
    return found


def test_an_erased_identity_is_removed_from_the_identities() -> None:
    given = activity(SAM, JANE, browser("b-sam"))
    after = redacted(given, ERASED)
    assert after is not None
    assert after.identities == (SAM, browser("b-sam"))


def test_values_equal_to_an_identity_are_removed_and_mentions_are_redacted() -> None:
    properties = {
        "email": "Jane@Example.com",
        "to": ["jane@example.com", "sam@example.com"],
        "text": "write to jane@example.com, not to jane@example.community",
        "page": {
            "url": "https://shop.example/?m=jane%40example.com&p=%2B34600123456&u=%3Fm%3Djane@example.com"
        },
        "jane@example.com": True,
        "n": 42,
    }
    assert kept(properties=properties).properties == {
        "to": ["sam@example.com"],
        "text": f"write to {ERASED_TEXT}, not to jane@example.community",
        "page": {"url": f"https://shop.example/?m={ERASED_TEXT}&p={ERASED_TEXT}&u=%3Fm%3D{ERASED_TEXT}"},
        "n": 42,
    }


def test_an_ambiguous_id_is_not_redacted() -> None:
    given = activity(
        SAM, properties={"amount": "42", "room": "42"}, context={"b": "b-jane-2", "c": "x-b-jane"}
    )
    assert redacted(given, ERASED) == given


def test_effects_and_names_of_edits_are_redacted() -> None:
    effects = {
        "links": [["email", "jane@example.com", False], ["user_id", "u9", True]],
        "attributes": {"m": "u-jane-4711"},
    }
    after = kept(name="Mail to jane@example.com", effects=effects)
    assert after.effects == {"links": [["user_id", "u9", True]], "attributes": {}}
    assert after.name == f"Mail to {ERASED_TEXT}"


@pytest.mark.parametrize("time", ["original_at", "occurred_at", "received_at"])
def test_an_activity_is_redacted_if_any_of_its_times_precedes_the_erasure(time: str) -> None:
    later = activity(SAM, JANE, at=NOON + 1)
    assert redacted(later, ERASED) == later
    assert redacted(replace(later, **{time: NOON}), ERASED) != later  # type: ignore[arg-type]


def test_a_conflict_with_an_erased_profile_is_removed() -> None:
    noted = conflict_activities(("p1", SAM), ("p2", JANE), NOON, OVERRULED)[0]
    assert redacted(noted, ERASED) is None
    assert redacted(noted, {user("u9"): NOON}) == noted
