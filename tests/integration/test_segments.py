"""Segments through the real handlers: after events, as time passes, and across changes of definitions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from crm.domain.api_key import SYSTEM
from crm.domain.errors import ConflictError, InvalidInputError
from crm.domain.identity import Identity, profile_id
from crm.services.ruleset import ruleset
from crm.services.segments import backfill, segments, snapshot
from crm.services.segments.explain import explain
from crm.services.segments.manual_overrides import override
from tests.support.segmented_shop import BOUGHT, Segmented
from tests.support.stage import ENVIRONMENT

NAMESPACE = UUID(ENVIRONMENT["IDENTITY_NAMESPACE"])
ANA, BEN = (profile_id(NAMESPACE, Identity("user_id", user)) for user in ("ana", "ben"))
BUYERS = {**BOUGHT, "value": 2, "window": {"within_days": 30}}


def buy(segmented: Segmented, user: str, total: float = 10) -> None:
    segmented.shop.send("track", userId=user, event="Order Completed", properties={"total": total})


def test_customers_match_by_events_before_and_after_the_definition(segmented: Segmented) -> None:
    buy(segmented, "ana")
    buy(segmented, "ana")
    buy(segmented, "ben")
    buyers = segmented.make("Buyers", BUYERS)
    assert segmented.of(buyers) == {ANA}
    assert segmented.entered(buyers) == {ANA}
    buy(segmented, "ben")
    assert segmented.of(buyers) == {ANA, BEN} == segmented.entered(buyers)
    shown = segmented.shop.ask("GET", f"profiles/{BEN}/activities").body["activities"][0]
    assert (shown["type"], shown["name"]) == ("segment.entered", "Buyers")


def test_customers_enter_and_leave_as_time_passes(segmented: Segmented) -> None:
    buyers = segmented.make("Buyers", BUYERS)
    asleep = {"type": "date", "field": "last_seen", "operator": "more_than_days_ago", "value": 14}
    sleepers = segmented.make("Sleepers", asleep)
    buy(segmented, "ana")
    segmented.later(days=10)
    buy(segmented, "ana")
    assert (segmented.of(buyers), segmented.of(sleepers)) == ({ANA}, set())
    segmented.later(days=14)
    assert (segmented.of(buyers), segmented.of(sleepers)) == ({ANA}, set())
    segmented.later(days=1)
    assert (segmented.of(buyers), segmented.of(sleepers)) == ({ANA}, {ANA})
    segmented.later(days=5)
    assert (segmented.of(buyers), segmented.of(sleepers)) == (set(), {ANA})
    assert segmented.entered(buyers) == set()
    assert segmented.entered(sleepers) == {ANA}


def test_the_former_condition_is_used_until_the_new_one_is_built(segmented: Segmented) -> None:
    buy(segmented, "ana")
    buy(segmented, "ana")
    buy(segmented, "ben", 500)
    buyers = segmented.make("Buyers", BUYERS)
    segmented.shop.wait()
    rich = {**BOUGHT, "function": "sum", "property": "total", "value": 100}
    changed = segments.update(buyers, {"condition": rich}, by=SYSTEM, now=segmented.shop.clock.now)
    assert changed.state == "building"
    assert segmented.of(buyers) == {ANA}
    segmented.shop.world.settle()
    assert segments.get(buyers).state == "ready"
    assert segmented.of(buyers) == {BEN} == segmented.entered(buyers)


def test_segments_change_with_the_segments_in_their_conditions(segmented: Segmented) -> None:
    buy(segmented, "ana")
    buy(segmented, "ben")
    buy(segmented, "ben")
    base = segmented.make("Base", BUYERS)
    others = segmented.make("Others", {"type": "not", "condition": {"type": "segment", "segment": "base"}})
    assert (segmented.of(base), segmented.of(others)) == ({BEN}, {ANA})
    segmented.change(base, condition={**BOUGHT, "value": 1})
    assert (segmented.of(base), segmented.of(others)) == ({ANA, BEN}, set())
    override(ANA, base, member=False, by=SYSTEM, now=segmented.shop.clock.now)
    assert (segmented.of(base), segmented.of(others)) == ({BEN}, {ANA})
    with pytest.raises(InvalidInputError, match="cannot depend on itself: Base -> Others -> Base"):
        segmented.change(base, condition={"type": "segment", "segment": others})
    with pytest.raises(ConflictError, match="used by segment Others"):
        segments.delete(base, by=SYSTEM, now=segmented.shop.clock.now)


@pytest.mark.large
def test_one_job_builds_more_segments_than_fit_into_a_transaction(segmented: Segmented) -> None:
    assert _transactions_of_one_job(segmented, segments_to_build=100) == 2


def test_one_job_builds_more_segments_than_a_transaction_may_switch(
    segmented: Segmented, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backfill, "MAX_BUILDS_TOGETHER", 5)
    assert _transactions_of_one_job(segmented, segments_to_build=8) == 2


def _transactions_of_one_job(segmented: Segmented, *, segments_to_build: int) -> int:
    """Let one job build these segments, half of which refer to the first; return how many transactions it took."""
    buy(segmented, "ana")
    now = segmented.shop.clock.now
    base = segments.create(name="Base", condition=BOUGHT, by=SYSTEM, now=now)
    rest: dict[str, Any] = {"type": "not", "condition": {"type": "segment", "segment": base.id}}
    made = [
        segments.create(
            name=f"Segment {number}", condition=BOUGHT if number % 2 else rest, by=SYSTEM, now=now
        )
        for number in range(segments_to_build)
    ]
    del segmented.shop.wire.queues["jobs"][:-1]
    version = ruleset.read_draft().version
    segmented.shop.world.settle()
    assert {segments.get(segment.id).state for segment in (base, *made)} == {"ready"}
    assert (segmented.of(base.id), segmented.of(made[0].id), segmented.of(made[-1].id)) == (
        {ANA},
        set(),
        {ANA},
    )
    return ruleset.read_draft().version - version


def test_archived_and_deleted_segments_have_no_members(segmented: Segmented) -> None:
    buy(segmented, "ana")
    all_buyers = segmented.make("Everybody", BOUGHT)
    assert segmented.of(all_buyers) == {ANA}
    segmented.change(all_buyers, archived=True)
    assert segments.get(all_buyers).state == "archived"
    assert segmented.entered(all_buyers) == set()
    segmented.change(all_buyers, archived=False)
    assert segmented.of(all_buyers) == {ANA} == segmented.entered(all_buyers)
    segments.delete(all_buyers, by=SYSTEM, now=segmented.shop.clock.now)
    segmented.shop.world.settle()
    assert segmented.entered(all_buyers) == set()


def test_static_segments_and_snapshots_keep_their_members(segmented: Segmented) -> None:
    buy(segmented, "ana")
    buy(segmented, "ben")
    hand_picked = segmented.make("Hand-picked", type="static")
    override(ANA, hand_picked, member=True, by=SYSTEM, now=segmented.shop.clock.now)
    all_buyers = segmented.make("Everybody", BOUGHT)
    made, _ = snapshot.snapshot(all_buyers, name="As of today", by=SYSTEM, now=segmented.shop.clock.now)
    segmented.shop.world.settle()
    buy(segmented, "cleo")
    assert (segmented.of(hand_picked), segmented.of(made.id)) == ({ANA}, {ANA, BEN})
    assert len(segmented.of(all_buyers)) == 3


def test_a_merge_ends_the_memberships_of_the_merged_profile(segmented: Segmented) -> None:
    buy(segmented, "ana")
    buy(segmented, "ben")
    single = segmented.make("Once", {**BOUGHT, "operator": "equals", "value": 1})
    assert segmented.of(single) == {ANA, BEN}
    assert segmented.shop.ask("POST", f"profiles/{ANA}/merge", {"profiles": [BEN]}).status == 200
    assert segmented.of(single) == set() == segmented.entered(single)
    assert segmented.shop.ask("POST", f"profiles/{ANA}/unmerge", {"profile": BEN}).status == 200
    assert segmented.of(single) == {ANA, BEN} == segmented.entered(single)


def test_an_explanation_shows_the_evidence_and_the_next_change(segmented: Segmented) -> None:
    buy(segmented, "ana")
    buy(segmented, "ana")
    condition = {"type": "and", "conditions": [BUYERS, {"type": "kind", "kind": "recognised"}]}
    buyers = segmented.make("Buyers", condition)
    shown = explain(ANA, "buyers", SYSTEM, now=segmented.shop.clock.now)
    assert (shown["member"], shown["holds"], shown["next_change"]) == (True, True, "2026-12-21T00:00:00.000Z")
    assert shown["tree"]
    first = shown["tree"]["parts"][0]
    assert first["evidence"]["value"] == 2
    assert [event["name"] for event in first["evidence"]["events"]] == ["Order Completed"] * 2
    override(ANA, buyers, member=False, by=SYSTEM, now=segmented.shop.clock.now)
    shown = explain(ANA, buyers, SYSTEM, now=segmented.shop.clock.now)
    assert shown["tree"]
    assert (shown["member"], shown["by_hand"], shown["holds"], shown["tree"]["holds"]) == (
        False,
        "out",
        False,
        True,
    )


def test_erased_customers_are_in_no_segment(segmented: Segmented) -> None:
    buy(segmented, "ana")
    all_buyers = segmented.make("Everybody", BOUGHT)
    segmented.shop.erase(ANA)
    assert segmented.of(all_buyers) == set()
    buy(segmented, "ana")
    assert segmented.of(all_buyers) == {ANA}
