"""Write recomputed entries and exits of audiences as the product writes them."""

from collections import defaultdict
from collections.abc import Sequence

from crm.domain.activity import Activity
from crm.domain.identity import Identity
from crm.domain.memberships import SEGMENT_GROUP, GroupKey, segments_of
from crm.domain.profile import ProfileState
from crm.domain.segments.membership_activity import membership_activity
from crm.services.projection.deployment import id_of
from crm.storage import groups
from crm.storage.profiles import ProfileTable
from tests.bench.duckdb_peer import Moved
from tests.support.cards import card_with

APPENDED_AT_ONCE = 500
"""The number of activities of one append, which has only a few seconds."""


def write_moved(moved: Sequence[Moved], now: int) -> None:
    """Write memberships, and append one activity for each change to the logs, in full calls."""
    writes: dict[Identity, dict[GroupKey, str | None]] = defaultdict(dict)
    for audience, customer, entered in moved:
        text = "recognised" if entered else None
        writes[Identity("user_id", customer)][SEGMENT_GROUP, f"seg_{audience:012x}.1"] = text
    groups.write_memberships([(id_of(identity), some) for identity, some in writes.items()])
    activities = [_activity(identity, some, now) for identity, some in writes.items()]
    for start in range(0, len(activities), APPENDED_AT_ONCE):
        ProfileTable().append(activities[start : start + APPENDED_AT_ONCE])


def _activity(identity: Identity, writes: dict[GroupKey, str | None], now: int) -> Activity:
    left = segments_of(card_with(segments=[group for (_, group), to in writes.items() if not to]))
    card = card_with(segments=[group for (_, group), text in writes.items() if text])
    shown = membership_activity(left, ProfileState(id_of(identity), identity, 1, card=card), now)
    if shown is None:
        raise AssertionError(f"no customer has changed: {writes}")
    return shown
