"""Merging and unmerging by hand: the profiles that belong together, and the instructions for each log.

Links never make a cycle: the profile that is first in one order of all profiles claims the other
(`crm.domain.claims`). The order alone decides which log a link is in; users choose the id under which a person is
shown.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from crm.domain.activity import Stamp
from crm.domain.effect_fields import FIELDS, SHOWN_ID, Effects
from crm.domain.effects import effects_with, shown_as
from crm.domain.identity import Identity, identity_types
from crm.domain.person import merged, shown_id
from crm.domain.profile import ProfileState

Precedence = tuple[int, str, str]

APART_FROM = "apart_from"
"""Property of an unmerge: ids of the profiles whose logs unlink this one."""


def precedence(identity: Identity, profile_id: str, custom_types: Sequence[str] = ()) -> Precedence:
    """Return the sort key by which one profile claims another: the stronger identity first, else the smaller id."""
    *types, weakest = identity_types(custom_types)
    # A type that is no longer configured is stronger than a browser's id.
    unknown = len(types) + (identity.type == weakest)
    return types.index(identity.type) if identity.type in types else unknown, identity.type, profile_id


@dataclass(slots=True)
class LinkInstruction:
    """The instructions for one log; `apart_from` is the property of that name."""

    links: dict[Identity, bool] = field(default_factory=dict)
    fields: dict[str, Any] = field(default_factory=dict)
    apart_from: list[str] = field(default_factory=list)

    @property
    def effects(self) -> Effects:
        """Return the effects of the activity; none where it is only shown in the timeline."""
        return effects_with(links=self.links, fields=self.fields)


LinkInstructions = dict[Identity, LinkInstruction]
"""Instructions by the identity that names the log."""

_Order = Callable[[ProfileState], Precedence]


def merge_instructions(roots: Iterable[ProfileState], kept: str, order: _Order) -> LinkInstructions:
    """Return the instructions that merge several people, shown under the id `kept`.

    The first profile's log holds the links; the timelines of all show the merge.
    """
    first, *others = sorted(roots, key=order)
    instructions = {naming_identity(root): LinkInstruction() for root in (first, *others)}
    instructions[naming_identity(first)] = LinkInstruction(
        {naming_identity(other): True for other in others}, shown_as(kept)
    )
    return instructions


def unmerge_instructions(
    leaving: Sequence[ProfileState], staying: Sequence[ProfileState], shown: str, order: _Order
) -> LinkInstructions:
    """Return the instructions that separate the two sides, and keep together the one that stays under the id `shown`.

    Every profile of one side that could claim the top of a tree on the other is unlinked from it, whether its
    events claim it already or will.
    """
    instructions: LinkInstructions = {
        naming_identity(top): LinkInstruction() for top in (*_tops(leaving), *_tops(staying))
    }
    for top, others in [*_each(_tops(leaving), staying), *_each(_tops(staying), leaving)]:
        _keep_apart(instructions, top, [other for other in others if order(other) < order(top)])
    first, *others = sorted(_tops(staying), key=order)
    instructions[naming_identity(first)].links |= {naming_identity(other): True for other in others}
    if shown_id([first, *staying]) != shown:
        instructions[naming_identity(first)].fields |= shown_as(shown)
    _clear_chosen_ids(instructions, leaving, staying)
    _clear_chosen_ids(instructions, staying, leaving)
    return instructions


def members_leaving_with(members: Sequence[ProfileState], named: str, shown: str) -> list[ProfileState]:
    """Return the members that leave a person, shown under the id `shown`, with the member `named`; root first.

    If the member's id was that of a whole profile until a merge by hand, that profile leaves. Else the member leaves
    with all that it owns, but never the shown one. Both ids are members', and differ.
    """
    way_up, way_down = list(_to_root(members, named)), list(_to_root(members, shown))
    merges = {by_hand for member in _differing(way_up, way_down) if (by_hand := _merged_at(member))}
    for since in sorted(merges, reverse=True):
        before = [member.id for member in members if (_merged_at(member) or (-1, "")) >= since]
        part = _part_of(members, named, before)
        if shown_id(part) == named:
            return part
    towards_shown = [member.id for member in way_down if member.owner == named]
    return _part_of(members, named, [named, *towards_shown])


def naming_identity(profile: ProfileState) -> Identity:
    """Return the identity that names a profile's log. Raises LookupError for a profile without an identity."""
    if profile.identity is None:
        raise LookupError("a profile must have an identity")
    return profile.identity


def _each(
    tops: Iterable[ProfileState], others: Sequence[ProfileState]
) -> Iterator[tuple[ProfileState, Sequence[ProfileState]]]:
    return ((top, others) for top in tops)


def _instruction_for(instructions: LinkInstructions, profile: ProfileState) -> LinkInstruction:
    return instructions.setdefault(naming_identity(profile), LinkInstruction())


def _keep_apart(instructions: LinkInstructions, top: ProfileState, others: Iterable[ProfileState]) -> None:
    for other in others:
        _instruction_for(instructions, other).links[naming_identity(top)] = False
        instructions[naming_identity(top)].apart_from.append(other.id)


def _clear_chosen_ids(
    instructions: LinkInstructions, of: Iterable[ProfileState], gone: Iterable[ProfileState]
) -> None:
    """Clear the choice of the ids that leave, so that it does not count again if they come back another way."""
    keys = {SHOWN_ID + profile.id for profile in gone}
    for profile in of:
        if chosen := {key for key, held in merged([profile], FIELDS).items() if held.value} & keys:
            _instruction_for(instructions, profile).fields |= dict.fromkeys(chosen)


def _tops(part: Sequence[ProfileState]) -> list[ProfileState]:
    """Return the profiles whose owner is not among them."""
    ids = {profile.id for profile in part}
    return [profile for profile in part if profile.owner not in ids]


def _to_root(members: Iterable[ProfileState], id_: str) -> Iterator[ProfileState]:
    by_id = {member.id: member for member in members}
    at: str | None = id_
    while at in by_id:
        yield by_id[at]
        at = by_id[at].owner


def _differing(one: Iterable[ProfileState], other: Iterable[ProfileState]) -> list[ProfileState]:
    """Return the profiles on the way from one to the other whose link to their owner lies on it."""
    ids = {profile.id for profile in one} ^ {profile.id for profile in other}
    return [profile for profile in (*one, *other) if profile.id in ids]


def _merged_at(profile: ProfileState) -> Stamp | None:
    """Return when users linked it to its owner; None if events did."""
    claimer = profile.claimers.get(profile.owner or "")
    return claimer.claim.stamp if claimer and claimer.claim.by_hand else None


def _part_of(members: Sequence[ProfileState], named: str, cut: Collection[str]) -> list[ProfileState]:
    """Return the part of the member when these are cut off from their owners; its top first."""
    tops: dict[str, str] = {}
    for member in members:  # owners come before what they own
        held = member.owner in tops and member.id not in cut
        tops[member.id] = tops[str(member.owner)] if held else member.id
    return [member for member in members if tops[member.id] == tops[named]]
