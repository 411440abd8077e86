"""How webhooks and their dead deliveries look in answers."""

from typing import Any

from crm.domain.times import iso
from crm.domain.webhooks.definition import Webhook
from crm.domain.webhooks.delivery import DeadDelivery


def webhook_view(webhook: Webhook) -> dict[str, Any]:
    """The model `Webhook`: without secrets."""
    return {
        "id": webhook.id,
        "name": webhook.name,
        "url": webhook.url,
        "events": list(webhook.events),
        "segments": list(webhook.segments),
        "enabled": webhook.enabled,
        "retires_at": None if webhook.retires_at is None else iso(webhook.retires_at),
        "created_at": iso(webhook.created_at),
        "updated_at": iso(webhook.updated_at),
        "version": webhook.version,
    }


def delivery_view(delivery: DeadDelivery) -> dict[str, Any]:
    """The model `WebhookDelivery`."""
    return {
        "id": delivery.id,
        "event_id": delivery.event.id,
        "event_type": delivery.event.type,
        "body": delivery.event.content(),
        "attempts": delivery.attempts,
        "status": delivery.status,
        "error": delivery.error,
        "first_attempt_at": iso(delivery.first_attempt_at),
        "died_at": iso(delivery.died_at),
        "expires_at": iso(delivery.expires_at),
    }
