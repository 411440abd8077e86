"""Counting: the metrics that all definitions together require, applied to one activity after another."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from crm.domain.activity import Activity, is_system
from crm.domain.business_keys import ONCE, role_of
from crm.domain.consent_fields import ProfileConsent
from crm.domain.local_days import LocalDays
from crm.domain.metrics.metric import Metric
from crm.domain.metrics.selector import (
    ANY_KIND,
    CONSENT_KIND,
    TRACK,
    Matches,
    PropertyTest,
    Selector,
    contribution_matcher_of,
    matcher_of,
)
from crm.domain.metrics.tables import NO_DAYS, StoredValue, Tables, add_value

ReadConsents = Callable[[Activity], Mapping[str, ProfileConsent]]
"""Reads the consents that an activity sets, by key."""


class Counting:
    """The compiled metrics.

    An activity is tested only against metrics that can select it, by its type and name or by the consents that it
    sets.
    """

    def __init__(
        self, metrics: Iterable[Metric], days: LocalDays, consents_in: ReadConsents = lambda _activity: {}
    ) -> None:
        self.metrics = {metric.id: metric for metric in metrics}
        self.horizons = {id_: metric.horizon for id_, metric in self.metrics.items()}
        self.days = days
        by_selector: dict[str, list[Metric]] = {}
        for metric in self.metrics.values():
            # Grouped by representation, not by equality: True equals 1, and lists have no hash.
            by_selector.setdefault(repr(metric.selector), []).append(metric)
        self._consents_in = consents_in
        self._by_place: dict[tuple[str, str | None], list[tuple[Matches, list[Metric]]]] = {}
        self._by_consent: dict[str | None, list[tuple[PropertyTest, list[Metric]]]] = {}
        for counted in by_selector.values():
            selector = counted[0].selector
            if selector.kind == CONSENT_KIND:
                of_consent = self._by_consent.setdefault(selector.event, [])
                of_consent.append((contribution_matcher_of(selector), counted))
            else:
                matches = matcher_of(selector)
                for name in selector.names:
                    self._by_place.setdefault((selector.kind, name), []).append((matches, counted))

    def count(self, tables: Tables, activity: Activity, *, by_name: bool = True) -> None:
        """Add an activity to the tables. `by_name`: also to the metrics of its type and name."""
        if not self.metrics or is_system(activity):
            return
        if self._by_consent:
            self._count_consents(tables, activity)
        type_, name = activity.type, activity.name
        places = {(type_, name), (type_, None), (ANY_KIND, name), (ANY_KIND, None)}
        for place in places if by_name else places - {(type_, name)}:
            for matches, counted in self._by_place.get(place, ()):
                if matches(activity):
                    self._keep(tables, counted, activity)

    def _count_consents(self, tables: Tables, activity: Activity) -> None:
        for key, consent in self._consents_in(activity).items():
            for matches, counted in self._by_consent.get(key, ()):
                if matches(consent):
                    self._keep(tables, counted, activity)

    def once(self, activity: Activity) -> tuple[str | None, int, dict[str, StoredValue]]:
        """Return the name (None without a metric on it), the calendar day and the kept values of an event that counts
        once.
        """
        place = (activity.type, activity.name)
        if place not in self._by_place or role_of(activity.name) not in ONCE:
            return None, 0, {}
        kept = {
            metric.id: one
            for matches, counted in self._by_place[place]
            if matches(activity)
            for metric, one in _kept_by(counted, activity)
        }
        return activity.name, self.days.day_of(activity.occurred_at), kept

    def _keep(self, tables: Tables, metrics: Sequence[Metric], activity: Activity) -> None:
        today = self.days.day_of(activity.occurred_at)
        for metric, kept in _kept_by(metrics, activity):
            add_value(tables, metric.id, 0 if metric.horizon == NO_DAYS else today, kept)


def _kept_by(metrics: Sequence[Metric], activity: Activity) -> Iterator[tuple[Metric, StoredValue]]:
    """Yield what metrics of one selector keep of an activity, of those that keep anything."""
    found: dict[tuple[str, str | None, int], StoredValue | None] = {}
    for metric in metrics:
        # Metrics that differ only in how long they keep days keep the same value of an activity.
        what = (metric.kind, metric.property, metric.most)
        if what not in found:
            found[what] = metric.kept_of(activity)
        if (kept := found[what]) is not None:
            yield metric, kept


def counts_once(selector: Selector) -> bool:
    """Return whether a selector names events that count once per key."""
    return selector.kind == TRACK and _is_any_once(selector.names)


@lru_cache(maxsize=256)
def _is_any_once(names: tuple[str | None, ...]) -> bool:
    return any(role_of(name) in ONCE for name in names)
