"""Messages of strangers with known or guessed message ids do not change the messages of others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import pytest

from crm.domain.commands.import_mappings import MappedColumn
from crm.domain.identity import Identity, profile_id
from crm.services.access import sources
from crm.services.imports import import_mappings
from tests.support.dropped_files import drop
from tests.support.shop import Shop
from tests.support.stage import ENVIRONMENT

MAIL, THEN = "victim@example.com", "2026-11-20T12:00:00.000Z"
NAMESPACE = UUID(ENVIRONMENT["IDENTITY_NAMESPACE"])
VICTIM = profile_id(NAMESPACE, Identity("user_id", "victim"))
MAILBOX = profile_id(NAMESPACE, Identity("email", MAIL))
CSV = f"customer,time,id,total\nvictim,{THEN},order-1,100\n"

Send = Callable[..., None]
Action = Callable[[], None]

either_order = pytest.mark.parametrize("public_first", [False, True], ids=["behind", "before"])


def sender(shop: Shop, write_key: str) -> Send:
    def send(kind: str, headers: Mapping[str, str] | None = None, **message: Any) -> None:
        shop.wait()
        body = message | {"writeKey": write_key}
        answer = shop.world.request("POST", f"/v1/{kind}", body, headers=headers or {})
        assert (answer.status, answer.body["rejected"]) == (200, []), answer.body
        shop.world.settle()

    return send


@pytest.fixture
def server(shop: Shop) -> Send:
    return sender(shop, sources.create(name="Backend", kind="server", now=shop.clock.now).write_key)


@pytest.fixture(params=["web", "mobile"])
def public_source(shop: Shop, request: pytest.FixtureRequest) -> Send:
    return sender(shop, sources.create(name="Page", kind=request.param, now=shop.clock.now).write_key)


def run_in_order(*acts: Action, reverse: bool) -> None:
    for act in reversed(acts) if reverse else acts:
        act()


def card(shop: Shop, type_: str, value: str) -> dict[str, Any]:
    answer = shop.ask("GET", f"identities/{type_}/{value}")
    assert answer.status == 200, answer.body
    return dict(answer.body)


def timeline(shop: Shop, id_: str, **query: Any) -> list[dict[str, Any]]:
    return list(shop.ask("GET", f"profiles/{id_}/activities", query=query).body["activities"])


@either_order
def test_a_repeated_id_does_not_replace_a_claim_without_a_time(
    shop: Shop, server: Send, public_source: Send, *, public_first: bool
) -> None:
    run_in_order(
        lambda: server("identify", userId="victim", traits={"email": MAIL}, messageId="signup"),
        lambda: public_source("track", userId="victim", messageId="signup", event="x"),
        reverse=public_first,
    )
    public_source("identify", userId="evil", traits={"email": MAIL})
    assert card(shop, "email", MAIL)["id"] == VICTIM
    assert [one["value"] for one in card(shop, "user_id", "evil")["identities"]] == ["evil"]


@either_order
@pytest.mark.parametrize("timed", [{}, {"timestamp": THEN}], ids=["without a time", "with its time"])
def test_a_repeated_id_does_not_replace_an_order(
    shop: Shop, server: Send, public_source: Send, timed: dict[str, str], *, public_first: bool
) -> None:
    order = {"userId": "victim", "messageId": "order-1", **timed}
    run_in_order(
        lambda: server("track", **order, event="Order Completed", properties={"total": 100}),
        lambda: public_source("track", **order, event="nothing"),
        reverse=public_first,
    )
    assert card(shop, "user_id", "victim")["totals"]["orders"] == 1
    assert {(one["id"], one["name"]) for one in timeline(shop, VICTIM)} == {
        ("order-1", "Order Completed"),
        ("order-1", "nothing"),
    }


@either_order
def test_a_retry_by_another_source_does_not_replace_an_order(
    shop: Shop, server: Send, public_source: Send, *, public_first: bool
) -> None:
    order = {"messageId": "o-1", "timestamp": THEN, "context": {"traits": {"email": MAIL}}}
    again = {"x-retry-count": "1"}
    run_in_order(
        lambda: server("track", **order, event="Order Completed", properties={"total": 50}),
        lambda: public_source("track", again, **order, userId="evil", event="x"),
        reverse=public_first,
    )
    (kept,) = (item for item in shop.items() if item["sk"]["S"] == f"A#{THEN}#o-1")
    assert (kept["pk"]["S"], kept["ty"]["S"]) == (f"P#{MAILBOX}", "track")


@either_order
def test_a_withdrawal_without_a_time_has_the_time_of_its_own_message(
    shop: Shop, server: Send, public_source: Send, *, public_first: bool
) -> None:
    def consent(state: bool) -> dict[str, Any]:
        return {"context": {"consent": {"categoryPreferences": {"email": state}}}, "userId": "victim"}

    run_in_order(
        lambda: server("identify", messageId="opt-in", **consent(True)),
        lambda: public_source("track", userId="victim", messageId="unsub", event="x"),
        reverse=public_first,
    )
    server("identify", messageId="unsub", **consent(False))
    given = card(shop, "user_id", "victim")["consents"]["email"]
    assert given["state"] == "denied"
    server("identify", messageId="unsub", **consent(False))
    assert card(shop, "user_id", "victim")["consents"]["email"] == given


@either_order
def test_a_repeated_id_does_not_replace_an_imported_order(
    shop: Shop, public_source: Send, *, public_first: bool
) -> None:
    columns: list[MappedColumn] = [
        {"column": "customer", "to": "identity", "name": "user_id"},
        {"column": "time", "to": "time"},
        {"column": "id", "to": "message_id"},
        {"column": "total", "to": "property", "name": "total"},
    ]
    import_mappings.create(
        {"name": "orders", "kind": "events", "event_name": "Order Completed", "columns": columns},
        now=shop.clock.now,
    )
    run_in_order(
        lambda: assert_done(drop(shop, "orders/today.csv", CSV)),
        lambda: public_source("track", userId="victim", messageId="order-1", timestamp=THEN, event="x"),
        reverse=public_first,
    )
    assert card(shop, "user_id", "victim")["totals"]["orders"] == 1


def assert_done(job: dict[str, Any]) -> None:
    assert job["state"] == "done", job


def test_repeated_ids_do_not_replace_imported_values(shop: Shop, public_source: Send) -> None:
    drop(shop, "people.csv", f"email,city\n{MAIL},Vigo\n")
    before = timeline(shop, MAILBOX)
    resend_everything(shop, public_source, before, context={"traits": {"email": MAIL}})
    assert [one for one in timeline(shop, MAILBOX) if one["name"] != "x"] == before
    assert card(shop, "email", MAIL)["attributes"]["city"] == "Vigo"


@pytest.mark.parametrize("by_server", [False, True], ids=["a stranger", "a server"])
def test_repeated_ids_do_not_replace_edits_of_staff(
    shop: Shop, server: Send, public_source: Send, *, by_server: bool
) -> None:
    body = {"identities": {"user_id": "victim", "email": MAIL}, "attributes": {"city": "Vigo"}}
    assert shop.ask("POST", "profiles", body).status == 201
    shop.ask("PATCH", f"profiles/{VICTIM}/attributes", {"city": "Lugo"})
    shop.ask("PUT", f"profiles/{VICTIM}/consents/email", {"state": "denied"})
    before = timeline(shop, VICTIM)
    assert len(before) == 3
    resend_everything(shop, server if by_server else public_source, before, userId="victim")
    after = timeline(shop, VICTIM)
    assert [one for one in after if one["name"] != "x"] == before
    owner = card(shop, "email", MAIL)
    assert (owner["id"], owner["attributes"]["city"], owner["consents"]["email"]["state"]) == (
        VICTIM,
        "Lugo",
        "denied",
    )


def resend_everything(shop: Shop, send: Send, given: list[dict[str, Any]], **who: Any) -> None:
    """Send other messages with the ids and the times of these activities."""
    times = {item["sk"]["S"].split("#")[1] for item in shop.items() if item["sk"]["S"].startswith("A#")}
    for one in given:
        for at in sorted(times):
            send("track", messageId=one["id"], timestamp=at, event="x", **who)


def test_every_copy_is_listed_once_and_deleted_by_an_erasure(
    shop: Shop, server: Send, public_source: Send
) -> None:
    same = {"userId": "victim", "messageId": "m", "timestamp": THEN}
    server("track", **same, event="ours")
    public_source("track", **same, event="theirs")
    shown, query = [], {"limit": "1"}
    while True:
        page = shop.ask("GET", f"profiles/{VICTIM}/activities", query=query).body
        shown += [one["name"] for one in page["activities"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert shown == ["ours", "theirs"]
    assert shop.erase(VICTIM)["state"] == "done"
    assert not [item for item in shop.items() if item["sk"]["S"].startswith("A#")]
