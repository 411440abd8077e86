"""Keys of activities: `A#<client's time>#<message id>`, and behind it the rank of who sent it.

A message is the same only among senders of one rank: nothing that a lower rank sends can replace what a higher one has
stored, nor decide its time, whatever ids and times it bears (docs/decisions/026).
"""

from functools import lru_cache

from crm.domain.activity import Activity
from crm.domain.times import iso, parse_time
from crm.domain.trust import Rank
from crm.storage.keys import ACTIVITY_PREFIX

RANK_SUFFIXES = {Rank.PUBLIC: "#p", Rank.TRUSTED: "", Rank.BY_HAND: "#h"}
"""No message id has a `#`, so that a key of one rank never is one of another."""

_LAST_TIME = "~"  # sorts behind every digit


def activity_key(activity: Activity) -> str:
    """The sort key under which an activity is, or will be, stored."""
    suffix = "" if activity.legacy_key else RANK_SUFFIXES[activity.rank]
    return f"{ACTIVITY_PREFIX}{iso(activity.original_at)}#{activity.message_id}{suffix}"


def is_activity_key(sort_key: str) -> bool:
    """Whether the item of this sort key is an activity."""
    return sort_key.startswith(ACTIVITY_PREFIX)


@lru_cache(maxsize=2048)  # a day of a log is read again with each of its events
def time_in(sort_key: str) -> int | None:
    """The client's time in the key of an activity, epoch ms; None where it holds no instant."""
    return parse_time(sort_key.removeprefix(ACTIVITY_PREFIX).partition("#")[0])


def message_id_in(sort_key: str, rank: Rank) -> tuple[str, bool]:
    """The message id in the key of an activity of this rank, and whether the key does not tell the rank."""
    message_id = sort_key.removeprefix(ACTIVITY_PREFIX).partition("#")[2]
    suffix = RANK_SUFFIXES[rank]
    return message_id.removesuffix(suffix), not message_id.endswith(suffix)


def first_key_at(milliseconds: int) -> str:
    """The smallest sort key of this instant. Instants outside of what ISO 8601 writes are before or behind all."""
    if milliseconds < 0:
        return ACTIVITY_PREFIX
    try:
        return ACTIVITY_PREFIX + iso(milliseconds)
    except (ValueError, OverflowError, OSError):
        return ACTIVITY_PREFIX + _LAST_TIME
