"""Build the responses for webhooks and failed deliveries."""

from collections.abc import Mapping

from crm.domain.times import iso
from crm.domain.views.webhooks import RecentDeliveryView, WebhookDeliveryView, WebhookView
from crm.domain.webhooks.definition import Webhook
from crm.domain.webhooks.delivery import AttemptedDelivery, DeadDelivery


def webhook_view(webhook: Webhook, names: Mapping[str, str]) -> WebhookView:
    """Build the model `Webhook`, without secrets. `names` maps ids of segments to their names."""
    return {
        "id": webhook.id,
        "name": webhook.name,
        "url": webhook.url,
        "events": list(webhook.events),
        "segments": list(webhook.segments),
        "segment_names": {id_: names[id_] for id_ in webhook.segments if id_ in names},
        "attributes": list(webhook.attributes),
        "attributes_key": webhook.granted_by.removeprefix("key:") if webhook.granted_by else None,
        "enabled": webhook.enabled,
        "retires_at": None if webhook.retires_at is None else iso(webhook.retires_at),
        "created_at": iso(webhook.created_at),
        "updated_at": iso(webhook.updated_at),
        "version": webhook.version,
    }


def delivery_view(delivery: DeadDelivery) -> WebhookDeliveryView:
    """Build the model `WebhookDelivery`."""
    return {
        "id": delivery.id,
        "event_id": delivery.event.id,
        "event_type": delivery.event.type,
        "body": delivery.event.content(),
        "attempts": delivery.attempts,
        "status": delivery.status,
        "error": delivery.error,
        "response_body": delivery.response_body,
        "first_attempt_at": iso(delivery.first_attempt_at),
        "died_at": iso(delivery.died_at),
        "expires_at": iso(delivery.expires_at),
    }


def recent_delivery_view(delivery: AttemptedDelivery) -> RecentDeliveryView:
    """Build the model `RecentDelivery`."""
    following = delivery.next_attempt_at
    return {
        "id": delivery.id,
        "event_id": delivery.event.id,
        "event_type": delivery.event.type,
        "body": delivery.event.content(),
        "state": delivery.state,
        "attempts": delivery.attempts,
        "status": delivery.status,
        "error": delivery.error,
        "response_body": delivery.response_body,
        "first_attempt_at": iso(delivery.first_attempt_at),
        "last_attempt_at": iso(delivery.last_attempt_at),
        "next_attempt_at": None if following is None else iso(following),
    }
