"""The version of the rule set, and whether it is empty: the first read of every view of a profile."""

from typing import Any

from crm.services.definitions.lookup_cache import LookupCache
from crm.settings import settings
from crm.storage import lookups

CATALOGUE, HEAD = "catalogue", "head"
RULE_SET_S = 2
"""Seconds for which a version is remembered."""

_heads: LookupCache[dict[str, Any]] = LookupCache(seconds=RULE_SET_S)


def head() -> dict[str, Any]:
    """Return `version`, `zone` (whose days are counted) and `values` (how many definitions compute a value)."""
    return _heads.get(HEAD, lambda _: read_head())


def read_head() -> dict[str, Any]:
    """Return the head as of now."""
    return lookups.find(CATALOGUE, HEAD) or {"version": 0, "zone": settings().time_zone, "values": 0}


def clear_cache() -> None:
    """Clear the cache."""
    _heads.clear()
