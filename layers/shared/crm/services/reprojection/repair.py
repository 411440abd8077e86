"""Repair the index of groups: make it agree with a profile's card.

Memberships have one writer, the consumer of the stream. So the profile is saved again together with what the index
really holds, and the record of that save, which follows all others, corrects the index.
"""

from crm.domain.memberships import memberships_of
from crm.services.projection.person_tree import ProfileStore
from crm.storage.groups import listed_of
from crm.storage.retry_on_conflict import retry_on_conflict


def repair_memberships(store: ProfileStore, profile_id: str) -> bool:
    """Repair if needed; return whether it was. Raises VersionConflictError when other writers win every attempt."""
    return retry_on_conflict(lambda: _repair(store, profile_id))


def _repair(store: ProfileStore, profile_id: str) -> bool:
    listed = listed_of(profile_id)
    profile = store.load([profile_id]).get(profile_id)
    if profile is None or listed == memberships_of(profile.card):
        return False
    profile.held = listed
    store.save([profile])
    return True
