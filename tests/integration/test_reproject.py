"""Reprojection of logs: of one customer, of events received in a range of time, of all customers."""

from __future__ import annotations

import re
from typing import Any

import pytest

from crm.domain.job import CANCELLED, DONE, FAILED
from crm.domain.times import iso
from crm.services.jobs.deadline import Deadline
from crm.services.projection.deployment import id_of
from crm.services.reprojection import job as reprojecting
from crm.storage import jobs as storage
from tests.support.activities import browser, email, user
from tests.support.full_items import FullItems
from tests.support.segmented_shop import BOUGHT, Segmented
from tests.support.shop import Shop
from tests.support.stage import TABLE

ANA, BEN = user("ana"), user("ben")


def lost(shop: Shop, *users: str) -> None:
    """Send events that the stream trims before their projection."""
    for name in users:
        at = shop.wait()
        body = {"userId": name, "event": "Order Completed", "messageId": f"lost-{name}", "timestamp": at}
        shop.world.settle()
        answer = shop.world.request(
            "POST", "/v1/track", body | {"writeKey": shop.write_key}, query={"writeKey": shop.write_key}
        )
        assert answer.status == 200
        shop.wire.store.drain(TABLE)


def reproject(shop: Shop, **asked: Any) -> dict[str, Any]:
    """Start a reprojection, and return its completed job."""
    answer = shop.ask("POST", "jobs", {"kind": "reproject", **asked})
    assert answer.status == 202, answer.body
    shop.world.settle()
    return dict(shop.ask("GET", f"jobs/{answer.body['id']}").body)


def begin(shop: Shop) -> str:
    """Start a reprojection of all customers, whose job then waits; return its id."""
    answer = shop.world.request("POST", "/v1/jobs", {"kind": "reproject", "all": True}, key=shop.key)
    return str(answer.body["id"])


def is_there(shop: Shop, identity: Any) -> bool:
    return bool(shop.ask("GET", f"identities/{identity.type}/{identity.value}").status == 200)


def test_profiles_that_were_never_projected_are_projected(shop: Shop) -> None:
    lost(shop, "ana", "ben")
    assert not is_there(shop, ANA)
    done = reproject(shop, all=True)
    assert (done["state"], done["counts"]["projected"]) == (DONE, 2)
    assert done["progress"]["done"] == done["progress"]["total"] == reprojecting.FEWEST
    assert done["result"] == {"all": True}
    assert is_there(shop, ANA)
    assert is_there(shop, BEN)


def test_a_range_reprojects_profiles_with_activities_received_in_it(shop: Shop) -> None:
    lost(shop, "ana")
    since = iso(shop.clock.now + 1)
    lost(shop, "ben")
    until = iso(shop.clock.now)
    lost(shop, "eve")
    done = reproject(shop, **{"from": since, "to": until})
    assert done["counts"] == {"projected": 1}
    assert [is_there(shop, who) for who in (ANA, BEN, user("eve"))] == [False, True, False]
    assert reproject(shop, **{"from": since})["counts"] == {"projected": 2}


def test_reprojecting_a_profile_reprojects_its_members(shop: Shop) -> None:
    shop.send("page", anonymousId="b1")
    shop.send("identify", anonymousId="b1", userId="ana", traits={"email": "ana@example.com"})
    before = shop.ask("GET", f"profiles/{id_of(ANA)}").body
    done = reproject(shop, profile_id=id_of(browser("b1")))
    assert done["counts"] == {"projected": 3}
    after = shop.ask("GET", f"profiles/{id_of(ANA)}").body
    assert {**after, "version": 0} == {**before, "version": 0}


def test_an_id_without_a_log_counts_no_profile(shop: Shop) -> None:
    done = reproject(shop, profile_id=id_of(email("nobody@example.com")))
    assert (done["state"], done["counts"]) == (DONE, {"projected": 0})
    assert [item for item in shop.items() if item["pk"]["S"].startswith("P#")] == []


