"""Selectors of activities: `{"event": "Order Completed", "where": [{"property": "total", ...}]}`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from crm.domain.activity import Activity, is_own
from crm.domain.operators import OPPOSITES, comparison_of
from crm.domain.property_paths import values_at

ANY_KIND = "any"
TRACK = "track"

ACTIVITY_KINDS = (TRACK, "page", "screen", "identify", "group", "form", ANY_KIND)
"""Types of activities that a selector can select; `any`: every activity of the customer's own."""

CONSENT_KIND = "consent"
"""Kind of a selector of activities that set the consent `event`; its filters test that consent."""

Matches = Callable[[Activity], bool]
PropertyTest = Callable[[Mapping[str, Any]], bool]

_AND, _OR, ENTRY = "and", "or", "entry"
GROUP_TYPES = (_AND, _OR, ENTRY)
"""Types of groups of filters."""

SELECTOR_FIELDS = ("event", "events", "kind", "source", "where")
"""Fields of a condition that select its activities."""

MAX_FILTERS = 20
DEEPEST_FILTERS = 4
MAX_SELECTED_EVENTS = 20
"""Maximum names of events in one selector."""

_ANY_NAME = (None,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One comparison with a property.

    A path (`address.city`, `products.sku`) goes through objects and all entries of lists; a number in it
    (`products.0.sku`) is the position of one entry, from 0.
    """

    property: str
    operator: str
    value: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _FilterGroup:
    """A group of filters.

    AND, OR: all of them pass, or one does. ENTRY: one entry of the list at the path `property` passes all of them.
    """

    type: str
    where: tuple["Filter | _FilterGroup", ...]
    property: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Selector:
    """A selector of activities of a kind, a name (None: any) and a source (None: any) that pass all filters.

    `events` replaces `event` if there are several names.
    """

    kind: str = TRACK
    event: str | None = None
    source: str | None = None
    where: tuple[Filter | _FilterGroup, ...] = ()
    events: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str | None, ...]:
        """Return the names that it selects; None is any."""
        return self.events or (self.event,)

    def as_json(self) -> dict[str, Any]:
        """Return plain JSON.

        Ids of metrics are hashes of it: a field without a value is left out, so that ids from before the field existed
        stay the same.
        """
        fields = asdict(self)
        return fields if self.events else {name: fields[name] for name in fields if name != "events"}


def selector_of(definition: dict[str, Any]) -> Selector:
    """Read the selector of a condition, an aggregate or a rule."""
    return Selector(
        kind=definition.get("kind", TRACK),
        event=definition.get("event"),
        source=definition.get("source"),
        where=_filters_of(definition),
        events=tuple(definition.get("events", ())),
    )


def _filters_of(definition: dict[str, Any]) -> tuple[Filter | _FilterGroup, ...]:
    return tuple(_filter_of(given) for given in definition.get("where") or ())


def _filter_of(given: dict[str, Any]) -> Filter | _FilterGroup:
    if "type" not in given:
        return Filter(**given)
    return _FilterGroup(type=given["type"], where=_filters_of(given), property=given.get("property"))


def matcher_of(selector: Selector) -> Matches:
    """Compile a selector to a test of an activity."""
    test, names = matches_all(selector.where), selector.names

    def matches(activity: Activity) -> bool:
        if selector.kind == ANY_KIND:
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


def contribution_matcher_of(selector: Selector) -> PropertyTest:
    """Compile a selector to a test of a consent that an activity sets."""
    return matches_all(selector.where)


def matches_all(filters: Sequence[Filter | _FilterGroup]) -> PropertyTest:
    """Compile filters to a test that an object of properties passes all of them."""
    tests = [_test_of(given) for given in filters]
    return lambda properties: all(test(properties) for test in tests)


def _test_of(given: Filter | _FilterGroup) -> PropertyTest:
    if isinstance(given, Filter):
        return _property_test(given)
    if given.type == _OR:
        tests = [_test_of(one) for one in given.where]
        return lambda properties: any(test(properties) for test in tests)
    passes, path = matches_all(given.where), given.property
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
