"""Fold the log of one profile: read what is to be folded, and discard what an erasure covers."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from crm.domain.activity import Activity
from crm.domain.copies import sources_of
from crm.domain.counts import Piece
from crm.domain.daily.retention import retained_pieces, whole_since
from crm.domain.effect_fields import WORK
from crm.domain.fold import Filing, fold_all, fold_ranges, pages_to_read, ranges_to_read
from crm.domain.profile import ProfileState
from crm.domain.profile_claims import clear_identity
from crm.domain.profile_versions import copy_of, without_log
from crm.domain.segments.ruleset import RuleSet
from crm.domain.times import MINUTE_MS, day_of
from crm.services.projection.person_tree import ProfileStore
from crm.services.projection.redactions import take_copies

WHOLE_LOG: Final = None
"""The minutes of a projection that folds a log from scratch: to rebuild it, or because another copy has overwritten an
activity."""

NO_EVENTS: Final = ()
"""The minutes of a projection for which nothing happened: only time has passed, or definitions have changed."""

MAX_PAGES = 8
"""Pages of counts that one save changes in place; when late events fall into more, the whole log is folded."""

MAX_LEDGER_PAGES = 32
"""The same bound for pages of the order ledger: a transaction of DynamoDB holds 100 items."""

_END_OF_TIME = 1 << 60


@dataclass(slots=True)
class LogFolder:
    """Folds logs. `now`: the instant, epoch ms; `left_out`, `generation`, `retention_days`: as in `Projector`."""

    store: ProfileStore
    now: Callable[[], int]
    left_out: Callable[[Activity], None]
    generation: Callable[[], str]
    retention_days: int

    def fold(self, held: ProfileState, minutes: Collection[int] | None, rule_set: RuleSet) -> ProfileState:
        """Return the profile with what happened in these minutes, in the WHOLE_LOG, or with NO_EVENTS."""
        if minutes is None:
            state = without_log(held)
            clear_identity(state)
            log = self._read(held, 0, _END_OF_TIME, minutes)
            fold_all(state, log, rule_set.counting, rule_set.rules, self._filing(None), self._kept(held))
            return state
        if not minutes and held.rule_set == rule_set.version:
            return copy_of(held)
        ranges = ranges_to_read(held, minutes)
        self._read_pages(held, ranges)
        state = copy_of(held)
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


def exceeds_pages(state: ProfileState) -> bool:
    """Return whether more pages have changed than one save holds."""
    return len(state.daily.dirty) > MAX_PAGES or len(state.ledger.dirty) > MAX_LEDGER_PAGES


def _has_work(activity: Activity) -> bool:
    return activity.effects is not None and WORK in activity.effects
