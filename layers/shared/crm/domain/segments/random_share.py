"""A random share of the customers: a draw that stays the same for a customer, whoever repeats it.

The draw is a hash of the seed and of the id that the API shows, so that other systems can compute it, too.
"""

import hashlib
from decimal import Decimal
from typing import Any

from crm.domain.segments.facts import Facts
from crm.domain.segments.node import Node, timeless

DRAWS = 10_000
"""Draws are whole hundredths of a percent, from 0 up to this number."""

_HASHED_BYTES = 8


def random_share_condition(said: dict[str, Any]) -> Node:
    """Whether the draw lies within `percent` percent, counted from `from` on (0 where it is not given)."""
    seed, first = said.get("seed", ""), hundredths_of(said.get("from", 0))
    end = first + hundredths_of(said["percent"])
    return timeless(
        said,
        lambda facts, _at: first <= draw_of(seed, facts.shown_id) < end,
        {"shown_id"},
        lambda facts, _at: _evidence(seed, facts),
    )


def draw_of(seed: str, profile_id: str) -> int:
    """The draw of a customer: the first 8 bytes of SHA-256 of `seed:id`, modulo 10,000."""
    digest = hashlib.sha256(f"{seed}:{profile_id}".encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:_HASHED_BYTES]) % DRAWS


def hundredths_of(percent: float) -> Decimal:
    """A percentage in hundredths of a percent, as written: 33.33 is 3333."""
    return Decimal(str(percent)) * DRAWS / 100


def _evidence(seed: str, facts: Facts) -> dict[str, Any]:
    return {"value": draw_of(seed, facts.shown_id) * 100 / DRAWS}
