"""Build and parse the sort keys of activities: `A#<client's time>#<message id>`, followed by the rank of the sender.

A message is identified only among senders of one rank: nothing that a lower rank sends can replace what a higher one
has stored, nor decide its time, whatever ids and times it carries (docs/decisions/026).
"""

from functools import lru_cache

from crm.domain.activity import Activity
from crm.domain.times import iso, parse_time
from crm.domain.trust import Rank
from crm.storage.keys import ACTIVITY_PREFIX

RANK_SUFFIXES = {Rank.PUBLIC: "#p", Rank.TRUSTED: "", Rank.BY_HAND: "#h"}
"""No message id contains `#`, so that a key of one rank is never one of another."""

_LAST_TIME = "~"  # sorts after every digit


def activity_key(activity: Activity) -> str:
    """Return the sort key under which an activity is stored."""
    suffix = "" if activity.legacy_key else RANK_SUFFIXES[activity.rank]
    return f"{ACTIVITY_PREFIX}{iso(activity.original_at)}#{activity.message_id}{suffix}"


def is_activity_key(sort_key: str) -> bool:
    """Decide whether the item with this sort key is an activity."""
    return sort_key.startswith(ACTIVITY_PREFIX)


@lru_cache(maxsize=2048)  # cached, because a day of a log is read again with each of its events
def time_in(sort_key: str) -> int | None:
    """Return the client's time in the key of an activity, epoch ms; None if it contains no instant."""
    return parse_time(sort_key.removeprefix(ACTIVITY_PREFIX).partition("#")[0])


def message_id_in(sort_key: str, rank: Rank) -> tuple[str, bool]:
    """Return the message id in the key of an activity of this rank, and whether the key leaves the rank open."""
    message_id = sort_key.removeprefix(ACTIVITY_PREFIX).partition("#")[2]
    suffix = RANK_SUFFIXES[rank]
    return message_id.removesuffix(suffix), not message_id.endswith(suffix)


def first_key_at(milliseconds: int) -> str:
    """Return the smallest sort key of this instant. Instants outside the range of ISO 8601 sort before or after all
    others.
    """
    if milliseconds < 0:
        return ACTIVITY_PREFIX
    try:
        return ACTIVITY_PREFIX + iso(milliseconds)
    except (ValueError, OverflowError, OSError):
        return ACTIVITY_PREFIX + _LAST_TIME
