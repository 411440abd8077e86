"""List profiles: filtered, sorted, with pagination by cursor."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from crm.domain.api_key import Principal
from crm.domain.card_fields import IN_TRASH, RECOGNISED
from crm.domain.conditions.filter_names import reads_texts
from crm.domain.errors import InvalidInputError
from crm.domain.json_text import encode
from crm.domain.memberships import (
    CLASS_GROUP,
    LAST_TRANSACTION,
    LIST_GROUP,
    RESPONSIBLE_GROUP,
    SEGMENT_GROUP,
    TAG_GROUP,
    GroupKey,
)
from crm.domain.views.profiles import ProfileCardView, ProfileRowsView
from crm.services.definitions import lists, tags
from crm.services.profiles.cards import card_view, read_cards
from crm.services.profiles.list_orders import READ_TOGETHER, ByText, ListOrder, PagePosition, Stop
from crm.services.profiles.reading import PROFILE_KINDS, stats
from crm.services.profiles.time_orders import ByLastActivity, ByLastTransaction
from crm.services.ruleset import segment_names as segments
from crm.storage.groups import group_ids

if TYPE_CHECKING:
    from crm.domain.conditions.list_filters import Predicate

SCAN_LIMIT = 2000
"""Profiles that one request examines."""

GROUP_LIMIT = 1000
"""Largest group that is read as a whole and sorted exactly."""

PROFILE_PAGE_BYTES = 4_000_000
"""Bytes of profiles in a page: a response of Lambda holds 6 MB."""

LAST_ACTIVITY = "last_activity"

_FINDERS = {
    TAG_GROUP: tags.TAG_REGISTRY.find,
    LIST_GROUP: lists.LIST_REGISTRY.find,
    SEGMENT_GROUP: segments.groups_of,
}
"""Lookups of the parameters whose values are names or ids."""


def list_profiles(
    filters: Mapping[str, Any],
    *,
    sort: str,
    limit: int,
    cursor: PagePosition | None,
    viewer: Principal,
    now: int,
    kind: str | None = None,
    counts: bool = False,
) -> tuple[ProfileRowsView, PagePosition | None]:
    """Return a page of profiles that pass every filter (`ProfilePage` without the cursor), and where it ends.

    `filters` by parameter name (`crm.domain.conditions.list_filters`). The position is None after
    the last profile; a page may be short or empty although more follow. `counts`: whether the page contains the
    numbers of all profiles, too. Raises InvalidInputError.
    """
    order = _order(sort, kind)
    numbers = stats(viewer) if counts else None
    resolved = with_ids(filters)
    if resolved is None:
        return {"profiles": [], "scanned": 0, "counts": numbers}, None
    passes = _passes(resolved, now)
    group = None if kind == IN_TRASH else small_group(groups_of_matches(resolved, viewer), order.kinds)
    read = partial(read_cards, now=now, whole=reads_texts(resolved))
    if group is None:
        open_end = resolved or viewer.classes is not None
        stops = order.walk(read, cursor, READ_TOGETHER if open_end else min(READ_TOGETHER, limit + 1))
    else:
        stops = order.sort(read(group), cursor)
    found, scanned, position = _pass(stops, _seen_by(viewer, order), passes, limit)
    shown, cut = _shown(found, now)
    return {"profiles": shown, "scanned": scanned, "counts": numbers}, cut or position


def _passes(filters: Mapping[str, Any], now: int) -> "Predicate":
    if not filters:
        return lambda _card: True
    from crm.domain.conditions.list_filters import card_filter  # a list without filters loads no conditions
    from crm.services.ruleset import ruleset

    return card_filter(filters, now, ruleset.local_days())


def _order(sort: str, kind: str | None) -> ListOrder:
    field, descending = sort.removeprefix("-"), sort.startswith("-")
    if field == LAST_ACTIVITY:
        return ByLastActivity(PROFILE_KINDS if kind is None else (kind,), descending)
    if kind not in {None, RECOGNISED}:
        raise InvalidInputError(
            f"sort by {field} lists recognised profiles only: remove kind, or sort by {LAST_ACTIVITY}",
            code="invalid_parameter",
            details={"parameter": "sort"},
        )
    return ByLastTransaction(descending) if field == LAST_TRANSACTION else ByText(field, descending)


def with_ids(filters: Mapping[str, Any]) -> dict[str, Any] | None:
    """Replace names of tags and lists by ids, and segments by their groups. None when no profile can match."""
    resolved = dict(filters)
    for kind, find in _FINDERS.items():
        for name in {kind, f"{kind}.none"} & filters.keys():
            found = find(filters[name])
            if name == kind and len(found) < len(filters[name]):
                return None
            resolved[name] = sorted(set(found.values()))
    return resolved


def groups_of_matches(filters: dict[str, Any], viewer: Principal) -> Iterator[list[GroupKey]]:
    """Yield groups of which every match is in one: the alternatives, each with its choices."""
    for kind in _FINDERS:
        for id_ in filters.get(kind, ()):
            yield [(kind, id_)]
    for name, kind in (("responsible", RESPONSIBLE_GROUP), ("class", CLASS_GROUP)):
        if name in filters:
            yield [(kind, id_) for id_ in filters[name]]
    if viewer.classes is not None:
        yield [(CLASS_GROUP, class_) for class_ in sorted(viewer.classes)]


def small_group(groups: Iterable[list[GroupKey]], kinds: Sequence[str]) -> list[str] | None:
    """Return the profiles of these kinds in the first group that is small, None if there is none."""
    for group in groups:
        entries = chain.from_iterable(group_ids(kind, id_) for kind, id_ in group)
        held = list(islice(entries, GROUP_LIMIT + 1))
        if len(held) <= GROUP_LIMIT:
            return sorted({id_ for kind, id_ in held if kind in kinds})
    return None


def _seen_by(viewer: Principal, order: ListOrder) -> "Predicate":
    return lambda card: card["kind"] in order.kinds and viewer.sees_card(card)


def _pass(
    stops: Iterator[Stop], seen: "Predicate", passes: "Predicate", limit: int
) -> tuple[list[Stop], int, PagePosition | None]:
    """Return the profiles that pass, how many were examined, and the position if there may be more."""
    found: list[Stop] = []
    scanned = 0
    for walked, stop in enumerate(stops, 1):
        if stop.listed and seen(stop.card):
            # Count visible profiles only: a limited key must not learn how many others there are.
            scanned += 1
            if passes(stop.card):
                found.append(stop)
        if walked == SCAN_LIMIT or len(found) == limit:
            more = walked == SCAN_LIMIT or next(stops, None) is not None
            return found, scanned, stop.position if more else None
    return found, scanned, None


def _shown(found: Sequence[Stop], now: int) -> tuple[list[ProfileCardView], PagePosition | None]:
    """Return the profiles as they are listed; if they exceed one response, the position up to which they are shown."""
    names = tags.names({tag for stop in found for tag in stop.card.get("tags", ())})
    shown: list[ProfileCardView] = []
    size = 0
    for stop in found:
        if size > PROFILE_PAGE_BYTES:
            return shown, found[len(shown) - 1].position
        shown.append(card_view(stop.id, stop.card, names, now))
        size += len(encode(shown[-1]))
    return shown, None
