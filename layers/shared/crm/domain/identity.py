"""Normalise identities, and compute the profile ids that they name without a read."""

import re
import unicodedata
import uuid
from collections.abc import Container, Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from crm.domain.placeholders import is_junk, is_junk_email, is_junk_phone, names_no_group
from crm.domain.repetition import repeated

USER_ID = "user_id"
EMAIL = "email"
PHONE = "phone"
ANONYMOUS_ID = "anonymous_id"

MAX_IDENTITY_BYTES = 512
"""Maximum length of the value of an identity in UTF-8; a longer value is not an identity."""

_MAX_CHARACTER_BYTES = 4
_MAX_EXACT_INTEGER = 2**53
# Addresses that the library would return unchanged: below its length limits, no dash at an odd place
# (Punycode has two), no reserved name. In lower case.
_PLAIN_EMAIL = (
    r"(?=.{6,64}\n)[a-z0-9_+-]++"
    + repeated(r"\.[a-z0-9_+-]++")
    + r"@(?=[a-z0-9-]*+\.)[a-z0-9]++"
    + repeated(r"[.-][a-z0-9]++")
    + r"(?<=[a-z])(?<!\.arpa)(?<!\.invalid)(?<!\.local)(?<!\.localhost)(?<!\.onion)\n"
)
_PLAIN_EMAILS = re.compile(repeated(_PLAIN_EMAIL))


class Identity(NamedTuple):
    """A normalised `(type, value)` that names a person or a browser."""

    type: str
    value: str


def normalise(
    type: str, value: Any, *, phone_region: str | None = None, placeholders: Container[str] = ()
) -> Identity | None:
    """Normalise a value to an identity; return None if it identifies nothing.

    `phone_region` (ISO 3166 country) reads national phone numbers; without it only `+...` numbers count.
    `placeholders`: values, in lower case, that identify nothing in this deployment.
    """
    text = _as_text(value)
    if text is None or is_junk(text) or text.lower() in placeholders:
        return None
    if type == EMAIL:
        text = _normalise_email(text)
    elif type == PHONE:
        text = None if is_junk_phone(text) else _normalise_phone(text, phone_region)
    return Identity(type, text) if text and text.lower() not in placeholders else None


def normalise_group(value: Any) -> str | None:
    """Normalise the id of a group; return None if the value names no group."""
    text = _as_text(value)
    return None if text is None or names_no_group(text) else text


def _as_text(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    if isinstance(value, float):
        # Whole numbers above 2**53 have lost digits on their way: two people could become one.
        if not value.is_integer() or abs(value) > _MAX_EXACT_INTEGER:
            return None
        value = int(value)
    text = unicodedata.normalize("NFC", str(value)).strip()
    if len(text) > MAX_IDENTITY_BYTES or not text.isprintable() or _is_too_long(text):
        return None
    return text


def _is_too_long(text: str) -> bool:
    return len(text) * _MAX_CHARACTER_BYTES > MAX_IDENTITY_BYTES and len(text.encode()) > MAX_IDENTITY_BYTES


def plain_emails(texts: Sequence[str]) -> list[str] | None:
    """Normalise emails without loading a library; return None unless every text is a plain address."""
    lines = "\n".join(texts)
    if not lines.isascii() or not _PLAIN_EMAILS.fullmatch(lower := f"{lines.lower()}\n" if texts else ""):
        return None
    emails = lower.split("\n")[:-1]
    return emails if len(emails) == len(texts) and not any(map(is_junk_email, emails)) else None


@lru_cache(maxsize=4096)
def _normalise_email(text: str) -> str | None:
    if plain := plain_emails((text,)):
        return plain[0]
    from email_validator import EmailNotValidError, validate_email

    try:
        # Only the form is checked: no DNS here. Mailboxes that differ in case alone are one person's.
        return validate_email(text, check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError:
        return None


@lru_cache(maxsize=4096)
def _normalise_phone(text: str, region: str | None) -> str | None:
    from crm.domain.plain_phones import plain_phone

    if plain := plain_phone(text):
        return plain
    import phonenumbers

    try:
        number = phonenumbers.parse(text, region or None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def identity_types(custom_types: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the identity types of a deployment, strongest first. `custom_types` are in the configured order."""
    return (USER_ID, EMAIL, PHONE, *custom_types, ANONYMOUS_ID)


def strongest_first(identities: Iterable[Identity], custom_types: Sequence[str] = ()) -> list[Identity]:
    """Sort without repetitions, in the order of `identity_types`."""
    order = identity_types(custom_types)
    known = dict.fromkeys(identity for identity in identities if identity.type in order)
    return sorted(known, key=lambda identity: order.index(identity.type))


@lru_cache(maxsize=4096)
def profile_id(namespace: uuid.UUID, identity: Identity) -> str:
    """Compute the id of the profile that this identity names in this deployment."""
    return str(uuid.uuid5(namespace, f"{identity.type}:{identity.value}"))
