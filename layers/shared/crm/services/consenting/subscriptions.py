"""The preference centre: what a person with an unsubscribe link is subscribed to, and changing it without a login."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crm.domain.api_key import SYSTEM, Principal
from crm.domain.card import card_of
from crm.domain.consent import (
    CHANNELS,
    DEFAULT_PURPOSE,
    DENIED,
    GRANTED,
    PROCESSING,
    channel_and_purpose,
    consent_key,
    state_of,
)
from crm.domain.errors import NotFoundError
from crm.domain.unsubscribe import Link, masked, seal, unseal
from crm.services.consenting import consents, link_secret
from crm.services.definitions import forms
from crm.services.definitions.recent import Recent
from crm.services.profiles import people
from crm.services.profiles.people import Person

SOURCE = "unsubscribe"
QUESTION = "What may we send you?"
UNSUBSCRIBE_ALL = "Unsubscribe from everything"
ONE_CLICK = "one-click (RFC 8058)"

_NAMES = {
    "email": "E-mail",
    "sms": "Text messages (SMS)",
    "push": "Push notifications",
    "wifi": "Wi-Fi",
    "bluetooth": "Bluetooth",
    "rfid": "RFID",
    PROCESSING: "Processing of my personal data",
}
_offered: Recent[frozenset[str]] = Recent()
"""Keys of the consents that forms ask for."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """One line of the page. `subscribed`: as it is ticked when the page is opened."""

    key: str
    label: str
    subscribed: bool


@dataclass(frozen=True, slots=True)
class PreferenceCentre:
    """What the page shows. `address`: masked, the one that the link's channel reaches; None where none is known."""

    address: str | None
    subscriptions: list[Subscription]


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody who has come by a link."""

    link: Link
    person: Person


def forget() -> None:
    """Forget what forms ask for."""
    _offered.clear()


def link_token(profile_id: str, viewer: Principal, *, channel: str, purpose: str | None) -> str:
    """The token of this person's unsubscribe link for a channel. Raises NotFoundError."""
    person = people.find(profile_id, viewer)
    return seal(Link(person.id, consent_key(channel, purpose)), *link_secret.newest())


def open_link(token: str) -> Visit:
    """Raises NotFoundError, the same for a wrong token and for a person who was erased."""
    link = unseal(token, link_secret.numbered)
    if link is None:
        raise NotFoundError("there is no such link")
    # Somebody who was deleted by hand can be restored, and their word must count then.
    return Visit(link, people.find(link.profile_id, SYSTEM, deleted=True))


def preference_centre(visit: Visit, *, now: int) -> PreferenceCentre:
    """What the person was ever asked or said, what forms ask for, and what the link is about."""
    return _centre(visit.link, visit.person, now)


def unsubscribe(visit: Visit, *, now: int) -> PreferenceCentre:
    """Withdraw the consent that the link is about. Doing it twice is doing it once."""
    return _change(visit, {visit.link.key: (False, ONE_CLICK)}, now)


def unsubscribe_from_all(visit: Visit, *, now: int) -> PreferenceCentre:
    """Withdraw everything that is on the page."""
    subscriptions = preference_centre(visit, now=now).subscriptions
    return _change(visit, {one.key: (False, UNSUBSCRIBE_ALL) for one in subscriptions}, now)


def choose(visit: Visit, *, shown: Mapping[str, bool], ticked: set[str], now: int) -> PreferenceCentre:
    """Do what a person changed on the page. `shown`: the keys on it, and whether each was ticked.

    What is not on the page stays as it is, and so does what was not touched: a page that was open for long brings
    nothing back.
    """
    wanted = {
        one.key: (one.key in ticked, _proof(one.label, one.key in ticked))
        for one in preference_centre(visit, now=now).subscriptions
        if one.key in shown and (one.key in ticked) != shown[one.key]
    }
    return _change(visit, wanted, now)


def _centre(link: Link, person: Person, now: int) -> PreferenceCentre:
    said = consents.current(person)
    known = {*said, *_offered.get("", _look_up_offered)}
    keys = {key for key in known if channel_and_purpose(key)[0] != PROCESSING} | {link.key}
    subscriptions = [
        Subscription(key, label_of(key), _is_subscribed(link, key, said.get(key), now))
        for key in sorted(keys, key=_order)
    ]
    return PreferenceCentre(_address(link, person), subscriptions)


def _look_up_offered(_: str) -> frozenset[str]:
    return frozenset(box.key for form in forms.list_all() if form.enabled for box in form.consents)


def _is_subscribed(link: Link, key: str, value: dict[str, Any] | None, now: int) -> bool:
    # Who came by a link gets messages on its channel, whether or not it was ever agreed to.
    return key == link.key if value is None else state_of(value, now) == GRANTED


def _change(visit: Visit, wanted: Mapping[str, tuple[bool, str]], now: int) -> PreferenceCentre:
    person, said = visit.person, consents.current(visit.person)
    states = {key: state_of(value, now) for key, value in said.items()}
    changes = {
        key: {"state": GRANTED if subscribed else DENIED, "proof": proof}
        for key, (subscribed, proof) in wanted.items()
        if states.get(key) != (GRANTED if subscribed else DENIED)
    }
    if changes:
        person = consents.say(person, changes, by=SOURCE, now=now)
    return _centre(visit.link, person, now)


def _proof(label: str, ticked: bool) -> str:
    return f"{QUESTION} [{'x' if ticked else ' '}] {label}"


def label_of(key: str) -> str:
    """How the page calls a consent: `E-mail`, `E-mail: newsletter`."""
    channel, purpose = channel_and_purpose(key)
    name = _NAMES.get(channel, channel)
    return name if purpose == DEFAULT_PURPOSE else f"{name}: {purpose}"


def _order(key: str) -> tuple[int, str, bool, str]:
    channel, purpose = channel_and_purpose(key)
    place = CHANNELS.index(channel) if channel in CHANNELS else len(CHANNELS)
    return (place, channel.casefold(), purpose != DEFAULT_PURPOSE, key)


def _address(link: Link, person: Person) -> str | None:
    card = card_of(person.members)
    order = ("phone", "email") if channel_and_purpose(link.key)[0] == "sms" else ("email", "phone")
    address = next((card[name] for name in order if name in card), None)
    return address and masked(address)
