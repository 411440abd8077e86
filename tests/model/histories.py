"""Hypothesis strategies for the activities of a few customers, with so few identities that they collide often."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import product
from random import Random
from typing import Any

from hypothesis import strategies as st

from crm.domain.activity import Activity
from crm.domain.effect_fields import Effects
from crm.domain.identity import Identity
from tests.model.bounds import rank
from tests.model.order_histories import order_history
from tests.model.scenes import DAY, MINUTE, START, profile_id

_DAYS = (0, 1, 2, 31, 45, 60, 75, 90, 105, 120, 150, 180)
_TIMES = [START + day * DAY + ms for day, ms in product(_DAYS, (0, 1, 5 * MINUTE))]
_SKEWS = (0, 0, 0, 1, -1, MINUTE, -3 * DAY)
_MESSAGE_IDS = ("a", "b", "c" * 50, "d")
"""One of them is longer than a stamp holds."""
_RECEIVED_LATER = (0, 0, 1, 5 * MINUTE, 40 * DAY)
_SOURCE_KINDS = ("web", "web", "mobile", "server")
_COPY_DELAYS = (0, 1, -1, 5000, 2 * DAY)

Kind = tuple[str, str | None, dict[str, Any], dict[str, Any]]
_KINDS: list[Kind] = [
    ("track", "Product Viewed", {"city": "nowhere"}, {}),
    ("track", "Order Completed", {"revenue": 10.1, "currency": "EUR"}, {}),
    ("track", "Order Completed", {"total": "0.2", "currency": "eur"}, {}),
    ("track", "Order Completed", {"revenue": "much", "value": 3, "currency": "\u20ac\u20ac\u20ac"}, {}),
    ("track", "Order Refunded", {}, {"environment": {"browser": "Safari", "os": "iOS"}}),
    ("track", "Order Completed", {"order_id": "1", "revenue": 10.1, "total": 12, "currency": "EUR"}, {}),
    ("track", "purchase", {"transaction_id": 1, "value": 8, "currency": "EUR"}, {}),
    ("track", "Order Completed", {"orderId": "2", "total": "5"}, {}),
    ("track", "Order Completed", {"order_id": "unknown", "revenue": 2, "currency": "EUR"}, {}),
    ("track", "Order Updated", {"order_id": "1", "total": 30}, {}),
    ("track", "Order Updated", {"order_id": "2", "revenue": 7, "currency": "USD"}, {}),
    ("track", "Order Refunded", {"order_id": "1", "total": 3.5, "currency": "EUR"}, {}),
    ("track", "Order Refunded", {"order_id": "2", "revenue": -4}, {}),
    ("track", "Order Refunded", {"order_id": "2"}, {}),
    ("track", "Order Refunded", {"order_id": "1", "value": 1, "currency": "USD"}, {}),
    ("track", "Order Cancelled", {"order_id": "2"}, {}),
    ("track", "Booking Confirmed", {"booking_id": "b", "total": 9}, {}),
    ("track", "Booking Cancelled", {"booking_id": "b"}, {}),
    ("page", "Home", {}, {"environment": {"browser": "Firefox"}}),
    ("screen", "Start", {}, {"consent": {"categoryPreferences": {"sms": True, "processing": True}}}),
    ("page", None, {}, {"consent": {"categoryPreferences": {"sms": False, "mail": True, "email": True}}}),
    ("identify", None, {"name": "Ana", "city": "Vigo"}, {}),
    ("identify", None, {"city": "Lugo", "age": 7}, {}),
    ("identify", None, {"city": None, "address": {"zip": "1"}}, {}),
    (
        "identify",
        None,
        {"birthday": "1990-05-12T00:00:00.000Z", "age": "8,5", "joined": "1778450400", "vip": "Yes"},
        {},
    ),
    (
        "identify",
        None,
        {"colours": "S;M", "phone": "+49 (0)30 1234567", "joined": "2026-06-09T01:30:00+05:45", "vip": 0},
        {},
    ),
    ("identify", None, {"first_name": "Ben", "city": "Ulm", "birthday": "1990-05-04"}, {}),
    ("identify", None, {"first_name": "Ana", "last_name": "\u00d3r", "gender": "female", "points": 3}, {}),
    ("group", "acme", {"plan": "pro"}, {}),
    ("group", "acme", {}, {}),
    ("alias", None, {}, {}),
    ("form", "newsletter", {}, {}),
]


_EDITS: list[tuple[str, Effects]] = [
    ("profile.edited", {"attributes": {"city": "Bilbao", "name": None}}),
    ("profile.edited", {"attributes": {"age": 8}, "fields": {"responsible": "iris"}}),
    ("profile.edited", {"classes": {"gold": True}, "fields": {"responsible": None}}),
    ("profile.edited", {"classes": {"gold": None, "silver": True}}),
    ("tag.added", {"tags": {"t1": True}}),
    ("tag.added", {"tags": {"t2": True}}),
    ("tag.removed", {"tags": {"t1": None}}),
    ("list.joined", {"fields": {"list:l1": True}}),
    ("list.left", {"fields": {"list:l1": None}}),
    ("consent.changed", {"consents": {"mail": {"state": "denied", "proof": "by phone"}}}),
    (
        "consent.changed",
        {"consents": {"sms": {"state": "granted", "expires_at": "2027-01-01T00:00:00.000Z"}}},
    ),
    (
        "profile.imported",
        {"consents": {"mail": {"state": "denied", "since": "2020-01-01T00:00:00.000Z", "proof": "UNSUB"}}},
    ),
    ("profile.deleted", {"fields": {"deleted": True}}),
    ("profile.restored", {"fields": {"deleted": None}}),
]

Carried = tuple[Identity, ...]
_STRENGTH = ("user_id", "email", "phone", "anonymous_id")


def _people(users: int, mails: int, phones: int, browsers: int) -> list[Carried]:
    """Build the combinations of identities in a message, strongest first, at most one of each type."""
    sizes = {"user_id": users, "email": mails, "phone": phones, "anonymous_id": browsers}
    alphabets = [[None, *(Identity(kind, f"{kind[0]}{n}") for n in range(sizes[kind]))] for kind in sizes]
    carried = [tuple(i for i in choice if i) for choice in product(*alphabets)]
    return [choice for choice in carried if choice]


FEW_PEOPLE = _people(3, 3, 2, 4)
CROWDED_PEOPLE = [c for c in _people(2, 8, 7, 1) if c[0].value == "u0" or (c[0].value, len(c)) == ("u1", 2)]
CROWD = [c for c in _people(6, 2, 0, 2) if len(c) > 1 or c[0].type != "user_id"]
"""Many people who sign in on few devices and with few addresses."""

ONE_PERSON = [*_people(1, 0, 0, 0), *_people(1, 0, 0, 1)]


def _activity(people: list[Carried], number: int) -> Activity:
    """Build the activity that a number encodes: to draw one number is cheap."""
    number, who = divmod(number, len(people))
    number, what = divmod(number, len(_KINDS))
    number, when = divmod(number, len(_TIMES))
    number, skew = divmod(number, len(_SKEWS))
    number, later = divmod(number, len(_RECEIVED_LATER))
    number, kind = divmod(number, len(_SOURCE_KINDS))
    type_, name, properties, context = _KINDS[what]
    return Activity(
        message_id=_MESSAGE_IDS[number],
        type=type_,
        name=name,
        original_at=_TIMES[when],
        occurred_at=_TIMES[when] + _SKEWS[skew],
        received_at=_TIMES[when] + _SKEWS[skew] + _RECEIVED_LATER[later],
        source_id=f"source {number}",
        source_kind=_SOURCE_KINDS[kind],
        identities=people[who],
        properties=properties,
        context=context,
    )


def _place(identity: Identity) -> tuple[int, str]:
    """Return the place of a profile in the order in which profiles may claim each other manually."""
    return (_STRENGTH.index(identity.type), profile_id(identity))


def _edit(people: list[Carried], number: int) -> Activity:
    """Build an activity of staff on a profile: an edit, a link or an unlink."""
    number, who = divmod(number, len(people))
    number, other = divmod(number, len(people))
    number, when = divmod(number, len(_TIMES))
    number, what = divmod(number, len(_EDITS) + 3)
    own, named = sorted((people[who][0], people[other][0]), key=_place)
    if what < len(_EDITS) or own == named:
        type_, effects = _EDITS[what % len(_EDITS)]
    else:
        linked = what > len(_EDITS)
        type_ = "profile.merged" if linked else "profile.unmerged"
        effects = {
            "links": [[*named, linked]],
            "fields": {f"canonical:{profile_id((own, named)[what % 2])}": True},
        }
    return Activity(
        message_id=_MESSAGE_IDS[number],
        type=type_,
        original_at=_TIMES[when],
        occurred_at=_TIMES[when],
        received_at=_TIMES[when],
        source_id="key:1",
        source_kind="server",
        identities=(own,),
        properties={},
        context={},
        effects=effects,
    )


def _key(activity: Activity) -> tuple[str, int, str, int]:
    return (profile_id(activity.identities[0]), activity.original_at, activity.message_id, rank(activity))


def _with_impostors(activities: list[Activity], sent: list[tuple[int, int, int]]) -> list[Activity]:
    """Add messages with the same ids and times from senders of other ranks."""
    made = {_key(activity): activity for activity in activities}
    for which, what, kind in sent:
        type_, name, properties, context = _KINDS[what % len(_KINDS)]
        impostor = replace(
            activities[which % len(activities)],
            type=type_,
            name=name,
            properties=properties,
            context=context,
            effects=None,
            source_id="impostor",
            source_kind=_SOURCE_KINDS[kind],
        )
        made.setdefault(_key(impostor), impostor)
    return list(made.values())


def _with_copies(activities: list[Activity], copies: list[tuple[int, int, int]]) -> list[Activity]:
    """Add the same messages again at other places, as retries do, with another time of receipt."""
    history = list(activities)
    for which, where, delay in copies:
        original = activities[which % len(activities)]
        copy = replace(
            original,
            occurred_at=original.occurred_at + delay,
            received_at=original.received_at + delay,
        )
        history.insert(where % (len(history) + 1), copy)
    return history


def histories(people: list[Carried], shortest: int, longest: int) -> st.SearchStrategy[list[Activity]]:
    """Build activities in their order of arrival. Copies of one key differ only in their time of receipt."""
    numbers = len(people) * len(_KINDS) * len(_TIMES) * len(_SKEWS) * len(_MESSAGE_IDS)
    numbers *= len(_RECEIVED_LATER) * len(_SOURCE_KINDS)
    edits = len(people) ** 2 * len(_TIMES) * (len(_EDITS) + 3) * len(_MESSAGE_IDS)
    event = st.integers(0, numbers - 1).map(partial(_activity, people))
    edit = st.integers(0, edits - 1).map(partial(_edit, people))
    one = st.one_of(event, event, edit)
    copy = st.tuples(st.integers(0, longest), st.integers(0, 2 * longest), st.sampled_from(_COPY_DELAYS))
    impostor = st.tuples(
        st.integers(0, longest), st.integers(0, len(_KINDS) - 1), st.integers(0, len(_SOURCE_KINDS) - 1)
    )
    given = st.builds(
        _with_impostors,
        st.lists(one, min_size=shortest, max_size=longest, unique_by=_key),
        st.lists(impostor, max_size=2),
    )
    return st.builds(_with_copies, given, st.lists(copy, max_size=4))


def crowd_histories(shortest: int, longest: int) -> st.SearchStrategy[list[Activity]]:
    """Build activities of many people with few devices and addresses."""
    return histories(CROWD, shortest, longest)


ORDER_HISTORIES = st.integers(0, 1 << 32).map(lambda seed: order_history(Random(seed)))
HISTORIES = st.one_of(
    histories(FEW_PEOPLE, 1, 8),
    histories(FEW_PEOPLE, 8, 14),
    histories(CROWDED_PEOPLE, 10, 16),
    histories(ONE_PERSON, 12, 18),
)
"""Few events, many events, more emails and phones than allowed, more blocks of days than are inline."""
