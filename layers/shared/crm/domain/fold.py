"""The fold of a log into a profile.

Pure, idempotent, commutative: any order and any repetition end in the same state.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from crm.domain.activity import SHARED, Activity, Stamp, is_own, is_system
from crm.domain.business_keys import ROLE_COMPLETED, business_key_of, role_for_order
from crm.domain.claims import IdentityLink, add_evidence, add_link, evidence_of
from crm.domain.consent import PENDING
from crm.domain.consent_fields import ProfileConsent
from crm.domain.counts import DAY, Piece, cut, whole
from crm.domain.daily.block import Block
from crm.domain.daily.daily_counts import DailyCounts
from crm.domain.daily.metric_columns import BLOCK_DAYS
from crm.domain.daily.metric_pruning import drop_old_metrics, drop_unrequired_metrics
from crm.domain.daily.page_moves import move_large_blocks
from crm.domain.daily.replace_days import replace_days
from crm.domain.daily.retention import merge_retained
from crm.domain.effect_fields import ATTRIBUTES, CONSENTS, GROUPS, PENDING_CONSENTS, REGISTERS
from crm.domain.effects import consents_in, links_in
from crm.domain.fold_rules import DEFAULT_RULES, FoldRules
from crm.domain.json_text import beginning
from crm.domain.ledger.book import Ledger
from crm.domain.message_name import EventNaming, naming_of
from crm.domain.profile import ProfileState
from crm.domain.registers import bounded_environment, put_one
from crm.domain.stamped import Stamped, later
from crm.domain.times import DAY_MS, day_of
from crm.domain.trust import Rank
from crm.domain.weak_attributes import is_weak, put_by_name

if TYPE_CHECKING:
    from crm.domain.metrics.counting import Counting

MAX_SOURCE_BYTES = 100
"""Maximum bytes, as JSON, of the source of a consent that a profile keeps."""

OnLeftOut = Callable[[Activity], None]


def _ignore(_activity: Activity) -> None:
    """Ignore an activity of which something is left out."""


@dataclass(frozen=True, slots=True)
class Filing:
    """The options by which counts are stored in blocks and pages.

    `today` (UTC): later days are never the newest. `generation` names new pages; no other fold may use the same.
    `whole_since`: the first day on which retention has removed no activity; the counts of earlier days stay
    unchanged.
    """

    today: int = 1 << 40
    generation: str = "0"
    whole_since: int | None = None


DEFAULT_FILING = Filing()


def ranges_to_read(state: ProfileState, minutes: Iterable[int]) -> list[tuple[int, int]]:
    """Return the ranges of minutes `[start, end)` of the log to fold again after a change in these minutes."""
    return state.daily.ranges(minutes)


def pages_to_read(state: ProfileState, ranges: Iterable[tuple[int, int]]) -> list[int]:
    """Return the numbers of the pages to read before these ranges can be folded."""
    return state.daily.unread(start // DAY for start, _ in ranges)


def fold_ranges(
    state: ProfileState,
    ranges: Collection[tuple[int, int]],
    read: Callable[[int, int], Iterable[Activity]],
    counting: "Counting | None" = None,
    rules: FoldRules = DEFAULT_RULES,
    on_left_out: OnLeftOut = _ignore,
    filing: Filing = DEFAULT_FILING,
) -> None:
    """Fold these ranges of the log into the state.

    `read(start, end)` returns all activities keyed in that range, in order. Everything outside the ranges must have
    been folded by the same rules and counted by the same metrics. `on_left_out` is called with each activity that
    exceeds a budget.
    """
    fresh: list[Piece] = []
    newest = _newest_day(state, ranges, filing.today)
    for start, end in ranges:
        # Only the newest day is read with every event. An old day that was cut again would never settle.
        divide = cut if start // DAY == newest and end % DAY == 0 else whole
        _fold_pieces(state, divide(start, end, read(start, end), counting), fresh, rules, on_left_out)
    _file(state, ranges, fresh, counting, rules, filing)


def fold_all(
    state: ProfileState,
    activities: Iterable[Activity],
    counting: "Counting | None" = None,
    rules: FoldRules = DEFAULT_RULES,
    filing: Filing = DEFAULT_FILING,
    kept: Sequence[Piece] = (),
) -> None:
    """Fold a whole log, in the order of its keys, into a state made by `without_log`.

    `kept`: the counts of activities that retention has removed since.
    """
    fresh: list[Piece] = []
    state.daily, state.ledger = DailyCounts.begun(), Ledger()
    for day, of_day in groupby(activities, key=lambda activity: day_of(activity.original_at)):
        _fold_pieces(state, cut(day * DAY, (day + 1) * DAY, of_day, counting), fresh, rules, _ignore)
    fresh = merge_retained(fresh, kept)
    ranges = [(day * DAY, (day + 1) * DAY) for day in sorted({piece.day for piece in fresh})]
    _file(state, ranges, fresh, counting, rules, filing)


def _newest_day(state: ProfileState, ranges: Collection[tuple[int, int]], today: int) -> int:
    days = {start // DAY for start, _ in ranges} | {state.daily.newest_day(today) or 0}
    return max((day for day in days if day <= today), default=max(days))


def _file(
    state: ProfileState,
    ranges: Collection[tuple[int, int]],
    fresh: list[Piece],
    counting: "Counting | None",
    rules: FoldRules,
    filing: Filing,
) -> None:
    """Store the fresh counts in their blocks, and move to pages what is too large to stay inline."""
    counted, before = state.daily, set(state.daily.blocks)
    if filing.whole_since is not None:
        ranges = [range_ for range_ in ranges if not counted.is_closed(range_[0] // DAY, filing.whole_since)]
    replace_days(counted, ranges, fresh)
    horizons = counting.horizons if counting else {}
    drop_unrequired_metrics(counted, horizons)
    if set(counted.blocks) != before:
        later = 1 + -(-max(0, state.skew[1]) // DAY_MS)
        drop_old_metrics(counted, horizons, lambda block: _last_day(block) + later)
    move_large_blocks(counted, filing.today, rules.inline_bytes, rules.largest_block, filing.generation)
    if state.ledger.replace(ranges, fresh, counted.tail, state.ledger_pages):
        state.ledger.prune(horizons)
        state.ledger.settle(filing.generation, state.ledger_pages, rules.place)
    state.rules = rules.version if counted else ""


def _last_day(block: Block) -> int:
    return block.first_day + BLOCK_DAYS - 1


def _fold_pieces(
    state: ProfileState,
    counted: Iterable[tuple[Piece, Activity]],
    fresh: list[Piece],
    rules: FoldRules,
    on_left_out: OnLeftOut,
) -> None:
    for piece, activity in counted:
        if not fresh or fresh[-1] is not piece:
            fresh.append(piece)
        if not _fold_one(state, activity, rules):
            on_left_out(activity)


def _fold_one(state: ProfileState, activity: Activity, rules: FoldRules) -> bool:
    """Fold one activity, and return whether all its values are kept."""
    state.identity = activity.identities[0]
    if activity.type == SHARED:
        state.shared = min(activity.occurred_at, state.shared or activity.occurred_at)
    if is_system(activity):
        return True
    stamp, rank, whole = activity.stamp, activity.rank, True
    if rank > Rank.PUBLIC:
        state.established = min(activity.received_at, state.established or activity.received_at)
    _fold_times(state, activity)
    for register, values in _values_in(activity, rules):
        if register == ATTRIBUTES and rank < Rank.BY_HAND and is_weak(state.identity):
            put_by_name(state, values, _naming_in(activity), stamp, rank, rules)
        for name, value in values.items():
            whole &= put_one(state, register, name, Stamped(value, stamp), rank, rules)
    if environment := activity.context.get("environment"):
        _fold_environment(state, environment, stamp)
    if activity.effects:
        for identity, linked in links_in(activity.effects).items():
            add_link(state.links, identity, IdentityLink(linked, stamp))
    if len(activity.identities) > 1:
        evidence = evidence_of(activity)
        for identity in activity.identities[1:]:
            add_evidence(state.claims, identity, evidence)
    return whole


def _fold_environment(state: ProfileState, environment: dict[str, str], stamp: Stamp) -> None:
    held = state.environment
    if held is not None and held.stamp > stamp:
        return
    new = Stamped(bounded_environment(environment), stamp)
    if new != held:
        state.environment = later(held, new)


def _fold_times(state: ProfileState, activity: Activity) -> None:
    at = activity.occurred_at
    if state.first_seen is None or at < state.first_seen:
        state.first_seen = at
    if is_own(activity) and (state.last_seen is None or at > state.last_seen):
        state.last_seen = at
    last = state.last_transaction_at
    is_order = role_for_order(activity) == ROLE_COMPLETED
    if is_order and (last is None or at > last) and business_key_of(activity) is None:
        state.last_transaction_at = max(last or 0, at)
    skew, (least, most) = at - activity.original_at, state.skew
    if not least <= skew <= most:
        state.skew = (min(least, skew), max(most, skew))


def _values_in(activity: Activity, rules: FoldRules) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the values that an activity sets, by register and name."""
    if activity.type == "identify":
        yield ATTRIBUTES, _settable(activity.properties, activity, rules)
    elif activity.type == "group" and activity.name:
        yield GROUPS, {activity.name: activity.properties}
    by_form = (activity.effects or {}).get(CONSENTS, {})
    for key, consent in consents_in(activity, rules).items():
        # Consents that pages request take no room among the requests that a link can confirm.
        requested = consent["state"] == PENDING and key in by_form
        yield PENDING_CONSENTS if requested else CONSENTS, {key: _kept_of(consent)}
    if activity.effects:
        for register in REGISTERS:
            values = activity.effects.get(register, {})
            yield register, _settable(values, activity, rules) if register == ATTRIBUTES else values


def _naming_in(activity: Activity) -> EventNaming:
    attributes = (
        activity.properties if activity.type == "identify" else (activity.effects or {}).get(ATTRIBUTES, {})
    )
    return naming_of(attributes)


def _settable(values: dict[str, Any], activity: Activity, rules: FoldRules) -> dict[str, Any]:
    """Drop the attributes that only a higher rank may set."""
    rank, declared = activity.rank, rules.attributes
    return {
        name: value for name, value in values.items() if name not in declared or rank >= declared[name].set_by
    }


def _kept_of(consent: ProfileConsent) -> dict[str, Any]:
    """Return the consent without its proof, which stays in the log: it is long, and a profile is written often."""
    kept = {name: value for name, value in consent.items() if name != "proof"}
    return kept | {"source": beginning(consent["source"], MAX_SOURCE_BYTES)}
