"""The identities that a message carries, strongest first."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from crm.domain.errors import InvalidInputError
from crm.domain.identity import (
    ANONYMOUS_ID,
    EMAIL,
    MAX_IDENTITY_BYTES,
    PHONE,
    USER_ID,
    Identity,
    identity_types,
    normalise,
)
from crm.domain.tracking.reception import MessageRules


@lru_cache(maxsize=8192)  # the messages of a visit all carry the same identities
def _normalise(
    type_: str, value: str, phone_region: str | None, placeholders: frozenset[str]
) -> Identity | None:
    return normalise(type_, value, phone_region=phone_region, placeholders=placeholders)


def message_identities(
    message: dict[str, Any], message_type: str, context: dict[str, Any], rules: MessageRules
) -> tuple[Identity, ...]:
    """Return the identities of a message, strongest first, at most one of each type, without junk ids.

    Raises InvalidInputError when none is left to which the message could belong.
    """
    if message_type == "alias":
        return _of_alias(message, rules)
    found = [_identity(USER_ID, message.get("userId"), rules)]
    # Only the traits of an identify message are the person's; properties and the traits of a group are not.
    if message_type == "identify":
        found += _in_traits(message.get("traits"), rules)
    if "traits" in context:
        found += _in_traits(context["traits"], rules)
    if rules.custom_identity_types:
        found += _in_external_ids(context, rules)
    found.append(_identity(ANONYMOUS_ID, message.get("anonymousId"), rules))
    identities = [identity for identity in found if identity]
    if not identities:
        raise InvalidInputError(
            "The message identifies no person: send a `userId` or an `anonymousId` of one person or browser.",
            code="no_identity",
        )
    return _one_of_each_type(identities, rules) if len(identities) > 1 else tuple(identities)


def _identity(type_: str, value: Any, rules: MessageRules) -> Identity | None:
    if (
        type(value) is str and len(value) <= MAX_IDENTITY_BYTES
    ):  # a cached text stays as long as the container
        return _normalise(type_, value, rules.phone_region, rules.placeholder_ids)
    if value is None:
        return None
    return normalise(type_, value, phone_region=rules.phone_region, placeholders=rules.placeholder_ids)


def _one_of_each_type(identities: list[Identity], rules: MessageRules) -> tuple[Identity, ...]:
    order = identity_types(rules.custom_identity_types)
    by_type: dict[str, Identity] = {}
    for identity in identities:
        by_type.setdefault(identity.type, identity)
    return tuple(by_type[type_] for type_ in order if type_ in by_type)


def _in_traits(traits: Any, rules: MessageRules) -> Iterator[Identity | None]:
    if isinstance(traits, dict):
        yield _identity(EMAIL, traits.get("email"), rules)
        yield _identity(PHONE, traits.get("phone"), rules)


def _in_external_ids(context: dict[str, Any], rules: MessageRules) -> Iterator[Identity | None]:
    # Segment's name is externalIds, RudderStack's externalId.
    for name in ("externalIds", "externalId"):
        entries = context.get(name)
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, dict) and entry.get("type") in rules.custom_identity_types:
                yield _identity(entry["type"], entry.get("id"), rules)


def _of_alias(message: dict[str, Any], rules: MessageRules) -> tuple[Identity, ...]:
    user = _identity(USER_ID, message.get("userId"), rules)
    if user is None:
        text = "An alias message requires a `userId`: the new id of the person."
        raise InvalidInputError(text, code="missing_user_id")
    previous = _identity(ANONYMOUS_ID, message.get("previousId"), rules)
    if previous is None:
        text = "An alias message requires a `previousId`: the former id of the person."
        raise InvalidInputError(text, code="missing_previous_id")
    return (user,) if previous.value == user.value else (user, previous)
