"""Build activities for tests, with defaults for everything that a test does not specify."""

from itertools import count
from typing import Any

from crm.domain.activity import Activity
from crm.domain.identity import Identity

NOON = 1_795_262_400_000
"""2026-11-21T12:00:00Z"""

_numbers = count(1)


def user(value: str) -> Identity:
    return Identity("user_id", value)


def email(value: str) -> Identity:
    return Identity("email", value)


def browser(value: str) -> Identity:
    return Identity("anonymous_id", value)


def activity(*identities: Identity, at: int = NOON, **differing: Any) -> Activity:
    """`activity(user("u1"), browser("b1"), at=NOON, type="page")`; `at` sets the three times that are not given."""
    given: dict[str, Any] = {
        "message_id": f"m{next(_numbers)}",
        "type": "track",
        "original_at": at,
        "occurred_at": at,
        "received_at": at,
        "source_id": "web",
        "source_kind": "web",
        "identities": identities,
        "properties": {},
        "context": {},
        **differing,
    }
    return Activity(**given)
