"""Settling claims: what the claimed profiles must know of a claimer, and what both sides hear of a claim that lost."""

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field, replace

from crm.domain.claims import MAX_NOTED_REFUSALS, Claimer, limit_claims
from crm.domain.conflict import OVER_LIMIT, OVERRULED, conflict_activities
from crm.domain.identity import Identity
from crm.domain.profile import ProfileState
from crm.services.projecting.members import IdOf, ProfileStore, canonical

MAX_CHANGES = 90
"""Profiles that one save changes beside the claimer's own; DynamoDB's transactions hold 100 items."""


@dataclass(slots=True)
class Settlement:
    """`known`: the profiles claimed now, by id. `changed`: those that must be saved together with their claimer.

    `complete` is False when there were too many for one save: then the rest is found again by projecting again.
    `redacted`: the log said who has been erased since, which was taken out of it. Then nothing is settled: it must
    be folded again.
    """

    known: dict[str, ProfileState] = field(default_factory=dict)
    changed: list[ProfileState] = field(default_factory=list)
    complete: bool = True
    redacted: bool = False


@dataclass(frozen=True, slots=True)
class ClaimSettler:
    """Works on a state that is folded but not saved yet. `redact(profile id, identities)` takes out of a log what it
    says of them until they were erased (epoch ms), and answers how many activities did.
    """

    store: ProfileStore
    id_of: IdOf
    redact: Callable[[str, Mapping[Identity, int]], int]

    def settle(self, held: ProfileState, state: ProfileState) -> Settlement:
        """What must be saved so that the claimed profiles know exactly what the state claims."""
        state.claims, refused = limit_claims(state.claims, self.id_of)
        new = sorted(refused.keys() - state.refused, key=self.id_of)[
            : MAX_NOTED_REFUSALS - len(state.refused)
        ]
        claimed = state.claimed
        dropped = held.claimed.keys() - claimed.keys()
        denied = _denied(state)
        profiles = self.store.load(sorted({self.id_of(i) for i in (*claimed, *dropped, *new, *denied)}))
        said = denied | {identity: refused[identity][0] for identity in new}
        said |= {identity: claim.stamp[0] for identity, claim in claimed.items()}
        erased = self._erased_since(said, {*held.claimed, *denied}, profiles)
        settlement = Settlement(redacted=bool(erased and self.redact(state.id, erased)))
        if settlement.redacted:
            return settlement
        for identity in new:
            self._refuse(state, identity, refused[identity][0])
        for identity in sorted(dropped, key=self.id_of):
            if profile := profiles.get(self.id_of(identity)):
                self._drop(held, state, profile, identity, settlement)
        for identity in sorted(claimed, key=self.id_of):
            id_ = self.id_of(identity)
            self._claim(state, profiles.get(id_) or ProfileState(id_), identity, settlement)
        return settlement

    def _refuse(self, state: ProfileState, identity: Identity, occurred_at: int) -> None:
        claimed = (self.id_of(identity), identity)
        self.store.append(conflict_activities(_name(state), claimed, occurred_at, OVER_LIMIT))
        state.refused |= {identity}

    def _erased_since(
        self, said: Mapping[Identity, int], known: Container[Identity], profiles: Mapping[str, ProfileState]
    ) -> dict[Identity, int]:
        """Those that were erased, and when. What is said now for the first time may bear an earlier time."""
        erased: dict[Identity, int] = {}
        for identity, occurred_at in said.items():
            profile = profiles.get(self.id_of(identity))
            if profile is None or profile.erased_at is None:
                continue
            if identity not in known or occurred_at <= profile.erased_at:
                erased[identity] = profile.erased_at
        return erased

    def _drop(
        self,
        held: ProfileState,
        state: ProfileState,
        profile: ProfileState,
        identity: Identity,
        settlement: Settlement,
    ) -> None:
        if len(settlement.changed) == MAX_CHANGES:
            _as_before(held, state, identity)
            settlement.complete = False
            return
        # It is gone already where another projector was faster: then saving fails.
        profile.claimers.pop(state.id, None)
        profile.forget_identity()
        profile.card = None
        state.dropped |= {identity}
        settlement.changed.append(profile)

    def _claim(
        self, state: ProfileState, profile: ProfileState, identity: Identity, settlement: Settlement
    ) -> None:
        entry = profile.claimers.get(state.id)
        if entry is None or entry.claim != state.claimed[identity] or profile.lags:
            if len(settlement.changed) == MAX_CHANGES:
                settlement.complete = False
                state.claims.pop(identity, None)
                state.links.pop(identity, None)
                return
            _tell(state, profile, identity)
            settlement.changed.append(profile)
        settlement.known[profile.id] = profile

    def note_conflicts(self, claimed: Iterable[ProfileState]) -> list[tuple[ProfileState, list[str]]]:
        """Note in the logs of both sides every claim that lost against another person's and is not noted yet.

        Returns the profiles with the ids of those that lost: their trees may have changed, as may the winner's.
        """
        noted = [(profile, strangers) for profile in claimed if (strangers := self._strangers(profile))]
        for profile, strangers in noted:
            for id_ in strangers:
                lost = profile.claimers[id_]
                loser = (id_, lost.identity)
                self.store.append(conflict_activities(loser, _name(profile), lost.stamp[0], OVERRULED))
        return noted

    def mark_noted(self, noted: Iterable[tuple[ProfileState, list[str]]]) -> None:
        """Remember that conflicts are noted, once everything that follows from them is done."""
        for profile, strangers in noted:
            profile.claimers |= {id_: replace(profile.claimers[id_], noted=True) for id_ in strangers}
            self.store.save([profile])

    def _strangers(self, profile: ProfileState) -> list[str]:
        """Claimers that lost, are not noted yet, and are not the same person as the winner."""
        losers = [id_ for id_, c in sorted(profile.claimers.items()) if id_ != profile.owner and not c.noted]
        if not losers:
            return []
        winner = self._root_of(profile.id)
        return [id_ for id_ in losers if self._root_of(id_) != winner]

    def _root_of(self, id_: str) -> str:
        root = canonical(self.store, id_)
        return root.id if root else id_


def _denied(state: ProfileState) -> dict[Identity, int]:
    """Whom the log says, though people say that it is not theirs, and since when (epoch ms)."""
    links = {identity: link.stamp[0] for identity, link in state.links.items() if not link.linked}
    return links | {i: min(links[i], stamp[0]) for i, stamp in state.claims.items() if i in links}


def _as_before(held: ProfileState, state: ProfileState, identity: Identity) -> None:
    """What is settled later is claimed until then."""
    if identity in held.claims:
        state.claims[identity] = held.claims[identity]
    state.links.pop(identity, None)
    if identity in held.links:
        state.links[identity] = held.links[identity]


def _tell(state: ProfileState, profile: ProfileState, identity: Identity) -> None:
    former, entry = profile.owner, profile.claimers.get(state.id)
    claim = state.claimed[identity]
    profile.identity = identity
    noted = entry is not None and entry.noted
    profile.claimers[state.id] = Claimer(_name(state)[1], claim.stamp, noted, claim.by_hand)
    if former and former != profile.owner:
        profile.claimers[former] = replace(profile.claimers[former], noted=False)
    profile.card = profile.due = None


def _name(profile: ProfileState) -> tuple[str, Identity]:
    if profile.identity is None:
        raise ValueError("only a profile with a log or a claimer can be part of a claim")
    return profile.id, profile.identity
