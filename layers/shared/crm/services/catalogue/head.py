"""The version of the catalogue, and whether there is anything in it: what every reading of a profile asks first."""

from typing import Any

from crm.services.definitions.recent import Recent
from crm.settings import settings
from crm.storage import lookups

CATALOGUE, HEAD = "catalogue", "head"
CATALOGUE_S = 2
"""For how long a version is remembered."""

_heads: Recent[dict[str, Any]] = Recent(seconds=CATALOGUE_S)


def head() -> dict[str, Any]:
    """`version`, `zone` (whose days are counted) and `values` (how many definitions compute a value)."""
    return _heads.get(HEAD, lambda _: read_head())


def read_head() -> dict[str, Any]:
    """The same as of this moment."""
    return lookups.find(CATALOGUE, HEAD) or {"version": 0, "zone": settings().time_zone, "values": 0}


def forget() -> None:
    """Forget what was looked up."""
    _heads.clear()
