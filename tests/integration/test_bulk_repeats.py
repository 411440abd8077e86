"""Bulk jobs that are interrupted, repeated and cancelled: each customer is changed once."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.domain.activity import Activity
from crm.services.definitions import lists
from crm.services.selections import selections
from crm.storage import bucket
from crm.storage.activities import read_range
from tests.support.bulk_customers import ask, bulk, card, edits, gather, outcomes, read
from tests.support.shop import Shop, profile
from tests.support.thoroughness import part_of
from tests.support.wire import ProcessKilled

ACTIONS: list[dict[str, Any]] = [
    {"type": "add_tags", "tags": ["VIP"]},
    {"type": "set_attributes", "attributes": {"company": "ACME"}},
    {"type": "add_to_list", "list": "Fair"},
    {"type": "delete"},
    {"type": "erase"},
    {"type": "merge"},
]


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selections, "PART_SIZE", 2)


@pytest.fixture
def crowd(shop: Shop) -> dict[str, str]:
    return shop.prepared(create_customers_and_list)


def create_customers_and_list(shop: Shop) -> dict[str, str]:
    lists.create(name="Fair", now=shop.clock.now)
    return gather(shop)


def log_of(id_: str) -> list[Activity]:
    return [activity for activity in read_range(id_, 0, 1 << 60) if activity.type != "identify"]


def parts(shop: Shop) -> list[str]:
    """Return the messages about parts that wait in the queue."""
    return [body for body in shop.wire.queues.get("jobs", []) if "part" in json.loads(body)]


def begin(shop: Shop, action: dict[str, Any], **selected: Any) -> str:
    """Start a job whose parts wait in the queue; return its id."""
    begun = ask(shop, action, **selected)
    assert begun.status == 202, begun.body
    shop.take_message("jobs")
    assert parts(shop)
    return str(begun.body["id"])


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: str(action["type"]))
def test_a_part_repeated_after_a_crash_is_applied_once(
    shop: Shop, crowd: dict[str, str], action: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selections, "PART_SIZE", 10)
    ids = list(crowd.values())
    job_id = begin(shop, action, ids=ids)
    with monkeypatch.context() as patch:
        patch.setattr(bucket, "write", lambda *_, **__: 1 / 0)
        assert shop.take_message("jobs")
    stated = [activity.message_id for id_ in ids for activity in log_of(id_)]
    shop.wait(5)
    shop.world.settle()
    job = read(shop, job_id)
    assert (job["state"], job["counts"]) == ("done", {"changed": 5})
    assert outcomes(shop, job) == dict.fromkeys(ids, "changed")
    if action["type"] != "erase":
        assert [activity.message_id for id_ in ids for activity in log_of(id_)] == stated


def test_a_repeated_part_keeps_later_edits(
    shop: Shop, crowd: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = begin(shop, {"type": "add_tags", "tags": ["VIP"]}, ids=[crowd["ada"]])
    with monkeypatch.context() as patch:
        patch.setattr(bucket, "write", lambda *_, **__: 1 / 0)
        assert shop.take_message("jobs")
    waiting, shop.wire.queues["jobs"] = shop.wire.queues["jobs"], []
    assert shop.ask("DELETE", f"profiles/{crowd['ada']}/tags/VIP").status == 204
    shop.wire.queues["jobs"] = waiting
    shop.world.settle()
    assert read(shop, job_id)["counts"] == {"changed": 1}
    assert card(shop, crowd["ada"])["tags"] == []


def kill(*_: Any) -> None:
    raise ProcessKilled


def test_a_crash_between_log_and_profile_is_repeated_with_the_same_outcome(
    shop: Shop, crowd: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = begin(shop, {"type": "add_tags", "tags": ["VIP"]}, ids=list(crowd.values()))
    with monkeypatch.context() as patch:
        patch.setattr("crm.services.editing.append_edit.project", kill)
        for _ in range(3):
            assert shop.take_message("jobs")
    shop.world.settle()
    assert read(shop, job_id)["counts"] == {"changed": 5}
    assert [len(edits(shop, id_)) for id_ in crowd.values()] == [1] * 5


def test_an_event_with_the_id_of_an_edit_does_not_make_it_look_done(
    shop: Shop, crowd: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = begin(shop, {"type": "add_tags", "tags": ["VIP"]}, ids=[crowd["ada"]])
    with monkeypatch.context() as patch:
        patch.setattr("crm.services.bulk.apply_action._edit", kill)
        assert shop.take_message("jobs")
    waiting, shop.wire.queues["jobs"] = shop.wire.queues["jobs"], []
    edit = uuid.uuid5(uuid.UUID(job_id), crowd["ada"])
    shop.send("track", userId="ada", messageId=f"bulk:{edit}", event="x")
    assert f"bulk:{edit}" in [activity.message_id for activity in log_of(crowd["ada"])]
    shop.wire.queues["jobs"] = waiting
    shop.world.settle()
    assert read(shop, job_id)["counts"] == {"changed": 1}
    assert card(shop, crowd["ada"])["tags"] == ["VIP"]


@pytest.mark.parametrize("action", ACTIONS[:4], ids=lambda action: str(action["type"]))
def test_repeated_messages_change_nothing(shop: Shop, crowd: dict[str, str], action: dict[str, Any]) -> None:
    job_id = begin(shop, action, all=True)
    shop.wire.queues["jobs"] += shop.wire.queues["jobs"]
    shop.world.settle()
    assert read(shop, job_id)["counts"] == {"changed": 5}
    assert [len(log_of(id_)) for id_ in crowd.values()] == [1] * 5


def test_a_cancelled_job_keeps_and_counts_finished_work(shop: Shop, crowd: dict[str, str]) -> None:
    job_id = begin(shop, {"type": "add_tags", "tags": ["VIP"]}, all=True)
    shop.take_message("jobs")
    cancelled = shop.world.request("POST", f"/v1/jobs/{job_id}/cancel", key=shop.key)
    assert (cancelled.status, cancelled.body["state"]) == (200, "cancelled")
    shop.world.settle()
    job = read(shop, job_id)
    assert (job["state"], job["counts"]) == ("cancelled", {"changed": 2})
    assert job["progress"]["done"] == 1
    assert sum(card(shop, id_)["tags"] == ["VIP"] for id_ in crowd.values()) == 2
    assert [key for key in shop.wire.bucket.files if job_id in key] == []


def test_customers_deleted_or_merged_since_the_start_are_skipped(shop: Shop, crowd: dict[str, str]) -> None:
    job_id = begin(shop, {"type": "add_tags", "tags": ["VIP"]}, all=True)
    waiting, shop.wire.queues["jobs"] = shop.wire.queues["jobs"], []
    shop.ask("DELETE", f"profiles/{crowd['bob']}")
    shop.erase(crowd["cid"])
    shop.ask("POST", f"profiles/{crowd['ada']}/merge", {"profiles": [crowd["eve"]]})
    shop.send("identify", userId="cid", traits={"email": "cid@example.com"})
    shop.wire.queues["jobs"] = waiting
    shop.world.settle()
    reported = outcomes(shop, read(shop, job_id))
    shown, swallowed = card(shop, crowd["ada"]), {crowd["ada"], crowd["eve"]}
    assert {reported[crowd[name]] for name in ("bob", "cid")} == {"skipped"}
    assert sorted(reported[id_] for id_ in swallowed if id_ in reported) == ["changed", "skipped"]
    assert shown["tags"] == ["VIP"]
    assert card(shop, crowd["cid"])["tags"] == []
    assert reported[crowd["dan"]] == "changed"


@settings(
    max_examples=part_of(10, least=3),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.booleans(), min_size=1, max_size=9), st.integers(1, 4), st.data())
def test_an_action_that_changes_its_own_filter_reaches_each_customer_once(
    shop_on_wire: Any, marked: list[bool], part: int, data: st.DataObject
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(selections, "PART_SIZE", part)
        shop = shop_on_wire()
        ids = [profile("user_id", f"u-{number}") for number in range(len(marked))]
        for number, is_marked in enumerate(marked):
            shop.send("identify", userId=f"u-{number}", traits={"city": "Rome"})
            if is_marked:
                shop.ask("PUT", f"profiles/{ids[number]}/tags/X")
        shop.ask("POST", "tags", {"name": "X"})
        ways: list[dict[str, Any]] = [{"tag": "X"}, {"filter": {"tag": "x", "city": "rome"}}]
        selected = data.draw(st.sampled_from(ways))
        job = bulk(shop, {"type": "remove_tags", "tags": ["X"]}, **selected)
        expected = [id_ for id_, is_marked in zip(ids, marked, strict=True) if is_marked]
        assert outcomes(shop, job) == dict.fromkeys(expected, "changed")
        assert not any(card(shop, id_)["tags"] for id_ in ids)
        assert [len(edits(shop, id_)) for id_ in expected] == [2] * len(expected)


def test_a_part_is_read_in_batches(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm.services.bulk.apply_action._READ_TOGETHER", 2)
    monkeypatch.setattr(selections, "PART_SIZE", 500)
    ids = gather(shop)
    job = bulk(shop, {"type": "set_responsible", "responsible": "grace"}, all=True)
    assert outcomes(shop, job) == dict.fromkeys(ids.values(), "changed")
