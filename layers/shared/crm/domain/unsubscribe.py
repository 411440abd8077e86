"""Unsubscribe links: a signed token that says whose subscription it is, and what it may show and change."""

from collections.abc import Callable, Sequence
from typing import NamedTuple
from uuid import UUID

from crm.domain.attribute_reader import AttributeReader
from crm.domain.card import merged, values_of
from crm.domain.consent import REACHED_BY, channel_and_purpose
from crm.domain.profile import ProfileState
from crm.domain.signed_token import sign, verify
from crm.domain.trust import Rank

_USE = b"unsubscribe"
_ID_BYTES = 16


class Link(NamedTuple):
    """Whose link it is, and the consent that one click on it withdraws."""

    profile_id: str
    key: str


def seal(link: Link, number: int, secret: bytes) -> str:
    """The token of a link, for URLs. `number` (1 to 255) is the secret's."""
    return sign(UUID(link.profile_id).bytes + link.key.encode(), number, secret, use=_USE)


def unseal(token: str, secret_of: Callable[[int], bytes | None]) -> Link | None:
    """The link, if it was sealed with one of our secrets; None for any other text."""
    content = verify(token, secret_of, use=_USE)
    if content is None or len(content) <= _ID_BYTES:
        return None
    return Link(str(UUID(bytes=content[:_ID_BYTES])), content[_ID_BYTES:].decode())


def addressee(
    members: Sequence[ProfileState], channel: str, asked_for: str, reader: AttributeReader
) -> ProfileState:
    """The member that a link on this channel is for: the address that was asked for by its id, or the person's own.

    The root is the one for a channel that needs no address, and for an address that another person has.
    """
    addresses = [member for member in members if is_address(member, channel)]
    values = {member.identity.value: member for member in addresses if member.identity}
    name = REACHED_BY.get(channel, "")
    known = reader.shown(name, values_of(merged(members, "attributes")).get(name))
    asked = [member for member in addresses if member.id == asked_for]
    return asked[0] if asked else values.get(str(known or min(values, default="")), members[0])


def is_address(member: ProfileState, channel: str) -> bool:
    """Whether this is the profile of an address that the channel reaches."""
    return member.identity is not None and member.identity.type == REACHED_BY.get(channel)


def own_part(members: Sequence[ProfileState], profile_id: str) -> list[ProfileState]:
    """The members that belong to this one by more than a public source's word, and itself.

    A link proves who reads the messages to one address. That the address belongs to the other members may be what
    anybody sent with a write key: their consents are not shown to its reader.
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


def is_on_channel(key: str, link: Link) -> bool:
    """Whether this consent is one to the link's channel."""
    return channel_and_purpose(key)[0] == channel_and_purpose(link.key)[0]


def masked(address: str) -> str:
    """As much of an e-mail address or a phone number as its owner needs to know it again."""
    name, at, domain = address.rpartition("@")
    return f"{name[:1]}***@{domain}" if at else f"***{address[-2:]}"
