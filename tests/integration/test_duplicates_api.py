"""Duplicates through the API: profiles that may be one person, the reasons, and which one is more complete."""

from __future__ import annotations

from typing import Any

import pytest

from crm.api.models.links import Candidates
from crm.domain.identity import Identity
from crm.services.projection.deployment import id_of
from tests.support.gateway import Client
from tests.support.shop import Shop
from tests.support.staff import Staff, staff_of

ADA = {"first_name": "Ada", "last_name": "Lovelace", "zip": "W1 0AA"}


@pytest.fixture
def client(shop: Shop) -> Client:
    """The API of the shop."""
    return Client()


def duplicates(staff: Staff, id_: str) -> list[dict[str, Any]]:
    answer = staff("GET", f"{id_}/duplicates")
    assert answer.status == 200, answer.body
    Candidates.model_validate(answer.body)
    return list(answer.body["candidates"])


def why(staff: Staff, id_: str) -> dict[str, list[str]]:
    return {found["profile"]["id"]: found["reasons"] for found in duplicates(staff, id_)}


def test_candidates_by_name_and_email_are_sorted_by_score(staff: Staff) -> None:
    ada = staff.new("ada.lovelace@example.com", attributes=ADA, tags=["VIP"])["id"]
    same = staff.new("al@example.net", attributes=ADA | {"city": "London", "company": "Analytics"})["id"]
    namesake = staff.new("other@example.net", attributes=ADA | {"zip": "10115"})["id"]
    written = staff.new("adalovelace+news@example.com")["id"]
    slip = staff.new("ada.lovelase@example.com")["id"]
    staff.new("bob@example.com", attributes={"first_name": "Bob", "zip": "W1 0AA"})

    found = duplicates(staff, ada)
    assert {one["profile"]["id"]: one["reasons"] for one in found} == {
        same: ["same_name_and_zip"],
        namesake: ["same_name"],
        written: ["similar_email"],
        slip: ["similar_email"],
    }
    assert [one["score"] for one in found] == sorted((one["score"] for one in found), reverse=True)
    assert found[0]["profile"]["id"] == same
    assert {one["profile"]["id"]: one["canonical"] for one in found} == {
        same: same,
        namesake: ada,
        written: ada,
        slip: ada,
    }
    (back,) = [one for one in duplicates(staff, same) if one["profile"]["id"] == ada]
    assert (back["canonical"], back["profile"]["tags"]) == (same, ["VIP"])


def test_candidates_by_shared_identities_have_their_reasons(shop: Shop, staff: Staff) -> None:
    shop.send("identify", userId="u-1", traits={"phone": "+4930123456"}, anonymousId="laptop")
    shop.send("identify", userId="u-2", traits={"phone": "+4930123456"}, anonymousId="laptop")
    shop.send("identify", userId="u-3", anonymousId="laptop")
    one, two, three = (id_of(Identity("user_id", f"u-{number}")) for number in (1, 2, 3))
    assert why(staff, one) == {two: ["same_phone", "same_browser"], three: ["same_browser"]}
    assert why(staff, two) == {one: ["same_phone", "same_browser"], three: ["same_browser"]}
    assert why(staff, three) == {one: ["same_browser"], two: ["same_browser"]}


def test_an_unmerged_identity_is_no_reason(shop: Shop, staff: Staff) -> None:
    shop.send("identify", userId="u-1", anonymousId="laptop")
    shop.send("identify", userId="u-2", anonymousId="laptop")
    one, two = (id_of(Identity("user_id", f"u-{number}")) for number in (1, 2))
    assert why(staff, one) == {two: ["same_browser"]}
    staff("POST", f"{one}/unmerge", {"profile": id_of(Identity("anonymous_id", "laptop"))})
    assert why(staff, one) == why(staff, two) == {}


def test_profiles_unlinked_by_hand_are_not_proposed(staff: Staff) -> None:
    one = staff.new("one@example.com", attributes=ADA)["id"]
    two = staff.new("two@example.com", attributes=ADA)["id"]
    assert why(staff, one) == {two: ["same_name_and_zip"]}
    staff("POST", f"{one}/merge", {"profiles": [two]})
    assert why(staff, one) == {}
    staff("POST", f"{one}/unmerge", {"profile": two})
    assert why(staff, one) == why(staff, two) == {}


def test_customers_that_the_key_cannot_see_are_not_proposed(client: Client, staff: Staff) -> None:
    one = staff.new("one@example.com", attributes=ADA, classes=["b2b"])["id"]
    seen = staff.new("two@example.com", attributes=ADA, classes=["b2b"])["id"]
    other_profile = staff.new("three@example.com", attributes=ADA)["id"]
    deleted = staff.new("four@example.com", attributes=ADA, classes=["b2b"])["id"]
    staff("DELETE", deleted)
    assert set(why(staff, one)) == {seen, other_profile}
    limited = staff_of(client, "b2b")
    assert set(why(limited, one)) == {seen}
    assert limited("GET", f"{other_profile}/duplicates").status == 404
    assert staff("GET", f"{deleted}/duplicates").status == 404


def test_an_anonymous_profile_has_no_duplicates(shop: Shop, staff: Staff) -> None:
    shop.send("page", anonymousId="tablet")
    assert why(staff, id_of(Identity("anonymous_id", "tablet"))) == {}


def test_at_most_twenty_are_proposed(staff: Staff) -> None:
    ids = [staff.new(f"{number}@example.com", attributes=ADA)["id"] for number in range(23)]
    assert len(duplicates(staff, ids[0])) == 20
