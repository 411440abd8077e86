"""A bad profile does not affect others: each process continues without it, counts it and names it."""

from __future__ import annotations

import csv
import io
from typing import Any
from uuid import UUID

import pytest

from crm.api.models.health import Health
from crm.domain import stuck as rules
from crm.domain.identity import Identity, profile_id
from crm.domain.times import HOUR_MS
from crm.storage import stuck_profiles
from tests.support.bulk_customers import bulk, read
from tests.support.dropped_files import counts, csv_of, drop
from tests.support.full_items import FullItems
from tests.support.segmented_shop import BOUGHT, Segmented
from tests.support.shop import Shop, profile
from tests.support.stage import ENVIRONMENT, TABLE

USERS = ("good", "bad", "third")
NAMESPACE = UUID(ENVIRONMENT["IDENTITY_NAMESPACE"])
GOOD, BAD, THIRD = (profile_id(NAMESPACE, Identity("user_id", user)) for user in USERS)


@pytest.fixture
def world(shop: Shop) -> Segmented:
    """A shop with three customers, who have ordered once each."""
    for user in USERS:
        shop.send("track", userId=user, event="Order Completed", properties={"total": 5})
    return Segmented(shop)


@pytest.fixture
def full(world: Segmented, monkeypatch: pytest.MonkeyPatch) -> FullItems:
    """The table, which refuses the item of one profile."""
    store = world.shop.wire.store
    items = FullItems(store.answer)
    items.ids.add(BAD)
    monkeypatch.setattr(store, "answer", items)
    return items


def health(shop: Shop) -> dict[str, Any]:
    answer = shop.world.request("GET", "/v1/health", key=shop.key)
    assert answer.status == 200, answer.body
    Health.model_validate(answer.body)
    return dict(answer.body)


def problem(shop: Shop, code: str) -> dict[str, Any]:
    shown = health(shop)
    assert shown["status"] == "degraded"
    return next(problem for problem in shown["problems"] if problem["code"] == code)


def orders(shop: Shop, id_: str) -> int:
    totals = shop.world.request("GET", f"/v1/profiles/{id_}", key=shop.key).body["totals"]
    return int(totals["orders"])


def bought_again(world: Segmented) -> None:
    for user in USERS:
        world.shop.send("track", userId=user, event="Order Completed", properties={"total": 5})


def test_a_healthy_deployment_has_no_problems(world: Segmented) -> None:
    assert health(world.shop) == {
        "status": "ok",
        "checked_at": health(world.shop)["checked_at"],
        "problems": [],
    }


def test_a_profile_that_is_too_large_is_reported_and_others_are_projected(
    world: Segmented, full: FullItems, capsys: pytest.CaptureFixture[str]
) -> None:
    bought_again(world)
    assert [orders(world.shop, id_) for id_ in (GOOD, BAD, THIRD)] == [2, 1, 2]
    named = problem(world.shop, "profiles_too_large")
    assert (named["profile_ids"], named["count"], named["culprit_ids"]) == ([BAD], 1, [])
    assert named["since"] is not None
    assert named["what_to_do"]
    assert "good" not in str(named)
    logged = capsys.readouterr().out
    assert "profile is stuck" in logged
    assert BAD in logged


def test_a_profile_that_is_too_large_is_not_retried_at_once(world: Segmented, full: FullItems) -> None:
    world.shop.send("track", userId="bad", event="Order Completed", properties={"total": 5})
    assert full.refused == {BAD: 1}
    assert world.shop.wire.queues.get("failure", []) == []
    # Its events are in its timeline all the same.
    shown = world.shop.ask("GET", f"profiles/{BAD}/activities").body["activities"]
    assert [activity["name"] for activity in shown].count("Order Completed") == 2


def test_the_profile_that_is_too_large_is_named_as_culprit(world: Segmented, full: FullItems) -> None:
    email = profile("email", "full@example.com")
    full.ids = {email}
    world.shop.send("identify", userId="good", traits={"email": "full@example.com"})
    named = problem(world.shop, "profiles_too_large")
    assert (named["profile_ids"], named["culprit_ids"]) == ([GOOD], [email])


def test_a_build_continues_without_the_profile_and_reports_it(world: Segmented, full: FullItems) -> None:
    buyers = world.make("Buyers", {**BOUGHT, "value": 1, "window": {"within_days": 30}})
    assert world.of(buyers) == {GOOD, THIRD}
    (job,) = world.shop.ask("GET", "jobs", query={"kind": "backfill"}).body["jobs"]
    assert (job["state"], job["failed_profiles"]) == ("done", [BAD])
    assert job["counts"] == {"asked": 3, "changed": 2, "failed": 1}
    assert problem(world.shop, "profiles_too_large")["profile_ids"] == [BAD]


