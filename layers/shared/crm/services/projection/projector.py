"""The projector: fold what the stream announces from the log and save it once.

A stream record says only where something happened. The log of that place is folded again and saved conditionally on
the version that was read; repeated, reordered or partial work ends in the same state. A claim is saved together with
the profiles that it concerns. Further consequences are marked in what is saved, so that a redelivered record
completes what a crash left unfinished.
"""

import random
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from crm.domain.activity import Activity
from crm.domain.copies import ErasedCopies, sources_of
from crm.domain.counts import Piece
from crm.domain.daily.retention import retained_pieces, whole_since
from crm.domain.effects import WORK
from crm.domain.errors import VersionConflictError
from crm.domain.fold import Filing, fold_all, fold_ranges, pages_to_read, ranges_to_read
from crm.domain.identity import Identity
from crm.domain.profile import ProfileState
from crm.domain.segments.ruleset import EMPTY, RuleSet
from crm.domain.stored_profile import dumps
from crm.domain.times import MINUTE_MS, day_of
from crm.services.projection.claim_settler import ClaimSettler, Settlement
from crm.services.projection.evaluate_segments import changed_between, make_card
from crm.services.projection.person_tree import IdOf, ProfileStore, canonical, members_of
from crm.services.projection.redactions import redact, take_copies
from crm.services.projection.save_projection import save_refolded
from crm.storage.retry_on_conflict import at_once, retry_on_conflict

MAX_ATTEMPTS = 25
MAX_ROUNDS = 400
"""Saves by which one projection settles its claims: each settles at least one of at most 300."""

MAX_PAGES = 8
"""Pages of counts that one save changes in place; when late events fall into more, the whole log is folded."""

MAX_LEDGER_PAGES = 32
"""The same bound for pages of the order ledger: a transaction of DynamoDB holds 100 items."""

_MAX_RIVALS = 20
"""Rival claimers that a projection folds by ranks of claims together with its own profile."""

