"""The projector: fold what the stream announces from the log and save it once.

A stream record says only where something happened. The log of that place is folded again and saved conditionally on
the version that was read; repeated, reordered or partial work ends in the same state. A claim is saved together with
the profiles that it concerns. Further consequences are marked in what is saved, so that a redelivered record
completes what a crash left unfinished.
"""

from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from crm.domain.errors import VersionConflictError
from crm.domain.profile import ProfileState
from crm.domain.profile_claims import remove_completed
from crm.domain.profile_versions import copy_of
from crm.services.projection.claim_settler import ClaimSettlement
from crm.services.projection.fold_log import NO_EVENTS, WHOLE_LOG
from crm.services.projection.person_tree import canonical, members_of
from crm.services.projection.projection_steps import ProjectionSteps, Saved
from crm.storage.retry_on_conflict import at_once, retry_on_conflict

PROJECTION_ATTEMPTS = 25
MAX_ROUNDS = 400
"""Saves by which one projection settles its claims: each settles at least one of at most 300."""

_MAX_RIVALS = 20
"""Rival claimers that a projection folds by ranks of claims together with its own profile."""

_MAX_CONSEQUENCES = 4_000
"""Profiles that are saved in consequence of one save: far more than all members and claimers of two people."""


@dataclass(slots=True)
class Projector(ProjectionSteps):
    """The projector: brings profiles up to date with their logs, and does what follows from that."""

    def project(
        self, profile_id: str, minutes: Collection[int] | None, held: ProfileState | None = None
    ) -> None:
        """Fold what happened in these minutes (of the keys, since 1970), in the WHOLE_LOG, or NO_EVENTS.

        `held`: the profile, if the caller has just read it. Raises VersionConflictError when other writers win every
        attempt, or the claims do not settle.
        """
        just_read = iter([held])
        rounds = iter(range(MAX_ROUNDS))
        unfinished: deque[Saved] = deque()

        def settle() -> None:
            self._finish_all(unfinished)  # an attempt that lost a race may have left some
            for _ in rounds:
                if self._project_once(profile_id, minutes, next(just_read, None), unfinished):
                    return
            raise VersionConflictError(f"the claims of a profile are not settled by {MAX_ROUNDS} saves")

        retry_on_conflict(settle, attempts=PROJECTION_ATTEMPTS, pause=at_once)

    def refold(self, profile_id: str) -> None:
        """Fold the whole log of a profile from scratch. Raises what `project` raises."""
        self.project(profile_id, WHOLE_LOG)

    def reevaluate(self, profile_id: str, held: ProfileState | None = None) -> None:
        """Evaluate a profile again: only time has passed, or definitions have changed. Raises what `project` raises."""
        self.project(profile_id, NO_EVENTS, held)

    def _project_once(
        self,
        profile_id: str,
        minutes: Collection[int] | None,
        held: ProfileState | None,
        unfinished: deque[Saved],
    ) -> bool:
        """Save the profile once, with all consequences; return whether its claims are settled."""
        saved = self._save_profile(profile_id, minutes, held=held)
        unfinished.extend(saved)
        self._finish_all(unfinished)
        return all(one.settlement.complete for one in saved if one.state.id == profile_id)

    def _finish_all(self, unfinished: deque[Saved]) -> None:
        """Do what must follow from these saves, and from the saves that follow from them."""
        for _ in range(_MAX_CONSEQUENCES):
            if not unfinished:
                return
            saved = unfinished[0]
            following = self._finish(saved)
            if saved.repeats and not saved.settlement.complete:
                following += self._save_profile(saved.state.id, WHOLE_LOG, repeats=True)
            unfinished.popleft()
            unfinished.extend(following)
        raise VersionConflictError(f"one save has more than {_MAX_CONSEQUENCES} consequences")

    def _finish(self, saved: Saved) -> list[Saved]:
        """Do what must follow from a save in its own tree and in others; return what was saved for it."""
        state, following = saved.state, list[Saved]()
        if state.owner is not None and not saved.is_member:
            following += self._refresh(state.id, force=saved.changed, facets=saved.facets_of_person)
        if (
            state.owner is None and saved.is_member
        ):  # released while it was caught up: its card was never made
            following += self._refresh(state.id, force=True)
        following += self._finish_claims(state, saved.settlement)
        for id_ in _unranked_rivals(state, saved.settlement) if saved.folds_rivals else ():
            following += self._save_profile(id_, NO_EVENTS, folds_rivals=False)
        return following

    def _finish_claims(self, state: ProfileState, settlement: ClaimSettlement) -> list[Saved]:
        """Record lost claims on both sides, and refresh the trees that have changed.

        After a crash, the next projection finishes by the marks in what is saved.
        """
        if not (settlement.known or state.released or state.dropped or state.unnoted):
            return []
        settler = self._settler()
        settler.note_lost(state)
        parties = [*settlement.known.values(), *([state] if state.released else [])]
        released = [profile for profile in parties if profile.released]
        settler.note_shared(released)
        noted = settler.note_conflicts(parties)
        touched = {self.id_of(identity) for identity in (*state.dropped, *state.unnoted)}
        touched |= {id_ for profile in released for id_ in (profile.id, *profile.released)}
        for profile, losers in noted:
            touched |= {*losers, profile.owner or profile.id}
        following = [
            saved for id_ in sorted(touched - {state.id}) for saved in self._refresh(id_, force=True)
        ]
        if noted or released or state.dropped or state.unnoted:
            lost = {profile.id: losers for profile, losers in noted}
            self._remember_finished([state, *settlement.known.values()], lost)
        return following

    def _remember_finished(self, done: Sequence[ProfileState], noted: Mapping[str, Sequence[str]]) -> None:
        """Remove the marks of finished consequences from the stored profiles, which a refresh may have saved since."""
        traces = {
            profile.id: profile
            for profile in done
            if profile.id in noted or profile.released or profile.dropped or profile.unnoted
        }
        for id_, fresh in sorted(self.store.load(sorted(traces)).items()):
            remove_completed(fresh, traces[id_], noted.get(id_, ()))
            self.store.save([fresh])

    def evaluate(self, profile_ids: Collection[str]) -> Iterator[str]:
        """Evaluate the segments of these profiles again by the current rule set; yield the ids of those that changed.

        An unchanged profile costs one read. Lazy: evaluations before a failure stay done.
        """
        for profile in self.store.load(profile_ids).values():
            if self._is_behind(profile):
                self.reevaluate(profile.id, profile)
                yield profile.id

    def _is_behind(self, profile: ProfileState) -> bool:
        if profile.owner is not None or profile.identity is None or profile.stale:
            return False
        rule_set = self.rule_set(profile.rule_set)
        if not rule_set.is_current(profile):
            return True
        root = copy_of(profile)
        members = members_of(self.store, self.id_of, root)
        if any(not rule_set.is_current(member) for member in members[1:]):
            return True
        self._give_card(root, profile, members, rule_set, None)
        return root.card != profile.card or root.due != profile.due or profile.is_former

    def refresh(self, member_id: str, *, force: bool) -> None:
        """Bring the card of this member's canonical profile up to date with its members.

        `force` writes even an unchanged card: a writer that read the members before their change must fail and read
        again.
        """
        self._finish_all(deque(self._refresh(member_id, force=force)))

    def _refresh(self, member_id: str, *, force: bool, facets: frozenset[str] | None = None) -> list[Saved]:
        """Refresh a card; return what was saved for it. `facets`: everything that has changed of the member, None if
        that is unknown.
        """
        root = canonical(self.store, member_id)
        if root is None or root.owner is not None or root.identity is None or root.stale:
            return []
        rule_set = self.rule_set(root.rule_set)
        if not rule_set.is_current(root):
            return self._save_profile(root.id, None, repeats=True)
        held = copy_of(root)
        # The members are read after the root: its version shows a merge in between.
        members, caught_up = self._members(root, rule_set)
        self._give_card(root, held, members, rule_set, facets)
        moved = (root.card, root.due, root.flips) != (held.card, held.due, held.flips)
        if force or moved or root.is_former:
            root.rule_set = rule_set.version
            self.store.save([root])
        return caught_up


def _unranked_rivals(state: ProfileState, settlement: ClaimSettlement) -> list[str]:
    """Return the ids of profiles that claim the same identities and are not folded by ranks yet, best claim first."""
    rivals = {
        id_: claimer.claim.order
        for claimed in settlement.known.values()
        for id_, claimer in claimed.claimers.items()
        if claimer.unranked and id_ != state.id
    }
    return sorted(rivals, key=lambda id_: (rivals[id_], id_))[:_MAX_RIVALS]
