"""The projection: the stream is a doorbell, the log is the truth.

A doorbell says only where something happened. What the log of that place says is folded again and written once,
conditionally on the version that was read; whatever is done twice, out of order or half, ends in the same state.
A claim is saved together with the profiles that it is about; what else follows from it leaves its traces in what is
saved, so that a redelivered doorbell finishes whatever a crash left undone.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from crm.domain.activity import Activity
from crm.domain.card import card_of
from crm.domain.effects import WORK
from crm.domain.erasure import redacted, says
from crm.domain.errors import VersionConflictError
from crm.domain.fold import fold_all, fold_ranges, ranges_to_read
from crm.domain.identity import Identity
from crm.domain.profile import ProfileState
from crm.domain.stored_profile import dumps
from crm.domain.times import MINUTE_MS
from crm.services.projecting.members import IdOf, ProfileStore, canonical, members_of
from crm.services.projecting.settle_claims import ClaimSettler, Settlement

MAX_ATTEMPTS = 25
_END_OF_TIME = 1 << 60


@dataclass(frozen=True, slots=True)
class Projector:
    """Brings profiles up to their logs. `consent_required`: cards tell of no activities without a consent to them."""

    store: ProfileStore
    id_of: IdOf
    consent_required: bool = False

    def project(self, profile_id: str, minutes: Collection[int] | None) -> None:
        """Fold what happened in these minutes (of the keys, since 1970); None folds the whole log from scratch.

        None is for a stored activity that another copy has overwritten, and for rebuilding.
        Raises VersionConflictError when other writers were faster all the time.
        """
        attempts = 0
        while True:
            try:
                if self._project_once(profile_id, minutes):
                    return
            except VersionConflictError:
                attempts += 1
                if attempts == MAX_ATTEMPTS:
                    raise

    def _project_once(self, profile_id: str, minutes: Collection[int] | None) -> bool:
        """Whether nothing is left to do."""
        held = self.store.load([profile_id]).get(profile_id) or ProfileState(profile_id)
        state = self._fold(held, None if held.stale else minutes)
        if state.identity is None and held.version == 0:
            return True
        settler = ClaimSettler(self.store, self.id_of, self.redact)
        settlement = settler.settle(held, state)
        if settlement.redacted:
            return self._project_once(profile_id, None)
        state.card = None
        if state.owner is None and state.identity is not None:
            state.card = self._card(state, settlement.known)
        # Who read the log before a copy was overwritten must fail, also where another copy has changed it back since.
        anew = minutes is None
        changed = anew or bool(settlement.changed) or state.lags or _differ(state, held)
        if changed:
            self.store.save([state, *settlement.changed])
        if state.owner is not None:
            self.refresh(state.id, force=changed)
        self._finish(settler, state, settlement)
        return settlement.complete

    def _finish(self, settler: ClaimSettler, state: ProfileState, settlement: Settlement) -> None:
        """What must follow in other trees. A crash leaves its traces in what is saved: the next projection finishes."""
        noted = settler.note_conflicts(settlement.known.values())
        touched = set(map(self.id_of, state.dropped))
        for profile, losers in noted:
            touched |= {*losers, profile.owner or profile.id}
        for id_ in sorted(touched - {state.id}):
            self.refresh(id_, force=True)
        settler.mark_noted(noted)
        if state.dropped:
            fresh = self.store.load([state.id])[state.id]  # a refresh may have saved it
            fresh.dropped -= state.dropped
            self.store.save([fresh])

    def _fold(self, held: ProfileState, minutes: Collection[int] | None) -> ProfileState:
        if minutes is None:
            state = held.without_log()
            state.forget_identity()
            fold_all(state, self._read(held, 0, _END_OF_TIME, minutes))
            return state
        state = held.copy()
        fold_ranges(
            state,
            ranges_to_read(state, minutes),
            lambda start, end: self._read(held, start * MINUTE_MS, end * MINUTE_MS, minutes),
        )
        return state

    def _read(
        self, held: ProfileState, start: int, end: int, minutes: Collection[int] | None
    ) -> Iterator[Activity]:
        """The log without what an erasure reaches, which is discarded however late it came.

        Notes and tasks told of in these minutes are kept on the way.
        """
        gone: list[Activity] = []
        work: list[Activity] = []
        for activity in self.store.activities(held.id, start, end):
            if held.is_erased(activity):
                gone.append(activity)
                continue
            if _tells_of_work(activity) and (minutes is None or activity.original_at // MINUTE_MS in minutes):
                work.append(activity)
            yield activity
        if gone:
            self.store.discard(held.id, gone)
        if work:
            self.store.keep_work(held.id, work)

    def redact(self, profile_id: str, erased: Mapping[Identity, int]) -> int:
        """Take identities out of what a log says until they were erased (epoch ms); how many activities said them."""
        said = [a for a in self.store.activities(profile_id, 0, _END_OF_TIME) if says(a, erased)]
        kept = [(activity, redacted(activity, erased)) for activity in said]
        self.store.append([after for _, after in kept if after is not None])
        self.store.discard(profile_id, [before for before, after in kept if after is None])
        return len(said)

    def _card(self, root: ProfileState, known: Mapping[str, ProfileState] | None = None) -> dict[str, Any]:
        members = members_of(self.store, self.id_of, root, known)
        return card_of(members, consent_required=self.consent_required)

    def refresh(self, member_id: str, *, force: bool) -> None:
        """Bring the card of the canonical profile of this member up to its members.

        `force` writes even an unchanged card: whoever read the members before their change must fail and read again.
        """
        root = canonical(self.store, member_id)
        if root is None or root.owner is not None or root.identity is None or root.stale:
            return
        # The members are read after the root: its version tells whether somebody has merged in between.
        card = self._card(root)
        if force or card != root.card or root.lags:
            root.card = card
            self.store.save([root])


def _differ(state: ProfileState, held: ProfileState) -> bool:
    return state.card != held.card or dumps(state) != dumps(held)


def _tells_of_work(activity: Activity) -> bool:
    return activity.effects is not None and WORK in activity.effects
