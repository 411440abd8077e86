"""Resolve what a webhook refers to by name: segments, stored by id, and attributes."""

from collections.abc import Callable, Collection, Sequence

from crm.domain.errors import InvalidInputError
from crm.domain.field_errors import FieldErrors
from crm.services.definitions import attributes
from crm.services.ruleset import segment_names


def segment_ids(names: Sequence[str]) -> tuple[str, ...]:
    """Return the ids of segments, each once, by ids, names or slugs. Raises InvalidInputError `unknown_segment`."""
    found = {name: segment_names.segment_id(name) for name in names}
    _ensure("segments", names, {name for name, id_ in found.items() if id_}, _no_segment)
    return tuple(dict.fromkeys(id_ for id_ in found.values() if id_))


def known_attributes(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names of attributes, each once. Raises InvalidInputError `unknown_attribute`."""
    if not set(names) <= attributes.definitions().keys():
        attributes.clear_cache()  # another container may have declared it a moment ago
    _ensure("attributes", names, attributes.definitions(), _no_attribute)
    return tuple(dict.fromkeys(names))


def _ensure(
    field: str, names: Sequence[str], known: Collection[str], problem: Callable[[str], InvalidInputError]
) -> None:
    wrong = FieldErrors()
    for number, name in enumerate(names):
        if name not in known:
            with wrong.within(f"{field}.{number}"):
                raise problem(name)
    wrong.raise_any()


def _no_segment(_name: str) -> InvalidInputError:
    return InvalidInputError("there is no segment with this name, slug or id", code="unknown_segment")


def _no_attribute(name: str) -> InvalidInputError:
    hint = attributes.hint(name, attributes.definitions())
    return InvalidInputError(f"this is not an attribute: {hint}", code="unknown_attribute")
