"""A dry run: apply activities to people in memory, by the projection itself.

Rows about the same people must build on the rows before them. All of them are decided here and stored before the
first is appended, so that a repetition after a crash decides nothing anew.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from heapq import merge

from crm.domain import attribute as rules
from crm.domain.activity import Activity
from crm.domain.daily.daily_counts import DailyCounts
from crm.domain.errors import VersionConflictError
from crm.domain.ledger.book import Ledger
from crm.domain.profile import ProfileState
from crm.domain.segments.ruleset import EMPTY
from crm.domain.times import MINUTE_MS
from crm.domain.trust import Rank
from crm.services.definitions import attributes
from crm.services.imports.people_cache import PeopleCache
from crm.services.projection.deployment import id_of
from crm.services.projection.projector import Projector
from crm.services.ruleset.fold_rules import deployed_rules
from crm.settings import settings

_NOTHING_DEFINED = replace(EMPTY, version=1 << 60)
"""Segments and values have no effect here; no profile counts as counted by later definitions."""

_Key = tuple[int, str, Rank]
_Log = dict[_Key, Activity]


class DryRun(PeopleCache):
    """The table as it was read, overlaid with the changes of this dry run. Nothing is written.

    Profiles come without their counts, on which no row depends, so that no pages are read, stored or deleted.
    """

    def __init__(self) -> None:
        super().__init__()
        self._logs: dict[str, _Log] = {}
        self._applied: Activity | None = None
        declared = {one.name: rules.declared(one) for one in attributes.definitions().values()}
        rule_set = replace(_NOTHING_DEFINED, rules=deployed_rules(declared))
        self._projector = Projector(
            self,
            id_of,
            joins_closed=settings().public_joins_closed,
            rule_set=lambda _version: rule_set,
        )

    def apply(self, activity: Activity) -> None:
        """Apply an activity with all its consequences."""
        self.append([activity])
        self._applied = activity
        self._projector.project(id_of(activity.identities[0]), {activity.original_at // MINUTE_MS})

    def load(self, profile_ids: Collection[str]) -> dict[str, ProfileState]:
        return {id_: _without_counts(profile) for id_, profile in super().load(profile_ids).items()}

    def activities(self, profile_id: str, start: int, end: int) -> Iterable[Activity]:
        if start:
            return self._new(profile_id, start, end)
        log = self._logs.get(profile_id, {})
        here = sorted(key for key in log if start <= key[0] < end)
        there = (a for a in super().activities(profile_id, start, end) if _key(a) not in log)
        return merge(there, (log[key] for key in here), key=_key)

    def _new(self, profile_id: str, start: int, end: int) -> Iterable[Activity]:
        """Return the activities that a profile does not know yet.

        Folding earlier ones again adds nothing and, without counts, removes nothing. Thousands of rows about one
        customer therefore take no longer, row by row, than a few.
        """
        applied = self._applied
        if applied is None or id_of(applied.identities[0]) != profile_id:
            return ()
        return [applied] if start <= applied.original_at < end else ()

    def save(self, profiles: Sequence[ProfileState]) -> None:
        for profile in profiles:
            known = self._known.get(profile.id)
            if (known.version if known else 0) != profile.version:
                raise VersionConflictError("the profile was changed in the meantime")
        for profile in profiles:
            profile.stored()
            self._known[profile.id] = _without_counts(profile)

    def put_pages(self, profile: ProfileState) -> Sequence[str]:
        return ()

    def page_keys(self, profile_id: str) -> Sequence[str]:
        return ()

    def delete_pages(self, profile_id: str, keys: Sequence[str]) -> None:
        """Do nothing: only the stored profile has pages."""

    def append(self, activities: Sequence[Activity]) -> None:
        for activity in activities:
            self._logs.setdefault(id_of(activity.identities[0]), {})[_key(activity)] = activity

    def discard(self, profile_id: str, activities: Sequence[Activity]) -> None:
        for activity in activities:
            self._logs.get(profile_id, {}).pop(_key(activity), None)

    def keep_work(self, profile_id: str, activities: Sequence[Activity]) -> None:
        """Do nothing: notes and tasks do not affect identities."""


def _without_counts(profile: ProfileState) -> ProfileState:
    copy = profile.copy()
    copy.daily, copy.ledger = DailyCounts(), Ledger()
    return copy


def _key(activity: Activity) -> _Key:
    return activity.original_at, activity.message_id, activity.rank
