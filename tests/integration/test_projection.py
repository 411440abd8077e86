"""From the log to the profile, through the real handlers."""

from collections.abc import Callable
from typing import Any

import pytest

from crm.domain.activity import Activity
from crm.services.projection.deployment import id_of
from crm.storage.profiles import ProfileTable
from tests.support.activities import NOON, activity, browser, email, user
from tests.support.gateway import Client
from tests.support.stream import Pump

Append = Callable[..., None]
Read = Callable[..., Any]


@pytest.fixture
def append(table: Any, pump: Pump) -> Append:
    """Append activities and project them."""

    def append_and_project(*activities: Activity) -> None:
        ProfileTable().append(activities)
        pump()

    return append_and_project


@pytest.fixture
def read(client: Client, api_key: Callable[..., str]) -> Read:
    """Send a GET with a key that may read profiles."""
    key = api_key("profiles:read")

    def get(path: str, **query: Any) -> Any:
        answer = client("GET", path, key=key, query=query)
        assert answer.status == 200, answer.body
        return answer.body

    return get


def test_an_anonymous_visitor_has_a_profile_and_a_timeline(append: Append, read: Read) -> None:
    append(
        activity(browser("b1"), type="page", name="Home"),
        activity(browser("b1"), at=NOON + 1000, name="Played"),
    )

    profile = read("/v1/identities/anonymous_id/b1")

    assert profile["kind"] == "anonymous"
    assert profile["totals"]["activities"] == 2
    assert profile["first_seen"] == "2026-11-21T12:00:00.000Z"
    timeline = read(f"/v1/profiles/{profile['id']}/activities")
    assert [one["name"] for one in timeline["activities"]] == ["Played", "Home"]


def test_a_recognised_visitor_keeps_the_history(append: Append, read: Read) -> None:
    append(activity(browser("b1"), type="page"))
    append(activity(user("u1"), email("a@example.com"), browser("b1"), at=NOON + 1, type="identify"))

    by_browser, by_user = read("/v1/identities/anonymous_id/b1"), read("/v1/identities/user_id/u1")

    assert by_browser == by_user == read("/v1/identities/email/A@Example.com")
    assert by_user["kind"] == "recognised"
    assert by_user["totals"]["activities"] == 2
    assert {i["type"] for i in by_user["identities"]} == {"user_id", "email", "anonymous_id"}
    assert read("/v1/stats") == {"recognised": 1, "anonymous": 0, "total": 1}


def test_a_shared_browser_does_not_merge_two_people(append: Append, read: Read) -> None:
    append(activity(user("u1"), browser("b1")))
    append(activity(user("u2"), browser("b1"), at=NOON + 1))

    first, second = read("/v1/identities/user_id/u1"), read("/v1/identities/user_id/u2")

    assert first["id"] != second["id"]
    assert read("/v1/identities/anonymous_id/b1")["id"] == first["id"]
    for person in (first, second):
        timeline = read(f"/v1/profiles/{person['id']}/activities", category="system")["activities"]
        assert [one["type"] for one in timeline] == ["identity.conflict"]


def test_a_late_earlier_claim_moves_the_browser_to_its_first_owner(append: Append, read: Read) -> None:
    append(activity(browser("b1"), type="page", at=NOON - 5))
    append(activity(user("late"), browser("b1"), at=NOON))
    append(activity(user("first"), browser("b1"), at=NOON - 1))

    assert read("/v1/identities/anonymous_id/b1")["id"] == id_of(user("first"))
    assert read("/v1/identities/user_id/first")["totals"]["activities"] == 2
    assert read("/v1/identities/user_id/late")["totals"]["activities"] == 1
    assert read("/v1/identities/user_id/late")["last_seen"] == "2026-11-21T12:00:00.000Z"


def test_profiles_are_listed_by_last_activity_in_both_directions(append: Append, read: Read) -> None:
    for number in range(7):
        append(activity(user(f"u{number}"), at=NOON + number * 1_500_000))
    append(activity(browser("b1"), at=NOON + 1))

    def pages(**query: Any) -> list[str]:
        cursor, seen = None, []
        while True:
            page = read("/v1/profiles", limit=3, **query, **({"cursor": cursor} if cursor else {}))
            seen += [profile["last_seen"] for profile in page["profiles"]]
            cursor = page["next_cursor"]
            if not cursor:
                return seen

    newest_first = pages()
    assert len(newest_first) == 8
    assert newest_first == sorted(newest_first, reverse=True)
    assert pages(order="asc") == newest_first[::-1]
    assert len(pages(kind="recognised")) == 7
    assert pages(kind="anonymous") == ["2026-11-21T12:00:00.001Z"]


def test_a_timeline_is_complete_whatever_the_original_times(append: Append, read: Read) -> None:
    year = 365 * 86_400_000
    append(
        *(
            activity(user("u1"), at=NOON + i * 1000, original_at=NOON + i * 1000 + year * (i % 3 - 1))
            for i in range(9)
        )
    )
    profile_id = id_of(user("u1"))

    seen, cursor = [], None
    while True:
        query = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = read(f"/v1/profiles/{profile_id}/activities", **query)
        seen += [one["occurred_at"] for one in page["activities"]]
        cursor = page["next_cursor"]
        if not cursor:
            break

    assert len(seen) == 9
    assert seen == sorted(seen, reverse=True)
    period = {"from": "2026-11-21T12:00:02Z", "to": "2026-11-21T12:00:04Z"}
    assert len(read(f"/v1/profiles/{profile_id}/activities", **period)["activities"]) == 3


def test_a_copy_with_other_values_is_projected_again(append: Append, read: Read) -> None:
    def plan_change(plan: str, at: int) -> Activity:
        return activity(
            user("u1"), message_id="same", type="identify", original_at=NOON, at=at, properties={"plan": plan}
        )

    append(plan_change("late", NOON + 10))
    append(activity(user("u1"), type="identify", at=NOON + 5, properties={"plan": "middle"}))
    append(plan_change("early", NOON + 1))

    profile = read("/v1/identities/user_id/u1")
    assert profile["attributes"] == {"plan": "middle"}
    assert profile["last_seen"] == "2026-11-21T12:00:00.005Z"
    assert profile["totals"]["activities"] == 2


def test_the_size_of_a_page_of_activities_is_limited(append: Append, read: Read) -> None:
    large = {"text": "x" * 30_000}
    append(*(activity(user("u1"), at=NOON + number, properties=large) for number in range(160)))

    path = f"/v1/profiles/{id_of(user('u1'))}/activities"
    first = read(path, limit=1000)
    rest = read(path, limit=1000, cursor=first["next_cursor"])

    assert 4_000_000 < len(str(first)) < 5_000_000
    assert len(first["activities"]) + len(rest["activities"]) == 160
    assert rest["next_cursor"] is None
