"""Conflicts about the owner of an identity: listed, and resolved manually."""

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
def contested(client: Client, staff: Staff, send: Send) -> tuple[str, str]:
    """Ann, and a customer who claims her address later, with a clock of 1970."""
    send("identify", userId="ann", traits={"email": MAIL})
    send("identify", userId="evil", traits={"email": MAIL}, timestamp="1970-01-01T00:00:00Z")
    return find(client, staff, "user_id", "ann"), find(client, staff, "user_id", "evil")


def test_a_conflict_is_listed_with_owner_and_claimers(
    client: Client, staff: Staff, contested: tuple[str, str]
) -> None:
    ann, evil = contested
    (conflict,) = listed(client, staff)
    assert (conflict["identity"], conflict["reason"]) == (IDENTITY, "overruled")
    assert (conflict["owner"] is not None, conflict["profile_id"]) == (True, ann)
    (claimer,) = conflict["claimers"]
    assert (claimer["profile_id"], claimer["trust"]) == (evil, "public")
    assert listed(client, staff, type="phone") == listed(client, staff, reason="shared") == []


def test_a_conflict_settled_for_its_owner_does_not_return(
    client: Client, staff: Staff, send: Send, contested: tuple[str, str]
) -> None:
    ann, _ = contested
    assert settle(client, staff, ann).body["settled"] == [{"identity": IDENTITY, "owner": ann}]
    assert listed(client, staff) == []
    send("identify", userId="evil", traits={"email": MAIL})
    assert listed(client, staff) == []
    assert find(client, staff, "email", MAIL) == ann


def test_settling_for_another_claimer_moves_the_identity(
    client: Client, staff: Staff, contested: tuple[str, str]
) -> None:
    ann, evil = contested
    assert settle(client, staff, evil).status == 200
    assert find(client, staff, "email", MAIL) == evil
    assert MAIL not in str(staff.card(ann)["identities"])
    assert listed(client, staff) == []


def test_settling_by_a_filter_keeps_the_owners(
    client: Client, staff: Staff, contested: tuple[str, str]
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


def test_settling_for_a_profile_without_a_claim_is_refused(
    client: Client, staff: Staff, contested: tuple[str, str]
) -> None:
    outsider = staff.new("stranger@example.com")["id"]
    answer = settle(client, staff, outsider)
    assert (answer.status, answer.body["code"]) == (400, "not_a_claimer")


def test_a_limited_key_cannot_list_or_settle_conflicts_of_others(
    client: Client, contested: tuple[str, str]
) -> None:
    limited = staff_of(client, "vip")
    assert listed(client, limited) == []
    assert settle(client, limited, contested[0]).status == 404


def test_a_shared_identity_is_listed_and_can_be_merged(
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
