"""Settle claims: update the claimed profiles, and record on both sides the claims that lost."""

import math
from collections.abc import Callable, Collection, Container, Iterable, Mapping
from dataclasses import dataclass, field, replace

from crm.domain.claims import MAX_NOTED, Claim, Claimer, limit_claims, mark_of, would_keep
from crm.domain.conflict import CLOSED, OVER_LIMIT, OVERRULED, conflict_activities, shared_activity
from crm.domain.identity import Identity
from crm.domain.json_text import size_of
from crm.domain.profile import ProfileState
from crm.domain.profile_claims import clear_identity, limit_claimers
from crm.domain.stored_profile import MAX_BYTES_TOGETHER, stored_bytes
from crm.domain.trust import Rank
from crm.services.projection.person_tree import IdOf, ProfileStore, canonical

MAX_CHANGES = 90
"""Profiles that one save changes in addition to the claimer's own; DynamoDB's transactions hold 100 items."""

MAX_TRACES = 8_000
"""Bytes of identities whose claims one save gives up, and of those left to be noted.

The profile names them until that is done; the next save continues.
"""

_FEW = 6
"""Number of profiles that fit whatever their size."""


@dataclass(slots=True)
class ClaimSettlement:
    """The result of settling: `known`, the claimed profiles by id, and `changed`, those to save with their claimer.

    `complete` is False when there were too many for one save; projecting again finds the rest. `redacted`: the log
    named people who have been erased since and was redacted. Then nothing is settled, and the log must be folded
    again.
    """

    known: dict[str, ProfileState] = field(default_factory=dict)
    changed: list[ProfileState] = field(default_factory=list)
    complete: bool = True
    redacted: bool = False
    _size: int = 0

    def has_room(self, profile: ProfileState) -> bool:
        """Return whether one more profile fits into the save."""
        if len(self.changed) < _FEW:
            return True
        if len(self.changed) == _FEW:
            self._size = sum(stored_bytes(changed) for changed in self.changed)
        size = stored_bytes(profile)
        if len(self.changed) == MAX_CHANGES or self._size + size > MAX_BYTES_TOGETHER:
            self.complete = False
            return False
        self._size += size
        return True


