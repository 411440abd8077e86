"""What a merge would make of the attributes: which value stays, whose it is, and which ones it hides."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from crm.domain.card import merged
from crm.domain.profile import ProfileState, Stamped, later


class Party(NamedTuple):
    """A person about to be merged: the id shown until now, and the members."""

    id: str
    members: Sequence[ProfileState]


@dataclass(frozen=True, slots=True)
class Sourced:
    """A value, the id of the profile that it comes from, and since when it has it (epoch ms). None: was emptied."""

    value: Any
    profile_id: str
    at: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of one attribute: what stays, and the other values that are not shown any more, newest first."""

    kept: Sourced
    lost: tuple[Sourced, ...]


def outcomes(parties: Iterable[Party]) -> dict[str, Outcome]:
    """By attribute, in alphabetical order. The value said last stays, as in every fold."""
    said: dict[str, list[tuple[Stamped, str]]] = {}
    for party in parties:
        for name, held in merged(party.members, "attributes").items():
            said.setdefault(name, []).append((held, party.id))
    return {name: _outcome(said[name]) for name in sorted(said)}


def _outcome(said: Sequence[tuple[Stamped, str]]) -> Outcome:
    winner, owner = said[0]
    for held, id_ in said[1:]:
        if later(winner, held) is held:
            winner, owner = held, id_
    others = sorted((one for one in said if one[0].value not in (None, winner.value)), key=_newest_first)
    return Outcome(_sourced(winner, owner), tuple(_sourced(held, id_) for held, id_ in others))


def _newest_first(said: tuple[Stamped, str]) -> tuple[int, str]:
    return -said[0].stamp[0], said[1]


def _sourced(held: Stamped, profile_id: str) -> Sourced:
    return Sourced(held.value, profile_id, held.stamp[0])
