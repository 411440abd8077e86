"""Consents: the state of each consent channel and purpose, and until when it holds."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

from crm.domain.consent_fields import CONSENT_NAME_PATTERN, ConsentEffect, ProfileConsent
from crm.domain.errors import invalid_field
from crm.domain.identity import EMAIL, PHONE
from crm.domain.profile import ProfileState
from crm.domain.stamped import Register, Stamped, later
from crm.domain.times import iso, parse_time
from crm.domain.trust import Rank
from crm.domain.well_formed import REASON, is_well_formed

if TYPE_CHECKING:
    from crm.domain.views.consents import ConsentView


@dataclass(frozen=True, slots=True)
class Channel:
    """A usual channel: its title in the preference centre, and the type of the address that it needs."""

    title: str
    address: str | None = None


CHANNELS = {
    "email": Channel("E-mail", EMAIL),
    "sms": Channel("Text messages (SMS)", PHONE),
    "push": Channel("Push notifications"),
    "wifi": Channel("Wi-Fi"),
    "bluetooth": Channel("Bluetooth"),
    "rfid": Channel("RFID"),
}
"""The usual channels; any other name is a channel of the deployment's own."""

DEFAULT_PURPOSE = "marketing"
PROCESSING = "processing"
"""The consent that gates visibility, where the deployment requires it."""

GRANTED, DENIED, PENDING, EXPIRED = "granted", "denied", "pending", "expired"
"""PENDING: requested with double opt-in, or by public code against a denial, and not confirmed yet."""

SHOWN_STATES = (GRANTED, DENIED, PENDING, EXPIRED)
MISSING = "missing"
"""The state of a consent that was never set."""

CONSENT_STATES = (*SHOWN_STATES, MISSING)
"""States that conditions and list filters test."""

ADDRESS_TYPE_BY_CHANNEL = {name: channel.address for name, channel in CHANNELS.items() if channel.address}
"""Type of the address that a channel needs. A form's consent to one of these is for the address typed into it."""

MAX_PROOF_LENGTH = 5000
NAME_RULE = "must be 1 to 64 letters, digits, spaces, - and _, and begin with a letter or digit"

_MAX_SOURCE_LENGTH = 200
_NAME = re.compile(CONSENT_NAME_PATTERN)
_RESERVED = frozenset({*CHANNELS, DEFAULT_PURPOSE, PROCESSING})


def consent_key(channel: str, purpose: str | None = None) -> str:
    """Return the key of a consent: `email` for the default purpose, else `email:newsletter`."""
    return channel if purpose in {None, DEFAULT_PURPOSE} else f"{channel}:{purpose}"


def consent_key_of(text: str) -> str:
    """Return the key of a consent that is written as `email`, `email:marketing` or `email:newsletter`."""
    return text.removesuffix(f":{DEFAULT_PURPOSE}")


def channel_and_purpose(key: str) -> tuple[str, str]:
    """Split a key into channel and purpose. A name that an SDK made up is a channel, whatever it contains."""
    channel, _, purpose = key.partition(":")
    if _NAME.fullmatch(channel) and _NAME.fullmatch(purpose) and purpose != DEFAULT_PURPOSE:
        return channel, purpose
    return key, DEFAULT_PURPOSE


def state_of(value: ProfileConsent, now: int) -> str:
    """Return the state of a stored consent at an instant (epoch ms)."""
    return state_at(value["state"], parse_time(value.get("expires_at")), now)


def state_at(state: str, until: int | None, now: int) -> str:
    """Return the state of a consent at an instant: a grant is EXPIRED from its end (`until`) on. Times in epoch ms."""
    return EXPIRED if state == GRANTED and until is not None and until <= now else state


def settle_consent(decided: Stamped | None, requested: Stamped | None) -> Stamped | None:
    """Settle one consent: the latest decision, or the latest request where it is newer and asks for something new.

    A request for what was granted at its time changes nothing, so that a form cannot weaken a consent.
    """
    if requested is None or (decided is not None and decided.stamp > requested.stamp):
        return decided
    if decided is not None and decided.value and state_of(decided.value, requested.stamp[0]) == GRANTED:
        return decided
    return requested


def resolved(trusted: Stamped | None, public: Stamped | None, requested: Stamped | None) -> Stamped | None:
    """Resolve one consent from the last values of trusted and public sources and the last request.

    Anyone can imitate public code. So its grant settles no waiting request, and after a denial of higher rank it is
    itself a request. Its denial counts like any other, and otherwise time decides.
    """
    unconfirmed = public if public is not None and _is_request(trusted, public) else None
    public_request = (
        Stamped(public.value | {"state": PENDING}, public.stamp) if public and unconfirmed else None
    )
    if requested is not None and is_unsettled(trusted, public, requested):
        return later(public_request, requested)
    if public_request is not None:
        return settle_consent(trusted, public_request)
    return later(trusted, public) if public else trusted


