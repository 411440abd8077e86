"""The fold: what one log says. Pure, idempotent, commutative: any order and any repetition end in the same state."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from crm.domain.activity import SHARED, Activity, is_own, is_system
from crm.domain.claims import Link, add_evidence, add_link, evidence_of
from crm.domain.consent import PENDING
from crm.domain.counts import DAY, ORDER_COMPLETED, Slice, cut, ranges_of, replace_slices, whole
from crm.domain.effects import (
    ATTRIBUTES,
    CONSENTS,
    GROUPS,
    PENDING_CONSENTS,
    REGISTERS,
    consents_in,
    links_in,
)
from crm.domain.fold_rules import FoldRules
from crm.domain.metrics.tables import pruned
from crm.domain.profile import ProfileState, Stamped, later
from crm.domain.registers import bounded_environment, put_one
from crm.domain.times import day_of
from crm.domain.trust import Rank

if TYPE_CHECKING:
    from crm.domain.metrics.counting import Counting

LONGEST_SOURCE = 100
"""Characters that a profile keeps of where a consent was given."""

DEFAULT_RULES = FoldRules()
OnLeftOut = Callable[[Activity], None]


def _ignore(_activity: Activity) -> None:
    """Nothing is to be done about what is left out."""


def ranges_to_read(state: ProfileState, minutes: Iterable[int]) -> list[tuple[int, int]]:
    """Ranges of minutes `[start, end)` of the log to fold again after something happened in these minutes."""
    return ranges_of(state.slices, set(minutes))


def fold_ranges(
    state: ProfileState,
    ranges: Collection[tuple[int, int]],
    read: Callable[[int, int], Iterable[Activity]],
    counting: "Counting | None" = None,
    rules: FoldRules = DEFAULT_RULES,
    on_left_out: OnLeftOut = _ignore,
) -> None:
    """Fold the log of these ranges into the state. `read(start, end)` answers all that is keyed on them, in order.

    Whatever is outside of them must have been folded by the same rules and counted by the same metrics. `on_left_out`
    is called with each activity of which something is over a budget.
    """
    fresh: list[Slice] = []
    newest = max([end for _, end in ranges] + [piece.end for piece in state.slices], default=0)
    for start, end in ranges:
        # Only the newest is read with every event. An old one that was cut again would never come to rest.
        divide = cut if end == newest else whole
        _fold_slices(state, divide(start, end, read(start, end), counting), fresh, rules, on_left_out)
    state.slices = replace_slices(state.slices, ranges, fresh)
    state.rules = rules.version if state.slices else ""
    prune(state, counting)


def fold_all(
    state: ProfileState,
    activities: Iterable[Activity],
    counting: "Counting | None" = None,
    rules: FoldRules = DEFAULT_RULES,
) -> None:
    """Fold a whole log, in the order of its keys, into a state made by `without_log`."""
    fresh: list[Slice] = []
    for day, of_day in groupby(activities, key=lambda activity: day_of(activity.original_at)):
        _fold_slices(state, cut(day * DAY, (day + 1) * DAY, of_day, counting), fresh, rules, _ignore)
    state.slices = replace_slices([], [], fresh)
    state.rules = rules.version if state.slices else ""
    prune(state, counting)


def prune(state: ProfileState, counting: "Counting | None") -> None:
    """Drop from the state's metrics what no definition asks for."""
    if not any(piece.counts.metrics for piece in state.slices):
        return
    kept = pruned([piece.counts.metrics for piece in state.slices], counting.horizons if counting else {})
    state.slices = [
        replace(piece, counts=replace(piece.counts, metrics=metrics))
        for piece, metrics in zip(state.slices, kept, strict=True)
    ]


def _fold_slices(
    state: ProfileState,
    counted: Iterable[tuple[Slice, Activity]],
    fresh: list[Slice],
    rules: FoldRules,
    on_left_out: OnLeftOut,
) -> None:
    for piece, activity in counted:
        if not fresh or fresh[-1] is not piece:
            fresh.append(piece)
        if not _fold_one(state, activity, rules):
            on_left_out(activity)


def _fold_one(state: ProfileState, activity: Activity, rules: FoldRules) -> bool:
    """Whether all that it says is kept."""
    state.identity = activity.identities[0]
    if activity.type == SHARED:
        state.shared = min(activity.occurred_at, state.shared or activity.occurred_at)
    if is_system(activity):
        return True
    if activity.rank > Rank.PUBLIC:
        state.established = min(activity.received_at, state.established or activity.received_at)
    _fold_times(state, activity)
    stamp, whole = activity.stamp, True
    for register, values in _said_in(activity, rules):
        rank = activity.rank
        for name, value in values.items():
            whole &= put_one(state, register, name, Stamped(value, stamp), rank, rules)
    environment = activity.context.get("environment")
    if environment and (state.environment is None or state.environment.stamp <= stamp):
        state.environment = later(state.environment, Stamped(bounded_environment(environment), stamp))
    if activity.effects:
        for identity, linked in links_in(activity.effects).items():
            add_link(state.links, identity, Link(linked, stamp))
    if len(activity.identities) > 1:
        evidence = evidence_of(activity)
        for identity in activity.identities[1:]:
            add_evidence(state.claims, identity, evidence)
    return whole


def _fold_times(state: ProfileState, activity: Activity) -> None:
    at = activity.occurred_at
    state.first_seen = at if state.first_seen is None else min(state.first_seen, at)
    if is_own(activity):
        state.last_seen = at if state.last_seen is None else max(state.last_seen, at)
    if activity.type == "track" and activity.name == ORDER_COMPLETED:
        state.last_transaction_at = max(state.last_transaction_at or 0, at)
    skew = at - activity.original_at
    state.skew = (min(state.skew[0], skew), max(state.skew[1], skew))


def _said_in(activity: Activity, rules: FoldRules) -> Iterator[tuple[str, dict[str, Any]]]:
    """What an activity says, by register and name."""
    if activity.type == "identify":
        yield ATTRIBUTES, _settable(activity.properties, activity, rules)
    elif activity.type == "group" and activity.name:
        yield GROUPS, {activity.name: activity.properties}
    for key, consent in consents_in(activity, rules).items():
        yield PENDING_CONSENTS if consent["state"] == PENDING else CONSENTS, {key: _kept_of(consent)}
    if activity.effects:
        for register in REGISTERS:
            values = activity.effects.get(register, {})
            yield register, _settable(values, activity, rules) if register == ATTRIBUTES else values


def _settable(values: dict[str, Any], activity: Activity, rules: FoldRules) -> dict[str, Any]:
    """Without the attributes that only a higher rank may set."""
    rank, declared = activity.rank, rules.attributes
    return {
        name: value for name, value in values.items() if name not in declared or rank >= declared[name].set_by
    }


def _kept_of(consent: dict[str, Any]) -> dict[str, Any]:
    """What was shown when it was given stays in the log: it is long, and a profile is written often."""
    kept = {name: consent[name] for name in consent if name != "proof"}
    return kept | {"source": consent["source"][:LONGEST_SOURCE]}
