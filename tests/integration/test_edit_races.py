"""Concurrent edits of one profile: one of the users gets an error, and no change is lost."""

from collections.abc import Callable
from typing import Any

import pytest

from crm.services.profiles import people
from crm.services.profiles.people import Person
from crm.storage.profiles import count_profiles
from tests.support.gateway import Answer
from tests.support.staff import Staff


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Answer]], list[Answer]]:
    """Return `meanwhile(other)`, which runs `other` once, after the next request has read its profile."""

    def plan(other: Callable[[], Answer]) -> list[Answer]:
        happened: list[Answer] = []
        find = people.find

        def interrupted(*place: Any, **more: Any) -> Person:
            person = find(*place, **more)
            monkeypatch.setattr(people, "find", find)
            happened.append(other())
            return person

        monkeypatch.setattr(people, "find", interrupted)
        return happened

    return plan


CHANGES: list[tuple[str, str, Any]] = [
    ("PATCH", "", {"attributes": {"city": "Rome"}}),
    ("PATCH", "", {"identities": {"user_id": "u-1"}}),
    ("PATCH", "/attributes", {"phone": "+49301234567"}),
    ("PUT", "/tags/VIP", None),
    ("PUT", "/responsible", {"user": "grace"}),
    ("PUT", "/consents/email", {"state": "granted"}),
    ("DELETE", "", None),
]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("other", CHANGES[:3])
def test_the_second_of_two_edits_with_one_etag_fails(
    staff: Staff,
    meanwhile: Callable[[Callable[[], Answer]], list[Answer]],
    change: tuple[str, str, Any],
    other: tuple[str, str, Any],
) -> None:
    made = staff("POST", "", {"identities": {"email": "ada@example.com"}}).body
    etag = staff("GET", made["id"]).headers["etag"]

    def do(method: str, path: str, body: Any) -> Answer:
        return staff(method, made["id"] + path, body, etag=etag)

    happened = meanwhile(lambda: do(*other))
    late = do(*change)
    assert [answer.status for answer in happened] == [200]
    assert (late.status, late.body["code"]) == (412, "version_conflict")
    assert f'"{late.body["details"]["etag"]}"' == happened[0].headers["etag"]
    assert staff.card(made["id"]) == happened[0].body


def test_two_edits_without_an_etag_are_both_applied(
    staff: Staff, meanwhile: Callable[[Callable[[], Answer]], list[Answer]]
) -> None:
    made = staff.new()
    meanwhile(lambda: staff("PATCH", made["id"], {"attributes": {"city": "Rome"}}))
    changed = staff("PATCH", made["id"], {"attributes": {"zip": "1"}, "tags": {"add": ["VIP"]}}).body
    assert (changed["attributes"]["city"], changed["attributes"]["zip"], changed["tags"]) == (
        "Rome",
        "1",
        ["VIP"],
    )


@pytest.mark.parametrize("given", [{"user_id": "u-1"}, {"anonymous_id": "a-1"}])
def test_concurrent_edits_give_an_identity_to_one_profile(
    staff: Staff, meanwhile: Callable[[Callable[[], Answer]], list[Answer]], given: dict[str, str]
) -> None:
    ada, bob = staff.new("ada@example.com")["id"], staff.new("bob@example.com")["id"]
    happened = meanwhile(lambda: staff("PATCH", bob, {"identities": given}))
    late = staff("PATCH", ada, {"identities": given})
    assert [answer.status for answer in happened] == [200]
    assert (late.status, late.body["details"]["id"]) == (409, bob)
    assert len(staff.card(ada)["identities"]) == 1


def test_concurrent_creations_create_one_profile(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both requests have read that the identity is unused."""
    made = staff.new()
    monkeypatch.setattr(people, "owners_of", lambda identities: {})
    late = staff("POST", "", {"identities": {"email": "ada@example.com"}})
    assert (late.status, late.body["code"], late.body["details"]["id"]) == (409, "identity_taken", made["id"])
    assert count_profiles("recognised") == 1
