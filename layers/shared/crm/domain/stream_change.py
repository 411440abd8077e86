"""A change that the stream reports: the place of a new activity in a log, without its content."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StreamChange:
    """The place of a new activity.

    `minute`: number of the minute of the activity's key; None when the whole log must be folded again. `named`: ids
    of the profiles of the identities that the activity names.
    """

    profile_id: str
    minute: int | None
    named: tuple[str, ...] = ()


def dirty_minutes(stream_changes: Iterable[StreamChange]) -> dict[str, set[int] | None]:
    """Return the minutes to fold by profile, or None for the whole log."""
    planned: dict[str, set[int] | None] = {}
    for stream_change in stream_changes:
        minutes = planned.setdefault(stream_change.profile_id, set())
        if stream_change.minute is None:
            planned[stream_change.profile_id] = None
        elif minutes is not None:
            minutes.add(stream_change.minute)
    return planned


def connected_profiles(stream_changes: Sequence[StreamChange]) -> list[list[str]]:
    """Group the profiles to project: two that name the same profile, directly or through others, are in one group.

    Profiles of different groups do not claim each other by these activities. Both orders are those of the changes.
    """
    if len(stream_changes) == 1:
        return [[stream_changes[0].profile_id]]
    heads: dict[str, str] = {}

    def head_of(id_: str) -> str:
        path = [id_]
        while (above := heads.setdefault(path[-1], path[-1])) != path[-1]:
            path.append(above)
        heads.update(dict.fromkeys(path, path[-1]))
        return path[-1]

    profiles: dict[str, None] = {}
    for change in stream_changes:
        profiles[change.profile_id] = None
        for id_ in change.named:
            heads[head_of(id_)] = head_of(change.profile_id)
    groups: dict[str, list[str]] = {}
    for id_ in profiles:
        groups.setdefault(head_of(id_), []).append(id_)
    return list(groups.values())
