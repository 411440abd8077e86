"""Views of segments for responses."""

from collections.abc import Sequence

from crm.domain.api_key import Principal
from crm.domain.commands.segments import ConditionJson
from crm.domain.conditions.compile import AND, NOT, OR
from crm.domain.memberships import SEGMENT_GROUP
from crm.domain.segments.definition import Segment, referred_to
from crm.domain.slug import slug_of
from crm.domain.times import iso
from crm.domain.views.segments import DefinedSegmentView, SegmentView
from crm.services.definitions import lists, tags
from crm.services.profiles.group_counts import count_customers
from crm.services.ruleset import ruleset
from crm.services.ruleset.budget import cost_in

_REGISTRIES = {"tag": tags.TAG_REGISTRY, "list": lists.LIST_REGISTRY}


def segment_view(segment: Segment, viewer: Principal, now: int) -> SegmentView:
    """Return the model `Segment`."""
    return segment_list([segment], viewer, now)[0]


def defined_view(segment: Segment, viewer: Principal, now: int) -> DefinedSegmentView:
    """Return the model `DefinedSegment`: the segment with its cost."""
    cost = cost_in(ruleset.cached_draft(), segment, ruleset.local_days())
    return {**segment_view(segment, viewer, now), "cost": cost}


def segment_list(segments: Sequence[Segment], viewer: Principal, now: int) -> list[SegmentView]:
    """Return the models of several segments, each with the number of its members that are visible to the viewer."""
    counts = _counts(segments, viewer)
    names = _names([s.condition for s in segments if s.condition])
    return [_view(segment, number, names) for segment, number in zip(segments, counts, strict=True)]


def count_members(segment: Segment, viewer: Principal) -> int | None:
    """Count the members that are visible to the viewer; None before the segment serves."""
    return _counts([segment], viewer)[0]


def _counts(segments: Sequence[Segment], viewer: Principal) -> list[int | None]:
    groups = list(dict.fromkeys((SEGMENT_GROUP, segment.group) for segment in segments if segment.group))
    numbers = dict(zip(groups, count_customers(groups, viewer), strict=True))
    return [numbers[SEGMENT_GROUP, segment.group] if segment.group else None for segment in segments]


def _view(segment: Segment, number: int | None, names: dict[str, str]) -> SegmentView:
    return {
        "id": segment.id,
        "name": segment.name,
        "slug": slug_of(segment.name) or None,
        "type": segment.type,
        "description": segment.description,
        "condition": named(segment.condition, names) if segment.condition else None,
        "archived": segment.archived,
        "state": segment.state,
        "version": segment.version,
        "serving_version": segment.serving.version if segment.serving else None,
        "count": number,
        "job": segment.job,
        "created_at": iso(segment.created_at),
        "updated_at": iso(segment.updated_at),
    }


def with_names(condition: ConditionJson) -> ConditionJson:
    """Return a stored condition with the current names of tags and lists."""
    return named(condition, _names([condition]))


def _names(conditions: Sequence[ConditionJson]) -> dict[str, str]:
    keys = {key for condition in conditions for key in referred_to(condition)}
    found: dict[str, str] = {}
    for kind, registry in _REGISTRIES.items():
        found |= registry.names(id_ for of, id_ in keys if of == kind)
    return found


def named(condition: ConditionJson, names: dict[str, str]) -> ConditionJson:
    """Return the condition with names in the place of these ids."""
    type_ = condition["type"]
    if type_ in {AND, OR}:
        return condition | {"conditions": [named(part, names) for part in condition["conditions"]]}
    if type_ == NOT:
        return condition | {"condition": named(condition["condition"], names)}
    if type_ in _REGISTRIES:
        return condition | {type_: names.get(condition[type_], condition[type_])}
    return condition
