"""Characters of several bytes: what strangers send in them takes no more of a customer than what they send in one."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from tests.hostile.test_floods import asked, size_of
from tests.support.shop import Shop, profile
from tests.support.thoroughness import part_of
from tests.support.unsubscribe_page import ONE_CLICK

ASTRAL = [chr(0x20000 + n) for n in range(40_000)]
MAX = 40_000
"""Bytes that strangers add to a customer by naming others beside it."""


def in_bulk(shop: Shop, messages: list[dict[str, Any]]) -> None:
    at = shop.wait()
    body = {"batch": [{"timestamp": at, "messageId": f"{at}-{n}", **m} for n, m in enumerate(messages)]}
    document = {**body, "sentAt": at, "writeKey": shop.write_key}
    answer = shop.post("batch", json.dumps(document, ensure_ascii=False).encode())
    assert answer.status == 200, answer.body


def long(number: int) -> str:
    """As many characters as fit, each of four bytes."""
    return f"{number:03d}" + "".join(Random(number).choices(ASTRAL, k=127))


def too_long(number: int) -> str:
    return f"{number:03d}" + chr(0x20000 + number) * 509


def customer(shop: Shop) -> str:
    made = asked(
        shop, "POST", "profiles", {"identities": {"user_id": "vic", "email": "vic@example.com"}}
    ).body
    asked(shop, "PUT", f"profiles/{made['id']}/consents/email", {"state": "granted", "proof": "by phone"})
    return str(made["id"])


def assert_serves(shop: Shop, id_: str) -> None:
    """What must always work for a customer does."""
    asked(shop, "PUT", f"profiles/{id_}/tags/zz")
    asked(shop, "POST", f"profiles/{id_}/notes", {"text": "called"})
    asked(shop, "PUT", f"profiles/{id_}/consents/sms", {"state": "denied"})
    link = asked(shop, "GET", f"profiles/{id_}/unsubscribe-link", channel="email").body["url"]
    form = {"content-type": "application/x-www-form-urlencoded"}
    path = link[link.index("/unsubscribe/") :]
    assert shop.world.request("POST", path, ONE_CLICK, headers=form).status == 200
    shop.world.settle()
    card = asked(shop, "GET", f"profiles/{id_}").body
    assert {key: given["state"] for key, given in card["consents"].items()} == {
        "email": "denied",
        "sms": "denied",
    }
    assert card["tags"] == ["zz"]
    assert asked(shop, "GET", "health").body["problems"] == []
    assert shop.erase(id_)["state"] == "done"


def test_a_batch_of_ids_of_astral_characters_freezes_no_customer(shop: Shop) -> None:
    id_ = customer(shop)
    in_bulk(
        shop,
        [{"type": "track", "event": "x", "userId": "vic", "anonymousId": too_long(n)} for n in range(225)],
    )
    assert size_of(shop, id_) < 5_000
    assert asked(shop, "GET", f"profiles/{id_}").body["totals"]["activities"] == 225
    assert_serves(shop, id_)


def test_as_many_ids_of_as_many_bytes_as_are_allowed_freeze_no_customer(shop: Shop) -> None:
    id_ = customer(shop)
    for start in range(0, part_of(400, least=200), 100):
        junk = range(start, start + 100)
        in_bulk(
            shop, [{"type": "track", "event": "x", "userId": "vic", "anonymousId": long(n)} for n in junk]
        )
        in_bulk(
            shop,
            [
                {"type": "track", "event": "x", "userId": "vic", "anonymousId": f"{n}" + '"' * 96}
                for n in junk
            ],
        )
        assert size_of(shop, id_) < MAX
    shop.send("identify", userId="vic", anonymousId="the-real-laptop")
    assert_serves(shop, id_)


def test_made_up_currencies_are_none(shop: Shop) -> None:
    id_ = customer(shop)
    order = {"type": "track", "event": "Order Completed", "userId": "vic"}
    for start in range(0, part_of(900, least=300), 300):
        codes = ["".join(ASTRAL[n // 60**i % 60] for i in range(3)) for n in range(start, start + 300)]
        amount = "999999999999999.999999"
        in_bulk(shop, [order | {"properties": {"total": amount, "currency": code}} for code in codes])
    in_bulk(shop, [order | {"properties": {"total": 5, "currency": "eur "}}])
    in_bulk(shop, [order | {"properties": {"total": 5, "currency": "AAA"}}])
    totals = asked(shop, "GET", f"profiles/{id_}").body["totals"]
    assert totals["revenue_by_currency"].keys() == {"", "EUR"}
    assert totals["revenue_by_currency"]["EUR"] == 5
    assert size_of(shop, id_) < 5_000
    assert_serves(shop, id_)


def test_what_refused_claims_leave_is_noted_piece_by_piece(shop: Shop) -> None:
    id_ = customer(shop)
    in_bulk(
        shop, [{"type": "track", "event": "x", "userId": "vic", "anonymousId": long(n)} for n in range(150)]
    )
    noted = [
        item
        for item in shop.items()
        if item["pk"]["S"] == f"P#{id_}" and item.get("ty", {}).get("S") == "identity.conflict"
    ]
    assert len(noted) == 100
    assert all(json.loads(item["d"]["S"])["p"]["reason"] == "limit" for item in noted)


def test_the_environment_and_the_card_are_as_large_in_bytes(shop: Shop) -> None:
    id_ = customer(shop)
    face = "\U0001f600" * 7_000
    shop.send("page", userId="vic", context={"locale": face})
    shop.send("identify", userId="vic", traits={"city": "\U0001f600" * 125, "company": '"' * 200})
    shop.send("page", userId="vic", context={"timezone": '"' * 10_000})
    card = asked(shop, "GET", f"profiles/{id_}").body
    assert card["environment"]["timezone"] == '"' * 100
    assert size_of(shop, id_) < 5_000
    assert profile("user_id", "vic") == id_
