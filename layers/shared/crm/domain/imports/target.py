"""The target that a column of a file fills."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crm.domain import consent
from crm.domain.attribute import MAX_ATTRIBUTE_NAME_LENGTH, valid_attribute_name
from crm.domain.consent import DENIED, GRANTED
from crm.domain.errors import invalid_field

ATTRIBUTE, IDENTITY, TAGS_TARGET, CONSENT, CHANGED_AT = (
    "attribute",
    "identity",
    "tags",
    "consent",
    "changed_at",
)
PROFILE_ID = "profile_id"
EVENT, TIME, MESSAGE_ID, PROPERTY, LINE = "event", "time", "message_id", "property", "line"
STATE = "state"
IGNORE = "ignore"

PROFILES, EVENTS = "profiles", "events"
FILE_KINDS = (PROFILES, EVENTS)
OF_KIND = {
    PROFILES: (ATTRIBUTE, IDENTITY, TAGS_TARGET, CONSENT, CHANGED_AT, PROFILE_ID, IGNORE),
    EVENTS: (EVENT, TIME, MESSAGE_ID, PROPERTY, LINE, STATE, IDENTITY, IGNORE),
}
"""Targets of the columns of a file, by its kind."""

NAMED_TARGETS = (ATTRIBUTE, IDENTITY, CONSENT, PROPERTY, LINE)
"""Targets with a name: of the attribute, the type of identity, the consent's key, the property, the field
of a line.
"""


@dataclass(frozen=True, slots=True)
class Target:
    """A target. `to`: one of OF_KIND. `name`: for those that are NAMED.

    `yes`: the meaning of a yes in a consent's column: `granted`, or `denied` in a column like "Opted out", where a no
    means nothing. `changed_at` is when the source system last changed the customer; `profile_id` is the profile id,
    which decides the customer of a row. `line`: a field of the row's line of an order (`sku`, `price`); `state`: of
    an order or a payment, which is not completed where it was cancelled or failed.
    """

    to: str
    name: str | None = None
    yes: str = GRANTED

    def to_record(self) -> dict[str, Any]:
        """Convert the target to plain JSON: `{"to": "attribute", "name": "city"}`."""
        record = {"to": self.to} | ({} if self.name is None else {"name": self.name})
        return record | ({"yes": self.yes} if self.yes != GRANTED else {})


IGNORED = Target(IGNORE)


def valid_target(kind: str, fields: Mapping[str, Any]) -> Target:
    """Validate the target of these fields (`to`, `name`, `yes`), for files of this kind. Raises InvalidInputError."""
    to, name, yes = fields.get("to"), fields.get("name"), fields.get("yes") or GRANTED
    if to not in OF_KIND[kind]:
        raise invalid_field("to", f"must be one of {', '.join(OF_KIND[kind])} in a mapping of {kind}")
    if (name is not None) != (to in NAMED_TARGETS):
        raise invalid_field(
            "name", f"is required for {', '.join(NAMED_TARGETS)}, and not allowed for other targets"
        )
    if yes not in (GRANTED, DENIED) or (yes == DENIED and to != CONSENT):
        raise invalid_field("yes", "must be what a yes in a consent column means: granted or denied")
    return Target(to, _valid_name(to, name), yes)


def valid_consent_key(key: str) -> str:
    """Validate `email`, or `email:newsletter` for a purpose of its own. Raises InvalidInputError."""
    channel, separator, purpose = key.partition(":")
    named = consent.valid_consent_name("purpose", purpose) if separator else None
    return consent.consent_key(consent.valid_consent_name("channel", channel), named)


def _valid_name(to: str, name: Any) -> str | None:
    if name is None:
        return None
    if not isinstance(name, str):
        raise invalid_field("name", "must be a text")
    if to == ATTRIBUTE:
        return valid_attribute_name(name)
    if to == CONSENT:
        return valid_consent_key(name)
    if not 1 <= len(name) <= MAX_ATTRIBUTE_NAME_LENGTH or not name.isprintable() or name != name.strip():
        raise invalid_field(
            "name",
            f"must have 1 to {MAX_ATTRIBUTE_NAME_LENGTH} printable characters, without leading or trailing spaces",
        )
    return name
