"""A message of the tracking API: validated, and converted to an activity (facts: Segment's HTTP tracking API)."""

from collections.abc import Callable
from typing import Any, NamedTuple

from crm.domain.activity import Activity
from crm.domain.errors import InvalidInputError
from crm.domain.identity import normalise_group
from crm.domain.tracking.client_time import client_time
from crm.domain.tracking.message_id import derived_message_id, stated_message_id
from crm.domain.tracking.message_identities import message_identities
from crm.domain.tracking.message_time import MessageTime, archived_time, message_time
from crm.domain.tracking.reception import MessageRules, Reception
from crm.domain.tracking.traits import standard_traits
from crm.domain.tracking.trimming import trim_context, trim_properties

_TYPES = frozenset({"identify", "track", "page", "screen", "group", "alias"})


class MessageReading(NamedTuple):
    """An activity made from a message.

    `dated`: its key time is final. If not, the message has an id but no time, and its key time is that of its first
    delivery, which only the log knows.
    """

    activity: Activity
    dated: bool


def read_message(
    message: Any,
    message_type: Any,
    *,
    reception: Reception,
    rules: MessageRules,
    new_id: Callable[[], str],
    sent_at: int | None = None,
    followed_by: int = 0,
) -> MessageReading:
    """Validate a message and convert it to an activity.

    `sent_at` (epoch ms) is the batch's, if the message has none; `followed_by` the number of later messages in the
    batch. Raises InvalidInputError with a code and a text that says what would be right.
    """
    _check(message, message_type)
    context = part_of(message, "context")
    identities = message_identities(message, message_type, context, rules)
    name = _name_of(message, message_type)
    time = _time_of(message, reception, sent_at, followed_by)
    message_id = stated_message_id(message)
    properties = _properties_of(message, message_type, context)
    activity = Activity(
        message_id=message_id or derived_message_id(message, message_type, dated=time.own, new_id=new_id),
        type=message_type,
        name=name,
        original_at=time.original_at,
        occurred_at=time.occurred_at,
        received_at=reception.received_at,
        source_id=reception.source_id,
        source_kind=reception.source_kind,
        identities=identities,
        properties=properties,
        context=trim_context(
            context, properties, identities, message_type=message_type, reception=reception, rules=rules
        ),
    )
    return MessageReading(activity, dated=time.own or message_id is None)


def _check(message: Any, message_type: Any) -> None:
    if not isinstance(message, dict):
        raise InvalidInputError("A message must be a JSON object.", code="invalid_message")
    if not isinstance(message_type, str) or message_type not in _TYPES:
        text = "`type` must be one of identify, track, page, screen, group, alias."
        raise InvalidInputError(text, code="invalid_type")


def _time_of(
    message: dict[str, Any], reception: Reception, sent_at: int | None, followed_by: int
) -> MessageTime:
    if reception.archived:
        time = archived_time(message, reception.received_at)
    else:
        own_sent_at = message.get("sentAt")
        sent_at = client_time(own_sent_at) if own_sent_at else sent_at
        time = message_time(message, sent_at, reception.received_at)
    return time if time.own else time.earlier_by(followed_by)


def part_of(message: dict[str, Any], name: str) -> dict[str, Any]:
    """Return an object of the message; empty if it is missing, null, or the empty list that PHP writes for an empty
    array.
    """
    part = message.get(name)
    if part is None or part == []:
        return {}
    if not isinstance(part, dict):
        raise InvalidInputError(f"`{name}` must be an object.", code=f"invalid_{name}")
    return part


def _name_of(message: dict[str, Any], message_type: str) -> str | None:
    if message_type == "track":
        return _event_of(message)
    if message_type == "group":
        return _group_of(message)
    if message_type in ("page", "screen"):
        # Jitsu's SDK puts the name into the properties only, Segment's also there.
        names = (message.get("name"), part_of(message, "properties").get("name"))
        return next((name for name in names if isinstance(name, str) and name), None)
    return None


def _event_of(message: dict[str, Any]) -> str:
    event = message.get("event")
    if not isinstance(event, str) or not event.strip():
        text = "A track message requires an `event`: the name of the event, like Order Completed."
        raise InvalidInputError(text, code="missing_event")
    return event.strip()


def _group_of(message: dict[str, Any]) -> str:
    group = normalise_group(message.get("groupId"))
    if group is None:
        text = "A group message requires a `groupId`: the id of the company, team or account."
        raise InvalidInputError(text, code="missing_group_id")
    return group


def _properties_of(message: dict[str, Any], message_type: str, context: dict[str, Any]) -> dict[str, Any]:
    if message_type == "alias":
        return {}
    if message_type == "identify":
        return _traits_of(message, context)
    if message_type == "group":
        return standard_traits(part_of(message, "traits"))
    properties = part_of(message, "properties")
    category = message.get("category")
    if isinstance(category, str) and category and message_type != "track":
        properties = {"category": category} | properties
    return trim_properties(properties, message_type)


def _traits_of(message: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """Return the person's traits under their standard names: `traits`, completed by `context.traits`."""
    own, from_context = part_of(message, "traits"), context.get("traits")
    if own and not isinstance(from_context, dict):
        return standard_traits(own)
    return standard_traits(part_of(context, "traits")) | standard_traits(own)
