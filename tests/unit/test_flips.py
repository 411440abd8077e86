"""The instants at which segments change with time: stored with the profile, so that only due ones are evaluated."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.conditions.condition import Node, Span, next_change
from crm.domain.identity import Identity
from crm.domain.local_days import LocalDays
from crm.domain.profile import ProfileState
from crm.domain.segments.definition import DYNAMIC, Build, Segment
from crm.domain.segments.flips import MAX_FLIPS, pack_flips, unpack_flips
from crm.domain.segments.ruleset import Definitions, RuleSet, rule_set_of
from crm.domain.stamped import Stamped
from crm.domain.times import DAY_MS, HOUR_MS
from crm.services.projection.evaluate_segments import make_card
from crm.storage.profile_item import to_item, to_state

BEGIN = 1_795_262_400_000
"""Noon, UTC."""

MIDNIGHT = BEGIN + 12 * HOUR_MS
DAYS = LocalDays(ZoneInfo("UTC"), "UTC")
EXPIRING = {"type": "consent", "channel": "email", "state": "expired"}
NOTHING: frozenset[str] = frozenset()


@given(st.dictionaries(st.integers(0, 999), st.integers(-(10**12), 10**14), max_size=MAX_FLIPS))
def test_packed_flips_are_unpacked_unchanged(flips: dict[int, int]) -> None:
    assert unpack_flips(pack_flips(flips)) == flips


def test_flips_at_midnight_take_few_bytes() -> None:
    packed = pack_flips({place: MIDNIGHT + place * 17 * DAY_MS for place in range(20)})
    assert packed is not None
    assert len(packed) < 70


def test_too_many_flips_are_not_packed_and_unknown_formats_are_ignored() -> None:
    assert pack_flips(dict.fromkeys(range(MAX_FLIPS + 1), BEGIN)) is None
    assert unpack_flips(None) is None
    assert unpack_flips(b"\x02\x00") is None


@pytest.mark.usefixtures("deployed")
def test_flips_are_stored_in_the_item_and_read_from_the_stream() -> None:
    packed = pack_flips({0: BEGIN, 3: BEGIN + 1})
    item = to_item(ProfileState("p", Identity("user_id", "u"), flips=packed), BEGIN)
    assert to_state(item).flips == packed
    shown = {name: _as_text(value) for name, value in item.items()}
    assert to_state(shown).flips == packed


def _as_text(value: dict[str, Any]) -> dict[str, Any]:
    return {"B": base64.b64encode(value["B"]).decode()} if "B" in value else value


def created(days: int) -> dict[str, Any]:
    """Build a segment of the profiles that were created more than a number of days ago."""
    return {"type": "date", "field": "created", "operator": "more_than_days_ago", "value": days}


def defined(*conditions: dict[str, Any]) -> RuleSet:
    segments = [
        Segment(
            id=f"seg_{number}",
            name=f"{number}",
            type=DYNAMIC,
            created_at=0,
            updated_at=0,
            serving=Build(1, 1, condition),
        )
        for number, condition in enumerate(conditions)
    ]
    return rule_set_of(Definitions(segments=segments), 7, DAYS, {})


class Customer:
    """A profile that was created at noon, with the number of evaluations of each condition."""

    def __init__(self, rule_set: RuleSet, monkeypatch: pytest.MonkeyPatch) -> None:
        self.rule_set, self.required = rule_set, False
        self.evaluated: list[str] = []
        self.state = ProfileState("p", Identity("user_id", "u"), 1, first_seen=BEGIN)
        change = next_change

        def counted(node: Node, facts: Any, at: int) -> Span:
            self.evaluated.append(next(one.segment.name for one in rule_set.builds if one.node is node))
            return change(node, facts, at)

        monkeypatch.setattr("crm.domain.segments.ruleset.next_change", counted)

    def ask(self, now: int, facets: frozenset[str] | None = NOTHING) -> list[str]:
        """Evaluate the profile, and return its segments; `evaluated` has the evaluated conditions."""
        held, self.evaluated = self.state, []
        self.state = replace(held, rule_set=self.rule_set.version)
        make_card(
            self.state,
            held,
            [self.state],
            self.rule_set,
            facets,
            now=now,
            consent_required=self.required,
        )
        return [
            group.partition(".")[0]
            for group in (self.state.card.get("segments", ()) if self.state.card else ())
        ]


@pytest.fixture
def customer(monkeypatch: pytest.MonkeyPatch) -> Customer:
    return Customer(defined(created(2), created(4), EXPIRING), monkeypatch)


def test_only_due_segments_are_evaluated(customer: Customer) -> None:
    assert customer.ask(BEGIN) == []
    assert customer.evaluated == ["0", "1", "2"]
    assert customer.state.due == MIDNIGHT + 2 * DAY_MS
    assert customer.ask(customer.state.due) == ["seg_0"]
    assert customer.evaluated == ["0"]
    assert customer.state.due == MIDNIGHT + 4 * DAY_MS
    assert customer.ask(customer.state.due) == ["seg_0", "seg_1"]
    assert customer.evaluated == ["1"]
    assert customer.state.due is None


def test_segments_changed_by_an_event_are_evaluated_with_due_segments(customer: Customer) -> None:
    customer.ask(BEGIN)
    until = "2026-11-24T10:07:11.123Z"
    word = {"state": "granted", "at": BEGIN, "source": "form:f", "expires_at": until}
    customer.state.consents["email"] = Stamped(word, (BEGIN, "m"))
    assert customer.ask(MIDNIGHT + 2 * DAY_MS, frozenset({"consents"})) == ["seg_0"]
    assert sorted(customer.evaluated) == ["0", "2"]
    expiry = customer.state.due
    assert expiry is not None
    assert expiry % 1000 == 123
    assert customer.ask(expiry - 1) == ["seg_0"]
    assert (customer.evaluated, customer.state.due) == ([], expiry)
    assert customer.ask(expiry) == ["seg_0", "seg_2"]
    assert customer.evaluated == ["2"]


def test_a_new_rule_set_evaluates_every_segment(customer: Customer) -> None:
    customer.ask(BEGIN)
    customer.rule_set = replace(customer.rule_set, version=8)
    customer.ask(BEGIN + 1)
    assert customer.evaluated == ["0", "1", "2"]


def test_required_processing_consent_evaluates_every_segment(customer: Customer) -> None:
    """This also holds if the consent was not required when the instants were stored."""
    customer.ask(BEGIN)
    word = {"state": "granted", "at": BEGIN, "source": "form:f"}
    customer.state.consents["processing"] = Stamped(word, (BEGIN, "m"))
    customer.required = True
    assert customer.ask(MIDNIGHT + 2 * DAY_MS) == ["seg_0"]
    assert sorted(customer.evaluated) == ["0", "1", "2"]
    assert customer.state.flips is None


def test_more_flips_than_are_stored_evaluate_every_segment(monkeypatch: pytest.MonkeyPatch) -> None:
    many = Customer(defined(*map(created, range(1, MAX_FLIPS + 2))), monkeypatch)
    many.ask(BEGIN)
    assert many.state.flips is None
    assert many.ask(MIDNIGHT + DAY_MS) == ["seg_0"]
    assert len(many.evaluated) == MAX_FLIPS + 1
    assert many.state.flips is not None
    assert many.ask(MIDNIGHT + 2 * DAY_MS) == ["seg_0", "seg_1"]
    assert many.evaluated == ["1"]