def test_a_tick_skips_the_profile_and_does_not_retry_it_every_minute(
    world: Segmented, full: FullItems
) -> None:
    full.ids = set()
    buyers = world.make("Buyers", {**BOUGHT, "value": 1, "window": {"within_days": 30}})
    assert world.of(buyers) == {GOOD, BAD, THIRD}
    full.ids = {BAD}
    world.later(days=31)
    assert world.of(buyers) == {BAD}
    refused = full.refused[BAD]
    world.later(minutes=1)
    world.later(minutes=1)
    assert full.refused[BAD] == refused


def test_the_profile_is_projected_once_it_fits(world: Segmented, full: FullItems) -> None:
    bought_again(world)
    full.ids = set()
    world.tick()
    assert orders(world.shop, BAD) == 1
    world.shop.clock.now += HOUR_MS
    world.tick()
    assert orders(world.shop, BAD) == 2
    assert health(world.shop)["status"] == "ok"


def test_the_profile_is_retried_with_backoff(world: Segmented, full: FullItems) -> None:
    world.shop.send("track", userId="bad", event="Order Completed", properties={"total": 5})
    for _ in range(48):
        world.shop.clock.now += HOUR_MS
        world.tick()
    # After 1, 2, 4, 8 and 16 hours.
    assert full.refused[BAD] == 1 + 5
    assert world.shop.wire.queues.get("failure", []) == []


def test_staff_can_retry_the_profile_at_once(world: Segmented, full: FullItems) -> None:
    bought_again(world)
    full.ids = set()
    assert world.shop.ask("POST", "health/retry").body == {"queued": 1}
    assert orders(world.shop, BAD) == 2
    assert health(world.shop)["status"] == "ok"


def test_the_list_of_stuck_profiles_is_bounded(
    world: Segmented, full: FullItems, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stuck_profiles, "MAX_LISTED", 2)
    assert rules.MAX_LISTED == 1000
    full.ids = {GOOD, BAD, THIRD}
    bought_again(world)
    named = problem(world.shop, "profiles_too_large")
    assert (named["count"], len(named["profile_ids"]), named["unlisted_failures"]) == (2, 2, 1)
    full.ids = set()
    world.shop.ask("POST", "health/retry")
    assert health(world.shop)["status"] == "ok"


def test_an_edit_of_the_profile_is_refused_with_the_reason(world: Segmented, full: FullItems) -> None:
    answer = world.shop.ask("PATCH", f"profiles/{BAD}", {"attributes": {"city": "Rome"}})
    assert (answer.status, answer.body["code"]) == (409, "item_too_large")
    assert "400 KB" in answer.body["message"]


def test_a_bulk_action_continues_without_the_profile(world: Segmented, full: FullItems) -> None:
    job = bulk(world.shop, {"type": "add_tags", "tags": ["vip"]}, ids=[GOOD, BAD, THIRD])
    assert job["counts"] == {"changed": 2, "failed": 1}
    assert job["failed_profiles"] == [BAD]
    assert read(world.shop, job["id"])["state"] == "done"


def unreadable(shop: Shop, id_: str) -> None:
    """Corrupt the stored profile."""
    key = {"pk": {"S": f"P#{id_}"}, "sk": {"S": "PROFILE"}}
    held = shop.wire.store.tables[TABLE].get(key)
    assert held is not None
    shop.put({**held, "doc": {"S": "{"}})
    shop.wire.store.drain(TABLE)


def test_an_export_continues_without_an_unreadable_profile(world: Segmented) -> None:
    unreadable(world.shop, BAD)
    begun = world.shop.ask("POST", "exports", {"ids": [GOOD, BAD, THIRD]})
    # Customers who were selected by id are read when the selection is walked.
    job = world.shop.job(begun.body["id"])
    assert (job["state"], job["counts"], job["failed_profiles"]) == (
        "done",
        {"exported": 2, "left_out": 0, "failed": 1},
        [BAD],
    )
    (key,) = [key for key in world.shop.wire.bucket.files if job["id"] in key]
    rows = csv.DictReader(io.StringIO(world.shop.wire.bucket.files[key].decode("utf-8-sig"), newline=""))
    assert {row["id"] for row in rows} == {GOOD, THIRD}
    assert problem(world.shop, "profiles_failing")["profile_ids"] == [BAD]


def test_a_bulk_action_continues_without_an_unreadable_profile(world: Segmented) -> None:
    unreadable(world.shop, BAD)
    job = bulk(world.shop, {"type": "add_tags", "tags": ["vip"]}, ids=[GOOD, BAD, THIRD])
    assert (job["counts"], job["failed_profiles"]) == ({"changed": 2, "failed": 1}, [BAD])


def test_an_import_that_changes_the_profile_is_done(world: Segmented, full: FullItems) -> None:
    rows = [{"user_id": user, "city": "Rome"} for user in USERS]
    job = drop(world.shop, "people.csv", csv_of(*rows))
    assert (job["state"], counts(job)) == ("done", {"rows": 3, "updated": 3})
    assert problem(world.shop, "profiles_too_large")["profile_ids"] == [BAD]
    card = world.shop.ask("GET", f"profiles/{GOOD}").body
    assert card["attributes"]["city"] == "Rome"
