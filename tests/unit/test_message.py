"""A message of the tracking API becomes an activity, or is rejected with a reason."""

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.errors import InvalidInputError
from crm.domain.identity import Identity
from crm.domain.times import parse_time
from crm.domain.tracking.message import MessageReading, read_message
from crm.domain.tracking.reception import MessageRules, Reception
from crm.domain.tracking.traits import standard_traits

RECEIVED = parse_time("2026-11-21T19:30:00.000Z") or 0
USER = {"userId": "u-1", "messageId": "m-1", "timestamp": "2026-11-21T19:29:59.000Z"}


def read(
    message: Any, type_: Any = "track", *, rules: MessageRules | None = None, sent_at: int | None = None
) -> MessageReading:
    reception = Reception(source_id="src_1", source_kind="server", received_at=RECEIVED)
    ids = (f"new-{number}" for number in itertools.count(1))
    return read_message(
        message,
        type_,
        reception=reception,
        rules=rules or MessageRules(),
        new_id=lambda: next(ids),
        sent_at=sent_at,
    )


def code_of(message: Any, type_: Any = "track") -> str:
    with pytest.raises(InvalidInputError) as caught:
        read(message, type_)
    return caught.value.code


def test_a_track_is_an_activity_of_its_user() -> None:
    activity = read(
        USER | {"event": " Order Completed ", "properties": {"total": 5, "coupon": None}}
    ).activity
    assert (activity.type, activity.name, activity.message_id) == ("track", "Order Completed", "m-1")
    assert activity.properties == {"total": 5, "coupon": None}
    assert activity.identities == (Identity("user_id", "u-1"),)
    assert (activity.source_id, activity.source_kind, activity.received_at) == ("src_1", "server", RECEIVED)


def test_identify_sets_attributes_under_standard_names() -> None:
    activity = read(USER | {"traits": {"firstName": "Ada", "plan": None}}, "identify").activity
    assert activity.properties == {"first_name": "Ada", "plan": None}


@pytest.mark.parametrize("type_", ["page", "screen"])
def test_a_page_name_is_read_from_its_properties(type_: str) -> None:
    among = {"properties": {"name": "Home"}}
    assert read(USER | among, type_).activity.name == "Home"
    assert read(USER | among | {"name": "Start"}, type_).activity.name == "Start"
    assert read(USER | {"properties": {"name": 7}}, type_).activity.name is None
    assert read(USER | among | {"event": "Seen"}).activity.name == "Seen"


def test_rudderstack_sends_traits_in_the_context() -> None:
    activity = read(USER | {"context": {"traits": {"email": "A@example.com"}}}, "identify").activity
    assert activity.properties == {"email": "A@example.com"}
    assert activity.identities == (Identity("user_id", "u-1"), Identity("email", "a@example.com"))
    assert "traits" not in activity.context


@pytest.mark.parametrize(
    ("traits", "beside", "attributes", "kept"),
    [
        ({"plan": "gold"}, {"city": "Vigo"}, {"city": "Vigo", "plan": "gold"}, None),
        ({"plan": "gold"}, {"plan": "free"}, {"plan": "gold"}, {"plan": "free"}),
        ({"plan": "gold"}, {"plan": "gold"}, {"plan": "gold"}, None),
        ({"firstName": "Ana"}, {"first_name": "A."}, {"first_name": "Ana"}, {"first_name": "A."}),
        ({"first_name": "Ana"}, {"firstName": "A."}, {"first_name": "Ana"}, {"firstName": "A."}),
        ({"plan": None}, {"plan": "free"}, {"plan": None}, {"plan": "free"}),
        ({"vip": True}, {"vip": 1}, {"vip": True}, {"vip": 1}),
        (
            {"city": "Vigo"},
            {"address": {"city": "Lugo", "zip": "27001"}},
            {"city": "Vigo", "zip": "27001"},
            {"address": {"city": "Lugo", "zip": "27001"}},
        ),
        ({"plan": "gold"}, "free", {"plan": "gold"}, "free"),
        ({"plan": "gold"}, [], {"plan": "gold"}, None),
        ([], {"plan": "free"}, {"plan": "free"}, None),
        (None, {"plan": "free"}, {"plan": "free"}, None),
    ],
)
def test_traits_override_those_of_the_context_and_both_are_logged(
    traits: Any, beside: Any, attributes: dict[str, Any], kept: Any
) -> None:
    activity = read(USER | {"traits": traits, "context": {"traits": beside}}, "identify").activity
    assert activity.properties == attributes
    assert activity.context.get("traits") == kept


_TRAITS = st.dictionaries(
    st.sampled_from(["firstName", "first_name", "zip", "postalCode", "plan", "email"]),
    st.one_of(st.text(min_size=1), st.integers(1), st.just(True)),
)


@given(_TRAITS, _TRAITS)
def test_every_trait_that_was_sent_is_in_the_log(traits: dict[str, Any], beside: dict[str, Any]) -> None:
    activity = read(USER | {"traits": traits, "context": {"traits": beside}}, "identify").activity
    logged = [*activity.properties.values(), *activity.context.get("traits", {}).values()]
    assert activity.properties == standard_traits(beside) | standard_traits(traits)
    assert [*standard_traits(traits).values()] == [
        activity.properties[name] for name in standard_traits(traits)
    ]
    assert all(value in logged for value in standard_traits(beside).values())


