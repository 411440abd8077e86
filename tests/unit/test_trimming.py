"""Trimming of stored activities: duplicate and empty values are dropped, all other values are kept."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.tracking.message import read_message
from crm.domain.tracking.reception import MessageRules, Reception
from crm.storage.log_writer import activity_put
from tests.support.message_context import read

EVENTS = Path(__file__).parents[2] / "events"


def test_a_page_event_of_a_browser_fits_one_write_unit() -> None:
    event = json.loads((EVENTS / "track_events_page.json").read_text())
    body = json.loads(event["body"])
    reception = Reception(source_id="src_0123456789ab", source_kind="web", received_at=1_795_289_400_000)
    activity = read_message(body, "page", reception=reception, rules=MessageRules(), new_id=str).activity
    item = json.loads(activity_put(activity, UUID(int=1), retention_days=730).item)
    size = sum(len(name) + len(next(iter(value.values())).encode()) for name, value in item.items())
    assert size <= 1024


def test_duplicate_page_data_is_stored_once() -> None:
    page = {
        "path": "/a",
        "referrer": "",
        "search": "?q=1",
        "title": "A",
        "url": "https://shop.example/a?q=1#top",
    }
    activity = read({"page": page | {"tab": 2}}, "page", properties=page)
    assert activity.properties == {"path": "/a", "title": "A", "url": "https://shop.example/a?q=1#top"}
    assert activity.context == {"page": {"tab": 2}}


def test_the_page_of_a_track_is_kept() -> None:
    page = {"path": "/a", "url": "https://shop.example/a", "search": "", "referrer": None}
    assert read({"page": page}).context == {"page": {"path": "/a", "url": "https://shop.example/a"}}


def test_empty_values_are_dropped() -> None:
    context = {
        "campaign": {"name": "autumn", "term": ""},
        "active": False,
        "groupId": "g",
        "network": {"wifi": True, "carrier": None},
        "consent": {"categoryPreferences": {"ads": False}},
        "app": {},
        "amp": None,
    }
    assert read(context).context == {
        "campaign": {"name": "autumn"},
        "active": False,
        "groupId": "g",
        "network": {"wifi": True},
        "consent": {"categoryPreferences": {"ads": False}},
    }


@pytest.mark.parametrize(
    ("management", "consent", "kept"),
    [
        (
            {"allowedConsentIds": ["email"], "deniedConsentIds": ["sms"], "provider": "custom"},
            None,
            {
                "consent": {"categoryPreferences": {"email": True, "sms": False}},
                "consentManagement": {"provider": "custom"},
            },
        ),
        (
            {"allowedConsentIds": ["email"], "deniedConsentIds": ["email"]},
            None,
            {"consent": {"categoryPreferences": {"email": False}}},
        ),
        (
            {"allowedConsentIds": ["email", "push"], "deniedConsentIds": ["sms"]},
            {"categoryPreferences": {"email": False, "sms": True}, "by": "banner"},
            {
                "consent": {
                    "categoryPreferences": {"email": False, "push": True, "sms": False},
                    "by": "banner",
                }
            },
        ),
        (
            {"allowedConsentIds": {"C0001": "Necessary"}, "deniedConsentIds": []},
            None,
            {
                "consent": {"categoryPreferences": {"C0001": True}},
                "consentManagement": {"allowedConsentIds": {"C0001": "Necessary"}},
            },
        ),
        (
            {
                "allowedConsentIds": {"email": True, "sms": False},
                "deniedConsentIds": {"email": False, "push": True},
            },
            None,
            {
                "consent": {"categoryPreferences": {"email": True, "push": False}},
                "consentManagement": {
                    "allowedConsentIds": {"email": True, "sms": False},
                    "deniedConsentIds": {"email": False, "push": True},
                },
            },
        ),
        (
            {"allowedConsentIds": [7, ["x"]], "deniedConsentIds": None},
            None,
            {"consentManagement": {"allowedConsentIds": [7, ["x"]]}},
        ),
        (
            {"deniedConsentIds": ["email"]},
            "no",
            {"consent": "no", "consentManagement": {"deniedConsentIds": ["email"]}},
        ),
        ({"allowedConsentIds": "email"}, None, {"consentManagement": {"allowedConsentIds": "email"}}),
        ("all", None, {"consentManagement": "all"}),
        (None, {"categoryPreferences": {"ads": True}}, {"consent": {"categoryPreferences": {"ads": True}}}),
    ],
)
def test_rudderstacks_consents_are_stored_as_segments(
    management: Any, consent: Any, kept: dict[str, Any]
) -> None:
    assert read({"consentManagement": management, "consent": consent}).context == kept


_IDS = st.lists(st.sampled_from(["email", "sms", "push", "C0001"]), unique=True)


@given(_IDS, _IDS, st.dictionaries(st.sampled_from(["email", "sms", "ads"]), st.booleans()))
def test_a_consent_denied_in_either_form_is_denied(
    allowed: list[str], denied: list[str], stated: dict[str, bool]
) -> None:
    management = {"allowedConsentIds": allowed, "deniedConsentIds": denied}
    kept = read({"consentManagement": management, "consent": {"categoryPreferences": stated}}).context
    preferences = kept.get("consent", {}).get("categoryPreferences", {})
    refused = {*denied, *(name for name, given_ in stated.items() if not given_)}
    assert preferences == {name: name not in refused for name in (*allowed, *denied, *stated)}


@pytest.mark.parametrize(
    ("library", "kept"),
    [
        ({"name": "analytics.js", "version": "npm:next-1.84.0"}, "analytics.js@npm:next-1.84.0"),
        ({"name": "curl"}, "curl"),
        ("mine", "mine"),
        ({"version": "1"}, {"version": "1"}),
    ],
)
def test_a_library_is_stored_as_name_and_version(library: Any, kept: Any) -> None:
    assert read({"library": library}).context == {"library": kept}


def test_traits_that_became_identities_are_stored_once() -> None:
    activity = read({"traits": {"email": "ada@example.com", "plan": "gold", "anonymousId": "a-1"}})
    assert activity.context == {"traits": {"plan": "gold"}}
