"""The filter over consents."""

from collections.abc import Collection, Mapping

from crm.domain.consent import DENIED, EXPIRED, GRANTED, PENDING
from crm.domain.filters.card import Card, Predicate

MISSING = "missing"
STATES = (GRANTED, DENIED, PENDING, EXPIRED, MISSING)


def consent_filter(wanted: Mapping[str, Collection[str]], now: int) -> Predicate:
    """Return the filter that every given consent (key to states) is in one of its states. `now` in epoch ms."""
    return lambda card: all(state_on(card, key, now) in states for key, states in wanted.items())


def state_on(card: Card, key: str, now: int) -> str:
    """Return the state of one consent at an instant (epoch ms); MISSING where it was never set."""
    consent = card.get("consents", {}).get(key)
    if consent is None:
        return MISSING
    state, *until = consent
    return EXPIRED if state == GRANTED and until and until[0] <= now else str(state)
