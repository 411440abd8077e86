"""A doorbell: where something happened, not what."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Doorbell:
    """`minute`: number of the minute of the activity's key; None when the whole log must be folded again."""

    profile_id: str
    minute: int | None


def visits(doorbells: Iterable[Doorbell]) -> dict[str, set[int] | None]:
    """One visit per profile: the minutes to fold, or None for the whole log."""
    planned: dict[str, set[int] | None] = {}
    for doorbell in doorbells:
        minutes = planned.setdefault(doorbell.profile_id, set())
        if doorbell.minute is None:
            planned[doorbell.profile_id] = None
        elif minutes is not None:
            minutes.add(doorbell.minute)
    return planned
