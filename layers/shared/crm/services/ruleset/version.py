"""The version of the rule set, and whether it is empty: the first read of every view of a profile."""

from typing import TypedDict, cast

from crm.services.definitions.lookup_cache import LookupCache
from crm.settings import settings
from crm.storage import lookups

CATALOGUE, HEAD = "catalogue", "head"
RULE_SET_S = 2
"""Seconds for which a version is cached."""


class RuleSetHead(TypedDict):
    """The version of the rule set, whose days are counted, and how many definitions compute a value."""

    version: int
    zone: str
    values: int


_cache: LookupCache[RuleSetHead] = LookupCache(seconds=RULE_SET_S)


def ruleset_head() -> RuleSetHead:
    """Return the head, which is cached."""
    return _cache.get(HEAD, lambda _: read_head())


def read_head() -> RuleSetHead:
    """Return the current head, uncached."""
    stored = cast("RuleSetHead | None", lookups.find(CATALOGUE, HEAD))
    return stored or {"version": 0, "zone": settings().time_zone, "values": 0}


def clear_cache() -> None:
    """Clear the cache."""
    _cache.clear()
