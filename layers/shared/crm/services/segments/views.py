"""How segments look in answers."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from crm.domain.api_key import Principal
from crm.domain.memberships import SEGMENT
from crm.domain.segments.compiling import AND, NOT, OR
from crm.domain.segments.definition import Segment, referred_to
from crm.domain.slug import slug_of
from crm.domain.times import iso
from crm.services.catalogue import catalogue
from crm.services.catalogue.budget import cost_in
from crm.services.definitions import lists, tags
from crm.storage.groups import count_group, group_ids
from crm.storage.visible import visible_profiles

_AT_ONCE = 8
_REGISTRIES = {"tag": tags.REGISTRY, "list": lists.REGISTRY}


def segment_view(segment: Segment, viewer: Principal, now: int) -> dict[str, Any]:
    """The model `Segment`."""
    return segment_list([segment], viewer, now)[0]


def defined_view(segment: Segment, viewer: Principal, now: int) -> dict[str, Any]:
    """The model `DefinedSegment`: the same, and what it costs."""
    cost = cost_in(catalogue.known(), segment, catalogue.local_days())
    return segment_view(segment, viewer, now) | {"cost": cost}


def segment_list(segments: Sequence[Segment], viewer: Principal, now: int) -> list[dict[str, Any]]:
    """The same of several, with how many of the customers that the viewer sees are in each."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        counts = list(pool.map(lambda segment: count(segment, viewer), segments))
    names = _names([s.condition for s in segments if s.condition])
    return [_view(segment, number, names) for segment, number in zip(segments, counts, strict=True)]


def count(segment: Segment, viewer: Principal) -> int | None:
    """How many of the customers that the viewer sees are in it; None while there is no answer."""
    if segment.group is None:
        return None
    if viewer.classes is None:
        return count_group(SEGMENT, segment.group)
    seen = visible_profiles(viewer)
    return sum(id_ in seen for _, id_ in group_ids(SEGMENT, segment.group))


def _view(segment: Segment, number: int | None, names: dict[str, str]) -> dict[str, Any]:
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


def with_names(condition: dict[str, Any]) -> dict[str, Any]:
    """A stored condition with the names that tags and lists have now."""
    return named(condition, _names([condition]))


def _names(conditions: Sequence[dict[str, Any]]) -> dict[str, str]:
    keys = {key for condition in conditions for key in referred_to(condition)}
    found: dict[str, str] = {}
    for kind, registry in _REGISTRIES.items():
        found |= registry.names(id_ for of, id_ in keys if of == kind)
    return found


def named(condition: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    """The condition with names in the place of these ids."""
    type_ = condition["type"]
    if type_ in {AND, OR}:
        return condition | {"conditions": [named(part, names) for part in condition["conditions"]]}
    if type_ == NOT:
        return condition | {"condition": named(condition["condition"], names)}
    if type_ in _REGISTRIES:
        return condition | {type_: names.get(condition[type_], condition[type_])}
    return condition
