"""Segments over the activities of `tests.model.histories`, in a catalogue that changes with time.

Definitions are random: segments are created, get other conditions (a new build replaces the one that serves),
are archived and restored, for the given number of versions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from crm.domain.local_days import LocalDays
from crm.domain.segments.definition import DYNAMIC, Segment, switched, with_next
from crm.domain.segments.ruleset import Definitions, RuleSet, metrics_of, rule_set_of
from tests.model.naive_attributes import READER

ConditionJson = dict[str, Any]
ZONE = "Europe/Berlin"
DAYS = LocalDays(ZoneInfo(ZONE), ZONE)
IDS = ("seg_a", "seg_b", "seg_c", "seg_d")
PERIODS = ("week", "month", "quarter", "year")
REACHES = (1, 8, 31, 45, 100, 200, 366)
"""Lengths of the windows in days."""

_ORDERED: ConditionJson = {"event": "Order Completed"}
_VIEWED: ConditionJson = {"event": "Product Viewed"}
_TIMELESS: tuple[ConditionJson, ...] = (
    {"type": "attribute", "name": "city", "operator": "one_of", "value": ["vigo", "LUGO"]},
    {"type": "attribute", "name": "age", "operator": "at_least", "value": 8},
    {"type": "attribute", "name": "city", "operator": "empty"},
    {"type": "attribute", "name": "age", "operator": "between", "value": ["8,25", 9]},
    {"type": "attribute", "name": "birthday", "operator": "equals", "value": "1990-05-12"},
    {"type": "attribute", "name": "vip", "operator": "not_equals", "value": "no"},
    {"type": "attribute", "name": "colours", "operator": "one_of", "value": ["m", "x"]},
    {"type": "attribute", "name": "phone", "operator": "equals", "value": "+49301234567"},
    {"type": "attribute", "name": "joined", "operator": "less", "value": "2026-06-08T20:00:00.000Z"},
    {"type": "tag", "tag": "t1"},
    {"type": "list", "list": "l1"},
    {"type": "class", "class": "gold"},
    {"type": "kind", "kind": "recognised"},
    {"type": "responsible", "user": "iris"},
    {"type": "consent", "channel": "sms", "state": "granted"},
    {"type": "consent", "channel": "sms", "state": "expired"},
    {"type": "consent", "channel": "mail", "state": "denied"},
    {"type": "environment", "field": "browser", "operator": "contains", "value": "FIRE"},
    {"type": "event", **_ORDERED},
    {
        "type": "event",
        **_ORDERED,
        "function": "sum",
        "property": "revenue",
        "operator": "greater",
        "value": 10.1,
    },
    {"type": "event", "kind": "any", "function": "distinct_days", "operator": "between", "value": [2, 4]},
    {"type": "event", "kind": "page", "operator": "equals", "value": 0},
    {
        "type": "event",
        **_ORDERED,
        "function": "last",
        "property": "total",
        "operator": "not_equals",
        "value": "0.2",
    },
    {"type": "sequence", "first": _VIEWED, "then": _ORDERED, "within_days": 45},
    {"type": "sequence", "first": _ORDERED, "then": _ORDERED, "within_days": 0},
    {"type": "date", "field": "created", "operator": "after", "value": "2026-06-01"},
    {"type": "date", "field": "last_transaction", "operator": "before", "value": "2026-08-01"},
    {"type": "source", "source": "source 1"},
    {"type": "random_share", "percent": 60},
    {
        "type": "top",
        "percent": 10,
        "of": "aggregate",
        "definition": {**_ORDERED, "function": "sum", "property": "revenue", "window": {"within_days": 45}},
        "snapshot": {"threshold": 10.1, "at": 0, "customers": 10},
    },
    {"type": "random_share", "percent": 25, "from": 12.5, "seed": "spring"},
    {"type": "nobody"},
)


def condition(rng: Random, depth: int = 2) -> ConditionJson:
    """Build nested conditions."""
    if depth and rng.random() < 0.5:
        type_ = rng.choice(("and", "or", "not", "segment"))
        if type_ == "not":
            return {"type": "not", "condition": condition(rng, depth - 1)}
        if type_ == "segment":
            return {"type": "segment", "segment": rng.choice(IDS), "condition": condition(rng, depth - 1)}
        return {"type": type_, "conditions": [condition(rng, depth - 1) for _ in range(2)]}
    return rng.choice(_TIMELESS) if rng.random() < 0.4 else _timely(rng)


def _timely(rng: Random) -> ConditionJson:
    near, far = sorted(rng.sample(REACHES, 2))
    calendar = {rng.choice(("this", "to_date", "last")): rng.choice(PERIODS)}
    hours = rng.choice(
        ({"within": {"hours": rng.choice((1, 26, 72))}}, {"hours_ago": [1, 30]}, {"minutes_ago": [0, 90]})
    )
    window = rng.choice(({"within_days": far}, {"days_ago": [near, far]}, calendar))
    selector = rng.choice((_ORDERED, _VIEWED, {"kind": "any"}))
    field = {"field": rng.choice(("created", "last_seen", "last_transaction"))}
    operator = rng.choice(("more_than_days_ago", "exactly_days_ago", "less_than_days_ago"))
    revenue = {"property": "revenue", "operator": "at_least", "value": 10.1}
    choices: tuple[ConditionJson, ...] = (
        {"type": "event", **selector, "window": window},
        {"type": "event", **selector, "window": window, "operator": "equals", "value": 1},
        {
            "type": "event",
            **_ORDERED,
            "window": window,
            "function": rng.choice(("sum", "max", "average")),
            **revenue,
        },
        {"type": "event", **selector, "window": hours, "operator": "equals", "value": rng.choice((1, 2))},
        {"type": rng.choice(("never", "first_time")), **selector, "window": hours},
        {"type": "never", **selector, "window": window},
        {"type": "first_time", **selector, "window": window},
        {"type": "stopped", **selector, "quiet_days": near, "active_days": far},
        {"type": "sequence", "first": _VIEWED, "then": _ORDERED, "within_days": near, "window": window},
        {"type": "sequence", "first": _VIEWED, "then_not": _ORDERED, "window": rng.choice((window, hours))},
        {
            "type": "sequence",
            "first": _VIEWED,
            "then_not": _ORDERED,
            **rng.choice(({"within_days": near}, {"within": {"hours": 30}})),
        },
        {
            "type": "sequence",
            "steps": [
                {"kind": "any"},
                {**_VIEWED, **rng.choice(({"within_days": near}, {"within": {"hours": 70}}))},
                {**_ORDERED, "without": [{"kind": "page"}]},
            ],
            "within_days": far,
            "window": window,
        },
        {"type": "date", **field, "operator": operator, "value": far},
        {"type": "date", "attribute": "joined", "operator": operator, "value": far},
        {"type": "date", "attribute": "birthday", "operator": operator, "value": far, "yearly": True},
        {
            "type": "consent",
            "channel": rng.choice(("mail", "sms")),
            "state": rng.choice(("granted", "denied")),
            "window": window,
        },
        {
            "type": "date",
            **field,
            "operator": rng.choice(("this", "last", "next")),
            "value": rng.choice(PERIODS),
        },
    )
    return rng.choice(choices)


def catalogues(rng: Random, versions: int) -> Iterator[RuleSet]:
    """Build the successive versions of a catalogue, each with the time since which each metric has been counted."""
    segments: dict[str, Segment] = {}
    since: dict[str, int] = {}
    for version in range(1, versions + 1):
        for _ in range(rng.randint(1, 3) if version > 1 else 3):
            _change(rng, segments)
        definitions = Definitions(list(segments.values()), [])
        since = {id_: since.get(id_, version) for id_ in metrics_of(definitions, DAYS)}
        yield rule_set_of(definitions, version, DAYS, since, reader=READER)


def _change(rng: Random, segments: dict[str, Segment]) -> None:
    id_ = rng.choice(IDS)
    segment = segments.get(id_) or Segment(id=id_, name=id_, type=DYNAMIC, created_at=0, updated_at=0)
    if segment.next is not None and rng.random() < 0.6:
        segments[id_] = switched(segment)
    elif id_ in segments and rng.random() < 0.15:
        segments[id_] = replace(segment, archived=not segment.archived)
    elif id_ in segments and rng.random() < 0.1:
        del segments[id_]
    else:
        segments[id_] = with_next(segment, condition(rng), "job")