def test_a_group_is_named_by_its_id() -> None:
    activity = read(USER | {"groupId": 7, "traits": {"email": "info@example.com"}}, "group").activity
    assert activity.name == "7"
    assert activity.identities == (Identity("user_id", "u-1"),), "the traits of a group are not the person's"


def test_a_page_keeps_its_name_and_category() -> None:
    activity = read(USER | {"name": "Home", "category": "Docs"}, "page").activity
    assert (activity.name, activity.properties) == ("Home", {"category": "Docs"})
    assert read(USER, "screen").activity.name is None


def test_alias_claims_the_previous_id_as_an_anonymous_one() -> None:
    alias = {"userId": "u-1", "previousId": "a-1", "anonymousId": "other", "timestamp": RECEIVED}
    assert read(alias, "alias").activity.identities == (
        Identity("user_id", "u-1"),
        Identity("anonymous_id", "a-1"),
    )
    assert read(alias | {"previousId": "u-1"}, "alias").activity.identities == (Identity("user_id", "u-1"),)


def test_identities_are_strongest_first_and_one_of_each_type() -> None:
    message = {
        "anonymousId": "a-1",
        "userId": 42,
        "traits": {"email": "ada@example.com", "phone": "+48 601 234 567"},
        "context": {
            "traits": {"email": "old@example.com"},
            "externalIds": [{"type": "loyalty", "id": "L-9"}, {"type": "unknown", "id": "x"}],
        },
    }
    found = read(
        message, "identify", rules=MessageRules(custom_identity_types=("loyalty",))
    ).activity.identities
    assert [(identity.type, identity.value) for identity in found] == [
        ("user_id", "42"),
        ("email", "ada@example.com"),
        ("phone", "+48601234567"),
        ("loyalty", "L-9"),
        ("anonymous_id", "a-1"),
    ]


def test_properties_are_no_identity() -> None:
    message = {"anonymousId": "a-1", "event": "Invited", "properties": {"email": "friend@example.com"}}
    assert read(message).activity.identities == (Identity("anonymous_id", "a-1"),)


@pytest.mark.parametrize(
    ("message", "type_", "code"),
    [
        (None, "track", "invalid_message"),
        (["userId"], "track", "invalid_message"),
        (USER, "click", "invalid_type"),
        (USER, None, "invalid_type"),
        (USER, ["track"], "invalid_type"),
        ({"event": "x"}, "track", "no_identity"),
        ({"event": "x", "userId": "undefined", "anonymousId": "00000000-0000"}, "track", "no_identity"),
        ({"event": "x", "userId": {"id": 1}, "anonymousId": True}, "track", "no_identity"),
        (USER, "track", "missing_event"),
        (USER | {"event": 5}, "track", "missing_event"),
        (USER | {"event": "  "}, "track", "missing_event"),
        (USER | {"event": "x", "properties": "much"}, "track", "invalid_properties"),
        (USER | {"event": "x", "properties": [1]}, "track", "invalid_properties"),
        (USER | {"event": "x", "context": 7}, "track", "invalid_context"),
        (USER | {"traits": "Ada"}, "identify", "invalid_traits"),
        (USER | {"groupId": " "}, "group", "missing_group_id"),
        (USER | {"previousId": "null"}, "alias", "missing_previous_id"),
        ({"previousId": "a-1", "anonymousId": "a-1"}, "alias", "missing_user_id"),
        (USER | {"event": "x", "timestamp": "yesterday"}, "track", "invalid_timestamp"),
        (USER | {"event": "x", "timestamp": "1969-12-31T23:59:59Z"}, "track", "invalid_timestamp"),
        (USER | {"event": "x", "originalTimestamp": {}}, "track", "invalid_timestamp"),
        (USER | {"event": "x", "messageId": ["m"]}, "track", "invalid_message_id"),
    ],
)
def test_an_invalid_message_is_refused_with_its_code(message: Any, type_: Any, code: str) -> None:
    assert code_of(message, type_) == code


def test_empty_arrays_of_php_are_read_as_empty_objects() -> None:
    activity = read(USER | {"event": "x", "properties": [], "context": []}).activity
    assert (activity.properties, activity.context) == ({}, {})


