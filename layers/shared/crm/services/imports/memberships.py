"""The lists and segments of a mapping, to which every customer of its files is added."""

from collections.abc import Iterator

from crm.domain.effects import on_list, overriding
from crm.domain.errors import InvalidInputError
from crm.domain.imports.mapping import ImportMapping
from crm.services.definitions import lists
from crm.services.ruleset.segment_names import segment_ids

_NO_LIST = "is not a list"
_NO_SEGMENT = "is not a segment, or is archived"


def unknown_name_errors(mapping: ImportMapping, before: ImportMapping | None) -> Iterator[dict[str, str]]:
    """Yield the errors of names that were not in the mapping before, by field."""
    known = lists.LIST_REGISTRY.find(mapping.lists)
    for index, name in enumerate(mapping.lists):
        if name not in known and not (before and name in before.lists):
            yield {"field": f"lists.{index}", "message": f"{name} {_NO_LIST}: create it first"}
    known = segment_ids(mapping.segments)
    for index, name in enumerate(mapping.segments):
        if name not in known and not (before and name in before.segments):
            yield {"field": f"segments.{index}", "message": f"{name} {_NO_SEGMENT}: create it first"}


def field_keys(mapping: ImportMapping) -> tuple[str, ...]:
    """Return the keys of FIELDS for these lists and segments, each once.

    Raises InvalidInputError `unknown_list`, `unknown_segment`.
    """
    on_lists, in_segments = lists.LIST_REGISTRY.find(mapping.lists), segment_ids(mapping.segments)
    for name in mapping.lists:
        if name not in on_lists:
            raise _refused(name, _NO_LIST, "list")
    for name in mapping.segments:
        if name not in in_segments:
            raise _refused(name, _NO_SEGMENT, "segment")
    keys = [key for name in mapping.lists for key in on_list(on_lists[name], added=True)]
    keys += [key for name in mapping.segments for key in overriding(in_segments[name], member=True)]
    return tuple(dict.fromkeys(keys))


def _refused(name: str, problem: str, kind: str) -> InvalidInputError:
    return InvalidInputError(
        f"{name} {problem}: create it, or remove it from the mapping, and drop the file again",
        code=f"unknown_{kind}",
        details={kind: name},
    )
