"""A naive view of one person, computed from all stored activities: for `tests.model.naive_segments`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from crm.domain.activity import Activity
from crm.domain.identity import Identity
from tests.model.attributes import attributes_of
from tests.model.bounds import PUBLIC, Rules, public_may_set, rank
from tests.model.graph import stamp_of
from tests.model.naive_orders import NaiveOrder, key_of, meaning_of, orders_in

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Person:
    """A person's activities, the types of the identities, the time zone of the days, and the id that the API shows.

    `contested` and `given` are those of `tests.model.attributes`.
    """

    log: list[Activity]
    zone: ZoneInfo
    types: frozenset[str]
    id: str = ""
    contested: frozenset[Identity] = frozenset()
    given: frozenset[Identity] = frozenset()

    def day(self, at: int) -> date:
        """Return the calendar day of an instant (epoch ms)."""
        return local_day(at, self.zone)

    @cached_property
    def own(self) -> list[Activity]:
        """The activities of the customer, without edits."""
        return [a for a in self.log if "." not in a.type and a.type not in ("points", "note", "task")]

    @property
    def kind(self) -> str:
        return "recognised" if self.types & {"user_id", "email"} else "anonymous"

    @cached_property
    def attributes(self) -> dict[str, Any]:
        logs: dict[Identity, list[Activity]] = {}
        for a in self.log:
            logs.setdefault(a.identities[0], []).append(a)
        return attributes_of(logs, self.contested, self.given, Rules())

    @cached_property
    def environment(self) -> dict[str, Any]:
        stated = (
            (a, {"environment": a.context["environment"]}) for a in self.log if a.context.get("environment")
        )
        return dict(latest_values(stated).get("environment", {}))

    @cached_property
    def consent_statements(self) -> list[tuple[Activity, dict[str, Any]]]:
        """The consents that each activity sets, by key."""
        stated: list[tuple[Activity, dict[str, Any]]] = []
        for a in self.log:
            given = a.context.get("consent", {}).get("categoryPreferences", {})
            words = {
                name: {"state": "granted" if yes else "denied"}
                for name, yes in given.items()
                if _counts(a, name)
            }
            stated.append((a, words | effect(a, "consents")))
        return stated

    @cached_property
    def consents(self) -> dict[str, dict[str, Any]]:
        stated = self.consent_statements
        held = latest_values(stated)
        trusted = latest_values((a, words) for a, words in stated if rank(a) != PUBLIC)
        against = {name for name, word in trusted.items() if word["state"] == "denied"}
        return {
            name: word | {"state": "pending"} if name in against and word["state"] == "granted" else word
            for name, word in held.items()
        }

    def words(self, register: str) -> dict[str, Any]:
        """Return the latest values of a register that edits set: `tags`, `classes` or `fields`."""
        if register not in self._words:
            self._words[register] = latest_values((a, effect(a, register)) for a in self.log)
        return self._words[register]

    @cached_property
    def _words(self) -> dict[str, dict[str, Any]]:
        return {}

    @cached_property
    def created(self) -> int | None:
        return min((a.occurred_at for a in self.log), default=None)

    @cached_property
    def last_seen(self) -> int | None:
        return max((a.occurred_at for a in self.own), default=None)

    @cached_property
    def last_transaction(self) -> int | None:
        plain = [
            a
            for a in self.log
            if a.type == "track" and meaning_of(a.name) == ("order", "completed") and not key_of(a)
        ]
        keyed = [o.completion for o in self.orders if o.family == "order" and o.counts]
        return max((a.occurred_at for a in (*plain, *keyed) if a), default=None)

    @cached_property
    def orders(self) -> list[NaiveOrder]:
        """Orders and other objects with a key."""
        return orders_in(self.log)

    @property
    def deleted(self) -> bool:
        """Whether a user deleted the person, who was neither restored nor active since."""
        edits = [(a, effect(a, "fields")) for a in self.log]
        stated = [(stamp(a), json.dumps(fields["deleted"])) for a, fields in edits if "deleted" in fields]
        if not stated or max(stated)[1] != "true":
            return False
        return (self.last_seen or 0) <= max(stated)[0][0]


def person_of(
    activities: Iterable[Activity], zone: ZoneInfo, identities: Iterable[Identity] = (), *, id_: str = ""
) -> Person:
    """Build a person from all activities in their logs, without the product's own activities."""
    system = ("identity.", "segment.")
    log = [a for a in activities if not a.type.startswith(system)]
    return Person(log, zone, frozenset(i.type for i in (*identities, *(a.identities[0] for a in log))), id_)


@lru_cache(maxsize=1 << 16)
def local_day(at: int, zone: ZoneInfo) -> date:
    """Return the calendar day of an instant (epoch ms) in a zone."""
    return (EPOCH + timedelta(milliseconds=at)).astimezone(zone).date()


@lru_cache(maxsize=1 << 14)
def first_instant(day: date, zone: ZoneInfo) -> int:
    """Return the first epoch ms of a day in a zone, by a binary search."""
    low = (datetime(day.year, day.month, day.day, tzinfo=UTC) - EPOCH) // timedelta(
        milliseconds=1
    ) - 86_400_000
    high = low + 2 * 86_400_000
    while low + 1 < high:
        middle = (low + high) // 2
        low, high = (low, middle) if local_day(middle, zone) >= day else (middle, high)
    return high


def stamp(activity: Activity) -> tuple[int, str]:
    return stamp_of(activity)


def _counts(activity: Activity, consent: str) -> bool:
    return rank(activity) != PUBLIC or public_may_set(consent, Rules())


def effect(activity: Activity, register: str) -> dict[str, Any]:
    effects: dict[str, Any] = {**(activity.effects or {})}
    return dict(effects.get(register, {}))


def latest_values(stated: Iterable[tuple[Activity, dict[str, Any]]]) -> dict[str, Any]:
    """Return the latest value of each name, without cleared ones. Of equal stamps, the greatest JSON counts."""
    words: dict[str, tuple[tuple[int, str], str]] = {}
    for activity, values in stated:
        for name, value in values.items():
            text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            words[name] = max(words.get(name, ((0, ""), "")), (stamp(activity), text))
    found = {name: json.loads(word[1]) for name, word in words.items()}
    return {name: value for name, value in found.items() if value is not None}
