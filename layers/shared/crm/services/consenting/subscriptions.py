"""The preference centre: what a person with an unsubscribe link is subscribed to, and changing it without a login."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crm.domain.api_key import SYSTEM, Principal
from crm.domain.card import consents_of, values_of
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
from crm.domain.identity import EMAIL, PHONE
from crm.domain.profile import ProfileState
from crm.domain.unsubscribe import Link, addressee, is_address, is_on_channel, masked, own_part, seal, unseal
from crm.services.access.rate_limit import take
from crm.services.access.visitors import slot_of
from crm.services.consenting import consents, link_secret
from crm.services.definitions import attributes, forms
from crm.services.definitions.recent import Recent
from crm.services.profiles import people
from crm.services.profiles.people import Person

SOURCE = "unsubscribe"
QUESTION = "What may we send you?"
UNSUBSCRIBE_ALL = "Unsubscribe from all of these"
ONE_CLICK = "one-click (RFC 8058)"
GRANT_EVERY_S, GRANTS_AT_ONCE = 60, 20
"""How often the links of a person may grant consents, and how many times at once."""


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
    """What the page shows. `address`: masked, the one that the link is for; None where none is known."""

    address: str | None
    subscriptions: list[Subscription]


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody who has come by a link."""

    link: Link
    person: Person

    @property
    def member(self) -> ProfileState:
        """The profile that the link is for, whose log keeps what is chosen by it."""
        ids = {member.id: member for member in self.person.members}
        return ids.get(self.link.profile_id, self.person.root)


def forget() -> None:
    """Forget what forms ask for."""
    _offered.clear()


def link_token(profile_id: str, viewer: Principal, *, channel: str, purpose: str | None) -> str:
    """The token of an unsubscribe link for the address of this person on a channel. Raises NotFoundError.

    `profile_id` of an address makes the link for that one; else it is for the address that the person is shown with.
    """
    person = people.find(profile_id, viewer)
    asked_for = "" if profile_id == person.id else profile_id
    member = addressee(person.members, channel, asked_for, attributes.reader())
    return seal(Link(member.id, consent_key(channel, purpose)), *link_secret.newest())


def open_link(token: str) -> Visit:
    """Raises NotFoundError, the same for a wrong token and for a person who was erased."""
    link = unseal(token, link_secret.numbered)
    if link is None:
        raise NotFoundError("there is no such link")
    # Somebody who was deleted by hand can be restored, and their word must count then.
    return Visit(link, people.find(link.profile_id, SYSTEM, deleted=True))


def preference_centre(visit: Visit, *, now: int) -> PreferenceCentre:
    """The consents to the link's channel, also those that forms ask for, and what else was chosen for its address."""
    said = _reached(visit)
    subscriptions = [
        Subscription(key, label_of(key), _is_subscribed(visit.link, key, value, now))
        for key, value in sorted(said.items(), key=lambda one: _order(one[0]))
    ]
    return PreferenceCentre(_address(visit), subscriptions)


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


def _reached(visit: Visit) -> dict[str, dict[str, Any] | None]:
    """What the link shows and changes, by key; None where nothing was said.

    On its channel that is what holds for the person, who would get the messages; of other channels only what was said
    in the logs that surely are this reader's, who has proved to have the address.
    """
    link, held, members = visit.link, consents.current(visit.person), visit.person.members
    proved = is_address(visit.member, channel_and_purpose(link.key)[0])
    own = values_of(consents_of(own_part(members, link.profile_id))) if proved else {}
    known = {link.key, *held, *_offered.get("", _look_up_offered)}
    reached = own | {key: held.get(key) for key in known if is_on_channel(key, link)}
    return {key: value for key, value in reached.items() if key == link.key or not _is_processing(key)}


def _is_processing(key: str) -> bool:
    return channel_and_purpose(key)[0] == PROCESSING


def _look_up_offered(_: str) -> frozenset[str]:
    return frozenset(box.key for form in forms.list_all() if form.enabled for box in form.consents)


def _is_subscribed(link: Link, key: str, value: dict[str, Any] | None, now: int) -> bool:
    # Who came by a link gets messages on its channel, whether or not it was ever agreed to.
    return key == link.key if value is None else state_of(value, now) == GRANTED


def _change(visit: Visit, wanted: Mapping[str, tuple[bool, str]], now: int) -> PreferenceCentre:
    states = {key: state_of(value, now) for key, value in _reached(visit).items() if value}
    changes = {
        key: {"state": GRANTED if subscribed else DENIED, "proof": proof}
        for key, (subscribed, proof) in wanted.items()
        if states.get(key) != (GRANTED if subscribed else DENIED)
    }
    if any(change["state"] == GRANTED for change in changes.values()):
        _admit_grant(visit, now)
    if changes:
        person = consents.say(visit.person, changes, by=SOURCE, now=now, member=visit.member)
        visit = Visit(visit.link, person)
    return preference_centre(visit, now=now)


def _admit_grant(visit: Visit, now: int) -> None:
    """Limit grants, and so what switching to and fro can write; a withdrawal is never refused."""
    refusal = "Your choices were changed too often: wait a minute and try again."
    bucket = f"links#{slot_of(visit.link.profile_id, now)}"
    take(bucket, 1, rate=1 / GRANT_EVERY_S, capacity=GRANTS_AT_ONCE, refusal=refusal, now=now)


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


def _address(visit: Visit) -> str | None:
    identity = visit.member.identity
    return masked(identity.value) if identity and identity.type in {EMAIL, PHONE} else None
