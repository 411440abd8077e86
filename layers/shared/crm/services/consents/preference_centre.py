"""The preference centre: show and change a person's subscriptions by an unsubscribe link, without a login."""

from collections.abc import Mapping
from dataclasses import dataclass

from crm.domain.api_key import SYSTEM, Principal
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
from crm.domain.consent_fields import ConsentEffect, ProfileConsent
from crm.domain.errors import NotFoundError
from crm.domain.identity import EMAIL, PHONE
from crm.domain.person import consents_of, values_of
from crm.domain.profile import ProfileState
from crm.domain.unsubscribe import (
    UnsubscribeToken,
    addressee,
    is_address,
    is_on_channel,
    masked,
    own_members,
    seal,
    unseal,
)
from crm.services.access.rate_limit import take_tokens
from crm.services.access.visitors import visitor_slot
from crm.services.consents import consent_changes, link_secret
from crm.services.definitions import attributes, forms
from crm.services.definitions.lookup_cache import LookupCache
from crm.services.profiles import people
from crm.services.profiles.people import Person

_SOURCE = "unsubscribe"
QUESTION = "What may we send you?"
UNSUBSCRIBE_ALL = "Unsubscribe from all of these"
ONE_CLICK = "one-click (RFC 8058)"
GRANT_EVERY_S, GRANTS_AT_ONCE = 60, 20
"""Seconds between grants by a person's links, and the size of a burst of grants."""


_TITLES = {name: channel.title for name, channel in CHANNELS.items()} | {
    PROCESSING: "Processing of my personal data"
}
_PLACES = {name: place for place, name in enumerate(CHANNELS)}
_offered: LookupCache[frozenset[str]] = LookupCache()
"""Keys of the consents that forms ask for."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """One line of the page. `subscribed`: whether it is ticked when the page is opened."""

    key: str
    label: str
    subscribed: bool


@dataclass(frozen=True, slots=True)
class PreferenceCentre:
    """The content of the page. `address`: the link's address, masked; None if none is known."""

    address: str | None
    subscriptions: list[Subscription]


@dataclass(frozen=True, slots=True)
class OpenedLink:
    """A link that was opened, and its person."""

    token: UnsubscribeToken
    person: Person

    @property
    def member(self) -> ProfileState:
        """Return the profile that the link is for, whose log records the choices."""
        ids = {member.id: member for member in self.person.members}
        return ids.get(self.token.profile_id, self.person.root)


def clear_cache() -> None:
    """Clear the cache of the consents that forms request."""
    _offered.clear()


def link_token(profile_id: str, viewer: Principal, *, channel: str, purpose: str | None) -> str:
    """Return the token of an unsubscribe link for this person's address on a channel. Raises NotFoundError.

    The id of an address's profile as `profile_id` selects that address; by default it is the shown one.
    """
    person = people.find(profile_id, viewer)
    asked_for = "" if profile_id == person.id else profile_id
    member = addressee(person.members, channel, asked_for, attributes.attribute_reader())
    return seal(UnsubscribeToken(member.id, consent_key(channel, purpose)), *link_secret.newest_secret())


def open_link(token: str) -> OpenedLink:
    """Open a link. Raises NotFoundError, the same for a wrong token and for an erased person."""
    opened = unseal(token, link_secret.numbered)
    if opened is None:
        raise NotFoundError("there is no such link")
    # A person who was deleted by hand can be restored, and the choices must count then.
    return OpenedLink(opened, people.find(opened.profile_id, SYSTEM, deleted=True))


def preference_centre(link: OpenedLink, *, now: int) -> PreferenceCentre:
    """Return the consents of the link's channel, with those that forms request, and others that were chosen for its
    address. `now` in epoch ms.
    """
    consents = _consents_of_link(link)
    subscriptions = [
        Subscription(key, label_of(key), _is_subscribed(link.token, key, value, now))
        for key, value in sorted(consents.items(), key=lambda one: _order(one[0]))
    ]
    return PreferenceCentre(_address(link), subscriptions)


def unsubscribe(link: OpenedLink, *, now: int) -> PreferenceCentre:
    """Withdraw the consent that the link is for. Idempotent. `now` in epoch ms."""
    return _change(link, {link.token.key: (False, ONE_CLICK)}, now)


