"""Selectors: which activities are meant. `{"event": "Order Completed", "where": [{"property": "total", ...}]}`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from crm.domain.activity import Activity, is_own
from crm.domain.metrics.comparing import OPPOSITES, comparison_of

ANY = "any"
TRACK = "track"
KINDS = (TRACK, "page", "screen", "identify", "group", "form", ANY)
"""Types of activities that a selector can mean; `any`: whatever the customer did."""

CONSENT = "consent"
"""Kind of a selector that means what activities say of the consent `event`; its filters are over what is said."""

Matches = Callable[[Activity], bool]
MatchesWord = Callable[[dict[str, Any]], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One comparison with a property; a path (`address.city`, `products.sku`) goes through objects and lists."""

    property: str
    operator: str
    value: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Selector:
    """Activities of a kind, of a name (None: any), from a source (None: any), that pass all filters."""

    kind: str = TRACK
    event: str | None = None
    source: str | None = None
    where: tuple[Filter, ...] = ()


def selector_of(said: dict[str, Any]) -> Selector:
    """The selector that a condition, an aggregate or a rule holds under these names."""
    where = tuple(Filter(**given) for given in said.get("where") or ())
    return Selector(
        kind=said.get("kind", TRACK), event=said.get("event"), source=said.get("source"), where=where
    )


def matcher_of(selector: Selector) -> Matches:
    """Whether an activity is meant. Compiled once."""
    tests = [_property_test(given) for given in selector.where]

    def matches(activity: Activity) -> bool:
        if selector.kind == ANY:
            if not is_own(activity):
                return False
        elif activity.type != selector.kind:
            return False
        if selector.event is not None and activity.name != selector.event:
            return False
        if selector.source is not None and activity.source_id != selector.source:
            return False
        return all(test(activity.properties) for test in tests)

    return matches


def word_matcher_of(selector: Selector) -> MatchesWord:
    """Whether what is said of a consent is meant. Compiled once."""
    tests = [_property_test(given) for given in selector.where]
    return lambda word: all(test(word) for test in tests)


def _property_test(given: Filter) -> Callable[[dict[str, Any]], bool]:
    path, positive = given.property, OPPOSITES.get(given.operator, given.operator)
    test, opposite = comparison_of(positive, given.value), given.operator in OPPOSITES
    if positive == "empty":
        return lambda properties: opposite != all(map(test, values_at(properties, path)))
    return lambda properties: opposite != any(map(test, values_at(properties, path)))


def values_at(properties: dict[str, Any], path: str) -> list[Any]:
    """Every value at a path: several where it goes through lists, none where there is nothing."""
    if path in properties:
        value = properties[path]
        return value if type(value) is list else [value]
    return list(_walk(properties, path.split(".")))


def _walk(value: Any, steps: list[str]) -> Iterator[Any]:
    if type(value) is list:
        for entry in value:
            yield from _walk(entry, steps)
    elif not steps:
        yield value
    elif type(value) is dict and steps[0] in value:
        yield from _walk(value[steps[0]], steps[1:])
