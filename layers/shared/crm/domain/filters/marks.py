"""Filters over tags, lists, segments, classes and the responsible user."""

from collections.abc import Callable
from typing import Any

from crm.domain.filters.card import Card, Predicate


def _segments(card: Card) -> tuple[str, ...]:
    """Return the groups of builds: while a segment is changed, of the serving build and of the next one."""
    return (*card.get("segments", ()), *card.get("candidates", ()))


FILTERS: dict[str, Callable[[Card, Any], bool]] = {
    "tag": lambda card, tags: set(tags).issubset(card.get("tags", ())),
    "tag.none": lambda card, tags: set(tags).isdisjoint(card.get("tags", ())),
    "list": lambda card, lists: set(lists).issubset(card.get("lists", ())),
    "list.none": lambda card, lists: set(lists).isdisjoint(card.get("lists", ())),
    "segment": lambda card, groups: set(groups).issubset(_segments(card)),
    "segment.none": lambda card, groups: set(groups).isdisjoint(_segments(card)),
    "class": lambda card, classes: not set(classes).isdisjoint(card.get("classes", ())),
    "responsible": lambda card, users: card.get("responsible") in users,
    "responsible.missing": lambda card, missing: ("responsible" not in card) == missing,
}
"""By name of the parameter, whether a card passes with its value: all tags of `tag`, none of `tag.none`; likewise
lists and segments (by the groups of their builds).
"""


def mark_filter(name: str, value: Any) -> Predicate:
    """Return a filter by its name. Raises LookupError when there is none."""
    passes = FILTERS[name]
    return lambda card: passes(card, value)
