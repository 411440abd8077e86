"""Open conflicts about who an identity belongs to: listed, and settled by hand."""

from typing import Any

import pytest

from crm.domain.claims import MAX_RIVALS
from tests.support.gateway import Answer, Client
from tests.support.staff import Send, Staff, staff_of
from tests.support.stream import Pump

MAIL = "ann@example.com"
IDENTITY = {"type": "email", "value": MAIL}


def listed(client: Client, staff: Staff, **query: str) -> list[dict[str, Any]]:
    answer = client("GET", "/v1/conflicts", key=staff.key, query=query)
    assert answer.status == 200, answer.body
    return list(answer.body["conflicts"])


def settle(client: Client, staff: Staff, owner: str) -> Answer:
    body = {"conflicts": [{"identity": IDENTITY, "owner": owner}]}
    return client("POST", "/v1/conflicts/settle", body, key=staff.key)


def find(client: Client, staff: Staff, type_: str, value: str) -> str:
    return str(client("GET", f"/v1/identities/{type_}/{value}", key=staff.key).body["id"])


@pytest.fixture
def taken(client: Client, staff: Staff, send: Send) -> tuple[str, str]:
    """Ann, and who claims her address later with a clock of 1970."""
    send("identify", userId="ann", traits={"email": MAIL})
    send("identify", userId="evil", traits={"email": MAIL}, timestamp="1970-01-01T00:00:00Z")
    return find(client, staff, "user_id", "ann"), find(client, staff, "user_id", "evil")


def test_a_conflict_is_listed_with_who_has_the_identity_and_who_claims_it(
    client: Client, staff: Staff, taken: tuple[str, str]
) -> None:
    ann, evil = taken
    (conflict,) = listed(client, staff)
    assert (conflict["identity"], conflict["reason"]) == (IDENTITY, "overruled")
    assert (conflict["owner"] is not None, conflict["profile_id"]) == (True, ann)
    (claimer,) = conflict["claimers"]
    assert (claimer["profile_id"], claimer["trust"]) == (evil, "public")
    assert listed(client, staff, type="phone") == listed(client, staff, reason="shared") == []


def test_settled_for_the_owner_it_is_no_conflict_and_never_one_again(
    client: Client, staff: Staff, send: Send, taken: tuple[str, str]
) -> None:
    ann, _ = taken
    assert settle(client, staff, ann).body["settled"] == [{"identity": IDENTITY, "owner": ann}]
    assert listed(client, staff) == []
    send("identify", userId="evil", traits={"email": MAIL})
    assert listed(client, staff) == []
    assert find(client, staff, "email", MAIL) == ann


def test_settled_for_the_other_it_moves(client: Client, staff: Staff, taken: tuple[str, str]) -> None:
    ann, evil = taken
    assert settle(client, staff, evil).status == 200
    assert find(client, staff, "email", MAIL) == evil
    assert MAIL not in str(staff.card(ann)["identities"])
    assert listed(client, staff) == []


def test_all_that_pass_a_filter_keep_their_owners(
    client: Client, staff: Staff, taken: tuple[str, str]
) -> None:
    for type_, settled in (("phone", 0), ("email", 1), ("email", 0)):
        body = {"filter": {"type": type_}}
        answer = client("POST", "/v1/conflicts/settle", body, key=staff.key)
        assert (len(answer.body["settled"]), answer.body["failed"], answer.body["more"]) == (
            settled,
            [],
            False,
        )
    assert listed(client, staff) == []


def test_who_neither_has_nor_claims_it_cannot_get_it(
    client: Client, staff: Staff, taken: tuple[str, str]
) -> None:
    related_profile = staff.new("stranger@example.com")["id"]
    answer = settle(client, staff, related_profile)
    assert (answer.status, answer.body["code"]) == (400, "not_a_claimer")


def test_a_limited_key_neither_sees_nor_settles_conflicts_of_others(
    client: Client, taken: tuple[str, str]
) -> None:
    limited = staff_of(client, "vip")
    assert listed(client, limited) == []
    assert settle(client, limited, taken[0]).status == 404


def test_an_identity_that_too_many_claim_is_listed_as_shared_and_can_be_given_to_a_customer(
    client: Client, staff: Staff, send: Send, write_key: str, pump: Pump
) -> None:
    for number in range(MAX_RIVALS + 1):
        send("identify", userId=f"u{number}", traits={"email": MAIL})
    assert [conflict["reason"] for conflict in listed(client, staff)] == ["shared"]
    user = find(client, staff, "user_id", "u3")
    assert find(client, staff, "email", MAIL) != user
    assert staff("POST", f"{user}/merge", {"profiles": [find(client, staff, "email", MAIL)]}).status == 200
    assert find(client, staff, "email", MAIL) == user
    assert listed(client, staff) == []
