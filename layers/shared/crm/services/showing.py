"""A person as the API shows it: attributes typed, tags by name, consents as of now, without what may not be seen."""

import time
from collections.abc import Sequence
from typing import Any

from crm.domain.card import describe
from crm.domain.consent import consent_view, may_be_shown
from crm.domain.profile import ProfileState
from crm.services import attributes, tags
from crm.services.people import Person
from crm.settings import settings

HIDDEN = "processing_consent_missing"
"""Why what a person did is not shown: the deployment asks for a consent to processing that is not there."""

_HIDDEN_PARTS: dict[str, Any] = {
    "last_seen": None,
    "last_transaction_at": None,
    "environment": {},
    "totals": None,
}


def view(person: Person, *, now: int | None = None) -> dict[str, Any]:
    """The model `Profile`. `now` in epoch ms: by default the instant of the call."""
    moment = time.time_ns() // 1_000_000 if now is None else now
    told = describe(person.members)
    values, undeclared = attributes.shown(told["attributes"])
    consents = {key: consent_view(key, value, moment) for key, value in told["consents"].items()}
    shown = told | {
        "attributes": values,
        "undeclared": undeclared,
        "tags": sorted(tags.names(told["tags"]).values(), key=str.casefold) if told["tags"] else [],
        "consents": consents,
        "hidden": None,
    }
    if is_hidden(person.members, moment):
        shown |= {**_HIDDEN_PARTS, "hidden": HIDDEN}
    return shown


def is_hidden(members: Sequence[ProfileState], now: int) -> bool:
    """Whether what this person did is collected, but must not be shown at this instant (epoch ms)."""
    return settings().processing_consent_required and not may_be_shown(members, now)
