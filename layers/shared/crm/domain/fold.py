"""The fold: what one log says. Pure, idempotent, commutative: any order and any repetition end in the same state."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from crm.domain.activity import SHARED, Activity, Stamp, is_own, is_system
from crm.domain.claims import Link, add_evidence, add_link, evidence_of
from crm.domain.consent import PENDING
from crm.domain.counts import DAY, ORDER_COMPLETED, Slice, cut, ranges_of, replace_slices, whole
from crm.domain.effects import REGISTERS, consents_in, links_in
from crm.domain.metrics.tables import pruned
from crm.domain.profile import ProfileState, Register, Stamped, later
from crm.domain.times import day_of
from crm.domain.trust import Rank

if TYPE_CHECKING:
    from crm.domain.metrics.counting import Counting


def ranges_to_read(state: ProfileState, minutes: Iterable[int]) -> list[tuple[int, int]]:
    """Ranges of minutes `[start, end)` of the log to fold again after something happened in these minutes."""
    return ranges_of(state.slices, set(minutes))


def fold_ranges(
    state: ProfileState,
    ranges: Collection[tuple[int, int]],
    read: Callable[[int, int], Iterable[Activity]],
    counting: "Counting | None" = None,
) -> None:
    """Fold the log of these ranges into the state. `read(start, end)` answers all that is keyed on them, in order.

    Whatever is outside of them must have been counted by the same metrics.
    """
    fresh: list[Slice] = []
    newest = max([end for _, end in ranges] + [piece.end for piece in state.slices], default=0)
    for start, end in ranges:
        # Only the newest is read with every event. An old one that was cut again would never come to rest.
        divide = cut if end == newest else whole
        _fold_slices(state, divide(start, end, read(start, end), counting), fresh)
    state.slices = replace_slices(state.slices, ranges, fresh)
    prune(state, counting)


def fold_all(state: ProfileState, activities: Iterable[Activity], counting: "Counting | None" = None) -> None:
    """Fold a whole log, in the order of its keys, into a state made by `without_log`."""
    fresh: list[Slice] = []
    for day, of_day in groupby(activities, key=lambda activity: day_of(activity.original_at)):
        _fold_slices(state, cut(day * DAY, (day + 1) * DAY, of_day, counting), fresh)
    state.slices = replace_slices([], [], fresh)
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


def _fold_slices(state: ProfileState, counted: Iterable[tuple[Slice, Activity]], fresh: list[Slice]) -> None:
    for piece, activity in counted:
        if not fresh or fresh[-1] is not piece:
            fresh.append(piece)
        _fold_one(state, activity)


def _fold_one(state: ProfileState, activity: Activity) -> None:
    state.identity = activity.identities[0]
    if activity.type == SHARED:
        state.shared = min(activity.occurred_at, state.shared or activity.occurred_at)
    if is_system(activity):
        return
    if activity.rank > Rank.PUBLIC:
        state.established = min(activity.received_at, state.established or activity.received_at)
    _fold_times(state, activity)
    _fold_said(state, activity)
    if activity.effects:
        _fold_effects(state, activity.effects, activity.stamp)
    if len(activity.identities) > 1:
        evidence = evidence_of(activity)
        for identity in activity.identities[1:]:
            add_evidence(state.claims, identity, evidence)


def _fold_times(state: ProfileState, activity: Activity) -> None:
    at = activity.occurred_at
    state.first_seen = at if state.first_seen is None else min(state.first_seen, at)
    if is_own(activity):
        state.last_seen = at if state.last_seen is None else max(state.last_seen, at)
    if activity.type == "track" and activity.name == ORDER_COMPLETED:
        state.last_transaction_at = max(state.last_transaction_at or 0, at)
    skew = at - activity.original_at
    state.skew = (min(state.skew[0], skew), max(state.skew[1], skew))


def _fold_said(state: ProfileState, activity: Activity) -> None:
    stamp = activity.stamp
    if activity.type == "identify":
        for name, value in activity.properties.items():
            _set(state.attributes, name, value, stamp)
    elif activity.type == "group" and activity.name:
        _set(state.groups, activity.name, activity.properties, stamp)
    for key, consent in consents_in(activity).items():
        # What was shown when it was given stays in the log: it is long, and a profile is written often.
        register = state.pending if consent["state"] == PENDING else state.consents
        _set(register, key, {name: consent[name] for name in consent if name != "proof"}, stamp)
    environment = activity.context.get("environment")
    if environment:
        state.environment = later(state.environment, Stamped(environment, stamp))


def _fold_effects(state: ProfileState, effects: dict[str, Any], stamp: Stamp) -> None:
    for register in REGISTERS:
        for key, value in effects.get(register, {}).items():
            _set(getattr(state, register), key, value, stamp)
    for identity, linked in links_in(effects).items():
        add_link(state.links, identity, Link(linked, stamp))


def _set(register: Register, key: str, value: Any, stamp: Stamp) -> None:
    register[key] = later(register.get(key), Stamped(value, stamp))
