"""Messages of strangers join a customer's history, but do not extend limited keys, access requests or erasures."""

from collections.abc import Callable
from typing import Any

import pytest

from crm.services.access import sources
from tests.support.gateway import Client
from tests.support.staff import Send, Staff, staff_of
from tests.support.stream import Pump

HIDDEN = "hidden@example.com"


@pytest.fixture
def vip(client: Client) -> Staff:
    return staff_of(client, "vip")


@pytest.fixture
def linked(staff: Staff, send: Send) -> tuple[str, str]:
    """Link a customer of the class vip and one of the class secret by a message that anybody can send."""
    hidden = staff.new(HIDDEN, classes=["secret"], attributes={"city": "Oslo"})["id"]
    seen = staff("POST", "", {"identities": {"user_id": "u-1"}, "classes": ["vip"]}).body["id"]
    send("identify", userId="u-1", traits={"email": HIDDEN})
    assert staff.card(hidden)["id"] == seen
    return seen, hidden


def identify_from_server(client: Client, pump: Pump, **event: Any) -> None:
    key = sources.create(name="Shop's server", kind="server", now=1).write_key
    assert client("POST", "/v1/identify", event | {"writeKey": key}).status == 200
    pump()


def test_staff_can_find_and_confirm_customers_hidden_by_public_links(
    vip: Staff, client: Client, staff: Staff, send: Send
) -> None:
    shown = staff("POST", "", {"identities": {"user_id": "u-1"}, "classes": ["vip"]}).body["id"]
    send("page", anonymousId="stranger", context={"traits": {"email": "junk@example.com"}})
    send("identify", userId="u-1", traits={"email": "junk@example.com"})
    assert vip("GET", shown).status == 404
    (conflict,) = client("GET", "/v1/conflicts", key=staff.key, query={"reason": "joined"}).body["conflicts"]
    assert conflict["identity"] == {"type": "email", "value": "junk@example.com"}
    assert (conflict["owner"], conflict["profile_id"], conflict["claimers"]) == (shown, shown, [])
    confirmed = client("POST", "/v1/conflicts/settle", {"filter": {"reason": "joined"}}, key=staff.key).body
    assert [one["owner"] for one in confirmed["settled"]] == [shown]
    assert client("GET", "/v1/conflicts", key=staff.key).body["conflicts"] == []
    assert vip("GET", shown).status == 200


def test_a_limited_key_sees_neither_the_linked_profile_nor_its_members(
    vip: Staff, client: Client, linked: tuple[str, str]
) -> None:
    for key in (vip, staff_of(client, "secret")):
        for id_ in linked:
            assert key("GET", id_).status == 404
            assert key("GET", f"{id_}/activities").status == 404
        assert key("GET").body["profiles"] == []
        answer = client("GET", f"/v1/identities/email/{HIDDEN}", key=key.key)
        assert answer.status == 404
        assert client("GET", "/v1/stats", key=key.key).body["total"] == 0


def test_a_key_that_sees_every_member_sees_the_profile(client: Client, linked: tuple[str, str]) -> None:
    both = staff_of(client, "vip", "secret")
    assert both.card(linked[0])["attributes"]["city"] == "Oslo"
    assert [one["id"] for one in both("GET").body["profiles"]] == [linked[0]]
    assert client("GET", "/v1/stats", key=both.key).body["total"] == 1


def test_a_link_confirmed_by_staff_merges_the_profiles(
    staff: Staff, client: Client, vip: Staff, linked: tuple[str, str]
) -> None:
    seen, _ = linked
    confirmed = {"identity": {"type": "email", "value": HIDDEN}, "owner": seen}
    answer = client("POST", "/v1/conflicts/settle", {"conflicts": [confirmed]}, key=staff.key)
    assert answer.body == {"settled": [confirmed], "failed": [], "more": False}
    assert vip.card(seen)["attributes"]["city"] == "Oslo"


def test_a_message_of_a_trusted_source_merges_the_profiles(
    client: Client, pump: Pump, vip: Staff, linked: tuple[str, str]
) -> None:
    identify_from_server(client, pump, userId="u-1", traits={"email": HIDDEN})
    assert vip.card(linked[0])["attributes"]["city"] == "Oslo"


def test_a_customer_without_classes_is_visible_to_unlimited_keys(staff: Staff, send: Send) -> None:
    id_ = staff.new(HIDDEN)["id"]
    send("identify", userId="u-1", anonymousId="b-1", traits={"email": HIDDEN})
    card = staff.card(id_)
    assert len(card["members"]) == 3
    assert [one["id"] for one in staff("GET").body["profiles"]] == [card["id"]]


@pytest.fixture
def export(client: Client, api_key: Callable[..., str], bucket: str) -> Callable[..., Any]:
    key = api_key("profiles:export")
    return lambda id_, **query: client("GET", f"/v1/profiles/{id_}/export", key=key, query=query)


def test_an_access_request_omits_the_data_of_a_publicly_linked_member(
    export: Callable[..., Any], linked: tuple[str, str]
) -> None:
    seen, hidden = linked
    document = export(seen).body
    assert [part["id"] for part in document["left_out"]] == [hidden]
    assert "Oslo" not in str(document)
    assert {activity["profile_id"] for activity in document["activities"]} == {seen}
    for include in (hidden, "all"):
        everything = export(seen, include=include).body
        assert everything["left_out"] == []
        assert everything["profile"]["attributes"]["city"] == "Oslo"


def test_an_unknown_member_cannot_be_included_in_an_access_request(
    export: Callable[..., Any], linked: tuple[str, str]
) -> None:
    answer = export(linked[0], include="somebody")
    assert (answer.status, answer.body["code"]) == (400, "not_a_part")
    assert answer.body["details"]["parts"] == [linked[1]]


def test_a_profile_linked_by_trusted_sources_is_exported_completely(
    client: Client, pump: Pump, export: Callable[..., Any], linked: tuple[str, str]
) -> None:
    identify_from_server(client, pump, userId="u-1", traits={"email": HIDDEN})
    document = export(linked[0]).body
    assert document["left_out"] == []
    assert document["profile"]["attributes"]["city"] == "Oslo"
