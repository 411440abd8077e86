"""Unsubscribe links: signed tokens that name the customer, and what the link may show and change."""

from collections.abc import Callable, Sequence
from typing import NamedTuple
from uuid import UUID

from crm.domain.attribute_reader import AttributeReader
from crm.domain.consent import ADDRESS_TYPE_BY_CHANNEL, channel_and_purpose
from crm.domain.person import merged, values_of
from crm.domain.profile import ProfileState
from crm.domain.signed_token import sign, verify
from crm.domain.trust import Rank

_USE = b"unsubscribe"
_ID_BYTES = 16


class UnsubscribeToken(NamedTuple):
    """The profile of the address, and the consent that one click withdraws."""

    profile_id: str
    key: str


def seal(link: UnsubscribeToken, number: int, secret: bytes) -> str:
    """Sign a link and return the token for URLs. `number` (1 to 255) is the secret's."""
    return sign(UUID(link.profile_id).bytes + link.key.encode(), number, secret, use=_USE)


def unseal(token: str, secret_of: Callable[[int], bytes | None]) -> UnsubscribeToken | None:
    """Return the link of a token that one of the deployment's secrets signed; None for any other text."""
    content = verify(token, secret_of, use=_USE)
    if content is None or len(content) <= _ID_BYTES:
        return None
    return UnsubscribeToken(str(UUID(bytes=content[:_ID_BYTES])), content[_ID_BYTES:].decode())


def addressee(
    members: Sequence[ProfileState], channel: str, asked_for: str, reader: AttributeReader
) -> ProfileState:
    """Return the member that a link on this channel is for: the requested address by its id, or the person's own.

    It is the root for a channel without addresses, and for an address of another person.
    """
    addresses = [member for member in members if is_address(member, channel)]
    values = {member.identity.value: member for member in addresses if member.identity}
    name = ADDRESS_TYPE_BY_CHANNEL.get(channel, "")
    known = reader.shown(name, values_of(merged(members, "attributes")).get(name))
    requested = [member for member in addresses if member.id == asked_for]
    return requested[0] if requested else values.get(str(known or min(values, default="")), members[0])


def is_address(member: ProfileState, channel: str) -> bool:
    """Return whether this is the profile of an address that the channel reaches."""
    return member.identity is not None and member.identity.type == ADDRESS_TYPE_BY_CHANNEL.get(channel)


def own_members(members: Sequence[ProfileState], profile_id: str) -> list[ProfileState]:
    """Return this member and the members that more than a public source links to it.

    A link proves who reads the messages to one address. The address may belong to the other members only by what
    anyone could send with a write key: their consents are not shown to its reader.
    """
    ids = {member.id for member in members}
    linked = {profile_id}
    edges = [
        {member.id, member.owner}
        for member in members
        if member.owner in ids and member.claimers[member.owner].claim.rank > Rank.PUBLIC
    ]
    while touching := [edge for edge in edges if len(edge & linked) == 1]:
        linked = linked.union(*touching)
    return [member for member in members if member.id in linked]


def is_on_channel(key: str, link: UnsubscribeToken) -> bool:
    """Return whether this consent is one to the link's channel."""
    return channel_and_purpose(key)[0] == channel_and_purpose(link.key)[0]


def masked(address: str) -> str:
    """Mask an email address or a phone number so that only its owner recognises it."""
    name, at, domain = address.rpartition("@")
    return f"{name[:1]}***@{domain}" if at else f"***{address[-2:]}"
