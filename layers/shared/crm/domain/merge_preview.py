"""Preview a merge of attributes: the value that stays, its source, and the values that it hides."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from crm.domain.attribute_reader import AttributeReader
from crm.domain.claims import Claim, Claimer
from crm.domain.person import merged
from crm.domain.profile import ProfileState
from crm.domain.profile_versions import copy_of
from crm.domain.stamped import Stamped
from crm.domain.trust import Rank


class Party(NamedTuple):
    """A person about to be merged: the id shown until now, and the members."""

    id: str
    members: Sequence[ProfileState]


@dataclass(frozen=True, slots=True)
class Sourced:
    """A value, the id of its profile, and since when the profile has it (epoch ms). None: it was cleared."""

    value: Any
    profile_id: str
    at: int


@dataclass(frozen=True, slots=True)
class AttributeOutcome:
    """The outcome for one attribute: the value that stays, and the other values that are no longer shown, newest
    first.
    """

    kept: Sourced
    lost: tuple[Sourced, ...]


def as_merged(people: Sequence[Sequence[ProfileState]]) -> list[ProfileState]:
    """Return the members of several people as one, as a merge by hand would. The first one's root comes first."""
    top = people[0][0]
    link = Claim((0, ""), Rank.BY_HAND, by_hand=True)
    claimer = {top.id: Claimer(top.identity, link, first=0)} if top.identity else {}
    made = list(people[0])
    for members in people[1:]:
        root = copy_of(members[0])
        root.claimers |= claimer
        made += [root, *members[1:]]
    return made


def outcomes(
    parties: Iterable[Party], merged_members: Sequence[ProfileState], reader: AttributeReader
) -> dict[str, AttributeOutcome]:
    """Return the outcome of each attribute, in alphabetical order.

    The values of `merged_members` stay: as a rule the latest. Values are as `reader` shows them: two spellings of one
    value hide nothing.
    """
    values: dict[str, list[tuple[Stamped, str]]] = {}
    stays = merged(merged_members, "attributes")
    for party in parties:
        for name, held in merged(party.members, "attributes").items():
            values.setdefault(name, []).append((_as_shown(reader, name, held), party.id))
    kept = {name: _as_shown(reader, name, held) for name, held in stays.items()}
    return {name: _outcome(values[name], kept.get(name)) for name in sorted(values)}


def _as_shown(reader: AttributeReader, name: str, held: Stamped) -> Stamped:
    return Stamped(reader.shown(name, held.value), held.stamp)


def _outcome(values: Sequence[tuple[Stamped, str]], stays: Stamped | None) -> AttributeOutcome:
    winner = stays or Stamped(None, max(held.stamp for held, _ in values))
    owner = next((id_ for held, id_ in values if held == winner), values[0][1])
    others = sorted((one for one in values if one[0].value not in (None, winner.value)), key=_newest_first)
    return AttributeOutcome(_sourced(winner, owner), tuple(_sourced(held, id_) for held, id_ in others))


def _newest_first(value: tuple[Stamped, str]) -> tuple[int, str]:
    return -value[0].stamp[0], value[1]


def _sourced(held: Stamped, profile_id: str) -> Sourced:
    return Sourced(held.value, profile_id, held.stamp[0])
