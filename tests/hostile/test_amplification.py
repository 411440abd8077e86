"""Amplification: a small request, such as a batch with one shared context, is not stored many times."""

from __future__ import annotations

import json
import tracemalloc

import pytest

from crm.domain.tracking.environment import split_environment
from crm.domain.tracking.message_identities import message_identities
from crm.domain.tracking.reception import MessageRules, Reception
from crm.domain.tracking.wire import MAX_EXPANDED_BYTES, read_envelope
from tests.support.dynamodb.item_size import item_size
from tests.support.shop import Shop
from tests.support.thoroughness import part_of

KB = 1024


def batch(context: int, messages: int) -> bytes:
    message = {"type": "track", "event": "e", "anonymousId": "amp", "timestamp": "2026-11-21T10:00:30Z"}
    many = [message | {"messageId": f"m-{number}"} for number in range(messages)]
    return json.dumps({"context": {"x": "y" * context}, "batch": many}).encode()


def test_a_shared_context_of_32_kb_is_stored_up_to_a_megabyte(shop: Shop) -> None:
    before = sum(map(item_size, shop.items()))
    answer = shop.post("batch", batch(32_000, 300))
    assert answer.status == 200
    rejected = answer.body["rejected"]
    assert {one["code"] for one in rejected} == {"expanded_too_large"}
    assert [one["index"] for one in rejected] == list(range(answer.body["accepted"], 300))
    assert answer.body["accepted"] == 32
    assert sum(map(item_size, shop.items())) - before < MAX_EXPANDED_BYTES + 100 * KB
    (kept,) = shop.ask("GET", "rejected", query={"limit": "50"}).body["rejected"]
    assert kept["code"] == "expanded_too_large"
    again = shop.ask("POST", f"rejected/{kept['id']}/replay")
    assert (again.status, again.body["accepted"]) == (200, 32)


def test_a_typical_batch_of_an_sdk_is_accepted_completely(shop: Shop) -> None:
    assert shop.post("batch", batch(1_000, 300)).body["accepted"] == 300


@pytest.mark.parametrize(
    ("context", "messages", "tokens"),
    [(0, 1, 1), (0, 300, 300), (1_000, 50, 50), (31_000, 10, 42), (32_000, 60, 128), (32_000, 300, 300)],
)
def test_a_request_costs_tokens_by_its_size(context: int, messages: int, tokens: int) -> None:
    body = batch(context, messages)
    assert read_envelope(json.loads(body), "batch").tokens(len(body)) == tokens


def test_long_texts_of_messages_are_not_cached() -> None:
    reception, rules = Reception(source_id="s", source_kind="web", received_at=0), MessageRules()

    def read(number: int) -> None:
        long = f"{number}" + "n" * 31 * KB
        context = {"userAgent": long}
        split_environment(context, reception, rules)
        message_identities({"userId": long, "anonymousId": f"v-{number}"}, "track", context, rules)

    read(0)  # loads the rules of user agents
    tracemalloc.start()
    number = part_of(200, least=20)
    for n in range(1, number):
        read(n)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < number * 3 * KB