def is_unsettled(trusted: Stamped | None, public: Stamped | None, requested: Stamped) -> bool:
    """Return whether a request waits for its confirmation."""
    decided = trusted
    if public is not None and not _is_request(trusted, public):
        before = public.stamp < requested.stamp
        decided = later(trusted, public) if before or public.value["state"] == DENIED else trusted
    return settle_consent(decided, requested) is requested


def _is_request(trusted: Stamped | None, public: Stamped) -> bool:
    """Return whether a public value is only a request: where a confirmation is required, or against an older denial."""
    if public.value["state"] != GRANTED:
        return bool(public.value["state"] == PENDING)
    return trusted is not None and trusted.stamp < public.stamp and trusted.value["state"] == DENIED


def latest_statements(
    members: Iterable[ProfileState], key: str
) -> tuple[Stamped | None, Stamped | None, Stamped | None]:
    """Return the last values of these profiles for one consent: of trusted sources, of public ones, and the last
    request.
    """
    states = list(members)
    trusted = (state.part("consents", Rank.TRUSTED).get(key) for state in states)
    public, requested = (
        (state.consents.get(key) for state in states),
        (state.pending.get(key) for state in states),
    )
    last = [reduce(later, filter(None, values), None) for values in (trusted, public, requested)]
    held = [values if values and values.value else None for values in last]
    return held[0], held[1], held[2]


def requests_of(members: Iterable[ProfileState], member: ProfileState) -> Register:
    """Return the consents that forms requested of one of these profiles and that wait for a confirmation, by key."""
    all_members = list(members)
    found: Register = {}
    for key in member.pending.keys() | member.consents.keys():
        trusted, public, _ = latest_statements(all_members, key)
        request, granted = member.pending.get(key), member.consents.get(key)
        if request is not None and is_unsettled(trusted, public, request):
            found[key] = request
        if granted is None or granted is not public or not granted.value["source"].startswith("form:"):
            continue
        if granted.value["state"] == GRANTED and _is_request(trusted, granted):
            found[key] = later(found.get(key), granted)
    return found


def consent_view(key: str, value: ProfileConsent, now: int) -> "ConsentView":
    """Return a consent as the API answers it. Its proof (what was shown when it was given) is in the ledger only."""
    channel, purpose = channel_and_purpose(key)
    return {
        "channel": channel,
        "purpose": purpose,
        "state": state_of(value, now),
        "at": value["at"],
        "source": value["source"],
        "expires_at": value.get("expires_at"),
    }


def may_be_shown(members: Iterable[ProfileState], now: int) -> bool:
    """Return whether this person has granted the consent to processing, and it still holds."""
    held = resolved(*latest_statements(members, PROCESSING))
    return bool(held and held.value and state_of(held.value, now) == GRANTED)


def valid_consent(
    channel: str,
    *,
    state: str,
    now: int,
    purpose: str | None = None,
    proof: str | None = None,
    source: str | None = None,
    expires_at: str | None = None,
) -> tuple[str, ConsentEffect]:
    """Validate a consent; return its key and its effect.

    `expires_at` is ISO 8601. Raises InvalidInputError naming the field.
    """
    if state not in {GRANTED, DENIED}:
        raise invalid_field("state", "must be granted or denied")
    name = valid_consent_name("channel", channel)
    key = consent_key(name, None if purpose is None else valid_consent_name("purpose", purpose))
    change: ConsentEffect = {"state": state}
    if proof := _text("proof", proof, MAX_PROOF_LENGTH):
        change["proof"] = proof
    if source := _text("source", source, _MAX_SOURCE_LENGTH):
        change["source"] = source
    if until := _expiry(expires_at, state, now):
        change["expires_at"] = until
    return key, change


def name_of(text: str) -> str | None:
    """Normalise the name of a channel or a purpose, the usual ones in lower case; return None if it breaks
    NAME_RULE.
    """
    name = text.strip()
    if not _NAME.fullmatch(name):
        return None
    return name.lower() if name.lower() in _RESERVED else name


def valid_consent_name(field: str, text: str) -> str:
    """Normalise the name of a channel or a purpose. Raises InvalidInputError about this field."""
    name = name_of(text)
    if name is None:
        raise invalid_field(field, NAME_RULE)
    return name


def _text(field: str, text: str | None, longest: int) -> str | None:
    if text is not None and len(text) > longest:
        raise invalid_field(field, f"must have at most {longest:,} characters")
    if text is not None and not is_well_formed(text):
        raise invalid_field(field, REASON)
    return text or None


def _expiry(text: str | None, state: str, now: int) -> str | None:
    if text is None:
        return None
    until = parse_time(text)
    if until is None:
        raise invalid_field("expires_at", "must be an ISO 8601 instant (2027-11-21T19:30:00Z)")
    if until <= now:
        raise invalid_field("expires_at", "must be in the future")
    if state == DENIED:
        raise invalid_field("expires_at", "is only for a granted consent: a denial does not expire")
    return iso(until)
