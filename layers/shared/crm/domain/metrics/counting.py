"""Counting: the metrics that all definitions together ask for, applied to one activity after another."""

from collections.abc import Iterable

from crm.domain.activity import Activity, is_system
from crm.domain.local_days import LocalDays
from crm.domain.metrics.metric import Metric
from crm.domain.metrics.selector import ANY, Matches, matcher_of
from crm.domain.metrics.tables import NO_DAYS, Tables, keep


class Counting:
    """Compiled once. Only metrics that can mean an activity, by its type and name, are asked about it."""

    def __init__(self, metrics: Iterable[Metric], days: LocalDays) -> None:
        self.metrics = {metric.id: metric for metric in metrics}
        self.horizons = {id_: metric.horizon for id_, metric in self.metrics.items()}
        self.days = days
        self._by_place: dict[tuple[str, str | None], list[tuple[Metric, Matches]]] = {}
        for metric in self.metrics.values():
            place = (metric.selector.kind, metric.selector.event)
            self._by_place.setdefault(place, []).append((metric, matcher_of(metric.selector)))

    def count(self, tables: Tables, activity: Activity) -> None:
        """Add an activity to the tables."""
        if not self._by_place or is_system(activity):
            return
        type_, name = activity.type, activity.name
        for place in {(type_, name), (type_, None), (ANY, name), (ANY, None)}:
            for metric, matches in self._by_place.get(place, ()):
                if matches(activity) and (kept := metric.kept_of(activity)) is not None:
                    day = 0 if metric.horizon == NO_DAYS else self.days.day_of(activity.occurred_at)
                    keep(tables, metric.id, day, kept)