@dataclass(frozen=True, slots=True)
class ClaimSettler:
    """Settles the claims of a state that is folded but not saved yet.

    `redact(profile id, identities)` removes from a log what it says of identities until their erasure (epoch ms), and
    returns the number of changed activities. `joins_closed`: public sources may not join what others have
    established.
    """

    store: ProfileStore
    id_of: IdOf
    redact: Callable[[str, Mapping[Identity, int]], int]
    joins_closed: bool = False

    def settle(self, held: ProfileState, state: ProfileState) -> ClaimSettlement:
        """Return the profiles to save, so that the claimed profiles record exactly the claims of the state."""
        if not (state.claims or state.links or held.claims or held.links):
            return ClaimSettlement()
        state.claims, refused = limit_claims(state.claims, self.id_of)
        claimed, before = state.claimed, held.claimed_identities
        dropped = before - claimed.keys()
        denied = {identity for identity, link in state.links.items() if not link.linked}
        new = [i for i in sorted(refused, key=self.id_of) if mark_of(i) not in state.noted]
        profiles = self.store.load(sorted({self.id_of(i) for i in (*claimed, *dropped, *new, *denied)}))
        named = {i: min(claim.stamp[0], _since(state, i)) for i, claim in claimed.items()}
        named |= {i: min(state.links[i].stamp[0], _since(state, i)) for i in denied}
        named |= {i: refused[i].since for i in new}
        erased = self._erased_since(named, {*before, *denied}, profiles)
        settlement = ClaimSettlement(redacted=bool(erased and self.redact(state.id, erased)))
        if settlement.redacted:
            return settlement
        for identity in new:
            _mark_lost(state, identity, refused[identity].stamp[0], OVER_LIMIT, settlement)
        for identity in sorted(dropped, key=self.id_of):
            id_ = self.id_of(identity)
            # A claimed profile that is not stored yet is stored empty: an overtaken projector must not create it.
            profile = profiles.get(id_) or ProfileState(id_)
            self._drop(held, state, profile, identity, settlement)
        for identity in sorted(claimed, key=self.id_of):
            id_ = self.id_of(identity)
            profile = profiles.get(id_) or ProfileState(id_)
            self._claim(state, profile, identity, claimed[identity], settlement)
        return settlement

    def _erased_since(
        self,
        named: Mapping[Identity, float],
        known: Container[Identity],
        profiles: Mapping[str, ProfileState],
    ) -> dict[Identity, int]:
        """Return the erased identities and when each was erased. A claim that is new may carry an earlier time."""
        erased: dict[Identity, int] = {}
        for identity, since in named.items():
            profile = profiles.get(self.id_of(identity))
            if profile is None or profile.erased_at is None:
                continue
            if identity not in known or since <= profile.erased_at:
                erased[identity] = profile.erased_at
        return erased

    def _drop(
        self,
        held: ProfileState,
        state: ProfileState,
        profile: ProfileState,
        identity: Identity,
        settlement: ClaimSettlement,
    ) -> None:
        if state.id not in profile.claimers and profile.shared is not None:
            return
        if _is_full(state.dropped) or not settlement.has_room(profile):
            settlement.complete = False
            _as_before(held, state, identity)
            return
        # Another projector may have removed it already: then the save fails.
        profile.claimers.pop(state.id, None)
        clear_identity(profile)
        profile.card = None
        state.dropped |= {identity}
        settlement.changed.append(profile)

    def _claim(
        self,
        state: ProfileState,
        profile: ProfileState,
        identity: Identity,
        claim: Claim,
        settlement: ClaimSettlement,
    ) -> None:
        settlement.known[profile.id] = profile
        entry, is_shared = profile.claimers.get(state.id), profile.shared is not None
        if entry is not None and entry.claim == claim and not profile.is_former:
            return
        if entry is None and not would_keep(profile.claimers, state.id, claim, shared=is_shared):
            if not is_shared or claim.rank > Rank.PUBLIC:
                _mark_lost(state, identity, claim.stamp[0], OVERRULED, settlement)
            return
        if not settlement.has_room(profile):
            del settlement.known[profile.id]
            state.claims.pop(identity, None)
            state.links.pop(identity, None)
            return
        self._register_claim(state, profile, identity, claim)
        settlement.changed.append(profile)

    def _register_claim(
        self, state: ProfileState, profile: ProfileState, identity: Identity, claim: Claim
    ) -> None:
        former, entry = profile.owner, profile.claimers.get(state.id)
        profile.identity = identity
        profile.joins_closed = self.joins_closed
        first = entry.first if entry else claim.stamp[0]
        profile.claimers[state.id] = Claimer(
            _name(state)[1], claim, first, noted=entry is not None and entry.noted
        )
        limit_claimers(profile)
        if former and former != profile.owner and former in profile.claimers:
            profile.claimers[former] = replace(profile.claimers[former], noted=False)
        elif former and former != profile.owner:
            profile.released |= {former}
        profile.card = profile.due = profile.flips = None

    def note_lost(self, state: ProfileState) -> None:
        """Record in the logs of both sides the state's lost claims that have no place among the claimers."""
        for identity, (at, reason) in state.unnoted.items():
            self.store.append(conflict_activities(_name(state), (self.id_of(identity), identity), at, reason))

    def note_shared(self, profiles: Iterable[ProfileState]) -> None:
        """Record that identities have become shared, in the log of each."""
        for profile in profiles:
            if profile.shared is not None and profile.id in profile.released and profile.identity:
                self.store.append([shared_activity(profile.identity, profile.shared)])

    def note_conflicts(self, claimed: Iterable[ProfileState]) -> list[tuple[ProfileState, list[str]]]:
        """Record in the logs of both sides every claim that lost to another person's and is not noted yet.

        Returns the profiles with the ids of those that lost: their trees may have changed, as may the winner's.
        """
        noted = [(profile, losers) for profile in claimed if (losers := self._losers(profile))]
        for profile, losers in noted:
            reason = OVERRULED if profile.owner else CLOSED
            for id_ in losers:
                lost = profile.claimers[id_]
                loser = (id_, lost.identity)
                self.store.append(conflict_activities(loser, _name(profile), lost.first, reason))
        return noted

    def _losers(self, profile: ProfileState) -> list[str]:
        """Return claimers that lost, are not noted yet, and are not the same person as the winner."""
        losers = [id_ for id_, c in sorted(profile.claimers.items()) if id_ != profile.owner and not c.noted]
        if not losers:
            return []
        winner = self._root_of(profile.id)
        return [id_ for id_ in losers if self._root_of(id_) != winner]

    def _root_of(self, id_: str) -> str:
        root = canonical(self.store, id_)
        return root.id if root else id_


def _mark_lost(
    state: ProfileState, identity: Identity, at: int, reason: str, settlement: ClaimSettlement
) -> None:
    """Mark the conflict of a claim to be noted, once and within the bound; the next projection does the rest."""
    if identity in state.unnoted or mark_of(identity) in state.noted:
        return
    if len(state.noted) + len(state.unnoted) >= MAX_NOTED:
        return
    if _is_full(state.unnoted):
        settlement.complete = False
    else:
        state.unnoted[identity] = (at, reason)


def _is_full(traces: Collection[Identity]) -> bool:
    return sum(size_of(identity.value) for identity in traces) >= MAX_TRACES


def _since(state: ProfileState, identity: Identity) -> float:
    """Return the earliest time (epoch ms) of an event that claims the identity."""
    return state.claims[identity].since if identity in state.claims else math.inf


def _as_before(held: ProfileState, state: ProfileState, identity: Identity) -> None:
    """Keep claiming what is settled later."""
    if identity in held.claims:
        state.claims[identity] = held.claims[identity]
    state.links.pop(identity, None)
    if identity in held.links:
        state.links[identity] = held.links[identity]


def _name(profile: ProfileState) -> tuple[str, Identity]:
    if profile.identity is None:
        raise ValueError("only a profile with a log or a claimer can be part of a claim")
    return profile.id, profile.identity
