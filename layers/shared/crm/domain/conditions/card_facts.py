"""Facts of a card: what list filters read, without the members and their logs."""

from collections.abc import Collection, Mapping
from typing import Any, cast

from crm.domain.attribute_reader import AttributeReader
from crm.domain.card_fields import WHOLE, Card
from crm.domain.conditions.facts import ConsentStanding, Facts, memberships_on
from crm.domain.metrics.metric import Metric
from crm.domain.metrics.tables import Days


class CardFacts(Facts):
    """The facts that a card holds (`crm.domain.card.card_of`), without fields that the caller may not see.

    Of attributes these are the texts that lists show. Conditions over activities cannot be evaluated.
    """

    def __init__(self, card: Card) -> None:
        self._card = card

    def days_of(self, metric: Metric, since: int) -> Days:
        raise LookupError(f"a card holds no metrics: {metric.id}")

    def attribute(self, name: str, reader: AttributeReader) -> Any:
        return self.listed_texts.get(name)

    @property
    def listed_texts(self) -> Mapping[str, str]:
        return cast("Mapping[str, str]", self._card.get(WHOLE, self._card))

    @property
    def kind(self) -> str:
        return str(self._card["kind"])

    @property
    def tags(self) -> frozenset[str]:
        return frozenset(self._card.get("tags", ()))

    @property
    def classes(self) -> frozenset[str]:
        return frozenset(self._card.get("classes", ()))

    @property
    def lists(self) -> frozenset[str]:
        return frozenset(self._card.get("lists", ()))

    @property
    def responsible(self) -> str | None:
        return self._card.get("responsible")

    @property
    def memberships(self) -> Collection[str]:
        return memberships_on(self._card)

    def consent(self, key: str) -> ConsentStanding | None:
        entry = self._card.get("consents", {}).get(key)
        return (str(entry[0]), int(entry[1]) if len(entry) > 1 else None) if entry else None

    @property
    def created(self) -> int | None:
        return self._card.get("created")

    @property
    def last_seen(self) -> int | None:
        return self._card.get("last_seen")

    @property
    def last_transaction(self) -> int | None:
        return self._card.get("last_transaction")
