"""Selectors: which activities are meant. `{"event": "Order Completed", "where": [{"property": "total", ...}]}`."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from crm.domain.activity import Activity, is_own
from crm.domain.metrics.comparing import OPPOSITES, comparison_of

ANY = "any"
TRACK = "track"
_LONGEST_PLACE = 4
"""Digits of the place of an entry in a list."""

KINDS = (TRACK, "page", "screen", "identify", "group", "form", ANY)
"""Types of activities that a selector can mean; `any`: whatever the customer did."""

CONSENT = "consent"
"""Kind of a selector that means what activities say of the consent `event`; its filters are over what is said."""

Matches = Callable[[Activity], bool]
PropertyTest = Callable[[dict[str, Any]], bool]

AND, OR, ENTRY = "and", "or", "entry"
GROUP_TYPES = (AND, OR, ENTRY)
"""Types of groups of filters."""

SELECTOR_FIELDS = ("event", "events", "kind", "source", "where")
"""What a condition says of the activities that it means."""

MOST_FILTERS = 20
DEEPEST_FILTERS = 4
MOST_EVENTS = 20
"""Names of events together."""

_ANY_NAME = (None,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One comparison with a property; a path (`address.city`, `products.sku`) goes through objects and all entries of
    lists; a number in it (`products.0.sku`) is the place of one entry, from 0.
    """

    property: str
    operator: str
    value: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterGroup:
    """Filters together. AND, OR: all of them pass, or one does. ENTRY: one entry of the list at the path `property`
    passes all of them.
    """

    type: str
    where: tuple["Filter | FilterGroup", ...]
    property: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Selector:
    """Activities of a kind, of a name (None: any), from a source (None: any), that pass all filters. `events` takes
    the place of `event` where several names are meant.
    """

    kind: str = TRACK
    event: str | None = None
    source: str | None = None
    where: tuple[Filter | FilterGroup, ...] = ()
    events: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str | None, ...]:
        """The names that are meant; None is any."""
        return self.events or (self.event,)

    def as_json(self) -> dict[str, Any]:
        """Plain JSON. Ids of metrics are hashes of it: what is not given is left out, as before it could be."""
        said = asdict(self)
        return said if self.events else {name: said[name] for name in said if name != "events"}


def selector_of(said: dict[str, Any]) -> Selector:
    """The selector that a condition, an aggregate or a rule holds under these names."""
    return Selector(
        kind=said.get("kind", TRACK),
        event=said.get("event"),
        source=said.get("source"),
        where=_filters_of(said),
        events=tuple(said.get("events", ())),
    )


def _filters_of(said: dict[str, Any]) -> tuple[Filter | FilterGroup, ...]:
    return tuple(_filter_of(given) for given in said.get("where") or ())


def _filter_of(given: dict[str, Any]) -> Filter | FilterGroup:
    if "type" not in given:
        return Filter(**given)
    return FilterGroup(type=given["type"], where=_filters_of(given), property=given.get("property"))


def matcher_of(selector: Selector) -> Matches:
    """Whether an activity is meant. Compiled once."""
    test, names = all_of(selector.where), selector.names

    def matches(activity: Activity) -> bool:
        if selector.kind == ANY:
            if not is_own(activity):
                return False
        elif activity.type != selector.kind:
            return False
        if names != _ANY_NAME and activity.name not in names:
            return False
        if selector.source is not None and activity.source_id != selector.source:
            return False
        return test(activity.properties)

    return matches


def word_matcher_of(selector: Selector) -> PropertyTest:
    """Whether what is said of a consent is meant. Compiled once."""
    return all_of(selector.where)


def all_of(filters: Sequence[Filter | FilterGroup]) -> PropertyTest:
    """Whether an object of properties passes all of these filters. Compiled once."""
    tests = [_test_of(given) for given in filters]
    return lambda properties: all(test(properties) for test in tests)


def _test_of(given: Filter | FilterGroup) -> PropertyTest:
    if isinstance(given, Filter):
        return _property_test(given)
    if given.type == OR:
        tests = [_test_of(one) for one in given.where]
        return lambda properties: any(test(properties) for test in tests)
    passes, path = all_of(given.where), given.property
    if path is None:
        return passes
    return lambda properties: any(
        passes(entry) for entry in values_at(properties, path) if isinstance(entry, dict)
    )


def _property_test(given: Filter) -> PropertyTest:
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


def _is_place(step: str) -> bool:
    return step.isascii() and step.isdigit() and len(step) <= _LONGEST_PLACE


def _walk(value: Any, steps: list[str]) -> Iterator[Any]:
    if type(value) is list:
        if steps and _is_place(steps[0]):
            value, steps = value[int(steps[0]) :][:1], steps[1:]
        for entry in value:
            yield from _walk(entry, steps)
    elif not steps:
        yield value
    elif type(value) is dict and steps[0] in value:
        yield from _walk(value[steps[0]], steps[1:])
