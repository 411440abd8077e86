"""Old activities are counted in pages beside the profile, with the same values and segments as without pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pytest

from crm.domain.errors import VersionConflictError
from crm.domain.profile import ProfileState
from crm.domain.times import DAY_MS, iso
from crm.services.projection import projector
from crm.services.projection.deployment import deployed_projector
from crm.services.ruleset import ruleset
from crm.storage.keys import PAGE_PREFIX
from crm.storage.profiles import ProfileTable
from tests.support.segmented_shop import BOUGHT, Segmented
from tests.support.shop import ID, Shop, profile

NOTE = "words of jane-roe-4711 that are so long that few days of them are kept inline, whatever they say "
YEAR: dict[str, Any] = {"window": {"within_days": 365}}


def buy(shop: Shop, days_ago: Iterable[int], total: float = 10.1) -> None:
    now = shop.clock.now
    batch = [
        {
            "type": "track",
            "userId": ID[1],
            "event": "Order Completed",
            "messageId": f"o-{ago}",
            "timestamp": iso(now - ago * DAY_MS),
            "properties": {"total": total, "note": f"{NOTE}{ago}"},
        }
        for ago in days_ago
    ]
    shop.post("batch", {"batch": batch, "sentAt": iso(now)})


def pages(shop: Shop) -> list[str]:
    return [item["sk"]["S"] for item in shop.items() if item["sk"]["S"].startswith(PAGE_PREFIX)]


def defined(segmented: Segmented) -> str:
    """Define a segment over sums of a year, and an aggregate over the last values of a year."""
    last = {"event": "Order Completed", "function": "first", "property": "note", **YEAR}
    assert segmented.shop.ask("POST", "aggregates", {"name": "first_note", **last}).status == 201
    segmented.shop.world.settle()
    spent = {"function": "sum", "property": "total", "operator": "at_least", "value": 300}
    return segmented.make("Spends", BOUGHT | spent | YEAR)


def value(shop: Shop) -> Any:
    return shop.ask("GET", f"profiles/{profile(*ID)}").body["aggregates"]["first_note"]


def test_values_and_segments_use_counts_from_pages(shop: Shop, segmented: Segmented) -> None:
    segment = defined(segmented)
    for ago in range(350, 60, -10):
        buy(shop, [ago])
    assert len(pages(shop)) > 5
    assert value(shop) == (NOTE + "350")[:100]
    assert (segmented.of(segment), shop.ask("GET", f"profiles/{profile(*ID)}").body["totals"]["orders"]) == (
        set(),
        29,
    )
    buy(shop, [155])
    assert segmented.of(segment) == {profile(*ID)}
    buy(shop, [360])
    assert value(shop) == (NOTE + "360")[:100]
    explained = shop.ask("GET", f"profiles/{profile(*ID)}/segments/{segment}/explain").body
    assert (explained["holds"], explained["member"]) == (True, True)
    previewed = shop.ask("POST", "segments/preview", {"condition": BOUGHT | {"value": 31} | YEAR}).body
    assert previewed["count"] == 1


def test_many_late_events_at_once_fold_the_log_again(shop: Shop, segmented: Segmented) -> None:
    segment = defined(segmented)
    buy(shop, range(350, 200, -10))
    buy(shop, range(345, 0, -10))
    names = {key.split("#")[1] for key in pages(shop)}
    assert (len(names), segmented.of(segment)) == (1, {profile(*ID)})
    before = ProfileTable().load([profile(*ID)])[profile(*ID)]
    deployed_projector().project(before.id, None)
    after = ProfileTable().load([before.id])[before.id]
    assert (after.counts, after.card) == (before.counts, before.card)
    assert {key.split("#")[1] for key in pages(shop)} == {after.daily.generation} != names
    assert value(shop) == (NOTE + "350")[:100]


def test_an_erasure_deletes_the_pages(shop: Shop, segmented: Segmented) -> None:
    defined(segmented)
    buy(shop, range(350, 0, -7))
    held = len(pages(shop))
    job = shop.erase(profile(*ID))
    assert (job["state"], job["counts"]["pages_of_counts"]) == ("done", held)
    assert held > 5
    assert pages(shop) == []
    shop.send_everything_again()
    assert pages(shop) == []


def test_pages_of_an_interrupted_fold_are_removed_by_the_next_one(shop: Shop, segmented: Segmented) -> None:
    defined(segmented)
    buy(shop, range(350, 0, -7))
    state = ProfileTable().load([profile(*ID)])[profile(*ID)]
    state.read_pages(None)
    state.daily.generation, state.daily.dirty = "dead", set(state.daily.pages)
    ProfileTable().put_pages(state)
    assert any("dead" in key for key in pages(shop))
    deployed_projector().project(state.id, None)
    assert not any("dead" in key for key in pages(shop))
    assert value(shop) == (NOTE + "350")[:100]


def test_pages_are_kept_when_the_response_of_a_save_is_lost(
    shop: Shop, segmented: Segmented, monkeypatch: pytest.MonkeyPatch
) -> None:
    defined(segmented)
    buy(shop, range(350, 0, -7))
    before, save = ProfileTable().load([profile(*ID)])[profile(*ID)], ProfileTable.save

    def answer_lost(table: ProfileTable, profiles: Sequence[ProfileState]) -> None:
        save(table, profiles)
        raise VersionConflictError("the client sent it again, and found its own version")

    with monkeypatch.context() as lost:
        lost.setattr(ProfileTable, "save", answer_lost)
        lost.setattr(projector, "PROJECTION_ATTEMPTS", 1)
        with pytest.raises(VersionConflictError):
            deployed_projector().project(before.id, None)
    after = ProfileTable().load([before.id])[before.id]
    assert after.daily.generation != before.daily.generation
    assert {key for key in pages(shop) if key.split("#")[1] == after.daily.generation}
    assert value(shop) == (NOTE + "350")[:100]
    buy(shop, [348])
    assert ProfileTable().load([before.id])[before.id].counts.orders == before.counts.orders + 1


def test_deleted_definitions_are_no_longer_counted(shop: Shop, segmented: Segmented) -> None:
    segment = defined(segmented)
    buy(shop, range(350, 0, -7))
    segmented.change(segment, archived=True)
    assert shop.ask("DELETE", "aggregates/first_note").status == 204
    ruleset.clear_cache()
    buy(shop, [1])
    state = ProfileTable().load([profile(*ID)])[profile(*ID)]
    assert (state.daily.names, state.daily.closed.metrics) == ([], {})