_END_OF_TIME = 1 << 60
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
    rule_set: RuleSetSource = lambda _version: EMPTY
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

        def settle() -> None:
            for _ in rounds:
                if self._project_once(profile_id, minutes, held=next(just_read, None)):
                    return
            raise VersionConflictError(f"the claims of a profile are not settled by {MAX_ROUNDS} saves")

        retry_on_conflict(settle, attempts=MAX_ATTEMPTS, pause=at_once)

    def _project_once(
        self,
        profile_id: str,
        minutes: Collection[int] | None,
        *,
        held: ProfileState | None = None,
        alone: bool = False,
        with_rivals: bool = True,
    ) -> bool:
        """Project once; return whether nothing is left to do.

        `alone`: the caller updates the person's card. `with_rivals`: also fold profiles that claim the same
        identities by claims of the previous version.
        """
        held = held or self.store.load([profile_id]).get(profile_id) or ProfileState(profile_id)
        rule_set = self.rule_set(held.rule_set)
        # A writer that read the log before a copy was overwritten must fail, even if the copy is back since.
        anew = minutes is None or held.stale or not rule_set.is_current(held)
        state = self._fold(held, None if anew else minutes, rule_set)
        if state.identity is None and held.version == 0:
            return True
        if not anew and (len(state.daily.dirty) > MAX_PAGES or len(state.ledger.dirty) > MAX_LEDGER_PAGES):
            return self._project_once(profile_id, None, alone=alone)
        state.joins_closed = self.joins_closed
        state.limit_claimers()
        if held.owner is not None and held.owner != state.owner:
            state.released |= {held.owner}
        settler = ClaimSettler(self.store, self.id_of, self.redact, self.joins_closed)
        settlement = settler.settle(held, state)
        if settlement.redacted:
            return self._project_once(profile_id, None, alone=alone)
        everything = anew or settlement.changed or not rule_set.asked
        facets = None if everything else changed_between(held, state)
        self._evaluate_card(state, held, settlement, rule_set, facets)
        changed = anew or bool(settlement.changed) or state.is_former or _differ(state, held)
        if changed:
            if not minutes and not anew:
                state.keep_fold_of(held)
            profiles = [state, *settlement.changed]
            if anew:
                save_refolded(self.store, held, profiles)
            else:
                self.store.save(profiles)
        if state.owner is not None and not alone:
            same_owner = changed and state.owner == held.owner
            self.refresh(state.id, force=changed, facets=facets if same_owner else None)
        self._finish(settler, state, settlement)
        if with_rivals:
            for id_ in _unranked_rivals(state, settlement):
                self._project_once(id_, (), with_rivals=False)
        return settlement.complete

    def _evaluate_card(
        self,
        state: ProfileState,
        held: ProfileState,
        settlement: Settlement,
        rule_set: RuleSet,
        facets: frozenset[str] | None,
    ) -> None:
        """Make the card of a canonical profile. A profile that has an owner has none."""
        state.card, state.rule_set = None, rule_set.version
        if state.owner is not None or state.identity is None:
            state.due = state.flips = None
            return
        members = self._members(state, rule_set, settlement.known)
        self._give_card(state, held, members, rule_set, facets)

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
    ) -> list[ProfileState]:
        """Return all profiles of the person, each counted by every metric.

        Raises VersionConflictError when one is counted by later definitions than these.
        """
        known = known or {}
        members = members_of(self.store, self.id_of, root, known)
        newest = max(member.rule_set for member in members)
        if newest > rule_set.version:
            self.rule_set(newest)
            raise VersionConflictError("a member is counted by later definitions")
        behind = [member.id for member in members[1:] if not rule_set.is_current(member)]
        for id_ in behind:
            self._project_once(id_, None, alone=True)
        if not behind:
            return members
        return members_of(self.store, self.id_of, root, {i: known[i] for i in known.keys() - behind})

    def _finish(self, settler: ClaimSettler, state: ProfileState, settlement: Settlement) -> None:
        """Do what must follow in other trees.

        After a crash, the next projection finishes by the marks in what is saved.
        """
        if not (settlement.known or state.released or state.dropped or state.unnoted):
            return
        settler.note_lost(state)
        parties = [*settlement.known.values(), *([state] if state.released else [])]
        released = [profile for profile in parties if profile.released]
        settler.note_shared(released)
        noted = settler.note_conflicts(parties)
        touched = {self.id_of(identity) for identity in (*state.dropped, *state.unnoted)}
        touched |= {id_ for profile in released for id_ in (profile.id, *profile.released)}
        for profile, losers in noted:
            touched |= {*losers, profile.owner or profile.id}
        for id_ in sorted(touched - {state.id}):
            self.refresh(id_, force=True)
        if noted or released or state.dropped or state.unnoted:
            lost = {profile.id: losers for profile, losers in noted}
            self._remember_finished([state, *settlement.known.values()], lost)

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

    def _fold(self, held: ProfileState, minutes: Collection[int] | None, rule_set: RuleSet) -> ProfileState:
        if minutes is None:
            state = held.without_log()
            state.clear_identity()
            log = self._read(held, 0, _END_OF_TIME, minutes)
            fold_all(state, log, rule_set.counting, rule_set.rules, self._filing(None), self._kept(held))
            return state
        if not minutes and held.rule_set == rule_set.version:
            return held.copy()
        ranges = ranges_to_read(held, minutes)
        self._read_pages(held, ranges)
        state = held.copy()
        fold_ranges(
            state,
            ranges,
            lambda start, end: self._read(held, start * MINUTE_MS, end * MINUTE_MS, minutes),
            rule_set.counting,
            rule_set.rules,
            lambda activity: (
                self.left_out(activity) if activity.original_at // MINUTE_MS in minutes else None
            ),
            self._filing(self._whole_since(held)),
        )
        return state

    def _filing(self, since: int | None) -> Filing:
        return Filing(day_of(self.now()), self.generation(), since)

    def _whole_since(self, held: ProfileState) -> int | None:
        if not self.retention_days:
            return None
        return whole_since(self.now(), self.retention_days, held.skew[0])

    def _kept(self, held: ProfileState) -> list[Piece]:
        since = self._whole_since(held)
        if since is None or not held.daily:
            return []
        held.read_pages(None)
        return retained_pieces(held.daily, since, held.all_entries())

    def _read_pages(self, held: ProfileState, ranges: Sequence[tuple[int, int]]) -> None:
        """Read the pages that late events fall into."""
        for number in pages_to_read(held, ranges):
            held.daily.add_pages(self.store.pages(held, number, number), [number])

    def _read(
        self, held: ProfileState, start: int, end: int, minutes: Collection[int] | None
    ) -> Iterator[Activity]:
        """Read the log without the activities that an erasure covers, which are discarded however late they arrive.

        Notes and tasks of these minutes are stored on the way.
        """
        gone: list[Activity] = []
        work: list[Activity] = []
        copying: list[Activity] = []
        for activity in self.store.activities(held.id, start, end):
            if held.is_erased(activity):
                gone.append(activity)
                continue
            if minutes is None or activity.original_at // MINUTE_MS in minutes:
                if _has_work(activity):
                    work.append(activity)
                if sources_of(activity):
                    copying.append(activity)
            yield activity
        if gone:
            self.store.discard(held.id, gone)
        if work:
            self.store.keep_work(held.id, work)
        if copying:
            take_copies(self.store, copying)

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
                self.project(profile.id, (), profile)
                yield profile.id

    def _is_behind(self, profile: ProfileState) -> bool:
        if profile.owner is not None or profile.identity is None or profile.stale:
            return False
        rule_set = self.rule_set(profile.rule_set)
        if not rule_set.is_current(profile):
            return True
        root = profile.copy()
        try:
            members = self._members(root, rule_set)
        except VersionConflictError:
            return True
        self._give_card(root, profile, members, rule_set, None)
        return root.card != profile.card or root.due != profile.due or profile.is_former

    def refresh(self, member_id: str, *, force: bool, facets: frozenset[str] | None = None) -> None:
        """Bring the card of this member's canonical profile up to date with its members.

        `force` writes even an unchanged card: a writer that read the members before their change must fail and read
        again. `facets`: everything that has changed of the member, None if that is unknown.
        """
        root = canonical(self.store, member_id)
        if root is None or root.owner is not None or root.identity is None or root.stale:
            return
        rule_set = self.rule_set(root.rule_set)
        if not rule_set.is_current(root):
            self.project(root.id, None)
            return
        held = root.copy()
        # The members are read after the root: its version shows a merge in between.
        self._give_card(root, held, self._members(root, rule_set), rule_set, facets)
        moved = (root.card, root.due, root.flips) != (held.card, held.due, held.flips)
        if force or moved or root.is_former:
            root.rule_set = rule_set.version
            self.store.save([root])


def _unranked_rivals(state: ProfileState, settlement: Settlement) -> list[str]:
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


def _has_work(activity: Activity) -> bool:
    return activity.effects is not None and WORK in activity.effects
