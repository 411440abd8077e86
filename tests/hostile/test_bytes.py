"""Characters of several bytes do not let strangers exceed the limits that hold for characters of one byte."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from tests.hostile.test_floods import ask, size_of
from tests.support.shop import Shop, profile
from tests.support.thoroughness import part_of
from tests.support.unsubscribe_page import ONE_CLICK

ASTRAL = [chr(0x20000 + n) for n in range(40_000)]
MAX = 40_000
"""The most bytes that strangers can add to a customer by naming others beside it."""


def send_batch(shop: Shop, messages: list[dict[str, Any]]) -> None:
    at = shop.wait()
    body = {"batch": [{"timestamp": at, "messageId": f"{at}-{n}", **m} for n, m in enumerate(messages)]}
    document = {**body, "sentAt": at, "writeKey": shop.write_key}
    answer = shop.post("batch", json.dumps(document, ensure_ascii=False).encode())
    assert answer.status == 200, answer.body


def longest_id(number: int) -> str:
    """Build the longest id of characters of four bytes."""
    return f"{number:03d}" + "".join(Random(number).choices(ASTRAL, k=127))


def oversized_id(number: int) -> str:
    return f"{number:03d}" + chr(0x20000 + number) * 509


def customer(shop: Shop) -> str:
    made = ask(shop, "POST", "profiles", {"identities": {"user_id": "vic", "email": "vic@example.com"}}).body
    ask(shop, "PUT", f"profiles/{made['id']}/consents/email", {"state": "granted", "proof": "by phone"})
    return str(made["id"])


def assert_works(shop: Shop, id_: str) -> None:
    """Assert that a customer's essential requests work."""
    ask(shop, "PUT", f"profiles/{id_}/tags/zz")
    ask(shop, "POST", f"profiles/{id_}/notes", {"text": "called"})
    ask(shop, "PUT", f"profiles/{id_}/consents/sms", {"state": "denied"})
    link = ask(shop, "GET", f"profiles/{id_}/unsubscribe-link", channel="email").body["url"]
    form = {"content-type": "application/x-www-form-urlencoded"}
    path = link[link.index("/unsubscribe/") :]
    assert shop.world.request("POST", path, ONE_CLICK, headers=form).status == 200
    shop.world.settle()
    card = ask(shop, "GET", f"profiles/{id_}").body
    assert {key: given["state"] for key, given in card["consents"].items()} == {
        "email": "denied",
        "sms": "denied",
    }
    assert card["tags"] == ["zz"]
    assert ask(shop, "GET", "health").body["problems"] == []
    assert shop.erase(id_)["state"] == "done"


def test_a_batch_of_long_multibyte_ids_does_not_fill_a_profile(shop: Shop) -> None:
    id_, number = customer(shop), part_of(225, least=50)
    send_batch(
        shop,
        [
            {"type": "track", "event": "x", "userId": "vic", "anonymousId": oversized_id(n)}
            for n in range(number)
        ],
    )
    assert size_of(shop, id_) < 5_000
    assert ask(shop, "GET", f"profiles/{id_}").body["totals"]["activities"] == number
    assert_works(shop, id_)


def test_the_most_and_longest_allowed_ids_do_not_fill_a_profile(shop: Shop) -> None:
    id_ = customer(shop)
    for start in range(0, part_of(400, least=100), 100):
        junk = range(start, start + 100)
        send_batch(
            shop,
            [{"type": "track", "event": "x", "userId": "vic", "anonymousId": longest_id(n)} for n in junk],
        )
        send_batch(
            shop,
            [
                {"type": "track", "event": "x", "userId": "vic", "anonymousId": f"{n}" + '"' * 96}
                for n in junk
            ],
        )
        assert size_of(shop, id_) < MAX
    shop.send("identify", userId="vic", anonymousId="the-real-laptop")
    assert_works(shop, id_)


def test_unknown_currencies_are_ignored(shop: Shop) -> None:
    id_ = customer(shop)
    order = {"type": "track", "event": "Order Completed", "userId": "vic"}
    together = part_of(300, least=60)
    for start in range(0, part_of(900, least=together), together):
        codes = ["".join(ASTRAL[n // 60**i % 60] for i in range(3)) for n in range(start, start + together)]
        amount = "999999999999999.999999"
        send_batch(shop, [order | {"properties": {"total": amount, "currency": code}} for code in codes])
    send_batch(shop, [order | {"properties": {"total": 5, "currency": "eur "}}])
    send_batch(shop, [order | {"properties": {"total": 5, "currency": "AAA"}}])
    totals = ask(shop, "GET", f"profiles/{id_}").body["totals"]
    assert totals["revenue_by_currency"].keys() == {"", "EUR"}
    assert totals["revenue_by_currency"]["EUR"] == 5
    assert size_of(shop, id_) < 5_000
    assert_works(shop, id_)


def test_the_number_of_recorded_conflicts_is_limited(shop: Shop) -> None:
    id_ = customer(shop)
    send_batch(
        shop,
        [
            {"type": "track", "event": "x", "userId": "vic", "anonymousId": longest_id(n)}
            for n in range(part_of(150, least=110))
        ],
    )
    noted = [
        item
        for item in shop.items()
        if item["pk"]["S"] == f"P#{id_}" and item.get("ty", {}).get("S") == "identity.conflict"
    ]
    assert len(noted) == 100
    assert all(json.loads(item["d"]["S"])["p"]["reason"] == "limit" for item in noted)


def test_the_sizes_of_environment_and_card_are_limited_in_bytes(shop: Shop) -> None:
    id_ = customer(shop)
    emoji = "\U0001f600" * 7_000
    shop.send("page", userId="vic", context={"locale": emoji})
    shop.send("identify", userId="vic", traits={"city": "\U0001f600" * 125, "company": '"' * 200})
    shop.send("page", userId="vic", context={"timezone": '"' * 10_000})
    card = ask(shop, "GET", f"profiles/{id_}").body
    assert card["environment"]["timezone"] == '"' * 100
    assert size_of(shop, id_) < 5_000
    assert profile("user_id", "vic") == id_
