"""Changes are published at least once, with an id for deduplication."""

from collections.abc import Callable
from typing import Any

from crm.services.projection.deployment import id_of
from crm.storage.profiles import ProfileTable
from functions.publish_changes.app import handler as publish
from tests.support.activities import NOON, activity, browser, email, user
from tests.support.stream import Pump

Bus = Callable[[], list[dict[str, Any]]]


def test_the_changes_of_a_profile_are_published(table: Any, pump: Pump, bus: Bus) -> None:
    log = ProfileTable()
    log.append([activity(browser("b1"), type="page")])
    pump(publish=True)
    log.append(
        [
            activity(
                email("a@example.com"), browser("b1"), at=NOON + 1, type="identify", properties={"plan": "a"}
            )
        ]
    )
    pump(publish=True)
    log.append([activity(email("a@example.com"), at=NOON + 2, type="identify", properties={"plan": "b"})])
    pump(publish=True)

    published = [(event["detail-type"], event["detail"]["profile_id"]) for event in bus()]

    visitor, person = id_of(browser("b1")), id_of(email("a@example.com"))
    assert sorted(published) == sorted(
        [
            ("Profile Created", visitor),
            ("Profile Linked", visitor),
            ("Profile Created", person),
            ("Profile Recognised", person),
            ("Profile Updated", person),
        ]
    )


def test_events_contain_no_personal_data_and_a_repeated_change_has_the_same_id(
    table: Any, pump: Pump, bus: Bus
) -> None:
    ProfileTable().append(
        [activity(email("a@example.com"), type="identify", properties={"name": "Ann Secret"})]
    )
    pump()
    records = [r for r in pump.read_again() if r["dynamodb"]["Keys"]["sk"]["S"] == "PROFILE"]

    for _ in range(2):
        assert publish({"Records": records}, None) == {"batchItemFailures": []}

    events = bus()
    assert len(events) == 4
    assert len({event["detail"]["id"] for event in events}) == 2
    assert "Secret" not in str(events)
    assert "a@example.com" not in str(events)


def test_a_conflict_is_published_for_both_profiles(table: Any, pump: Pump, bus: Bus) -> None:
    ProfileTable().append(
        [activity(user("u1"), browser("b1")), activity(user("u2"), browser("b1"), at=NOON + 1)]
    )
    pump()
    conflicts = [r for r in pump.read_again() if "conflict:" in r["dynamodb"]["Keys"]["sk"]["S"]]

    publish({"Records": conflicts}, None)

    sides = {event["detail"]["profile_id"] for event in bus() if event["detail-type"] == "Identity Conflict"}
    assert sides == {id_of(user("u2")), id_of(browser("b1"))}


def test_a_record_refused_by_the_bus_is_retried(
    table: Any, pump: Pump, set_environment: Callable[..., None]
) -> None:
    ProfileTable().append([activity(user("u1"))])
    pump()
    records = [r for r in pump.read_again() if r["dynamodb"]["Keys"]["sk"]["S"] == "PROFILE"]
    set_environment(EVENT_BUS_NAME="there-is-no-such-bus")

    answer = publish({"Records": records}, None)

    assert [f["itemIdentifier"] for f in answer["batchItemFailures"]] == [
        records[0]["dynamodb"]["SequenceNumber"]
    ]
