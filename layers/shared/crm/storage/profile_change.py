"""Read a profile's stream record: the versions before and after, and the changes that the index needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crm.domain.memberships import MembershipWrites, membership_writes, memberships_of
from crm.domain.profile import ProfileState
from crm.storage.keys import PROFILE_SK
from crm.storage.profile_item import (
    indexed_memberships,
    is_former,
    recorded_memberships,
    to_state,
    with_same_fold,
)
from crm.storage.stream import StreamRecord


@dataclass(frozen=True, slots=True)
class ProfileChange:
    """A change of a profile. `memberships`: the writes that bring the index to the new version, once all earlier
    records are consumed. `at`: when it was stored, epoch ms. `is_derived`: whether memberships and activities follow
    from the record; an earlier version of the software wrote them together with the profile. `reports_lag`: whether the
    writer has read the index.
    """

    before: ProfileState | None
    after: ProfileState
    memberships: MembershipWrites
    at: int
    is_derived: bool
    reports_lag: bool


def profile_change(record: StreamRecord) -> ProfileChange | None:
    """Read the change of a profile from a record; None for the records of other items and for removals."""
    change = record["dynamodb"]
    if change["Keys"]["sk"]["S"] != PROFILE_SK or "NewImage" not in change:
        return None
    old, new = change.get("OldImage"), change["NewImage"]
    after = to_state(new, counted=False)
    before = _before(old, new, after) if old else None
    derived = not is_former(new)
    at = int(new["at"]["N"]) if "at" in new else round(change["ApproximateCreationDateTime"] * 1000)
    lag = recorded_memberships(new) if "lag" in new else None
    indexed = indexed_memberships(old, before.card) if old and before else {}
    writes = membership_writes(indexed, memberships_of(after.card), lag) if derived else {}
    return ProfileChange(before, after, writes, at, derived, lag is not None)


def _before(old: Mapping[str, Any], new: Mapping[str, Any], after: ProfileState) -> ProfileState:
    """Read the state before. If the fold is unchanged, as when only time has passed, it is decoded once."""
    return with_same_fold(after, old) if old["doc"] == new["doc"] else to_state(old, counted=False)
