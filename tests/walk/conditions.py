"""Conditions of segments, and a naive evaluation of them over a customer's profile and timeline from the API."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

from crm.domain.times import DAY_MS, HOUR_MS, iso, parse_time
from tests.walk.deployment import ORDERED
from tests.walk.orders import events
from tests.walk.picture import Customer
from tests.walk.steps_of_visitors import VIEWED

Tree = dict[str, Any]

ROME = {"type": "attribute", "name": "city", "operator": "equals", "value": "Rome"}
THIS_WEEK = {"type": "event", "event": VIEWED, "window": {"within_days": 7}}

CONDITIONS: dict[str, Tree] = {
    "in Rome": ROME,
    "not in Rome": {"type": "not", "condition": ROME},
    "hot": {"type": "tag", "tag": "hot"},
    "on the list": {"type": "list", "list": "Fair"},
    "vip": {"type": "class", "class": "vip"},
    "recognised": {"type": "kind", "kind": "recognised"},
    "nobody's": {"type": "responsible", "user": None},
    "a third": {"type": "random_share", "percent": 33.33, "seed": "walk"},
    "may be mailed": {"type": "consent", "channel": "email", "state": "granted"},
    "bought twice": {"type": "event", "event": ORDERED, "value": 2},
    "looked this week": THIS_WEEK,
    "bought this month": {"type": "event", "event": ORDERED, "window": {"this": "month"}},
    "bought last week": {"type": "event", "event": ORDERED, "window": {"last": "week"}},
    "looked in the last hours": {"type": "event", "event": VIEWED, "window": {"within": {"hours": 30}}},
    "looked, and has not bought since": {
        "type": "sequence",
        "first": {"event": VIEWED},
        "then_not": {"event": ORDERED},
    },
    "looked, and did not buy in an hour": {
        "type": "sequence",
        "first": {"event": VIEWED},
        "then_not": {"event": ORDERED},
        "within": {"hours": 1},
    },
    "never bought": {"type": "never", "event": ORDERED},
    "asleep": {"type": "date", "field": "last_seen", "operator": "more_than_days_ago", "value": 14},
    "spent 10": {"type": "value", "aggregate": "spent", "operator": "at_least", "value": 10},
    "10 points, or Rome": {
        "type": "or",
        "conditions": [{"type": "value", "score": "loyalty", "operator": "at_least", "value": 10}, ROME],
    },
    "in Blue and looked": {"type": "and", "conditions": [{"type": "segment", "segment": "Blue"}, THIS_WEEK]},
}


class Reading:
    """The input of an evaluation. `names`: segments and values by the ids in definitions. `now` in epoch ms."""

    def __init__(self, names: dict[str, str], now: int) -> None:
        self._names, self._now = names, now

    def holds(self, tree: Tree, who: Customer) -> bool:
        """Return whether a condition of CONDITIONS holds."""
        return bool(getattr(self, f"_{tree['type']}")(tree, who))

    def _and(self, tree: Tree, who: Customer) -> bool:
        return all(self.holds(part, who) for part in tree["conditions"])

    def _or(self, tree: Tree, who: Customer) -> bool:
        return any(self.holds(part, who) for part in tree["conditions"])

    def _not(self, tree: Tree, who: Customer) -> bool:
        return not self.holds(tree["condition"], who)

    def _attribute(self, tree: Tree, who: Customer) -> bool:
        return bool(who.profile["attributes"].get(tree["name"]) == tree["value"])

    def _tag(self, tree: Tree, who: Customer) -> bool:
        return tree["tag"] in who.profile["tags"]

    def _list(self, tree: Tree, who: Customer) -> bool:
        return tree["list"] in who.profile["lists"]

    def _class(self, tree: Tree, who: Customer) -> bool:
        return tree["class"] in who.profile["classes"]

    def _kind(self, tree: Tree, who: Customer) -> bool:
        return bool(who.profile["kind"] == tree["kind"])

    def _responsible(self, tree: Tree, who: Customer) -> bool:
        return bool(who.profile["responsible"] == tree["user"])

    def _consent(self, tree: Tree, who: Customer) -> bool:
        consent = who.profile["consents"].get(tree["channel"])
        return bool(consent and consent["state"] == tree["state"])

    def _random_share(self, tree: Tree, who: Customer) -> bool:
        digest = hashlib.sha256(f"{tree['seed']}:{who.profile['id']}".encode()).hexdigest()
        return int(digest[:16], 16) % 10_000 < float(tree["percent"]) * 100

    def _event(self, tree: Tree, who: Customer) -> bool:
        counts = [
            self._counts(event["occurred_at"], tree.get("window", {})) for event in events(who, tree["event"])
        ]
        return bool(sum(counts) >= int(tree.get("value", 1)))

    def _counts(self, at: str, window: Tree) -> bool:
        if "within_days" in window:
            return bool(0 <= self._days_ago(at) < window["within_days"])
        if "within" in window:
            return bool(self._now - (parse_time(at) or 0) < window["within"]["hours"] * HOUR_MS)
        if "this" in window:
            return at[: len("2026-11")] == iso(self._now)[: len("2026-11")]
        if "last" in window:
            return self._week(at) == self._week(iso(self._now - 7 * DAY_MS))
        return True

    def _sequence(self, tree: Tree, who: Customer) -> bool:
        limit = tree.get("within", {}).get("hours", 0) * HOUR_MS
        looked, bought = (
            [parse_time(event["occurred_at"]) or 0 for event in events(who, tree[name]["event"])]
            for name in ("first", "then_not")
        )
        return any(
            self._now - at >= limit
            and not any(at < order and (not limit or order - at < limit) for order in bought)
            for at in looked
        )

    def _week(self, at: str) -> tuple[int, int]:
        return date.fromisoformat(at[: len("2026-11-21")]).isocalendar()[:2]

    def _never(self, tree: Tree, who: Customer) -> bool:
        return not events(who, tree["event"])

    def _date(self, tree: Tree, who: Customer) -> bool:
        seen = who.profile[tree["field"]]
        return seen is not None and self._days_ago(seen) > tree["value"]

    def _value(self, tree: Tree, who: Customer) -> bool:
        kind = "aggregate" if "aggregate" in tree else "score"
        value = who.profile[f"{kind}s"].get(self._names.get(tree[kind], tree[kind]))
        return value is not None and value >= tree["value"]

    def _segment(self, tree: Tree, who: Customer) -> bool:
        return self._names.get(tree["segment"], tree["segment"]) in who.profile["segments"]

    def _days_ago(self, at: str) -> int:
        """Return the number of calendar days since, in UTC, the zone of the deployment."""
        instant = parse_time(at)
        assert instant is not None
        return self._now // DAY_MS - instant // DAY_MS
