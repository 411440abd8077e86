"""Floods from strangers do not fill a profile: the customer named in them can still be changed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.gateway import Answer
from tests.support.segmented_shop import Segmented
from tests.support.shop import Shop, profile
from tests.support.thoroughness import part_of
from tests.support.unsubscribe_page import ONE_CLICK

VICTIM = "victim@example.com"
ATTACKER = "b-attacker"
FLOOD = part_of(24, least=6)


def size_of(shop: Shop, id_: str) -> int:
    """Return the bytes of the profile's item, as JSON of DynamoDB."""
    (item,) = (i for i in shop.items() if i["pk"]["S"] == f"P#{id_}" and i["sk"]["S"] == "PROFILE")
    return len(json.dumps(item, ensure_ascii=False).encode())


def flood(shop: Shop, requests: int, **who: Any) -> None:
    """Send requests with 31 traits of 900 characters each, with new names in each request."""
    traits = who.pop("traits", {})
    for number in range(requests):
        junk = {f"junk_{number}_{n}": "x" * 900 for n in range(31)}
        assert shop.send("identify", traits=traits | junk, **who).status == 200


def ask(shop: Shop, method: str, path: str, body: Any = None, **query: str) -> Answer:
    answer = shop.ask(method, path, body, query=query)
    assert answer.status // 100 == 2, (path, answer.body)
    return answer


@pytest.fixture
def victim(shop: Shop) -> str:
    return shop.prepared(flooded)


def flooded(shop: Shop) -> str:
    """Create a customer with an email and a consent, then flood the profile through that email."""
    id_ = str(ask(shop, "POST", "profiles", {"identities": {"email": VICTIM}}).body["id"])
    ask(shop, "PUT", f"profiles/{id_}/consents/email", {"state": "granted", "proof": "by phone"})
    ask(shop, "PATCH", f"profiles/{id_}", {"attributes": {"description": "n" * 1500, "city": "Rome"}})
    flood(shop, FLOOD, anonymousId=ATTACKER, traits={"email": VICTIM})
    return id_


def test_a_flood_of_traits_neither_fills_the_item_nor_stops_segments(shop: Shop) -> None:
    flood(shop, FLOOD, anonymousId=ATTACKER)
    segmented = Segmented(shop)
    shop.send("identify", userId="ana", traits={"city": "Rome"})
    flooded = profile("anonymous_id", ATTACKER)
    assert size_of(shop, flooded) < 20_000
    new = ask(shop, "POST", "segments", {"name": "All", "condition": {"type": "kind", "kind": "recognised"}})
    assert segmented.of(new.body["id"]) == {profile("user_id", "ana")}


def test_a_flooded_customer_can_be_edited(shop: Shop, victim: str) -> None:
    assert size_of(shop, victim) < 30_000
    ask(shop, "PUT", f"profiles/{victim}/tags/vip")
    ask(shop, "PATCH", f"profiles/{victim}", {"attributes": {"city": "Vigo"}})
    ask(shop, "POST", f"profiles/{victim}/notes", {"text": "called"})
    ask(shop, "PUT", f"profiles/{victim}/consents/sms", {"state": "denied"})
    shop.send("track", anonymousId=ATTACKER, event="Order Completed", properties={"total": 5})
    shop.send("identify", anonymousId="b-2", traits={"email": VICTIM})
    card = ask(shop, "GET", f"profiles/{victim}").body
    assert (card["tags"], card["attributes"]["city"]) == (["vip"], "Vigo")
    assert card["attributes"]["description"] == "n" * 1500
    assert card["totals"]["orders"] == 1
    assert {id_["value"] for id_ in card["identities"]} >= {VICTIM, "b-2"}


def test_a_flooded_customer_can_unsubscribe_with_one_click(shop: Shop, victim: str) -> None:
    link = ask(shop, "GET", f"profiles/{victim}/unsubscribe-link", channel="email").body["url"]
    path = link[link.index("/unsubscribe/") :]
    form = {"content-type": "application/x-www-form-urlencoded"}
    answer = shop.world.request("POST", path, ONE_CLICK, headers=form)
    assert answer.status == 200, answer.body
    shop.world.settle()
    assert ask(shop, "GET", f"profiles/{victim}").body["consents"]["email"]["state"] == "denied"


def test_the_profile_and_the_source_show_the_omitted_values(shop: Shop, victim: str) -> None:
    shown = ask(shop, "GET", f"profiles/{victim}").body["left_out"]
    assert {(entry["kind"], entry["reason"]) for entry in shown} == {
        ("attribute", "too_many_names"),
        ("attribute", "value_too_large"),
    }
    assert all(len(entry["names"]) <= 20 and entry["more"] for entry in shown)
    sources = ask(shop, "GET", "sources").body["sources"]
    (source,) = (one for one in sources if one["write_key"] == shop.write_key)
    left_out = ask(shop, "GET", f"sources/{source['id']}").body["left_out"]
    assert 1 <= left_out["events"] <= 48
    assert left_out["since"] <= left_out["last_at"]


def test_public_sources_cannot_grant_undeclared_consents(shop: Shop, victim: str) -> None:
    given = {"processing": True, "<script>" * 40: True, "newsletter": True, "sms": True}
    shop.send("page", anonymousId=ATTACKER, context={"consent": {"categoryPreferences": given}})
    consents = ask(shop, "GET", f"profiles/{victim}").body["consents"]
    assert {key: consent["state"] for key, consent in consents.items()} == {
        "email": "granted",
        "sms": "granted",
    }
    ledger = ask(shop, "GET", f"profiles/{victim}/consents").body["ledger"]
    assert {row["key"] for row in ledger} == {"email", "sms"}
