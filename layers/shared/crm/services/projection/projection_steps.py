"""The steps of a projection: fold the log of a profile, settle its claims, evaluate its card, save it.

Each step calls only those below it; what follows in other trees is returned to the projector.
"""

import random
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from crm.domain.activity import Activity
from crm.domain.copies import ErasedCopies
from crm.domain.errors import VersionConflictError
from crm.domain.identity import Identity
from crm.domain.profile import ProfileState
from crm.domain.profile_claims import limit_claimers
from crm.domain.profile_versions import keep_fold_of
from crm.domain.segments.ruleset import EMPTY_RULE_SET, RuleSet
from crm.domain.stored_profile import dumps
from crm.services.projection.claim_settler import ClaimSettlement, ClaimSettler
from crm.services.projection.evaluate_segments import changed_between, make_card
from crm.services.projection.fold_log import WHOLE_LOG, LogFolder, exceeds_pages
from crm.services.projection.person_tree import IdOf, ProfileStore, members_of
from crm.services.projection.redactions import redact
from crm.services.projection.save_projection import save_refolded

_MAX_FOLDS = 25
"""Folds of a log whose claims name erased people again each time."""

_random = random.Random()  # noqa: S311 - no secret; seeded by the system


RuleSetSource = Callable[[int], RuleSet]
"""The function that returns the current rule set, at least of the given version: an older cached one is reloaded."""


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

    `held`: the stored profile. `facets`: what has changed since, None if that is everything or unknown. `refolded`: the
    whole log was folded; `in_place`: minutes of it were named.
    """

    held: ProfileState
    state: ProfileState
    settlement: ClaimSettlement
    rule_set: RuleSet
    facets: frozenset[str] | None
    refolded: bool
    in_place: bool


@dataclass(slots=True)
class Saved:
    """A profile after its save, from which more may follow.

    `changed`: whether anything was saved. `is_member`: it was caught up for the card of its person, who is not
    refreshed for it. `folds_rivals`, `repeats`: see `ProjectionSteps._save_profile`.
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
class ProjectionSteps:
    """The steps of a projection, on a store.

    `consent_required`: cards show no activities without consent to processing. `joins_closed`: public sources may not
    join identities that others have established. `now`: the instant at which segments are evaluated, epoch ms.
    `left_out` is called with activities that exceed a budget, once or more. `generation` names new pages of counts.
    `retention_days`: activities are removed after this many days; 0 is never.
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

    def _save_profile(
        self,
        profile_id: str,
        minutes: Collection[int] | None,
        *,
        held: ProfileState | None = None,
        folds_rivals: bool = True,
        repeats: bool = False,
    ) -> list[Saved]:
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
    ) -> Folded | None:
        """Fold what is to be folded of a profile's log and settle the claims; None if there is no such profile."""
        for _ in range(_MAX_FOLDS):
            held = held or self.store.load([profile_id]).get(profile_id) or ProfileState(profile_id)
            rule_set = self.rule_set(held.rule_set)
            # A writer that read the log before a copy was overwritten must fail, even if the copy is back since.
            refolded = minutes is None or held.stale or not rule_set.is_current(held)
            state = self._folder().fold(held, WHOLE_LOG if refolded else minutes, rule_set)
            if state.identity is None and held.version == 0:
                return None
            if refolded or not exceeds_pages(state):
                settlement = self._settle(held, state)
                if not settlement.redacted:
                    everything = refolded or settlement.changed or not rule_set.builds
                    facets = None if everything else changed_between(held, state)
                    return Folded(
                        held, state, settlement, rule_set, facets, refolded=refolded, in_place=bool(minutes)
                    )
            minutes, held = WHOLE_LOG, None
        raise VersionConflictError(f"a log names erased people after {_MAX_FOLDS} folds")

    def _folder(self) -> LogFolder:
        return LogFolder(self.store, self.now, self.left_out, self.generation, self.retention_days)

    def _settle(self, held: ProfileState, state: ProfileState) -> ClaimSettlement:
        state.joins_closed = self.joins_closed
        limit_claimers(state)
        if held.owner is not None and held.owner != state.owner:
            state.released |= {held.owner}
        return self._settler().settle(held, state)

    def _settler(self) -> ClaimSettler:
        return ClaimSettler(self.store, self.id_of, self.redact, self.joins_closed)

    def _evaluate_card(self, folded: Folded) -> list[Saved]:
        """Make the card of a canonical profile; return the members that were caught up. An owned profile has none."""
        state, rule_set = folded.state, folded.rule_set
        state.card, state.rule_set = None, rule_set.version
        if state.owner is not None or state.identity is None:
            state.due = state.flips = None
            return []
        members, caught_up = self._members(state, rule_set, folded.settlement.known)
        self._give_card(state, folded.held, members, rule_set, folded.facets)
        return caught_up

    def _save(self, folded: Folded) -> bool:
        """Save the profile with those whose claimers have changed; return False if nothing has changed.

        Profiles that it claims and that are not stored yet follow one by one: outside the transaction they cost half.
        Until then they are members all the same (`person_tree.unstored_members`).
        """
        state, held, changed = folded.state, folded.held, folded.settlement.changed
        if not (folded.refolded or changed or state.is_former or _differ(state, held)):
            return False
        if not folded.in_place and not folded.refolded:
            keep_fold_of(state, held)
        new = [profile for profile in changed if not profile.version and profile.claimers]
        profiles = [state, *(profile for profile in changed if profile.version or not profile.claimers)]
        if folded.refolded:
            save_refolded(self.store, held, profiles)
        else:
            self.store.save(profiles)
        for profile in new:
            self.store.save([profile])
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
    ) -> tuple[list[ProfileState], list[Saved]]:
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

    def _catch_up(self, member_id: str) -> Saved | None:
        """Fold the whole log of a member by the present definitions. The caller makes the person's card."""
        folded = self._fold_and_settle(member_id, WHOLE_LOG, None)
        if folded is None:
            return None
        state = folded.state
        state.card, state.rule_set = None, folded.rule_set.version
        state.due = state.flips = None
        return Saved(folded, self._save(folded), is_member=True)

    def redact(
        self, profile_id: str, erased: Mapping[Identity, int], copies: ErasedCopies | None = None
    ) -> int:
        """Take out of a log what an erasure covers (`redactions`); return the number of changed activities."""
        return redact(self.store, profile_id, erased, copies)


def _differ(state: ProfileState, held: ProfileState) -> bool:
    # Nearly every event moves one of these; only the stored form shows all else (1 and True are equal in Python).
    moved = (state.last_seen, state.due, state.flips) != (held.last_seen, held.due, held.flips)
    moved = moved or bool(state.daily.dirty) or bool(state.ledger.dirty)
    return moved or state.card != held.card or dumps(state) != dumps(held)