@pytest.mark.parametrize(
    ("original", "sent", "occurred"),
    [
        ("2026-11-21T19:29:50.000Z", "2026-11-21T19:29:59.000Z", "2026-11-21T19:29:50.000Z"),  # latency
        ("2026-11-21T19:29:50.000Z", "2026-11-21T19:30:10.000Z", "2026-11-21T19:29:50.000Z"),  # just latency
        ("2026-11-21T18:29:50.000Z", "2026-11-21T18:30:00.000Z", "2026-11-21T19:29:50.000Z"),  # an hour slow
        ("2026-11-21T20:29:50.000Z", "2026-11-21T20:30:00.000Z", "2026-11-21T19:29:50.000Z"),  # an hour fast
        ("2020-01-01T00:00:00.000Z", None, "2020-01-01T00:00:00.000Z"),  # history, imported
        ("2031-01-01T00:00:00.000Z", None, "2026-11-21T19:30:00.000Z"),  # never after receipt
        ("2026-11-21T19:40:00.000Z", "2026-11-21T19:35:00.000Z", "2026-11-21T19:30:00.000Z"),
    ],
)
def test_a_wrong_clock_is_corrected(original: str, sent: str | None, occurred: str) -> None:
    activity = read(USER | {"event": "x", "timestamp": original, "sentAt": sent}).activity
    assert activity.original_at == parse_time(original), "the key is the client's own time"
    assert activity.occurred_at == parse_time(occurred)


@pytest.mark.parametrize(
    ("times", "key", "occurred"),
    [
        ({"timestamp": "2019-03-01T10:00:00Z"}, "2019-03-01T10:00:00Z", "2019-03-01T10:00:00Z"),
        (
            {"originalTimestamp": "2019-03-01T09:00:00Z", "timestamp": "2019-03-01T10:00:00Z"},
            "2019-03-01T09:00:00Z",
            "2019-03-01T10:00:00Z",
        ),
        (
            {"originalTimestamp": "2019-03-01T09:00:00Z", "timestamp": "some day"},
            "2019-03-01T09:00:00Z",
            "2019-03-01T09:00:00Z",
        ),
        ({"receivedAt": "2019-03-01T10:00:03Z"}, "2019-03-01T10:00:03Z", "2019-03-01T10:00:03Z"),
        ({}, "2019-03-01T10:00:02Z", "2019-03-01T10:00:02Z"),
        ({"timestamp": "2031-01-01T00:00:00Z"}, "2031-01-01T00:00:00Z", "2026-11-21T19:30:00Z"),
    ],
)
def test_archived_messages_keep_their_times(times: dict[str, Any], key: str, occurred: str) -> None:
    message = {"userId": "u-1", "event": "x", "messageId": "m-1", "sentAt": "2019-03-01T10:00:02Z", **times}
    reception = Reception(source_id="s", source_kind="server", received_at=RECEIVED, archived=True)
    reading = read_message(
        message, "track", reception=reception, rules=MessageRules(), new_id=str, sent_at=RECEIVED
    )
    assert reading.dated
    assert (reading.activity.original_at, reading.activity.occurred_at) == (
        parse_time(key),
        parse_time(occurred),
    )


def test_the_original_timestamp_precedes_the_timestamp() -> None:
    message = USER | {"event": "x", "originalTimestamp": "2026-11-21T18:00:00Z"}
    activity = read(message, sent_at=parse_time("2026-11-21T18:30:00Z")).activity
    assert activity.original_at == parse_time("2026-11-21T18:00:00Z")
    assert activity.occurred_at == parse_time("2026-11-21T19:00:00Z")


@pytest.mark.parametrize("stated", [{}, {"sentAt": "2026-11-21T19:29:59Z"}, {"timestamp": ""}])
def test_a_message_without_a_time_is_undated(stated: dict[str, Any]) -> None:
    reading = read({"userId": "u-1", "event": "x", "messageId": "m-1", **stated})
    assert not reading.dated
    assert reading.activity.original_at == RECEIVED


def test_a_message_without_an_id_gets_one_from_its_content() -> None:
    message = {"userId": "u-1", "event": "x", "timestamp": "2026-11-21T19:29:59Z"}
    again = message | {"sentAt": "2026-11-21T19:30:05Z", "writeKey": "wk"}
    assert read(message).activity.message_id == read(again).activity.message_id
    assert read(message).activity.message_id != read(message | {"event": "y"}).activity.message_id


@pytest.mark.parametrize(
    "unset", ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00", "0000-00-00 00:00:00", "", None, 0, 0.0, " 0 "]
)
def test_an_unset_time_is_ignored(unset: str | None) -> None:
    assert read(USER | {"event": "x", "originalTimestamp": unset}).activity.original_at == RECEIVED - 1000
    undated = read({"userId": "u-1", "messageId": "m-1", "event": "x", "timestamp": unset})
    assert (undated.dated, undated.activity.original_at) == (False, RECEIVED)


def test_a_message_without_an_id_or_a_time_gets_a_new_id() -> None:
    reading = read({"userId": "u-1", "event": "x"})
    assert (reading.activity.message_id, reading.dated) == ("new-1", True)


@pytest.mark.parametrize("long", ["x" * 5000, "a#b", "tab\there", "zażółć", "nul\x00", 'x"' * 60])
def test_unusual_message_ids_fit_a_key_and_stay_distinct(long: str) -> None:
    event = USER | {"event": "x"}
    one = read(event | {"messageId": long}).activity.message_id
    other = read(event | {"messageId": long + "!"}).activity.message_id
    assert one != other
    assert len(one) <= 120
    assert one.isascii()
    assert one.isprintable()
    assert "#" not in one
    assert read(event | {"messageId": 17}).activity.message_id == "17"
