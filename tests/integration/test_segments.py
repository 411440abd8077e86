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
from tests.support.shop import Shop
from tests.support.stage import ENVIRONMENT

NAMESPACE = UUID(ENVIRONMENT["IDENTITY_NAMESPACE"])
ANA, BEN = (profile_id(NAMESPACE, Identity("user_id", user)) for user in ("ana", "ben"))
BUYERS = {**BOUGHT, "value": 2, "window": {"within_days": 30}}


@pytest.fixture
def world(shop: Shop) -> Segmented:
    return Segmented(shop)


def buy(world: Segmented, user: str, total: float = 10) -> None:
    world.shop.send("track", userId=user, event="Order Completed", properties={"total": total})


def test_customers_match_by_events_before_and_after_the_definition(world: Segmented) -> None:
    buy(world, "ana")
    buy(world, "ana")
    buy(world, "ben")
    buyers = world.make("Buyers", BUYERS)
    assert world.of(buyers) == {ANA}
    assert world.entered(buyers) == {ANA}
    buy(world, "ben")
    assert world.of(buyers) == {ANA, BEN} == world.entered(buyers)
    shown = world.shop.ask("GET", f"profiles/{BEN}/activities").body["activities"][0]
    assert (shown["type"], shown["name"]) == ("segment.entered", "Buyers")


def test_customers_enter_and_leave_as_time_passes(world: Segmented) -> None:
    buyers = world.make("Buyers", BUYERS)
    asleep = {"type": "date", "field": "last_seen", "operator": "more_than_days_ago", "value": 14}
    sleepers = world.make("Sleepers", asleep)
    buy(world, "ana")
    world.later(days=10)
    buy(world, "ana")
    assert (world.of(buyers), world.of(sleepers)) == ({ANA}, set())
    world.later(days=14)
    assert (world.of(buyers), world.of(sleepers)) == ({ANA}, set())
    world.later(days=1)
    assert (world.of(buyers), world.of(sleepers)) == ({ANA}, {ANA})
    world.later(days=5)
    assert (world.of(buyers), world.of(sleepers)) == (set(), {ANA})
    assert world.entered(buyers) == set()
    assert world.entered(sleepers) == {ANA}


def test_the_former_condition_is_used_until_the_new_one_is_built(world: Segmented) -> None:
    buy(world, "ana")
    buy(world, "ana")
    buy(world, "ben", 500)
    buyers = world.make("Buyers", BUYERS)
    world.shop.wait()
    rich = {**BOUGHT, "function": "sum", "property": "total", "value": 100}
    changed = segments.update(buyers, {"condition": rich}, by=SYSTEM, now=world.shop.clock.now)
    assert changed.state == "building"
    assert world.of(buyers) == {ANA}
    world.shop.world.settle()
    assert segments.get(buyers).state == "ready"
    assert world.of(buyers) == {BEN} == world.entered(buyers)


def test_segments_change_with_the_segments_in_their_conditions(world: Segmented) -> None:
    buy(world, "ana")
    buy(world, "ben")
    buy(world, "ben")
    base = world.make("Base", BUYERS)
    others = world.make("Others", {"type": "not", "condition": {"type": "segment", "segment": "base"}})
    assert (world.of(base), world.of(others)) == ({BEN}, {ANA})
    world.change(base, condition={**BOUGHT, "value": 1})
    assert (world.of(base), world.of(others)) == ({ANA, BEN}, set())
    override(ANA, base, member=False, by=SYSTEM, now=world.shop.clock.now)
    assert (world.of(base), world.of(others)) == ({BEN}, {ANA})
    with pytest.raises(InvalidInputError, match="cannot depend on itself: Base -> Others -> Base"):
        world.change(base, condition={"type": "segment", "segment": others})
    with pytest.raises(ConflictError, match="used by segment Others"):
        segments.delete(base, by=SYSTEM, now=world.shop.clock.now)


@pytest.mark.large
def test_one_job_builds_more_segments_than_fit_into_a_transaction(world: Segmented) -> None:
    assert _transactions_of_one_job(world, segments_to_build=100) == 2


def test_one_job_builds_more_segments_than_a_transaction_may_switch(
    world: Segmented, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backfill, "MAX_BUILDS_TOGETHER", 5)
    assert _transactions_of_one_job(world, segments_to_build=8) == 2


