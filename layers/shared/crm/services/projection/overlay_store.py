"""A store in memory over the table: the projection works on it as it does on the table, and nothing is written."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from heapq import merge

from crm.domain.activity import Activity
from crm.domain.daily.block import Block
from crm.domain.daily.daily_counts import DailyCounts
from crm.domain.errors import VersionConflictError
from crm.domain.ledger.book import Ledger
from crm.domain.profile import ProfileState
from crm.domain.profile_versions import copy_of, mark_stored
from crm.domain.trust import Rank
from crm.services.projection.person_tree import IdOf, Profiles, ProfileStore

_Key = tuple[int, str, Rank]


class OverlayStore:
    """A `ProfileStore` that keeps what is saved and appended, and reads everything else from below.

    `profiles`: where profiles are read; `below`: the store whose logs are read. Profiles come without their counts, so
    that no pages are read, stored or deleted.
    """

    def __init__(self, profiles: Profiles, below: ProfileStore, id_of: IdOf) -> None:
        self._profiles = profiles
        self._below = below
        self._id_of = id_of
        self._saved: dict[str, ProfileState] = {}
        self._logs: dict[str, dict[_Key, Activity]] = {}
        self._latest: Activity | None = None

    def append_latest(self, activity: Activity) -> None:
        """Append the activity that is projected next."""
        self.append([activity])
        self._latest = activity

    def load(self, profile_ids: Collection[str]) -> dict[str, ProfileState]:
        found = self._profiles.load([id_ for id_ in profile_ids if id_ not in self._saved])
        found |= {id_: self._saved[id_] for id_ in profile_ids if id_ in self._saved}
        return {id_: _without_counts(found[id_]) for id_ in profile_ids if id_ in found}

    def activities(self, profile_id: str, start: int, end: int) -> Iterable[Activity]:
        if start:
            return self._new(profile_id, start, end)
        log = self._logs.get(profile_id, {})
        here = sorted(key for key in log if start <= key[0] < end)
        there = (a for a in self._below.activities(profile_id, start, end) if _key(a) not in log)
        return merge(there, (log[key] for key in here), key=_key)

    def _new(self, profile_id: str, start: int, end: int) -> Iterable[Activity]:
        """Return the activities that a profile does not know yet.

        Folding earlier ones again adds nothing and, without counts, removes nothing. Thousands of activities of one
        customer therefore take no longer, one by one, than a few.
        """
        latest = self._latest
        if latest is None or self._id_of(latest.identities[0]) != profile_id:
            return ()
        return [latest] if start <= latest.original_at < end else ()

    def save(self, profiles: Sequence[ProfileState]) -> None:
        for profile in profiles:
            known = self._saved.get(profile.id) or self._profiles.load([profile.id]).get(profile.id)
            if (known.version if known else 0) != profile.version:
                raise VersionConflictError("the profile was changed in the meantime")
        for profile in profiles:
            mark_stored(profile)
            self._saved[profile.id] = _without_counts(profile)

    def append(self, activities: Sequence[Activity]) -> None:
        for activity in activities:
            self._logs.setdefault(self._id_of(activity.identities[0]), {})[_key(activity)] = activity

    def discard(self, profile_id: str, activities: Sequence[Activity]) -> None:
        for activity in activities:
            self._logs.get(profile_id, {}).pop(_key(activity), None)

    def copies(self, profile_id: str) -> Iterable[str]:
        return self._below.copies(profile_id)

    def pages(self, profile: ProfileState, first: int, last: int) -> Mapping[int, Block]:
        return {}

    def put_pages(self, profile: ProfileState) -> Sequence[str]:
        return ()

    def page_keys(self, profile_id: str) -> Sequence[str]:
        return ()

    def delete_pages(self, profile_id: str, keys: Sequence[str]) -> None:
        """Do nothing: only the stored profile has pages."""

    def keep_work(self, profile_id: str, activities: Sequence[Activity]) -> None:
        """Do nothing: notes and tasks do not affect profiles."""


def _without_counts(profile: ProfileState) -> ProfileState:
    copy = copy_of(profile)
    copy.daily, copy.ledger = DailyCounts(), Ledger()
    return copy


def _key(activity: Activity) -> _Key:
    return activity.original_at, activity.message_id, activity.rank
