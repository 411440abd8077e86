"""A signed link is for the reader of one address: it neither shows nor changes data of other members."""

import pytest

from tests.support.gateway import Client
from tests.support.stream import Pump
from tests.support.unsubscribe_page import FORM, ONE_CLICK, filled_in, grant, lines, link_to, states_of

SCOPES = ("profiles:read", "profiles:write")


@pytest.fixture
def user(client: Client, write_key: str, pump: Pump, key: str) -> str:
    """Create a user with other consents, to whose profile anybody could add the address; return the id."""
    _identify(client, write_key, pump, "vera", email="vera@example.com", phone="+48601234567")
    id_ = str(client("GET", "/v1/identities/user_id/vera", key=key).body["id"])
    grant(id_, "email")
    grant(id_, "sms", purpose="offers")
    grant(id_, "push")
    return id_


def _identify(client: Client, write_key: str, pump: Pump, user_id: str, **traits: str) -> None:
    body = {"userId": user_id, "traits": traits, "writeKey": write_key}
    assert client("POST", "/v1/identify", body).status == 200
    pump()


def test_an_address_added_by_a_public_source_shows_only_its_own_channel(
    client: Client, key: str, user: str, write_key: str, pump: Pump
) -> None:
    _identify(client, write_key, pump, "vera", email="mallory@example.com")
    page = client("GET", link_to(client, key, user))
    assert lines(page) == {"E-mail": True}
    assert "m***@example.com" in page.body
    assert "v***" not in page.body


def test_unsubscribing_from_all_changes_only_the_shown_consents(client: Client, key: str, user: str) -> None:
    client("POST", link_to(client, key, user), "action=none", headers=FORM)
    assert states_of(client, key, user) == {"email": "denied", "push": "granted", "sms:offers": "granted"}


def test_consents_that_are_not_shown_cannot_be_changed(client: Client, key: str, user: str) -> None:
    path = link_to(client, key, user)
    page = client("GET", path)
    body = filled_in(page, email=True).replace("%7D", "%2C%22push%22%3Atrue%7D")
    assert client("POST", path, body, headers=FORM).status == 303
    assert states_of(client, key, user)["push"] == "granted"


def test_choices_are_recorded_in_the_log_of_the_address(client: Client, key: str, user: str) -> None:
    path = link_to(client, key, user)
    client("POST", path, ONE_CLICK, headers=FORM)
    (row, *_) = client("GET", f"/v1/profiles/{user}/consents", key=key).body["ledger"]
    assert (row["key"], row["state"], row["source"]) == ("email", "denied", "unsubscribe")
    assert row["profile_id"] != user


def test_a_link_can_be_created_for_one_of_several_addresses(
    client: Client, key: str, user: str, write_key: str, pump: Pump
) -> None:
    _identify(client, write_key, pump, "vera", email="vera@work.example")
    client("POST", link_to(client, key, user), ONE_CLICK, headers=FORM)
    ledger = client("GET", f"/v1/profiles/{user}/consents", key=key).body["ledger"]
    address = ledger[0]["profile_id"]
    assert "v***@work.example" in client("GET", link_to(client, key, user)).body
    assert link_to(client, key, address) == link_to(client, key, user)
    _identify(client, write_key, pump, "vera", email="vera@example.com")
    assert link_to(client, key, address) != link_to(client, key, user)
    assert "v***@example.com" in client("GET", link_to(client, key, user)).body


def test_a_link_for_text_messages_shows_the_consents_of_the_phone_number(
    client: Client, key: str, user: str
) -> None:
    page = client("GET", link_to(client, key, user, channel="sms", purpose="offers"))
    assert lines(page) == {"Text messages (SMS): offers": True}
    assert "***67" in page.body


def test_a_link_for_an_address_owned_by_another_person_hides_the_address(
    client: Client, key: str, user: str, write_key: str, pump: Pump
) -> None:
    _identify(client, write_key, pump, "mallory", email="mallory@example.com")
    _identify(client, write_key, pump, "vera", email="mallory@example.com")
    page = client("GET", link_to(client, key, user))
    assert lines(page) == {"E-mail": True}
    assert "***" not in page.body


def test_consents_given_by_the_address_itself_are_shown(
    client: Client, key: str, write_key: str, pump: Pump
) -> None:
    made = client("POST", "/v1/profiles", {"identities": {"email": "olga@example.com"}}, key=key)
    grant(made.body["id"], "push")
    _identify(client, write_key, pump, "olga", email="olga@example.com")
    olga = client("GET", "/v1/identities/user_id/olga", key=key).body["id"]
    grant(olga, "wifi")
    assert lines(client("GET", link_to(client, key, olga))) == {"E-mail": True, "Push notifications": True}
