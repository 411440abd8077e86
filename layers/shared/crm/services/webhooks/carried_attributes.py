"""Add the attributes that a webhook asks for to an event, as they are when it is sent.

They are neither queued nor stored with failed deliveries, so an erasure need not search there.
"""

import json
from typing import Any

from crm.domain.api_key import SYSTEM
from crm.domain.change import SHOWN_ID_FIELD
from crm.domain.errors import NotFoundError
from crm.domain.event_types import PROFILE_ERASED, WEBHOOK_TESTED
from crm.domain.identity import EMAIL, PHONE
from crm.domain.person import merged, values_of
from crm.domain.webhooks.definition import Webhook
from crm.domain.webhooks.event import WebhookEvent
from crm.domain.webhooks.rules import MAX_WEBHOOK_VALUES_BYTES
from crm.observability import log
from crm.services.access.api_keys import is_active
from crm.services.definitions import attributes
from crm.services.profiles import people
from crm.services.profiles.people import Person

_PROFILE = "profile"
_WITHOUT = {PROFILE_ERASED, WEBHOOK_TESTED}
_IDENTITIES = (EMAIL, PHONE)
"""Attributes for which an identity is used if there is no value."""


def carried(webhook: Webhook, event: WebhookEvent) -> dict[str, Any]:
    """Return the data to add to an event: `profile`, with the shown id and the attributes.

    `profile` is None if the customer does not exist (any more) or the key that granted the attributes is revoked.
    Nothing is added to events without a customer, and to that of an erasure.
    """
    if not webhook.attributes or event.type in _WITHOUT:
        return {}
    if webhook.granted_by is None or not is_active(webhook.granted_by):
        log.warning(
            "the key that authorizes a webhook to send attributes is revoked", extra={"webhook": webhook.id}
        )
        return {_PROFILE: None}
    try:
        person = people.find(event.data.get(SHOWN_ID_FIELD) or event.data["profile_id"], SYSTEM)
    except NotFoundError:
        return {_PROFILE: None}
    return {_PROFILE: _profile(person, webhook.attributes)}


def _profile(person: Person, names: tuple[str, ...]) -> dict[str, Any]:
    held, _ = attributes.typed_values(values_of(merged(person.members, "attributes")))
    held = {**_from_identities(person), **held}
    values: dict[str, Any] = {}
    left_out: list[str] = []
    room = MAX_WEBHOOK_VALUES_BYTES
    for name in names:
        size = len(json.dumps({name: held.get(name)}).encode())
        if size > room:
            left_out.append(name)
            continue
        room -= size
        values[name] = held.get(name)
    return {"id": person.id, "attributes": values, **({"left_out": left_out} if left_out else {})}


def _from_identities(person: Person) -> dict[str, str]:
    first = {type_: [i.value for i in person.identities if i.type == type_] for type_ in _IDENTITIES}
    return {type_: min(values) for type_, values in first.items() if values}