def unsubscribe_from_all(link: OpenedLink, *, now: int) -> PreferenceCentre:
    """Withdraw every consent on the page. `now` in epoch ms."""
    subscriptions = preference_centre(link, now=now).subscriptions
    return _change(link, {one.key: (False, UNSUBSCRIBE_ALL) for one in subscriptions}, now)


def choose(link: OpenedLink, *, shown: Mapping[str, bool], ticked: set[str], now: int) -> PreferenceCentre:
    """Apply a person's changes on the page. `shown`: the keys on it, and whether each was ticked.

    Consents that are not on the page or were not changed stay the same: a page that was open for long reverts
    nothing.
    """
    wanted = {
        one.key: (one.key in ticked, _proof(one.label, one.key in ticked))
        for one in preference_centre(link, now=now).subscriptions
        if one.key in shown and (one.key in ticked) != shown[one.key]
    }
    return _change(link, wanted, now)


def _consents_of_link(link: OpenedLink) -> dict[str, ProfileConsent | None]:
    """Return the consents that the link shows and changes, by key; None for those without a decision.

    On its channel these are the person's consents, as the person receives the messages; on other channels only those
    in logs that certainly belong to this reader, who has proved to own the address.
    """
    token, held, members = link.token, consent_changes.current_consents(link.person), link.person.members
    proved = is_address(link.member, channel_and_purpose(token.key)[0])
    own = values_of(consents_of(own_members(members, token.profile_id))) if proved else {}
    known = {token.key, *held, *_offered.get("", _look_up_offered)}
    reached = own | {key: held.get(key) for key in known if is_on_channel(key, token)}
    return {key: value for key, value in reached.items() if key == token.key or not _is_processing(key)}


def _is_processing(key: str) -> bool:
    return channel_and_purpose(key)[0] == PROCESSING


def _look_up_offered(_: str) -> frozenset[str]:
    return frozenset(box.key for form in forms.list_all() if form.enabled for box in form.consents)


def _is_subscribed(link: UnsubscribeToken, key: str, value: ProfileConsent | None, now: int) -> bool:
    # A visitor by a link receives messages on its channel, whether or not a consent was ever granted.
    return key == link.key if value is None else state_of(value, now) == GRANTED


def _change(link: OpenedLink, wanted: Mapping[str, tuple[bool, str]], now: int) -> PreferenceCentre:
    states = {key: state_of(value, now) for key, value in _consents_of_link(link).items() if value}
    changes: dict[str, ConsentEffect] = {
        key: {"state": GRANTED if subscribed else DENIED, "proof": proof}
        for key, (subscribed, proof) in wanted.items()
        if states.get(key) != (GRANTED if subscribed else DENIED)
    }
    if any(change["state"] == GRANTED for change in changes.values()):
        _admit_grant(link, now)
    if changes:
        person = consent_changes.record_consents(
            link.person, changes, by=_SOURCE, now=now, member=link.member
        )
        link = OpenedLink(link.token, person)
    return preference_centre(link, now=now)


def _admit_grant(link: OpenedLink, now: int) -> None:
    """Limit grants, and so the writes of repeated changes; a withdrawal is never refused."""
    refusal = "Your choices were changed too often: wait a minute and try again."
    bucket = f"links#{visitor_slot(link.token.profile_id, now)}"
    take_tokens(bucket, 1, rate=1 / GRANT_EVERY_S, capacity=GRANTS_AT_ONCE, refusal=refusal, now=now)


def _proof(label: str, ticked: bool) -> str:
    return f"{QUESTION} [{'x' if ticked else ' '}] {label}"


def label_of(key: str) -> str:
    """Return the page's label of a consent: `E-mail`, `E-mail: newsletter`."""
    channel, purpose = channel_and_purpose(key)
    name = _TITLES.get(channel, channel)
    return name if purpose == DEFAULT_PURPOSE else f"{name}: {purpose}"


def _order(key: str) -> tuple[int, str, bool, str]:
    channel, purpose = channel_and_purpose(key)
    place = _PLACES.get(channel, len(_PLACES))
    return (place, channel.casefold(), purpose != DEFAULT_PURPOSE, key)


def _address(link: OpenedLink) -> str | None:
    identity = link.member.identity
    return masked(identity.value) if identity and identity.type in {EMAIL, PHONE} else None
