"""Counting: the metrics that all definitions together ask for, applied to one activity after another."""

from collections.abc import Iterable, Sequence

from crm.domain.activity import Activity, is_system
from crm.domain.local_days import LocalDays
from crm.domain.metrics.metric import Metric
from crm.domain.metrics.selector import ANY, Matches, matcher_of
from crm.domain.metrics.tables import NO_DAYS, Kept, Tables, keep


class Counting:
    """Compiled once. Only metrics that can mean an activity, by its type and name, are asked about it."""

    def __init__(self, metrics: Iterable[Metric], days: LocalDays) -> None:
        self.metrics = {metric.id: metric for metric in metrics}
        self.horizons = {id_: metric.horizon for id_, metric in self.metrics.items()}
        self.days = days
        by_selector: dict[str, list[Metric]] = {}
        for metric in self.metrics.values():
            # Not by equality: True equals 1, and lists have no hash.
            by_selector.setdefault(repr(metric.selector), []).append(metric)
        self._by_place: dict[tuple[str, str | None], list[tuple[Matches, list[Metric]]]] = {}
        for counted in by_selector.values():
            selector = counted[0].selector
            place = (selector.kind, selector.event)
            self._by_place.setdefault(place, []).append((matcher_of(selector), counted))

    def count(self, tables: Tables, activity: Activity) -> None:
        """Add an activity to the tables."""
        if not self._by_place or is_system(activity):
            return
        type_, name = activity.type, activity.name
        for place in {(type_, name), (type_, None), (ANY, name), (ANY, None)}:
            for matches, counted in self._by_place.get(place, ()):
                if matches(activity):
                    self._keep(tables, counted, activity)

    def _keep(self, tables: Tables, metrics: Sequence[Metric], activity: Activity) -> None:
        today = self.days.day_of(activity.occurred_at)
        found: dict[tuple[str, str | None], Kept | None] = {}
        for metric in metrics:
            # Metrics that differ by how long they keep days keep the same of an activity.
            what = (metric.kind, metric.property)
            if what not in found:
                found[what] = metric.kept_of(activity)
            if (kept := found[what]) is not None:
                keep(tables, metric.id, 0 if metric.horizon == NO_DAYS else today, kept)
