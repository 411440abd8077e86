"""Facts: everything about one person that conditions read, gathered from the members when it is read."""

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import Any, cast

from crm.domain.attribute_reader import STANDARD_READER, AttributeReader
from crm.domain.card import listed_texts
from crm.domain.card_fields import Card
from crm.domain.consent import GRANTED
from crm.domain.consent_fields import ProfileConsent
from crm.domain.effect_fields import LIST_FIELD, OVERRIDE, RESPONSIBLE
from crm.domain.ledger.orders import CountingEvent, Order, counting_events, days_of, orders_of
from crm.domain.metrics.counting import counts_once
from crm.domain.metrics.metric import Metric
from crm.domain.metrics.tables import NO_DAYS, Days, Tables, joined_days
from crm.domain.person import (
    consents_of,
    kind_of,
    last_seen_of,
    last_transaction_of,
    latest_environment,
    merged,
    shown_id,
    values_of,
)
from crm.domain.profile import ProfileState
from crm.domain.times import DAY_MS, parse_time

ConsentStanding = tuple[str, int | None]
"""State of a consent, and until when it holds (epoch ms)."""


class Facts:
    """The facts of one person.

    `tables` and `orders`: the metrics and the ledger of all logs, where the members do not hold them.
    """

    def __init__(
        self,
        members: Sequence[ProfileState],
        tables: Tables | None = None,
        orders: Sequence[Order] | None = None,
    ) -> None:
        self._members, self._tables, self._counted = members, tables, orders
        self._days: dict[str, tuple[int, Days]] = {}
        self._read: dict[str, Any] = {}
        self._once: dict[tuple[str | None, ...], Sequence[CountingEvent]] = {}

    def days_of(self, metric: Metric, since: int) -> Days:
        """Return the values of a metric by day, at least for all days since one."""
        if (found := self._days.get(metric.id)) and found[0] <= since:
            return found[1]
        days = self._look_up(metric, since)
        self._days[metric.id] = since, days
        return days

    def _look_up(self, metric: Metric, since: int) -> Days:
        if counts_once(metric.selector):
            once = days_of(self._counting_events(metric.selector.names), metric)
            parts = [self._look_up_events(metric, since), once]
            return joined_days(metric.id, parts)
        return self._look_up_events(metric, since)

    def _look_up_events(self, metric: Metric, since: int) -> Days:
        """Return the values of events that are counted one by one."""
        if self._tables is not None:
            return self._tables.get(metric.id, {})
        if metric.horizon == NO_DAYS:
            return joined_days(metric.id, [member.daily.total_of(metric.id) for member in self._members])
        for member in self._members:
            if member.daily.paged is not None:
                member.read_pages(since - _earlier(member))
        return joined_days(metric.id, [member.daily.days_of(metric.id) for member in self._members])

    def _counting_events(self, names: tuple[str | None, ...]) -> Sequence[CountingEvent]:
        if names not in self._once:
            self._once[names] = counting_events(self._orders, names)
        return self._once[names]

    @cached_property
    def shown_id(self) -> str:
        """Return the id that the API shows."""
        return shown_id(self._members)

    @cached_property
    def _orders(self) -> Sequence[Order]:
        return orders_of(self._members) if self._counted is None else self._counted

    @cached_property
    def kind(self) -> str:
        """Return whether the person is recognised or anonymous."""
        return kind_of(self._members)

    @cached_property
    def attributes(self) -> dict[str, Any]:
        """Return the attributes as they were sent."""
        return values_of(merged(self._members, "attributes"))

    def attribute(self, name: str, reader: AttributeReader) -> Any:
        """Return an attribute as its definition reads it: `AttributeReader.read`."""
        if name not in self._read:
            self._read[name] = reader.read(name, self.attributes.get(name))
        return self._read[name]

    @cached_property
    def listed_texts(self) -> Mapping[str, str]:
        """Return the whole texts that lists show, by name."""
        return cast("Mapping[str, str]", listed_texts(self._members, STANDARD_READER))

    @cached_property
    def memberships(self) -> Collection[str]:
        """Return the groups of the segment builds that the person was in when last evaluated."""
        return memberships_on(self._members[0].card)

    @cached_property
    def tags(self) -> frozenset[str]:
        """Return the ids of the tags."""
        return frozenset(values_of(merged(self._members, "tags")))

    @cached_property
    def classes(self) -> frozenset[str]:
        """Return the names of the classes."""
        return frozenset(values_of(merged(self._members, "classes")))

    @cached_property
    def _fields(self) -> dict[str, Any]:
        return values_of(merged(self._members, "fields"))

    @cached_property
    def lists(self) -> frozenset[str]:
        """Return the ids of the lists."""
        return frozenset(key.removeprefix(LIST_FIELD) for key in self._fields if key.startswith(LIST_FIELD))

    @cached_property
    def responsible(self) -> str | None:
        """Return the responsible user."""
        user: str | None = self._fields.get(RESPONSIBLE)
        return user

    @cached_property
    def overrides(self) -> dict[str, bool]:
        """Return by segment whether users put the person into it (True) or keep the person out (False)."""
        return {
            key.removeprefix(OVERRIDE): on for key, on in self._fields.items() if key.startswith(OVERRIDE)
        }

    @cached_property
    def consents(self) -> dict[str, ConsentStanding]:
        """Return the consents that hold, by key."""
        consents = values_of(consents_of(self._members))
        return {key: (value["state"], _until(value)) for key, value in consents.items()}

    def consent(self, key: str) -> ConsentStanding | None:
        """Return a consent; None if it was never set."""
        return self.consents.get(key)

    @cached_property
    def environment(self) -> dict[str, Any]:
        """Return the latest technical environment."""
        seen = latest_environment(self._members)
        return dict(seen.value) if seen else {}

    @cached_property
    def created(self) -> int | None:
        """Return when the first activity occurred (epoch ms)."""
        return min((m.first_seen for m in self._members if m.first_seen is not None), default=None)

    @cached_property
    def last_seen(self) -> int | None:
        """Return when the customer was last active (epoch ms)."""
        return last_seen_of(self._members)

    @cached_property
    def last_transaction(self) -> int | None:
        """Return when the last order was completed (epoch ms)."""
        return last_transaction_of(self._members)


def memberships_on(card: Card | None) -> Collection[str]:
    """Return the groups that a card names: of the builds that serve, and of those that are being prepared."""
    return (*card.get("segments", ()), *card.get("candidates", ())) if card else ()


def _until(consent: ProfileConsent) -> int | None:
    return parse_time(consent.get("expires_at")) if consent["state"] == GRANTED else None


def _earlier(member: ProfileState) -> int:
    """Return by how many days the key of an activity may precede the calendar day on which it occurred."""
    return 1 - (-max(0, member.skew[1]) // DAY_MS)
