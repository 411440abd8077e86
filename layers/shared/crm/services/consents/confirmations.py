"""Double opt-in: links by which the owner of an address confirms the consents that a form requested for it."""

from dataclasses import dataclass

from crm.domain.activity import FORM, Activity
from crm.domain.api_key import SYSTEM, Principal
from crm.domain.confirmation import ConfirmationToken, seal_confirmation, unseal_confirmation
from crm.domain.consent import (
    ADDRESS_TYPE_BY_CHANNEL,
    GRANTED,
    PENDING,
    channel_and_purpose,
    consent_key,
    requests_of,
    state_of,
)
from crm.domain.consent_fields import ConsentEffect
from crm.domain.effect_fields import CONSENTS
from crm.domain.errors import ConflictError, GoneError, NotFoundError
from crm.domain.person import consents_of, values_of
from crm.domain.profile import ProfileState
from crm.domain.times import DAY_MS, iso
from crm.domain.unsubscribe import masked
from crm.services.consents import consent_changes, link_secret
from crm.services.profiles import people
from crm.services.profiles.people import Person
from crm.settings import settings
from crm.storage.profiles import ProfileTable

_SOURCE = "confirmation"


@dataclass(frozen=True, slots=True)
class _ConfirmationLink:
    """A link to be sent to `address`, and the keys of the consents that it confirms. `expires_at` in epoch ms."""

    token: str
    address: str
    consents: list[str]
    expires_at: int


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The state of a link.

    `form`: the submission that requested the consents; `wordings`: what it showed, by key. `pending`: the keys that
    need the confirmation; `confirmed`: whether all of them are granted.
    """

    member: ProfileState
    person: Person
    form: Activity
    wordings: dict[str, str]
    pending: frozenset[str]
    confirmed: bool

    @property
    def address(self) -> str | None:
        """Return the masked address, enough of it for its owner to recognise."""
        return masked(self.member.identity.value) if self.member.identity else None


def link_for(
    profile_id: str, viewer: Principal, *, channel: str, purpose: str | None, now: int
) -> _ConfirmationLink:
    """Return the link for the newest request on a channel, of any purpose unless one is named. `now` in epoch ms.

    The id of an address's profile as `profile_id` selects that address. Raises NotFoundError, and ConflictError if no
    consent needs a confirmation.
    """
    person = people.find(profile_id, viewer)
    requests = [
        (member.id == profile_id, request.stamp[0], member)
        for member in person.members
        if member.identity and member.identity.type == ADDRESS_TYPE_BY_CHANNEL.get(channel)
        for key, request in requests_of(person.members, member).items()
        if _is_requested(key, channel, purpose) and now < _expiry(request.stamp[0])
    ]
    newest = max(requests, key=lambda request: request[:2], default=None)
    if newest is None:
        raise ConflictError(
            "no consent needs a confirmation: it is granted, denied, or was requested too long ago",
            code="nothing_to_confirm",
        )
    return _link(person, newest[2], newest[1])


def _link(person: Person, member: ProfileState, at: int) -> _ConfirmationLink:
    keys = [key for key, request in requests_of(person.members, member).items() if request.stamp[0] == at]
    token = seal_confirmation(ConfirmationToken(member.id, at), *link_secret.newest_secret())
    address = member.identity.value if member.identity else ""
    return _ConfirmationLink(token, address, sorted(keys), _expiry(at))


def open_link(token: str, *, now: int) -> Confirmation:
    """Return what the link confirms and its state. `now` in epoch ms.

    Raises NotFoundError, the same for a wrong token and for an erased person, and GoneError for an expired link.
    """
    link = unseal_confirmation(token, link_secret.numbered)
    form = _form_of(link) if link else None
    if link is None or form is None:
        raise NotFoundError("there is no such link")
    person = people.find(link.profile_id, SYSTEM, deleted=True)
    if now >= _expiry(link.requested_at):
        raise GoneError("this link has expired: fill in the form again", code="link_expired")
    return _confirmation(link.profile_id, person, form, now)


def confirm(opened: Confirmation, *, now: int) -> Confirmation:
    """Grant the pending consents, for the address that the link was sent to. Idempotent. `now` in epoch ms."""
    if not opened.pending:
        return opened
    grants: dict[str, ConsentEffect] = {
        key: {"state": GRANTED, "proof": _proof(opened, key, now)} for key in sorted(opened.pending)
    }
    request = {
        "activity_id": opened.form.message_id,
        "at": iso(opened.form.occurred_at),
        "form": opened.form.properties["form"],
        "version": opened.form.properties["version"],
    }
    person = consent_changes.record_consents(
        opened.person, grants, by=_SOURCE, now=now, member=opened.member, properties={"request": request}
    )
    return _confirmation(opened.member.id, person, opened.form, now)


def _confirmation(profile_id: str, person: Person, form: Activity, now: int) -> Confirmation:
    member = next((one for one in person.members if one.id == profile_id), None)
    if member is None:
        raise NotFoundError("there is no such link")
    wordings = _wordings(form)
    held = values_of(consents_of(person.members))
    return Confirmation(
        member=member,
        person=person,
        form=form,
        wordings=wordings,
        pending=frozenset(requests_of(person.members, member).keys() & wordings.keys()),
        confirmed=all(key in held and state_of(held[key], now) == GRANTED for key in wordings),
    )


def _is_requested(key: str, channel: str, purpose: str | None) -> bool:
    if purpose is None:
        return channel_and_purpose(key)[0] == channel
    return key == consent_key(channel, purpose)


def _form_of(link: ConfirmationToken) -> Activity | None:
    """Return the submission of that instant; the log keeps its wordings."""
    found = ProfileTable().activities(link.profile_id, link.requested_at, link.requested_at + 1)
    return next((one for one in found if one.type == FORM and _wordings(one)), None)


def _wordings(form: Activity) -> dict[str, str]:
    consents: dict[str, ConsentEffect] = (form.effects or {}).get(CONSENTS, {})
    return {key: effect["proof"] for key, effect in consents.items() if effect["state"] in {GRANTED, PENDING}}


def _proof(opened: Confirmation, key: str, now: int) -> str:
    form = opened.form
    return (
        f"{opened.wordings[key]}\n"
        f"Requested {iso(form.occurred_at)} by {form.source_id}, version {form.properties['version']}, "
        f"submission {form.message_id}; confirmed {iso(now)} by the link for this address."
    )


def _expiry(requested_at: int) -> int:
    return requested_at + settings().confirmation_days * DAY_MS
