"""Attempt a delivery, and finish, retry or give it up."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from crm.domain.stored_record import from_record
from crm.domain.webhooks import schedule
from crm.domain.webhooks.definition import Webhook
from crm.domain.webhooks.delivery import (
    DELIVERED,
    DISABLED,
    GIVEN_UP,
    NO_END,
    RECEIVER_GONE,
    RESTING,
    WAITING,
    AttemptedDelivery,
    DeadDelivery,
    Result,
)
from crm.domain.webhooks.event import WebhookEvent
from crm.domain.webhooks.signature import signed_headers
from crm.observability import count_metric, log
from crm.services.webhooks import registry
from crm.storage import dead_deliveries, recent_deliveries, webhook_queue

GONE_STATUS = 410
REST_MS = 60_000
"""Time for which a container skips an address that did not respond: a slow receiver must not delay the others."""

_resting_until: dict[str, int] = {}
_JSON = {"content-type": "application/json", "user-agent": "customer-data-webhooks/1"}

Post = Callable[[str, dict[str, str], bytes], Result]
"""`post(url, headers, body)`: send one request; errors of the receiver and the network are not raised."""


class NotDeliveredError(Exception):
    """The delivery is retried at the time to which the message was postponed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A message of the queue as it was received. `number` counts from 1; times in epoch milliseconds."""

    message: dict[str, Any]
    receipt: str
    number: int
    first_at: int
    now: int

    @property
    def event(self) -> WebhookEvent:
        return from_record(WebhookEvent, self.message["event"])


def deliver(attempt: Attempt, post: Post, *, jitter: float) -> None:
    """Attempt the delivery. On return the message is done. `jitter` from 0 to 1 spreads the waits.

    Raises NotDeliveredError when it must be delivered again.
    """
    webhook = registry.find(attempt.message["webhook"])
    if webhook is None:
        log.info("the webhook of a delivery is deleted", extra={"webhook": attempt.message["webhook"]})
    elif not webhook.enabled:
        _give_up(attempt, Result(error=DISABLED))
    elif attempt.number > schedule.DELIVERY_ATTEMPTS:
        _give_up(attempt, Result(error=NO_END))
    else:
        _settle(attempt, webhook, _send(attempt, webhook, post), jitter)


def clear_cache() -> None:
    """Clear the record of addresses that did not respond."""
    _resting_until.clear()


def _send(attempt: Attempt, webhook: Webhook, post: Post) -> Result:
    if attempt.now < _resting_until.get(webhook.url, 0) and attempt.number < schedule.DELIVERY_ATTEMPTS:
        return Result(error=RESTING)
    event, body = attempt.event, _body(webhook, attempt.event)
    signed = signed_headers(webhook.secrets(attempt.now), event.id, attempt.now // 1000, body)
    result = post(webhook.url, _JSON | signed, body)
    if result.status is None:
        _resting_until[webhook.url] = attempt.now + REST_MS
    return result


def _body(webhook: Webhook, event: WebhookEvent) -> bytes:
    if not webhook.attributes:
        return event.body()
    # Few webhooks carry attributes; the others start without importing what reads profiles.
    from crm.services.webhooks.carried_attributes import carried

    return event.body(**carried(webhook, event))


def _settle(attempt: Attempt, webhook: Webhook, result: Result, jitter: float) -> None:
    if result.delivered:
        count_metric("WebhookDelivered")
        _note(attempt, DELIVERED, result)
    elif result.status == GONE_STATUS:
        registry.disable(webhook, now=attempt.now)
        _give_up(attempt, replace(result, error=RECEIVER_GONE))
    elif attempt.number == schedule.DELIVERY_ATTEMPTS:
        _give_up(attempt, result)
    else:
        requested_s = schedule.retry_after_s(result.retry_after, attempt.now)
        wait_s = schedule.wait_s(attempt.number, jitter, requested_s)
        webhook_queue.put_off(attempt.receipt, wait_s)
        _note(attempt, WAITING, result, next_attempt_at=attempt.now + wait_s * 1000)
        raise NotDeliveredError


def _give_up(attempt: Attempt, result: Result) -> None:
    delivery = DeadDelivery(
        event=attempt.event,
        attempts=attempt.number,
        status=result.status,
        error=result.error,
        first_attempt_at=attempt.first_at,
        died_at=attempt.now,
        response_body=result.response_body,
    )
    dead_deliveries.store_delivery(attempt.message["webhook"], delivery)
    _note(attempt, GIVEN_UP, result)
    count_metric("WebhookDead")
    log.warning(
        "a delivery failed in all attempts",
        extra={"webhook": attempt.message["webhook"], "status": result.status, "error": result.error},
    )


def _note(attempt: Attempt, state: str, result: Result, *, next_attempt_at: int | None = None) -> None:
    """Store the result for the list of recent deliveries. A failure is only logged, because it must not repeat the
    delivery.
    """
    delivery = AttemptedDelivery(
        event=attempt.event,
        state=state,
        attempts=attempt.number,
        status=result.status,
        error=result.error,
        first_attempt_at=attempt.first_at,
        last_attempt_at=attempt.now,
        next_attempt_at=next_attempt_at,
        response_body=result.response_body,
    )
    try:
        recent_deliveries.store_delivery(attempt.message["webhook"], delivery)
    except Exception:
        log.exception("a delivery could not be noted", extra={"webhook": attempt.message["webhook"]})
