"""The reference model: the profiles that must follow from the stored activities.

Rules 6 to 8 of `docs/correctness.md` on top of `tests.model.graph`. No increments, no blocks, no versions:
each result is computed from all activities, so that no state can become stale.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from crm.domain.activity import Activity
from crm.domain.identity import Identity
from tests.model.attributes import attributes_of
from tests.model.bounds import (
    LEFT_OUT,
    PUBLIC,
    Entries,
    Rules,
    as_json,
    public_may_set,
    rank,
    retained_contributions,
)
from tests.model.graph import Graph, Stamp, links_of, possible_conflicts, stamp_of
from tests.model.naive_orders import NaiveOrder, amount_in, currency_in, key_of, meaning_of, orders_in

Key = tuple[str, int, str, int]
NO_RULES = Rules()


@dataclass(frozen=True)
class Totals:
    activities: int
    pages: int
    orders: int
    refunds: int
    revenue: dict[str, Decimal]
    gross: dict[str, Decimal]


@dataclass(frozen=True)
class Card:
    """One person, as the API must show it. Times in epoch milliseconds."""

    id: str
    kind: str
    identities: frozenset[Identity]
    attributes: dict[str, Any]
    groups: dict[str, Any]
    consents: dict[str, Any]
    tags: list[str]
    classes: list[str]
    lists: list[str]
    responsible: str | None
    environment: dict[str, Any]
    first_seen: int | None
    last_seen: int | None
    last_transaction_at: int | None
    totals: Totals


class Reference:
    """Store activities like the log, which keeps the last copy of a key and rank, and compute profiles from them."""

    def __init__(
        self, namespace: uuid.UUID, activities: Iterable[Activity] = (), rules: Rules = NO_RULES
    ) -> None:
        self._namespace = namespace
        self._rules = rules
        self._stored: dict[Key, Activity] = {}
        self._copies: list[Activity] = []
        for activity in activities:
            self.store(activity)

    def store(self, activity: Activity) -> None:
        partition = str(
            uuid.uuid5(self._namespace, f"{activity.identities[0].type}:{activity.identities[0].value}")
        )
        key = (partition, activity.original_at, activity.message_id, rank(activity))
        held = self._stored.get(key, activity)
        # A copy takes the place of the one before, but not its place in the order of receipt.
        self._stored[key] = replace(activity, received_at=min(held.received_at, activity.received_at))
        self._copies.append(activity)

    def stored(self) -> list[Activity]:
        """Return the activities of all logs, in the order of their keys."""
        return [self._stored[key] for key in sorted(self._stored)]

    def graph(self, shared: Collection[Identity] = ()) -> Graph:
        """Return the graph of all activities; `shared`: identities that are marked as shared."""
        return Graph(self._stored.values(), self._namespace, shared)

    def possible_conflicts(self) -> set[tuple[Identity, Identity]]:
        return possible_conflicts(self._copies)

    def copies(self, claimer: Identity, claimed: Identity) -> list[Activity]:
        """Return all copies ever stored in which one identity claimed the other."""
        return [
            a
            for a in self._copies
            if a.identities[0] == claimer and (claimed in a.identities[1:] or (claimed, True) in links_of(a))
        ]

    def cards(self, shared: Collection[Identity] = ()) -> dict[str, Card]:
        graph = self.graph(shared)
        return {graph.id(root): _card(graph, root, self._rules) for root in graph.roots() - graph.ghosts()}


def _card(graph: Graph, root: Identity, rules: Rules) -> Card:
    members = graph.members(root) - graph.ghosts()
    log = [a for a in graph.activities if a.identities[0] in members]
    occurred = [a.occurred_at for a in log]
    last = _LastWords(log, rules)
    fields = last.of("fields", _effects("fields"))
    shown = chosen_last(log, {graph.id(m) for m in members})
    own = [a for a in log if _is_own(a)]
    return Card(
        id=shown or graph.id(root),
        kind="recognised" if {m.type for m in members} & {"user_id", "email"} else "anonymous",
        identities=frozenset(members),
        attributes=attributes_of(last.logs, graph.contested(members), graph.given(), rules),
        groups=last.of("groups", _groups),
        consents=last.consents(),
        tags=last.set_names("tags"),
        classes=last.set_names("classes"),
        lists=sorted(key[len("list:") :] for key, on in fields.items() if key.startswith("list:") and on),
        responsible=fields.get("responsible"),
        environment=_last_environment(log),
        first_seen=min(occurred, default=None),
        last_seen=max((a.occurred_at for a in own), default=None),
        last_transaction_at=max((a.occurred_at for a in _completed(log)), default=None),
        totals=_totals(own),
    )


def chosen_last(log: Collection[Activity], ids: set[str]) -> str | None:
    """Return the id that staff chose last as the canonical one, among these ids."""
    words: dict[str, list[tuple[Stamp, bool]]] = {}
    for activity in log:
        for key, value in _effects("fields")(activity).items():
            given = (stamp_of(activity), bool(value))
            words.setdefault(key.removeprefix("canonical:"), []).append(given)
    chosen = [(max(words[id_]), id_) for id_ in ids & words.keys() if max(words[id_])[1]]
    return max(chosen)[1] if chosen else None


def _is_own(activity: Activity) -> bool:
    """Return whether an activity is the customer's own, and not an edit."""
    return "." not in activity.type