def _transactions_of_one_job(world: Segmented, *, segments_to_build: int) -> int:
    """Let one job build these segments, half of which refer to the first; return how many transactions it took."""
    buy(world, "ana")
    now = world.shop.clock.now
    base = segments.create(name="Base", condition=BOUGHT, by=SYSTEM, now=now)
    rest: dict[str, Any] = {"type": "not", "condition": {"type": "segment", "segment": base.id}}
    made = [
        segments.create(
            name=f"Segment {number}", condition=BOUGHT if number % 2 else rest, by=SYSTEM, now=now
        )
        for number in range(segments_to_build)
    ]
    del world.shop.wire.queues["jobs"][:-1]
    version = ruleset.read_draft().version
    world.shop.world.settle()
    assert {segments.get(segment.id).state for segment in (base, *made)} == {"ready"}
    assert (world.of(base.id), world.of(made[0].id), world.of(made[-1].id)) == ({ANA}, set(), {ANA})
    return ruleset.read_draft().version - version


def test_archived_and_deleted_segments_have_no_members(world: Segmented) -> None:
    buy(world, "ana")
    all_buyers = world.make("Everybody", BOUGHT)
    assert world.of(all_buyers) == {ANA}
    world.change(all_buyers, archived=True)
    assert segments.get(all_buyers).state == "archived"
    assert world.entered(all_buyers) == set()
    world.change(all_buyers, archived=False)
    assert world.of(all_buyers) == {ANA} == world.entered(all_buyers)
    segments.delete(all_buyers, by=SYSTEM, now=world.shop.clock.now)
    world.shop.world.settle()
    assert world.entered(all_buyers) == set()


def test_static_segments_and_snapshots_keep_their_members(world: Segmented) -> None:
    buy(world, "ana")
    buy(world, "ben")
    hand_picked = world.make("Hand-picked", type="static")
    override(ANA, hand_picked, member=True, by=SYSTEM, now=world.shop.clock.now)
    all_buyers = world.make("Everybody", BOUGHT)
    made, _ = snapshot.snapshot(all_buyers, name="As of today", by=SYSTEM, now=world.shop.clock.now)
    world.shop.world.settle()
    buy(world, "cleo")
    assert (world.of(hand_picked), world.of(made.id)) == ({ANA}, {ANA, BEN})
    assert len(world.of(all_buyers)) == 3


def test_a_merge_ends_the_memberships_of_the_merged_profile(world: Segmented) -> None:
    buy(world, "ana")
    buy(world, "ben")
    single = world.make("Once", {**BOUGHT, "operator": "equals", "value": 1})
    assert world.of(single) == {ANA, BEN}
    assert world.shop.ask("POST", f"profiles/{ANA}/merge", {"profiles": [BEN]}).status == 200
    assert world.of(single) == set() == world.entered(single)
    assert world.shop.ask("POST", f"profiles/{ANA}/unmerge", {"profile": BEN}).status == 200
    assert world.of(single) == {ANA, BEN} == world.entered(single)


def test_an_explanation_shows_the_evidence_and_the_next_change(world: Segmented) -> None:
    buy(world, "ana")
    buy(world, "ana")
    condition = {"type": "and", "conditions": [BUYERS, {"type": "kind", "kind": "recognised"}]}
    buyers = world.make("Buyers", condition)
    shown = explain(ANA, "buyers", SYSTEM, now=world.shop.clock.now)
    assert (shown["member"], shown["holds"], shown["next_change"]) == (True, True, "2026-12-21T00:00:00.000Z")
    assert shown["tree"]
    first = shown["tree"]["parts"][0]
    assert first["evidence"]["value"] == 2
    assert [event["name"] for event in first["evidence"]["events"]] == ["Order Completed"] * 2
    override(ANA, buyers, member=False, by=SYSTEM, now=world.shop.clock.now)
    shown = explain(ANA, buyers, SYSTEM, now=world.shop.clock.now)
    assert shown["tree"]
    assert (shown["member"], shown["by_hand"], shown["holds"], shown["tree"]["holds"]) == (
        False,
        "out",
        False,
        True,
    )


def test_erased_customers_are_in_no_segment(world: Segmented) -> None:
    buy(world, "ana")
    all_buyers = world.make("Everybody", BOUGHT)
    world.shop.erase(ANA)
    assert world.of(all_buyers) == set()
    buy(world, "ana")
    assert world.of(all_buyers) == {ANA}
