"""Repair the index of groups: make it agree with a profile's card.

Memberships have one writer, the consumer of the stream. So the profile is saved again together with what the index
really holds, and the record of that save, which follows all others, corrects the index.
"""

from crm.domain.errors import VersionConflictError
from crm.domain.memberships import memberships_of
from crm.services.projection.person_tree import ProfileStore
from crm.storage.groups import listed_of

ATTEMPTS = 10


def repair_memberships(store: ProfileStore, profile_id: str) -> bool:
    """Repair if needed; return whether it was. Raises VersionConflictError when other writers win every attempt."""
    for attempt in range(ATTEMPTS):
        listed = listed_of(profile_id)
        profile = store.load([profile_id]).get(profile_id)
        if profile is None or listed == memberships_of(profile.card):
            return False
        profile.held = listed
        try:
            store.save([profile])
        except VersionConflictError:
            if attempt == ATTEMPTS - 1:
                raise
        else:
            return True
    return False