def _effects(part: str) -> Callable[[Activity], dict[str, Any]]:
    def given(activity: Activity) -> dict[str, Any]:
        effects: dict[str, Any] = {**(activity.effects or {})}
        return dict(effects.get(part, {}))

    return given


class _LastWords:
    """The latest value of each name, among the values that each member keeps.

    Of equal stamps, the greatest JSON counts.
    """

    def __init__(self, log: Collection[Activity], rules: Rules) -> None:
        self._rules = rules
        self.logs: dict[Identity, list[Activity]] = {}
        for activity in log:
            self.logs.setdefault(activity.identities[0], []).append(activity)

    def of(self, register: str, entries: Entries) -> dict[str, Any]:
        """Return the latest values by name, without those that were left out."""
        last = {name: text for name, (_, text) in self.stamped(register, entries).items()}
        return {name: json.loads(text) for name, text in last.items() if text != LEFT_OUT}

    def consents(self) -> dict[str, Any]:
        """Return consents by key. A public grant after a denial of a higher rank is pending."""
        by_public = self.stamped("consents", lambda a: _consents_of(a, self._rules, public=True))
        by_others = self.stamped("consents", lambda a: _consents_of(a, self._rules, public=False))
        held = {}
        for name in by_public.keys() | by_others.keys():
            given, trusted = by_public.get(name), by_others.get(name)
            stamp, text = max(word for word in (given, trusted) if word)
            value = json.loads(text)
            against = trusted and stamp > trusted[0] and json.loads(trusted[1])["state"] == "denied"
            if against and value["state"] == "granted":
                value["state"] = "pending"
            held[name] = value
        return held

    def stamped(self, register: str, entries: Entries) -> dict[str, tuple[Stamp, str]]:
        written: dict[str, list[tuple[Stamp, str]]] = {}
        for log in self.logs.values():
            for word in retained_contributions(log, register, entries, self._rules):
                written.setdefault(word.name, []).append((word.stamp, word.text))
        return {name: max(words) for name, words in written.items()}

    def set_names(self, register: str) -> list[str]:
        return sorted(key for key, value in self.of(register, _effects(register)).items() if value)


def _last_environment(log: Collection[Activity]) -> dict[str, Any]:
    given = [(stamp_of(a), as_json(a.context["environment"])) for a in log if a.context.get("environment")]
    return dict(json.loads(max(given)[1])) if given else {}


def _groups(activity: Activity) -> dict[str, Any]:
    return {str(activity.name): activity.properties} if activity.type == "group" else {}


def _consents_of(activity: Activity, rules: Rules, *, public: bool) -> dict[str, Any]:
    return _consents(activity, rules) if (rank(activity) == PUBLIC) is public else {}


def _consents(activity: Activity, rules: Rules) -> dict[str, Any]:
    given = activity.context.get("consent", {}).get("categoryPreferences", {})
    at = datetime.fromtimestamp(activity.occurred_at // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    at = f"{at}.{activity.occurred_at % 1000:03d}Z"
    preferences = {
        category: {"state": "granted" if granted else "denied", "at": at, "source": activity.source_id}
        for category, granted in given.items()
        if rank(activity) != PUBLIC or public_may_set(category, rules)
    }
    return preferences | {
        key: {
            "source": activity.source_id,
            **{name: value[name] for name in value if name not in {"proof", "since"}},
            "at": value.get("since", at),
        }
        for key, value in _effects("consents")(activity).items()
    }


def _is_plain(activity: Activity, role: str) -> bool:
    """Return whether an event has this meaning, but no order key."""
    is_said = activity.type == "track" and meaning_of(activity.name) == ("order", role)
    return is_said and key_of(activity) is None


def _orders_in(log: Collection[Activity]) -> list[NaiveOrder]:
    return [order for order in orders_in(log) if order.family == "order"]


def _completed(log: Collection[Activity]) -> list[Activity]:
    """Return the event that counts of each order."""
    keyed = [o.completion for o in _orders_in(log) if o.completion and o.counts]
    return keyed + [a for a in log if _is_plain(a, "completed")]


def _totals(log: Collection[Activity]) -> Totals:
    plain = [a for a in log if _is_plain(a, "completed")]
    orders = _orders_in(log)
    counting = [o for o in orders if o.counts]
    alone = [(currency_in(a.properties), _revenue(a)) for a in plain]
    return Totals(
        activities=len(log),
        pages=sum(a.type in ("page", "screen") for a in log),
        orders=len(plain) + len(counting),
        refunds=sum(_is_plain(a, "refunded") for a in log) + sum(bool(o.refunds) for o in orders),
        revenue=_sums([*alone, *((o.currency, o.after_refunds(o.gross)) for o in counting)]),
        gross=_sums([*alone, *((o.currency, o.gross) for o in counting)]),
    )


def _sums(amounts: Collection[tuple[str, Decimal]]) -> dict[str, Decimal]:
    return {c: sum((a for of, a in amounts if of == c), Decimal(0)) for c, _ in amounts}


def _revenue(order: Activity) -> Decimal:
    """Return the first amount that is a number, or 0."""
    return amount_in(order.properties) or Decimal(0)
