"""The start of a consent's state, in cases that a reader can check."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crm.domain.activity import Activity
from crm.domain.conditions.compile import compile_condition
from crm.domain.conditions.condition import next_change
from crm.domain.conditions.facts import Facts
from crm.domain.effects import consents_under
from crm.domain.errors import InvalidInputError
from crm.domain.fold import fold_all
from crm.domain.fold_rules import FoldRules
from crm.domain.identity import Identity
from crm.domain.local_days import LocalDays
from crm.domain.metrics.counting import Counting
from crm.domain.profile import ProfileState
from crm.domain.times import DAY_MS
from crm.services.segments.condition_validation import read_condition
from tests.support.effects import effects_on

TODAY = datetime(2026, 11, 29, 12, tzinfo=UTC)
UTC_DAYS = LocalDays(UTC, "UTC")
NOW = int(TODAY.timestamp()) * 1000
PAGE, EDIT = "page", "profile.edited"


def statement(days_ago: float, state: str, type_: str = EDIT, **more: str) -> Activity:
    """Build an edit by staff, or a page view whose SDK repeats the consent."""
    at = NOW - int(days_ago * DAY_MS)
    by_sdk = {"consent": {"categoryPreferences": {"email": state == "granted"}}}
    return Activity(
        message_id=f"{type_}{days_ago}",
        type=type_,
        original_at=at,
        occurred_at=at,
        received_at=at,
        source_id="a",
        source_kind="web" if type_ == PAGE else "server",
        identities=(Identity("user_id", "u"),),
        properties={},
        context=by_sdk if type_ == PAGE else {},
        effects=None if type_ == PAGE else effects_on(consents={"email": {"state": state, **more}}),
    )


def facts_of(log: Sequence[Activity], condition: dict[str, Any], rules: FoldRules) -> Facts:
    counting, state = (
        Counting(compile_condition(condition, UTC_DAYS).all_metrics, UTC_DAYS, consents_under(rules)),
        ProfileState("p"),
    )
    fold_all(state, sorted(log, key=lambda a: a.occurred_at), counting, rules)
    return Facts([state])


def holds(log: Sequence[Activity], state: str, days: int, rules: FoldRules | None = None) -> bool:
    condition = {"type": "consent", "channel": "email", "state": state, "window": {"within_days": days}}
    return compile_condition(condition, UTC_DAYS).holds(facts_of(log, condition, rules or FoldRules()), NOW)


@pytest.mark.parametrize(
    ("log", "state", "days", "expected"),
    [
        ([statement(5, "denied")], "denied", 6, True),
        ([statement(5, "denied")], "denied", 5, False),
        ([statement(5, "denied")], "granted", 30, False),
        ([statement(90, "granted"), statement(5, "denied")], "denied", 7, True),
        ([statement(90, "granted"), statement(60, "granted"), statement(1, "granted")], "granted", 30, False),
        ([statement(90, "granted"), statement(60, "denied"), statement(1, "granted")], "granted", 30, True),
        (
            [
                statement(90, "granted"),
                statement(60, "denied"),
                statement(50, "granted"),
                statement(1, "granted"),
            ],
            "granted",
            30,
            False,
        ),
        (
            [statement(40, "granted"), *(statement(n, "granted", PAGE) for n in range(39))],
            "granted",
            30,
            False,
        ),
        ([statement(n, "granted", PAGE) for n in range(20)], "granted", 30, True),
        ([statement(2.1, "granted"), statement(2.05, "denied"), statement(2, "granted")], "granted", 3, True),
    ],
)
def test_a_state_counts_since_the_first_statement_after_another_state(
    log: list[Activity], state: str, days: int, expected: bool
) -> None:
    assert holds(log, state, days) is expected


def test_a_consent_key_that_pages_may_not_set_is_ignored() -> None:
    log = [statement(40, "granted"), statement(5, "denied", PAGE)]
    assert holds(log, "denied", 30)
    assert not holds(log, "granted", 100)
    assert holds(log, "granted", 100, FoldRules(consent_keys=frozenset()))


def test_a_grant_is_expired_since_its_expiry() -> None:
    log = [statement(90, "granted", expires_at=(TODAY - timedelta(days=3)).isoformat())]
    assert holds(log, "expired", 4)
    assert not holds(log, "expired", 3)
    assert not holds(log, "granted", 100)


def test_the_next_change_is_when_the_day_leaves_the_window() -> None:
    condition = {"type": "consent", "channel": "email", "state": "denied", "window": {"within_days": 7}}
    node, log = compile_condition(condition, UTC_DAYS), [statement(5, "denied")]
    facts = facts_of(log, condition, FoldRules())
    assert next_change(node, facts, NOW) == (True, UTC_DAYS.begins(UTC_DAYS.day_of(NOW) + 2))
    assert node.evidence is not None
    assert node.evidence(facts, NOW) == {
        "value": "denied",
        "since": "2026-11-24",
        "from": "2026-11-23",
        "to": "2026-11-29",
    }


@pytest.mark.parametrize(
    ("state", "window", "message"),
    [
        ("missing", {"within_days": 7}, "is only for the states granted, denied, expired"),
        ("pending", {"within_days": 7}, "is only for the states granted, denied, expired"),
        ("denied", {"within": {"hours": 2}}, "must be a window of days for a consent"),
    ],
)
def test_a_window_is_refused_for_states_without_a_day(
    state: str, window: dict[str, Any], message: str
) -> None:
    condition = {"type": "consent", "channel": "email", "state": state, "window": window}
    with pytest.raises(InvalidInputError) as refused:
        read_condition(condition, lambda _kind, _name: None)
    assert refused.value.details["errors"] == [{"field": "condition.window", "message": message}]
