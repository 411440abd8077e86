"""The projector: fold what the stream announces from the log and save it once.

A stream record says only where something happened. The log of that place is folded again and saved conditionally on
the version that was read; repeated, reordered or partial work ends in the same state. A claim is saved together with
the profiles that it concerns. Further consequences are marked in what is saved, so that a redelivered record
completes what a crash left unfinished.
"""

import random
import time
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from crm.domain.activity import Activity
from crm.domain.copies import ErasedCopies
from crm.domain.errors import VersionConflictError
from crm.domain.identity import Identity
from crm.domain.profile import ProfileState
from crm.domain.segments.ruleset import EMPTY_RULE_SET, RuleSet
from crm.domain.stored_profile import dumps
from crm.services.projection.claim_settler import ClaimSettlement, ClaimSettler
from crm.services.projection.evaluate_segments import changed_between, make_card
from crm.services.projection.fold_log import LogFolder, exceeds_pages
from crm.services.projection.person_tree import IdOf, ProfileStore, canonical, members_of
from crm.services.projection.redactions import redact
from crm.services.projection.save_projection import save_refolded
from crm.storage.retry_on_conflict import at_once, retry_on_conflict

PROJECTION_ATTEMPTS = 25
MAX_ROUNDS = 400
"""Saves by which one projection settles its claims: each settles at least one of at most 300."""

_MAX_RIVALS = 20
"""Rival claimers that a projection folds by ranks of claims together with its own profile."""

_MAX_FOLDS = 25
"""Folds of a log whose claims name erased people again each time."""

_MAX_CONSEQUENCES = 4_000
"""Profiles that are saved in consequence of one save: far more than all members and claimers of two people."""

_random = random.Random()  # noqa: S311 - no secret; seeded by the system


RuleSetSource = Callable[[int], RuleSet]
"""The function that returns the current catalogue, at least of the given version: an older cached one is reloaded."""


def _wall_clock() -> int:
    return time.time_ns() // 1_000_000


def _random_name() -> str:
    # Each fold needs a name and few use it: the system's own randomness is a call of the kernel.
    return f"{_random.getrandbits(32):08x}"


def _ignore(_activity: Activity) -> None:
    """Ignore what is left out."""


@dataclass(slots=True)
class Folded:
    """A profile whose log is folded and whose claims are settled, but not saved.

    `held`: the stored profile. `facets`: what has changed since, None if that is everything or unknown. `anew`: the
    whole log was folded; `in_place`: minutes of it were named.
    """

    held: ProfileState
    state: ProfileState
    settlement: ClaimSettlement
    rule_set: RuleSet
    facets: frozenset[str] | None
    anew: bool
    in_place: bool


@dataclass(slots=True)
class Saved:
    """A profile after its save, from which more may follow.

    `changed`: whether anything was saved. `is_member`: it was caught up for the card of its person, who is not
    refreshed for it. `folds_rivals`, `repeats`: see `Projector._save_profile`.
    """

    folded: Folded
    changed: bool
    is_member: bool = False
    folds_rivals: bool = True
    repeats: bool = False

    @property
    def state(self) -> ProfileState:
        return self.folded.state

    @property
    def settlement(self) -> ClaimSettlement:
        return self.folded.settlement

    @property
    def facets_of_person(self) -> frozenset[str] | None:
        """Return what has changed of the person, by facets; None if the profile has come from another person."""
        same_owner = self.changed and self.state.owner == self.folded.held.owner
        return self.folded.facets if same_owner else None


