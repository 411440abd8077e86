"""Failed and recent deliveries: list them, and send them again under their former ids."""

import json
import secrets
from collections.abc import Sequence
from typing import TypeVar

from crm.domain.errors import ConflictError, NotFoundError
from crm.domain.event_types import WEBHOOK_TESTED
from crm.domain.stored_record import to_record
from crm.domain.webhooks.definition import Webhook
from crm.domain.webhooks.delivery import REPLAYED_AT_ONCE, AttemptedDelivery, DeadDelivery, is_delivery_id
from crm.domain.webhooks.event import WebhookEvent
from crm.services.webhooks import fan_out, registry
from crm.storage import dead_deliveries, recent_deliveries

DELIVERY_PAGE_BYTES = 4_000_000
"""Bytes of JSON in a page: a response of Lambda holds 6 MB."""

_Position = dict[str, str]
_Delivery = TypeVar("_Delivery", DeadDelivery, AttemptedDelivery)


def send_test(webhook_id: str, *, now: int) -> WebhookEvent:
    """Queue a test event, to be delivered as any other. Raises NotFoundError, ConflictError."""
    webhook = _enabled(webhook_id)
    id_ = f"evt_{secrets.token_hex(16)}"
    event = WebhookEvent(id_, WEBHOOK_TESTED, now, {"id": id_, "webhook_id": webhook.id})
    fan_out.enqueue([(webhook.id, event)])
    return event


def failed_deliveries(
    webhook_id: str, *, limit: int, cursor: _Position | None = None
) -> tuple[list[DeadDelivery], _Position | None]:
    """Return a page of failed deliveries, newest first, and where the next page begins. Raises NotFoundError."""
    webhook = registry.get(webhook_id)
    found = dead_deliveries.newest(webhook.id, limit + 1, before=cursor["id"] if cursor else None)
    return _page(found, limit)


def recent(
    webhook_id: str, *, limit: int, cursor: _Position | None = None
) -> tuple[list[AttemptedDelivery], _Position | None]:
    """Return a page of recent deliveries, newest event first, and where the next page begins. Raises NotFoundError."""
    webhook = registry.get(webhook_id)
    found = recent_deliveries.newest(webhook.id, limit + 1, before=cursor["id"] if cursor else None)
    return _page(found, limit)


def _page(found: Sequence[_Delivery], limit: int) -> tuple[list[_Delivery], _Position | None]:
    page: list[_Delivery] = []
    size = 0
    for delivery in found[:limit]:
        size += len(json.dumps(to_record(delivery)))
        if page and size > DELIVERY_PAGE_BYTES:
            break
        page.append(delivery)
    return page, {"id": page[-1].id} if len(page) < len(found) else None


def replay(webhook_id: str, delivery_id: str) -> None:
    """Queue a failed or a recent delivery again, for as many attempts as a new one.

    A delivery that still waits for its next attempt may then arrive twice, with the same `webhook-id`. Raises
    NotFoundError, ConflictError.
    """
    webhook = _enabled(webhook_id)
    found = _find(webhook, delivery_id) if is_delivery_id(delivery_id) else None
    if found is None:
        raise NotFoundError("there is no delivery with this id", details={"id": delivery_id})
    _queue_again(webhook, [found])


def _find(webhook: Webhook, delivery_id: str) -> DeadDelivery | AttemptedDelivery | None:
    return dead_deliveries.find(webhook.id, delivery_id) or recent_deliveries.find(webhook.id, delivery_id)


def replay_all(webhook_id: str, *, limit: int = REPLAYED_AT_ONCE) -> tuple[int, bool]:
    """Queue the oldest failed deliveries again, at most `limit`; return how many, and whether there are more.

    Raises NotFoundError, ConflictError.
    """
    webhook = _enabled(webhook_id)
    found = dead_deliveries.oldest(webhook.id, limit + 1)
    _queue_again(webhook, found[:limit])
    return min(limit, len(found)), len(found) > limit


def _queue_again(webhook: Webhook, deliveries: Sequence[DeadDelivery | AttemptedDelivery]) -> None:
    # In this order: a crash in between sends twice and loses nothing.
    fan_out.enqueue((webhook.id, delivery.event) for delivery in deliveries)
    dead_deliveries.delete(webhook.id, [delivery.id for delivery in deliveries])


def _enabled(webhook_id: str) -> Webhook:
    webhook = registry.get(webhook_id)
    if not webhook.enabled:
        raise ConflictError(
            "the webhook is disabled: enable it first", code="webhook_disabled", details={"id": webhook.id}
        )
    return webhook
