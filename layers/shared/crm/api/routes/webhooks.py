"""Webhooks: services outside AWS that receive change events, and deliveries that failed."""

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
        summary="Create a webhook; its secret is shown only once",
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
        summary="Update the given fields of a webhook",
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
        summary="Delete a webhook; its queued deliveries are dropped",
        status=204,
        errors=(404, 409),
        etag=True,
    ),
    _write(
        "POST /v1/webhooks/{id}/rotate-secret",
        "rotate_secret",
        summary="Rotate the secret of a webhook; the new one is shown only once",
        request="webhooks.SecretRotation",
        response="webhooks.WebhookWithSecret",
        brief=("id", "secret"),
        errors=(404, 409),
        etag=True,
        secret=True,
    ),
    _write(
        "POST /v1/webhooks/{id}/test",
        "test_webhook",
        summary="Send a test event without content, in the same way as any other",
        response="webhooks.QueuedEvent",
        brief=("id", "type"),
        status=202,
        errors=(404, 409),
    ),
    _read(
        "GET /v1/webhooks/{id}/deliveries",
        "list_deliveries",
        summary="List deliveries that failed after a day of retries, newest first",
        response="webhooks.WebhookDeliveryPage",
        also=(PROFILES_READ,),
        query=(query.LIMIT, query.CURSOR),
        errors=(404,),
    ),
    _read(
        "GET /v1/webhooks/{id}/recent-deliveries",
        "list_recent_deliveries",
        summary="List the deliveries of the last days with the result of their last attempt, newest event first",
        response="webhooks.RecentDeliveryPage",
        also=(PROFILES_READ,),
        query=(query.LIMIT, query.CURSOR),
        errors=(404,),
    ),
    _write(
        "POST /v1/webhooks/{id}/deliveries/{delivery_id}/replay",
        "replay_delivery",
        summary="Replay a failed or a recent delivery",
        response="webhooks.Replayed",
        brief=("replayed", "more"),
        status=202,
        errors=(404, 409, 503),
    ),
    _write(
        "POST /v1/webhooks/{id}/replay",
        "replay_deliveries",
        summary="Replay failed deliveries, the oldest first, up to a limit",
        request="webhooks.Replay",
        response="webhooks.Replayed",
        brief=("replayed", "more"),
        status=202,
        errors=(404, 409, 503),
    ),
)
