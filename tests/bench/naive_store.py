"""A naive store of events: a PynamoDB save per event, a dedupe item, and a profile with counters."""

import json
from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from tests.support.dynamodb.schema import Index, Table

NAIVE_TABLE = "naive"
SCHEMA = Table(NAIVE_TABLE, ("pk", "sk"), (Index("by_last_seen", ("kind", "last_seen"), None),))
REGION = "eu-central-1"


class ByLastSeen(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call] # an untyped hook
    """Profiles by the time they were last seen."""

    class Meta:
        index_name = "by_last_seen"
        projection = AllProjection()

    kind = UnicodeAttribute(hash_key=True)
    last_seen = UnicodeAttribute(range_key=True)


class NaiveEvent(Model):
    """The unchanged message, in a few columns and one JSON text."""

    class Meta:
        table_name = NAIVE_TABLE
        region = REGION

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    event_type = UnicodeAttribute()
    event_name = UnicodeAttribute(null=True)
    anonymous_id = UnicodeAttribute(null=True)
    user_id = UnicodeAttribute(null=True)
    timestamp = UnicodeAttribute()
    payload = UnicodeAttribute()


class NaiveSeen(Model):
    """The id of a message that was stored."""

    class Meta:
        table_name = NAIVE_TABLE
        region = REGION

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)


class NaiveProfile(Model):
    """Counters and the last time, which every event updates."""

    class Meta:
        table_name = NAIVE_TABLE
        region = REGION

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    kind = UnicodeAttribute()
    last_seen = UnicodeAttribute()
    events = NumberAttribute()
    by_last_seen = ByLastSeen()


def store_event(message: dict[str, Any]) -> None:
    """Save an event, and count it in the profile, unless its id was stored before."""
    try:
        NaiveSeen("SEEN#" + message["messageId"], "SEEN").save(condition=NaiveSeen.pk.does_not_exist())
    except PutError:
        return
    save_event(message)
    profile = NaiveProfile("PROFILE#" + message["anonymousId"], "PROFILE")
    profile.update(
        actions=[
            NaiveProfile.events.add(1),
            NaiveProfile.kind.set("anonymous"),
            NaiveProfile.last_seen.set(message["timestamp"]),
        ]
    )


def save_event(message: dict[str, Any]) -> None:
    """Save one event by PynamoDB."""
    naive_item(message).save()


def naive_item(message: dict[str, Any]) -> NaiveEvent:
    """Return the event as an item: attributes for queries as columns, and all of it as JSON."""
    return NaiveEvent(
        "EVENTS#" + message["anonymousId"],
        message["timestamp"] + "#" + message["messageId"],
        event_type=message["type"],
        event_name=message.get("event"),
        anonymous_id=message["anonymousId"],
        user_id=message.get("userId"),
        timestamp=message["timestamp"],
        payload=json.dumps(message),
    )


def reset_naive_clients() -> None:
    """Create new clients from now on."""
    for model in (NaiveEvent, NaiveSeen, NaiveProfile):
        model._connection = None
