"""What strangers send joins a customer's history, and widens nobody's view: limited keys, access requests, erasures."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from crm.api.route import Route
from crm.api.routes import ROUTES
from crm.domain.api_key import SCOPES
from crm.services.access import api_keys, sources
from tests.support.furnished_shop import body_of
from tests.support.gateway import Client
from tests.support.staff import Send, Staff, staff_of
from tests.support.stream import Pump

HIDDEN = "hidden@example.com"


@pytest.fixture
def vip(client: Client) -> Staff:
    return staff_of(client, "vip")


@pytest.fixture
def joined(staff: Staff, send: Send) -> tuple[str, str]:
    """A customer of the class vip and one of the class secret, joined by a message that anybody can send."""
    hidden = staff.new(HIDDEN, classes=["secret"], attributes={"city": "Oslo"})["id"]
    seen = staff("POST", "", {"identities": {"user_id": "u-1"}, "classes": ["vip"]}).body["id"]
    send("identify", userId="u-1", traits={"email": HIDDEN})
    assert staff.card(hidden)["id"] == seen
    return seen, hidden


def trusted(client: Client, pump: Pump, **event: Any) -> None:
    key = sources.create(name="Shop's server", kind="server", now=1).write_key
    assert client("POST", "/v1/identify", event | {"writeKey": key}).status == 200
    pump()


def test_staff_can_find_and_confirm_customers_hidden_by_public_joins(
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


def test_a_limited_key_sees_neither_the_person_nor_the_part(
    vip: Staff, client: Client, joined: tuple[str, str]
) -> None:
    for key in (vip, staff_of(client, "secret")):
        for id_ in joined:
            assert key("GET", id_).status == 404
            assert key("GET", f"{id_}/activities").status == 404
        assert key("GET").body["profiles"] == []
        answer = client("GET", f"/v1/identities/email/{HIDDEN}", key=key.key)
        assert answer.status == 404
        assert client("GET", "/v1/stats", key=key.key).body["total"] == 0


@pytest.mark.parametrize(
    "route",
    [route for route in ROUTES if route.limited and "/v1/profiles/{id}" in route.key],
    ids=lambda route: route.key,
)
def test_no_route_shows_a_limited_key_a_person_with_an_invisible_part(
    client: Client, joined: tuple[str, str], bucket: str, route: Route
) -> None:
    limited = api_keys.create("vip", SCOPES[:-1], classes=("vip",), now=1)[1]
    method, path = route.key.split(" ")
    for id_ in joined:
        place = re.sub(r"{\w+\+?}", "x", path.replace("{id}", id_))
        answer = client(method, place, body_of(route), key=limited)
        assert answer.status in (400, 404), answer
        assert HIDDEN not in str(answer.body)


def test_a_key_that_may_see_every_part_sees_the_person(client: Client, joined: tuple[str, str]) -> None:
    both = staff_of(client, "vip", "secret")
    assert both.card(joined[0])["attributes"]["city"] == "Oslo"
    assert [one["id"] for one in both("GET").body["profiles"]] == [joined[0]]
    assert client("GET", "/v1/stats", key=both.key).body["total"] == 1


def test_staff_who_confirm_the_join_make_them_one(
    staff: Staff, client: Client, vip: Staff, joined: tuple[str, str]
) -> None:
    seen, _ = joined
    confirmed = {"identity": {"type": "email", "value": HIDDEN}, "owner": seen}
    answer = client("POST", "/v1/conflicts/settle", {"conflicts": [confirmed]}, key=staff.key)
    assert answer.body == {"settled": [confirmed], "failed": [], "more": False}
    assert vip.card(seen)["attributes"]["city"] == "Oslo"


def test_a_trusted_message_makes_them_one(
    client: Client, pump: Pump, vip: Staff, joined: tuple[str, str]
) -> None:
    trusted(client, pump, userId="u-1", traits={"email": HIDDEN})
    assert vip.card(joined[0])["attributes"]["city"] == "Oslo"


def test_a_customer_without_classes_looks_the_same_to_all_unlimited_keys(staff: Staff, send: Send) -> None:
    id_ = staff.new(HIDDEN)["id"]
    send("identify", userId="u-1", anonymousId="b-1", traits={"email": HIDDEN})
    card = staff.card(id_)
    assert len(card["members"]) == 3
    assert [one["id"] for one in staff("GET").body["profiles"]] == [card["id"]]


@pytest.fixture
def export(client: Client, api_key: Callable[..., str], bucket: str) -> Callable[..., Any]:
    key = api_key("profiles:export")
    return lambda id_, **query: client("GET", f"/v1/profiles/{id_}/export", key=key, query=query)


def test_an_access_request_lists_a_publicly_joined_part_without_its_data(
    export: Callable[..., Any], joined: tuple[str, str]
) -> None:
    seen, hidden = joined
    document = export(seen).body
    assert [part["id"] for part in document["left_out"]] == [hidden]
    assert "Oslo" not in str(document)
    assert {activity["profile_id"] for activity in document["activities"]} == {seen}
    for include in (hidden, "all"):
        everything = export(seen, include=include).body
        assert everything["left_out"] == []
        assert everything["profile"]["attributes"]["city"] == "Oslo"


def test_only_parts_of_the_person_can_be_included(
    export: Callable[..., Any], joined: tuple[str, str]
) -> None:
    answer = export(joined[0], include="somebody")
    assert (answer.status, answer.body["code"]) == (400, "not_a_part")
    assert answer.body["details"]["parts"] == [joined[1]]


def test_a_person_joined_by_trusted_sources_is_exported_as_a_whole(
    client: Client, pump: Pump, export: Callable[..., Any], joined: tuple[str, str]
) -> None:
    trusted(client, pump, userId="u-1", traits={"email": HIDDEN})
    document = export(joined[0]).body
    assert document["left_out"] == []
    assert document["profile"]["attributes"]["city"] == "Oslo"
