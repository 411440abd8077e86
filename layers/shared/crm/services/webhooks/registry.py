"""The registry of webhooks: create, change, rotate secrets, delete."""

import base64
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Unpack

from crm.domain.api_key import SEGMENTS_READ, SYSTEM, Principal
from crm.domain.commands.webhooks import NewWebhook, WebhookChanges
from crm.domain.errors import ConflictError, NotFoundError
from crm.domain.etag import ensure_etag
from crm.domain.source import valid_display_name
from crm.domain.stored_record import from_record, to_record
from crm.domain.webhooks import rules
from crm.domain.webhooks.addresses import valid_url
from crm.domain.webhooks.definition import WEBHOOK_ID_FORMAT, Webhook
from crm.domain.webhooks.signature import SECRET_PREFIX
from crm.services.ruleset.segment_names import segment_names
from crm.services.webhooks import fan_out, references
from crm.settings import settings
from crm.storage import definitions, lookups
from crm.storage.retry_on_conflict import retry_on_conflict

_WEBHOOK = fan_out.WEBHOOK
SECRET_BYTES = 32
_GRANTED = {"attributes", "url"}
"""Changes for which the calling key is accountable: which attributes go where."""

_VALID: dict[str, Callable[[Any], Any]] = {
    "name": valid_display_name,
    "url": lambda text: valid_url(text, settings().webhook_targets),
    "events": rules.valid_event_types,
    "segments": references.segment_ids,
    "attributes": references.known_attributes,
    "enabled": bool,
}


def create(*, now: int, by: Principal = SYSTEM, **new: Unpack[NewWebhook]) -> Webhook:
    """Create a webhook with its secret. `now` in epoch milliseconds; `by` grants its attributes.

    Raises InvalidInputError, ConflictError.
    """
    checked = _checked(new)
    # Two concurrent requests may create one too many, which is harmless.
    if len(list_all()) >= rules.MAX_WEBHOOKS:
        raise ConflictError(
            f"there can be at most {rules.MAX_WEBHOOKS} webhooks: delete one first", code="too_many_webhooks"
        )
    webhook = Webhook(
        id=WEBHOOK_ID_FORMAT.make(secrets.token_bytes(6)),
        secret=_new_secret(),
        created_at=now,
        updated_at=now,
        **checked,
    )
    webhook = _granted(webhook, by)
    with definitions.one_transaction() as changes:
        changes.create(_WEBHOOK, webhook.id, to_record(webhook))
    fan_out.clear_cache()
    return webhook


def get(webhook_id: str) -> Webhook:
    """Return a webhook. Raises NotFoundError."""
    webhook = find(webhook_id)
    if webhook is None:
        raise NotFoundError("there is no webhook with this id", details={"id": webhook_id})
    return webhook


def find(webhook_id: str) -> Webhook | None:
    """Return the webhook as it is now, None if there is none."""
    record = lookups.find(_WEBHOOK, webhook_id) if WEBHOOK_ID_FORMAT.matches(webhook_id) else None
    return from_record(Webhook, record) if record else None


def list_all() -> list[Webhook]:
    """Return every webhook, oldest first."""
    webhooks = [from_record(Webhook, record) for record in definitions.find_all(_WEBHOOK)]
    return sorted(webhooks, key=lambda webhook: (webhook.created_at, webhook.id))


def names_of_segments(webhooks: Iterable[Webhook], viewer: Principal) -> dict[str, str]:
    """Return names of the segments that these webhooks listen to, by id; empty for a key that may not read segments."""
    ids = {id_ for webhook in webhooks for id_ in webhook.segments}
    return segment_names(ids) if ids and viewer.may(SEGMENTS_READ) else {}


def update(
    webhook_id: str, changes: WebhookChanges, *, now: int, by: Principal = SYSTEM, expected: str | None = None
) -> Webhook:
    """Change the given fields.

    `expected` is the etag that it must have; `by` grants attributes when they or the URL change. Raises
    NotFoundError, InvalidInputError, PreconditionFailedError.
    """
    before = _expected(webhook_id, expected)
    changed = replace(before, **_checked(changes))
    if _GRANTED & changes.keys():
        changed = _granted(changed, by)
    return before if changed == before else _save(before, changed, now)


def rotate(webhook_id: str, *, now: int, grace_seconds: int = 0, expected: str | None = None) -> Webhook:
    """Replace the secret.

    The old one stops signing at once or after the grace; one that was still retiring, at once. `expected` is the etag
    that the webhook must have. Raises NotFoundError, PreconditionFailedError.
    """
    before = _expected(webhook_id, expected)
    changed = replace(
        before,
        secret=_new_secret(),
        retiring_secret=before.secret if grace_seconds else None,
        retires_at=now + grace_seconds * 1000 if grace_seconds else None,
    )
    return _save(before, changed, now)


def disable(webhook: Webhook, *, now: int) -> None:
    """Disable a webhook whose receiver is gone permanently, unless its URL has changed."""

    def attempt() -> None:
        before = find(webhook.id)
        if before and before.enabled and before.url == webhook.url:
            _save(before, replace(before, enabled=False), now)

    retry_on_conflict(attempt)


def delete(webhook_id: str, *, expected: str | None = None) -> None:
    """Delete the webhook and drop its queued deliveries.

    Raises NotFoundError, PreconditionFailedError.
    """
    webhook = _expected(webhook_id, expected)
    with definitions.one_transaction() as changes:
        changes.delete(_WEBHOOK, webhook.id, read_version=webhook.version)
    fan_out.clear_cache()


def _expected(webhook_id: str, expected: str | None) -> Webhook:
    webhook = get(webhook_id)
    ensure_etag(expected, webhook.etag, "webhook", version=webhook.version)
    return webhook


def _save(before: Webhook, changed: Webhook, now: int) -> Webhook:
    after = replace(changed, updated_at=now, version=before.version + 1)
    with definitions.one_transaction() as changes:
        changes.replace(_WEBHOOK, after.id, to_record(after), read_version=before.version)
    fan_out.clear_cache()
    return after


def _granted(webhook: Webhook, by: Principal) -> Webhook:
    return replace(webhook, granted_by=by.id if webhook.attributes else None)


def _checked(given: Mapping[str, Any]) -> dict[str, Any]:
    return {field: _VALID[field](value) for field, value in given.items()}


def _new_secret() -> str:
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
