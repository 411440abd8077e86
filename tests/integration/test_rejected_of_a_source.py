"""Rejected input of one source: found by an index, independent of other sources."""

import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from crm.domain.source import Source
from crm.services.access import sources
from crm.services.tracking import rejected_input as service
from crm.storage.client import dynamodb
from tests.support.gateway import Answer, Client
from tests.support.thoroughness import some_of

Read = Callable[..., Answer]


@pytest.fixture
def shop(table: object) -> Source:
    return sources.create(name="Shop", kind="server", now=0)


@pytest.fixture
def noisy(table: object) -> Source:
    return sources.create(name="Noisy", kind="server", now=0)


@pytest.fixture
def read(client: Client, api_key: Callable[..., str]) -> Read:
    key = api_key("rejected:read", "rejected:write")
    return lambda **query: client("GET", "/v1/rejected", key=key, query=query)


def reject(client: Client, source: Source, *numbers: int, noise: str = "") -> None:
    batch = [{"type": "track", "number": number, "noise": noise} for number in numbers]
    client("POST", "/v1/batch", {"batch": batch, "writeKey": source.write_key})
    time.sleep(0.002)


def numbers(page: Answer) -> list[int]:
    return [one["content"]["number"] for one in page.body["rejected"]]


def test_only_input_of_the_source_is_listed_and_counted(
    client: Client, shop: Source, noisy: Source, read: Read
) -> None:
    for number in range(6):
        reject(client, noisy if number % 3 else shop, number)
    page = read(source=shop.id)
    assert numbers(page) == [3, 0]
    assert [total["source"] for total in page.body["totals"]] == [shop.id]
    assert sorted(numbers(read())) == list(range(6))
    assert len(read().body["totals"]) == 2


@pytest.mark.parametrize("limit", some_of([1, 40, 2, 7, 3, 1000], one_in=3))
def test_pages_are_complete_and_newest_first(
    client: Client, shop: Source, noisy: Source, read: Read, limit: int
) -> None:
    for first in range(0, 60, 20):
        reject(client, shop, *range(first, first + 20))
        reject(client, noisy, *range(100, 110))
    seen: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        page = read(source=shop.id, limit=limit, **cursor)
        assert len(page.body["rejected"]) <= limit
        seen += page.body["rejected"]
        if page.body["next_cursor"] is None:
            break
        cursor = {"cursor": page.body["next_cursor"]}
    assert sorted(one["content"]["number"] for one in seen) == list(range(60))
    times = [one["received_at"] for one in seen]
    assert times == sorted(times, reverse=True)


def test_input_of_other_sources_is_not_read(
    client: Client, shop: Source, noisy: Source, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    reject(client, shop, 1)
    for _ in range(10):
        reject(client, noisy, *range(20))
    found: list[int] = []
    real = dynamodb().batch_get_item

    def counting(**call: Any) -> Any:
        found.extend(len(wanted["Keys"]) for wanted in call["RequestItems"].values())
        return real(**call)

    monkeypatch.setattr(dynamodb(), "batch_get_item", counting)
    assert numbers(read(source=shop.id)) == [1]
    assert found == [1]


def test_replayed_input_is_no_longer_listed(
    client: Client, api_key: Callable[..., str], shop: Source, read: Read
) -> None:
    reject(client, shop, 1, 2)
    first = read(source=shop.id).body["rejected"][0]
    key = api_key("rejected:write", "profiles:write")
    content = {"type": "track", "userId": "u-1", "event": "Seen"}
    replayed = client("POST", f"/v1/rejected/{first['id']}/replay", {"content": content}, key=key)
    assert replayed.status == 200
    assert first["content"]["number"] not in numbers(read(source=shop.id))


def test_large_input_is_complete_and_the_size_of_a_page_is_limited(
    client: Client, shop: Source, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "REJECTED_PAGE_BYTES", 50_000)
    for number in range(3):
        reject(client, shop, number, noise=uuid4().hex * 900)
    page = read(source=shop.id)
    assert numbers(page) == [2]
    assert numbers(read(source=shop.id, cursor=page.body["next_cursor"])) == [1]


def test_a_cursor_of_another_source_is_refused(
    client: Client, shop: Source, noisy: Source, read: Read
) -> None:
    reject(client, shop, 1, 2)
    cursor = read(source=shop.id, limit=1).body["next_cursor"]
    for query in ({"source": noisy.id}, {}, {"source": shop.id, "day": "2026-01-02"}):
        assert read(cursor=cursor, **query).body["code"] == "invalid_cursor"


@pytest.mark.parametrize(
    "source", ["src_000000000000", "form:frm_000000000000", "X#1", "é\u200b", "#", "🙂" * 100]
)
def test_a_source_without_rejected_input_has_an_empty_list(table: object, read: Read, source: str) -> None:
    assert read(source=source).body == {"rejected": [], "next_cursor": None, "totals": []}


@pytest.mark.parametrize("source", ["x" * 101, "x" * 4_000])
def test_a_source_id_that_is_too_long_is_refused(table: object, read: Read, source: str) -> None:
    answer = read(source=source)
    assert (answer.status, answer.body["details"]) == (400, {"parameter": "source"})
