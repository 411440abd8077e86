"""Merging and unmerging by hand: which profiles go together, and what has to be said in whose log.

Links never make a circle: whoever comes first in one order of all profiles claims the other (`crm.domain.claims`).
The order decides alone whose log a link is in; under which id a person is shown, people choose.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from crm.domain.activity import Stamp
from crm.domain.card import merged, shown_id
from crm.domain.effects import FIELDS, LINKS, SHOWN_ID, shown_as
from crm.domain.identity import ANONYMOUS_ID, EMAIL, PHONE, USER_ID, Identity
from crm.domain.profile import ProfileState

Precedence = tuple[int, str, str]

APART_FROM = "apart_from"
"""Property of what an unmerge notes: ids of the profiles whose logs name this one to say that it is not theirs."""


def precedence(identity: Identity, profile_id: str, custom_types: Sequence[str] = ()) -> Precedence:
    """Of two profiles the one with the smaller precedence claims the other: the stronger, else the smaller id."""
    types = [USER_ID, EMAIL, PHONE, *custom_types]
    weak = len(types) + (identity.type == ANONYMOUS_ID)
    return types.index(identity.type) if identity.type in types else weak, identity.type, profile_id


@dataclass(slots=True)
class Word:
    """What is to be said in one log; `apart_from` is the property of that name."""

    links: dict[Identity, bool] = field(default_factory=dict)
    fields: dict[str, Any] = field(default_factory=dict)
    apart_from: list[str] = field(default_factory=list)

    @property
    def effects(self) -> dict[str, Any]:
        """The effects of the activity; none where it is only to be seen in the timeline."""
        links = [[*identity, linked] for identity, linked in self.links.items()]
        return {key: said for key, said in ((LINKS, links), (FIELDS, self.fields)) if said}


Words = dict[Identity, Word]
"""By the identity that names the log."""

Order = Callable[[ProfileState], Precedence]


def merging(roots: Iterable[ProfileState], kept: str, order: Order) -> Words:
    """What makes one person of several, shown under the id `kept`: said by the first, to be seen by all."""
    first, *others = sorted(roots, key=order)
    words = {name(root): Word() for root in (first, *others)}
    words[name(first)] = Word({name(other): True for other in others}, shown_as(kept))
    return words


def unmerging(
    leaving: Sequence[ProfileState], staying: Sequence[ProfileState], shown: str, order: Order
) -> Words:
    """What parts the two, and keeps together what stays under the id `shown`.

    Every profile of the one side that could claim the top of a tree on the other is told not to, whether its events
    do so already or will.
    """
    words: Words = {name(top): Word() for top in (*_tops(leaving), *_tops(staying))}
    for top, others in [*_each(_tops(leaving), staying), *_each(_tops(staying), leaving)]:
        _keep_apart(words, top, [other for other in others if order(other) < order(top)])
    first, *others = sorted(_tops(staying), key=order)
    words[name(first)].links |= {name(other): True for other in others}
    if shown_id([first, *staying]) != shown:
        words[name(first)].fields |= shown_as(shown)
    _forget_choices(words, leaving, staying)
    _forget_choices(words, staying, leaving)
    return words


def leaving_with(members: Sequence[ProfileState], named: str, shown: str) -> list[ProfileState]:
    """Those that leave a person, shown under the id `shown`, when the member `named` does; root first.

    If the member's id was that of a whole profile until a merge by hand, they are what that profile was. Else it is the
    member with all that hangs below it, but never what is shown. Both ids are members', and two.
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


def name(profile: ProfileState) -> Identity:
    """The identity that names a profile's log. Raises LookupError where nobody has it any more."""
    if profile.identity is None:
        raise LookupError("a profile without an identity is nobody's")
    return profile.identity


def _each(
    tops: Iterable[ProfileState], others: Sequence[ProfileState]
) -> Iterator[tuple[ProfileState, Sequence[ProfileState]]]:
    return ((top, others) for top in tops)


def _word(words: Words, profile: ProfileState) -> Word:
    return words.setdefault(name(profile), Word())


def _keep_apart(words: Words, top: ProfileState, others: Iterable[ProfileState]) -> None:
    for other in others:
        _word(words, other).links[name(top)] = False
        words[name(top)].apart_from.append(other.id)


def _forget_choices(words: Words, of: Iterable[ProfileState], gone: Iterable[ProfileState]) -> None:
    """That the id of one who is gone was chosen must not count again if it comes back by another way."""
    keys = {SHOWN_ID + profile.id for profile in gone}
    for profile in of:
        if chosen := {key for key, held in merged([profile], FIELDS).items() if held.value} & keys:
            _word(words, profile).fields |= dict.fromkeys(chosen)


def _tops(part: Sequence[ProfileState]) -> list[ProfileState]:
    """Those whose owner is not among them."""
    ids = {profile.id for profile in part}
    return [profile for profile in part if profile.owner not in ids]


def _to_root(members: Iterable[ProfileState], id_: str) -> Iterator[ProfileState]:
    by_id = {member.id: member for member in members}
    at: str | None = id_
    while at in by_id:
        yield by_id[at]
        at = by_id[at].owner


def _differing(one: Iterable[ProfileState], other: Iterable[ProfileState]) -> list[ProfileState]:
    """Those on the way from the one to the other whose link to their owner lies on it."""
    ids = {profile.id for profile in one} ^ {profile.id for profile in other}
    return [profile for profile in (*one, *other) if profile.id in ids]


def _merged_at(profile: ProfileState) -> Stamp | None:
    """When people linked it to its owner; None if events did."""
    claimer = profile.claimers.get(profile.owner or "")
    return claimer.claim.stamp if claimer and claimer.claim.by_hand else None


def _part_of(members: Sequence[ProfileState], named: str, cut: Collection[str]) -> list[ProfileState]:
    """The part that the member is in when these are cut off from their owners; its top first."""
    tops: dict[str, str] = {}
    for member in members:  # owners come before what they own
        held = member.owner in tops and member.id not in cut
        tops[member.id] = tops[str(member.owner)] if held else member.id
    return [member for member in members if tops[member.id] == tops[named]]
