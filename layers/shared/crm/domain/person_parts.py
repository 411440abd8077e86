"""Parts of a person: members that only public sources joined are separate parts, so that a join reveals nothing to a
key.

Anyone can send a message that names two identities. So a key that is limited to classes sees a person only if it may
see every part, and an access request or erasure reaches the root's part (docs/identity.md, "Trust").
"""

from collections.abc import Collection, Sequence

from crm.domain.profile import ProfileState

EVERYTHING = "all"
"""In place of ids of members: every part."""

PersonPart = list[ProfileState]
"""Members of one person that more than a public source joined; the top of their tree first."""


def parts_of(members: Sequence[ProfileState]) -> list[PersonPart]:
    """Return the parts of a person, the root's first.

    `members` as the projection orders them: owners before what they own.
    """
    tops: dict[str, str] = {}
    parts: dict[str, PersonPart] = {}
    for member in members:
        is_top = member.owner not in tops or member.is_joined_publicly
        tops[member.id] = member.id if is_top else tops[str(member.owner)]
        parts.setdefault(tops[member.id], []).append(member)
    return list(parts.values())


def has_history(part: PersonPart) -> bool:
    """Return whether this part has any activity of its own, other than being named by another."""
    return any(member.first_seen is not None for member in part)


def public_parts(members: Sequence[ProfileState]) -> list[PersonPart]:
    """Return the parts with a history of their own that only public sources joined to the root's."""
    return [part for part in parts_of(members)[1:] if has_history(part)]


def members_in_scope(members: Sequence[ProfileState], include: Collection[str] = ()) -> list[ProfileState]:
    """Return the members that an access request or an erasure reaches.

    These are the root's part, members without a history, and the named parts. `include`: ids of members of other
    parts, or EVERYTHING.
    """
    omitted = {member.id for part in left_out(members, include) for member in part}
    return [member for member in members if member.id not in omitted]


def left_out(members: Sequence[ProfileState], include: Collection[str] = ()) -> list[PersonPart]:
    """Return the parts that an access request or an erasure does not reach."""
    if EVERYTHING in include:
        return []
    return [part for part in public_parts(members) if not {member.id for member in part} & set(include)]
