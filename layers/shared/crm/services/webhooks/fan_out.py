"""Queue changes for webhooks: one message for each webhook that subscribes to the event."""

from collections.abc import Iterable, Sequence
from typing import Any

from crm.domain.stored_record import from_record, to_record
from crm.domain.webhooks.definition import Webhook
from crm.domain.webhooks.event import WebhookEvent, event_of
from crm.services.definitions.lookup_cache import LookupCache
from crm.storage import lookups, webhook_queue

WEBHOOK = "webhook"
WEBHOOKS_CACHE_S = 5
"""Seconds for which a container caches the webhooks."""

_cache: LookupCache[list[Webhook]] = LookupCache(seconds=WEBHOOKS_CACHE_S)


def fan_out(changes: Sequence[tuple[str, dict[str, Any]]], *, at: int) -> None:
    """Queue changes, as (type, detail), for all subscribers. `at`: when they were made, in epoch milliseconds.

    Raises when the queue does not accept all of them.
    """
    if not changes:
        return
    webhooks = _cache.get(WEBHOOK, _look_up)
    enqueue(
        (webhook.id, event_of(kind, detail, at))
        for kind, detail in changes
        for webhook in webhooks
        if webhook.wants(kind, detail)
    )


def enqueue(deliveries: Iterable[tuple[str, WebhookEvent]]) -> None:
    """Queue events for the webhooks with these ids. Raises when the queue does not accept all of them."""
    webhook_queue.send([{"webhook": id_, "event": to_record(event)} for id_, event in deliveries])


def clear_cache() -> None:
    """Clear the cache of webhooks."""
    _cache.clear()


def _look_up(kind: str) -> list[Webhook]:
    return [from_record(Webhook, record) for record in lookups.find_all(kind)]
