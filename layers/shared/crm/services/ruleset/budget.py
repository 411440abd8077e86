"""The budget of definitions: the counts of all of them together fit into the items of any customer."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from crm.domain.daily.metric_cost import MAX_DAY_BYTES, metric_bytes, units_of
from crm.domain.errors import InvalidInputError
from crm.domain.local_days import LocalDays
from crm.domain.metrics.metric import Metric
from crm.domain.segments.definition import Segment
from crm.domain.segments.ruleset import Definitions, rule_set_of
from crm.domain.views.segments import SegmentCostView
from crm.services.ruleset.draft import Draft

_SHOWN = 5

_Named = tuple[str, str, str]
"""Kind, id and name of a definition."""


def ensure_affordable(before: Draft, after: Draft, days: LocalDays) -> None:
    """Raise InvalidInputError when definitions need more counts than a customer's items hold, and more than before."""
    if (before.segments, before.values) == (after.segments, after.values):
        return
    wanted = metric_bytes(_distinct(_by_definition(after, days)))
    if wanted <= MAX_DAY_BYTES:
        return
    was = _by_definition(before, days)
    held = metric_bytes(_distinct(was))
    if wanted <= held:
        return
    left = max(0, MAX_DAY_BYTES - held)
    costly = sorted(
        ((metric_bytes(metrics.values()), *named) for named, metrics in was.items()), reverse=True
    )
    costs = [
        {"bytes": size, "kind": kind, "id": id_, "name": name} for size, kind, id_, name in costly[:_SHOWN]
    ]
    names = ", ".join(str(one["name"]) for one in costs[:3])
    raise InvalidInputError(
        (
            f"this adds {wanted - held:,} bytes to each day on which a customer is active, but only "
            f"{left:,} of the {MAX_DAY_BYTES:,} bytes for all definitions are left: count or sum instead "
            "of keeping a first or last value, count the same as another definition (equal counts "
            "are stored once), or archive or delete the definitions that take most"
        )
        + (f": {names}" if names else ""),
        code="definitions_too_costly",
        details={"bytes_per_active_day": wanted - held, "bytes_left": left, "most_costly": costs},
    )


def _distinct(by_definition: Mapping[_Named, Mapping[str, Metric]]) -> Iterable[Metric]:
    return {id_: metric for metrics in by_definition.values() for id_, metric in metrics.items()}.values()


def _by_definition(draft: Draft, days: LocalDays) -> dict[_Named, dict[str, Metric]]:
    """Return what each definition counts once its last build serves."""
    segments, values = draft.definitions()
    found: dict[_Named, dict[str, Metric]] = {}
    for segment in segments:
        made = rule_set_of(Definitions([_settled(segment)]), 0, days, {})
        found["segment", segment.id, segment.name] = dict(made.counting.metrics)
    for value in values:
        made = rule_set_of(Definitions((), [value]), 0, days, {})
        found[value[0], value[1], value[2]] = dict(made.counting.metrics)
    return found


def _settled(segment: Segment) -> Segment:
    return replace(segment, serving=segment.next, next=None) if segment.next else segment


def cost_in(draft: Draft, segment: Segment, days: LocalDays) -> SegmentCostView:
    """Return the model `SegmentCost` of a defined segment, in addition to all other definitions."""
    counted = _by_definition(draft, days)
    own = counted.pop(("segment", segment.id, segment.name), {})
    others = {id_: metric for metrics in counted.values() for id_, metric in metrics.items()}
    left = max(0, MAX_DAY_BYTES - metric_bytes((others | own).values()))
    return {**cost_of(own.values(), others), "bytes_left": left}


def cost_of(metrics: Iterable[Metric], counted: Mapping[str, Metric]) -> SegmentCostView:
    """Return the model `SegmentCost`. `counted`: what is already counted for other definitions."""
    more = {metric.id: metric for metric in metrics if metric.id not in counted}.values()
    usual, most = units_of(more)
    return {
        "metrics": len(more),
        "bytes_per_active_day": metric_bytes(more),
        "bytes_left": max(0, MAX_DAY_BYTES - metric_bytes(counted.values())),
        "write_units_per_event": {"typical": usual, "worst": most},
    }
