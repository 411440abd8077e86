"""A doorbell: where something happened, not what."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Doorbell:
    """`day`: UTC day number of the activity's key; None when the whole log must be folded again."""

    profile_id: str
    day: int | None


def visits(doorbells: Iterable[Doorbell]) -> dict[str, set[int] | None]:
    """One visit per profile: the days to fold, or None for all of them."""
    planned: dict[str, set[int] | None] = {}
    for doorbell in doorbells:
        days = planned.setdefault(doorbell.profile_id, set())
        if doorbell.day is None:
            planned[doorbell.profile_id] = None
        elif days is not None:
            days.add(doorbell.day)
    return planned
