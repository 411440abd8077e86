"""Attacks with the write key of a page on the deployed template: no takeover, disclosure or outage."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from crm.domain.claims import MAX_RIVALS
from tests.e2e.files import until
from tests.e2e.stack import Answer, Stack, basic, call

EPOCH = "1970-01-01T00:00:00Z"


@pytest.fixture
def name() -> str:
    """Return a name that no other test uses."""
    return f"hostile-{time.time_ns()}"


@pytest.fixture
def mail(name: str) -> str:
    return f"{name}@example.com"


@pytest.fixture
def victim(stack: Stack, name: str, mail: str) -> str:
    """Create a customer as staff, with an address and a consent."""
    body = {
        "identities": {"user_id": name, "email": mail},
        "consents": [{"channel": "email", "state": "granted", "proof": "by phone"}],
    }
    made = stack.admin("/v1/profiles", method="POST", json_body=body)
    assert made.status == 201, made
    return str(made.json()["id"])


def send(stack: Stack, write_key: str, kind: str, **message: Any) -> None:
    answer = call(f"{stack.api_url}/v1/{kind}", method="POST", json_body=message, headers=basic(write_key))
    assert answer.status == 200, answer


def identify(stack: Stack, **message: Any) -> None:
    """Send an identify message with the public write key."""
    send(stack, stack.write_key, "identify", **message)


def edit(stack: Stack, method: str, path: str, body: Any = None) -> Answer:
    answer = stack.admin(f"/v1/profiles/{path}", method=method, json_body=body)
    assert answer.status // 100 == 2, answer
    return answer


def test_a_backdated_event_takes_over_no_profile(stack: Stack, name: str, mail: str, victim: str) -> None:
    identify(stack, userId=f"evil-{name}", traits={"email": mail}, timestamp=EPOCH)
    evil = stack.profile_when("user_id", f"evil-{name}", activities=1)
    assert [one["value"] for one in evil["identities"]] == [f"evil-{name}"]
    owner = stack.owner_of("email", mail)
    assert owner
    assert owner["id"] == victim
    page = until(lambda: _conflicts_about(stack, mail))
    assert [claimer["profile_id"] for claimer in page[0]["claimers"]] == [evil["id"]]


def _conflicts_about(stack: Stack, mail: str) -> list[dict[str, Any]] | None:
    found = stack.admin("/v1/conflicts?type=email&limit=1000").json()["conflicts"]
    return [one for one in found if one["identity"]["value"] == mail] or None


def test_a_flood_of_traits_blocks_no_customer(stack: Stack, name: str, mail: str, victim: str) -> None:
    for number in range(24):
        junk = {f"junk_{number}_{n}": "x" * 900 for n in range(31)}
        identify(stack, anonymousId=f"b-{name}", traits={"email": mail} | junk)
    until(lambda: (stack.owner_of("email", mail) or {}).get("left_out") or None)
    edit(stack, "PUT", f"{victim}/consents/email", {"state": "denied"})
    edit(stack, "PUT", f"{victim}/tags/vip")
    edit(stack, "POST", f"{victim}/notes", {"text": "called"})
    card = edit(stack, "PATCH", f"{victim}/attributes", {"city": "Vigo"}).json()
    assert (card["consents"]["email"]["state"], card["attributes"]["city"]) == ("denied", "Vigo")
    assert {one["reason"] for one in card["left_out"]} >= {"value_too_large"}


def test_a_device_with_many_users_links_no_customers(stack: Stack, name: str) -> None:
    for number in range(MAX_RIVALS + 3):
        identify(stack, userId=f"{name}-{number}", anonymousId=name)
    last = stack.profile_when("user_id", f"{name}-{MAX_RIVALS + 2}", activities=1)
    assert [one["type"] for one in last["identities"]] == ["user_id"]
    until(lambda: True if _identity_types(stack, name) == ["anonymous_id"] else None)


def _identity_types(stack: Stack, device: str) -> list[str]:
    """Return the types of the identities that are linked to the device."""
    owner = stack.owner_of("anonymous_id", device) or {"identities": []}
    return [one["type"] for one in owner["identities"]]


@pytest.fixture
def limited(stack: Stack) -> Iterator[dict[str, str]]:
    """Create a key that is limited to customers of the class vip, and return its header."""
    body = {"name": "Limited", "scopes": ["profiles:read"], "classes": ["vip"]}
    key = stack.admin("/v1/api-keys", method="POST", json_body=body).json()
    yield {"authorization": f"Bearer {key['key']}"}
    stack.admin(f"/v1/api-keys/{key['id']}", method="DELETE")


def test_a_public_link_does_not_extend_the_view_of_a_limited_key(
    stack: Stack, name: str, limited: dict[str, str]
) -> None:
    hidden, seen = f"hidden-{name}@example.com", f"vip-{name}"
    for identities, class_ in (({"email": hidden}, "secret"), ({"user_id": seen}, "vip")):
        body = {"identities": identities, "classes": [class_]}
        assert stack.admin("/v1/profiles", method="POST", json_body=body).status == 201
    identify(stack, userId=seen, traits={"email": hidden})
    person = stack.profile_when("user_id", seen, activities=1)
    assert len(person["members"]) == 2
    for path in (f"profiles/{person['id']}", f"identities/email/{hidden}"):
        assert call(f"{stack.api_url}/v1/{path}", headers=limited).status == 404


def test_a_page_cannot_grant_undeclared_consents(stack: Stack, name: str, mail: str) -> None:
    given = {"processing": True, "<script>" * 40: True, "sms": True}
    identify(stack, userId=name, context={"consent": {"categoryPreferences": given}})
    person = stack.profile_when("user_id", name, activities=1)
    assert list(person["consents"]) == ["sms"]


def test_a_form_with_a_user_id_field_is_refused(stack: Stack) -> None:
    fields = [{"name": "user_id", "attribute": "user_id", "label": "Id"}]
    made = stack.admin("/v1/forms", method="POST", json_body={"name": "Evil", "fields": fields})
    assert made.status == 400, made


@pytest.fixture
def server_key(stack: Stack) -> str:
    """Return the write key of a server source."""
    body = {"name": "Backend", "kind": "server"}
    made = stack.admin("/v1/sources", method="POST", json_body=body)
    assert made.status == 201, made
    return str(made.json()["write_key"])


def test_known_message_ids_do_not_replace_events_of_a_server(
    stack: Stack, name: str, mail: str, server_key: str
) -> None:
    user, signup, order = f"user-{name}", f"signup-{name}", f"order-{name}"
    send(stack, server_key, "identify", userId=user, traits={"email": mail}, messageId=signup)
    total = {"event": "Order Completed", "properties": {"total": 100, "currency": "EUR"}}
    send(stack, server_key, "track", userId=user, messageId=order, **total)
    stack.profile_when("user_id", user, activities=2)
    for known in (signup, order):
        send(stack, stack.write_key, "track", userId=user, messageId=known, event="x")
    identify(stack, userId=f"evil-{name}", traits={"email": mail})
    person = stack.profile_when("user_id", user, activities=4)
    stack.profile_when("user_id", f"evil-{name}", activities=1)
    owner = stack.owner_of("email", mail)
    assert (person["totals"]["orders"], owner and owner["id"]) == (1, person["id"])
