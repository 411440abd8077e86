"""The filter over consents."""

from collections.abc import Collection, Mapping

from crm.domain.consent import DENIED, EXPIRED, GRANTED, PENDING
from crm.domain.filters.card import Card, Predicate

MISSING = "missing"
STATES = (GRANTED, DENIED, PENDING, EXPIRED, MISSING)


def consent_filter(asked: Mapping[str, Collection[str]], now: int) -> Predicate:
    """Passes a card whose every asked consent (key to states) is in one of those states. `now` in epoch ms."""
    return lambda card: all(state_on(card, key, now) in states for key, states in asked.items())


def state_on(card: Card, key: str, now: int) -> str:
    """The state of one consent at an instant (epoch ms); MISSING where nothing was ever said."""
    word = card.get("consents", {}).get(key)
    if word is None:
        return MISSING
    state, *until = word
    return EXPIRED if state == GRANTED and until and until[0] <= now else str(state)
