"""A deployment during unfinished work: this version completes what the previous one left in the table, the queues,
the stream and the bucket, with the same results.

Six customers with orders, a refund and a merge; segments of all kinds, one of which is being built again; an export, a
bulk action, a reprojection, an erasure and an import, each after its first message; records that no consumer of the
stream has read.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from crm.domain.webhooks.delivery import Result
from crm.services.webhooks import http_post
from tests.support.segmented_shop import Segmented
from tests.support.shop import Shop
from tests.support.stage import TABLE
from tests.support.world import clear_all_caches

WRITTEN = Path(__file__).parents[1] / "support/data/deployment_of_the_previous_version.json"
SHOWN = ("attributes", "tags", "consents", "totals", "aggregates", "scores", "lists", "responsible", "id")
OF_A_JOB = ("state", "counts", "error", "progress")
OF_AN_IMPORT = ("state", "counts", "error")

Written = dict[str, Any]


@cache
def written() -> Written:
    return dict(json.loads(WRITTEN.read_text()))


@pytest.fixture
def world(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Iterator[Segmented]:
    """A shop of this version, after the work that the previous version left is finished."""
    monkeypatch.setattr(http_post, "post", lambda *_: Result(status=204))
    shop.prepared(_finish_work)
    yield Segmented(shop)
    clear_all_caches()


def _finish_work(shop: Shop) -> None:
    left = written()["deployment"]
    for item in shop.items():
        shop.wire.store.tables[TABLE].replace(item, None)
    for item in left["items"]:
        shop.put(item)
    shop.wire.store.drain(TABLE)
    clear_all_caches()
    shop.clock.now, shop.key, shop.write_key = left["now"], left["key"], left["write_key"]
    shop.wire.queues |= {name: list(bodies) for name, bodies in left["queues"].items()}
    shop.wire.bucket.files |= {key: base64.b64decode(content) for key, content in left["files"].items()}
    shop.world.records |= {function: list(records) for function, records in left["records"].items()}
    world = Segmented(shop)
    shop.world.settle()
    world.later(minutes=3)


def test_unfinished_work_of_the_previous_version_is_finished(world: Segmented) -> None:
    left, expected = written()["deployment"], written()["expected"]
    assert {name: _found(world.shop, name, left) for name in expected} == expected


def test_no_problems_remain_after_the_deployment(world: Segmented) -> None:
    assert world.shop.ask("GET", "health").body["problems"] == []


def _found(shop: Shop, name: str, left: Written) -> Any:
    """Return the API's response to one of the expectations."""
    kind, _, key = name.partition(" ")
    if kind == "seg":
        members = shop.ask("GET", f"segments/{key}/members").body["members"]
        return sorted(member["profile"]["id"] for member in members)
    if kind == "card":
        answer = shop.ask("GET", f"identities/user_id/cust-{key}")
        return {field: answer.body.get(field) for field in SHOWN} if answer.status == 200 else answer.status
    if kind == "job":
        job = shop.job(left["started"][key])
        return [job[field] for field in OF_A_JOB]
    if kind == "imports":
        return [
            [one.get(field) for field in OF_AN_IMPORT] for one in shop.ask("GET", "imports").body["imports"]
        ]
    return shop.ask("GET", f"identities/email/{kind}@shop.org").status
