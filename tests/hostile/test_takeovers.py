"""Claims of identities by strangers: an owner keeps an identity, and one that many claim has no owner."""

import pytest

from crm.domain.claims import MAX_RIVALS
from tests.support.shop import Shop, profile

VICTIM, EPOCH = "victim@example.com", "1970-01-01T00:00:00Z"


def owner_of(shop: Shop, type_: str, value: str) -> str:
    answer = shop.ask("GET", f"identities/{type_}/{value}")
    assert answer.status == 200, answer.body
    return str(answer.body["id"])


@pytest.fixture
def victim(shop: Shop) -> str:
    shop.send("identify", userId="victim", traits={"email": VICTIM})
    shop.send("track", userId="victim", event="Order Completed", properties={"total": 20})
    return profile("user_id", "victim")


def test_a_backdated_event_claims_neither_address_nor_orders(shop: Shop, victim: str) -> None:
    shop.send("identify", userId="evil", traits={"email": VICTIM}, timestamp=EPOCH)
    assert owner_of(shop, "email", VICTIM) == victim
    assert shop.ask("GET", f"profiles/{victim}").body["totals"]["orders"] == 1
    evil = shop.ask("GET", f"profiles/{profile('user_id', 'evil')}").body
    assert (evil["totals"]["orders"], len(evil["members"])) == (0, 1)


def test_a_backdated_event_does_not_claim_a_customer_created_by_staff(shop: Shop) -> None:
    made = shop.ask("POST", "profiles", {"identities": {"user_id": "vip-1", "email": VICTIM}})
    assert made.status == 201, made.body
    shop.send("identify", userId="evil", traits={"email": VICTIM}, timestamp=EPOCH)
    assert owner_of(shop, "email", VICTIM) == made.body["id"]


def test_many_backdated_addresses_do_not_replace_the_real_one(shop: Shop, victim: str) -> None:
    for number in range(7):
        junk = {"email": f"junk{number}@example.com"}
        shop.send("identify", userId="victim", traits=junk, timestamp=f"197{number}-01-01T00:00:00Z")
    assert owner_of(shop, "email", VICTIM) == victim


def test_erasing_the_attacker_does_not_change_the_victim(shop: Shop, victim: str) -> None:
    shop.send("identify", userId="evil", traits={"email": VICTIM}, timestamp=EPOCH)
    shop.erase(profile("user_id", "evil"))
    assert owner_of(shop, "email", VICTIM) == victim
    assert shop.ask("GET", f"profiles/{victim}").body["totals"]["orders"] == 1


@pytest.mark.parametrize(("type_", "value"), [("anonymous_id", "kiosk"), ("email", "reception@shop.com")])
def test_an_identity_claimed_by_many_has_no_owner(shop: Shop, type_: str, value: str) -> None:
    who = {"anonymousId": value} if type_ == "anonymous_id" else {"traits": {"email": value}}
    for number in range(MAX_RIVALS + 10):
        answer = shop.send("identify", userId=f"u-{number}", **who)
        assert answer.status == 200
    last = shop.ask("GET", f"profiles/{profile('user_id', f'u-{MAX_RIVALS + 9}')}").body
    assert last["totals"]["activities"] == 1
    (item,) = (
        i for i in shop.items() if i["pk"]["S"] == f"P#{profile(type_, value)}" and i["sk"]["S"] == "PROFILE"
    )
    assert len(str(item)) < 2_000
    (conflict,) = (
        one
        for one in shop.ask("GET", "conflicts").body["conflicts"]
        if one["identity"] == {"type": type_, "value": value}
    )
    assert (conflict["reason"], conflict["owner"]) == ("shared", None)
