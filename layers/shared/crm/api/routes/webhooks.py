"""Webhooks: services outside AWS that are told of changes, and what could not be delivered to them."""

from functools import partial

from crm.api import parameters as query
from crm.api.route import Route
from crm.domain.api_key import PROFILES_READ

_read = partial(Route, function="manage_webhooks", access="webhooks:read")
_write = partial(Route, function="manage_webhooks", access="webhooks:write")

ROUTES: tuple[Route, ...] = (
    _write(
        "POST /v1/webhooks",
        "create_webhook",
        summary="Create a webhook; its secret is shown this once",
        request="webhooks.NewWebhook",
        also=(PROFILES_READ,),
        response="webhooks.WebhookWithSecret",
        status=201,
        etag=True,
        secret=True,
    ),
    _read(
        "GET /v1/webhooks",
        "list_webhooks",
        summary="List webhooks, oldest first",
        response="webhooks.WebhookList",
    ),
    _read(
        "GET /v1/webhooks/{id}",
        "get_webhook",
        summary="Read a webhook",
        response="webhooks.Webhook",
        errors=(404,),
        etag=True,
    ),
    _write(
        "PATCH /v1/webhooks/{id}",
        "update_webhook",
        summary="Change what is given of a webhook",
        request="webhooks.WebhookChanges",
        response="webhooks.Webhook",
        also=(PROFILES_READ,),
        brief=("id",),
        errors=(404, 409),
        etag=True,
    ),
    _write(
        "DELETE /v1/webhooks/{id}",
        "delete_webhook",
        summary="Delete a webhook; what waits for it is dropped",
        status=204,
        errors=(404, 409),
        etag=True,
    ),
    _write(
        "POST /v1/webhooks/{id}/rotate-secret",
        "rotate_secret",
        summary="Give a webhook a new secret, which is shown this once",
        request="webhooks.SecretRotation",
        response="webhooks.WebhookWithSecret",
        brief=("id", "secret"),
        errors=(404, 409),
        secret=True,
    ),
    _write(
        "POST /v1/webhooks/{id}/test",
        "test_webhook",
        summary="Send an event that says nothing, as any other is sent",
        response="webhooks.QueuedEvent",
        brief=("id", "type"),
        status=202,
        errors=(404, 409),
    ),
    _read(
        "GET /v1/webhooks/{id}/deliveries",
        "list_deliveries",
        summary="List what could not be delivered in a day of trying, newest first",
        response="webhooks.WebhookDeliveryPage",
        also=(PROFILES_READ,),
        query=(query.LIMIT, query.CURSOR),
        errors=(404,),
    ),
    _write(
        "POST /v1/webhooks/{id}/deliveries/{delivery_id}/replay",
        "replay_delivery",
        summary="Try a dead delivery again",
        response="webhooks.Replayed",
        brief=("replayed", "more"),
        status=202,
        errors=(404, 409, 503),
    ),
    _write(
        "POST /v1/webhooks/{id}/replay",
        "replay_deliveries",
        summary="Try all dead deliveries again, the oldest first and so many at once",
        request="webhooks.Replay",
        response="webhooks.Replayed",
        brief=("replayed", "more"),
        status=202,
        errors=(404, 409, 503),
    ),
)
