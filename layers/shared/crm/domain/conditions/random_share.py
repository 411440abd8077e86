"""A random share of the customers: a draw that stays the same for a customer, however often it is repeated.

The draw is a hash of the seed and of the id that the API shows, so that other systems can compute it, too.
"""

import hashlib
from decimal import Decimal
from typing import Any

from crm.domain.conditions.condition import Node, timeless
from crm.domain.conditions.facts import Facts

DRAWS = 10_000
"""Draws are whole hundredths of a percent, from 0 to below this number."""

_HASHED_BYTES = 8


def random_share_condition(condition: dict[str, Any]) -> Node:
    """Build the condition that the draw lies within `percent` percent, counted from `from` on (default 0)."""
    seed, first = condition.get("seed", ""), hundredths_of(condition.get("from", 0))
    end = first + hundredths_of(condition["percent"])
    return timeless(
        condition,
        lambda facts, _at: first <= draw_of(seed, facts.shown_id) < end,
        {"shown_id"},
        lambda facts, _at: _evidence(seed, facts),
    )


def draw_of(seed: str, profile_id: str) -> int:
    """Compute the draw of a customer: the first 8 bytes of SHA-256 of `seed:id`, modulo 10,000."""
    digest = hashlib.sha256(f"{seed}:{profile_id}".encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:_HASHED_BYTES]) % DRAWS


def hundredths_of(percent: float) -> Decimal:
    """Convert a percentage to hundredths of a percent, as written: 33.33 is 3333."""
    return Decimal(str(percent)) * DRAWS / 100


def _evidence(seed: str, facts: Facts) -> dict[str, Any]:
    return {"value": draw_of(seed, facts.shown_id) * 100 / DRAWS}
