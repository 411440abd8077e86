"""Late messages from before an erasure do not restore the person, through any input."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from crm.domain.errors import InvalidInputError
from crm.domain.identity import Identity
from crm.domain.tracking.reception import Reception
from crm.domain.tracking.rejection import Rejection, reject
from crm.settings import settings
from crm.storage.log_writer import activity_put, log_writer
from crm.storage.profiles import ProfileTable
from crm.storage.rejected import rejection_puts
from crm.storage.spill import spill_queue
from tests.support.activities import activity
from tests.support.shop import (
    EMAIL,
    ID,
    USER,
    VALUES,
    Shop,
    add_staff_work,
    profile,
    refused_input,
    visit,
)

JANE = Identity(*ID)


def assert_nothing_restored(shop: Shop, *texts: str) -> None:
    shop.world.settle()
    assert shop.traces(VALUES, *texts) == []
    assert shop.status(*ID) == 404
    assert shop.ask("GET", "stats").body["total"] == 0


def rejection(shop: Shop, content: bytes) -> Rejection:
    """Send input that is rejected."""
    reception = Reception(source_id="shop", source_kind="web", received_at=shop.clock.now)
    return reject(content, InvalidInputError("no"), message_type="track", index=0, reception=reception)


def test_resending_all_messages_restores_nothing(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    id_ = visit(shop)
    shop.send("track", userId=USER, properties={"note": "allergic to nuts"})
    shop.send("identify", traits={"mobile": f"Tel. {EMAIL}"})
    shop.erase(id_)
    shop.send_everything_again()
    assert_nothing_restored(shop, capsys.readouterr().out)


def test_rejected_input_of_an_erased_person_cannot_be_replayed(shop: Shop) -> None:
    id_ = visit(shop)
    refused_input(shop)
    kept = [r["id"] for r in shop.ask("GET", "rejected", query={"day": "2026-11-21"}).body["rejected"]]
    shop.erase(id_)
    assert {shop.ask("POST", f"rejected/{input_id}/replay").status for input_id in kept} == {404}
    assert_nothing_restored(shop)


def test_a_replay_in_progress_restores_nothing(shop: Shop) -> None:
    visit(shop)
    refused = rejection(shop, json.dumps({"userId": USER, "event": "Bought"}).encode())
    shop.erase(profile(*ID))
    log_writer().write(rejection_puts(refused, 0))
    assert shop.ask("POST", f"rejected/{refused.id}/replay").status == 200
    assert_nothing_restored(shop)


def test_messages_in_the_spill_queue_restore_nothing(shop: Shop) -> None:
    visit(shop)
    late = activity(JANE, message_id="late", at=shop.clock.now, properties={"said": "allergic to nuts"})
    refused = rejection(shop, json.dumps({"userId": USER, "note": EMAIL}).encode())
    puts = [activity_put(late, settings().identity_namespace, 0), *rejection_puts(refused, 0)]
    spill_queue().send(puts)
    waiting = shop.wire.queues.pop("spill")
    shop.erase(profile(*ID))
    shop.wire.queues["spill"] = waiting
    assert_nothing_restored(shop)


def test_input_is_kept_while_tombstones_cannot_be_read(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise EndpointConnectionError(endpoint_url="https://dynamodb")

    shop.erase(visit(shop))
    monkeypatch.setattr("crm.storage.tombstones._stubs", refuse)
    shop.send("track", userId=USER, properties={"note": "no event"})
    (kept,) = shop.ask("GET", "rejected", query={"day": "2026-11-21"}).body["rejected"]
    assert kept["content"]["userId"] == USER


def test_a_redriven_batch_restores_nothing(shop: Shop) -> None:
    shop.world.request("POST", "/v1/track", {"userId": USER, "event": "x", "writeKey": shop.write_key})
    lost = shop.world.keep_from_projection()
    visit(shop)
    shop.erase(profile(*ID))
    shop.wire.queues["failure"] = [lost, json.dumps({"profiles": {profile(*ID): None}})]
    assert_nothing_restored(shop)


@pytest.mark.parametrize(("occurred", "received"), [(-1, 1000), (1000, -1), (0, 1000)])
def test_activities_from_before_the_erasure_restore_nothing(shop: Shop, occurred: int, received: int) -> None:
    shop.erase(visit(shop))
    until = ProfileTable().load([profile(*ID)])[profile(*ID)].erased_at or 0
    row = activity(JANE, message_id="row", at=until + occurred, properties={"name": "Janelle"})
    row.received_at = until + received
    ProfileTable().append([row])
    assert_nothing_restored(shop)


def test_a_person_with_new_activity_is_a_new_profile(shop: Shop) -> None:
    id_ = visit(shop)
    add_staff_work(shop, id_)
    first = shop.erase(id_)
    shop.wire.events.clear()
    shop.send("identify", userId=USER, traits={"plan": "gold"})
    shop.send_everything_again()
    back = shop.ask("GET", f"profiles/{id_}").body
    assert (back["attributes"], back["members"], back["tags"], back["consents"]) == (
        {"plan": "gold"},
        [id_],
        [],
        {},
    )
    assert back["totals"]["activities"] == 1
    (only,) = shop.ask("GET", f"profiles/{id_}/activities").body["activities"]
    assert only["properties"] == {"plan": "gold"}
    assert shop.traces([value for value in VALUES if value != USER]) == []
    published = [event["DetailType"] for event in shop.wire.events]
    assert published == ["Profile Created", "Profile Recognised"]
    again = shop.erase(id_)
    assert again["id"] != first["id"]
    assert_nothing_restored(shop)


def test_an_erased_email_can_be_claimed_by_another_customer(shop: Shop) -> None:
    shop.erase(visit(shop))
    shop.send("identify", userId="u-heir", traits={"email": EMAIL})
    shop.send_everything_again()
    (owner,) = [shop.ask("GET", f"identities/email/{EMAIL}").body]
    assert owner["identities"] == [
        {"type": "user_id", "value": "u-heir"},
        {"type": "email", "value": EMAIL},
    ]
    assert shop.traces([value for value in VALUES if value != EMAIL]) == []


def test_a_person_can_be_created_again_by_hand(shop: Shop) -> None:
    shop.erase(visit(shop))
    made = shop.ask("POST", "profiles", {"identities": {"email": EMAIL}, "attributes": {"city": "Vigo"}})
    assert (made.status, made.body["attributes"]) == (201, {"email": EMAIL, "city": "Vigo"})
    assert shop.traces([value for value in VALUES if value != EMAIL]) == []
