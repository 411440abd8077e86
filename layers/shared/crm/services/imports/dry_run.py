"""A dry run: apply activities to people in memory, by the projection itself.

Rows about the same people must build on the rows before them. All of them are decided here and stored before the
first is appended, so that a repetition after a crash decides nothing again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from crm.domain import attribute as rules
from crm.domain.activity import Activity
from crm.domain.identity import Identity
from crm.domain.segments.ruleset import EMPTY_RULE_SET, RuleSet
from crm.domain.times import MINUTE_MS
from crm.services.definitions import attributes
from crm.services.imports.people_cache import People, PeopleCache, RowMatch
from crm.services.projection.deployment import id_of
from crm.services.projection.overlay_store import OverlayStore
from crm.services.projection.projector import Projector
from crm.services.ruleset.fold_rules import deployed_rules
from crm.settings import settings
from crm.storage.profiles import ProfileTable

_NOTHING_DEFINED = replace(EMPTY_RULE_SET, version=1 << 60)
"""Segments and values have no effect here; no profile counts as counted by later definitions."""


class DryRun:
    """The people of rows as the table has them, with the changes of this dry run. Nothing is written."""

    def __init__(self) -> None:
        self._cache = PeopleCache()
        self._store = OverlayStore(self._cache, ProfileTable(), id_of)
        self._people = People(self._store)
        rule_set = _rules_of_attributes()
        self._projector = Projector(
            self._store,
            id_of,
            joins_closed=settings().public_joins_closed,
            rule_set=lambda _version: rule_set,
        )

    def gather(self, identities: Iterable[Identity]) -> None:
        """Read all profiles of the people who have these identities, in a few rounds, however many they are."""
        self._cache.gather(identities)

    def match(self, identities: Sequence[Identity]) -> RowMatch:
        """Return the people that a row of these identities, strongest first, matches after the rows before it."""
        return self._people.match(identities)

    def apply(self, activity: Activity) -> None:
        """Apply an activity with all its consequences."""
        self._store.append_latest(activity)
        self._projector.project(id_of(activity.identities[0]), {activity.original_at // MINUTE_MS})


def _rules_of_attributes() -> RuleSet:
    declared = {one.name: rules.declared(one) for one in attributes.definitions().values()}
    return replace(_NOTHING_DEFINED, rules=deployed_rules(declared))
