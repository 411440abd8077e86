"""Builders of customers' activities with short names. Times are minutes after 1 May 2026."""

from __future__ import annotations

import uuid
from functools import cache
from typing import Any

from crm.domain.activity import Activity
from crm.domain.identity import Identity

NAMESPACE = uuid.UUID("6c1a2a3e-7f0b-4c53-9f5e-0d6e0a2b7c11")
START = 1_777_593_600_000
MINUTE = 60_000
DAY = 86_400_000

ANA = Identity("user_id", "ana")
BEN = Identity("user_id", "ben")
ANA_MAIL = Identity("email", "ana@example.com")
BEN_MAIL = Identity("email", "ben@example.com")
PHONE = Identity("phone", "+34600000001")
LAPTOP = Identity("anonymous_id", "laptop")
TABLET = Identity("anonymous_id", "tablet")


@cache
def profile_id(identity: Identity) -> str:
    return str(uuid.uuid5(NAMESPACE, f"{identity.type}:{identity.value}"))


def activity(
    minute: float,
    *identities: Identity,
    type: str = "track",
    name: str | None = None,
    properties: dict[str, Any] | None = None,
    context: dict[str, Any] | None = None,
    message_id: str = "",
    client_minute: float | None = None,
    received_minute: float | None = None,
    source_kind: str = "web",
    source_id: str = "shop",
) -> Activity:
    """Build an activity.

    `minute`: when it occurred; `client_minute`: the same by the client's clock (default: `minute`);
    `received_minute`: when it was received (default: a second after it occurred).
    """
    occurred_at = START + int(minute * MINUTE)
    return Activity(
        message_id=message_id or f"m{minute}-{identities[0].value}",
        type=type,
        name=name or ("Product Viewed" if type == "track" else None),
        original_at=occurred_at if client_minute is None else START + int(client_minute * MINUTE),
        occurred_at=occurred_at,
        received_at=occurred_at + 1000 if received_minute is None else START + int(received_minute * MINUTE),
        source_id=source_id,
        source_kind=source_kind,
        identities=identities,
        properties=properties or {},
        context=context or {},
    )


def identify(minute: float, *identities: Identity, message_id: str = "", **traits: Any) -> Activity:
    return activity(minute, *identities, type="identify", properties=traits, message_id=message_id)


def order(minute: float, *identities: Identity, message_id: str = "", **properties: Any) -> Activity:
    return activity(minute, *identities, name="Order Completed", properties=properties, message_id=message_id)


def consent(minute: float, *identities: Identity, **categories: bool) -> Activity:
    return activity(
        minute, *identities, type="page", context={"consent": {"categoryPreferences": categories}}
    )