@dataclass(slots=True)  # frozen would take three times as long to make, for every batch
class Projector:
    """The projector: brings profiles up to date with their logs.

    `consent_required`: cards show no activities without consent to processing. `joins_closed`: public sources may not
    join identities that others have established. `now`: the instant at which segments are evaluated, epoch ms.
    `left_out` is called with activities that exceed a budget, once or more. `generation` names new pages of counts.
    `retention_days`: activities are removed after so many days; 0 is never.
    """

    store: ProfileStore
    id_of: IdOf
    consent_required: bool = False
    joins_closed: bool = False
    rule_set: RuleSetSource = lambda _version: EMPTY_RULE_SET
    now: Callable[[], int] = _wall_clock
    left_out: Callable[[Activity], None] = _ignore
    generation: Callable[[], str] = _random_name
    retention_days: int = 0

    def project(
        self, profile_id: str, minutes: Collection[int] | None, held: ProfileState | None = None
    ) -> None:
        """Fold what happened in these minutes (of the keys, since 1970); None folds the whole log from scratch.

        None is for rebuilding and for a stored activity that another copy has overwritten. No minutes: only time has
        passed, or definitions have changed. `held`: the profile, if the caller has just read it. Raises
        VersionConflictError when other writers win every attempt, or the claims do not settle.
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
        self.project(profile_id, None)

    def reevaluate(self, profile_id: str, held: ProfileState | None = None) -> None:
        """Evaluate a profile again: only time has passed, or definitions have changed. Raises what `project` raises."""
        self.project(profile_id, (), held)

    def _project_once(
        self,
        profile_id: str,
        minutes: Collection[int] | None,
        held: ProfileState | None,
        unfinished: deque["Saved"],
    ) -> bool:
        """Save the profile once, with all consequences; return whether its claims are settled."""
        saved = self._save_profile(profile_id, minutes, held=held)
        unfinished.extend(saved)
        self._finish_all(unfinished)
        return all(one.settlement.complete for one in saved if one.state.id == profile_id)

    def _save_profile(
        self,
        profile_id: str,
        minutes: Collection[int] | None,
        *,
        held: ProfileState | None = None,
        folds_rivals: bool = True,
        repeats: bool = False,
    ) -> list["Saved"]:
        """Fold a profile, settle its claims, evaluate its card and save it; return what was saved on the way.

        `folds_rivals`: profiles that claim the same identities by claims of the previous version are folded as well.
        `repeats`: the profile is saved again until its claims are settled.
        """
        folded = self._fold_and_settle(profile_id, minutes, held)
        if folded is None:
            return []
        caught_up = self._evaluate_card(folded)
        changed = self._save(folded)
        return [*caught_up, Saved(folded, changed, folds_rivals=folds_rivals, repeats=repeats)]

    def _fold_and_settle(
        self, profile_id: str, minutes: Collection[int] | None, held: ProfileState | None
    ) -> "Folded | None":
        """Fold what is to be folded of a profile's log and settle the claims; None if there is no such profile."""
        for _ in range(_MAX_FOLDS):
            held = held or self.store.load([profile_id]).get(profile_id) or ProfileState(profile_id)
            rule_set = self.rule_set(held.rule_set)
            # A writer that read the log before a copy was overwritten must fail, even if the copy is back since.
            anew = minutes is None or held.stale or not rule_set.is_current(held)
            state = self._folder().fold(held, None if anew else minutes, rule_set)
            if state.identity is None and held.version == 0:
                return None
            if anew or not exceeds_pages(state):
                settlement = self._settle(held, state)
                if not settlement.redacted:
                    everything = anew or settlement.changed or not rule_set.asked
                    facets = None if everything else changed_between(held, state)
                    return Folded(
                        held, state, settlement, rule_set, facets, anew=anew, in_place=bool(minutes)
                    )
            minutes = held = None
        raise VersionConflictError(f"a log names erased people after {_MAX_FOLDS} folds")

    def _folder(self) -> LogFolder:
        return LogFolder(self.store, self.now, self.left_out, self.generation, self.retention_days)

    def _settle(self, held: ProfileState, state: ProfileState) -> ClaimSettlement:
        state.joins_closed = self.joins_closed
        state.limit_claimers()
        if held.owner is not None and held.owner != state.owner:
            state.released |= {held.owner}
        return self._settler().settle(held, state)

    def _settler(self) -> ClaimSettler:
        return ClaimSettler(self.store, self.id_of, self.redact, self.joins_closed)

    def _evaluate_card(self, folded: "Folded") -> list["Saved"]:
        """Make the card of a canonical profile; return the members that were caught up. An owned profile has none."""
        state, rule_set = folded.state, folded.rule_set
        state.card, state.rule_set = None, rule_set.version
        if state.owner is not None or state.identity is None:
            state.due = state.flips = None
            return []
        members, caught_up = self._members(state, rule_set, folded.settlement.known)
        self._give_card(state, folded.held, members, rule_set, folded.facets)
        return caught_up

    def _save(self, folded: "Folded") -> bool:
        """Save the profile with those whose claimers have changed; return False if nothing has changed."""
        state, held, changed = folded.state, folded.held, folded.settlement.changed
        if not (folded.anew or changed or state.is_former or _differ(state, held)):
            return False
        if not folded.in_place and not folded.anew:
            state.keep_fold_of(held)
        profiles = [state, *changed]
        if folded.anew:
            save_refolded(self.store, held, profiles)
        else:
            self.store.save(profiles)
        return True

    def _give_card(
        self,
        root: ProfileState,
        held: ProfileState,
        members: Sequence[ProfileState],
        rule_set: RuleSet,
        facets: frozenset[str] | None,
    ) -> None:
        required = self.consent_required
        make_card(root, held, members, rule_set, facets, now=self.now(), consent_required=required)

    def _members(
        self, root: ProfileState, rule_set: RuleSet, known: Mapping[str, ProfileState] | None = None
    ) -> tuple[list[ProfileState], list["Saved"]]:
        """Return all profiles of the person, each counted by every metric, and those that were caught up for that.

        Raises VersionConflictError when one is counted by later definitions than these.
        """
        known = known or {}
        members = members_of(self.store, self.id_of, root, known)
        newest = max(member.rule_set for member in members)
        if newest > rule_set.version:
            self.rule_set(newest)
            raise VersionConflictError("a member is counted by later definitions")
        behind = [member.id for member in members[1:] if not rule_set.is_current(member)]
        if not behind:
            return members, []
        caught_up = [saved for id_ in behind if (saved := self._catch_up(id_))]
        known = {id_: known[id_] for id_ in known.keys() - behind}
        return members_of(self.store, self.id_of, root, known), caught_up

    def _catch_up(self, member_id: str) -> "Saved | None":
        """Fold the whole log of a member by the present definitions. The caller makes the person's card."""
        folded = self._fold_and_settle(member_id, None, None)
        if folded is None:
            return None
        state = folded.state
        state.card, state.rule_set = None, folded.rule_set.version
        state.due = state.flips = None
        return Saved(folded, self._save(folded), is_member=True)

    def _finish_all(self, unfinished: deque["Saved"]) -> None:
        """Do what must follow from these saves, and from the saves that follow from them."""
        for _ in range(_MAX_CONSEQUENCES):
            if not unfinished:
                return
            saved = unfinished[0]
            following = self._finish(saved)
            if saved.repeats and not saved.settlement.complete:
                following += self._save_profile(saved.state.id, None, repeats=True)
            unfinished.popleft()
            unfinished.extend(following)
        raise VersionConflictError(f"one save has more than {_MAX_CONSEQUENCES} consequences")

    def _finish(self, saved: "Saved") -> list["Saved"]:
        """Do what must follow from a save in its own tree and in others; return what was saved for it."""
        state, following = saved.state, list[Saved]()
        if state.owner is not None and not saved.is_member:
            following += self._refresh(state.id, force=saved.changed, facets=saved.facets_of_person)
        if (
            state.owner is None and saved.is_member
        ):  # released while it was caught up: nobody has made its card
            following += self._refresh(state.id, force=True)
        following += self._finish_claims(state, saved.settlement)
        for id_ in _unranked_rivals(state, saved.settlement) if saved.folds_rivals else ():
            following += self._save_profile(id_, (), folds_rivals=False)
        return following

    def _finish_claims(self, state: ProfileState, settlement: ClaimSettlement) -> list["Saved"]:
        """Note lost claims on both sides, and refresh the trees that have changed.

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
            fresh.finish(traces[id_], noted.get(id_, ()))
            self.store.save([fresh])

    def redact(
        self, profile_id: str, erased: Mapping[Identity, int], copies: ErasedCopies | None = None
    ) -> int:
        """Take out of a log what an erasure covers (`redactions`); return the number of changed activities."""
        return redact(self.store, profile_id, erased, copies)

    def ask(self, profile_ids: Collection[str]) -> Iterator[str]:
        """Evaluate the segments of these profiles again by the current catalogue; yield the ids of those that changed.

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
        root = profile.copy()
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

    def _refresh(self, member_id: str, *, force: bool, facets: frozenset[str] | None = None) -> list["Saved"]:
        """Refresh a card; return what was saved for it. `facets`: everything that has changed of the member, None if
        that is unknown.
        """
        root = canonical(self.store, member_id)
        if root is None or root.owner is not None or root.identity is None or root.stale:
            return []
        rule_set = self.rule_set(root.rule_set)
        if not rule_set.is_current(root):
            return self._save_profile(root.id, None, repeats=True)
        held = root.copy()
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


def _differ(state: ProfileState, held: ProfileState) -> bool:
    # Nearly every event moves one of these; only the stored form shows all else (1 and True are equal in Python).
    moved = (state.last_seen, state.due, state.flips) != (held.last_seen, held.due, held.flips)
    moved = moved or bool(state.daily.dirty) or bool(state.ledger.dirty)
    return moved or state.card != held.card or dumps(state) != dumps(held)
