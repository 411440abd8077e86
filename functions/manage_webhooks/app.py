"""Manage webhooks and their failed deliveries."""

from crm.api.queries import PageQuery
from crm.api.views.webhooks import delivery_view, recent_delivery_view, webhook_view
from crm.domain.api_key import Principal
from crm.domain.commands.webhooks import NewWebhook, Replay, SecretRotation, WebhookChanges
from crm.domain.views.webhooks import (
    QueuedEventView,
    RecentDeliveryPageView,
    ReplayedView,
    WebhookDeliveryPageView,
    WebhookListView,
    WebhookView,
    WebhookWithSecretView,
)
from crm.domain.webhooks.definition import Webhook
from crm.http import Request, serve
from crm.services.webhooks import registry, replay


def create_webhook(request: Request) -> WebhookWithSecretView:
    webhook = registry.create(**request.body(NewWebhook), now=request.now, by=request.principal)
    return {**_view(webhook, request.principal), "secret": webhook.secret}


def list_webhooks(request: Request) -> WebhookListView:
    webhooks = registry.list_all()
    names = registry.names_of_segments(webhooks, request.principal)
    return {"webhooks": [webhook_view(webhook, names) for webhook in webhooks]}


def get_webhook(request: Request) -> WebhookView:
    return _view(registry.get(request.path["id"]), request.principal)


def update_webhook(request: Request) -> WebhookView:
    changed = registry.update(
        request.path["id"],
        request.body(WebhookChanges),
        now=request.now,
        by=request.principal,
        expected=request.if_match,
    )
    return _view(changed, request.principal)


def delete_webhook(request: Request) -> None:
    registry.delete(request.path["id"], expected=request.if_match)


def rotate_secret(request: Request) -> WebhookWithSecretView:
    webhook = registry.rotate(
        request.path["id"], **request.body(SecretRotation), now=request.now, expected=request.if_match
    )
    return {**_view(webhook, request.principal), "secret": webhook.secret}


def test_webhook(request: Request) -> QueuedEventView:
    event = replay.send_test(request.path["id"], now=request.now)
    return {"id": event.id, "type": event.type}


def list_deliveries(request: Request) -> WebhookDeliveryPageView:
    page, position = replay.failed_deliveries(request.path["id"], **request.query(PageQuery))
    return {
        "deliveries": [delivery_view(delivery) for delivery in page],
        "next_cursor": request.next_cursor(position),
    }


def list_recent_deliveries(request: Request) -> RecentDeliveryPageView:
    page, position = replay.recent(request.path["id"], **request.query(PageQuery))
    return {
        "deliveries": [recent_delivery_view(delivery) for delivery in page],
        "next_cursor": request.next_cursor(position),
    }


def replay_delivery(request: Request) -> ReplayedView:
    replay.replay(request.path["id"], request.path["delivery_id"])
    return {"replayed": 1, "more": False}


def replay_deliveries(request: Request) -> ReplayedView:
    replayed, more = replay.replay_all(request.path["id"], **request.body(Replay))
    return {"replayed": replayed, "more": more}


def _view(webhook: Webhook, viewer: Principal) -> WebhookView:
    return webhook_view(webhook, registry.names_of_segments([webhook], viewer))


handler = serve(
    "manage_webhooks",
    create_webhook,
    list_webhooks,
    get_webhook,
    update_webhook,
    delete_webhook,
    rotate_secret,
    test_webhook,
    list_deliveries,
    list_recent_deliveries,
    replay_delivery,
    replay_deliveries,
)
