"""The ledger has each statement about a consent, and repetitions by an SDK once."""

from typing import Any

import pytest

from crm.domain.consent_ledger import ConsentRow, LedgerPage, is_repeated, rows_of
from crm.domain.fold_rules import FoldRules
from crm.domain.timeline import TimelineEntry
from tests.support.activities import NOON, activity, user

SECOND = 1000


def by_sdk(at: int, source: str = "web", **preferences: bool) -> TimelineEntry:
    context = {"consent": {"categoryPreferences": preferences}}
    return TimelineEntry("p1", activity(user("u1"), at=at, type="page", source_id=source, context=context))


RULES = FoldRules(consent_keys=frozenset({"ads", "app", "web", "mail", "email", "stats"}))


def by_hand(at: int, **effects: Any) -> TimelineEntry:
    given = activity(
        user("u1"), at=at, type="consent.changed", source_id="key:1", effects={"consents": effects}
    )
    return TimelineEntry("p1", given)


def page_of(*entries: TimelineEntry, limit: int = 100, size: int = 1_000_000) -> list[ConsentRow]:
    page = LedgerPage(limit, size)
    for entry in sorted(entries, key=lambda entry: entry.position, reverse=True):
        for row in rows_of(entry, RULES):
            if not page.take(row, repeated=is_repeated(entry, row["key"])):
                return page.rows
    return page.rows


def brief(rows: list[ConsentRow]) -> list[tuple[str, str, int]]:
    return [(row["key"], row["state"], row["times"]) for row in rows]


def test_a_row_contains_state_source_and_proof() -> None:
    entry = by_hand(NOON, **{"sms:offers": {"state": "granted", "proof": "[x] Yes", "source": "call centre"}})
    (row,) = page_of(entry)
    assert row == {
        "key": "sms:offers",
        "channel": "sms",
        "purpose": "offers",
        "state": "granted",
        "at": "2026-11-21T12:00:00.000Z",
        "since": "2026-11-21T12:00:00.000Z",
        "times": 1,
        "source": "call centre",
        "source_name": None,
        "proof": "[x] Yes",
        "expires_at": None,
        "type": "consent.changed",
        "activity_id": entry.activity.message_id,
        "profile_id": "p1",
    }


def test_an_expired_grant_is_listed_as_granted() -> None:
    (row,) = page_of(by_hand(NOON, email={"state": "granted", "expires_at": "2026-11-21T12:00:01.000Z"}))
    assert (row["state"], row["expires_at"]) == ("granted", "2026-11-21T12:00:01.000Z")


def test_a_consent_repeated_by_every_page_view_is_one_row() -> None:
    rows = page_of(*(by_sdk(NOON + n * SECOND, ads=True, stats=False) for n in range(50)))
    assert brief(rows) == [("ads", "granted", 50), ("stats", "denied", 50)]
    assert (rows[0]["since"], rows[0]["at"]) == ("2026-11-21T12:00:00.000Z", "2026-11-21T12:00:49.000Z")


def test_a_different_state_ends_a_repetition() -> None:
    states = [True, True, False, True]
    rows = page_of(*(by_sdk(NOON + n * SECOND, ads=state) for n, state in enumerate(states)))
    assert brief(rows) == [("ads", "granted", 1), ("ads", "denied", 1), ("ads", "granted", 2)]


def test_a_consent_set_by_hand_is_a_row_of_its_own_and_ends_a_repetition() -> None:
    yes = {"state": "granted"}
    rows = page_of(
        by_sdk(NOON, ads=True),
        by_hand(NOON + 1, ads=yes),
        by_hand(NOON + 2, ads=yes),
        by_sdk(NOON + 3, ads=True),
    )
    assert brief(rows) == [("ads", "granted", 1)] * 4


def test_repetitions_are_counted_for_each_source() -> None:
    rows = page_of(*(by_sdk(NOON + n, ("web", "app")[n % 2], ads=True) for n in range(10)))
    assert [(row["source"], row["times"]) for row in rows] == [("app", 5), ("web", 5)]


def test_a_page_ends_at_its_limits_and_still_counts_repetitions() -> None:
    entries = [by_sdk(NOON + n, ads=True) for n in range(5)] + [by_hand(NOON - 1, email={"state": "denied"})]
    assert brief(page_of(*entries, limit=1)) == [("ads", "granted", 5)]
    assert len(page_of(*entries, size=1)) == 1


@pytest.mark.parametrize("preferences", [None, [], "all", {"ads": "yes"}, {"ads": None}])
def test_an_invalid_preference_is_ignored(preferences: Any) -> None:
    context = {"consent": {"categoryPreferences": preferences}}
    assert page_of(TimelineEntry("p1", activity(user("u1"), context=context))) == []
