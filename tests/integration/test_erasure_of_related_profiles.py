"""Profiles that are related to an erased person lose only that relation."""

from __future__ import annotations

from typing import Any

from crm.domain.api_key import SYSTEM
from crm.services.editing import manual_merge
from crm.services.profiles import people
from tests.support.shop import BROWSER, EMAIL, ID, PHONE, USER, VALUES, Shop, profile, visit

SAM = "user_id", "u-sam"


def timeline(shop: Shop, id_: str) -> list[dict[str, Any]]:
    return list(shop.ask("GET", f"profiles/{id_}/activities").body["activities"])


def assert_erased(shop: Shop, *, but: tuple[str, ...] = ()) -> None:
    shop.world.settle()
    assert shop.traces([value for value in VALUES if value not in but]) == []


def test_a_profile_that_shared_a_browser_keeps_its_history(shop: Shop) -> None:
    shop.send("identify", userId="u-sam", anonymousId=BROWSER, traits={"name": "Sam"})
    visit(shop)
    assert "identity.conflict" in [entry["type"] for entry in timeline(shop, profile(*SAM))]
    before = shop.ask("GET", f"profiles/{profile(*SAM)}").body
    job = shop.erase(profile(*ID))
    after = shop.ask("GET", f"profiles/{profile(*SAM)}").body
    assert after["attributes"] == before["attributes"] == {"name": "Sam"}
    assert after["identities"] == before["identities"]
    assert after["totals"]["pages"] == before["totals"]["pages"] == 1
    assert job["counts"]["activities_redacted"] == 2
    # The page was opened on Sam's browser, so it stays: without her, and without the note of the conflict.
    page, _ = timeline(shop, profile(*SAM))
    assert page["context"]["page"]["url"] == "https://shop.example/?m=[erased]"
    assert_erased(shop, but=(BROWSER,))


def test_a_refused_claim_is_redacted_from_the_other_profile(shop: Shop) -> None:
    visit(shop)
    shop.send("identify", userId="u-sam", traits={"email": EMAIL, "name": "Sam"})
    shop.erase(profile(*ID))
    sam = shop.ask("GET", f"profiles/{profile(*SAM)}").body
    assert (sam["attributes"], len(sam["identities"])) == ({"name": "Sam"}, 1)
    assert_erased(shop)


def test_a_claim_over_the_limit_is_redacted_too(shop: Shop) -> None:
    for number in range(5):
        shop.send("identify", userId="u-sam", traits={"email": f"sam{number}@example.com"})
    shop.send("identify", userId="u-sam", traits={"email": EMAIL})
    visit(shop)
    shop.erase(profile(*ID))
    assert len(shop.ask("GET", f"profiles/{profile(*SAM)}").body["identities"]) == 6
    assert_erased(shop)


def test_a_late_event_of_another_profile_is_redacted(shop: Shop) -> None:
    visit(shop)
    at = shop.wait()
    late = {"timestamp": at, "sentAt": at, "userId": "u-sam", "traits": {"phone": PHONE, "name": "Sam"}}
    shop.erase(profile(*ID))
    shop.wait(60)
    shop.post("identify", {**late, "messageId": "late"})
    shop.send_everything_again()
    assert shop.ask("GET", f"profiles/{profile(*SAM)}").body["attributes"] == {"name": "Sam"}
    assert_erased(shop)


def test_a_formerly_merged_profile_is_redacted(shop: Shop) -> None:
    id_ = visit(shop)
    shop.send("identify", userId="u-ann", traits={"name": "Ann"})
    ann = profile("user_id", "u-ann")
    manual_merge.merge(ann, [id_], SYSTEM, now=shop.clock.now)
    shop.wait()
    manual_merge.unmerge(ann, id_, SYSTEM, now=shop.clock.now)
    shop.world.settle()
    shop.erase(id_)
    assert [m.id for m in people.find(ann, SYSTEM).members] == [ann]
    assert_erased(shop)


def test_rejected_input_of_other_customers_is_kept(shop: Shop) -> None:
    visit(shop)
    shop.send("track", userId="u-sam", properties={"note": "no event"})
    shop.send("track", userId=USER, properties={"note": "no event"})
    shop.erase(profile(*ID))
    (kept,) = shop.ask("GET", "rejected", query={"day": "2026-11-21"}).body["rejected"]
    assert kept["content"]["userId"] == "u-sam"


def test_a_short_id_is_erased_only_where_it_is_an_identity(shop: Shop) -> None:
    shop.send("identify", userId="42", traits={"name": "Janelle"})
    shop.send("track", userId="42", properties={"note": "no event"})
    shop.send("track", userId="u-sam", properties={"amount": 42})
    shop.erase(profile("user_id", "42"))
    (kept,) = shop.ask("GET", "rejected", query={"day": "2026-11-21"}).body["rejected"]
    assert kept["content"]["userId"] == "u-sam"
    assert shop.traces(["Janelle"]) == []