def test_memberships_in_the_index_are_repaired(shop: Shop) -> None:
    world = Segmented(shop)
    shop.send("track", userId="ana", event="Order Completed")
    buyers = world.make("Buyers", BOUGHT)
    assert world.of(buyers) == {id_of(ANA)}
    items = shop.wire.store.tables[TABLE]
    held = {key: item for key, item in items.items.items() if key[1].startswith("M#")}
    (segment,) = [key for key in held if "M#segment#" in key[1]]
    stray = {**held[segment], "sk": {"S": "M#tag#gone"}, "gsi2pk": {"S": "G#tag#gone#0"}}
    items.replace({"pk": stray["pk"], "sk": stray["sk"]}, stray)
    items.replace({"pk": stray["pk"], "sk": {"S": segment[1]}}, None)
    shop.wire.store.drain(TABLE)
    reproject(shop, profile_id=id_of(ANA))
    assert {key: item for key, item in items.items.items() if key[1].startswith("M#")} == held


def test_a_profile_that_cannot_be_stored_does_not_stop_the_job(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost(shop, "ana", "ben")
    full = FullItems(shop.wire.store.answer)
    full.ids.add(id_of(ANA))
    monkeypatch.setattr(shop.wire.store, "answer", full)
    done = reproject(shop, all=True)
    assert (done["state"], done["failed_profiles"], done["counts"]["failed"]) == (DONE, [id_of(ANA)], 1)
    assert is_there(shop, BEN)


def test_a_part_continues_where_its_time_ended(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    from functions.run_jobs import app
    from tests.support.dynamodb import memory_queries

    lost(shop, *(f"u{number}" for number in range(12)))
    projected: list[str] = []
    work = reprojecting._project

    def noted(ids: Any) -> Any:
        projected.extend(ids)
        return work(ids)

    monkeypatch.setattr(reprojecting, "_project", noted)
    monkeypatch.setattr(reprojecting, "FEWEST", 2)
    monkeypatch.setattr(memory_queries, "PAGE_BYTES", 2000, raising=False)
    monkeypatch.setattr(app, "_deadline", lambda _context: Deadline(lambda: shop.clock.now, lambda: 0))
    done = reproject(shop, all=True)
    assert (done["state"], done["counts"]) == (DONE, {"projected": 12})
    assert len(projected) == len(set(projected)) == 12


def test_a_reprojection_can_be_cancelled(shop: Shop) -> None:
    lost(shop, "ana")
    begun = begin(shop)
    answer = shop.world.request("POST", f"/v1/jobs/{begun}/cancel", key=shop.key)
    assert answer.body["state"] == CANCELLED
    shop.world.settle()
    assert not is_there(shop, ANA)
    assert not storage.working_data(begun)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({}, "invalid_selection"),
        ({"all": True, "profile_id": "p"}, "invalid_selection"),
        ({"all": True, "to": "2026-11-21T10:00:00Z"}, "invalid_selection"),
        ({"to": "2026-11-21T10:00:00Z"}, "invalid_selection"),
        ({"from": "2026-11-21T10:00:00Z", "to": "2026-11-20T10:00:00Z"}, "invalid_selection"),
        ({"from": "yesterday"}, "invalid_request"),
        ({"all": False}, "invalid_request"),
        ({"kind": "import", "all": True}, "invalid_request"),
    ],
)
def test_an_invalid_selection_is_refused(shop: Shop, asked: dict[str, Any], code: str) -> None:
    answer = shop.ask("POST", "jobs", {"kind": "reproject", **asked})
    assert (answer.status, answer.body["code"]) == (400, code)


def test_a_repeated_request_starts_one_job(shop: Shop) -> None:
    twice = [
        shop.ask("POST", "jobs", {"kind": "reproject", "all": True}, headers={"idempotency-key": "once"})
        for _ in range(2)
    ]
    assert twice[0].body["id"] == twice[1].body["id"]
    assert re.fullmatch("[0-9a-f-]{36}", twice[0].body["id"])


def test_too_many_failures_fail_the_job(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    lost(shop, *(f"u{number}" for number in range(30)))
    monkeypatch.setattr(reprojecting, "FEWEST", 1)

    def broken(*_: Any) -> None:
        raise KeyError("x")

    monkeypatch.setattr(reprojecting, "repair_memberships", broken)
    begun = begin(shop)
    shop.take_message("jobs")
    for attempt in range(1, 6):
        assert shop.take_message("jobs", attempt=attempt)
    assert shop.job(begun)["state"] == FAILED
